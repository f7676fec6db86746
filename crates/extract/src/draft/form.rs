//! What do the copies share?
//!
//! A label, question, heading or list that stands in every copy is the form's. What stands in only
//! one of several is most likely what somebody wrote.

use std::collections::BTreeSet;

use super::{
    Request, fold,
    naming::field_name,
    sample::{Labelled, Sample},
};
use crate::profile::Label;
use diarium_document::FieldType;

/// The form, as far as the copies show it.
#[derive(Debug, Default)]
pub(super) struct Form {
    pub copies: usize,
    pub fields: Vec<DraftField>,
    pub questions: Vec<(String, String)>,
    pub headings: Vec<String>,
    /// Name and heading of each list.
    pub lists: Vec<(String, String)>,
    pub groups: Vec<String>,
    pub boxes: usize,
    /// The form's name and what stands beside it.
    pub head: Vec<String>,
    pub letterhead: Vec<String>,
    /// Labels that only some of the copies have.
    pub doubtful: Vec<String>,
}

/// A field of the form.
#[derive(Debug, Clone)]
pub struct DraftField {
    /// Its name in records.
    pub name: String,
    /// The label as the form prints it.
    pub label: String,
    /// The type of its values.
    pub kind: FieldType,
    /// The shared vocabulary knows label and type already.
    pub shared: bool,
    /// Every copy has a value for it.
    pub always: bool,
}

impl DraftField {
    /// The type as a profile writes it.
    pub fn type_name(&self) -> &'static str {
        match self.kind {
            FieldType::Text | FieldType::Other => "text",
            FieldType::Name => "name",
            FieldType::Amount => "amount",
            FieldType::Integer => "integer",
            FieldType::Date => "date",
            FieldType::Period => "period",
            FieldType::Email => "email",
            FieldType::Phone => "phone",
            FieldType::Identifier => "identifier",
        }
    }

    /// The names under which records hold its value: two for a period.
    pub fn record_names(&self) -> Vec<String> {
        match self.kind {
            FieldType::Period => ["start", "end"]
                .map(|end| format!("{}_{end}", self.name))
                .into(),
            _ => vec![self.name.clone()],
        }
    }
}

/// Words in labels above a person's name.
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
/// Words in labels beside a sum of money.
const MONEY_WORDS: [&str; 9] = [
    "belopp", "kostnad", "budget", "summa", "bidrag", "avgift", "intäkt", "utgift", "kronor",
];

/// The form that the samples are copies of.
pub(super) fn of(samples: &[Sample], request: &Request<'_>) -> Form {
    let Some(first) = samples.first() else {
        return Form::default();
    };
    let shared = |line: &&String| samples.iter().all(|sample| has_line(sample, line));
    let keep = |lines: &[String]| -> Vec<String> { unique(lines.iter().filter(shared)) };
    let (labels, doubtful) = labels(samples);
    Form {
        copies: samples.len(),
        fields: fields(&labels, samples, request),
        questions: questions(first, samples),
        headings: keep(&first.headings),
        lists: keep(&first.lists)
            .into_iter()
            .map(|heading| (list_name(&heading, request), heading))
            .collect(),
        groups: keep(&first.groups),
        boxes: first.boxes,
        head: keep(&first.head),
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
        doubtful,
    }
}

/// The first copy's numbered headings that all copies have.
fn questions(first: &Sample, samples: &[Sample]) -> Vec<(String, String)> {
    let asks = |sample: &Sample, title: &str| {
        let mut questions = sample.questions.iter();
        questions.any(|(_, other)| fold(other) == fold(title))
    };
    let questions = first.questions.iter();
    questions
        .filter(|(_, title)| samples.iter().all(|sample| asks(sample, title)))
        .cloned()
        .collect()
}

/// A list that another kind has under such a heading keeps its name.
fn list_name(heading: &str, request: &Request<'_>) -> String {
    let mut lists = request.profiles.iter().flat_map(|profile| &profile.lists);
    let same = |known: &String| fold(known) == fold(heading);
    lists
        .find(|list| list.headings.iter().any(same))
        .map_or_else(
            || field_name(heading, FieldType::Text),
            |list| list.name.clone(),
        )
}

