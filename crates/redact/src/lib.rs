//! Redaction of personal data (PII): detect it in a record, and replace it with masks or pseudonyms.
//!
//! [`redact`] works in four steps:
//!
//! 1. Detection (`detect`): each text of the record is searched by itself. Numbers and addresses
//!    are recognized by their format, names by the lexicon and by their context.
//! 2. Person resolution (`persons`): `Ulla Björk`, `U. Björk` and `Björk` become one person.
//! 3. Propagation of found entities (`propagate`): what was found in one text is searched for in
//!    all texts, so that a surname that a label revealed is removed from the title too.
//! 4. Replacement (`replace`): entities are replaced, and spans, fields and budgets are updated to
//!    match (`consistency`).
//!
//! Redaction fails closed: if a step cannot be done completely, there is an [`Error`] and no record.
//! A [`Finding`] never contains what was found, only the rule, a JSON Pointer and a count.

mod account;
mod address;
mod columns;
mod consistency;
mod detect;
mod digits;
mod email;
mod entity;
mod lexicon;
mod names;
mod normalize;
mod pages;
mod personal_number;
mod persons;
mod phone;
mod propagate;
mod pseudonym;
mod replace;
mod texts;

use std::collections::BTreeMap;

use detect::{Detection, detect};
use entity::Entity;
use names::tokens::{LetterCase, Token};
use pages::JoinedPages;
use persons::Persons;
use propagate::{EntityMatcher, MAX_PATTERN_TOTAL};
use replace::OffsetMap;
use texts::TextRole;

pub use entity::{Finding, Rule};
pub use pseudonym::{KeyTooShort, MIN_KEY_BYTES, Style};

use diarium_document::{Record, Span};

/// A redacted record, and what was removed from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Redacted {
    /// The record. It is valid if the original was: spans slice their pages, sums add up.
    pub record: Record,
    /// The number of entities by rule and text, in the order of the record.
    pub findings: Vec<Finding>,
}

/// A text of the record.
struct Text {
    /// JSON Pointer into the record; empty for the joined pages.
    pointer: String,
    role: TextRole,
    text: String,
}

/// Why a record could not be redacted. No part of it may be published then.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The values found in one document are too many to be searched for in all its texts.
    #[error(
        "the values found in one document take {bytes} bytes, and at most {MAX_PATTERN_TOTAL} can be \
         searched for; leave the document out"
    )]
    TooManyValues {
        /// The total size of all spellings of all values.
        bytes: usize,
    },
    /// The search for the values found in one document cannot be built.
    #[error("the search for the values found in one document cannot be built: {0}")]
    Search(#[from] aho_corasick::BuildError),
    /// A text is longer than offsets can express.
    #[error("a text of the document is longer than 4 GiB; leave the document out")]
    TextTooLong,
    /// The texts that were searched are not those that are to be replaced.
    #[error("the record's texts were not the same twice; this is a bug of diarium")]
    TextsDiffer,
}

/// Removes personal data from a record.
///
/// `id` and `source.sha256` stay: they are digests of the file, which anyone who has the file can
/// compute.
///
/// # Errors
/// If not everything that was found could be searched for and replaced.
pub fn redact(record: &Record, style: &Style) -> Result<Redacted, Error> {
    let mut redacted = record.clone();
    let joined = JoinedPages::new(&record.pages);
    let mut texts = collect_texts(&mut redacted, &joined);
    let raws = texts.len();
    let raw_starts = add_raws(record, &joined, &mut texts);
    let mut entities = find_entities(&texts)?;
    let in_raws = entities.split_off(raws);
    let mut entities = entities.into_iter();
    let mut on_pages = entities.next().ok_or(Error::TextsDiffer)?;
    for (start, entities) in raw_starts.into_iter().zip(in_raws) {
        on_pages.extend(entities.into_iter().map(|entity| entity.moved_by(start)));
    }
    let on_pages = joined.split(replace::merge_overlapping(joined.text(), on_pages));

    let mut findings = Vec::new();
    let maps = replace_on_pages(&mut redacted, &on_pages, style, &mut findings);
    let others = replace_in_texts(&mut redacted, entities, style, &mut findings)?;
    let replaced: Vec<Entity> = on_pages.into_iter().flatten().chain(others).collect();
    consistency::remap_spans(&mut redacted, &maps);
    consistency::refresh_fields(&mut redacted, record);
    consistency::remove_numeric_values(&mut redacted, &replaced);
    Ok(Redacted {
        record: redacted,
        findings,
    })
}

/// The joined pages, then all other texts in the order of [`texts::visit`].
fn collect_texts(record: &mut Record, joined: &JoinedPages) -> Vec<Text> {
    let mut texts = vec![Text {
        pointer: String::new(),
        role: TextRole::Prose,
        text: joined.text().to_owned(),
    }];
    texts::visit(record, |pointer, role, text| {
        let text = text.clone();
        texts.push(Text {
            pointer,
            role,
            text,
        });
    });
    texts
}

