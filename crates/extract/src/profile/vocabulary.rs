//! Label vocabulary: the words that name a field, and the search for them in a line.
//!
//! Labels are compared by normalized words, so that case and spacing do not matter. `…` at a label's
//! end stands for up to five more words: `Kontaktperson …` matches `Kontaktperson för gruppen`. Which
//! labels a kind has is decided in [`super::declaration`].

use std::{collections::HashMap, ops::Range, sync::OnceLock};

use regex::Regex;

use diarium_document::{FieldType, work};

/// The labels of one kind, longest first, so that `Projektets namn` is not read as `Projekt`.
#[derive(Debug)]
pub struct Vocabulary {
    labels: Vec<Label>,
    /// Index of each label by its normalized text.
    by_text: HashMap<String, usize>,
    /// Finds any label, and the longest of those that begin at the same position.
    // Compiled at the first search: that takes some ten milliseconds, and few documents are searched
    // with the labels of more than one kind.
    pattern: OnceLock<Regex>,
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
}

/// A label as a profile declares it.
#[derive(Debug, Clone, Copy)]
pub(super) struct DeclaredLabel<'d> {
    pub field: &'d str,
    pub field_type: FieldType,
    pub written: &'d str,
}

impl Vocabulary {
    /// The vocabulary of the declared labels. Of labels that are the same once normalized, the first
    /// takes precedence.
    pub(super) fn new<'d>(declared: impl IntoIterator<Item = DeclaredLabel<'d>>) -> Self {
        let mut labels: Vec<Label> = Vec::new();
        let mut by_text = HashMap::new();
        for label in declared.into_iter().map(Label::new) {
            if by_text.insert(label.normalized.clone(), 0).is_none() {
                labels.push(label);
            }
        }
        labels.sort_by(|a, b| {
            let length = b.normalized.len().cmp(&a.normalized.len());
            length.then_with(|| a.normalized.cmp(&b.normalized))
        });
        for (index, label) in labels.iter().enumerate() {
            by_text.insert(label.normalized.clone(), index);
        }
        Self {
            labels,
            by_text,
            pattern: OnceLock::new(),
        }
    }

    /// Compiles the label pattern now instead of at the first search. A user's profile is compiled
    /// when it is loaded; a test compiles the built-in ones.
    ///
    /// # Errors
    /// If the labels together are too large for a regular expression.
    pub(super) fn compile(&self) -> Result<(), regex::Error> {
        let pattern = self.label_pattern()?;
        self.pattern.get_or_init(|| pattern);
        Ok(())
    }

    fn label_pattern(&self) -> Result<Regex, regex::Error> {
        let labels = self.labels.iter();
        let alternatives: Vec<String> = labels
            .map(|label| with_any_spacing(&label.normalized))
            .collect();
        Regex::new(&format!("(?i){}", alternatives.join("|")))
    }

    fn pattern(&self) -> &Regex {
        self.pattern.get_or_init(|| match self.label_pattern() {
            Ok(pattern) => pattern,
            // A user's profile was compiled at load, so this is a bug in a built-in profile. A
            // vocabulary without labels would silently lose values.
            Err(error) => panic!("the labels of a built-in profile do not compile: {error}"),
        })
    }

    /// All labels, longest first.
    pub fn labels(&self) -> &[Label] {
        &self.labels
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
        }
    }
}

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
    /// The next label at or after a byte of the line, and its range. A label that continues in
    /// lowercase (`Region` in `Regionen`) is part of another word and not a label.
    pub fn next(&mut self, from: usize) -> Option<(Range<usize>, &'v Label)> {
        let vocabulary = self.vocabulary;
        let pattern = vocabulary.pattern();
        let line = self.line;
        let mut from = from;
        loop {
            let found = pattern.find_at(line, from);
            work::spend(found.map_or(line.len(), |found| found.end()) - from);
            let found = found?;
            // Checked here: a word boundary in the pattern would make the search many times slower.
            let inside_word = line[..found.start()].ends_with(char::is_alphanumeric);
            let rest = &line[found.end()..];
            let continues =
                rest.starts_with(char::is_lowercase) && !self.has_at_sign_after(found.end());
            if inside_word {
                from = next_boundary(line, found.start());
                continue;
            }
            match vocabulary.by_text.get(&normalize(found.as_str())) {
                Some(&index) if !continues => {
                    return Some((found.range(), &vocabulary.labels[index]));
                }
                _ => from = found.end(),
            }
        }
    }

    /// Whether the line has an `@` at or after a byte: an e-mail address may follow its label without
    /// a space, as in `E-posteva.ek@example.se`.
    fn has_at_sign_after(&mut self, byte: usize) -> bool {
        let line = self.line;
        let last = self.last_at_sign.get_or_insert_with(|| {
            work::spend(line.len());
            line.rfind('@')
        });
        last.is_some_and(|last| last >= byte)
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

/// The first character boundary after `at`.
fn next_boundary(text: &str, at: usize) -> usize {
    text[at..]
        .chars()
        .next()
        .map_or(text.len(), |first| at + first.len_utf8())
}

/// A label as a regular expression with any white space between its words.
fn with_any_spacing(normalized: &str) -> String {
    let words: Vec<String> = normalized.split(' ').map(regex::escape).collect();
    words.join(r"\s+")
}
