//! What are a page's lines, and why does each of them end?
//!
//! From blocks of rows to lines of text with their tabs, and for each line whether a paragraph
//! starts with it, whether the author or the paper ended it, and what it looks like.

use unicode_normalization::UnicodeNormalization;

use super::bidi::{is_right_to_left, reading_order};
use super::columns::Block;
use super::margins::{Leading, Margins};
use super::rows::{Row, Word};
use super::words::{PlacedWord, placed};
use diarium_document::{LineEnd, LineRole};

/// A line of text and its geometry, before it has a place in the page's text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Draft {
    /// Its text, NFC, cells parted by tabs.
    pub text: String,
    /// Its words, where they stand in that text.
    pub words: Vec<PlacedWord>,
    /// Left edge.
    pub left: f32,
    /// Left edge of its last cell; of the line, if it has but one.
    pub tail: f32,
    /// Right edge.
    pub right: f32,
    /// Top of its tallest letters.
    pub top: f32,
    /// Bottom of its deepest.
    pub bottom: f32,
    /// Where it stands.
    pub baseline: f32,
    /// Size of most of it.
    pub size: f32,
    /// All its letters are bold.
    pub bold: bool,
    /// Width of its first word, which decides whether it would have fitted in the line before.
    pub first_word: f32,
    /// Share of its glyphs that can be read.
    pub legible: f32,
    /// The block that it is in, by number.
    pub block: usize,
    /// That block is one of several columns.
    pub in_column: bool,
    /// What it looks like.
    pub role: LineRole,
    /// A new paragraph starts with it.
    pub gap_before: bool,
    /// Why it ends.
    pub end: LineEnd,
}

/// The lines of a page of the given width.
pub(super) fn drafts(blocks: &[Block], page_width: f32) -> Vec<Draft> {
    let mut lines: Vec<Draft> = blocks
        .iter()
        .enumerate()
        .flat_map(|(number, block)| {
            block
                .rows
                .iter()
                .map(move |row| draft(row, number, block.is_column))
        })
        .collect();
    let leading = Leading::of(&lines, page_width);
    for index in 1..lines.len() {
        lines[index].gap_before = leading.is_gap(&lines[..index], &lines[index]);
    }
    let margins = Margins::of(&lines, page_width);
    let ends: Vec<LineEnd> = (0..lines.len())
        .map(|index| end_of(&lines[index], lines.get(index + 1), &margins))
        .collect();
    for (line, end) in lines.iter_mut().zip(ends) {
        line.end = end;
    }
    lines
}

fn draft(row: &Row, block: usize, in_column: bool) -> Draft {
    let cells = cells(row);
    let text = text_of(&cells);
    let tail = cells
        .last()
        .and_then(|cell| cell.first())
        .map_or(0.0, |word| word.left);
    let edge = |edge: fn(&Word) -> f32, pick: fn(f32, f32) -> f32, start: f32| {
        row.words.iter().map(edge).fold(start, pick)
    };
    let glyphs: usize = row.words.iter().map(|word| word.glyphs).sum();
    let unknown: usize = row.words.iter().map(|word| word.unknown).sum();
    Draft {
        left: row.left(),
        tail,
        right: row.right(),
        top: edge(|word| word.baseline - 0.75 * word.size, f32::min, f32::MAX),
        bottom: edge(|word| word.baseline + 0.2 * word.size, f32::max, f32::MIN),
        baseline: row.baseline(),
        size: row.size(),
        bold: text.contains(char::is_alphabetic) && row.words.iter().all(|word| word.bold),
        first_word: row.words[0].right - row.words[0].left,
        legible: 1.0 - unknown as f32 / glyphs.max(1) as f32,
        block,
        in_column,
        role: role_of(&text),
        gap_before: false,
        end: LineEnd::Hard,
        words: placed(&row.words, &text),
        text,
    }
}

/// A gap wider than this, in shares of the text's size, parts two cells although a blank is printed
/// in it: justified lines stretch their blanks to 1.5 at most.
const CELL_GAP: f32 = 2.0;
/// A gap without a printed blank parts two cells sooner: the words were placed one by one.
const PLACED_GAP: f32 = 1.3;
/// Typed blanks in a row, as in forms filled in by hand, line cells up.
const TYPED_BLANKS: usize = 3;
/// A cell's gap is this many times as wide as the line's usual ones.
const UNUSUAL: f32 = 2.5;
/// Between a bullet, a number or a checkbox and its text there may be this much.
const LABEL_GAP: f32 = 4.0;

