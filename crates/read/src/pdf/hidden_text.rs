//! Hidden text: letters that nobody can see on the page.
//!
//! Text outside of the page or its clip, in the color of what is under it, or under something that was drawn
//! over it later is left out, and counted for a warning. Text under a drawn shape is often a redaction that
//! only looks like one, so it is left out even if part of it may be visible. Invisible text and text under
//! the image of a page is another matter: it is what an OCR program read there, the page's OCR layer.

use std::collections::BTreeSet;

use super::content::{Glyph, GlyphText};
use super::geometry::map_point;
use super::surfaces::{Look, Surface, Surfaces};
use diarium_document::{Warning, WarningCode};
use kurbo::Affine;

/// How a letter was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Print {
    /// Number of drawing operations before it.
    pub order: usize,
    /// Whether it could be seen at that time.
    pub sight: Sight,
    /// Whether it was drawn on an image.
    pub on_image: bool,
}

/// Whether a letter can be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    /// It can.
    Seen,
    /// It was drawn without any ink, as OCR layers are.
    Invisible,
    /// It cannot.
    Unseen(Reason),
}

/// Why a letter cannot be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// It is outside of the page, or of what the page shows there.
    OffPage,
    /// It has the color of what is under it.
    SameColor,
    /// A shape was drawn over it.
    Covered,
    /// It is too small to be seen.
    TooSmall,
    /// It is on a layer that is not shown.
    HiddenLayer,
    /// It was drawn without any ink, on a page whose text is visible.
    Invisible,
}

/// The letters and digits of a page that were left out, by reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct HiddenText {
    off_page: usize,
    same_color: usize,
    covered: usize,
    too_small: usize,
    hidden_layer: usize,
    invisible: usize,
}

impl HiddenText {
    /// Counts a text if it has letters or digits.
    pub(super) fn count(&mut self, text: &GlyphText, reason: Reason) {
        let has_meaning = match text {
            GlyphText::Character(character) => {
                character.is_alphanumeric() || *character == '\u{FFFD}'
            }
            GlyphText::Several(text) => text.contains(char::is_alphanumeric),
        };
        if has_meaning {
            self.add(reason, 1);
        }
    }

    /// Counts letters.
    pub(super) fn add(&mut self, reason: Reason, letters: usize) {
        let counter = match reason {
            Reason::OffPage => &mut self.off_page,
            Reason::SameColor => &mut self.same_color,
            Reason::Covered => &mut self.covered,
            Reason::TooSmall => &mut self.too_small,
            Reason::HiddenLayer => &mut self.hidden_layer,
            Reason::Invisible => &mut self.invisible,
        };
        *counter = counter.saturating_add(letters);
    }

    /// Adds the counts of another part of the page.
    pub(super) fn merge(&mut self, other: Self) {
        self.off_page += other.off_page;
        self.same_color += other.same_color;
        self.covered += other.covered;
        self.too_small += other.too_small;
        self.hidden_layer += other.hidden_layer;
        self.invisible += other.invisible;
    }

    /// The warnings of a page.
    pub(super) fn warnings(&self, page: u32) -> Vec<Warning> {
        let mut warnings = Vec::new();
        if self.covered > 0 {
            let message = format!(
                "text under a shape that was drawn over it was left out ({}); it may be a redaction that \
                 only looks like one, so take care before you publish the file",
                letters(self.covered)
            );
            warnings.push(Warning::on_page(WarningCode::CoveredText, page, message));
        }
        let reasons = [
            (self.off_page, "outside of what the page shows"),
            (self.same_color, "in the color of what is under it"),
            (self.hidden_layer, "on a layer that is not shown"),
            (self.invisible, "drawn without ink"),
            (self.too_small, "too small to be seen"),
        ];
        let parts: Vec<String> = reasons
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, reason)| format!("{} {reason}", letters(count)))
            .collect();
        if !parts.is_empty() {
            let message = format!("text that nobody sees was left out: {}", parts.join(", "));
            warnings.push(Warning::on_page(WarningCode::HiddenText, page, message));
        }
        warnings
    }
}

fn letters(count: usize) -> String {
    match count {
        1 => "1 letter".to_owned(),
        _ => format!("{count} letters"),
    }
}

/// Two points of a letter, in points of the page: near its baseline and near the top of an `x`. A line that
/// strikes a letter out covers neither, a box over it covers both.
pub(super) fn sample_points(glyph: &Glyph) -> [(f32, f32); 2] {
    let middle = (glyph.left + glyph.right) / 2.0;
    let rotation = match glyph.direction {
        0 => Affine::IDENTITY,
        direction => Affine::rotate(f64::from(direction).to_radians()),
    };
    [0.08, 0.44].map(|up| map_point(rotation, (middle, glyph.baseline - up * glyph.size)))
}

