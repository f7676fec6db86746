//! What do the tables say that Tesseract writes?
//!
//! Twelve columns: level, numbers of page, block, paragraph, line and word, then left, top, width,
//! height, confidence (0 to 100) and text. Level 5 is a word.

use super::super::{Area, OcrCharacter, OcrLine};

/// One word.
struct Word<'t> {
    /// Numbers of its block, paragraph and line.
    line: [u32; 3],
    area: Area,
    confidence: f32,
    text: &'t str,
}

/// Lines with less confidence are drawings: on photographs and noise Tesseract says 0.2 to 0.4, on
/// print that a person can read 0.6 and more.
const LEAST_CONFIDENCE: f32 = 0.4;
/// More lines than this are a pattern, not a page.
const MOST_LINES: usize = 2_000;
/// Three letters and more that stand higher than wide by this run up or down the margin.
const UPRIGHT: f32 = 2.5;
/// A line's box is that of its ink. Whoever measures the ink wants to see white around it, in
/// shares of its height.
const AROUND: f32 = 0.15;

/// The lines of a page of so many columns and rows of pixels.
pub(super) fn lines(table: &str, width: usize, height: usize) -> Vec<OcrLine> {
    let words: Vec<Word<'_>> = table
        .lines()
        .filter_map(|row| word(row, width, height))
        .collect();
    words
        .chunk_by(|one, next| one.line == next.line)
        .filter_map(|words| line(words, width, height))
        .take(MOST_LINES)
        .collect()
}

/// The word that a row of the table tells of, if it tells of one that stands on the page.
fn word(row: &str, width: usize, height: usize) -> Option<Word<'_>> {
    let mut columns = row.splitn(12, '\t');
    let mut next = || columns.next();
    if next()? != "5" {
        return None;
    }
    next()?;
    let mut number = || next()?.parse::<u32>().ok();
    let line = [number()?, number()?, number()?];
    number()?;
    let mut pixels = || number().and_then(|number| usize::try_from(number).ok());
    let (left, top, across, down) = (pixels()?, pixels()?, pixels()?, pixels()?);
    let area = Area {
        left: left.min(width),
        top: top.min(height),
        right: left.saturating_add(across).min(width),
        bottom: top.saturating_add(down).min(height),
    };
    let confidence: f32 = next()?.parse().ok()?;
    let text = next()?.trim();
    let is_there = area.left < area.right && area.top < area.bottom && !text.is_empty();
    is_there.then_some(Word {
        line,
        area,
        confidence: (confidence / 100.0).clamp(0.0, 1.0),
        text,
    })
}

fn line(words: &[Word<'_>], width: usize, height: usize) -> Option<OcrLine> {
    let characters = characters(words);
    let sum: f32 = characters.iter().map(|one| one.confidence).sum();
    let area = words
        .iter()
        .map(|word| word.area)
        .reduce(|one, other| one.union(other))?;
    let is_upright = characters.len() >= 3 && area.height() as f32 > UPRIGHT * area.width() as f32;
    let is_sure = sum >= LEAST_CONFIDENCE * characters.len() as f32;
    let around = (AROUND * area.height() as f32).ceil() as usize + 1;
    (is_sure && !is_upright).then(|| OcrLine {
        area: area.grown(around, width, height),
        characters,
    })
}

/// A word's characters share its box evenly: Tesseract tells no more of them.
fn characters(words: &[Word<'_>]) -> Vec<OcrCharacter> {
    let mut characters: Vec<OcrCharacter> = Vec::new();
    let mut end = None;
    for word in words {
        let start = word.area.left as f32;
        if let Some(end) = end {
            characters.push(OcrCharacter {
                character: ' ',
                x: (end + start) / 2.0,
                confidence: word.confidence,
            });
        }
        let count = word.text.chars().count();
        let share = word.area.width() as f32 / count as f32;
        let places = (0..count).map(|index| start + (index as f32 + 0.5) * share);
        let printed = word.text.chars().zip(places);
        characters.extend(printed.map(|(character, x)| OcrCharacter {
            character,
            x,
            confidence: word.confidence,
        }));
        end = Some(word.area.right as f32);
    }
    characters
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext
1\t1\t0\t0\t0\t0\t0\t0\t600\t800\t-1\t
4\t1\t1\t1\t1\t0\t100\t50\t250\t20\t-1\t
5\t1\t1\t1\t1\t1\t100\t50\t60\t20\t96.5\tÅsa
5\t1\t1\t1\t1\t2\t170\t52\t80\t18\t90\tÖberg
5\t1\t1\t1\t2\t1\t100\t80\t40\t20\t95\t12\t3
5\t1\t1\t1\t3\t1\t100\t120\t40\t20\t12\t~!°
5\t1\t1\t1\t4\t1\t100\t140\t40\t20\t95\t \n";

    #[test]
    fn lines_are_read_with_places_and_confidence() {
        let found = lines(TABLE, 600, 800);
        let texts: Vec<String> = found.iter().map(OcrLine::text).collect();
        assert_eq!(texts, ["Åsa Öberg", "12\t3"]);
        let first = &found[0];
        assert!(first.area.left < 100 && first.area.right > 250 && first.area.top < 50);
        assert_eq!(first.characters[0].x, 110.0);
        assert_eq!(first.characters[3].x, 165.0);
        assert!((first.characters[0].confidence - 0.965).abs() < 1e-6);
    }

    #[test]
    fn what_lies_outside_of_the_page_is_cut_or_left_out() {
        let found = lines(TABLE, 200, 60);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].area.right, found[0].area.bottom), (200, 60));
    }

    #[test]
    fn rows_that_are_none_say_nothing() {
        for row in [
            "",
            "5",
            "5\t1\t1\t1\t1\t1\t-3\t50\t60\t20\t96\tord",
            "5\t1\t1\t1\t1\t1\t3\t50\t0\t20\t96\tord",
            "5\t1\t1\t1\t1\t1\t99999999999\t50\t60\t20\t96\tord",
            "5\t1\t1\t1\t1\t1\t3\t50\t60\t20\tnan\tord",
        ] {
            assert_eq!(lines(row, 600, 800), [], "{row}");
        }
    }
}
