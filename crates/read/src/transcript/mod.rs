//! Transcript reader: transcripts of PDFs from document-sharing sites.
//!
//! Such a page shows a document's text under its title and the site's buttons. After a line
//! `Transkript` each page of the original is one paragraph that begins with its number. Below
//! stand other documents. The pages' texts, joined, are the file's text: the site's own lines are
//! marked as furniture, never removed. `site_pages` finds where pages begin, `related` the other
//! documents.

mod related;
mod site_pages;

use std::ops::Range;

use super::encoding::Decoded;
use diarium_document::{Carrier, Line, LineRole, Page, RawDocument, single_spaced};

/// Whether the first lines of a text are those of a sharing site.
pub fn looks_like_transcript(text: &str) -> bool {
    find_head(file_lines(text)).is_some()
}

/// Reads a transcript. Of any other text it makes one page.
pub fn read(decoded: Decoded) -> RawDocument {
    let warnings = decoded.warnings();
    // The site has pages of its own; a form feed is a line break here.
    let text = decoded.text.replace('\u{c}', "\n");
    let lines = lines_of(&text);
    let head = find_head(lines.iter().copied()).unwrap_or_default();
    let tail = related::find(&lines[head.lines..]);
    let body_end = head.lines + tail.first_line;
    let starts = site_pages::find(&lines[head.lines..body_end]);

    let authored = offset_of(&lines, head.lines, &text)..offset_of(&lines, body_end, &text);
    let mut pages = Vec::new();
    for (index, start) in starts.iter().enumerate() {
        let offset_at =
            |start: &site_pages::Start| offset_of(&lines, head.lines + start.line, &text);
        let from = if index == 0 { 0 } else { offset_at(start) };
        let to = starts.get(index + 1).map_or(text.len(), offset_at);
        let mut page = Page::from_text(start.number, text[from..to].to_owned());
        mark_furniture(&mut page, from, &authored);
        split_number(&mut page, offset_at(start) - from);
        pages.push(page);
    }
    if pages.is_empty() {
        let mut page = Page::from_text(1, text.clone());
        mark_furniture(&mut page, 0, &authored);
        pages.push(page);
    }
    RawDocument {
        carrier: Carrier::Transcript,
        media_type: "text/plain",
        encoding: Some(decoded.encoding),
        stated_title: head.title,
        pages,
        related: tail.related,
        warnings,
    }
}

/// A line of the file without its line break, and where it begins.
#[derive(Debug, Clone, Copy)]
pub struct FileLine<'t> {
    /// Byte offset into the file's text.
    pub start: usize,
    /// The line.
    pub text: &'t str,
}

impl FileLine<'_> {
    /// Nothing but white space.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

fn lines_of(text: &str) -> Vec<FileLine<'_>> {
    file_lines(text).collect()
}

fn file_lines(text: &str) -> impl Iterator<Item = FileLine<'_>> {
    let mut start = 0;
    text.split('\n').map(move |text| {
        let line = FileLine { start, text };
        start += text.len() + 1;
        line
    })
}

fn offset_of(lines: &[FileLine<'_>], index: usize, text: &str) -> usize {
    lines.get(index).map_or(text.len(), |line| line.start)
}

/// What stands above the transcript.
#[derive(Debug, Default)]
struct Head {
    /// The site's title for the document, in full.
    title: Option<String>,
    /// How many lines are the site's.
    lines: usize,
}

/// The lines that a sharing site puts above a transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SiteLine {
    Save,
    Formats,
    Size,
    Start,
    Download,
    Marker,
}

/// Titles and buttons take ten lines; a document that quotes such lines further down is none.
const HEAD_LINES: usize = 60;

/// Two different lines of the site's prove it, or the marker and one line that names the file.
fn find_head<'t>(lines: impl Iterator<Item = FileLine<'t>>) -> Option<Head> {
    let mut seen: Vec<SiteLine> = Vec::new();
    let mut head = Head::default();
    let mut first = None;
    for (index, line) in lines.enumerate().take(HEAD_LINES) {
        let Some(kind) = site_line(line.text.trim()) else {
            let titled = seen.is_empty() && first.is_none() && !line.is_blank();
            first = if titled { Some(line) } else { first };
            continue;
        };
        head.lines = index + 1;
        if !seen.contains(&kind) {
            seen.push(kind);
        }
        if kind == SiteLine::Marker {
            break;
        }
    }
    head.title = first.map(|line| single_spaced(line.text));
    (seen.len() >= 2).then_some(head)
}

/// The Swedish site's words and its English sister's.
fn site_line(line: &str) -> Option<SiteLine> {
    let begins = |openings: [&str; 2]| openings.iter().any(|opening| line.starts_with(opening));
    if matches!(line, "Transkript" | "Transcription" | "Transcript") {
        Some(SiteLine::Marker)
    } else if begins(["Save this PDF as", "Spara denna PDF som"]) {
        Some(SiteLine::Save)
    } else if line.split_whitespace().eq(["WORD", "PNG", "TXT", "JPG"]) {
        Some(SiteLine::Formats)
    } else if begins(["Storlek:", "Size:"]) && line.ends_with("px") {
        Some(SiteLine::Size)
    } else if begins(["Starta visningen från sidan:", "Start display at page:"]) {
        Some(SiteLine::Start)
    } else if begins(["Download \"", "Ladda ner \""]) {
        Some(SiteLine::Download)
    } else {
        None
    }
}

fn mark_furniture(page: &mut Page, page_offset: usize, authored: &Range<usize>) {
    for line in &mut page.lines {
        if !authored.contains(&(page_offset + line.bytes.start)) {
            line.role = LineRole::Furniture;
        }
    }
}

/// Parts the site's page number from the author's words in the line that begins at `offset`.
fn split_number(page: &mut Page, offset: usize) {
    let starts_there = |line: &Line| line.bytes.start == offset;
    let Some(index) = page.lines.iter().position(starts_there) else {
        return;
    };
    let text = page.line_text(&page.lines[index]);
    let digits = site_pages::number_in(text);
    let rest = text[digits.end..].trim_start();
    let rest = page.lines[index].bytes.end - rest.len()..page.lines[index].bytes.end;

    let line = &mut page.lines[index];
    let mut after = Line::plain(rest, false);
    after.role = line.role;
    line.bytes = offset + digits.start..offset + digits.end;
    line.role = LineRole::Furniture;
    if !after.bytes.is_empty() {
        page.lines.insert(index + 1, after);
    }
}

#[cfg(test)]
mod tests;