/// The words of a row, cell by cell.
fn cells(row: &Row) -> Vec<&[Word]> {
    let gaps: Vec<f32> = row
        .words
        .windows(2)
        .map(|pair| (pair[1].left - pair[0].right) / pair[0].size.min(pair[1].size).max(0.1))
        .collect();
    let mut cells = Vec::new();
    let mut start = 0;
    if !is_justified(&gaps, &row.words) {
        let usual = usual_gap(&gaps);
        for (index, &gap) in gaps.iter().enumerate() {
            if gap > widest_blank(&row.words[start..], index - start, usual) {
                cells.push(&row.words[start..=index]);
                start = index + 1;
            }
        }
    }
    cells.push(&row.words[start..]);
    cells
}

/// The widest gap after a word of a cell that is still a blank.
fn widest_blank(cell: &[Word], index: usize, usual: f32) -> f32 {
    let after = &cell[index + 1];
    if cell[index].checkbox || index == 0 && is_marker(&cell[0].text) {
        return LABEL_GAP;
    }
    let least = match after.spaces {
        _ if after.checkbox => PLACED_GAP,
        0 | TYPED_BLANKS.. => PLACED_GAP,
        _ => CELL_GAP,
    };
    least.max(UNUSUAL * usual)
}

/// All blanks of a line are printed and equally wide: the line was stretched to its margin.
fn is_justified(gaps: &[f32], words: &[Word]) -> bool {
    let widest = gaps.iter().copied().fold(f32::MIN, f32::max);
    let narrowest = gaps.iter().copied().fold(f32::MAX, f32::min);
    gaps.len() >= 2
        && widest <= 1.15 * narrowest
        && words[1..]
            .iter()
            .all(|word| (1..TYPED_BLANKS).contains(&word.spaces))
}

/// The median of a line's blanks; cells' gaps are not counted.
fn usual_gap(gaps: &[f32]) -> f32 {
    let mut blanks: Vec<f32> = gaps
        .iter()
        .copied()
        .filter(|&gap| gap < PLACED_GAP)
        .collect();
    blanks.sort_by(f32::total_cmp);
    blanks.get(blanks.len() / 2).copied().unwrap_or(0.28)
}

fn text_of(cells: &[&[Word]]) -> String {
    let mut printed: Vec<String> = cells.iter().map(|cell| cell_text(cell)).collect();
    let whole = printed.concat();
    if is_right_to_left(&whole) {
        printed.reverse();
    }
    printed.join("\t").nfc().collect()
}

fn cell_text(cell: &[Word]) -> String {
    let mut printed = String::new();
    for (index, word) in cell.iter().enumerate() {
        if index > 0 {
            printed.push(if word.no_break { '\u{A0}' } else { ' ' });
        }
        printed.push_str(&word.text);
    }
    reading_order(&printed).into_owned()
}

fn role_of(text: &str) -> LineRole {
    if text.contains('\t') {
        return LineRole::Row;
    }
    match text.split_once([' ', '\u{A0}']) {
        Some((first, _)) if is_bullet(first) => LineRole::Item,
        _ => LineRole::Body,
    }
}

/// A sign that starts an item of a list.
fn is_bullet(word: &str) -> bool {
    let mut characters = word.chars();
    let (Some(only), None) = (characters.next(), characters.next()) else {
        return false;
    };
    "•·-–—−▪■□●○◦‣⁃➢➤→*✓✔".contains(only) || ('\u{E000}'..='\u{F8FF}').contains(&only)
}

/// A bullet, or a number such as `1.`, `2)` or `a)`, that stands apart from its text.
fn is_marker(word: &str) -> bool {
    let Some(body) = word.strip_suffix(['.', ')']) else {
        return is_bullet(word);
    };
    let body = body.trim_start_matches('(');
    (1..=4).contains(&body.len())
        && (body.chars().all(|one| one.is_ascii_digit() || one == '.')
            || body.len() == 1 && body.chars().all(|one| one.is_ascii_alphabetic()))
}

/// Fonts this much larger or smaller are another kind of text.
const SAME_SIZE: f32 = 0.15;
/// A line that starts this far further in than the one before, in shares of its size, starts a
/// paragraph.
const INDENT: f32 = 0.8;
/// Where nobody knows the next word, a line that ends this close to the margin, in shares of its
/// size, was ended by it: a Swedish word is six letters long, which is 3…
const USUAL_WORD: f32 = 3.0;
/// …and where the sentence is not over, so that some word must follow, it may well be a long one.
const LONG_WORD: f32 = 7.0;

