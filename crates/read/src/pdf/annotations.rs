//! Annotations that mark text: highlights and the like, which cover nothing, and drawn boxes, which do.

use hayro_syntax::object::{Array, Dict, Name};

use diarium_document::Rect;

/// Annotations that are drawn over text without hiding it, whatever their appearance paints.
const MARKUPS: [&str; 8] = [
    "Highlight",
    "Underline",
    "Squiggly",
    "StrikeOut",
    "Link",
    "Ink",
    "Caret",
    "Popup",
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
