//! Record assembly: put what the stages found into a record.
//!
//! Nothing is found out here: what the stages gave is put in its place, the warnings that only the
//! whole can give are added, and numbers are rounded so that records are the same byte for byte.

use std::collections::BTreeSet;

use super::StageOutputs;
use super::degrade::sort_warnings;
use diarium_document::{
    CleanDocument, Page, PageRecord, RawDocument, Record, Source, SourceRecord, Warning,
    WarningCode,
};
use diarium_extract::extract::Extracted;
use diarium_read::Read;

/// The kind of a document that no other profile fits.
const UNKNOWN_KIND: &str = "document";

/// The highest confidence in a value in which a reading error was corrected.
// Below 0.9: whoever relies on values of 0.9 and more gets only what the page says.
const MAX_REPAIRED: f64 = 0.89;

/// What the stages gave.
pub(super) struct Parts<'p> {
    pub(super) source: &'p Source,
    pub(super) outputs: StageOutputs<'p>,
}

/// The record of a document.
pub(super) fn assemble(parts: Parts<'_>) -> Record {
    // First: the destructuring below moves what the warnings are derived from.
    let warnings = warnings(&parts.outputs);
    let source = parts.source;
    let StageOutputs {
        read,
        clean,
        classification,
        extracted,
    } = parts.outputs;
    let extracted = with_rounded_confidences(extracted);
    Record {
        schema: format!(
            "{}/{}",
            classification.profile.name, classification.profile.version
        ),
        id: read.sha256.clone(),
        kind: classification.profile.name.clone(),
        kind_confidence: rounded(classification.confidence),
        title: extracted.title,
        title_span: extracted.title_span,
        language: extracted.language,
        source: source_record(source, &read, clean.pages_stated),
        pages: pages(read.document.pages, clean.page_labels),
        letterhead: clean.letterhead,
        fields: extracted.fields,
        other: extracted.other,
        sections: extracted.sections,
        people: extracted.people,
        budget: extracted.budget,
        choices: extracted.choices,
        lists: extracted.lists,
        list_spans: extracted.list_spans,
        items: extracted.items,
        related: read.document.related,
        warnings,
    }
}

fn source_record(source: &Source, read: &Read, pages_stated: Option<u32>) -> SourceRecord {
    SourceRecord {
        path: source.relative.clone(),
        media_type: read.document.media_type.to_owned(),
        bytes: read.bytes,
        sha256: read.sha256.clone(),
        carrier: read.document.carrier,
        encoding: read.document.encoding.map(str::to_owned),
        pages_stated,
        parent: source.parent().map(str::to_owned),
        files: read.files.clone(),
    }
}

fn with_rounded_confidences(mut extracted: Extracted) -> Extracted {
    let items = extracted.items.iter_mut();
    let of_items = items.flat_map(|item| item.fields.values_mut());
    for field in extracted.fields.values_mut().chain(of_items) {
        field.confidence = rounded(field.confidence);
        if field.repaired {
            field.confidence = field.confidence.min(MAX_REPAIRED);
        }
    }
    for field in &mut extracted.other {
        field.confidence = rounded(field.confidence);
    }
    let people = extracted.people.iter_mut();
    let rows = extracted
        .budget
        .iter_mut()
        .flat_map(|budget| &mut budget.items);
    let choices = extracted.choices.iter_mut();
    let optional = people
        .map(|person| &mut person.confidence)
        .chain(rows.map(|row| &mut row.confidence))
        .chain(choices.map(|choice| &mut choice.confidence));
    for confidence in optional.flatten() {
        *confidence = rounded(*confidence);
    }
    extracted
}

/// Confidence is a judgement: two decimals tell all there is, and hide the last bits of
/// floating-point arithmetic.
fn rounded(confidence: f64) -> f64 {
    // Readers give `f32`: without rounding, 0.97 would be written as 0.9700000286102295.
    (confidence * 100.0).round() / 100.0
}

/// A length in points, to a tenth: a thirtieth of a millimetre.
fn tenth(points: f32) -> f64 {
    // As `Rect::rounded`, so that boxes and page sizes can be compared.
    (f64::from(points) * 10.0).round() / 10.0
}

fn pages(pages: Vec<Page>, labels: Vec<Option<String>>) -> Vec<PageRecord> {
    // `zip` ends with the shorter list: without the padding, pages without a label would be lost.
    let labels = labels.into_iter().chain(std::iter::repeat(None));
    pages
        .into_iter()
        .zip(labels)
        .map(|(page, label)| PageRecord {
            number: page.number,
            label,
            origin: page.origin,
            text: page.text,
            confidence: rounded(page.confidence.into()),
            width: page.size.map(|(width, _)| tenth(width)),
            height: page.size.map(|(_, height)| tenth(height)),
        })
        .collect()
}

/// The reader's, the extractor's and our own, in an order of their own, each once.
fn warnings(parts: &StageOutputs<'_>) -> Vec<Warning> {
    let mut warnings = parts.read.document.warnings.clone();
    warnings.extend(parts.extracted.warnings.iter().cloned());
    warnings.extend(unknown_kind(parts));
    warnings.extend(pages_missing(&parts.read.document, &parts.clean));
    warnings.extend(fields_missing(parts));
    sort_warnings(&mut warnings);
    warnings
}

fn unknown_kind(parts: &StageOutputs<'_>) -> Option<Warning> {
    (parts.classification.profile.name == UNKNOWN_KIND).then(|| {
        Warning::new(
            WarningCode::UnknownKind,
            "no profile fits; write one if there are more documents like this",
        )
    })
}

