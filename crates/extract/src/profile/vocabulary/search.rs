//! Label search: the labels along a line.
//!
//! A label is looked up by its first word, at the beginning of each word, so that the time of a search does
//! not grow with the number of labels. Variants of labels are looked up only where a label may stand: before
//! a colon, or in a cell of their own.

use std::ops::Range;

use diarium_document::operations;

use super::{Label, Vocabulary, index::first_word_end, phrases};

/// A search for labels along one line, or one cell of it.
#[derive(Debug)]
pub struct LabelSearch<'v, 'l> {
    vocabulary: &'v Vocabulary,
    line: &'l str,
    /// The variants of labels in the line, last one first.
    variants: Vec<FoundLabel<'v>>,
    /// The position of the line's last `@`, once it was needed: searched for once a line, not once a
    /// label.
    last_at_sign: Option<Option<usize>>,
}

/// A label in a line.
#[derive(Debug, Clone)]
pub struct FoundLabel<'v> {
    /// Its bytes in the line.
    pub range: Range<usize>,
    /// The label.
    pub label: &'v Label,
    /// Whether the line has a variant of the label: inflected, compounded or misread.
    pub is_variant: bool,
}

impl<'v, 'l> LabelSearch<'v, 'l> {
    /// A search that takes a text from `start` on for the beginning of a label.
    pub(super) fn new(vocabulary: &'v Vocabulary, line: &'l str, start: usize) -> Self {
        let mut variants = phrases::phrases(line, start)
            .into_iter()
            .filter_map(|phrase| vocabulary.variant_in(line, phrase))
            .collect::<Vec<_>>();
        variants.reverse();
        Self {
            vocabulary,
            line,
            variants,
            last_at_sign: None,
        }
    }

    /// The next label at or after a byte of the line: the longest of those that begin there. A label
    /// inside a word (`region` in `Stödregion`) or one that continues in lowercase (`Region` in
    /// `Regionen`) is no label.
    pub fn next(&mut self, from: usize) -> Option<FoundLabel<'v>> {
        while self
            .variants
            .pop_if(|variant| variant.range.start < from)
            .is_some()
        {}
        let exact = self.next_exact(from);
        let Some(variant) = self.variants.last() else {
            return exact;
        };
        let is_first = exact.as_ref().is_none_or(|exact| {
            let ends_first = exact.range.end < variant.range.end && !exact.label.open;
            exact.range.start > variant.range.start
                || exact.range.start == variant.range.start && ends_first
        });
        if is_first { self.variants.pop() } else { exact }
    }

    fn next_exact(&mut self, from: usize) -> Option<FoundLabel<'v>> {
        let line = self.line;
        let mut inside_word = line.get(..from)?.ends_with(char::is_alphanumeric);
        for (offset, character) in line.get(from..)?.char_indices() {
            operations::count(1);
            let is_alphanumeric = character.is_alphanumeric();
            if !inside_word
                && !character.is_whitespace()
                && let Some((end, label)) = self.label_at(from + offset)
            {
                return Some(FoundLabel {
                    range: from + offset..end,
                    label,
                    is_variant: false,
                });
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
