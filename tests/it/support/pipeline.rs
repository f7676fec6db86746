//! Pipeline support: take bytes to a record, and check the invariants of every record.

use std::{fs, path::Path, sync::LazyLock};

use diarium::{
    Extractor,
    document::{Failure, Record, Source, Span},
    process::{StageOutputs, process},
    read,
    validate::check_budget,
};
use serde_json::Value;

/// Profiles and schemas take a second to compile without optimization, so all tests share them. OCR is
/// off: it takes seconds a page, and has tests of its own.
pub(crate) static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(|| {
    let mut options = read::Options::default();
    options.ocr.mode = read::ocr::Mode::Never;
    Extractor::builder().read_options(options).build().unwrap()
});

/// The record of these bytes under that name. Unlike a run, it does not catch panics, so that a panic
/// fails the test.
pub(crate) fn record_of(name: &str, bytes: &[u8]) -> Result<Record, Failure> {
    let source = Source {
        relative: name.to_owned(),
        file: name.into(),
        members: Vec::new(),
        parts: Vec::new(),
        bytes: bytes.len() as u64,
        modified: 0,
        changed: 0,
    };
    let read = read::read_in_memory(name, bytes, EXTRACTOR.read_options())?;
    process(
        read,
        &source,
        EXTRACTOR.profiles(),
        EXTRACTOR.schemas(),
        &EXTRACTOR.read_options().heartbeat,
    )
}

/// The output of every stage for these bytes under that name.
pub(crate) fn stage_outputs_of(name: &str, bytes: &[u8]) -> Result<StageOutputs<'static>, Failure> {
    EXTRACTOR.explain_bytes(name, bytes)
}

/// Every file under a folder with its path relative to it, in a stable order.
pub(crate) fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    collect(folder, "", &mut files);
    files.sort();
    files
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{name}/"), files);
        } else {
            files.push((name, fs::read(entry.path()).unwrap()));
        }
    }
}

/// The first guarantee of docs/record.md that a record violates. Spans are sliced as a reader in another
/// language does it, not by the code under test.
pub(crate) fn violated_guarantee(record: &Record) -> Option<String> {
    let json = serde_json::to_value(record).unwrap();
    let schema = EXTRACTOR.schemas().validate(&json).into_iter();
    let budget = check_budget(record).into_iter();
    schema
        .chain(budget)
        .map(|violation| format!("{}: {}", violation.path, violation.message))
        .next()
        .or_else(|| spans(record).find_map(|(place, span)| outside(record, &place, span)))
        .or_else(|| fields(record).next())
        .or_else(|| levels(record).next())
        .or_else(|| empty_string("", &json))
}

/// What a span slices from its page.
pub(crate) fn sliced(record: &Record, span: &Span) -> Option<String> {
    let page = record.pages.iter().find(|page| page.number == span.page)?;
    let text: Vec<char> = page.text.chars().collect();
    let slice = text.get(span.start..span.end)?;
    Some(slice.iter().collect())
}

fn outside(record: &Record, place: &str, span: &Span) -> Option<String> {
    let empty = sliced(record, span).is_none_or(|slice| slice.is_empty());
    empty.then(|| format!("{place}: {span:?} slices nothing from its page"))
}

fn spans(record: &Record) -> impl Iterator<Item = (String, &Span)> {
    let fields = record
        .fields
        .iter()
        .map(|(name, field)| (format!("fields/{name}"), &field.span));
    let sections = record.sections.iter().flat_map(|section| {
        let place = format!("sections/{}", section.heading);
        section.spans.iter().map(move |span| (place.clone(), span))
    });
    let people = record
        .people
        .iter()
        .map(|person| (format!("people/{}", person.name), &person.span));
    let items = record.budget.iter().flat_map(|budget| &budget.items);
    let items = items.map(|item| (format!("budget/{}", item.label), &item.span));
    let choices = record
        .choices
        .iter()
        .map(|choice| (format!("choices/{}", choice.label), &choice.span));
    fields
        .chain(sections)
        .chain(people)
        .chain(items)
        .chain(choices)
}

fn fields(record: &Record) -> impl Iterator<Item = String> {
    record.fields.iter().filter_map(|(name, field)| {
        let slice = sliced(record, &field.span);
        (slice.as_deref() != Some(&field.raw))
            .then(|| format!("fields/{name}: {slice:?} is not {:?}", field.raw))
    })
}

/// A heading inside a section stands in that section's text as well. The front page of a form is inside none.
fn levels(record: &Record) -> impl Iterator<Item = String> {
    let mut outer = None;
    record.sections.iter().filter_map(move |section| {
        if section.level == 1 {
            outer = Some(section);
            return None;
        }
        let holds = outer.is_none_or(|outer| {
            words(&outer.text).contains(&words(&section.heading).trim().to_owned())
        });
        (!holds).then(|| format!("sections/{}: not in its section's text", section.heading))
    })
}

/// The words of a text with single spaces around each.
pub(crate) fn words(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    format!(" {} ", words.join(" "))
}

/// What is absent is absent. Empty may be the text of a page without words, the text under a heading
/// that nobody wrote under, and the heading of text that stands before any.
fn empty_string(path: &str, value: &Value) -> Option<String> {
    match value {
        Value::String(text) => {
            let may = path.ends_with("/text") && !path.starts_with("/letterhead")
                || path.starts_with("/sections/") && path.ends_with("/heading");
            (text.trim().is_empty() && !may).then(|| format!("{path} is empty"))
        }
        Value::Array(values) => values
            .iter()
            .enumerate()
            .find_map(|(index, value)| empty_string(&format!("{path}/{index}"), value)),
        Value::Object(values) => values
            .iter()
            .find_map(|(name, value)| empty_string(&format!("{path}/{name}"), value)),
        _ => None,
    }
}
