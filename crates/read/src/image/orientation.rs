//! Orientation: how stored pixels are turned and mirrored for display.
//!
//! TIFF and EXIF number the eight ways from 1 to 8 (TIFF 6.0, section 8, tag 274).

use diarium_ocr::GrayImage;

/// How a stored picture is turned: first mirrored left to right, then turned clockwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Orientation {
    pub mirrored: bool,
    pub quarter_turns: u8,
}

impl Orientation {
    /// The orientation with this number in TIFF and EXIF; upright if there is none with it.
    pub(super) fn from_tag(tag: u64) -> Self {
        let (mirrored, quarter_turns) = match tag {
            2 => (true, 0),
            3 => (false, 2),
            4 => (true, 2),
            5 => (true, 3),
            6 => (false, 1),
            7 => (true, 1),
            8 => (false, 3),
            _ => (false, 0),
        };
        Self {
            mirrored,
            quarter_turns,
        }
    }

    /// Whether width and height are exchanged.
    pub(super) fn is_sideways(self) -> bool {
        self.quarter_turns % 2 == 1
    }

    /// A pair of values across and down, as they are after turning.
    pub(super) fn turned<T>(self, (across, down): (T, T)) -> (T, T) {
        if self.is_sideways() {
            (down, across)
        } else {
            (across, down)
        }
    }

    /// The picture as it is displayed.
    pub(super) fn apply(self, mut image: GrayImage) -> GrayImage {
        if self.mirrored {
            for y in 0..image.height() {
                image.row_mut(y).reverse();
            }
        }
        match self.quarter_turns {
            0 => image,
            turns => image.rotated_90(turns),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where each orientation displays the pixel that is stored first: row and column of a picture of
    /// 3 × 2 stored pixels.
    #[test]
    fn the_first_stored_pixel_is_displayed_where_the_tag_says() {
        let expected = [
            (0, 0),
            (2, 0),
            (2, 1),
            (0, 1),
            (0, 0),
            (1, 0),
            (1, 2),
            (0, 2),
        ];
        for (tag, expected) in (1..).zip(expected) {
            let mut image = GrayImage::white(3, 2);
            image.row_mut(0)[0] = 0;
            let shown = Orientation::from_tag(tag).apply(image);
            let at = shown.pixels().iter().position(|&shade| shade == 0).unwrap();
            let found = (at % shown.width(), at / shown.width());
            assert_eq!(found, expected, "{tag}");
        }
    }
}
