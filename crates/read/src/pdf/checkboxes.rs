//! Which of the drawn squares are boxes to tick, and which of them are ticked?
//!
//! A box is small, square or round, outlined, alone, and has text beside it. A cell of a table
//! touches its neighbors; a logo and a rule are not square; a bullet is filled. Each box becomes a
//! character in the text: `☐`, `☒`, or `⍰` where nobody can tell.

use super::content::{
    Form, Glyph, GlyphText, PageContent, Shape, ShapePaint, WidgetValue, contains,
};
use super::marks::{Inside, state_of};
use diarium_document::Rect;
use diarium_ocr::CheckboxState;

/// Sides of boxes in points: less is a bullet, more is a field.
const SIDES: std::ops::RangeInclusive<f32> = 5.0..=20.0;
/// A stroked circle smaller than this is a bullet.
const LEAST_CIRCLE: f32 = 7.0;
/// How far from square a box may be.
const SQUARENESS: f32 = 0.8;
/// Lines this close touch: more than half of the usual line's width, rounding included.
const TOUCH: f32 = 0.9;
/// A box's text is at most this far from it, in points.
const TEXT_DISTANCE: f32 = 40.0;
/// More boxes on one page are a pattern.
const MOST_BOXES: usize = 400;

/// Puts the page's boxes and the texts of its form fields among its glyphs, and takes out the
/// glyphs that are ticks.
pub(super) fn place_boxes(content: &mut PageContent) {
    let buttons: Vec<(Rect, CheckboxState)> = content
        .widgets
        .iter()
        .filter_map(|widget| match widget.value {
            WidgetValue::Button(true) => Some((widget.rect, CheckboxState::Checked)),
            WidgetValue::Button(false) => Some((widget.rect, CheckboxState::Unchecked)),
            WidgetValue::Text(_) => None,
        })
        .collect();
    let mut boxes = buttons.clone();
    boxes.extend(
        drawn_boxes(content)
            .into_iter()
            .filter(|(rect, _)| !buttons.iter().any(|button| overlap(button.0, *rect))),
    );
    content
        .glyphs
        .retain(|glyph| !boxes.iter().any(|(rect, _)| is_inside(glyph, *rect)));
    let placed: Vec<Glyph> = boxes
        .iter()
        .map(|(rect, state)| box_glyph(*rect, *state, &content.glyphs))
        .collect();
    content.glyphs.extend(placed);
    place_texts(content);
}

/// The boxes drawn on the page, with their states, each once.
fn drawn_boxes(content: &PageContent) -> Vec<(Rect, CheckboxState)> {
    let mut rects: Vec<Rect> = Vec::new();
    for shape in content.shapes.iter().filter(|shape| is_outline(shape)) {
        if !rects.iter().any(|known| overlap(*known, shape.rect)) {
            rects.push(shape.rect);
        }
        if rects.len() > MOST_BOXES {
            return Vec::new();
        }
    }
    let edges: Vec<&Shape> = content
        .shapes
        .iter()
        .filter(|shape| is_edge(shape))
        .collect();
    rects
        .into_iter()
        .filter(|rect| is_alone(*rect, &edges))
        .filter(|rect| label(*rect, &content.glyphs).is_some())
        .filter_map(|rect| Some((rect, state_of(&inside(rect, content))?)))
        .collect()
}

/// Whether a shape can be the outline of a box.
fn is_outline(shape: &Shape) -> bool {
    let (width, height) = sides(shape.rect);
    let square = width.min(height) >= SQUARENESS * width.max(height);
    let fits = SIDES.contains(&width) && SIDES.contains(&height) && square;
    fits && shape.paint == ShapePaint::Stroke
        && match shape.form {
            Form::Rectangle => true,
            Form::Round => width >= LEAST_CIRCLE,
            Form::Other => false,
        }
}

fn sides(rect: Rect) -> (f32, f32) {
    (rect.2 - rect.0, rect.3 - rect.1)
}

/// Whether a shape can be part of a table: a rectangle or a straight line, that shows.
fn is_edge(shape: &Shape) -> bool {
    let (width, height) = sides(shape.rect);
    let long = width.max(height);
    let straight = shape.form == Form::Rectangle || width.min(height) < 1.5;
    straight && long > *SIDES.start() && shape.paint != ShapePaint::White
}

/// Whether nothing touches a box from outside, as the other cells and the rules of a table do.
fn is_alone(rect: Rect, edges: &[&Shape]) -> bool {
    !edges.iter().any(|edge| {
        !is_within(edge.rect, rect) && !same(edge.rect, rect) && touches_border(edge.rect, rect)
    })
}

