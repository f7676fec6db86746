//! PDF interpreter adapter: the content of a page, as the interpreter draws it.
//!
//! A device of the interpreter collects glyphs, paths and images into a [`PageContent`], within the limits
//! of the page and the document. A page that exceeds them, or on which the interpreter panics, keeps what
//! was collected until then. This file, `fonts.rs` and `widgets.rs` are the only ones that depend on the
//! interpreter; `page_ocr.rs` depends on its renderer.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use hayro_interpret::font::{Glyph as PdfGlyph, GlyphRun, OutlineGlyph, PositionedGlyph};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps,
    InterpreterCache, InterpreterSettings, Paint, RenderContent, SoftMask, interpret_page,
};
use hayro_syntax::object::{Dict, String as PdfString};
use hayro_syntax::page::Page;
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use kurbo::{Affine, BezPath, Point};

use super::Limits;
use super::actual_text;
use super::annotations::{filled_boxes, markups, strike_outs};
use super::canvas::Canvas;
use super::content::{Glyph, GlyphText, ImageId, PageContent, StopReason, Subpath, SubpathPaint};
use super::field_texts::missing_texts;
use super::fonts::Fonts;
use super::geometry::{contains, finite_rect};
use super::hidden_text::{Print, Reason, Sight, remove_hidden, sample_points};
use super::layers::Layers;
use super::page_class::image_cover;
use super::subpaths::subpaths;
use super::text_strings::decode_text;
use super::widgets::{Fields, fields, shown_annotations};
use diarium_document::Rect;

/// Why a file cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OpenError {
    /// It needs a password.
    Password,
    /// Its encryption is unknown to the interpreter, or its description is damaged.
    Encryption,
    /// It is no PDF, or too damaged.
    Damaged,
}

/// Opens a file for the interpreter.
// The interpreter needs bytes that it owns: this is a second copy of the file in memory, which the limit
// on the size of a file bounds.
pub(super) fn open(bytes: &[u8]) -> Result<Pdf, OpenError> {
    Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => OpenError::Password,
        LoadPdfError::Decryption(_) => OpenError::Encryption,
        LoadPdfError::Invalid => OpenError::Damaged,
    })
}

/// Interprets the pages of one document, one after the other.
pub(super) struct PageReader<'a> {
    settings: InterpreterSettings,
    cache: InterpreterCache<'a>,
    fonts: Fonts<'a>,
    limits: &'a Limits,
    /// What the document says about all of its pages.
    document: DocumentSettings,
    /// Operations and glyphs that are left of the document's limits.
    remaining: (usize, usize),
}

impl<'a> PageReader<'a> {
    /// A reader for the pages of one document.
    pub(super) fn new(file: &Pdf, limits: &'a Limits) -> Self {
        let settings = InterpreterSettings::default();
        Self {
            document: DocumentSettings::of(file),
            cache: InterpreterCache::new(),
            fonts: Fonts::new(settings.clone()),
            settings,
            limits,
            remaining: (limits.total_operations, limits.total_glyphs),
        }
    }

    /// The content of a page.
    pub(super) fn content(&mut self, page: &Page<'a>) -> PageContent {
        let size = page.render_dimensions();
        let side = self.limits.page_side;
        if !(size.0 <= side && size.1 <= side) || self.remaining.0 == 0 || self.remaining.1 == 0 {
            return PageContent {
                // A size that is not a number becomes 0: `max` returns its other argument.
                size: (size.0.max(0.0).min(side), size.1.max(0.0).min(side)),
                stopped: Some(StopReason::LimitReached),
                ..PageContent::default()
            };
        }
        let transform = Affine::new(page.initial_transform(true).as_coeffs());
        let max = (
            self.limits.operations.min(self.remaining.0),
            self.limits.glyphs.min(self.remaining.1),
        );
        let layers = &self.document.layers;
        let mut collector = Collector::new(size, max, &mut self.fonts, layers);
        let annotations = shown_annotations(page, transform, layers);
        let mut stopped = None;
        let mut page_glyphs = 0;
        for part in [RenderContent::PAGE, RenderContent::ANNOTATIONS] {
            if part == RenderContent::ANNOTATIONS {
                page_glyphs = collector.begin_annotations(&annotations);
            }
            if stopped.is_none() {
                let settings = InterpreterSettings {
                    render_content: part,
                    ..self.settings.clone()
                };
                stopped = interpret(page, transform, &self.cache, &settings, &mut collector);
            }
        }
        let (operations, glyphs) = (collector.operations, collector.content.glyphs.len());
        let unpainted = page.page_stream().map_or(0, <[u8]>::len) / BYTES_PER_OPERATION;
        self.remaining.0 = self.remaining.0.saturating_sub(operations + unpainted);
        self.remaining.1 = self.remaining.1.saturating_sub(glyphs);
        let fields = fields(&annotations, self.document.needs_appearances);
        let mut content = collector.finish(page_glyphs, fields);
        let hidden = self.document.layers.hidden_texts(page);
        content.hidden.add(Reason::HiddenLayer, hidden);
        content.strike_outs = strike_outs(&annotations, transform);
        content.stopped = stopped;
        if stopped.is_some() {
            self.reset_caches();
        }
        content
    }

