//! What does the interpreter draw, and where?
//!
//! Runs the PDF interpreter over one page and collects what it draws into a [`PageContent`]. With
//! `fonts.rs` and `widgets.rs` this is one of the three files that know the interpreter; whoever
//! replaces it replaces these.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use hayro_interpret::font::{Glyph as PdfGlyph, GlyphRun, OutlineGlyph, PositionedGlyph};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps,
    InterpreterCache, InterpreterSettings, Paint, SoftMask, interpret_page,
};
use hayro_syntax::page::Page;
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use kurbo::{Affine, BezPath, Point};

use super::Limits;
use super::content::{Glyph, GlyphText, PageContent, Shape, ShapePaint, Stop};
use super::fonts::Fonts;
use super::shapes::{parts, upright};
use super::widgets::widgets;
use diarium_document::Rect;

/// Why a file has no pages to interpret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OpenError {
    /// It needs a password.
    Password,
    /// Its encryption is of a kind that nobody here knows, or what describes it is damaged.
    Encryption,
    /// It is no PDF, or too damaged.
    Damaged,
}

/// Opens a file for the interpreter.
pub(super) fn open(bytes: &[u8]) -> Result<Pdf, OpenError> {
    Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => OpenError::Password,
        LoadPdfError::Decryption(_) => OpenError::Encryption,
        LoadPdfError::Invalid => OpenError::Damaged,
    })
}

/// Interprets the pages of one document, one by one.
pub(super) struct PageReader<'a> {
    settings: InterpreterSettings,
    cache: InterpreterCache<'a>,
    fonts: Fonts<'a>,
    limits: &'a Limits,
    /// Operations and glyphs that the document may still ask for.
    left: (usize, usize),
}

impl<'a> PageReader<'a> {
    /// A reader for the pages of one document.
    pub(super) fn new(limits: &'a Limits) -> Self {
        let settings = InterpreterSettings::default();
        Self {
            cache: InterpreterCache::new(),
            fonts: Fonts::new(settings.clone()),
            settings,
            limits,
            left: (limits.total_operations, limits.total_glyphs),
        }
    }

    /// What stands on a page.
    pub(super) fn content(&mut self, page: &Page<'a>) -> PageContent {
        let size = page.render_dimensions();
        let mut content = PageContent {
            size,
            ..PageContent::default()
        };
        let side = self.limits.page_side;
        if !(size.0 <= side && size.1 <= side) || self.left.0 == 0 || self.left.1 == 0 {
            // A size may be infinite, or no number; `max` and `min` give the other then.
            content.size = (size.0.max(0.0).min(side), size.1.max(0.0).min(side));
            content.stopped = Some(Stop::Limit);
            return content;
        }
        let transform = Affine::new(page.initial_transform(true).as_coeffs());
        let mut collector = Collector {
            content,
            operations: 0,
            most: (
                self.limits.operations.min(self.left.0),
                self.limits.glyphs.min(self.left.1),
            ),
            largest_image: 0.0,
            fonts: &mut self.fonts,
        };
        // The interpreter cannot be told to stop, so a device that has seen enough unwinds
        // through it; and a page that breaks the interpreter costs no other page anything.
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            collector.fonts.learn(page);
            let frame = kurbo::Rect::new(0.0, 0.0, size.0.into(), size.1.into());
            let settings = self.settings.clone();
            let mut context = Context::new(transform, frame, &self.cache, page.xref(), settings);
            interpret_page(page, &mut context, &mut collector);
        }));
        let written = page.page_stream().map_or(0, <[u8]>::len) / BYTES_AN_OPERATION;
        self.left.0 = self.left.0.saturating_sub(collector.operations + written);
        self.left.1 = self.left.1.saturating_sub(collector.content.glyphs.len());
        let mut content = collector.content;
        if let Err(reason) = outcome {
            content.stopped = Some(match reason.is::<EnoughSeen>() {
                true => Stop::Limit,
                false => Stop::Broken,
            });
            self.forget();
        }
        content.widgets = widgets(page, transform);
        content
    }

    /// What an unwinding left half made in the caches is not used again.
    fn forget(&mut self) {
        self.cache = InterpreterCache::new();
        self.fonts = Fonts::new(self.settings.clone());
    }
}

/// What does not draw is work for the interpreter too.
const BYTES_AN_OPERATION: usize = 64;

/// Carried through the interpreter by a device that has seen enough.
struct EnoughSeen;

struct Collector<'page, 'a> {
    content: PageContent,
    operations: usize,
    /// Operations and glyphs that the page may have.
    most: (usize, usize),
    /// The area of the largest image so far.
    largest_image: f32,
    fonts: &'page mut Fonts<'a>,
}

