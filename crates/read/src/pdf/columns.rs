//! Column detection and reading order.
//!
//! A page is read from top to bottom, unless it is set in columns of running text, which are read one after
//! the other. A table of labels and values has a gutter as well, but its left cells are short, and reading
//! it by columns would separate every label from its value. So a gutter counts only if many lines on both
//! sides extend to it.

use super::rows::{Row, Word};

/// Rows that are read together: the whole page, or one column of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    /// From top to bottom.
    pub rows: Vec<Row>,
    /// Whether it is one of several columns.
    pub is_column: bool,
}

/// Narrowest gutter, as a share of the font size.
// The spaces of justified text in narrow columns reach 1.0.
const MIN_GUTTER: f32 = 1.1;
/// Fewest rows of a column.
// Headers, footers and addresses side by side have fewer.
const MIN_ROWS: usize = 7;
/// Smallest share of long lines in a column of running text.
const MIN_LONG_LINES: f32 = 0.5;
/// A line is long if it fills at least this share of its column.
const LONG_LINE: f32 = 0.75;
/// Fewest words of a line of running text, on average.
// The columns of a table of figures have one or two.
const MIN_WORDS: f32 = 3.0;
/// Smallest share of rows with text on both sides of the gutter.
const MIN_SHARED_ROWS: f32 = 0.6;
/// Pages with more rows are not searched for columns: the time grows with the square of their number.
const MAX_ROWS: usize = 600;
/// Most gutters side by side: newspapers have eight columns.
const MAX_DEPTH: usize = 7;

/// The blocks of a page in reading order.
pub(super) fn blocks(rows: Vec<Row>) -> Vec<Block> {
    let mut found = Vec::new();
    split(rows, 0, &mut found);
    found
}

fn split(rows: Vec<Row>, depth: usize, found: &mut Vec<Block>) {
    let is_column = depth > 0;
    let gutter = if depth < MAX_DEPTH && rows.len() <= MAX_ROWS {
        longest_gutter(&rows)
    } else {
        None
    };
    let Some(gutter) = gutter else {
        if !rows.is_empty() {
            found.push(Block { rows, is_column });
        }
        return;
    };
    // Reading order: above the gutter, its left side, its right side, below it. Both sides may have
    // gutters of their own.
    let mut above = rows;
    let below = above.split_off(gutter.end);
    let beside = above.split_off(gutter.start);
    if !above.is_empty() {
        found.push(Block {
            rows: above,
            is_column,
        });
    }
    let (left, right) = split_rows(beside, gutter.middle());
    split(left, depth + 1, found);
    split(right, depth + 1, found);
    split(below, depth, found);
}

/// A gutter: rows `start..end` have no text between `left` and `right`.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Gutter {
    start: usize,
    end: usize,
    left: f32,
    right: f32,
}

impl Gutter {
    fn middle(&self) -> f32 {
        (self.left + self.right) / 2.0
    }
}

/// The gutter between running text that the most rows share, the first of several.
fn longest_gutter(rows: &[Row]) -> Option<Gutter> {
    let mut best: Option<Gutter> = None;
    for start in 0..rows.len().saturating_sub(MIN_ROWS - 1) {
        for (left, right) in gaps(&rows[start]) {
            let gutter = extend(rows, start, left, right);
            let longer = best.is_none_or(|best| gutter.end - gutter.start > best.end - best.start);
            if longer && gutter.end - start >= MIN_ROWS && is_running_text(rows, &gutter) {
                best = Some(gutter);
            }
        }
    }
    best
}

/// Gaps of a row that are examined.
// A row with more is part of a table.
const MAX_GAPS: usize = 12;

/// The wide gaps inside a row.
fn gaps(row: &Row) -> Vec<(f32, f32)> {
    row.words
        .windows(2)
        .map(|pair| (pair[0].right, pair[1].left, pair[0].size.min(pair[1].size)))
        .filter(|(left, right, size)| right - left >= MIN_GUTTER * size)
        .map(|(left, right, _)| (left, right))
        .take(MAX_GAPS)
        .collect()
}

