//! What may stand in a profile's TOML, and how does it become a [`Profile`]?
//!
//! The types here mirror the TOML key for key; a key that is not here is refused by name. Compiling
//! checks what TOML cannot say: that patterns are regular expressions.

use std::collections::BTreeMap;

use regex::Regex;
use serde::Deserialize;

use diarium_document::FieldType;

use super::{Error, Profile, Vocabulary, lint};

/// A profile as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Declaration {
    pub name: String,
    version: u32,
    description: String,
    #[serde(default)]
    recognize: Recognize,
    #[serde(default)]
    sections: Sections,
    #[serde(default)]
    fields: BTreeMap<String, FieldDeclaration>,
    #[serde(default)]
    lists: BTreeMap<String, ListHeadings>,
    #[serde(default)]
    title: TitlePlace,
    #[serde(default)]
    people: People,
    #[serde(default)]
    pub letterhead: Vec<String>,
    #[serde(default = "default_threshold")]
    threshold: f64,
}

fn default_threshold() -> f64 {
    0.7
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Recognize {
    #[serde(default)]
    minimum: f64,
    #[serde(default)]
    evidence: Vec<EvidenceDeclaration>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EvidenceDeclaration {
    pattern: String,
    weight: f64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sections {
    #[serde(default)]
    style: SectionStyle,
    #[serde(default)]
    headings: Vec<String>,
    #[serde(default)]
    questions: Vec<Question>,
}

/// How the sections of a kind are marked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SectionStyle {
    /// By numbers; headings without one stand inside a section.
    Numbered,
    /// By the headings that the profile names; numbers are lists.
    Named,
    /// By the profile's headings, by numbers and by the look of the lines, whichever there are.
    #[default]
    Free,
}

/// Where the title of a kind stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TitlePlace {
    /// At the document's head: its first heading, its largest type, its first line.
    #[default]
    Head,
    /// Directly above the box of labels and values, whatever stands before it.
    AboveBox,
}

/// One of a form's own questions.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its number as printed, such as `3` or `3a`.
    pub number: String,
    /// Its words, or the first of them where the form's editions differ.
    pub heading: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldDeclaration {
    #[serde(rename = "type")]
    pub kind: Option<FieldType>,
    #[serde(default)]
    pub labels: Vec<String>,
    #[serde(default)]
    pub required: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListHeadings {
    headings: Vec<String>,
}

/// A named list and the headings that it stands under.
#[derive(Debug, Clone)]
pub struct ListDeclaration {
    /// Its name in the record.
    pub name: String,
    /// The headings, any of which begins it.
    pub headings: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct People {
    #[serde(default)]
    labels: Vec<String>,
}

/// Something in a text that speaks for or against a kind.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// What is looked for in the clean text.
    pub pattern: Regex,
    /// What finding it is worth; negative where it speaks against the kind.
    pub weight: f64,
}

/// What all profiles share.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shared {
    pub fields: BTreeMap<String, FieldDeclaration>,
    #[serde(default)]
    pub other_labels: Vec<String>,
    #[serde(default)]
    pub letterhead: Vec<String>,
    #[serde(default)]
    pub stamps: Vec<String>,
    #[serde(default)]
    pub headings: Vec<String>,
}

/// Reads the shared vocabulary.
pub(super) fn parse_shared(file: &str, text: &str) -> Result<Shared, Error> {
    toml::from_str(text).map_err(|error| invalid(file, text, &error))
}

/// Compiles patterns of which each must match a whole line.
pub(super) fn compile_lines(file: &str, patterns: &[String]) -> Result<Vec<Regex>, Error> {
    patterns
        .iter()
        .map(|pattern| compile(file, &format!("^(?:{pattern})$")))
        .collect()
}

/// Compiles patterns that may match anywhere.
pub(super) fn compile_all(file: &str, patterns: &[String]) -> Result<Vec<Regex>, Error> {
    patterns
        .iter()
        .map(|pattern| compile(file, pattern))
        .collect()
}

impl Declaration {
    /// Reads a profile; what is wrong is told with the line it stands on.
    pub(super) fn parse(file: &str, text: &str) -> Result<Self, Error> {
        toml::from_str(text).map_err(|error| invalid(file, text, &error))
    }

    /// Compiles the patterns and lays the profile's labels over the shared ones.
    pub(super) fn compile(self, file: &str, text: &str, shared: &Shared) -> Result<Profile, Error> {
        let evidence = self
            .recognize
            .evidence
            .iter()
            .map(|evidence| {
                Ok(Evidence {
                    pattern: compile(file, &evidence.pattern)?,
                    weight: evidence.weight,
                })
            })
            .collect::<Result<_, Error>>()?;
        let required = self
            .fields
            .iter()
            .filter(|(_, field)| field.required)
            .map(|(name, _)| name.clone())
            .collect();
        let lists = self
            .lists
            .into_iter()
            .map(|(name, list)| ListDeclaration {
                name,
                headings: list.headings,
            })
            .collect();
        let vocabulary = Vocabulary::new(shared, &self.fields);
        let mut headings = self.sections.headings;
        if self.sections.style == SectionStyle::Free {
            headings.extend(shared.headings.iter().cloned());
        }
        Ok(Profile {
            name: self.name,
            version: self.version,
            description: self.description,
            minimum: self.recognize.minimum,
            evidence,
            sections: self.sections.style,
            questions: self.sections.questions,
            headings,
            title: self.title,
            vocabulary,
            lists,
            people: self.people.labels,
            required,
            threshold: self.threshold,
            source: text.to_owned(),
        })
    }
}

fn compile(file: &str, pattern: &str) -> Result<Regex, Error> {
    Regex::new(pattern).map_err(|error| Error::Pattern {
        name: file.to_owned(),
        pattern: pattern.to_owned(),
        message: error.to_string(),
    })
}

fn invalid(file: &str, text: &str, error: &toml::de::Error) -> Error {
    let line = error.span().map(|span| line_of(text, span.start));
    let place = line.map_or(file.to_owned(), |line| format!("{file}:{line}"));
    let message = error.message().replace('\n', " ");
    Error::Invalid {
        message: format!("{message}{}", suggestion(&message)),
        name: place,
    }
}

/// The key that was most likely meant, of those that the parser lists after the unknown one.
fn suggestion(message: &str) -> String {
    let mut words = message.split('`').skip(1).step_by(2);
    let (Some(written), keys) = (words.next(), words.collect::<Vec<_>>()) else {
        return String::new();
    };
    match lint::nearest(written, &keys) {
        Some(key) => format!("; did you mean {key}?"),
        None => String::new(),
    }
}

/// The line on which a byte of a text stands, from 1.
pub(super) fn line_of(text: &str, byte: usize) -> usize {
    let before = text.get(..byte).unwrap_or(text);
    before.bytes().filter(|&byte| byte == b'\n').count() + 1
}
