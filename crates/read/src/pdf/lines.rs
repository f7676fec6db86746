//! Line ends and paragraphs: which lines start a paragraph, and why each line ends.
//!
//! A line ends soft if the margin of the page ended it, so that its sentence goes on in the next line, and
//! hard if the author did. Everything is measured against the page's own leading and margins.

use super::columns::Block;
use super::layout_line::{LayoutLine, is_marker, layout_line};
use super::margins::{Leading, Margins};
use super::rows::is_checkbox;
use diarium_document::{LineEnd, LineRole};

/// The lines of a page of this width, in reading order.
pub(super) fn build_lines(blocks: &[Block], page_width: f32) -> Vec<LayoutLine> {
    let mut lines: Vec<LayoutLine> = blocks
        .iter()
        .enumerate()
        .flat_map(|(number, block)| {
            block
                .rows
                .iter()
                .map(move |row| layout_line(row, number, block.is_column))
        })
        .collect();
    let leading = Leading::measure(&lines, page_width);
    for index in 1..lines.len() {
        lines[index].gap_before = leading.is_gap(&lines[..index], &lines[index]);
    }
    let margins = Margins::measure(&lines, page_width);
    let ends: Vec<LineEnd> = (0..lines.len())
        .map(|index| end_of(&lines[index], lines.get(index + 1), &margins))
        .collect();
    for (line, end) in lines.iter_mut().zip(ends) {
        line.end = end;
    }
    lines
}

/// Font sizes that differ by a larger share are another kind of text, such as a heading.
const SAME_SIZE: f32 = 0.15;
/// A line that is indented by more than this share of the font size starts a paragraph.
const MIN_INDENT: f32 = 0.8;
// If the next word is unknown, a line that ends closer to the margin than this, in multiples of the font
// size, was ended by the margin. A Swedish word is six letters long, which is 3. If the sentence has not
// ended, a word must follow, and it may be a long one.
const USUAL_WORD: f32 = 3.0;
const LONG_WORD: f32 = 7.0;
/// Width of the space before the next word, as a share of the font size.
const SPACE: f32 = 0.25;

/// Why a line ends, given the one after it.
///
/// A line that fills its column ends soft even if white space and another kind of text follow: its sentence
/// may continue behind a footer or on the next page. Cleaning, which detects footers, decides that.
fn end_of(line: &LayoutLine, next: Option<&LayoutLine>, margins: &Margins) -> LineEnd {
    if next.is_some_and(|next| is_hyphenated(line, next)) {
        return LineEnd::Soft;
    }
    let Some(margin) = margins.right_margin(line) else {
        return LineEnd::Hard;
    };
    let space_left = margin - line.right;
    let soft_if_wider = |next_word: f32| {
        if space_left < next_word {
            LineEnd::Soft
        } else {
            LineEnd::Hard
        }
    };
    let Some(next) = next else {
        return match line.role {
            LineRole::Row => LineEnd::Hard,
            _ if ends_sentence(line) => soft_if_wider(USUAL_WORD * line.size),
            _ => soft_if_wider(LONG_WORD * line.size),
        };
    };
    match (next.gap_before, same_style(line, next)) {
        (true, true) => LineEnd::Hard,
        // What follows is another text: a footer, a heading, a caption. The sentence may continue behind
        // it, unless it has ended.
        (true, false) if has_ended(line, next) => LineEnd::Hard,
        (true, false) => soft_if_wider(LONG_WORD * line.size),
        (false, false) => LineEnd::Hard,
        (false, true) if starts_paragraph(line, next) => LineEnd::Hard,
        (false, true) => soft_if_wider(next.first_word_width + SPACE * line.size),
    }
}

fn same_style(line: &LayoutLine, next: &LayoutLine) -> bool {
    (line.size - next.size).abs() <= SAME_SIZE * line.size && line.bold == next.bold
}

/// Whether a text has ended when another kind of text follows: with a full stop, or because it is a heading,
/// a table row or a list item.
fn has_ended(line: &LayoutLine, next: &LayoutLine) -> bool {
    line.role != LineRole::Body || line.bold && !next.bold || ends_sentence(line)
}

/// Whether a line ends with the hyphen of a word, printed or soft, that the next line continues. Short lines
/// do not show where their margin is, but no author ends a line so.
fn is_hyphenated(line: &LayoutLine, next: &LayoutLine) -> bool {
    let half = line.text.strip_suffix(['-', '\u{AD}', '\u{2010}']);
    half.is_some_and(|half| half.ends_with(char::is_alphabetic))
        && next.text.starts_with(char::is_alphabetic)
        && !next.gap_before
        && same_style(line, next)
        && !starts_paragraph(line, next)
}

fn ends_sentence(line: &LayoutLine) -> bool {
    line.text.ends_with(['.', '!', '?', ':'])
}

