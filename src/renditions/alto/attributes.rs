//! Attribute values of ALTO: lengths, points, boxes, confidences and text.

use diarium_document::Rect;

/// Attributes of an element, in order.
pub(super) struct Attributes(Vec<(&'static str, String)>);

impl Attributes {
    pub(super) fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn push(&mut self, name: &'static str, value: impl Into<String>) {
        self.0.push((name, value.into()));
    }

    /// Adds the position and size of a box, if there is one.
    pub(super) fn push_box(&mut self, rect: Option<Rect>) {
        if let Some(Rect(left, top, right, bottom)) = rect {
            self.push("HPOS", length(left));
            self.push("VPOS", length(top));
            self.push("WIDTH", length((right - left).max(0.0)));
            self.push("HEIGHT", length((bottom - top).max(0.0)));
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }
}

/// Tenths of a millimeter in a point.
const MM10_PER_POINT: f32 = 254.0 / 72.0;

/// A length, given in points, in tenths of a millimeter with one decimal: the unit `mm10`.
pub(super) fn length(points: f32) -> String {
    // One decimal is 0.01 mm, a quarter of a pixel at 600 dpi.
    let written = format!("{:.1}", points * MM10_PER_POINT);
    // A small negative length is rounded to it.
    match written.as_str() {
        "-0.0" => "0.0".to_owned(),
        _ => written,
    }
}

/// A point of a baseline, given in points.
pub(super) fn point((x, y): (f32, f32)) -> String {
    format!("{},{}", length(x), length(y))
}

/// A confidence with two decimals, as in records.
pub(super) fn confidence(share: f32) -> String {
    format!("{:.2}", share.clamp(0.0, 1.0))
}

/// A text with U+FFFD for characters that XML does not permit (XML 1.0, 2.2).
pub(super) fn xml_text(text: &str) -> String {
    let is_permitted = |character: char| matches!(character, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..);
    text.chars()
        .map(|character| {
            if is_permitted(character) {
                character
            } else {
                char::REPLACEMENT_CHARACTER
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_a4_page_is_2100_by_2970_tenths_of_a_millimetre() {
        assert_eq!(length(595.276), "2100.0");
        assert_eq!(length(841.89), "2970.0");
        assert_eq!(length(-0.001), "0.0");
    }

    #[test]
    fn characters_that_xml_does_not_permit_are_replaced() {
        assert_eq!(xml_text("å\u{0}<\u{FFFF}😀"), "å\u{FFFD}<\u{FFFD}😀");
    }
}
