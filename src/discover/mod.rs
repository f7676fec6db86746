//! Which files are there?
//!
//! Turns the files and folders that the user named into [`Source`]s, in an order and under names
//! that depend on nothing but what is there. It opens no file; whether one can be read, and what
//! it is, is for `read` to find out.
//!
//! - Hidden files and folders (a name that starts with a dot) are passed over, unless named.
//! - A link to a file is a file. A link to a folder is not entered, so that no loop can hang a run
//!   and no document comes twice: name the folder as an input of its own.
//! - A file that is reached through two inputs is taken once, under the first.
//! - What cannot be looked at is a [`Trouble`], and costs nothing else anything.

mod clash;
mod name;

use std::collections::HashSet;
use std::fs::{self, FileType, Metadata};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use walkdir::{DirEntry, WalkDir};

use crate::document::Source;

pub use name::{escape, unescape};

/// What the inputs hold.
#[derive(Debug, Default)]
pub struct Discovered {
    /// The files, by relative name; no two share one.
    pub sources: Vec<Source>,
    /// What could not be looked at, in the order in which it was met.
    pub troubles: Vec<Trouble>,
    /// The inputs, in the order in which they were named.
    pub roots: Vec<Root>,
}

/// A file or folder that the user named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// As named.
    pub named: PathBuf,
    /// Where it really is.
    pub real: PathBuf,
}

impl Discovered {
    /// Where a source really lies, whatever the folder that its input was named from; links inside
    /// the input are not followed.
    pub fn place(&self, source: &Source) -> PathBuf {
        let inside = |root: &Root| {
            let inside = source.file.strip_prefix(&root.named).ok()?;
            Some(match inside.as_os_str().is_empty() {
                true => root.real.clone(),
                false => root.real.join(inside),
            })
        };
        let place = self.roots.iter().find_map(inside);
        place.unwrap_or_else(|| source.file.clone())
    }
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
    /// It is no document: a pipe, a device, a link to a folder or to nothing.
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
    /// The input is where the records go.
    #[error(
        "input {} is the output folder or its records; choose another folder for --out",
        path.display()
    )]
    IsOutput {
        /// The input as the user wrote it.
        path: PathBuf,
    },
}

/// Finds the documents in `inputs`, each a file or a folder. The folder `output` is never walked,
/// wherever it lies.
pub fn discover(inputs: &[PathBuf], output: Option<&Path>) -> Result<Discovered, Error> {
    // A folder that does not exist yet has nothing in it that could be walked.
    let output = output.and_then(|folder| fs::canonicalize(folder).ok());
    let mut search = Search {
        output,
        ..Search::default()
    };
    let mut roots = Vec::new();
    for input in inputs {
        roots.push((input, search.root(input)?));
    }
    for (input, root) in &roots {
        search.input(input, root);
    }
    let mut found = search.found;
    found.roots = roots
        .into_iter()
        .map(|(named, real)| Root {
            named: named.clone(),
            real,
        })
        .collect();
    found.sources.sort();
    Ok(found)
}

/// The state of one call of [`discover`].
#[derive(Default)]
struct Search {
    output: Option<PathBuf>,
    found: Discovered,
    names: clash::Names,
    /// Files taken so far, by their real path.
    taken: HashSet<PathBuf>,
}

impl Search {
    /// The real path of an input.
    fn root(&self, input: &Path) -> Result<PathBuf, Error> {
        let root = fs::canonicalize(input).map_err(|source| Error::Missing {
            path: input.to_owned(),
            source,
        })?;
        match &self.output {
            Some(output) if root == *output || root.starts_with(output.join("records")) => {
                Err(Error::IsOutput {
                    path: input.to_owned(),
                })
            }
            _ => Ok(root),
        }
    }

    fn input(&mut self, input: &Path, root: &Path) {
        let output = self.output.clone();
        let entries = WalkDir::new(root)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(|entry| !is_hidden(entry) && Some(entry.path()) != output.as_deref());
        for entry in entries {
            match entry {
                Ok(entry) => self.entry(input, root, &entry),
                Err(error) => self.trouble(
                    error.path().unwrap_or(root).to_owned(),
                    format!("cannot be looked into: {error}"),
                    TroubleKind::Unreadable,
                ),
            }
        }
    }

    fn entry(&mut self, input: &Path, root: &Path, entry: &DirEntry) {
        if entry.file_type().is_dir() {
            return;
        }
        let inside = entry.path().strip_prefix(root).unwrap_or(Path::new(""));
        let shown = if inside.as_os_str().is_empty() {
            input.to_owned()
        } else {
            input.join(inside)
        };
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
        let relative = self.names.claim(root, inside);
        self.found.sources.push(source(relative, shown, &metadata));
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

/// An input that the user named is never hidden, whatever its name.
fn is_hidden(entry: &DirEntry) -> bool {
    entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".")
}

fn source(relative: String, file: PathBuf, metadata: &Metadata) -> Source {
    Source {
        relative,
        file,
        bytes: metadata.len(),
        modified: modified(metadata),
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
