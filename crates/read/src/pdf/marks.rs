//! What is in a box?

use super::content::{Form, Shape, ShapePaint};
use diarium_document::Rect;
use diarium_ocr::CheckboxState;

/// Everything drawn in a box.
#[derive(Debug)]
pub(super) struct Inside {
    /// Its longer side.
    pub side: f32,
    /// Its place.
    pub rect: Rect,
    /// Shapes whose middle is in it, its own outline among them.
    pub shapes: Vec<Shape>,
    /// Characters printed in it.
    pub glyphs: Vec<char>,
}

/// Characters that are printed to tick a box.
const MARKS: &str = "xX×✓✔✗✘✕✖☒☑●•■√";
/// A mark is at least this share of its box's side; less is a speck.
const LEAST_MARK: f32 = 0.35;
/// An outline drawn twice, or drawn with depth, leaves at least this share of the side free.
const OUTLINE: f32 = 0.75;

/// The state of a box; nothing if what is in it says that it is no box.
pub(super) fn state_of(inside: &Inside) -> Option<CheckboxState> {
    if inside.glyphs.iter().any(|&glyph| !MARKS.contains(glyph)) {
        return None;
    }
    if !inside.glyphs.is_empty() {
        return Some(CheckboxState::Checked);
    }
    let marks: Vec<&Shape> = inside
        .shapes
        .iter()
        .filter(|shape| is_mark(shape, inside))
        .collect();
    let extent = marks
        .iter()
        .map(|mark| extent(mark.rect))
        .fold(0.0, f32::max);
    Some(match marks.is_empty() {
        true => CheckboxState::Unchecked,
        false if extent >= LEAST_MARK * inside.side => CheckboxState::Checked,
        false => CheckboxState::Unclear,
    })
}

fn extent(rect: Rect) -> f32 {
    (rect.2 - rect.0).max(rect.3 - rect.1)
}

/// Whether a shape is ink that somebody put into the box, and not part of the box.
fn is_mark(shape: &Shape, inside: &Inside) -> bool {
    match (shape.paint, shape.form) {
        (ShapePaint::White, _) => false,
        // Its own outline, or one line of a border that was drawn in parts.
        (ShapePaint::Stroke, Form::Rectangle | Form::Round) => {
            extent(shape.rect) < OUTLINE * inside.side
        }
        _ => !runs_along_border(shape.rect, inside.rect),
    }
}

/// Whether a shape is a thin line on the border.
fn runs_along_border(line: Rect, rect: Rect) -> bool {
    const NEAR: f32 = 1.5;
    let thin_across = line.2 - line.0 < NEAR;
    let thin_down = line.3 - line.1 < NEAR;
    let near = |first: f32, second: f32| (first - second).abs() < NEAR;
    thin_across && (near(line.0, rect.0) || near(line.2, rect.2))
        || thin_down && (near(line.1, rect.1) || near(line.3, rect.3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside(shapes: Vec<Shape>, glyphs: &str) -> Inside {
        Inside {
            side: 10.0,
            rect: Rect(0.0, 0.0, 10.0, 10.0),
            shapes,
            glyphs: glyphs.chars().collect(),
        }
    }

    fn shape(rect: Rect, form: Form, paint: ShapePaint) -> Shape {
        Shape { rect, form, paint }
    }

    #[test]
    fn a_box_is_read_from_what_is_in_it() {
        let whole = Rect(0.0, 0.0, 10.0, 10.0);
        let outline = shape(whole, Form::Rectangle, ShapePaint::Stroke);
        let paper = shape(whole, Form::Rectangle, ShapePaint::White);
        let tick = shape(Rect(2.0, 2.0, 9.0, 8.0), Form::Other, ShapePaint::Stroke);
        let ink = shape(Rect(2.0, 2.0, 8.0, 8.0), Form::Rectangle, ShapePaint::Fill);
        let speck = shape(Rect(4.0, 4.0, 5.0, 5.0), Form::Other, ShapePaint::Fill);
        let edge = shape(Rect(0.0, 0.0, 10.0, 0.6), Form::Rectangle, ShapePaint::Fill);
        for (shapes, glyphs, expected) in [
            (
                vec![outline, paper, edge],
                "",
                Some(CheckboxState::Unchecked),
            ),
            (vec![outline, tick], "", Some(CheckboxState::Checked)),
            (vec![outline, ink], "", Some(CheckboxState::Checked)),
            (vec![outline, speck], "", Some(CheckboxState::Unclear)),
            (vec![outline], "x", Some(CheckboxState::Checked)),
            (vec![outline], "12", None),
        ] {
            assert_eq!(state_of(&inside(shapes, glyphs)), expected);
        }
    }
}
