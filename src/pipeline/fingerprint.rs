//! Fingerprint of a run: digests of everything that its results depend on apart from the documents.
//!
//! A document is processed again if the [`Fingerprint`] under which the catalogue has its result
//! differs from that of the run. The code itself is a part, as digests of sources that `build.rs`
//! makes, so that a patched build processes again what may come out differently.

use super::{RenditionOptions, Workers};
use crate::catalogue::{Canonical, Fingerprint};
use crate::extractor::Extractor;
use diarium_extract::profile::Profiles;
use diarium_read as read;
use diarium_read::pdf;

/// Digests of the sources that determine results, made by `build.rs`.
const READING_CODE: &str = env!("DIARIUM_READING_CODE");
const EXTRACTION_CODE: &str = env!("DIARIUM_EXTRACTION_CODE");
const RENDITION_CODE: &str = env!("DIARIUM_RENDITION_CODE");

/// The fingerprint of a run: everything that its records depend on apart from their documents.
pub(super) fn run_fingerprint(extractor: &Extractor, renditions: RenditionOptions) -> Fingerprint {
    let (profiles, options) = (extractor.profiles(), extractor.read_options());
    Fingerprint {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        profiles: profiles.fingerprint().to_owned(),
        engine: options.ocr.fingerprint(),
        reading: reading(options),
        extraction: extraction(profiles),
        limits: limits(options),
        passwords: options.passwords.version().to_owned(),
        renditions: renditions.names(),
        rendition_code: rendition_code(),
    }
}

/// Everything that determines a reading apart from the document.
fn reading(options: &read::Options) -> String {
    // Destructured without `..`: a new option does not compile until its author decides whether
    // readings depend on it. The limits of the PDF reader are included because a page that exceeds
    // one is read up to the limit.
    let read::Options {
        max_bytes: _,
        pdf,
        image,
        // They decide which members of a container are documents, and nothing about any of these.
        container: _,
        // A document is the same whichever password opens it.
        passwords: _,
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
    let read::image::Limits {
        pixels,
        side,
        bytes,
        pages: image_pages,
    } = image;
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
        .number("image pixels", number(pixels))
        .number("image side", number(side))
        .number("image bytes", number(bytes))
        .number("image pages", number(image_pages))
        .finish()
}

/// Everything that determines an extraction apart from the reading.
fn extraction(profiles: &Profiles) -> String {
    Canonical::new("extraction")
        .text("code", EXTRACTION_CODE)
        .text("profiles", profiles.fingerprint())
        .finish()
}

/// Everything that determines the renditions apart from the record. ALTO files state the version that
/// made them.
fn rendition_code() -> String {
    Canonical::new("copies")
        .text("code", RENDITION_CODE)
        .text("version", env!("CARGO_PKG_VERSION"))
        .finish()
}

/// The limits that decide whether a document is read at all. No reading depends on them.
fn limits(options: &read::Options) -> String {
    let read::container::Limits {
        members,
        member_bytes,
        total_bytes,
        ratio,
        depth,
    } = &options.container;
    Canonical::new("limits")
        .number("file bytes", options.max_bytes)
        .number("members", *members as u64)
        .number("member bytes", *member_bytes)
        .number("total bytes of members", *total_bytes)
        .number("ratio", *ratio)
        .number("depth", *depth as u64)
        .finish()
}

/// The limits under which a document was quarantined: it is tried again under others.
pub(super) fn quarantine_limits(workers: Option<&Workers>) -> String {
    // The rule is a part: a document that was quarantined under another rule is tried once more.
    // Changing this text therefore retries every quarantined document of every archive.
    let limits = Canonical::new("bounds").text("rule", "machine faults free, CPU time");
    match workers {
        None => limits.text("isolation", "none"),
        Some(workers) => limits
            .text("isolation", "processes")
            .number("memory", workers.memory)
            .number("timeout seconds", workers.timeout.as_secs())
            .number("nanoseconds", workers.timeout.subsec_nanos().into()),
    }
    .finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_build_finds_all_sources() {
        for code in [READING_CODE, EXTRACTION_CODE, RENDITION_CODE] {
            let is_digest = code.len() == 64 && !code.starts_with("version");
            assert!(is_digest, "{code}: a path in build.rs does not exist");
        }
        assert_ne!(READING_CODE, EXTRACTION_CODE);
    }

    #[test]
    fn a_reading_depends_on_the_limits_of_pages_and_not_on_the_limit_of_files() {
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
