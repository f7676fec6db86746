//! Profiles: definitions of document types.
//!
//! A kind is declared in TOML: how it is recognized, what its labels and headings are called, which
//! lists, people, choices and sums it holds. This room turns those declarations into compiled,
//! checked [`Profile`]s. It reads no files: the built-in ones are embedded, the user's own come in
//! as text.

mod declaration;
mod examples;
pub mod lint;
mod vocabulary;

use std::collections::{BTreeMap, HashSet};

use data_encoding::HEXLOWER;
use regex::Regex;
use sha2::{Digest, Sha256};

pub use declaration::{Evidence, ListDeclaration, Question, SectionStyle, TitlePlace};
pub use examples::{EXAMPLES, Example};
pub use vocabulary::{Label, Search, Vocabulary};

use declaration::Declaration;
use diarium_document::FieldType;

/// The profiles that diarium brings: file name and TOML, in order of preference where two fit alike.
const BUILT_IN: [(&str, &str); 7] = [
    (
        "piacs-application.toml",
        include_str!("built_in/piacs-application.toml"),
    ),
    (
        "esf-project.toml",
        include_str!("built_in/esf-project.toml"),
    ),
    ("esf-call.toml", include_str!("built_in/esf-call.toml")),
    (
        "esf-application.toml",
        include_str!("built_in/esf-application.toml"),
    ),
    (
        "final-report.toml",
        include_str!("built_in/final-report.toml"),
    ),
    (
        "application.toml",
        include_str!("built_in/application.toml"),
    ),
    ("document.toml", include_str!("built_in/document.toml")),
];

/// The words that all kinds share: labels by canonical field name, headings, publishers' lines.
const SHARED: &str = include_str!("built_in/shared.toml");

/// One kind's declaration, compiled.
#[derive(Debug)]
pub struct Profile {
    /// The kind's name, such as `esf-project`.
    pub name: String,
    /// The version of its schema; `schema` in a record is `name/version`.
    pub version: u32,
    /// One line for people.
    pub description: String,
    /// The least sum of evidence weights that makes a document one of this kind.
    pub minimum: f64,
    /// What speaks for the kind, and what against it (negative weights).
    pub evidence: Vec<Evidence>,
    /// How its sections are marked.
    pub sections: SectionStyle,
    /// The form's own questions, where it always asks the same ones.
    pub questions: Vec<Question>,
    /// Headings of level 1 that stand without a number.
    pub headings: Vec<String>,
    /// Labels with the fields that they name: the shared ones, this kind's own laid over them.
    pub vocabulary: Vocabulary,
    /// Named lists and the headings that they stand under.
    pub lists: Vec<ListDeclaration>,
    /// Where its title stands.
    pub title: TitlePlace,
    /// Labels under which people stand, one a line, with their organisations.
    pub people: Vec<String>,
    /// Names of fields without which a record of this kind is incomplete.
    pub required: Vec<String>,
    /// Confidence under which a value is reported as `low-confidence`.
    pub threshold: f64,
    /// The TOML that it was made from.
    pub source: String,
}

impl Profile {
    /// The fields that a record of this kind may have, by name. A period is two of them: its start
    /// and its end.
    pub fn fields(&self) -> BTreeMap<String, FieldType> {
        let mut fields = BTreeMap::new();
        for label in self.vocabulary.labels() {
            match label.kind {
                FieldType::Other => {}
                FieldType::Period => {
                    for end in ["start", "end"] {
                        fields.insert(format!("{}_{end}", label.field), FieldType::Date);
                    }
                }
                kind => {
                    fields.insert(label.field.clone(), kind);
                }
            }
        }
        fields
    }
}

/// All kinds that this run knows.
#[derive(Debug)]
pub struct Profiles {
    profiles: Vec<Profile>,
    letterhead: Vec<Regex>,
    stamps: Vec<Regex>,
    /// The labels of all kinds, folded.
    labels: HashSet<String>,
    fingerprint: String,
}

/// A profile that cannot be used; nothing is run with half of the profiles.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is not TOML, or has keys that no profile has, or lacks some that every profile has.
    #[error("{name}: {message}")]
    Invalid {
        /// Its file's name.
        name: String,
        /// What is wrong, with the line.
        message: String,
    },
    /// A pattern in it is not a regular expression.
    #[error("{name}: the pattern `{pattern}` does not compile: {message}")]
    Pattern {
        /// Its file's name.
        name: String,
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        message: String,
    },
}

impl Profiles {
    /// The profiles that diarium brings.
    ///
    /// # Errors
    /// None in a released build; a test holds that.
    pub fn built_in() -> Result<Self, Error> {
        Self::load(&[])
    }

