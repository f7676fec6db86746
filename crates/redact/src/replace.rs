//! What is a text after values were taken out of it, and where did the rest of it go?

use super::entity::{Entity, Rule};

/// Lays overlapping entities together: the first rule of [`Rule`] has them, of one rule the longest.
/// What comes out is in order and does not overlap.
pub(super) fn merge_overlapping(text: &str, mut entities: Vec<Entity>) -> Vec<Entity> {
    entities.retain(|entity| !entity.range.is_empty());
    entities.sort_by(|one, other| {
        let order = |entity: &Entity| {
            (
                entity.range.start,
                std::cmp::Reverse(entity.range.end),
                entity.rule,
            )
        };
        order(one)
            .cmp(&order(other))
            .then_with(|| one.canonical.cmp(&other.canonical))
    });
    let mut settled: Vec<(Entity, usize)> = Vec::with_capacity(entities.len());
    for entity in entities {
        let length = entity.range.len();
        if let Some((last, longest)) = settled.last_mut() {
            let overlap = entity.range.start < last.range.end;
            let beside = entity.rule == Rule::Name
                && last.rule == Rule::Name
                && entity.canonical == last.canonical
                && entity.range.start >= last.range.end
                && matches!(
                    &text[last.range.end..entity.range.start],
                    " " | "-" | "\u{a0}" | ", "
                );
            if overlap || beside {
                let better =
                    entity.rule < last.rule || entity.rule == last.rule && length > *longest;
                if better {
                    *longest = length;
                    last.rule = entity.rule;
                    last.canonical = entity.canonical;
                }
                last.range.end = last.range.end.max(entity.range.end);
                continue;
            }
        }
        settled.push((entity, length));
    }
    settled.into_iter().map(|(entity, _)| entity).collect()
}

/// A stretch that was replaced, in Unicode scalars before and after.
#[derive(Debug, Clone, Copy)]
struct Change {
    old: (usize, usize),
    new: (usize, usize),
}

/// Leads from places in a text to the same places after values were taken out.
#[derive(Debug, Default)]
pub(super) struct OffsetMap(Vec<Change>);

impl OffsetMap {
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

/// Replaces what was found; `entities` are in order and do not overlap.
pub(super) fn replace(
    text: &str,
    entities: &[Entity],
    stands_for: impl Fn(&Entity) -> String,
) -> (String, OffsetMap) {
    let mut replaced = String::with_capacity(text.len());
    let mut changes = Vec::with_capacity(entities.len());
    let (mut at, mut old, mut new) = (0, 0, 0);
    for entity in entities {
        let kept = &text[at..entity.range.start];
        let word = stands_for(entity);
        replaced.push_str(kept);
        replaced.push_str(&word);
        let kept = kept.chars().count();
        let change = Change {
            old: (
                old + kept,
                old + kept + text[entity.range.clone()].chars().count(),
            ),
            new: (new + kept, new + kept + word.chars().count()),
        };
        (at, old, new) = (entity.range.end, change.old.1, change.new.1);
        changes.push(change);
    }
    replaced.push_str(&text[at..]);
    (replaced, OffsetMap(changes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entity(range: std::ops::Range<usize>, rule: Rule) -> Entity {
        let key = String::new();
        Entity {
            range,
            rule,
            canonical: key,
        }
    }

    #[test]
    fn places_are_found_again() {
        let text = "åäö Ulla Ek ringde";
        let entities = [entity("åäö ".len().."åäö Ulla Ek".len(), Rule::Name)];
        let (replaced, offset_map) =
            replace(text, &entities, |entity| entity.rule.mask().to_owned());
        assert_eq!(replaced, "åäö [NAME] ringde");
        assert_eq!((offset_map.start(0), offset_map.end(3)), (0, 3));
        assert_eq!((offset_map.start(4), offset_map.end(11)), (4, 10));
        assert_eq!((offset_map.start(9), offset_map.end(8)), (4, 10));
        assert_eq!((offset_map.start(12), offset_map.end(18)), (11, 17));
    }

    #[test]
    fn what_overlaps_is_laid_together() {
        let entities = vec![
            entity(0..5, Rule::Name),
            entity(3..9, Rule::Email),
            entity(12..14, Rule::Phone),
        ];
        let settled = merge_overlapping("abcdefghijklmnop", entities);
        let seen: Vec<_> = settled
            .iter()
            .map(|entity| (entity.range.clone(), entity.rule))
            .collect();
        assert_eq!(seen, [(0..9, Rule::Email), (12..14, Rule::Phone)]);
    }
}
