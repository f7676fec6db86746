//! Checkbox state: whether a checkbox that is drawn with paths is checked.
//!
//! The state depends on everything that is drawn or printed in the box. [`checkboxes`](super::checkboxes)
//! finds the boxes and collects their contents.

use super::content::{Shape, Subpath, SubpathPaint};
use diarium_document::Rect;
use diarium_ocr::CheckboxState;

/// Everything that is drawn or printed in a box.
#[derive(Debug)]
pub(super) struct BoxContents {
    /// The longer side of the box.
    pub side: f32,
    /// Its bounding box.
    pub rect: Rect,
    /// Subpaths whose center is in it, including its own outline.
    pub subpaths: Vec<Subpath>,
    /// Characters that are printed in it.
    pub glyphs: Vec<char>,
}

/// Characters that are printed to check a box.
// Any other means that the square is no checkbox, but a numbered field for instance.
const MARKS: &str = "xX×✓✔✗✘✕✖☒☑●•■√";
/// A mark is at least this share of the side of its box; smaller ink is a speck.
const MIN_MARK: f32 = 0.35;
/// A stroked rectangle or circle of at least this share of the side is part of the outline: some programs
/// draw it twice, or with a shadow.
const MIN_OUTLINE: f32 = 0.75;

/// The state of a box; `None` if its contents show that it is no checkbox.
pub(super) fn checkbox_state(contents: &BoxContents) -> Option<CheckboxState> {
    if contents.glyphs.iter().any(|&glyph| !MARKS.contains(glyph)) {
        return None;
    }
    if !contents.glyphs.is_empty() {
        return Some(CheckboxState::Checked);
    }
    let marks: Vec<&Subpath> = contents
        .subpaths
        .iter()
        .filter(|subpath| is_mark(subpath, contents))
        .collect();
    let extent = marks
        .iter()
        .map(|mark| extent(mark.rect))
        .fold(0.0, f32::max);
    Some(if marks.is_empty() {
        CheckboxState::Unchecked
    } else if extent >= MIN_MARK * contents.side {
        CheckboxState::Checked
    } else {
        CheckboxState::Unclear
    })
}

fn extent(rect: Rect) -> f32 {
    (rect.2 - rect.0).max(rect.3 - rect.1)
}

/// Whether a subpath is a mark, and not part of the box itself.
fn is_mark(subpath: &Subpath, contents: &BoxContents) -> bool {
    match (subpath.paint, subpath.shape) {
        (SubpathPaint::White, _) => false,
        // The outline of the box, unless it is much smaller than the box.
        (SubpathPaint::Stroke, Shape::Rectangle | Shape::Round) => {
            extent(subpath.rect) < MIN_OUTLINE * contents.side
        }
        _ => !runs_along_border(subpath.rect, contents.rect),
    }
}

/// Whether a subpath is a thin line on the border: one side of an outline that is drawn in parts.
fn runs_along_border(line: Rect, rect: Rect) -> bool {
    // In points. The outlines of forms are thinner; ink that is thicker in both directions is a mark.
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

    fn contents(subpaths: Vec<Subpath>, glyphs: &str) -> BoxContents {
        BoxContents {
            side: 10.0,
            rect: Rect(0.0, 0.0, 10.0, 10.0),
            subpaths,
            glyphs: glyphs.chars().collect(),
        }
    }

    fn subpath(rect: Rect, shape: Shape, paint: SubpathPaint) -> Subpath {
        Subpath { rect, shape, paint }
    }

    #[test]
    fn the_state_of_a_box_depends_on_its_contents() {
        let whole = Rect(0.0, 0.0, 10.0, 10.0);
        let outline = subpath(whole, Shape::Rectangle, SubpathPaint::Stroke);
        let paper = subpath(whole, Shape::Rectangle, SubpathPaint::White);
        let tick = subpath(Rect(2.0, 2.0, 9.0, 8.0), Shape::Other, SubpathPaint::Stroke);
        let ink = subpath(
            Rect(2.0, 2.0, 8.0, 8.0),
            Shape::Rectangle,
            SubpathPaint::Fill,
        );
        let speck = subpath(Rect(4.0, 4.0, 5.0, 5.0), Shape::Other, SubpathPaint::Fill);
        let edge = subpath(
            Rect(0.0, 0.0, 10.0, 0.6),
            Shape::Rectangle,
            SubpathPaint::Fill,
        );
        for (subpaths, glyphs, expected) in [
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
            assert_eq!(checkbox_state(&contents(subpaths, glyphs)), expected);
        }
    }
}
