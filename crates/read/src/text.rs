//! Plain text reader: plain text and Markdown, such as the output of an OCR service.
//!
//! A form feed begins a page. Markup stays in the text; cleaning interprets headings and emphasis.

use super::encoding::Decoded;
use diarium_document::{Carrier, Page, RawDocument};

/// Reads a text as one page, or as the pages that its form feeds separate.
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

/// The pages of a text. A blank page counts, because the numbers of later pages depend on it.
fn pages(text: &str) -> Vec<Page> {
    let mut pages: Vec<Page> = (1..)
        .zip(text.split('\u{c}'))
        .map(|(number, page)| Page::from_text(number, page.to_owned()))
        .collect();
    // Many programs end each page with a form feed, also the last.
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
    fn a_form_feed_at_the_end_of_the_file_begins_no_page() {
        assert_eq!(texts("ett\u{c}\n"), [(1, "ett".to_owned())]);
        assert_eq!(texts("ett"), [(1, "ett".to_owned())]);
    }
}