impl Collector<'_, '_> {
    fn count(&mut self, operations: usize) {
        self.operations += operations;
        if self.operations > self.most.0 || self.content.glyphs.len() > self.most.1 {
            resume_unwind(Box::new(EnoughSeen));
        }
    }

    fn push_glyph(&mut self, positioned: &PositionedGlyph<'_>, place: Affine, visible: bool) {
        let (read, width) = match &**positioned {
            PdfGlyph::Outline(outline) => (self.read_outline(outline), outline.advance_width()),
            PdfGlyph::Type3(drawn) => {
                let text = drawn.as_unicode().and_then(text_of).unwrap_or(UNKNOWN);
                (ReadGlyph::plain(text), drawn.advance_width())
            }
        };
        let Some(glyph) = placed(read, width.unwrap_or(500.0), place, visible) else {
            return;
        };
        if self.is_on_page(place) {
            self.content.glyphs.push(glyph);
        }
    }

    /// Whether a glyph's origin is on the page, give or take a point for letters that lean over
    /// its edge.
    fn is_on_page(&self, place: Affine) -> bool {
        let origin = place * Point::ZERO;
        let (width, height) = self.content.size;
        (-1.0..=f64::from(width) + 1.0).contains(&origin.x)
            && (-1.0..=f64::from(height) + 1.0).contains(&origin.y)
    }

    fn read_outline(&mut self, outline: &OutlineGlyph) -> ReadGlyph {
        let facts = self.fonts.of(outline);
        let stated = outline.as_unicode().and_then(text_of);
        let text = stated
            .or_else(|| facts.character(outline).map(GlyphText::Character))
            .unwrap_or_else(|| match outline.outline().elements().is_empty() {
                true => GlyphText::Character(' '),
                false => UNKNOWN,
            });
        let text = match (facts.symbols, &text) {
            (Some(symbols), GlyphText::Character(code)) => {
                symbols.character(*code).map(GlyphText::Character)
            }
            _ => None,
        }
        .unwrap_or(text);
        ReadGlyph {
            text,
            bold: facts.bold,
            embedded: facts.embedded,
        }
    }

    fn push_shapes(&mut self, path: &BezPath, transform: Affine, paint: Option<ShapePaint>) {
        let Some(paint) = paint else { return };
        for (rect, form) in parts(path, transform) {
            self.count(1);
            self.content.shapes.push(Shape { rect, form, paint });
        }
    }
}

const UNKNOWN: GlyphText = GlyphText::Character('\u{FFFD}');

/// A glyph that has been read but not placed.
struct ReadGlyph {
    text: GlyphText,
    bold: bool,
    embedded: bool,
}

impl ReadGlyph {
    fn plain(text: GlyphText) -> Self {
        Self {
            text,
            bold: false,
            embedded: true,
        }
    }
}

/// Characters that one glyph may stand for. The longest honest ligature, ﷺ, has eighteen.
const LONGEST_GLYPH: usize = 32;

/// What the file says that a glyph says, unless that is nothing.
fn text_of(unicode: BfString) -> Option<GlyphText> {
    match unicode {
        BfString::Char('\t' | '\n' | '\r') => Some(GlyphText::Character(' ')),
        BfString::Char(character) => says_something(character).then(|| character.into()),
        BfString::String(text) => {
            let said = text.chars().filter(|&one| says_something(one));
            let text: String = said.take(LONGEST_GLYPH).collect();
            let mut characters = text.chars();
            match (characters.next(), characters.next()) {
                (None, _) => None,
                (Some(only), None) => Some(only.into()),
                _ => Some(GlyphText::Several(text.into())),
            }
        }
    }
}

impl From<char> for GlyphText {
    fn from(character: char) -> Self {
        Self::Character(character)
    }
}

fn says_something(character: char) -> bool {
    !character.is_control() && !matches!(character, '\u{FFFD}' | '\u{FEFF}' | '\u{FFFE}')
}

/// Angles up to this many degrees are a scan laid crooked, not another writing direction.
const CROOKED: i16 = 3;

/// Puts a glyph where its matrix says. `place` maps a thousandth of the font's size to points.
fn placed(read: ReadGlyph, width: f32, place: Affine, visible: bool) -> Option<Glyph> {
    let [a, b, c, d, x, y] = place.as_coeffs();
    let along = a.hypot(b) * 1000.0;
    let size = (c.hypot(d) * 1000.0) as f32;
    if !(along.is_finite() && x.is_finite() && y.is_finite() && size > 0.01 && size < 5000.0) {
        return None;
    }
    let angle = b.atan2(a).to_degrees().round() as i16;
    let direction = if angle.abs() <= CROOKED { 0 } else { angle };
    let turned = Affine::rotate(-f64::from(direction).to_radians()) * Point::new(x, y);
    // A font that stands in for one that is missing has its glyphs stretched to the widths that
    // the file gives; the width itself must not be stretched again.
    let scale = if read.embedded { along as f32 } else { size };
    let advance = width / 1000.0 * scale;
    let left = turned.x as f32;
    Some(Glyph {
        text: read.text,
        left: left.min(left + advance),
        right: left.max(left + advance),
        baseline: turned.y as f32,
        size,
        bold: read.bold,
        visible,
        direction,
    })
}

