//! Redaction: detect personal data in a record and mask it.
//!
//! Each text of the record is looked at by itself ([`detect`]): numbers and addresses have their
//! forms, names are known by their words and by what stands around them. Then everything that was
//! found anywhere is searched for everywhere ([`known`]), so that a surname which a label gave away
//! is gone from the title as well. At last the values are taken out, and spans lead to where their
//! stretches now stand.
//!
//! What is found is never told: a [`Finding`] has a rule, a place and a count.

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

use detect::{Detected, detect};
use entity::Entity;
use pages::Joined;
use persons::Persons;
use propagate::{EntityMatcher, MAX_PATTERN_TOTAL};
use replace::OffsetMap;
use texts::TextRole;

pub use entity::{Finding, Rule};
pub use pseudonym::{KEY_BYTES, ShortKey, Style};

use diarium_document::Record;

/// A record without personal data, and what was taken out.
#[derive(Debug, Clone, PartialEq)]
pub struct Redacted {
    /// The record; it keeps the promises that the one before kept.
    pub record: Record,
    /// How often each rule found something at each place, in the record's order.
    pub findings: Vec<Finding>,
}

/// A text of the record and where it stands.
struct Text {
    place: String,
    kind: TextRole,
    text: String,
}

/// Why a record could not be redacted. Nothing of it may leave then.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The values found in one document are too many to be searched for in all its texts.
    #[error(
        "the values found in one document take {bytes} bytes, and at most {MAX_PATTERN_TOTAL} can be \
         searched for; leave the document out"
    )]
    TooManyValues {
        /// How many bytes all spellings of all values have.
        bytes: usize,
    },
    /// The search for the values found in one document cannot be built.
    #[error("the search for the values found in one document cannot be built: {0}")]
    Search(#[from] aho_corasick::BuildError),
    /// A text was searched that is not there when it is to be replaced.
    #[error("the record's texts were not the same twice; this is a bug of diarium")]
    TextsDiffer,
}

/// Takes personal data out of a record. `id` and `source.sha256` stay: they are fingerprints of the
/// file, which whoever has the file can make as well.
///
/// # Errors
/// If not everything that was found could be searched for and replaced. There is no record then.
pub fn redact(record: &Record, style: &Style) -> Result<Redacted, Error> {
    let mut redacted = record.clone();
    let joined = Joined::new(&record.pages);
    let mut texts = vec![Text {
        place: String::new(),
        kind: TextRole::Prose,
        text: joined.text().to_owned(),
    }];
    texts::visit(&mut redacted, |place, kind, text| {
        let text = text.clone();
        texts.push(Text { place, kind, text });
    });
    let others = texts.len();
    let starts = add_raws(record, &joined, &mut texts);
    let mut entities = find(&texts)?;
    let raws = entities.split_off(others);
    let mut all = entities.into_iter();
    let mut on_pages = all.next().ok_or(Error::TextsDiffer)?;
    for (start, entities) in starts.into_iter().zip(raws) {
        on_pages.extend(entities.into_iter().map(|entity| Entity {
            range: entity.range.start + start..entity.range.end + start,
            ..entity
        }));
    }
    let on_pages = joined.split(replace::merge_overlapping(joined.text(), on_pages));
    let mut tally = Tally::default();
    let offset_maps = replace_on_pages(&mut redacted, &on_pages, style, &mut tally);
    let mut found: Vec<Entity> = on_pages.into_iter().flatten().collect();
    found.extend(replace_in_texts(&mut redacted, all, style, &mut tally)?);
    consistency::remap_spans(&mut redacted, &offset_maps);
    consistency::refresh_fields(&mut redacted, record);
    consistency::remove_numeric_values(&mut redacted, &found);
    Ok(Redacted {
        record: redacted,
        findings: tally.findings,
    })
}

/// Adds what each field was read from, and gives where each of these begins in the pages: it is to
/// be gone from its page also where it stands glued to its label.
fn add_raws(record: &Record, joined: &Joined, texts: &mut Vec<Text>) -> Vec<usize> {
    let mut starts = Vec::new();
    for (name, field) in &record.fields {
        if let Some(start) = joined.find(&record.pages, field) {
            starts.push(start);
            texts.push(Text {
                place: format!("/fields/{name}/raw"),
                kind: TextRole::FieldValue,
                text: field.raw.clone(),
            });
        }
    }
    starts
}

