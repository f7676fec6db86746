//! Record consistency: update spans, fields and budgets after replacement.
//!
//! Afterwards each span covers the same passage as before, each field's `raw` is what its span
//! slices, and a budget's sums add up. A field whose value cannot express that a part was removed (a
//! number, a date) is removed, and so is a budget row whose amount is a number that was found.

use std::collections::{BTreeMap, BTreeSet};

use super::entity::{Entity, Rule};
use super::replace::OffsetMap;
use diarium_document::{
    Budget, Field, FieldValue, ListSpans, PageRecord, Record, Span, collapse_whitespace,
};

/// The domain of a redacted e-mail address.
// The schemas require an address in the field `email`. RFC 2606 (section 2) guarantees that no
// domain below `.invalid` exists.
const REDACTED_DOMAIN: &str = "@redacted.invalid";

/// The fewest characters of a number that removes equal numbers from fields and budgets.
// Shorter ones, such as an extension of four digits, are equal to ordinary amounts by chance.
const MIN_NUMBER_LENGTH: usize = 6;

/// Maps all spans of a record to the redacted pages; one offset map per page.
pub(super) fn remap_spans(record: &mut Record, offset_maps: &[OffsetMap]) {
    let numbers = record.pages.iter().map(|page| page.number);
    let offset_maps: BTreeMap<u32, &OffsetMap> = numbers.zip(offset_maps).collect();
    visit_spans(record, |span| {
        if let Some(map) = offset_maps.get(&span.page) {
            (span.start, span.end) = (map.start(span.start), map.end(span.end));
        }
    });
}

/// Calls `visit` for every span of a record.
///
/// The record is destructured without `..`: a new part of it does not compile until it is decided
/// here whether it has spans.
fn visit_spans(record: &mut Record, mut visit: impl FnMut(&mut Span)) {
    let Record {
        schema: _,
        id: _,
        kind: _,
        kind_confidence: _,
        title: _,
        title_span,
        language: _,
        source: _,
        pages: _,
        letterhead: _,
        fields,
        other,
        sections,
        people,
        budget,
        choices,
        lists: _,
        list_spans: ListSpans(list_spans),
        items,
        related: _,
        warnings: _,
    } = record;
    title_span.iter_mut().for_each(&mut visit);
    visit_fields(fields, &mut visit);
    other.iter_mut().for_each(|field| visit(&mut field.span));
    let in_sections = sections.iter_mut().flat_map(|section| &mut section.spans);
    in_sections.for_each(&mut visit);
    people.iter_mut().for_each(|person| visit(&mut person.span));
    let rows = budget.iter_mut().flat_map(|budget| &mut budget.items);
    rows.for_each(|row| visit(&mut row.span));
    choices
        .iter_mut()
        .for_each(|choice| visit(&mut choice.span));
    list_spans.values_mut().flatten().for_each(&mut visit);
    for item in items {
        visit_fields(&mut item.fields, &mut visit);
        visit(&mut item.span);
    }
}

fn visit_fields(fields: &mut BTreeMap<String, Field>, visit: &mut impl FnMut(&mut Span)) {
    let fields = fields.values_mut();
    fields.for_each(|field| visit(&mut field.span));
}

/// Sets the `raw` of each value to what its span slices now, and the value to match. Removes a value of
/// which nothing is left, or that cannot be redacted in part.
pub(super) fn refresh_fields(record: &mut Record, before: &Record) {
    let pages = &record.pages;
    refresh_map(&mut record.fields, &before.fields, pages);
    // Nothing was removed before: both lists have the same entries.
    let mut old = before.other.iter();
    record.other.retain_mut(|field| {
        old.next().is_some_and(|old| {
            let now = (&mut field.value, &mut field.raw);
            refresh(now, (&old.value, &old.raw), slice(pages, &field.span))
        })
    });
    for (item, old) in record.items.iter_mut().zip(&before.items) {
        refresh_map(&mut item.fields, &old.fields, pages);
    }
}

