//! How large is a line's print, where does it stand, and where do its words begin and end?
//!
//! The engine knows the place of a character give or take half of it; the ink knows it exactly.

use super::{Area, GrayImage, OcrCharacter, OcrLine};

/// A line with its words in pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasuredLine {
    /// From left to right, never empty.
    pub words: Vec<MeasuredWord>,
    /// The line that its letters stand on.
    pub baseline: f32,
    /// Size of the font: its capitals are 0.72 of it.
    pub size: f32,
}

/// A word in pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasuredWord {
    /// What it says.
    pub text: String,
    /// Where its ink begins.
    pub left: f32,
    /// Where its ink ends.
    pub right: f32,
    /// The mean of its characters', 0 to 1.
    pub confidence: f32,
}

/// Measures a line; nothing if there is no ink in it.
pub(super) fn measured(line: &OcrLine, page: &GrayImage) -> Option<MeasuredLine> {
    let ink = Ink::of(line.area, page)?;
    let (rise, fall) = reach(&line.text());
    let size = ink.height() as f32 / (rise + fall);
    let words = words(line, &ink, size);
    (!words.is_empty()).then(|| MeasuredLine {
        words,
        baseline: ink.bottom as f32 - fall * size,
        size,
    })
}

/// How far a text's letters reach above and below the line that they stand on, in shares of their
/// size; as in Arial, Times and Calibri, give or take 0.03.
fn reach(text: &str) -> (f32, f32) {
    let rise = |character: char| match character {
        'Å' | 'Ä' | 'Ö' | 'É' => 0.93,
        'å' => 0.78,
        'a' | 'c' | 'e' | 'g' | 'm'..='s' | 'u'..='z' | '+' | '<' | '>' | '=' | ':' | ';' => 0.52,
        '.' | ',' | '_' | '…' => 0.1,
        '-' | '–' | '—' | '·' | '•' | '~' => 0.35,
        _ => 0.72,
    };
    let fall = |character: char| match character {
        'g' | 'j' | 'p' | 'q' | 'y' | '(' | ')' | '[' | ']' | '|' | '@' | '§' | '_' => 0.21,
        'Q' | ',' | ';' => 0.14,
        _ => 0.0,
    };
    let most = |reach: &dyn Fn(char) -> f32| text.chars().map(reach).fold(0.0, f32::max);
    (most(&rise).max(0.1), most(&fall))
}

/// The ink of a line.
struct Ink {
    left: usize,
    top: usize,
    bottom: usize,
    /// For each column from `left`, whether there is ink between top and bottom.
    columns: Vec<bool>,
}

/// The engine's boxes hold some of the white, and of the lines, above and below. Rows without ink
/// that part a letter from its dots are at most this share of the box.
const DOT_GAP: f32 = 0.1;

impl Ink {
    fn of(area: Area, page: &GrayImage) -> Option<Ink> {
        let dark = darkness(area, page)?;
        let is_ink = |y: usize, x: usize| page.row(y)[x] < dark;
        let rows: Vec<usize> = (area.top..area.bottom)
            .map(|y| (area.left..area.right).filter(|&x| is_ink(y, x)).count())
            .collect();
        let (first, last) = main_rows(&rows, (DOT_GAP * rows.len() as f32) as usize + 1)?;
        let (top, bottom) = (area.top + first, area.top + last + 1);
        let columns = (area.left..area.right)
            .map(|x| (top..bottom).any(|y| is_ink(y, x)))
            .collect();
        Some(Ink {
            left: area.left,
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

    /// The widest stretch without ink between two places.
    fn widest_gap(&self, from: f32, to: f32) -> Option<(f32, f32)> {
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
                let wider = widest.is_none_or(|(left, right)| x + 1 - start > right - left);
                if wider {
                    widest = Some((start, x + 1));
                }
            }
        }
        let place = |x: usize| (self.left + x) as f32;
        widest.map(|(left, right)| (place(left), place(right)))
    }

    fn first(&self) -> f32 {
        let first = self.columns.iter().position(|&ink| ink).unwrap_or(0);
        (self.left + first) as f32
    }

    fn last(&self) -> f32 {
        let last = self.columns.iter().rposition(|&ink| ink);
        (self.left + last.map_or(self.columns.len(), |last| last + 1)) as f32
    }
}

/// Shades below this are ink: halfway between the paper of a line and its darkest letters.
fn darkness(area: Area, page: &GrayImage) -> Option<u8> {
    let mut counts = [0_usize; 256];
    for y in area.top..area.bottom {
        for &shade in &page.row(y)[area.left..area.right] {
            counts[usize::from(shade)] += 1;
        }
    }
    let total: usize = counts.iter().sum();
    let at_share = |share: f32| {
        let wanted = (share * total as f32) as usize;
        let mut seen = 0;
        counts.iter().position(|count| {
            seen += count;
            seen > wanted
        })
    };
    let (ink, paper) = (at_share(0.02)?, at_share(0.7)?);
    (paper > ink + 20).then_some(((ink + paper) / 2) as u8)
}

/// The rows around the one with the most ink, up to where the ink ends.
fn main_rows(rows: &[usize], bridged: usize) -> Option<(usize, usize)> {
    let (fullest, &most) = rows.iter().enumerate().max_by_key(|(_, count)| **count)?;
    if most == 0 {
        return None;
    }
    let follow = |order: &mut dyn Iterator<Item = usize>| {
        let mut last = fullest;
        for row in order {
            if rows[row] > 0 {
                last = row;
            } else if row.abs_diff(last) > bridged {
                break;
            }
        }
        last
    };
    let first = follow(&mut (0..fullest).rev());
    let last = follow(&mut (fullest + 1..rows.len()));
    Some((first, last))
}

/// The words of a line, cut where its blanks are.
fn words(line: &OcrLine, ink: &Ink, size: f32) -> Vec<MeasuredWord> {
    let mut words = Vec::new();
    let mut left = ink.first();
    let mut rest = line.characters.as_slice();
    while let Some(length) = rest.iter().position(|one| one.character == ' ') {
        let after = rest[length..].iter().position(|one| one.character != ' ');
        let Some(after) = after.map(|offset| offset + length) else {
            break;
        };
        if length > 0 {
            let (before, next) = (rest[length - 1].x, rest[after].x);
            let blank = ink.widest_gap(before, next);
            let (right, begin) = blank.unwrap_or_else(|| {
                let middle = (before + next) / 2.0;
                (middle - 0.1 * size, middle + 0.1 * size)
            });
            words.extend(word(&rest[..length], left, right));
            left = begin;
        }
        rest = &rest[after..];
    }
    words.extend(word(rest, left, ink.last()));
    words
}

fn word(characters: &[OcrCharacter], left: f32, right: f32) -> Option<MeasuredWord> {
    let sum: f32 = characters.iter().map(|one| one.confidence).sum();
    (!characters.is_empty()).then(|| MeasuredWord {
        text: characters.iter().map(|one| one.character).collect(),
        left,
        right: right.max(left + 1.0),
        confidence: sum / characters.len() as f32,
    })
}
