//! Items: the projects, decisions or calls of a document about several of them.
//!
//! A list of projects prints the same labels once for each project. The label that names or numbers a
//! project begins an item, and the facts up to the next one belong to it. They are not facts about the
//! document: its own values stand before the first item or after the last one.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    field::{self, Fact, ResolvedFields},
    span::SpanResolver,
};
use diarium_document::{
    CleanText, Field, FieldValue, Heartbeat, Item, Warning, WarningCode, operations,
};

/// The fields that name or number an item.
const ANCHORS: [&str; 4] = ["project_name", "project_number", "diary_number", "call"];
/// The fewest items of a list.
// Two may be a document and another one that it refers to.
const MIN_ITEMS: usize = 3;
/// The most items of a record.
const MAX_ITEMS: usize = 10_000;

/// The most bytes of bullets, stars and spaces before a label at the start of its line.
// Without a limit, a line of a million labels would be read once for each.
const MAX_MARKS: usize = 24;

/// The facts that may begin items.
#[derive(Default)]
pub(super) struct Anchors {
    /// For each anchor the bytes of its labels, each with a value that is new.
    starts: [Vec<usize>; ANCHORS.len()],
    values: [BTreeSet<String>; ANCHORS.len()],
    /// How often each field is stated at the start of a line.
    counts: BTreeMap<String, usize>,
}

impl Anchors {
    /// Notes a fact. Facts come in order of position.
    pub(super) fn add(&mut self, fact: &Fact, text: &CleanText) {
        if !begins_line(text, fact.label.start) {
            return;
        }
        *self.counts.entry(fact.field.clone()).or_default() += 1;
        let anchor = ANCHORS.iter().position(|anchor| *anchor == fact.field);
        let (Some(anchor), FieldValue::Text(value)) = (anchor, &fact.value.value) else {
            return;
        };
        // A number that a header repeats begins no item.
        if self.starts[anchor].len() < MAX_ITEMS && self.values[anchor].insert(value.clone()) {
            self.starts[anchor].push(fact.label.start);
        }
    }

    /// The bytes where the items begin; `None` if the document is not about several.
    pub(super) fn item_starts(&self) -> Option<&[usize]> {
        let longest = |anchor: &usize| {
            let starts = &self.starts[*anchor];
            // Of two labels that are equally frequent, the first one begins the item.
            let first = starts.first().copied().unwrap_or(usize::MAX);
            (starts.len(), std::cmp::Reverse(first))
        };
        let anchor = (0..ANCHORS.len()).max_by_key(longest)?;
        let starts = &self.starts[anchor];
        // A list of numbers alone may be references. A second label that recurs with the first shows that
        // one form is repeated.
        let recurs = |(name, count): (&String, &usize)| {
            name != ANCHORS[anchor] && count * 3 >= starts.len() * 2
        };
        (starts.len() >= MIN_ITEMS && self.counts.iter().any(recurs)).then_some(starts)
    }
}

/// Whether nothing but marks is before a byte on its line.
fn begins_line(text: &CleanText, byte: usize) -> bool {
    let line = &text.lines()[text.line_at(byte)];
    if byte - line.bytes.start > MAX_MARKS {
        return false;
    }
    let before = &text.text()[line.bytes.start..byte];
    operations::count(before.len());
    !before.contains(char::is_alphanumeric)
}

/// The facts of a document about several items.
pub(super) struct SplitFacts<'c> {
    /// The facts about the document itself.
    pub own: ResolvedFields<'c>,
    pub items: Vec<Item>,
    /// The byte where the last item ends.
    pub end: usize,
}

/// Reads the facts again, those of each item apart.
pub(super) fn split_facts<'c>(
    context: &field::Context<'c>,
    starts: &[usize],
    spans: &'c SpanResolver<'c>,
    heartbeat: &Heartbeat,
) -> SplitFacts<'c> {
    let new = || ResolvedFields::new(context.text, spans);
    let end = last_end(context.text, starts);
    let (mut own, mut items, mut item, mut current) = (new(), Vec::new(), new(), 0);
    field::read_fields(context, heartbeat, |fact| {
        let index = starts.partition_point(|&start| start <= fact.label.start);
        if index == 0 || fact.label.start >= end {
            own.add(fact);
            return;
        }
        if index != current {
            items.extend(finished(std::mem::replace(&mut item, new())));
            current = index;
        }
        item.add(fact);
    });
    items.extend(finished(item));
    SplitFacts { own, items, end }
}

/// The byte where the last item ends: it has no more lines than the longest one before it.
// What follows may be about the document: a signature, a contact.
fn last_end(text: &CleanText, starts: &[usize]) -> usize {
    let lines: Vec<usize> = starts.iter().map(|&start| text.line_at(start)).collect();
    let longest = lines.windows(2).map(|pair| pair[1] - pair[0]).max();
    let last = lines.last().copied().unwrap_or_default() + longest.unwrap_or_default();
    let end = text.lines().get(last);
    end.map_or(text.text().len(), |line| line.bytes.start)
}

/// An item from its facts. Its title is its name, or else its number.
fn finished(facts: ResolvedFields<'_>) -> Option<Item> {
    let (fields, _) = facts.finish();
    let (title, span) = ANCHORS.iter().find_map(|anchor| {
        let Field { value, span, .. } = fields.get(*anchor)?;
        match value {
            FieldValue::Text(text) => Some((text.clone(), span.clone())),
            FieldValue::Integer(_) => None,
        }
    })?;
    Some(Item {
        title,
        fields,
        span,
    })
}

/// The warning about a document with several items.
pub(super) fn warning(items: &[Item]) -> Option<Warning> {
    (!items.is_empty()).then(|| {
        Warning::new(
            WarningCode::SeveralInOne,
            format!(
                "the document is about {} projects, decisions or calls: their values are in `items`, \
                 and `fields` has only its own",
                items.len()
            ),
        )
    })
}
