//! Information extraction: fields, sections, people, budget, choices and lists.
//!
//! A clean document of a known kind goes in; the parts of a record come out, each with its span. The order
//! of the steps follows their dependencies: labels are no headings, and headings end values.
//!
//! | file | what it finds |
//! | --- | --- |
//! | `label`, `field` | labels and their values; `value` parses them |
//! | `confidence` | how often such a value is right |
//! | `heading`, `section` | headings and the text below them |
//! | `title`, `language` | the title and the language |
//! | `budget`, `choice`, `list`, `people` | budget rows, checkboxes, named lists, people |
//! | `span` | the span of a range of clean text |

mod budget;
mod choice;
pub mod confidence;
mod field;
mod heading;
mod item;
mod label;
mod language;
mod list;
mod people;
mod section;
mod span;
#[cfg(test)]
mod tests;
mod title;
mod value;

pub use value::infer_type;

use std::{collections::BTreeMap, ops::Range};

use crate::profile::{Profile, TitlePosition};
use confidence::EvidenceClass;
use diarium_document::FieldType;
use diarium_document::{
    Budget, Choice, CleanDocument, CleanText, Field, FieldValue, Heartbeat, Item, ListSpans, Lists,
    OtherField, Person, RawDocument, Section, Span, Warning, WarningCode, operations,
};
use heading::Heading;
use label::{LabelHit, LabelLayout, find_labels, find_unknown};
use span::SpanResolver;
use title::Title;

/// The parts of a record that were extracted from one document.
#[derive(Debug, Default)]
pub struct Extracted {
    /// The document's title.
    pub title: Option<String>,
    /// Position of the title, unless only the carrier states it.
    pub title_span: Option<Span>,
    /// The language, as a BCP 47 tag.
    pub language: Option<String>,
    /// Values by canonical field name.
    pub fields: BTreeMap<String, Field>,
    /// Labels and values without a canonical field, in the document's order.
    pub other: Vec<OtherField>,
    /// The text below each heading.
    pub sections: Vec<Section>,
    /// People and their organizations.
    pub people: Vec<Person>,
    /// Budget rows and totals.
    pub budget: Option<Budget>,
    /// Checkboxes.
    pub choices: Vec<Choice>,
    /// Named lists.
    pub lists: Lists,
    /// Positions of the entries of the lists.
    pub list_spans: ListSpans,
    /// The projects or calls of a document about several.
    pub items: Vec<Item>,
    /// Problems that a person should check.
    pub warnings: Vec<Warning>,
    /// Why each field has its value, sorted by field name. Not part of a record.
    pub reasons: Vec<Reason>,
}

/// The reason for a field's value.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// The field's name.
    pub field: String,
    /// The rule that read it: the layout of label and value.
    pub rule: &'static str,
    /// What the value rests on; determines the confidence.
    pub class: EvidenceClass,
    /// Less than 1 for doubts that are not part of the class.
    pub factor: f64,
    /// The label as printed.
    pub label: String,
    /// The page of the value.
    pub page: u32,
}

/// Extracts the parts of a record from a clean document of a known kind.
pub fn extract(
    raw: &RawDocument,
    clean: &CleanDocument,
    profile: &Profile,
    heartbeat: &Heartbeat,
) -> Extracted {
    let text = &clean.text;
    let spans = SpanResolver::new(raw, text);
    let hits = find_labels(text, &profile.vocabulary, &spans, heartbeat);
    let outline = Outline::detect(raw, text, profile, &hits, heartbeat);
    let choices = choice::find_choices(text, &profile.shared.answers, &spans, heartbeat);
    let lists = list::find_lists(text, profile, &spans, heartbeat);
    let budget = budget::find_budget(
        text,
        &profile.shared.budget,
        &outline.headings,
        &hits,
        &spans,
        heartbeat,
    );
    let language = language::detect_language(text.text());
    let context = Context {
        raw,
        clean,
        profile,
        heartbeat,
        hits: &hits,
        outline: &outline,
        spans: &spans,
        money: value::Money::of(text.text(), language.as_deref()),
    };
    let mut reserved = lists.ranges;
    reserved.extend(choices.ranges);
    let title = outline.title.as_ref();
    reserved.extend(title.and_then(|title| title.with_number.clone()));
    let people = people::find_people(text, profile, &outline.headings, &hits, &spans, heartbeat);
    let taken = reserved.iter().chain(&people.ranges).cloned().collect();
    let ReadFields {
        fields,
        reasons,
        ranges: mut covered,
        other,
        items,
        warnings: left_out,
    } = context.fields(budget.facts, taken);
    covered.extend(people.ranges);
    let mut warnings = low_confidence_warnings(&fields, profile);
    warnings.extend(left_out);
    warnings.extend(budget.warning);
    warnings.extend(continuation_warning(text.text(), profile));
    warnings.extend(item::warning(&items));
    warnings.extend(language::unknown_language(text.text()));
    let (title, title_span) = match &outline.title {
        Some(title) => (Some(title.text.clone()), title_span(title, text, &spans)),
        None => name_as_title(&fields),
    };
    Extracted {
        sections: context.sections(reserved, covered),
        people: people.people,
        title,
        title_span,
        language,
        fields,
        other: without_budget(other, budget.budget.as_ref()),
        budget: budget.budget,
        choices: choices.choices,
        lists: lists.lists,
        list_spans: lists.list_spans,
        items,
        warnings,
        reasons,
    }
}

