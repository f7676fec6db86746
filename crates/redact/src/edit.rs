//! What is a text after values were taken out of it, and where did the rest of it go?

use super::rule::{Hit, Rule};

/// Lays overlapping hits together: the first rule of [`Rule`] has them, of one rule the longest.
/// What comes out is in order and does not overlap.
pub(super) fn settle(text: &str, mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.retain(|hit| !hit.range.is_empty());
    hits.sort_by(|one, other| {
        let order = |hit: &Hit| (hit.range.start, std::cmp::Reverse(hit.range.end), hit.rule);
        order(one)
            .cmp(&order(other))
            .then_with(|| one.key.cmp(&other.key))
    });
    let mut settled: Vec<(Hit, usize)> = Vec::with_capacity(hits.len());
    for hit in hits {
        let length = hit.range.len();
        if let Some((last, longest)) = settled.last_mut() {
            let overlap = hit.range.start < last.range.end;
            let beside = hit.rule == Rule::Name
                && last.rule == Rule::Name
                && hit.key == last.key
                && hit.range.start >= last.range.end
                && matches!(
                    &text[last.range.end..hit.range.start],
                    " " | "-" | "\u{a0}" | ", "
                );
            if overlap || beside {
                let better = hit.rule < last.rule || hit.rule == last.rule && length > *longest;
                if better {
                    *longest = length;
                    last.rule = hit.rule;
                    last.key = hit.key;
                }
                last.range.end = last.range.end.max(hit.range.end);
                continue;
            }
        }
        settled.push((hit, length));
    }
    settled.into_iter().map(|(hit, _)| hit).collect()
}

/// A stretch that was replaced, in Unicode scalars before and after.
#[derive(Debug, Clone, Copy)]
struct Change {
    old: (usize, usize),
    new: (usize, usize),
}

/// Leads from places in a text to the same places after values were taken out.
#[derive(Debug, Default)]
pub(super) struct Shift(Vec<Change>);

impl Shift {
    /// Where a stretch begins now; inside of what was replaced, at its beginning.
    pub(super) fn start(&self, scalar: usize) -> usize {
        self.place(scalar, |change| change.new.0)
    }

    /// Where a stretch ends now; inside of what was replaced, at its end.
    pub(super) fn end(&self, scalar: usize) -> usize {
        self.place(scalar, |change| change.new.1)
    }

    fn place(&self, scalar: usize, inside: impl Fn(&Change) -> usize) -> usize {
        let after = self.0.partition_point(|change| change.old.0 < scalar);
        match after.checked_sub(1).map(|at| self.0[at]) {
            Some(change) if scalar < change.old.1 => inside(&change),
            Some(change) => change.new.1 + (scalar - change.old.1),
            None => scalar,
        }
    }
}

/// Replaces what was found; `hits` are in order and do not overlap.
pub(super) fn replace(
    text: &str,
    hits: &[Hit],
    stands_for: impl Fn(&Hit) -> String,
) -> (String, Shift) {
    let mut replaced = String::with_capacity(text.len());
    let mut changes = Vec::with_capacity(hits.len());
    let (mut at, mut old, mut new) = (0, 0, 0);
    for hit in hits {
        let kept = &text[at..hit.range.start];
        let word = stands_for(hit);
        replaced.push_str(kept);
        replaced.push_str(&word);
        let kept = kept.chars().count();
        let change = Change {
            old: (
                old + kept,
                old + kept + text[hit.range.clone()].chars().count(),
            ),
            new: (new + kept, new + kept + word.chars().count()),
        };
        (at, old, new) = (hit.range.end, change.old.1, change.new.1);
        changes.push(change);
    }
    replaced.push_str(&text[at..]);
    (replaced, Shift(changes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(range: std::ops::Range<usize>, rule: Rule) -> Hit {
        let key = String::new();
        Hit { range, rule, key }
    }

    #[test]
    fn places_are_found_again() {
        let text = "åäö Ulla Ek ringde";
        let hits = [hit("åäö ".len().."åäö Ulla Ek".len(), Rule::Name)];
        let (replaced, shift) = replace(text, &hits, |hit| hit.rule.mask().to_owned());
        assert_eq!(replaced, "åäö [NAME] ringde");
        assert_eq!((shift.start(0), shift.end(3)), (0, 3));
        assert_eq!((shift.start(4), shift.end(11)), (4, 10));
        assert_eq!((shift.start(9), shift.end(8)), (4, 10));
        assert_eq!((shift.start(12), shift.end(18)), (11, 17));
    }

    #[test]
    fn what_overlaps_is_laid_together() {
        let hits = vec![
            hit(0..5, Rule::Name),
            hit(3..9, Rule::Email),
            hit(12..14, Rule::Phone),
        ];
        let settled = settle("abcdefghijklmnop", hits);
        let seen: Vec<_> = settled
            .iter()
            .map(|hit| (hit.range.clone(), hit.rule))
            .collect();
        assert_eq!(seen, [(0..9, Rule::Email), (12..14, Rule::Phone)]);
    }
}
