//! Profile declarations: the TOML of a profile and its compilation.
//!
//! The types mirror the TOML key by key. An unknown key is an error that names it and suggests a known
//! one. Compilation checks what the TOML parser cannot: that patterns are regular expressions.

use std::{collections::BTreeMap, sync::Arc};

use regex::Regex;
use serde::Deserialize;

use diarium_document::FieldType;

use super::{
    BudgetWords, Error, HeadingWords, Profile, Vocabulary,
    built_in::{BUDGET, BUDGET_FILE, HEADINGS, HEADINGS_FILE},
    labels::LabelFile,
    suggest::nearest,
    vocabulary::{DeclaredLabel, LabelIndex},
};

/// A profile as written in TOML.
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
    title: TitlePosition,
    #[serde(default)]
    people: People,
    #[serde(default)]
    pub letterhead: Vec<String>,
    #[serde(default = "default_threshold")]
    threshold: f64,
}

/// The threshold of a profile that does not declare one.
// Labels without a colon are read with 0.75 or more. Only a value that is also uncertain for another
// reason, such as poor OCR, falls below.
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
    /// By numbers; a heading without a number is inside a section.
    Numbered,
    /// By the headings that the profile names; numbers are list items.
    Named,
    /// By the profile's headings, by numbers and by the layout of the lines, whichever there are.
    #[default]
    Free,
}

/// Where the title of a kind is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TitlePosition {
    /// At the top of the document: its first heading, its largest type, or its first line.
    #[default]
    Head,
    /// Directly above the fact box of labels and values, whatever precedes it.
    AboveBox,
}

/// One of a form's own questions.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its number as printed, such as `3` or `3a`.
    pub number: String,
    /// Its words, or only the first of them if editions of the form differ in the rest.
    pub heading: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldDeclaration {
    #[serde(rename = "type")]
    field_type: Option<FieldType>,
    #[serde(default)]
    labels: Vec<String>,
    #[serde(default)]
    required: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListHeadings {
    headings: Vec<String>,
}

/// A named list and the headings above it.
#[derive(Debug, Clone)]
pub struct ListDeclaration {
    /// Its name in the record.
    pub name: String,
    /// The headings, each of which begins the list.
    pub headings: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct People {
    #[serde(default)]
    labels: Vec<String>,
}

/// Evidence for or against a kind.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The pattern to find in the clean text.
    pub pattern: Regex,
    /// The weight of a match; negative for evidence against the kind.
    pub weight: f64,
}

/// The patterns and words that all kinds share, compiled.
#[derive(Debug)]
pub struct SharedPatterns {
    /// A line that names the type of the document, such as `Slutrapport för förstudien`.
    pub document_type_line: Regex,
    /// The words of headings without a number.
    pub heading_words: HeadingWords,
    /// A capitalized word that names the type of a document, such as `Slutrapport`.
    pub document_type_word: Regex,
    /// The beginning of a sentence: a noun phrase in capitals, then a finite verb, as in `Åsunda kommun har`.
    pub sentence_start: Regex,
    /// A line that is the name of an organization, such as `Åsunda kommun`.
    pub publisher_line: Regex,
    /// Words before a number that counts something and numbers no heading, in lowercase: `fas 1.`
    pub counted_words: Vec<String>,
    /// Words that number headings, in lowercase: `Fråga 3`.
    pub numbering_words: Vec<String>,
    /// Words that end no heading, in lowercase: `och`.
    pub open_words: Vec<String>,
    /// Headings of tables of contents, in lowercase.
    pub contents_words: Vec<String>,
    /// The text states that it continues in another document.
    pub continuation: Regex,
    /// An answer that a form prints beside a checkbox: yes or no, as a whole word.
    pub answers: Regex,
    /// The head of a column of names of people.
    pub name_heads: Regex,
    /// The head of a column of organizations.
    pub organisation_heads: Regex,
    /// The words of budgets.
    pub budget: BudgetWords,
    /// Hints of forms that stand where an answer goes, as whole answers: `Klicka här för att ange text`.
    pub placeholders: Vec<Regex>,
}

/// The shared vocabulary as written in TOML.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SharedDeclaration {
    pub fields: BTreeMap<String, FieldDeclaration>,
    pub letterhead: Vec<String>,
    pub stamps: Vec<String>,
    document_types: Vec<String>,
    publishers: Vec<String>,
    finite_verbs: Vec<String>,
    counted_words: Vec<String>,
    numbering_words: Vec<String>,
    open_words: Vec<String>,
    contents_words: Vec<String>,
    continuation: String,
    answers: Vec<String>,
    name_heads: Vec<String>,
    organisation_heads: Vec<String>,
    placeholders: Vec<String>,
}

