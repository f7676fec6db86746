//! `diarium profile show NAME --labels`: the labels of a document type, by field and language.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use diarium_extract::profile::{Label, Profile};

/// The labels of a field, by language and whether they are weak.
type Groups<'p> = BTreeMap<(&'p str, bool), Vec<String>>;

/// The labels of a document type: first those of each field by name, then those that name no field.
pub(super) fn labels(profile: &Profile) -> String {
    let mut fields: BTreeMap<(bool, &str), Groups<'_>> = BTreeMap::new();
    for label in profile.vocabulary.labels() {
        let field = (label.field.is_empty(), label.field.as_str());
        // A profile's own labels have no language.
        let group = (label.language.unwrap_or_default(), label.weak);
        let groups = fields.entry(field).or_default();
        groups.entry(group).or_default().push(printed(label));
    }
    let mut text = String::new();
    for ((_, field), groups) in fields {
        let name = if field.is_empty() { "no field" } else { field };
        text.push_str(name);
        text.push('\n');
        for ((language, weak), mut labels) in groups {
            labels.sort();
            let language = if language.is_empty() { "own" } else { language };
            let note = if weak {
                ", before a colon, in a cell or in a box"
            } else {
                ""
            };
            // Writing to a string cannot fail.
            let _ = writeln!(text, "  {language}{note}: {}", labels.join(", "));
        }
    }
    text
}

fn printed(label: &Label) -> String {
    let more = if label.open { " …" } else { "" };
    format!("{}{more}", label.normalized)
}
