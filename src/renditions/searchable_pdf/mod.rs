//! Searchable PDF: a copy of a scanned PDF with an invisible text layer.
//!
//! The recognized words of each scanned page are drawn before its image in text rendering mode 3, which
//! paints nothing (ISO 32000-1, 9.3.6). The copy begins with the bytes of the original, and the new
//! objects are appended as an incremental update (7.5.6), so that signatures stay verifiable and the
//! scan can be recovered by cutting the copy. Only a file whose cross-reference table is broken is
//! written anew; its streams keep their bytes.
//!
//! An image file has no PDF to begin with: `image_pages` makes one of its pictures.
//!
//! Pages that have a text layer already are not changed. Recognizing text is left to `read`.

mod glyphless_font;
mod image_pages;
mod page_geometry;
mod text_layer;

use std::collections::BTreeMap;

use lopdf::{
    Dictionary, Document, IncrementalDocument, LoadOptions, Object, ObjectId, Stream, dictionary,
};

use diarium_document::Page;
use glyphless_font::CharacterCodes;

/// Why a document has no searchable copy.
#[derive(Debug, thiserror::Error)]
pub enum SearchablePdfError {
    /// The original is encrypted, and the new objects would have to be encrypted, too.
    #[error("it is encrypted; save a copy without a password and process that")]
    Encrypted,
    /// The structure of the original is invalid.
    #[error("its structure cannot be read as written ({0}); repair it and process that")]
    Structure(#[from] lopdf::Error),
    /// The pages that were read and those of the page tree differ in number or size.
    #[error("its pages are not those that were read; repair it and process that")]
    Pages,
    /// The copy cannot be written.
    #[error("it could not be written: {0}")]
    Write(#[from] std::io::Error),
}

/// The most bytes that a stream may have once it is decompressed.
// The limit of the reader, so that a document that can be read can also be copied.
const MAX_DECOMPRESSED: usize = 128 << 20;

/// The copy of a PDF with a text layer on all pages that are only an image, or `None` if it has no such
/// page. `pages` were read from the same bytes.
///
/// # Errors
/// If the PDF is encrypted or damaged, or its pages are not the ones that were read.
pub fn add_text_layer(
    original: Vec<u8>,
    pages: &[Page],
) -> Result<Option<Vec<u8>>, SearchablePdfError> {
    let is_scanned = |page: &&Page| page.picture_only && !page.words.is_empty();
    let scanned: Vec<&Page> = pages.iter().filter(is_scanned).collect();
    if scanned.is_empty() {
        return Ok(None);
    }
    let options = LoadOptions::with_max_decompressed_size(MAX_DECOMPRESSED);
    let document = Document::load_mem_with_options(&original, options).map_err(load_error)?;
    if document.is_encrypted() || document.was_encrypted() {
        return Err(SearchablePdfError::Encrypted);
    }
    let page_ids = document.get_pages();
    if page_ids.len() != pages.len() {
        return Err(SearchablePdfError::Pages);
    }
    let codes = CharacterCodes::of_pages(&scanned);
    let mut update = Update::of(&document);
    let font = glyphless_font::add_font(&codes, &mut update);
    for page in scanned {
        let id = *page_ids
            .get(&page.number)
            .ok_or(SearchablePdfError::Pages)?;
        let dictionary = page_with_layer(&document, id, page, &codes, font, &mut update)?;
        update.objects.insert(id, dictionary.into());
    }
    Ok(Some(save(original, document, update)?))
}

/// A PDF of the pictures of an image file with a text layer, or `None` if no words were read.
///
/// # Errors
/// If the PDF cannot be written.
pub fn searchable_pictures(
    original: &[u8],
    pages: &[Page],
) -> Result<Option<Vec<u8>>, SearchablePdfError> {
    if pages.iter().all(|page| page.words.is_empty()) {
        return Ok(None);
    }
    add_text_layer(image_pages::pdf_of_pictures(original, pages)?, pages)
}

fn load_error(error: lopdf::Error) -> SearchablePdfError {
    match error {
        lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_) => {
            SearchablePdfError::Encrypted
        }
        other => SearchablePdfError::Structure(other),
    }
}

/// The new and the replaced objects of a document.
struct Update {
    objects: BTreeMap<ObjectId, Object>,
    /// The highest object number in use.
    max_id: u32,
}

impl Update {
    fn of(document: &Document) -> Self {
        Self {
            objects: BTreeMap::new(),
            max_id: document.max_id,
        }
    }

