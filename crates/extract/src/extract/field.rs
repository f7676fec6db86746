//! Field extraction: the value of each label, with a confidence.
//!
//! A value is what stands behind its label and is of the label's type. A label whose next word is
//! another label has none: an empty box is an absent field, never the next box's words. Where a
//! field is told twice, the surer place wins, then the first: a fact box outranks the prose.

use std::{collections::BTreeMap, ops::Range};

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::{
    Reason,
    label::{LabelForm, LabelHit, of_line},
    place::Places,
    value::{self, Value},
};
use diarium_document::FieldType;
use diarium_document::collapse_whitespace;
use diarium_document::{CleanText, Field, Heartbeat, LineRole, work};

/// The longest value, in characters, that is a fact and not a text.
const LONGEST: usize = 300;
/// The longest value of a label without a colon inside running text.
const LONGEST_INLINE: usize = 140;
/// Others that must begin lines nearby for a label without a colon to be one.
const BOX: usize = 2;
/// A line below a label with more characters is prose.
const LONGEST_LINE: usize = 160;

/// A fact before it is written down: value, place in the clean text, confidence.
#[derive(Debug, Clone)]
pub(super) struct Fact {
    pub field: String,
    pub value: Value,
    pub confidence: f64,
    /// The rule that found it.
    pub rule: &'static str,
    /// The words that it stands at, in bytes of the clean text.
    pub label: Range<usize>,
}

/// What is known of a document while its fields are read.
pub(super) struct Context<'c> {
    pub text: &'c CleanText,
    pub hits: &'c [LabelHit<'c>],
    /// Bytes of the clean text where something else begins: headings, the title.
    pub stops: &'c [usize],
    /// Indexes of lines that are headings, rising.
    pub headings: &'c [usize],
}

// Sökt belopp (del av stödet): | Besöksadress:  — a label that nobody declared
static STRANGE_LABEL: Lazy<Regex> = lazy_regex!(
    r"(?:^|\s)(?P<label>\p{Lu}[\p{Ll}-]+(?:\s(?:[\p{Ll}/-]+|\([^:()]*(?:\([^:()]*\))?[^:()]*\)?)){0,6}\s?:)(?:\s|$)"
);
// b) Sökande
static LETTERED: Lazy<Regex> = lazy_regex!(r"\s(?P<label>[a-z]\))\s");

/// Reads the fields of all labels and hands each fact over, so that none is kept for nothing: a text
/// of labels has millions.
pub(super) fn read(context: &Context<'_>, heartbeat: &Heartbeat, mut take: impl FnMut(Fact)) {
    for index in 0..context.hits.len() {
        heartbeat.step(index);
        work::spend(1);
        if context.hits[index].label.field_type != FieldType::Other {
            read_one(context, index, &mut take);
        }
    }
}

fn read_one(context: &Context<'_>, index: usize, take: &mut impl FnMut(Fact)) {
    let hit = &context.hits[index];
    let candidates = [beside(context, index), below(context, index)];
    let Some((region, confidence)) = candidates.into_iter().flatten().next() else {
        return;
    };
    let text = &context.text.text()[region.clone()];
    let lead = text.len() - text.trim_start().len();
    let body = text.trim();
    let start = region.start + lead;
    let mut push = |field: &str, mut value: Value| {
        value.bytes = value.bytes.start + start..value.bytes.end + start;
        let confidence = confidence * value.certainty;
        take(Fact {
            field: field.to_owned(),
            value,
            confidence,
            rule: hit.form.told(),
            label: hit.bytes.clone(),
        });
    };
    let field = hit.label.field.as_str();
    match hit.label.field_type {
        FieldType::Period => {
            if let Some((from, until)) = value::period(body) {
                push(&format!("{field}_start"), from);
                push(&format!("{field}_end"), until);
            }
        }
        kind => {
            if let Some(value) = typed(kind, body) {
                push(field, value);
            }
            if kind == FieldType::Name {
                contact_details(body)
                    .into_iter()
                    .for_each(|(field, value)| push(field, value));
            }
        }
    }
}

/// `Eva Ek, 08-465 004 12, eva.ek@example.se`: a contact's address and number behind the name.
fn contact_details(text: &str) -> Vec<(&'static str, Value)> {
    work::spend(text.len());
    let starts: Vec<usize> = text
        .char_indices()
        .filter(|(at, _)| text[..*at].ends_with([' ', ',', ':', '(']))
        .map(|(at, _)| at)
        .collect();
    let first = |read: fn(&str) -> Option<Value>| {
        starts.iter().find_map(|&at| {
            let mut value = read(&text[at..])?;
            value.bytes = value.bytes.start + at..value.bytes.end + at;
            // A label of its own says it more surely.
            value.certainty = 0.95;
            Some(value)
        })
    };
    let email = first(value::email).map(|value| ("email", value));
    let phone = first(value::phone).map(|value| ("phone", value));
    email.into_iter().chain(phone).collect()
}

