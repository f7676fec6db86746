//! Processing context: profiles, schemas, limits and the reading cache of a run.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Copies, Error};
use crate::catalogue::{Canonical, Fingerprint};
use crate::readings::ReadingCache;
use crate::validate::Schemas;
use diarium_extract::profile::{Profile, Profiles};
use diarium_read as read;
use diarium_read::pdf;

/// Profiles, schemas and limits, made once and shared by all threads.
#[derive(Debug, Clone)]
pub struct Tools {
    /// The kinds that are known.
    pub profiles: Arc<Profiles>,
    /// The promises that records must keep.
    pub schemas: Arc<Schemas>,
    /// The limits within which documents are read.
    pub read: read::Options,
    /// The copies that leave beside records; none unless somebody asks.
    pub copies: Copies,
    /// Where readings are kept and found; without one, every document is read.
    pub readings: Option<Arc<ReadingCache>>,
}

/// Digests of the sources that determine results, made by `build.rs`.
const READING_CODE: &str = env!("DIARIUM_READING_CODE");
const EXTRACTION_CODE: &str = env!("DIARIUM_EXTRACTION_CODE");
const COPIES_CODE: &str = env!("DIARIUM_COPIES_CODE");

impl Tools {
    /// The built-in profiles and schemas, with the `.toml` files of a folder laid over the
    /// profiles.
    pub fn load(profiles: Option<&Path>, read: read::Options) -> Result<Self, Error> {
        let profiles = load_profiles(profiles)?;
        let schemas = schemas(&profiles)?;
        Ok(Self {
            profiles: Arc::new(profiles),
            schemas: Arc::new(schemas),
            read,
            copies: Copies::default(),
            readings: None,
        })
    }

    /// What all records of this run depend on, apart from their documents.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            profiles: self.profiles.fingerprint().to_owned(),
            engine: self.read.ocr.fingerprint(),
            reading: reading(&self.read),
            extraction: extraction(&self.profiles),
            limits: limits(&self.read),
            copies: self.copies.names(),
            copying: copying(),
        }
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

/// The built-in profiles, with the `.toml` files of a folder laid over them.
pub(super) fn load_profiles(own: Option<&Path>) -> Result<Profiles, Error> {
    let own = own.map(read_profiles).transpose()?.unwrap_or_default();
    Ok(Profiles::load(&own)?)
}

/// The built-in schemas, and the shared shape for each kind that has none of its own.
fn schemas(profiles: &Profiles) -> Result<Schemas, Error> {
    let mut schemas = Schemas::built_in()?;
    for Profile { name, version, .. } in profiles.iter() {
        let schema = format!("{name}/{version}");
        if !schemas.names().any(|known| known == schema) {
            schemas = schemas.with_kind(name, *version)?;
        }
    }
    Ok(schemas)
}

/// The TOML files of a folder, by name; folders in it and other files are left alone.
pub fn read_profiles(folder: &Path) -> Result<Vec<(String, String)>, Error> {
    let at = |path: &Path, source| Error::ProfileFile {
        path: path.to_owned(),
        source,
    };
    let entries = fs::read_dir(folder).map_err(|error| at(folder, error))?;
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .map_err(|error| at(folder, error))?;
    files.retain(|file| {
        file.extension()
            .is_some_and(|extension| extension == "toml")
    });
    files.sort();
    files
        .iter()
        .map(|file| {
            let text = fs::read_to_string(file).map_err(|error| at(file, error))?;
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            Ok((name.into_owned(), text))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_read_by_name_and_nothing_else_is() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.toml", "a.toml", "notes.md"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        let read = read_profiles(folder.path()).unwrap();
        let names: Vec<&str> = read.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a.toml", "b.toml"]);
    }

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

    #[test]
    fn a_folder_of_profiles_that_is_not_there_is_wrong_usage() {
        let error = Tools::load(Some(Path::new("/no/such")), read::Options::default());
        assert!(error.unwrap_err().is_usage());
    }
}
