//! How much of what is personal is found, and how much that is not? What is promised of the rest?
//!
//! `tests/redact/` holds invented documents with everything personal marked. Rules are tuned on
//! those in `tuned/`; `held-out.txt` is the measure, written without sight of the rules. A marked
//! value is found where none of its letters and digits is left; what is taken out is right where all
//! of it is marked. With `SHOW_MISSED` in the environment, what was missed is printed.

use std::collections::BTreeMap;

use super::entity::Rule;
use super::texts::TextRole;
use super::{Text, find};

const RULES: [(&str, Rule); 6] = [
    ("email", Rule::Email),
    ("personal_number", Rule::PersonalNumber),
    ("account", Rule::Account),
    ("phone", Rule::Phone),
    ("address", Rule::Address),
    ("name", Rule::Name),
];

/// What a person says that stands somewhere.
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
    taken: usize,
    right: usize,
}

impl Score {
    fn recall(&self) -> f64 {
        self.found as f64 / self.marked.max(1) as f64
    }

    fn precision(&self) -> f64 {
        self.right as f64 / self.taken.max(1) as f64
    }
}

fn measure(name: &str, documents: &str) -> BTreeMap<&'static str, Score> {
    let mut scores: BTreeMap<&str, Score> = BTreeMap::new();
    let show = std::env::var_os("SHOW_MISSED").is_some();
    for document in documents.split("\n=== ").skip(1) {
        let (title, body) = document.split_once('\n').unwrap();
        let (text, marks) = unmarked(body);
        let texts = [Text {
            place: String::new(),
            kind: TextRole::Prose,
            text: text.clone(),
        }];
        let entities = find(&texts).unwrap().remove(0);
        let word = |rule: Rule| RULES.iter().find(|(_, other)| *other == rule).unwrap().0;
        for mark in &marks {
            let score = scores.entry(word(mark.rule)).or_default();
            score.marked += 1;
            let left = text[mark.start..mark.end]
                .char_indices()
                .any(|(offset, c)| {
                    let at = mark.start + offset;
                    let gone = entities.iter().any(|entity| entity.range.contains(&at));
                    let genitive = c == 's' && at + 1 == mark.end;
                    c.is_alphanumeric() && !gone && !genitive
                });
            score.found += usize::from(!left);
            if left && show {
                println!(
                    "{title}: missed {} {:?}",
                    word(mark.rule),
                    &text[mark.start..mark.end]
                );
            }
        }
        for entity in &entities {
            let score = scores.entry(word(entity.rule)).or_default();
            score.taken += 1;
            let right = text[entity.range.clone()]
                .char_indices()
                .all(|(offset, c)| {
                    let at = entity.range.start + offset;
                    !c.is_alphanumeric()
                        || marks
                            .iter()
                            .any(|mark| (mark.start..mark.end).contains(&at))
                });
            score.right += usize::from(right);
            if !right && show {
                println!(
                    "{title}: wrong {} {:?}",
                    word(entity.rule),
                    &text[entity.range.clone()]
                );
            }
        }
    }
    println!("{name}");
    for (rule, score) in &scores {
        println!(
            "  {rule:<16} recall {:.3} ({} of {})  precision {:.3} ({} of {})",
            score.recall(),
            score.found,
            score.marked,
            score.precision(),
            score.right,
            score.taken
        );
    }
    scores
}

/// The least recall of names, of addresses of the post, of accounts, and of everything else; the least precision
/// of each.
struct Floors {
    names: f64,
    addresses: f64,
    accounts: f64,
    others: f64,
    precision: f64,
}

fn hold(name: &str, documents: &str, floors: &Floors) {
    for (rule, score) in measure(name, documents) {
        let floor = match rule {
            "name" => floors.names,
            "address" => floors.addresses,
            "account" => floors.accounts,
            _ => floors.others,
        };
        let (recall, precision) = (score.recall(), score.precision());
        assert!(recall >= floor, "{name}: recall of {rule} is {recall:.3}");
        assert!(
            precision >= floors.precision,
            "{name}: precision of {rule} is {precision:.3}"
        );
    }
}

#[test]
fn what_the_rules_were_tuned_on_is_found() {
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
        let floors = Floors {
            names: 0.96,
            addresses: 0.96,
            // In one list of payments nothing tells them.
            accounts: 0.9,
            others: 0.98,
            precision: 0.91,
        };
        hold(name, documents, &floors);
    }
}

#[test]
fn what_the_rules_never_saw_is_found() {
    let floors = Floors {
        names: 0.95,
        addresses: 0.98,
        accounts: 0.99,
        others: 0.99,
        precision: 0.93,
    };
    let documents = include_str!("../../../tests/redact/held-out.txt");
    hold("held out", documents, &floors);
}
