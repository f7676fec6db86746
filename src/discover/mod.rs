//! Input traversal: turn the inputs that the user named into a list of files.
//!
//! The order depends on nothing but what is there. No file is opened; whether one can be read, and
//! what it is, is for `read` to find out. Which document a file is, and what its record is called,
//! is for `pipeline` to decide: it knows the roots of the output folder.
//!
//! - Hidden files and folders (a name that starts with a dot) are skipped, unless named.
//! - A link to a file is a file. A link to a folder is not entered, so that no loop can hang a run
//!   and no document comes twice: name the folder as an input of its own.
//! - A file that is reached through two inputs is taken once, under the first.
//! - An output folder of diarium is no input, and is skipped where it lies inside one.
//! - What cannot be looked at is a [`Trouble`], and does not affect anything else.

mod name;

use std::collections::HashSet;
use std::fs::{self, FileType, Metadata};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use walkdir::{DirEntry, WalkDir};

use diarium_document::Source;

pub use name::{escape, escape_folder, unescape, unescape_path};

/// What the inputs hold.
#[derive(Debug, Default)]
pub struct Discovered {
    /// The files: input by input, each in the order of its names.
    pub files: Vec<Found>,
    /// What could not be looked at, in the order in which it was met.
    pub troubles: Vec<Trouble>,
    /// The inputs that exist, in the order in which they were named.
    pub inputs: Vec<Input>,
    /// The inputs that do not exist or cannot be looked at.
    pub missing: Vec<MissingInput>,
}

/// A file or folder that the user named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// As named.
    pub named: PathBuf,
    /// Its path without links.
    pub real: PathBuf,
    /// Whether it is a folder; a file otherwise.
    pub is_folder: bool,
}

impl Input {
    /// The folder whose documents the input names: itself, or the folder that a file is in.
    pub fn folder(&self) -> &Path {
        match (self.is_folder, self.real.parent()) {
            (false, Some(parent)) => parent,
            _ => &self.real,
        }
    }
}

/// An input that cannot be used.
#[derive(Debug)]
pub struct MissingInput {
    /// As the user wrote it.
    pub named: PathBuf,
    /// What the operating system says.
    pub source: std::io::Error,
}

/// A file among the inputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Which of [`Discovered::inputs`] it was found in.
    pub input: usize,
    /// Its absolute path; links above the input are resolved, links inside it are not.
    pub place: PathBuf,
    /// The file to open, with its path below the input as its name.
    pub source: Source,
}

/// Something among the inputs that is no document, or hides some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Where it is.
    pub path: PathBuf,
    /// What it is, for people.
    pub message: String,
    /// Whether documents may have been missed because of it.
    pub kind: TroubleKind,
}

/// What a [`Trouble`] means for the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TroubleKind {
    /// Documents may be hidden behind it: the run must not say that all is well.
    Unreadable,
    /// It is no document: a pipe, a device, a link to a folder or to nothing, an output folder.
    NotAFile,
}

/// The user named something that cannot be an input.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is nothing of that name.
    #[error("input {} cannot be opened: {source}; check the path", path.display())]
    Missing {
        /// The input as the user wrote it.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The input is an output folder, or inside one.
    #[error(
        "input {} is inside the output folder {}; name the folder with the original documents",
        path.display(), output.display()
    )]
    IsOutput {
        /// The input as the user wrote it.
        path: PathBuf,
        /// The output folder.
        output: PathBuf,
    },
}

