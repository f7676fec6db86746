//! Ground truth ("gold"): the expected values of a document, as JSON.
//!
//! Ground truth has the structure of a record, with only the parts that a person has checked. A field is
//! a plain value or an object with a `value`; `null` means that the document does not have the field.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use diarium_document::{Budget, FieldValue, Record, Section};

/// The keys of a record, and those that only ground truth has.
const KEYS: [&str; 23] = [
    "complete",
    "schema",
    "id",
    "kind",
    "kind_confidence",
    "title",
    "title_span",
    "language",
    "source",
    "pages",
    "letterhead",
    "fields",
    "other",
    "sections",
    "people",
    "budget",
    "choices",
    "lists",
    "list_spans",
    "items",
    "related",
    "warnings",
    "$schema",
];

/// The expected values of one document.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Gold {
    /// The document: its source's path, with or without extension, or its file name.
    #[serde(skip)]
    pub name: String,
    /// Whether all fields of the document are here: any other field in the record is wrong.
    #[serde(default)]
    pub complete: bool,
    /// The document's type.
    pub kind: Option<String>,
    /// Its title.
    pub title: Option<String>,
    #[serde(default)]
    pub(super) fields: BTreeMap<String, Option<GoldField>>,
    pub(super) sections: Option<Vec<GoldSection>>,
    pub(super) people: Option<Vec<GoldPerson>>,
    pub(super) budget: Option<GoldBudget>,
    pub(super) choices: Option<Vec<GoldChoice>>,
    #[serde(default)]
    pub(super) lists: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(super) pages: Vec<GoldPage>,
    source: Option<GoldSource>,
}

/// A field: a plain value, or an object as in a record.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum GoldField {
    Plain(FieldValue),
    Object { value: FieldValue },
}

