//! What does gold say, and of which document?
//!
//! Gold has the shape of a record, with only the parts in it that somebody has looked up. A field
//! is a plain value or an object with a `value`; `null` says that the document has none.

use std::collections::BTreeMap;

use serde::Deserialize;

use diarium_document::FieldValue;

/// The keys of a record, which gold may have, and the one that only gold has.
const KEYS: [&str; 19] = [
    "complete",
    "schema",
    "id",
    "kind",
    "kind_confidence",
    "title",
    "language",
    "source",
    "pages",
    "letterhead",
    "fields",
    "sections",
    "people",
    "budget",
    "choices",
    "lists",
    "related",
    "warnings",
    "$schema",
];

/// What a person says that stands in one document.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Gold {
    /// The document: its source's path, with or without extension, or its file name.
    #[serde(skip)]
    pub name: String,
    /// All the fields that the document has are here: any other in the record is wrong.
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

/// A field's value, bare or as a record has it.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum GoldField {
    Bare(FieldValue),
    Object { value: FieldValue },
}

impl GoldField {
    pub(super) fn value(&self) -> &FieldValue {
        match self {
            Self::Bare(value) | Self::Object { value } => value,
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
    pub stated_total_sek: Option<i64>,
    pub items: Option<Vec<GoldItem>>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct GoldItem {
    pub label: String,
    pub amount_sek: i64,
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

/// Gold that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum GoldError {
    /// It is not JSON of that shape.
    #[error("{0}")]
    Shape(#[from] serde_json::Error),
    /// It has a key that no record has: most likely a slip, and what stands there would be passed over.
    #[error("no record has a key `{0}`; see docs/evaluation.md for those that gold may have")]
    UnknownKey(String),
    /// A line of many has to say of which document it is.
    #[error("says of no document that it is about; give \"source\": {{\"path\": …}}")]
    Nameless,
}

/// Several records could be the one that gold speaks of.
#[derive(Debug, thiserror::Error)]
#[error("{name} could be {first} or {second}; give the path with its extension")]
pub struct Ambiguous {
    /// What gold says.
    pub name: String,
    /// One record's source.
    pub first: String,
    /// Another's.
    pub second: String,
}

impl Gold {
    /// Reads one object. It is about the source that it names, else about `name`.
    ///
    /// # Errors
    /// If it is no gold, or says of no document that it is about.
    pub fn parse(json: &str, name: Option<&str>) -> Result<Self, GoldError> {
        let value: serde_json::Value = serde_json::from_str(json)?;
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

    /// Which of the sources' paths it speaks of: the one of that path; else that path but for the
    /// extension; else, wherever it lies, that file name; else that name but for the extension.
    ///
    /// # Errors
    /// If two are equally near.
    pub fn find<'s>(&self, sources: &'s [String]) -> Result<Option<&'s String>, Ambiguous> {
        let name = self.name.as_str();
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

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn without_extension(path: &str) -> &str {
    match path.rsplit_once('.') {
        Some((stem, extension)) if !extension.contains('/') && !file_name(stem).is_empty() => stem,
        _ => path,
    }
}
