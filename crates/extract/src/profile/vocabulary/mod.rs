//! Label vocabulary: the words that name a field, and the search for them in a line.
//!
//! Labels are compared by normalized words, so that case and spacing do not matter. `…` at a label's
//! end stands for up to five more words: `Kontaktperson …` matches `Kontaktperson för gruppen`. Which
//! labels a kind has is decided in [`super::declaration`].
//!
//! | file | what it does |
//! | --- | --- |
//! | `index` | labels by their text and by their first word |
//! | `search`, `phrases` | the labels along a line, and where variants may stand |
//! | `variants`, `morphology` | labels that are inflected, compounded or misread |

mod index;
mod morphology;
mod phrases;
mod search;
mod variants;

use std::{ops::Range, sync::Arc};

use diarium_document::FieldType;

use super::labels::{PageKind, Role};
pub(super) use index::LabelIndex;
pub(super) use morphology::Morphology;
pub use search::{FoundLabel, LabelSearch};

/// The labels of one kind: its own, then those that all kinds share.
#[derive(Debug)]
pub struct Vocabulary {
    own: LabelIndex,
    shared: Arc<LabelIndex>,
}

/// One label.
#[derive(Debug, Clone)]
pub struct Label {
    /// The canonical name of the field; empty for a label that names no field of a record.
    pub field: String,
    /// The type of the field's value.
    pub field_type: FieldType,
    /// The label in lowercase with single spaces, without a closing colon.
    pub normalized: String,
    /// Whether more words may follow before the colon.
    pub open: bool,
    /// Whether the label is an everyday word: it counts only before a colon, in a cell or in a fact box.
    pub weak: bool,
    /// Whose value it announces, if the label says so.
    pub role: Option<Role>,
    /// Its language as a BCP 47 tag; none for a label of a profile.
    pub language: Option<&'static str>,
    /// The kind of page on which it is typical; none for a label of a profile.
    pub seen: Option<PageKind>,
}

/// A label as a profile or a label file declares it.
#[derive(Debug, Clone, Copy)]
pub(super) struct DeclaredLabel<'d> {
    pub field: &'d str,
    pub field_type: FieldType,
    pub written: &'d str,
    pub weak: bool,
    pub role: Option<Role>,
    pub language: Option<&'static str>,
    pub seen: Option<PageKind>,
}

impl Vocabulary {
    /// The vocabulary of a kind that declares some labels of its own.
    pub(super) fn new<'d>(
        own: impl IntoIterator<Item = DeclaredLabel<'d>>,
        shared: &Arc<LabelIndex>,
    ) -> Self {
        Self {
            own: LabelIndex::new(own, Vec::new()),
            shared: Arc::clone(shared),
        }
    }

    /// All labels: the kind's own, then the shared ones that it does not declare for another field.
    /// Of each, the longest come first.
    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        let shared = self.shared.labels().iter();
        let shared = shared.filter(|label| !self.own.contains(&label.normalized));
        self.own.labels().iter().chain(shared)
    }

    /// Whether a normalized text is a label.
    pub fn contains(&self, normalized: &str) -> bool {
        self.own.contains(normalized) || self.shared.contains(normalized)
    }

    /// A vocabulary of these labels, each a field, its type and the label.
    #[cfg(test)]
    pub(super) fn only(labels: &[(&str, FieldType, &str)]) -> Self {
        let declared = labels
            .iter()
            .map(|&(field, field_type, written)| DeclaredLabel {
                field,
                field_type,
                written,
                weak: false,
                role: None,
                language: None,
                seen: None,
            });
        Self::new(declared, &Arc::default())
    }

    /// Whether a normalized text is one of the kind's own labels.
    pub(super) fn declares(&self, normalized: &str) -> bool {
        self.own.contains(normalized)
    }

    /// A search for the labels of a line or cell, whose first word begins at `start`.
    pub fn search<'v, 'l>(&'v self, line: &'l str, start: usize) -> LabelSearch<'v, 'l> {
        LabelSearch::new(self, line, start)
    }

    /// The label that a phrase of a line is a variant of. A phrase that is a label has none.
    fn variant_in(&self, line: &str, phrase: Range<usize>) -> Option<FoundLabel<'_>> {
        let text = line.get(phrase.clone())?;
        let normalized = normalize(text);
        if self.contains(&normalized) {
            return None;
        }
        let label = self.shared.variant(text)?;
        Some(FoundLabel {
            range: phrase,
            label: self.own.get(&label.normalized).unwrap_or(label),
            is_variant: true,
        })
    }
}

impl Label {
    fn new(declared: DeclaredLabel<'_>) -> Self {
        Self {
            field: declared.field.to_owned(),
            field_type: declared.field_type,
            normalized: normalize(declared.written.trim_end_matches(['…', ' ', ':'])),
            open: declared.written.ends_with('…'),
            weak: declared.weak,
            role: declared.role,
            language: declared.language,
            seen: declared.seen,
        }
    }
}

/// Normalizes a whole line for comparison with a label: without its colon.
pub(super) fn normalize_line(line: &str) -> String {
    normalize(line.trim().trim_end_matches(':'))
}

