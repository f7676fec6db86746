//! Assembly: a page of a document from what an OCR file says about it.
//!
//! Positions become points. Lines of one block that stand beside each other are one row, and so are the
//! labels and the values of a form that the program took for two columns. Everything else keeps the
//! order of the file.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

use diarium_document::{Line, LineRole, Origin, Page, Rect, Word, operations};

use super::layout::{Cell, OcrBlock, OcrLine, OcrPage, OcrWord};
use crate::pdf::given_lines::{GivenBlock, GivenLine, GivenWord, given_lines};

/// The confidence in text of a program that states none, as in hidden text layers of PDFs.
const UNSTATED_CONFIDENCE: f32 = 0.8;

/// The height of A4 in points, for pages whose resolution is not stated.
const A4_HEIGHT: f32 = 842.0;
/// The usual resolution of scans, in pixels per inch.
const USUAL_RESOLUTION: f32 = 300.0;

/// The page of a document.
pub(super) fn page(number: u32, ocr: OcrPage) -> Page {
    let confidence = ocr.confidence;
    let scale = points_per_unit(&ocr);
    let size = size_of(&ocr).map(|(width, height)| (width * scale, height * scale));
    let mut rows = Rows::default();
    for block in in_tables(ocr.blocks) {
        rows.add(block, scale);
    }
    rows.join_columns();
    let mut page = Page {
        origin: Origin::Ocr,
        size,
        ..Page::from_text(number, String::new())
    };
    let blocks = rows.given_blocks();
    let lines = given_lines(blocks, size.map_or(0.0, |(width, _)| width));
    for (line, row) in lines.into_iter().zip(rows.into_rows()) {
        push(&mut page, line, row);
    }
    page.confidence = confidence.unwrap_or_else(|| mean_confidence(&page));
    page
}

/// Points for each unit of the file.
fn points_per_unit(page: &OcrPage) -> f32 {
    if let Some(stated) = page.points_per_unit {
        return stated;
    }
    // Pixels. From A5 to A2, the page has a plausible size at the usual resolution of scans.
    let longest = size_of(page).map_or(0.0, |(width, height)| width.max(height));
    let inches = longest / USUAL_RESOLUTION;
    if longest <= 0.0 || (7.0..24.0).contains(&inches) {
        72.0 / USUAL_RESOLUTION
    } else {
        A4_HEIGHT / longest
    }
}

/// The size of a page, which may be stated or follow from its lines.
fn size_of(page: &OcrPage) -> Option<(f32, f32)> {
    page.size.or_else(|| {
        let lines = page.blocks.iter().flat_map(|block| &block.lines);
        let all = lines.filter_map(|line| line.rect).reduce(Rect::union)?;
        (all.2 > 0.0 && all.3 > 0.0).then_some((all.2, all.3))
    })
}

/// The blocks, with the cells of each row of a table as one block of one line.
fn in_tables(blocks: Vec<OcrBlock>) -> Vec<OcrBlock> {
    let mut joined: Vec<OcrBlock> = Vec::new();
    let mut tables: BTreeMap<usize, Vec<(Cell, OcrBlock)>> = BTreeMap::new();
    let mut places = Vec::new();
    for block in blocks {
        match block.cell {
            Some(cell) => {
                let cells = tables.entry(cell.table).or_default();
                if cells.is_empty() {
                    places.push((joined.len(), cell.table));
                }
                cells.push((cell, block));
            }
            None => joined.push(block),
        }
    }
    // From the end, so that earlier places stay valid.
    for (place, table) in places.into_iter().rev() {
        let mut cells = tables.remove(&table).unwrap_or_default();
        cells.sort_by_key(|(cell, _)| *cell);
        let after = joined.split_off(place);
        joined.extend(table_rows(cells));
        joined.extend(after);
    }
    joined
}

/// One block for each row of a table. Its lines are the cells.
fn table_rows(cells: Vec<(Cell, OcrBlock)>) -> Vec<OcrBlock> {
    let mut rows: Vec<(u32, OcrBlock)> = Vec::new();
    for (cell, block) in cells {
        let words = block
            .lines
            .into_iter()
            .flat_map(|line| line.words)
            .collect();
        let line = OcrLine {
            words,
            ..OcrLine::default()
        };
        match rows.last_mut() {
            Some((row, block)) if *row == cell.row => block.lines.push(line),
            _ => rows.push((
                cell.row,
                OcrBlock {
                    cell: Some(cell),
                    lines: vec![line],
                    ..OcrBlock::default()
                },
            )),
        }
    }
    rows.into_iter().map(|(_, block)| block).collect()
}

