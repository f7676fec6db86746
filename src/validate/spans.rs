//! Span validation: every span slices its page's text to the raw value.
//!
//! A field's span must slice its page's text to exactly the field's `raw`. Other spans must only be
//! within their page, because their text was cleaned and is not a slice of the page.

use std::collections::BTreeMap;

use super::Violation;
use diarium_document::{Field, PageRecord, Record, ScalarIndex, Span, operations};

/// Checks every span of a record against the record's pages, and that page numbers are unique, so that
/// each span has one page. Violations are in the order of the record.
pub fn check_spans(record: &Record) -> Vec<Violation> {
    let mut checker = SpanChecker::new(&record.pages);
    for (name, field) in &record.fields {
        checker.field(&format!("/fields/{name}"), field);
    }
    for (index, section) in record.sections.iter().enumerate() {
        for (number, span) in section.spans.iter().enumerate() {
            checker.span(&format!("/sections/{index}/spans/{number}"), span);
        }
    }
    for (index, person) in record.people.iter().enumerate() {
        checker.span(&format!("/people/{index}/span"), &person.span);
    }
    for (index, item) in record.budget.iter().flat_map(|b| &b.items).enumerate() {
        checker.span(&format!("/budget/items/{index}/span"), &item.span);
    }
    for (index, choice) in record.choices.iter().enumerate() {
        checker.span(&format!("/choices/{index}/span"), &choice.span);
    }
    for (index, letterhead) in record.letterhead.iter().enumerate() {
        for (number, page) in letterhead.pages.iter().enumerate() {
            checker.page(&format!("/letterhead/{index}/pages/{number}"), *page);
        }
    }
    checker.violations
}

/// A page's text with an index from scalar offsets to byte offsets.
struct CheckedPage<'a> {
    text: &'a str,
    /// In Unicode scalars.
    length: usize,
    index: ScalarIndex,
}

/// The pages by number, and the violations so far.
struct SpanChecker<'a> {
    pages: BTreeMap<u32, CheckedPage<'a>>,
    violations: Vec<Violation>,
}

impl<'a> SpanChecker<'a> {
    fn new(records: &'a [PageRecord]) -> Self {
        let mut checker = Self {
            pages: BTreeMap::new(),
            violations: Vec::new(),
        };
        for (index, page) in records.iter().enumerate() {
            let entry = CheckedPage {
                text: &page.text,
                length: page.text.chars().count(),
                index: ScalarIndex::new(&page.text),
            };
            // Spans name pages by number, not by index: with two pages of one number, a span would be
            // ambiguous.
            if checker.pages.insert(page.number, entry).is_some() {
                let message = format!("two pages have the number {}", page.number);
                checker.report(&format!("/pages/{index}/number"), message);
            }
        }
        checker
    }

    fn field(&mut self, path: &str, field: &Field) {
        // A span outside its page has its violation already, and slicing with it would panic.
        let span = format!("{path}/span");
        if !self.span(&span, &field.span) {
            return;
        }
        let Some(page) = self.pages.get(&field.span.page) else {
            return;
        };
        let byte = |scalar| page.index.byte(page.text, scalar);
        let sliced = &page.text[byte(field.span.start)..byte(field.span.end)];
        operations::count(sliced.len());
        if sliced != field.raw {
            let message = format!("the span slices to {sliced:?}, not to {:?}", field.raw);
            self.report(&span, message);
        }
    }

    /// Whether the span is within its page; reports a violation otherwise.
    fn span(&mut self, path: &str, span: &Span) -> bool {
        operations::count(1);
        let Some(length) = self.page(&format!("{path}/page"), span.page) else {
            return false;
        };
        if span.start > span.end {
            let message = format!("starts at {}, after its end at {}", span.start, span.end);
            self.report(path, message);
            return false;
        }
        if span.end > length {
            let message = format!(
                "ends at {}, but page {} has {length} characters",
                span.end, span.page
            );
            self.report(path, message);
            return false;
        }
        true
    }

    /// The length of the page with this number, in Unicode scalars; reports a violation if there is none.
    fn page(&mut self, path: &str, number: u32) -> Option<usize> {
        let length = self.pages.get(&number).map(|page| page.length);
        if length.is_none() {
            self.report(path, format!("the record has no page {number}"));
        }
        length
    }

    fn report(&mut self, path: &str, message: impl Into<String>) {
        self.violations.push(Violation::new(path, message));
    }
}
