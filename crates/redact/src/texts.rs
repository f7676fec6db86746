//! Record texts: enumeration of every text that may contain personal data.
//!
//! Each structure is destructured without `..`: a new field of the record does not compile until it
//! is decided here whether it contains text of the document. Text of the document and the path of its
//! file are visited. What diarium itself writes (the schema's name, a media type, a digest) is bound
//! to `_`. The pages' texts and the fields' `raw` are left to [`super::redact`] and
//! [`super::consistency`], because spans tie them together.

use std::collections::BTreeMap;

use super::detect::rule_of_label;
use super::entity::Rule;
use diarium_document::{
    Budget, BudgetItem, Choice, Field, FieldType, FieldValue, Item, Letterhead, Lists, OtherField,
    PageRecord, Person, Record, Related, Section, SourceFile, SourceRecord, Warning,
};

/// What a text is, which decides how it is split into tokens and what is expected in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextRole {
    /// Running text, a title, a line.
    Prose,
    /// The path of a file: names are in lowercase, with any separator.
    Path,
    /// What its position in the record announces, such as the name of a person.
    Announced(Rule),
    /// The value of a field.
    FieldValue,
}

/// Receives a text: its JSON Pointer, its role, and the text itself.
type Visitor<'v> = &'v mut dyn FnMut(String, TextRole, &mut String);

/// Calls `visitor` for every text except pages and `raw`, always in the same order.
pub(super) fn visit(record: &mut Record, mut visitor: impl FnMut(String, TextRole, &mut String)) {
    let Record {
        schema: _,
        id: _,
        kind: _,
        kind_confidence: _,
        title,
        title_span: _,
        language: _,
        source,
        pages,
        letterhead,
        fields,
        other,
        sections,
        people,
        budget,
        choices,
        lists,
        list_spans: _,
        items,
        related,
        warnings,
    } = record;
    let visitor: Visitor<'_> = &mut visitor;
    if let Some(title) = title {
        visitor("/title".to_owned(), TextRole::Prose, title);
    }
    visit_source(source, visitor);
    visit_pages(pages, visitor);
    visit_letterhead(letterhead, visitor);
    visit_fields("", fields, visitor);
    visit_other(other, visitor);
    visit_sections(sections, visitor);
    visit_people(people, visitor);
    if let Some(budget) = budget {
        visit_budget(budget, visitor);
    }
    visit_choices(choices, visitor);
    visit_lists(lists, visitor);
    visit_items(items, visitor);
    visit_related(related, visitor);
    visit_warnings(warnings, visitor);
}

fn visit_source(source: &mut SourceRecord, visitor: Visitor<'_>) {
    let SourceRecord {
        path,
        media_type: _,
        bytes: _,
        sha256: _,
        carrier: _,
        encoding: _,
        pages_stated: _,
        parent,
        files,
    } = source;
    visitor("/source/path".to_owned(), TextRole::Path, path);
    if let Some(parent) = parent {
        visitor("/source/parent".to_owned(), TextRole::Path, parent);
    }
    for (index, file) in files.iter_mut().enumerate() {
        let SourceFile {
            name,
            bytes: _,
            sha256: _,
        } = file;
        visitor(format!("/source/files/{index}/name"), TextRole::Path, name);
    }
}

fn visit_pages(pages: &mut [PageRecord], visitor: Visitor<'_>) {
    for (index, page) in pages.iter_mut().enumerate() {
        let PageRecord {
            number: _,
            label,
            origin: _,
            text: _,
            confidence: _,
            width: _,
            height: _,
        } = page;
        if let Some(label) = label {
            visitor(format!("/pages/{index}/label"), TextRole::Prose, label);
        }
    }
}

fn visit_letterhead(letterhead: &mut [Letterhead], visitor: Visitor<'_>) {
    for (index, letterhead) in letterhead.iter_mut().enumerate() {
        let Letterhead { text, pages: _ } = letterhead;
        visitor(format!("/letterhead/{index}/text"), TextRole::Prose, text);
    }
}

/// The fields of the record, or of the item at `pointer`.
fn visit_fields(pointer: &str, fields: &mut BTreeMap<String, Field>, visitor: Visitor<'_>) {
    for (name, field) in fields {
        let Field {
            value,
            raw: _,
            confidence: _,
            repaired: _,
            span: _,
        } = field;
        let pointer = format!("{pointer}/fields/{name}/value");
        visit_value(pointer, TextRole::FieldValue, value, visitor);
    }
}