/// The name of the project as the title of a document that prints none: a form with its name in a box.
fn name_as_title(fields: &BTreeMap<String, Field>) -> (Option<String>, Option<Span>) {
    match fields.get("project_name") {
        Some(Field {
            value: FieldValue::Text(name),
            span,
            ..
        }) => (Some(name.clone()), Some(span.clone())),
        _ => (None, None),
    }
}

/// The outline of a document: its title and its headings.
struct Outline {
    title: Option<Title>,
    headings: Vec<Heading>,
}

impl Outline {
    fn detect(
        raw: &RawDocument,
        text: &CleanText,
        profile: &Profile,
        hits: &[LabelHit<'_>],
        heartbeat: &Heartbeat,
    ) -> Self {
        let stated = raw.stated_title.as_deref();
        let mut headings = heading::find_headings(text, profile, hits, stated, heartbeat);
        let title = title::find_title(raw, text, profile, &headings, hits);
        if let Some(bytes) = title.as_ref().and_then(|title| title.bytes.clone()) {
            headings.retain(|heading| {
                // The title may have been detected as a heading, with a number before it.
                let is_title = heading.bytes.start < bytes.end
                    && bytes.start < heading.bytes.end
                    && heading.bytes.len() <= 2 * bytes.len();
                // Headings above a title that is printed above the fact box belong to the site.
                let is_banner =
                    profile.title == TitlePosition::AboveBox && heading.bytes.start < bytes.start;
                !is_title && !is_banner
            });
        }
        Self { title, headings }
    }

    /// The lines that begin with a heading, sorted.
    fn heading_lines(&self, text: &CleanText) -> Vec<usize> {
        let begins =
            |heading: &&Heading| heading.bytes.start == text.lines()[heading.line].bytes.start;
        let headings = self.headings.iter().filter(begins);
        headings.map(|heading| heading.line).collect()
    }

    /// The bytes at which a value inside running text ends: headings and repetitions of the title.
    fn value_stops(&self, text: &str) -> Vec<usize> {
        let headings = self.headings.iter().map(|heading| heading.bytes.start);
        let mut stops: Vec<usize> = headings.collect();
        if let Some(title) = &self.title
            && title.text.chars().count() >= MIN_STOP_TITLE
        {
            stops.extend(text.match_indices(&title.text).map(|(at, _)| at));
        }
        stops.sort_unstable();
        stops
    }
}

/// The shortest title that ends a value, in characters.
// A shorter title may be an everyday word of the value.
const MIN_STOP_TITLE: usize = 8;
/// The factor for the confidence in a value that was read from the letterhead.
// The letterhead may be about the publisher instead of the document.
const LETTERHEAD_FACTOR: f64 = 0.95;

/// Everything that reading the fields and sections of a document needs.
struct Context<'c> {
    raw: &'c RawDocument,
    clean: &'c CleanDocument,
    profile: &'c Profile,
    heartbeat: &'c Heartbeat,
    hits: &'c [LabelHit<'c>],
    outline: &'c Outline,
    spans: &'c SpanResolver<'c>,
    money: value::Money,
}

/// The fields of a document.
struct ReadFields {
    fields: BTreeMap<String, Field>,
    reasons: Vec<Reason>,
    /// The ranges of the text that they take up.
    ranges: Vec<Range<usize>>,
    /// Values without a canonical field.
    other: Vec<OtherField>,
    /// The items of a document about several.
    items: Vec<Item>,
    /// Fields that were left out.
    warnings: Vec<Warning>,
}

