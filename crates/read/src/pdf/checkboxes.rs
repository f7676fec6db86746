//! Checkbox detection in vector graphics, and the form fields of a page.
//!
//! A checkbox is small, square or round, outlined, has white space around it and text beside it. A cell of
//! a table touches its neighbors; a logo or a ruling line is not square; a bullet is filled. Each checkbox
//! becomes a synthetic glyph: `☐`, `☒`, or `⍰` where the state is unclear. Checkboxes in page images are
//! found by [`diarium_ocr`].

use super::checkbox_state::{BoxContents, checkbox_state};
use super::content::{Glyph, GlyphText, PageContent, Shape, Subpath, SubpathPaint, WidgetValue};
use super::field_texts::field_glyphs;
use super::geometry::{center, contains};
use diarium_document::Rect;
use diarium_ocr::CheckboxState;

/// Sides of checkboxes in points: smaller squares are bullets, larger ones are fields to write in.
const SIDES: std::ops::RangeInclusive<f32> = 5.0..=20.0;
/// A stroked circle with a smaller diameter, in points, is a bullet.
const MIN_CIRCLE: f32 = 7.0;
/// The shorter side is at least this share of the longer.
const MIN_SQUARENESS: f32 = 0.8;
/// Paths that are this close, in points, touch: half the width of a usual line, and rounding.
// The gap between a box and the frame around a group of boxes is larger.
const TOUCH: f32 = 0.9;
/// Largest distance between a checkbox and its label, in points.
const MAX_LABEL_DISTANCE: f32 = 40.0;
/// More squares on a page are a pattern.
// The bound also limits the time, which grows with the square of their number.
const MAX_CHECKBOXES: usize = 400;

/// Adds the checkboxes and the texts of form fields to the page's glyphs, and removes the glyphs that are
/// marks in a checkbox.
pub(super) fn add_form_glyphs(content: &mut PageContent) {
    let buttons: Vec<(Rect, CheckboxState)> = content
        .widgets
        .iter()
        .filter_map(|widget| match widget.value {
            WidgetValue::Button(true) => Some((widget.rect, CheckboxState::Checked)),
            WidgetValue::Button(false) => Some((widget.rect, CheckboxState::Unchecked)),
            WidgetValue::Text(_) => None,
        })
        .collect();
    let mut checkboxes = buttons.clone();
    // A button that is also drawn counts once, with the state that the file declares.
    checkboxes.extend(
        drawn_checkboxes(content)
            .into_iter()
            .filter(|(rect, _)| !buttons.iter().any(|button| overlap(button.0, *rect))),
    );
    content
        .glyphs
        .retain(|glyph| !checkboxes.iter().any(|(rect, _)| is_inside(glyph, *rect)));
    let glyphs: Vec<Glyph> = checkboxes
        .iter()
        .map(|(rect, state)| checkbox_glyph(*rect, *state, &content.glyphs))
        .collect();
    content.glyphs.extend(glyphs);
    add_field_texts(content);
}

/// The checkboxes that are drawn on the page, with their states, each once.
fn drawn_checkboxes(content: &PageContent) -> Vec<(Rect, CheckboxState)> {
    let mut rects: Vec<Rect> = Vec::new();
    for subpath in content
        .subpaths
        .iter()
        .filter(|subpath| is_outline(subpath))
    {
        if !rects.iter().any(|known| overlap(*known, subpath.rect)) {
            rects.push(subpath.rect);
        }
        if rects.len() > MAX_CHECKBOXES {
            return Vec::new();
        }
    }
    let edges: Vec<&Subpath> = content
        .subpaths
        .iter()
        .filter(|subpath| is_edge(subpath))
        .collect();
    rects
        .into_iter()
        .filter(|rect| is_separate(*rect, &edges))
        .filter(|rect| label(*rect, &content.glyphs).is_some())
        .filter_map(|rect| Some((rect, checkbox_state(&box_contents(rect, content))?)))
        .collect()
}

/// Whether a subpath can be the outline of a checkbox.
fn is_outline(subpath: &Subpath) -> bool {
    let (width, height) = sides(subpath.rect);
    let is_square = width.min(height) >= MIN_SQUARENESS * width.max(height);
    let fits = SIDES.contains(&width) && SIDES.contains(&height) && is_square;
    fits && subpath.paint == SubpathPaint::Stroke
        && match subpath.shape {
            Shape::Rectangle => true,
            Shape::Round => width >= MIN_CIRCLE,
            Shape::Other => false,
        }
}

fn sides(rect: Rect) -> (f32, f32) {
    (rect.2 - rect.0, rect.3 - rect.1)
}