    /// Discards the caches, which unwinding may have left in an inconsistent state.
    fn reset_caches(&mut self) {
        self.cache = InterpreterCache::new();
        self.fonts = Fonts::new(self.settings.clone());
    }
}

/// Runs the interpreter over a page; the reason if it stopped before the end.
fn interpret<'a>(
    page: &Page<'a>,
    transform: Affine,
    cache: &InterpreterCache<'a>,
    settings: &InterpreterSettings,
    collector: &mut Collector<'_, 'a>,
) -> Option<StopReason> {
    let (width, height) = collector.content.size;
    // Two things unwind to here: the device, when a limit is reached, because the interpreter has no way
    // to stop it; and a panic of the interpreter, which must not lose the other pages.
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        if settings.render_content == RenderContent::PAGE {
            collector.fonts.load_page_fonts(page);
        }
        let frame = kurbo::Rect::new(0.0, 0.0, width.into(), height.into());
        let settings = settings.clone();
        let mut context = Context::new(transform, frame, cache, page.xref(), settings);
        interpret_page(page, &mut context, collector);
    }));
    let payload = outcome.err()?;
    Some(if payload.is::<LimitReached>() {
        StopReason::LimitReached
    } else {
        StopReason::Damaged
    })
}

/// What a document says about all of its pages.
struct DocumentSettings {
    layers: Layers,
    /// Whether the appearances of its form fields are out of date.
    needs_appearances: bool,
}

impl DocumentSettings {
    fn of(file: &Pdf) -> Self {
        let xref = file.xref();
        let form = xref
            .get::<Dict<'_>>(xref.root_id())
            .and_then(|catalog| catalog.get::<Dict<'_>>(b"AcroForm"));
        Self {
            layers: Layers::of(xref),
            needs_appearances: form
                .and_then(|form| form.get::<bool>(b"NeedAppearances"))
                .unwrap_or(false),
        }
    }
}

/// Bytes of a page's content stream that count as one operation: operators that paint nothing are work for
/// the interpreter as well, but the device does not see them.
const BYTES_PER_OPERATION: usize = 64;

/// The payload with which a device unwinds through the interpreter when a limit is reached.
// Unwinding is the only way out: the callbacks of a `Device` return nothing, and the interpreter checks no
// flag. `resume_unwind` does not run the panic hook, so nothing is printed. It relies on panics that
// unwind; the profiles in Cargo.toml must not set `panic = "abort"`.
struct LimitReached;

/// A device of the interpreter that collects what a page draws.
struct Collector<'page, 'a> {
    content: PageContent,
    operations: usize,
    /// Most operations and glyphs of the page.
    max: (usize, usize),
    /// Area of the largest image so far, in square points.
    largest_image_area: f32,
    fonts: &'page mut Fonts<'a>,
    layers: &'page Layers,
    canvas: Canvas,
    /// How each glyph was drawn.
    prints: Vec<Print>,
    /// The marked content that is open, the innermost last.
    marked: Vec<MarkedContent>,
    /// Images over text whose masks were decoded.
    examined_images: usize,
}

/// Most images of a page whose masks are decoded.
const MAX_EXAMINED_IMAGES: usize = 50;

/// Marked content (ISO 32000-1, 14.6).
struct MarkedContent {
    /// Number of glyphs before it.
    start: usize,
    /// The text that it stands for.
    replacement: Option<String>,
    /// Whether it is on a layer that is not shown.
    is_hidden: bool,
}

impl<'page, 'a> Collector<'page, 'a> {
    fn new(
        size: (f32, f32),
        max: (usize, usize),
        fonts: &'page mut Fonts<'a>,
        layers: &'page Layers,
    ) -> Self {
        Self {
            content: PageContent {
                size,
                ..PageContent::default()
            },
            operations: 0,
            max,
            largest_image_area: 0.0,
            fonts,
            layers,
            canvas: Canvas::new(size),
            prints: Vec::new(),
            marked: Vec::new(),
            examined_images: 0,
        }
    }

