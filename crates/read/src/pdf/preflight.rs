//! PDF preflight: size limits and encryption, before pages are interpreted.
//!
//! A look at the object model alone: no page content is decoded, except where a stream is large
//! enough to be a bomb. What it finds out: the title, damage, and streams that unpack to more than
//! the limits allow. Failing to read the file here is no verdict; the interpreter may still open it.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{DecompressError, Dictionary, Document, Error, LoadOptions, Object, ObjectId, Stream};

use super::Limits;
use diarium_document::{Failure, FailureCode, collapse_whitespace};

/// What the first look found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Preflight {
    /// The title in the file's metadata.
    pub title: Option<String>,
    /// What is wrong with the file's structure, in words.
    pub damage: Option<&'static str>,
    /// Whether the file is known to open without a password. Not knowing is no verdict.
    pub readable: bool,
}

/// Looks at the file's structure.
pub(super) fn inspect(bytes: &[u8], limits: &Limits) -> Result<Preflight, Failure> {
    let options = LoadOptions::with_max_decompressed_size(limits.stream_bytes);
    let document = match Document::load_mem_with_options(bytes, options) {
        Ok(document) => document,
        Err(Error::Decompress(DecompressError::MemoryLimitExceeded { .. })) => {
            return Err(too_large());
        }
        // The interpreter says whether a password is missing: it knows more kinds of encryption.
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
    // Without its password an encrypted document is loaded, but has no objects.
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

/// Deflate cannot grow its input more than this many times (RFC 1951: 258 bytes from two bits).
const DEFLATE_RATIO: usize = 1032;
/// A document has this many streams that could be bombs at most before it is one; unpacking each
/// up to the limit is what costs.
const SUSPECTS: usize = 5_000;

/// A stream that is shorter, packed, cannot unpack to much, and most are: looking into them all would
/// cost as much as reading them.
const SHORT: usize = 16 << 10;

/// Refuses streams that unpack to more than the limits allow: each of them, one page's contents, or
/// all of the document. Only those that could are unpacked.
fn check_streams(document: &Document, limits: &Limits) -> Result<(), Failure> {
    let text = TextStreams::of(document);
    let suspects = document
        .objects
        .iter()
        .filter_map(|(id, object)| Some((id, object.as_stream().ok()?)))
        .filter(|(id, stream)| !is_image(&stream.dict) || text.streams.contains(id))
        .filter(|(_, stream)| could_exceed(stream, limits.stream_bytes.min(SHORT * DEFLATE_RATIO)));
    let mut sizes = BTreeMap::new();
    let mut total = 0;
    for (count, (id, stream)) in suspects.enumerate() {
        let size = match stream.decompressed_content_with_limit(limits.stream_bytes) {
            Ok(content) => content.len(),
            Err(Error::Decompress(
                DecompressError::MemoryLimitExceeded { .. }
                | DecompressError::TooManyFilters { .. },
            )) => return Err(too_large()),
            // A stream that cannot be unpacked here may be one that needs a key, or is damaged.
            Err(_) => continue,
        };
        sizes.insert(*id, size);
        total += size;
        if total > limits.total_stream_bytes || count > SUSPECTS {
            return Err(too_large());
        }
    }
    let size = |id: &ObjectId| sizes.get(id).copied().unwrap_or(SHORT);
    let too_long = |contents: &Vec<ObjectId>| {
        let sizes = contents.iter().map(size);
        sizes.fold(0, usize::saturating_add) > limits.stream_bytes
    };
    match text.contents.iter().any(too_long) {
        true => Err(too_large()),
        false => Ok(()),
    }
}

/// The streams that reading text unpacks, whatever they call themselves.
#[derive(Default)]
struct TextStreams {
    streams: BTreeSet<ObjectId>,
    /// Of each page that has several, its contents in order; one may come many times.
    contents: Vec<Vec<ObjectId>>,
}

/// Under these names dictionaries refer to such streams.
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
    fn of(document: &Document) -> Self {
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

/// Whether a stream's filters could grow it past the limit.
fn could_exceed(stream: &Stream, limit: usize) -> bool {
    let filters = stream.filters().map_or(0, |filters| filters.len());
    (0..filters.min(4)).fold(stream.content.len(), |bytes, _| {
        bytes.saturating_mul(DEFLATE_RATIO)
    }) > limit
}

/// Titles that programs write when nobody gave one.
const EMPTY_TITLES: [&str; 8] = [
    "untitled",
    "(untitled)",
    "anonymous",
    "(anonymous)",
    "unspecified",
    "(unspecified)",
    "namnlös",
    "namnlöst",
];

/// Nobody gives a title of a page's length, in bytes.
const LONGEST_TITLE: usize = 2000;

/// The title in the metadata, if a person gave one.
fn stated_title(document: &Document) -> Option<String> {
    let info = document.trailer.get(b"Info").ok()?;
    let (_, info) = document.dereference(info).ok()?;
    let (_, title) = document
        .dereference(info.as_dict().ok()?.get(b"Title").ok()?)
        .ok()?;
    meaningful_title(&lopdf::decode_text_string(title).ok()?)
}

/// The title with single spaces, or nothing if it says nothing.
pub(super) fn meaningful_title(title: &str) -> Option<String> {
    let clean = title.replace(|character: char| character.is_control(), " ");
    let single = collapse_whitespace(&clean);
    let says_nothing = single.is_empty()
        || single.len() > LONGEST_TITLE
        || EMPTY_TITLES.contains(&single.to_lowercase().as_str());
    (!says_nothing).then_some(single)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_that_a_program_made_up_is_no_title() {
        for title in ["", "  ", "untitled", "(Anonymous)", "Namnlös", "\u{0}"] {
            assert_eq!(meaningful_title(title), None, "{title:?}");
        }
        assert_eq!(
            meaningful_title(" Rapport\u{0}  om\tvår "),
            Some("Rapport om vår".to_owned())
        );
    }

    #[test]
    fn bytes_that_are_no_pdf_are_reported_and_not_refused() {
        let found = inspect(b"not a PDF at all", &Limits::default()).unwrap();
        assert!(found.damage.is_some());
    }
}
