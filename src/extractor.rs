//! Extractor: the library's entry point, from the bytes of a document to its record.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use diarium_document::{Failure, MEMBER_SEPARATOR, Record, Source};
use diarium_extract::profile::{self, LetterheadFile, Profile, Profiles};
use diarium_read as read;

use crate::contents::Contents;
use crate::panic_guard::catch_panic;
use crate::process::{StageOutputs, process, run_stages};
use crate::validate::{self, Schemas};

/// Turns the bytes of documents into records. Building one compiles the profiles and schemas, which
/// takes a fraction of a second: build one and use it for all documents, from any number of threads.
///
/// ```
/// let plan = "Projektnamn: Bron\n\n1. Bakgrund\n\nVi vill bygga en bro.\n";
///
/// let extractor = diarium::Extractor::builder().build()?;
/// let record = extractor.extract(plan.as_bytes(), "plan.txt")?;
///
/// assert_eq!(record.fields["project_name"].raw, "Bron");
/// # Ok::<(), diarium::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Extractor {
    profiles: Arc<Profiles>,
    schemas: Arc<Schemas>,
    read: read::Options,
}

/// What an [`Extractor`] is built from.
#[derive(Debug, Clone, Default)]
pub struct ExtractorBuilder {
    profiles: Option<PathBuf>,
    letterhead: Option<PathBuf>,
    read: read::Options,
}

/// One document of a file, and what came of it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Document {
    /// The name of the file; inside a container also the path there, as `archive.zip!/inner/path`.
    pub name: String,
    /// Its record, or why there is none.
    pub outcome: Result<Record, Failure>,
}

