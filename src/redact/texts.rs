//! Where in a record may a person's data stand?
//!
//! In every text that comes from the document or its file's name. What the program itself writes
//! (the schema's name, a media type, the bytes' fingerprint) is left out. A field's `raw` and the
//! pages' texts are for [`super::apply`]: they hang together by spans.

use crate::document::{FieldValue, Record};

/// What kind of text it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Running text, a title, a line.
    Text,
    /// A file's path, where names are written in small letters and parted by anything.
    Path,
    /// The name of a person, by its place in the record.
    Person,
    /// A field's value.
    Field,
}

/// Shows every text but pages and raws, with its place as a JSON Pointer; always in the same order.
pub(super) fn visit(record: &mut Record, mut see: impl FnMut(String, Kind, &mut String)) {
    if let Some(title) = &mut record.title {
        see("/title".to_owned(), Kind::Text, title);
    }
    see(
        "/source/path".to_owned(),
        Kind::Path,
        &mut record.source.path,
    );
    for (index, page) in record.pages.iter_mut().enumerate() {
        if let Some(label) = &mut page.label {
            see(format!("/pages/{index}/label"), Kind::Text, label);
        }
    }
    for (index, letterhead) in record.letterhead.iter_mut().enumerate() {
        see(
            format!("/letterhead/{index}/text"),
            Kind::Text,
            &mut letterhead.text,
        );
    }
    for (name, field) in &mut record.fields {
        if let FieldValue::Text(value) = &mut field.value {
            see(format!("/fields/{name}/value"), Kind::Field, value);
        }
    }
    for (index, section) in record.sections.iter_mut().enumerate() {
        if let Some(number) = &mut section.number {
            see(format!("/sections/{index}/number"), Kind::Text, number);
        }
        see(
            format!("/sections/{index}/heading"),
            Kind::Text,
            &mut section.heading,
        );
        see(
            format!("/sections/{index}/text"),
            Kind::Text,
            &mut section.text,
        );
    }
    for (index, person) in record.people.iter_mut().enumerate() {
        see(
            format!("/people/{index}/name"),
            Kind::Person,
            &mut person.name,
        );
        if let Some(organisation) = &mut person.organisation {
            see(
                format!("/people/{index}/organisation"),
                Kind::Text,
                organisation,
            );
        }
    }
    for (index, item) in record
        .budget
        .iter_mut()
        .flat_map(|b| &mut b.items)
        .enumerate()
    {
        see(
            format!("/budget/items/{index}/label"),
            Kind::Text,
            &mut item.label,
        );
    }
    for (index, choice) in record.choices.iter_mut().enumerate() {
        see(
            format!("/choices/{index}/label"),
            Kind::Text,
            &mut choice.label,
        );
    }
    for (name, list) in &mut record.lists.0 {
        for (index, entry) in list.iter_mut().enumerate() {
            see(format!("/lists/{name}/{index}"), Kind::Text, entry);
        }
    }
    for (index, related) in record.related.iter_mut().enumerate() {
        see(
            format!("/related/{index}/title"),
            Kind::Text,
            &mut related.title,
        );
        see(
            format!("/related/{index}/excerpt"),
            Kind::Text,
            &mut related.excerpt,
        );
    }
    for (index, warning) in record.warnings.iter_mut().enumerate() {
        see(
            format!("/warnings/{index}/message"),
            Kind::Text,
            &mut warning.message,
        );
    }
}