impl GoldField {
    pub(super) fn value(&self) -> &FieldValue {
        match self {
            Self::Plain(value) | Self::Object { value } => value,
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct GoldSection {
    pub number: Option<String>,
    pub heading: String,
    #[serde(default = "top_level")]
    pub level: u8,
    pub text: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct GoldPage {
    pub number: u32,
    pub text: Option<String>,
}

fn top_level() -> u8 {
    1
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct GoldPerson {
    pub name: String,
    pub organisation: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct GoldBudget {
    pub currency: Option<String>,
    #[serde(alias = "stated_total_sek")]
    pub stated_total: Option<i64>,
    pub items: Option<Vec<GoldItem>>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct GoldItem {
    pub label: String,
    #[serde(alias = "amount_sek")]
    pub amount: i64,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct GoldChoice {
    pub label: String,
    pub checked: Option<bool>,
}

#[derive(Debug, Clone, Deserialize)]
struct GoldSource {
    path: String,
}

/// Invalid ground truth.
#[derive(Debug, thiserror::Error)]
pub enum GoldError {
    /// It is not JSON, or has another structure.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// It has an unknown key: most likely a misspelled one, whose value would be ignored.
    #[error("unknown key `{0}`; docs/evaluation.md lists the keys of gold")]
    UnknownKey(String),
    /// It does not name its document, which a line of a JSON Lines file must.
    #[error("names no document; add \"source\": {{\"path\": …}}")]
    Nameless,
}

/// Several records match the name of the document.
#[derive(Debug, thiserror::Error)]
#[error("{name} could be {first} or {second}; give the path with its extension")]
pub struct Ambiguous {
    /// The name in the ground truth.
    pub name: String,
    /// The source path of one record.
    pub first: String,
    /// The source path of another.
    pub second: String,
}

impl Gold {
    /// Parses one object. Its document is the source that it names, or `name`.
    ///
    /// # Errors
    /// If it is invalid, or does not name its document.
    pub fn parse(json: &str, name: Option<&str>) -> Result<Self, GoldError> {
        let value: Value = serde_json::from_str(json)?;
        // Checked here, not with `deny_unknown_fields`: ground truth may be a whole record, whose other
        // keys are ignored, so that only misspelled keys are errors.
        let unknown = value
            .as_object()
            .and_then(|object| object.keys().find(|key| !KEYS.contains(&key.as_str())));
        if let Some(key) = unknown {
            return Err(GoldError::UnknownKey(key.clone()));
        }
        let mut gold: Self = serde_json::from_value(value)?;
        let stated = gold.source.as_ref().map(|source| source.path.as_str());
        gold.name = stated.or(name).ok_or(GoldError::Nameless)?.to_owned();
        Ok(gold)
    }

    /// The source path that its name means: the same path; or the path without its extension; or the file
    /// name, in any folder; or the file name without its extension.
    ///
    /// # Errors
    /// If two sources match equally well.
    pub fn find_source<'s>(&self, sources: &'s [String]) -> Result<Option<&'s String>, Ambiguous> {
        let name = self.name.as_str();
        // From the strictest to the loosest rule; a looser rule applies only if no source matches a
        // stricter one.
        let rules: [&dyn Fn(&str) -> bool; 4] = [
            &|source| source == name,
            &|source| without_extension(source) == name,
            &|source| file_name(source) == file_name(name),
            &|source| without_extension(file_name(source)) == file_name(name),
        ];
        for rule in rules {
            let mut found = sources.iter().filter(|source| rule(source));
            match (found.next(), found.next()) {
                (None, _) => {}
                (only, None) => return Ok(only),
                (Some(first), Some(second)) => {
                    return Err(Ambiguous {
                        name: self.name.clone(),
                        first: first.clone(),
                        second: second.clone(),
                    });
                }
            }
        }
        Ok(None)
    }
}

/// Drafts ground truth from a record, for a person to correct. It is complete, so that additional values
/// are mistakes. Confidences and spans are left out: they may change without a value being wrong.
pub fn draft_gold(record: &Record) -> Value {
    let mut gold = Map::new();
    gold.insert("complete".to_owned(), json!(true));
    gold.insert("kind".to_owned(), json!(record.kind));
    if let Some(title) = &record.title {
        gold.insert("title".to_owned(), json!(title));
    }
    let fields = record.fields.iter();
    let fields: Map<String, Value> = fields
        .map(|(name, field)| (name.clone(), json!(field.value)))
        .collect();
    gold.insert("fields".to_owned(), Value::Object(fields));
    // Sections of level 2 are in the text of level 1 as well: a person would check everything twice.
    let top = record.sections.iter().filter(|section| section.level == 1);
    gold.insert("sections".to_owned(), top.map(gold_section).collect());
    let people = record
        .people
        .iter()
        .map(|person| json!({ "name": person.name, "organisation": person.organisation }));
    gold.insert("people".to_owned(), people.collect());
    if let Some(budget) = &record.budget {
        gold.insert("budget".to_owned(), gold_budget(budget));
    }
    let choices = record.choices.iter();
    let choices = choices.map(|choice| json!({ "label": choice.label, "checked": choice.checked }));
    gold.insert("choices".to_owned(), choices.collect());
    gold.insert("lists".to_owned(), json!(record.lists));
    Value::Object(gold)
}

fn gold_budget(budget: &Budget) -> Value {
    let amount = budget.key("amount");
    let items: Vec<Value> = budget
        .items
        .iter()
        .map(|item| json!({ "label": item.label, amount.as_str(): item.amount }))
        .collect();
    let mut gold = json!({ budget.key("stated_total"): budget.stated_total, "items": items });
    if let Some(currency) = &budget.currency {
        gold["currency"] = json!(currency);
    }
    gold
}

fn gold_section(section: &Section) -> Value {
    json!({ "number": section.number, "heading": section.heading, "text": section.text })
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn without_extension(path: &str) -> &str {
    match path.rsplit_once('.') {
        // `a.b/c` has no extension, and `.b` is a name.
        Some((stem, extension)) if !extension.contains('/') && !file_name(stem).is_empty() => stem,
        _ => path,
    }
}
