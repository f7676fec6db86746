//! Properties of each stage's output on its own, before a record is made of it.
//!
//! A record is checked as a whole, and what breaks its schema is removed from it. So a stage that
//! begins to produce empty strings would cost records their parts without failing any other test.

use std::collections::BTreeSet;

use diarium::classify::Classification;
use diarium::document::{
    Budget, CleanDocument, Field, FieldValue, Page, RawDocument, Span, Warning,
};
use diarium::extract::Extracted;
use diarium::process::StageOutputs;

/// The first invariant that a stage violates, with the stage's name.
pub(crate) fn violated_stage_invariant(outputs: &StageOutputs<'_>) -> Option<String> {
    let pages = &outputs.read.document.pages;
    let found = [
        ("read", read(&outputs.read.document)),
        ("clean", clean(&outputs.clean, pages)),
        ("extract", lost_word(outputs)),
        ("classify", classify(&outputs.classification)),
        ("extract", extract(&outputs.extracted, pages)),
    ];
    let mut found = found.into_iter();
    found.find_map(|(stage, broken)| Some(format!("{stage}: {}", broken?)))
}

/// The first of these invariants that does not hold. Each has a description and its result.
fn first_violated(invariants: impl IntoIterator<Item = (&'static str, bool)>) -> Option<String> {
    let mut invariants = invariants.into_iter();
    invariants
        .find(|(_, kept)| !kept)
        .map(|(invariant, _)| invariant.to_owned())
}

fn says(text: &str) -> bool {
    !text.trim().is_empty()
}

fn is_share(confidence: f64) -> bool {
    (0.0..=1.0).contains(&confidence)
}

fn warn(warnings: &[Warning]) -> bool {
    let mut warnings = warnings.iter();
    warnings.all(|warning| says(&warning.message) && warning.page != Some(0))
}

fn read(document: &RawDocument) -> Option<String> {
    let pages = &document.pages;
    let numbers: Vec<u32> = pages.iter().map(|page| page.number).collect();
    let related = &document.related;
    first_violated([
        (
            "numbers rise from 1",
            numbers.first() != Some(&0) && numbers.is_sorted_by(|a, b| a < b),
        ),
        ("pages are whole", pages.iter().all(is_whole)),
        (
            "a stated title says something",
            document.stated_title.as_deref().is_none_or(says),
        ),
        (
            "related titles say something",
            related.iter().all(|one| says(&one.title)),
        ),
        (
            "excerpts say something or are absent",
            related
                .iter()
                .all(|one| one.excerpt.is_empty() || says(&one.excerpt)),
        ),
        ("warnings say something", warn(&document.warnings)),
    ])
}

fn is_whole(page: &Page) -> bool {
    let lines = page.lines.iter();
    let inside = lines.clone().all(|line| {
        page.text.get(line.bytes.clone()).is_some_and(says) && is_share(line.confidence.into())
    });
    let rise = page
        .lines
        .is_sorted_by(|one, next| one.bytes.end <= next.bytes.start);
    let sized = page
        .size
        .is_none_or(|(width, height)| width >= 0.1 && height >= 0.1);
    let plain = |character: char| !character.is_control() || "\t\n".contains(character);
    inside && rise && sized && page.text.chars().all(plain) && is_share(page.confidence.into())
}

fn clean(document: &CleanDocument, pages: &[Page]) -> Option<String> {
    let numbers: BTreeSet<u32> = pages.iter().map(|page| page.number).collect();
    let letterhead = document.letterhead.iter();
    let labels = document.page_labels.iter().flatten();
    first_violated([
        (
            "letterhead says something",
            letterhead.clone().all(|one| says(&one.text)),
        ),
        (
            "letterhead stands on pages, rising",
            letterhead.clone().all(|one| {
                !one.pages.is_empty()
                    && one.pages.is_sorted_by(|a, b| a < b)
                    && one.pages.iter().all(|page| numbers.contains(page))
            }),
        ),
        (
            "labels say something",
            labels.clone().all(|label| says(label)),
        ),
        (
            "a stated number of pages is one",
            document.pages_stated != Some(0),
        ),
        (
            "page numbers are numbers",
            !document.page_numbers.contains(&0),
        ),
    ])
}

fn classify(classification: &Classification<'_>) -> Option<String> {
    first_violated([
        ("the kind has a name", says(&classification.profile.name)),
        ("confidence is a share", is_share(classification.confidence)),
    ])
}

fn extract(extracted: &Extracted, pages: &[Page]) -> Option<String> {
    let on_page = |span: &Span| is_inside(span, pages);
    let people = extracted.people.iter();
    let choices = extracted.choices.iter();
    let sections = extracted.sections.iter();
    let entries = extracted.lists.0.values().flatten();
    let fields = extracted.fields.values();
    first_violated([
        (
            "a title says something",
            extracted.title.as_deref().is_none_or(says),
        ),
        (
            "a language has a code",
            extracted.language.as_deref().is_none_or(says),
        ),
        ("fields say something", fields.clone().all(field_says)),
        (
            "fields stand on pages",
            fields.clone().all(|field| on_page(&field.span)),
        ),
        (
            "sections have a level and positions",
            sections.clone().all(|section| {
                (1..=6).contains(&section.level) && section.spans.iter().all(on_page)
            }),
        ),
        (
            "numbers of sections say something",
            sections
                .clone()
                .all(|section| section.number.as_deref().is_none_or(says)),
        ),
        (
            "people have names and positions",
            people.clone().all(|person| {
                let organisation = person.organisation.as_deref().is_none_or(says);
                says(&person.name) && organisation && on_page(&person.span)
            }),
        ),
        (
            "choices have labels and positions",
            choices
                .clone()
                .all(|choice| says(&choice.label) && on_page(&choice.span)),
        ),
        (
            "entries of lists say something",
            entries.clone().all(|entry| says(entry)),
        ),
        (
            "budgets add up",
            extracted
                .budget
                .as_ref()
                .is_none_or(|budget| adds_up(budget, pages)),
        ),
        ("warnings say something", warn(&extracted.warnings)),
    ])
}

/// A word of the clean text that is nowhere in what was extracted. The words of labels and of the headings
/// of lists are known to the profile; short words join two values.
fn lost_word(outputs: &StageOutputs<'_>) -> Option<String> {
    let extracted = &outputs.extracted;
    let profile = outputs.classification.profile;
    let mut kept = BTreeSet::new();
    let mut keep = |text: &str| kept.extend(words(text));
    for section in &extracted.sections {
        keep(section.number.as_deref().unwrap_or_default());
        keep(&section.heading);
        keep(&section.text);
    }
    extracted.title.iter().for_each(|title| keep(title));
    extracted.fields.values().for_each(|field| keep(&field.raw));
    let choices = extracted.choices.iter();
    choices.for_each(|choice| keep(&choice.label));
    let entries = extracted.lists.0.values().flatten();
    entries.for_each(|entry| keep(entry));
    for person in &extracted.people {
        keep(&person.name);
        keep(person.organisation.as_deref().unwrap_or_default());
    }
    let labels = profile.vocabulary.labels();
    labels.for_each(|label| keep(&label.normalized));
    let headings = profile.lists.iter().flat_map(|list| &list.headings);
    headings.for_each(|heading| keep(heading));
    let mut said = words(outputs.clean.text.text()).filter(|word| word.chars().count() <= 200);
    said.find(|word| lost_letters(word, &kept) > 4)
        .map(|word| format!("`{word}` is lost"))
}

/// How many letters of a word are in none of the kept words. A form may run a label and its value together.
fn lost_letters(word: &str, kept: &BTreeSet<String>) -> usize {
    let ends = word
        .char_indices()
        .map(|(at, letter)| at + letter.len_utf8());
    let ends: Vec<usize> = std::iter::once(0).chain(ends).collect();
    let mut lost = vec![0];
    for (index, &end) in ends.iter().enumerate().skip(1) {
        let kept_from = |&from: &usize| kept.contains(&word[ends[from]..end]);
        let starts = (0..index).filter(kept_from).map(|from| lost[from]);
        let fewest = starts.chain([lost[index - 1] + 1]).min();
        lost.push(fewest.unwrap_or(index));
    }
    lost.last().copied().unwrap_or_default()
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_lowercase)
}

fn field_says(field: &Field) -> bool {
    let value = match &field.value {
        FieldValue::Integer(number) => *number >= 0,
        FieldValue::Text(text) => says(text),
    };
    value && says(&field.raw) && is_share(field.confidence)
}

fn is_inside(span: &Span, pages: &[Page]) -> bool {
    let page = pages.iter().find(|page| page.number == span.page);
    page.is_some_and(|page| span.start < span.end && span.end <= page.text.chars().count())
}

fn adds_up(budget: &Budget, pages: &[Page]) -> bool {
    let amounts = budget.items.iter().map(|item| i128::from(item.amount));
    let rows = budget.items.iter();
    let stated = budget.stated_total;
    let verdict = stated.map(|stated| stated == budget.computed_total);
    amounts.sum::<i128>() == i128::from(budget.computed_total)
        && verdict == budget.consistent
        && rows
            .clone()
            .all(|row| says(&row.label) && is_inside(&row.span, pages))
}
