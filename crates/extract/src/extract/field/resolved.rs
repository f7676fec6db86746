//! Resolved fields: of several facts about one field, the one with the highest rank, with its span.

use std::{collections::BTreeMap, ops::Range};

use super::Fact;
use crate::extract::{
    Reason,
    span::{ResolvedSpan, SpanResolver},
};
use diarium_document::{CleanText, Field, FieldValue, Warning, WarningCode, collapse_whitespace};

/// The fields so far, each with its best value and the reason for it.
pub(in crate::extract) struct ResolvedFields<'c> {
    text: &'c CleanText,
    spans: &'c SpanResolver<'c>,
    fields: BTreeMap<String, Field>,
    ranks: BTreeMap<String, f64>,
    reasons: BTreeMap<String, Reason>,
    /// The bytes of each field's label and value in the clean text.
    ranges: BTreeMap<String, [Range<usize>; 2]>,
    /// Negative amounts, which no field can have: the page and the text of the first of each field.
    negative: BTreeMap<String, (u32, String)>,
}

impl<'c> ResolvedFields<'c> {
    pub(in crate::extract) fn new(text: &'c CleanText, spans: &'c SpanResolver<'c>) -> Self {
        Self {
            text,
            spans,
            fields: BTreeMap::new(),
            ranks: BTreeMap::new(),
            reasons: BTreeMap::new(),
            ranges: BTreeMap::new(),
            negative: BTreeMap::new(),
        }
    }

    /// Adds a fact if it has a higher rank than the field's present value.
    pub(in crate::extract) fn add(&mut self, fact: Fact) {
        let known = self.ranks.get(&fact.field).copied();
        let known = known.unwrap_or(f64::NEG_INFINITY);
        // Two facts from the same layout have the same rank, and the first one wins.
        let better = |rank: f64| rank > known + f64::EPSILON;
        let rank = fact.class.evidence.rank();
        // The checks below only lower the rank.
        if !better(rank * fact.factor) {
            return;
        }
        let Some(resolved) = self.spans.resolve(fact.value.bytes.clone()) else {
            return;
        };
        if matches!(fact.value.value, FieldValue::Integer(number) if number < 0) {
            let found = (resolved.span.page, resolved.raw);
            self.negative.entry(fact.field).or_insert(found);
            return;
        }
        let line_confidence = f64::from(self.text.confidence(fact.value.bytes.clone()));
        let mut factor = fact.factor * line_confidence;
        if resolved.is_partial {
            // The span covers only the part on the first page.
            factor *= 0.9;
        }
        if !better(rank * factor) {
            return;
        }
        self.ranks.insert(fact.field.clone(), rank * factor);
        self.set(fact, factor, resolved);
    }

    /// Sets a field's value, the reason for it and its ranges.
    fn set(&mut self, fact: Fact, factor: f64, resolved: ResolvedSpan) {
        let reason = reason(&fact, factor, self.text, resolved.span.page);
        self.reasons.insert(fact.field.clone(), reason);
        let ranges = [fact.label.clone(), fact.value.bytes.clone()];
        self.ranges.insert(fact.field.clone(), ranges);
        let field = Field {
            value: fact.value.value,
            raw: resolved.raw,
            confidence: fact.class.confidence(factor),
            repaired: false,
            span: resolved.span,
        };
        self.fields.insert(fact.field, field);
    }

    /// The ranges of the labels and values of all fields so far.
    pub(in crate::extract) fn ranges(&self) -> impl Iterator<Item = Range<usize>> {
        self.ranges.values().flatten().cloned()
    }

    /// Warnings about fields that only have a negative amount.
    pub(in crate::extract) fn warnings(&self) -> Vec<Warning> {
        let absent = self
            .negative
            .iter()
            .filter(|(name, _)| !self.fields.contains_key(*name));
        absent
            .map(|(name, (page, raw))| {
                let message = format!(
                    "{name} was left out: “{raw}” is negative, which it cannot be; compare with the page"
                );
                Warning::on_page(WarningCode::LowConfidence, *page, message)
            })
            .collect()
    }

    /// The fields by name, and the reasons in the same order.
    pub(in crate::extract) fn finish(self) -> (BTreeMap<String, Field>, Vec<Reason>) {
        (self.fields, self.reasons.into_values().collect())
    }
}

fn reason(fact: &Fact, factor: f64, text: &CleanText, page: u32) -> Reason {
    let label = text.text()[fact.label.clone()].trim().trim_end_matches(':');
    Reason {
        field: fact.field.clone(),
        rule: fact.rule,
        class: fact.class,
        factor,
        label: collapse_whitespace(label),
        page,
    }
}
