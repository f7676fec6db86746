//! Text layer: the content stream that draws a page's words invisibly at their positions.
//!
//! Each word begins at the start of its baseline, follows the direction of the baseline, also on a skewed
//! page, and is scaled horizontally to the length of the printed word. A selection in a viewer thus
//! covers the printed words.

use std::fmt::Write;

use kurbo::{Affine, Point};

use super::glyphless_font::{ADVANCE, CharacterCodes};
use diarium_document::{Page, Word};

/// The font size of lines without one, in points.
// The usual size of body text. Only the height of a selection depends on it.
const DEFAULT_FONT_SIZE: f32 = 10.0;
/// The least length of a word, in points. A length of 0 would need a horizontal scale of 0, or a
/// division by 0.
const MIN_LENGTH: f64 = 0.1;

/// The content stream of a page's words in the font with the name `font`. `to_user` transforms the
/// displayed page to the user space of its content.
pub(super) fn content(page: &Page, codes: &CharacterCodes, font: &str, to_user: Affine) -> Vec<u8> {
    // `q` and `Q` keep the rendering mode from the content of the page that follows (ISO 32000-1, 8.4.2).
    let mut drawn = String::from("q\nBT\n3 Tr\n");
    for line in &page.lines {
        let size = line.font_size.unwrap_or(DEFAULT_FONT_SIZE).max(1.0);
        let _ = writeln!(drawn, "/{font} {} Tf", number(size.into(), 2));
        for word in page.words_of(line) {
            let text = codes.encode(&page.text[word.bytes.clone()]);
            draw_word(word, &text, size, to_user, &mut drawn);
            // Separates the words for readers that do not measure distances.
            drawn.push_str(&hexadecimal(&codes.encode(" ")));
            drawn.push_str("> Tj\n");
        }
    }
    drawn.push_str("ET\nQ\n");
    drawn.into_bytes()
}

/// Appends the position and the codes of a word, up to the open string of a `Tj` operator.
fn draw_word(word: &Word, codes: &[u16], size: f32, to_user: Affine, drawn: &mut String) {
    let point = |(x, y): (f32, f32)| to_user * Point::new(x.into(), y.into());
    let (start, end) = (point(word.start), point(word.end));
    let baseline = end - start;
    let length = baseline.hypot();
    let (cosine, sine) = if length > 0.0 {
        (baseline.x / length, baseline.y / length)
    } else {
        (1.0, 0.0)
    };
    let unscaled = codes.len() as f64 * f64::from(size) * ADVANCE;
    let scale = 100.0 * length.max(MIN_LENGTH) / unscaled.max(MIN_LENGTH);
    // Writing to a string cannot fail.
    let _ = write!(
        drawn,
        "{} {} {} {} {} {} Tm {} Tz <{}",
        // Five decimals of a direction are less than 0.01 points at the other end of an A4 page.
        number(cosine, 5),
        number(sine, 5),
        number(-sine, 5),
        number(cosine, 5),
        number(start.x, 2),
        number(start.y, 2),
        number(scale, 2),
        hexadecimal(codes),
    );
}

/// Character codes as the digits of a hexadecimal string.
fn hexadecimal(codes: &[u16]) -> String {
    codes.iter().map(|code| format!("{code:04X}")).collect()
}

/// A number as PDFs write it: without an exponent and without trailing zeros.
fn number(value: f64, decimals: usize) -> String {
    let written = format!("{value:.decimals$}");
    let short = if written.contains('.') {
        written.trim_end_matches('0').trim_end_matches('.')
    } else {
        &written
    };
    match short {
        "-0" => "0".to_owned(),
        _ => short.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_no_trailing_zeros() {
        assert_eq!(number(1.0, 5), "1");
        assert_eq!(number(-0.000_001, 5), "0");
        assert_eq!(number(100.0, 2), "100");
        assert_eq!(number(-12.3456, 2), "-12.35");
        assert_eq!(number(10.0, 0), "10");
    }
}
