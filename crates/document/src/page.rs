//! What does each page say, and how is it laid out?

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{Carrier, Rect, Warning};

/// A document as its reader gives it: pages of lines, nothing taken out.
#[derive(Debug, Clone)]
pub struct RawDocument {
    /// How it reached us.
    pub carrier: Carrier,
    /// IANA media type of the file.
    pub media_type: &'static str,
    /// Character encoding of the file (WHATWG name in lower case), for carriers that are text.
    pub encoding: Option<&'static str>,
    /// The title that the carrier itself states: a sharing site's page title, an HTML `<title>`,
    /// a PDF's metadata. The document's own headings outrank it.
    pub stated_title: Option<String>,
    /// The pages in reading order; numbers rise.
    pub pages: Vec<Page>,
    /// Other documents that a sharing site lists under this one.
    pub related: Vec<Related>,
    /// What the reader wants the user to know.
    pub warnings: Vec<Warning>,
}

/// One page of the original.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its number, from 1.
    pub number: u32,
    /// Where its text came from.
    pub origin: Origin,
    /// The text as read: NFC, lines parted by `\n`. Nothing else is changed in it, ever.
    /// A drawn checkbox stands in it as `☐` (empty), `☒` (marked) or `⍰` (cannot tell).
    pub text: String,
    /// The lines of `text`, in order, empty ones left out.
    pub lines: Vec<Line>,
    /// The words of those lines, in order, for carriers that have a layout.
    pub words: Vec<Word>,
    /// The file has no text that says this: it was read from the page's picture, and there is
    /// nothing beside it that a reader's search would find.
    pub picture_only: bool,
    /// How sure the reader is of the text as a whole, 0 to 1.
    pub confidence: f32,
    /// Width and height in points, for carriers that have a layout.
    pub size: Option<(f32, f32)>,
}

/// Where a page's text came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Characters that the PDF carries.
    TextLayer,
    /// Characters read from an image.
    Ocr,
    /// The file is the text.
    File,
}

impl Origin {
    /// The word that stands in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TextLayer => "text-layer",
            Self::Ocr => "ocr",
            Self::File => "file",
        }
    }
}

/// One line of a page's text, with what its carrier knows of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Byte offsets into the page's text; holds no line break.
    pub bytes: Range<usize>,
    /// White space stands between this line and the one before: a new paragraph.
    pub gap_before: bool,
    /// Whether the author ended the line, or the paper did.
    pub end: LineEnd,
    /// What the carrier says the line is.
    pub role: LineRole,
    /// Set in bold throughout.
    pub bold: bool,
    /// Size of its letters in points, where the carrier has one.
    pub font_size: Option<f32>,
    /// Where it stands on the page.
    pub rect: Option<Rect>,
    /// How sure the reader is of it, 0 to 1.
    pub confidence: f32,
}

impl Line {
    /// A line of which nothing but its place is known.
    pub fn plain(bytes: Range<usize>, gap_before: bool) -> Self {
        Self {
            bytes,
            gap_before,
            end: LineEnd::Unknown,
            role: LineRole::Body,
            bold: false,
            font_size: None,
            rect: None,
            confidence: 1.0,
        }
    }
}

/// Characters without white space between them, and where they stand on the page as displayed.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    /// Byte offsets into the page's text. They hold white space only in lines that run from right
    /// to left, which are given as one word.
    pub bytes: Range<usize>,
    /// Where the word begins on the line that its letters stand on, in points from the top left.
    pub start: (f32, f32),
    /// Where it ends there: to the right of its start, unless it runs across the page.
    pub end: (f32, f32),
    /// The smallest upright rectangle around it.
    pub rect: Rect,
    /// How sure the reader is of it, 0 to 1.
    pub confidence: f32,
}

/// Why a line ends where it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    /// The next word would not have fitted: the sentence goes on in the next line.
    Soft,
    /// The author ended it: a paragraph's last line, a row, an item, a `<br>`.
    Hard,
    /// The carrier cannot tell.
    Unknown,
}

/// What the carrier says a line is. Carriers that do not know say [`LineRole::Body`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineRole {
    /// Running text.
    Body,
    /// A heading of the given level, 1 the highest.
    Heading(u8),
    /// An item of a list.
    Item,
    /// A row of a table, its cells parted by tabs.
    Row,
    /// The site's, not the author's: navigation, banners, a sharing site's buttons.
    Furniture,
}

/// Another document that a sharing site names under this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// Its title as printed.
    pub title: String,
    /// The opening words that the site shows of it.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub excerpt: String,
}

impl Page {
    /// A page of a text file: its lines are the text's, and nothing more is known of them.
    pub fn from_text(number: u32, text: String) -> Self {
        let lines = plain_lines(&text);
        Self {
            number,
            origin: Origin::File,
            text,
            lines,
            words: Vec::new(),
            picture_only: false,
            confidence: 1.0,
            size: None,
        }
    }

    /// The text of one of this page's lines.
    pub fn line_text(&self, line: &Line) -> &str {
        &self.text[line.bytes.clone()]
    }

    /// The words of one of this page's lines.
    pub fn words_of(&self, line: &Line) -> &[Word] {
        let at = |byte| self.words.partition_point(|word| word.bytes.start < byte);
        &self.words[at(line.bytes.start)..at(line.bytes.end)]
    }
}

/// The non-empty lines of a text, trailing white space left out of each.
fn plain_lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut gap = false;
    for raw in text.split('\n') {
        let trimmed = raw.trim_end();
        if trimmed.is_empty() {
            gap = true;
        } else {
            lines.push(Line::plain(start..start + trimmed.len(), gap));
            gap = false;
        }
        start += raw.len() + 1;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_called_as_they_are_written_in_records() {
        for origin in [Origin::TextLayer, Origin::Ocr, Origin::File] {
            assert_eq!(serde_json::json!(origin), origin.as_str());
        }
    }

    #[test]
    fn lines_of_a_text_page_know_the_gaps_between_them() {
        let page = Page::from_text(1, "one \ntwo\n\n\nthree".to_owned());
        let seen: Vec<_> = page
            .lines
            .iter()
            .map(|line| (page.line_text(line), line.gap_before))
            .collect();
        assert_eq!(seen, [("one", false), ("two", false), ("three", true)]);
    }
}
