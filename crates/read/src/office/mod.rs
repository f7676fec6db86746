//! Office reader: text documents and spreadsheets.
//!
//! `package` opens ZIP packages within limits and `xml` reads their parts. The readers of text documents,
//! `docx`, `odt` and `rtf`, report paragraphs and tables to `flow`, which makes lines of them;
//! `spreadsheet` reads sheets. All text is what the program of the document would show or print:
//! with the numbers of lists, the state of checkboxes and the results of formulas, without what is hidden.

mod detect;
mod docx;
mod findings;
mod flow;
mod numerals;
mod odt;
mod package;
mod parts;
mod rtf;
mod spreadsheet;
mod xml;

use diarium_document::{Failure, FailureCode, Heartbeat, RawDocument, Warning, WarningCode};

use crate::format::unsupported;
use crate::pdf::symbol_fonts::SymbolFont;
use findings::Findings;
use package::Package;
use xml::{Node, Xml};

pub(crate) use detect::{OfficeFormat, detect};

/// Reads an office document.
///
/// # Errors
/// If it is encrypted, damaged beyond reading, exceeds the limits, or has no text.
pub(crate) fn read(
    format: OfficeFormat,
    bytes: &[u8],
    heartbeat: &Heartbeat,
) -> Result<RawDocument, Failure> {
    match format {
        OfficeFormat::Docx => docx::read(Package::open(bytes)?, heartbeat),
        OfficeFormat::Odt => odt::read(Package::open(bytes)?, heartbeat),
        OfficeFormat::FlatOdt => odt::read_flat(bytes, heartbeat),
        OfficeFormat::Rtf => rtf::read(bytes, heartbeat),
        OfficeFormat::Xlsx => spreadsheet::read_xlsx(Package::open(bytes)?, heartbeat),
        OfficeFormat::Ods => spreadsheet::read_ods(Package::open(bytes)?, heartbeat),
        OfficeFormat::Xlsb => spreadsheet::read_xlsb(bytes, heartbeat),
        OfficeFormat::Xls => spreadsheet::read_xls(bytes, heartbeat),
        OfficeFormat::Doc => Err(unsupported(
            "a Word document of Word 97 to 2003 (.doc); open it and save it as .docx or PDF",
        )),
        OfficeFormat::Ppt => Err(unsupported(
            "a PowerPoint presentation (.ppt); save it as PDF",
        )),
        OfficeFormat::Encrypted => Err(package::encrypted()),
    }
}

/// A document that was read, if it has text or a warning says why it has none.
fn document(document: RawDocument) -> Result<RawDocument, Failure> {
    // A document may have nothing but a header.
    let has_text = document.pages.iter().any(|page| !page.lines.is_empty());
    let is_explained = document.warnings.iter().any(|warning| {
        matches!(
            warning.code,
            WarningCode::OcrNeeded | WarningCode::HiddenText
        )
    });
    if has_text || is_explained {
        return Ok(document);
    }
    let is_damaged = |warning: &Warning| warning.code == WarningCode::DamagedFile;
    if document.warnings.iter().any(is_damaged) {
        let message = "the document is damaged, and no text was found in it; open it in its program and save it again";
        return Err(Failure::new(FailureCode::Damaged, message));
    }
    let message = "the document has no text";
    Err(Failure::new(FailureCode::Empty, message))
}

/// The title in the part with the document's properties.
///
/// # Errors
/// If the part exceeds the limits.
fn stated_title(
    package: &mut Package<'_>,
    part: &str,
    heartbeat: &Heartbeat,
) -> Result<Option<String>, Failure> {
    let text = package.xml(part)?.unwrap_or_default();
    Ok(title_in(&text, heartbeat))
}

/// The title in XML with the document's properties.
fn title_in(text: &str, heartbeat: &Heartbeat) -> Option<String> {
    let mut xml = Xml::new(text, heartbeat);
    let mut title = None;
    let mut in_title = false;
    while let Some(node) = xml.next() {
        match node {
            // A flat document has its text in the same XML.
            Node::Open(element) if element.name() == "body" => break,
            Node::Open(element) => in_title = element.name() == "title",
            Node::Close(_) => in_title = false,
            Node::Text(text) if in_title => title.get_or_insert_with(String::new).push_str(&text),
            Node::Text(_) => {}
        }
    }
    title.and_then(|title| usable_title(&title))
}

/// Characters of a title in a document's properties, at most.
const MAX_TITLE: usize = 300;

/// A title in a document's properties, unless it is the name of a file.
fn usable_title(title: &str) -> Option<String> {
    let title = diarium_document::collapse_whitespace(title);
    let lower = title.to_lowercase();
    let is_file = lower.starts_with("microsoft ")
        || [
            ".doc", ".docx", ".dot", ".dotx", ".rtf", ".odt", ".xls", ".xlsx", ".pdf",
        ]
        .iter()
        .any(|end| lower.ends_with(end));
    let is_usable = !title.is_empty() && title.chars().count() <= MAX_TITLE && !is_file;
    is_usable.then_some(title)
}

/// The symbol font with this name, if it is one.
fn symbol_font(name: &str) -> Option<SymbolFont> {
    SymbolFont::named(&name.replace(' ', ""))
}

/// The most digits of a mark that are written as raised digits.
const MAX_MARK: usize = 3;

/// Raised digits as characters of their own, so that the mark of a footnote does not become a part of
/// the number before it. Other raised text is unchanged.
fn raised_digits(text: &str) -> String {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let is_mark = text.trim().len() <= MAX_MARK;
    let raise = |character: char| {
        let digit = character.to_digit(10).filter(|_| is_mark);
        let raised = digit.and_then(|digit| RAISED.get(usize::try_from(digit).ok()?));
        raised.copied().unwrap_or(character)
    };
    text.chars().map(raise).collect()
}

#[cfg(test)]
pub(crate) mod test_support;
