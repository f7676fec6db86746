//! What would a profile for forms like these say?
//!
//! A few filled-in copies of one form go in; a profile comes out for a person to correct. [`sample`]
//! reads the form's own lines out of one copy: labels, numbered questions, headings, lists, groups of
//! people. [`form`] keeps what the copies share. [`write`] puts it down as TOML and as JSON Schema.

mod form;
mod naming;
mod sample;
mod write;

pub use form::DraftField;

use crate::profile::Profiles;
use diarium_document::CleanDocument;
use diarium_document::FieldType;

/// A profile as drafted.
#[derive(Debug)]
pub struct Draft {
    /// The profile, with comments that say what to look at.
    pub toml: String,
    /// The schema of its records.
    pub schema: String,
    /// The fields that it declares, in the form's order.
    pub fields: Vec<DraftField>,
}

/// What a draft is made from.
pub struct Request<'r> {
    /// The kind's name.
    pub name: &'r str,
    /// The copies, cleaned; at least one.
    pub samples: &'r [CleanDocument],
    /// The known kinds: their labels keep their fields.
    pub profiles: &'r Profiles,
    /// Tells the type of a value.
    pub type_of: fn(&str) -> FieldType,
}

/// Drafts a profile.
pub fn draft(request: &Request<'_>) -> Draft {
    let samples: Vec<sample::Sample> = request
        .samples
        .iter()
        .map(|document| sample::read(document, request))
        .collect();
    let form = form::of(&samples, request);
    Draft {
        toml: write::toml(request.name, &form),
        schema: write::schema(request.name, &form),
        fields: form.fields,
    }
}

/// Whether a name can be a kind's: the schemas promise small letters, digits and hyphens.
pub fn is_kind_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|character| {
            character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-'
        })
}

/// Lower case, white space made single, without a closing colon or marks around it.
fn fold(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words
        .join(" ")
        .trim_matches(['*', ':', ' ', '#', '_'])
        .to_lowercase()
}

#[cfg(test)]
mod tests;