/// Why an extractor cannot be built, or gives no record.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A profile cannot be used.
    #[error("profile {0}")]
    Profile(#[from] profile::Error),
    /// The folder of profiles, or a file in it, cannot be read.
    #[error("profiles: {} cannot be read: {source}; check --profiles", path.display())]
    ProfileFile {
        /// The folder or file.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The letterhead file cannot be used.
    #[error("letterhead {0}")]
    Letterhead(profile::Error),
    /// The letterhead file cannot be read.
    #[error("letterhead: {} cannot be read: {source}; check --letterhead", path.display())]
    LetterheadFile {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// A schema cannot be used.
    #[error("schemas: {0}")]
    Schemas(#[from] validate::Error),
    /// The document cannot be processed.
    #[error(transparent)]
    Document(#[from] Failure),
    /// The file holds several documents, or none; [`Extractor::documents`] gives them all.
    #[error("several-documents: {name} holds {count} documents")]
    SeveralDocuments {
        /// The name of the file.
        name: String,
        /// How many documents are in it.
        count: usize,
    },
}

impl Error {
    /// Whether the caller can correct it: a profile, the folder of profiles, or the letterhead file.
    pub fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::Profile(_)
                | Self::ProfileFile { .. }
                | Self::Letterhead(_)
                | Self::LetterheadFile { .. }
        )
    }
}

impl ExtractorBuilder {
    /// Adds the profiles of a folder, its `.toml` files, to the built-in ones. A profile with the
    /// name of a built-in one replaces it.
    #[must_use]
    pub fn profiles(mut self, folder: impl Into<PathBuf>) -> Self {
        self.profiles = Some(folder.into());
        self
    }

    /// Removes the approved lines of a letterhead file from every document.
    #[must_use]
    pub fn letterhead(mut self, file: impl Into<PathBuf>) -> Self {
        self.letterhead = Some(file.into());
        self
    }

    /// Sets the reading limits, and whether and how text in images is read.
    #[must_use]
    pub fn read_options(mut self, options: read::Options) -> Self {
        self.read = options;
        self
    }

    /// Compiles profiles and schemas.
    ///
    /// # Errors
    /// If the folder of profiles or the letterhead file cannot be read or used.
    pub fn build(self) -> Result<Extractor, Error> {
        let mut profiles = load_profiles(self.profiles.as_deref())?;
        if let Some(file) = &self.letterhead {
            profiles = profiles.with_letterhead(load_letterhead(file)?);
        }
        let schemas = schemas(&profiles)?;
        Ok(Extractor {
            profiles: Arc::new(profiles),
            schemas: Arc::new(schemas),
            read: self.read,
        })
    }
}

impl Extractor {
    /// A builder with the built-in profiles and default limits.
    pub fn builder() -> ExtractorBuilder {
        ExtractorBuilder::default()
    }

    /// An extractor with these profiles and this letterhead file, if any, and reading options.
    #[cfg(feature = "cli")]
    pub(crate) fn load(
        profiles: Option<&Path>,
        letterhead: Option<&Path>,
        read: read::Options,
    ) -> Result<Self, Error> {
        let mut builder = Self::builder().read_options(read);
        if let Some(folder) = profiles {
            builder = builder.profiles(folder);
        }
        if let Some(file) = letterhead {
            builder = builder.letterhead(file);
        }
        builder.build()
    }

    /// The record of a file that holds one document. Only the extension of `name` matters, and only
    /// where the bytes leave the format open.
    ///
    /// # Errors
    /// [`Error::Document`] if the document cannot be processed, [`Error::SeveralDocuments`] if the
    /// file holds several.
    pub fn extract(&self, bytes: &[u8], name: &str) -> Result<Record, Error> {
        let documents = self.documents(bytes, name);
        let [document] =
            <[Document; 1]>::try_from(documents).map_err(|documents| Error::SeveralDocuments {
                name: name.to_owned(),
                count: documents.len(),
            })?;
        Ok(document.outcome?)
    }

    /// Every document of a file, each with its own outcome: one that cannot be processed does not
    /// affect the others. A file that is no container holds one. The documents of a container are in
    /// its order, each container with those in it.
    pub fn documents(&self, bytes: &[u8], name: &str) -> Vec<Document> {
        let mut documents = Vec::new();
        self.add_documents(&in_memory(name, bytes), bytes, &mut documents);
        documents
    }

    /// Adds the documents of a file or a member.
    fn add_documents(&self, source: &Source, bytes: &[u8], documents: &mut Vec<Document>) {
        let mut contents = Contents::of(source, bytes, &self.read);
        let members = std::mem::take(&mut contents.members);
        if contents.is_document {
            documents.push(Document {
                name: source.relative.clone(),
                outcome: catch_panic(|| self.record_of(bytes, source, contents)),
            });
        }
        if members.is_empty() {
            return;
        }
        // Opened once: finding the members of an archive may take a pass over all of it.
        let opened = catch_panic(|| read::container::open(&source.relative, bytes, &self.read));
        for (number, member) in members.into_iter().enumerate() {
            let inside = Source {
                relative: format!("{}{MEMBER_SEPARATOR}{member}", source.relative),
                members: source.members.iter().chain([&member]).cloned().collect(),
                ..source.clone()
            };
            let extracted = catch_panic(|| {
                // A forwarded message may hold another one, and so on: a deep file must not use up the stack.
                read::check_depth(&inside, &self.read)?;
                match &opened {
                    Ok(Some(archive)) => archive.extract(number),
                    Ok(None) => Err(read::container::missing(&member)),
                    Err(failure) => Err(failure.clone()),
                }
            });
            match extracted {
                Ok(bytes) => self.add_documents(&inside, &bytes, documents),
                Err(failure) => documents.push(Document {
                    name: inside.relative,
                    outcome: Err(failure),
                }),
            }
        }
    }

    /// The record of a document in memory. A panic in a stage is a bug of diarium, and becomes a
    /// failure of the document.
    ///
    /// # Errors
    /// If the document cannot be processed.
    #[doc(hidden)]
    pub fn process_bytes(&self, name: &str, bytes: &[u8]) -> Result<Record, Failure> {
        let source = in_memory(name, bytes);
        catch_panic(|| self.record_of(bytes, &source, Contents::default()))
    }

    /// Reads a file. Gives its record if it is a document, and the paths of its members if it is a
    /// container.
    ///
    /// # Errors
    /// If the file cannot be read or the document cannot be processed.
    #[doc(hidden)]
    pub fn process_file(&self, source: &Source) -> Result<(Option<Record>, Vec<String>), Failure> {
        catch_panic(|| {
            let bytes = read::file_bytes(source, &self.read)?;
            let mut contents = Contents::of(source, &bytes, &self.read);
            let members = std::mem::take(&mut contents.members);
            if !contents.is_document {
                return Ok((None, members));
            }
            let record = self.record_of(&bytes, source, contents)?;
            Ok((Some(record), members))
        })
    }

    fn record_of(
        &self,
        bytes: &[u8],
        source: &Source,
        mut contents: Contents,
    ) -> Result<Record, Failure> {
        let read = read::read_in_memory(&source.relative, bytes, &self.read);
        let read = contents.checked(read)?;
        let heartbeat = &self.read.heartbeat;
        process(read, source, &self.profiles, &self.schemas, heartbeat)
    }

    /// The output of every stage for a document in memory; shows why its record is what it is.
    ///
    /// # Errors
    /// If the document cannot be processed.
    #[doc(hidden)]
    pub fn explain_bytes(&self, name: &str, bytes: &[u8]) -> Result<StageOutputs<'_>, Failure> {
        catch_panic(|| {
            let read = read::read_in_memory(name, bytes, &self.read)?;
            run_stages(read, &self.profiles, &self.read.heartbeat)
        })
    }

    /// Reads a file and gives the output of every stage.
    ///
    /// # Errors
    /// If the file cannot be read or the document cannot be processed.
    #[doc(hidden)]
    pub fn explain_file(&self, source: &Source) -> Result<StageOutputs<'_>, Failure> {
        catch_panic(|| {
            let read = read::read(source, &self.read)?;
            run_stages(read, &self.profiles, &self.read.heartbeat)
        })
    }

    /// The profiles by which documents are classified and extracted.
    pub fn profiles(&self) -> &Profiles {
        &self.profiles
    }

    /// The schemas against which records are validated.
    pub fn schemas(&self) -> &Schemas {
        &self.schemas
    }

    /// How documents are read.
    pub fn read_options(&self) -> &read::Options {
        &self.read
    }
}

