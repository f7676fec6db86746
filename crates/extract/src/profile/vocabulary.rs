//! Label vocabulary: the words that name a field, and the search for them in a line.
//!
//! Labels are compared by normalized words, so that case and spacing do not matter. `…` at a label's
//! end stands for up to five more words: `Kontaktperson …` matches `Kontaktperson för gruppen`. Which
//! labels a kind has is decided in [`super::declaration`].
//!
//! A label is looked up by its first word, at the beginning of each word of a line, so that the time of
//! a search does not grow with the number of labels.

use std::{collections::HashMap, ops::Range, sync::Arc};

use diarium_document::{FieldType, operations};

use super::labels::{PageKind, Role};

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
            own: LabelIndex::new(own),
            shared: Arc::clone(shared),
        }
    }

    /// All labels: the kind's own, then the shared ones that it does not declare for another field.
    /// Of each, the longest come first.
    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        let shared = self.shared.labels.iter();
        let shared = shared.filter(|label| !self.own.contains(&label.normalized));
        self.own.labels.iter().chain(shared)
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

    /// A search for the labels of a line.
    pub fn search<'v, 'l>(&'v self, line: &'l str) -> LabelSearch<'v, 'l> {
        LabelSearch {
            vocabulary: self,
            line,
            last_at_sign: None,
        }
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

/// Labels by their first word.
#[derive(Debug, Default)]
pub(super) struct LabelIndex {
    /// The labels, longest first.
    labels: Vec<Label>,
    /// The index of each label by its normalized text.
    by_text: HashMap<String, usize>,
    /// The indexes of the labels that begin with a word, longest label first.
    by_first_word: HashMap<String, Vec<usize>>,
}

impl LabelIndex {
    /// The index of the declared labels. Of labels that are the same once normalized, the first takes
    /// precedence.
    pub(super) fn new<'d>(declared: impl IntoIterator<Item = DeclaredLabel<'d>>) -> Self {
        let mut labels: Vec<Label> = Vec::new();
        let mut by_text = HashMap::new();
        for label in declared.into_iter().map(Label::new) {
            let is_new = !label.normalized.is_empty()
                && by_text.insert(label.normalized.clone(), 0).is_none();
            if is_new {
                labels.push(label);
            }
        }
        labels.sort_by(|a, b| {
            let length = b.normalized.len().cmp(&a.normalized.len());
            length.then_with(|| a.normalized.cmp(&b.normalized))
        });
        let mut by_first_word: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, label) in labels.iter().enumerate() {
            by_text.insert(label.normalized.clone(), index);
            let first = label.normalized[..first_word_end(&label.normalized)].to_owned();
            by_first_word.entry(first).or_default().push(index);
        }
        Self {
            labels,
            by_text,
            by_first_word,
        }
    }

    /// Whether a normalized text is a label.
    pub(super) fn contains(&self, normalized: &str) -> bool {
        self.by_text.contains_key(normalized)
    }

    /// The longest label that begins with a word and continues as the line does, if `accepts` its end.
    fn longest(
        &self,
        first_word: &str,
        rest: &str,
        mut accepts: impl FnMut(usize) -> bool,
    ) -> Option<(usize, &Label)> {
        let candidates = self.by_first_word.get(first_word)?;
        candidates.iter().find_map(|&index| {
            operations::count(1);
            let label = self.labels.get(index)?;
            let end = common_end(label.normalized.get(first_word.len()..)?, rest)?;
            accepts(end).then_some((end, label))
        })
    }
}

/// The longest first word of a label, in characters.
// No word of a form is longer, and a text without spaces must not be compared to its end.
const MAX_WORD: usize = 60;

/// A search for labels along one line.
#[derive(Debug)]
pub struct LabelSearch<'v, 'l> {
    vocabulary: &'v Vocabulary,
    line: &'l str,
    /// The position of the line's last `@`, once it was needed: searched for once a line, not once a
    /// label.
    last_at_sign: Option<Option<usize>>,
}

