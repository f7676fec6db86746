//! Profiles: definitions of document types.
//!
//! A kind is declared in TOML: how it is recognized, its labels and headings, its lists and people.
//! This module compiles the declarations into checked [`Profile`]s. It opens no file: the built-in
//! profiles are embedded, and a user's own profiles come in as text.
//!
//! `declaration` mirrors the TOML, `vocabulary` finds labels in a line, `heading_words` knows the words of
//! headings, and [`lint`] reports
//! everything that is wrong with a profile, which [`Profiles::load`] does not: it stops at the first
//! error.

mod budget_words;
mod built_in;
mod declaration;
mod heading_words;
mod label_words;
mod labels;
mod letterhead_file;
pub mod lint;
mod literal_prefilter;
mod suggest;
mod vocabulary;

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use data_encoding::HEXLOWER;
use regex::Regex;
use sha2::{Digest, Sha256};

pub use budget_words::BudgetWords;
pub use built_in::{EXAMPLES, Example};
pub use declaration::{
    Evidence, ListDeclaration, Question, SectionStyle, SharedPatterns, TitlePosition,
};
pub use heading_words::{HeadingWords, Strength, heading_words};
pub use label_words::{LabelRule, is_about_others, rules_of};
pub use labels::{PageKind, Role};
pub use letterhead_file::{LetterheadEntry, LetterheadFile, PagePosition};
pub use vocabulary::{FoundLabel, Label, LabelSearch, Vocabulary};

use built_in::{BUDGET, BUILT_IN, HEADINGS, LABEL_FILES, SHARED, SHARED_FILE};
use declaration::{Common, Declaration, SharedDeclaration};
use diarium_document::FieldType;
use literal_prefilter::LiteralPrefilter;
use vocabulary::normalize_line;

/// One kind's declaration, compiled.
#[derive(Debug)]
pub struct Profile {
    /// The kind's name, such as `esf-project`.
    pub name: String,
    /// The version of its schema; `schema` in a record is `name/version`.
    pub version: u32,
    /// A one-line description for people.
    pub description: String,
    /// The sum of evidence weights that a document of this kind must reach.
    pub minimum: f64,
    /// The evidence for the kind, and against it (negative weights).
    pub evidence: Vec<Evidence>,
    /// How its sections are marked.
    pub sections: SectionStyle,
    /// The form's own questions, for a form with a fixed set of questions.
    pub questions: Vec<Question>,
    /// Headings of level 1 without a number.
    pub headings: Vec<String>,
    /// Labels and the fields that they name; this kind's own labels take precedence over the shared ones.
    pub vocabulary: Vocabulary,
    /// Named lists and the headings above them.
    pub lists: Vec<ListDeclaration>,
    /// Where its title is printed.
    pub title: TitlePosition,
    /// Labels above people, one person a line, with their organizations.
    pub people: Vec<String>,
    /// Names of fields without which a record of this kind is incomplete.
    pub required: Vec<String>,
    /// A value with a confidence below this is reported as `low-confidence`.
    pub threshold: f64,
    /// Patterns that all kinds share.
    pub shared: Arc<SharedPatterns>,
    /// The TOML that it was compiled from.
    pub source: String,
}

impl Profile {
    /// The fields that a record of this kind may have, by name. A period is two of them: its start
    /// and its end.
    pub fn fields(&self) -> BTreeMap<String, FieldType> {
        let mut fields = BTreeMap::new();
        for label in self.vocabulary.labels() {
            match label.field_type {
                // Labels that only end values name no field.
                FieldType::Other => {}
                FieldType::Period => {
                    for end in ["start", "end"] {
                        fields.insert(format!("{}_{end}", label.field), FieldType::Date);
                    }
                }
                field_type => {
                    fields.insert(label.field.clone(), field_type);
                }
            }
        }
        fields
    }
}

/// All kinds that a run knows.
#[derive(Debug)]
pub struct Profiles {
    profiles: Vec<Profile>,
    letterhead: Vec<Regex>,
    stamps: Vec<Regex>,
    letterhead_file: LetterheadFile,
    /// The headings and questions of all kinds, normalized.
    headings: HashSet<String>,
    /// Of the evidence of all kinds, in their order.
    evidence_prefilter: LiteralPrefilter,
    common: Common,
    fingerprint: String,
}