fn same(first: Rect, second: Rect) -> bool {
    is_within(first, grown(second, 1.0)) && is_within(second, grown(first, 1.0))
}

fn grown(rect: Rect, by: f32) -> Rect {
    Rect(rect.0 - by, rect.1 - by, rect.2 + by, rect.3 + by)
}

fn is_within(inner: Rect, outer: Rect) -> bool {
    inner.0 >= outer.0 && inner.1 >= outer.1 && inner.2 <= outer.2 && inner.3 <= outer.3
}

/// Whether an edge runs along or ends at a box's border. One that holds the box at a distance, such
/// as a frame round a group of boxes, does not.
fn touches_border(edge: Rect, rect: Rect) -> bool {
    let meets = edge.0 <= rect.2 + TOUCH
        && edge.2 >= rect.0 - TOUCH
        && edge.1 <= rect.3 + TOUCH
        && edge.3 >= rect.1 - TOUCH;
    meets && !is_within(grown(rect, TOUCH), edge)
}

fn overlap(first: Rect, second: Rect) -> bool {
    let across = first.2.min(second.2) - first.0.max(second.0);
    let down = first.3.min(second.3) - first.1.max(second.1);
    let area = |rect: Rect| sides(rect).0 * sides(rect).1;
    across > 0.0 && down > 0.0 && across * down > 0.4 * area(first).min(area(second))
}

fn is_inside(glyph: &Glyph, rect: Rect) -> bool {
    let middle = (glyph.left + glyph.right) / 2.0;
    glyph.direction == 0 && contains(rect, middle, glyph.baseline - 0.35 * glyph.size)
}

/// Everything drawn in a box.
fn inside(rect: Rect, content: &PageContent) -> Inside {
    let (width, height) = sides(rect);
    let shapes = content.shapes.iter().filter(|shape| {
        let (x, y) = (
            (shape.rect.0 + shape.rect.2) / 2.0,
            (shape.rect.1 + shape.rect.3) / 2.0,
        );
        let (across, down) = sides(shape.rect);
        contains(rect, x, y) && across < 1.8 * width && down < 1.8 * height
    });
    Inside {
        side: width.max(height),
        rect,
        shapes: shapes.copied().collect(),
        glyphs: content
            .glyphs
            .iter()
            .filter(|glyph| !glyph.is_space() && is_inside(glyph, rect))
            .map(|glyph| glyph.text.first())
            .collect(),
    }
}

/// The nearest glyph beside a box: the one that follows it, or else the one before.
fn label(rect: Rect, glyphs: &[Glyph]) -> Option<&Glyph> {
    let beside = || {
        glyphs.iter().filter(move |glyph| {
            let middle = glyph.baseline - 0.35 * glyph.size;
            glyph.direction == 0
                && !glyph.is_space()
                && middle > rect.1 - 2.0
                && middle < rect.3 + 2.0
        })
    };
    let after = beside()
        .filter(|glyph| (-1.0..TEXT_DISTANCE).contains(&(glyph.left - rect.2)))
        .min_by(|first, second| first.left.total_cmp(&second.left));
    let before = || {
        beside()
            .filter(|glyph| (-1.0..TEXT_DISTANCE).contains(&(rect.0 - glyph.right)))
            .max_by(|first, second| first.right.total_cmp(&second.right))
    };
    after.or_else(before)
}

/// The character that stands for a box, on the line of its text.
fn box_glyph(rect: Rect, state: CheckboxState, glyphs: &[Glyph]) -> Glyph {
    let height = rect.3 - rect.1;
    let label = label(rect, glyphs);
    Glyph {
        text: GlyphText::Character(state.character()),
        left: rect.0,
        right: rect.2,
        baseline: label.map_or(rect.3 - 0.15 * height, |glyph| glyph.baseline),
        size: label.map_or(height, |glyph| glyph.size),
        bold: label.is_some_and(|glyph| glyph.bold),
        visible: true,
        direction: 0,
    }
}