fn typed(kind: FieldType, text: &str) -> Option<Value> {
    match kind {
        FieldType::Text => value::words(text),
        // A name is all that stands there, or a comma parts it from the rest; else it is prose.
        FieldType::Name => value::name(text).filter(|name| {
            let rest = text[name.bytes.end..].trim_start();
            rest.is_empty() || rest.starts_with([',', '(', ';', '/', '-', '–', '|', ':'])
        }),
        FieldType::Amount => value::amount(text),
        FieldType::Integer => value::integer(text),
        FieldType::Date => value::date(text),
        FieldType::Email => value::email(text),
        FieldType::Phone => value::phone(text),
        FieldType::Identifier => value::identifier(text),
        FieldType::Period | FieldType::Other => None,
    }
}

/// The value's region on the label's own line, with the confidence that its form deserves.
fn beside(context: &Context<'_>, index: usize) -> Option<(Range<usize>, f64)> {
    let hit = &context.hits[index];
    let line = &context.text.lines()[hit.line];
    let start = hit.bytes.end;
    let mut end = cut(context, index, start..line.bytes.end);
    let boxed = hit.company >= BOX;
    let confidence = match hit.form {
        LabelForm::Alone { .. } => return None,
        LabelForm::Colon if boxed => 1.0,
        LabelForm::Colon => 0.97,
        LabelForm::Cell => 1.0,
        LabelForm::Glued if boxed => 0.99,
        LabelForm::Glued | LabelForm::Spaced => {
            // Without company only the value's own form can tell that this is a label at all.
            let text = context.text.text()[start..end].trim();
            let value = (hit.label.field_type != FieldType::Text)
                .then(|| typed(hit.label.field_type, text))??;
            let most = value.bytes.len() * 5 >= text.len() * 3;
            if !most || matches!(hit.label.field_type, FieldType::Name | FieldType::Integer) {
                return None;
            }
            0.85
        }
        LabelForm::InlineColon => 0.93,
        LabelForm::InlineSpaced => 0.75,
    };
    let found = context.text.text()[start..end].trim();
    let limit = match hit.form {
        LabelForm::InlineSpaced => LONGEST_INLINE,
        _ => LONGEST,
    };
    // Prose that runs on behind a label is no value of it.
    let is_text = matches!(hit.label.field_type, FieldType::Text);
    if found.is_empty() || is_text && found.chars().count() > limit {
        return None;
    }
    if is_text && matches!(hit.form, LabelForm::Colon | LabelForm::Cell) && end == line.bytes.end {
        end = continued(context, hit, end);
    }
    Some((start..end, confidence))
}

/// A value that its box wraps goes on in the next line, if blank lines part the facts.
fn continued(context: &Context<'_>, hit: &LabelHit<'_>, end: usize) -> usize {
    let lines = context.text.lines();
    let Some(next) = lines.get(hit.line + 1) else {
        return end;
    };
    let after = lines.get(hit.line + 2);
    let parted = lines[hit.line].gap_before && after.is_none_or(|after| after.gap_before);
    let short = next.bytes.len() <= 80;
    if next.gap_before || !parted || !short || !is_value_line(context, hit.line + 1) {
        return end;
    }
    next.bytes.end
}

/// The value's region on the line below a label that stands alone.
fn below(context: &Context<'_>, index: usize) -> Option<(Range<usize>, f64)> {
    let hit = &context.hits[index];
    let LabelForm::Alone { colon } = hit.form else {
        return None;
    };
    let next = hit.line + 1;
    let line = context.text.lines().get(next)?;
    if !is_value_line(context, next) {
        return None;
    }
    let text = context.text.line(next);
    let characters = text.chars().count();
    let boxed = hit.company >= BOX;
    if characters > LONGEST_LINE || line.gap_before && (!colon || characters > 80) {
        return None;
    }
    let kind = hit.label.field_type;
    let telling = !matches!(kind, FieldType::Text | FieldType::Name | FieldType::Integer);
    let tells = telling && typed(kind, text.trim()).is_some();
    if !(boxed || colon || tells) {
        return None;
    }
    // A sentence is prose, whatever stands above it.
    if kind == FieldType::Text && characters > 60 && text.ends_with('.') {
        return None;
    }
    let confidence = match (boxed, colon, line.gap_before) {
        (true, _, false) => 1.0,
        (true, _, true) => 0.95,
        (false, true, false) => 0.93,
        _ => 0.85,
    };
    let mut end = line.bytes.end;
    let after = context.text.lines().get(next + 1);
    let wraps = after.is_some_and(|after| !after.gap_before)
        && text.ends_with(['/', ','])
        && is_value_line(context, next + 1);
    if wraps && let Some(after) = after {
        end = after.bytes.end;
    }
    Some((line.bytes.start..end, confidence))
}

