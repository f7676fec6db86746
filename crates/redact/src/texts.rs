//! Enumeration of a record's texts: every place where a person's data may stand.
//!
//! Each structure is taken apart by name, without `..`: a new field of the record does not compile
//! until somebody decides here whether it is a text of the document. Texts of the document and of
//! its file's name are shown; what the program itself writes (the schema's name, a media type, the
//! fingerprint of the bytes) is bound to `_`. A field's `raw` and the pages' texts are for
//! [`super::apply`]: spans tie them together.

use std::collections::BTreeMap;

use diarium_document::{
    Budget, BudgetItem, Choice, Field, FieldValue, Letterhead, Lists, PageRecord, Person, Record,
    Related, Section, SourceRecord, Warning,
};

/// What kind of text it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextRole {
    /// Running text, a title, a line.
    Prose,
    /// A file's path, where names are written in small letters and parted by anything.
    Path,
    /// The name of a person, by its place in the record.
    PersonName,
    /// A field's value.
    FieldValue,
}

/// Takes a text: its place as a JSON Pointer, its kind, and the text itself.
type See<'s> = &'s mut dyn FnMut(String, TextRole, &mut String);

/// Shows every text but pages and raws, with its place as a JSON Pointer; always in the same order.
pub(super) fn visit(record: &mut Record, mut see: impl FnMut(String, TextRole, &mut String)) {
    let Record {
        schema: _,
        id: _,
        kind: _,
        kind_confidence: _,
        title,
        language: _,
        source,
        pages,
        letterhead,
        fields,
        sections,
        people,
        budget,
        choices,
        lists,
        related,
        warnings,
    } = record;
    let see: See<'_> = &mut see;
    if let Some(title) = title {
        see("/title".to_owned(), TextRole::Prose, title);
    }
    visit_source(source, see);
    visit_pages(pages, see);
    visit_letterhead(letterhead, see);
    visit_fields(fields, see);
    visit_sections(sections, see);
    visit_people(people, see);
    if let Some(budget) = budget {
        visit_budget(budget, see);
    }
    visit_choices(choices, see);
    visit_lists(lists, see);
    visit_related(related, see);
    visit_warnings(warnings, see);
}

fn visit_source(source: &mut SourceRecord, see: See<'_>) {
    let SourceRecord {
        path,
        media_type: _,
        bytes: _,
        sha256: _,
        carrier: _,
        encoding: _,
        pages_stated: _,
    } = source;
    see("/source/path".to_owned(), TextRole::Path, path);
}

fn visit_pages(pages: &mut [PageRecord], see: See<'_>) {
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
            see(format!("/pages/{index}/label"), TextRole::Prose, label);
        }
    }
}

fn visit_letterhead(letterhead: &mut [Letterhead], see: See<'_>) {
    for (index, letterhead) in letterhead.iter_mut().enumerate() {
        let Letterhead { text, pages: _ } = letterhead;
        see(format!("/letterhead/{index}/text"), TextRole::Prose, text);
    }
}

fn visit_fields(fields: &mut BTreeMap<String, Field>, see: See<'_>) {
    for (name, field) in fields {
        let Field {
            value,
            raw: _,
            confidence: _,
            span: _,
        } = field;
        match value {
            FieldValue::Text(value) => {
                see(format!("/fields/{name}/value"), TextRole::FieldValue, value)
            }
            // Numbers are for `consistency::remove_numeric_values`.
            FieldValue::Integer(_) => {}
        }
    }
}

fn visit_sections(sections: &mut [Section], see: See<'_>) {
    for (index, section) in sections.iter_mut().enumerate() {
        let Section {
            number,
            heading,
            level: _,
            text,
            spans: _,
        } = section;
        if let Some(number) = number {
            see(format!("/sections/{index}/number"), TextRole::Prose, number);
        }
        see(
            format!("/sections/{index}/heading"),
            TextRole::Prose,
            heading,
        );
        see(format!("/sections/{index}/text"), TextRole::Prose, text);
    }
}

fn visit_people(people: &mut [Person], see: See<'_>) {
    for (index, person) in people.iter_mut().enumerate() {
        let Person {
            name,
            organisation,
            span: _,
        } = person;
        see(format!("/people/{index}/name"), TextRole::PersonName, name);
        if let Some(organisation) = organisation {
            let place = format!("/people/{index}/organisation");
            see(place, TextRole::Prose, organisation);
        }
    }
}

fn visit_budget(budget: &mut Budget, see: See<'_>) {
    let Budget {
        items,
        stated_total_sek: _,
        computed_total_sek: _,
        consistent: _,
    } = budget;
    for (index, item) in items.iter_mut().enumerate() {
        let BudgetItem {
            label,
            amount_sek: _,
            span: _,
        } = item;
        see(
            format!("/budget/items/{index}/label"),
            TextRole::Prose,
            label,
        );
    }
}

fn visit_choices(choices: &mut [Choice], see: See<'_>) {
    for (index, choice) in choices.iter_mut().enumerate() {
        let Choice {
            label,
            checked: _,
            span: _,
        } = choice;
        see(format!("/choices/{index}/label"), TextRole::Prose, label);
    }
}

fn visit_lists(lists: &mut Lists, see: See<'_>) {
    let Lists(lists) = lists;
    for (name, list) in lists {
        for (index, entry) in list.iter_mut().enumerate() {
            see(format!("/lists/{name}/{index}"), TextRole::Prose, entry);
        }
    }
}

fn visit_related(related: &mut [Related], see: See<'_>) {
    for (index, related) in related.iter_mut().enumerate() {
        let Related { title, excerpt } = related;
        see(format!("/related/{index}/title"), TextRole::Prose, title);
        see(
            format!("/related/{index}/excerpt"),
            TextRole::Prose,
            excerpt,
        );
    }
}

fn visit_warnings(warnings: &mut [Warning], see: See<'_>) {
    for (index, warning) in warnings.iter_mut().enumerate() {
        let Warning {
            code: _,
            message,
            page: _,
        } = warning;
        see(
            format!("/warnings/{index}/message"),
            TextRole::Prose,
            message,
        );
    }
}
