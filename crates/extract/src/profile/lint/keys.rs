//! Are all keys ones that a profile has, and are the necessary ones there?

use super::{Report, tree::Tree};

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
const NECESSARY: [&str; 3] = ["name", "version", "description"];
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
/// Keys of tables that the profile names itself.
const NAMED: [(&str, &[&str]); 2] = [
    ("fields", &["type", "labels", "required"]),
    ("lists", &["headings"]),
];

/// How alike two keys must be for one to be a slip of the other.
const ALIKE: f64 = 0.8;

pub(super) fn check(root: &Tree<'_>, report: &mut Report<'_>) {
    known(root, PROFILE, "a profile", report);
    for key in NECESSARY {
        if root.get(key).is_none() {
            report.add(0, &format!("{key} is missing; every profile says it"));
        }
    }
    for (part, keys) in PARTS {
        if let Some(table) = root.get(part) {
            known(&table, keys, &format!("[{part}]"), report);
        }
    }
    for (part, list, keys) in ITEMS {
        let table = root.get(part);
        for item in table.map(|table| table.items_of(list)).unwrap_or_default() {
            known(&item, keys, &format!("{part}.{list}"), report);
            for key in keys.iter().filter(|key| item.get(key).is_none()) {
                let message = format!("{key} is missing in {part}.{list}; add it");
                report.add(item.start, &message);
            }
        }
    }
    for (part, keys) in NAMED {
        for entry in root
            .get(part)
            .map(|table| table.entries())
            .unwrap_or_default()
        {
            known(&entry, keys, &format!("[{part}.{}]", entry.key), report);
            name(&entry, part, report);
        }
    }
    if let Some(name) = root.get("name")
        && let Some(text) = name.text()
        && !is_kind(text)
    {
        report.add(
            name.start,
            "a kind's name has small letters, digits and hyphens, and begins with a letter",
        );
    }
}

fn known(table: &Tree<'_>, keys: &[&str], place: &str, report: &mut Report<'_>) {
    for entry in table.entries() {
        if keys.contains(&entry.key) {
            continue;
        }
        let hint = match nearest(entry.key, keys) {
            Some(key) => format!("did you mean {key}?"),
            None => format!("it has {}", keys.join(", ")),
        };
        let message = format!("{place} has no key {}; {hint}", entry.key);
        report.add(entry.start, &message);
    }
}

/// Fields and lists become keys of records, whose schemas say what a key may be.
fn name(entry: &Tree<'_>, part: &str, report: &mut Report<'_>) {
    let name = entry.key;
    let good = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !good {
        let message = format!(
            "{part}.{name} cannot be a name in a record; use small ASCII letters, digits and _"
        );
        report.add(entry.start, &message);
    }
}

fn is_kind(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// The key that was most likely meant.
pub(in crate::profile) fn nearest<'k>(written: &str, keys: &[&'k str]) -> Option<&'k str> {
    let alike = |key: &str| strsim::jaro_winkler(written, key);
    let best = keys
        .iter()
        .copied()
        .max_by(|one, other| alike(one).total_cmp(&alike(other)))?;
    (alike(best) >= ALIKE).then_some(best)
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
            let told = ["`{}`", "{ {}", ", {} }"].map(|form| form.replace("{}", key));
            assert!(told.iter().any(|told| manual.contains(told)), "{key}");
        }
        for key in PROFILE {
            let told = [format!("| `{key}` |"), format!("### `[{key}")];
            assert!(told.iter().any(|told| manual.contains(told)), "{key}");
        }
    }
}
