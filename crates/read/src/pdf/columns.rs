//! In which order are the rows of a page read?
//!
//! From top to bottom, unless the page is set in columns of running text, which are read one after
//! the other. A table of labels and values also has a gutter, but its left cells are short, and
//! reading it by columns would part every label from its value; so a gutter counts only where many
//! lines on both sides run up to it.

use super::rows::{Row, Word};

/// Rows that are read together: the whole page, or one column of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    /// From top to bottom.
    pub rows: Vec<Row>,
    /// It is one of several columns.
    pub is_column: bool,
}

/// A gutter is at least this wide, in shares of the text's size: the widest blanks of justified
/// text in narrow columns reach 1.0.
const GUTTER: f32 = 1.1;
/// Columns are at least this many rows long. Headers, footers and addresses that stand side by
/// side are shorter.
const ROWS: usize = 7;
/// Share of a column's lines that must be long for the column to be running text.
const LONG_SHARE: f32 = 0.5;
/// A line is long if it fills this share of its column.
const LONG_LINE: f32 = 0.75;
/// Words that a line of running text has at least, on average.
const WORDS: f32 = 3.0;
/// Share of the rows that must have text on both sides of the gutter.
const SHARED: f32 = 0.6;
/// A page with more rows than this is not made for reading; looking for columns takes time in the
/// square of their number.
const MOST_ROWS: usize = 600;
/// Columns inside columns are looked for this deep: newspapers have eight.
const DEEPEST: usize = 7;

/// The blocks of a page in reading order.
pub(super) fn blocks(rows: Vec<Row>) -> Vec<Block> {
    let mut found = Vec::new();
    split(rows, 0, &mut found);
    found
}

fn split(rows: Vec<Row>, depth: usize, found: &mut Vec<Block>) {
    let is_column = depth > 0;
    let gutter = match depth < DEEPEST && rows.len() <= MOST_ROWS {
        true => widest_gutter(&rows),
        false => None,
    };
    let Some(gutter) = gutter else {
        if !rows.is_empty() {
            found.push(Block { rows, is_column });
        }
        return;
    };
    let mut above = rows;
    let below = above.split_off(gutter.end);
    let beside = above.split_off(gutter.start);
    if !above.is_empty() {
        found.push(Block {
            rows: above,
            is_column,
        });
    }
    let (left, right) = halves(beside, gutter.middle());
    split(left, depth + 1, found);
    split(right, depth + 1, found);
    split(below, depth, found);
}

/// Rows `start..end` leave the strip from `left` to `right` free.
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

/// The gutter of running text that the most rows share, the first of several.
fn widest_gutter(rows: &[Row]) -> Option<Gutter> {
    let mut best: Option<Gutter> = None;
    for start in 0..rows.len().saturating_sub(ROWS - 1) {
        for (left, right) in gaps(&rows[start]) {
            let gutter = extend(rows, start, left, right);
            let longer = best.is_none_or(|best| gutter.end - gutter.start > best.end - best.start);
            if longer && gutter.end - start >= ROWS && is_running_text(rows, &gutter) {
                best = Some(gutter);
            }
        }
    }
    best
}

/// A row with more wide gaps than this is a table's.
const MOST_GAPS: usize = 12;

/// The wide gaps inside a row.
fn gaps(row: &Row) -> Vec<(f32, f32)> {
    row.words
        .windows(2)
        .map(|pair| (pair[0].right, pair[1].left, pair[0].size.min(pair[1].size)))
        .filter(|(left, right, size)| right - left >= GUTTER * size)
        .map(|(left, right, _)| (left, right))
        .take(MOST_GAPS)
        .collect()
}

/// Follows a gap downwards while rows leave some of it free.
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
            match word.left < middle && word.right > middle {
                true => right = left,
                false if word.right <= middle => left = left.max(word.right),
                false => right = right.min(word.left),
            }
        }
        if right - left < GUTTER * 0.7 * row.size() {
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
    shared as f32 >= SHARED * height as f32 && left.is_running() && right.is_running()
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
        long as f32 >= LONG_SHARE * lines && self.words as f32 >= WORDS * lines
    }
}

/// Cuts rows at a place that none of their words crosses.
fn halves(rows: Vec<Row>, middle: f32) -> (Vec<Row>, Vec<Row>) {
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
    use super::super::test_support::typed;
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
