//! Where on a PDF's page lies what a reader sees on it?

use kurbo::Affine;
use lopdf::{Document, Object, ObjectId};

/// Page trees are not nested deeper than this, unless they bite their own tail.
const DEEPEST: usize = 64;
/// Sizes that differ by less, in points, are the same.
const SAME_SIZE: f64 = 0.5;

/// Leads from the page as displayed, in points from its top left, to the coordinates that its
/// content is drawn in. Nothing if the page does not have the size that it is said to be displayed
/// in: then somebody has misunderstood it.
pub(super) fn to_user_space(
    document: &Document,
    page: ObjectId,
    displayed: Option<(f32, f32)>,
) -> Option<Affine> {
    let media = rectangle(document, page, b"MediaBox")?;
    let shown = match rectangle(document, page, b"CropBox") {
        Some(crop) => crop.intersect(media),
        None => media,
    };
    let kurbo::Rect { x0, y0, x1, y1 } = shown;
    let turned = inherited(document, page, b"Rotate").and_then(|turn| turn.as_i64().ok());
    let to_user = match turned.unwrap_or(0).rem_euclid(360) {
        90 => Affine::new([0.0, 1.0, 1.0, 0.0, x0, y0]),
        180 => Affine::new([-1.0, 0.0, 0.0, 1.0, x1, y0]),
        270 => Affine::new([0.0, -1.0, -1.0, 0.0, x1, y1]),
        _ => Affine::new([1.0, 0.0, 0.0, -1.0, x0, y1]),
    };
    let size = to_user.inverse().transform_rect_bbox(shown);
    let (width, height) = displayed?;
    let is_same = |one: f64, other: f32| (one - f64::from(other)).abs() < SAME_SIZE;
    (is_same(size.width(), width) && is_same(size.height(), height)).then_some(to_user)
}

/// What a page, or the part of the page tree that it is in, says under a key.
pub(super) fn inherited<'d>(
    document: &'d Document,
    page: ObjectId,
    key: &[u8],
) -> Option<&'d Object> {
    let mut node = document.get_dictionary(page).ok()?;
    for _ in 0..DEEPEST {
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
        [x0, y0, x1, y1] => Some(kurbo::Rect::new(x0, y0, x1, y1).abs()),
        _ => None,
    }
}
