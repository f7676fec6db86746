//! Column detection and reading order.
//!
//! A page is read from top to bottom, unless it is set in columns of running text, which are read one after
//! the other. A table of labels and values has a gutter as well, but its left cells are short, and reading
//! it by columns would separate every label from its value. So a gutter counts only if both sides of it are
//! running text: see [`column_text`](super::column_text).

use super::column_text::are_columns;
use super::rows::Row;

/// Rows that are read together: the whole page, or one column of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    /// From top to bottom.
    pub rows: Vec<Row>,
    /// Whether it is one of several columns.
    pub is_column: bool,
}

/// Narrowest gutter, as a share of the font size.
// The spaces of justified text in narrow columns reach 1.0, but not one below the other.
const MIN_GUTTER: f32 = 0.9;
/// Further rows may narrow the gutter to this share.
const MAX_NARROWING: f32 = 0.7;
/// Fewest rows of two columns.
const MIN_ROWS: usize = 3;
/// Pages with more rows are not searched for columns: the time grows with the square of their number.
const MAX_ROWS: usize = 600;
/// Most gutters side by side: newspapers have eight columns.
const MAX_DEPTH: usize = 7;
/// Most blocks of a page.
// Each gutter is searched for anew above, beside and below the one before.
const MAX_BLOCKS: usize = 64;

/// The blocks of a page in reading order.
pub(super) fn blocks(rows: Vec<Row>) -> Vec<Block> {
    let mut found = Vec::new();
    split(rows, 0, &mut found);
    found
}

fn split(rows: Vec<Row>, depth: usize, found: &mut Vec<Block>) {
    let is_column = depth > 0;
    let is_searched = depth < MAX_DEPTH && rows.len() <= MAX_ROWS && found.len() < MAX_BLOCKS;
    let gutter = is_searched.then(|| longest_gutter(&rows)).flatten();
    let Some(gutter) = gutter else {
        if !rows.is_empty() {
            found.push(Block { rows, is_column });
        }
        return;
    };
    // Reading order: above the gutter, its left side, its right side, below it. Each may have gutters of
    // its own.
    let mut above = rows;
    let below = above.split_off(gutter.end);
    let beside = above.split_off(gutter.start);
    split(above, depth, found);
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

    fn height(&self) -> usize {
        self.end - self.start
    }

    /// Whether a search from a gap of one of its rows would find the same gutter again.
    fn includes(&self, row: usize, (left, right): (f32, f32)) -> bool {
        (self.start..self.end).contains(&row) && left <= self.left && self.right <= right
    }
}

/// The gutter between running text that the most rows share, the first of several.
fn longest_gutter(rows: &[Row]) -> Option<Gutter> {
    let mut best: Option<Gutter> = None;
    let mut examined: Vec<Gutter> = Vec::new();
    for start in 0..rows.len().saturating_sub(MIN_ROWS - 1) {
        for gap in gaps(&rows[start]) {
            if examined.iter().any(|gutter| gutter.includes(start, gap)) {
                continue;
            }
            let gutter = extend(rows, start, gap);
            examined.push(gutter);
            let gutter = trim(rows, gutter);
            let longer = best.is_none_or(|best| gutter.height() > best.height());
            if longer && gutter.height() >= MIN_ROWS && has_columns(rows, &gutter) {
                best = Some(gutter);
            }
        }
        let end = start + 1;
        examined.retain(|gutter| gutter.end > end);
    }
    best
}

/// Gaps of a row that are examined.
// A row with more is part of a table.
const MAX_GAPS: usize = 12;

