//! Run context: process one document of a run, with its reading cache.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::fingerprint::run_fingerprint;
use super::renditions::{RenditionOptions, Renditions, make_renditions};
use crate::catalogue::{Fingerprint, hash_bytes, hash_file};
use crate::contents::Contents;
use crate::extractor::Extractor;
use crate::panic_guard::catch_panic;
use crate::process::{assemble_and_validate, run_stages};
use crate::readings::{Key, ReadingCache};
use diarium_document::{Failure, Heartbeat, RawDocument, Record, Source, Warning};
use diarium_ocr::{self as ocr, GrayImage, OcrEngine, OcrLine};
use diarium_read as read;
use diarium_read::{OpenContainers, Read};

/// What the processing of every document of a run needs. Built once and shared by all threads.
#[derive(Debug, Clone)]
pub struct RunContext {
    extractor: Extractor,
    /// The renditions that are written beside records.
    renditions: RenditionOptions,
    /// `None` if every document is read from its bytes.
    readings: Option<Arc<ReadingCache>>,
    containers: Arc<OpenContainers>,
    fingerprint: Fingerprint,
}

/// What a file was processed to.
pub(super) enum ProcessedFile {
    /// A document, which may have members as well.
    Document {
        record: Box<Record>,
        renditions: Renditions,
        members: Vec<String>,
    },
    /// A container that is no document itself.
    Container {
        id: String,
        members: Vec<String>,
        warnings: Vec<Warning>,
    },
}

impl RunContext {
    /// An extractor with the renditions and the reading cache of a run.
    pub fn new(
        extractor: Extractor,
        renditions: RenditionOptions,
        readings: Option<ReadingCache>,
    ) -> Self {
        Self {
            fingerprint: run_fingerprint(&extractor, renditions),
            extractor,
            renditions,
            readings: readings.map(Arc::new),
            containers: Arc::default(),
        }
    }

    /// Everything that the records of this run depend on apart from their documents.
    pub(super) fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    /// The SHA-256 of a document's bytes; `None` if they cannot be read.
    pub(super) fn hash(&self, source: &Source) -> Option<String> {
        if source.members.is_empty() {
            return hash_file(&source.file).ok();
        }
        let bytes = catch_panic(|| self.bytes(source)).ok()?;
        Some(hash_bytes(&bytes))
    }

    fn bytes(&self, source: &Source) -> Result<Vec<u8>, Failure> {
        self.containers.bytes(source, self.extractor.read_options())
    }

    /// Reads a document, or finds its reading in the cache, and returns its record and renditions, or what
    /// is in it, or both.
    pub(super) fn process_file(&self, source: &Source) -> Result<ProcessedFile, Failure> {
        catch_panic(|| {
            let options = self.extractor.read_options();
            let heartbeat = &options.heartbeat;
            let bytes = self.bytes(source)?;
            let mut contents = Contents::of(source, &bytes, options);
            if !contents.is_document {
                return Ok(ProcessedFile::Container {
                    id: hash_bytes(&bytes),
                    members: contents.members,
                    warnings: contents.warnings,
                });
            }
            let read = contents.checked(self.read_cached(&source.relative, &bytes))?;
            // Only the searchable copy needs the original. A large scan is freed before the stages.
            let original = self.renditions.pdf.then_some(bytes);
            let outputs = run_stages(read, self.extractor.profiles(), heartbeat)?;
            let engine = self.renditions.alto.then(|| options.ocr.engine.name());
            let renditions = make_renditions(&outputs, source, original, engine);
            heartbeat.beat();
            let record =
                assemble_and_validate(outputs, source, self.extractor.schemas(), heartbeat)?;
            Ok(ProcessedFile::Document {
                record: Box::new(record),
                renditions,
                members: contents.members,
            })
        })
    }

    /// Finds the reading of a document in the cache, by its bytes and the fingerprint, or reads the
    /// document and caches the reading.
    fn read_cached(&self, name: &str, bytes: &[u8]) -> Result<Read, Failure> {
        let options = self.extractor.read_options();
        let Some(readings) = &self.readings else {
            return read::read_in_memory(name, bytes, options);
        };
        // Hashing costs nothing extra: the digest is the record's ID.
        let sha256 = hash_bytes(bytes);
        let fingerprint = self.fingerprint.of_reading(&sha256, &read::extension(name));
        let key = Key {
            id: &sha256,
            fingerprint: &fingerprint,
        };
        options.heartbeat.beat();
        let document = match readings.get(key) {
            Some(document) => document,
            None => {
                let (document, is_repeatable) = read_observed(name, bytes, options)?;
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
}

/// Reads a document. Returns also whether reading it again would give the same.
fn read_observed(
    name: &str,
    bytes: &[u8],
    options: &read::Options,
) -> Result<(RawDocument, bool), Failure> {
    // The OCR engine may fail on a page because the machine was short of memory or time; the next
    // run should start it again. Any other reason not to read a page is in the document itself.
    let engine = Arc::new(ObservedEngine {
        engine: Arc::clone(&options.ocr.engine),
        has_failed: AtomicBool::new(false),
    });
    let mut options = options.clone();
    options.ocr.engine = engine.clone();
    let document = read::read_bytes(name, bytes, &options)?;
    Ok((document, !engine.has_failed.load(Ordering::Relaxed)))
}

/// An OCR engine that records whether it failed on any page of a document.
#[derive(Debug)]
struct ObservedEngine {
    engine: Arc<dyn OcrEngine>,
    has_failed: AtomicBool,
}

impl OcrEngine for ObservedEngine {
    fn name(&self) -> &str {
        self.engine.name()
    }

    fn check(&self) -> Result<(), ocr::Error> {
        self.engine.check()
    }

    fn read_page(
        &self,
        page: &GrayImage,
        heartbeat: &Heartbeat,
    ) -> Result<Vec<OcrLine>, ocr::Error> {
        let lines = self.engine.read_page(page, heartbeat);
        if lines.is_err() {
            self.has_failed.store(true, Ordering::Relaxed);
        }
        lines
    }
}
