//! PDF preflight: size limits and encryption, before pages are interpreted.
//!
//! Only the object model is read, with bounded decompression: no content of pages is decoded, except streams
//! that could be decompression bombs. A file that cannot be read here may still open in the interpreter.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{DecompressError, Dictionary, Document, Error, LoadOptions, Object, ObjectId, Stream};

use super::Limits;
use diarium_document::{Failure, FailureCode, collapse_whitespace};

/// The result of the preflight.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Preflight {
    /// The title in the metadata of the file.
    pub title: Option<String>,
    /// The damage of its structure, in words for the user.
    pub damage: Option<&'static str>,
    /// Whether the file is known to open without a password. False also if that is unknown.
    pub readable: bool,
}

/// Checks the structure of a file.
///
/// # Errors
///
/// [`FailureCode::TooLarge`] if its streams decompress to more than the limits allow.
pub(super) fn inspect(bytes: &[u8], limits: &Limits) -> Result<Preflight, Failure> {
    let options = LoadOptions::with_max_decompressed_size(limits.stream_bytes);
    let document = match Document::load_mem_with_options(bytes, options) {
        Ok(document) => document,
        Err(Error::Decompress(DecompressError::MemoryLimitExceeded { .. })) => {
            return Err(too_large());
        }
        // The interpreter decides whether a password is missing: it supports more kinds of encryption.
        Err(Error::InvalidPassword | Error::Decryption(_) | Error::Unimplemented(_)) => {
            return Ok(Preflight::default());
        }
        Err(_) => {
            return Ok(Preflight {
                damage: Some("its structure could not be read as written"),
                ..Preflight::default()
            });
        }
    };
    // An encrypted document loads without its password, but has no objects.
    if document.trailer.has(b"Encrypt") {
        return Ok(Preflight::default());
    }
    check_streams(&document, limits)?;
    Ok(Preflight {
        title: stated_title(&document),
        damage: document
            .xref_recovery
            .map(|_| "its table of contents was broken and has been rebuilt"),
        readable: document.catalog().is_ok(),
    })
}

/// Largest compression ratio of Deflate (RFC 1951: 258 bytes from two bits).
const DEFLATE_RATIO: usize = 1032;
/// Most streams that could be decompression bombs.
// A document with more is refused: decompressing each up to the limit takes time.
const MAX_SUSPECTS: usize = 5_000;
/// Compressed streams up to this length, in bytes, are not decompressed here: with one filter they give
/// 17 MB at most.
// Most streams are shorter, and decompressing them all would take as long as reading the file.
const MAX_SHORT: usize = 16 << 10;

/// Refuses a document whose streams decompress to more than the limits allow: one stream, the contents of
/// one page, or all streams together.
fn check_streams(document: &Document, limits: &Limits) -> Result<(), Failure> {
    let text = TextStreams::find(document);
    let suspects = document
        .objects
        .iter()
        .filter_map(|(id, object)| Some((id, object.as_stream().ok()?)))
        .filter(|(id, stream)| !is_image(&stream.dict) || text.streams.contains(id))
        .filter(|(_, stream)| {
            could_exceed(stream, limits.stream_bytes.min(MAX_SHORT * DEFLATE_RATIO))
        });
    let mut sizes = BTreeMap::new();
    let mut total = 0;
    for (count, (id, stream)) in suspects.enumerate() {
        let size = match stream.decompressed_content_with_limit(limits.stream_bytes) {
            Ok(content) => content.len(),
            Err(Error::Decompress(
                DecompressError::MemoryLimitExceeded { .. }
                | DecompressError::TooManyFilters { .. },
            )) => return Err(too_large()),
            // It is encrypted or damaged, which is no reason to refuse the file.
            Err(_) => continue,
        };
        sizes.insert(*id, size);
        total += size;
        if total > limits.total_stream_bytes || count > MAX_SUSPECTS {
            return Err(too_large());
        }
    }
    let size = |id: &ObjectId| sizes.get(id).copied().unwrap_or(MAX_SHORT);
    let too_long = |contents: &Vec<ObjectId>| {
        let sizes = contents.iter().map(size);
        sizes.fold(0, usize::saturating_add) > limits.stream_bytes
    };
    if text.contents.iter().any(too_long) {
        return Err(too_large());
    }
    Ok(())
}

