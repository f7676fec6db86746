//! Field extraction: the value of each label, with a confidence.
//!
//! A value follows its label and is of the label's type. A label that is followed by another label has
//! no value: an empty box is an absent field, never the words of the next box. If a document states a
//! field twice, the more certain value wins, then the first: a fact box outranks prose.

use std::{collections::BTreeMap, ops::Range};

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::{
    Reason,
    label::{BOX_NEIGHBORS, LabelHit, LabelLayout, labels_on_line},
    span::SpanResolver,
    value::{self, Value},
};
use diarium_document::FieldType;
use diarium_document::collapse_whitespace;
use diarium_document::{CleanText, Field, Heartbeat, LineRole, operations};

/// The longest value, in characters.
// A longer one is prose with a colon in it.
const MAX_VALUE: usize = 300;
/// The longest value of a label without a colon inside a long line, in characters.
// Nothing else ends it if no label follows, so a long one is prose after an everyday word.
const MAX_INLINE_VALUE: usize = 140;
/// The longest value on the line below its label, in characters.
// A longer line is prose.
const MAX_VALUE_LINE: usize = 160;
/// The longest value, in characters, on the line below a label if a gap separates them.
// A longer line after a gap is the first paragraph of a section.
const MAX_VALUE_AFTER_GAP: usize = 80;
/// The longest second line of a wrapped value, in bytes.
// A longer line is prose below the fact box.
const MAX_CONTINUATION_BYTES: usize = 80;
/// The longest text value that may end with a full stop, in characters.
// A longer one is a sentence, even below a label.
const MAX_VALUE_WITH_FULL_STOP: usize = 60;

/// A value that was read, with its position in the clean text and its confidence.
#[derive(Debug, Clone)]
pub(super) struct Fact {
    pub field: String,
    pub value: Value,
    pub confidence: f64,
    /// The rule that read it, for people.
    pub rule: &'static str,
    /// The label, in bytes of the clean text.
    pub label: Range<usize>,
}

/// The parts of a document that reading its fields needs.
pub(super) struct Context<'c> {
    pub text: &'c CleanText,
    pub hits: &'c [LabelHit<'c>],
    /// Bytes of the clean text where a heading or the title begins, sorted.
    pub stops: &'c [usize],
    /// Indexes of lines that are headings, sorted.
    pub headings: &'c [usize],
}

// A label that no profile declares: Sökt belopp (del av stödet): | Besöksadress:
static UNKNOWN_LABEL: Lazy<Regex> = lazy_regex!(
    r"(?:^|\s)(?P<label>\p{Lu}[\p{Ll}-]+(?:\s(?:[\p{Ll}/-]+|\([^:()]*(?:\([^:()]*\))?[^:()]*\)?)){0,6}\s?:)(?:\s|$)"
);
// b) Sökande
static LETTERED_ITEM: Lazy<Regex> = lazy_regex!(r"\s(?P<label>[a-z]\))\s");

/// Reads the values of all labels and passes each to `add`.
// Facts are not collected: a text of nothing but labels has millions, of which few are used.
pub(super) fn read_fields(context: &Context<'_>, heartbeat: &Heartbeat, mut add: impl FnMut(Fact)) {
    for index in 0..context.hits.len() {
        heartbeat.step(index);
        operations::count(1);
        if context.hits[index].label.field_type != FieldType::Other {
            read_field(context, index, &mut add);
        }
    }
}

fn read_field(context: &Context<'_>, index: usize, add: &mut impl FnMut(Fact)) {
    let hit = &context.hits[index];
    let region = value_on_same_line(context, index).or_else(|| value_on_next_line(context, hit));
    let Some((region, confidence)) = region else {
        return;
    };
    let text = &context.text.text()[region.clone()];
    let body = text.trim();
    let start = region.start + (text.len() - text.trim_start().len());
    for (field, mut value) in values(hit, body) {
        value.bytes = value.bytes.start + start..value.bytes.end + start;
        let confidence = confidence * value.certainty;
        add(Fact {
            field,
            value,
            confidence,
            rule: hit.layout.description(),
            label: hit.bytes.clone(),
        });
    }
}

/// The fields that the text after a label gives a value: two for a period, and up to three for the name
/// of a contact.
fn values(hit: &LabelHit<'_>, text: &str) -> Vec<(String, Value)> {
    let field = hit.label.field.as_str();
    if hit.label.field_type == FieldType::Period {
        let period = value::period(text).into_iter();
        let ends = period.map(|(start, end)| [("start", start), ("end", end)]);
        let ends = ends.flatten();
        return ends
            .map(|(end, value)| (format!("{field}_{end}"), value))
            .collect();
    }
    let value = typed_value(hit.label.field_type, text);
    let mut values: Vec<(String, Value)> = value
        .map(|value| (field.to_owned(), value))
        .into_iter()
        .collect();
    if hit.label.field_type == FieldType::Name {
        values.extend(contact_details(text));
    }
    values
}

