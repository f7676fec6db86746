//! Which facts and sections?
//!
//! A clean document of a known kind goes in; fields, sections, people, budget, choices and lists come
//! out, each with the place where it stands. The order below is the order of dependence: labels tell
//! what is no heading, headings tell where a value ends.

mod budget;
mod choice;
mod field;
mod heading;
mod label;
mod language;
mod list;
mod people;
mod place;
mod section;
#[cfg(test)]
mod tests;
mod title;
mod value;

use std::collections::BTreeMap;

use lazy_regex::{Lazy, Regex, lazy_regex};

use crate::{
    document::{
        Budget, Choice, CleanDocument, CleanText, Field, Lists, Person, RawDocument, Section,
        Warning, WarningCode,
    },
    profile::{FieldType, Profile, TitlePlace},
};

/// What was found in one document.
#[derive(Debug, Default)]
pub struct Extracted {
    /// The document's title.
    pub title: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// Facts by canonical name.
    pub fields: BTreeMap<String, Field>,
    /// Text by heading.
    pub sections: Vec<Section>,
    /// People and organisations.
    pub people: Vec<Person>,
    /// Amounts.
    pub budget: Option<Budget>,
    /// Boxes.
    pub choices: Vec<Choice>,
    /// Lists.
    pub lists: Lists,
    /// What a person should look at.
    pub warnings: Vec<Warning>,
}

// Textutrymmet slut, se fortsättning i akten | forts. i bilaga 2 | fortsätter i bifogat dokument
static CONTINUED: Lazy<Regex> = lazy_regex!(
    r"textutrymmet (?:är )?slut|(?-u:\b)se f[öo]r[t]?s[äa]ttning|(?-u:\b)forts(?:\.|ättning(?:en)?|ätter)\s+(?:följer\s+)?(?:i|på)\s+(?:en\s+|ett\s+)?(?:akten|bilag|bifoga|annan|annat|separat|särskil[dt])"i
);

/// Takes the facts out of a clean document of a known kind.
pub fn extract(raw: &RawDocument, clean: &CleanDocument, profile: &Profile) -> Extracted {
    let text = &clean.text;
    let places = place::Places::new(raw, text);
    let hits = label::find(text, &profile.vocabulary);
    let headings = heading::find(text, profile, &hits, raw.stated_title.as_deref());
    let title = title::find(raw, text, profile.title, &headings, &hits);
    // A title may have passed for a heading; it is none.
    let title_line = title.as_ref().and_then(|title| title.line);
    let headings: Vec<heading::Heading> = headings
        .into_iter()
        .filter(|heading| {
            let is_title = Some(heading.line) == title_line
                && heading.bytes.len() >= text.line(heading.line).len();
            // What stands above a title that has its place above the box is the site's.
            let banner = profile.title == TitlePlace::AboveBox
                && title_line.is_some_and(|line| heading.line < line);
            !is_title && !banner
        })
        .collect();

    let choices = choice::find(text, &places);
    let lists = list::find(text, profile);
    let budget = budget::find(text, &headings, &hits, &places);
    let mut facts = field::read(&field::Context {
        text,
        hits: &hits,
        stops: &stops(text.text(), &headings, title.as_ref()),
        headings: &headings
            .iter()
            .filter(|heading| heading.bytes.start == text.lines()[heading.line].bytes.start)
            .map(|heading| heading.line)
            .collect::<Vec<_>>(),
    });
    facts.extend(budget.facts);
    let mut fields = field::settle(facts, text, &places);
    for (name, field) in in_letterhead(raw, clean, profile) {
        fields.entry(name).or_insert(field);
    }
    let cuts = section::Cuts {
        ends: lists.ranges.iter().map(|range| range.start).collect(),
        ranges: lists.ranges.into_iter().chain(choices.ranges).collect(),
    };
    let mut warnings = doubtful(&fields, profile);
    warnings.extend(budget.warning);
    warnings.extend(continued(text.text()));
    Extracted {
        sections: sections(text, &headings, &cuts, &places, title.as_ref(), &hits),
        people: people::find(text, profile, &headings, &hits, &places),
        title: title.map(|title| title.text),
        language: language::of(text.text()),
        fields,
        budget: budget.budget,
        choices: choices.choices,
        lists: lists.lists,
        warnings,
    }
}

