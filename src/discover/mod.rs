//! Input traversal: turn the inputs that the user named into a list of files.
//!
//! The order of the list depends only on the names of the files. No file is opened: `read` decides
//! whether a file can be read and what its format is. `pipeline` decides which document a file is and
//! where its record is written, because it knows the roots of the output folder.
//!
//! - Hidden files and folders (a name that starts with a dot) are skipped, unless they are named as
//!   inputs.
//! - Companion files, such as `Thumbs.db` or the pictures of a saved page, are skipped and counted,
//!   unless they are named as inputs.
//! - An image and the text that an OCR program wrote beside it are one document, and so are the images of a
//!   folder if the user wants it: see `grouping`.
//! - What the user's [`Selection`] leaves out is counted.
//! - A symbolic link to a file is a file. A link to a folder is not entered, so that no loop can hang
//!   a run and no document occurs twice: name the folder as an input of its own.
//! - A file that is reached through two inputs is listed once, under the first.
//! - An output folder of diarium is no input. Inside an input it is skipped.
//! - A file or folder that cannot be accessed is an [`Issue`] and does not affect any other.

mod glob;
mod grouping;
mod percent_encoding;
mod selection;

use std::collections::HashSet;
use std::fs::{self, FileType, Metadata};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use walkdir::{DirEntry, WalkDir};

use diarium_document::{Source, companions};

pub use percent_encoding::{
    percent_decode, percent_decode_path, percent_encode, percent_encode_folder,
};
pub use selection::{PatternError, Selection};

/// The contents of the inputs.
#[derive(Debug, Default)]
pub struct Discovered {
    /// The files: input by input, each in the order of its names.
    pub files: Vec<InputFile>,
    /// Entries that are no documents or may hide some, in the order in which they were visited.
    pub issues: Vec<Issue>,
    /// The inputs that exist, in the order in which they were named.
    pub inputs: Vec<Input>,
    /// The inputs that do not exist or cannot be accessed.
    pub missing: Vec<MissingInput>,
    /// The number of companion files; each is also an issue, or the folder that it is in.
    pub companions: u64,
    /// The number of files and folders that the selection leaves out.
    pub left_out: u64,
    /// Which of the files below the inputs the user wants to be read.
    pub selection: Selection,
}

/// A file or folder that the user named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// The path as the user wrote it.
    pub named: PathBuf,
    /// Its canonical path: absolute, without symbolic links.
    pub real: PathBuf,
    /// Whether it is a folder; a file otherwise.
    pub is_folder: bool,
}

impl Input {
    /// The input itself if it is a folder; otherwise the folder of the file.
    pub fn folder(&self) -> &Path {
        if self.is_folder {
            return &self.real;
        }
        self.real.parent().unwrap_or(&self.real)
    }
}

/// An input that cannot be used.
#[derive(Debug)]
pub struct MissingInput {
    /// The path as the user wrote it.
    pub named: PathBuf,
    /// The error of the operating system.
    pub source: std::io::Error,
}

/// A file among the inputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    /// The index in [`Discovered::inputs`] of the input that it is in.
    pub input: usize,
    /// Its absolute path. Links above the input are resolved, links inside it are not.
    pub path: PathBuf,
    /// The file to open; `relative` is its percent-encoded path below the input.
    pub source: Source,
}

/// An entry among the inputs that is no document, or may hide some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Its path, as the user would write it.
    pub path: PathBuf,
    /// A message for people.
    pub message: String,
    /// Whether documents may be missing because of it.
    pub cause: IssueCause,
}

/// Why an entry is an [`Issue`], which decides the exit code of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssueCause {
    /// It cannot be accessed and may hide documents: the run must not report success.
    Unreadable,
    /// It is no document: a pipe, a device, a link to a folder or to nothing, an output folder.
    NotAFile,
    /// A program wrote it beside documents; see [`companions`].
    Companion,
}