/// No letter is wider than this many times its font's size.
const WIDEST_LETTER: f32 = 2.0;

/// Gives glyphs of one run a believable size. Fonts whose glyphs are drawings may be of any size,
/// such as 1, and have glyphs of 10 points in it; their widths tell how large they are.
fn restore_sizes(run: &mut [Glyph]) {
    let widest = run
        .iter()
        .map(|glyph| glyph.right - glyph.left)
        .fold(0.0, f32::max);
    for glyph in run {
        if widest > WIDEST_LETTER * glyph.size {
            glyph.size = 1.2 * widest;
        }
    }
}

/// How a paint looks on white paper; nothing if it does not show.
fn paint_of(paint: &Paint<'_>, mode: &DrawMode) -> Option<ShapePaint> {
    let white = match paint {
        Paint::Color(color) => {
            let [red, green, blue, alpha] = color.to_rgba().to_rgba8();
            if alpha < 10 {
                return None;
            }
            red.min(green).min(blue) >= 245
        }
        Paint::Pattern(_) => false,
    };
    match (mode, white) {
        (DrawMode::Invisible, _) | (DrawMode::Stroke(_), true) => None,
        (DrawMode::Stroke(_) | DrawMode::FillAndStroke(..), _) => Some(ShapePaint::Stroke),
        (DrawMode::Fill(_), true) => Some(ShapePaint::White),
        (DrawMode::Fill(_), false) => Some(ShapePaint::Fill),
    }
}

/// An image that covers this much of the page and is drawn over text hides it: some scanners'
/// software writes the text first and lays the scan over it.
const HIDING_COVER: f32 = 0.5;

impl<'a> Device<'a> for Collector<'_, 'a> {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.count(1);
        self.push_shapes(path, props.transform, paint_of(&props.paint, mode));
    }

    fn push_clip_path(&mut self, _: &ClipPath) {
        self.count(1);
    }

    fn push_clip_rect(&mut self, _: &kurbo::Rect) {
        self.count(1);
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.count(1);
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        self.count(1);
        let visible = !matches!(mode, DrawMode::Invisible);
        let start = self.content.glyphs.len();
        for glyph in run.glyphs() {
            self.count(0);
            self.push_glyph(glyph, props.transform * glyph.transform(), visible);
        }
        restore_sizes(&mut self.content.glyphs[start..]);
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.count(1);
        let frame = kurbo::Rect::new(0.0, 0.0, image.width().into(), image.height().into());
        let Some(rect) = upright(props.transform.transform_rect_bbox(frame)) else {
            return;
        };
        let area = (rect.2 - rect.0) * (rect.3 - rect.1);
        let pixels = (image.width() as usize).saturating_mul(image.height() as usize);
        if area >= self.largest_image {
            self.largest_image = area;
            let resolution = 72.0 * (pixels as f32 / area.max(1.0)).sqrt();
            self.content.resolution = Some(resolution);
        }
        self.content.image_pixels = self.content.image_pixels.saturating_add(pixels);
        self.content.images.push(rect);
        let (width, height) = self.content.size;
        let cover = (rect.2 - rect.0) * (rect.3 - rect.1) / (width * height).max(1.0);
        if cover >= HIDING_COVER && is_opaque(&image) {
            // Looking through all glyphs is work, and a file may ask for it over and over.
            self.count(self.content.glyphs.len() / 16);
            hide_under(&mut self.content.glyphs, rect);
        }
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}

fn is_opaque(image: &Image<'_, '_>) -> bool {
    match image {
        Image::Stencil(_) => false,
        Image::Raster(raster) => {
            let stream = raster.stream();
            let dictionary = stream.dict();
            !["SMask", "Mask", "SMaskInData"]
                .iter()
                .any(|key| dictionary.contains_key(key.as_bytes()))
        }
    }
}

fn hide_under(glyphs: &mut [Glyph], rect: Rect) {
    for glyph in glyphs.iter_mut().filter(|glyph| glyph.direction == 0) {
        let middle = (glyph.left + glyph.right) / 2.0;
        if super::content::contains(rect, middle, glyph.baseline - glyph.size * 0.3) {
            glyph.visible = false;
        }
    }
}
