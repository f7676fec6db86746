//! What does a document become?
//!
//! The record of docs/record.md, field for field. `schemas/record.schema.json` promises the same to
//! everybody else; `tests/it/schema.rs` holds the two together. What is absent is absent: no field is
//! ever written as an empty string.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Carrier, Origin, Related, Span, Warning};

/// One document as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The kind's schema and its version, such as `esf-project/1`.
    pub schema: String,
    /// SHA-256 of the source's bytes, in lower-case hexadecimal.
    pub id: String,
    /// The document's type.
    pub kind: String,
    /// How sure the classifier is of the kind, 0 to 1.
    pub kind_confidence: f64,
    /// The document's title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its language, BCP 47.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The file it came from.
    pub source: SourceRecord,
    /// Its pages, as read.
    pub pages: Vec<PageRecord>,
    /// Lines that the publisher repeats, taken out of the text.
    pub letterhead: Vec<Letterhead>,
    /// Typed facts under their canonical names, in alphabetical order.
    pub fields: BTreeMap<String, Field>,
    /// The cleaned text, by heading.
    pub sections: Vec<Section>,
    /// People with the organisations that they stand for.
    pub people: Vec<Person>,
    /// Amounts that belong together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<Budget>,
    /// Boxes to tick.
    pub choices: Vec<Choice>,
    /// Named lists.
    pub lists: Lists,
    /// Other documents that the carrier names.
    pub related: Vec<Related>,
    /// What a person should look at.
    pub warnings: Vec<Warning>,
}

/// The file that a record came from.
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
    /// How the document reached us.
    pub carrier: Carrier,
    /// Character encoding (WHATWG name in lower case), for carriers that are text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// How many pages the document itself says it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pages_stated: Option<u32>,
}

/// One page, as read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageRecord {
    /// Its number, from 1.
    pub number: u32,
    /// What the page calls itself, such as `1 (14)`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Where the text came from.
    pub origin: Origin,
    /// The text before any cleaning.
    pub text: String,
    /// How sure the reader is, 0 to 1.
    pub confidence: f64,
    /// Width in points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<f64>,
    /// Height in points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<f64>,
}

/// Text that was taken out, and the pages that it stood on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Letterhead {
    /// The text, white space made single.
    pub text: String,
    /// Numbers of the pages, rising, each once.
    pub pages: Vec<u32>,
}

/// A typed fact with its provenance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// What it says.
    pub value: FieldValue,
    /// The characters that it was read from: exactly what `span` slices.
    pub raw: String,
    /// How sure we are, 0 to 1.
    pub confidence: f64,
    /// Where they stand.
    pub span: Span,
}

/// A fact's value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FieldValue {
    /// Whole kronor, or a count.
    Integer(i64),
    /// Anything else: a name, an ISO 8601 date, a telephone number as printed.
    Text(String),
}

/// A part of the document under one heading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// The form's number for it, where it has one.
    pub number: Option<String>,
    /// The heading, without its number.
    pub heading: String,
    /// 1 for a section of the form, 2 for a heading inside it.
    pub level: u8,
    /// The cleaned text under it.
    pub text: String,
    /// Where heading and text stand, one span a page.
    pub spans: Vec<Span>,
}

/// A person and what they stand for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// The name as printed, white space made single.
    pub name: String,
    /// The organisation, where one is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Where both stand.
    pub span: Span,
}

/// Amounts that belong together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Budget {
    /// The rows, in order.
    pub items: Vec<BudgetItem>,
    /// The total that the document gives, in whole kronor.
    pub stated_total_sek: Option<i64>,
    /// The rows' sum, in whole kronor.
    pub computed_total_sek: i64,
    /// Whether the two are equal; null where none is stated.
    pub consistent: Option<bool>,
}

/// One row of a budget.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BudgetItem {
    /// What the money is for.
    pub label: String,
    /// Whole kronor.
    pub amount_sek: i64,
    /// Where the row stands.
    pub span: Span,
}

/// A box to tick and the words beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// The words.
    pub label: String,
    /// Ticked or not; null where it cannot be told.
    pub checked: Option<bool>,
    /// Where the words stand.
    pub span: Span,
}

/// Named lists, by the names that the profiles give them. The three of docs/record.md are always
/// there; an empty one means that the document has none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lists(pub BTreeMap<String, Vec<String>>);

impl Default for Lists {
    fn default() -> Self {
        Self(
            ["municipalities", "participants", "partners"]
                .map(|name| (name.to_owned(), Vec::new()))
                .into(),
        )
    }
}
