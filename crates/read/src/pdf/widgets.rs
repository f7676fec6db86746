//! What do the fields of a fillable form hold?
//!
//! The interpreter draws a field's appearance, so a typed text is on the page already where the
//! file gives it one. Buttons are different: their tick is a picture, and an empty one may draw
//! nothing at all; their state is read here instead.

use std::collections::BTreeSet;

use hayro_syntax::object::{Array, Dict, Name, Object, Rect as PdfRect, String as PdfString};
use hayro_syntax::page::Page;
use kurbo::Affine;

use super::content::{Widget, WidgetValue};
use super::shapes::upright;
use diarium_document::collapse_whitespace;

/// Fields looked at on one page.
const MOST_WIDGETS: usize = 1_000;
/// ISO 32000-1, table 165: an annotation that is hidden, or not shown on the screen.
const HIDDEN: u32 = 1 << 1 | 1 << 5;
/// ISO 32000-1, table 226: a button that does something and has no state.
const PUSH_BUTTON: u32 = 1 << 16;
/// Fields inherit from the fields above them; no form is this deep.
const DEEPEST_FIELD: usize = 16;

/// The page's form fields.
pub(super) fn widgets(page: &Page<'_>, transform: Affine) -> Vec<Widget> {
    let Some(annotations) = page.raw().get::<Array<'_>>(b"Annots") else {
        return Vec::new();
    };
    annotations
        .iter::<Dict<'_>>()
        .take(MOST_WIDGETS)
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
    let place = annotation.get::<PdfRect>(b"Rect")?;
    let corners = kurbo::Rect::new(place.x0, place.y0, place.x1, place.y1);
    let rect = upright(transform.transform_rect_bbox(corners))?;
    let field = Field::of(annotation);
    let value = match field.inherited::<Name<'_>>(b"FT")?.as_str() {
        "Btn" => WidgetValue::Button(field.button()?),
        "Tx" | "Ch" if !has_appearance(annotation) => WidgetValue::Text(field.text()?),
        _ => return None,
    };
    Some(Widget { rect, value })
}

/// An annotation and the fields above it, nearest first.
struct Field<'a>(Vec<Dict<'a>>);

impl<'a> Field<'a> {
    fn of(annotation: &Dict<'a>) -> Self {
        let mut chain = vec![annotation.clone()];
        let mut seen = BTreeSet::new();
        while chain.len() < DEEPEST_FIELD
            && let Some(above) = chain
                .last()
                .and_then(|lowest| lowest.get::<Dict<'a>>(b"Parent"))
            && above
                .obj_id()
                .is_none_or(|id| seen.insert((id.obj_number, id.gen_number)))
        {
            chain.push(above);
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

    /// Whether a button is on; nothing for one that has no state.
    fn button(&self) -> Option<bool> {
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
        // Radio buttons share one value: the one that is on is the one that has a look for it.
        let looks = widget
            .get::<Dict<'_>>(b"AP")
            .and_then(|appearance| appearance.get::<Dict<'_>>(b"N"));
        Some(value.as_str() != "Off" && looks.is_none_or(|looks| looks.contains_key(&value)))
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

/// A text string of ISO 32000-1, 7.9.2.2: UTF-16 with a byte order mark, UTF-8 with one, or
/// PDFDocEncoding, which is Latin-1 for the letters.
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
    fn text_strings_come_in_three_encodings() {
        assert_eq!(decode_text(b"\xFE\xFF\0\xE5"), "å");
        assert_eq!(decode_text("\u{FEFF}ö".as_bytes()), "ö");
        assert_eq!(decode_text(b"\xC4lvsj\xF6"), "Älvsjö");
    }
}