    /// From now on, annotations are drawn. Returns the number of glyphs of the page itself.
    fn begin_annotations(&mut self, annotations: &[(Dict<'_>, Rect)]) -> usize {
        self.marked.clear();
        self.canvas.begin_annotations(markups(annotations));
        for rect in filled_boxes(annotations) {
            self.canvas.paint_box(rect);
        }
        self.content.glyphs.len()
    }

    /// The content of the finished page, which has these fields. Annotations have the glyphs after the first
    /// `page_glyphs`.
    fn finish(self, page_glyphs: usize, fields: Fields) -> PageContent {
        let (mut content, mut prints) = (self.content, self.prints);
        content.widgets = fields.buttons;
        let missing = missing_texts(fields.texts, &mut content.glyphs, &mut prints, page_glyphs);
        content.widgets.extend(missing);
        let (glyphs, hidden) = remove_hidden(
            std::mem::take(&mut content.glyphs),
            &prints,
            &self.canvas.into_surfaces(),
            content.size,
            image_cover(&content),
        );
        content.glyphs = glyphs;
        content.hidden.merge(hidden);
        content
    }

    /// Counts operations, and unwinds with [`LimitReached`] if they, or the glyphs, are too many.
    fn count(&mut self, operations: usize) {
        self.operations += operations;
        if self.operations > self.max.0 || self.content.glyphs.len() > self.max.1 {
            resume_unwind(Box::new(LimitReached));
        }
    }

    fn push_glyph(&mut self, glyph: &PositionedGlyph<'_>, transform: Affine) {
        let (identified, width) = match &**glyph {
            PdfGlyph::Outline(outline) => (self.identify(outline), outline.advance_width()),
            PdfGlyph::Type3(drawn) => {
                let declared = drawn.as_unicode().and_then(text_of);
                let text = declared
                    .or_else(|| self.fonts.type3_character(drawn.char_code()))
                    .unwrap_or(UNKNOWN);
                (IdentifiedGlyph::of_type3(text), drawn.advance_width())
            }
        };
        let width = width.unwrap_or(DEFAULT_ADVANCE);
        let text = identified.text.clone();
        match position_glyph(identified, width, transform) {
            Some(glyph) if self.is_on_page(transform) => self.content.glyphs.push(glyph),
            Some(_) => self.content.hidden.count(&text, Reason::OffPage),
            None => self.content.hidden.count(&text, Reason::TooSmall),
        }
    }

    /// Whether an image is drawn over text. Asked a few times a page, since an image must be decoded then.
    fn is_over_text(&mut self, rect: Rect) -> bool {
        if self.examined_images >= MAX_EXAMINED_IMAGES {
            return false;
        }
        self.count(self.content.glyphs.len() / 16);
        let is_over = self.content.glyphs.iter().any(|glyph| {
            let [_, (x, y)] = sample_points(glyph);
            !glyph.is_space() && contains(rect, x, y)
        });
        self.examined_images += usize::from(is_over);
        is_over
    }

    /// Records how the glyphs from `start` on are drawn.
    fn push_prints(&mut self, start: usize, props: &DrawProps<'a>, mode: &DrawMode) {
        let is_hidden = self.marked.last().is_some_and(|marked| marked.is_hidden);
        let glyphs = self.content.glyphs.iter().skip(start);
        let canvas = &self.canvas;
        self.prints.extend(glyphs.map(|glyph| {
            let print = canvas.print(glyph, props, mode);
            match is_hidden {
                true => Print {
                    sight: Sight::Unseen(Reason::HiddenLayer),
                    ..print
                },
                false => print,
            }
        }));
    }

    /// Whether the origin of a glyph is on the page, with a tolerance of one point for letters that reach
    /// over its edge.
    fn is_on_page(&self, transform: Affine) -> bool {
        let origin = transform * Point::ZERO;
        let (width, height) = self.content.size;
        (-1.0..=f64::from(width) + 1.0).contains(&origin.x)
            && (-1.0..=f64::from(height) + 1.0).contains(&origin.y)
    }

    /// Finds out the character of a glyph: from the file's Unicode, or else from the font's own character
    /// map. A glyph without an outline is a space, unless a substitute font lacks it.
    fn identify(&mut self, outline: &OutlineGlyph) -> IdentifiedGlyph {
        let declared = outline.as_unicode().and_then(text_of);
        let text = declared.or_else(|| self.fonts.text(outline));
        let font = self.fonts.font_of(outline);
        let text = text.unwrap_or_else(|| {
            if !font.is_substitute && outline.outline().elements().is_empty() {
                GlyphText::Character(' ')
            } else {
                UNKNOWN
            }
        });
        let text = match (font.symbols, &text) {
            (Some(symbols), GlyphText::Character(code)) => {
                symbols.character(*code).map(GlyphText::Character)
            }
            _ => None,
        }
        .unwrap_or(text);
        IdentifiedGlyph {
            text,
            bold: font.bold,
            embedded: font.embedded,
        }
    }

    fn push_subpaths(&mut self, path: &BezPath, transform: Affine, paint: Option<SubpathPaint>) {
        let Some(paint) = paint else { return };
        for (rect, shape) in subpaths(path, transform) {
            self.count(1);
            self.content.subpaths.push(Subpath { rect, shape, paint });
        }
    }
}

const UNKNOWN: GlyphText = GlyphText::Character('\u{FFFD}');
/// Advance width of a glyph whose font declares none, in thousandths of the font size.
const DEFAULT_ADVANCE: f32 = 500.0;

/// A glyph whose character is known, without its position.
struct IdentifiedGlyph {
    text: GlyphText,
    bold: bool,
    embedded: bool,
}

impl IdentifiedGlyph {
    /// A glyph of a Type 3 font, whose glyphs are drawings.
    fn of_type3(text: GlyphText) -> Self {
        Self {
            text,
            bold: false,
            embedded: true,
        }
    }
}

/// Most characters of one glyph.
// The longest real ligature, ﷺ, has eighteen.
const MAX_GLYPH_CHARACTERS: usize = 32;

/// The text that the file declares for a glyph; `None` if it has no meaning.
pub(super) fn text_of(unicode: BfString) -> Option<GlyphText> {
    match unicode {
        BfString::Char('\t' | '\n' | '\r') => Some(GlyphText::Character(' ')),
        BfString::Char(character) => is_meaningful(character).then(|| character.into()),
        BfString::String(text) => {
            let meaningful = text.chars().filter(|&one| is_meaningful(one));
            let text: String = meaningful.take(MAX_GLYPH_CHARACTERS).collect();
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

fn is_meaningful(character: char) -> bool {
    !character.is_control() && !matches!(character, '\u{FFFD}' | '\u{FEFF}' | '\u{FFFE}')
}

/// Largest angle of horizontal text, in degrees.
// The text layer of an OCR program follows the skew of the scan. Larger angles are another writing direction.
const MAX_SKEW: i16 = 3;

/// A horizontal scale below this share of the font size is that of the text, not of a substitute font.
const MIN_STRETCH: f32 = 0.97;

/// Positions a glyph by its matrix, which maps a thousandth of the font size to points; `None` if the
/// matrix makes no sense.
fn position_glyph(identified: IdentifiedGlyph, width: f32, transform: Affine) -> Option<Glyph> {
    let [a, b, c, d, x, y] = transform.as_coeffs();
    let along = a.hypot(b) * 1000.0;
    let size = (c.hypot(d) * 1000.0) as f32;
    if !(along.is_finite() && x.is_finite() && y.is_finite() && size > 0.01 && size < 5000.0) {
        return None;
    }
    let angle = b.atan2(a).to_degrees().round() as i16;
    let direction = if angle.abs() <= MAX_SKEW { 0 } else { angle };
    let origin = Affine::rotate(-f64::from(direction).to_radians()) * Point::new(x, y);
    // The glyphs of a substitute font are stretched to the widths that the file declares; the declared
    // width itself must not be stretched again.
    // A narrower scale is that of the text, as in the layers of OCR programs, which fit each word to its picture.
    let scale = if identified.embedded || along < f64::from(MIN_STRETCH * size) {
        along as f32
    } else {
        size
    };
    let advance = width / 1000.0 * scale;
    let left = origin.x as f32;
    Some(Glyph {
        text: identified.text,
        left: left.min(left + advance),
        right: left.max(left + advance),
        baseline: origin.y as f32,
        size,
        bold: identified.bold,
        visible: true,
        direction,
    })
}

/// No letter is wider than this multiple of its font size.
const MAX_LETTER_WIDTH: f32 = 2.0;

/// Estimates the font size of a run from the widths of its glyphs if its declared size is too small for
/// them. Type 3 fonts may declare any size, such as 1, and draw glyphs of 10 points.
fn correct_sizes(run: &mut [Glyph]) {
    let widest = run
        .iter()
        .map(|glyph| glyph.right - glyph.left)
        .fold(0.0, f32::max);
    for glyph in run {
        if widest > MAX_LETTER_WIDTH * glyph.size {
            // The widest letter of a run is taken for an m, which is 0.83 of the size wide.
            glyph.size = 1.2 * widest;
        }
    }
}

/// How a paint looks on white paper; `None` if it is invisible.
fn paint_of(paint: &Paint<'_>, mode: &DrawMode) -> Option<SubpathPaint> {
    let white = match paint {
        Paint::Color(color) => {
            let [red, green, blue, alpha] = color.to_rgba().to_rgba8();
            // Of 255: nearly transparent.
            if alpha < 10 {
                return None;
            }
            // Of 255: as white as paper.
            red.min(green).min(blue) >= 245
        }
        Paint::Pattern(_) => false,
    };
    match (mode, white) {
        (DrawMode::Invisible, _) | (DrawMode::Stroke(_), true) => None,
        (DrawMode::Stroke(_) | DrawMode::FillAndStroke(..), _) => Some(SubpathPaint::Stroke),
        (DrawMode::Fill(_), true) => Some(SubpathPaint::White),
        (DrawMode::Fill(_), false) => Some(SubpathPaint::Fill),
    }
}

impl<'a> Device<'a> for Collector<'_, 'a> {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.count(1);
        let cells = self.canvas.paint_path(path, &props, mode);
        // Sixteen comparisons count as one operation: a hostile file can paint the whole page many times.
        self.count(cells / 16);
        self.push_subpaths(path, props.transform, paint_of(&props.paint, mode));
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.count(1);
        self.canvas.push_clip(clip);
    }

    fn push_clip_rect(&mut self, rect: &kurbo::Rect) {
        self.count(1);
        self.canvas.push_clip_rect(*rect);
    }

    fn push_transparency_group(
        &mut self,
        opacity: f32,
        mask: Option<SoftMask<'a>>,
        blend_mode: BlendMode,
    ) {
        self.count(1);
        self.canvas.push_group(opacity, mask.is_some(), blend_mode);
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        self.count(1);
        let start = self.content.glyphs.len();
        for glyph in run.glyphs() {
            self.count(0);
            self.push_glyph(glyph, props.transform * glyph.transform());
        }
        correct_sizes(&mut self.content.glyphs[start..]);
        self.push_prints(start, &props, mode);
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.count(1);
        let unit = kurbo::Rect::new(0.0, 0.0, image.width().into(), image.height().into());
        let Some(rect) = finite_rect(props.transform.transform_rect_bbox(unit)) else {
            return;
        };
        let area = (rect.2 - rect.0) * (rect.3 - rect.1);
        let pixels = (image.width() as usize).saturating_mul(image.height() as usize);
        if area >= self.largest_image_area {
            self.largest_image_area = area;
            let resolution = 72.0 * (pixels as f32 / area.max(1.0)).sqrt();
            self.content.resolution = Some(resolution);
        }
        self.content.image_pixels = self.content.image_pixels.saturating_add(pixels);
        self.content.images.push(rect);
        self.content.image_ids.push(image_id(&image));
        let is_opaque = is_opaque(&image, self.is_over_text(rect));
        let cells = self.canvas.paint_image(rect, is_opaque);
        self.count(cells / 16);
    }

    fn pop_clip(&mut self) {
        self.canvas.pop_clip();
    }

    fn pop_transparency_group(&mut self) {
        self.canvas.pop_group();
    }

    fn begin_marked_content(&mut self, tag: &[u8], properties: Option<&Dict<'_>>) {
        self.count(1);
        let outer = self.marked.last().is_some_and(|marked| marked.is_hidden);
        let is_layer = |properties: &&Dict<'_>| tag == b"OC" || properties.contains_key(b"OC");
        let is_hidden = properties
            .filter(is_layer)
            .is_some_and(|properties| !self.layers.shows_marked(properties));
        let replacement = properties.and_then(|one| one.get::<PdfString<'_>>(b"ActualText"));
        self.marked.push(MarkedContent {
            start: self.content.glyphs.len(),
            replacement: replacement.map(|text| decode_text(text.as_bytes())),
            is_hidden: outer || is_hidden,
        });
    }

    fn end_marked_content(&mut self) {
        let Some(marked) = self.marked.pop() else {
            return;
        };
        let Some(replacement) = marked.replacement else {
            return;
        };
        if actual_text::replace(&mut self.content.glyphs, marked.start, &replacement) {
            self.prints.truncate(self.content.glyphs.len());
        }
    }
}

fn image_id(image: &Image<'_, '_>) -> Option<ImageId> {
    let id = match image {
        Image::Stencil(stencil) => stencil.stream().obj_id(),
        Image::Raster(raster) => raster.stream().obj_id(),
    };
    // Inline images have the number 0, or none.
    (id.obj_number > 0).then_some((id.obj_number, id.gen_number))
}

/// Whether an image hides what is under it: it has no mask, or its mask leaves nothing out.
fn is_opaque(image: &Image<'_, '_>, is_over_text: bool) -> bool {
    let dictionary = match image {
        Image::Stencil(_) => None,
        Image::Raster(raster) => Some(raster.stream().dict()),
    };
    let has_mask = |dictionary: &Dict<'_>| {
        ["SMask", "Mask", "SMaskInData"]
            .iter()
            .any(|key| dictionary.contains_key(key.as_bytes()))
    };
    if dictionary.is_some_and(|dictionary| !has_mask(dictionary)) {
        return true;
    }
    let pixels = u64::from(image.width()) * u64::from(image.height());
    // A panic of a decoder means that nothing can be seen of the image.
    is_over_text
        && pixels <= MAX_MASK_PIXELS
        && catch_unwind(AssertUnwindSafe(|| covers_everything(image))).unwrap_or(false)
}

/// Pixels of a mask that is decoded. Bars over names are small, signatures and scans are larger.
const MAX_MASK_PIXELS: u64 = 4_000_000;
/// Share of a mask that is opaque if it hides what is under it; the rest are soft edges.
const MIN_OPAQUE: f32 = 0.97;
/// An opaque value of a mask.
const OPAQUE_VALUE: u8 = 240;

/// Whether nearly all of an image is opaque, according to its mask.
fn covers_everything(image: &Image<'_, '_>) -> bool {
    let mut share = 0.0;
    let mut measure = |mask: &[u8]| {
        let opaque = mask.iter().filter(|&&value| value >= OPAQUE_VALUE).count();
        share = opaque as f32 / mask.len().max(1) as f32;
    };
    match image {
        Image::Stencil(stencil) => stencil.with_stencil(|mask, _| measure(&mask.data), None),
        Image::Raster(raster) => raster.with_rgba(
            |_, mask| {
                if let Some(mask) = mask {
                    measure(&mask.data);
                }
            },
            None,
        ),
    }
    share >= MIN_OPAQUE
}