/// Whether a line starts a paragraph, regardless of the space that the line before had left.
fn starts_paragraph(line: &LayoutLine, next: &LayoutLine) -> bool {
    let is_item = next.role != LineRole::Body
        || next.text.starts_with(is_checkbox)
        || next.text.split(' ').next().is_some_and(is_marker);
    let indent = next.left - line.left;
    let continues_cell = (next.left - line.last_cell_left).abs() <= MIN_INDENT * line.size;
    match line.role {
        LineRole::Row => is_item || !continues_cell,
        // Further lines of an item start under its text, right of its bullet.
        LineRole::Item => is_item || indent < 0.0,
        _ => {
            let starts_with_box = line.text.starts_with(is_checkbox);
            is_item
                || indent > MIN_INDENT * line.size && line.block == next.block && !starts_with_box
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::columns::blocks;
    use super::super::content::Glyph;
    use super::super::rows::rows;
    use super::super::tests::support::{glyphs_of, typed};
    use super::*;

    fn lines_of(glyphs: Vec<Glyph>) -> Vec<LayoutLine> {
        build_lines(&blocks(rows(glyphs)), 595.0)
    }

    /// Two paragraphs of `typed` letters, each with full lines and a short last line.
    fn paragraph() -> Vec<Glyph> {
        let full = "Föreningen har under året arbetat med nya mötesplatser för unga vuxna i hela";
        glyphs_of(&[
            (full, 50.0, 100.0),
            (
                "länet och prövat flera sätt att nå dem som sällan kommer till tals i våra egna",
                50.0,
                113.0,
            ),
            ("verksamheter.", 50.0, 126.0),
            (
                "Nästa stycke börjar efter ett mellanrum och är också det så långt att det går",
                50.0,
                146.0,
            ),
            ("över på en rad till.", 50.0, 159.0),
        ])
    }

    #[test]
    fn lines_of_a_paragraph_end_soft_and_gaps_separate_paragraphs() {
        let lines = lines_of(paragraph());
        let gaps: Vec<bool> = lines.iter().map(|line| line.gap_before).collect();
        assert_eq!(gaps, [false, false, false, true, false]);
        use LineEnd::{Hard, Soft};
        let ends: Vec<LineEnd> = lines.iter().map(|line| line.end).collect();
        assert_eq!(ends, [Soft, Soft, Hard, Soft, Hard]);
    }

    #[test]
    fn cells_of_a_row_are_separated_by_tabs() {
        let mut glyphs = typed("Summa", 50.0, 100.0);
        glyphs.extend(typed("83 500 kr", 300.0, 100.5));
        let lines = lines_of(glyphs);
        assert_eq!(lines[0].text, "Summa\t83 500 kr");
        assert_eq!(lines[0].role, LineRole::Row);
        assert_eq!(lines[0].end, LineEnd::Hard);
    }

    #[test]
    fn a_bullet_far_from_its_text_still_starts_an_item() {
        let mut glyphs = typed("•", 50.0, 100.0);
        glyphs.extend(typed("hembesök", 72.0, 100.0));
        glyphs.extend(glyphs_of(&[
            ("- läxhjälp", 50.0, 113.0),
            ("1.", 50.0, 126.0),
        ]));
        glyphs.extend(typed("Bakgrund", 80.0, 126.0));
        let lines = lines_of(glyphs);
        let texts: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts, ["• hembesök", "- läxhjälp", "1. Bakgrund"]);
        assert_eq!(lines[0].role, LineRole::Item);
        assert_eq!(lines[1].role, LineRole::Item);
    }

    #[test]
    fn a_justified_line_has_no_cells() {
        let mut glyphs = typed("Några ", 50.0, 100.0);
        glyphs.extend(typed("ord ", 120.0, 100.0));
        let gap = 120.0 - (50.0 + 5.0 * 5.5);
        glyphs.extend(typed("här", 120.0 + 3.0 * 5.5 + gap, 100.0));
        assert_eq!(lines_of(glyphs)[0].text, "Några ord här");
    }

    #[test]
    fn no_break_spaces_are_kept() {
        let glyphs = typed("412\u{A0}000 kr", 50.0, 100.0);
        assert_eq!(lines_of(glyphs)[0].text, "412\u{A0}000 kr");
    }

    #[test]
    fn right_to_left_lines_are_in_reading_order() {
        let lines = lines_of(typed("םלוע םולש", 50.0, 100.0));
        assert_eq!(lines[0].text, "שלום עולם");
    }

    #[test]
    fn a_short_line_with_a_hyphen_continues() {
        for (hyphen, next, expected) in [
            ("-", "insatser", LineEnd::Soft),
            ("\u{AD}", "insatser", LineEnd::Soft),
            (" -", "insatser", LineEnd::Hard),
            ("-", "- insatser", LineEnd::Hard),
        ] {
            let first = format!("korta utbildnings{hyphen}");
            let lines = lines_of(glyphs_of(&[(&first, 50.0, 100.0), (next, 50.0, 113.0)]));
            assert_eq!(lines[0].end, expected, "{first} {next}");
        }
    }

    #[test]
    fn texts_side_by_side_keep_their_own_gaps() {
        let lines = lines_of(glyphs_of(&[
            ("Samarbete i bygden", 50.0, 40.0),
            ("för alla", 50.0, 53.0),
            ("Logotyp", 450.0, 70.0),
            ("(en pilot)", 50.0, 76.0),
            ("Förbund", 450.0, 82.0),
            ("och mer", 50.0, 89.0),
        ]));
        let gaps: Vec<bool> = lines.iter().map(|line| line.gap_before).collect();
        assert_eq!(gaps, [false, false, true, true, false, false]);
    }

    #[test]
    fn a_sentence_cut_by_the_end_of_the_page_ends_soft() {
        let full = "Föreningen har under året arbetat med nya mötesplatser för unga vuxna i hela";
        let cut = "länet och prövat flera sätt att nå dem som sällan kommer till tals i";
        let glyphs = glyphs_of(&[(full, 50.0, 100.0), (cut, 50.0, 113.0)]);
        assert_eq!(lines_of(glyphs.clone())[1].end, LineEnd::Soft);
        let mut with_footer = glyphs;
        with_footer.extend(
            typed("Sida 3", 50.0, 780.0)
                .into_iter()
                .map(|glyph| Glyph { size: 8.0, ..glyph }),
        );
        assert_eq!(lines_of(with_footer)[1].end, LineEnd::Soft);
    }
}
