//! Joined pages: the pages of a document as one text, for entities that cross a page break.

use super::entity::Entity;
use diarium_document::{PageRecord, Span};

/// The texts of the pages, separated by line breaks.
pub(super) struct JoinedPages {
    text: String,
    /// The start and end of each page in the text, in bytes.
    pages: Vec<(usize, usize)>,
}

impl JoinedPages {
    /// Joins pages. A page that ends with a line break gets no second one.
    pub(super) fn new(pages: &[PageRecord]) -> Self {
        let mut joined = Self {
            text: String::new(),
            pages: Vec::with_capacity(pages.len()),
        };
        for page in pages {
            if !joined.pages.is_empty() && !joined.text.ends_with('\n') {
                joined.text.push('\n');
            }
            let start = joined.text.len();
            joined.text.push_str(&page.text);
            joined.pages.push((start, joined.text.len()));
        }
        joined
    }

    /// The joined text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The byte at which the `raw` of a value starts in the joined text. `None` if its span does not
    /// slice exactly that.
    pub(super) fn raw_start(&self, pages: &[PageRecord], raw: &str, span: &Span) -> Option<usize> {
        let at = pages.iter().position(|page| page.number == span.page)?;
        let text = &pages[at].text;
        let (start, _) = text.char_indices().nth(span.start)?;
        let is_there = text[start..].starts_with(raw) && !raw.is_empty();
        is_there.then_some(self.pages[at].0 + start)
    }

    /// Splits ordered entities of the joined text by page, with offsets into the page. An entity that
    /// crosses a page break becomes one on each page.
    pub(super) fn split(&self, entities: Vec<Entity>) -> Vec<Vec<Entity>> {
        let mut split = vec![Vec::new(); self.pages.len()];
        let mut first = 0;
        for entity in entities {
            while self
                .pages
                .get(first)
                .is_some_and(|page| page.1 <= entity.range.start)
            {
                first += 1;
            }
            for (&(start, end), page) in self.pages.iter().zip(&mut split).skip(first) {
                let from = entity.range.start.max(start);
                let to = entity.range.end.min(end);
                if start >= entity.range.end {
                    break;
                }
                // Of an entity with trailing whitespace, the next page may have only whitespace.
                if from < to && !self.text[from..to].trim().is_empty() {
                    page.push(Entity {
                        range: from - start..to - start,
                        rule: entity.rule,
                        canonical: entity.canonical.clone(),
                    });
                }
            }
        }
        split
    }
}
