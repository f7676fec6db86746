//! What does one record have right?
//!
//! A value is given or not: gold's that is not given is missing, a given one that is not gold's is
//! wrong, and one that is given wrong is both. Lists of things (people, choices, headings …) are
//! compared thing by thing, in any order; a list that gold gives is the whole list.

use std::collections::BTreeMap;

use super::{
    compare::{is_nearly, is_same, misread, similarity},
    gold::{Gold, GoldSection},
    report::{Misread, Mistake},
    tally::{Score, Tally},
};
use diarium_document::{FieldValue, Record, Section};

/// Section texts that have a smaller share of words in common are told as mistakes.
const SAME_TEXT: f64 = 0.98;
/// A mistake in a text is told by this many characters from where the two part.
const TOLD: usize = 60;

/// One document's scores.
#[derive(Debug, Default)]
pub(super) struct Compared {
    pub fields: BTreeMap<String, Score>,
    pub parts: BTreeMap<String, Score>,
    /// Confidence of each field that gold could judge, and whether it was right.
    pub judged: Vec<(f64, bool)>,
    pub similarities: Vec<f64>,
    pub misread: Misread,
    pub mistakes: Vec<Mistake>,
}

impl Compared {
    /// Whether all is right by one of the two measures.
    pub(super) fn is_whole(&self, measure: fn(&Score) -> &Tally) -> bool {
        let scores = self.fields.values().chain(self.parts.values());
        scores.map(measure).all(Tally::is_whole)
    }
}

/// Compares a record with its gold.
pub(super) fn compare(gold: &Gold, record: Option<&Record>) -> Compared {
    let mut comparison = Comparison {
        document: &gold.name,
        found: Compared::default(),
    };
    comparison.fields(gold, record);
    if let Some(kind) = &gold.kind {
        let found = record.map(|record| record.kind.as_str());
        comparison.part("kind", &[kind], &found.into_iter().collect::<Vec<_>>());
    }
    if let Some(title) = &gold.title {
        let found = record.and_then(|record| record.title.as_deref());
        comparison.part("title", &[title], &found.into_iter().collect::<Vec<_>>());
    }
    comparison.people(gold, record);
    comparison.budget(gold, record);
    comparison.choices(gold, record);
    for (name, expected) in &gold.lists {
        let found = record.and_then(|record| record.lists.0.get(name));
        let found = found.map(Vec::as_slice).unwrap_or_default();
        comparison.part(&format!("lists.{name}"), &texts(expected), &texts(found));
    }
    comparison.sections(gold, record);
    comparison.pages(gold, record);
    comparison.found
}

fn texts(owned: &[String]) -> Vec<&str> {
    owned.iter().map(String::as_str).collect()
}

struct Comparison<'g> {
    document: &'g str,
    found: Compared,
}

