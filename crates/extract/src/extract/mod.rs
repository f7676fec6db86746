//! Information extraction: fields, sections, people, budget, choices and lists.
//!
//! A clean document of a known kind goes in; fields, sections, people, budget, choices and lists come
//! out, each with the place where it stands. The order below is the order of dependence: labels tell
//! what is no heading, headings tell where a value ends.

mod budget;
mod choice;
mod field;
mod guess;
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

pub use guess::type_of;

use std::{collections::BTreeMap, ops::Range};

use lazy_regex::{Lazy, Regex, lazy_regex};

use crate::profile::{Profile, SectionStyle, TitlePosition};
use diarium_document::FieldType;
use diarium_document::{
    Budget, Choice, CleanDocument, CleanText, Field, Heartbeat, Lists, Person, RawDocument,
    Section, Warning, WarningCode, work,
};
use heading::Heading;
use label::{LabelForm, LabelHit};
use place::Places;
use title::Title;

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
    /// Why each field has its value, by the fields' names; no part of a record.
    pub reasons: Vec<Reason>,
}

/// What led to a field's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The field's name.
    pub field: String,
    /// How the value stood to its label.
    pub rule: &'static str,
    /// The label as printed.
    pub label: String,
    /// The page that the value stands on.
    pub page: u32,
}

// Textutrymmet slut, se fortsättning i akten | forts. i bilaga 2 | fortsätter i bifogat dokument
static CONTINUED: Lazy<Regex> = lazy_regex!(
    r"textutrymmet (?:är )?slut|(?-u:\b)se f[öo]r[t]?s[äa]ttning|(?-u:\b)forts(?:\.|ättning(?:en)?|ätter)\s+(?:följer\s+)?(?:i|på)\s+(?:en\s+|ett\s+)?(?:akten|bilag\p{L}*|bifoga\p{L}*|annan|annat|separat|särskil[dt])"i
);

/// Takes the facts out of a clean document of a known kind.
pub fn extract(
    raw: &RawDocument,
    clean: &CleanDocument,
    profile: &Profile,
    heartbeat: &Heartbeat,
) -> Extracted {
    let text = &clean.text;
    let places = Places::new(raw, text);
    let hits = label::find(text, &profile.vocabulary, heartbeat);
    let front = Front::find(raw, text, profile, &hits, heartbeat);
    let choices = choice::find(text, &places, heartbeat);
    let lists = list::find(text, profile, heartbeat);
    let budget = budget::find(text, &front.headings, &hits, &places, heartbeat);
    let parts = Parts {
        raw,
        clean,
        profile,
        heartbeat,
        hits: &hits,
        front: &front,
        places: &places,
    };
    let (fields, reasons) = parts.fields(budget.facts);
    let cuts = section::Cuts::new(lists.ranges, choices.ranges);
    let mut warnings = doubtful(&fields, profile);
    warnings.extend(budget.warning);
    warnings.extend(continued(text.text()));
    Extracted {
        sections: parts.sections(&cuts),
        people: people::find(text, profile, &front.headings, &hits, &places, heartbeat),
        title: front.title.map(|title| title.text),
        language: language::of(text.text()),
        fields,
        budget: budget.budget,
        choices: choices.choices,
        lists: lists.lists,
        warnings,
        reasons,
    }
}

/// What structures a document: its title and its headings.
struct Front {
    title: Option<Title>,
    headings: Vec<Heading>,
}

impl Front {
    fn find(
        raw: &RawDocument,
        text: &CleanText,
        profile: &Profile,
        hits: &[LabelHit<'_>],
        heartbeat: &Heartbeat,
    ) -> Self {
        let stated = raw.stated_title.as_deref();
        let mut headings = heading::find(text, profile, hits, stated, heartbeat);
        let title = title::find(raw, text, profile, &headings, hits);
        if let Some(line) = title.as_ref().and_then(|title| title.line) {
            headings.retain(|heading| {
                // A title may have passed for a heading; it is none.
                let is_title =
                    heading.line == line && heading.bytes.len() >= text.line(heading.line).len();
                // What stands above a title that has its place above the box is the site's.
                let banner = profile.title == TitlePosition::AboveBox && heading.line < line;
                !is_title && !banner
            });
        }
        Self { title, headings }
    }

    /// Lines that are headings, and not only begin with one; rising.
    fn heading_lines(&self, text: &CleanText) -> Vec<usize> {
        let begins =
            |heading: &&Heading| heading.bytes.start == text.lines()[heading.line].bytes.start;
        let headings = self.headings.iter().filter(begins);
        headings.map(|heading| heading.line).collect()
    }

    /// Where a value inside running text must end: at headings, and where the title is printed again.
    fn stops(&self, text: &str) -> Vec<usize> {
        let headings = self.headings.iter().map(|heading| heading.bytes.start);
        let mut stops: Vec<usize> = headings.collect();
        if let Some(title) = &self.title
            && title.text.chars().count() >= SHORTEST_STOP
        {
            stops.extend(text.match_indices(&title.text).map(|(at, _)| at));
        }
        stops.sort_unstable();
        stops
    }
}

/// A shorter title, in characters, may be a word like any other.
const SHORTEST_STOP: usize = 8;

/// What was found of a document before its fields and sections are read.
struct Parts<'c> {
    raw: &'c RawDocument,
    clean: &'c CleanDocument,
    profile: &'c Profile,
    heartbeat: &'c Heartbeat,
    hits: &'c [LabelHit<'c>],
    front: &'c Front,
    places: &'c Places<'c>,
}

