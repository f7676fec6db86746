//! How far apart are a page's lines, and how far do they run?
//!
//! What is usual on this page, measured from its own lines: no form keeps to the margins and the
//! leading of another.

use super::lines::Draft;
use diarium_document::LineRole;

/// The usual distance between lines, in shares of their size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Leading(f32);

/// What typesetters and word processors set if nobody asks for more.
const PLAIN_LEADING: f32 = 1.3;
/// Leading wider than this is a page of single lines with white space between them, unless the
/// lines are long: then it is a page with double line spacing.
const WIDE_LEADING: f32 = 1.75;
/// A distance this many times the usual one is white space.
const GAP: f32 = 1.25;

impl Leading {
    /// Measures it.
    pub(super) fn of(lines: &[Draft], page_width: f32) -> Self {
        let pairs = lines
            .windows(2)
            .filter(|pair| is_same_text(&pair[0], &pair[1]));
        let mut distances: Vec<f32> = pairs
            .clone()
            .map(|pair| (pair[1].baseline - pair[0].baseline) / pair[0].size)
            .filter(|distance| (0.8..3.0).contains(distance))
            .collect();
        distances.sort_by(f32::total_cmp);
        // The tightest lines of a page are those of its paragraphs; the fifth part of them leaves
        // room for a pair that is set too tight.
        let Some(&tight) = distances.get(distances.len() / 5) else {
            return Self(PLAIN_LEADING);
        };
        let long = pairs
            .filter(|pair| pair[0].right - pair[0].left > 0.55 * page_width)
            .count();
        let is_spaced = 2 * long > distances.len() && distances.len() >= 4;
        match tight <= WIDE_LEADING || is_spaced {
            true => Self(tight.max(1.0)),
            false => Self(PLAIN_LEADING),
        }
    }

    /// Whether white space stands between a line and those before it.
    pub(super) fn is_gap(self, before: &[Draft], line: &Draft) -> bool {
        let beside = before
            .iter()
            .rev()
            .take(INTERLEAVED)
            .find(|above| above.left < line.right && line.left < above.right);
        // Nothing stands over it but what is beside it: it is a text of its own.
        let Some(above) = beside.or(before.last()) else {
            return false;
        };
        let distance = line.baseline - above.baseline;
        // A baseline's distance is mostly made of the lower line: what lies under the baseline of
        // the upper one is less than a third of its size.
        let usual = self.0 * (0.3 * above.size + 0.7 * line.size);
        distance > GAP * usual
    }
}

/// Lines of two texts side by side follow each other in turn: the line over this one is among so
/// many before it.
const INTERLEAVED: usize = 3;

fn is_same_text(above: &Draft, line: &Draft) -> bool {
    above.block == line.block && (above.size - line.size).abs() <= 0.1 * above.size
}

/// Where the lines of a page end that the paper ended.
#[derive(Debug)]
pub(super) struct Margins<'a> {
    lines: &'a [Draft],
    page_width: f32,
    /// Left edge of the page's text.
    left: f32,
}

/// Lines that start this close to each other, in shares of their size, share a margin.
const SAME_START: f32 = 4.0;
/// A margin is believed if the longest line comes this close to where the left margin's mirror
/// image is, in shares of its size…
const MIRROR: f32 = 8.0;
/// …or if this many lines end this close to it.
const WITNESSES: usize = 4;
const WITNESS_DISTANCE: f32 = 3.0;
/// Pages with more lines are not made for reading.
const MOST_LINES: usize = 2_000;

impl<'a> Margins<'a> {
    /// Measures them.
    pub(super) fn of(lines: &'a [Draft], page_width: f32) -> Self {
        Self {
            lines: &lines[..lines.len().min(MOST_LINES)],
            page_width,
            left: lines.iter().map(|line| line.left).fold(f32::MAX, f32::min),
        }
    }

    /// The right margin of a line, if the page shows one.
    pub(super) fn of_line(&self, line: &Draft) -> Option<f32> {
        let rights: Vec<f32> = self
            .lines
            .iter()
            .filter(|other| self.share_margin(line, other))
            .map(|other| other.right)
            .collect();
        let margin = rights.iter().copied().fold(f32::MIN, f32::max);
        let witnesses = rights
            .iter()
            .filter(|&&right| margin - right <= WITNESS_DISTANCE * line.size)
            .count();
        let mirrored = self.page_width - self.left - MIRROR * line.size;
        (margin >= mirrored || witnesses >= WITNESSES).then_some(margin)
    }

    fn share_margin(&self, line: &Draft, other: &Draft) -> bool {
        let same_column = match line.in_column || other.in_column {
            true => line.block == other.block,
            false => true,
        };
        // Cells in the middle of a row say nothing of a margin; its last cell does.
        let start = match other.role {
            LineRole::Row => other.tail,
            _ => other.left,
        };
        same_column
            && (start - line.tail).abs() <= SAME_START * line.size
            && (other.size - line.size).abs() <= 0.3 * line.size
    }
}