/// Normalizes a label: lowercase, single spaces.
pub(super) fn normalize(text: &str) -> String {
    text.to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use crate::profile::Profiles;

    /// The labels of a line with their fields, by a vocabulary with one label of its own.
    fn found(line: &str) -> Vec<(String, String)> {
        let own = "name = \"x\"\nversion = 1\ndescription = \"\"\n[fields.boat]\ntype = \"text\"\nlabels = [\"Båtens namn\", \"Dnr\", \"(Jolle)\"]\n";
        let profiles = Profiles::load(&[("x.toml".to_owned(), own.to_owned())]).unwrap();
        let vocabulary = &profiles.get("x").unwrap().vocabulary;
        let mut search = vocabulary.search(line, 0);
        let (mut found, mut from) = (Vec::new(), 0);
        while let Some(label) = search.next(from) {
            from = label.range.end;
            found.push((line[label.range].to_owned(), label.label.field.clone()));
        }
        found
    }

    #[test]
    fn the_longest_label_wins_and_a_kinds_own_one_over_a_shared_one() {
        for (line, label, field) in [
            (
                "Projektets  namn: Vågen",
                "Projektets  namn",
                "project_name",
            ),
            ("PROJEKTETS NAMN Vågen", "PROJEKTETS NAMN", "project_name"),
            ("ProjektfasGenomförande", "Projektfas", "phase"),
            ("E-postmaj.ek@example.se", "E-post", "email"),
            ("Telefon08-465 004 12", "Telefon", "phone"),
            ("båtens namn: Vågen", "båtens namn", "boat"),
            ("Dnr 2011/7", "Dnr", "boat"),
            ("(Jolle) Vågen", "(Jolle)", "boat"),
        ] {
            let found = found(line);
            assert_eq!(
                found.first(),
                Some(&(label.to_owned(), field.to_owned())),
                "{line}"
            );
        }
    }

    #[test]
    fn a_label_that_is_a_part_of_a_word_is_none() {
        for line in [
            "Telefonerna ringde",
            "ÖVERTELEFONEN",
            "TELEFONIST",
            "Jolle",
            "",
        ] {
            assert_eq!(found(line), [], "{line}");
        }
    }

    /// The field of the label that a phrase before a colon is a variant of.
    fn variant(profiles: &Profiles, phrase: &str) -> Option<String> {
        let vocabulary = &profiles.get("document").unwrap().vocabulary;
        let found = vocabulary.variant_in(phrase, 0..phrase.len())?;
        assert!(found.is_variant);
        Some(found.label.field.clone())
    }

    #[test]
    fn inflected_and_compounded_labels_are_found() {
        let profiles = Profiles::built_in().unwrap();
        for (phrase, field) in [
            ("Projekts namn", "project_name"),
            ("Projekt-namn", "project_name"),
            ("Namnet på projekten", "project_name"),
            ("Projektets officiella titel", "project_name"),
            ("Startdatumet för projektet", "period_start"),
            ("Kontaktpersoners e-post adress", "email"),
            ("Sökandena", "organisation"),
            ("Den sökandes telefonnummer", "phone"),
            ("Projektägarnas namn", "organisation"),
            ("Beviljad stödsumma", "granted_sek"),
            ("Projektperioder", "period"),
            ("Numret på projektet", "project_number"),
            ("Projektet startdato", "period_start"),
            ("Navnet på projekterne", "project_name"),
            ("Ansøgernes navn", "organisation"),
            ("Prosjektenes navn", "project_name"),
            ("Søkernes organisasjonsnummer", "organisation_number"),
            ("Hankkeen myönnetty rahoitus", "granted_sek"),
            ("Hakijan virallisen nimi", "organisation"),
            ("Projektien nimi", "project_name"),
            ("Hankkeiden nimet", "project_name"),
            ("Yhteyshenkilöiden nimet", "contact_name"),
            ("Titles of the projects", "project_name"),
            ("Name of your organization", "organisation"),
            ("Phone number of the contact person", "phone"),
        ] {
            let found = variant(&profiles, phrase);

            assert_eq!(found.as_deref(), Some(field), "{phrase}");
        }
    }

    #[test]
    fn one_misread_letter_is_tolerated_in_long_labels_only() {
        let profiles = Profiles::built_in().unwrap();
        for (phrase, field) in [
            ("Projektagare", Some("organisation")),
            ("Organisati0nsnummer", Some("organisation_number")),
            ("Pr0jektperiod", Some("period")),
            ("Kontaktpersen", Some("contact_name")),
            ("Diarienumner", Some("diary_number")),
            ("Äqare", None),
            ("Regian", None),
            ("Telefon 7", None),
            ("Projektledning", None),
        ] {
            assert_eq!(variant(&profiles, phrase).as_deref(), field, "{phrase}");
        }
    }

    #[test]
    fn words_of_other_meaning_are_no_variants() {
        let profiles = Profiles::built_in().unwrap();
        for phrase in [
            "Projektets resultat",
            "Namn på lokalen",
            "Kontaktpersonens uppdrag",
            "Syfte",
            "Målgrupp och mål",
            "Så här söker ni",
            "Projektbeskrivning",
            "Ansökan",
            "Hankkeen tavoitteet",
            "Project description",
            "Projektets budget och tidsplan",
            "Ansøgning",
            "",
            "…",
            "1",
        ] {
            assert_eq!(variant(&profiles, phrase), None, "{phrase}");
        }
    }
}
