//! What does one page say, given what stands on it?

use std::collections::BTreeMap;

use super::checkboxes::place_boxes;
use super::columns::blocks;
use super::content::{Glyph, PageContent, Stop};
use super::lines::{Draft, drafts};
use super::page_class::{PageClass, PageFacts, classify_page, page_facts};
use super::rows::rows;
use crate::document::{Line, Origin, Page, Rect, Warning, WarningCode};

/// How far the text that another program once recognized under a scan can be trusted.
const OCR_LAYER_CONFIDENCE: f32 = 0.8;

/// Reads a page; says what the user should know of it.
pub(super) fn page(number: u32, mut content: PageContent) -> (Page, Option<Warning>) {
    let facts = page_facts(&content);
    let class = classify_page(&facts);
    let warning = warning(number, class, content.stopped);
    let origin = match class {
        PageClass::OcrLayer => Origin::Ocr,
        _ => {
            // Without a scan over it, text that nobody sees is not what the page says.
            content.glyphs.retain(|glyph| glyph.visible);
            Origin::TextLayer
        }
    };
    let trust = match origin {
        Origin::Ocr => OCR_LAYER_CONFIDENCE,
        _ => 1.0,
    };
    let size = content.size;
    place_boxes(&mut content);
    let (text, mut lines) = laid_out(content);
    for line in &mut lines {
        line.confidence *= trust;
    }
    let page = Page {
        number,
        origin,
        text,
        lines,
        confidence: trust * page_confidence(class, &facts),
        size: Some(size),
    };
    (page, warning)
}

/// How sure we are of a page as a whole: the share of its characters that have a meaning.
fn page_confidence(class: PageClass, facts: &PageFacts) -> f32 {
    let characters = facts.visible + facts.invisible;
    match (class, characters) {
        (PageClass::ImagePage | PageClass::VectorOnly, 0) => 0.0,
        (_, 0) => 1.0,
        _ => 1.0 - facts.unknown as f32 / characters as f32,
    }
}

fn warning(number: u32, class: PageClass, stopped: Option<Stop>) -> Option<Warning> {
    let stopped = stopped.map(|stop| match stop {
        Stop::Limit => "the page draws more than the limits allow; it was read up to there",
        Stop::Broken => "the page is damaged; it was read up to the damage",
    });
    if let Some(message) = stopped {
        return Some(Warning::on_page(WarningCode::DamagedFile, number, message));
    }
    let message = match class {
        PageClass::ImagePage => "the page is an image; its words need optical recognition",
        PageClass::VectorOnly => {
            "the page's letters are drawn as shapes; its words need optical recognition"
        }
        PageClass::Garbled => {
            "the page's fonts do not say what their letters are; its words need optical recognition"
        }
        PageClass::NoText | PageClass::OcrLayer | PageClass::Ok => return None,
    };
    Some(Warning::on_page(WarningCode::OcrNeeded, number, message))
}

/// The page's text and its lines. Text in the page's main direction comes first; what is written
/// across it, such as a form's number up the margin, follows.
fn laid_out(content: PageContent) -> (String, Vec<Line>) {
    let (width, height) = content.size;
    let mut text = String::new();
    let mut lines = Vec::new();
    for (direction, glyphs) in by_direction(content.glyphs) {
        let across = (f32::from(direction).to_radians().sin()).abs() > 0.7;
        let page_width = if across { height } else { width };
        let drafts = drafts(&blocks(rows(glyphs)), page_width);
        for (index, draft) in drafts.into_iter().enumerate() {
            let gap = index == 0 && !lines.is_empty() || draft.gap_before;
            push_line(draft, gap, direction, &mut text, &mut lines);
        }
    }
    (text, lines)
}

/// Glyphs by writing direction, the direction with the most glyphs first.
fn by_direction(glyphs: Vec<Glyph>) -> Vec<(i16, Vec<Glyph>)> {
    let mut directions: BTreeMap<i16, Vec<Glyph>> = BTreeMap::new();
    for glyph in glyphs {
        directions.entry(glyph.direction).or_default().push(glyph);
    }
    let mut sorted: Vec<_> = directions.into_iter().collect();
    sorted.sort_by_key(|(direction, glyphs)| (std::cmp::Reverse(glyphs.len()), *direction));
    sorted
}

fn push_line(draft: Draft, gap: bool, direction: i16, text: &mut String, lines: &mut Vec<Line>) {
    if !lines.is_empty() {
        text.push_str(if gap { "\n\n" } else { "\n" });
    }
    let start = text.len();
    text.push_str(&draft.text);
    lines.push(Line {
        bytes: start..text.len(),
        gap_before: gap,
        end: draft.end,
        role: draft.role,
        bold: draft.bold,
        font_size: Some(draft.size),
        rect: Some(turned(
            Rect(draft.left, draft.top, draft.right, draft.bottom),
            direction,
        )),
        confidence: draft.legible,
    });
}

/// A rectangle from the turned page that its glyphs were measured on, back on the page.
fn turned(rect: Rect, direction: i16) -> Rect {
    if direction == 0 {
        return rect;
    }
    let back = kurbo::Affine::rotate(f64::from(direction).to_radians());
    let bounds = back.transform_rect_bbox(kurbo::Rect::new(
        rect.0.into(),
        rect.1.into(),
        rect.2.into(),
        rect.3.into(),
    ));
    Rect(
        bounds.x0 as f32,
        bounds.y0 as f32,
        bounds.x1 as f32,
        bounds.y1 as f32,
    )
}
