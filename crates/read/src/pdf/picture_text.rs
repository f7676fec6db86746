//! Pictures of text on a page that has text of its own: a scan under a stamp, a clipping, a table as image.
//!
//! A page is drawn at a low resolution, the letters that are known are taken out, and what is left within its
//! images is examined for lines of letters. So neither the share of the page that an image covers matters,
//! nor what is printed over it; photographs, logos and figures have no such lines, or few.

use std::collections::BTreeSet;

use hayro_syntax::page::Page;

use super::Limits;
use super::content::{Glyph, ImageId, PageContent};
use super::page_ocr::render_page;
use super::words::{ASCENT, DESCENT};
use diarium_document::Rect;
use diarium_ocr::{BoundingBox, GrayImage, letters_in_lines};

/// Resolution in dpi: letters of six points are seven pixels high.
const RESOLUTION: f32 = 100.0;
/// A smaller image has no room for a line of text, in points.
const MIN_WIDTH: f32 = 60.0;
const MIN_HEIGHT: f32 = 10.0;
/// Images that are examined.
const MAX_IMAGES: usize = 200;
/// Fewest letters in the images of a page with little text of its own, such as a stamp.
const MIN_LETTERS: usize = 12;
/// The same of a page with more text: logos and figures have some words.
const MIN_LETTERS_BESIDE_TEXT: usize = 60;
/// A page with fewer letters of its own has little text.
pub(super) const LITTLE_TEXT: usize = 200;

/// Share of a page with more text that its images must cover together: smaller ones are logos.
const MIN_COVER_BESIDE_TEXT: f32 = 0.03;

/// Share of a page that a logo covers at most.
const MAX_LOGO: f32 = 0.1;

/// Finds pages with pictures of text in one document.
#[derive(Debug, Default)]
pub(super) struct PictureTexts {
    /// Images that have no text, such as the logo on every page.
    without_text: BTreeSet<ImageId>,
}

/// Images that touch each other, as the strips of a scan do, whose edges cut through letters.
#[derive(Debug)]
struct Region {
    rect: Rect,
    images: Vec<Option<ImageId>>,
}

impl PictureTexts {
    /// Whether the images of a page have text that is not in its text layer.
    pub(super) fn has_text(
        &mut self,
        page: &Page<'_>,
        content: &PageContent,
        limits: &Limits,
    ) -> bool {
        let own = content.glyphs.iter().filter(|glyph| !glyph.is_space());
        let has_text = own.count() >= LITTLE_TEXT;
        let regions = merged(self.candidates(content));
        let area = |rect: Rect| (rect.2 - rect.0) * (rect.3 - rect.1);
        let covered: f32 = regions.iter().map(|region| area(region.rect)).sum();
        let (needed, cover) = if has_text {
            (MIN_LETTERS_BESIDE_TEXT, MIN_COVER_BESIDE_TEXT)
        } else {
            (MIN_LETTERS, 0.0)
        };
        let page_area = content.size.0 * content.size.1;
        if regions.is_empty() || covered < cover * page_area {
            return false;
        }
        // A page that cannot be drawn is reported by the recognition of pages that need it.
        let Ok(mut picture) = render_page(page, content, RESOLUTION, limits) else {
            return false;
        };
        remove_glyphs(&mut picture, &content.glyphs, RESOLUTION);
        let mut letters = 0;
        for region in regions {
            let found = letters_in_lines(&picture, pixels(region.rect, RESOLUTION), RESOLUTION);
            letters += found;
            // A larger image may be a scan, all of whose letters are known on this page only.
            if found == 0 && area(region.rect) < MAX_LOGO * page_area {
                self.without_text
                    .extend(region.images.into_iter().flatten());
            }
        }
        letters >= needed
    }

    /// The images that have room for text.
    fn candidates(&self, content: &PageContent) -> Vec<Region> {
        let ids = content
            .image_ids
            .iter()
            .copied()
            .chain(std::iter::repeat(None));
        let images = content.images.iter().zip(ids).map(|(image, id)| Region {
            rect: visible_part(*image, content.size),
            images: vec![id],
        });
        images
            .filter(|image| {
                let Rect(left, top, right, bottom) = image.rect;
                let is_known =
                    |id: &Option<ImageId>| id.is_some_and(|id| self.without_text.contains(&id));
                right - left >= MIN_WIDTH
                    && bottom - top >= MIN_HEIGHT
                    && !image.images.iter().any(is_known)
            })
            .take(MAX_IMAGES)
            .collect()
    }
}

fn visible_part(image: Rect, (width, height): (f32, f32)) -> Rect {
    Rect(
        image.0.max(0.0),
        image.1.max(0.0),
        image.2.min(width),
        image.3.min(height),
    )
}

/// The regions of images that touch each other.
fn merged(mut images: Vec<Region>) -> Vec<Region> {
    images.sort_by(|one, other| one.rect.1.total_cmp(&other.rect.1));
    let mut regions: Vec<Region> = Vec::new();
    for image in images {
        let rect = image.rect;
        let touching = regions.iter_mut().find(|region| {
            let other = region.rect;
            rect.0 <= other.2 + 1.0
                && other.0 <= rect.2 + 1.0
                && rect.1 <= other.3 + 1.0
                && other.1 <= rect.3 + 1.0
        });
        match touching {
            Some(region) => {
                region.rect = Rect(
                    region.rect.0.min(rect.0),
                    region.rect.1.min(rect.1),
                    region.rect.2.max(rect.2),
                    region.rect.3.max(rect.3),
                );
                region.images.extend(image.images);
            }
            None => regions.push(image),
        }
    }
    regions
}

/// A rectangle in pixels.
pub(super) fn pixels(rect: Rect, dpi: f32) -> BoundingBox {
    let scale = dpi / 72.0;
    let at = |points: f32| (points * scale).max(0.0) as usize;
    BoundingBox {
        left: at(rect.0),
        top: at(rect.1),
        right: at(rect.2).saturating_add(1),
        bottom: at(rect.3).saturating_add(1),
    }
}

/// Paints paper over the known letters of a page.
pub(super) fn remove_glyphs(picture: &mut GrayImage, glyphs: &[Glyph], dpi: f32) {
    let paper = picture.background_level();
    for glyph in glyphs
        .iter()
        .filter(|glyph| glyph.direction == 0 && !glyph.is_space())
    {
        let rect = Rect(
            glyph.left - 1.0,
            glyph.baseline - (ASCENT + 0.1) * glyph.size,
            glyph.right + 1.0,
            glyph.baseline + (DESCENT + 0.1) * glyph.size,
        );
        picture.fill(pixels(rect, dpi), paper);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strips_of_a_scan_are_one_region() {
        let strips = vec![
            Rect(0.0, 100.0, 500.0, 200.0),
            Rect(0.0, 0.0, 500.0, 100.0),
            Rect(0.0, 400.0, 50.0, 450.0),
        ];
        let strips = strips.into_iter().map(|rect| Region {
            rect,
            images: vec![None],
        });
        let regions = merged(strips.collect());
        let regions: Vec<Rect> = regions.iter().map(|region| region.rect).collect();
        let expected = [Rect(0.0, 0.0, 500.0, 200.0), Rect(0.0, 400.0, 50.0, 450.0)];
        assert_eq!(regions, expected);
    }
}
