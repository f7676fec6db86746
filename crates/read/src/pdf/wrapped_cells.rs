//! Wrapped cells: a table row whose cells have different numbers of lines, each centered on the row.
//!
//! A label of one line stands beside the middle of a value of two. Its baseline is between theirs, so that
//! line by line the page reads value, label, value. Such rows become one row again: the lines of the left
//! cell, then those of the right one.

use super::columns::Block;
use super::rows::{Row, Word};

// All distances are shares of the font size.
/// Lines of one cell are at most this far apart.
const MAX_LEADING: f32 = 1.45;
/// Narrowest gap between two cells.
const MIN_GUTTER: f32 = 1.3;
/// The left edges of a cell's lines differ at most this much.
const ALIGNED: f32 = 0.4;
/// The middles of two centered cells differ at most this much.
const CENTERED: f32 = 0.35;
/// Most lines of a cell.
// More are columns of text beside each other.
const MAX_LINES: usize = 6;
/// Most rows that are examined together: two cells of the most lines, line by line.
const MAX_ROWS: usize = 2 * MAX_LINES;

/// Joins the lines of wrapped cells in each block.
pub(super) fn join_wrapped_cells(mut blocks: Vec<Block>) -> Vec<Block> {
    for block in &mut blocks {
        block.rows = join_rows(std::mem::take(&mut block.rows));
    }
    blocks
}

fn join_rows(rows: Vec<Row>) -> Vec<Row> {
    let mut joined = Vec::with_capacity(rows.len());
    let mut group: Vec<Row> = Vec::new();
    for row in rows {
        let is_near = group.last().is_none_or(|last| {
            row.baseline() - last.baseline() <= MAX_LEADING * last.size().min(row.size())
        });
        if !is_near {
            joined.append(&mut join_group(std::mem::take(&mut group)));
        }
        group.push(row);
    }
    joined.append(&mut join_group(group));
    joined
}

/// One row instead of a group of rows close to each other, if they are two cells of different heights.
fn join_group(rows: Vec<Row>) -> Vec<Row> {
    if !(3..=MAX_ROWS).contains(&rows.len()) {
        return rows;
    }
    let Some(gutter) = gutter(&rows) else {
        return rows;
    };
    let (left, right) = (side(&rows, gutter, true), side(&rows, gutter, false));
    let size = rows.iter().map(Row::size).fold(f32::MAX, f32::min);
    let are_cells = left.len() != right.len() && is_cell(&left, size) && is_cell(&right, size);
    let distance = (middle(&left) - middle(&right)).abs();
    if !are_cells || distance > CENTERED * size {
        return rows;
    }
    let words = left.into_iter().chain(right).flatten().cloned().collect();
    vec![Row { words }]
}

/// The middle of the only gap that all rows leave free.
fn gutter(rows: &[Row]) -> Option<f32> {
    let mut words: Vec<&Word> = rows.iter().flat_map(|row| &row.words).collect();
    words.sort_by(|first, second| first.left.total_cmp(&second.left));
    let mut right = words.first()?.right;
    let mut found = None;
    for word in words {
        if word.left - right >= MIN_GUTTER * word.size {
            // A second gutter: a table of more columns.
            if found.is_some() {
                return None;
            }
            found = Some((word.left + right) / 2.0);
        }
        right = right.max(word.right);
    }
    found
}

/// The words on one side of the gutter, by row; rows without any are left out.
fn side(rows: &[Row], gutter: f32, is_left: bool) -> Vec<Vec<&Word>> {
    let of_row = |row: &'_ Row| -> Vec<usize> {
        let words = row.words.iter().enumerate();
        let inside = words.filter(|(_, word)| (word.left < gutter) == is_left);
        inside.map(|(index, _)| index).collect()
    };
    let lines = rows.iter().map(|row| {
        let words = of_row(row).into_iter();
        words.filter_map(|index| row.words.get(index)).collect()
    });
    lines.filter(|line: &Vec<&Word>| !line.is_empty()).collect()
}

/// Whether lines are those of one cell: close to each other and aligned at the left.
fn is_cell(lines: &[Vec<&Word>], size: f32) -> bool {
    let starts: Vec<&&Word> = lines.iter().filter_map(|line| line.first()).collect();
    (1..=MAX_LINES).contains(&lines.len())
        && starts.windows(2).all(|pair| {
            (pair[0].left - pair[1].left).abs() <= ALIGNED * size
                && pair[1].baseline - pair[0].baseline <= MAX_LEADING * size
        })
}

/// The middle of some lines, by their baselines.
fn middle(lines: &[Vec<&Word>]) -> f32 {
    let baselines = lines.iter().filter_map(|line| line.first());
    let baselines = baselines.map(|word| word.baseline);
    let (least, most) = baselines.fold((f32::MAX, f32::MIN), |(least, most), baseline| {
        (least.min(baseline), most.max(baseline))
    });
    (least + most) / 2.0
}

#[cfg(test)]
mod tests {
    use super::super::columns::blocks;
    use super::super::lines::build_lines;
    use super::super::rows::rows;
    use super::super::tests::support::glyphs_of;
    use super::*;

    fn texts(texts: &[(&str, f32, f32)]) -> Vec<String> {
        let blocks = join_wrapped_cells(blocks(rows(glyphs_of(texts))));
        let lines = build_lines(&blocks, 595.0).into_iter();
        lines.map(|line| line.text).collect()
    }

    #[test]
    fn a_label_beside_the_middle_of_its_value_comes_first() {
        let read = texts(&[
            ("Ett nytt torg för alla", 200.0, 100.0),
            ("Idéns namn", 50.0, 106.5),
            ("i byn", 200.0, 113.0),
            ("Stöd från bygdens", 50.0, 140.0),
            ("12 000 kr", 200.0, 146.5),
            ("fond", 50.0, 153.0),
        ]);
        assert_eq!(
            read,
            [
                "Idéns namn\tEtt nytt torg för alla i byn",
                "Stöd från bygdens fond\t12 000 kr"
            ]
        );
    }

    #[test]
    fn a_label_on_the_second_of_three_lines_comes_first() {
        let read = texts(&[
            ("Ett nytt torg", 200.0, 100.0),
            ("Namn", 50.0, 113.0),
            ("för alla som bor", 200.0, 113.0),
            ("i byn", 200.0, 126.0),
        ]);
        assert_eq!(read, ["Namn\tEtt nytt torg för alla som bor i byn"]);
    }

    #[test]
    fn rows_of_a_table_and_texts_side_by_side_stay_apart() {
        let table = [
            ("Namn", 50.0, 100.0),
            ("Torget", 200.0, 100.0),
            ("i byn", 200.0, 113.0),
            ("Plats", 50.0, 126.0),
            ("Näset", 200.0, 126.0),
        ];
        assert_eq!(texts(&table), ["Namn\tTorget", "i byn", "Plats\tNäset"]);
        let sides = [
            ("Logotyp", 450.0, 70.0),
            ("(en pilot)", 50.0, 76.0),
            ("Förbund", 450.0, 82.0),
            ("och mer", 50.0, 89.0),
        ];
        assert_eq!(texts(&sides).len(), 4);
    }
}
