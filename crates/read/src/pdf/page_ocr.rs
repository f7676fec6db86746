//! OCR of a page: render it, recognize its words, and make glyphs of them.
//!
//! The words become synthetic glyphs at their positions, one per word, so that layout analysis treats a
//! scanned page like any other. A page that cannot be rendered or recognized gives the reason in words;
//! it never fails the document.

use std::ops::RangeInclusive;
use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use hayro_interpret::InterpreterSettings;
use hayro_syntax::page::Page;

use super::Limits;
use super::content::{Glyph, GlyphText, PageContent};
use super::glyph_grid::GlyphGrid;
use diarium_document::{Heartbeat, Rect};
use diarium_ocr::{
    BoundingBox, CheckboxState, GrayImage, Ocr, PageRotation, RecognizedLine, RecognizedPage,
    recognize,
};

/// The words of a page image, in points of the upright, deskewed page.
#[derive(Debug, Default)]
pub(super) struct OcrPage {
    /// Its words, spaces and checkboxes as synthetic glyphs.
    pub glyphs: Vec<Glyph>,
    /// The bounding box of each word, and the engine's confidence in it.
    pub confidences: Vec<(Rect, f32)>,
    /// The rotation that made the page upright and straight.
    pub rotation: PageRotation,
    /// The engine's confidence in what turned out to be no text.
    pub non_text_confidence: Option<f32>,
    /// No words were found, although there is ink on the page.
    pub unread_ink: bool,
}

/// Resolution in dpi at which pages are recognized: that of their image, within these bounds.
// Engines gain nothing from more than 300, and less than 150 loses the ring of å.
pub(crate) const RESOLUTION: RangeInclusive<f32> = 150.0..=300.0;
/// Resolution of a page without an image, such as one whose letters are drawn as paths.
const DEFAULT_RESOLUTION: f32 = 200.0;
/// Most pixels of a rendered page, about A2 at 300 dpi; larger pages are rendered at a lower
/// resolution.
// It bounds memory, of which a page needs several bytes per pixel.
pub(crate) const MAX_PIXELS: f32 = 36_000_000.0;
/// Shortest side of a page that is recognized, in pixels: no letter fits on a smaller one.
pub(crate) const MIN_SIDE: usize = 9;

/// Recognizes the picture of a page.
///
/// # Errors
///
/// The reason why it could not be recognized, in words for the user.
pub(super) fn read_picture(
    image: GrayImage,
    dpi: f32,
    ocr: &Ocr,
    heartbeat: &Heartbeat,
) -> Result<OcrPage, String> {
    let recognized = recognize(image, dpi, ocr.engine.as_ref(), heartbeat);
    let recognized = recognized.map_err(|error| error.to_string())?;
    Ok(ocr_page(recognized, 72.0 / dpi))
}

/// Resolution in dpi at which a page is rendered for recognition.
pub(super) fn resolution(content: &PageContent) -> f32 {
    let own = content.resolution.unwrap_or(DEFAULT_RESOLUTION);
    let square_inches = content.size.0 / 72.0 * content.size.1 / 72.0;
    let max = (MAX_PIXELS / square_inches.max(1e-6)).sqrt();
    own.clamp(*RESOLUTION.start(), *RESOLUTION.end())
        .min(max.max(*RESOLUTION.start()))
}

