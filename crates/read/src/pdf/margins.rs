//! Leading and margins: the usual distance between the lines of a page, and where they end.
//!
//! Both are measured on the lines of the page itself, because every form has its own.

use super::layout_line::LayoutLine;
use diarium_document::LineRole;

/// The usual distance between baselines, as a multiple of the font size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Leading(f32);

/// The leading of a page on which it cannot be measured: a generous single line spacing.
const DEFAULT_LEADING: f32 = 1.3;
/// A page whose lines are further apart consists of single lines with white space between them, unless the
/// lines are long: then it has double line spacing.
const MAX_LEADING: f32 = 1.75;
/// A line that fills more than this share of the page width is long.
const LONG_LINE: f32 = 0.55;
/// A distance of more than this multiple of the usual one separates paragraphs.
const MIN_GAP: f32 = 1.25;

impl Leading {
    /// Measures the leading of a page.
    pub(super) fn measure(lines: &[LayoutLine], page_width: f32) -> Self {
        let pairs = lines
            .windows(2)
            .filter(|pair| is_same_text(&pair[0], &pair[1]));
        let mut distances: Vec<f32> = pairs
            .clone()
            .map(|pair| (pair[1].baseline - pair[0].baseline) / pair[0].size)
            .filter(|distance| (0.8..3.0).contains(distance))
            .collect();
        distances.sort_by(f32::total_cmp);
        // The tightest lines of a page are those of its paragraphs. The first fifth, not the minimum,
        // tolerates single pairs that are set too tight.
        let Some(&tight) = distances.get(distances.len() / 5) else {
            return Self(DEFAULT_LEADING);
        };
        let long = pairs
            .filter(|pair| pair[0].right - pair[0].left > LONG_LINE * page_width)
            .count();
        let is_double_spaced = 2 * long > distances.len() && distances.len() >= 4;
        if tight <= MAX_LEADING || is_double_spaced {
            Self(tight.max(1.0))
        } else {
            Self(DEFAULT_LEADING)
        }
    }

    /// Whether white space separates a line from those before it.
    pub(super) fn is_gap(self, before: &[LayoutLine], line: &LayoutLine) -> bool {
        let above = before
            .iter()
            .rev()
            .take(INTERLEAVED)
            .find(|above| above.left < line.right && line.left < above.right);
        // Without a line above it, its distance to the previous line counts: it is a text of its own.
        let Some(above) = above.or(before.last()) else {
            return false;
        };
        let distance = line.baseline - above.baseline;
        // The distance between baselines depends mostly on the lower line: the upper one has less than a
        // third of its size under its baseline.
        let usual = self.0 * (0.3 * above.size + 0.7 * line.size);
        distance > MIN_GAP * usual
    }
}

/// Number of preceding lines among which the line above another one is searched for.
// Lines of two texts side by side alternate.
const INTERLEAVED: usize = 3;

fn is_same_text(above: &LayoutLine, line: &LayoutLine) -> bool {
    above.block == line.block && (above.size - line.size).abs() <= 0.1 * above.size
}

/// The right margins of a page.
#[derive(Debug)]
pub(super) struct Margins<'a> {
    lines: &'a [LayoutLine],
    page_width: f32,
    /// Left edge of the page's text.
    left: f32,
}

// All distances are multiples of the font size.
/// Lines whose left edges differ by at most this share a right margin.
const SAME_START: f32 = 4.0;
// The end of the longest line is a margin if it is this close to the mirror image of the left margin, or if
// at least this many lines end near it. A page of short lines has no visible margin.
const MAX_MIRROR_DISTANCE: f32 = 8.0;
const MIN_LINES_AT_MARGIN: usize = 4;
const MAX_MARGIN_DISTANCE: f32 = 3.0;
/// Lines of a page that are compared: the time grows with the square of their number.
const MAX_LINES: usize = 2_000;

impl<'a> Margins<'a> {
    /// Measures the margins of a page.
    pub(super) fn measure(lines: &'a [LayoutLine], page_width: f32) -> Self {
        Self {
            lines: &lines[..lines.len().min(MAX_LINES)],
            page_width,
            left: lines.iter().map(|line| line.left).fold(f32::MAX, f32::min),
        }
    }

    /// The right margin of a line, if the page shows one.
    pub(super) fn right_margin(&self, line: &LayoutLine) -> Option<f32> {
        let rights: Vec<f32> = self
            .lines
            .iter()
            .filter(|other| self.share_margin(line, other))
            .map(|other| other.right)
            .collect();
        let margin = rights.iter().copied().fold(f32::MIN, f32::max);
        let lines_at_margin = rights
            .iter()
            .filter(|&&right| margin - right <= MAX_MARGIN_DISTANCE * line.size)
            .count();
        let mirrored = self.page_width - self.left - MAX_MIRROR_DISTANCE * line.size;
        (margin >= mirrored || lines_at_margin >= MIN_LINES_AT_MARGIN).then_some(margin)
    }

    fn share_margin(&self, line: &LayoutLine, other: &LayoutLine) -> bool {
        let is_same_column = !(line.in_column || other.in_column) || line.block == other.block;
        // Of a table row, only the last cell can reach the margin.
        let start = match other.role {
            LineRole::Row => other.last_cell_left,
            _ => other.left,
        };
        is_same_column
            && (start - line.last_cell_left).abs() <= SAME_START * line.size
            && (other.size - line.size).abs() <= 0.3 * line.size
    }
}