impl Comparison<'_> {
    fn fields(&mut self, gold: &Gold, record: Option<&Record>) {
        for (name, expected) in &gold.fields {
            let expected = expected.as_ref().map(|field| field.value());
            self.field(name, expected, record);
        }
        let given = record.into_iter().flat_map(|record| record.fields.keys());
        for name in given.filter(|_| gold.complete) {
            if !gold.fields.contains_key(name) {
                self.field(name, None, record);
            }
        }
    }

    fn field(&mut self, name: &str, expected: Option<&FieldValue>, record: Option<&Record>) {
        let found = record.and_then(|record| record.fields.get(name));
        let value = found.map(|field| &field.value);
        let (strict, soft) = match (expected, value) {
            (Some(one), Some(other)) => (same_value(one, other), nearly_value(one, other)),
            (None, None) => return,
            _ => (false, false),
        };
        let tally = |right: bool| Tally {
            right: usize::from(right),
            wrong: usize::from(!right && value.is_some()),
            missing: usize::from(!right && expected.is_some()),
        };
        let score = Score {
            strict: tally(strict),
            soft: tally(soft),
        };
        self.found.fields.insert(name.to_owned(), score);
        if let Some(field) = found {
            self.found.judged.push((field.confidence, strict));
        }
        if !strict {
            self.found.mistakes.push(Mistake {
                document: self.document.to_owned(),
                place: format!("fields.{name}"),
                expected: expected.map(told),
                found: value.map(told),
                confidence: found.map(|field| field.confidence),
                nearly: soft,
            });
        }
    }

    fn people(&mut self, gold: &Gold, record: Option<&Record>) {
        let Some(people) = &gold.people else { return };
        let told = |name: &str, organisation: Option<&str>| match organisation {
            Some(organisation) => format!("{name}, {organisation}"),
            None => name.to_owned(),
        };
        let expected: Vec<String> = people
            .iter()
            .map(|person| told(&person.name, person.organisation.as_deref()))
            .collect();
        let given = record.into_iter().flat_map(|record| &record.people);
        let found: Vec<String> = given
            .map(|person| told(&person.name, person.organisation.as_deref()))
            .collect();
        self.part("people", &texts(&expected), &texts(&found));
    }

    fn budget(&mut self, gold: &Gold, record: Option<&Record>) {
        let Some(budget) = &gold.budget else { return };
        let given = record.and_then(|record| record.budget.as_ref());
        if let Some(total) = budget.stated_total_sek {
            let found = given.and_then(|budget| budget.stated_total_sek);
            let found: Vec<String> = found.iter().map(i64::to_string).collect();
            self.part(
                "budget.stated_total_sek",
                &[&total.to_string()],
                &texts(&found),
            );
        }
        if let Some(items) = &budget.items {
            let row = |label: &str, amount: i64| format!("{label}: {amount}");
            let expected: Vec<String> = items
                .iter()
                .map(|item| row(&item.label, item.amount_sek))
                .collect();
            let found: Vec<String> = given
                .into_iter()
                .flat_map(|budget| &budget.items)
                .map(|item| row(&item.label, item.amount_sek))
                .collect();
            self.part("budget.items", &texts(&expected), &texts(&found));
        }
    }

    fn choices(&mut self, gold: &Gold, record: Option<&Record>) {
        let Some(choices) = &gold.choices else { return };
        let told = |label: &str, checked: Option<bool>| match checked {
            Some(true) => format!("[x] {label}"),
            Some(false) => format!("[ ] {label}"),
            None => format!("[?] {label}"),
        };
        let expected: Vec<String> = choices
            .iter()
            .map(|choice| told(&choice.label, choice.checked))
            .collect();
        let given = record.into_iter().flat_map(|record| &record.choices);
        let found: Vec<String> = given
            .map(|choice| told(&choice.label, choice.checked))
            .collect();
        // Whether a box is ticked is no matter of letters.
        let state = |text: &str| text.as_bytes().get(1).copied();
        self.matched(
            "choices",
            &texts(&expected),
            &texts(&found),
            &|one, other| state(one) == state(other) && is_nearly(one, other),
        );
    }

    /// Headings of the levels that gold speaks of, and the texts of those that gold gives texts for.
    fn sections(&mut self, gold: &Gold, record: Option<&Record>) {
        let Some(sections) = &gold.sections else {
            return;
        };
        let levels: Vec<u8> = sections.iter().map(|section| section.level).collect();
        let given: Vec<&Section> = record
            .into_iter()
            .flat_map(|record| &record.sections)
            .filter(|section| levels.contains(&section.level))
            .collect();
        let told = |number: Option<&str>, heading: &str| match number {
            Some(number) => format!("{number} {heading}"),
            None => heading.to_owned(),
        };
        let expected: Vec<String> = sections
            .iter()
            .map(|section| told(section.number.as_deref(), &section.heading))
            .collect();
        let found: Vec<String> = given
            .iter()
            .map(|section| told(section.number.as_deref(), &section.heading))
            .collect();
        self.part("sections", &texts(&expected), &texts(&found));
        for section in sections {
            if let Some(text) = &section.text {
                self.section_text(section, text, &given);
            }
        }
    }

    fn section_text(&mut self, section: &GoldSection, expected: &str, given: &[&Section]) {
        let same = |other: &&&Section| {
            is_nearly(&section.heading, &other.heading)
                && (section.number.is_none() || section.number == other.number)
        };
        let text = given
            .iter()
            .find(same)
            .map_or("", |section| section.text.as_str());
        let similarity = similarity(expected, text);
        self.found.similarities.push(similarity);
        if similarity < SAME_TEXT {
            let (expected, found) = from_first_difference(expected, text);
            self.found.mistakes.push(Mistake {
                document: self.document.to_owned(),
                place: format!("sections.{}.text", section.heading),
                expected: Some(expected),
                found: Some(found),
                confidence: None,
                nearly: false,
            });
        }
    }

    /// The texts of pages as they were read, character by character.
    fn pages(&mut self, gold: &Gold, record: Option<&Record>) {
        for page in &gold.pages {
            let Some(expected) = &page.text else { continue };
            let mut given = record.into_iter().flat_map(|record| &record.pages);
            let found = given.find(|one| one.number == page.number);
            let found = found.map_or("", |page| page.text.as_str());
            let (wrong, characters) = misread(expected, found);
            self.found.misread.pages += 1;
            self.found.misread.wrong += wrong;
            self.found.misread.characters += characters;
        }
    }

    fn part(&mut self, name: &str, expected: &[&str], found: &[&str]) {
        self.matched(name, expected, found, &is_nearly);
    }

    fn matched(
        &mut self,
        name: &str,
        expected: &[&str],
        found: &[&str],
        nearly: &dyn Fn(&str, &str) -> bool,
    ) {
        let (strict, missing, extra) = pair(expected, found, &is_same);
        let (soft, still_missing, _) = pair(expected, found, nearly);
        self.found
            .parts
            .insert(name.to_owned(), Score { strict, soft });
        // The first value that is missing and the first that is too much tell of one slip.
        for index in 0..missing.len().max(extra.len()) {
            let missed = missing.get(index).map(|&place| expected[place]);
            let nearly = missing
                .get(index)
                .is_some_and(|place| !still_missing.contains(place));
            self.found.mistakes.push(Mistake {
                document: self.document.to_owned(),
                place: name.to_owned(),
                expected: missed.map(str::to_owned),
                found: extra.get(index).map(|&place| found[place].to_owned()),
                confidence: None,
                nearly,
            });
        }
    }
}