    /// The built-in profiles with the user's own laid over them, each a file name and its TOML. A
    /// profile of the same name replaces a built-in one; others are preferred to the built-in ones.
    ///
    /// # Errors
    /// The first profile that is not valid, with what is wrong.
    pub fn load(own: &[(String, String)]) -> Result<Self, Error> {
        let shared = declaration::parse_shared("shared.toml", SHARED)?;
        let mut letterhead = declaration::compile_lines("shared.toml", &shared.letterhead)?;
        let stamps = declaration::compile_all("shared.toml", &shared.stamps)?;
        let mut hash = Sha256::new_with_prefix(SHARED);
        let mut profiles: Vec<Profile> = Vec::new();
        let own = own
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str(), true));
        let built_in = BUILT_IN.map(|(name, text)| (name, text, false));
        for (file, text, is_own) in own.chain(built_in) {
            let declaration = Declaration::parse(file, text)?;
            if profiles.iter().any(|known| known.name == declaration.name) {
                continue;
            }
            hash.update(text);
            letterhead.extend(declaration::compile_lines(file, &declaration.letterhead)?);
            let profile = declaration.compile(file, text, &shared)?;
            if is_own {
                let tell = |error: regex::Error| Error::Pattern {
                    name: file.to_owned(),
                    pattern: "labels".to_owned(),
                    message: error.to_string(),
                };
                profile.vocabulary.compile().map_err(tell)?;
            }
            profiles.push(profile);
        }
        let labels = profiles
            .iter()
            .flat_map(|profile| profile.vocabulary.labels())
            .map(|label| label.folded.clone())
            .collect();
        let fingerprint = HEXLOWER.encode(&hash.finalize());
        Ok(Self {
            profiles,
            letterhead,
            stamps,
            labels,
            fingerprint,
        })
    }

    /// The profile of that name.
    pub fn get(&self, name: &str) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.name == name)
    }

    /// All profiles, in order of preference.
    pub fn iter(&self) -> impl Iterator<Item = &Profile> {
        self.profiles.iter()
    }

    /// Whole lines that are a publisher's wherever they stand, by the profiles' word.
    pub fn letterhead(&self) -> &[Regex] {
        &self.letterhead
    }

    /// What printing systems stamp into the text, wherever in a line it stands.
    pub fn stamps(&self) -> &[Regex] {
        &self.stamps
    }

    /// Whether a whole line, but for its colon, is a label of any kind's forms.
    pub fn is_label(&self, line: &str) -> bool {
        // No label has this many bytes; folding a paragraph to find that out would be waste.
        line.len() <= 100 && self.labels.contains(&vocabulary::fold_line(line))
    }

    /// SHA-256 over every profile's text, in hexadecimal: nothing else in them shapes a record.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_profiles_compile() {
        let profiles = Profiles::built_in().unwrap();
        assert_eq!(profiles.iter().count(), BUILT_IN.len());
        for profile in profiles.iter() {
            profile.vocabulary.compile().unwrap();
        }
        assert!(profiles.get("document").is_some());
    }

    #[test]
    fn labels_that_are_too_many_for_a_pattern_are_an_error_at_load() {
        let label = |number: usize| format!("\"{number:06}{}\"", "å".repeat(60));
        let labels: Vec<String> = (0..20_000).map(label).collect();
        let own = format!(
            "name = \"wide\"\nversion = 1\ndescription = \"d\"\n[fields.wide]\ntype = \"text\"\nlabels = [{}]\n",
            labels.join(", ")
        );
        let loaded = Profiles::load(&[("wide.toml".to_owned(), own)]);
        let told = loaded.err().map(|error| error.to_string());
        assert!(
            told.as_deref().is_some_and(|told| told.contains("labels")),
            "{told:?}"
        );
    }

    #[test]
    fn a_profile_of_ones_own_replaces_the_built_in_one_and_changes_the_fingerprint() {
        let own = "name = \"document\"\nversion = 7\ndescription = \"mine\"\n";
        let own = [("document.toml".to_owned(), own.to_owned())];
        let profiles = Profiles::load(&own).unwrap();
        assert_eq!(profiles.get("document").unwrap().version, 7);
        let plain = Profiles::built_in().unwrap();
        assert_ne!(profiles.fingerprint(), plain.fingerprint());
    }

    #[test]
    fn an_unknown_key_is_told_with_its_file_and_line() {
        let own = "name = \"x\"\nversion = 1\ndescription = \"\"\nsectoins = 1\n";
        let error = Profiles::load(&[("x.toml".to_owned(), own.to_owned())]).unwrap_err();
        let message = error.to_string();
        assert!(message.starts_with("x.toml:4: "), "{message}");
        assert!(message.contains("sectoins"), "{message}");
        assert!(message.ends_with("; did you mean sections?"), "{message}");
    }
}