/// The sections; a text without a heading is one section under the document's title.
fn sections(
    text: &CleanText,
    headings: &[heading::Heading],
    cuts: &section::Cuts,
    places: &place::Places<'_>,
    title: Option<&title::Title>,
    hits: &[label::LabelHit<'_>],
) -> Vec<Section> {
    if headings.is_empty() {
        let words = title.map(|title| title.text.as_str());
        let start = after_front(text, title, hits);
        return section::whole(text, words, start, cuts, places)
            .into_iter()
            .collect();
    }
    section::build(text, headings, cuts, places)
}

/// Where the text begins below the title and the first box of labels and values.
fn after_front(
    text: &CleanText,
    title: Option<&title::Title>,
    hits: &[label::LabelHit<'_>],
) -> usize {
    let mut line = 0;
    for hit in hits.iter().filter(|hit| hit.company >= 2) {
        if line > 0 && hit.line > line + 2 {
            break;
        }
        line = match hit.form {
            // The value stands on the line below.
            label::LabelForm::Alone { .. } => hit.line + 2,
            _ => hit.line + 1,
        };
    }
    let below_title = title
        .and_then(|title| title.line)
        .map_or(0, |line| line + 1);
    let end = text.text().len();
    text.lines()
        .get(line.max(below_title))
        .map_or(end, |line| line.bytes.start)
}

/// Where a value inside running text must end: at headings, and where the title is printed again.
fn stops(text: &str, headings: &[heading::Heading], title: Option<&title::Title>) -> Vec<usize> {
    let mut stops: Vec<usize> = headings.iter().map(|heading| heading.bytes.start).collect();
    if let Some(title) = title
        && title.text.chars().count() >= 8
    {
        stops.extend(text.match_indices(&title.text).map(|(at, _)| at));
    }
    stops.sort_unstable();
    stops
}

/// What the letterhead says of the document: a case's number stands in its header more often than
/// in its text. Only labels that their form leaves beyond doubt count there.
fn in_letterhead(
    raw: &RawDocument,
    clean: &CleanDocument,
    profile: &Profile,
) -> BTreeMap<String, Field> {
    let text = &clean.aside;
    let hits: Vec<label::LabelHit<'_>> = label::find(text, &profile.vocabulary)
        .into_iter()
        .filter(|hit| {
            let numbered = hit.label.kind == FieldType::Identifier;
            let colon = matches!(
                hit.form,
                label::LabelForm::Colon | label::LabelForm::InlineColon
            );
            numbered || colon || hit.label.kind == FieldType::Other
        })
        .collect();
    let mut facts = field::read(&field::Context {
        text,
        hits: &hits,
        stops: &[],
        headings: &[],
    });
    for fact in &mut facts {
        fact.confidence *= 0.95;
    }
    field::settle(facts, text, &place::Places::new(raw, text))
}

fn doubtful(fields: &BTreeMap<String, Field>, profile: &Profile) -> Vec<Warning> {
    fields
        .iter()
        .filter(|(_, field)| field.confidence < profile.threshold)
        .map(|(name, field)| {
            Warning::on_page(
                WarningCode::LowConfidence,
                field.span.page,
                format!(
                    "{name} was read with confidence {:.2}; compare it with the page",
                    field.confidence
                ),
            )
        })
        .collect()
}

fn continued(text: &str) -> Option<Warning> {
    let found = CONTINUED.find(text)?;
    Some(Warning::new(
        WarningCode::ContinuedElsewhere,
        format!(
            "the text says “{}”: a part of it is in another file",
            found.as_str()
        ),
    ))
}
