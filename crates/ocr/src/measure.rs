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
    (!words.is_empty()).then_some(MeasuredLine {
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
    // Ink behind a gap that goes on to the end of the box is the next line's.
    let follow = |order: &mut dyn Iterator<Item = usize>| {
        let (mut last, mut before_gap) = (fullest, None);
        let mut is_open = true;
        for row in order {
            is_open = rows[row] > 0;
            if is_open {
                if row.abs_diff(last) > 1 {
                    before_gap = Some(last);
                }
                last = row;
            } else if row.abs_diff(last) > bridged {
                break;
            }
        }
        if is_open {
            before_gap.unwrap_or(last)
        } else {
            last
        }
    };
    let first = follow(&mut (0..fullest).rev());
    let last = follow(&mut (fullest + 1..rows.len()));
    Some((first, last))
}

/// Engines drop blanks. A gap this wide, in shares of the blanks of its line, is one anyway…
const LOST_BLANK: f32 = 0.75;
/// …if it is this wide, in shares of the size: the letters of a word stand 0.1 apart at most, but
/// for two ones, which have the white of other figures around them and are never taken apart.
const LEAST_BLANK: f32 = 0.18;
/// The blank of a line that shows none.
const USUAL_BLANK: f32 = 0.28;

/// No letter reaches further than this from its middle, in shares of its size: an M is 0.83 wide.
const HALF_LETTER: f32 = 0.5;

/// The words of a line, cut where its blanks are.
fn words(line: &OcrLine, ink: &Ink, size: f32) -> Vec<MeasuredWord> {
    let joints = joints(line, ink, size);
    // What lies further out than half a letter is a neighbor's ink.
    let reach = HALF_LETTER * size;
    let begin = line.characters.first().map_or(0.0, |one| one.x - reach);
    let end = line.characters.last().map_or(f32::MAX, |one| one.x + reach);
    let least = (LOST_BLANK * usual_blank(&joints, size)).max(LEAST_BLANK * size);
    let mut words = Vec::new();
    let mut letters: Vec<OcrCharacter> = Vec::new();
    let mut left = ink.first().max(begin);
    let printed = line.characters.iter().filter(|one| one.character != ' ');
    for (index, letter) in printed.enumerate() {
        let joint = &joints[index];
        if let Some(before) = letters.last() {
            let is_lost = joint.width() >= least
                && !is_of_the_blank_behind(joint, joints.get(index + 1))
                && [before.character, letter.character] != ['1', '1'];
            if joint.blank || is_lost {
                words.extend(word(&letters, (left, joint.left), size));
                letters.clear();
                left = joint.right;
            }
        }
        letters.push(*letter);
    }
    words.extend(word(&letters, (left, ink.last().min(end)), size));
    words
}

/// What stands between a letter and the one before.
struct Joint {
    /// The engine read a blank there.
    blank: bool,
    /// Where the white begins…
    left: f32,
    /// …and ends.
    right: f32,
}

impl Joint {
    fn width(&self) -> f32 {
        self.right - self.left
    }
}

/// Engines place a thin letter at a word's end too far to the right. What seems to be white before it
/// is then the white of the blank that the engine read behind it, where there is none.
fn is_of_the_blank_behind(joint: &Joint, next: Option<&Joint>) -> bool {
    next.is_some_and(|next| next.blank && next.width() < joint.width())
}

/// For each letter of a line, what stands before it.
fn joints(line: &OcrLine, ink: &Ink, size: f32) -> Vec<Joint> {
    let mut before: Option<f32> = None;
    let mut blank = false;
    let mut joints = Vec::new();
    for one in &line.characters {
        if one.character == ' ' {
            blank = true;
            continue;
        }
        let white = before.and_then(|before| ink.widest_gap(before, one.x));
        let middle = (before.unwrap_or(one.x) + one.x) / 2.0;
        // Letters may touch where the engine yet knows a blank.
        let reach = if blank { 0.5 * LEAST_BLANK * size } else { 0.0 };
        let (left, right) = white.unwrap_or((middle - reach, middle + reach));
        joints.push(Joint { blank, left, right });
        before = Some(one.x);
        blank = false;
    }
    joints
}

/// The median of the blanks that the engine read.
fn usual_blank(joints: &[Joint], size: f32) -> f32 {
    let blanks = joints.iter().filter(|joint| joint.blank);
    let mut widths: Vec<f32> = blanks.map(Joint::width).collect();
    widths.sort_by(f32::total_cmp);
    match widths.len() {
        0 | 1 => USUAL_BLANK * size,
        count => widths[count / 2],
    }
}

fn word(characters: &[OcrCharacter], (left, right): (f32, f32), size: f32) -> Option<MeasuredWord> {
    let sum: f32 = characters.iter().map(|one| one.confidence).sum();
    let text: String = characters.iter().map(|one| one.character).collect();
    (!text.is_empty()).then(|| MeasuredWord {
        text: match measured_dash(&text, (right - left) / size) {
            Some(dash) => dash.to_owned(),
            None => with_capital_i(text),
        },
        left,
        right: right.max(left + 1.0),
        confidence: sum / characters.len() as f32,
    })
}

/// Dashes that stand alone differ in their length only, which the ink tells better than engines do: in
/// shares of the size, hyphens are up to 0.33 long, en dashes 0.5 to 0.56, em dashes 0.9 and more.
fn measured_dash(word: &str, length: f32) -> Option<&'static str> {
    matches!(word, "-" | "–" | "—").then_some(match length {
        ..0.42 => "-",
        ..0.75 => "–",
        _ => "—",
    })
}

/// In most fonts l and I look the same; in front of capitals only I makes a word: IOP, not lOP.
fn with_capital_i(word: String) -> String {
    let rest = word.strip_prefix('l').unwrap_or_default();
    match rest.chars().count() >= 2 && rest.chars().all(char::is_uppercase) {
        true => format!("I{rest}"),
        false => word,
    }
}
