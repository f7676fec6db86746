//! How does a scan become a PDF that can be searched, and stays the scan that it is?
//!
//! What was read from a page's picture is laid under the picture as text that nobody sees (text
//! rendering mode 3, ISO 32000-1, 9.3.6). The original's bytes stand at the start of the copy,
//! untouched, with what is new appended (an incremental update, 7.5.6); only a file whose table of
//! contents is broken is written anew, its streams as they were.

mod font;
mod layer;
mod place;

use std::collections::BTreeMap;

use lopdf::{
    Dictionary, Document, IncrementalDocument, LoadOptions, Object, ObjectId, Stream, dictionary,
};

use diarium_document::Page;
use font::Alphabet;

/// Why a document has no searchable copy.
#[derive(Debug, thiserror::Error)]
pub enum NoCopy {
    /// What is appended would have to be encrypted, too.
    #[error("it is encrypted; save a copy without a password and process that")]
    Encrypted,
    /// Its structure is not what it should be.
    #[error("its structure cannot be read as written ({0}); repair it and process that")]
    Structure(#[from] lopdf::Error),
    /// Pages were found in two ways and are not the same.
    #[error("its pages cannot be told for sure; repair it and process that")]
    Pages,
    /// It could not be put together.
    #[error("it could not be written: {0}")]
    Write(#[from] std::io::Error),
}

/// Streams that unpack to more are not looked into; as in reading.
const MOST_UNPACKED: usize = 128 << 20;

/// The copy of a PDF in which all pages that are only a picture have their words, or nothing if it
/// has no such page. `pages` are those that were read from these very bytes.
pub fn searchable_copy(original: Vec<u8>, pages: &[Page]) -> Result<Option<Vec<u8>>, NoCopy> {
    let is_wanted = |page: &&Page| page.picture_only && !page.words.is_empty();
    let wanted: Vec<&Page> = pages.iter().filter(is_wanted).collect();
    if wanted.is_empty() {
        return Ok(None);
    }
    let options = LoadOptions::with_max_decompressed_size(MOST_UNPACKED);
    let document = Document::load_mem_with_options(&original, options).map_err(refusal)?;
    if document.is_encrypted() || document.was_encrypted() {
        return Err(NoCopy::Encrypted);
    }
    let places = document.get_pages();
    if places.len() != pages.len() {
        return Err(NoCopy::Pages);
    }
    let alphabet = Alphabet::of(&wanted);
    let mut changes = Changes::after(&document);
    let font = font::add(&alphabet, &mut changes);
    for page in wanted {
        let id = *places.get(&page.number).ok_or(NoCopy::Pages)?;
        let dictionary = with_layer(&document, id, page, &alphabet, font, &mut changes)?;
        changes.objects.insert(id, dictionary.into());
    }
    Ok(Some(saved(original, document, changes)?))
}

fn refusal(error: lopdf::Error) -> NoCopy {
    match error {
        lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_) => NoCopy::Encrypted,
        other => NoCopy::Structure(other),
    }
}

/// Objects that are new, or take the place of one that was there.
struct Changes {
    objects: BTreeMap<ObjectId, Object>,
    last: u32,
}

impl Changes {
    fn after(document: &Document) -> Self {
        Self {
            objects: BTreeMap::new(),
            last: document.max_id,
        }
    }

    fn add(&mut self, object: impl Into<Object>) -> ObjectId {
        self.last += 1;
        let id = (self.last, 0);
        self.objects.insert(id, object.into());
        id
    }
}

fn compressed(dictionary: Dictionary, content: Vec<u8>) -> Stream {
    let mut stream = Stream::new(dictionary, content);
    // What cannot be packed is written as it is.
    let _ = stream.compress();
    stream
}

/// The page with its words before all that it draws, where no state of the page's own is in the
/// way.
fn with_layer(
    document: &Document,
    id: ObjectId,
    page: &Page,
    alphabet: &Alphabet,
    font: ObjectId,
    changes: &mut Changes,
) -> Result<Dictionary, NoCopy> {
    let to_user = place::to_user_space(document, id, page.size).ok_or(NoCopy::Pages)?;
    let mut dictionary = document.get_dictionary(id)?.clone();
    // The resources may be shared with pages that have no layer: this one gets its own.
    let (resources, font_name) = with_font(document, id, font);
    let content = layer::content(page, alphabet, &font_name, to_user);
    let content = changes.add(compressed(dictionary! {}, content));
    let mut contents = vec![Object::Reference(content)];
    if let Ok(drawn) = dictionary.get(b"Contents") {
        match document.dereference(drawn)? {
            (_, Object::Array(parts)) => contents.extend(parts.iter().cloned()),
            _ => contents.push(drawn.clone()),
        }
    }
    dictionary.set("Contents", contents);
    dictionary.set("Resources", resources);
    Ok(dictionary)
}

/// A page's resources with the layer's font, and what it is called there.
fn with_font(document: &Document, page: ObjectId, font: ObjectId) -> (Dictionary, String) {
    let mut resources = place::inherited(document, page, b"Resources")
        .and_then(|resources| resources.as_dict().ok())
        .cloned()
        .unwrap_or_default();
    let mut fonts = resources
        .get(b"Font")
        .and_then(|fonts| document.dereference(fonts))
        .and_then(|(_, fonts)| fonts.as_dict())
        .cloned()
        .unwrap_or_default();
    let mut name = "DiariumText".to_owned();
    while fonts.has(name.as_bytes()) {
        name.push('X');
    }
    fonts.set(name.as_bytes(), font);
    resources.set("Font", fonts);
    (resources, name)
}

fn saved(original: Vec<u8>, mut document: Document, changes: Changes) -> Result<Vec<u8>, NoCopy> {
    let is_sound = document.xref_recovery.is_none()
        && document.xref_start > 0
        && original.starts_with(b"%PDF-");
    let mut copy = Vec::with_capacity(original.len() + original.len() / 8);
    if is_sound {
        // Only its trailer is asked for from here on; large scans would be in memory once more.
        document.objects.clear();
        let mut update = IncrementalDocument::create_from(original, document);
        update.new_document.max_id = changes.last;
        update.new_document.objects = changes.objects;
        update.save_to(&mut copy)?;
    } else {
        document.max_id = changes.last;
        document.objects.extend(changes.objects);
        document.save_to(&mut copy)?;
    }
    Ok(copy)
}

#[cfg(test)]
mod tests;
