//! Variants of labels that nobody lists: inflected, compounded, or with a misread letter.
//!
//! Each phrase is looked up by its normal form (see [`super::morphology`]), then by its letters alone, then by
//! either half of them, which a single error leaves intact. No lookup goes through all labels.

use std::{collections::HashMap, sync::Arc};

use diarium_document::operations;

use super::{
    Label,
    morphology::{Lexicon, Morphology},
};

/// The shortest label that is recognized without its accents, in letters.
const MIN_FOLDED: usize = 6;
/// The shortest label in which one letter may be misread, in letters.
// One letter in six is a different word too often: `Region` and `Religion`.
const MIN_MISREAD: usize = 7;

/// The variants of all labels.
#[derive(Debug, Default)]
pub(super) struct Variants {
    languages: Vec<Forms>,
    /// Labels by their letters without accents.
    folded: HashMap<String, Entry>,
    /// Labels by length and half of their letters: whether it is the first half, and the half.
    halves: HashMap<(usize, bool, String), Vec<usize>>,
}

/// The labels of one language by normal form.
#[derive(Debug)]
struct Forms {
    morphology: Arc<Morphology>,
    lexicon: Lexicon,
    labels: HashMap<String, Entry>,
}

/// The label that has a form; none if labels of several fields have it.
type Entry = Option<usize>;

impl Variants {
    /// The variants of labels. Everyday words have none.
    pub(super) fn new(labels: &[Label], languages: &[(&'static str, Arc<Morphology>)]) -> Self {
        let mut variants = Self::default();
        let strong = || labels.iter().enumerate().filter(|(_, label)| !label.weak);
        for (language, morphology) in languages {
            let of_language = strong().filter(|(_, label)| label.language == Some(language));
            let mut forms = Forms::new(Arc::clone(morphology), labels, language);
            for (index, label) in of_language {
                forms.add(index, label, labels);
            }
            variants.languages.push(forms);
        }
        for (index, label) in strong() {
            variants.add_letters(index, label, labels);
        }
        variants
    }

    fn add_letters(&mut self, index: usize, label: &Label, labels: &[Label]) {
        let folded = fold(&label.normalized);
        let length = folded.chars().count();
        if length < MIN_FOLDED {
            return;
        }
        if length >= MIN_MISREAD {
            for (is_first, half) in halves(&folded, length) {
                let key = (length, is_first, half.to_owned());
                self.halves.entry(key).or_default().push(index);
            }
        }
        insert(&mut self.folded, folded, index, labels);
    }

    /// The label that a phrase is a variant of, if all that it may be name the same field.
    pub(super) fn find(&self, phrase: &str, labels: &[Label]) -> Option<usize> {
        self.by_form(phrase, labels)
            .or_else(|| self.by_letters(phrase, labels))
    }

    fn by_form(&self, phrase: &str, labels: &[Label]) -> Option<usize> {
        let found = self.languages.iter().filter_map(|language| {
            let form = language.morphology.normal_form(phrase, &language.lexicon)?;
            language.labels.get(&form).copied().flatten()
        });
        one_field(found, labels)
    }

    fn by_letters(&self, phrase: &str, labels: &[Label]) -> Option<usize> {
        let folded = fold(phrase);
        if let Some(&entry) = self.folded.get(&folded) {
            return entry;
        }
        let length = folded.chars().count();
        // A digit is no misread letter of a label: `Bilaga 2` is not `Bilaga 1`.
        if length < MIN_MISREAD || folded.contains(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let mut found: Vec<usize> = Vec::new();
        for known in length - 1..=length + 1 {
            for (is_first, half) in halves_of(&folded, length, known) {
                let key = (known, is_first, half.to_owned());
                let candidates = self.halves.get(&key).into_iter().flatten();
                found.extend(candidates.filter(|&&index| {
                    operations::count(1);
                    let label = labels.get(index).map(|label| fold(&label.normalized));
                    label.is_some_and(|label| is_one_edit(&label, &folded))
                }));
            }
        }
        one_field(found.into_iter(), labels)
    }
}

impl Forms {
    fn new(morphology: Arc<Morphology>, labels: &[Label], language: &'static str) -> Self {
        // Everyday words are parts of compounds as well.
        let of_language = labels
            .iter()
            .filter(|label| label.language == Some(language));
        let texts = of_language.map(|label| label.normalized.as_str());
        let lexicon = Lexicon::new(texts, &morphology);
        Self {
            morphology,
            lexicon,
            labels: HashMap::new(),
        }
    }

    fn add(&mut self, index: usize, label: &Label, labels: &[Label]) {
        let form = self
            .morphology
            .normal_form(&label.normalized, &self.lexicon);
        if let Some(form) = form {
            insert(&mut self.labels, form, index, labels);
        }
    }
}

/// Inserts a label; a form of two fields belongs to none.
fn insert(entries: &mut HashMap<String, Entry>, form: String, index: usize, labels: &[Label]) {
    let field = |index: usize| labels.get(index).map(|label| label.field.as_str());
    let entry = entries.entry(form).or_insert(Some(index));
    if entry.is_some_and(|other| field(other) != field(index)) {
        *entry = None;
    }
}

/// The first of the labels, if all name the same field.
fn one_field(mut found: impl Iterator<Item = usize>, labels: &[Label]) -> Option<usize> {
    let first = found.next()?;
    let field = |index: usize| labels.get(index).map(|label| label.field.as_str());
    found
        .all(|other| field(other) == field(first))
        .then_some(first)
}

/// The letters and digits of a phrase, without accents, and those that OCR confuses as one.
fn fold(phrase: &str) -> String {
    let lowercase = phrase.chars().flat_map(char::to_lowercase);
    let letters = lowercase.filter(|character| character.is_alphanumeric());
    letters
        .map(|character| match character {
            'å' | 'ä' | 'á' | 'à' | 'â' | 'æ' => 'a',
            'ö' | 'ø' | 'ó' | '0' => 'o',
            'é' | 'è' | 'ë' => 'e',
            'ü' => 'u',
            '1' | 'l' => 'i',
            other => other,
        })
        .collect()
}

/// The halves of a folded label of `length` letters.
fn halves(folded: &str, length: usize) -> [(bool, &str); 2] {
    halves_of(folded, length, length)
}

/// The parts of a text of `length` letters that are the halves of a label of `known` letters, if the text
/// has an error in the other half.
fn halves_of(folded: &str, length: usize, known: usize) -> [(bool, &str); 2] {
    let at = |letters: usize| {
        let mut starts = folded.char_indices().map(|(at, _)| at);
        starts.nth(letters).unwrap_or(folded.len())
    };
    let first = folded.get(..at(known / 2)).unwrap_or_default();
    let second_length = known - known / 2;
    let second = folded.get(at(length.saturating_sub(second_length))..);
    [(true, first), (false, second.unwrap_or_default())]
}

/// Whether two different texts are the same but for one letter.
fn is_one_edit(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let longest = a.len().max(b.len());
    let shortest = a.len().min(b.len());
    let prefix = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let suffix = a.iter().rev().zip(b.iter().rev());
    let suffix = suffix.take_while(|(a, b)| a == b).count();
    longest - shortest <= 1 && prefix + suffix.min(shortest - prefix) + 1 >= longest
}