/// Finds the documents in `inputs`, each a file or a folder. The folder `output` is never walked,
/// wherever it lies, nor are those of other runs. Without `output`, for a command that stores
/// nothing, they are folders like any other. An input that is missing does not affect the others.
///
/// # Errors
/// If an input is inside an output folder, or if none of the inputs exists.
pub fn discover(inputs: &[PathBuf], output: Option<&Path>) -> Result<Discovered, Error> {
    let stores_results = output.is_some();
    // A folder that does not exist yet has nothing in it that could be walked.
    let output = output.and_then(|folder| fs::canonicalize(folder).ok());
    let mut search = Search {
        stores_results,
        output,
        ..Search::default()
    };
    for named in inputs {
        search.input(named)?;
    }
    if search.found.inputs.is_empty()
        && let Some(missing) = search.found.missing.pop()
    {
        return Err(Error::Missing {
            path: missing.named,
            source: missing.source,
        });
    }
    for input in 0..search.found.inputs.len() {
        search.walk(input);
    }
    Ok(search.found)
}

/// The output folder of diarium that a path without links lies in, or is: a folder with a catalogue
/// and records.
fn output_folder_of(real: &Path) -> Option<&Path> {
    real.ancestors().find(|folder| is_output_folder(folder))
}

/// Whether a folder is an output folder of diarium. Other programs may have a `catalogue.db` as
/// well, but hardly beside a folder `records`.
pub fn is_output_folder(folder: &Path) -> bool {
    // The names that the store gives them.
    folder.join("catalogue.db").is_file() && folder.join("records").is_dir()
}

/// The state of one call of [`discover`].
#[derive(Default)]
struct Search {
    stores_results: bool,
    output: Option<PathBuf>,
    found: Discovered,
    /// Files taken so far, by their absolute path.
    taken: HashSet<PathBuf>,
}

impl Search {
    fn input(&mut self, named: &Path) -> Result<(), Error> {
        let looked_at = fs::canonicalize(named)
            .and_then(|real| fs::metadata(&real).map(|metadata| (real, metadata.is_dir())));
        let (real, is_folder) = match looked_at {
            Ok(looked_at) => looked_at,
            Err(source) => {
                let named = named.to_owned();
                self.found.missing.push(MissingInput { named, source });
                return Ok(());
            }
        };
        let within_output = |output: &&PathBuf| real.starts_with(output);
        let output = self.output.as_ref().filter(within_output);
        let output = output.map(PathBuf::as_path).or(output_folder_of(&real));
        if let Some(output) = output.filter(|_| self.stores_results) {
            return Err(Error::IsOutput {
                path: named.to_owned(),
                output: output.to_owned(),
            });
        }
        self.found.inputs.push(Input {
            named: named.to_owned(),
            real,
            is_folder,
        });
        Ok(())
    }

