//! Where does something stand on a page that was turned to be read?

use kurbo::{Affine, Point};

use diarium_document::Rect;
use diarium_ocr::PageRotation;

/// Leads from the turned page back to the page of this size as it lies in the file.
pub(super) fn turned_back(turn: PageRotation, size: (f32, f32)) -> Affine {
    let (width, height) = (f64::from(size.0), f64::from(size.1));
    let quarters = match turn.quarter_turns % 4 {
        1 => Affine::new([0.0, 1.0, -1.0, 0.0, height, 0.0]),
        2 => Affine::new([-1.0, 0.0, 0.0, -1.0, width, height]),
        3 => Affine::new([0.0, -1.0, 1.0, 0.0, 0.0, width]),
        _ => Affine::IDENTITY,
    };
    let (across, down) = turn.size_after((width, height));
    let middle = Point::new(across / 2.0, down / 2.0);
    let degrees = Affine::rotate_about(f64::from(turn.degrees).to_radians(), middle);
    (degrees * quarters).inverse()
}

/// A rectangle moved back with its middle. It stays as large as it is, for around a turned line
/// there would be much that is not the line's.
pub(super) fn moved(rect: Rect, back: Affine, turn: PageRotation) -> Rect {
    let (width, height) = turn.size_after((rect.2 - rect.0, rect.3 - rect.1));
    let middle = Point::new(
        f64::from(rect.0 + rect.2) / 2.0,
        f64::from(rect.1 + rect.3) / 2.0,
    );
    let middle = back * middle;
    let (x, y) = (middle.x as f32, middle.y as f32);
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

    fn rect_back(quarters: u8) -> Rect {
        let turn = PageRotation {
            quarter_turns: quarters,
            degrees: 0.0,
        };
        moved(Rect(10.0, 20.0, 110.0, 30.0), turned_back(turn, SIZE), turn).rounded()
    }

    #[test]
    fn a_line_at_the_top_of_the_turned_page_is_found_where_it_lies() {
        assert_eq!(rect_back(0), Rect(10.0, 20.0, 110.0, 30.0));
        // Turned clockwise, the left edge became the top, read from the bottom up.
        assert_eq!(rect_back(1), Rect(20.0, 690.0, 30.0, 790.0));
        assert_eq!(rect_back(2), Rect(490.0, 770.0, 590.0, 780.0));
        assert_eq!(rect_back(3), Rect(570.0, 10.0, 580.0, 110.0));
    }

    #[test]
    fn a_crooked_page_is_turned_around_its_middle() {
        let turn = PageRotation {
            quarter_turns: 0,
            degrees: 90.0,
        };
        let back = turned_back(turn, SIZE) * Point::new(300.0, 300.0);
        assert!((back.x - 200.0).abs() < 0.01 && (back.y - 400.0).abs() < 0.01);
    }
}