/// The fields that the kind requires and the document lacks. Only this place warns of them.
fn fields_missing(parts: &StageOutputs<'_>) -> Vec<Warning> {
    let required = parts.classification.profile.required.iter();
    required
        .filter(|name| !parts.extracted.fields.contains_key(*name))
        .map(|name| {
            let kind = &parts.classification.profile.name;
            Warning::new(
                WarningCode::FieldMissing,
                format!("{name} was not found, which {kind} requires; look for it on the pages"),
            )
        })
        .collect()
}

fn pages_missing(document: &RawDocument, clean: &CleanDocument) -> Option<Warning> {
    let stated = clean.pages_stated?;
    // A text file without page breaks is one page to its reader, but still contains the labels of all
    // its pages.
    let here = document.pages.len().max(clean.page_numbers.len());
    let here = u32::try_from(here).unwrap_or(u32::MAX);
    let missing = stated.checked_sub(here).filter(|missing| *missing > 0)?;
    let (page, which) = match which_are_missing(document, clean, stated) {
        Some(numbers) if numbers.len() == missing as usize => {
            (numbers.first().copied(), format!(": {}", ranges(&numbers)))
        }
        // Labels that contradict each other name no page.
        _ => (None, String::new()),
    };
    Some(Warning {
        code: WarningCode::PagesMissing,
        message: format!(
            "{missing} of {stated} pages are missing{which}; the document says how many it has, \
             look for a more complete copy"
        ),
        page,
    })
}

/// The numbers up to `stated` that no page bears, by the pages' own labels where they have any.
fn which_are_missing(
    document: &RawDocument,
    clean: &CleanDocument,
    stated: u32,
) -> Option<Vec<u32>> {
    // A damaged number could claim billions of pages; nobody reads such a list.
    if stated > 10_000 {
        return None;
    }
    let labels = clean.page_labels.iter().map(Option::as_deref);
    let labels = labels.chain(std::iter::repeat(None));
    let seen: BTreeSet<u32> = document
        .pages
        .iter()
        .zip(labels)
        // The printed number comes first: in a copy whose first page is missing, the second is the
        // reader's page 1.
        .map(|(page, label)| label.and_then(leading_number).unwrap_or(page.number))
        .collect();
    Some(
        (1..=stated)
            .filter(|number| !seen.contains(number))
            .collect(),
    )
}

/// The page's number in its label: 3 in `3 (14)` or `Sida 3 av 14`.
fn leading_number(label: &str) -> Option<u32> {
    label
        .split(|character: char| !character.is_ascii_digit())
        .find(|digits| !digits.is_empty())?
        .parse()
        .ok()
}

/// `3, 7–9` for 3, 7, 8 and 9.
fn ranges(numbers: &[u32]) -> String {
    numbers
        .chunk_by(|one, next| one + 1 == *next)
        .map(|run| match run {
            [first, .., last] => format!("{first}–{last}"),
            [only] => only.to_string(),
            [] => String::new(),
        })
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use diarium_document::Carrier;

    fn document(pages: u32) -> RawDocument {
        RawDocument {
            carrier: Carrier::Text,
            media_type: "text/plain",
            encoding: None,
            stated_title: None,
            pages: (1..=pages)
                .map(|number| Page::from_text(number, String::new()))
                .collect(),
            related: Vec::new(),
            warnings: Vec::new(),
        }
    }

    fn clean(stated: u32, labels: &[&str]) -> CleanDocument {
        CleanDocument {
            pages_stated: Some(stated),
            page_labels: labels.iter().map(|label| Some((*label).into())).collect(),
            ..CleanDocument::default()
        }
    }

    #[test]
    fn missing_pages_are_counted_and_named_where_the_labels_tell() {
        let warning = pages_missing(&document(3), &clean(7, &["1 (7)", "3 (7)", "5 (7)"]));
        let warning = warning.unwrap();
        assert!(
            warning
                .message
                .starts_with("4 of 7 pages are missing: 2, 4, 6–7;")
        );
        assert_eq!(warning.page, Some(2));
    }

    #[test]
    fn labels_that_contradict_each_other_name_no_page() {
        let warning = pages_missing(&document(2), &clean(3, &["1 (3)", "1 (3)"])).unwrap();
        assert!(warning.message.starts_with("1 of 3 pages are missing;"));
        assert_eq!(warning.page, None);
    }

    #[test]
    fn a_document_with_all_its_pages_or_more_lacks_none() {
        assert!(pages_missing(&document(2), &clean(2, &[])).is_none());
        assert!(pages_missing(&document(3), &clean(2, &[])).is_none());
    }

    #[test]
    fn a_repaired_value_is_never_sure() {
        let span = diarium_document::Span {
            page: 1,
            start: 0,
            end: 1,
            rect: None,
        };
        let field = diarium_document::Field {
            value: diarium_document::FieldValue::Integer(1),
            raw: "l".to_owned(),
            confidence: 0.987,
            repaired: true,
            span,
        };
        let mut extracted = Extracted::default();
        extracted.fields.insert("participants".to_owned(), field);
        let extracted = with_rounded_confidences(extracted);
        assert_eq!(extracted.fields["participants"].confidence, 0.89);
    }

    #[test]
    fn confidence_has_two_decimals() {
        assert_eq!(rounded(f64::from(0.97_f32)), 0.97);
        assert_eq!(rounded(2.0 / 3.0), 0.67);
        assert_eq!(tenth(595.276), 595.3);
    }
}
