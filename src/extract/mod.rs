//! Which facts and sections?
use crate::{
    document::{
        Budget, Choice, CleanDocument, Field, Lists, Person, RawDocument, Section, Warning,
    },
    profile::{Profile, Profiles},
};
use std::collections::BTreeMap;

/// What was found in one document.
#[derive(Debug, Default)]
pub struct Extracted {
    /// The document's title.
    pub title: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// Facts by canonical name.
    pub fields: BTreeMap<String, Field>,
    /// Text by heading.
    pub sections: Vec<Section>,
    /// People and organisations.
    pub people: Vec<Person>,
    /// Amounts.
    pub budget: Option<Budget>,
    /// Boxes.
    pub choices: Vec<Choice>,
    /// Lists.
    pub lists: Lists,
    /// What a person should look at.
    pub warnings: Vec<Warning>,
}

/// Takes the facts out of a clean document of a known kind.
pub fn extract(
    _raw: &RawDocument,
    _clean: &CleanDocument,
    _profile: &Profile,
    _profiles: &Profiles,
) -> Extracted {
    Extracted::default()
}