/// Replaces what was found on each page, and gives where the rest of it went.
fn replace_on_pages(
    record: &mut Record,
    on_pages: &[Vec<Entity>],
    style: &Style,
    tally: &mut Tally,
) -> Vec<OffsetMap> {
    let pages = record.pages.iter_mut().zip(on_pages).enumerate();
    pages
        .map(|(index, (page, entities))| {
            let (text, offset_map) =
                replace::replace(&page.text, entities, |entity| style.stands_for(entity));
            tally.add(&format!("/pages/{index}/text"), entities);
            page.text = text;
            offset_map
        })
        .collect()
}

/// Replaces what was found in every other text, in the order of [`texts::visit`], and gives it.
fn replace_in_texts(
    record: &mut Record,
    mut entities: impl Iterator<Item = Vec<Entity>>,
    style: &Style,
    tally: &mut Tally,
) -> Result<Vec<Entity>, Error> {
    let mut found = Vec::new();
    let mut is_complete = true;
    texts::visit(record, |place, _, text| {
        let Some(entities) = entities.next() else {
            is_complete = false;
            return;
        };
        if !entities.is_empty() {
            *text = replace::replace(text, &entities, |entity| style.stands_for(entity)).0;
            tally.add(&place, &entities);
            found.extend(entities);
        }
    });
    match is_complete && entities.next().is_none() {
        true => Ok(found),
        false => Err(Error::TextsDiffer),
    }
}

/// What is to be taken out of each text; in order, none overlap.
fn find(texts: &[Text]) -> Result<Vec<Vec<Entity>>, Error> {
    let detected: Vec<Detected> = texts
        .iter()
        .map(|text| detect(&text.place, text.kind, &text.text))
        .collect();
    let persons = persons_of(&detected);
    let values = texts.iter().zip(&detected).flat_map(|(text, detected)| {
        detected
            .entities
            .iter()
            .map(|entity| (entity, &text.text[entity.range.clone()]))
    });
    let known = EntityMatcher::new(values, &persons)?;
    let settled = texts
        .iter()
        .zip(detected)
        .map(|(text, detected)| {
            let mut entities = detected.entities;
            entities.extend(detected.names.into_iter().map(|name| Entity {
                range: name.range,
                rule: Rule::Name,
                canonical: persons.key(&name.parts),
            }));
            known.find(text.kind, &text.text, &mut entities);
            replace::merge_overlapping(&text.text, entities)
        })
        .collect();
    Ok(settled)
}

/// Everybody who is named, and everybody whose mailbox has their name.
fn persons_of(detected: &[Detected]) -> Persons {
    let mut persons = Persons::default();
    for name in detected.iter().flat_map(|detected| &detected.names) {
        persons.add(&name.parts);
    }
    let mut boxes: BTreeMap<Vec<String>, bool> = BTreeMap::new();
    for entity in detected.iter().flat_map(|detected| &detected.entities) {
        if let Some(parts) = (entity.rule == Rule::Email)
            .then(|| email::owner(&entity.canonical))
            .flatten()
        {
            let known = lexicon::first_name(&parts[0]).is_some();
            boxes.insert(parts, known);
        }
    }
    for pair in detected
        .iter()
        .flat_map(|detected| detected.tokens.windows(2))
    {
        let pair = [&pair[0], &pair[1]];
        if pair
            .iter()
            .all(|word| word.case != names::tokens::LetterCase::Lower)
        {
            let parts = pair.map(|word| word.normalized.clone()).to_vec();
            if let Some(known) = boxes.get_mut(&parts) {
                *known = true;
            }
        }
    }
    for (parts, known) in boxes {
        if known {
            persons.add(&parts);
        }
    }
    persons
}

#[derive(Default)]
struct Tally {
    findings: Vec<Finding>,
}

impl Tally {
    fn add(&mut self, place: &str, entities: &[Entity]) {
        for rule in Rule::ALL {
            let count = entities.iter().filter(|entity| entity.rule == rule).count();
            if count > 0 {
                let place = place.to_owned();
                self.findings.push(Finding { rule, place, count });
            }
        }
    }
}

#[cfg(test)]
mod accuracy_tests;
#[cfg(test)]
mod maximal_tests;
