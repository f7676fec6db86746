//! Run context: what every attempt of a run needs, and the fingerprint of all of it.

use std::sync::Arc;

use diarium_document::{Failure, Record, Source};
use diarium_extract::profile::Profiles;
use diarium_read as read;
use diarium_read::pdf;

use super::Copies;
use super::cached_reading::read_or_find;
use super::copies::{Made, made};
use crate::catalogue::{Canonical, Fingerprint};
use crate::extractor::Extractor;
use crate::process::{catch_panic, checked, run_stages};
use crate::readings::ReadingCache;

/// What every attempt of a run needs. It is made once and shared by all threads.
#[derive(Debug, Clone)]
pub struct RunContext {
    pub(super) extractor: Extractor,
    /// The renditions that are made beside records.
    copies: Copies,
    /// Without a reading cache, every document is read.
    pub(super) readings: Option<Arc<ReadingCache>>,
    fingerprint: Fingerprint,
}

/// Digests of the sources that determine results, made by `build.rs`.
const READING_CODE: &str = env!("DIARIUM_READING_CODE");
const EXTRACTION_CODE: &str = env!("DIARIUM_EXTRACTION_CODE");
const COPIES_CODE: &str = env!("DIARIUM_COPIES_CODE");

impl RunContext {
    /// An extractor with the renditions and the reading cache of a run.
    pub fn new(extractor: Extractor, copies: Copies, readings: Option<ReadingCache>) -> Self {
        Self {
            fingerprint: fingerprint(&extractor, copies),
            extractor,
            copies,
            readings: readings.map(Arc::new),
        }
    }

    /// Everything that the records of this run depend on, apart from their documents.
    pub(super) fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    /// Reads a file, or finds its reading in the cache, and gives its record and renditions.
    pub(super) fn process_file(&self, source: &Source) -> Result<(Record, Made), Failure> {
        catch_panic(|| {
            let options = self.extractor.read_options();
            let heartbeat = &options.heartbeat;
            let bytes = read::file_bytes(source, options)?;
            let read = read_or_find(&source.relative, &bytes, self)?;
            // Only the searchable copy needs the original; a large scan is not kept for nothing.
            let original = self.copies.pdf.then_some(bytes);
            let outputs = run_stages(read, self.extractor.profiles(), heartbeat)?;
            let engine = self.copies.alto.then(|| options.ocr.engine.name());
            let made = made(&outputs, source, original, engine);
            heartbeat.beat();
            let record = checked(outputs, source, self.extractor.schemas(), heartbeat)?;
            Ok((record, made))
        })
    }
}

fn fingerprint(extractor: &Extractor, copies: Copies) -> Fingerprint {
    let (profiles, options) = (extractor.profiles(), extractor.read_options());
    Fingerprint {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        profiles: profiles.fingerprint().to_owned(),
        engine: options.ocr.fingerprint(),
        reading: reading(options),
        extraction: extraction(profiles),
        limits: limits(options),
        copies: copies.names(),
        copying: copying(),
    }
}

/// What determines every reading beside the document. A page that passes one of the PDF reader's
/// limits is read up to there, so these are part of it. Structs are taken apart without `..`: a new
/// option does not compile until somebody decides whether it is.
fn reading(options: &read::Options) -> String {
    let read::Options {
        max_bytes: _,
        pdf,
        ocr,
        heartbeat: _,
    } = options;
    let pdf::Limits {
        file_bytes,
        stream_bytes,
        total_stream_bytes,
        pages,
        glyphs,
        operations,
        total_operations,
        total_glyphs,
        page_side,
        raster_pixels,
    } = pdf;
    let number = |count: &usize| *count as u64;
    Canonical::new("reader")
        .text("code", READING_CODE)
        .text("ocr", &ocr.fingerprint())
        .number("file bytes", number(file_bytes))
        .number("stream bytes", number(stream_bytes))
        .number("total stream bytes", number(total_stream_bytes))
        .number("pages", number(pages))
        .number("glyphs", number(glyphs))
        .number("operations", number(operations))
        .number("total operations", number(total_operations))
        .number("total glyphs", number(total_glyphs))
        .number("page side", u64::from(page_side.to_bits()))
        .number("raster pixels", number(raster_pixels))
        .finish()
}

/// What determines every extraction beside the reading.
fn extraction(profiles: &Profiles) -> String {
    Canonical::new("extraction")
        .text("code", EXTRACTION_CODE)
        .text("profiles", profiles.fingerprint())
        .finish()
}

/// What determines copies beside the record. ALTO files state the version that made them.
fn copying() -> String {
    Canonical::new("copies")
        .text("code", COPIES_CODE)
        .text("version", env!("CARGO_PKG_VERSION"))
        .finish()
}

/// The limits that decide whether a document is read at all, and that no reading depends on.
fn limits(options: &read::Options) -> String {
    Canonical::new("limits")
        .number("file bytes", options.max_bytes)
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_build_knows_its_sources() {
        for code in [READING_CODE, EXTRACTION_CODE, COPIES_CODE] {
            let is_digest = code.len() == 64 && !code.starts_with("version");
            assert!(
                is_digest,
                "{code}: a path in build.rs is not there any more"
            );
        }
        assert_ne!(READING_CODE, EXTRACTION_CODE);
    }

    #[test]
    fn a_reading_depends_on_reading_options_and_not_on_who_may_be_too_large() {
        let options = read::Options::default();
        let base = reading(&options);
        let mut larger = options.clone();
        larger.max_bytes += 1;
        assert_eq!(reading(&larger), base);
        assert_ne!(limits(&larger), limits(&options));
        let mut fewer = options.clone();
        fewer.pdf.glyphs -= 1;
        assert_ne!(reading(&fewer), base);
        let mut unread = options;
        unread.ocr.mode = read::ocr::Mode::Never;
        assert_ne!(reading(&unread), base);
    }
}
