//! Line metrics: baseline and font size of a recognized line, measured in its ink.
//!
//! Engines return boxes around lines that contain some white and parts of the neighboring lines. The
//! rows of the line itself are found in its horizontal projection profile. How far its letters reach
//! above and below the baseline is known from the text, which gives the font size.

use super::{BoundingBox, GrayImage};

/// The baseline and font size of a line, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct LineMetrics {
    /// Vertical position of the baseline.
    pub baseline: f32,
    /// Size of the font: its capitals are 0.72 of it high.
    pub font_size: f32,
}

/// Measures the line with this text.
pub(super) fn line_metrics(text: &str, ink: &InkProfile) -> LineMetrics {
    let (ascent, descent) = vertical_extent(text);
    let font_size = ink.height() as f32 / (ascent + descent);
    LineMetrics {
        baseline: ink.bottom as f32 - descent * font_size,
        font_size,
    }
}

/// How far a text's letters reach above and below the baseline, as shares of the font size. The values
/// are those of Arial, Times and Calibri, which differ by up to 0.03.
fn vertical_extent(text: &str) -> (f32, f32) {
    let max = |extent: fn(char) -> f32| text.chars().map(extent).fold(0.0, f32::max);
    // A line of commas only must not get a font of infinite size.
    (max(ascent).max(0.1), max(descent))
}

fn ascent(character: char) -> f32 {
    match character {
        'Å' | 'Ä' | 'Ö' | 'É' => 0.93,
        'å' => 0.78,
        'a' | 'c' | 'e' | 'g' | 'm'..='s' | 'u'..='z' | '+' | '<' | '>' | '=' | ':' | ';' => 0.52,
        '.' | ',' | '_' | '…' => 0.1,
        '-' | '–' | '—' | '·' | '•' | '~' => 0.35,
        _ => 0.72,
    }
}

fn descent(character: char) -> f32 {
    match character {
        'g' | 'j' | 'p' | 'q' | 'y' | '(' | ')' | '[' | ']' | '|' | '@' | '§' | '_' => 0.21,
        'Q' | ',' | ';' => 0.14,
        _ => 0.0,
    }
}

/// The ink of a line: its rows, and its vertical projection.
pub(super) struct InkProfile {
    left: usize,
    top: usize,
    bottom: usize,
    /// For each column from `left`, whether there is ink between top and bottom.
    columns: Vec<bool>,
}

/// Most rows without ink inside a line, as a share of the engine's box: they separate a letter from its
/// dots. The gap to the next line is larger.
const MAX_DOT_GAP: f32 = 0.1;

impl InkProfile {
    /// The profile of the line in a box; `None` if there is no ink.
    pub(super) fn new(bounds: BoundingBox, page: &GrayImage) -> Option<Self> {
        let ink_threshold = local_ink_threshold(bounds, page)?;
        let is_ink = |y: usize, x: usize| page.row(y)[x] < ink_threshold;
        let rows: Vec<usize> = (bounds.top..bounds.bottom)
            .map(|y| {
                (bounds.left..bounds.right)
                    .filter(|&x| is_ink(y, x))
                    .count()
            })
            .collect();
        let max_gap = (MAX_DOT_GAP * rows.len() as f32) as usize + 1;
        let (first, last) = line_rows(&rows, max_gap)?;
        let (top, bottom) = (bounds.top + first, bounds.top + last + 1);
        let columns = (bounds.left..bounds.right)
            .map(|x| (top..bottom).any(|y| is_ink(y, x)))
            .collect();
        Some(Self {
            left: bounds.left,
            top,
            bottom,
            columns,
        })
    }

    fn height(&self) -> usize {
        self.bottom - self.top
    }

    fn column(&self, x: f32) -> usize {
        ((x - self.left as f32).max(0.0) as usize).min(self.columns.len().saturating_sub(1))
    }

    /// The widest run of columns without ink between two positions, both inclusive.
    pub(super) fn widest_gap(&self, from: f32, to: f32) -> Option<(f32, f32)> {
        let (from, to) = (self.column(from), self.column(to));
        let mut widest = None;
        let mut start = None;
        for x in from..=to {
            match (self.columns[x], start) {
                (false, None) => start = Some(x),
                (false, Some(_)) => {}
                (true, _) => start = None,
            }
            if let Some(start) = start {
                let is_wider = widest.is_none_or(|(left, right)| x + 1 - start > right - left);
                if is_wider {
                    widest = Some((start, x + 1));
                }
            }
        }
        let position = |x: usize| (self.left + x) as f32;
        widest.map(|(left, right)| (position(left), position(right)))
    }

    /// Where the ink begins.
    pub(super) fn start(&self) -> f32 {
        let first = self.columns.iter().position(|&ink| ink).unwrap_or(0);
        (self.left + first) as f32
    }

    /// Where the ink ends.
    pub(super) fn end(&self) -> f32 {
        let last = self.columns.iter().rposition(|&ink| ink);
        (self.left + last.map_or(self.columns.len(), |last| last + 1)) as f32
    }
}

// Shades of a line at these shares of its sorted pixels are its darkest letters and its paper; they must
// differ by more than `MIN_CONTRAST`, or the box has no print in it.
const INK_SHARE: f32 = 0.02;
const PAPER_SHARE: f32 = 0.7;
const MIN_CONTRAST: u8 = 20;

/// Binarization of a single line: shades below the threshold are ink. It is halfway between the paper of
/// the line and its darkest letters, so that a faded line is measured as well as a bold one.
fn local_ink_threshold(bounds: BoundingBox, page: &GrayImage) -> Option<u8> {
    let mut counts = [0_usize; 256];
    for y in bounds.top..bounds.bottom {
        for &shade in &page.row(y)[bounds.left..bounds.right] {
            counts[usize::from(shade)] += 1;
        }
    }
    let total: usize = counts.iter().sum();
    let shade_at = |share: f32| {
        let wanted = (share * total as f32) as usize;
        let mut seen = 0;
        counts.iter().position(|count| {
            seen += count;
            seen > wanted
        })
    };
    let (ink, paper) = (shade_at(INK_SHARE)?, shade_at(PAPER_SHARE)?);
    (paper > ink + usize::from(MIN_CONTRAST)).then_some(((ink + paper) / 2) as u8)
}

/// The rows of the line: those around the row with the most ink, up to where the ink ends on both
/// sides. Gaps of up to `max_gap` rows are bridged.
fn line_rows(ink: &[usize], max_gap: usize) -> Option<(usize, usize)> {
    let (fullest, &max) = ink.iter().enumerate().max_by_key(|(_, count)| **count)?;
    if max == 0 {
        return None;
    }
    let first = last_row_of_line(ink, fullest, (0..fullest).rev(), max_gap);
    let last = last_row_of_line(ink, fullest, fullest + 1..ink.len(), max_gap);
    Some((first, last))
}

/// Follows the ink from the fullest row in one direction.
fn last_row_of_line(
    ink: &[usize],
    fullest: usize,
    rows: impl Iterator<Item = usize>,
    max_gap: usize,
) -> usize {
    let (mut last, mut before_gap) = (fullest, None);
    let mut reaches_edge = true;
    for row in rows {
        reaches_edge = ink[row] > 0;
        if reaches_edge {
            if row.abs_diff(last) > 1 {
                before_gap = Some(last);
            }
            last = row;
        } else if row.abs_diff(last) > max_gap {
            break;
        }
    }
    // Ink behind a gap that continues to the edge of the box is part of the next line.
    if reaches_edge {
        before_gap.unwrap_or(last)
    } else {
        last
    }
}
