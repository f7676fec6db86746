//! Page assembly: the text, lines and words of a page, with their positions and confidence.
//!
//! A page comes from its text layer or from OCR. Both go through the same layout analysis. Positions refer
//! to the page as displayed, also where OCR rotated it.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use kurbo::Affine;

use super::checkboxes::add_form_glyphs;
use super::columns::blocks;
use super::content::{Glyph, GlyphText, PageContent, StopReason};
use super::geometry::{
    bounding_box, center, contains, map_line_rect, map_point, map_word, rotation_to_original,
};
use super::layout_line::LayoutLine;
use super::lines::build_lines;
use super::page_class::{ClassifiedPage, PageClass, PageFacts};
use super::page_ocr::OcrPage;
use super::picture_text::LITTLE_TEXT;
use super::recognition::Recognition;
use super::rows::rows;
use super::struck_text::{strike_lines, struck_ranges};
use super::wrapped_cells::join_wrapped_cells;
use diarium_document::{Line, Origin, Page, Rect, Warning, WarningCode, Word};
use diarium_ocr::PageRotation;

/// Confidence in the text layer of another OCR program, which does not say how sure it was.
const OCR_LAYER_CONFIDENCE: f32 = 0.8;
/// Pages with a lower confidence get a warning; docs/scans.md promises the value.
const MIN_CONFIDENCE: f32 = 0.8;

/// Most confidence in a page that a warning says to compare with the original.
const DOUBTFUL: f32 = 0.79;
/// Confidence in a page on which something is drawn and there is no text.
const UNREAD_CONFIDENCE: f32 = 0.5;

/// The warning of a page with a drawing and nothing else.
const NO_TEXT: &str = "the page shows a picture or a drawing and no text; look at the original";
/// The warning of a photograph.
const NON_TEXT: &str = "no words can be made out in the page's picture, only scattered signs, which \
    were left out; look at the original";

/// The warning of a page with ink, such as a drawing or handwriting, on which nothing was found.
const UNREAD_INK: &str =
    "there is ink on the page, but no words can be made out; look at the original";

/// The finished page, and what the user should know about it. `recognition` is what was recognized on it, or
/// the reason why that failed.
pub(super) fn assemble(
    number: u32,
    page: ClassifiedPage,
    recognition: Result<Recognition, String>,
) -> (Page, Vec<Warning>) {
    let mut warnings = page.content.hidden.warnings(number);
    let (mut page, warning) = match recognition {
        Ok(Recognition { page: ocr, notes }) => {
            let notes = notes.into_iter();
            warnings.extend(notes.map(|(code, note)| Warning::on_page(code, number, note)));
            match ocr {
                Some(ocr_page) => from_ocr(number, page, ocr_page),
                None => from_text_layer(number, page),
            }
        }
        Err(reason) => {
            let message = format!("the page could not be read from its picture: {reason}");
            let warning = Warning::on_page(WarningCode::OcrNeeded, number, message);
            (from_text_layer(number, page).0, Some(warning))
        }
    };
    warnings.extend(warning);
    if warnings
        .iter()
        .any(|one| one.code == WarningCode::LowConfidence)
    {
        page.confidence = page.confidence.min(DOUBTFUL);
    }
    warnings.sort_by_key(|one| one.code);
    (page, warnings)
}

/// The text of some glyphs on a page of this size.
pub(super) fn text_of_glyphs(glyphs: Vec<Glyph>, size: (f32, f32)) -> String {
    let content = PageContent {
        glyphs,
        size,
        ..PageContent::default()
    };
    PageLayout::analyze(content).text
}

/// The text layer of a page.
pub(super) fn text_of_layer(content: &PageContent) -> String {
    text_of_glyphs(content.glyphs.clone(), content.size)
}

/// The glyphs and form fields of a page, moved with it when it is made upright.
fn upright_glyphs(content: PageContent, rotation: PageRotation) -> Vec<Glyph> {
    let mut content = content;
    let to_upright = rotation_to_original(rotation, content.size).inverse();
    add_form_glyphs(&mut content);
    let glyphs = content.glyphs.into_iter();
    glyphs
        .map(|glyph| rotated(glyph, to_upright, rotation.quarter_turns))
        .collect()
}