/// The streams that are decompressed to read text, also if their dictionary declares them to be images.
#[derive(Default)]
struct TextStreams {
    streams: BTreeSet<ObjectId>,
    /// The content streams of each page that has several. A stream may occur many times.
    contents: Vec<Vec<ObjectId>>,
}

/// The keys under which dictionaries refer to such streams.
const TEXT_KEYS: [&[u8]; 7] = [
    b"Contents",
    b"ToUnicode",
    b"FontFile",
    b"FontFile2",
    b"FontFile3",
    b"Encoding",
    b"CIDToGIDMap",
];

impl TextStreams {
    fn find(document: &Document) -> Self {
        let mut found = Self::default();
        let objects = document.objects.values();
        for dictionary in objects.filter_map(|object| object.as_dict().ok()) {
            for value in TEXT_KEYS.iter().filter_map(|key| dictionary.get(key).ok()) {
                // An array of references may be an object of its own.
                let value = document
                    .dereference(value)
                    .map_or(value, |(id, inner)| match inner {
                        Object::Stream(_) => {
                            found.streams.extend(id);
                            value
                        }
                        inner => inner,
                    });
                if let Ok(parts) = value.as_array() {
                    let parts = parts.iter().filter_map(|part| part.as_reference().ok());
                    let parts: Vec<ObjectId> = parts.collect();
                    found.streams.extend(&parts);
                    found.contents.push(parts);
                }
            }
        }
        found
    }
}

fn too_large() -> Failure {
    Failure::new(
        FailureCode::TooLarge,
        "the file unpacks to more than the limits allow; it may have been made to do harm",
    )
}

fn is_image(dictionary: &Dictionary) -> bool {
    dictionary
        .get(b"Subtype")
        .and_then(Object::as_name)
        .is_ok_and(|name| name == b"Image")
}

/// Whether the filters of a stream could decompress it to more than the limit.
fn could_exceed(stream: &Stream, limit: usize) -> bool {
    let filters = stream.filters().map_or(0, |filters| filters.len());
    // More than four filters multiply to far more than any limit.
    (0..filters.min(4)).fold(stream.content.len(), |bytes, _| {
        bytes.saturating_mul(DEFLATE_RATIO)
    }) > limit
}

/// Titles that programs write if the author gave none.
const DEFAULT_TITLES: [&str; 8] = [
    "untitled",
    "(untitled)",
    "anonymous",
    "(anonymous)",
    "unspecified",
    "(unspecified)",
    "namnlös",
    "namnlöst",
];

/// Longest title, in bytes.
// A longer one is a text.
const MAX_TITLE: usize = 2000;

/// The title in the metadata, if its author gave one.
fn stated_title(document: &Document) -> Option<String> {
    let info = document.trailer.get(b"Info").ok()?;
    let (_, info) = document.dereference(info).ok()?;
    let (_, title) = document
        .dereference(info.as_dict().ok()?.get(b"Title").ok()?)
        .ok()?;
    meaningful_title(&lopdf::decode_text_string(title).ok()?)
}

/// The title with single spaces; `None` if it has no meaning.
pub(super) fn meaningful_title(title: &str) -> Option<String> {
    let clean = title.replace(|character: char| character.is_control(), " ");
    let single = collapse_whitespace(&clean);
    let is_meaningless = single.is_empty()
        || single.len() > MAX_TITLE
        || DEFAULT_TITLES.contains(&single.to_lowercase().as_str());
    (!is_meaningless).then_some(single)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_titles_of_programs_are_ignored() {
        for title in ["", "  ", "untitled", "(Anonymous)", "Namnlös", "\u{0}"] {
            assert_eq!(meaningful_title(title), None, "{title:?}");
        }
        assert_eq!(
            meaningful_title(" Rapport\u{0}  om\tvår "),
            Some("Rapport om vår".to_owned())
        );
    }

    #[test]
    fn bytes_that_are_no_pdf_are_reported_as_damage() {
        let found = inspect(b"not a PDF at all", &Limits::default()).unwrap();
        assert!(found.damage.is_some());
    }
}
