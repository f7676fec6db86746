//! Form inference: the labels, questions and headings that all copies of a form share.
//!
//! A line in every copy belongs to the form. A line in only one of several copies was most likely written
//! by its author.

use std::collections::BTreeSet;

use super::{
    Request,
    naming::field_name,
    normalize_line,
    sample::{LabelWithValue, Sample},
};
use crate::profile::Label;
use diarium_document::FieldType;

/// The form, as far as the copies reveal it.
#[derive(Debug, Default)]
pub(super) struct Form {
    pub copies: usize,
    pub fields: Vec<DraftField>,
    /// Number and words of each question.
    pub questions: Vec<(String, String)>,
    pub headings: Vec<String>,
    /// Name and heading of each list.
    pub lists: Vec<(String, String)>,
    /// Labels above people, one a line.
    pub people_labels: Vec<String>,
    /// How many checkboxes the first copy has.
    pub checkboxes: usize,
    /// The first lines, among them the form's name.
    pub top_lines: Vec<String>,
    pub letterhead: Vec<String>,
    /// Labels that only some of the copies have.
    pub uncertain_labels: Vec<String>,
}

/// A field of the form.
#[derive(Debug, Clone)]
pub struct DraftField {
    /// Its name in records.
    pub name: String,
    /// The label as the form prints it.
    pub label: String,
    /// The type of its values.
    pub field_type: FieldType,
    /// Whether the shared vocabulary already has the label and its type.
    pub shared: bool,
    /// Whether every copy has a value for it.
    pub always: bool,
}

impl DraftField {
    /// The type as a profile writes it.
    pub fn type_name(&self) -> &'static str {
        match self.field_type {
            FieldType::Text | FieldType::Other => "text",
            FieldType::Name => "name",
            FieldType::Amount => "amount",
            FieldType::Integer => "integer",
            FieldType::Date => "date",
            FieldType::Period => "period",
            FieldType::Email => "email",
            FieldType::Phone => "phone",
            FieldType::Url => "url",
            FieldType::Identifier => "identifier",
            FieldType::OrganisationNumber => "organisation-number",
        }
    }

    /// The names of its values in records: two for a period.
    pub fn record_names(&self) -> Vec<String> {
        match self.field_type {
            FieldType::Period => ["start", "end"]
                .map(|end| format!("{}_{end}", self.name))
                .into(),
            _ => vec![self.name.clone()],
        }
    }
}

/// Words that mark the label of a person's name.
const PERSON_WORDS: [&str; 9] = [
    "person",
    "ordförande",
    "kassör",
    "ansvarig",
    "ledare",
    "firmatecknare",
    "handläggare",
    "ombud",
    "sekreterare",
];
/// Words that mark the label of an amount of money.
const MONEY_WORDS: [&str; 9] = [
    "belopp", "kostnad", "budget", "summa", "bidrag", "avgift", "intäkt", "utgift", "kronor",
];

/// Infers the form that the samples are copies of.
pub(super) fn infer_form(samples: &[Sample], request: &Request<'_>) -> Form {
    // What all copies share is in the first one, too, in the order of the form.
    let Some(first) = samples.first() else {
        return Form::default();
    };
    let is_shared = |line: &&String| samples.iter().all(|sample| has_line(sample, line));
    let shared_lines = |lines: &[String]| -> Vec<String> { unique(lines.iter().filter(is_shared)) };
    let (labels, uncertain_labels) = labels(samples);
    Form {
        copies: samples.len(),
        fields: fields(&labels, samples, request),
        questions: questions(first, samples),
        headings: shared_lines(&first.headings),
        lists: shared_lines(&first.lists)
            .into_iter()
            .map(|heading| (list_name(&heading, request), heading))
            .collect(),
        people_labels: shared_lines(&first.people_labels),
        checkboxes: first.checkboxes,
        top_lines: shared_lines(&first.top_lines),
        letterhead: first
            .letterhead
            .iter()
            .filter(|text| {
                samples
                    .iter()
                    .all(|sample| sample.letterhead.contains(*text))
            })
            .cloned()
            .collect(),
        uncertain_labels,
    }
}

/// The first copy's numbered headings that all copies have.
fn questions(first: &Sample, samples: &[Sample]) -> Vec<(String, String)> {
    let has_question = |sample: &Sample, title: &str| {
        let mut questions = sample.questions.iter();
        questions.any(|(_, other)| normalize_line(other) == normalize_line(title))
    };
    let questions = first.questions.iter();
    questions
        .filter(|(_, title)| samples.iter().all(|sample| has_question(sample, title)))
        .cloned()
        .collect()
}

/// The name of a list: the one that another kind gives to a list with this heading, or a new one.
fn list_name(heading: &str, request: &Request<'_>) -> String {
    let mut lists = request.profiles.iter().flat_map(|profile| &profile.lists);
    let same = |known: &String| normalize_line(known) == normalize_line(heading);
    lists
        .find(|list| list.headings.iter().any(same))
        .map_or_else(
            || field_name(heading, FieldType::Text),
            |list| list.name.clone(),
        )
}

/// Whether a copy has a line that is this one or begins with it as a label.
fn has_line(sample: &Sample, line: &str) -> bool {
    let normalized = normalize_line(line);
    sample.lines.contains(&normalized)
        || sample
            .lines
            .range(normalized.clone()..)
            .next()
            .is_some_and(|next| next.starts_with(&normalized))
}