/// Whether a copy has a line that says this, or begins with it as a label.
fn has_line(sample: &Sample, line: &str) -> bool {
    let folded = fold(line);
    sample.lines.contains(&folded)
        || sample
            .lines
            .range(folded.clone()..)
            .next()
            .is_some_and(|next| next.starts_with(&folded))
}

fn unique<'t>(lines: impl Iterator<Item = &'t String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    lines
        .filter(|line| seen.insert(fold(line)))
        .cloned()
        .collect()
}

/// The first copy's labels that all copies have, and those of any copy that only some have.
fn labels(samples: &[Sample]) -> (Vec<String>, Vec<String>) {
    let all = samples
        .iter()
        .flat_map(|sample| sample.labels.iter().map(|labelled| &labelled.label));
    let has = |sample: &Sample, label: &str| {
        let mut labels = sample.labels.iter();
        labels.any(|labelled| fold(&labelled.label) == fold(label))
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
        let kind = kind_of(label, &values, request);
        let known = known(label, request)
            .filter(|known| known.field_type != FieldType::Other && accepts(known.field_type, kind))
            .filter(|known| fields.iter().all(|field| field.name != known.field));
        let (name, kind, shared) = match known {
            Some(known) => (known.field.clone(), known.field_type, true),
            None => (free_name(label, kind, &fields), kind, false),
        };
        fields.push(DraftField {
            name,
            label: label.clone(),
            kind,
            shared,
            always: values.len() == samples.len(),
        });
    }
    fields
}

fn value_of<'s>(sample: &'s Sample, label: &str) -> Option<&'s str> {
    let same = |labelled: &&Labelled| fold(&labelled.label) == fold(label);
    sample.labels.iter().find(same)?.value.as_deref()
}

/// What the shared vocabulary says of a label.
fn known<'r>(label: &str, request: &'r Request<'_>) -> Option<&'r Label> {
    let vocabulary = &request.profiles.get("document")?.vocabulary;
    let folded = fold(label);
    vocabulary
        .labels()
        .iter()
        .find(|known| known.normalized == folded || is_opened(known, &folded))
}

/// `kontaktperson för gruppen`, where `Kontaktperson …` is known.
fn is_opened(known: &Label, folded: &str) -> bool {
    let rest = folded.strip_prefix(known.normalized.as_str());
    let words = rest.filter(|rest| rest.starts_with(' '));
    known.open && words.is_some_and(|words| words.split_whitespace().count() <= 5)
}

/// Whether a field of a type can hold values that look like another.
fn accepts(kind: FieldType, values: FieldType) -> bool {
    match kind {
        FieldType::Text => true,
        FieldType::Name => matches!(values, FieldType::Text | FieldType::Name),
        FieldType::Amount => matches!(values, FieldType::Amount | FieldType::Integer),
        FieldType::Identifier => matches!(
            values,
            FieldType::Identifier | FieldType::Integer | FieldType::Phone
        ),
        kind => kind == values,
    }
}

/// The type that all the values have; for words and numbers the label tells more.
fn kind_of(label: &str, values: &[&str], request: &Request<'_>) -> FieldType {
    let label = label.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| label.contains(word));
    let mut kinds: Vec<FieldType> = values
        .iter()
        .map(|value| match (request.type_of)(value) {
            FieldType::Integer if says(&MONEY_WORDS) => FieldType::Amount,
            FieldType::Text if says(&PERSON_WORDS) && is_name(value) => FieldType::Name,
            kind => kind,
        })
        .collect();
    kinds.dedup();
    match kinds.as_slice() {
        [] => known(&label, request).map_or(FieldType::Text, |known| match known.field_type {
            FieldType::Other => FieldType::Text,
            kind => kind,
        }),
        [kind] => *kind,
        mixed
            if mixed
                .iter()
                .all(|kind| accepts(FieldType::Identifier, *kind)) =>
        {
            FieldType::Identifier
        }
        _ => FieldType::Text,
    }
}

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

/// A name that no other field of the form has.
fn free_name(label: &str, kind: FieldType, fields: &[DraftField]) -> String {
    let name = field_name(label, kind);
    let taken = |name: &str| fields.iter().any(|field| field.name == name);
    if !taken(&name) {
        return name;
    }
    (2..)
        .map(|number| format!("{name}_{number}"))
        .find(|name| !taken(name))
        .unwrap_or(name)
}
