//! Record: the JSON object of one document.
//!
//! The types have the fields of docs/record.md, in the order in which they are written.
//! `schemas/record.schema.json` is the same definition for other programs; `tests/it/schema.rs` checks
//! that both agree. An absent value has no key: no field is ever written as an empty string.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::source::MEMBER_SEPARATOR;
use super::{Budget, Carrier, FieldType, Origin, Related, Span, Warning};

/// One document as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The kind's schema and its version, such as `esf-project/2`.
    pub schema: String,
    /// SHA-256 of the source's bytes, in lower-case hexadecimal.
    pub id: String,
    /// The document's type.
    pub kind: String,
    /// The classifier's confidence in the kind, 0 to 1.
    pub kind_confidence: f64,
    /// The document's title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Position of the title, unless only the carrier states it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title_span: Option<Span>,
    /// Its language, BCP 47.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The file it came from.
    pub source: SourceRecord,
    /// Its pages, as read.
    pub pages: Vec<PageRecord>,
    /// Boilerplate that was removed from the text.
    pub letterhead: Vec<Letterhead>,
    /// Typed values by canonical name, in alphabetical order.
    pub fields: BTreeMap<String, Field>,
    /// Labels and values without a canonical field, in the document's order.
    // Records of version 1 lack this key and the others with a default: they are read as empty.
    #[serde(default)]
    pub other: Vec<OtherField>,
    /// The cleaned text, by heading.
    pub sections: Vec<Section>,
    /// People with their organizations.
    pub people: Vec<Person>,
    /// The budget.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<Budget>,
    /// Checkboxes.
    pub choices: Vec<Choice>,
    /// Named lists.
    pub lists: Lists,
    /// Positions of the entries of the lists.
    #[serde(default = "ListSpans::unknown")]
    pub list_spans: ListSpans,
    /// The projects or calls of a document about several.
    #[serde(default)]
    pub items: Vec<Item>,
    /// Other documents that the source lists.
    pub related: Vec<Related>,
    /// Problems that a person should check.
    pub warnings: Vec<Warning>,
}

/// The file that a record was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceRecord {
    /// Path relative to the input that the user named.
    pub path: String,
    /// IANA media type.
    pub media_type: String,
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256 of the bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// Source format family.
    pub carrier: Carrier,
    /// Character encoding (WHATWG name in lower case), for carriers that are text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Number of pages that the document states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pages_stated: Option<u32>,
    /// The path of the container that the file is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The files of a document of several files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<SourceFile>,
}

impl SourceRecord {
    /// Sets the path, and the path of the container that is part of it.
    pub fn relocate(&mut self, path: &str) {
        path.clone_into(&mut self.path);
        if self.parent.is_some() {
            let container = path.rsplit_once(MEMBER_SEPARATOR);
            self.parent = container.map(|(container, _)| container.to_owned());
        }
    }
}

/// One file of a document of several files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// Its name.
    pub name: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: String,
}

/// One page, as read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageRecord {
    /// Its number, from 1.
    pub number: u32,
    /// The label printed on the page, such as `1 (14)`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The source of the text.
    pub origin: Origin,
    /// The text before any cleaning.
    pub text: String,
    /// The reader's confidence, 0 to 1.
    pub confidence: f64,
    /// Width in points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<f64>,
    /// Height in points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<f64>,
}

/// Boilerplate that was removed, and the pages that it was on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Letterhead {
    /// The text, white space collapsed.
    pub text: String,
    /// Numbers of the pages, ascending, each once.
    pub pages: Vec<u32>,
}

/// A typed value with its provenance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// The normalized value.
    pub value: FieldValue,
    /// The text that it was read from: exactly what `span` slices.
    pub raw: String,
    /// Confidence, 0 to 1.
    pub confidence: f64,
    /// Whether a reading error was corrected in the value, so that it differs from `raw`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub repaired: bool,
    /// Position of `raw`.
    pub span: Span,
}

/// A label and its value without a canonical field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OtherField {
    /// The label as printed, white space collapsed.
    pub label: String,
    /// The type of the value.
    #[serde(rename = "type")]
    pub field_type: FieldType,
    /// The normalized value.
    pub value: FieldValue,
    /// The text that it was read from: exactly what `span` slices.
    pub raw: String,
    /// Confidence, 0 to 1.
    pub confidence: f64,
    /// Position of `raw`.
    pub span: Span,
}

/// One project or call of a document about several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Its title.
    pub title: String,
    /// Its typed values by canonical name, in alphabetical order.
    pub fields: BTreeMap<String, Field>,
    /// Position of the title.
    pub span: Span,
}

/// The value of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FieldValue {
    /// A whole amount, or a count.
    Integer(i64),
    /// Anything else: a name, an ISO 8601 date, a telephone number as printed.
    Text(String),
}

/// A part of the document under one heading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// The form's number for it, where it has one.
    // Null instead of absent, as are the optional values of `Budget` and `Choice`: docs/record.md
    // promises these keys.
    pub number: Option<String>,
    /// The heading, without its number.
    pub heading: String,
    /// 1 for a section of the form, 2 for a heading inside it.
    pub level: u8,
    /// The cleaned text under it.
    pub text: String,
    /// Positions of heading and text, one span per page.
    pub spans: Vec<Span>,
}

/// A person and their organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// The name as printed, white space collapsed.
    pub name: String,
    /// The organization, if stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Confidence, 0 to 1; absent in records of version 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// Position of both.
    pub span: Span,
}

/// A checkbox and its label.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// The label.
    pub label: String,
    /// Whether it is checked; null if undecided.
    pub checked: Option<bool>,
    /// Confidence, 0 to 1; absent in records of version 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// Position of the label.
    pub span: Span,
}

/// Named lists, by their names in the profiles. The three of docs/record.md are always present; an
/// empty one means that the document has none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lists(pub BTreeMap<String, Vec<String>>);

/// The position of each entry of the lists of the same names. Records of version 1 have none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ListSpans(pub BTreeMap<String, Vec<Span>>);

/// The lists that every record has.
const LISTS: [&str; 3] = ["municipalities", "participants", "partners"];

impl Default for Lists {
    fn default() -> Self {
        Self(LISTS.map(|name| (name.to_owned(), Vec::new())).into())
    }
}

impl Default for ListSpans {
    fn default() -> Self {
        Self(LISTS.map(|name| (name.to_owned(), Vec::new())).into())
    }
}

impl ListSpans {
    /// No positions: those of a record of version 1.
    fn unknown() -> Self {
        Self(BTreeMap::new())
    }
}