/// An image that covers at least this share of the page is a scan of it, and the text under it is its OCR
/// layer.
// Some scanner software writes the text first and the scan over it. Smaller images are logos, figures, and
// black bars over names.
const MIN_SCAN_COVER: f32 = 0.5;

/// Removes the letters of a finished page that nobody can see, and marks those of an OCR layer. `image_cover`
/// is the share of the page that images cover together.
pub(super) fn remove_hidden(
    glyphs: Vec<Glyph>,
    prints: &[Print],
    surfaces: &Surfaces,
    size: (f32, f32),
    image_cover: f32,
) -> (Vec<Glyph>, HiddenText) {
    let scan = ScanCover {
        surfaces,
        size,
        image_cover,
    };
    let mut kept = Vec::with_capacity(glyphs.len());
    let mut left_out = Vec::new();
    for (mut glyph, print) in glyphs.into_iter().zip(prints) {
        match scan.sight(&glyph, *print) {
            Sight::Seen => kept.push(glyph),
            Sight::Invisible => {
                glyph.visible = false;
                kept.push(glyph);
            }
            Sight::Unseen(reason) => left_out.push((glyph, reason)),
        }
    }
    let mut hidden = HiddenText::default();
    if !left_out.is_empty() {
        let seen: BTreeSet<Place> = kept.iter().flat_map(places).collect();
        // A letter that is drawn again at the same place, over what hides it, is not lost.
        left_out.retain(|(glyph, _)| !place(glyph).is_some_and(|place| seen.contains(&place)));
        for (glyph, reason) in &left_out {
            hidden.count(&glyph.text, *reason);
        }
    }
    (kept, hidden)
}

/// A character and its rounded position.
type Place = (char, i16, i32, i32);

fn place(glyph: &Glyph) -> Option<Place> {
    glyph.visible.then(|| {
        let (x, y) = (glyph.left.round() as i32, glyph.baseline.round() as i32);
        (glyph.text.first(), glyph.direction, x, y)
    })
}

/// The positions at which a copy of a letter may be: programs round.
fn places(glyph: &Glyph) -> Vec<Place> {
    let Some((character, direction, x, y)) = place(glyph) else {
        return Vec::new();
    };
    (-1..=1)
        .flat_map(|across| (-1..=1).map(move |down| (across, down)))
        .map(|(across, down)| {
            let (x, y) = (x.saturating_add(across), y.saturating_add(down));
            (character, direction, x, y)
        })
        .collect()
}

/// Decides what covers a letter.
struct ScanCover<'a> {
    surfaces: &'a Surfaces,
    size: (f32, f32),
    image_cover: f32,
}

impl ScanCover<'_> {
    fn sight(&self, glyph: &Glyph, print: Print) -> Sight {
        if print.sight == Sight::Unseen(Reason::OffPage) {
            return print.sight;
        }
        let [low, high] = sample_points(glyph).map(|point| self.cover(point, print));
        match (low, high) {
            (Some(low), Some(high)) if low.is_layer && high.is_layer => Sight::Invisible,
            (Some(_), Some(_)) => Sight::Unseen(Reason::Covered),
            _ => print.sight,
        }
    }

    /// What was drawn over a point after a letter there, if it hides the letter.
    fn cover(&self, (x, y): (f32, f32), print: Print) -> Option<Cover> {
        let opaque = |surface: &&Surface| surface.look != Look::Translucent;
        let surface = self.surfaces.at(x, y).find(opaque)?;
        if surface.order <= print.order {
            return None;
        }
        let share = surface.share_of(self.size);
        let is_layer = match surface.look {
            // A small image on a scan that the letter lies on hides a name. Without a scan under it, it is
            // a strip of the scan.
            Look::Image => {
                share >= MIN_SCAN_COVER || self.image_cover >= MIN_SCAN_COVER && !print.on_image
            }
            // The white ground of a scan that is drawn as a stencil.
            _ => share >= MIN_SCAN_COVER && self.image_cover >= MIN_SCAN_COVER,
        };
        Some(Cover { is_layer })
    }
}

/// Something that hides a letter.
#[derive(Clone, Copy)]
struct Cover {
    /// Whether it is the scan that the letter was read from.
    is_layer: bool,
}
