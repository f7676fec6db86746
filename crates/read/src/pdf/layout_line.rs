//! Layout lines: a row of words becomes a line of text with cells and a role.
//!
//! A line has its text in reading order, with tabs between the cells of a table row, and the geometry that
//! line ends and paragraphs are decided from. Those decisions are left to [`lines`](super::lines).

use unicode_normalization::UnicodeNormalization;

use super::bidi::{is_right_to_left, reading_order};
use super::rows::{Row, Word};
use super::words::{ASCENT, DESCENT, PositionedWord, locate_words};
use diarium_document::{LineEnd, LineRole};

/// A line of text with its geometry, before it is part of the page's text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LayoutLine {
    /// Its text in NFC, with tabs between cells.
    pub text: String,
    /// Its words, with their positions in that text.
    pub words: Vec<PositionedWord>,
    /// Left edge.
    pub left: f32,
    /// Left edge of its last cell, or of the line if it has only one.
    pub last_cell_left: f32,
    /// Right edge.
    pub right: f32,
    /// Top of its tallest letters.
    pub top: f32,
    /// Bottom of its deepest.
    pub bottom: f32,
    /// Position of the baseline.
    pub baseline: f32,
    /// Font size of most of it.
    pub size: f32,
    /// Whether all its letters are bold.
    pub bold: bool,
    /// Width of its first word: it decides whether that word would have fitted in the line before.
    pub first_word_width: f32,
    /// Share of its glyphs whose characters are known.
    pub known_share: f32,
    /// Number of the block that it is in.
    pub block: usize,
    /// Whether that block is one of several columns.
    pub in_column: bool,
    /// Its role.
    pub role: LineRole,
    /// Whether a new paragraph starts with it.
    pub gap_before: bool,
    /// Whether the author or the margin ended it.
    pub end: LineEnd,
}

/// The line of a row. Its end and gap are decided later.
pub(super) fn layout_line(row: &Row, block: usize, in_column: bool) -> LayoutLine {
    let cells = cells(row);
    let text = text_of(&cells);
    let last_cell_left = cells
        .last()
        .and_then(|cell| cell.first())
        .map_or(0.0, |word| word.left);
    let words = || row.words.iter();
    let tops = words().map(|word| word.baseline - ASCENT * word.size);
    let bottoms = words().map(|word| word.baseline + DESCENT * word.size);
    let glyphs: usize = words().map(|word| word.glyphs).sum();
    let unknown: usize = words().map(|word| word.unknown).sum();
    LayoutLine {
        left: row.left(),
        last_cell_left,
        right: row.right(),
        top: tops.fold(f32::MAX, f32::min),
        bottom: bottoms.fold(f32::MIN, f32::max),
        baseline: row.baseline(),
        size: row.size(),
        bold: text.contains(char::is_alphabetic) && words().all(|word| word.bold),
        first_word_width: row.words[0].right - row.words[0].left,
        known_share: 1.0 - unknown as f32 / glyphs.max(1) as f32,
        block,
        in_column,
        role: role_of(&text),
        gap_before: false,
        end: LineEnd::Hard,
        words: locate_words(&row.words, &text),
        text,
    }
}

// Table cells are separated by gaps between words, as shares of the font size.
/// Widest gap within a cell if the file has a space in it.
// Justified lines stretch their spaces to at most 1.5.
const MAX_SPACE: f32 = 2.0;
/// Widest gap within a cell without a space: words that are positioned one by one are more likely cells.
const MAX_GAP_WITHOUT_SPACE: f32 = 1.3;
/// This many spaces in a row align cells, as in forms that are filled in with a typewriter or by hand.
const ALIGNING_SPACES: usize = 3;
/// A gap between cells is at least this multiple of the line's usual gap: widely spaced lines have wide
/// gaps everywhere.
const MIN_CELL_GAP: f32 = 2.5;
/// Widest gap between a bullet, a number or a checkbox and its text.
const MAX_MARKER_GAP: f32 = 4.0;
/// The usual gap of a line without one: the space of Arial.
const DEFAULT_SPACE: f32 = 0.28;
/// In a justified line all gaps are equally wide, up to this factor for rounding.
const JUSTIFIED_TOLERANCE: f32 = 1.15;