/// A glyph on a page that is rotated clockwise.
fn rotated(glyph: Glyph, to_upright: Affine, quarter_turns: u8) -> Glyph {
    let turned = |direction: i16| Affine::rotate(f64::from(direction).to_radians());
    let direction = match (glyph.direction + 90 * i16::from(quarter_turns % 4)).rem_euclid(360) {
        more @ 181.. => more - 360,
        other => other,
    };
    let transform = turned(direction).inverse() * to_upright * turned(glyph.direction);
    let (left, baseline) = map_point(transform, (glyph.left, glyph.baseline));
    Glyph {
        right: left + glyph.right - glyph.left,
        left,
        baseline,
        direction,
        ..glyph
    }
}

/// A page with the words of the OCR engine. The page's own glyphs are part of it if it is a picture with text
/// on it, and are replaced otherwise.
fn from_ocr(number: u32, page: ClassifiedPage, mut ocr_page: OcrPage) -> (Page, Option<Warning>) {
    let size = page.content.size;
    let page_class = page.class;
    let has_own_text = page.facts.visible >= LITTLE_TEXT;
    let mut own = PageContent {
        size,
        ..PageContent::default()
    };
    let mut page = page;
    let strikes = Strikes::of(&mut page.content);
    if page.class.keeps_glyphs() {
        own = PageContent {
            glyphs: page.content.glyphs,
            widgets: page.content.widgets,
            subpaths: page.content.subpaths,
            ..own
        };
    }
    ocr_page.add_glyphs(upright_glyphs(own, ocr_page.rotation));
    let has_text = !ocr_page.glyphs.is_empty();
    let content = PageContent {
        glyphs: ocr_page.glyphs,
        size: ocr_page.rotation.size_after(size),
        ..PageContent::default()
    };
    let PageLayout {
        text,
        mut lines,
        mut words,
    } = PageLayout::analyze(content);
    // Confidences are looked up on the rotated page, before lines and words are mapped to the original.
    let confidences = ConfidenceMap::new(ocr_page.confidences);
    let to_original = rotation_to_original(ocr_page.rotation, size);
    for line in &mut lines {
        line.confidence = line.rect.map_or(1.0, |rect| confidences.mean_in(rect));
        line.rect = line
            .rect
            .map(|rect| map_line_rect(rect, to_original, ocr_page.rotation));
    }
    for word in &mut words {
        word.confidence = confidences.mean_in(word.rect);
        *word = map_word(to_original, word.clone());
    }
    let non_text = ocr_page.non_text_confidence;
    let confidence = match (non_text, ocr_page.unread_ink) {
        (Some(confidence), _) if !has_text => confidence,
        (None, true) if !has_text => 0.0,
        _ => mean_confidence(&lines),
    };
    let page = Page {
        number,
        origin: Origin::Ocr,
        text,
        lines,
        struck: strikes.ranges(&words),
        words,
        picture_only: page.class.needs_ocr() && page.class != PageClass::Mixed,
        confidence,
        size: Some(size),
    };
    // Scattered signs in a photograph beside a text are no loss.
    let is_photograph = page_class == PageClass::Mixed && has_own_text;
    let warning = match (ocr_page.unread_ink, non_text) {
        (true, _) => Some(Warning::on_page(
            WarningCode::LowConfidence,
            number,
            UNREAD_INK,
        )),
        (false, Some(_)) if is_photograph => None,
        (false, non_text) => low_confidence_warning(number, confidence, non_text),
    };
    (page, warning)
}

