//! Label vocabulary: the words that name a field.
//!
//! Labels are matched by the words they are made of, whatever their case and spacing. `…` at a
//! label's end stands for up to five more words, as in `Kontaktperson …` for
//! `Kontaktperson för gruppen`.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
    sync::OnceLock,
};

use regex::Regex;

use diarium_document::FieldType;

use super::declaration::{FieldDeclaration, Shared};
use diarium_document::work;

/// The labels of one kind, longest first, so that `Projektets namn` is not taken for `Projekt`.
#[derive(Debug)]
pub struct Vocabulary {
    labels: Vec<Label>,
    /// Index of each label by its folded text.
    folded: HashMap<String, usize>,
    /// Finds any label; the longest that begins at a place. Made when it is first asked: that takes
    /// some ten milliseconds, and few documents meet more than one kind.
    pattern: OnceLock<Option<Regex>>,
}

/// One label.
#[derive(Debug, Clone)]
pub struct Label {
    /// The canonical name of the field that it names; empty for labels that name none of ours.
    pub field: String,
    /// The type of the field's value.
    pub kind: FieldType,
    /// The label in lower case with single spaces, without a closing colon.
    pub folded: String,
    /// More words may follow before the colon.
    pub open: bool,
}

impl Vocabulary {
    /// The shared labels, with a kind's own laid over them: a label that the kind gives to a field
    /// is taken from the field that the shared vocabulary gave it to.
    pub(super) fn new(shared: &Shared, own: &BTreeMap<String, FieldDeclaration>) -> Self {
        let mut labels: Vec<Label> = Vec::new();
        let shared_kind = |name: &str| shared.fields.get(name).and_then(|field| field.kind);
        for (name, field) in own.iter().chain(&shared.fields) {
            let kind = field.kind.or_else(|| shared_kind(name));
            for written in &field.labels {
                add(&mut labels, name, kind.unwrap_or(FieldType::Text), written);
            }
        }
        for written in &shared.other_labels {
            add(&mut labels, "", FieldType::Other, written);
        }
        labels.sort_by(|a, b| {
            let length = b.folded.len().cmp(&a.folded.len());
            length.then_with(|| a.folded.cmp(&b.folded))
        });
        let folded = labels
            .iter()
            .enumerate()
            .map(|(index, label)| (label.folded.clone(), index))
            .collect();
        Self {
            labels,
            folded,
            pattern: OnceLock::new(),
        }
    }

    /// Has the pattern ready. Done for every profile of the user's own when it is loaded; those that
    /// are built in are compiled by a test and when they are first asked.
    ///
    /// # Errors
    /// If the labels together are too large for a regular expression.
    pub(super) fn compile(&self) -> Result<(), regex::Error> {
        let pattern = self.pattern_of_labels()?;
        self.pattern.get_or_init(|| Some(pattern));
        Ok(())
    }

    fn pattern_of_labels(&self) -> Result<Regex, regex::Error> {
        let spelled = self.labels.iter().map(|label| spelled(&label.folded));
        let alternatives: Vec<String> = spelled.collect();
        Regex::new(&format!("(?i){}", alternatives.join("|")))
    }

    /// All labels, longest first.
    pub fn labels(&self) -> &[Label] {
        &self.labels
    }

    /// A search for the labels of a line.
    pub fn search<'v, 'l>(&'v self, line: &'l str) -> Search<'v, 'l> {
        Search {
            vocabulary: self,
            line,
            last_at: None,
        }
    }
}

/// A search for labels along one line.
#[derive(Debug)]
pub struct Search<'v, 'l> {
    vocabulary: &'v Vocabulary,
    line: &'l str,
    /// Where the line's last `@` stands, once somebody asked: looked for once a line, not once a
    /// label.
    last_at: Option<Option<usize>>,
}

impl<'v> Search<'v, '_> {
    /// The next label at or after a byte of the line, and where it stands. A label whose word goes on
    /// in lower case (`Region` in `Regionen`) is not one.
    pub fn next(&mut self, from: usize) -> Option<(Range<usize>, &'v Label)> {
        let vocabulary = self.vocabulary;
        let pattern = vocabulary
            .pattern
            .get_or_init(|| match vocabulary.pattern_of_labels() {
                Ok(pattern) => Some(pattern),
                // Without labels, values would be missing without a word.
                Err(error) => panic!("the labels of a built-in profile do not compile: {error}"),
            });
        let pattern = pattern.as_ref()?;
        let line = self.line;
        let mut from = from;
        loop {
            let found = pattern.find_at(line, from);
            work::spend(found.map_or(line.len(), |found| found.end()) - from);
            let found = found?;
            // Looked at here, because a word boundary in the pattern would make it many times slower.
            let inside_word = line[..found.start()].ends_with(char::is_alphanumeric);
            let rest = &line[found.end()..];
            let goes_on =
                rest.starts_with(char::is_lowercase) && !self.has_at_sign_behind(found.end());
            if inside_word {
                from = next_boundary(line, found.start());
                continue;
            }
            match vocabulary.folded.get(&fold(found.as_str())) {
                Some(&index) if !goes_on => {
                    return Some((found.range(), &vocabulary.labels[index]));
                }
                _ => from = found.end(),
            }
        }
    }

    /// Whether an `@` stands at or after a byte of the line: an address may be glued to its label.
    fn has_at_sign_behind(&mut self, byte: usize) -> bool {
        let line = self.line;
        let last = self.last_at.get_or_insert_with(|| {
            work::spend(line.len());
            line.rfind('@')
        });
        last.is_some_and(|last| last >= byte)
    }
}

fn add(labels: &mut Vec<Label>, field: &str, kind: FieldType, written: &str) {
    let open = written.ends_with('…');
    let folded = fold(written.trim_end_matches(['…', ' ', ':']));
    if labels.iter().any(|known| known.folded == folded) {
        return;
    }
    labels.push(Label {
        field: field.to_owned(),
        kind,
        folded,
        open,
    });
}

/// A whole line as it is compared with a label: folded, without its colon.
pub(super) fn fold_line(line: &str) -> String {
    fold(line.trim().trim_end_matches(':'))
}

/// The first character boundary after `at`.
fn next_boundary(text: &str, at: usize) -> usize {
    text[at..]
        .chars()
        .next()
        .map_or(text.len(), |first| at + first.len_utf8())
}

/// A label as a regular expression: any white space between its words.
fn spelled(folded: &str) -> String {
    let words: Vec<String> = folded.split(' ').map(regex::escape).collect();
    words.join(r"\s+")
}

/// Lower case, white space made single.
pub(super) fn fold(text: &str) -> String {
    text.to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