/// The e-mail address and telephone number after a contact's name:
/// `Eva Ek, 08-465 004 12, eva.ek@example.se`.
fn contact_details(text: &str) -> Vec<(String, Value)> {
    operations::count(text.len());
    let starts: Vec<usize> = text
        .char_indices()
        .filter(|(at, _)| text[..*at].ends_with([' ', ',', ':', '(']))
        .map(|(at, _)| at)
        .collect();
    let first = |read: fn(&str) -> Option<Value>| {
        starts.iter().find_map(|&at| {
            let mut value = read(&text[at..])?;
            value.bytes = value.bytes.start + at..value.bytes.end + at;
            // A value with a label of its own is more certain.
            value.certainty = 0.95;
            Some(value)
        })
    };
    let email = first(value::email).map(|value| ("email".to_owned(), value));
    let phone = first(value::phone).map(|value| ("phone".to_owned(), value));
    email.into_iter().chain(phone).collect()
}

/// The value at the start of a text, if it is of that type.
fn typed_value(field_type: FieldType, text: &str) -> Option<Value> {
    match field_type {
        FieldType::Text => value::words(text),
        // A name ends the text, or a separator follows it; otherwise the text is prose.
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

/// The region of a value on its label's line, with the confidence that the layout deserves.
fn value_on_same_line(context: &Context<'_>, index: usize) -> Option<(Range<usize>, f64)> {
    let hit = &context.hits[index];
    let line = &context.text.lines()[hit.line];
    let start = hit.bytes.end;
    let end = value_end(context, index, start..line.bytes.end);
    let text = context.text.text()[start..end].trim();
    let confidence = same_line_confidence(hit, text)?;
    let max_length = match hit.layout {
        LabelLayout::InlineSpaced => MAX_INLINE_VALUE,
        _ => MAX_VALUE,
    };
    // Text that continues after a label is prose, not a value. Other types end where their form ends.
    let is_text = matches!(hit.label.field_type, FieldType::Text);
    if text.is_empty() || is_text && text.chars().count() > max_length {
        return None;
    }
    let may_wrap = matches!(hit.layout, LabelLayout::Colon | LabelLayout::Cell);
    if is_text && may_wrap && end == line.bytes.end {
        return Some((start..wrapped_end(context, hit, end), confidence));
    }
    Some((start..end, confidence))
}

/// The confidence in a value after its label on the same line.
// The numbers rank the layouts: if a document states a field twice, the value with the higher confidence
// wins, so a fact box outranks a line of its own, and that outranks running text. They are no measured
// probabilities. All are above the default threshold of 0.7, so that only a second reason for doubt, such
// as poor OCR, reports a value as `low-confidence`.
fn same_line_confidence(hit: &LabelHit<'_>, text: &str) -> Option<f64> {
    let is_boxed = hit.neighbor_count >= BOX_NEIGHBORS;
    let confidence = match hit.layout {
        LabelLayout::Alone { .. } => return None,
        LabelLayout::Colon if is_boxed => 1.0,
        LabelLayout::Colon => 0.97,
        LabelLayout::Cell => 1.0,
        LabelLayout::Glued if is_boxed => 0.99,
        LabelLayout::Glued | LabelLayout::Spaced => {
            is_label_of(hit.label.field_type, text).then_some(0.85)?
        }
        LabelLayout::InlineColon => 0.93,
        LabelLayout::InlineSpaced => 0.75,
    };
    Some(confidence)
}

/// Whether the value shows that the word before it is a label at all: it has a type with a form of its
/// own, and takes up most of the text.
fn is_label_of(field_type: FieldType, text: &str) -> bool {
    let has_own_form = !matches!(
        field_type,
        FieldType::Text | FieldType::Name | FieldType::Integer
    );
    // Three fifths: an amount may have a note, `5 000 kr (preliminärt)`, and a sentence may begin with one.
    has_own_form
        && typed_value(field_type, text)
            .is_some_and(|value| value.bytes.len() * 5 >= text.len() * 3)
}

/// The end of a value that its box wraps: it continues in the next line if gaps separate the facts.
fn wrapped_end(context: &Context<'_>, hit: &LabelHit<'_>, end: usize) -> usize {
    let lines = context.text.lines();
    let Some(next) = lines.get(hit.line + 1) else {
        return end;
    };
    let after = lines.get(hit.line + 2);
    let is_separated = lines[hit.line].gap_before && after.is_none_or(|after| after.gap_before);
    let is_short = next.bytes.len() <= MAX_CONTINUATION_BYTES;
    if next.gap_before || !is_separated || !is_short || !is_value_line(context, hit.line + 1) {
        return end;
    }
    next.bytes.end
}

/// The region of a value on the line below its label, with a confidence.
fn value_on_next_line(context: &Context<'_>, hit: &LabelHit<'_>) -> Option<(Range<usize>, f64)> {
    let LabelLayout::Alone { colon } = hit.layout else {
        return None;
    };
    let next = hit.line + 1;
    let line = context.text.lines().get(next)?;
    if !is_value_line(context, next) {
        return None;
    }
    let text = context.text.line(next);
    let characters = text.chars().count();
    let is_far = line.gap_before && (!colon || characters > MAX_VALUE_AFTER_GAP);
    if characters > MAX_VALUE_LINE || is_far {
        return None;
    }
    let is_sentence = characters > MAX_VALUE_WITH_FULL_STOP && text.ends_with('.');
    if hit.label.field_type == FieldType::Text && is_sentence {
        return None;
    }
    let confidence = next_line_confidence(hit, colon, line.gap_before, text.trim())?;
    let mut end = line.bytes.end;
    let after = context.text.lines().get(next + 1);
    // A slash or a comma at the end of a line announces more of the same value.
    let is_wrapped = after.is_some_and(|after| !after.gap_before)
        && text.ends_with(['/', ','])
        && is_value_line(context, next + 1);
    if is_wrapped && let Some(after) = after {
        end = after.bytes.end;
    }
    Some((line.bytes.start..end, confidence))
}

/// The confidence in a value on the line below its label; `None` if nothing shows that it is a value.
fn next_line_confidence(
    hit: &LabelHit<'_>,
    colon: bool,
    gap_before: bool,
    text: &str,
) -> Option<f64> {
    let field_type = hit.label.field_type;
    let is_boxed = hit.neighbor_count >= BOX_NEIGHBORS;
    let has_own_form = !matches!(
        field_type,
        FieldType::Text | FieldType::Name | FieldType::Integer
    );
    let is_typed = has_own_form && typed_value(field_type, text).is_some();
    if !(is_boxed || colon || is_typed) {
        return None;
    }
    Some(match (is_boxed, colon, gap_before) {
        (true, _, false) => 1.0,
        (true, _, true) => 0.95,
        (false, true, false) => 0.93,
        _ => 0.85,
    })
}

/// Whether a line can be a value: it is not a heading, and no label begins it.
fn is_value_line(context: &Context<'_>, line: usize) -> bool {
    let Some(clean) = context.text.lines().get(line) else {
        return false;
    };
    let begins_label = labels_on_line(context.hits, line).iter().any(|hit| {
        operations::count(1);
        match hit.layout {
            LabelLayout::Spaced | LabelLayout::InlineSpaced | LabelLayout::InlineColon => false,
            LabelLayout::Alone { colon: false } => hit.neighbor_count >= BOX_NEIGHBORS,
            _ => true,
        }
    });
    !begins_label
        && !matches!(clean.role, LineRole::Heading(_))
        && context.headings.binary_search(&line).is_err()
        && !context.text.line(line).trim_end().ends_with(':')
}

/// The end of the value on a label's line: the next label, heading or lettered item.
fn value_end(context: &Context<'_>, index: usize, region: Range<usize>) -> usize {
    let mut end = region.end;
    let hit = &context.hits[index];
    for other in &context.hits[index + 1..] {
        operations::count(1);
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
    operations::count(text.len());
    for pattern in [&*UNKNOWN_LABEL, &*LETTERED_ITEM] {
        let label = pattern
            .captures(text)
            .and_then(|captures| captures.name("label"));
        if let Some(label) = label {
            end = end.min(region.start + label.start());
        }
    }
    end
}

/// Whether another label on the line ends the value. A label with a colon does, one without only in a
/// line whose labels have no colons.
fn is_boundary(hit: &LabelHit<'_>, other: &LabelHit<'_>) -> bool {
    match other.layout {
        LabelLayout::InlineColon | LabelLayout::Alone { .. } => true,
        LabelLayout::InlineSpaced => {
            matches!(
                hit.layout,
                LabelLayout::InlineSpaced | LabelLayout::InlineColon
            )
        }
        _ => false,
    }
}

/// The fields so far, each with its most certain value and the reason for it.
pub(super) struct ResolvedFields<'c> {
    text: &'c CleanText,
    spans: &'c SpanResolver<'c>,
    fields: BTreeMap<String, Field>,
    reasons: BTreeMap<String, Reason>,
}

impl<'c> ResolvedFields<'c> {
    pub(super) fn new(text: &'c CleanText, spans: &'c SpanResolver<'c>) -> Self {
        Self {
            text,
            spans,
            fields: BTreeMap::new(),
            reasons: BTreeMap::new(),
        }
    }

    /// Adds a fact if it is more certain than the field's present value.
    pub(super) fn add(&mut self, fact: Fact) {
        let known = self.fields.get(&fact.field);
        let known = known.map_or(f64::NEG_INFINITY, |known| known.confidence);
        // Two facts from the same layout are equally certain, and the first one wins.
        let better = |confidence: f64| confidence > known + f64::EPSILON;
        // The checks below only lower the confidence.
        if !better(fact.confidence) {
            return;
        }
        let Some(resolved) = self.spans.resolve(fact.value.bytes.clone()) else {
            return;
        };
        let line_confidence = f64::from(self.text.confidence(fact.value.bytes.clone()));
        let mut confidence = fact.confidence * line_confidence;
        if resolved.is_partial {
            // The span covers only the part on the first page.
            confidence *= 0.9;
        }
        if !better(confidence) {
            return;
        }
        let reason = reason(&fact, self.text, resolved.span.page);
        self.reasons.insert(fact.field.clone(), reason);
        let field = Field {
            value: fact.value.value,
            raw: resolved.raw,
            confidence,
            span: resolved.span,
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
