//! Replacement: merge overlapping entities, replace them in a text, and map offsets.

use super::entity::{Entity, Rule};

/// Merges overlapping entities. Of two, the rule that comes first in [`Rule`] wins; within one rule,
/// the longest. The result is ordered and has no overlaps.
///
/// Two names of one person with only a space, a hyphen or a comma between them become one entity:
/// detection may find `Ulla` and `Björk` separately, and two masks would show that there were two
/// words.
pub(super) fn merge_overlapping(text: &str, mut entities: Vec<Entity>) -> Vec<Entity> {
    entities.retain(|entity| !entity.range.is_empty());
    entities.sort_by(compare);
    // With the length of the entity that gave each its rule and canonical form.
    let mut merged: Vec<(Entity, usize)> = Vec::with_capacity(entities.len());
    for entity in entities {
        let length = entity.range.len();
        if let Some((last, longest)) = merged.last_mut()
            && (entity.range.start < last.range.end || is_same_name(text, last, &entity))
        {
            let is_better =
                entity.rule < last.rule || entity.rule == last.rule && length > *longest;
            if is_better {
                *longest = length;
                last.rule = entity.rule;
                last.canonical = entity.canonical;
            }
            last.range.end = last.range.end.max(entity.range.end);
        } else {
            merged.push((entity, length));
        }
    }
    merged.into_iter().map(|(entity, _)| entity).collect()
}

/// By start, then the longest first. Rule and canonical form make the order total, so that the
/// result does not depend on the order of detection.
fn compare(one: &Entity, other: &Entity) -> std::cmp::Ordering {
    let start = one.range.start.cmp(&other.range.start);
    start
        .then_with(|| other.range.end.cmp(&one.range.end))
        .then_with(|| one.rule.cmp(&other.rule))
        .then_with(|| one.canonical.cmp(&other.canonical))
}

/// Whether an entity continues the name before it.
fn is_same_name(text: &str, last: &Entity, entity: &Entity) -> bool {
    entity.rule == Rule::Name
        && last.rule == Rule::Name
        && entity.canonical == last.canonical
        && entity.range.start >= last.range.end
        && matches!(
            &text[last.range.end..entity.range.start],
            " " | "-" | "\u{a0}" | ", "
        )
}

/// A replacement: its start and end before and after, in Unicode scalar values.
#[derive(Debug, Clone, Copy)]
struct Change {
    old: (usize, usize),
    new: (usize, usize),
}

/// Maps offsets in a text, in Unicode scalar values, to offsets in the text after replacement.
#[derive(Debug, Default)]
pub(super) struct OffsetMap(Vec<Change>);

impl OffsetMap {
    /// The new start of a span. A span that starts inside a replaced range starts with it.
    pub(super) fn start(&self, offset: usize) -> usize {
        self.map(offset, |change| change.new.0)
    }

    /// The new end of a span. A span that ends inside a replaced range ends with it.
    pub(super) fn end(&self, offset: usize) -> usize {
        self.map(offset, |change| change.new.1)
    }

    fn map(&self, offset: usize, inside: impl Fn(&Change) -> usize) -> usize {
        let after = self.0.partition_point(|change| change.old.0 < offset);
        match after.checked_sub(1).map(|last| self.0[last]) {
            Some(change) if offset < change.old.1 => inside(&change),
            Some(change) => change.new.1 + (offset - change.old.1),
            None => offset,
        }
    }
}

/// Replaces entities, which must be ordered and without overlaps.
pub(super) fn replace(
    text: &str,
    entities: &[Entity],
    replacement: impl Fn(&Entity) -> String,
) -> (String, OffsetMap) {
    let mut replaced = String::with_capacity(text.len());
    let mut changes = Vec::with_capacity(entities.len());
    let (mut at, mut old, mut new) = (0, 0, 0);
    for entity in entities {
        let unchanged = &text[at..entity.range.start];
        let replacement = replacement(entity);
        replaced.push_str(unchanged);
        replaced.push_str(&replacement);
        let unchanged = unchanged.chars().count();
        let (old_start, new_start) = (old + unchanged, new + unchanged);
        old = old_start + text[entity.range.clone()].chars().count();
        new = new_start + replacement.chars().count();
        changes.push(Change {
            old: (old_start, old),
            new: (new_start, new),
        });
        at = entity.range.end;
    }
    replaced.push_str(&text[at..]);
    (replaced, OffsetMap(changes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entity(range: std::ops::Range<usize>, rule: Rule) -> Entity {
        Entity {
            range,
            rule,
            canonical: String::new(),
        }
    }

    #[test]
    fn offsets_are_mapped_to_the_text_after_replacement() {
        let text = "åäö Ulla Ek ringde";
        let entities = [entity("åäö ".len().."åäö Ulla Ek".len(), Rule::Name)];
        let (replaced, map) = replace(text, &entities, |entity| entity.rule.mask().to_owned());
        assert_eq!(replaced, "åäö [NAME] ringde");
        assert_eq!((map.start(0), map.end(3)), (0, 3));
        assert_eq!((map.start(4), map.end(11)), (4, 10));
        assert_eq!((map.start(9), map.end(8)), (4, 10));
        assert_eq!((map.start(12), map.end(18)), (11, 17));
    }

    #[test]
    fn overlapping_entities_are_merged() {
        let entities = vec![
            entity(0..5, Rule::Name),
            entity(3..9, Rule::Email),
            entity(12..14, Rule::Phone),
        ];
        let merged: Vec<_> = merge_overlapping("abcdefghijklmnop", entities)
            .into_iter()
            .map(|entity| (entity.range, entity.rule))
            .collect();
        assert_eq!(merged, [(0..9, Rule::Email), (12..14, Rule::Phone)]);
    }
}
