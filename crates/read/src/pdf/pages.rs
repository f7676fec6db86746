//! What does one page say, given what stands on it?

use std::collections::BTreeMap;

use kurbo::Affine;

use super::checkboxes::place_boxes;
use super::columns::blocks;
use super::content::{Glyph, PageContent, Stop, contains};
use super::lines::{Draft, drafts};
use super::page_class::{PageClass, PageFacts, classify_page, page_facts};
use super::rows::rows;
use super::scan::Scan;
use super::turn::{moved, turned_back};
use super::words::{bounds, turned};
use diarium_document::{Line, Origin, Page, Rect, Warning, WarningCode, Word};

/// How far the text that another program once recognized under a scan can be trusted.
const OCR_LAYER_CONFIDENCE: f32 = 0.8;

/// Pages that were read with less certainty than this should be looked at by a person.
const LEAST_CONFIDENCE: f32 = 0.8;

/// What a user is told of a photograph.
const GRAIN: &str = "no words can be made out in the page's picture, only scattered signs, which \
    were left out; look at the original";

/// Reads a page; says what the user should know of it. `scan` is what was read from its picture,
/// if that was asked for, or why it could not be.
pub(super) fn page(
    number: u32,
    content: PageContent,
    scan: Result<Option<Scan>, String>,
) -> (Page, Option<Warning>) {
    match scan {
        Ok(Some(scan)) => scanned(number, content, scan),
        Ok(None) => printed(number, content),
        Err(reason) => {
            let message = format!("the page could not be read from its picture: {reason}");
            let warning = Warning::on_page(WarningCode::OcrNeeded, number, message);
            (printed(number, content).0, Some(warning))
        }
    }
}

/// A page that says what the engine read in its picture.
fn scanned(number: u32, mut content: PageContent, scan: Scan) -> (Page, Option<Warning>) {
    let class = classify_page(&page_facts(&content));
    let size = content.size;
    content.glyphs = scan.glyphs;
    content.size = scan.turn.size_after(size);
    let LaidOut {
        text,
        mut lines,
        mut words,
    } = laid_out(content);
    let sureness = Sureness::new(scan.sureness);
    let back = turned_back(scan.turn, size);
    for line in &mut lines {
        line.confidence = line.rect.map_or(1.0, |rect| sureness.within(rect));
        line.rect = line.rect.map(|rect| moved(rect, back, scan.turn));
    }
    for word in &mut words {
        word.confidence = sureness.within(word.rect);
        *word = turned(word.clone(), back);
    }
    let letters = |line: &Line| line.bytes.len() as f32;
    let total: f32 = lines.iter().map(letters).sum();
    let sum: f32 = lines
        .iter()
        .map(|line| letters(line) * line.confidence)
        .sum();
    let confidence = match scan.grain {
        Some(confidence) => confidence,
        None if total > 0.0 => sum / total,
        None => 1.0,
    };
    let message = match scan.grain {
        Some(_) => Some(GRAIN.to_owned()),
        None => (confidence < LEAST_CONFIDENCE).then(|| {
            format!(
                "the page is hard to read: {:.0} % sure of it; compare it with the original",
                100.0 * confidence
            )
        }),
    };
    let warning =
        message.map(|message| Warning::on_page(WarningCode::LowConfidence, number, message));
    let page = Page {
        number,
        origin: Origin::Ocr,
        text,
        lines,
        words,
        picture_only: class.needs_ocr(),
        confidence,
        size: Some(size),
    };
    (page, warning)
}

/// How sure an engine is of each word, by the words' places, from the top.
struct Sureness(Vec<(Rect, f32)>);

impl Sureness {
    fn new(mut words: Vec<(Rect, f32)>) -> Self {
        words.sort_by(|first, second| first.0.1.total_cmp(&second.0.1));
        Self(words)
    }

    /// The mean over the words whose middles lie in a rectangle, each counting as much as it is
    /// wide.
    fn within(&self, rect: Rect) -> f32 {
        let start = self.0.partition_point(|(word, _)| word.1 < rect.1 - 100.0);
        let (mut sum, mut width) = (0.0, 0.0);
        for (word, sureness) in self.0[start..]
            .iter()
            .take_while(|(word, _)| word.1 <= rect.3)
        {
            let (x, y) = ((word.0 + word.2) / 2.0, (word.1 + word.3) / 2.0);
            if contains(rect, x, y) {
                sum += sureness * (word.2 - word.0);
                width += word.2 - word.0;
            }
        }
        if width > 0.0 { sum / width } else { 1.0 }
    }
}

/// A page that says what its file says.
fn printed(number: u32, mut content: PageContent) -> (Page, Option<Warning>) {
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
    let LaidOut {
        text,
        mut lines,
        mut words,
    } = laid_out(content);
    for line in &mut lines {
        line.confidence *= trust;
    }
    for word in &mut words {
        word.confidence *= trust;
    }
    let page = Page {
        number,
        origin,
        text,
        lines,
        words,
        picture_only: false,
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

/// What a page says, and where.
#[derive(Default)]
struct LaidOut {
    text: String,
    lines: Vec<Line>,
    words: Vec<Word>,
}

/// The page's text and its lines. Text in the page's main direction comes first; what is written
/// across it, such as a form's number up the margin, follows.
fn laid_out(content: PageContent) -> LaidOut {
    let (width, height) = content.size;
    let mut page = LaidOut::default();
    for (direction, glyphs) in by_direction(content.glyphs) {
        let across = (f32::from(direction).to_radians().sin()).abs() > 0.7;
        let page_width = if across { height } else { width };
        let drafts = drafts(&blocks(rows(glyphs)), page_width);
        for (index, draft) in drafts.into_iter().enumerate() {
            let gap = index == 0 && !page.lines.is_empty() || draft.gap_before;
            page.push(draft, gap, direction);
        }
    }
    page
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

impl LaidOut {
    fn push(&mut self, draft: Draft, gap: bool, direction: i16) {
        if !self.lines.is_empty() {
            self.text.push_str(if gap { "\n\n" } else { "\n" });
        }
        let start = self.text.len();
        self.text.push_str(&draft.text);
        // Glyphs were measured on a page that was turned by their direction.
        let to_page = match direction {
            0 => Affine::IDENTITY,
            _ => Affine::rotate(f64::from(direction).to_radians()),
        };
        let rect = Rect(draft.left, draft.top, draft.right, draft.bottom);
        self.lines.push(Line {
            bytes: start..self.text.len(),
            gap_before: gap,
            end: draft.end,
            role: draft.role,
            bold: draft.bold,
            font_size: Some(draft.size),
            rect: Some(bounds(to_page, rect)),
            confidence: draft.legible,
        });
        let words = draft.words.into_iter();
        self.words
            .extend(words.map(|word| word.on_page(start, to_page, draft.legible)));
    }
}
