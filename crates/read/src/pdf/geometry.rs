//! Page geometry: rectangles, and transforms between a rotated page and the page as displayed.
//!
//! Everything is in points from the top left, `y` downwards. A [`Rect`] is a bounding box, parallel to
//! the sides of the page.

use kurbo::{Affine, Point};

use diarium_document::{Rect, Word};
use diarium_ocr::PageRotation;

/// Whether a point is in a rectangle.
pub(super) fn contains(rect: Rect, x: f32, y: f32) -> bool {
    x >= rect.0 && x <= rect.2 && y >= rect.1 && y <= rect.3
}

/// The center of a rectangle.
pub(super) fn center(rect: Rect) -> (f32, f32) {
    ((rect.0 + rect.2) / 2.0, (rect.1 + rect.3) / 2.0)
}

/// A rectangle of ours; `None` if its corners are infinite or not a number.
pub(super) fn finite_rect(rect: kurbo::Rect) -> Option<Rect> {
    let rect = rect.abs();
    rect.is_finite().then_some(to_rect(rect))
}

fn to_rect(rect: kurbo::Rect) -> Rect {
    Rect(
        rect.x0 as f32,
        rect.y0 as f32,
        rect.x1 as f32,
        rect.y1 as f32,
    )
}

/// The bounding box of a transformed rectangle.
pub(super) fn bounding_box(transform: Affine, rect: Rect) -> Rect {
    let rect = kurbo::Rect::new(rect.0.into(), rect.1.into(), rect.2.into(), rect.3.into());
    to_rect(transform.transform_rect_bbox(rect))
}

/// A transformed point.
pub(super) fn map_point(transform: Affine, (x, y): (f32, f32)) -> (f32, f32) {
    let point = transform * Point::new(x.into(), y.into());
    (point.x as f32, point.y as f32)
}

/// A transformed word.
pub(super) fn map_word(transform: Affine, word: Word) -> Word {
    Word {
        start: map_point(transform, word.start),
        end: map_point(transform, word.end),
        rect: bounding_box(transform, word.rect),
        ..word
    }
}

/// The transform from the rotated page back to the page of this size as displayed.
pub(super) fn rotation_to_original(rotation: PageRotation, size: (f32, f32)) -> Affine {
    let (width, height) = (f64::from(size.0), f64::from(size.1));
    // From the original page to the page rotated clockwise, with `y` downwards.
    let quarter_turns = match rotation.quarter_turns % 4 {
        1 => Affine::new([0.0, 1.0, -1.0, 0.0, height, 0.0]),
        2 => Affine::new([-1.0, 0.0, 0.0, -1.0, width, height]),
        3 => Affine::new([0.0, -1.0, 1.0, 0.0, 0.0, width]),
        _ => Affine::IDENTITY,
    };
    let (across, down) = rotation.size_after((width, height));
    let center = Point::new(across / 2.0, down / 2.0);
    let degrees = Affine::rotate_about(f64::from(rotation.degrees).to_radians(), center);
    (degrees * quarter_turns).inverse()
}

/// The rectangle of a line, moved to the original page with its center. It keeps its size: the bounding
/// box of a long line on a skewed page would cover several lines.
pub(super) fn map_line_rect(rect: Rect, to_original: Affine, rotation: PageRotation) -> Rect {
    let (width, height) = rotation.size_after((rect.2 - rect.0, rect.3 - rect.1));
    let center = Point::new(
        f64::from(rect.0 + rect.2) / 2.0,
        f64::from(rect.1 + rect.3) / 2.0,
    );
    let center = to_original * center;
    let (x, y) = (center.x as f32, center.y as f32);
    Rect(
        x - width / 2.0,
        y - height / 2.0,
        x + width / 2.0,
        y + height / 2.0,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: (f32, f32) = (600.0, 800.0);

    fn original_rect(quarter_turns: u8) -> Rect {
        let rotation = PageRotation {
            quarter_turns,
            degrees: 0.0,
        };
        let to_original = rotation_to_original(rotation, SIZE);
        map_line_rect(Rect(10.0, 20.0, 110.0, 30.0), to_original, rotation).rounded()
    }

    #[test]
    fn a_line_on_a_rotated_page_is_mapped_to_the_original_page() {
        assert_eq!(original_rect(0), Rect(10.0, 20.0, 110.0, 30.0));
        // Rotated clockwise, the left edge became the top, read from the bottom up.
        assert_eq!(original_rect(1), Rect(20.0, 690.0, 30.0, 790.0));
        assert_eq!(original_rect(2), Rect(490.0, 770.0, 590.0, 780.0));
        assert_eq!(original_rect(3), Rect(570.0, 10.0, 580.0, 110.0));
    }

    #[test]
    fn a_deskewed_page_is_rotated_around_its_center() {
        let rotation = PageRotation {
            quarter_turns: 0,
            degrees: 90.0,
        };
        let point = rotation_to_original(rotation, SIZE) * Point::new(300.0, 300.0);
        assert!((point.x - 200.0).abs() < 0.01 && (point.y - 400.0).abs() < 0.01);
    }
}
