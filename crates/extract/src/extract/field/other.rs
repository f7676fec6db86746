//! Other values: those of labels without a canonical field, each with its printed label.
//!
//! The words of the label and the form of the value together state a type, and often a canonical field. If
//! they leave one reading, the value is that of the field; otherwise it is kept with its label, so that
//! no stated fact is lost.

use std::{collections::BTreeSet, ops::Range};

use super::{Context, Fact, evidence::Evidence, region};
use crate::extract::{
    confidence::EvidenceClass,
    label::{LabelHit, LabelLayout, UnknownLabel, is_unmistakable},
    span::SpanResolver,
    value::{self, Value, infer_type},
};
use crate::profile::{LabelRule, rules_of};
use diarium_document::{
    CleanText, FieldType, FieldValue, Heartbeat, OtherField, collapse_whitespace, operations,
};

/// A value with its printed label.
#[derive(Debug, Clone)]
pub(in crate::extract) struct OtherFact {
    /// Bytes of the label.
    pub label: Range<usize>,
    pub field_type: FieldType,
    pub value: Value,
}

/// The facts of labels that no profile lists, and of listed labels without a canonical field.
#[derive(Debug, Default)]
pub(in crate::extract) struct Unlisted {
    /// Values of canonical fields with their types. They count only where no listed label states one.
    pub fields: Vec<(Fact, FieldType)>,
    /// The other values, in order of position.
    pub others: Vec<OtherFact>,
}

/// Reads the values of `unknown` labels, and of listed ones without a canonical field.
pub(in crate::extract) fn read_unlisted(
    context: &Context<'_>,
    unknown: &[UnknownLabel],
    heartbeat: &Heartbeat,
) -> Unlisted {
    let mut read = Unlisted::default();
    for (index, label) in unknown.iter().enumerate() {
        heartbeat.step(index);
        operations::count(1);
        read.add_unknown(context, label);
    }
    for (index, hit) in context.hits.iter().enumerate() {
        heartbeat.step(index);
        if hit.label.field_type == FieldType::Other && read.others.len() < MAX_OTHERS {
            read.add_listed(context, index, hit);
        }
    }
    read.others.sort_by_key(|fact| fact.label.start);
    read
}

/// The most values that are kept with their labels.
const MAX_OTHERS: usize = 5_000;
/// A line with more bytes than this is a paragraph or a whole page.
const MAX_LINE: usize = 160;
/// The longest text that is kept with its label, in bytes.
// Longer ones are prose, which the sections have.
const MAX_TEXT: usize = 120;

impl Unlisted {
    /// Keeps the values of canonical fields for which `is_new` holds, each once. The others are kept with
    /// their labels.
    pub(in crate::extract) fn keep_new(&mut self, is_new: impl Fn(&Fact) -> bool) {
        let mut kept = BTreeSet::new();
        let (new, known): (Vec<_>, Vec<_>) = std::mem::take(&mut self.fields)
            .into_iter()
            .partition(|(fact, _)| is_new(fact) && kept.insert(fact.field.clone()));
        self.fields = new;
        self.others
            .extend(known.into_iter().map(|(fact, field_type)| OtherFact {
                label: fact.label,
                field_type,
                value: fact.value,
            }));
        self.others.sort_by_key(|fact| fact.label.start);
    }

    fn add_unknown(&mut self, context: &Context<'_>, unknown: &UnknownLabel) {
        let Some((answer, start)) = answer(context, unknown.value.clone()) else {
            return;
        };
        let label = &context.text.text()[unknown.label.clone()];
        let (mut rules, is_other) = rules_of(label);
        // `Owner/contact` asks for two; the first is named first.
        if let Some((first, _)) = label.split_once('/') {
            rules.extend(rules_of(first).0);
        }
        for rule in &rules {
            let values = values_of(context, rule, answer, !is_other);
            let Some((values, field_type)) =
                values.filter(|(_, field_type)| unknown.in_block || *field_type != FieldType::Text)
            else {
                continue;
            };
            for (field, value) in values {
                self.add(
                    unknown.label.clone(),
                    field,
                    field_type,
                    value,
                    start,
                    unknown.layout,
                );
            }
            return;
        }
        self.add_inferred(unknown.label.clone(), answer, start);
    }

    fn add_listed(&mut self, context: &Context<'_>, index: usize, hit: &LabelHit<'_>) {
        let Some((region, _)) = region::value_region(context, index) else {
            return;
        };
        let Some((answer, start)) = answer(context, region) else {
            return;
        };
        // In running text nothing ends a text.
        let is_inline = !matches!(hit.layout, LabelLayout::Colon | LabelLayout::Cell)
            && !hit.layout.is_alone()
            || context.text.line(hit.line).len() > MAX_LINE;
        let (rules, _) = rules_of(&hit.label.normalized);
        let typed = rules
            .iter()
            .find_map(|rule| values_of(context, rule, answer, false));
        match typed {
            _ if is_inline && !is_unmistakable(infer_type(answer)) => {}
            Some((values, field_type)) => {
                for (_, value) in values {
                    let label = hit.bytes.clone();
                    self.add(label, None, field_type, value, start, hit.layout);
                }
            }
            None => self.add_inferred(hit.bytes.clone(), answer, start),
        }
    }

