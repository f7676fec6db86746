//! Run context: process one document of a run, with its reading cache.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::content_hash::{hash_parts, hash_source};
use super::fingerprint::run_fingerprint;
use super::renditions::{RenditionOptions, Renditions, make_renditions};
use crate::catalogue::{Fingerprint, hash_bytes};
use crate::contents::Contents;
use crate::extractor::Extractor;
use crate::panic_guard::catch_panic;
use crate::process::{assemble_and_validate, run_stages};
use crate::readings::{Key, ReadingCache};
use diarium_document::{Failure, FailureCode, Heartbeat, RawDocument, Record, Source, Warning};
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
            return hash_source(source).ok();
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
            if !source.parts.is_empty() {
                return self.process_parts(source);
            }
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
            self.process_read(source, read, original, contents.members)
        })
    }

    /// As [`process_file`](Self::process_file), for a document of several files.
    fn process_parts(&self, source: &Source) -> Result<ProcessedFile, Failure> {
        let options = self.extractor.read_options();
        if source.bytes > options.max_bytes {
            let message = format!(
                "the files have more than the {} bytes that the limit allows",
                options.max_bytes
            );
            return Err(Failure::new(FailureCode::TooLarge, message));
        }
        let unreadable =
            |error: std::io::Error| Failure::new(FailureCode::Unreadable, error.to_string());
        let files = hash_parts(source).map_err(unreadable)?;
        options.heartbeat.beat();
        let sha256 = read::parts_id(&files);
        // The names of the parts are in the digest: the extension of the document decides nothing.
        let document = self.cached(&sha256, "", |options| {
            read::read_source_parts(source, options)
        })?;
        let read = Read {
            document,
            sha256,
            bytes: files.iter().map(|file| file.bytes).sum(),
            files,
        };
        self.process_read(source, read, None, Vec::new())
    }

    /// Processes a document that was read.
    fn process_read(
        &self,
        source: &Source,
        read: Read,
        original: Option<Vec<u8>>,
        members: Vec<String>,
    ) -> Result<ProcessedFile, Failure> {
        let options = self.extractor.read_options();
        let heartbeat = &options.heartbeat;
        let outputs = run_stages(read, self.extractor.profiles(), heartbeat)?;
        let engine = self.renditions.alto.then(|| options.ocr.engine.name());
        let renditions = make_renditions(&outputs, source, original, engine);
        heartbeat.beat();
        let record = assemble_and_validate(outputs, source, self.extractor.schemas(), heartbeat)?;
        Ok(ProcessedFile::Document {
            record: Box::new(record),
            renditions,
            members,
        })
    }

    /// Finds the reading of a document in the cache, or reads the document.
    fn read_cached(&self, name: &str, bytes: &[u8]) -> Result<Read, Failure> {
        // Hashing costs nothing extra: the digest is the record's ID.
        let sha256 = hash_bytes(bytes);
        let read = |options: &read::Options| read::read_bytes(name, bytes, options);
        Ok(Read {
            document: self.cached(&sha256, &read::extension(name), read)?,
            sha256,
            bytes: bytes.len() as u64,
            files: Vec::new(),
        })
    }

    /// Finds a reading in the cache, by the document's digest and the fingerprint, or reads the document and
    /// caches the reading.
    fn cached(
        &self,
        sha256: &str,
        extension: &str,
        read: impl Fn(&read::Options) -> Result<RawDocument, Failure>,
    ) -> Result<RawDocument, Failure> {
        let options = self.extractor.read_options();
        let Some(readings) = &self.readings else {
            return read(options);
        };
        let fingerprint = self.fingerprint.of_reading(sha256, extension);
        let key = Key {
            id: sha256,
            fingerprint: &fingerprint,
        };
        options.heartbeat.beat();
        if let Some(document) = readings.get(key) {
            return Ok(document);
        }
        let (document, is_repeatable) = observed(options, read)?;
        if is_repeatable {
            readings.put(key, &document);
        }
        Ok(document)
    }
}

/// Reads a document. Returns also whether reading it again would give the same.
fn observed(
    options: &read::Options,
    read: impl Fn(&read::Options) -> Result<RawDocument, Failure>,
) -> Result<(RawDocument, bool), Failure> {
    // The OCR engine may fail on a page because the machine was short of memory or time; the next
    // run should start it again. Any other reason not to read a page is in the document itself.
    let engine = Arc::new(ObservedEngine {
        engine: Arc::clone(&options.ocr.engine),
        has_failed: AtomicBool::new(false),
    });
    let mut options = options.clone();
    options.ocr.engine = engine.clone();
    let document = read(&options)?;
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
