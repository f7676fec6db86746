//! Accuracy of detection: recall and precision by rule on marked documents.
//!
//! `tests/redact/` has invented documents in which all personal data is marked. Rules are tuned on
//! those in `tuned/`; `held-out.txt` is the measure. A marked value is found if none of its letters
//! and digits is left; an entity is correct if all of it is marked. With `SHOW_MISSED` in the
//! environment, what was missed is printed.

use std::collections::BTreeMap;

use super::entity::{Entity, Rule};
use super::texts::TextRole;
use super::{Text, find_entities};

const RULES: [(&str, Rule); 6] = [
    ("email", Rule::Email),
    ("personal_number", Rule::PersonalNumber),
    ("account", Rule::Account),
    ("phone", Rule::Phone),
    ("address", Rule::Address),
    ("name", Rule::Name),
];

fn rule_name(rule: Rule) -> &'static str {
    RULES.iter().find(|(_, other)| *other == rule).unwrap().0
}

/// A passage that is marked as personal data, in bytes.
#[derive(Debug)]
struct Mark {
    rule: Rule,
    start: usize,
    end: usize,
}

/// The text without its marks, and the marks.
fn unmarked(marked: &str) -> (String, Vec<Mark>) {
    let (mut text, mut marks) = (String::new(), Vec::new());
    let mut rest = marked;
    while let Some((before, after)) = rest.split_once("{{") {
        let (rule, after) = after.split_once(':').unwrap();
        let (value, after) = after.split_once("}}").unwrap();
        text.push_str(before);
        let start = text.len();
        text.push_str(value);
        let (_, rule) = *RULES.iter().find(|(name, _)| *name == rule).unwrap();
        let end = text.len();
        marks.push(Mark { rule, start, end });
        rest = after;
    }
    text.push_str(rest);
    (text, marks)
}

#[derive(Debug, Default, Clone, Copy)]
struct Score {
    marked: usize,
    found: usize,
    entities: usize,
    correct: usize,
}

impl Score {
    fn recall(&self) -> f64 {
        self.found as f64 / self.marked.max(1) as f64
    }

    fn precision(&self) -> f64 {
        self.correct as f64 / self.entities.max(1) as f64
    }
}

fn measure(name: &str, documents: &str) -> BTreeMap<&'static str, Score> {
    let mut scores: BTreeMap<&str, Score> = BTreeMap::new();
    for document in documents.split("\n=== ").skip(1) {
        let (title, body) = document.split_once('\n').unwrap();
        let (text, marks) = unmarked(body);
        let texts = [Text {
            pointer: String::new(),
            role: TextRole::Prose,
            text: text.clone(),
        }];
        let entities = find_entities(&texts).unwrap().remove(0);
        for mark in &marks {
            let score = scores.entry(rule_name(mark.rule)).or_default();
            score.marked += 1;
            let is_found = is_removed(&text, mark, &entities);
            score.found += usize::from(is_found);
            if !is_found {
                show(title, "missed", mark.rule, &text[mark.start..mark.end]);
            }
        }
        for entity in &entities {
            let score = scores.entry(rule_name(entity.rule)).or_default();
            score.entities += 1;
            let is_correct = is_marked(&text, entity, &marks);
            score.correct += usize::from(is_correct);
            if !is_correct {
                show(title, "wrong", entity.rule, &text[entity.range.clone()]);
            }
        }
    }
    print_scores(name, &scores);
    scores
}

fn print_scores(name: &str, scores: &BTreeMap<&str, Score>) {
    println!("{name}");
    for (rule, score) in scores {
        println!(
            "  {rule:<16} recall {:.3} ({} of {})  precision {:.3} ({} of {})",
            score.recall(),
            score.found,
            score.marked,
            score.precision(),
            score.correct,
            score.entities
        );
    }
}

/// Whether no letter and digit of a marked value is left, except the s of the genitive.
fn is_removed(text: &str, mark: &Mark, entities: &[Entity]) -> bool {
    text[mark.start..mark.end]
        .char_indices()
        .all(|(offset, c)| {
            let at = mark.start + offset;
            let is_genitive = c == 's' && at + 1 == mark.end;
            !c.is_alphanumeric()
                || is_genitive
                || entities.iter().any(|entity| entity.range.contains(&at))
        })
}

/// Whether all letters and digits of an entity are marked.
fn is_marked(text: &str, entity: &Entity, marks: &[Mark]) -> bool {
    text[entity.range.clone()]
        .char_indices()
        .all(|(offset, c)| {
            let at = entity.range.start + offset;
            !c.is_alphanumeric()
                || marks
                    .iter()
                    .any(|mark| (mark.start..mark.end).contains(&at))
        })
}

fn show(title: &str, what: &str, rule: Rule, printed: &str) {
    if std::env::var_os("SHOW_MISSED").is_some() {
        println!("{title}: {what} {} {printed:?}", rule_name(rule));
    }
}

/// The minimum recall of names, addresses, accounts and all other rules; the minimum precision of each
/// rule.
struct Minimums {
    names: f64,
    addresses: f64,
    accounts: f64,
    others: f64,
    precision: f64,
}

fn assert_accuracy(name: &str, documents: &str, minimums: &Minimums) {
    for (rule, score) in measure(name, documents) {
        let minimum = match rule {
            "name" => minimums.names,
            "address" => minimums.addresses,
            "account" => minimums.accounts,
            _ => minimums.others,
        };
        let (recall, precision) = (score.recall(), score.precision());
        assert!(recall >= minimum, "{name}: recall of {rule} is {recall:.3}");
        assert!(
            precision >= minimums.precision,
            "{name}: precision of {rule} is {precision:.3}"
        );
    }
}

#[test]
fn tuned_documents_reach_their_minimums() {
    for (name, documents) in [
        (
            "first",
            include_str!("../../../tests/redact/tuned/first.txt"),
        ),
        (
            "second",
            include_str!("../../../tests/redact/tuned/second.txt"),
        ),
        (
            "third",
            include_str!("../../../tests/redact/tuned/third.txt"),
        ),
        (
            "fourth",
            include_str!("../../../tests/redact/tuned/fourth.txt"),
        ),
        (
            "fifth",
            include_str!("../../../tests/redact/tuned/fifth.txt"),
        ),
        (
            "sixth",
            include_str!("../../../tests/redact/tuned/sixth.txt"),
        ),
    ] {
        let minimums = Minimums {
            names: 0.96,
            addresses: 0.96,
            // One list of payments has accounts without headers.
            accounts: 0.9,
            others: 0.98,
            precision: 0.91,
        };
        assert_accuracy(name, documents, &minimums);
    }
}

#[test]
fn held_out_documents_reach_their_minimums() {
    let minimums = Minimums {
        names: 0.95,
        addresses: 0.98,
        accounts: 0.99,
        others: 0.99,
        precision: 0.93,
    };
    let documents = include_str!("../../../tests/redact/held-out.txt");
    assert_accuracy("held out", documents, &minimums);
}
