//! How are the pages of a document read as one text?
//!
//! A name or a number may begin on one page and end on the next.

use super::entity::Entity;
use diarium_document::{Field, PageRecord};

/// The pages' texts, a line break between them.
pub(super) struct Joined {
    text: String,
    /// First and last byte of each page.
    pages: Vec<(usize, usize)>,
}

impl Joined {
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

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The byte at which a field's `raw` begins, if it stands where its span says.
    pub(super) fn find(&self, pages: &[PageRecord], field: &Field) -> Option<usize> {
        let at = pages
            .iter()
            .position(|page| page.number == field.span.page)?;
        let text = &pages[at].text;
        let (start, _) = text.char_indices().nth(field.span.start)?;
        let there = text[start..].starts_with(&field.raw) && !field.raw.is_empty();
        there.then_some(self.pages[at].0 + start)
    }

    /// The entities of each page, in its own offsets; one that crosses pages is one on each.
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
                if from < to && !self.text[from..to].trim().is_empty() {
                    let (rule, key) = (entity.rule, entity.canonical.clone());
                    let range = from - start..to - start;
                    page.push(Entity {
                        range,
                        rule,
                        canonical: key,
                    });
                }
            }
        }
        split
    }
}