/// The wide gaps inside a row, and the space before it, which is a gutter if the row is a line of the right
/// column whose neighbor on the left has another baseline.
fn gaps(row: &Row) -> Vec<(f32, f32)> {
    let first = row.words.first().map(|word| {
        let gap = MIN_GUTTER * word.size;
        (word.left - gap, word.left)
    });
    let inside = row
        .words
        .windows(2)
        .map(|pair| (pair[0].right, pair[1].left, pair[0].size.min(pair[1].size)))
        .filter(|(left, right, size)| right - left >= MIN_GUTTER * size)
        .map(|(left, right, _)| (left, right));
    first.into_iter().chain(inside).take(MAX_GAPS).collect()
}

/// Extends a gap downwards as long as the rows leave some of it free.
fn extend(rows: &[Row], start: usize, (left, right): (f32, f32)) -> Gutter {
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
        if right - left < MIN_GUTTER * MAX_NARROWING * row.size() {
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

/// A larger distance of baselines than this multiple of the font size sets a row apart.
const MIN_DISTANCE: f32 = 1.9;

/// A gutter with the first lines of the left column, and without the rows at its end that have text on one side
/// only and are set apart from those before them: they stand below both columns.
fn trim(rows: &[Row], mut gutter: Gutter) -> Gutter {
    let middle = gutter.middle();
    while let Some(above) = gutter.start.checked_sub(1) {
        let (row, below) = (&rows[above], &rows[gutter.start]);
        if row.right() > middle || is_apart(row, below) {
            break;
        }
        gutter.start = above;
    }
    let sides = |row: &Row| {
        let cut = row.words.partition_point(|word| word.left < middle);
        (cut > 0, cut < row.words.len())
    };
    let mut side = (false, false);
    for end in (gutter.start + 1..gutter.end).rev() {
        let (row, before) = (&rows[end], &rows[end - 1]);
        let own = sides(row);
        side = (side.0 || own.0, side.1 || own.1);
        if side == (true, true) {
            break;
        }
        if is_apart(before, row) {
            gutter.end = end;
            side = (false, false);
        }
    }
    gutter
}

fn is_apart(above: &Row, below: &Row) -> bool {
    let distance = below.baseline() - above.baseline();
    distance > MIN_DISTANCE * above.size().max(below.size())
}

/// Whether both sides of a gutter are columns.
fn has_columns(rows: &[Row], gutter: &Gutter) -> bool {
    let middle = gutter.middle();
    let sides = rows[gutter.start..gutter.end].iter().map(|row| {
        let cut = row.words.partition_point(|word| word.left < middle);
        row.words.split_at(cut)
    });
    are_columns(&sides.collect::<Vec<_>>())
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
    fn columns_with_baselines_of_their_own_are_found() {
        let mut glyphs = Vec::new();
        for line in 0..9u8 {
            let baseline = 100.0 + 12.0 * f32::from(line);
            glyphs.extend(typed(&format!("v{line} {LONG}"), 50.0, baseline));
            glyphs.extend(typed(&format!("h{line} {LONG}"), 250.0, baseline + 6.0));
        }
        glyphs.extend(typed("Sida 3", 50.0, 300.0));
        let blocks = blocks(rows(glyphs));
        let first: Vec<&str> = blocks.iter().map(|block| first_words(block)[0]).collect();
        assert_eq!(first, ["v0", "h0", "Sida"]);
    }

    #[test]
    fn a_gutter_above_the_longest_one_counts() {
        let mut glyphs = Vec::new();
        for (from, lines) in [(100.0, 8u8), (400.0, 12)] {
            for line in 0..lines {
                let baseline = from + 12.0 * f32::from(line);
                glyphs.extend(typed(&format!("v{line} {LONG}"), 50.0, baseline));
                glyphs.extend(typed(&format!("h{line} {LONG}"), 250.0, baseline));
            }
        }
        glyphs.extend(typed(
            "En bild som går över båda spalterna på sidan",
            50.0,
            300.0,
        ));
        let blocks = blocks(rows(glyphs));
        let first: Vec<&str> = blocks.iter().map(|block| first_words(block)[0]).collect();
        assert_eq!(first, ["v0", "h0", "En", "v0", "h0"]);
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
