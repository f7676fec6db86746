//! Duplicate rules: a label, heading or question number that is declared twice, and fields that no
//! label can find.

use std::collections::BTreeMap;

use super::{LintedFile, toml_node::TomlNode};
use crate::profile::{declaration::SharedDeclaration, suggest::nearest, vocabulary::normalize};

pub(super) fn check(root: &TomlNode<'_>, shared: &SharedDeclaration, linted: &mut LintedFile<'_>) {
    check_fields(root, shared, linted);
    check_headings(root, linted);
    let mut numbers = Declared::new("question number");
    for question in items_in(root, "sections", "questions") {
        if let Some(number) = question.get("number") {
            numbers.add(&number, "sections.questions", linted);
        }
    }
}

fn check_fields(root: &TomlNode<'_>, shared: &SharedDeclaration, linted: &mut LintedFile<'_>) {
    let mut labels = Declared::new("label");
    for field in entries_in(root, "fields") {
        for label in field.items_of("labels") {
            labels.add(&label, field.key, linted);
        }
        check_type(&field, shared, linted);
    }
}

/// Sections, lists and groups of people all begin at a heading, so that no two may have the same.
fn check_headings(root: &TomlNode<'_>, linted: &mut LintedFile<'_>) {
    let mut headings = Declared::new("heading");
    for heading in items_in(root, "sections", "headings") {
        headings.add(&heading, "sections.headings", linted);
    }
    for list in entries_in(root, "lists") {
        let owner = format!("lists.{}", list.key);
        for heading in list.items_of("headings") {
            headings.add(&heading, &owner, linted);
        }
    }
    for label in items_in(root, "people", "labels") {
        headings.add(&label, "people", linted);
    }
}

fn entries_in<'t>(root: &TomlNode<'t>, table: &str) -> Vec<TomlNode<'t>> {
    let table = root.get(table);
    table.map(|table| table.entries()).unwrap_or_default()
}

fn items_in<'t>(root: &TomlNode<'t>, table: &str, array: &str) -> Vec<TomlNode<'t>> {
    let table = root.get(table);
    table.map(|table| table.items_of(array)).unwrap_or_default()
}

/// The words of one sort that were declared so far.
pub(super) struct Declared {
    /// The sort, as messages name it.
    sort: &'static str,
    /// The part of the profile that declares a word, by the normalized word.
    owners: BTreeMap<String, String>,
}

impl Declared {
    pub(super) fn new(sort: &'static str) -> Self {
        Self {
            sort,
            owners: BTreeMap::new(),
        }
    }

    /// Adds a word, and reports it if it is empty or was declared before.
    pub(super) fn add(&mut self, word: &TomlNode<'_>, owner: &str, linted: &mut LintedFile<'_>) {
        let Some(text) = word.text() else { return };
        let sort = self.sort;
        let normalized = normalize(text.trim_end_matches(['…', ' ', ':']));
        if normalized.is_empty() {
            linted.add(word.start, &format!("an empty {sort}; take it out"));
            return;
        }
        let message = match self.owners.get(&normalized) {
            Some(other) if other == owner => {
                format!("the {sort} “{text}” stands twice under {owner}; take one out")
            }
            Some(other) => {
                format!("the {sort} “{text}” is claimed by {other} and by {owner}; keep it in one")
            }
            None => {
                self.owners.insert(normalized, owner.to_owned());
                return;
            }
        };
        linted.add(word.start, &message);
    }
}

/// A field of the profile's own needs a type and labels; a shared field has both.
fn check_type(field: &TomlNode<'_>, shared: &SharedDeclaration, linted: &mut LintedFile<'_>) {
    let name = field.key;
    if shared.fields.contains_key(name) {
        return;
    }
    if field.get("type").is_none() {
        let known: Vec<&str> = shared.fields.keys().map(String::as_str).collect();
        let hint = match nearest(name, &known) {
            Some(known) => format!(" (or did you mean the shared field {known}?)"),
            None => String::new(),
        };
        let message = format!(
            "the field {name} has no type; say type = \"text\", \"amount\", \"date\" …{hint}"
        );
        linted.add(field.start, &message);
    } else if field.items_of("labels").is_empty() {
        let message = format!("the field {name} has no labels, so it is never found; add labels");
        linted.add(field.start, &message);
    }
}
