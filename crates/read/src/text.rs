//! What do the pages of a plain text say?
//!
//! Plain text and Markdown, as services that read scans give them. A form feed begins a page.
//! Markup stays in the text; what it says of headings and emphasis is for cleaning to read.

use super::encoding::Decoded;
use diarium_document::{Carrier, Page, RawDocument};

/// The pages of a text: one, or as many as form feeds part it into.
pub fn read(decoded: Decoded) -> RawDocument {
    let warnings = decoded.warnings();
    RawDocument {
        carrier: Carrier::Text,
        media_type: "text/plain",
        encoding: Some(decoded.encoding),
        stated_title: None,
        pages: pages(&decoded.text),
        related: Vec::new(),
        warnings,
    }
}

/// A blank page is a page, for the numbers of the others depend on it; only what stands after the
/// last form feed is no page if it is blank, for many programs end each page with one.
fn pages(text: &str) -> Vec<Page> {
    let mut pages: Vec<Page> = (1..)
        .zip(text.split('\u{c}'))
        .map(|(number, page)| Page::from_text(number, page.to_owned()))
        .collect();
    if pages.len() > 1 {
        pages.pop_if(|last| last.lines.is_empty());
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::decode;

    fn texts(text: &str) -> Vec<(u32, String)> {
        let pages = read(decode(text.as_bytes())).pages;
        pages
            .into_iter()
            .map(|page| (page.number, page.text))
            .collect()
    }

    #[test]
    fn a_form_feed_begins_a_page() {
        let expected = [
            (1, "ett\n".to_owned()),
            (2, String::new()),
            (3, "tre".to_owned()),
        ];
        assert_eq!(texts("ett\n\u{c}\u{c}tre"), expected);
    }

    #[test]
    fn a_form_feed_at_the_end_of_the_file_begins_none() {
        assert_eq!(texts("ett\u{c}\n"), [(1, "ett".to_owned())]);
        assert_eq!(texts("ett"), [(1, "ett".to_owned())]);
    }
}
