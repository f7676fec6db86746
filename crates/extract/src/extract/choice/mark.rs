//! Marks of a line: drawn and typed checkboxes, and their state.
//!
//! A sign that is also a bullet (`■`, `○`), a pair of brackets or a line to write on counts only where its
//! neighbors show that it is a checkbox: a filled one beside an empty one, or several in a line.

use std::ops::Range;

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::answer;
use diarium_document::{CleanText, Heartbeat, operations};

// ☐ | ■ | [x] | ( X ) | _x_ | ___ | X
static MARK: Lazy<Regex> = lazy_regex!(
    r"(?x)(?P<drawn>[☐☑☒✓✔✗✘⍰])
    |(?P<square>[■◼□▢◻])
    |(?P<circle>[●○◯])
    |(?P<typed>\[\s?(?P<b>[xX*✓✔√]?)\s?\]|\(\s?(?P<p>[xX*✓✔√]?)\s?\))
    |(?P<underscored>_{1,4}\s?[xX*✓✔√]\s?_{1,4})
    |(?P<blank>_{2,})
    |(?P<bare>\b[xX]\b)"
);

/// A checkbox in a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub bytes: Range<usize>,
    /// `None` if its state is unreadable.
    pub checked: Option<bool>,
}

/// How a document uses its checkboxes.
#[derive(Debug, Default)]
pub(super) struct Style {
    /// It has filled and empty squares, so that neither is a bullet.
    has_squares: bool,
    /// Lines that begin with a checkbox and end with a word.
    before_label: usize,
    /// Lines that begin with a word and end with a checkbox.
    behind_label: usize,
}

impl Style {
    /// The style of a document, from all of its lines.
    pub(super) fn of(text: &CleanText, answers: &Regex, heartbeat: &Heartbeat) -> Self {
        let mut style = Self {
            has_squares: text.text().contains(['■', '◼']) && text.text().contains(['□', '▢', '◻']),
            ..Self::default()
        };
        operations::count(text.text().len());
        for index in 0..text.lines().len() {
            heartbeat.step(index);
            let line = text.line(index);
            let precedes = match outside(line, &marks(line, &style)) {
                Some((true, false)) => Some(true),
                Some((false, true)) => Some(false),
                Some(_) => None,
                None => answer::side(line, answers),
            };
            style.before_label += usize::from(precedes == Some(true));
            style.behind_label += usize::from(precedes == Some(false));
        }
        style
    }

    /// Whether checkboxes precede their labels, if the document's other lines tell.
    pub(super) fn side(&self) -> Option<bool> {
        (self.before_label != self.behind_label).then_some(self.before_label > self.behind_label)
    }

    /// Whether the checkboxes of a line precede their labels.
    pub(super) fn precedes_labels(&self, line: &str, marks: &[Mark]) -> bool {
        match outside(line, marks) {
            Some((true, _)) | None => true,
            Some((false, true)) => false,
            Some((false, false)) => {
                // Har ni sökt förut? [ ] Ja [x] Nej
                let before = marks
                    .first()
                    .map_or("", |mark| line[..mark.bytes.start].trim_end());
                before.ends_with(['?', ':']) || self.side().unwrap_or(false)
            }
        }
    }
}

/// Whether nothing is printed before the first mark, and nothing behind the last.
fn outside(line: &str, marks: &[Mark]) -> Option<(bool, bool)> {
    let (first, last) = (marks.first()?, marks.last()?);
    Some((
        line[..first.bytes.start].trim().is_empty(),
        line[last.bytes.end..].trim().is_empty(),
    ))
}

/// The signs of a line that may be checkboxes, by their kind.
#[derive(Default)]
struct Counts {
    drawn: usize,
    filled_squares: usize,
    empty_squares: usize,
    filled_circles: usize,
    empty_circles: usize,
    typed: usize,
    underscored: usize,
    blanks: usize,
    bare: usize,
}

/// A sign that may be a checkbox.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Drawn,
    Square,
    Circle,
    Typed,
    Underscored,
    Blank,
    Bare,
}

