//! OCR files: the text of page images as other programs have read it.
//!
//! Three formats are read: ALTO (`alto`), PAGE XML (`page_xml`) and hOCR (`hocr`). Each says where
//! the blocks, lines and words of a page are (`layout`); `assemble` makes the pages of a document of
//! them, in the reading order of the file. This is also how handwriting that was recognized elsewhere
//! comes in.

mod alto;
mod assemble;
mod hocr;
mod layout;
mod page_xml;
mod xml;

use diarium_document::{
    Carrier, Failure, FailureCode, Heartbeat, Page, RawDocument, Warning, WarningCode,
};

use super::encoding::{self, Decoded};
use layout::OcrPage;

/// A format of OCR files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OcrFormat {
    /// ALTO of the Library of Congress.
    Alto,
    /// PAGE XML of PRImA.
    PageXml,
    /// hOCR, which is HTML.
    Hocr,
}

impl OcrFormat {
    /// The media type in the record. None is registered; these are in use.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Alto => "application/alto+xml",
            Self::PageXml => "application/vnd.prima.page+xml",
            Self::Hocr => "text/vnd.hocr+html",
        }
    }
}

/// Words of a file, at most.
// A newspaper page has ten thousand. A word costs some 200 bytes of memory.
const MAX_WORDS: usize = 1_000_000;

/// The format of an OCR file, by its first element; hOCR also by its classes.
pub fn format_of(text: &str) -> Option<OcrFormat> {
    let name = root_name(text)?;
    let local = name.rsplit(':').next().unwrap_or(name);
    match local {
        "alto" => Some(OcrFormat::Alto),
        "PcGts" => Some(OcrFormat::PageXml),
        _ if local.eq_ignore_ascii_case("html") => has_hocr_page(text).then_some(OcrFormat::Hocr),
        _ => None,
    }
}

/// The name of the first element.
fn root_name(text: &str) -> Option<&str> {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let inside = rest.strip_prefix('<')?;
        let end = match inside {
            _ if inside.starts_with("!--") => "-->",
            _ if inside.starts_with('?') => "?>",
            // The subset of a document type may contain tags.
            _ if inside.starts_with('!') => {
                let subset = inside.find('[').zip(inside.find('>'));
                match subset {
                    Some((bracket, end)) if bracket < end => "]>",
                    _ => ">",
                }
            }
            _ => break,
        };
        rest = inside.split_once(end)?.1.trim_start();
    }
    let name = rest.get(1..)?;
    let end = name.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))?;
    name.get(..end)
}

/// Whether HTML has a page of hOCR: its class, and a box.
fn has_hocr_page(text: &str) -> bool {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("ocr_page") {
        // The class and the title of one tag.
        let tag = &after[..after.floor_char_boundary(2000)];
        let tag = tag.split('>').next().unwrap_or_default();
        let before = &rest[..rest.len() - after.len()];
        let opening = before.rsplit('<').next().unwrap_or_default();
        let is_in_tag = !opening.contains('>') && after.contains('>');
        if is_in_tag && (tag.contains("bbox") || opening.contains("bbox")) {
            return true;
        }
        rest = after;
    }
    false
}

/// Reads an OCR file.
///
/// # Errors
/// If it is no OCR file, has no page or has too many words.
pub fn read(bytes: &[u8], heartbeat: &Heartbeat) -> Result<RawDocument, Failure> {
    let decoded = encoding::decode(bytes);
    let Some(format) = format_of(&decoded.text) else {
        let message = "not a file of an OCR program; diarium reads ALTO, PAGE XML and hOCR";
        return Err(Failure::new(FailureCode::UnsupportedFormat, message));
    };
    read_decoded(format, &decoded, heartbeat)
}

/// Reads an OCR file of a known format.
///
/// # Errors
/// If it has no page or too many words.
pub(crate) fn read_decoded(
    format: OcrFormat,
    decoded: &Decoded,
    heartbeat: &Heartbeat,
) -> Result<RawDocument, Failure> {
    let text = &decoded.text;
    let (pages, is_damaged) = match format {
        OcrFormat::Alto => alto::read(text, heartbeat),
        OcrFormat::PageXml => page_xml::read(text, heartbeat),
        OcrFormat::Hocr => hocr::read(text, heartbeat),
    };
    if pages.is_empty() {
        let message = "the OCR file describes no page";
        return Err(Failure::new(FailureCode::Empty, message));
    }
    let words: usize = pages.iter().map(words_of).sum();
    if words > MAX_WORDS {
        let message = format!(
            "{words} words in an OCR file; diarium reads up to {MAX_WORDS}, so split the file"
        );
        return Err(Failure::new(FailureCode::TooLarge, message));
    }
    let mut warnings = decoded.warnings();
    if is_damaged {
        let message = "the OCR file is damaged; it was read up to the damage";
        warnings.push(Warning::new(WarningCode::DamagedFile, message));
    }
    let pages = (1..).zip(pages);
    Ok(RawDocument {
        carrier: Carrier::Ocr,
        media_type: format.media_type(),
        encoding: Some(decoded.encoding),
        stated_title: None,
        pages: pages
            .map(|(number, page)| {
                heartbeat.beat();
                assemble::page(number, page)
            })
            .collect(),
        related: Vec::new(),
        warnings,
    })
}

fn words_of(page: &OcrPage) -> usize {
    let lines = page.blocks.iter().flat_map(|block| &block.lines);
    lines.map(|line| line.words.len()).sum()
}

/// Maps the positions of a page to another size in points, such as that of the image that was read.
pub fn fit_to(page: &mut Page, (width, height): (f32, f32)) {
    let Some((old_width, old_height)) = page.size else {
        return;
    };
    if !(old_width > 0.0 && old_height > 0.0 && width > 0.0 && height > 0.0) {
        return;
    }
    let (x, y) = (width / old_width, height / old_height);
    let rect = |rect: diarium_document::Rect| {
        diarium_document::Rect(rect.0 * x, rect.1 * y, rect.2 * x, rect.3 * y)
    };
    for line in &mut page.lines {
        line.rect = line.rect.map(rect);
        line.font_size = line.font_size.map(|size| size * y);
    }
    for word in &mut page.words {
        word.rect = rect(word.rect);
        word.start = (word.start.0 * x, word.start.1 * y);
        word.end = (word.end.0 * x, word.end.1 * y);
    }
    page.size = Some((width, height));
}

#[cfg(test)]
mod tests;
