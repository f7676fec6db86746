//! Transcript reader: transcripts of PDFs from document-sharing sites.
//!
//! Such a web page has the document's title, the site's buttons and, after a line `Transkript`, the text:
//! each page of the original is a paragraph that begins with its number. Related documents follow.
//! The texts of all pages, concatenated, are the file's text: the site's own lines are marked as
//! boilerplate, never removed. `page_starts` detects the pages, `related` the related documents.

mod page_starts;
mod related;

use std::ops::Range;

use super::encoding::Decoded;
use diarium_document::{Carrier, Line, LineRole, Page, RawDocument, collapse_whitespace};

/// Whether a text begins with the lines of a document-sharing site.
pub fn looks_like_transcript(text: &str) -> bool {
    find_site_header(file_lines(text)).is_some()
}

/// Reads a transcript. Any other text becomes one page.
pub fn read(decoded: Decoded) -> RawDocument {
    let warnings = decoded.warnings();
    // Here the site's page numbers begin pages, and a form feed is a line break.
    let text = decoded.text.replace('\u{c}', "\n");
    let lines: Vec<FileLine<'_>> = file_lines(&text).collect();
    let header = find_site_header(lines.iter().copied()).unwrap_or_default();
    let section = related::find_related_section(&lines[header.lines..]);
    let body_end = header.lines + section.first_line;
    let starts = page_starts::find_page_starts(&lines[header.lines..body_end]);

    let body = offset_of(&lines, header.lines, &text)..offset_of(&lines, body_end, &text);
    let mut pages = Vec::new();
    for (index, start) in starts.iter().enumerate() {
        let offset_at =
            |start: &page_starts::PageStart| offset_of(&lines, header.lines + start.line, &text);
        let from = if index == 0 { 0 } else { offset_at(start) };
        let to = starts.get(index + 1).map_or(text.len(), offset_at);
        let mut page = Page::from_text(start.number, text[from..to].to_owned());
        mark_boilerplate(&mut page, from, &body);
        split_page_number(&mut page, offset_at(start) - from);
        pages.push(page);
    }
    if pages.is_empty() {
        let mut page = Page::from_text(1, text.clone());
        mark_boilerplate(&mut page, 0, &body);
        pages.push(page);
    }
    RawDocument {
        carrier: Carrier::Transcript,
        media_type: "text/plain",
        encoding: Some(decoded.encoding),
        stated_title: header.title,
        pages,
        related: section.related,
        warnings,
    }
}

/// A line of the file.
#[derive(Debug, Clone, Copy)]
struct FileLine<'t> {
    /// Byte offset into the file's text.
    start: usize,
    /// The line without its line break.
    text: &'t str,
}

impl FileLine<'_> {
    fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

fn file_lines(text: &str) -> impl Iterator<Item = FileLine<'_>> {
    let mut start = 0;
    text.split('\n').map(move |text| {
        let line = FileLine { start, text };
        start += text.len() + 1;
        line
    })
}

/// The byte offset of a line, or the text's length for the line after the last.
fn offset_of(lines: &[FileLine<'_>], index: usize, text: &str) -> usize {
    lines.get(index).map_or(text.len(), |line| line.start)
}

/// The part of the web page above the transcript.
#[derive(Debug, Default)]
struct SiteHeader {
    /// The site's title for the document, in full.
    title: Option<String>,
    /// Number of lines.
    lines: usize,
}

/// The lines of a site's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SiteLine {
    SaveAs,
    FileFormats,
    DisplaySize,
    StartPage,
    Download,
    /// The heading of the transcript, the last line of the header.
    TranscriptHeading,
}

/// Lines in which the site's header is searched.
// Title and buttons take about ten lines; a title may be broken into several. A document that quotes such
// lines further down is not a transcript.
const MAX_HEADER_LINES: usize = 60;

/// Finds the site's header: it has at least two different lines of the site.
// One line is not enough: the heading "Transkript" is in transcripts of conversations too.
fn find_site_header<'t>(lines: impl Iterator<Item = FileLine<'t>>) -> Option<SiteHeader> {
    let mut seen: Vec<SiteLine> = Vec::new();
    let mut header = SiteHeader::default();
    let mut title = None;
    for (index, line) in lines.enumerate().take(MAX_HEADER_LINES) {
        let Some(site_line) = site_line(line.text.trim()) else {
            // The title is the first line, if it is above the site's lines.
            if seen.is_empty() && title.is_none() && !line.is_blank() {
                title = Some(collapse_whitespace(line.text));
            }
            continue;
        };
        header.lines = index + 1;
        if !seen.contains(&site_line) {
            seen.push(site_line);
        }
        if site_line == SiteLine::TranscriptHeading {
            break;
        }
    }
    header.title = title;
    (seen.len() >= 2).then_some(header)
}

/// Recognizes a line of the header, on the Swedish site or its English version.
fn site_line(line: &str) -> Option<SiteLine> {
    let begins = |openings: [&str; 2]| openings.iter().any(|opening| line.starts_with(opening));
    if matches!(line, "Transkript" | "Transcription" | "Transcript") {
        Some(SiteLine::TranscriptHeading)
    } else if begins(["Save this PDF as", "Spara denna PDF som"]) {
        Some(SiteLine::SaveAs)
    } else if line.split_whitespace().eq(["WORD", "PNG", "TXT", "JPG"]) {
        Some(SiteLine::FileFormats)
    } else if begins(["Storlek:", "Size:"]) && line.ends_with("px") {
        Some(SiteLine::DisplaySize)
    } else if begins(["Starta visningen från sidan:", "Start display at page:"]) {
        Some(SiteLine::StartPage)
    } else if begins(["Download \"", "Ladda ner \""]) {
        Some(SiteLine::Download)
    } else {
        None
    }
}

/// Marks the lines outside the transcript's body; `page_offset` is the page's first byte in the file.
fn mark_boilerplate(page: &mut Page, page_offset: usize, body: &Range<usize>) {
    for line in &mut page.lines {
        if !body.contains(&(page_offset + line.bytes.start)) {
            line.role = LineRole::Furniture;
        }
    }
}

/// Splits the site's page number, which is boilerplate, from the author's text in the line that begins at
/// `offset`.
fn split_page_number(page: &mut Page, offset: usize) {
    let Some(index) = page
        .lines
        .iter()
        .position(|line| line.bytes.start == offset)
    else {
        return;
    };
    let text = page.line_text(&page.lines[index]);
    let digits = page_starts::page_number_range(text);
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