/// The words of a row, by table cell.
fn cells(row: &Row) -> Vec<&[Word]> {
    let gaps: Vec<f32> = row
        .words
        .windows(2)
        // Fonts may be as small as 0.01 points.
        .map(|pair| (pair[1].left - pair[0].right) / pair[0].size.min(pair[1].size).max(0.1))
        .collect();
    let mut cells = Vec::new();
    let mut start = 0;
    if !is_justified(&gaps, &row.words) {
        let usual = usual_gap(&gaps);
        for (index, &gap) in gaps.iter().enumerate() {
            if gap > max_gap_in_cell(&row.words[start..], index - start, usual) {
                cells.push(&row.words[start..=index]);
                start = index + 1;
            }
        }
    }
    cells.push(&row.words[start..]);
    cells
}

/// The widest gap after a word of a cell that does not end the cell.
fn max_gap_in_cell(cell: &[Word], index: usize, usual: f32) -> f32 {
    let after = &cell[index + 1];
    // The text of a marker is often aligned at a tab stop.
    if cell[index].checkbox || index == 0 && is_marker(&cell[0].text) {
        return MAX_MARKER_GAP;
    }
    let least = match after.spaces {
        _ if after.checkbox => MAX_GAP_WITHOUT_SPACE,
        // One or two spaces are a space; none, or many, align cells.
        0 | ALIGNING_SPACES.. => MAX_GAP_WITHOUT_SPACE,
        _ => MAX_SPACE,
    };
    least.max(MIN_CELL_GAP * usual)
}

/// Whether a line was stretched to its margin: all its gaps have spaces and are equally wide.
fn is_justified(gaps: &[f32], words: &[Word]) -> bool {
    let widest = gaps.iter().copied().fold(f32::MIN, f32::max);
    let narrowest = gaps.iter().copied().fold(f32::MAX, f32::min);
    gaps.len() >= 2
        && widest <= JUSTIFIED_TOLERANCE * narrowest
        && words[1..]
            .iter()
            .all(|word| (1..ALIGNING_SPACES).contains(&word.spaces))
}

/// The median gap of a line, without gaps that may separate cells.
fn usual_gap(gaps: &[f32]) -> f32 {
    let mut spaces: Vec<f32> = gaps
        .iter()
        .copied()
        .filter(|&gap| gap < MAX_GAP_WITHOUT_SPACE)
        .collect();
    spaces.sort_by(f32::total_cmp);
    spaces
        .get(spaces.len() / 2)
        .copied()
        .unwrap_or(DEFAULT_SPACE)
}

fn text_of(cells: &[&[Word]]) -> String {
    let mut printed: Vec<String> = cells.iter().map(|cell| cell_text(cell)).collect();
    let whole = printed.concat();
    // Cells are printed from left to right. A right-to-left row is read from its last cell on.
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

/// Whether a word is a bullet: a character that starts an item of a list.
fn is_bullet(word: &str) -> bool {
    let mut characters = word.chars();
    let (Some(only), None) = (characters.next(), characters.next()) else {
        return false;
    };
    // A private code point alone before a text is a bullet of an unknown symbol font.
    "•·-–—−▪■□●○◦‣⁃➢➤→*✓✔".contains(only) || ('\u{E000}'..='\u{F8FF}').contains(&only)
}

/// Whether a word is a list marker: a bullet, or a number such as `1.`, `2)` or `a)`.
pub(super) fn is_marker(word: &str) -> bool {
    let Some(body) = word.strip_suffix(['.', ')']) else {
        return is_bullet(word);
    };
    let body = body.trim_start_matches('(');
    (1..=4).contains(&body.len())
        && (body.chars().all(|one| one.is_ascii_digit() || one == '.')
            || body.len() == 1 && body.chars().all(|one| one.is_ascii_alphabetic()))
}
