//! Form fields: the values of the widgets on a page.
//!
//! The interpreter draws the appearance of a field, so the text of a field with an appearance is already on
//! the page. Fields without one, and the states of checkboxes and radio buttons, are read here: the mark of
//! a button is a drawing, and an unchecked one may draw nothing.

use std::collections::BTreeSet;

use hayro_syntax::object::{Array, Dict, Name, Object, Rect as PdfRect, String as PdfString};
use hayro_syntax::page::Page;
use kurbo::Affine;

use super::content::{Widget, WidgetValue};
use super::geometry::finite_rect;
use diarium_document::collapse_whitespace;

/// Fields of one page that are read.
// Only hostile files have more.
const MAX_WIDGETS: usize = 1_000;
/// Flags of an annotation that is hidden, or not shown on the screen (ISO 32000-1, table 165).
const HIDDEN: u32 = 1 << 1 | 1 << 5;
/// Flag of a push button, which has no state (ISO 32000-1, table 226).
const PUSH_BUTTON: u32 = 1 << 16;
/// Longest chain of parents from which a field inherits.
// The chain of a hostile file may be a loop.
const MAX_FIELD_DEPTH: usize = 16;

/// The page's form fields.
pub(super) fn widgets(page: &Page<'_>, transform: Affine) -> Vec<Widget> {
    let Some(annotations) = page.raw().get::<Array<'_>>(b"Annots") else {
        return Vec::new();
    };
    annotations
        .iter::<Dict<'_>>()
        .take(MAX_WIDGETS)
        .filter_map(|annotation| widget(&annotation, transform))
        .collect()
}

fn widget(annotation: &Dict<'_>, transform: Affine) -> Option<Widget> {
    let is_widget = annotation
        .get::<Name<'_>>(b"Subtype")
        .is_some_and(|name| name.as_str() == "Widget");
    if !is_widget || annotation.get::<u32>(b"F").unwrap_or(0) & HIDDEN != 0 {
        return None;
    }
    let bounds = annotation.get::<PdfRect>(b"Rect")?;
    let corners = kurbo::Rect::new(bounds.x0, bounds.y0, bounds.x1, bounds.y1);
    let rect = finite_rect(transform.transform_rect_bbox(corners))?;
    let field = FieldChain::new(annotation);
    let value = match field.inherited::<Name<'_>>(b"FT")?.as_str() {
        "Btn" => WidgetValue::Button(field.button_state()?),
        // With an appearance, the interpreter draws the text.
        "Tx" | "Ch" if !has_appearance(annotation) => WidgetValue::Text(field.text()?),
        _ => return None,
    };
    Some(Widget { rect, value })
}

/// A widget and its parent fields, the nearest first.
struct FieldChain<'a>(Vec<Dict<'a>>);

impl<'a> FieldChain<'a> {
    fn new(annotation: &Dict<'a>) -> Self {
        let mut chain = vec![annotation.clone()];
        let mut seen = BTreeSet::new();
        while chain.len() < MAX_FIELD_DEPTH
            && let Some(parent) = chain
                .last()
                .and_then(|last| last.get::<Dict<'a>>(b"Parent"))
            && parent
                .obj_id()
                .is_none_or(|id| seen.insert((id.obj_number, id.gen_number)))
        {
            chain.push(parent);
        }
        Self(chain)
    }

    fn inherited<T>(&self, key: &[u8]) -> Option<T>
    where
        T: TryFrom<Object<'a>>,
    {
        self.0
            .iter()
            .find_map(|field| T::try_from(field.get::<Object<'a>>(key)?).ok())
    }

    /// Whether a button is on; `None` for a push button.
    fn button_state(&self) -> Option<bool> {
        if self.inherited::<u32>(b"Ff").unwrap_or(0) & PUSH_BUTTON != 0 {
            return None;
        }
        let widget = self.0.first()?;
        if let Some(state) = widget.get::<Name<'_>>(b"AS") {
            return Some(state.as_str() != "Off");
        }
        let Some(value) = self.inherited::<Name<'_>>(b"V") else {
            return Some(false);
        };
        // Radio buttons share one value. The one that has an appearance for it is on.
        let appearances = widget
            .get::<Dict<'_>>(b"AP")
            .and_then(|appearance| appearance.get::<Dict<'_>>(b"N"));
        Some(
            value.as_str() != "Off"
                && appearances.is_none_or(|appearances| appearances.contains_key(&value)),
        )
    }

    fn text(&self) -> Option<String> {
        let text = decode_text(self.inherited::<PdfString<'_>>(b"V")?.as_bytes());
        let text = collapse_whitespace(&text);
        (!text.is_empty()).then_some(text)
    }
}

fn has_appearance(annotation: &Dict<'_>) -> bool {
    annotation
        .get::<Dict<'_>>(b"AP")
        .is_some_and(|appearance| appearance.contains_key(b"N"))
}

/// Decodes a text string (ISO 32000-1, 7.9.2.2): UTF-16 or UTF-8 with a byte order mark, or
/// PDFDocEncoding, whose letters are those of Latin-1.
pub(super) fn decode_text(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => {
            let units: Vec<u16> = rest
                .chunks_exact(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                .collect();
            String::from_utf16_lossy(&units)
        }
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_strings_are_decoded_from_three_encodings() {
        assert_eq!(decode_text(b"\xFE\xFF\0\xE5"), "å");
        assert_eq!(decode_text("\u{FEFF}ö".as_bytes()), "ö");
        assert_eq!(decode_text(b"\xC4lvsj\xF6"), "Älvsjö");
    }
}
