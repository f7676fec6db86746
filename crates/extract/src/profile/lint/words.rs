//! Do labels, headings and lists leave each other alone?

use std::collections::BTreeMap;

use super::{Report, tree::Tree};
use crate::profile::{declaration::Shared, vocabulary::fold};

/// Who claims a word, by the word folded.
type Claims<'t> = BTreeMap<String, (String, &'t str)>;

pub(super) fn check(root: &Tree<'_>, shared: &Shared, report: &mut Report<'_>) {
    let mut labels: Claims<'_> = BTreeMap::new();
    for field in entries(root, "fields") {
        for label in field.items_of("labels") {
            claim(&label, field.key, &mut labels, "label", report);
        }
        types(&field, shared, report);
    }
    let sections = root.get("sections");
    let of_sections = |key: &str| {
        let items = sections.as_ref().map(|table| table.items_of(key));
        items.unwrap_or_default()
    };
    let mut headings: Claims<'_> = BTreeMap::new();
    for heading in of_sections("headings") {
        claim(
            &heading,
            "sections.headings",
            &mut headings,
            "heading",
            report,
        );
    }
    for list in entries(root, "lists") {
        let claimant = format!("lists.{}", list.key);
        for heading in list.items_of("headings") {
            claim(&heading, &claimant, &mut headings, "heading", report);
        }
    }
    for label in root
        .get("people")
        .map(|people| people.items_of("labels"))
        .unwrap_or_default()
    {
        claim(&label, "people", &mut headings, "heading", report);
    }
    let mut numbers: Claims<'_> = BTreeMap::new();
    for question in of_sections("questions") {
        if let Some(number) = question.get("number") {
            claim(
                &number,
                "sections.questions",
                &mut numbers,
                "question number",
                report,
            );
        }
    }
}

fn entries<'t>(root: &Tree<'t>, part: &str) -> Vec<Tree<'t>> {
    root.get(part)
        .map(|table| table.entries())
        .unwrap_or_default()
}

fn claim<'t>(
    word: &Tree<'t>,
    claimant: &str,
    claims: &mut Claims<'t>,
    what: &str,
    report: &mut Report<'_>,
) {
    let Some(text) = word.text() else { return };
    let folded = fold(text.trim_end_matches(['…', ' ', ':']));
    if folded.is_empty() {
        report.add(word.start, &format!("an empty {what}; take it out"));
        return;
    }
    let message = match claims.get(&folded) {
        Some((other, _)) if other == claimant => {
            format!("the {what} “{text}” stands twice under {claimant}; take one out")
        }
        Some((other, _)) => {
            format!("the {what} “{text}” is claimed by {other} and by {claimant}; keep it in one")
        }
        None => {
            claims.insert(folded, (claimant.to_owned(), text));
            return;
        }
    };
    report.add(word.start, &message);
}

/// A field of its own needs a type; one that all kinds share has one.
fn types(field: &Tree<'_>, shared: &Shared, report: &mut Report<'_>) {
    let name = field.key;
    if field.get("type").is_none() && !shared.fields.contains_key(name) {
        let known: Vec<&str> = shared.fields.keys().map(String::as_str).collect();
        let hint = match super::keys::nearest(name, &known) {
            Some(known) => format!(" (or did you mean the shared field {known}?)"),
            None => String::new(),
        };
        let message = format!(
            "the field {name} has no type; say type = \"text\", \"amount\", \"date\" …{hint}"
        );
        report.add(field.start, &message);
    }
    let own = field.items_of("labels").is_empty() && !shared.fields.contains_key(name);
    if own && field.get("type").is_some() {
        let message = format!("the field {name} has no labels, so it is never found; add labels");
        report.add(field.start, &message);
    }
}