/// Whether a subpath can be part of a table: a visible rectangle or straight line.
fn is_edge(subpath: &Subpath) -> bool {
    let (width, height) = sides(subpath.rect);
    let long = width.max(height);
    let is_straight = subpath.shape == Shape::Rectangle || width.min(height) < 1.5;
    is_straight && long > *SIDES.start() && subpath.paint != SubpathPaint::White
}

/// Whether nothing touches a box from outside, as the other cells and the ruling lines of a table do.
fn is_separate(rect: Rect, edges: &[&Subpath]) -> bool {
    !edges.iter().any(|edge| {
        !is_within(edge.rect, rect) && !is_same(edge.rect, rect) && touches_border(edge.rect, rect)
    })
}

fn is_same(first: Rect, second: Rect) -> bool {
    is_within(first, expanded(second, 1.0)) && is_within(second, expanded(first, 1.0))
}

fn expanded(rect: Rect, by: f32) -> Rect {
    Rect(rect.0 - by, rect.1 - by, rect.2 + by, rect.3 + by)
}

fn is_within(inner: Rect, outer: Rect) -> bool {
    inner.0 >= outer.0 && inner.1 >= outer.1 && inner.2 <= outer.2 && inner.3 <= outer.3
}

/// Whether an edge runs along the border of a box or ends at it. A frame around a group of boxes contains
/// the box at a distance, and does not touch it.
fn touches_border(edge: Rect, rect: Rect) -> bool {
    let meets = edge.0 <= rect.2 + TOUCH
        && edge.2 >= rect.0 - TOUCH
        && edge.1 <= rect.3 + TOUCH
        && edge.3 >= rect.1 - TOUCH;
    meets && !is_within(expanded(rect, TOUCH), edge)
}

fn overlap(first: Rect, second: Rect) -> bool {
    let across = first.2.min(second.2) - first.0.max(second.0);
    let down = first.3.min(second.3) - first.1.max(second.1);
    let area = |rect: Rect| sides(rect).0 * sides(rect).1;
    // Two outlines of one box, such as its border and a shadow, overlap by more; neighbors by less.
    across > 0.0 && down > 0.0 && across * down > 0.4 * area(first).min(area(second))
}

fn is_inside(glyph: &Glyph, rect: Rect) -> bool {
    let middle = (glyph.left + glyph.right) / 2.0;
    glyph.direction == 0 && contains(rect, middle, middle_height(glyph))
}

/// The height halfway up the capitals, which are 0.72 of the font size high.
fn middle_height(glyph: &Glyph) -> f32 {
    glyph.baseline - 0.35 * glyph.size
}

/// Everything that is drawn or printed in a box.
fn box_contents(rect: Rect, content: &PageContent) -> BoxContents {
    let (width, height) = sides(rect);
    let subpaths = content.subpaths.iter().filter(|subpath| {
        let (x, y) = center(subpath.rect);
        let (across, down) = sides(subpath.rect);
        // A cross may reach over the border of its box; a line of a table is much longer.
        contains(rect, x, y) && across < 1.8 * width && down < 1.8 * height
    });
    BoxContents {
        side: width.max(height),
        rect,
        subpaths: subpaths.copied().collect(),
        glyphs: content
            .glyphs
            .iter()
            .filter(|glyph| !glyph.is_space() && is_inside(glyph, rect))
            .map(|glyph| glyph.text.first())
            .collect(),
    }
}

/// The nearest glyph beside a box: on its right, or else on its left.
fn label(rect: Rect, glyphs: &[Glyph]) -> Option<&Glyph> {
    let beside = || {
        glyphs.iter().filter(move |glyph| {
            let middle = middle_height(glyph);
            glyph.direction == 0
                && !glyph.is_space()
                && middle > rect.1 - 2.0
                && middle < rect.3 + 2.0
        })
    };
    // Labels may touch their box, by up to a point.
    let after = beside()
        .filter(|glyph| (-1.0..MAX_LABEL_DISTANCE).contains(&(glyph.left - rect.2)))
        .min_by(|first, second| first.left.total_cmp(&second.left));
    let before = || {
        beside()
            .filter(|glyph| (-1.0..MAX_LABEL_DISTANCE).contains(&(rect.0 - glyph.right)))
            .max_by(|first, second| first.right.total_cmp(&second.right))
    };
    after.or_else(before)
}

/// The glyph of a checkbox, on the line of its label.
fn checkbox_glyph(rect: Rect, state: CheckboxState, glyphs: &[Glyph]) -> Glyph {
    let height = rect.3 - rect.1;
    let label = label(rect, glyphs);
    let baseline = label.map_or(rect.3 - 0.15 * height, |glyph| glyph.baseline);
    let size = label.map_or(height, |glyph| glyph.size);
    let text = GlyphText::Character(state.character());
    Glyph {
        bold: label.is_some_and(|glyph| glyph.bold),
        ..Glyph::synthetic(text, (rect.0, rect.2), baseline, size)
    }
}

