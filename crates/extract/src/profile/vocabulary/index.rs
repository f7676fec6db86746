//! Label index: labels by their text, by their first word, and by their variants.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use diarium_document::operations;

use super::{DeclaredLabel, Label, morphology::Morphology, variants::Variants};

/// The longest first word of a label, in characters.
// No word of a form is longer, and a text without spaces must not be compared to its end.
const MAX_WORD: usize = 60;

/// Labels by their first word.
#[derive(Debug, Default)]
pub(in crate::profile) struct LabelIndex {
    /// The labels, longest first.
    labels: Vec<Label>,
    /// The index of each label by its normalized text.
    by_text: HashMap<String, usize>,
    /// The indexes of the labels that begin with a word, longest label first.
    by_first_word: HashMap<String, Vec<usize>>,
    /// How the words of the labels vary, by language.
    languages: Vec<(&'static str, Arc<Morphology>)>,
    /// The variants of the labels, once one is searched for.
    // Few documents need more than one kind's labels, and a program that only lists the kinds needs none.
    variants: OnceLock<Variants>,
}

impl LabelIndex {
    /// The index of the declared labels. Of labels that are the same once normalized, the first takes
    /// precedence.
    pub(in crate::profile) fn new<'d>(
        declared: impl IntoIterator<Item = DeclaredLabel<'d>>,
        languages: Vec<(&'static str, Arc<Morphology>)>,
    ) -> Self {
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
            languages,
            variants: OnceLock::new(),
        }
    }

    /// All labels, longest first.
    pub(super) fn labels(&self) -> &[Label] {
        &self.labels
    }

    /// The label with that normalized text.
    pub(super) fn get(&self, normalized: &str) -> Option<&Label> {
        self.labels.get(*self.by_text.get(normalized)?)
    }

    /// The label that a phrase is a variant of.
    pub(super) fn variant(&self, phrase: &str) -> Option<&Label> {
        let variants = self
            .variants
            .get_or_init(|| Variants::new(&self.labels, &self.languages));
        self.labels.get(variants.find(phrase, &self.labels)?)
    }

    /// Whether a normalized text is a label.
    pub(in crate::profile) fn contains(&self, normalized: &str) -> bool {
        self.by_text.contains_key(normalized)
    }

    /// The longest label that begins with a word and continues as the line does, if `accepts` its end.
    pub(super) fn longest(
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

/// The end of the word that a text begins with, at most [`MAX_WORD`] characters; of the first character
/// if that is no letter or digit.
pub(super) fn first_word_end(text: &str) -> usize {
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
