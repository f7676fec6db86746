//! Word segmentation: split a recognized line into words with exact edges.
//!
//! The engine knows the center of a character with an error of half a character; the ink gives exact
//! edges. Engines also drop spaces, which the gaps in the ink restore.

use super::line_metrics::{InkProfile, line_metrics};
use super::post_correction::correct_word;
use super::{GrayImage, OcrCharacter, OcrLine};

/// A line of words, in pixels of the page.
#[derive(Debug, Clone, PartialEq)]
pub struct RecognizedLine {
    /// From left to right, never empty.
    pub words: Vec<RecognizedWord>,
    /// Vertical position of the baseline.
    pub baseline: f32,
    /// Size of the font: its capitals are 0.72 of it high.
    pub font_size: f32,
}

/// A word, in pixels of the page.
#[derive(Debug, Clone, PartialEq)]
pub struct RecognizedWord {
    /// Its text, never empty.
    pub text: String,
    /// Where its ink begins.
    pub left: f32,
    /// Where its ink ends.
    pub right: f32,
    /// Mean confidence of its characters, 0 to 1.
    pub confidence: f32,
}

/// Splits a line into words and measures it; `None` if there is no ink in its box: engines
/// also return text for paper.
pub(super) fn segment_line(line: &OcrLine, page: &GrayImage) -> Option<RecognizedLine> {
    let ink = InkProfile::new(line.bounds, page)?;
    let metrics = line_metrics(&line.text(), &ink);
    let words = segment_words(line, &ink, metrics.font_size);
    (!words.is_empty()).then_some(RecognizedLine {
        words,
        baseline: metrics.baseline,
        font_size: metrics.font_size,
    })
}

// A gap in which the engine read no space is a dropped space if it is at least this share of the line's
// usual space and this share of the font size. Letters within a word are up to 0.1 apart. Two ones are
// an exception, because every figure is as wide as a zero: they are never split.
const MIN_SHARE_OF_SPACE: f32 = 0.75;
const MIN_SPACE: f32 = 0.18;
/// The space of a line in which the engine read fewer than two, as a share of the font size: that of
/// Arial.
const DEFAULT_SPACE: f32 = 0.28;
/// No letter reaches further from its center, as a share of the font size: the widest, M, is 0.83 wide.
/// Ink beyond it is that of a neighboring column or a stain.
const HALF_LETTER: f32 = 0.5;

fn segment_words(line: &OcrLine, ink: &InkProfile, font_size: f32) -> Vec<RecognizedWord> {
    let gaps = gaps(line, ink, font_size);
    let reach = HALF_LETTER * font_size;
    let start = line.characters.first().map_or(0.0, |one| one.x - reach);
    let end = line.characters.last().map_or(f32::MAX, |one| one.x + reach);
    let min_space = (MIN_SHARE_OF_SPACE * usual_space(&gaps, font_size)).max(MIN_SPACE * font_size);
    let mut words = Vec::new();
    let mut letters: Vec<OcrCharacter> = Vec::new();
    let mut left = ink.start().max(start);
    let printed = line.characters.iter().filter(|one| one.character != ' ');
    for (index, letter) in printed.enumerate() {
        let gap = &gaps[index];
        if let Some(previous) = letters.last() {
            let is_dropped_space = gap.width() >= min_space
                && !belongs_to_next_space(gap, gaps.get(index + 1))
                && [previous.character, letter.character] != ['1', '1'];
            if gap.has_space || is_dropped_space {
                words.extend(word(&letters, (left, gap.left), font_size));
                letters.clear();
                left = gap.right;
            }
        }
        letters.push(*letter);
    }
    words.extend(word(&letters, (left, ink.end().min(end)), font_size));
    words
}

/// What is between a letter and the one before it.
struct Gap {
    /// The engine read a space.
    has_space: bool,
    /// Where the white begins.
    left: f32,
    /// Where the white ends.
    right: f32,
}

impl Gap {
    fn width(&self) -> f32 {
        self.right - self.left
    }
}

/// Whether the white of a gap is in fact that of the space which the engine read one letter later.
/// Engines place a thin letter at the end of a word too far to the right: its ink then seems to follow
/// the space.
fn belongs_to_next_space(gap: &Gap, next: Option<&Gap>) -> bool {
    next.is_some_and(|next| next.has_space && next.width() < gap.width())
}

/// The gap before each letter of a line; the first is empty.
fn gaps(line: &OcrLine, ink: &InkProfile, font_size: f32) -> Vec<Gap> {
    let mut previous: Option<f32> = None;
    let mut has_space = false;
    let mut gaps = Vec::new();
    for one in &line.characters {
        if one.character == ' ' {
            has_space = true;
            continue;
        }
        let white = previous.and_then(|previous| ink.widest_gap(previous, one.x));
        let center = (previous.unwrap_or(one.x) + one.x) / 2.0;
        // Letters may touch although the engine read a space between them.
        let half = if has_space {
            0.5 * MIN_SPACE * font_size
        } else {
            0.0
        };
        let (left, right) = white.unwrap_or((center - half, center + half));
        gaps.push(Gap {
            has_space,
            left,
            right,
        });
        previous = Some(one.x);
        has_space = false;
    }
    gaps
}

/// The median of the spaces that the engine read.
fn usual_space(gaps: &[Gap], font_size: f32) -> f32 {
    let spaces = gaps.iter().filter(|gap| gap.has_space);
    let mut widths: Vec<f32> = spaces.map(Gap::width).collect();
    widths.sort_by(f32::total_cmp);
    match widths.len() {
        0 | 1 => DEFAULT_SPACE * font_size,
        count => widths[count / 2],
    }
}

fn word(
    characters: &[OcrCharacter],
    (left, right): (f32, f32),
    font_size: f32,
) -> Option<RecognizedWord> {
    let sum: f32 = characters.iter().map(|one| one.confidence).sum();
    let text: String = characters.iter().map(|one| one.character).collect();
    (!text.is_empty()).then(|| RecognizedWord {
        text: correct_word(text, (right - left) / font_size),
        left,
        right: right.max(left + 1.0),
        confidence: sum / characters.len() as f32,
    })
}
