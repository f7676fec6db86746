//! How does a record hang together again after values were taken out of its pages?
//!
//! Spans are led to where their stretch now stands, and a field's `raw` is what its span slices. A
//! field whose value cannot say that something was taken out (a number, a day) is left out; so is a
//! row of a budget whose amount is a number that was found.

use std::collections::{BTreeMap, BTreeSet};

use super::edit::Shift;
use super::rule::{Hit, Rule};
use diarium_document::{FieldValue, PageRecord, Record, Span, collapse_whitespace};

/// What every value for an e-mail address ends in, so that it is still one: a domain that can never
/// be (RFC 2606).
const NOWHERE: &str = "@redacted.invalid";

/// Leads all spans of a record to where their stretch stands now; `shifts` are the pages'.
pub(super) fn shift_spans(record: &mut Record, shifts: &[Shift]) {
    let numbers = record.pages.iter().map(|page| page.number);
    let shifts: BTreeMap<u32, &Shift> = numbers.zip(shifts).collect();
    let shift = |span: &mut Span| {
        if let Some(shift) = shifts.get(&span.page) {
            (span.start, span.end) = (shift.start(span.start), shift.end(span.end));
        }
    };
    for field in record.fields.values_mut() {
        shift(&mut field.span);
    }
    for span in record
        .sections
        .iter_mut()
        .flat_map(|section| &mut section.spans)
    {
        shift(span);
    }
    record
        .people
        .iter_mut()
        .for_each(|person| shift(&mut person.span));
    for item in record
        .budget
        .iter_mut()
        .flat_map(|budget| &mut budget.items)
    {
        shift(&mut item.span);
    }
    record
        .choices
        .iter_mut()
        .for_each(|choice| shift(&mut choice.span));
}

/// Gives every field the `raw` that its span slices now, and a value that goes with it.
pub(super) fn settle_fields(record: &mut Record, before: &Record) {
    let pages = &record.pages;
    record.fields.retain(|name, field| {
        let raw = slice(pages, &field.span);
        let Some(old) = before.fields.get(name) else {
            return false;
        };
        let touched = raw != old.raw;
        field.raw = raw;
        if field.raw.trim().is_empty() {
            return false;
        }
        match &mut field.value {
            FieldValue::Integer(_) => !touched,
            FieldValue::Text(value) => {
                let same = old.value == FieldValue::Text(value.clone());
                if touched && same {
                    if is_date(value) {
                        return false;
                    }
                    *value = collapse_whitespace(&field.raw);
                }
                let changed = old.value != FieldValue::Text(value.clone());
                if name == "email" && changed && !value.contains('@') {
                    *value = format!("{}{NOWHERE}", value.replace(' ', ""));
                }
                true
            }
        }
    });
}

/// Takes out whole numbers of the record that are numbers which were found.
pub(super) fn drop_numbers(record: &mut Record, hits: &[Hit]) {
    let found: BTreeSet<i64> = hits
        .iter()
        .filter(|hit| matches!(hit.rule, Rule::PersonalNumber | Rule::Account | Rule::Phone))
        .filter(|hit| hit.key.len() >= 6)
        .filter_map(|hit| hit.key.trim_start_matches('+').parse().ok())
        .collect();
    record.fields.retain(|_, field| match field.value {
        FieldValue::Integer(number) => !found.contains(&number),
        FieldValue::Text(_) => true,
    });
    let Some(budget) = &mut record.budget else {
        return;
    };
    budget
        .items
        .retain(|item| !found.contains(&item.amount_sek));
    budget.stated_total_sek = budget
        .stated_total_sek
        .filter(|total| !found.contains(total));
    let sum = budget
        .items
        .iter()
        .try_fold(0_i64, |sum, item| sum.checked_add(item.amount_sek));
    budget.computed_total_sek = sum.unwrap_or_default();
    budget.consistent = budget
        .stated_total_sek
        .map(|stated| stated == budget.computed_total_sek);
}

fn slice(pages: &[PageRecord], span: &Span) -> String {
    let page = pages.iter().find(|page| page.number == span.page);
    let length = span.end.saturating_sub(span.start);
    page.map_or_else(String::new, |page| {
        page.text.chars().skip(span.start).take(length).collect()
    })
}

/// `2014-03-31`
fn is_date(value: &str) -> bool {
    let shape = |(at, byte): (usize, u8)| {
        if at == 4 || at == 7 {
            byte == b'-'
        } else {
            byte.is_ascii_digit()
        }
    };
    value.len() == 10 && value.bytes().enumerate().all(shape)
}
