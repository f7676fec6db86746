//! Page geometry: from the displayed page to the user space of a PDF page.
//!
//! What was read has positions on the page as a viewer displays it: rotated, and cut to its crop box.
//! New content is drawn in user space, which knows neither (ISO 32000-1, 8.3.2).

use kurbo::Affine;
use lopdf::{Document, Object, ObjectId};

/// The deepest nesting of a page tree. A deeper one is taken for a cycle.
// Writers nest trees so that each node has 10 or more children; 64 levels are more than any file has.
const MAX_TREE_DEPTH: usize = 64;
/// The largest difference between two equal sizes, in points.
// Above: rounding in `f32` and in files that state whole points; below: the smallest difference between
// paper sizes that are in use.
const SIZE_TOLERANCE: f64 = 0.5;

/// The transformation from the displayed page, in points from its top left corner, to user space.
/// `None` if the page does not have the size `displayed`: then this module and the reader understand the
/// page differently, and words would be drawn at wrong positions.
pub(super) fn display_to_user_space(
    document: &Document,
    page: ObjectId,
    displayed: Option<(f32, f32)>,
) -> Option<Affine> {
    let media = rectangle(document, page, b"MediaBox")?;
    let shown = match rectangle(document, page, b"CropBox") {
        // A crop box that exceeds the media box is reduced to it (ISO 32000-1, 14.11.2.1).
        Some(crop) => crop.intersect(media),
        None => media,
    };
    let kurbo::Rect { x0, y0, x1, y1 } = shown;
    let rotation = inherited(document, page, b"Rotate").and_then(|rotation| rotation.as_i64().ok());
    // Rotations are clockwise multiples of 90 degrees. Display space has its origin at the top left, with y
    // downwards; user space has y upwards.
    let to_user = match rotation.unwrap_or(0).rem_euclid(360) {
        90 => Affine::new([0.0, 1.0, 1.0, 0.0, x0, y0]),
        180 => Affine::new([-1.0, 0.0, 0.0, 1.0, x1, y0]),
        270 => Affine::new([0.0, -1.0, -1.0, 0.0, x1, y1]),
        _ => Affine::new([1.0, 0.0, 0.0, -1.0, x0, y1]),
    };
    let size = to_user.inverse().transform_rect_bbox(shown);
    let (width, height) = displayed?;
    let is_same = |one: f64, other: f32| (one - f64::from(other)).abs() < SIZE_TOLERANCE;
    (is_same(size.width(), width) && is_same(size.height(), height)).then_some(to_user)
}

/// The value of a key of a page, or of the nearest node above it in the page tree that has the key
/// (ISO 32000-1, 7.7.3.4).
pub(super) fn inherited<'d>(
    document: &'d Document,
    page: ObjectId,
    key: &[u8],
) -> Option<&'d Object> {
    let mut node = document.get_dictionary(page).ok()?;
    for _ in 0..MAX_TREE_DEPTH {
        if let Ok(value) = node.get(key) {
            return Some(document.dereference(value).ok()?.1);
        }
        let parent = node.get(b"Parent").ok()?;
        node = document.dereference(parent).ok()?.1.as_dict().ok()?;
    }
    None
}

fn rectangle(document: &Document, page: ObjectId, key: &[u8]) -> Option<kurbo::Rect> {
    let corners = inherited(document, page, key)?.as_array().ok()?;
    let corners: Vec<f64> = corners
        .iter()
        .filter_map(|corner| document.dereference(corner).ok()?.1.as_float().ok())
        .map(f64::from)
        .collect();
    match corners[..] {
        // The corners may be any two opposite ones, in any order (ISO 32000-1, 7.9.5).
        [x0, y0, x1, y1] => Some(kurbo::Rect::new(x0, y0, x1, y1).abs()),
        _ => None,
    }
}
