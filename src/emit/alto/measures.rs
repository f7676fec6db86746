//! How are places, confidences and texts written in an ALTO file?

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

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }
}

/// Tenths of a millimetre to a point.
const TENTHS: f32 = 254.0 / 72.0;

/// A length in points, in tenths of a millimetre to a hundredth of one.
pub(super) fn measure(points: f32) -> String {
    let written = format!("{:.1}", points * TENTHS);
    match written.as_str() {
        "-0.0" => "0.0".to_owned(),
        _ => written,
    }
}

/// A point of a line.
pub(super) fn point((x, y): (f32, f32)) -> String {
    format!("{},{}", measure(x), measure(y))
}

/// Says where something stands.
pub(super) fn placed(rect: Option<Rect>, attributes: &mut Attributes) {
    if let Some(Rect(left, top, right, bottom)) = rect {
        attributes.push("HPOS", measure(left));
        attributes.push("VPOS", measure(top));
        attributes.push("WIDTH", measure((right - left).max(0.0)));
        attributes.push("HEIGHT", measure((bottom - top).max(0.0)));
    }
}

/// To two decimals, as in records.
pub(super) fn confidence(share: f32) -> String {
    format!("{:.2}", share.clamp(0.0, 1.0))
}

/// A text without the characters that XML does not permit (XML 1.0, 2.2).
pub(super) fn permitted(text: &str) -> String {
    let is_permitted = |character: char| matches!(character, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..);
    text.chars()
        .map(|character| match is_permitted(character) {
            true => character,
            false => '\u{FFFD}',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_a4_page_is_2100_by_2970_tenths_of_a_millimetre() {
        assert_eq!(measure(595.276), "2100.0");
        assert_eq!(measure(841.89), "2970.0");
        assert_eq!(measure(-0.001), "0.0");
    }

    #[test]
    fn what_xml_does_not_permit_is_marked() {
        assert_eq!(permitted("å\u{0}<\u{FFFF}😀"), "å\u{FFFD}<\u{FFFD}😀");
    }
}
