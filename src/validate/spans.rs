//! Does every span lead to what it claims?
//!
//! A field's span must slice its page's text to exactly the field's `raw`. The other spans promise
//! less, because the text they stand for was cleaned: that they lie within their page.

use std::collections::BTreeMap;

use super::Violation;
use crate::document::{Field, PageRecord, Record, Span};

/// Checks every span of a record against the pages it carries, and that no two pages share a
/// number, without which a span would not know its page. Violations come in the record's order.
pub fn check_spans(record: &Record) -> Vec<Violation> {
    let mut check = Check::new(&record.pages);
    for (name, field) in &record.fields {
        check.field(&format!("/fields/{name}"), field);
    }
    for (index, section) in record.sections.iter().enumerate() {
        for (place, span) in section.spans.iter().enumerate() {
            check.span(&format!("/sections/{index}/spans/{place}"), span);
        }
    }
    for (index, person) in record.people.iter().enumerate() {
        check.span(&format!("/people/{index}/span"), &person.span);
    }
    for (index, item) in record.budget.iter().flat_map(|b| &b.items).enumerate() {
        check.span(&format!("/budget/items/{index}/span"), &item.span);
    }
    for (index, choice) in record.choices.iter().enumerate() {
        check.span(&format!("/choices/{index}/span"), &choice.span);
    }
    for (index, letterhead) in record.letterhead.iter().enumerate() {
        for (place, page) in letterhead.pages.iter().enumerate() {
            check.page(&format!("/letterhead/{index}/pages/{place}"), *page);
        }
    }
    check.violations
}

/// The pages by number, each with its length in Unicode scalars, and what was found so far.
struct Check<'a> {
    pages: BTreeMap<u32, (&'a str, usize)>,
    violations: Vec<Violation>,
}

impl<'a> Check<'a> {
    fn new(records: &'a [PageRecord]) -> Self {
        let mut check = Self {
            pages: BTreeMap::new(),
            violations: Vec::new(),
        };
        for (index, page) in records.iter().enumerate() {
            let entry = (page.text.as_str(), page.text.chars().count());
            if check.pages.insert(page.number, entry).is_some() {
                let message = format!("two pages have the number {}", page.number);
                check.report(&format!("/pages/{index}/number"), message);
            }
        }
        check
    }

    fn field(&mut self, path: &str, field: &Field) {
        let Some(text) = self.span(&format!("{path}/span"), &field.span) else {
            return;
        };
        let length = field.span.end - field.span.start;
        let sliced = text.chars().skip(field.span.start).take(length);
        if !sliced.clone().eq(field.raw.chars()) {
            let message = format!(
                "the span slices to {:?}, not to {:?}",
                sliced.collect::<String>(),
                field.raw
            );
            self.report(&format!("{path}/span"), message);
        }
    }

    /// The text of the span's page, if the span lies within it.
    fn span(&mut self, path: &str, span: &Span) -> Option<&'a str> {
        let (text, length) = self.page(&format!("{path}/page"), span.page)?;
        if span.start > span.end {
            let message = format!("starts at {}, after its end at {}", span.start, span.end);
            self.report(path, message);
            return None;
        }
        if span.end > length {
            let message = format!(
                "ends at {}, but page {} has {length} characters",
                span.end, span.page
            );
            self.report(path, message);
            return None;
        }
        Some(text)
    }

    fn page(&mut self, path: &str, number: u32) -> Option<(&'a str, usize)> {
        let page = self.pages.get(&number).copied();
        if page.is_none() {
            self.report(path, format!("the record has no page {number}"));
        }
        page
    }

    fn report(&mut self, path: &str, message: impl Into<String>) {
        self.violations.push(Violation::new(path, message));
    }
}