impl<'v> LabelSearch<'v, '_> {
    /// The next label at or after a byte of the line, and its range: the longest of those that begin
    /// there. A label inside a word (`region` in `Stödregion`) or one that continues in lowercase
    /// (`Region` in `Regionen`) is no label.
    pub fn next(&mut self, from: usize) -> Option<(Range<usize>, &'v Label)> {
        let line = self.line;
        let mut inside_word = line.get(..from)?.ends_with(char::is_alphanumeric);
        for (offset, character) in line.get(from..)?.char_indices() {
            operations::count(1);
            let is_alphanumeric = character.is_alphanumeric();
            if !inside_word
                && !character.is_whitespace()
                && let Some((end, label)) = self.label_at(from + offset)
            {
                return Some((from + offset..end, label));
            }
            inside_word = is_alphanumeric;
        }
        None
    }

    /// The longest label that begins at a byte of the line, and its end.
    fn label_at(&mut self, start: usize) -> Option<(usize, &'v Label)> {
        let (vocabulary, line) = (self.vocabulary, self.line);
        let mut best: Option<(usize, &'v Label)> = None;
        for (word_end, word) in self.first_words(start) {
            let rest = line.get(word_end..).unwrap_or_default();
            // A label of the kind's own comes first: of equally long ones it wins.
            for index in [&vocabulary.own, &*vocabulary.shared] {
                let accepts = |end: usize| !self.continues(word_end + end);
                if let Some((end, label)) = index.longest(&word, rest, accepts)
                    && best.is_none_or(|(longest, _)| word_end + end > longest)
                {
                    best = Some((word_end + end, label));
                }
            }
        }
        best
    }

    /// The words that begin at a byte, in lowercase with their ends: the whole word, and its beginnings
    /// where a value is run together with it, as in `ProjektfasGenomförande` or `E-posteva.ek@example.se`.
    fn first_words(&mut self, start: usize) -> Vec<(usize, String)> {
        let rest = self.line.get(start..).unwrap_or_default();
        let mut words = Vec::new();
        let mut word = String::new();
        let end = first_word_end(rest);
        for (at, character) in rest[..end].char_indices() {
            operations::count(1);
            if at > 0 && !self.continues(start + at) {
                words.push((start + at, word.clone()));
            }
            word.extend(character.to_lowercase());
        }
        words.push((start + end, word));
        words
    }

    /// Whether the word that a label ends with continues: in lowercase, or a word of capitals in capitals.
    fn continues(&mut self, end: usize) -> bool {
        let (label, rest) = self.line.split_at_checked(end).unwrap_or_default();
        rest.starts_with(char::is_lowercase) && !self.has_at_sign_after(end)
            || rest.starts_with(char::is_uppercase) && label.ends_with(char::is_uppercase)
    }

    /// Whether the line has an `@` at or after a byte: an e-mail address may follow its label without
    /// a space, as in `E-posteva.ek@example.se`.
    fn has_at_sign_after(&mut self, byte: usize) -> bool {
        let line = self.line;
        let last = self.last_at_sign.get_or_insert_with(|| {
            operations::count(line.len());
            line.rfind('@')
        });
        last.is_some_and(|last| last >= byte)
    }
}

/// The end of the word that a text begins with, at most [`MAX_WORD`] characters; of the first character
/// if that is no letter or digit.
fn first_word_end(text: &str) -> usize {
    let mut ends = text.char_indices().take(MAX_WORD);
    let Some((_, first)) = ends.next() else {
        return 0;
    };
    let mut end = first.len_utf8();
    if first.is_alphanumeric() {
        for (at, character) in ends.take_while(|(_, character)| character.is_alphanumeric()) {
            end = at + character.len_utf8();
        }
    }
    end
}

/// The end of a normalized label in a text that begins with it, in any case and spacing.
fn common_end(label: &str, text: &str) -> Option<usize> {
    let mut expected = label.chars().peekable();
    let mut rest = text.char_indices().peekable();
    let mut end = 0;
    while let Some(&next) = expected.peek() {
        let (at, character) = rest.next()?;
        end = at + character.len_utf8();
        if next == ' ' {
            if !character.is_whitespace() {
                return None;
            }
            while let Some((at, space)) = rest.next_if(|(_, space)| space.is_whitespace()) {
                operations::count(1);
                end = at + space.len_utf8();
            }
            expected.next();
        } else if !character
            .to_lowercase()
            .all(|lower| expected.next() == Some(lower))
        {
            return None;
        }
    }
    Some(end)
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
        let mut search = vocabulary.search(line);
        let (mut found, mut from) = (Vec::new(), 0);
        while let Some((range, label)) = search.next(from) {
            from = range.end;
            found.push((line[range].to_owned(), label.field.clone()));
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
}
