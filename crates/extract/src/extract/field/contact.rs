//! Contacts below a heading: a page ends with `Kontakt`, and below it the name of a person.
//!
//! The word is a heading of the page and no label: it has no colon, and no box stands around it. Only a
//! whole name in the next line shows that it asks for one.

use diarium_document::{FieldType, Heartbeat, LineRole, operations};

use super::{Context, Fact, evidence::Evidence};
use crate::{
    extract::{
        confidence::EvidenceClass,
        value::{self, Value},
    },
    profile::Vocabulary,
};

/// The longest heading, in bytes.
const MAX_HEADING: usize = 60;
/// The longest line with a name, its role and its addresses, in bytes.
const MAX_NAME_LINE: usize = 160;
/// The least words of a name there.
// A single word is more often a menu entry.
const MIN_WORDS: usize = 2;

/// Passes the names below headings that ask for one to `add`.
pub(in crate::extract) fn read_contacts(
    context: &Context<'_>,
    vocabulary: &Vocabulary,
    heartbeat: &Heartbeat,
    mut add: impl FnMut(Fact),
) {
    let lines = context.text.lines();
    for (index, pair) in lines.windows(2).enumerate() {
        heartbeat.step(index);
        operations::count(1);
        let [line, next] = pair else { continue };
        let is_short = line.bytes.len() <= MAX_HEADING && next.bytes.len() <= MAX_NAME_LINE;
        let is_text = !matches!(line.role, LineRole::Boilerplate)
            && !matches!(next.role, LineRole::Boilerplate);
        if !is_short || !is_text || index > 0 && !line.gap_before {
            continue;
        }
        let Some(field) = name_field(context.text.line(index), vocabulary) else {
            continue;
        };
        let Some(mut name) = name_of_line(context.text.line(index + 1)) else {
            continue;
        };
        name.bytes = name.bytes.start + next.bytes.start..name.bytes.end + next.bytes.start;
        add(Fact {
            field,
            factor: name.certainty,
            value: name,
            class: EvidenceClass::new(Evidence::TypedBelow, FieldType::Name),
            rule: "name below a heading",
            label: line.bytes.clone(),
        });
    }
}

/// The field of a line that is nothing but the label of a name.
fn name_field(line: &str, vocabulary: &Vocabulary) -> Option<String> {
    let found = vocabulary.search(line, 0).next(0)?;
    let is_whole = found.range.start == 0 && found.range.end == line.trim_end().len();
    let is_name = found.label.field_type == FieldType::Name && !found.is_variant;
    (is_whole && is_name).then(|| found.label.field.clone())
}

/// The name that fills a line, or that a separator, a role or an address follows.
fn name_of_line(line: &str) -> Option<Value> {
    let name = value::name(line)?;
    let written = line.get(name.bytes.clone())?;
    let is_whole = value::ends_name(line.get(name.bytes.end..)?);
    let words = written.split_whitespace().count();
    // Names of offices have acronyms in them.
    let is_person = !written.split(|c: char| !c.is_alphabetic()).any(is_acronym);
    (is_whole && is_person && name.bytes.start == 0 && words >= MIN_WORDS).then_some(name)
}

fn is_acronym(word: &str) -> bool {
    word.chars().nth(1).is_some() && word.chars().all(char::is_uppercase)
}