impl Context<'_> {
    /// The fields of the text and `more` facts, then those that only the letterhead states.
    /// Unlisted labels have no values in `taken` ranges, which have a place of their own in the record.
    fn fields(&self, more: Vec<field::Fact>, taken: Vec<Range<usize>>) -> ReadFields {
        let text = &self.clean.text;
        let context = field::Context {
            text,
            hits: self.hits,
            stops: &self.outline.value_stops(text.text()),
            title: self.outline.title.as_ref().map(|title| title.text.as_str()),
            stated_parts: &stated_parts(self.raw.stated_title.as_deref().unwrap_or_default()),
            headings: &self.outline.heading_lines(text),
            money: self.money,
            placeholders: &self.profile.shared.placeholders,
        };
        let mut resolved = field::ResolvedFields::new(text, self.spans);
        let mut anchors = item::Anchors::default();
        field::read_fields(&context, self.heartbeat, |fact| {
            anchors.add(&fact, text);
            resolved.add(fact);
        });
        let (mut items, mut item_range) = (Vec::new(), 0..0);
        if let Some(starts) = anchors.item_starts() {
            let split = item::split_facts(&context, starts, self.spans, self.heartbeat);
            item_range = starts.first().copied().unwrap_or_default()..split.end;
            (resolved, items) = (split.own, split.items);
        }
        // The contacts of a list's projects are theirs.
        if items.is_empty() {
            field::read_contacts(&context, &self.profile.vocabulary, self.heartbeat, |fact| {
                resolved.add(fact);
            });
        }
        // Of equally certain facts the first wins, so those of labels come first.
        more.into_iter().for_each(|fact| resolved.add(fact));
        let ranges = resolved.ranges().collect();
        let warnings = resolved.warnings();
        let (mut fields, mut reasons) = resolved.finish();
        let (letterhead_fields, letterhead_reasons) = self.letterhead_fields();
        let is_new = |reason: &Reason| !fields.contains_key(&reason.field);
        reasons.extend(letterhead_reasons.into_iter().filter(is_new));
        for (name, field) in letterhead_fields {
            fields.entry(name).or_insert(field);
        }
        let mut read = ReadFields {
            fields,
            reasons,
            ranges,
            other: Vec::new(),
            items,
            warnings,
        };
        self.add_unlisted(&context, taken, &item_range, &mut read);
        name_budget_of_call(&mut read);
        read
    }

    /// Adds the values of labels without a canonical field, and of those that no profile lists. Those inside
    /// the range of the items are no fields of the document.
    fn add_unlisted(
        &self,
        context: &field::Context<'_>,
        mut taken: Vec<Range<usize>>,
        items: &Range<usize>,
        read: &mut ReadFields,
    ) {
        let text = &self.clean.text;
        taken.sort_by_key(|range| range.start);
        let mut unknown = find_unknown(text, self.hits, context.headings, self.heartbeat);
        unknown.retain(|unknown| {
            !field::overlaps_any(&taken, &unknown.label)
                && !field::overlaps_any(&taken, &unknown.value)
        });
        let mut unlisted = field::read_unlisted(context, &unknown, self.heartbeat);
        unlisted.keep_new(|fact| {
            !read.fields.contains_key(&fact.field) && !items.contains(&fact.label.start)
        });
        let mut resolved = field::ResolvedFields::new(text, self.spans);
        for (fact, _) in unlisted.fields {
            resolved.add(fact);
        }
        read.ranges.extend(resolved.ranges());
        read.warnings.extend(resolved.warnings());
        let (fields, reasons) = resolved.finish();
        read.fields.extend(fields);
        read.reasons.extend(reasons);
        read.reasons.sort_by(|a, b| a.field.cmp(&b.field));
        taken.extend(read.ranges.iter().cloned());
        taken.sort_by_key(|range| range.start);
        read.other = field::other_fields(unlisted.others, text, self.spans, &taken);
    }

    /// The sections: the whole text, except for the `excluded` ranges, which have a place of their own.
    /// Ranges that are `covered` by fields and people are in both places, except where an opening has
    /// nothing else.
    fn sections(
        &self,
        excluded: Vec<Range<usize>>,
        mut covered: Vec<Range<usize>>,
    ) -> Vec<Section> {
        let outline = self.outline;
        covered.extend(excluded.iter().cloned());
        covered.extend(self.hits.iter().map(|hit| hit.bytes.clone()));
        covered.extend(outline.headings.iter().map(|heading| heading.bytes.clone()));
        let parts = section::Parts {
            text: &self.clean.text,
            title: outline.title.as_ref().map(|title| title.text.as_str()),
            headings: &outline.headings,
            // The front page of a form with fixed questions is none of its sections.
            opening_level: if self.profile.questions.is_empty() {
                1
            } else {
                2
            },
            excluded: section::Ranges::new(excluded),
            covered: section::Ranges::new(covered),
            spans: self.spans,
        };
        parts.sections(self.heartbeat)
    }

    /// The fields that the letterhead states: a case number is more often in a header than in the text.
    /// Only identifiers and labels with a colon count there; another word may be part of a slogan.
    fn letterhead_fields(&self) -> (BTreeMap<String, Field>, Vec<Reason>) {
        let text = &self.clean.letterhead_text;
        let spans = SpanResolver::new(self.raw, text);
        let hits = find_labels(text, &self.profile.vocabulary, &spans, self.heartbeat);
        let hits: Vec<LabelHit<'_>> = hits
            .into_iter()
            .filter(|hit| {
                let is_identifier = hit.label.field_type == FieldType::Identifier;
                let has_colon = matches!(hit.layout, LabelLayout::Colon | LabelLayout::InlineColon);
                is_identifier || has_colon || hit.label.field_type == FieldType::Other
            })
            .collect();
        let context = field::Context {
            text,
            hits: &hits,
            stops: &[],
            title: None,
            stated_parts: &[],
            headings: &[],
            money: self.money,
            placeholders: &self.profile.shared.placeholders,
        };
        let mut resolved = field::ResolvedFields::new(text, &spans);
        field::read_fields(&context, self.heartbeat, |mut fact| {
            fact.factor *= LETTERHEAD_FACTOR;
            fact.rule = "in the letterhead";
            resolved.add(fact);
        });
        resolved.finish()
    }
}

