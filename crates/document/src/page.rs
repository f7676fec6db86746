//! Pages: the text and layout of a document as its reader returns them.
//!
//! A [`RawDocument`] is complete: readers remove nothing and mark what they know, such as a line's role.
//! Offsets are bytes of the page's text; coordinates are points from the page's top left.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{Carrier, Rect, Warning};

/// A document as its reader returns it: pages of lines, nothing removed.
#[derive(Debug, Clone)]
pub struct RawDocument {
    /// Source format family.
    pub carrier: Carrier,
    /// IANA media type of the file.
    pub media_type: &'static str,
    /// Character encoding of the file (WHATWG name in lower case), for carriers that are text.
    pub encoding: Option<&'static str>,
    /// The title in the file's metadata: a sharing site's page title, an HTML `<title>`, a PDF's
    /// `Title`. The document's own headings take precedence.
    pub stated_title: Option<String>,
    /// The pages in reading order, by ascending number.
    pub pages: Vec<Page>,
    /// Other documents that a sharing site lists below this one.
    pub related: Vec<Related>,
    /// Problems that the reader found.
    pub warnings: Vec<Warning>,
}

/// One page of the original.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its number, from 1.
    pub number: u32,
    /// The source of its text.
    pub origin: Origin,
    /// The text as read: NFC, lines separated by `\n`. No stage changes it.
    /// A drawn checkbox is `☐` (empty), `☒` (checked) or `⍰` (undecided).
    pub text: String,
    /// The lines of `text`, in order, without empty ones.
    pub lines: Vec<Line>,
    /// The words of those lines, in order, for formats that have a layout.
    pub words: Vec<Word>,
    /// Parts of `text` that are crossed out, as byte ranges in order, without overlap. They were
    /// written and withdrawn: the page shows them, and they give no value.
    pub struck: Vec<Range<usize>>,
    /// The page is an image without a text layer: all of its text comes from OCR, and a search in the
    /// original file finds none of it.
    pub picture_only: bool,
    /// The reader's confidence in the text as a whole, 0 to 1.
    pub confidence: f32,
    /// Width and height in points, for formats that have a layout.
    pub size: Option<(f32, f32)>,
}

/// The source of a page's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The PDF's text layer.
    TextLayer,
    /// OCR of an image.
    Ocr,
    /// The file itself, which is text.
    File,
}

impl Origin {
    /// Its name in records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TextLayer => "text-layer",
            Self::Ocr => "ocr",
            Self::File => "file",
        }
    }
}

/// One line of a page's text, with the properties that its format has.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Byte offsets into the page's text, without a line break.
    pub bytes: Range<usize>,
    /// White space separates it from the line before: a new paragraph.
    pub gap_before: bool,
    /// Whether the line ends at a wrap or at the author's line break.
    pub end: LineEnd,
    /// Its role according to the format.
    pub role: LineRole,
    /// All of its text is bold.
    pub bold: bool,
    /// Font size in points, if the format has one.
    pub font_size: Option<f32>,
    /// Bounding box on the page, for formats that have a layout.
    pub rect: Option<Rect>,
    /// The reader's confidence in it, 0 to 1.
    pub confidence: f32,
}

impl Line {
    /// A line of which only the position in the text is known.
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

/// Characters without white space between them, and their position on the page as displayed.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    /// Byte offsets into the page's text. The range contains white space only in right-to-left lines,
    /// each of which is one word.
    pub bytes: Range<usize>,
    /// Start of the word's baseline, in points from the page's top left.
    pub start: (f32, f32),
    /// End of the baseline: to the right of the start, unless the word is rotated.
    pub end: (f32, f32),
    /// Axis-aligned bounding box.
    pub rect: Rect,
    /// The reader's confidence in it, 0 to 1.
    pub confidence: f32,
}

/// The type of a line's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    /// A line wrap: the sentence continues in the next line.
    Soft,
    /// The author's line break: a paragraph's last line, a row, an item, a `<br>`.
    Hard,
    /// The format does not say.
    Unknown,
}

/// The role of a line according to its format; [`LineRole::Body`] if the format has no roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineRole {
    /// Running text.
    Body,
    /// A heading of this level; 1 is the highest.
    Heading(u8),
    /// An item of a list.
    Item,
    /// A row of a table, its cells separated by tabs.
    Row,
    /// Boilerplate of a web site: navigation, banners, a sharing site's buttons.
    Boilerplate,
    /// A running header or footer: boilerplate that may say something about the document.
    Letterhead,
}

/// Another document that a sharing site lists below this one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// Its title as printed.
    pub title: String,
    /// The excerpt that the site shows, its first words.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub excerpt: String,
}

impl Page {
    /// A page of a text file: its lines are those of the text, without further properties.
    pub fn from_text(number: u32, text: String) -> Self {
        let lines = plain_lines(&text);
        Self {
            number,
            origin: Origin::File,
            text,
            lines,
            words: Vec::new(),
            struck: Vec::new(),
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
        // A binary search: a page may have thousands of words, and every line asks for its own.
        let at = |byte| self.words.partition_point(|word| word.bytes.start < byte);
        &self.words[at(line.bytes.start)..at(line.bytes.end)]
    }
}

/// The non-empty lines of a text, each without trailing white space.
fn plain_lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut gap = false;
    // Not `lines()`: it also removes `\r`, and the offsets below would then be too small.
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
    fn origins_have_the_names_that_records_use() {
        for origin in [Origin::TextLayer, Origin::Ocr, Origin::File] {
            assert_eq!(serde_json::json!(origin), origin.as_str());
        }
    }

    #[test]
    fn lines_of_a_text_page_have_the_gaps_between_them() {
        let page = Page::from_text(1, "one \ntwo\n\n\nthree".to_owned());
        let seen: Vec<_> = page
            .lines
            .iter()
            .map(|line| (page.line_text(line), line.gap_before))
            .collect();
        assert_eq!(seen, [("one", false), ("two", false), ("three", true)]);
    }
}