impl Parts<'_> {
    /// The fields of the text, then those that only the letterhead tells.
    fn fields(&self, more: Vec<field::Fact>) -> (BTreeMap<String, Field>, Vec<Reason>) {
        let text = &self.clean.text;
        let context = field::Context {
            text,
            hits: self.hits,
            stops: &self.front.stops(text.text()),
            headings: &self.front.heading_lines(text),
        };
        let mut settled = field::Settled::new(text, self.places);
        field::read(&context, self.heartbeat, |fact| settled.add(fact));
        more.into_iter().for_each(|fact| settled.add(fact));
        let (mut fields, mut reasons) = settled.finish();
        let (aside, of_aside) = self.in_letterhead();
        let told = |reason: &Reason| fields.contains_key(&reason.field);
        reasons.extend(of_aside.into_iter().filter(|reason| !told(reason)));
        for (name, field) in aside {
            fields.entry(name).or_insert(field);
        }
        (fields, reasons)
    }

    /// The sections; text without a heading is a section under the document's title.
    fn sections(&self, cuts: &section::Cuts) -> Vec<Section> {
        let (text, front, places) = (&self.clean.text, self.front, self.places);
        let title = front.title.as_ref().map(|title| title.text.as_str());
        let start = after_front(text, front.title.as_ref(), self.hits);
        if front.headings.is_empty() {
            let all = start..text.text().len();
            return section::whole(text, title, all, cuts, places)
                .into_iter()
                .collect();
        }
        let mut sections = section::build(text, &front.headings, cuts, places, self.heartbeat);
        if self.profile.sections == SectionStyle::Free {
            // What stands before the first heading of a form that nobody has described is text like any.
            let end = front.headings[0].bytes.start;
            let opening = section::whole(text, title, start..end, cuts, places);
            let says_more = |section: &Section| {
                Some(section.text.as_str()) != title && has_prose(text, start..end, self.hits)
            };
            sections.splice(0..0, opening.filter(says_more));
        }
        sections
    }

    /// What the letterhead says of the document: a case's number stands in its header more often
    /// than in its text. Only labels that their form leaves beyond doubt count there.
    fn in_letterhead(&self) -> (BTreeMap<String, Field>, Vec<Reason>) {
        let text = &self.clean.aside;
        let hits: Vec<LabelHit<'_>> = label::find(text, &self.profile.vocabulary, self.heartbeat)
            .into_iter()
            .filter(|hit| {
                let numbered = hit.label.field_type == FieldType::Identifier;
                let colon = matches!(hit.form, LabelForm::Colon | LabelForm::InlineColon);
                numbered || colon || hit.label.field_type == FieldType::Other
            })
            .collect();
        let context = field::Context {
            text,
            hits: &hits,
            stops: &[],
            headings: &[],
        };
        let places = Places::new(self.raw, text);
        let mut settled = field::Settled::new(text, &places);
        field::read(&context, self.heartbeat, |mut fact| {
            fact.confidence *= 0.95;
            fact.rule = "in the letterhead";
            settled.add(fact);
        });
        settled.finish()
    }
}

/// Whether a stretch holds a line that is no label's and no label's value.
fn has_prose(text: &CleanText, stretch: Range<usize>, hits: &[LabelHit<'_>]) -> bool {
    let fact = |line: usize| {
        let above = line.checked_sub(1);
        let above = above.map_or(&[][..], |above| label::of_line(hits, above));
        let below = |hit: &LabelHit<'_>| matches!(hit.form, LabelForm::Alone { .. });
        !label::of_line(hits, line).is_empty() || above.iter().any(below)
    };
    let lines = text.lines();
    let first = lines.partition_point(|line| line.bytes.start < stretch.start);
    let behind = lines.partition_point(|line| line.bytes.start < stretch.end);
    (first..behind).any(|line| {
        work::spend(1);
        !fact(line)
    })
}

/// Where the text begins below the title and the first box of labels and values.
fn after_front(text: &CleanText, title: Option<&Title>, hits: &[LabelHit<'_>]) -> usize {
    let mut line = 0;
    for hit in hits.iter().filter(|hit| hit.company >= 2) {
        if line > 0 && hit.line > line + 2 {
            break;
        }
        line = match hit.form {
            // The value stands on the line below.
            LabelForm::Alone { .. } => hit.line + 2,
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
