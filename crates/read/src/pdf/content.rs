//! Page content: the glyphs, paths, images and form fields of a page, before layout analysis.
//!
//! These types are the interface between the PDF interpreter and layout analysis; nothing here depends on
//! the interpreter. Coordinates are points from the top left of the page as displayed, `y` downwards.

use super::hidden_text::HiddenText;
use diarium_document::Rect;

/// The content of one page.
#[derive(Debug, Clone, Default)]
pub(crate) struct PageContent {
    /// Width and height as displayed.
    pub size: (f32, f32),
    /// In drawing order.
    pub glyphs: Vec<Glyph>,
    /// In drawing order: every subpath of every painted path.
    pub subpaths: Vec<Subpath>,
    /// Bounding boxes of the images.
    pub images: Vec<Rect>,
    /// Which image of the file each of them is, if it is an object of its own.
    pub image_ids: Vec<Option<ImageId>>,
    /// Resolution in dpi of the image that covers most of the page.
    pub resolution: Option<f32>,
    /// Pixels of all images together, as stored in the file.
    pub image_pixels: usize,
    /// The form fields that the page shows.
    pub widgets: Vec<Widget>,
    /// Where annotations cross text out.
    pub strike_outs: Vec<Rect>,
    /// The text that was left out because nobody sees it.
    pub hidden: HiddenText,
    /// Why the page was not interpreted to its end, if it was not.
    pub stopped: Option<StopReason>,
}

/// The number and the generation of an image object.
pub(crate) type ImageId = (u32, i32);

/// Why interpreting a page ended early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StopReason {
    /// It asks for more than the limits allow.
    LimitReached,
    /// The interpreter panicked.
    Damaged,
}

/// A printed character, or text that takes part in layout analysis as if it were one; see
/// [`Glyph::synthetic`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Glyph {
    /// Its text; U+FFFD if the file does not say which character it is.
    pub text: GlyphText,
    /// Start along the writing direction.
    pub left: f32,
    /// End along the writing direction.
    pub right: f32,
    /// Position of the baseline across the writing direction.
    pub baseline: f32,
    /// Font size in points.
    pub size: f32,
    /// Whether its font is bold.
    pub bold: bool,
    /// False for the invisible text layer of a scan.
    pub visible: bool,
    /// Writing direction in degrees, clockwise, 0 for left to right. `left`, `right` and
    /// `baseline` are measured on the page rotated back by this angle around its top left.
    pub direction: i16,
}

impl Glyph {
    /// A glyph that no font of the file draws: a word or space of OCR, a checkbox, or the text of a form
    /// field. It is visible, regular and horizontal.
    ///
    /// Layout analysis treats it like any other glyph, so that the same rules build the lines of
    /// scanned and born-digital pages.
    pub(super) fn synthetic(
        text: GlyphText,
        (left, right): (f32, f32),
        baseline: f32,
        size: f32,
    ) -> Self {
        Self {
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

    /// Whether it is a space: it separates words.
    pub(super) fn is_space(&self) -> bool {
        matches!(self.text, GlyphText::Character(character) if character.is_whitespace())
    }

    /// Whether its character is unknown: no Unicode, or only a private code point.
    pub(super) fn is_unknown(&self) -> bool {
        matches!(
            self.text,
            GlyphText::Character('\u{FFFD}' | '\u{E000}'..='\u{F8FF}')
        )
    }
}

/// The text of a glyph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum GlyphText {
    /// Nearly always one character.
    Character(char),
    /// A ligature that its font spells out, or a word of OCR.
    Several(Box<str>),
}

impl GlyphText {
    /// Appends the text.
    pub(super) fn push_to(&self, target: &mut String) {
        match self {
            Self::Character(character) => target.push(*character),
            Self::Several(text) => target.push_str(text),
        }
    }

    /// The first character.
    pub(super) fn first(&self) -> char {
        match self {
            Self::Character(character) => *character,
            Self::Several(text) => text.chars().next().unwrap_or('\u{FFFD}'),
        }
    }
}

/// One subpath of a painted path: a closed or open sequence of lines and curves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Subpath {
    /// Its bounding box.
    pub rect: Rect,
    /// What it looks like.
    pub shape: Shape,
    /// How it is painted.
    pub paint: SubpathPaint,
}

/// What a subpath looks like, as far as checkboxes need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A closed rectangle that is parallel to the sides of the page.
    Rectangle,
    /// A closed curve, such as a circle.
    Round,
    /// Anything else: a line, a tick, a glyph drawn as a path.
    Other,
}

/// How a subpath is painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SubpathPaint {
    /// Its outline is drawn.
    Stroke,
    /// Its inside is filled, darker than paper.
    Fill,
    /// Its inside is filled as white as paper.
    White,
}

/// A form field on the page: a widget annotation (ISO 32000-1, 12.5.6.19).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Widget {
    /// Its bounding box.
    pub rect: Rect,
    /// Its value.
    pub value: WidgetValue,
}

/// The value of a form field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WidgetValue {
    /// A checkbox or radio button, and whether it is on.
    Button(bool),
    /// A text for which the file has no appearance, so that the interpreter does not draw it.
    Text(String),
}
