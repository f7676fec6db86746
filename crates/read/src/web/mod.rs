//! Web page reader: the visible text of HTML, or of a page saved as text.
//!
//! `attributes` and `parse` build a tree of the HTML within limits; `main_content` finds the page's own
//! part of it; `render` walks the tree and `line_writer` writes its lines, with the properties that
//! `elements` knows. `boilerplate` classifies what belongs to the site: such lines are marked, never
//! removed. `frames` puts the pages of frames into the tree. `coded_address`
//! decodes addresses that are hidden from programs. `mhtml` and
//! `web_archive` open web archives. `page_text` reads pages of which only the text was saved.

mod attributes;
mod boilerplate;
mod coded_address;
mod controls;
mod elements;
mod frames;
mod line_writer;
mod main_content;
pub mod mhtml;
pub mod page_text;
mod parse;
mod property_list;
mod render;
mod saved_page;
mod style;
pub mod web_archive;

use super::{encoding::Decoded, transcript};
use diarium_document::{Carrier, Heartbeat, LineRole, Page, RawDocument, Warning, WarningCode};
use frames::Frames;
use main_content::MainContent;
use style::Styles;

pub use frames::Frame;
pub use saved_page::SavedPage;

/// Whether a text is HTML: by its beginning, or by its tags if the file's extension is one of HTML.
pub fn looks_like_html(text: &str, extension: &str) -> bool {
    // Enough for the longest opening.
    let beginning: String = after_comments(text).chars().take(15).collect();
    let beginning = beginning.to_ascii_lowercase();
    let openings = ["<!doctype html", "<html", "<head>", "<body"];
    if openings.iter().any(|tag| beginning.starts_with(tag)) {
        return true;
    }
    // Fewer than five closing tags are examples in a text about HTML, if nothing else indicates HTML.
    let closing_tags = text.matches("</").take(5).count();
    match extension {
        "html" | "htm" | "xhtml" | "shtml" | "mhtml" => closing_tags > 0 || text.contains("<p>"),
        // Markdown and the output of OCR services contain tags too.
        "txt" | "md" | "markdown" | "text" => false,
        _ => beginning.starts_with('<') && closing_tags == 5 && text.contains("</p>"),
    }
}

/// The text after an XML declaration and comments, which may precede a page's first tag.
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

/// The tree of a page, and whether tags were dropped to stay within the limits.
pub(crate) fn parse_tree(html: &str, heartbeat: &Heartbeat) -> (scraper::Html, bool) {
    parse::parse(html, heartbeat)
}

/// Reads HTML. A document-sharing site's page is read as a transcript.
pub fn read(decoded: Decoded, heartbeat: &Heartbeat) -> RawDocument {
    read_with_frames(decoded, &[], heartbeat)
}

/// Reads HTML of a web archive, with the archive's other pages, which its frames may show.
pub fn read_with_frames(decoded: Decoded, frames: &[Frame], heartbeat: &Heartbeat) -> RawDocument {
    let mut warnings = decoded.warnings();
    let (mut tree, is_limited) = parse::parse(&decoded.text, heartbeat);
    let of_frames = Frames::new(frames, heartbeat).fill(&mut tree);
    warnings.extend((is_limited || of_frames.is_limited).then(nesting_warning));
    warnings.extend((of_frames.missing > 0).then(|| frames_warning(of_frames.missing)));
    let styles = Styles::of(&tree, heartbeat);
    let main_content = MainContent::find(&tree, &styles);
    heartbeat.beat();
    let mut rendered = render::render(&tree, &main_content, &styles, heartbeat);
    if rendered.hidden > 0 && !has_content(&rendered.page) {
        // Some pages hide all of their text until a script has run.
        let unstyled = Styles::default();
        let main_content = MainContent::find(&tree, &unstyled);
        rendered = render::render(&tree, &main_content, &unstyled, heartbeat);
        warnings.push(all_hidden_warning());
    } else if rendered.hidden > 0 {
        warnings.push(hidden_warning(rendered.hidden));
    }
    let mut page = rendered.page;
    let media_type = if decoded.text.trim_start().starts_with("<?xml") {
        "application/xhtml+xml"
    } else {
        "text/html"
    };
    let stated_title = main_content.stated_title();
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
    boilerplate::mark_boilerplate_lines(&mut page);
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

fn frames_warning(missing: usize) -> Warning {
    let message = format!(
        "the page is divided into frames, and the text of {missing} of them is in other files; read those files too, or save the page again as one file (MHTML)"
    );
    Warning::new(WarningCode::PagesMissing, message)
}

fn has_content(page: &Page) -> bool {
    let mut roles = page.lines.iter().map(|line| line.role);
    roles.any(|role| role != LineRole::Boilerplate)
}

fn all_hidden_warning() -> Warning {
    let message = "the style of the page hides all of its text, as pages do until a script has run; the text was read";
    Warning::on_page(WarningCode::HiddenText, 1, message)
}

fn hidden_warning(characters: usize) -> Warning {
    let message = format!(
        "{characters} characters that the style of the page hides were left out; open the page in a browser if you expect more text"
    );
    Warning::on_page(WarningCode::HiddenText, 1, message)
}

fn nesting_warning() -> Warning {
    let message = "the page nests its elements deeper than any browser shows; its text was read, some of its structure was not";
    Warning::new(WarningCode::DamagedFile, message)
}

#[cfg(test)]
mod tests;
