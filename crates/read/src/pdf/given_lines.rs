//! Given lines: layout analysis of words that another program has put into lines and blocks.
//!
//! The reading order is kept. Cells, paragraphs, roles and line ends are found as on any other page.

use std::ops::Range;

use super::columns::Block;
use super::lines::build_lines;
use super::rows::{Row, Word, is_checkbox};
use diarium_document::{LineEnd, LineRole};

/// A word with its place, in points.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GivenWord {
    /// Its text, in NFC, without white space.
    pub text: String,
    /// Left edge.
    pub left: f32,
    /// Right edge.
    pub right: f32,
    /// Position of the baseline.
    pub baseline: f32,
    /// Font size.
    pub size: f32,
    /// Whether it is bold.
    pub bold: bool,
}

/// Lines that are read together; each has at least one word.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GivenBlock {
    /// From top to bottom.
    pub lines: Vec<Vec<GivenWord>>,
    /// Whether other blocks are beside it.
    pub is_column: bool,
}

/// A line of a page's text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GivenLine {
    /// Its text, with tabs between cells.
    pub text: String,
    /// The place of each of its words in that text; one for all words of a line from right to left.
    pub words: Vec<Range<usize>>,
    /// Font size in points.
    pub size: f32,
    /// Whether all of it is bold.
    pub bold: bool,
    /// Its role.
    pub role: LineRole,
    /// Whether a new paragraph starts with it.
    pub gap_before: bool,
    /// Why it ends.
    pub end: LineEnd,
}

/// The lines of a page of this width, one for each that is given.
pub(crate) fn given_lines(blocks: Vec<GivenBlock>, page_width: f32) -> Vec<GivenLine> {
    let blocks: Vec<Block> = blocks.into_iter().map(block).collect();
    let mut previous = None;
    let lines = build_lines(&blocks, page_width).into_iter();
    lines
        .map(|line| {
            let begins_block = previous.is_some_and(|block| block != line.block);
            previous = Some(line.block);
            GivenLine {
                words: line.words.into_iter().map(|word| word.bytes).collect(),
                text: line.text,
                size: line.size,
                bold: line.bold,
                role: line.role,
                gap_before: line.gap_before || begins_block,
                end: line.end,
            }
        })
        .collect()
}

fn block(block: GivenBlock) -> Block {
    let lines = block.lines.into_iter().filter(|line| !line.is_empty());
    Block {
        rows: lines
            .map(|line| Row {
                words: line.into_iter().map(word).collect(),
            })
            .collect(),
        is_column: block.is_column,
    }
}

fn word(word: GivenWord) -> Word {
    Word {
        checkbox: word.text.starts_with(is_checkbox),
        glyphs: word.text.chars().count(),
        text: word.text,
        left: word.left,
        right: word.right,
        baseline: word.baseline,
        size: word.size,
        bold: word.bold,
        // The program may have put a space into every gap.
        spaces: 0,
        no_break: false,
        unknown: 0,
    }
}