/// A row of words on the page, in points.
#[derive(Debug)]
struct Row {
    words: Vec<RowWord>,
    block: usize,
    is_heading: bool,
    /// The row of a table: where each cell but the first begins, in words.
    cells: Vec<usize>,
    size: f32,
    has_places: bool,
}

/// A word in a row.
#[derive(Debug)]
struct RowWord {
    given: GivenWord,
    rect: Rect,
    confidence: Option<f32>,
    struck: bool,
    has_place: bool,
}

/// The rows of a page.
#[derive(Debug, Default)]
struct Rows {
    rows: Vec<Row>,
    blocks: usize,
    /// The table whose rows were added last.
    table: Option<usize>,
}

impl Rows {
    /// Adds the lines of a block.
    fn add(&mut self, block: OcrBlock, scale: f32) {
        let table = block.cell.map(|cell| cell.table);
        let is_table = table.is_some();
        // All rows of a table are one block.
        if !is_table || table != self.table {
            self.blocks += 1;
        }
        self.table = table;
        let number = self.blocks;
        for (index, line) in block.lines.into_iter().enumerate() {
            let mut row = Row::of(line, scale, number, block.is_heading);
            let previous = self.rows.last_mut().filter(|last| last.block == number);
            match previous {
                Some(last) if is_table && index > 0 => {
                    last.cells.push(last.words.len());
                    last.words.append(&mut row.words);
                }
                Some(last) if !is_table && last.continues_with(&row) => {
                    last.words.append(&mut row.words)
                }
                _ if is_table || !row.words.is_empty() => self.rows.push(row),
                _ => {}
            }
        }
        self.rows
            .retain(|row| row.block != number || !row.words.is_empty());
    }

    /// Joins the rows of two blocks that are the labels and the values of a form.
    fn join_columns(&mut self) {
        let mut joined: Vec<Row> = Vec::with_capacity(self.rows.len());
        let mut rows = std::mem::take(&mut self.rows).into_iter().peekable();
        // The rows of the block before.
        let mut labels = 0;
        while let Some(first) = rows.next() {
            let mut block = vec![first];
            while let Some(row) = rows.next_if(|row| row.block == block[0].block) {
                block.push(row);
            }
            let start = joined.len() - labels;
            if are_pairs(&joined[start..], &block) {
                let number = joined[start].block;
                merge(&mut joined, start, block, number);
            } else {
                labels = block.len();
                joined.extend(block);
                continue;
            }
            labels = joined.len() - start;
        }
        self.rows = joined;
    }

    fn given_blocks(&self) -> Vec<GivenBlock> {
        let extents = self.extents();
        let mut blocks: Vec<GivenBlock> = Vec::new();
        let mut number = None;
        for row in &self.rows {
            let words = row.words.iter().map(|word| word.given.clone()).collect();
            if number == Some(row.block)
                && let Some(block) = blocks.last_mut()
            {
                block.lines.push(words);
                continue;
            }
            number = Some(row.block);
            blocks.push(GivenBlock {
                lines: vec![words],
                is_column: is_beside_another(&extents, row.block),
            });
        }
        blocks
    }

    /// The box around each block.
    fn extents(&self) -> BTreeMap<usize, Rect> {
        let mut extents: BTreeMap<usize, Rect> = BTreeMap::new();
        for row in self.rows.iter().filter(|row| row.has_places) {
            let rect = row.rect();
            let extent = extents.entry(row.block).or_insert(rect);
            *extent = extent.union(rect);
        }
        extents
    }

    fn into_rows(self) -> Vec<Row> {
        self.rows
    }
}

/// Blocks that are compared with each other, at most.
const MAX_COMPARED: usize = 300;

/// Whether a block shares most of its height with another.
fn is_beside_another(extents: &BTreeMap<usize, Rect>, block: usize) -> bool {
    let Some(own) = extents.get(&block) else {
        return false;
    };
    operations::count(extents.len().min(MAX_COMPARED));
    extents.len() <= MAX_COMPARED
        && extents.iter().any(|(other, rect)| {
            let shared = own.3.min(rect.3) - own.1.max(rect.1);
            *other != block && shared > 0.5 * (own.3 - own.1)
        })
}

/// How far the boxes of a line reach above and below its baseline, as shares of the font size.
const ASCENT: f32 = 0.75;
const DESCENT: f32 = 0.2;

