//! Does a page carry its text, or only a picture of it?

use super::content::PageContent;

/// What a page is made of, and so whether optical recognition would help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageClass {
    /// Nothing to read and nothing that could hold text: a blank page.
    NoText,
    /// An image of a page, and no text.
    ImagePage,
    /// An image of a page, with the text that an OCR engine once read under it.
    OcrLayer,
    /// Characters without meaning: the fonts do not say what their glyphs are.
    Garbled,
    /// Letters drawn as paths.
    VectorOnly,
    /// Text that can be trusted.
    Ok,
}

impl PageClass {
    /// Whether the page's words can only be had by looking at it.
    pub fn needs_ocr(self) -> bool {
        matches!(self, Self::ImagePage | Self::Garbled | Self::VectorOnly)
    }
}

/// What [`classify_page`] needs to know of a page.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct PageFacts {
    /// Characters that a person sees, blanks not counted.
    pub visible: usize,
    /// Characters that nobody sees, blanks not counted.
    pub invisible: usize,
    /// Characters of both sorts that have no Unicode.
    pub unknown: usize,
    /// Share of the page that images cover, 0 to 1.
    pub image_cover: f32,
    /// Parts of drawn paths.
    pub shapes: usize,
}

/// Half of the page: a scan covers its page, a photograph in a report seldom half of it.
const SCAN_COVER: f32 = 0.5;
/// A stamp such as `Sida 12 av 14` or a register number that a scanner's software prints over
/// the image.
const STAMP_CHARACTERS: usize = 24;
/// A page whose image is nearly all of it is a scan even with a stamp on it.
const FULL_COVER: f32 = 0.85;
/// A few missing characters are a symbol font; a third of the page is a font without a map.
const GARBLED_SHARE: f32 = 0.3;
/// A page of outlined letters has at least this many paths; rules and logos have fewer.
const OUTLINED_SHAPES: usize = 300;

/// Tells what a page is made of.
pub fn classify_page(facts: &PageFacts) -> PageClass {
    let characters = facts.visible + facts.invisible;
    if facts.invisible > facts.visible && facts.image_cover >= SCAN_COVER {
        return PageClass::OcrLayer;
    }
    if facts.visible == 0 && facts.image_cover >= SCAN_COVER
        || facts.visible <= STAMP_CHARACTERS && facts.image_cover >= FULL_COVER
    {
        return PageClass::ImagePage;
    }
    if characters == 0 {
        return match facts.shapes {
            OUTLINED_SHAPES.. => PageClass::VectorOnly,
            _ => PageClass::NoText,
        };
    }
    if facts.unknown as f32 > GARBLED_SHARE * characters as f32 {
        return PageClass::Garbled;
    }
    PageClass::Ok
}

/// Counts what [`classify_page`] needs.
pub(crate) fn page_facts(content: &PageContent) -> PageFacts {
    let mut facts = PageFacts {
        image_cover: image_cover(content),
        shapes: content.shapes.len(),
        ..PageFacts::default()
    };
    for glyph in content.glyphs.iter().filter(|glyph| !glyph.is_space()) {
        match glyph.visible {
            true => facts.visible += 1,
            false => facts.invisible += 1,
        }
        facts.unknown += usize::from(glyph.is_unknown());
    }
    facts
}

/// The share of the page under images. Images that lie over each other count twice, up to the
/// whole page: layers of one scan do, and they cover the page anyway.
fn image_cover(content: &PageContent) -> f32 {
    let (width, height) = content.size;
    let area: f32 = content
        .images
        .iter()
        .map(|image| {
            let across = image.2.min(width) - image.0.max(0.0);
            let down = image.3.min(height) - image.1.max(0.0);
            across.max(0.0) * down.max(0.0)
        })
        .sum();
    (area / (width * height).max(1.0)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(visible: usize, invisible: usize, image_cover: f32) -> PageFacts {
        PageFacts {
            visible,
            invisible,
            image_cover,
            ..PageFacts::default()
        }
    }

    #[test]
    fn pages_are_told_apart_by_what_they_are_made_of() {
        let garbled = PageFacts {
            unknown: 60,
            ..facts(100, 0, 0.0)
        };
        let outlined = PageFacts {
            shapes: 900,
            ..facts(0, 0, 0.0)
        };
        for (facts, expected) in [
            (facts(0, 0, 0.0), PageClass::NoText),
            (facts(0, 0, 0.97), PageClass::ImagePage),
            (facts(12, 0, 1.0), PageClass::ImagePage),
            (facts(12, 0, 0.6), PageClass::Ok),
            (facts(0, 900, 1.0), PageClass::OcrLayer),
            (facts(1200, 900, 0.2), PageClass::Ok),
            (garbled, PageClass::Garbled),
            (outlined, PageClass::VectorOnly),
            (facts(1500, 0, 0.1), PageClass::Ok),
        ] {
            assert_eq!(classify_page(&facts), expected, "{facts:?}");
        }
    }
}
