//! Answers: the values of the fields that the text after a label states.
//!
//! One answer may state several fields, such as the start and end of a period, and one value may have
//! several pieces: letters in boxes of their own, or the lines of a narrow cell.

use std::ops::Range;

use super::{Context, typed::typed_value};
use crate::extract::{
    label::LabelHit,
    value::{self, Money, Value},
};
use diarium_document::{FieldType, operations};

/// The confidence factor of an answer with a box for each letter.
// A box that the reader missed is a letter that is missing.
const COMB_CERTAINTY: f64 = 0.95;
/// The certainty of an e-mail address that was joined from several lines.
const BROKEN_ADDRESS_CERTAINTY: f64 = 0.89;
/// Lines that continue an e-mail address, at most.
const MAX_ADDRESS_LINES: usize = 2;

/// The fields that an answer, which begins at `start`, gives a value.
pub(super) fn answers(
    context: &Context<'_>,
    hit: &LabelHit<'_>,
    answer: &str,
    start: usize,
) -> Vec<(String, Value)> {
    if answer.is_empty() || value::is_placeholder(answer, context.placeholders) {
        return Vec::new();
    }
    let field = hit.label.field.as_str();
    if hit.label.field_type == FieldType::Email
        && let Some(value) = broken_address(context, start..start + answer.len())
    {
        return vec![(field.to_owned(), value)];
    }
    let Some(letters) = value::comb(answer) else {
        return values(context.money, hit, answer);
    };
    // The letters of all boxes are one value, or none.
    let mut values = values(context.money, hit, &letters);
    values.retain(|(_, value)| value.bytes == (0..letters.len()));
    for (_, value) in &mut values {
        value.bytes = 0..answer.len();
        value.certainty *= COMB_CERTAINTY;
    }
    values
}

/// The fields that the text after a label gives a value: two for a period, and up to three for the name
/// of a contact.
fn values(money: Money, hit: &LabelHit<'_>, text: &str) -> Vec<(String, Value)> {
    let field = hit.label.field.as_str();
    match hit.label.field_type {
        FieldType::Period => {
            let Some((start, end)) = value::open_period(text) else {
                return Vec::new();
            };
            let end = end.map(|end| (format!("{field}_end"), end));
            let start = (format!("{field}_start"), start);
            std::iter::once(start).chain(end).collect()
        }
        FieldType::Amount => {
            let amount = value::money(text);
            let named = amount.and_then(|amount| {
                let name = money.field(field, amount.currency)?;
                Some((name, amount.into_value()))
            });
            named.into_iter().collect()
        }
        FieldType::Name => {
            let name = typed_value(FieldType::Name, text).map(|name| (field.to_owned(), name));
            name.into_iter().chain(contact_details(text)).collect()
        }
        field_type => {
            let value = typed_value(field_type, text).or_else(|| match field_type {
                FieldType::Email => value::first_email(text),
                FieldType::Phone => value::phone_after_words(text),
                _ => None,
            });
            value
                .map(|value| (field.to_owned(), value))
                .into_iter()
                .collect()
        }
    }
}

/// An e-mail address that its narrow box breaks over lines: before or after `@`, a full stop or a
/// hyphen.
fn broken_address(context: &Context<'_>, region: Range<usize>) -> Option<Value> {
    let text = context.text;
    let written = &text.text()[region.clone()];
    let token = written.split_whitespace().next_back()?;
    let mut address = token.to_owned();
    let mut line = text.line_at(region.end);
    // Only the last words of a line can continue on the next one.
    if !text.text()[region.end..text.lines()[line].bytes.end]
        .trim()
        .is_empty()
    {
        return None;
    }
    let mut end = region.end;
    for _ in 0..MAX_ADDRESS_LINES {
        line += 1;
        let next = text.lines().get(line).filter(|next| !next.gap_before);
        let Some(next) = next else { break };
        operations::count(1);
        let part = text.line(line).trim_end();
        let is_broken = address.ends_with(['.', '@', '-', '_']) || part.starts_with(['.', '@']);
        let is_open = address.contains('@') && value::email(&address).is_none();
        if !(is_broken || is_open) || part.contains(char::is_whitespace) {
            break;
        }
        address.push_str(part);
        end = next.bytes.start + part.len();
    }
    let value = value::email(&address).filter(|value| value.bytes.len() == address.len())?;
    let start = written.rfind(token)?;
    (end > region.end).then_some(Value {
        bytes: start..end - region.start,
        certainty: BROKEN_ADDRESS_CERTAINTY,
        ..value
    })
}

/// The e-mail address and telephone number after a contact's name:
/// `Eva Ek, 08-465 004 12, eva.ek@example.se`.
fn contact_details(text: &str) -> Vec<(String, Value)> {
    operations::count(text.len());
    let starts: Vec<usize> = text
        .char_indices()
        .filter(|(at, _)| text[..*at].ends_with([' ', ',', ':', '(']))
        .map(|(at, _)| at)
        .collect();
    let first = |read: fn(&str) -> Option<Value>| {
        starts.iter().find_map(|&at| {
            let mut value = read(&text[at..])?;
            value.bytes = value.bytes.start + at..value.bytes.end + at;
            // A value with a label of its own is more certain.
            value.certainty = 0.95;
            Some(value)
        })
    };
    let email = first(value::email).map(|value| ("email".to_owned(), value));
    let phone = first(value::phone).map(|value| ("phone".to_owned(), value));
    email.into_iter().chain(phone).collect()
}