impl Row {
    fn of(line: OcrLine, scale: f32, block: usize, is_heading: bool) -> Self {
        let rects = || line.words.iter().filter_map(|word| word.rect);
        let around = line.rect.or_else(|| rects().reduce(Rect::union));
        let has_places = !line.words.is_empty() && rects().count() == line.words.len();
        let height = around.map_or(0.0, |rect| rect.3 - rect.1) * scale;
        // The box of a line is as high as its tallest and deepest letters, and some programs add a margin.
        let measured = height / (ASCENT + DESCENT);
        let size = line
            .font_size
            .filter(|size| *size >= 1.0)
            .unwrap_or(measured)
            .max(1.0);
        let words = line.words.iter();
        let mut words: Vec<RowWord> = words
            .map(|word| RowWord::of(word, &line, around, scale, size))
            .collect();
        if let Some(last) = words.last_mut() {
            restore_hyphen(&mut last.given.text);
        }
        words.retain(|word| !word.given.text.is_empty());
        Self {
            words,
            block,
            is_heading,
            cells: Vec::new(),
            size,
            has_places,
        }
    }

    fn rect(&self) -> Rect {
        let rects = self.words.iter().map(|word| word.rect);
        rects
            .reduce(Rect::union)
            .unwrap_or(Rect(0.0, 0.0, 0.0, 0.0))
    }

    /// Whether a line stands to the right of this one, on the same baseline.
    fn continues_with(&self, next: &Row) -> bool {
        if !self.has_places || !next.has_places {
            return false;
        }
        let (own, other) = (self.rect(), next.rect());
        other.0 >= own.2 && is_on_row(own, other)
    }
}

/// Whether two boxes share most of their height.
fn is_on_row(one: Rect, other: Rect) -> bool {
    let shared = one.3.min(other.3) - one.1.max(other.1);
    let lower = (one.3 - one.1).min(other.3 - other.1);
    lower > 0.0 && shared >= 0.6 * lower
}

impl RowWord {
    fn of(word: &OcrWord, line: &OcrLine, around: Option<Rect>, scale: f32, size: f32) -> Self {
        let rect = word.rect.or(around).unwrap_or(Rect(0.0, 0.0, 0.0, 0.0));
        let rect = Rect(
            rect.0 * scale,
            rect.1 * scale,
            rect.2 * scale,
            rect.3 * scale,
        );
        let baseline = match line.baseline {
            Some(baseline) => baseline.at(rect.0 / scale) * scale,
            None => {
                let bottom = around.map_or(rect.3, |around| around.3 * scale);
                bottom - DESCENT * size
            }
        };
        Self {
            given: GivenWord {
                text: word.text.nfc().collect(),
                left: rect.0,
                right: rect.2,
                baseline,
                size,
                bold: word.bold || line.bold,
            },
            rect,
            confidence: word.confidence,
            struck: word.struck,
            has_place: word.rect.is_some(),
        }
    }
}

/// Writes the hyphen at the end of a line as printed: programs mark it with signs of their own.
fn restore_hyphen(text: &mut String) {
    let mut letters = text.chars();
    if let Some('¬' | '\u{ad}' | super::alto::PENDING_HYPHEN) = letters.next_back() {
        *text = format!("{}-", letters.as_str());
    }
}

/// The most words of a label, on average.
const MAX_LABEL_WORDS: usize = 4;

/// Whether two blocks are the labels and the values of a form. Columns of text have lines that end at
/// their margin.
fn are_pairs(labels: &[Row], values: &[Row]) -> bool {
    let are_placed = |rows: &[Row]| {
        rows.iter()
            .all(|row| row.has_places && row.cells.is_empty())
    };
    if labels.is_empty() || values.is_empty() || !are_placed(labels) || !are_placed(values) {
        return false;
    }
    let right = labels
        .iter()
        .map(|row| row.rect().2)
        .fold(f32::MIN, f32::max);
    let left = values
        .iter()
        .map(|row| row.rect().0)
        .fold(f32::MAX, f32::min);
    if left < right {
        return false;
    }
    let words: usize = labels.iter().map(|row| row.words.len()).sum();
    let is_full = |row: &&Row| right - row.rect().2 < row.size;
    let full = labels.iter().filter(is_full).count();
    let is_text = words > 2 * labels.len() && labels.len() > 2 && full * 2 > labels.len();
    if words > MAX_LABEL_WORDS * labels.len() || is_text {
        return false;
    }
    let paired = values
        .iter()
        .filter(|value| partner(labels, value).is_some());
    let paired = paired.count();
    // A value may go on below its first line.
    paired * 2 >= values.len() && paired * 3 >= labels.len() * 2
}

/// The label beside a value.
fn partner(labels: &[Row], value: &Row) -> Option<usize> {
    operations::count(labels.len());
    let rect = value.rect();
    labels
        .iter()
        .position(|label| is_on_row(label.rect(), rect))
}

