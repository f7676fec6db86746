//! Crossed answers: a yes and a no without boxes, and one X beside them.

use std::ops::Range;

use lazy_regex::{Regex, regex};

/// Two answers and one X on a line, as ranges of the line.
struct Crossed {
    first: Range<usize>,
    second: Range<usize>,
    cross: Range<usize>,
}

impl Crossed {
    fn parse(line: &str, answers: &Regex) -> Option<Self> {
        // Before the answers only a question: `Har ni sökt förut? Ja X Nej`
        let from = line.rfind(['?', ':']).map_or(0, |at| at + 1);
        let rest = &line[from..];
        let place = |range: Range<usize>| range.start + from..range.end + from;
        let crosses = regex!(r"\b[xX]\b").find_iter(rest).take(2);
        let crosses: Vec<Range<usize>> = crosses.map(|found| place(found.range())).collect();
        let words = answers.find_iter(rest).take(3);
        let words: Vec<Range<usize>> = words.map(|found| place(found.range())).collect();
        let ([cross], [first, second]) = (crosses.as_slice(), words.as_slice()) else {
            return None;
        };
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
        let answers = letters(&line[first.clone()]) + letters(&line[second.clone()]);
        (letters(rest) == answers + 1).then(|| Self {
            first: first.clone(),
            second: second.clone(),
            cross: cross.clone(),
        })
    }

    /// Whether the X precedes its answer; `None` if it is between the two.
    fn precedes(&self) -> Option<bool> {
        if self.cross.end <= self.first.start {
            Some(true)
        } else {
            (self.cross.start >= self.second.end).then_some(false)
        }
    }
}

/// Whether the X of a line precedes its answer, if that is certain.
pub(super) fn side(line: &str, answers: &Regex) -> Option<bool> {
    Crossed::parse(line, answers)?.precedes()
}

/// The answers of a line with their states, if it has two answers and one X: `Ja X Nej`.
///
/// An X between the two may belong to either; the document's other lines decide, by whether their marks
/// precede their labels. If they do not, neither answer is claimed.
pub(super) fn crossed(
    line: &str,
    answers: &Regex,
    precedes_labels: Option<bool>,
) -> Vec<(Range<usize>, Option<bool>)> {
    let Some(crossed) = Crossed::parse(line, answers) else {
        return Vec::new();
    };
    let is_first = match crossed.precedes() {
        Some(precedes) => Some(precedes),
        None => precedes_labels.map(|precedes| !precedes),
    };
    let is_second = is_first.map(|is_first| !is_first);
    vec![(crossed.first, is_first), (crossed.second, is_second)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cross_between_two_answers_needs_the_side_that_other_lines_show() {
        let answers = Regex::new(r"(?i)\b(?:ja|nej)\b").unwrap();
        let states = |line: &str, side| -> Vec<Option<bool>> {
            crossed(line, &answers, side)
                .into_iter()
                .map(|(_, state)| state)
                .collect()
        };
        let (yes, no) = (Some(true), Some(false));
        assert_eq!(states("Ja X Nej", Some(false)), [yes, no]);
        assert_eq!(states("Ja X Nej", Some(true)), [no, yes]);
        assert_eq!(states("Ja X Nej", None), [None, None]);
        assert_eq!(states("Är ni många? X Ja Nej", None), [yes, no]);
        assert_eq!(states("Ja Nej X", None), [no, yes]);
        assert!(states("Ja, X är bra men nej", None).is_empty());
        assert!(states("Ja Nej", None).is_empty());
    }
}