/// Whether a line can be a value: no label begins it, and it is no heading.
fn is_value_line(context: &Context<'_>, line: usize) -> bool {
    let Some(clean) = context.text.lines().get(line) else {
        return false;
    };
    let begins_label = of_line(context.hits, line).iter().any(|hit| {
        work::spend(1);
        match hit.form {
            LabelForm::Spaced | LabelForm::InlineSpaced | LabelForm::InlineColon => false,
            LabelForm::Alone { colon: false } => hit.company >= BOX,
            _ => true,
        }
    });
    !begins_label
        && !matches!(clean.role, LineRole::Heading(_))
        && context.headings.binary_search(&line).is_err()
        && !context.text.line(line).trim_end().ends_with(':')
}

/// Where the value on a label's line ends: at the next label, heading or lettered item, known or not.
fn cut(context: &Context<'_>, index: usize, region: Range<usize>) -> usize {
    let mut end = region.end;
    let hit = &context.hits[index];
    for other in &context.hits[index + 1..] {
        work::spend(1);
        if other.bytes.start >= end {
            break;
        }
        if is_boundary(hit, other) {
            end = other.bytes.start;
            break;
        }
    }
    let stop = context.stops.partition_point(|&stop| stop < region.start);
    if let Some(&stop) = context.stops.get(stop)
        && stop < end
    {
        end = stop;
    }
    let text = &context.text.text()[region.start..end];
    work::spend(text.len());
    for pattern in [&*STRANGE_LABEL, &*LETTERED] {
        let label = pattern
            .captures(text)
            .and_then(|captures| captures.name("label"));
        if let Some(label) = label {
            end = end.min(region.start + label.start());
        }
    }
    end
}

/// Whether another label on the line ends the value: one with a colon does, one without only where
/// labels without colons are the rule.
fn is_boundary(hit: &LabelHit<'_>, other: &LabelHit<'_>) -> bool {
    match other.form {
        LabelForm::InlineColon | LabelForm::Alone { .. } => true,
        LabelForm::InlineSpaced => {
            matches!(hit.form, LabelForm::InlineSpaced | LabelForm::InlineColon)
        }
        _ => false,
    }
}

/// The fields so far, each with its surest value, and why it has that.
pub(super) struct Settled<'c> {
    text: &'c CleanText,
    places: &'c Places<'c>,
    fields: BTreeMap<String, Field>,
    reasons: BTreeMap<String, Reason>,
}

impl<'c> Settled<'c> {
    pub(super) fn new(text: &'c CleanText, places: &'c Places<'c>) -> Self {
        Self {
            text,
            places,
            fields: BTreeMap::new(),
            reasons: BTreeMap::new(),
        }
    }

    /// Writes a fact down if it is surer than what is known of its field.
    pub(super) fn add(&mut self, fact: Fact) {
        let known = self.fields.get(&fact.field);
        let known = known.map_or(f64::NEG_INFINITY, |known| known.confidence);
        let better = |confidence: f64| confidence > known + f64::EPSILON;
        // Its place only makes it less sure.
        if !better(fact.confidence) {
            return;
        }
        let Some(place) = self.places.place(fact.value.bytes.clone()) else {
            return;
        };
        let of_lines = f64::from(self.text.confidence(fact.value.bytes.clone()));
        let mut confidence = fact.confidence * of_lines;
        if place.partial {
            // The span tells only the part on the first page.
            confidence *= 0.9;
        }
        if !better(confidence) {
            return;
        }
        let reason = reason(&fact, self.text, place.span.page);
        self.reasons.insert(fact.field.clone(), reason);
        let field = Field {
            value: fact.value.value,
            raw: place.raw,
            confidence,
            span: place.span,
        };
        self.fields.insert(fact.field, field);
    }

    /// The fields by name, and the reasons in the same order.
    pub(super) fn finish(self) -> (BTreeMap<String, Field>, Vec<Reason>) {
        (self.fields, self.reasons.into_values().collect())
    }
}

fn reason(fact: &Fact, text: &CleanText, page: u32) -> Reason {
    let label = text.text()[fact.label.clone()].trim().trim_end_matches(':');
    Reason {
        field: fact.field.clone(),
        rule: fact.rule,
        label: collapse_whitespace(label),
        page,
    }
}
