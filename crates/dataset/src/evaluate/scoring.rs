//! Document scores: compare one record with its ground truth.
//!
//! An expected value that the record does not have is missing (a false negative), a value that is not
//! expected is wrong (a false positive), and a value that differs is both. Lists (people, choices,
//! headings, …) are compared item by item, in any order; a list in the ground truth is complete.

use std::collections::BTreeMap;

use super::{
    gold::{Gold, GoldSection},
    report::{CharacterErrors, Mistake},
    similarity::{character_errors, is_exact_match, is_fuzzy_match, word_similarity},
    tally::{Score, Tally},
};
use diarium_document::{FieldValue, Record, Section};

/// Section texts with a lower word similarity are reported as mistakes.
// One wrong word in a hundred gives 0.99, so that single misread words are not reported; a missing line
// or a running header in the text is, in sections of a page or less.
const SAME_TEXT: f64 = 0.98;

/// Characters of a text in a report of a mistake: one line on a terminal.
const EXCERPT_LENGTH: usize = 60;

/// The scores of one document.
#[derive(Debug, Default)]
pub(super) struct DocumentScores {
    pub fields: BTreeMap<String, Score>,
    pub parts: BTreeMap<String, Score>,
    /// The confidence of each field with an expected value, and whether the value is right.
    pub judged: Vec<(f64, bool)>,
    pub similarities: Vec<f64>,
    pub character_errors: CharacterErrors,
    pub mistakes: Vec<Mistake>,
}

impl DocumentScores {
    /// Whether everything is right by one of the two measures.
    pub(super) fn is_perfect(&self, measure: fn(&Score) -> &Tally) -> bool {
        let scores = self.fields.values().chain(self.parts.values());
        scores.map(measure).all(Tally::is_perfect)
    }
}

/// Compares a record with its ground truth.
pub(super) fn score(gold: &Gold, record: Option<&Record>) -> DocumentScores {
    let mut comparison = Comparison {
        document: &gold.name,
        scores: DocumentScores::default(),
    };
    comparison.fields(gold, record);
    if let Some(kind) = &gold.kind {
        let found = record.map(|record| record.kind.as_str());
        // Single values are lists of one, so that missing and wrong values are counted by the same rules.
        comparison.list("kind", &[kind], &found.into_iter().collect::<Vec<_>>());
    }
    if let Some(title) = &gold.title {
        let found = record.and_then(|record| record.title.as_deref());
        comparison.list("title", &[title], &found.into_iter().collect::<Vec<_>>());
    }
    comparison.people(gold, record);
    comparison.budget(gold, record);
    comparison.choices(gold, record);
    for (name, expected) in &gold.lists {
        let found = record.and_then(|record| record.lists.0.get(name));
        let found = found.map(Vec::as_slice).unwrap_or_default();
        comparison.list(&format!("lists.{name}"), &texts(expected), &texts(found));
    }
    comparison.sections(gold, record);
    comparison.pages(gold, record);
    comparison.scores
}

fn texts(owned: &[String]) -> Vec<&str> {
    owned.iter().map(String::as_str).collect()
}

