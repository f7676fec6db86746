//! Label words: what the words of a label that no profile lists say about its field and its value.
//!
//! The rules are data, in `built_in/label_words.toml`, which describes them.

use std::sync::LazyLock;

use diarium_document::{FieldType, operations};
use serde::Deserialize;

/// The rules of all languages, as TOML.
pub(super) const SOURCE: &str = include_str!("built_in/label_words.toml");

/// The rules of all languages.
static RULES: LazyLock<LabelWords> = LazyLock::new(|| {
    match toml::from_str(SOURCE) {
        Ok(rules) => rules,
        // The file is embedded; without it values would be lost silently.
        Err(error) => panic!("built_in/label_words.toml: {error}"),
    }
});

/// The longest label that is compared with the rules, in bytes.
const MAX_LABEL_BYTES: usize = 200;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LabelWords {
    others: Vec<String>,
    #[serde(rename = "rule")]
    rules: Vec<LabelRule>,
}

/// What some words of a label say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelRule {
    /// The canonical field, without the currency of an amount; none if the words tell the type only.
    pub field: Option<String>,
    /// The type of the value.
    #[serde(rename = "type")]
    pub field_type: FieldType,
    words: Vec<Vec<String>>,
    #[serde(default)]
    not: Vec<String>,
}

impl LabelRule {
    fn matches(&self, label: &[&str]) -> bool {
        self.words.iter().all(|group| contains_any(label, group)) && !contains_any(label, &self.not)
    }
}

/// The rules whose words a label has, in order of precedence, and whether the label is about somebody else
/// than the applicant and its contact.
pub fn rules_of(label: &str) -> (Vec<&'static LabelRule>, bool) {
    if label.len() > MAX_LABEL_BYTES {
        return (Vec::new(), false);
    }
    operations::count(label.len());
    // A note in parentheses says how to answer, not what is asked.
    let label = label.split_once('(').map_or(label, |(label, _)| label);
    let lowercase = label.to_lowercase();
    let is_separator = |c: char| c.is_whitespace() || matches!(c, '/' | '(' | ')' | ',' | ':');
    let words: Vec<&str> = lowercase
        .split(is_separator)
        .filter(|word| !word.is_empty())
        .collect();
    let rules = RULES.rules.iter().filter(|rule| rule.matches(&words));
    (rules.collect(), contains_any(&words, &RULES.others))
}

/// Whether a heading or a label is about somebody else than the applicant and its contact, such as a partner.
pub fn is_about_others(text: &str) -> bool {
    rules_of(text).1
}

fn contains_any(label: &[&str], words: &[String]) -> bool {
    /// Shorter words are compared with the beginnings of words only.
    const MIN_INNER: usize = 5;
    words.iter().any(|known| {
        label.iter().any(|word| match known.strip_prefix('=') {
            Some(whole) => word.trim_end_matches('.') == whole,
            None if known.chars().count() < MIN_INNER && !known.starts_with('-') => {
                word.starts_with(known.as_str())
            }
            None => word.contains(known.as_str()),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The field or type that the first rule of a label states.
    fn first(label: &str) -> String {
        let (rules, is_other) = rules_of(label);
        let rule = rules.first();
        let field = rule.and_then(|rule| rule.field.clone());
        let field = field.filter(|_| !is_other);
        let name = rule.map_or("text", |rule| rule.field_type.as_str());
        field.unwrap_or_else(|| name.to_owned())
    }

    #[test]
    fn the_words_of_a_label_state_its_field_and_type() {
        for (label, expected) in [
            ("Myönnetty avustus", "granted"),
            ("Bidrag från fonden", "amount"),
            ("Sökt belopp", "amount"),
            ("Yhteyshenkilön sähköposti", "email"),
            ("Partnerns e-post", "email"),
            ("Prosjektets startdato", "period_start"),
            ("Projektets samlede budget", "total_budget"),
            ("Antal deltagande personer", "participants"),
            ("Projektets journalnr", "diary_number"),
            ("Prosjektnr", "project_number"),
            ("Ordförande", "name"),
            ("Fax", "phone"),
            ("Ingress", "text"),
        ] {
            assert_eq!(first(label), expected, "{label}");
        }
    }
}