/// A profile that cannot be used. No run uses only some of the profiles.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is not TOML, has an unknown key, or lacks a required one.
    #[error("{name}: {message}")]
    Invalid {
        /// The file's name.
        name: String,
        /// What is wrong, with the line.
        message: String,
    },
    /// A pattern is not a regular expression.
    #[error("{name}: the pattern `{pattern}` does not compile: {message}")]
    Pattern {
        /// The file's name.
        name: String,
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        message: String,
    },
}

impl Profiles {
    /// The built-in profiles.
    ///
    /// # Errors
    /// None in a released build: a test compiles them all.
    pub fn built_in() -> Result<Self, Error> {
        Self::load(&[])
    }

    /// The built-in profiles and the user's own, each a file name and its TOML. A user's profile
    /// replaces the built-in one of the same name, and is preferred to the other built-in ones.
    ///
    /// # Errors
    /// The first profile that is not valid, with what is wrong.
    pub fn load(own: &[(String, String)]) -> Result<Self, Error> {
        let shared = SharedDeclaration::parse(SHARED_FILE, SHARED)?;
        let common = Common::compile(SHARED_FILE, &shared)?;
        let mut letterhead = declaration::compile_lines(SHARED_FILE, &shared.letterhead)?;
        let mut hash = Sha256::new_with_prefix(SHARED);
        hash.update(BUDGET);
        LABEL_FILES
            .iter()
            .for_each(|(_, _, text)| hash.update(text));
        hash.update(HEADINGS);
        hash.update(label_words::SOURCE);
        let mut profiles: Vec<Profile> = Vec::new();
        let own = own
            .iter()
            .map(|(file, text)| (file.as_str(), text.as_str()));
        for (file, text) in own.chain(BUILT_IN) {
            let declaration = Declaration::parse(file, text)?;
            // A user's profile comes first and replaces the built-in one.
            if profiles.iter().any(|known| known.name == declaration.name) {
                continue;
            }
            hash.update(text);
            letterhead.extend(declaration::compile_lines(file, &declaration.letterhead)?);
            profiles.push(declaration.compile(file, text, &shared, &common)?);
        }
        Ok(Self {
            letterhead,
            stamps: declaration::compile_patterns(SHARED_FILE, &shared.stamps)?,
            headings: normalized_headings(&profiles),
            evidence_prefilter: evidence_prefilter(&profiles),
            letterhead_file: LetterheadFile::default(),
            common,
            fingerprint: HEXLOWER.encode(&hash.finalize()),
            profiles,
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

    /// All profiles, in order of preference, each with the evidence that may be in a text.
    pub fn with_possible_evidence(
        &self,
        text: &str,
    ) -> impl Iterator<Item = (&Profile, Vec<&Evidence>)> {
        let mut candidates = self.evidence_prefilter.candidates(text).into_iter();
        self.profiles.iter().map(move |profile| {
            // The prefilter has the evidence of all profiles in this order.
            let evidence = profile.evidence.iter();
            let possible = evidence.filter(|_| candidates.next().unwrap_or(true));
            (profile, possible.collect())
        })
    }

    /// Whole lines that the profiles declare to be boilerplate, wherever they occur.
    pub fn letterhead(&self) -> &[Regex] {
        &self.letterhead
    }

    /// The letterhead that was learned from many documents.
    pub fn letterhead_file(&self) -> &LetterheadFile {
        &self.letterhead_file
    }

    /// These profiles with a letterhead file, whose approved entries are a part of the fingerprint.
    #[must_use]
    pub fn with_letterhead(mut self, file: LetterheadFile) -> Self {
        let approved = file.fingerprint();
        if !approved.is_empty() {
            let hash = Sha256::new_with_prefix(&self.fingerprint);
            self.fingerprint = HEXLOWER.encode(&hash.chain_update(approved).finalize());
        }
        self.letterhead_file = file;
        self
    }

    /// Stamps of printing systems, anywhere in a line.
    pub fn stamps(&self) -> &[Regex] {
        &self.stamps
    }

    /// Whether a whole line, except for its colon, is a label of any kind.
    pub fn is_label(&self, line: &str) -> bool {
        // No label has this many bytes. Without the limit every paragraph would be normalized.
        line.len() <= 100 && {
            let normalized = normalize_line(line);
            let mut profiles = self.profiles.iter();
            self.common.has_label(&normalized)
                || profiles.any(|profile| profile.vocabulary.declares(&normalized))
        }
    }

    /// A profile with these labels, each a field, its type and the label, and no others.
    #[cfg(test)]
    pub(crate) fn with_only(self, name: &str, labels: &[(&str, FieldType, &str)]) -> Profile {
        let mut profile = self
            .profiles
            .into_iter()
            .find(|profile| profile.name == name);
        if let Some(profile) = &mut profile {
            profile.vocabulary = Vocabulary::only(labels);
        }
        profile.unwrap()
    }

    /// Whether a whole line, except for its number, is a heading or a question of any kind.
    pub fn is_heading(&self, line: &str) -> bool {
        let bare =
            line.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ')' | ' '));
        // No heading has this many bytes.
        if bare.len() > 400 {
            return false;
        }
        let words: Vec<String> = heading_words(bare).collect();
        let is_known = self.profiles.first().is_some_and(|profile| {
            let strength = profile.shared.heading_words.strength(&words);
            strength.is_some_and(|strength| strength > Strength::Weak)
        });
        is_known || self.headings.contains(&normalize_line(bare))
    }

    /// Whether a line names the type of a document, as titles do: `Slutrapport för förstudien`.
    pub fn is_document_type(&self, line: &str) -> bool {
        let shared = self.profiles.first().map(|profile| &profile.shared);
        shared.is_some_and(|shared| line.len() <= 400 && shared.document_type_line.is_match(line))
    }

    /// SHA-256 over the text of every profile, in hexadecimal. A record depends on nothing else in them.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

/// Whether a name can be a kind's: the schemas allow lowercase letters, digits and hyphens.
pub fn is_kind_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|character| {
            character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-'
        })
}