fn visit_value(pointer: String, role: TextRole, value: &mut FieldValue, visitor: Visitor<'_>) {
    match value {
        FieldValue::Text(value) => visitor(pointer, role, value),
        // See `consistency::remove_numeric_values`.
        FieldValue::Integer(_) => {}
    }
}

fn visit_other(other: &mut [OtherField], visitor: Visitor<'_>) {
    for (index, field) in other.iter_mut().enumerate() {
        // Before the label is replaced: afterwards it may announce something else.
        let role = other_role(field);
        let OtherField {
            label,
            field_type: _,
            value,
            raw: _,
            confidence: _,
            span: _,
        } = field;
        visitor(format!("/other/{index}/label"), TextRole::Prose, label);
        visit_value(format!("/other/{index}/value"), role, value, visitor);
    }
}

/// What the type and the label of a value announce.
pub(super) fn other_role(field: &OtherField) -> TextRole {
    let of_type = match field.field_type {
        FieldType::Name => Some(Rule::Name),
        FieldType::Email => Some(Rule::Email),
        FieldType::Phone => Some(Rule::Phone),
        _ => None,
    };
    let announced = of_type.or_else(|| rule_of_label(&field.label));
    announced.map_or(TextRole::FieldValue, TextRole::Announced)
}

fn visit_items(items: &mut [Item], visitor: Visitor<'_>) {
    for (index, item) in items.iter_mut().enumerate() {
        let Item {
            title,
            fields,
            span: _,
        } = item;
        visitor(format!("/items/{index}/title"), TextRole::Prose, title);
        visit_fields(&format!("/items/{index}"), fields, visitor);
    }
}

fn visit_sections(sections: &mut [Section], visitor: Visitor<'_>) {
    for (index, section) in sections.iter_mut().enumerate() {
        let Section {
            number,
            heading,
            level: _,
            text,
            spans: _,
        } = section;
        if let Some(number) = number {
            visitor(format!("/sections/{index}/number"), TextRole::Prose, number);
        }
        visitor(
            format!("/sections/{index}/heading"),
            TextRole::Prose,
            heading,
        );
        visitor(format!("/sections/{index}/text"), TextRole::Prose, text);
    }
}

fn visit_people(people: &mut [Person], visitor: Visitor<'_>) {
    for (index, person) in people.iter_mut().enumerate() {
        let Person {
            name,
            organisation,
            confidence: _,
            span: _,
        } = person;
        visitor(
            format!("/people/{index}/name"),
            TextRole::Announced(Rule::Name),
            name,
        );
        if let Some(organisation) = organisation {
            let pointer = format!("/people/{index}/organisation");
            visitor(pointer, TextRole::Prose, organisation);
        }
    }
}

fn visit_budget(budget: &mut Budget, visitor: Visitor<'_>) {
    let Budget {
        currency: _,
        items,
        stated_total: _,
        computed_total: _,
        consistent: _,
    } = budget;
    for (index, item) in items.iter_mut().enumerate() {
        let BudgetItem {
            label,
            amount: _,
            confidence: _,
            span: _,
        } = item;
        visitor(
            format!("/budget/items/{index}/label"),
            TextRole::Prose,
            label,
        );
    }
}

fn visit_choices(choices: &mut [Choice], visitor: Visitor<'_>) {
    for (index, choice) in choices.iter_mut().enumerate() {
        let Choice {
            label,
            checked: _,
            confidence: _,
            span: _,
        } = choice;
        visitor(format!("/choices/{index}/label"), TextRole::Prose, label);
    }
}

fn visit_lists(lists: &mut Lists, visitor: Visitor<'_>) {
    let Lists(lists) = lists;
    for (name, list) in lists {
        for (index, entry) in list.iter_mut().enumerate() {
            visitor(format!("/lists/{name}/{index}"), TextRole::Prose, entry);
        }
    }
}

fn visit_related(related: &mut [Related], visitor: Visitor<'_>) {
    for (index, related) in related.iter_mut().enumerate() {
        let Related { title, excerpt } = related;
        visitor(format!("/related/{index}/title"), TextRole::Prose, title);
        visitor(
            format!("/related/{index}/excerpt"),
            TextRole::Prose,
            excerpt,
        );
    }
}

fn visit_warnings(warnings: &mut [Warning], visitor: Visitor<'_>) {
    for (index, warning) in warnings.iter_mut().enumerate() {
        let Warning {
            code: _,
            message,
            page: _,
        } = warning;
        visitor(
            format!("/warnings/{index}/message"),
            TextRole::Prose,
            message,
        );
    }
}
