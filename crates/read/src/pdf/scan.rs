//! How does a page that is only a picture become glyphs?
//!
//! The page is drawn, read by an OCR engine, and what it read is put where it stood, one glyph a
//! word. From there on it is a page like any other.

use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use hayro_interpret::InterpreterSettings;
use hayro_syntax::page::Page;

use super::Limits;
use super::content::{Glyph, GlyphText, PageContent};
use super::page_class::PageClass;
use diarium_document::{Heartbeat, Rect};
use diarium_ocr::{
    BoundingBox, CheckboxState, GrayImage, Mode, Ocr, OcrEngine, PageRotation, RecognizedLine,
    RecognizedPage, recognize,
};

/// What was read from the picture of a page.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Its words, with places in points.
    pub glyphs: Vec<Glyph>,
    /// Where each word stands and how sure the engine is of it.
    pub sureness: Vec<(Rect, f32)>,
    /// By how much the page was turned before it was read.
    pub turn: PageRotation,
    /// How sure the engine was of what is no text.
    pub grain: Option<f32>,
}

/// Pages are drawn at their scan's own resolution within these bounds, in dots an inch. Engines
/// gain nothing from more than 300, and less than 150 loses the dots of å.
const RESOLUTION: std::ops::RangeInclusive<f32> = 150.0..=300.0;
/// What pages without a scan are drawn at.
const USUAL_RESOLUTION: f32 = 200.0;

/// Whether a page is to be read from its picture.
pub(super) fn is_wanted(class: PageClass, mode: Mode) -> bool {
    match mode {
        Mode::Auto => class.needs_ocr(),
        Mode::Always => class != PageClass::NoText,
        Mode::Never => false,
    }
}

/// Reads a page from its picture; says why in words where that cannot be done.
pub(super) fn scan(
    page: &Page<'_>,
    content: &PageContent,
    ocr: &Ocr,
    limits: &Limits,
    heartbeat: &Heartbeat,
) -> Result<Scan, String> {
    let dpi = resolution(content);
    let image = draw(page, content, dpi, limits)?;
    read(image, dpi, ocr.engine.as_ref(), heartbeat)
}

fn read(
    image: GrayImage,
    dpi: f32,
    engine: &dyn OcrEngine,
    heartbeat: &Heartbeat,
) -> Result<Scan, String> {
    let found = recognize(image, dpi, engine, heartbeat).map_err(|error| error.to_string())?;
    Ok(placed(found, 72.0 / dpi))
}

/// Larger pages are drawn at a lower resolution than their own: A2 at 300 dots an inch is as large.
const MOST_DRAWN: f32 = 36_000_000.0;

fn resolution(content: &PageContent) -> f32 {
    let own = content.resolution.unwrap_or(USUAL_RESOLUTION);
    let inches = content.size.0 / 72.0 * content.size.1 / 72.0;
    let most = (MOST_DRAWN / inches.max(1e-6)).sqrt();
    own.clamp(*RESOLUTION.start(), *RESOLUTION.end())
        .min(most.max(*RESOLUTION.start()))
}

fn draw(
    page: &Page<'_>,
    content: &PageContent,
    dpi: f32,
    limits: &Limits,
) -> Result<GrayImage, String> {
    let scale = dpi / 72.0;
    let (width, height) = (content.size.0 * scale, content.size.1 * scale);
    if width * height > limits.raster_pixels as f32 || content.image_pixels > limits.raster_pixels {
        return Err("its picture has more pixels than the limits allow".to_owned());
    }
    let settings = PixmapSettings {
        x_scale: scale,
        y_scale: scale,
        bg_color: WHITE,
    };
    // A picture that breaks the renderer costs no other page anything.
    let drawn = catch_unwind(AssertUnwindSafe(|| {
        let interpreter = InterpreterSettings::default();
        let cache = RenderCache::new();
        render(
            page,
            &cache,
            &interpreter,
            &RenderSettings::default(),
            &settings,
        )
    }));
    let drawn = drawn.map_err(|_| "its picture is damaged".to_owned())?;
    let (width, height) = (usize::from(drawn.width()), usize::from(drawn.height()));
    match width > 8 && height > 8 {
        true => Ok(GrayImage::from_rgba(
            width,
            height,
            drawn.data_as_u8_slice(),
        )),
        false => Err("it is too small to read".to_owned()),
    }
}