/// Why an input cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No file or folder has that name.
    #[error("input {} cannot be opened: {source}; check the path", path.display())]
    Missing {
        /// The input as the user wrote it.
        path: PathBuf,
        /// The error of the operating system.
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

/// Lists the files of `inputs`, each a file or a folder. The folder `output` is never entered, nor
/// are the output folders of other runs. Without `output`, for a command that stores nothing, they
/// are folders like any other. A missing input does not affect the others. Only files of the
/// `selection` are listed.
///
/// # Errors
/// If an input is inside an output folder, or if none of the inputs exists.
pub fn discover(
    inputs: &[PathBuf],
    output: Option<&Path>,
    selection: &Selection,
) -> Result<Discovered, Error> {
    let stores_results = output.is_some();
    // A folder that does not exist yet contains no file that could be listed.
    let output = output.and_then(|folder| fs::canonicalize(folder).ok());
    let mut traversal = Traversal {
        stores_results,
        output,
        discovered: Discovered {
            selection: selection.clone(),
            ..Discovered::default()
        },
        ..Traversal::default()
    };
    // All inputs are checked before any is traversed: a large archive takes long, and a mistake in the
    // last input would be reported only then.
    for named in inputs {
        traversal.add_input(named)?;
    }
    if traversal.discovered.inputs.is_empty()
        && let Some(missing) = traversal.discovered.missing.pop()
    {
        return Err(Error::Missing {
            path: missing.named,
            source: missing.source,
        });
    }
    for input in 0..traversal.discovered.inputs.len() {
        traversal.walk(input);
    }
    Ok(traversal.discovered)
}

/// The output folder of diarium that contains a canonical path, or is it.
fn output_folder_of(real: &Path) -> Option<&Path> {
    real.ancestors().find(|folder| is_output_folder(folder))
}

/// Whether a folder is an output folder of diarium: it has a catalogue and a folder of records.
pub fn is_output_folder(folder: &Path) -> bool {
    // The names are those of the catalogue. Both are required: another program may well have a file
    // `catalogue.db`, but hardly beside a folder `records`.
    folder.join("catalogue.db").is_file() && folder.join("records").is_dir()
}

/// The state of one call of [`discover`].
#[derive(Default)]
struct Traversal {
    stores_results: bool,
    output: Option<PathBuf>,
    discovered: Discovered,
    /// Absolute paths of the files listed so far.
    listed: HashSet<PathBuf>,
}

impl Traversal {
    fn add_input(&mut self, named: &Path) -> Result<(), Error> {
        let accessed = fs::canonicalize(named)
            .and_then(|real| fs::metadata(&real).map(|metadata| (real, metadata.is_dir())));
        let (real, is_folder) = match accessed {
            Ok(accessed) => accessed,
            Err(source) => {
                let named = named.to_owned();
                self.discovered.missing.push(MissingInput { named, source });
                return Ok(());
            }
        };
        // The output folder of this run has no catalogue yet if it is the first run, so
        // `output_folder_of` alone would not recognize it.
        let own_output = self.output.as_deref();
        let own_output = own_output.filter(|output| real.starts_with(output));
        let output = own_output.or_else(|| output_folder_of(&real));
        if let Some(output) = output.filter(|_| self.stores_results) {
            return Err(Error::IsOutput {
                path: named.to_owned(),
                output: output.to_owned(),
            });
        }
        self.discovered.inputs.push(Input {
            named: named.to_owned(),
            real,
            is_folder,
        });
        Ok(())
    }

    fn walk(&mut self, number: usize) {
        let input = self.discovered.inputs[number].clone();
        let first = self.discovered.files.len();
        // Links to folders are not followed, which is the default of `WalkDir`.
        let mut entries = WalkDir::new(&input.real).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            match entry {
                Ok(entry) if self.is_companion(&input, &entry) => skip(&mut entries, &entry),
                Ok(entry) if is_hidden(&entry) => skip(&mut entries, &entry),
                Ok(entry) if self.is_skipped_folder(&input, &entry) => entries.skip_current_dir(),
                Ok(entry) if self.is_left_out(&input, &entry) => skip(&mut entries, &entry),
                Ok(entry) => self.visit_file(number, &input, &entry),
                Err(error) => self.add_issue(
                    error.path().unwrap_or(&input.real).to_owned(),
                    format!("cannot be looked into: {error}"),
                    IssueCause::Unreadable,
                ),
            }
        }
        let files = self.discovered.files.split_off(first);
        let in_folders = self.discovered.selection.joins_folders();
        let files = grouping::join_files(files, &input, in_folders);
        self.discovered.files.extend(files);
        // Sorted by whole paths, not folder by folder: `a.txt` comes before `a/b.txt`.
        self.discovered.files[first..].sort_by_cached_key(|file| file.source.relative.clone());
    }

    /// Whether a folder contains results of diarium, which are never read as documents. The output
    /// folder of another run is reported as an issue, the own one is not.
    fn is_skipped_folder(&mut self, input: &Input, entry: &DirEntry) -> bool {
        // `add_input` has checked the input itself.
        if !entry.file_type().is_dir() || entry.depth() == 0 {
            return false;
        }
        if Some(entry.path()) == self.output.as_deref() {
            return true;
        }
        let is_output = self.stores_results && is_output_folder(entry.path());
        if is_output {
            self.add_issue(
                path_as_named(input, entry.path()),
                "is an output folder of diarium, skipped".to_owned(),
                IssueCause::NotAFile,
            );
        }
        is_output
    }

    /// Whether an entry is a companion, or a folder of them; reports and counts it.
    fn is_companion(&mut self, input: &Input, entry: &DirEntry) -> bool {
        let Some(reason) = companion(entry) else {
            return false;
        };
        let is_folder = entry.file_type().is_dir();
        // An empty folder is skipped as well and counts nothing.
        let count = if is_folder { files_below(entry) } else { 1 };
        self.discovered.companions += count;
        let message = match (is_folder, count) {
            (false, _) => format!("{reason}, skipped"),
            (true, 1) => format!("{reason}, skipped (1 file)"),
            (true, _) => format!("{reason}, skipped ({count} files)"),
        };
        let path = path_as_named(input, entry.path());
        self.add_issue(path, message, IssueCause::Companion);
        true
    }

    /// Whether the selection leaves out an entry; counts it.
    fn is_left_out(&mut self, input: &Input, entry: &DirEntry) -> bool {
        let below = entry.path().strip_prefix(input.folder());
        let is_folder = entry.file_type().is_dir();
        let is_left_out = below.is_ok_and(|below| {
            // The input itself has an empty path.
            !below.as_os_str().is_empty() && self.discovered.selection.leaves_out(below, is_folder)
        });
        self.discovered.left_out += u64::from(is_left_out);
        is_left_out
    }

    fn visit_file(&mut self, number: usize, input: &Input, entry: &DirEntry) {
        if entry.file_type().is_dir() {
            return;
        }
        let named = path_as_named(input, entry.path());
        let metadata = match file_metadata(entry) {
            Ok(metadata) => metadata,
            Err((message, cause)) => return self.add_issue(named, message, cause),
        };
        // By path, not by inode: two hard links are two documents with a name each.
        if self.is_in_output(entry) || !self.listed.insert(entry.path().to_owned()) {
            return;
        }
        let below = entry.path().strip_prefix(input.folder());
        self.discovered.files.push(InputFile {
            input: number,
            path: entry.path().to_owned(),
            source: source(
                percent_encode(below.unwrap_or(entry.path())),
                named,
                &metadata,
            ),
        });
    }

    /// Whether an entry is a link into the output folder, which itself is not entered.
    fn is_in_output(&self, entry: &DirEntry) -> bool {
        let Some(output) = &self.output else {
            return false;
        };
        entry.path_is_symlink()
            && fs::canonicalize(entry.path()).is_ok_and(|real| real.starts_with(output))
    }

    fn add_issue(&mut self, path: PathBuf, message: String, cause: IssueCause) {
        self.discovered.issues.push(Issue {
            path,
            message,
            cause,
        });
    }
}