    fn walk(&mut self, number: usize) {
        let input = self.found.inputs[number].clone();
        let first = self.found.files.len();
        let mut entries = WalkDir::new(&input.real).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            match entry {
                Ok(entry) if is_hidden(&entry) => skip(&mut entries, &entry),
                Ok(entry) if self.is_skipped_folder(&input, &entry) => entries.skip_current_dir(),
                Ok(entry) => self.entry(number, &input, &entry),
                Err(error) => self.trouble(
                    error.path().unwrap_or(&input.real).to_owned(),
                    format!("cannot be looked into: {error}"),
                    TroubleKind::Unreadable,
                ),
            }
        }
        let by_name = |found: &Found| found.source.relative.clone();
        self.found.files[first..].sort_by_cached_key(by_name);
    }

    /// Whether a folder holds results of diarium, which are never read as documents. One that is
    /// not the output of this run is mentioned.
    fn is_skipped_folder(&mut self, input: &Input, entry: &DirEntry) -> bool {
        if !entry.file_type().is_dir() || entry.depth() == 0 {
            return false;
        }
        if Some(entry.path()) == self.output.as_deref() {
            return true;
        }
        let is_output = self.stores_results && is_output_folder(entry.path());
        if is_output {
            self.trouble(
                shown(input, entry.path()),
                "is an output folder of diarium, skipped".to_owned(),
                TroubleKind::NotAFile,
            );
        }
        is_output
    }

    fn entry(&mut self, number: usize, input: &Input, entry: &DirEntry) {
        if entry.file_type().is_dir() {
            return;
        }
        let shown = shown(input, entry.path());
        let metadata = match fs::metadata(entry.path()) {
            Ok(metadata) => metadata,
            Err(error) if entry.path_is_symlink() => {
                return self.trouble(
                    shown,
                    format!("link leads nowhere: {error}"),
                    TroubleKind::NotAFile,
                );
            }
            Err(error) => {
                return self.trouble(
                    shown,
                    format!("cannot be looked at: {error}"),
                    TroubleKind::Unreadable,
                );
            }
        };
        if !metadata.is_file() {
            let message = format!("is {}, skipped", describe(metadata.file_type()));
            return self.trouble(shown, message, TroubleKind::NotAFile);
        }
        if self.is_output(entry) || !self.taken.insert(entry.path().to_owned()) {
            return;
        }
        let below = entry.path().strip_prefix(input.folder());
        self.found.files.push(Found {
            input: number,
            place: entry.path().to_owned(),
            source: source(escape(below.unwrap_or(entry.path())), shown, &metadata),
        });
    }

    /// A link may lead into the output folder; a plain entry there was never walked to.
    fn is_output(&self, entry: &DirEntry) -> bool {
        let Some(output) = &self.output else {
            return false;
        };
        entry.path_is_symlink()
            && fs::canonicalize(entry.path()).is_ok_and(|real| real.starts_with(output))
    }

    fn trouble(&mut self, path: PathBuf, message: String, kind: TroubleKind) {
        self.found.troubles.push(Trouble {
            path,
            message,
            kind,
        });
    }
}

/// The path of something in an input, as the user would write it.
fn shown(input: &Input, path: &Path) -> PathBuf {
    match path.strip_prefix(&input.real) {
        Ok(inside) if !inside.as_os_str().is_empty() => input.named.join(inside),
        _ => input.named.clone(),
    }
}

/// An input that the user named is never hidden, whatever its name.
fn is_hidden(entry: &DirEntry) -> bool {
    entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".")
}

fn skip(entries: &mut walkdir::IntoIter, entry: &DirEntry) {
    if entry.file_type().is_dir() {
        entries.skip_current_dir();
    }
}

fn source(relative: String, file: PathBuf, metadata: &Metadata) -> Source {
    Source {
        relative,
        file,
        bytes: metadata.len(),
        modified: modified(metadata),
        changed: changed(metadata),
    }
}

/// When a file was last modified, in nanoseconds since the Unix epoch; 0 where the file system does
/// not say.
pub fn modified(metadata: &Metadata) -> i128 {
    metadata
        .modified()
        .map(|time| match time.duration_since(UNIX_EPOCH) {
            Ok(since) => i128::try_from(since.as_nanos()).unwrap_or(0),
            Err(before) => -i128::try_from(before.duration().as_nanos()).unwrap_or(0),
        })
        .unwrap_or(0)
}

/// When the status of a file was last changed, in nanoseconds since the Unix epoch: its bytes, its
/// name or its rights. 0 where the system does not say.
#[cfg(unix)]
pub fn changed(metadata: &Metadata) -> i128 {
    use std::os::unix::fs::MetadataExt;
    i128::from(metadata.ctime()) * 1_000_000_000 + i128::from(metadata.ctime_nsec())
}

/// When the status of a file was last changed; this system does not say.
#[cfg(not(unix))]
pub fn changed(_: &Metadata) -> i128 {
    0
}

fn describe(file_type: FileType) -> &'static str {
    if file_type.is_dir() {
        return "a link to a folder (name the folder as an input to read it)";
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if file_type.is_fifo() {
            return "a pipe";
        }
        if file_type.is_socket() {
            return "a socket";
        }
        if file_type.is_block_device() || file_type.is_char_device() {
            return "a device";
        }
    }
    "not a regular file"
}

#[cfg(test)]
mod tests;