/// A page with the text of its file.
fn from_text_layer(number: u32, page: ClassifiedPage) -> (Page, Option<Warning>) {
    let ClassifiedPage {
        mut content,
        class,
        facts,
    } = page;
    let warning = text_layer_warning(number, class, &facts, content.stopped)
        .or_else(|| unknown_warning(number, &content.glyphs));
    let (origin, trust) = if class == PageClass::OcrLayer {
        (Origin::Ocr, OCR_LAYER_CONFIDENCE)
    } else {
        (Origin::TextLayer, 1.0)
    };
    let size = content.size;
    let strikes = Strikes::of(&mut content);
    add_form_glyphs(&mut content);
    let PageLayout {
        text,
        mut lines,
        mut words,
    } = PageLayout::analyze(content);
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
        struck: strikes.ranges(&words),
        words,
        picture_only: false,
        confidence: trust * text_layer_confidence(class, &facts),
        size: Some(size),
    };
    (page, warning)
}

/// What may cross out the text of a page.
struct Strikes {
    lines: Vec<Rect>,
    boxes: Vec<Rect>,
}

impl Strikes {
    fn of(content: &mut PageContent) -> Self {
        Self {
            lines: strike_lines(&content.subpaths),
            boxes: std::mem::take(&mut content.strike_outs),
        }
    }

    /// The parts of the text that are crossed out.
    fn ranges(&self, words: &[Word]) -> Vec<Range<usize>> {
        struck_ranges(words, &self.lines, &self.boxes)
    }
}

/// The mean confidence of lines, weighted by their length; 1 if there are none.
fn mean_confidence(lines: &[Line]) -> f32 {
    let length = |line: &Line| line.bytes.len() as f32;
    let total: f32 = lines.iter().map(length).sum();
    let sum: f32 = lines
        .iter()
        .map(|line| length(line) * line.confidence)
        .sum();
    if total > 0.0 { sum / total } else { 1.0 }
}

fn low_confidence_warning(number: u32, confidence: f32, non_text: Option<f32>) -> Option<Warning> {
    let message = if non_text.is_some() {
        NON_TEXT.to_owned()
    } else if confidence < MIN_CONFIDENCE {
        format!(
            "the page is hard to read: {:.0} % sure of it; compare it with the original",
            100.0 * confidence
        )
    } else {
        return None;
    };
    Some(Warning::on_page(
        WarningCode::LowConfidence,
        number,
        message,
    ))
}

/// The engine's confidence in each word, by position.
struct ConfidenceMap {
    /// Bounding box and confidence, sorted by the top of the box.
    words: Vec<(Rect, f32)>,
}

/// Tallest bounding box of a word, in points.
// Taller ones may be missed above a rectangle.
const MAX_WORD_HEIGHT: f32 = 100.0;

impl ConfidenceMap {
    fn new(mut words: Vec<(Rect, f32)>) -> Self {
        words.sort_by(|first, second| first.0.1.total_cmp(&second.0.1));
        Self { words }
    }

    /// The mean over the words whose center is in a rectangle, weighted by their width; 1 if there are
    /// none.
    fn mean_in(&self, rect: Rect) -> f32 {
        // Only words that start near the rectangle: a page has thousands.
        let top = rect.1 - MAX_WORD_HEIGHT;
        let start = self.words.partition_point(|(word, _)| word.1 < top);
        let near = self.words[start..].iter();
        let (mut sum, mut width) = (0.0, 0.0);
        for (word, confidence) in near.take_while(|(word, _)| word.1 <= rect.3) {
            let (x, y) = center(*word);
            if contains(rect, x, y) {
                sum += confidence * (word.2 - word.0);
                width += word.2 - word.0;
            }
        }
        if width > 0.0 { sum / width } else { 1.0 }
    }
}

/// Confidence in a text layer as a whole: the share of its characters that are known.
fn text_layer_confidence(class: PageClass, facts: &PageFacts) -> f32 {
    let characters = facts.visible + facts.invisible;
    match (class, characters) {
        (PageClass::ImagePage | PageClass::VectorOnly | PageClass::Mixed, 0) => 0.0,
        (PageClass::NoText, 0) if facts.shows_something() => UNREAD_CONFIDENCE,
        (_, 0) => 1.0,
        _ => 1.0 - facts.unknown as f32 / characters as f32,
    }
}

/// Fewest unknown characters of a page with a warning.
// One or two are a bullet or a logo of a font of pictures.
const MIN_UNKNOWN: usize = 3;

