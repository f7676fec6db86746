//! What is drawn, unseen, so that each word is found where it stands?
//!
//! A word begins where its letters do, runs in their direction, also on a crooked page, and is
//! stretched to end where they end.

use std::fmt::Write;

use kurbo::{Affine, Point};

use super::font::{ADVANCE, Alphabet};
use diarium_document::{Page, Word};

/// Size of the letters where a line does not tell, in points.
const USUAL_SIZE: f32 = 10.0;
/// A word is at least this long, in points: less than none cannot be stretched to.
const LEAST_LENGTH: f64 = 0.1;

/// The content stream of a page's words, set in the font of that name. `to_user` leads from the page as displayed to where
/// content is drawn.
pub(super) fn content(page: &Page, alphabet: &Alphabet, font: &str, to_user: Affine) -> Vec<u8> {
    let mut drawn = String::from("q\nBT\n3 Tr\n");
    for line in &page.lines {
        let size = line.font_size.unwrap_or(USUAL_SIZE).max(1.0);
        let _ = writeln!(drawn, "/{font} {} Tf", number(size.into(), 2));
        for word in page.words_of(line) {
            draw(
                word,
                &page.text[word.bytes.clone()],
                size,
                alphabet,
                to_user,
                &mut drawn,
            );
        }
    }
    drawn.push_str("ET\nQ\n");
    drawn.into_bytes()
}

fn draw(
    word: &Word,
    text: &str,
    size: f32,
    alphabet: &Alphabet,
    to_user: Affine,
    drawn: &mut String,
) {
    let point = |(x, y): (f32, f32)| to_user * Point::new(x.into(), y.into());
    let (start, end) = (point(word.start), point(word.end));
    let along = end - start;
    let length = along.hypot().max(LEAST_LENGTH);
    let (cosine, sine) = match along.hypot() > 0.0 {
        true => (along.x / along.hypot(), along.y / along.hypot()),
        false => (1.0, 0.0),
    };
    let codes = alphabet.codes(text);
    let natural = codes.len() as f64 * f64::from(size) * ADVANCE;
    let stretch = 100.0 * length / natural.max(LEAST_LENGTH);
    // Writing to a string cannot fail.
    let _ = write!(
        drawn,
        "{} {} {} {} {} {} Tm {} Tz <",
        number(cosine, 5),
        number(sine, 5),
        number(-sine, 5),
        number(cosine, 5),
        number(start.x, 2),
        number(start.y, 2),
        number(stretch, 2),
    );
    // A blank behind each word parts it from the next for readers that do not measure.
    for code in codes.into_iter().chain(alphabet.codes(" ")) {
        let _ = write!(drawn, "{code:04X}");
    }
    drawn.push_str("> Tj\n");
}

/// A number as PDFs write it: no exponent, no zeros that say nothing.
fn number(value: f64, decimals: usize) -> String {
    let written = format!("{value:.decimals$}");
    let short = match written.contains('.') {
        true => written.trim_end_matches('0').trim_end_matches('.'),
        false => &written,
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
    fn numbers_are_written_short() {
        assert_eq!(number(1.0, 5), "1");
        assert_eq!(number(-0.000_001, 5), "0");
        assert_eq!(number(100.0, 2), "100");
        assert_eq!(number(-12.3456, 2), "-12.35");
        assert_eq!(number(10.0, 0), "10");
    }
}
