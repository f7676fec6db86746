//! Which words name which field?
//!
//! Labels are matched by the words they are made of, whatever their case and spacing. `…` at a
//! label's end stands for up to five more words, as in `Kontaktperson …` for
//! `Kontaktperson för gruppen`.

use std::collections::{BTreeMap, HashSet};

use super::declaration::{FieldDeclaration, FieldType, Shared};

/// The labels of one kind, longest first, so that `Projektets namn` is not taken for `Projekt`.
#[derive(Debug)]
pub struct Vocabulary {
    labels: Vec<Label>,
    folded: HashSet<String>,
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
        let folded = labels.iter().map(|label| label.folded.clone()).collect();
        Self { labels, folded }
    }

    /// All labels, longest first.
    pub fn labels(&self) -> &[Label] {
        &self.labels
    }

    /// Whether a whole line, but for a closing colon, is one of the labels.
    pub fn is_label(&self, line: &str) -> bool {
        self.folded
            .contains(&fold(line.trim().trim_end_matches(':')))
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

/// Lower case, white space made single.
fn fold(text: &str) -> String {
    text.to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
