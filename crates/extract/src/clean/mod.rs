//! Cleaning: remove boilerplate, reflow and dehyphenate, with a map back to the pages.
//!
//! Pages go in, one text comes out: without letterhead (running headers and footers, logos, site
//! navigation) and page labels, with markup replaced by its meaning, and with sentences joined across
//! line and page breaks. Nothing is lost: removed text is reported with its pages, and every character
//! of the text maps back to its page.
//!
//! The order matters. Letterhead is removed first, because it may separate the two halves of a
//! sentence, and page labels second, because they are often part of the letterhead.

mod dehyphenation;
mod document_lines;
pub mod learn;
mod letterhead;
mod line_index;
mod markup;
mod normalize;
mod page_label;
mod reflow;

use crate::profile::Profiles;
use diarium_document::{CleanDocument, Heartbeat, RawDocument, RemovalReason};
use document_lines::DocumentLines;

/// Removes the letterhead of a document and joins the lines of its paragraphs.
///
/// The profiles declare lines that are always boilerplate, and labels that are never boilerplate even
/// though they repeat.
pub fn clean(raw: &RawDocument, profiles: &Profiles, heartbeat: &Heartbeat) -> CleanDocument {
    let mut document = DocumentLines::new(raw, heartbeat);
    letterhead::remove_letterhead(&mut document, profiles, heartbeat);
    let labels = page_label::remove_page_labels(&mut document, heartbeat);
    document.record_reason(RemovalReason::PageLabel);
    CleanDocument {
        text: reflow::reflow(&document, heartbeat),
        letterhead_text: letterhead::letterhead_text(&document, raw.stated_title.as_deref()),
        letterhead: letterhead::letterhead_entries(&document),
        page_labels: labels.pages,
        pages_stated: labels.stated,
        page_numbers: labels.numbers,
        removed: document.removals(),
    }
}

#[cfg(test)]
mod tests;