/// Puts what was read on the page; `scale` is the size of a pixel in points.
fn placed(found: RecognizedPage, scale: f32) -> Scan {
    let mut lines = found.lines;
    even_sizes(&mut lines);
    let mut scan = Scan {
        turn: found.rotation,
        grain: found.non_text_confidence,
        ..Scan::default()
    };
    for line in &lines {
        place_line(line, scale, &mut scan);
    }
    for (area, state) in found.checkboxes {
        let glyph = box_glyph(area, state, &lines, scale);
        scan.glyphs.push(glyph);
    }
    scan
}

/// Between words of one line there is at least this much, in shares of its size, whatever the
/// ink says: the engine read a blank there.
const BLANK: f32 = 0.2;

fn place_line(line: &RecognizedLine, scale: f32, scan: &mut Scan) {
    let size = line.font_size * scale;
    let baseline = line.baseline * scale;
    let mut before: Option<f32> = None;
    for word in &line.words {
        let mut left = word.left * scale;
        if let Some(end) = before {
            left = left.max(end + BLANK * size);
            scan.glyphs.push(glyph(
                GlyphText::Character(' '),
                (end, left),
                baseline,
                size,
            ));
        }
        let right = (word.right * scale).max(left + 0.1 * size);
        let text = GlyphText::Several(word.text.as_str().into());
        scan.glyphs.push(glyph(text, (left, right), baseline, size));
        let place = Rect(left, baseline - 0.5 * size, right, baseline);
        scan.sureness.push((place, word.confidence));
        before = Some(right);
    }
}

fn glyph(text: GlyphText, (left, right): (f32, f32), baseline: f32, size: f32) -> Glyph {
    Glyph {
        text,
        left,
        right,
        baseline,
        size,
        bold: false,
        visible: true,
        direction: 0,
    }
}

/// The character that stands for a box, on the line of the text beside it.
fn box_glyph(
    area: BoundingBox,
    state: CheckboxState,
    lines: &[RecognizedLine],
    scale: f32,
) -> Glyph {
    let (top, bottom) = (area.top as f32, area.bottom as f32);
    let character = match state {
        CheckboxState::Unchecked => '☐',
        CheckboxState::Checked => '☒',
        CheckboxState::Unclear => '⍰',
    };
    let beside = |line: &&RecognizedLine| {
        let middle = line.baseline - 0.35 * line.font_size;
        middle > top && middle < bottom
    };
    let distance = |line: &RecognizedLine| {
        let word = line
            .words
            .iter()
            .map(|word| (word.left - area.right as f32).abs());
        word.fold(f32::MAX, f32::min)
    };
    let label = lines
        .iter()
        .filter(beside)
        .min_by(|first, second| distance(first).total_cmp(&distance(second)));
    let (baseline, size) = match label {
        Some(line) => (line.baseline, line.font_size),
        None => (bottom - 0.15 * (bottom - top), bottom - top),
    };
    let (left, right) = (area.left as f32 * scale, area.right as f32 * scale);
    let text = GlyphText::Character(character);
    glyph(text, (left, right), baseline * scale, size * scale)
}

/// Sizes closer than this, in shares of one of them, are one font's: measuring is no better.
const SAME_FONT: f32 = 0.13;
/// A line with this many characters is running text, whose size is the page's unless it differs
/// by more than this. A line measured too large would look like a heading in the middle of a
/// sentence.
const LONG_LINE: usize = 40;
const SAME_FONT_LONG: f32 = 0.25;

