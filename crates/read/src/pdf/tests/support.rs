//! Glyphs and small PDFs for the tests of the PDF reader.

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, Stream, dictionary};

use super::super::content::{Glyph, GlyphText};
use super::super::rows::rows;

/// Size of the letters that [`typed`] makes.
pub(in crate::pdf) const SIZE: f32 = 11.0;
/// Width of each of them, as a typewriter's.
pub(in crate::pdf) const ADVANCE: f32 = 5.5;

/// One letter.
pub(in crate::pdf) fn at(character: char, left: f32, baseline: f32) -> Glyph {
    let text = GlyphText::Character(character);
    Glyph::synthetic(text, (left, left + ADVANCE), baseline, SIZE)
}

/// A text in letters of equal width, one glyph each.
pub(in crate::pdf) fn typed(text: &str, left: f32, baseline: f32) -> Vec<Glyph> {
    text.chars()
        .zip(0u16..)
        .map(|(character, index)| at(character, left + ADVANCE * f32::from(index), baseline))
        .collect()
}

/// Several texts.
pub(in crate::pdf) fn glyphs_of(texts: &[(&str, f32, f32)]) -> Vec<Glyph> {
    texts
        .iter()
        .flat_map(|(text, left, baseline)| typed(text, *left, *baseline))
        .collect()
}

/// The words that glyphs make, separated by spaces.
pub(in crate::pdf) fn text_of(glyphs: Vec<Glyph>) -> String {
    let rows = rows(glyphs);
    let words = rows.iter().flat_map(|row| &row.words);
    let texts: Vec<&str> = words.map(|word| word.text.as_str()).collect();
    texts.join(" ")
}

/// A builder of PDFs: A4 pages set in Helvetica with WinAnsi encoding.
pub(in crate::pdf) struct PdfBuilder {
    pub document: Document,
    pages: Vec<Object>,
    tree: lopdf::ObjectId,
    pub resources: Dictionary,
}

impl PdfBuilder {
    /// No pages yet.
    pub(in crate::pdf) fn new() -> Self {
        let mut document = Document::with_version("1.5");
        let tree = document.new_object_id();
        let font = |name: &str| {
            dictionary! {
                "Type" => "Font", "Subtype" => "Type1",
                "BaseFont" => name, "Encoding" => "WinAnsiEncoding",
            }
        };
        let plain = document.add_object(font("Helvetica"));
        let bold = document.add_object(font("Helvetica-Bold"));
        Self {
            document,
            pages: Vec::new(),
            tree,
            resources: dictionary! {
                "Font" => dictionary! { "F1" => plain, "F2" => bold },
            },
        }
    }

    /// Adds an image of one gray pixel under the name `Im1`.
    pub(in crate::pdf) fn with_image(self) -> Self {
        self.with_picture(1, 1, 8, vec![128])
    }

    /// Adds an image in shades of gray under the name `Im1`.
    pub(in crate::pdf) fn with_picture(
        mut self,
        width: usize,
        height: usize,
        bits: u8,
        pixels: Vec<u8>,
    ) -> Self {
        let side = |pixels: usize| i64::try_from(pixels).unwrap();
        let mut image = Stream::new(
            dictionary! {
                "Type" => "XObject", "Subtype" => "Image",
                "Width" => side(width), "Height" => side(height),
                "ColorSpace" => "DeviceGray", "BitsPerComponent" => bits,
            },
            pixels,
        );
        image.compress().unwrap();
        let id = self.document.add_object(image);
        self.resources
            .set("XObject", dictionary! { "Im1" => Object::Reference(id) });
        self
    }

    /// Adds a page with these operations and these further entries.
    pub(in crate::pdf) fn page(mut self, operations: Vec<Operation>, more: Dictionary) -> Self {
        let content = Content { operations }.encode().unwrap();
        let content = self
            .document
            .add_object(Stream::new(dictionary! {}, content));
        let mut page = dictionary! {
            "Type" => "Page", "Parent" => self.tree, "Contents" => content,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            "Resources" => self.resources.clone(),
        };
        for (key, value) in more {
            page.set(key, value);
        }
        let id = self.document.add_object(page);
        self.pages.push(id.into());
        self
    }

    /// Adds a page of texts in 11 points, each at a place from the bottom left.
    pub(in crate::pdf) fn text_page(self, texts: &[(&str, i64, i64)]) -> Self {
        let operations = texts
            .iter()
            .flat_map(|(text, left, up)| show(text, "F1", *left, *up))
            .collect();
        self.page(operations, dictionary! {})
    }

    /// The finished document.
    pub(in crate::pdf) fn finish(mut self) -> Document {
        let count = i64::try_from(self.pages.len()).unwrap();
        self.document.objects.insert(
            self.tree,
            dictionary! { "Type" => "Pages", "Kids" => self.pages, "Count" => count }.into(),
        );
        let catalog = self
            .document
            .add_object(dictionary! { "Type" => "Catalog", "Pages" => self.tree });
        self.document.trailer.set("Root", catalog);
        self.document
    }

    /// The file.
    pub(in crate::pdf) fn bytes(self) -> Vec<u8> {
        bytes_of(self.finish())
    }
}

/// A document as a file.
pub(in crate::pdf) fn bytes_of(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

/// Operations that print a text in 11 points.
pub(in crate::pdf) fn show(text: &str, font: &str, left: i64, up: i64) -> Vec<Operation> {
    let (encoded, _, _) = encoding_rs::WINDOWS_1252.encode(text);
    vec![
        Operation::new("BT", vec![]),
        Operation::new("Tf", vec![font.into(), 11.into()]),
        Operation::new("Td", vec![left.into(), up.into()]),
        Operation::new("Tj", vec![Object::string_literal(encoded.into_owned())]),
        Operation::new("ET", vec![]),
    ]
}

/// Operations that draw the image `Im1` over the whole page.
pub(in crate::pdf) fn full_page_image() -> Vec<Operation> {
    image_over(595, 842)
}

/// Operations that draw the image `Im1` in this size, from the bottom left.
pub(in crate::pdf) fn image_over(width: i64, height: i64) -> Vec<Operation> {
    let matrix = [width, 0, 0, height, 0, 0].map(Object::from);
    vec![
        Operation::new("q", vec![]),
        Operation::new("cm", matrix.to_vec()),
        Operation::new("Do", vec!["Im1".into()]),
        Operation::new("Q", vec![]),
    ]
}