fn unique<'t>(lines: impl Iterator<Item = &'t String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    lines
        .filter(|line| seen.insert(normalize_line(line)))
        .cloned()
        .collect()
}

/// The first copy's labels that all copies have, and those of any copy that only some have.
fn labels(samples: &[Sample]) -> (Vec<String>, Vec<String>) {
    let all = samples
        .iter()
        .flat_map(|sample| sample.labels.iter().map(|labeled| &labeled.label));
    let has = |sample: &Sample, label: &str| {
        let mut labels = sample.labels.iter();
        labels.any(|labeled| normalize_line(&labeled.label) == normalize_line(label))
    };
    unique(all)
        .into_iter()
        .partition(|label| samples.iter().all(|sample| has(sample, label)))
}

fn fields(labels: &[String], samples: &[Sample], request: &Request<'_>) -> Vec<DraftField> {
    let mut fields: Vec<DraftField> = Vec::new();
    for label in labels {
        let values: Vec<&str> = samples
            .iter()
            .filter_map(|sample| value_of(sample, label))
            .collect();
        let inferred = infer_field_type(label, &values, request);
        let known = shared_label(label, request)
            .filter(|known| {
                known.field_type != FieldType::Other && accepts(known.field_type, inferred)
            })
            .filter(|known| fields.iter().all(|field| field.name != known.field));
        let (name, field_type, shared) = match known {
            Some(known) => (known.field.clone(), known.field_type, true),
            None => (unique_name(label, inferred, &fields), inferred, false),
        };
        fields.push(DraftField {
            name,
            label: label.clone(),
            field_type,
            shared,
            always: values.len() == samples.len(),
        });
    }
    fields
}

fn value_of<'s>(sample: &'s Sample, label: &str) -> Option<&'s str> {
    let same = |labeled: &&LabelWithValue| normalize_line(&labeled.label) == normalize_line(label);
    sample.labels.iter().find(same)?.value.as_deref()
}

/// The shared label that a label is or begins with.
fn shared_label<'r>(label: &str, request: &'r Request<'_>) -> Option<&'r Label> {
    let vocabulary = &request.profiles.get("document")?.vocabulary;
    let normalized = normalize_line(label);
    vocabulary
        .labels()
        .find(|known| known.normalized == normalized || is_continuation_of(known, &normalized))
}

/// Whether a label is an open one with more words: `kontaktperson för gruppen` for `Kontaktperson …`.
fn is_continuation_of(known: &Label, normalized: &str) -> bool {
    let rest = normalized.strip_prefix(known.normalized.as_str());
    let words = rest.filter(|rest| rest.starts_with(' '));
    known.open && words.is_some_and(|words| words.split_whitespace().count() <= 5)
}

/// Whether a field of one type accepts values whose inferred type is another.
fn accepts(field_type: FieldType, inferred: FieldType) -> bool {
    match field_type {
        FieldType::Text => true,
        FieldType::Name => matches!(inferred, FieldType::Text | FieldType::Name),
        FieldType::Amount => matches!(inferred, FieldType::Amount | FieldType::Integer),
        FieldType::Identifier | FieldType::OrganisationNumber => matches!(
            inferred,
            FieldType::Identifier | FieldType::Integer | FieldType::Phone
        ),
        exact => exact == inferred,
    }
}

/// The type of all the values. For words and numbers, the label decides as well.
fn infer_field_type(label: &str, values: &[&str], request: &Request<'_>) -> FieldType {
    let label = label.to_lowercase();
    let mentions = |words: &[&str]| words.iter().any(|word| label.contains(word));
    let mut types: Vec<FieldType> = values
        .iter()
        .map(|value| match (request.infer_type)(value) {
            FieldType::Integer if mentions(&MONEY_WORDS) => FieldType::Amount,
            FieldType::Text if mentions(&PERSON_WORDS) && is_name(value) => FieldType::Name,
            inferred => inferred,
        })
        .collect();
    types.dedup();
    match types.as_slice() {
        [] => match shared_label(&label, request).map(|known| known.field_type) {
            None | Some(FieldType::Other) => FieldType::Text,
            Some(known) => known,
        },
        [only] => *only,
        // Case numbers of one register are written in several ways: `KN 2019/0417`, `417`.
        mixed if mixed.iter().all(|one| accepts(FieldType::Identifier, *one)) => {
            FieldType::Identifier
        }
        _ => FieldType::Text,
    }
}

/// Whether a value is two to four capitalized words without digits.
fn is_name(value: &str) -> bool {
    let words: Vec<&str> = value.split_whitespace().collect();
    (2..=4).contains(&words.len())
        && words
            .iter()
            .all(|word| word.starts_with(char::is_uppercase))
        && value
            .chars()
            .all(|letter| letter.is_alphabetic() || matches!(letter, ' ' | '-' | '.'))
}

/// A name for a field that no other field of the form has.
fn unique_name(label: &str, field_type: FieldType, fields: &[DraftField]) -> String {
    let name = field_name(label, field_type);
    let is_taken = |name: &str| fields.iter().any(|field| field.name == name);
    if !is_taken(&name) {
        return name;
    }
    (2..)
        .map(|number| format!("{name}_{number}"))
        .find(|name| !is_taken(name))
        .unwrap_or(name)
}
