//! Web page reader: HTML, or the text of a page.
//!
//! Its visible text, block by block: `attributes` and `parse` make a tree of the HTML, within bounds; `survey`
//! finds out which part of it is the page's own; `walk` turns the tree into lines, `lines` writes
//! them; `shape` tells rows from layout. What the site put around the text is kept as furniture. `page_text` is for pages of which
//! only the text was saved.

mod attributes;
mod elements;
mod line_writer;
mod main_content;
pub mod mhtml;
pub mod page_text;
mod parse;
mod render;
mod shape;

use super::{encoding::Decoded, transcript};
use diarium_document::{Carrier, Heartbeat, RawDocument, Warning, WarningCode};
use main_content::Survey;

/// Whether a text is HTML: by its beginning, or, where the file's name says so, by any tag.
pub fn looks_like_html(text: &str, extension: &str) -> bool {
    let beginning: String = after_comments(text).chars().take(15).collect();
    let beginning = beginning.to_ascii_lowercase();
    let openings = ["<!doctype html", "<html", "<head>", "<body"];
    if openings.iter().any(|tag| beginning.starts_with(tag)) {
        return true;
    }
    let closing_tags = text.matches("</").take(5).count();
    match extension {
        "html" | "htm" | "xhtml" | "shtml" | "mhtml" => closing_tags > 0 || text.contains("<p>"),
        // Markdown and texts that OCR services give hold tags too.
        "txt" | "md" | "markdown" | "text" => false,
        _ => beginning.starts_with('<') && closing_tags == 5 && text.contains("</p>"),
    }
}

/// The text after what may stand before a page's first tag: an XML declaration, comments.
fn after_comments(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let end = match rest {
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<?") => ">",
            _ => return rest,
        };
        match rest.split_once(end) {
            Some((_, after)) => rest = after.trim_start(),
            None => return rest,
        }
    }
}

/// Reads HTML. A sharing site's page, saved as HTML, is the transcript that its text is.
pub fn read(decoded: Decoded, heartbeat: &Heartbeat) -> RawDocument {
    let mut warnings = decoded.warnings();
    let (tree, bounded) = parse::parse(&decoded.text, heartbeat);
    if bounded {
        warnings.push(Warning::new(
            WarningCode::DamagedFile,
            "the page nests its elements deeper than any browser shows; its text was read, some of its structure was not",
        ));
    }
    let survey = Survey::of(&tree);
    heartbeat.beat();
    let mut page = render::walk(&tree, &survey, heartbeat);
    let media_type = match decoded.text.trim_start().starts_with("<?xml") {
        true => "application/xhtml+xml",
        false => "text/html",
    };
    let stated_title = survey.stated_title();
    if transcript::looks_like_transcript(&page.text) {
        let inner = transcript::read(Decoded {
            text: page.text,
            ..decoded
        });
        return RawDocument {
            media_type,
            stated_title: stated_title.or(inner.stated_title),
            warnings,
            ..inner
        };
    }
    page_text::mark_site_lines(&mut page);
    RawDocument {
        carrier: Carrier::Web,
        media_type,
        encoding: Some(decoded.encoding),
        stated_title,
        pages: vec![page],
        related: Vec::new(),
        warnings,
    }
}

#[cfg(test)]
mod tests;