    /// Adds a value whose type only its form states.
    fn add_inferred(&mut self, label: Range<usize>, answer: &str, start: usize) {
        let field_type = infer_type(answer);
        let value = match field_type {
            FieldType::Text if answer.len() > MAX_TEXT => None,
            _ => other_value(field_type, answer),
        };
        if let Some(value) = value {
            self.add(label, None, field_type, value, start, LabelLayout::Colon);
        }
    }

    fn add(
        &mut self,
        label: Range<usize>,
        field: Option<String>,
        field_type: FieldType,
        mut value: Value,
        start: usize,
        layout: LabelLayout,
    ) {
        value.bytes = value.bytes.start + start..value.bytes.end + start;
        match field {
            Some(field) => {
                let rule = layout.description();
                let class = EvidenceClass::new(Evidence::WordsOfLabel, field_type);
                let fact = Fact {
                    field,
                    factor: value.certainty,
                    value,
                    class,
                    rule,
                    label,
                };
                self.fields.push((fact, field_type));
            }
            None => self.others.push(OtherFact {
                label,
                field_type,
                value,
            }),
        }
    }
}

/// The answer in a region without what the form printed, and its first byte; `None` if there is none.
fn answer<'c>(context: &Context<'c>, region: Range<usize>) -> Option<(&'c str, usize)> {
    let text = &context.text.text()[region.clone()];
    operations::count(text.len());
    let answer = value::trim(text);
    let start = region.start + answer.start;
    let answer = text.get(answer)?;
    (!answer.is_empty() && !value::is_placeholder(answer, context.placeholders))
        .then_some((answer, start))
}

/// The values of an answer, each with the field that it is of, if any, and their type.
type Values = (Vec<(Option<String>, Value)>, FieldType);

/// The values of an answer if it is of the type that a rule states.
fn values_of(
    context: &Context<'_>,
    rule: &LabelRule,
    answer: &str,
    with_field: bool,
) -> Option<Values> {
    let field = rule.field.as_deref().filter(|_| with_field);
    let field_type = rule.field_type;
    let inferred = infer_type(answer);
    let is_text = matches!(field_type, FieldType::Text);
    // A text of another form is no text, and a count is no amount.
    if is_text && (inferred != FieldType::Text || answer.len() > MAX_TEXT) {
        return None;
    }
    let values = match (field, field_type) {
        (Some(field), FieldType::Period) => {
            let (start, end) = value::period(answer)?;
            vec![
                (Some(format!("{field}_start")), start),
                (Some(format!("{field}_end")), end),
            ]
        }
        (Some(field), FieldType::Amount) => {
            let amount = value::money(answer)?;
            let name = context
                .money
                .field(&format!("{field}_sek"), amount.currency);
            // Without a currency the value cannot be named.
            vec![(name, amount.into_value())]
        }
        (field, _) => vec![(field.map(str::to_owned), other_value(field_type, answer)?)],
    };
    let covered = values.iter().map(|(_, value)| value.bytes.len());
    // Three fifths: an amount may have a note, `5 000 kr (preliminärt)`, and a sentence may begin with one.
    (covered.sum::<usize>() * 5 >= answer.len() * 3).then_some((values, field_type))
}

/// The value at the start of an answer, also of two dates, which are one interval of ISO 8601.
fn other_value(field_type: FieldType, answer: &str) -> Option<Value> {
    if field_type != FieldType::Period {
        return super::typed_value(field_type, answer);
    }
    let (start, end) = value::period(answer)?;
    let (FieldValue::Text(from), FieldValue::Text(to)) = (&start.value, &end.value) else {
        return None;
    };
    Some(Value {
        value: FieldValue::Text(format!("{from}/{to}")),
        bytes: start.bytes.start..end.bytes.end,
        certainty: start.certainty.min(end.certainty),
    })
}

/// Whether a range overlaps one of some ranges, which are sorted and do not overlap each other.
pub(in crate::extract) fn overlaps_any(ranges: &[Range<usize>], bytes: &Range<usize>) -> bool {
    operations::count(1);
    let next = ranges.partition_point(|range| range.end <= bytes.start);
    ranges
        .get(next)
        .is_some_and(|range| range.start < bytes.end)
}

/// The other values of a record. Values in `taken` ranges, which are sorted and have a place of their own, are
/// left out, and so are repetitions.
pub(in crate::extract) fn other_fields(
    facts: Vec<OtherFact>,
    text: &CleanText,
    spans: &SpanResolver<'_>,
    taken: &[Range<usize>],
) -> Vec<OtherField> {
    let mut seen = BTreeSet::new();
    let fields = facts.into_iter().filter_map(|fact| {
        if overlaps_any(taken, &fact.value.bytes) {
            return None;
        }
        let label = text
            .text()
            .get(fact.label)?
            .trim()
            .trim_end_matches([':', ' ', '*']);
        let label = collapse_whitespace(label);
        let resolved = spans.resolve(fact.value.bytes.clone())?;
        let is_new = seen.insert((label.clone(), resolved.raw.clone()));
        let line_confidence = f64::from(text.confidence(fact.value.bytes));
        let class = EvidenceClass::new(Evidence::UnlistedLabel, fact.field_type);
        (is_new && !label.is_empty()).then_some(OtherField {
            label,
            field_type: fact.field_type,
            value: fact.value.value,
            raw: resolved.raw,
            confidence: class.confidence(fact.value.certainty * line_confidence),
            span: resolved.span,
        })
    });
    fields.collect()
}
