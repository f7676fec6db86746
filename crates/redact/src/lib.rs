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
mod apply;
mod columns;
mod detect;
mod digits;
mod edit;
mod email;
mod fold;
mod known;
mod names;
mod pages;
mod personal_number;
mod persons;
mod phone;
mod pseudonym;
mod rule;
mod texts;

use std::collections::BTreeMap;

use detect::{Detected, detect};
use edit::Shift;
use known::{Known, LARGEST_SEARCH};
use pages::Joined;
use persons::Persons;
use rule::Hit;
use texts::Kind;

pub use pseudonym::{KEY_BYTES, ShortKey, Style};
pub use rule::{Finding, Rule};

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
    kind: Kind,
    text: String,
}

/// Why a record could not be redacted. Nothing of it may leave then.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The values found in one document are too many to be searched for in all its texts.
    #[error(
        "the values found in one document take {bytes} bytes, and at most {LARGEST_SEARCH} can be \
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
        kind: Kind::Text,
        text: joined.text().to_owned(),
    }];
    texts::visit(&mut redacted, |place, kind, text| {
        let text = text.clone();
        texts.push(Text { place, kind, text });
    });
    let others = texts.len();
    let starts = add_raws(record, &joined, &mut texts);
    let mut hits = find(&texts)?;
    let raws = hits.split_off(others);
    let mut all = hits.into_iter();
    let mut on_pages = all.next().ok_or(Error::TextsDiffer)?;
    for (start, hits) in starts.into_iter().zip(raws) {
        on_pages.extend(hits.into_iter().map(|hit| Hit {
            range: hit.range.start + start..hit.range.end + start,
            ..hit
        }));
    }
    let on_pages = joined.split(edit::settle(joined.text(), on_pages));
    let mut tally = Tally::default();
    let shifts = replace_on_pages(&mut redacted, &on_pages, style, &mut tally);
    let mut found: Vec<Hit> = on_pages.into_iter().flatten().collect();
    found.extend(replace_in_texts(&mut redacted, all, style, &mut tally)?);
    apply::shift_spans(&mut redacted, &shifts);
    apply::settle_fields(&mut redacted, record);
    apply::drop_numbers(&mut redacted, &found);
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
                kind: Kind::Field,
                text: field.raw.clone(),
            });
        }
    }
    starts
}

/// Replaces what was found on each page, and gives where the rest of it went.
fn replace_on_pages(
    record: &mut Record,
    on_pages: &[Vec<Hit>],
    style: &Style,
    tally: &mut Tally,
) -> Vec<Shift> {
    let pages = record.pages.iter_mut().zip(on_pages).enumerate();
    pages
        .map(|(index, (page, hits))| {
            let (text, shift) = edit::replace(&page.text, hits, |hit| style.stands_for(hit));
            tally.add(&format!("/pages/{index}/text"), hits);
            page.text = text;
            shift
        })
        .collect()
}

/// Replaces what was found in every other text, in the order of [`texts::visit`], and gives it.
fn replace_in_texts(
    record: &mut Record,
    mut hits: impl Iterator<Item = Vec<Hit>>,
    style: &Style,
    tally: &mut Tally,
) -> Result<Vec<Hit>, Error> {
    let mut found = Vec::new();
    let mut is_complete = true;
    texts::visit(record, |place, _, text| {
        let Some(hits) = hits.next() else {
            is_complete = false;
            return;
        };
        if !hits.is_empty() {
            *text = edit::replace(text, &hits, |hit| style.stands_for(hit)).0;
            tally.add(&place, &hits);
            found.extend(hits);
        }
    });
    match is_complete && hits.next().is_none() {
        true => Ok(found),
        false => Err(Error::TextsDiffer),
    }
}

/// What is to be taken out of each text; in order, none overlap.
fn find(texts: &[Text]) -> Result<Vec<Vec<Hit>>, Error> {
    let detected: Vec<Detected> = texts
        .iter()
        .map(|text| detect(&text.place, text.kind, &text.text))
        .collect();
    let persons = persons_of(&detected);
    let values = texts.iter().zip(&detected).flat_map(|(text, detected)| {
        detected
            .hits
            .iter()
            .map(|hit| (hit, &text.text[hit.range.clone()]))
    });
    let known = Known::new(values, &persons)?;
    let settled = texts
        .iter()
        .zip(detected)
        .map(|(text, detected)| {
            let mut hits = detected.hits;
            hits.extend(detected.names.into_iter().map(|name| Hit {
                range: name.range,
                rule: Rule::Name,
                key: persons.key(&name.parts),
            }));
            known.find(text.kind, &text.text, &mut hits);
            edit::settle(&text.text, hits)
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
    for hit in detected.iter().flat_map(|detected| &detected.hits) {
        if let Some(parts) = (hit.rule == Rule::Email)
            .then(|| email::owner(&hit.key))
            .flatten()
        {
            let known = names::lists::first_name(&parts[0]).is_some();
            boxes.insert(parts, known);
        }
    }
    for pair in detected
        .iter()
        .flat_map(|detected| detected.words.windows(2))
    {
        let pair = [&pair[0], &pair[1]];
        if pair
            .iter()
            .all(|word| word.shape != names::words::Shape::Lower)
        {
            let parts = pair.map(|word| word.folded.clone()).to_vec();
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
    fn add(&mut self, place: &str, hits: &[Hit]) {
        for rule in Rule::ALL {
            let count = hits.iter().filter(|hit| hit.rule == rule).count();
            if count > 0 {
                let place = place.to_owned();
                self.findings.push(Finding { rule, place, count });
            }
        }
    }
}

#[cfg(test)]
mod maximal_tests;
#[cfg(test)]
#[cfg(test)]
mod tests;