/// Adds the text of form fields that have no appearance, where a viewer would draw it.
fn add_field_texts(content: &mut PageContent) {
    for widget in &content.widgets {
        if let WidgetValue::Text(text) = &widget.value {
            content.glyphs.extend(field_glyphs(widget.rect, text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::content::Widget;
    use super::super::tests::support::typed;
    use super::*;

    fn stroke(left: f32, top: f32, right: f32, bottom: f32, shape: Shape) -> Subpath {
        Subpath {
            rect: Rect(left, top, right, bottom),
            shape,
            paint: SubpathPaint::Stroke,
        }
    }

    fn square(left: f32, top: f32) -> Subpath {
        stroke(left, top, left + 11.0, top + 11.0, Shape::Rectangle)
    }

    fn checkboxes_of(subpaths: Vec<Subpath>, glyphs: Vec<Glyph>) -> String {
        let mut content = PageContent {
            size: (595.0, 842.0),
            subpaths,
            glyphs,
            ..PageContent::default()
        };
        add_form_glyphs(&mut content);
        content
            .glyphs
            .iter()
            .map(|glyph| glyph.text.first())
            .filter(|&one| super::super::rows::is_checkbox(one))
            .collect()
    }

    #[test]
    fn unchecked_and_checked_boxes_are_distinguished() {
        let cross = [
            stroke(51.5, 121.5, 59.5, 129.5, Shape::Other),
            stroke(51.5, 121.5, 59.5, 129.5, Shape::Other),
        ];
        let mut subpaths = vec![square(50.0, 100.0), square(50.0, 120.0)];
        subpaths.extend(cross);
        let mut glyphs = typed("Ja", 68.0, 109.0);
        glyphs.extend(typed("Nej", 68.0, 129.0));
        assert_eq!(checkboxes_of(subpaths, glyphs), "☐☒");
    }

    #[test]
    fn a_printed_x_in_a_box_is_a_mark_and_no_text() {
        let mut glyphs = typed("X", 53.0, 109.0);
        glyphs.extend(typed("Ja", 68.0, 109.0));
        let mut content = PageContent {
            subpaths: vec![square(50.0, 100.0)],
            glyphs,
            ..PageContent::default()
        };
        add_form_glyphs(&mut content);
        let text: String = content.glyphs.iter().map(|one| one.text.first()).collect();
        assert_eq!(text, "Ja☒");
    }

    #[test]
    fn cells_ruling_lines_bullets_and_logos_are_no_checkboxes() {
        let label = || typed("text", 68.0, 109.0);
        let neighbors = vec![square(50.0, 100.0), square(50.0, 111.0)];
        assert_eq!(checkboxes_of(neighbors, label()), "");
        let ruled = vec![
            square(50.0, 100.0),
            stroke(30.0, 111.0, 300.0, 111.0, Shape::Other),
        ];
        assert_eq!(checkboxes_of(ruled, label()), "");
        let bullet = vec![Subpath {
            paint: SubpathPaint::Fill,
            ..square(50.0, 100.0)
        }];
        assert_eq!(checkboxes_of(bullet, label()), "");
        let flag = vec![stroke(40.0, 95.0, 65.0, 111.0, Shape::Rectangle)];
        assert_eq!(checkboxes_of(flag, label()), "");
        let numbered = vec![square(50.0, 100.0)];
        let mut glyphs = typed("7", 53.0, 109.0);
        glyphs.extend(label());
        assert_eq!(checkboxes_of(numbered, glyphs), "");
        assert_eq!(checkboxes_of(vec![square(50.0, 100.0)], Vec::new()), "");
    }

    #[test]
    fn a_frame_around_boxes_does_not_make_them_cells() {
        let subpaths = vec![
            stroke(40.0, 90.0, 300.0, 140.0, Shape::Rectangle),
            square(50.0, 100.0),
        ];
        assert_eq!(checkboxes_of(subpaths, typed("Ja", 68.0, 109.0)), "☐");
    }

    #[test]
    fn a_form_button_has_the_state_that_the_file_declares() {
        let mut content = PageContent {
            subpaths: vec![square(50.0, 100.0)],
            glyphs: typed("✔", 52.0, 109.0),
            widgets: vec![Widget {
                rect: Rect(50.0, 100.0, 61.0, 111.0),
                value: WidgetValue::Button(true),
            }],
            ..PageContent::default()
        };
        add_form_glyphs(&mut content);
        let text: String = content.glyphs.iter().map(|one| one.text.first()).collect();
        assert_eq!(text, "☒");
    }
}
