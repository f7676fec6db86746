//! Struck-out text: words that a line crosses out.
//!
//! The line is drawn on the page, or belongs to an annotation. It runs through the middle of the letters and
//! ends where the words end. An underline is lower, and a ruling line of a table longer than its words.

use std::ops::Range;

use super::content::{Shape, Subpath, SubpathPaint};
use diarium_document::{Rect, Word};

/// Thickest line, as a share of the height of the words.
const MAX_THICKNESS: f32 = 0.25;
/// Shortest line, in points: shorter ones are hyphens and parts of drawings.
const MIN_LENGTH: f32 = 4.0;
/// Where a line crosses words out, as shares of their height from the top. The middle of an `x` is at 0.55,
/// the baseline at 0.79.
const HEIGHTS: Range<f32> = 0.36..0.69;
/// How far a line reaches over the ends of the words at most, as a share of their height.
const MAX_OVERHANG: f32 = 0.8;
/// Lines of a page that are examined.
// Pages with more are drawings.
const MAX_LINES: usize = 2_000;

/// The lines of a page that may cross text out.
pub(super) fn strike_lines(subpaths: &[Subpath]) -> Vec<Rect> {
    let lines: Vec<Rect> = subpaths
        .iter()
        .filter(|subpath| {
            let Rect(left, top, right, bottom) = subpath.rect;
            let is_line = match subpath.paint {
                SubpathPaint::Stroke => bottom - top < 1.0 && subpath.shape != Shape::Round,
                SubpathPaint::Fill => bottom - top < 4.0 && subpath.shape == Shape::Rectangle,
                SubpathPaint::White => false,
            };
            is_line && right - left >= MIN_LENGTH
        })
        .map(|subpath| subpath.rect)
        .take(MAX_LINES + 1)
        .collect();
    if lines.len() > MAX_LINES {
        Vec::new()
    } else {
        lines
    }
}

/// The parts of a text that are crossed out, in order. `boxes` are the marks of annotations, which cover whole
/// words.
pub(super) fn struck_ranges(words: &[Word], lines: &[Rect], boxes: &[Rect]) -> Vec<Range<usize>> {
    if lines.is_empty() && boxes.is_empty() {
        return Vec::new();
    }
    let mut order: Vec<usize> = (0..words.len()).collect();
    order.sort_by(|one, other| words[*one].rect.1.total_cmp(&words[*other].rect.1));
    let mut is_struck = vec![false; words.len()];
    for line in lines {
        let on_line = words_on(words, &order, *line, |word| is_crossed(word, *line));
        if ends_with(words, &on_line, *line) {
            on_line
                .into_iter()
                .for_each(|index| is_struck[index] = true);
        }
    }
    for mark in boxes {
        for index in words_on(words, &order, *mark, |word| is_marked(word, *mark)) {
            is_struck[index] = true;
        }
    }
    merged(words, &is_struck)
}

/// Words near a line that are examined.
// Only hostile files have more.
const MAX_NEAR: usize = 5_000;
/// No word is higher, in points.
const MAX_HEIGHT: f32 = 60.0;

/// The words near a rectangle that fulfill a condition. `order` has all words by their tops.
fn words_on(
    words: &[Word],
    order: &[usize],
    rect: Rect,
    is_on: impl Fn(&Word) -> bool,
) -> Vec<usize> {
    let top = |index: &usize| words[*index].rect.1;
    let first = order.partition_point(|index| top(index) < rect.1 - MAX_HEIGHT);
    let near = order[first..].iter().take(MAX_NEAR);
    let near = near.take_while(|index| top(index) <= rect.3);
    near.copied()
        .filter(|&index| is_on(&words[index]))
        .collect()
}

/// Whether a line runs through the middle of a word.
fn is_crossed(word: &Word, line: Rect) -> bool {
    let Rect(left, top, right, bottom) = word.rect;
    let height = bottom - top;
    let is_horizontal = (word.start.1 - word.end.1).abs() < 0.3 * height;
    let middle = ((line.1 + line.3) / 2.0 - top) / height.max(0.1);
    let covered = right.min(line.2) - left.max(line.0);
    is_horizontal
        && HEIGHTS.contains(&middle)
        && line.3 - line.1 <= MAX_THICKNESS * height
        && covered >= 0.6 * (right - left)
}

/// Whether a line ends where its words end, and has words along most of it.
fn ends_with(words: &[Word], on_line: &[usize], line: Rect) -> bool {
    let rects = || on_line.iter().map(|&index| words[index].rect);
    let height = rects().map(|rect| rect.3 - rect.1).fold(0.0, f32::max);
    let left = rects().map(|rect| rect.0).fold(f32::MAX, f32::min);
    let right = rects().map(|rect| rect.2).fold(f32::MIN, f32::max);
    let length: f32 = rects().map(|rect| rect.2 - rect.0).sum();
    let overhang = MAX_OVERHANG * height;
    !on_line.is_empty()
        && line.0 >= left - overhang
        && line.2 <= right + overhang
        && length >= 0.6 * (line.2 - line.0)
}

/// Whether the mark of an annotation covers a word.
fn is_marked(word: &Word, mark: Rect) -> bool {
    let Rect(left, top, right, bottom) = word.rect;
    let middle = (top + bottom) / 2.0;
    let covered = right.min(mark.2) - left.max(mark.0);
    (mark.1..=mark.3).contains(&middle) && covered >= 0.6 * (right - left)
}

/// The ranges of marked words. Neighbors are one range, with the white space between them.
fn merged(words: &[Word], is_struck: &[bool]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut was_struck = false;
    for (word, &struck) in words.iter().zip(is_struck) {
        match ranges.last_mut() {
            Some(last) if struck && was_struck && word.bytes.start >= last.end => {
                last.end = word.bytes.end;
            }
            _ if struck => ranges.push(word.bytes.clone()),
            _ => {}
        }
        was_struck = struck;
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words of a line, each ten letters of five points wide, 5 points apart.
    fn line_of(count: usize) -> Vec<Word> {
        (0..count)
            .map(|index| {
                let left = 100.0 + 55.0 * index as f32;
                Word {
                    bytes: 11 * index..11 * index + 10,
                    start: (left, 108.0),
                    end: (left + 50.0, 108.0),
                    rect: Rect(left, 100.0, left + 50.0, 110.0),
                    confidence: 1.0,
                }
            })
            .collect()
    }

    fn struck(lines: &[Rect]) -> Vec<Range<usize>> {
        struck_ranges(&line_of(4), lines, &[])
    }

    #[test]
    fn a_line_through_words_strikes_them_out() {
        assert_eq!(struck(&[Rect(154.0, 105.0, 261.0, 105.5)]), vec![11..32]);
    }

    #[test]
    fn underlines_and_longer_lines_strike_nothing_out() {
        assert_eq!(
            struck(&[Rect(154.0, 109.0, 261.0, 109.5)]),
            Vec::<Range<usize>>::new()
        );
        assert_eq!(
            struck(&[Rect(20.0, 105.0, 500.0, 105.5)]),
            Vec::<Range<usize>>::new()
        );
        assert_eq!(
            struck(&[Rect(154.0, 101.0, 261.0, 101.5)]),
            Vec::<Range<usize>>::new()
        );
        assert_eq!(
            struck(&[Rect(154.0, 102.0, 261.0, 108.0)]),
            Vec::<Range<usize>>::new()
        );
    }

    #[test]
    fn the_mark_of_an_annotation_strikes_its_words_out() {
        let mark = Rect(99.0, 98.0, 151.0, 112.0);
        assert_eq!(struck_ranges(&line_of(3), &[], &[mark]), vec![0..10]);
    }
}