struct Comparison<'g> {
    document: &'g str,
    scores: DocumentScores,
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
            (Some(one), Some(other)) => (is_exact_value(one, other), is_fuzzy_value(one, other)),
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
        self.scores.fields.insert(name.to_owned(), score);
        if let Some(field) = found {
            // By the strict measure: a confidence is about the exact value.
            self.scores.judged.push((field.confidence, strict));
        }
        if !strict {
            self.scores.mistakes.push(Mistake {
                document: self.document.to_owned(),
                place: format!("fields.{name}"),
                expected: expected.map(value_text),
                found: value.map(value_text),
                confidence: found.map(|field| field.confidence),
                nearly: soft,
            });
        }
    }

    fn people(&mut self, gold: &Gold, record: Option<&Record>) {
        let Some(people) = &gold.people else { return };
        let person_text = |name: &str, organisation: Option<&str>| match organisation {
            Some(organisation) => format!("{name}, {organisation}"),
            None => name.to_owned(),
        };
        let expected: Vec<String> = people
            .iter()
            .map(|person| person_text(&person.name, person.organisation.as_deref()))
            .collect();
        let given = record.into_iter().flat_map(|record| &record.people);
        let found: Vec<String> = given
            .map(|person| person_text(&person.name, person.organisation.as_deref()))
            .collect();
        self.list("people", &texts(&expected), &texts(&found));
    }

    fn budget(&mut self, gold: &Gold, record: Option<&Record>) {
        let Some(budget) = &gold.budget else { return };
        let given = record.and_then(|record| record.budget.as_ref());
        // Amounts in another currency are wrong, even if the numbers are the same.
        let given = given.filter(|given| given.currency == budget.currency);
        if let Some(total) = budget.stated_total {
            let name = match &budget.currency {
                None => "budget.stated_total_sek",
                Some(_) => "budget.stated_total",
            };
            let found = given.and_then(|budget| budget.stated_total);
            let found: Vec<String> = found.iter().map(i64::to_string).collect();
            self.list(name, &[&total.to_string()], &texts(&found));
        }
        if let Some(items) = &budget.items {
            let row = |label: &str, amount: i64| format!("{label}: {amount}");
            let expected: Vec<String> = items
                .iter()
                .map(|item| row(&item.label, item.amount))
                .collect();
            let found: Vec<String> = given
                .into_iter()
                .flat_map(|budget| &budget.items)
                .map(|item| row(&item.label, item.amount))
                .collect();
            self.list("budget.items", &texts(&expected), &texts(&found));
        }
    }

    fn choices(&mut self, gold: &Gold, record: Option<&Record>) {
        let Some(choices) = &gold.choices else { return };
        let choice_text = |label: &str, checked: Option<bool>| match checked {
            Some(true) => format!("[x] {label}"),
            Some(false) => format!("[ ] {label}"),
            None => format!("[?] {label}"),
        };
        let expected: Vec<String> = choices
            .iter()
            .map(|choice| choice_text(&choice.label, choice.checked))
            .collect();
        let given = record.into_iter().flat_map(|record| &record.choices);
        let found: Vec<String> = given
            .map(|choice| choice_text(&choice.label, choice.checked))
            .collect();
        // A fuzzy match must not ignore the mark.
        let mark = |text: &str| text.as_bytes().get(1).copied();
        self.list_with(
            "choices",
            &texts(&expected),
            &texts(&found),
            &|one, other| mark(one) == mark(other) && is_fuzzy_match(one, other),
        );
    }

    /// Headings of the levels in the ground truth, and the texts of sections that have an expected text.
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
        let heading_text = |number: Option<&str>, heading: &str| match number {
            Some(number) => format!("{number} {heading}"),
            None => heading.to_owned(),
        };
        let expected: Vec<String> = sections
            .iter()
            .map(|section| heading_text(section.number.as_deref(), &section.heading))
            .collect();
        let found: Vec<String> = given
            .iter()
            .map(|section| heading_text(section.number.as_deref(), &section.heading))
            .collect();
        self.list("sections", &texts(&expected), &texts(&found));
        for section in sections {
            if let Some(text) = &section.text {
                self.section_text(section, text, &given);
            }
        }
    }

    fn section_text(&mut self, section: &GoldSection, expected: &str, given: &[&Section]) {
        // Forms repeat headings. The number, if there is one, identifies the section.
        let same = |other: &&&Section| {
            is_fuzzy_match(&section.heading, &other.heading)
                && (section.number.is_none() || section.number == other.number)
        };
        let text = given
            .iter()
            .find(same)
            // A missing section has the similarity 0.
            .map_or("", |section| section.text.as_str());
        let similarity = word_similarity(expected, text);
        self.scores.similarities.push(similarity);
        if similarity < SAME_TEXT {
            let (expected, found) = from_first_difference(expected, text);
            self.scores.mistakes.push(Mistake {
                document: self.document.to_owned(),
                place: format!("sections.{}.text", section.heading),
                expected: Some(expected),
                found: Some(found),
                confidence: None,
                nearly: false,
            });
        }
    }

    /// The texts of pages before cleaning, character by character.
    fn pages(&mut self, gold: &Gold, record: Option<&Record>) {
        for page in &gold.pages {
            let Some(expected) = &page.text else { continue };
            let mut given = record.into_iter().flat_map(|record| &record.pages);
            let found = given.find(|one| one.number == page.number);
            let found = found.map_or("", |page| page.text.as_str());
            let (wrong, characters) = character_errors(expected, found);
            self.scores.character_errors.pages += 1;
            self.scores.character_errors.wrong += wrong;
            self.scores.character_errors.characters += characters;
        }
    }

    fn list(&mut self, name: &str, expected: &[&str], found: &[&str]) {
        self.list_with(name, expected, found, &is_fuzzy_match);
    }

    fn list_with(
        &mut self,
        name: &str,
        expected: &[&str],
        found: &[&str],
        is_fuzzy: &dyn Fn(&str, &str) -> bool,
    ) {
        let (strict, missing, extra) = pair(expected, found, &is_exact_match);
        let (soft, still_missing, _) = pair(expected, found, is_fuzzy);
        self.scores
            .parts
            .insert(name.to_owned(), Score { strict, soft });
        // A missing value and a wrong one are most likely one mistake.
        for index in 0..missing.len().max(extra.len()) {
            let missing_text = missing.get(index).map(|&place| expected[place]);
            let nearly = missing
                .get(index)
                .is_some_and(|place| !still_missing.contains(place));
            self.scores.mistakes.push(Mistake {
                document: self.document.to_owned(),
                place: name.to_owned(),
                expected: missing_text.map(str::to_owned),
                found: extra.get(index).map(|&place| found[place].to_owned()),
                confidence: None,
                nearly,
            });
        }
    }
}