/// Gives lines of nearly one size the same, the page's main font first.
fn even_sizes(lines: &mut [RecognizedLine]) {
    let main = middle_size(&lines.iter().collect::<Vec<_>>());
    let mut others: Vec<usize> = Vec::new();
    for (index, line) in lines.iter_mut().enumerate() {
        let tolerance = match length(line) {
            LONG_LINE.. => SAME_FONT_LONG,
            _ => SAME_FONT,
        };
        match (line.font_size - main).abs() <= tolerance * main {
            true => line.font_size = main,
            false => others.push(index),
        }
    }
    others.sort_by(|&first, &second| lines[first].font_size.total_cmp(&lines[second].font_size));
    let mut rest = others.as_slice();
    while let Some(&first) = rest.first() {
        let most = lines[first].font_size * (1.0 + SAME_FONT);
        let count = rest
            .iter()
            .take_while(|&&line| lines[line].font_size <= most)
            .count();
        let (alike, larger) = rest.split_at(count);
        let size = middle_size(&alike.iter().map(|&line| &lines[line]).collect::<Vec<_>>());
        for &line in alike {
            lines[line].font_size = size;
        }
        rest = larger;
    }
}

/// The median of some lines' sizes, each counting as much as it is long.
fn middle_size(lines: &[&RecognizedLine]) -> f32 {
    let mut sizes: Vec<(f32, usize)> = lines
        .iter()
        .map(|line| (line.font_size, length(line)))
        .collect();
    sizes.sort_by(|first, second| first.0.total_cmp(&second.0));
    let total: usize = sizes.iter().map(|(_, length)| length).sum();
    let mut seen = 0;
    let middle = sizes.iter().find(|(_, length)| {
        seen += length;
        seen * 2 >= total
    });
    middle.map_or(1.0, |(size, _)| *size)
}

fn length(line: &RecognizedLine) -> usize {
    let words = line.words.iter();
    words.map(|word| word.text.chars().count()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use diarium_ocr::RecognizedWord;

    fn line(text: &str, baseline: f32, size: f32) -> RecognizedLine {
        RecognizedLine {
            words: vec![RecognizedWord {
                text: text.to_owned(),
                left: 100.0,
                right: 300.0,
                confidence: 0.9,
            }],
            baseline,
            font_size: size,
        }
    }

    #[test]
    fn lines_of_one_font_get_one_size_and_headings_keep_theirs() {
        let mut lines = vec![
            line("en lång rad text", 100.0, 30.0),
            line("en till", 140.0, 32.5),
            line("Rubrik", 40.0, 48.0),
        ];
        even_sizes(&mut lines);
        let sizes: Vec<f32> = lines.iter().map(|line| line.font_size).collect();
        assert_eq!(sizes, [30.0, 30.0, 48.0]);
    }

    #[test]
    fn pages_as_large_as_a_wall_are_drawn_no_larger_than_they_need_be() {
        let content = |size, resolution| PageContent {
            size,
            resolution: Some(resolution),
            ..PageContent::default()
        };
        let a3 = (842.0, 1191.0);
        assert_eq!(resolution(&content(a3, 600.0)), 300.0);
        assert_eq!(resolution(&content(a3, 200.0)), 200.0);
        let a0 = resolution(&content((2384.0, 3370.0), 400.0));
        assert!((150.0..155.0).contains(&a0), "{a0}");
        assert_eq!(resolution(&content((0.0, 0.0), 72.0)), 150.0);
    }

    #[test]
    fn a_box_stands_on_the_line_of_its_label() {
        let lines = [line("Ja", 100.0, 30.0), line("Nej", 150.0, 30.0)];
        let area = BoundingBox {
            left: 50,
            top: 122,
            right: 82,
            bottom: 154,
        };
        let found = box_glyph(area, CheckboxState::Checked, &lines, 0.24);
        assert_eq!(found.text, GlyphText::Character('☒'));
        assert_eq!(found.baseline, 36.0);
    }
}
