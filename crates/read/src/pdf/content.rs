//! What stands on a page before anyone has read it?
//!
//! The seam between the PDF interpreter and our own reading: glyphs, shapes, images and form
//! fields with their places. Coordinates are points from the top left of the page as displayed,
//! `y` growing downwards. Nothing here knows the interpreter.

use diarium_document::Rect;

/// Everything on one page that reading needs.
#[derive(Debug, Clone, Default)]
pub(crate) struct PageContent {
    /// Width and height as displayed.
    pub size: (f32, f32),
    /// In drawing order.
    pub glyphs: Vec<Glyph>,
    /// In drawing order, one for each closed or open part of a path.
    pub shapes: Vec<Shape>,
    /// Places of the images.
    pub images: Vec<Rect>,
    /// Dots an inch of the image that covers most of the page.
    pub resolution: Option<f32>,
    /// Pixels of all images together.
    pub image_pixels: usize,
    /// Fields of a form that the page shows.
    pub widgets: Vec<Widget>,
    /// Why the page was not read to its end, if it was not.
    pub stopped: Option<Stop>,
}

/// Why interpreting a page ended early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// It asked for more than the limits allow.
    Limit,
    /// The interpreter could not go on.
    Broken,
}

/// One printed character.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Glyph {
    /// What it says; U+FFFD where nobody can tell.
    pub text: GlyphText,
    /// Start along the writing direction.
    pub left: f32,
    /// End along the writing direction.
    pub right: f32,
    /// The line that it stands on.
    pub baseline: f32,
    /// Height of its font in points.
    pub size: f32,
    /// Its font is bold.
    pub bold: bool,
    /// A person sees it: false for the text layer under a scan.
    pub visible: bool,
    /// Writing direction in degrees, clockwise, 0 for left to right. `left`, `right` and
    /// `baseline` are measured on a page turned back by this angle around its top left.
    pub direction: i16,
}

impl Glyph {
    /// A blank: it parts words and is not itself text.
    pub(super) fn is_space(&self) -> bool {
        matches!(self.text, GlyphText::Character(character) if character.is_whitespace())
    }

    /// Nobody can tell what it says: no Unicode, or only a private code point.
    pub(super) fn is_unknown(&self) -> bool {
        matches!(
            self.text,
            GlyphText::Character('\u{FFFD}' | '\u{E000}'..='\u{F8FF}')
        )
    }
}

/// What a glyph says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum GlyphText {
    /// Nearly always one character.
    Character(char),
    /// A ligature that its font spells out.
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

/// One part of a drawn path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Shape {
    /// The smallest upright rectangle that holds it.
    pub rect: Rect,
    /// What it looks like.
    pub form: Form,
    /// How it is painted.
    pub paint: ShapePaint,
}

/// What a shape looks like, as far as checkboxes care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A closed upright rectangle.
    Rectangle,
    /// A closed curve, such as a circle.
    Round,
    /// Anything else: a line, a tick, a glyph drawn as a path.
    Other,
}

/// How a shape is painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShapePaint {
    /// Its outline is drawn.
    Stroke,
    /// Its inside is filled, darker than paper.
    Fill,
    /// Its inside is filled as white as paper.
    White,
}

/// A form field's place on the page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Widget {
    /// Where it stands.
    pub rect: Rect,
    /// What it holds.
    pub value: WidgetValue,
}

/// What a form field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WidgetValue {
    /// A checkbox or radio button, and whether it is on.
    Button(bool),
    /// A text that the file gives no appearance for, so nothing draws it.
    Text(String),
}

/// Whether a point lies in a rectangle.
pub(crate) fn contains(rect: Rect, x: f32, y: f32) -> bool {
    x >= rect.0 && x <= rect.2 && y >= rect.1 && y <= rect.3
}