fn evidence_prefilter(profiles: &[Profile]) -> LiteralPrefilter {
    let evidence = profiles.iter().flat_map(|profile| &profile.evidence);
    LiteralPrefilter::new(evidence.map(|evidence| evidence.pattern.as_str()))
}

fn normalized_headings(profiles: &[Profile]) -> HashSet<String> {
    let headings = profiles.iter().flat_map(|profile| {
        let questions = profile.questions.iter().map(|question| &question.heading);
        profile.headings.iter().chain(questions)
    });
    headings.map(|heading| normalize_line(heading)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_profiles_compile() {
        let profiles = Profiles::built_in().unwrap();
        assert_eq!(profiles.iter().count(), BUILT_IN.len());
        assert!(profiles.get("document").is_some());
    }

    #[test]
    fn a_users_profile_replaces_the_built_in_one_and_changes_the_fingerprint() {
        let own = "name = \"document\"\nversion = 7\ndescription = \"mine\"\n";
        let own = [("document.toml".to_owned(), own.to_owned())];
        let profiles = Profiles::load(&own).unwrap();
        assert_eq!(profiles.get("document").unwrap().version, 7);
        let plain = Profiles::built_in().unwrap();
        assert_ne!(profiles.fingerprint(), plain.fingerprint());
    }

    #[test]
    fn an_unknown_key_is_reported_with_its_file_and_line() {
        let own = "name = \"x\"\nversion = 1\ndescription = \"\"\nsectoins = 1\n";
        let error = Profiles::load(&[("x.toml".to_owned(), own.to_owned())]).unwrap_err();
        let message = error.to_string();
        assert!(message.starts_with("x.toml:4: "), "{message}");
        assert!(message.contains("sectoins"), "{message}");
        assert!(message.ends_with("; did you mean sections?"), "{message}");
    }
}
