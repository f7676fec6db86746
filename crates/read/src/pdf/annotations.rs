//! Annotations that mark text: highlights and the like, which cover nothing, and drawn boxes, which do.

use hayro_syntax::object::{Array, Dict, Name};

use kurbo::{Affine, Point};

use super::geometry::finite_rect;
use diarium_document::Rect;

/// Annotations that mark text or are icons beside it: they hide nothing, whatever their appearance paints.
const MARKUPS: [&str; 11] = [
    "Highlight",
    "Underline",
    "Squiggly",
    "StrikeOut",
    "Link",
    "Ink",
    "Caret",
    "Popup",
    "Text",
    "FileAttachment",
    "Sound",
];
/// A box with at least this opacity hides what is under it.
const OPAQUE: f32 = 0.95;

/// The bounding boxes of the annotations that mark text.
pub(super) fn markups(annotations: &[(Dict<'_>, Rect)]) -> Vec<Rect> {
    let is_markup = |annotation: &Dict<'_>| {
        let kind = annotation.get::<Name<'_>>(b"Subtype");
        kind.is_some_and(|kind| MARKUPS.contains(&kind.as_str()))
    };
    annotations
        .iter()
        .filter(|(annotation, _)| is_markup(annotation))
        .map(|(_, rect)| Rect(rect.0 - 3.0, rect.1 - 3.0, rect.2 + 3.0, rect.3 + 3.0))
        .collect()
}

/// Where annotations cross text out, on the page.
pub(super) fn strike_outs(annotations: &[(Dict<'_>, Rect)], transform: Affine) -> Vec<Rect> {
    let is_strike_out = |annotation: &Dict<'_>| {
        let kind = annotation.get::<Name<'_>>(b"Subtype");
        kind.is_some_and(|kind| kind.as_str() == "StrikeOut")
    };
    annotations
        .iter()
        .filter(|(annotation, _)| is_strike_out(annotation))
        .flat_map(|(annotation, rect)| {
            let marks = quadrilaterals(annotation, transform);
            if marks.is_empty() { vec![*rect] } else { marks }
        })
        .collect()
}

/// Marks of one annotation that are read, one a line of text.
const MAX_MARKS: usize = 1_000;

/// The bounding boxes of the marks of an annotation.
fn quadrilaterals(annotation: &Dict<'_>, transform: Affine) -> Vec<Rect> {
    let Some(points) = annotation.get::<Array<'_>>(b"QuadPoints") else {
        return Vec::new();
    };
    let numbers: Vec<f64> = points.iter::<f64>().take(8 * MAX_MARKS).collect();
    let bounds = numbers.chunks_exact(8).map(|mark| {
        let corners = mark
            .chunks_exact(2)
            .map(|pair| Point::new(pair[0], pair[1]));
        let empty = kurbo::Rect::new(f64::MAX, f64::MAX, f64::MIN, f64::MIN);
        corners.fold(empty, |bounds, corner| {
            kurbo::Rect::new(
                bounds.x0.min(corner.x),
                bounds.y0.min(corner.y),
                bounds.x1.max(corner.x),
                bounds.y1.max(corner.y),
            )
        })
    });
    bounds
        .filter_map(|bounds| finite_rect(transform.transform_rect_bbox(bounds)))
        .collect()
}

/// The filled boxes that a viewer draws although the file has no appearance for them.
pub(super) fn filled_boxes(annotations: &[(Dict<'_>, Rect)]) -> Vec<Rect> {
    let is_filled = |annotation: &Dict<'_>| {
        let kind = annotation.get::<Name<'_>>(b"Subtype");
        let is_box = kind.is_some_and(|kind| matches!(kind.as_str(), "Square" | "Circle"));
        let color = annotation.get::<Array<'_>>(b"IC");
        is_box
            && !annotation.contains_key(b"AP")
            && color.is_some_and(|color| color.iter::<f32>().next().is_some())
            && annotation.get::<f32>(b"CA").unwrap_or(1.0) >= OPAQUE
    };
    annotations
        .iter()
        .filter(|(annotation, _)| is_filled(annotation))
        .map(|(_, rect)| *rect)
        .collect()
}