/// A document in memory.
fn in_memory(name: &str, bytes: &[u8]) -> Source {
    Source {
        relative: name.to_owned(),
        file: name.into(),
        bytes: bytes.len() as u64,
        ..Source::default()
    }
}

/// The built-in profiles, with those of a folder added or in place of built-in ones.
///
/// # Errors
/// If the folder cannot be read, or a profile in it cannot be used.
pub(crate) fn load_profiles(own: Option<&Path>) -> Result<Profiles, Error> {
    let own = own.map(read_profiles).transpose()?.unwrap_or_default();
    Ok(Profiles::load(&own)?)
}

/// A letterhead file.
///
/// # Errors
/// If the file cannot be read or used.
pub(crate) fn load_letterhead(file: &Path) -> Result<LetterheadFile, Error> {
    let text = fs::read_to_string(file).map_err(|source| Error::LetterheadFile {
        path: file.to_owned(),
        source,
    })?;
    LetterheadFile::parse(&file.display().to_string(), &text).map_err(Error::Letterhead)
}

/// The built-in schemas, and the schema of all records for each kind that has none of its own.
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

/// The TOML files of a folder, by name, with their text. Folders in it and other files are ignored.
///
/// # Errors
/// If the folder or one of the files cannot be read.
pub(crate) fn read_profiles(folder: &Path) -> Result<Vec<(String, String)>, Error> {
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
    use diarium_document::FailureCode;

    use super::*;

    #[test]
    fn profiles_are_read_by_name_and_other_files_are_ignored() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.toml", "a.toml", "notes.md"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        let read = read_profiles(folder.path()).unwrap();
        let names: Vec<&str> = read.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a.toml", "b.toml"]);
    }

    #[test]
    fn a_folder_of_profiles_that_is_missing_is_an_error_of_the_caller() {
        let error = Extractor::builder().profiles("/no/such").build();
        assert!(error.unwrap_err().is_usage());
    }

    #[test]
    fn a_document_that_cannot_be_processed_is_an_error_with_its_code() {
        let extractor = Extractor::builder().build().unwrap();
        let error = extractor.extract(b"", "empty.txt").unwrap_err();
        let Error::Document(failure) = &error else {
            panic!("{error:?}");
        };
        assert_eq!(failure.code, FailureCode::Empty);
        assert_eq!(error.to_string(), "empty: the file has no bytes");
        let documents = extractor.documents(b"", "empty.txt");
        assert_eq!(documents[0].name, "empty.txt");
    }

    #[test]
    fn a_title_that_letterhead_removal_emptied_is_left_out() {
        let extractor = Extractor::builder().build().unwrap();
        let text = "# * Sida 1 av 2\n\nVi vill bygga en bro över ån.\n";
        let record = extractor.process_bytes("a.md", text.as_bytes()).unwrap();
        assert_ne!(record.title.as_deref(), Some(""));
        assert_eq!(record.pages[0].text, text);
    }
}
