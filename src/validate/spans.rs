//! Span validation: every span slices its page's text to the raw value.
//!
//! The span of a field must slice its page's text to exactly the field's `raw`. Other spans must only be
//! within their page, because their text was cleaned and is not a slice of the page.

use std::collections::{BTreeMap, BTreeSet};

use super::Violation;
use diarium_document::{Field, PageRecord, Record, ScalarIndex, Span, operations};

/// Checks every span of a record against the record's pages, and that page numbers are unique, so that
/// each span has one page. Violations are in the order of the record.
pub fn check_spans(record: &Record) -> Vec<Violation> {
    let mut checker = SpanChecker::new(&record.pages);
    if let Some(span) = &record.title_span {
        checker.span("/title_span", span);
    }
    checker.fields("", &record.fields);
    for (index, field) in record.other.iter().enumerate() {
        checker.value(&format!("/other/{index}"), &field.raw, &field.span);
    }
    for (index, section) in record.sections.iter().enumerate() {
        checker.spans(&format!("/sections/{index}/spans"), &section.spans);
    }
    checker.parts(record);
    for (name, spans) in &record.list_spans.0 {
        checker.spans(&format!("/list_spans/{name}"), spans);
    }
    checker.parallel_lists(record);
    for (index, item) in record.items.iter().enumerate() {
        checker.fields(&format!("/items/{index}"), &item.fields);
        checker.span(&format!("/items/{index}/span"), &item.span);
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

    /// The fields of the record, or of the item at `path`.
    fn fields(&mut self, path: &str, fields: &BTreeMap<String, Field>) {
        for (name, field) in fields {
            let path = format!("{path}/fields/{name}");
            self.value(&path, &field.raw, &field.span);
        }
    }

    fn spans(&mut self, path: &str, spans: &[Span]) {
        for (number, span) in spans.iter().enumerate() {
            self.span(&format!("{path}/{number}"), span);
        }
    }

    /// People, budget rows and choices.
    fn parts(&mut self, record: &Record) {
        for (index, person) in record.people.iter().enumerate() {
            self.span(&format!("/people/{index}/span"), &person.span);
        }
        let rows = record.budget.iter().flat_map(|budget| &budget.items);
        for (index, row) in rows.enumerate() {
            self.span(&format!("/budget/items/{index}/span"), &row.span);
        }
        for (index, choice) in record.choices.iter().enumerate() {
            self.span(&format!("/choices/{index}/span"), &choice.span);
        }
    }

    /// Each list has as many positions as entries. A record of version 1 has no positions at all.
    fn parallel_lists(&mut self, record: &Record) {
        let (lists, spans) = (&record.lists.0, &record.list_spans.0);
        if spans.is_empty() {
            return;
        }
        let names: BTreeSet<&String> = lists.keys().chain(spans.keys()).collect();
        for name in names {
            let entries = lists.get(name).map_or(0, Vec::len);
            let positions = spans.get(name).map_or(0, Vec::len);
            if entries != positions {
                let message = format!("{positions} positions for a list of {entries} entries");
                self.report(&format!("/list_spans/{name}"), message);
            }
        }
    }

    /// A value with its `raw`, which its span must slice.
    fn value(&mut self, path: &str, raw: &str, span: &Span) {
        // A span outside its page has its violation already, and slicing with it would panic.
        let path = format!("{path}/span");
        if !self.span(&path, span) {
            return;
        }
        let Some(page) = self.pages.get(&span.page) else {
            return;
        };
        let byte = |scalar| page.index.byte(page.text, scalar);
        let sliced = &page.text[byte(span.start)..byte(span.end)];
        operations::count(sliced.len());
        if sliced != raw {
            let message = format!("the span slices to {sliced:?}, not to {raw:?}");
            self.report(&path, message);
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
