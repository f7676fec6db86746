//! PDF reader: pages of positioned lines, from a text layer or from OCR.
//!
//! 1. `preflight` checks the structure of the file against the limits; `encryption` reports files that need
//!    a password.
//! 2. `interpreter` collects the content of each page: glyphs, paths, images and form fields. `canvas` and
//!    `surfaces` record what is painted where, from which `hidden_text` decides what nobody sees; `layers`
//!    knows which optional content is off. `fonts` and `code_maps` find the characters of glyphs for which the
//!    file has no Unicode. `actual_text` applies replacement texts, `widgets` and
//!    `field_texts` read the values of form fields.
//! 3. `page_class` decides whether the page has a text layer, and `recognition` whether it is used:
//!    `picture_text` finds pictures of text beside it, `layer_check` judges it with `letter_statistics`.
//!    `page_ocr` recognizes the page where it is not enough.
//! 4. `checkboxes` adds the checkboxes as glyphs.
//! 5. Layout analysis: `rows` groups glyphs into words and rows (`overlaps` separates texts over each other,
//!    `superscripts` knows raised digits, `spacing` what separates words), `columns` finds the reading order,
//!    `wrapped_cells` joins the lines of cells that are centered on their row,
//!    `layout_line` and `lines` build lines and paragraphs. `pages` assembles the page.
//!
//! The answers of an XFA form, which its pages may not show, are a page of their own (`xfa`).
//!
//! A damaged file is read as far as it goes, with a warning. A file that exceeds the limits is refused.

mod actual_text;
mod annotations;
mod bidi;
mod canvas;
mod checkbox_state;
mod checkboxes;
mod code_maps;
mod column_text;
mod columns;
mod content;
mod decryption;
mod encryption;
mod field_texts;
mod fonts;
mod geometry;
pub(crate) mod given_lines;
mod glyph_grid;
mod hidden_text;
mod interpreter;
mod layer_check;
mod layers;
mod layout_line;
mod letter_statistics;
mod limits;
mod lines;
mod margins;
mod overlaps;
mod page_class;
mod page_ocr;
mod pages;
mod picture_page;
mod picture_text;
mod preflight;
mod recognition;
mod rows;
mod spacing;
mod struck_text;
mod subpaths;
mod superscripts;
mod surfaces;
pub(crate) mod symbol_fonts;
#[cfg(test)]
mod tests;
mod text_strings;
mod widgets;
mod words;
mod wrapped_cells;
mod xfa;

pub(crate) use decryption::open_encrypted;
pub use limits::Limits;
pub use page_class::{PageClass, PageFacts, classify_page};

pub(crate) use page_ocr::{MAX_PIXELS, MIN_SIDE, RESOLUTION};
pub(crate) use picture_page::{PicturePage, picture_page};

use hayro_syntax::Pdf;

use interpreter::PageReader;
use page_class::ClassifiedPage;
use preflight::Preflight;
use recognition::Recognizer;

use crate::Passwords;
use diarium_document::{
    Carrier, Failure, FailureCode, Heartbeat, RawDocument, Warning, WarningCode,
};
use diarium_ocr::Ocr;

/// Reads a PDF.
///
/// A damaged file is read as far as it goes, with a warning. So is a page that exceeds its limits.
///
/// # Errors
///
/// The file is empty, too large, encrypted, damaged beyond reading, or exceeds the limits.
pub fn read(
    bytes: &[u8],
    limits: &Limits,
    ocr: &Ocr,
    heartbeat: &Heartbeat,
) -> Result<RawDocument, Failure> {
    check_size(bytes, limits)?;
    let preflight = preflight::inspect(bytes, limits)?;
    let file = open(bytes, &preflight)?;
    let file_pages = file.pages();
    check_page_count(file_pages.len(), limits)?;
    let mut warnings: Vec<Warning> = damage_warning(&preflight).into_iter().collect();
    let mut reader = PageReader::new(&file, limits);
    let mut recognizer = Recognizer::new(ocr, limits, heartbeat);
    let mut pages = Vec::with_capacity(file_pages.len());
    let mut is_blank = true;
    for (number, page) in (1..).zip(file_pages.iter()) {
        let mut classified = ClassifiedPage::new(reader.content(page));
        is_blank &= classified.class == PageClass::NoText;
        let recognition = recognizer.read(page, &mut classified);
        let (page, page_warnings) = pages::assemble(number, classified, recognition);
        pages.push(page);
        warnings.extend(page_warnings);
        heartbeat.beat();
    }
    pages.extend(xfa::answers(&file, &pages));
    // Without its trailer, an encrypted file opens without a key, and its encrypted pages draw nothing.
    if is_blank && encryption::is_locked(&preflight, bytes) {
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

/// Reads a PDF, which may be encrypted with one of these passwords.
///
/// # Errors
///
/// As [`read`].
pub fn read_encrypted(
    bytes: &[u8],
    limits: &Limits,
    passwords: &Passwords,
    ocr: &Ocr,
    heartbeat: &Heartbeat,
) -> Result<RawDocument, Failure> {
    let outcome = read(bytes, limits, ocr, heartbeat);
    match &outcome {
        Err(failure) if failure.code == FailureCode::Encrypted && !passwords.is_empty() => {}
        _ => return outcome,
    }
    let Some(decrypted) = decryption::decrypt(bytes, passwords, limits, heartbeat) else {
        return Err(encryption::wrong_passwords(passwords));
    };
    let mut document = read(&decrypted.bytes, limits, ocr, heartbeat)?;
    if decrypted.is_damaged {
        document.warnings.insert(
            0,
            damage("its table of contents was broken and has been rebuilt"),
        );
    }
    Ok(document)
}

fn open(bytes: &[u8], preflight: &Preflight) -> Result<Pdf, Failure> {
    let file = interpreter::open(bytes)
        .map_err(|error| encryption::open_failure(error, preflight, bytes))?;
    // An encrypted file whose structure is broken may open without pages.
    if file.pages().is_empty() && encryption::is_locked(preflight, bytes) {
        return Err(encryption::needs_password());
    }
    Ok(file)
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
    preflight.damage.map(damage)
}

fn damage(what: &str) -> Warning {
    let message = format!("the file is damaged: {what}; what could be read was read");
    Warning::new(WarningCode::DamagedFile, message)
}