/// Why a line ends, seeing the one after it. A line that fills its measure ends soft even where
/// white space and another kind of text follow: whether the sentence goes on behind a footer or on
/// the next page is for those to say who know what is a footer.
fn end_of(line: &Draft, next: Option<&Draft>, margins: &Margins) -> LineEnd {
    let Some(margin) = margins.of_line(line) else {
        return LineEnd::Hard;
    };
    let room = margin - line.right;
    let reaches = |needed: f32| match room < needed {
        true => LineEnd::Soft,
        false => LineEnd::Hard,
    };
    let Some(next) = next else {
        return match line.role {
            LineRole::Row => LineEnd::Hard,
            _ if ends_sentence(line) => reaches(USUAL_WORD * line.size),
            _ => reaches(LONG_WORD * line.size),
        };
    };
    match (next.gap_before, same_look(line, next)) {
        (true, true) => LineEnd::Hard,
        // What follows is no part of this text: a footer, a heading, a caption. The sentence may
        // go on behind it, unless it is over.
        (true, false) if is_over(line, next) => LineEnd::Hard,
        (true, false) => reaches(LONG_WORD * line.size),
        (false, false) => LineEnd::Hard,
        (false, true) if starts_anew(line, next) => LineEnd::Hard,
        (false, true) => reaches(next.first_word + 0.25 * line.size),
    }
}

fn same_look(line: &Draft, next: &Draft) -> bool {
    (line.size - next.size).abs() <= SAME_SIZE * line.size && line.bold == next.bold
}

/// Whether a text has ended when another kind of text follows: with a full stop, or as a heading,
/// a row or an item does.
fn is_over(line: &Draft, next: &Draft) -> bool {
    line.role != LineRole::Body || line.bold && !next.bold || ends_sentence(line)
}

fn ends_sentence(line: &Draft) -> bool {
    line.text.ends_with(['.', '!', '?', ':'])
}

/// Whether a line starts something of its own, whatever room the line before had.
fn starts_anew(line: &Draft, next: &Draft) -> bool {
    let is_own = next.role != LineRole::Body
        || next.text.starts_with(super::rows::is_checkbox)
        || next.text.split(' ').next().is_some_and(is_marker);
    let indent = next.left - line.left;
    let continues_cell = (next.left - line.tail).abs() <= INDENT * line.size;
    match line.role {
        LineRole::Row => is_own || !continues_cell,
        // An item's later lines start under its text, right of its bullet.
        LineRole::Item => is_own || indent < 0.0,
        _ => {
            let starts_with_box = line.text.starts_with(super::rows::is_checkbox);
            is_own || indent > INDENT * line.size && line.block == next.block && !starts_with_box
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::columns::blocks;
    use super::super::rows::rows;
    use super::super::test_support::{glyphs_of, typed};
    use super::*;

    fn lines(glyphs: Vec<super::super::content::Glyph>) -> Vec<Draft> {
        drafts(&blocks(rows(glyphs)), 595.0)
    }

    /// A paragraph whose lines are full, then short, of the page that `typed` letters fill.
    fn paragraph() -> Vec<super::super::content::Glyph> {
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
    fn paragraphs_are_parted_by_gaps_and_held_together_by_soft_ends() {
        let lines = lines(paragraph());
        let gaps: Vec<bool> = lines.iter().map(|line| line.gap_before).collect();
        assert_eq!(gaps, [false, false, false, true, false]);
        use LineEnd::{Hard, Soft};
        let ends: Vec<LineEnd> = lines.iter().map(|line| line.end).collect();
        assert_eq!(ends, [Soft, Soft, Hard, Soft, Hard]);
    }

    #[test]
    fn the_cells_of_a_row_are_parted_by_tabs() {
        let mut glyphs = typed("Summa", 50.0, 100.0);
        glyphs.extend(typed("83 500 kr", 300.0, 100.5));
        let lines = lines(glyphs);
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
        let lines = lines(glyphs);
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
        assert_eq!(lines(glyphs)[0].text, "Några ord här");
    }

    #[test]
    fn no_break_spaces_stay() {
        let glyphs = typed("412\u{A0}000 kr", 50.0, 100.0);
        assert_eq!(lines(glyphs)[0].text, "412\u{A0}000 kr");
    }

    #[test]
    fn right_to_left_lines_are_in_reading_order() {
        let lines = lines(typed("םלוע םולש", 50.0, 100.0));
        assert_eq!(lines[0].text, "שלום עולם");
    }

    #[test]
    fn texts_side_by_side_keep_their_own_gaps() {
        let lines = lines(glyphs_of(&[
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
        assert_eq!(lines(glyphs.clone())[1].end, LineEnd::Soft);
        let mut with_footer = glyphs;
        with_footer.extend(
            typed("Sida 3", 50.0, 780.0)
                .into_iter()
                .map(|glyph| super::super::content::Glyph { size: 8.0, ..glyph }),
        );
        assert_eq!(lines(with_footer)[1].end, LineEnd::Soft);
    }
}