impl SharedDeclaration {
    /// Parses the shared vocabulary.
    pub(super) fn parse(file: &str, text: &str) -> Result<Self, Error> {
        toml::from_str(text).map_err(|error| invalid(file, text, &error))
    }

    /// The type of a field that all kinds share.
    pub(super) fn field_type(&self, name: &str) -> Option<FieldType> {
        self.fields.get(name).and_then(|field| field.field_type)
    }

    /// Compiles the shared patterns.
    fn compile(&self, file: &str) -> Result<SharedPatterns, Error> {
        let document_types = alternatives(&self.document_types);
        let publishers = alternatives(&self.publishers);
        // Up to two words before the type's name, which may also end a compound word:
        // `Ansökan om utvecklingsmedel` | `Slutrapport för förstudien`
        let document_type_line =
            format!(r"(?i)^\W*(?:\p{{L}}+\s){{0,2}}\p{{L}}*(?:{document_types})\b.{{0,100}}$");
        // Nothing but a name of a few words that ends with one of them, perhaps in the definite form or with
        // a place after it: `Åsunda kommun` | `Socialnämnden` | `Länsstyrelsen i Norr` | `Region Norr`
        let publisher_line = format!(
            r"^\W*(?:(?:(?:\p{{Lu}}[\p{{L}}&./-]*,?|och|&)\s){{0,5}}\p{{L}}*(?i:{publishers})(?:en|et|n)?(?:\s(?:i\s|för\s)?\p{{Lu}}\p{{L}}+){{0,2}}|(?i:region) \p{{Lu}}\p{{L}}+)\W*$"
        );
        Ok(SharedPatterns {
            document_type_line: compile(file, &document_type_line)?,
            heading_words: HeadingWords::load(HEADINGS_FILE, HEADINGS)?,
            document_type_word: compile(
                file,
                &format!(r"\b(?:\p{{Lu}}\p{{L}}*)?(?i:{document_types})\b"),
            )?,
            sentence_start: compile(
                file,
                &format!(
                    r"\s(?P<start>\p{{Lu}}[\p{{L}}-]*(?:\s\p{{Lu}}[\p{{L}}-]*){{0,3}}(?:\s\p{{Ll}}[\p{{L}}-]*)?)\s(?:{})\s",
                    alternatives(&self.finite_verbs)
                ),
            )?,
            publisher_line: compile(file, &publisher_line)?,
            counted_words: self.counted_words.clone(),
            numbering_words: self.numbering_words.clone(),
            open_words: self.open_words.clone(),
            contents_words: self.contents_words.clone(),
            continuation: compile(file, &self.continuation)?,
            answers: compile(file, &format!(r"(?i)\b{}\b", alternatives(&self.answers)))?,
            name_heads: compile_words(file, &self.name_heads)?,
            organisation_heads: compile_words(file, &self.organisation_heads)?,
            budget: BudgetWords::load(BUDGET_FILE, BUDGET)?,
            placeholders: compile_lines(file, &self.placeholders)?,
        })
    }
}

/// Compiles words of which a text is one, in any case.
fn compile_words(file: &str, words: &[String]) -> Result<Regex, Error> {
    compile(file, &format!("(?i)^{}[:*]?$", alternatives(words)))
}

/// A group that matches any of the words.
fn alternatives(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| regex::escape(word)).collect();
    format!("(?:{})", words.join("|"))
}

/// What all kinds share, compiled once.
#[derive(Debug)]
pub(super) struct Common {
    patterns: Arc<SharedPatterns>,
    labels: Arc<LabelIndex>,
}

impl Common {
    /// Compiles the shared patterns, and the labels of all languages.
    pub(super) fn compile(file: &str, shared: &SharedDeclaration) -> Result<Self, Error> {
        let files = LabelFile::built_in()?;
        let labels = files.iter().flat_map(|file| file.labels(shared));
        let languages = files.iter().map(LabelFile::morphology).collect();
        Ok(Self {
            patterns: Arc::new(shared.compile(file)?),
            labels: Arc::new(LabelIndex::new(labels, languages)),
        })
    }

    /// Whether a normalized text is a label of all kinds.
    pub(super) fn has_label(&self, normalized: &str) -> bool {
        self.labels.contains(normalized)
    }
}