/// Makes the budget of a call that of the call: a document that closes for applications and has neither a grant nor a
/// period is about a call, whatever its kind.
fn name_budget_of_call(read: &mut ReadFields) {
    let has = |name: &str| read.fields.contains_key(name);
    if !has("closes") || has("period_start") || has("call_sek") || has("granted_sek") {
        return;
    }
    let Some(mut field) = read.fields.remove("total_budget_sek") else {
        return;
    };
    // Which budget is meant is a guess.
    field.confidence = field.confidence.min(MAX_GUESS);
    read.fields.insert("call_sek".to_owned(), field);
    for reason in &mut read.reasons {
        if reason.field == "total_budget_sek" {
            "call_sek".clone_into(&mut reason.field);
            reason.factor *= MAX_GUESS;
        }
    }
    read.reasons.sort_by(|a, b| a.field.cmp(&b.field));
}

/// The most confidence in a value whose field is a guess.
const MAX_GUESS: f64 = 0.89;

/// The position of a title: where it is, or where the text repeats the title that a carrier states.
fn title_span(title: &Title, text: &CleanText, spans: &SpanResolver<'_>) -> Option<Span> {
    let repeated = || {
        operations::count(text.text().len());
        let at = text.text().find(&title.text)?;
        Some(at..at + title.text.len())
    };
    Some(spans.resolve(title.bytes.clone().or_else(repeated)?)?.span)
}

/// The sentences of a title that a carrier states: a sharing site joins the lines of the first page.
fn stated_parts(title: &str) -> Vec<&str> {
    /// A longer title is not searched to its end.
    const MAX_TITLE_BYTES: usize = 300;
    let title = &title[..title.floor_char_boundary(MAX_TITLE_BYTES)];
    let parts = title.split(". ").map(|part| part.trim_end_matches('.'));
    parts.collect()
}

/// The values that are no amount of a budget, which has them already.
fn without_budget(mut other: Vec<OtherField>, budget: Option<&Budget>) -> Vec<OtherField> {
    let Some(budget) = budget else {
        return other;
    };
    let mut rows: Vec<(u32, usize, usize)> = Vec::new();
    for item in &budget.items {
        rows.push((item.span.page, item.span.start, item.span.end));
    }
    rows.sort_unstable();
    other.retain(|value| {
        operations::count(1);
        let (page, start, end) = (value.span.page, value.span.start, value.span.end);
        let next = rows.partition_point(|row| (row.0, row.2) <= (page, start));
        rows.get(next)
            .is_none_or(|row| row.0 != page || row.1 >= end)
    });
    other
}

/// A warning for each field with a confidence below the profile's threshold.
fn low_confidence_warnings(fields: &BTreeMap<String, Field>, profile: &Profile) -> Vec<Warning> {
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

/// A warning if the text states that it continues in another document.
fn continuation_warning(text: &str, profile: &Profile) -> Option<Warning> {
    let found = profile.shared.continuation.find(text)?;
    Some(Warning::new(
        WarningCode::ContinuedElsewhere,
        format!(
            "the text says “{}”: a part of it is in another file",
            found.as_str()
        ),
    ))
}