/// The metadata of a regular file, or of the one that a link leads to; otherwise the message and the
/// cause of an issue.
fn file_metadata(entry: &DirEntry) -> Result<Metadata, (String, IssueCause)> {
    match fs::metadata(entry.path()) {
        Ok(metadata) if metadata.is_file() => Ok(metadata),
        Ok(metadata) => {
            let message = format!("is {}, skipped", describe(metadata.file_type()));
            Err((message, IssueCause::NotAFile))
        }
        Err(error) if entry.path_is_symlink() => {
            let message = format!("link leads nowhere: {error}");
            Err((message, IssueCause::NotAFile))
        }
        Err(error) => {
            let message = format!("cannot be looked at: {error}");
            Err((message, IssueCause::Unreadable))
        }
    }
}

/// The path of an entry of an input, as the user would write it.
fn path_as_named(input: &Input, path: &Path) -> PathBuf {
    match path.strip_prefix(&input.real) {
        Ok(inside) if !inside.as_os_str().is_empty() => input.named.join(inside),
        _ => input.named.clone(),
    }
}

/// Why an entry is a companion, if it is one. An input itself (depth 0) is none: the user named it.
fn companion(entry: &DirEntry) -> Option<String> {
    let name = entry.file_name().to_str().filter(|_| entry.depth() > 0)?;
    if companions::is_companion(name) {
        return Some("is a companion file of another program".to_owned());
    }
    if !entry.file_type().is_dir() {
        return None;
    }
    let folder = entry.path().parent()?;
    let page = companions::saved_page(name, |file| folder.join(file).is_file())?;
    Some(format!("belongs to the saved page {page}"))
}

/// The number of files below a folder.
fn files_below(folder: &DirEntry) -> u64 {
    let entries = WalkDir::new(folder.path()).into_iter().flatten();
    let files = entries.filter(|entry| !entry.file_type().is_dir());
    u64::try_from(files.count()).unwrap_or(u64::MAX)
}

/// Whether a name starts with a dot. An input itself (depth 0) is never hidden: the user named it.
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
        members: Vec::new(),
        parts: Vec::new(),
        bytes: metadata.len(),
        modified: modified(metadata),
        changed: changed(metadata),
    }
}

/// The modification time of a file, in nanoseconds since the Unix epoch; 0 where the file system
/// has none.
pub fn modified(metadata: &Metadata) -> i128 {
    metadata
        .modified()
        .map(|time| match time.duration_since(UNIX_EPOCH) {
            Ok(since) => i128::try_from(since.as_nanos()).unwrap_or(0),
            // Negative, because 0 means that the time is unknown.
            Err(before) => -i128::try_from(before.duration().as_nanos()).unwrap_or(0),
        })
        .unwrap_or(0)
}

/// The status change time (`ctime`) of a file, in nanoseconds since the Unix epoch: the last change
/// of its bytes, its name or its permissions.
#[cfg(unix)]
pub fn changed(metadata: &Metadata) -> i128 {
    use std::os::unix::fs::MetadataExt;
    i128::from(metadata.ctime()) * 1_000_000_000 + i128::from(metadata.ctime_nsec())
}

/// The status change time of a file; 0, because this system has none.
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
