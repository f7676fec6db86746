//! What an OCR file says about a page, in the units of the file.

use diarium_document::Rect;

/// A page as an OCR program describes it.
#[derive(Debug, Clone, Default)]
pub(super) struct OcrPage {
    /// Width and height.
    pub size: Option<(f32, f32)>,
    /// The program's confidence in the page, 0 to 1.
    pub confidence: Option<f32>,
    /// Blocks in reading order.
    pub blocks: Vec<OcrBlock>,
    /// The identifiers of blocks in the order in which they are read, if the file states it.
    pub order: Vec<String>,
    /// Points for each unit, if the file states it.
    pub points_per_unit: Option<f32>,
}

/// Lines that belong together.
#[derive(Debug, Clone, Default)]
pub(super) struct OcrBlock {
    pub id: String,
    pub rect: Option<Rect>,
    pub is_heading: bool,
    /// Its place, if it is a cell of a table.
    pub cell: Option<Cell>,
    pub lines: Vec<OcrLine>,
}

/// The place of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cell {
    /// Number of the table in the file.
    pub table: usize,
    pub row: u32,
    pub column: u32,
}

/// A line of text.
#[derive(Debug, Clone, Default)]
pub(super) struct OcrLine {
    pub rect: Option<Rect>,
    /// Height of the baseline at the start of the line, and its rise.
    pub baseline: Option<Baseline>,
    pub bold: bool,
    /// Font size in points.
    pub font_size: Option<f32>,
    pub words: Vec<OcrWord>,
}

/// A straight baseline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Baseline {
    pub start: (f32, f32),
    pub end: (f32, f32),
}

impl Baseline {
    /// Its height at a place.
    pub(super) fn at(self, x: f32) -> f32 {
        let width = self.end.0 - self.start.0;
        if width.abs() < 1e-3 {
            return self.start.1;
        }
        self.start.1 + (x - self.start.0) / width * (self.end.1 - self.start.1)
    }
}

/// A word.
#[derive(Debug, Clone, Default)]
pub(super) struct OcrWord {
    /// Its text, without white space.
    pub text: String,
    pub rect: Option<Rect>,
    /// The program's confidence, 0 to 1.
    pub confidence: Option<f32>,
    pub bold: bool,
    /// It is crossed out.
    pub struck: bool,
}

impl OcrPage {
    /// Puts the blocks into the stated order. Blocks that it does not name keep their places after
    /// the block before them.
    pub(super) fn sort(&mut self) {
        if self.order.is_empty() {
            return;
        }
        let places: std::collections::BTreeMap<&str, usize> = (1..)
            .zip(&self.order)
            .map(|(place, id)| (id.as_str(), place))
            .collect();
        let mut place = 0;
        let mut keyed = Vec::with_capacity(self.blocks.len());
        for block in std::mem::take(&mut self.blocks) {
            place = places.get(block.id.as_str()).copied().unwrap_or(place);
            keyed.push((place, block));
        }
        keyed.sort_by_key(|(place, _)| *place);
        self.blocks = keyed.into_iter().map(|(_, block)| block).collect();
    }
}

impl OcrLine {
    /// The line of a text without words of its own. The places of its words follow from their
    /// lengths.
    pub(super) fn from_text(text: &str, rect: Option<Rect>, confidence: Option<f32>) -> Self {
        let text = text.trim();
        let characters = text.chars().count().max(1) as f32;
        let mut words = Vec::new();
        let mut at = 0_usize;
        for part in text.split(char::is_whitespace) {
            let length = part.chars().count();
            let edge = |character: usize| {
                rect.map(|rect| rect.0 + (rect.2 - rect.0) * character as f32 / characters)
            };
            let of_word = rect.zip(edge(at)).zip(edge(at + length));
            if length > 0 {
                words.push(OcrWord {
                    text: part.to_owned(),
                    rect: of_word.map(|((rect, left), right)| Rect(left, rect.1, right, rect.3)),
                    confidence,
                    ..OcrWord::default()
                });
            }
            at += length + 1;
        }
        Self {
            rect,
            words,
            ..Self::default()
        }
    }
}

/// A box from its left top corner and its size; `None` if it is none.
pub(super) fn sized(left: f32, top: f32, width: f32, height: f32) -> Option<Rect> {
    (width >= 0.0 && height >= 0.0).then_some(Rect(left, top, left + width, top + height))
}

/// The box around points.
pub(super) fn around(points: &[(f32, f32)]) -> Option<Rect> {
    let boxes = points.iter().map(|(x, y)| Rect(*x, *y, *x, *y));
    boxes.reduce(Rect::union)
}

/// The points of a list: `1,2 3,4` or `1 2 3 4`.
// ALTO 1 to 3 and ALTO 4 separate them in different ways, and programs in further ones.
pub(super) fn points(list: &str) -> Vec<(f32, f32)> {
    let numbers = list
        .split([',', ' ', '\t', '\n', ';'])
        .filter(|part| !part.is_empty());
    let numbers: Vec<f32> = numbers.map_while(super::xml::number).collect();
    numbers
        .chunks_exact(2)
        .map(|pair| (pair[0], pair[1]))
        .collect()
}
