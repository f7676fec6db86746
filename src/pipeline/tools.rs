//! What does every document of a run need besides itself?

use std::fs;
use std::path::{Path, PathBuf};

use super::{Copies, Error};
use crate::catalogue::Fingerprint;
use crate::profile::{Profile, Profiles};
use crate::read;
use crate::validate::Schemas;

/// Profiles, schemas and limits, made once and shared by all threads.
#[derive(Debug)]
pub struct Tools {
    /// The kinds that are known.
    pub profiles: Profiles,
    /// The promises that records must keep.
    pub schemas: Schemas,
    /// The limits within which documents are read.
    pub read: read::Options,
    /// The copies that leave beside records; none unless somebody asks.
    pub copies: Copies,
}

impl Tools {
    /// The built-in profiles and schemas, with the `.toml` files of a folder laid over the
    /// profiles.
    pub fn load(profiles: Option<&Path>, read: read::Options) -> Result<Self, Error> {
        let profiles = load_profiles(profiles)?;
        let schemas = schemas(&profiles)?;
        Ok(Self {
            profiles,
            schemas,
            read,
            copies: Copies::default(),
        })
    }

    /// What all records of this run depend on, apart from their documents.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            profiles: self.profiles.fingerprint().to_owned(),
            engine: self.read.ocr.fingerprint(),
            limits: format!("{:?}", self.read),
            copies: self.copies.names(),
        }
    }
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
    fn a_folder_of_profiles_that_is_not_there_is_wrong_usage() {
        let error = Tools::load(Some(Path::new("/no/such")), read::Options::default());
        assert!(error.unwrap_err().is_usage());
    }
}