/// Extends a gap downwards as long as the rows leave some of it free.
fn extend(rows: &[Row], start: usize, left: f32, right: f32) -> Gutter {
    let mut gutter = Gutter {
        start,
        end: start + 1,
        left,
        right,
    };
    for row in &rows[start + 1..] {
        let (mut left, mut right) = (gutter.left, gutter.right);
        for word in &row.words {
            let middle = (left + right) / 2.0;
            if word.left < middle && word.right > middle {
                // The word crosses the gap and closes it.
                right = left;
            } else if word.right <= middle {
                left = left.max(word.right);
            } else {
                right = right.min(word.left);
            }
        }
        // Further rows may narrow the gutter a little.
        if right - left < MIN_GUTTER * 0.7 * row.size() {
            break;
        }
        gutter = Gutter {
            end: gutter.end + 1,
            left,
            right,
            ..gutter
        };
    }
    gutter
}

/// Whether both sides of a gutter are running text.
fn is_running_text(rows: &[Row], gutter: &Gutter) -> bool {
    let middle = gutter.middle();
    let mut left = Side::default();
    let mut right = Side::default();
    let mut shared = 0;
    for row in &rows[gutter.start..gutter.end] {
        let cut = row.words.partition_point(|word| word.left < middle);
        let (before, after) = row.words.split_at(cut);
        left.add(before);
        right.add(after);
        shared += usize::from(!before.is_empty() && !after.is_empty());
    }
    let height = gutter.end - gutter.start;
    shared as f32 >= MIN_SHARED_ROWS * height as f32 && left.is_running() && right.is_running()
}

/// The lines on one side of a gutter.
#[derive(Default)]
struct Side {
    lines: Vec<(f32, f32)>,
    words: usize,
}

impl Side {
    fn add(&mut self, words: &[Word]) {
        if let (Some(first), Some(last)) = (words.first(), words.last()) {
            self.lines.push((first.left, last.right));
            self.words += words.len();
        }
    }

    fn is_running(&self) -> bool {
        let left = self
            .lines
            .iter()
            .map(|line| line.0)
            .fold(f32::MAX, f32::min);
        let right = self
            .lines
            .iter()
            .map(|line| line.1)
            .fold(f32::MIN, f32::max);
        let lines = self.lines.len() as f32;
        let long = self
            .lines
            .iter()
            .filter(|line| line.1 - line.0 >= LONG_LINE * (right - left))
            .count();
        long as f32 >= MIN_LONG_LINES * lines && self.words as f32 >= MIN_WORDS * lines
    }
}

/// Splits rows at a position that none of their words crosses.
fn split_rows(rows: Vec<Row>, middle: f32) -> (Vec<Row>, Vec<Row>) {
    let mut left = Vec::new();
    let mut right = Vec::new();
    for mut row in rows {
        let cut = row.words.partition_point(|word| word.left < middle);
        let after = row.words.split_off(cut);
        if !row.words.is_empty() {
            left.push(row);
        }
        if !after.is_empty() {
            right.push(Row { words: after });
        }
    }
    (left, right)
}

#[cfg(test)]
mod tests {
    use super::super::rows::rows;
    use super::super::tests::support::typed;
    use super::*;

    const LONG: &str = "en rad med löpande text här";

    fn first_words(block: &Block) -> Vec<&str> {
        block
            .rows
            .iter()
            .map(|row| row.words[0].text.as_str())
            .collect()
    }

    #[test]
    fn columns_of_running_text_are_read_one_after_the_other() {
        let mut glyphs = typed("Rubrik som går över båda spalterna på sidan", 50.0, 80.0);
        for line in 0..9u8 {
            let baseline = 100.0 + 12.0 * f32::from(line);
            glyphs.extend(typed(&format!("v{line} {LONG}"), 50.0, baseline));
            glyphs.extend(typed(&format!("h{line} {LONG}"), 250.0, baseline + 1.0));
        }
        let blocks = blocks(rows(glyphs));
        assert_eq!(blocks.len(), 3);
        assert_eq!(first_words(&blocks[1])[..2], ["v0", "v1"]);
        assert_eq!(first_words(&blocks[2])[..2], ["h0", "h1"]);
    }

    #[test]
    fn labels_stay_with_their_values() {
        let mut glyphs = Vec::new();
        for line in 0..9u8 {
            let baseline = 100.0 + 12.0 * f32::from(line);
            glyphs.extend(typed("Etikett", 50.0, baseline));
            glyphs.extend(typed(LONG, 250.0, baseline));
        }
        assert_eq!(blocks(rows(glyphs)).len(), 1);
    }
}