/// Compiles patterns that each match a whole line.
pub(super) fn compile_lines(file: &str, patterns: &[String]) -> Result<Vec<Regex>, Error> {
    patterns
        .iter()
        .map(|pattern| compile(file, &format!("^(?:{pattern})$")))
        .collect()
}

/// Compiles patterns that may match anywhere.
pub(super) fn compile_patterns(file: &str, patterns: &[String]) -> Result<Vec<Regex>, Error> {
    patterns
        .iter()
        .map(|pattern| compile(file, pattern))
        .collect()
}

impl Declaration {
    /// Parses a profile; the error names the line.
    pub(super) fn parse(file: &str, text: &str) -> Result<Self, Error> {
        toml::from_str(text).map_err(|error| invalid(file, text, &error))
    }

    /// Compiles the patterns and combines the profile's labels with the shared ones.
    pub(super) fn compile(
        self,
        file: &str,
        text: &str,
        shared: &SharedDeclaration,
        common: &Common,
    ) -> Result<Profile, Error> {
        let vocabulary = Vocabulary::new(self.declared_labels(shared), &common.labels);
        Ok(Profile {
            evidence: compile_evidence(file, self.recognize.evidence)?,
            required: required_fields(&self.fields),
            lists: list_declarations(self.lists),
            name: self.name,
            version: self.version,
            description: self.description,
            minimum: self.recognize.minimum,
            sections: self.sections.style,
            questions: self.sections.questions,
            headings: self.sections.headings,
            title: self.title,
            vocabulary,
            people: self.people.labels,
            threshold: self.threshold,
            shared: Arc::clone(&common.patterns),
            source: text.to_owned(),
        })
    }

    /// The profile's own labels: such a label names its field, whatever the shared ones declare.
    fn declared_labels<'d>(
        &'d self,
        shared: &'d SharedDeclaration,
    ) -> impl Iterator<Item = DeclaredLabel<'d>> {
        self.fields.iter().flat_map(|(name, field)| {
            let field_type = field.field_type.or_else(|| shared.field_type(name));
            field.labels.iter().map(move |written| DeclaredLabel {
                field: name,
                field_type: field_type.unwrap_or(FieldType::Text),
                written,
                weak: false,
                role: None,
                language: None,
                seen: None,
            })
        })
    }
}

fn compile_evidence(
    file: &str,
    declared: Vec<EvidenceDeclaration>,
) -> Result<Vec<Evidence>, Error> {
    let compile_one = |evidence: EvidenceDeclaration| {
        Ok(Evidence {
            pattern: compile(file, &evidence.pattern)?,
            weight: evidence.weight,
        })
    };
    declared.into_iter().map(compile_one).collect()
}

fn required_fields(fields: &BTreeMap<String, FieldDeclaration>) -> Vec<String> {
    let required = fields.iter().filter(|(_, field)| field.required);
    required.map(|(name, _)| name.clone()).collect()
}

fn list_declarations(lists: BTreeMap<String, ListHeadings>) -> Vec<ListDeclaration> {
    lists
        .into_iter()
        .map(|(name, list)| ListDeclaration {
            name,
            headings: list.headings,
        })
        .collect()
}

pub(super) fn compile(file: &str, pattern: &str) -> Result<Regex, Error> {
    Regex::new(pattern).map_err(|error| Error::Pattern {
        name: file.to_owned(),
        pattern: pattern.to_owned(),
        message: error.to_string(),
    })
}

pub(super) fn invalid(file: &str, text: &str, error: &toml::de::Error) -> Error {
    let line = error.span().map(|span| line_of(text, span.start));
    let location = line.map_or(file.to_owned(), |line| format!("{file}:{line}"));
    let message = error.message().replace('\n', " ");
    Error::Invalid {
        message: format!("{message}{}", suggestion(&message)),
        name: location,
    }
}

/// A hint at the intended key: the parser's message lists the known keys after the unknown one.
fn suggestion(message: &str) -> String {
    // unknown field `sectoins`, expected one of `name`, `version`, …
    let mut words = message.split('`').skip(1).step_by(2);
    let (Some(written), keys) = (words.next(), words.collect::<Vec<_>>()) else {
        return String::new();
    };
    match nearest(written, &keys) {
        Some(key) => format!("; did you mean {key}?"),
        None => String::new(),
    }
}

/// The line number of a byte of a text, from 1.
pub(super) fn line_of(text: &str, byte: usize) -> usize {
    let before = text.get(..byte).unwrap_or(text);
    before.bytes().filter(|&byte| byte == b'\n').count() + 1
}
