//! Field extraction: the value of each label, with a confidence.
//!
//! A value follows its label and is of the label's type. A label that is followed by another label has
//! no value: an empty box is an absent field, never the words of the next box. If a document states a
//! field twice, the more certain value wins, then the first: a fact box outranks prose.
//!
//! | file | what it does |
//! | --- | --- |
//! | `region` | where a value begins and ends |
//! | `evidence` | what shows that it is one, and what that is worth |
//! | `typed` | the value at the start of a text, by type |
//! | `resolved` | of several facts the most certain one, with its span |

mod evidence;
mod region;
mod resolved;
mod typed;

use std::ops::Range;

use super::{
    label::LabelHit,
    value::{self, Value},
};
use diarium_document::{CleanText, FieldType, Heartbeat, operations};

pub(super) use resolved::ResolvedFields;
pub(super) use typed::{begins_with_value, has_own_form, typed_value};

/// A value that was read, with its position in the clean text and its confidence.
#[derive(Debug, Clone)]
pub(super) struct Fact {
    pub field: String,
    pub value: Value,
    pub confidence: f64,
    /// The rule that read it, for people.
    pub rule: &'static str,
    /// The label, in bytes of the clean text.
    pub label: Range<usize>,
}

/// The parts of a document that reading its fields needs.
pub(super) struct Context<'c> {
    pub text: &'c CleanText,
    pub hits: &'c [LabelHit<'c>],
    /// Bytes of the clean text where a heading or the title begins, sorted.
    pub stops: &'c [usize],
    /// Indexes of lines that are headings, sorted.
    pub headings: &'c [usize],
}

/// Reads the values of all labels and passes each to `add`.
// Facts are not collected: a text of nothing but labels has millions, of which few are used.
pub(super) fn read_fields(context: &Context<'_>, heartbeat: &Heartbeat, mut add: impl FnMut(Fact)) {
    for index in 0..context.hits.len() {
        heartbeat.step(index);
        operations::count(1);
        if context.hits[index].label.field_type != FieldType::Other {
            read_field(context, index, &mut add);
        }
    }
}

fn read_field(context: &Context<'_>, index: usize, add: &mut impl FnMut(Fact)) {
    let hit = &context.hits[index];
    let Some((region, evidence)) = region::value_region(context, index) else {
        return;
    };
    let text = &context.text.text()[region.clone()];
    let body = text.trim();
    let start = region.start + (text.len() - text.trim_start().len());
    for (field, mut value) in values(hit, body) {
        value.bytes = value.bytes.start + start..value.bytes.end + start;
        let confidence = evidence.confidence() * value.certainty;
        add(Fact {
            field,
            value,
            confidence,
            rule: hit.layout.description(),
            label: hit.bytes.clone(),
        });
    }
}

/// The fields that the text after a label gives a value: two for a period, and up to three for the name
/// of a contact.
fn values(hit: &LabelHit<'_>, text: &str) -> Vec<(String, Value)> {
    let field = hit.label.field.as_str();
    if hit.label.field_type == FieldType::Period {
        let period = value::period(text).into_iter();
        let ends = period.map(|(start, end)| [("start", start), ("end", end)]);
        let ends = ends.flatten();
        return ends
            .map(|(end, value)| (format!("{field}_{end}"), value))
            .collect();
    }
    let value = typed_value(hit.label.field_type, text);
    let mut values: Vec<(String, Value)> = value
        .map(|value| (field.to_owned(), value))
        .into_iter()
        .collect();
    if hit.label.field_type == FieldType::Name {
        values.extend(contact_details(text));
    }
    values
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