/// The checkboxes of a line.
pub(super) fn marks(line: &str, style: &Style) -> Vec<Mark> {
    operations::count(1 + line.len());
    let mut counts = Counts::default();
    let signs: Vec<(Sign, Mark)> = MARK
        .captures_iter(line)
        .filter_map(|captures| {
            let written = captures.get(0)?;
            let (sign, checked) = read(&captures, written.as_str(), &mut counts);
            Some((
                sign,
                Mark {
                    bytes: written.range(),
                    checked,
                },
            ))
        })
        .collect();
    let is_first = signs
        .iter()
        .find(|(sign, _)| *sign == Sign::Typed)
        .is_some_and(|(_, mark)| line[..mark.bytes.start].trim().is_empty());
    let counts_as_mark = |sign: Sign| match sign {
        Sign::Drawn | Sign::Underscored => true,
        Sign::Square => {
            let squares = counts.filled_squares + counts.empty_squares;
            style.has_squares
                || counts.filled_squares == 0 && squares > 1
                || counts.filled_squares > 0 && counts.empty_squares > 0
        }
        // ● and ○ in a column are the bullets of nested lists.
        Sign::Circle => counts.filled_circles > 0 && counts.empty_circles > 0,
        // Elsewhere a single `( )` is a pair of brackets.
        Sign::Typed => is_first || counts.typed > 1 || counts.drawn > 0,
        // Otherwise a blank is a line to write on, and an X is a letter.
        Sign::Blank => counts.underscored + counts.bare > 0,
        Sign::Bare => counts.blanks > 0,
    };
    signs
        .into_iter()
        .filter(|(sign, _)| counts_as_mark(*sign))
        .map(|(_, mark)| mark)
        .collect()
}

/// The kind of a sign and its state.
fn read(
    captures: &lazy_regex::regex::Captures<'_>,
    written: &str,
    counts: &mut Counts,
) -> (Sign, Option<bool>) {
    let has = |name: &str| captures.name(name).is_some();
    let mut count = |counter: fn(&mut Counts) -> &mut usize| *counter(counts) += 1;
    if has("drawn") {
        count(|counts| &mut counts.drawn);
        let checked = (written != "⍰").then_some(written != "☐");
        (Sign::Drawn, checked)
    } else if has("square") {
        let filled = matches!(written, "■" | "◼");
        count(if filled {
            |counts| &mut counts.filled_squares
        } else {
            |counts| &mut counts.empty_squares
        });
        (Sign::Square, Some(filled))
    } else if has("circle") {
        let filled = written == "●";
        count(if filled {
            |counts| &mut counts.filled_circles
        } else {
            |counts| &mut counts.empty_circles
        });
        (Sign::Circle, Some(filled))
    } else if has("underscored") {
        count(|counts| &mut counts.underscored);
        (Sign::Underscored, Some(true))
    } else if has("blank") {
        count(|counts| &mut counts.blanks);
        (Sign::Blank, Some(false))
    } else if has("bare") {
        count(|counts| &mut counts.bare);
        (Sign::Bare, Some(true))
    } else {
        count(|counts| &mut counts.typed);
        let inner = captures.name("b").or(captures.name("p"));
        (
            Sign::Typed,
            Some(inner.is_some_and(|inner| !inner.is_empty())),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states(line: &str) -> Vec<Option<bool>> {
        let marks = marks(line, &Style::default());
        marks.into_iter().map(|mark| mark.checked).collect()
    }

    #[test]
    fn every_sign_of_a_checkbox_is_read() {
        let (yes, no) = (Some(true), Some(false));
        for (line, expected) in [
            ("☒ Ja ☐ Nej", [yes, no]),
            ("Ja [x] Nej [ ]", [yes, no]),
            ("[ ] Ja [*] Nej", [no, yes]),
            ("( ) Ja (x) Nej", [no, yes]),
            ("Ja _X_  Nej ___", [yes, no]),
            ("Ja ___  Nej _ x _", [no, yes]),
            ("Ja X Nej ____", [yes, no]),
            ("Ja ■  Nej □", [yes, no]),
            ("○ Ja ● Nej", [no, yes]),
            ("□ Ja □ Nej", [no, no]),
            ("✓ Ja ☐ Nej", [yes, no]),
            ("⍰ Ja ☐ Nej", [None, no]),
        ] {
            assert_eq!(states(line), expected, "{line}");
        }
    }

    #[test]
    fn bullets_brackets_and_blanks_are_no_checkboxes() {
        for line in [
            "■ En punkt i en lista",
            "● En punkt i en lista",
            "○ En punkt i en lista",
            "Underskrift ________ Ort ________",
            "Funktionen f( ) saknas",
            "Generation X och Y",
        ] {
            assert!(states(line).is_empty(), "{line}");
        }
    }
}