fn refresh_map(
    fields: &mut BTreeMap<String, Field>,
    before: &BTreeMap<String, Field>,
    pages: &[PageRecord],
) {
    fields.retain(|name, field| {
        let Some(old) = before.get(name) else {
            return false;
        };
        let now = (&mut field.value, &mut field.raw);
        let is_left = refresh(now, (&old.value, &old.raw), slice(pages, &field.span));
        let has_changed = field.value != old.value;
        if let FieldValue::Text(value) = &mut field.value
            && name == "email"
            && has_changed
            && !value.contains('@')
        {
            *value = format!("{}{REDACTED_DOMAIN}", value.replace(' ', ""));
        }
        is_left
    });
}

/// Sets a `raw` and the value to match; false if the value has to be removed.
fn refresh(
    (value, raw): (&mut FieldValue, &mut String),
    (old_value, old_raw): (&FieldValue, &String),
    sliced: String,
) -> bool {
    *raw = sliced;
    if raw.trim().is_empty() {
        return false;
    }
    let raw_changed = raw != old_raw;
    let value_changed = value != old_value;
    match value {
        FieldValue::Integer(_) => !raw_changed,
        FieldValue::Text(value) => {
            if raw_changed && !value_changed {
                if is_date(value) {
                    return false;
                }
                *value = collapse_whitespace(raw);
            }
            true
        }
    }
}

/// Removes integer values and budget rows that are equal to a number that was found.
pub(super) fn remove_numeric_values(record: &mut Record, entities: &[Entity]) {
    let found: BTreeSet<i64> = entities
        .iter()
        .filter(|entity| {
            matches!(
                entity.rule,
                Rule::PersonalNumber | Rule::Account | Rule::Phone
            )
        })
        .filter(|entity| entity.canonical.len() >= MIN_NUMBER_LENGTH)
        // What does not fit into an `i64` cannot be equal to a value.
        .filter_map(|entity| entity.canonical.trim_start_matches('+').parse().ok())
        .collect();
    let is_kept = |value: &FieldValue| match value {
        FieldValue::Integer(number) => !found.contains(number),
        FieldValue::Text(_) => true,
    };
    record.fields.retain(|_, field| is_kept(&field.value));
    record.other.retain(|field| is_kept(&field.value));
    for item in &mut record.items {
        item.fields.retain(|_, field| is_kept(&field.value));
    }
    if let Some(budget) = &mut record.budget {
        remove_amounts(budget, &found);
    }
}

/// Removes amounts from a budget, and computes its sum again.
fn remove_amounts(budget: &mut Budget, found: &BTreeSet<i64>) {
    budget.items.retain(|item| !found.contains(&item.amount));
    budget.stated_total = budget.stated_total.filter(|total| !found.contains(total));
    let sum = budget
        .items
        .iter()
        .try_fold(0_i64, |sum, item| sum.checked_add(item.amount));
    budget.computed_total = sum.unwrap_or_default();
    budget.consistent = budget
        .stated_total
        .map(|stated| stated == budget.computed_total);
}

/// The text of a span; empty if its page does not exist.
fn slice(pages: &[PageRecord], span: &Span) -> String {
    let page = pages.iter().find(|page| page.number == span.page);
    let length = span.end.saturating_sub(span.start);
    page.map_or_else(String::new, |page| {
        page.text.chars().skip(span.start).take(length).collect()
    })
}

/// Whether a value is a date as records write it: `2014-03-31`.
fn is_date(value: &str) -> bool {
    // `parse` accepts other forms of ISO 8601 too, such as `20140331`, which may be any number.
    value
        .parse::<jiff::civil::Date>()
        .is_ok_and(|date| date.to_string() == value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_full_iso_date_is_a_date() {
        assert!(is_date("2014-03-31"));
        for value in ["20140331", "2014-02-31", "2014-03", "2014-03-31T10:00", "x"] {
            assert!(!is_date(value), "{value}");
        }
    }
}