pub(super) fn render_page(
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
    // A panic of the renderer on one page must not lose the others.
    let rendered = catch_unwind(AssertUnwindSafe(|| {
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
    let pixmap = rendered.map_err(|_| "its picture is damaged".to_owned())?;
    let (width, height) = (usize::from(pixmap.width()), usize::from(pixmap.height()));
    if width < MIN_SIDE || height < MIN_SIDE {
        return Err("it is too small to read".to_owned());
    }
    Ok(GrayImage::from_rgba(
        width,
        height,
        pixmap.data_as_u8_slice(),
    ))
}

/// Converts pixels to points; `scale` is the size of a pixel in points.
pub(super) fn ocr_page(recognized: RecognizedPage, scale: f32) -> OcrPage {
    let mut lines = recognized.lines;
    cluster_font_sizes(&mut lines);
    let mut page = OcrPage {
        rotation: recognized.rotation,
        non_text_confidence: recognized.non_text_confidence,
        unread_ink: recognized.unread_ink,
        ..OcrPage::default()
    };
    for line in &lines {
        page.push_line(line, scale);
    }
    for (bounds, state) in recognized.checkboxes {
        let glyph = checkbox_glyph(bounds, state, &lines, scale);
        page.glyphs.push(glyph);
    }
    page
}

/// Narrowest space between the words of a line, as a share of its font size.
// Layout analysis would join words that are closer, although the engine read a space.
const MIN_SPACE: f32 = 0.2;

impl OcrPage {
    /// The engine's mean confidence in the words.
    pub(super) fn mean_confidence(&self) -> f32 {
        let sum: f32 = self
            .confidences
            .iter()
            .map(|(_, confidence)| confidence)
            .sum();
        sum / self.confidences.len().max(1) as f32
    }

    /// Adds the glyphs of the page itself. They replace the words that were recognized where they are, but a
    /// word replaces glyphs if some of them are unknown.
    pub(super) fn add_glyphs(&mut self, mut glyphs: Vec<Glyph>) {
        let unknown = glyphs.iter().filter(|glyph| glyph.is_unknown());
        let unknown = GlyphGrid::new(&unknown.cloned().collect::<Vec<_>>());
        let is_needed = |word: &Glyph| !word.is_space() && unknown.overlap(word) > 0.0;
        let words = self.glyphs.iter().filter(|word| is_needed(word));
        let words = GlyphGrid::new(&words.cloned().collect::<Vec<_>>());
        glyphs.retain(|glyph| !words.overlaps(glyph));
        let grid = GlyphGrid::new(&glyphs);
        self.glyphs
            .retain(|word| is_needed(word) || !grid.overlaps(word));
        self.confidences.retain(|(rect, _)| {
            let size = 2.0 * (rect.3 - rect.1);
            let word = GlyphText::Character('x');
            !grid.overlaps(&Glyph::synthetic(word, (rect.0, rect.2), rect.3, size))
        });
        self.glyphs.extend(glyphs);
    }

    fn push_line(&mut self, line: &RecognizedLine, scale: f32) {
        let size = line.font_size * scale;
        let baseline = line.baseline * scale;
        let mut previous_end: Option<f32> = None;
        for word in &line.words {
            let mut left = word.left * scale;
            if let Some(end) = previous_end {
                left = left.max(end + MIN_SPACE * size);
                let space = GlyphText::Character(' ');
                self.glyphs
                    .push(Glyph::synthetic(space, (end, left), baseline, size));
            }
            let right = (word.right * scale).max(left + 0.1 * size);
            let text = GlyphText::Several(word.text.as_str().into());
            self.glyphs
                .push(Glyph::synthetic(text, (left, right), baseline, size));
            // Only its center is looked up, which must be within the line: half of the font size is the
            // height of the letters without ascenders.
            let rect = Rect(left, baseline - 0.5 * size, right, baseline);
            self.confidences.push((rect, word.confidence));
            previous_end = Some(right);
        }
    }
}

/// The glyph of a checkbox, on the line of its label: the line beside it with the nearest word.
fn checkbox_glyph(
    bounds: BoundingBox,
    state: CheckboxState,
    lines: &[RecognizedLine],
    scale: f32,
) -> Glyph {
    let (top, bottom) = (bounds.top as f32, bounds.bottom as f32);
    let is_beside = |line: &&RecognizedLine| {
        let middle = line.baseline - 0.35 * line.font_size;
        middle > top && middle < bottom
    };
    let distance = |line: &RecognizedLine| {
        let words = line.words.iter();
        let distances = words.map(|word| (word.left - bounds.right as f32).abs());
        distances.fold(f32::MAX, f32::min)
    };
    let label = lines
        .iter()
        .filter(is_beside)
        .min_by(|first, second| distance(first).total_cmp(&distance(second)));
    let (baseline, size) = match label {
        Some(line) => (line.baseline, line.font_size),
        None => (bottom - 0.15 * (bottom - top), bottom - top),
    };
    let (left, right) = (bounds.left as f32 * scale, bounds.right as f32 * scale);
    let text = GlyphText::Character(state.character());
    Glyph::synthetic(text, (left, right), baseline * scale, size * scale)
}

/// Font sizes that differ by less than this share are equal: measuring is no more precise.
const SAME_SIZE: f32 = 0.13;
/// A line with at least this many characters is running text.
// Its size is that of the page's running text unless it differs by more than `SAME_SIZE_OF_LONG_LINE`:
// a line that is measured too large would look like a heading in the middle of a sentence.
const LONG_LINE: usize = 40;
const SAME_SIZE_OF_LONG_LINE: f32 = 0.25;

/// Gives lines whose measured font sizes are nearly equal the same size: first those near the main size
/// of the page, then the others in clusters from the smallest size on.
fn cluster_font_sizes(lines: &mut [RecognizedLine]) {
    let main = median_size(&lines.iter().collect::<Vec<_>>());
    let mut others: Vec<usize> = Vec::new();
    for (index, line) in lines.iter_mut().enumerate() {
        let tolerance = match length(line) {
            LONG_LINE.. => SAME_SIZE_OF_LONG_LINE,
            _ => SAME_SIZE,
        };
        if (line.font_size - main).abs() <= tolerance * main {
            line.font_size = main;
        } else {
            others.push(index);
        }
    }
    let by_size = |&first: &usize, &second: &usize| {
        let (first, second): (&RecognizedLine, &RecognizedLine) = (&lines[first], &lines[second]);
        first.font_size.total_cmp(&second.font_size)
    };
    others.sort_by(by_size);
    let mut rest = others.as_slice();
    while let Some(&smallest) = rest.first() {
        let max = lines[smallest].font_size * (1.0 + SAME_SIZE);
        let is_larger = |line: &usize| lines[*line].font_size.total_cmp(&max).is_gt();
        // A cluster has at least its smallest line. Without that bound, a size that is not a number,
        // or less than zero, would never leave the list.
        let count = rest.iter().position(is_larger).unwrap_or(rest.len()).max(1);
        let (cluster, larger) = rest.split_at(count);
        let size = median_size(&cluster.iter().map(|&line| &lines[line]).collect::<Vec<_>>());
        for &line in cluster {
            lines[line].font_size = size;
        }
        rest = larger;
    }
}

/// The median font size of some lines, weighted by their length.
fn median_size(lines: &[&RecognizedLine]) -> f32 {
    let mut sizes: Vec<(f32, usize)> = lines
        .iter()
        .map(|line| (line.font_size, length(line)))
        .collect();
    sizes.sort_by(|first, second| first.0.total_cmp(&second.0));
    let total: usize = sizes.iter().map(|(_, length)| length).sum();
    let mut seen = 0;
    let median = sizes.iter().find(|(_, length)| {
        seen += length;
        seen * 2 >= total
    });
    median.map_or(1.0, |(size, _)| *size)
}

fn length(line: &RecognizedLine) -> usize {
    let words = line.words.iter();
    words.map(|word| word.text.chars().count()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use diarium_ocr::RecognizedWord;

    fn line(text: &str, baseline: f32, font_size: f32) -> RecognizedLine {
        RecognizedLine {
            words: vec![RecognizedWord {
                text: text.to_owned(),
                left: 100.0,
                right: 300.0,
                confidence: 0.9,
            }],
            baseline,
            font_size,
        }
    }

    #[test]
    fn lines_of_one_font_get_one_size_and_headings_keep_theirs() {
        let mut lines = vec![
            line("en lång rad text", 100.0, 30.0),
            line("en till", 140.0, 32.5),
            line("Rubrik", 40.0, 48.0),
        ];
        cluster_font_sizes(&mut lines);
        let sizes: Vec<f32> = lines.iter().map(|line| line.font_size).collect();
        assert_eq!(sizes, [30.0, 30.0, 48.0]);
    }

    #[test]
    fn printed_letters_replace_words_and_words_replace_unknown_letters() {
        use super::super::tests::support::typed;
        let word = |text: &str, left: f32| {
            let text = GlyphText::Several(text.into());
            Glyph::synthetic(text, (left, left + 22.0), 100.0, 11.0)
        };
        let mut page = OcrPage {
            glyphs: vec![word("misl", 50.0), word("1234", 100.0), word("bild", 200.0)],
            ..OcrPage::default()
        };
        let mut own = typed("text", 50.0, 100.0);
        own.extend(typed("1\u{FFFD}34", 100.0, 100.0));
        page.add_glyphs(own);
        let mut text = String::new();
        page.glyphs
            .iter()
            .for_each(|glyph| glyph.text.push_to(&mut text));
        assert_eq!(text, "1234bildtext");
    }

    #[test]
    fn large_pages_are_rendered_at_a_lower_resolution() {
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
    fn a_checkbox_is_on_the_line_of_its_label() {
        let lines = [line("Ja", 100.0, 30.0), line("Nej", 150.0, 30.0)];
        let bounds = BoundingBox {
            left: 50,
            top: 122,
            right: 82,
            bottom: 154,
        };
        let glyph = checkbox_glyph(bounds, CheckboxState::Checked, &lines, 0.24);
        assert_eq!(glyph.text, GlyphText::Character('☒'));
        assert_eq!(glyph.baseline, 36.0);
    }

    #[test]
    fn sizes_that_are_not_a_number_do_not_stop_the_clustering() {
        let mut lines = vec![
            line("en lång rad text", 100.0, 30.0),
            line("skräp", 140.0, f32::NAN),
            line("minus", 160.0, -3.0),
        ];
        cluster_font_sizes(&mut lines);
        assert_eq!(lines[0].font_size, 30.0);
    }
}
