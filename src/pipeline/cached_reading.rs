//! Cached reading: a document's reading from the cache, or from its bytes and into the cache.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::context::RunContext;
use crate::catalogue::hash_bytes;
use crate::readings::Key;
use diarium_document::{Failure, Heartbeat, RawDocument};
use diarium_ocr::{Error, GrayImage, OcrEngine, OcrLine};
use diarium_read as read;
use diarium_read::Read;

/// Reads a document, or finds in the cache what was read in the same bytes under the same
/// fingerprint. The bytes are hashed either way: their digest is the record's id.
pub(super) fn read_or_find(
    name: &str,
    bytes: &[u8],
    context: &RunContext,
) -> Result<Read, Failure> {
    let options = context.extractor.read_options();
    let Some(readings) = &context.readings else {
        return read::read_in_memory(name, bytes, options);
    };
    let sha256 = hash_bytes(bytes);
    let fingerprint = context.fingerprint();
    let fingerprint = fingerprint.of_reading(&sha256, &read::extension(name));
    let key = Key {
        id: &sha256,
        fingerprint: &fingerprint,
    };
    options.heartbeat.beat();
    let document = match readings.get(key) {
        Some(document) => document,
        None => {
            let (document, is_repeatable) = read_and_watch(name, bytes, options)?;
            if is_repeatable {
                readings.put(key, &document);
            }
            document
        }
    };
    Ok(Read {
        document,
        sha256,
        bytes: bytes.len() as u64,
    })
}

/// Reads a document, and says whether reading it again would give the same. The OCR engine may have
/// failed on a page because the machine was short of memory or time: the next extraction should
/// start it again. Whatever else keeps a page from being read lies in the document.
fn read_and_watch(
    name: &str,
    bytes: &[u8],
    options: &read::Options,
) -> Result<(RawDocument, bool), Failure> {
    let watched = Arc::new(Watched {
        engine: Arc::clone(&options.ocr.engine),
        has_failed: AtomicBool::new(false),
    });
    let mut options = options.clone();
    options.ocr.engine = watched.clone();
    let document = read::read_bytes(name, bytes, &options)?;
    Ok((document, !watched.has_failed.load(Ordering::Relaxed)))
}

/// An OCR engine that remembers whether it failed on any page of a document.
#[derive(Debug)]
struct Watched {
    engine: Arc<dyn OcrEngine>,
    has_failed: AtomicBool,
}

impl OcrEngine for Watched {
    fn name(&self) -> &str {
        self.engine.name()
    }

    fn check(&self) -> Result<(), Error> {
        self.engine.check()
    }

    fn read_page(&self, page: &GrayImage, heartbeat: &Heartbeat) -> Result<Vec<OcrLine>, Error> {
        let lines = self.engine.read_page(page, heartbeat);
        if lines.is_err() {
            self.has_failed.store(true, Ordering::Relaxed);
        }
        lines
    }
}
