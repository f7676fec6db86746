//! Span validation: every span slices its page's text to the raw value.
//!
//! A field's span must slice its page's text to exactly the field's `raw`. The other spans promise
//! less, because the text they stand for was cleaned: that they lie within their page.

use std::collections::BTreeMap;

use super::Violation;
use diarium_document::{Field, PageRecord, Record, ScalarIndex, Span, operations};

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

/// A page's text, ready to be sliced by scalar offsets without counting from its start each time.
struct CheckedPage<'a> {
    text: &'a str,
    length: usize,
    index: ScalarIndex,
}

/// The pages by number, each with its length in Unicode scalars, and what was found so far.
struct Check<'a> {
    pages: BTreeMap<u32, CheckedPage<'a>>,
    violations: Vec<Violation>,
}

impl<'a> Check<'a> {
    fn new(records: &'a [PageRecord]) -> Self {
        let mut check = Self {
            pages: BTreeMap::new(),
            violations: Vec::new(),
        };
        for (index, page) in records.iter().enumerate() {
            let entry = CheckedPage {
                text: &page.text,
                length: page.text.chars().count(),
                index: ScalarIndex::new(&page.text),
            };
            if check.pages.insert(page.number, entry).is_some() {
                let message = format!("two pages have the number {}", page.number);
                check.report(&format!("/pages/{index}/number"), message);
            }
        }
        check
    }

    fn field(&mut self, path: &str, field: &Field) {
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

    /// Whether the span lies within its page.
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

    /// The length of the page with this number, in Unicode scalars.
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