/// Pairs each expected text with one that was found; the places of those that remain.
fn pair(
    expected: &[&str],
    found: &[&str],
    same: &dyn Fn(&str, &str) -> bool,
) -> (Tally, Vec<usize>, Vec<usize>) {
    let mut extra: Vec<usize> = (0..found.len()).collect();
    let mut missing = Vec::new();
    for (place, text) in expected.iter().enumerate() {
        // An equal one first, so that a nearly equal one is left for its own.
        let equal = extra
            .iter()
            .position(|&other| is_same(text, found[other]))
            .or_else(|| extra.iter().position(|&other| same(text, found[other])));
        match equal {
            Some(at) => {
                extra.remove(at);
            }
            None => missing.push(place),
        }
    }
    let tally = Tally {
        right: expected.len() - missing.len(),
        wrong: extra.len(),
        missing: missing.len(),
    };
    (tally, missing, extra)
}

fn same_value(one: &FieldValue, other: &FieldValue) -> bool {
    match (one, other) {
        (FieldValue::Text(one), FieldValue::Text(other)) => is_same(one, other),
        _ => one == other,
    }
}

fn nearly_value(one: &FieldValue, other: &FieldValue) -> bool {
    match (one, other) {
        (FieldValue::Text(one), FieldValue::Text(other)) => is_nearly(one, other),
        _ => one == other,
    }
}

fn told(value: &FieldValue) -> String {
    match value {
        FieldValue::Integer(number) => number.to_string(),
        FieldValue::Text(text) => text.clone(),
    }
}

/// A few words of each from where they part.
fn from_first_difference(one: &str, other: &str) -> (String, String) {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    let (one, other): (Vec<String>, Vec<String>) = (words(one), words(other));
    let same = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let from = same.saturating_sub(2);
    let told = |words: &[String]| -> String {
        let text = words.get(from..).unwrap_or_default().join(" ");
        text.chars().take(TOLD).collect()
    };
    (told(&one), told(&other))
}