/// Text of form fields that nothing draws, where it would stand.
fn place_texts(content: &mut PageContent) {
    for widget in &content.widgets {
        let WidgetValue::Text(text) = &widget.value else {
            continue;
        };
        let (width, height) = sides(widget.rect);
        let size = (0.75 * height).clamp(4.0, 11.0);
        let length = 0.5 * size * text.chars().count() as f32;
        content.glyphs.push(Glyph {
            text: GlyphText::Several(text.as_str().into()),
            left: widget.rect.0,
            right: widget.rect.0 + length.min(width),
            // The first line of the field, where its label stands.
            baseline: widget.rect.1 + (0.5 * height).min(size) + 0.35 * size,
            size,
            bold: false,
            visible: true,
            direction: 0,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::content::Widget;
    use super::super::test_support::typed;
    use super::*;

    fn stroke(left: f32, top: f32, right: f32, bottom: f32, form: Form) -> Shape {
        Shape {
            rect: Rect(left, top, right, bottom),
            form,
            paint: ShapePaint::Stroke,
        }
    }

    fn square(left: f32, top: f32) -> Shape {
        stroke(left, top, left + 11.0, top + 11.0, Form::Rectangle)
    }

    fn boxes_of(shapes: Vec<Shape>, glyphs: Vec<Glyph>) -> String {
        let mut content = PageContent {
            size: (595.0, 842.0),
            shapes,
            glyphs,
            ..PageContent::default()
        };
        place_boxes(&mut content);
        content
            .glyphs
            .iter()
            .map(|glyph| glyph.text.first())
            .filter(|&one| super::super::rows::is_checkbox(one))
            .collect()
    }

    #[test]
    fn empty_and_crossed_boxes_are_told_apart() {
        let cross = [
            stroke(51.5, 121.5, 59.5, 129.5, Form::Other),
            stroke(51.5, 121.5, 59.5, 129.5, Form::Other),
        ];
        let mut shapes = vec![square(50.0, 100.0), square(50.0, 120.0)];
        shapes.extend(cross);
        let mut glyphs = typed("Ja", 68.0, 109.0);
        glyphs.extend(typed("Nej", 68.0, 129.0));
        assert_eq!(boxes_of(shapes, glyphs), "☐☒");
    }

    #[test]
    fn a_printed_x_in_a_box_is_its_mark_and_no_text() {
        let mut glyphs = typed("X", 53.0, 109.0);
        glyphs.extend(typed("Ja", 68.0, 109.0));
        let mut content = PageContent {
            shapes: vec![square(50.0, 100.0)],
            glyphs,
            ..PageContent::default()
        };
        place_boxes(&mut content);
        let text: String = content.glyphs.iter().map(|one| one.text.first()).collect();
        assert_eq!(text, "Ja☒");
    }

    #[test]
    fn cells_rules_bullets_and_logos_are_no_boxes() {
        let label = || typed("text", 68.0, 109.0);
        let neighbors = vec![square(50.0, 100.0), square(50.0, 111.0)];
        assert_eq!(boxes_of(neighbors, label()), "");
        let ruled = vec![
            square(50.0, 100.0),
            stroke(30.0, 111.0, 300.0, 111.0, Form::Other),
        ];
        assert_eq!(boxes_of(ruled, label()), "");
        let bullet = vec![Shape {
            paint: ShapePaint::Fill,
            ..square(50.0, 100.0)
        }];
        assert_eq!(boxes_of(bullet, label()), "");
        let flag = vec![stroke(40.0, 95.0, 65.0, 111.0, Form::Rectangle)];
        assert_eq!(boxes_of(flag, label()), "");
        let numbered = vec![square(50.0, 100.0)];
        let mut glyphs = typed("7", 53.0, 109.0);
        glyphs.extend(label());
        assert_eq!(boxes_of(numbered, glyphs), "");
        assert_eq!(boxes_of(vec![square(50.0, 100.0)], Vec::new()), "");
    }

    #[test]
    fn a_frame_round_several_boxes_does_not_make_them_a_table() {
        let shapes = vec![
            stroke(40.0, 90.0, 300.0, 140.0, Form::Rectangle),
            square(50.0, 100.0),
        ];
        assert_eq!(boxes_of(shapes, typed("Ja", 68.0, 109.0)), "☐");
    }

    #[test]
    fn a_form_button_says_itself_whether_it_is_on() {
        let mut content = PageContent {
            shapes: vec![square(50.0, 100.0)],
            glyphs: typed("✔", 52.0, 109.0),
            widgets: vec![Widget {
                rect: Rect(50.0, 100.0, 61.0, 111.0),
                value: WidgetValue::Button(true),
            }],
            ..PageContent::default()
        };
        place_boxes(&mut content);
        let text: String = content.glyphs.iter().map(|one| one.text.first()).collect();
        assert_eq!(text, "☒");
    }
}