/// Pairs each expected text with a found one. Returns the counts, and the indexes of the missing and the
/// wrong texts.
fn pair(
    expected: &[&str],
    found: &[&str],
    is_match: &dyn Fn(&str, &str) -> bool,
) -> (Tally, Vec<usize>, Vec<usize>) {
    // Greedy. An optimal assignment would differ only if texts are similar to several others.
    let mut extra: Vec<usize> = (0..found.len()).collect();
    let mut missing = Vec::new();
    for (place, text) in expected.iter().enumerate() {
        // An equal one first, so that a similar one remains for its own partner.
        let equal = extra
            .iter()
            .position(|&other| is_exact_match(text, found[other]))
            .or_else(|| extra.iter().position(|&other| is_match(text, found[other])));
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

fn is_exact_value(one: &FieldValue, other: &FieldValue) -> bool {
    match (one, other) {
        (FieldValue::Text(one), FieldValue::Text(other)) => is_exact_match(one, other),
        _ => one == other,
    }
}

fn is_fuzzy_value(one: &FieldValue, other: &FieldValue) -> bool {
    match (one, other) {
        (FieldValue::Text(one), FieldValue::Text(other)) => is_fuzzy_match(one, other),
        _ => one == other,
    }
}

fn value_text(value: &FieldValue) -> String {
    match value {
        FieldValue::Integer(number) => number.to_string(),
        FieldValue::Text(text) => text.clone(),
    }
}

/// A few words of each text around the first difference.
fn from_first_difference(one: &str, other: &str) -> (String, String) {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    let (one, other): (Vec<String>, Vec<String>) = (words(one), words(other));
    let same = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    // Two equal words in front help a person to find the place.
    let from = same.saturating_sub(2);
    let excerpt = |words: &[String]| -> String {
        let text = words.get(from..).unwrap_or_default().join(" ");
        text.chars().take(EXCERPT_LENGTH).collect()
    };
    (excerpt(&one), excerpt(&other))
}
