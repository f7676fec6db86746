//! Label files: the labels of the field, by language, as data.
//!
//! A file has groups of labels. A group says which field its labels name, in whose box they stand and
//! on what kind of page they were seen. A group without a field ends values and names none. The types of
//! the fields are in `shared.toml`, since they do not depend on the language.

use std::sync::Arc;

use serde::Deserialize;

use diarium_document::FieldType;

use super::{
    Error,
    built_in::LABEL_FILES,
    declaration::{SharedDeclaration, invalid},
    vocabulary::{DeclaredLabel, Morphology},
};

/// The labels of one language as written in TOML.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LabelFile {
    morphology: Morphology,
    #[serde(rename = "group")]
    groups: Vec<LabelGroup>,
    #[serde(skip)]
    language: &'static str,
}

/// Labels that name the same field.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LabelGroup {
    /// The field's name; none for labels that only end the value before them.
    field: Option<String>,
    role: Option<Role>,
    seen: PageKind,
    labels: Vec<String>,
    /// Everyday words, which are labels only where the layout shows it.
    #[serde(default)]
    weak: Vec<String>,
}

/// Whose value a label announces, where a form asks several parties for the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The organisation that applies or has received the grant.
    Applicant,
    /// The organisation that leads a group of partners.
    Coordinator,
    /// Any other organisation that takes part.
    Partner,
    /// The person who answers questions.
    Contact,
}

/// The kind of page on which a label is typical.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PageKind {
    /// An application form.
    Application,
    /// A page of a project bank.
    Project,
    /// A call for applications.
    Call,
    /// A decision or a contract.
    Decision,
    /// A report.
    Report,
    /// A register or an open data set.
    Register,
}

impl LabelFile {
    /// Parses the built-in label files.
    pub(super) fn built_in() -> Result<Vec<Self>, Error> {
        LABEL_FILES
            .iter()
            .map(|&(language, file, text)| Self::parse(language, file, text))
            .collect()
    }

    fn parse(language: &'static str, file: &str, text: &str) -> Result<Self, Error> {
        let parsed: Self = toml::from_str(text).map_err(|error| invalid(file, text, &error))?;
        Ok(Self { language, ..parsed })
    }

    /// The language and how its words vary.
    pub(super) fn morphology(&self) -> (&'static str, Arc<Morphology>) {
        (self.language, Arc::new(self.morphology.clone()))
    }

    /// The labels of the file, in its order.
    pub(super) fn labels<'f>(
        &'f self,
        shared: &'f SharedDeclaration,
    ) -> impl Iterator<Item = DeclaredLabel<'f>> {
        self.groups.iter().flat_map(move |group| {
            let field = group.field.as_deref();
            let field_type = field.map_or(FieldType::Other, |name| {
                shared.field_type(name).unwrap_or(FieldType::Text)
            });
            let strong = group.labels.iter().map(|written| (written, false));
            let weak = group.weak.iter().map(|written| (written, true));
            strong
                .chain(weak)
                .map(move |(written, weak)| DeclaredLabel {
                    field: field.unwrap_or_default(),
                    field_type,
                    written,
                    weak,
                    role: group.role,
                    language: Some(self.language),
                    seen: Some(group.seen),
                })
        })
    }
}