/// The warning of a page on which single characters are unknown.
fn unknown_warning(number: u32, glyphs: &[Glyph]) -> Option<Warning> {
    let is_unknown = |glyph: &&Glyph| glyph.text == GlyphText::Character('\u{FFFD}');
    let unknown = glyphs.iter().filter(is_unknown).count();
    let message = format!(
        "{unknown} characters of the page are unknown, because its fonts do not say what they are; they stand \
         as U+FFFD in its text; compare it with the original"
    );
    (unknown >= MIN_UNKNOWN).then(|| Warning::on_page(WarningCode::LowConfidence, number, message))
}

fn text_layer_warning(
    number: u32,
    class: PageClass,
    facts: &PageFacts,
    stopped: Option<StopReason>,
) -> Option<Warning> {
    let stopped = stopped.map(|reason| match reason {
        StopReason::LimitReached => {
            "the page draws more than the limits allow; it was read up to there"
        }
        StopReason::Damaged => "the page is damaged; it was read up to the damage",
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
        PageClass::Mixed => {
            "parts of the page's text are pictures, or letters whose font does not say what they are; they \
             need optical recognition"
        }
        PageClass::NoText if facts.shows_something() => {
            return Some(Warning::on_page(
                WarningCode::LowConfidence,
                number,
                NO_TEXT,
            ));
        }
        PageClass::NoText | PageClass::OcrLayer | PageClass::Ok => return None,
    };
    Some(Warning::on_page(WarningCode::OcrNeeded, number, message))
}

/// The text of a page with its lines and words: the result of layout analysis.
#[derive(Default)]
struct PageLayout {
    text: String,
    lines: Vec<Line>,
    words: Vec<Word>,
}

impl PageLayout {
    /// Layout analysis. Text in the main direction of the page comes first, then text across it, such as
    /// the number of a form up its margin.
    fn analyze(content: PageContent) -> Self {
        let (width, height) = content.size;
        let mut page = Self::default();
        for (direction, glyphs) in by_direction(content.glyphs) {
            // 0.7: more than 45 degrees.
            let is_vertical = (f32::from(direction).to_radians().sin()).abs() > 0.7;
            let page_width = if is_vertical { height } else { width };
            let lines = build_lines(&join_wrapped_cells(blocks(rows(glyphs))), page_width);
            for (index, line) in lines.into_iter().enumerate() {
                let gap_before = index == 0 && !page.lines.is_empty() || line.gap_before;
                page.push(line, gap_before, direction);
            }
        }
        page
    }

    fn push(&mut self, line: LayoutLine, gap_before: bool, direction: i16) {
        if !self.lines.is_empty() {
            self.text.push_str(if gap_before { "\n\n" } else { "\n" });
        }
        let start = self.text.len();
        self.text.push_str(&line.text);
        // Glyphs were measured on the page rotated back by their direction.
        let to_page = match direction {
            0 => Affine::IDENTITY,
            _ => Affine::rotate(f64::from(direction).to_radians()),
        };
        let rect = Rect(line.left, line.top, line.right, line.bottom);
        self.lines.push(Line {
            bytes: start..self.text.len(),
            gap_before,
            end: line.end,
            role: line.role,
            bold: line.bold,
            font_size: Some(line.size),
            rect: Some(bounding_box(to_page, rect)),
            confidence: line.known_share,
        });
        let words = line.words.into_iter();
        self.words
            .extend(words.map(|word| word.on_page(start, to_page, line.known_share)));
    }
}

/// Glyphs by writing direction, the direction with the most glyphs first.
fn by_direction(glyphs: Vec<Glyph>) -> Vec<(i16, Vec<Glyph>)> {
    let mut directions: BTreeMap<i16, Vec<Glyph>> = BTreeMap::new();
    for glyph in glyphs {
        directions.entry(glyph.direction).or_default().push(glyph);
    }
    let mut sorted: Vec<_> = directions.into_iter().collect();
    sorted.sort_by_key(|(direction, glyphs)| (Reverse(glyphs.len()), *direction));
    sorted
}
