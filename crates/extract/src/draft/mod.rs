//! Profile drafting: a profile and a schema from filled-in copies of a form.
//!
//! A few copies of one form go in; a profile comes out for a person to correct. `sample` finds the form's
//! own lines in one copy: labels, numbered questions, headings, lists, groups of people. `form` keeps what
//! the copies share, `naming` names the fields, and `output` writes the profile as TOML and its schema
//! as JSON Schema.

mod form;
mod naming;
mod output;
mod sample;

pub use crate::profile::is_kind_name;
pub use form::DraftField;

use crate::profile::Profiles;
use diarium_document::{CleanDocument, FieldType};

/// A drafted profile.
#[derive(Debug)]
pub struct Draft {
    /// The profile as TOML, with comments that say what to check.
    pub toml: String,
    /// The JSON Schema of its records.
    pub schema: String,
    /// The fields that it declares, in the form's order.
    pub fields: Vec<DraftField>,
}

/// The input of a draft.
pub struct Request<'r> {
    /// The kind's name.
    pub name: &'r str,
    /// The copies, cleaned; at least one.
    pub samples: &'r [CleanDocument],
    /// The known kinds: a label of theirs keeps its field.
    pub profiles: &'r Profiles,
    /// Infers the type of a value.
    pub infer_type: fn(&str) -> FieldType,
}

/// Drafts a profile.
pub fn draft(request: &Request<'_>) -> Draft {
    let samples: Vec<sample::Sample> = request
        .samples
        .iter()
        .map(|document| sample::read_sample(document, request))
        .collect();
    let form = form::infer_form(&samples, request);
    Draft {
        toml: output::toml(request.name, &form),
        schema: output::schema(request.name, &form),
        fields: form.fields,
    }
}

/// Normalizes a line for comparison: lowercase, single spaces, without marks and colons around it.
fn normalize_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words
        .join(" ")
        .trim_matches(['*', ':', ' ', '#', '_'])
        .to_lowercase()
}

#[cfg(test)]
mod tests;
