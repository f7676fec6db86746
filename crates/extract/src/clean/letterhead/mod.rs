//! Boilerplate detection: the lines that a publisher repeats, called letterhead in records.
//!
//! Boilerplate is detected because it repeats, not by a list of names: running headers and footers at
//! the same edge of several pages ([`headers_footers`]), repeated blocks of lines in a text that has
//! lost its page breaks ([`repeated_blocks`]), the words of such a block inside a paragraph
//! ([`phrases`]), and short lines beside it ([`adjacent_lines`]). Profiles may add whole lines that are
//! always boilerplate, and a letterhead file those that many documents share ([`approved_lines`]).
//!
//! To lose an author's line is worse than to keep a footer. So each detector leaves lines alone that may
//! be the author's: a label of a form, a line that also occurs in the middle of a page, a repetition that
//! is too short.

mod adjacent_lines;
mod approved_lines;
mod headers_footers;
mod phrases;
mod repeated_blocks;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use super::document_lines::{DocumentLine, DocumentLines, LineWord};
use crate::profile::Profiles;
use diarium_document::{
    CleanLine, CleanText, CleanTextBuilder, Heartbeat, Letterhead, LineRole, RemovalReason,
    operations,
};

/// Removes the letterhead from a document's lines.
pub(super) fn remove_letterhead(
    document: &mut DocumentLines<'_>,
    profiles: &Profiles,
    heartbeat: &Heartbeat,
) {
    remove_declared_lines(document, profiles, heartbeat);
    document.record_reason(RemovalReason::ProfileLine);
    approved_lines::remove_approved_lines(document, profiles, heartbeat);
    heartbeat.beat();
    headers_footers::remove_headers_and_footers(document, heartbeat);
    document.record_reason(RemovalReason::PageEdge);
    let mut blocks = repeated_blocks::remove_repeated_blocks(document, profiles, heartbeat);
    document.record_reason(RemovalReason::RepeatedBlock);
    if !blocks.is_empty() {
        phrases::remove_phrases(document, &mut blocks, heartbeat);
        document.record_reason(RemovalReason::Phrase);
        adjacent_lines::remove_adjacent_lines(document, heartbeat);
        document.record_reason(RemovalReason::BesideBlock);
    }
    // Last, because a stamp may be part of a header that repeats as a whole.
    remove_stamps(document, profiles, heartbeat);
    document.record_reason(RemovalReason::Stamp);
}

/// Removes lines that a profile declares to be boilerplate.
fn remove_declared_lines(
    document: &mut DocumentLines<'_>,
    profiles: &Profiles,
    heartbeat: &Heartbeat,
) {
    for (index, line) in document.lines.iter_mut().enumerate() {
        heartbeat.step(index);
        operations::count(line.text.len());
        // OCR services mark headers as headings or bold text.
        let bare = line.text.trim_matches(['*', '_', '#', ' ']);
        let mut patterns = profiles.letterhead().iter();
        if patterns.any(|pattern| pattern.is_match(bare)) {
            line.remove_all();
        }
    }
}

/// Removes the stamps of printing systems, anywhere in a line.
fn remove_stamps(document: &mut DocumentLines<'_>, profiles: &Profiles, heartbeat: &Heartbeat) {
    for (index, line) in document.lines.iter_mut().enumerate() {
        heartbeat.step(index);
        operations::count(line.text.len());
        let start = line.line.bytes.start;
        let patterns = profiles.stamps().iter();
        let stamps: Vec<_> = patterns
            .flat_map(|pattern| pattern.find_iter(line.text))
            .map(|stamp| stamp.start() + start..stamp.end() + start)
            .collect();
        line.remove_ranges(stamps);
    }
}

/// The removed text as a record's entries: adjacent lines of a page are one text, and the same text on
/// several pages is one entry, in order of first appearance.
pub(super) fn letterhead_entries(document: &DocumentLines<'_>) -> Vec<Letterhead> {
    let mut entries = Entries::default();
    let mut run = String::new();
    let mut run_page = 0;
    for line in &document.lines {
        if line.page != run_page {
            entries.add(std::mem::take(&mut run), document.pages[run_page].number);
            run_page = line.page;
        }
        for range in line.letterhead_ranges() {
            push_words(&mut run, &document.pages[line.page].text[range]);
        }
        if !line.is_removed() {
            entries.add(std::mem::take(&mut run), document.pages[run_page].number);
        }
    }
    if let Some(page) = document.pages.get(run_page) {
        entries.add(run, page.number);
    }
    entries.letterhead
}

/// The removed lines as a text of their own, without duplicates. Site boilerplate is about other
/// documents and is left out, except for lines that contain the `title` that the site states for this
/// one.
pub(super) fn letterhead_text(document: &DocumentLines<'_>, title: Option<&str>) -> CleanText {
    let mut builder = CleanTextBuilder::default();
    let mut known = BTreeSet::new();
    for line in &document.lines {
        let names_document = title.is_some_and(|title| line.text.contains(title));
        let is_foreign = line.line.role == LineRole::Boilerplate && !names_document;
        let ranges = line.letterhead_ranges();
        if is_foreign || ranges.is_empty() || !known.insert(line.key) {
            continue;
        }
        builder.start_line(CleanLine {
            bytes: 0..0,
            gap_before: true,
            role: LineRole::Body,
            bold: false,
            font_size: None,
            confidence: line.line.confidence,
        });
        for (index, range) in ranges.into_iter().enumerate() {
            if index > 0 {
                builder.insert(' ');
            }
            let text = &document.pages[line.page].text[range.clone()];
            builder.copy(line.page, text, range.start);
        }
    }
    builder.finish()
}

fn push_words(run: &mut String, text: &str) {
    for word in text.split_whitespace() {
        if !run.is_empty() {
            run.push(' ');
        }
        run.push_str(word);
    }
}

/// The entries so far.
#[derive(Default)]
struct Entries {
    letterhead: Vec<Letterhead>,
    /// Index of each entry by its text.
    by_text: BTreeMap<String, usize>,
}

impl Entries {
    /// Adds a text on a page, unless it is empty.
    fn add(&mut self, text: String, page: u32) {
        if text.is_empty() {
            return;
        }
        if let Some(&index) = self.by_text.get(&text) {
            let pages = &mut self.letterhead[index].pages;
            if pages.last() != Some(&page) {
                pages.push(page);
            }
            return;
        }
        self.by_text.insert(text.clone(), self.letterhead.len());
        self.letterhead.push(Letterhead {
            text,
            pages: vec![page],
        });
    }
}

/// Removes consecutive words from their lines.
fn remove_words<'w>(lines: &mut [DocumentLine<'_>], words: impl IntoIterator<Item = &'w LineWord>) {
    let mut ranges: Vec<(usize, Range<usize>)> = Vec::new();
    for word in words {
        match ranges.last_mut() {
            Some((line, bytes)) if *line == word.line => bytes.end = word.bytes.end,
            _ => ranges.push((word.line, word.bytes.clone())),
        }
    }
    for (line, bytes) in ranges {
        lines[line].remove(bytes);
    }
}
