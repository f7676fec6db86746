//! Tesseract TSV parser: lines of characters from the table of words that Tesseract writes.
//!
//! Twelve columns: level, numbers of page, block, paragraph, line and word, then left, top, width,
//! height, confidence (0 to 100) and text. Level 5 is a word. Rows that are malformed or outside the
//! page are skipped.

use super::super::{BoundingBox, OcrCharacter, OcrLine};

/// A word of the table.
struct TsvWord<'t> {
    /// Numbers of its block, paragraph and line.
    line: [u32; 3],
    bounds: BoundingBox,
    confidence: f32,
    text: &'t str,
}

/// Lines with a lower mean confidence are drawings: it is 0.2 to 0.4 on photographs and noise, and 0.6 or
/// more on print that a person can read.
const MIN_CONFIDENCE: f32 = 0.4;
/// More lines are a pattern, not a page.
const MAX_LINES: usize = 2_000;
/// A line of at least three letters whose height is more than this multiple of its width runs up or
/// down the margin.
// Fewer letters are no evidence: a single l is as narrow.
const MAX_ASPECT: f32 = 2.5;
/// White that is added around a line's box, as a share of its height: Tesseract's box is that of the ink,
/// and [`line_metrics`](super::super::line_metrics) needs paper in the box to find a threshold.
const MARGIN: f32 = 0.15;

/// The lines of a page that is `width` by `height` pixels.
pub(super) fn lines(table: &str, width: usize, height: usize) -> Vec<OcrLine> {
    let words: Vec<TsvWord<'_>> = table
        .lines()
        .filter_map(|row| word(row, width, height))
        .collect();
    words
        .chunk_by(|one, next| one.line == next.line)
        .filter_map(|words| line(words, width, height))
        .take(MAX_LINES)
        .collect()
}

/// The word in a row of the table; `None` for other levels and for words outside the page.
fn word(row: &str, width: usize, height: usize) -> Option<TsvWord<'_>> {
    // The text is the last column, and may contain tabs.
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
    let bounds = BoundingBox {
        left: left.min(width),
        top: top.min(height),
        right: left.saturating_add(across).min(width),
        bottom: top.saturating_add(down).min(height),
    };
    let confidence: f32 = next()?.parse().ok()?;
    let text = next()?.trim();
    let is_on_page = bounds.left < bounds.right && bounds.top < bounds.bottom && !text.is_empty();
    is_on_page.then_some(TsvWord {
        line,
        bounds,
        confidence: (confidence / 100.0).clamp(0.0, 1.0),
        text,
    })
}

fn line(words: &[TsvWord<'_>], width: usize, height: usize) -> Option<OcrLine> {
    let characters = characters(words);
    let sum: f32 = characters.iter().map(|one| one.confidence).sum();
    let bounds = words
        .iter()
        .map(|word| word.bounds)
        .reduce(|one, other| one.union(other))?;
    let is_vertical =
        characters.len() >= 3 && bounds.height() as f32 > MAX_ASPECT * bounds.width() as f32;
    let is_confident = sum >= MIN_CONFIDENCE * characters.len() as f32;
    let margin = (MARGIN * bounds.height() as f32).ceil() as usize + 1;
    (is_confident && !is_vertical).then(|| OcrLine {
        bounds: bounds.expanded(margin, width, height),
        characters,
    })
}

/// The characters of a line. Those of a word share its box evenly: the table has no boxes of characters.
fn characters(words: &[TsvWord<'_>]) -> Vec<OcrCharacter> {
    let mut characters: Vec<OcrCharacter> = Vec::new();
    let mut end = None;
    for word in words {
        let start = word.bounds.left as f32;
        if let Some(end) = end {
            characters.push(OcrCharacter {
                character: ' ',
                x: (end + start) / 2.0,
                confidence: word.confidence,
            });
        }
        let count = word.text.chars().count();
        let share = word.bounds.width() as f32 / count as f32;
        let positions = (0..count).map(|index| start + (index as f32 + 0.5) * share);
        let printed = word.text.chars().zip(positions);
        characters.extend(printed.map(|(character, x)| OcrCharacter {
            character,
            x,
            confidence: word.confidence,
        }));
        end = Some(word.bounds.right as f32);
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
    fn lines_have_positions_and_confidence() {
        let found = lines(TABLE, 600, 800);
        let texts: Vec<String> = found.iter().map(OcrLine::text).collect();
        assert_eq!(texts, ["Åsa Öberg", "12\t3"]);
        let first = &found[0];
        assert!(first.bounds.left < 100 && first.bounds.right > 250 && first.bounds.top < 50);
        assert_eq!(first.characters[0].x, 110.0);
        assert_eq!(first.characters[3].x, 165.0);
        assert!((first.characters[0].confidence - 0.965).abs() < 1e-6);
    }

    #[test]
    fn words_outside_the_page_are_clipped_or_dropped() {
        let found = lines(TABLE, 200, 60);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].bounds.right, found[0].bounds.bottom), (200, 60));
    }

    #[test]
    fn malformed_rows_are_skipped() {
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