/// Puts each value behind its label. A further line of a value follows the label's row.
fn merge(joined: &mut Vec<Row>, start: usize, values: Vec<Row>, block: usize) {
    let mut labels: Vec<Vec<Row>> = joined.drain(start..).map(|row| vec![row]).collect();
    let mut last = 0;
    for mut value in values {
        let found = labels.iter().position(|rows| {
            rows.first()
                .is_some_and(|label| is_on_row(label.rect(), value.rect()))
        });
        value.block = block;
        match found.and_then(|index| labels.get_mut(index)) {
            Some(rows) => {
                last = found.unwrap_or(last);
                if let Some(label) = rows.first_mut() {
                    label.words.append(&mut value.words);
                }
            }
            None => {
                if let Some(rows) = labels.get_mut(last) {
                    rows.push(value);
                }
            }
        }
    }
    joined.extend(labels.into_iter().flatten());
}

/// Adds a line to the page.
fn push(page: &mut Page, line: GivenLine, row: Row) {
    let gap_before = line.gap_before && !page.lines.is_empty();
    if !page.lines.is_empty() {
        page.text.push_str(if gap_before { "\n\n" } else { "\n" });
    }
    let start = page.text.len();
    let has_one_range_for_each = line.words.len() == row.words.len();
    let text = if row.cells.is_empty() || !has_one_range_for_each {
        line.text
    } else {
        with_cells(&line.text, &line.words, &row.cells)
    };
    page.text.push_str(&text);
    let role = match line.role {
        LineRole::Body if row.is_heading => LineRole::Heading(2),
        LineRole::Body | LineRole::Item if text.contains('\t') => LineRole::Row,
        role => role,
    };
    page.lines.push(Line {
        bytes: start..page.text.len(),
        gap_before,
        end: line.end,
        role,
        bold: line.bold,
        font_size: row.has_places.then_some(line.size),
        rect: row.has_places.then(|| row.rect()),
        confidence: mean(row.words.iter().map(confidence)),
    });
    if has_one_range_for_each {
        for (range, word) in line.words.into_iter().zip(row.words) {
            push_word(page, start + range.start..start + range.end, &word);
        }
    } else if row.has_places {
        // A line from right to left is one word.
        let rect = row.rect();
        page.words.push(Word {
            bytes: start..page.text.len(),
            start: (rect.0, rect.3),
            end: (rect.2, rect.3),
            rect,
            confidence: mean(row.words.iter().map(confidence)),
        });
    }
}

fn push_word(page: &mut Page, bytes: std::ops::Range<usize>, word: &RowWord) {
    if word.struck {
        match page.struck.last_mut() {
            Some(last)
                if page.text[last.end..bytes.start]
                    .trim_matches(' ')
                    .is_empty() =>
            {
                last.end = bytes.end;
            }
            _ => page.struck.push(bytes.clone()),
        }
    }
    if word.has_place {
        page.words.push(Word {
            bytes,
            start: (word.rect.0, word.given.baseline),
            end: (word.rect.2, word.given.baseline),
            rect: word.rect,
            confidence: confidence(word),
        });
    }
}

/// The text of a table's row with a tab before each cell but the first. Between two words is one
/// character of white space, so that no position moves.
fn with_cells(text: &str, words: &[std::ops::Range<usize>], cells: &[usize]) -> String {
    let mut written = String::with_capacity(text.len());
    let mut from = 0;
    for (index, word) in words.iter().enumerate() {
        let begins_cell = cells.contains(&index);
        operations::count(cells.len());
        if index > 0 && from < word.start {
            written.push(if begins_cell { '\t' } else { ' ' });
        }
        written.push_str(text.get(word.clone()).unwrap_or_default());
        from = word.end;
    }
    written
}

fn confidence(word: &RowWord) -> f32 {
    word.confidence.unwrap_or(UNSTATED_CONFIDENCE)
}

fn mean(values: impl Iterator<Item = f32>) -> f32 {
    let (sum, count) = values.fold((0.0, 0), |(sum, count), value| (sum + value, count + 1));
    if count == 0 {
        UNSTATED_CONFIDENCE
    } else {
        sum / count as f32
    }
}

/// The mean confidence of the lines, weighted by their length.
fn mean_confidence(page: &Page) -> f32 {
    let length = |line: &Line| line.bytes.len() as f32;
    let total: f32 = page.lines.iter().map(length).sum();
    let sum: f32 = page
        .lines
        .iter()
        .map(|line| length(line) * line.confidence)
        .sum();
    if total > 0.0 { sum / total } else { 1.0 }
}