/// Adds the `raw` of each value to the texts, and returns where each begins in the joined pages.
///
/// The pages contain them already, but often joined to their label (`KontaktpersonUlla Björk`),
/// where detection is weaker than in the value alone.
fn add_raws(record: &Record, joined: &JoinedPages, texts: &mut Vec<Text>) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut add = |pointer: String, role, raw: &str, span: &Span| {
        if let Some(start) = joined.raw_start(&record.pages, raw, span) {
            starts.push(start);
            let text = raw.to_owned();
            texts.push(Text {
                pointer,
                role,
                text,
            });
        }
    };
    let role = TextRole::FieldValue;
    for (name, field) in &record.fields {
        add(format!("/fields/{name}/raw"), role, &field.raw, &field.span);
    }
    for (index, field) in record.other.iter().enumerate() {
        let role = texts::other_role(field);
        add(format!("/other/{index}/raw"), role, &field.raw, &field.span);
    }
    for (index, item) in record.items.iter().enumerate() {
        for (name, field) in &item.fields {
            let pointer = format!("/items/{index}/fields/{name}/raw");
            add(pointer, role, &field.raw, &field.span);
        }
    }
    starts
}

/// Replaces the entities of each page, and returns the pages' offset maps.
fn replace_on_pages(
    record: &mut Record,
    on_pages: &[Vec<Entity>],
    style: &Style,
    findings: &mut Vec<Finding>,
) -> Vec<OffsetMap> {
    let pages = record.pages.iter_mut().zip(on_pages).enumerate();
    pages
        .map(|(index, (page, entities))| {
            let (text, offset_map) =
                replace::replace(&page.text, entities, |entity| style.replacement(entity));
            add_findings(findings, &format!("/pages/{index}/text"), entities);
            page.text = text;
            offset_map
        })
        .collect()
}

/// Replaces the entities of all other texts, in the order of [`texts::visit`], and returns them.
fn replace_in_texts(
    record: &mut Record,
    mut entities: impl Iterator<Item = Vec<Entity>>,
    style: &Style,
    findings: &mut Vec<Finding>,
) -> Result<Vec<Entity>, Error> {
    let mut replaced = Vec::new();
    let mut is_complete = true;
    texts::visit(record, |pointer, _, text| {
        let Some(entities) = entities.next() else {
            is_complete = false;
            return;
        };
        if !entities.is_empty() {
            *text = replace::replace(text, &entities, |entity| style.replacement(entity)).0;
            add_findings(findings, &pointer, &entities);
            replaced.extend(entities);
        }
    });
    if is_complete && entities.next().is_none() {
        Ok(replaced)
    } else {
        Err(Error::TextsDiffer)
    }
}

/// The entities to replace in each text; ordered, without overlaps.
fn find_entities(texts: &[Text]) -> Result<Vec<Vec<Entity>>, Error> {
    let detections: Vec<Detection> = texts
        .iter()
        .map(|text| detect(&text.pointer, text.role, &text.text))
        .collect();
    let persons = resolve_persons(&detections);
    let values = texts.iter().zip(&detections).flat_map(|(text, detection)| {
        detection
            .entities
            .iter()
            .map(|entity| (entity, &text.text[entity.range.clone()]))
    });
    let matcher = EntityMatcher::new(values, &persons)?;
    texts
        .iter()
        .zip(detections)
        .map(|(text, detection)| {
            let mut entities = detection.entities;
            entities.extend(detection.names.into_iter().map(|name| Entity {
                range: name.range,
                rule: Rule::Name,
                canonical: persons.canonical(&name.parts),
            }));
            matcher.find(text.role, &text.text, &mut entities)?;
            Ok(replace::merge_overlapping(&text.text, entities))
        })
        .collect()
}

/// All persons who are named in a text, or by the address of a mailbox.
fn resolve_persons(detections: &[Detection]) -> Persons {
    let mut persons = Persons::default();
    for name in detections.iter().flat_map(|detection| &detection.names) {
        persons.add(&name.parts);
    }
    for parts in mailbox_owners(detections) {
        persons.add(&parts);
    }
    persons
}

/// The names in mailboxes such as `ulla.bjork@…`, normalized.
///
/// Two words with a point between them can be an office as well (`stora.salen@…`). They are a
/// person's name if the first is a known first name, or if they occur in a text with capitals.
fn mailbox_owners(detections: &[Detection]) -> Vec<Vec<String>> {
    let entities = detections.iter().flat_map(|detection| &detection.entities);
    let mut is_person: BTreeMap<Vec<String>, bool> = entities
        .filter(|entity| entity.rule == Rule::Email)
        .filter_map(|entity| email::mailbox_name(&entity.canonical))
        .map(|parts| {
            let is_known = lexicon::first_name(&parts[0]).is_some();
            (parts, is_known)
        })
        .collect();
    let is_capitalized = |token: &Token| token.case != LetterCase::Lower;
    let pairs = detections
        .iter()
        .flat_map(|detection| detection.tokens.windows(2));
    for pair in pairs.filter(|pair| pair.iter().all(is_capitalized)) {
        let parts: Vec<String> = pair.iter().map(|token| token.normalized.clone()).collect();
        if let Some(is_person) = is_person.get_mut(&parts) {
            *is_person = true;
        }
    }
    let persons = is_person.into_iter().filter(|(_, is_person)| *is_person);
    persons.map(|(parts, _)| parts).collect()
}

fn add_findings(findings: &mut Vec<Finding>, pointer: &str, entities: &[Entity]) {
    for rule in Rule::ALL {
        let count = entities.iter().filter(|entity| entity.rule == rule).count();
        if count > 0 {
            findings.push(Finding {
                rule,
                pointer: pointer.to_owned(),
                count,
            });
        }
    }
}

#[cfg(test)]
mod accuracy_tests;
#[cfg(test)]
mod maximal_tests;
