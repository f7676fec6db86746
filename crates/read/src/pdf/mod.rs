//! PDF reader: pages of positioned lines, from a text layer or from OCR.
//!
//! `preflight` looks at the file's structure; `glyphs` has the interpreter draw a page and collects
//! what it draws; `page_class` tells whether that is text; `checkboxes`, `rows`, `columns` and
//! `lines` make lines of it; `pages` puts them together. `scan` has a page that is only a
//! picture read by `ocr`, which is left out where there is no engine: such a page is then given
//! empty, with a warning.

mod bidi;
mod checkboxes;
mod columns;
mod content;
mod encryption;
mod fonts;
mod glyphs;
mod limits;
mod lines;
mod margins;
mod marks;
#[cfg(test)]
mod odd_pages;
mod page_class;
mod pages;
mod preflight;
mod rows;
mod scan;
mod shapes;
mod symbols;
#[cfg(test)]
mod test_support;
#[cfg(test)]
mod tests;
mod turn;
mod widgets;
mod words;

pub use limits::Limits;
pub use page_class::{PageClass, PageFacts, classify_page};

use glyphs::PageReader;
use page_class::page_facts;
use preflight::Preflight;

use diarium_document::{
    Carrier, Failure, FailureCode, Heartbeat, RawDocument, Warning, WarningCode,
};
use diarium_ocr::Ocr;

/// Reads a PDF.
///
/// What the file asks for beyond `limits` is refused or left out, never served. A damaged file is
/// read as far as it goes, with a warning.
pub fn read(
    bytes: &[u8],
    limits: &Limits,
    ocr: &Ocr,
    heartbeat: &Heartbeat,
) -> Result<RawDocument, Failure> {
    check_size(bytes, limits)?;
    let preflight = preflight::inspect(bytes, limits)?;
    let file =
        glyphs::open(bytes).map_err(|error| encryption::open_failure(error, &preflight, bytes))?;
    let found = file.pages();
    if found.is_empty() && encryption::is_locked(&preflight, bytes) {
        return Err(encryption::needs_password());
    }
    check_page_count(found.len(), limits)?;
    let mut warnings: Vec<Warning> = damage_warning(&preflight).into_iter().collect();
    let mut reader = PageReader::new(limits);
    let mut pages = Vec::with_capacity(found.len());
    let mut blank = true;
    for (number, page) in (1..).zip(found.iter()) {
        let content = reader.content(page);
        let class = classify_page(&page_facts(&content));
        blank &= class == PageClass::NoText;
        let scan = match scan::is_wanted(class, ocr.mode) && content.stopped.is_none() {
            true => scan::scan(page, &content, ocr, limits, heartbeat).map(Some),
            false => Ok(None),
        };
        let (page, warning) = pages::page(number, content, scan);
        pages.push(page);
        warnings.extend(warning);
        heartbeat.beat();
    }
    // Where the trailer is lost, pages open without a key, and what they draw is noise.
    if blank && encryption::is_locked(&preflight, bytes) {
        return Err(encryption::needs_password());
    }
    Ok(RawDocument {
        carrier: Carrier::Pdf,
        media_type: "application/pdf",
        encoding: None,
        stated_title: preflight.title,
        pages,
        related: Vec::new(),
        warnings,
    })
}

fn check_size(bytes: &[u8], limits: &Limits) -> Result<(), Failure> {
    let (size, limit) = (bytes.len(), limits.file_bytes);
    match size {
        0 => Err(Failure::new(FailureCode::Empty, "the file has no bytes")),
        _ if size > limit => {
            let message = format!("the file has {size} bytes; the limit is {limit}");
            Err(Failure::new(FailureCode::TooLarge, message))
        }
        _ => Ok(()),
    }
}

fn check_page_count(count: usize, limits: &Limits) -> Result<(), Failure> {
    let limit = limits.pages;
    match count {
        0 => Err(Failure::new(
            FailureCode::Damaged,
            "no page of the file can be found",
        )),
        _ if count > limit => {
            let message = format!("the file has {count} pages; the limit is {limit}");
            Err(Failure::new(FailureCode::TooLarge, message))
        }
        _ => Ok(()),
    }
}

fn damage_warning(preflight: &Preflight) -> Option<Warning> {
    let damage = preflight.damage?;
    let message = format!("the file is damaged: {damage}; what could be read was read");
    Some(Warning::new(WarningCode::DamagedFile, message))
}