    fn add(&mut self, object: impl Into<Object>) -> ObjectId {
        self.max_id += 1;
        let id = (self.max_id, 0);
        self.objects.insert(id, object.into());
        id
    }
}

fn compressed(dictionary: Dictionary, content: Vec<u8>) -> Stream {
    let mut stream = Stream::new(dictionary, content);
    // A stream that cannot be compressed is written as it is.
    let _ = stream.compress();
    stream
}

/// The dictionary of a page with its text layer.
fn page_with_layer(
    document: &Document,
    id: ObjectId,
    page: &Page,
    codes: &CharacterCodes,
    font: ObjectId,
    update: &mut Update,
) -> Result<Dictionary, SearchablePdfError> {
    let to_user = page_geometry::display_to_user_space(document, id, page.size)
        .ok_or(SearchablePdfError::Pages)?;
    let mut dictionary = document.get_dictionary(id)?.clone();
    // Other pages may share the resources, so that this page gets a copy.
    let (resources, font_name) = resources_with_font(document, id, font);
    let content = text_layer::content(page, codes, &font_name, to_user);
    let content = update.add(compressed(dictionary! {}, content));
    // First, because the page's own content may leave a changed graphics state behind, such as a
    // transformation.
    let mut contents = vec![Object::Reference(content)];
    if let Ok(drawn) = dictionary.get(b"Contents") {
        match document.dereference(drawn)? {
            (_, Object::Array(streams)) => contents.extend(streams.iter().cloned()),
            _ => contents.push(drawn.clone()),
        }
    }
    dictionary.set("Contents", contents);
    dictionary.set("Resources", resources);
    Ok(dictionary)
}

/// A page's resources with the font of the text layer, and the font's name in them.
fn resources_with_font(
    document: &Document,
    page: ObjectId,
    font: ObjectId,
) -> (Dictionary, String) {
    let mut resources = page_geometry::inherited(document, page, b"Resources")
        .and_then(|resources| resources.as_dict().ok())
        .cloned()
        .unwrap_or_default();
    let mut fonts = resources
        .get(b"Font")
        .and_then(|fonts| document.dereference(fonts))
        .and_then(|(_, fonts)| fonts.as_dict())
        .cloned()
        .unwrap_or_default();
    // A font of the page must not be replaced: its text would be drawn in the glyphless font.
    let mut name = "DiariumText".to_owned();
    while fonts.has(name.as_bytes()) {
        name.push('X');
    }
    fonts.set(name.as_bytes(), font);
    resources.set("Font", fonts);
    (resources, name)
}

/// The bytes of the copy: the original with an incremental update, or a new file if the original
/// cannot be updated.
fn save(
    original: Vec<u8>,
    mut document: Document,
    update: Update,
) -> Result<Vec<u8>, SearchablePdfError> {
    // An update appends to the cross-reference table. A recovered table has no offset to refer to, and
    // offsets count from the header, which must then be the start of the file.
    let can_be_updated = document.xref_recovery.is_none()
        && document.xref_start > 0
        && original.starts_with(b"%PDF-");
    let mut copy = Vec::with_capacity(original.len() + original.len() / 8);
    if can_be_updated {
        // Only the trailer is needed from here on; the objects of a large scan take much memory.
        document.objects.clear();
        let mut incremental = IncrementalDocument::create_from(original, document);
        incremental.new_document.max_id = update.max_id;
        incremental.new_document.objects = update.objects;
        incremental.save_to(&mut copy)?;
    } else {
        document.max_id = update.max_id;
        document.objects.extend(update.objects);
        document.save_to(&mut copy)?;
    }
    Ok(copy)
}

#[cfg(test)]
mod tests;
