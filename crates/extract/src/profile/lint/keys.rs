//! Key rules: every key is known, and the required ones are present.

use super::{LintedFile, toml_node::TomlNode};
use crate::profile::suggest::nearest;

/// Keys of a profile.
const PROFILE: &[&str] = &[
    "name",
    "version",
    "description",
    "title",
    "letterhead",
    "threshold",
    "recognize",
    "sections",
    "fields",
    "lists",
    "people",
];
/// Keys that every profile has.
const REQUIRED: [&str; 3] = ["name", "version", "description"];
/// Keys of the tables under a key of the profile, or of the tables in its array.
const PARTS: [(&str, &[&str]); 3] = [
    ("recognize", &["minimum", "evidence"]),
    ("sections", &["style", "headings", "questions"]),
    ("people", &["labels"]),
];
/// Keys of the items of an array of tables.
const ITEMS: [(&str, &str, &[&str]); 2] = [
    ("recognize", "evidence", &["pattern", "weight"]),
    ("sections", "questions", &["number", "heading"]),
];
/// Keys of the tables whose names the profile chooses.
const NAMED: [(&str, &[&str]); 2] = [
    ("fields", &["type", "labels", "required"]),
    ("lists", &["headings"]),
];

pub(super) fn check(root: &TomlNode<'_>, linted: &mut LintedFile<'_>) {
    check_known(root, PROFILE, "a profile", linted);
    for key in REQUIRED {
        if root.get(key).is_none() {
            linted.add(0, &format!("{key} is missing; every profile says it"));
        }
    }
    for (part, keys) in PARTS {
        if let Some(table) = root.get(part) {
            check_known(&table, keys, &format!("[{part}]"), linted);
        }
    }
    for (part, list, keys) in ITEMS {
        check_items(root, part, list, keys, linted);
    }
    for (part, keys) in NAMED {
        let table = root.get(part);
        for entry in table.map(|table| table.entries()).unwrap_or_default() {
            check_known(&entry, keys, &format!("[{part}.{}]", entry.key), linted);
            check_name(&entry, part, linted);
        }
    }
    if let Some(name) = root.get("name")
        && let Some(text) = name.text()
        && !is_kind_name(text)
    {
        linted.add(
            name.start,
            "a kind's name has small letters, digits and hyphens, and begins with a letter",
        );
    }
}

/// Every item of an array of tables has all of its keys and no other.
fn check_items(
    root: &TomlNode<'_>,
    part: &str,
    list: &str,
    keys: &[&str],
    linted: &mut LintedFile<'_>,
) {
    let table = root.get(part);
    for item in table.map(|table| table.items_of(list)).unwrap_or_default() {
        check_known(&item, keys, &format!("{part}.{list}"), linted);
        for key in keys.iter().filter(|key| item.get(key).is_none()) {
            let message = format!("{key} is missing in {part}.{list}; add it");
            linted.add(item.start, &message);
        }
    }
}

fn check_known(table: &TomlNode<'_>, keys: &[&str], place: &str, linted: &mut LintedFile<'_>) {
    for entry in table.entries() {
        if keys.contains(&entry.key) {
            continue;
        }
        let hint = match nearest(entry.key, keys) {
            Some(key) => format!("did you mean {key}?"),
            None => format!("it has {}", keys.join(", ")),
        };
        let message = format!("{place} has no key {}; {hint}", entry.key);
        linted.add(entry.start, &message);
    }
}

/// The names of fields and lists become keys of records, so that the schemas restrict them.
fn check_name(entry: &TomlNode<'_>, part: &str, linted: &mut LintedFile<'_>) {
    let name = entry.key;
    let good = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !good {
        let message = format!(
            "{part}.{name} cannot be a name in a record; use small ASCII letters, digits and _"
        );
        linted.add(entry.start, &message);
    }
}

fn is_kind_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_documented() {
        let manual = include_str!("../../../../../docs/profiles.md");
        let parts = PARTS.iter().map(|(_, keys)| *keys);
        let items = ITEMS.iter().map(|(_, _, keys)| *keys);
        let named = NAMED.iter().map(|(_, keys)| *keys);
        for key in parts.chain(items).chain(named).flatten() {
            let mentions = ["`{}`", "{ {}", ", {} }"].map(|form| form.replace("{}", key));
            let is_mentioned = mentions.iter().any(|mention| manual.contains(mention));
            assert!(is_mentioned, "{key}");
        }
        for key in PROFILE {
            let mentions = [format!("| `{key}` |"), format!("### `[{key}")];
            let is_mentioned = mentions.iter().any(|mention| manual.contains(mention));
            assert!(is_mentioned, "{key}");
        }
    }
}
