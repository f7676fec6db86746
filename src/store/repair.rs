//! Integrity check and repair: files and rows of the catalogue that contradict each other.
//!
//! [`inspect`] compares them and changes nothing. [`Store::repair`] repairs what can be repaired without
//! the sources; the next run processes the other documents again. A file that may be the only copy of
//! something is never deleted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::Path;

use walkdir::WalkDir;

use super::{Error, Store};
use crate::catalogue::{
    ALTO, Catalogue, FileOperation, FileRole, ListedFile, RECORDS, SEARCHABLE, TEMPORARY, UNLISTED,
    WITHDRAWN, hash_file,
};
use crate::files::Error as FileError;
use crate::files::{remove_if_exists, resolve, stat};
use diarium_document::Record;

/// A contradiction between an output folder and its catalogue.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, relative to the output folder.
    pub file: String,
    /// The problem.
    pub problem: Problem,
}

/// The problem of a file, and how it is repaired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Problem {
    /// A record that the catalogue does not list. It is added to the catalogue or, if another document
    /// has its path, moved to `withdrawn/unlisted/`.
    UnlistedRecord,
    /// A file in the folder of records that is no record. It is not changed.
    NoRecord,
    /// A derived file that the catalogue does not list. It is removed.
    UnlistedDerivedFile,
    /// A withdrawn file that the catalogue does not list. It is not changed.
    UnlistedWithdrawnFile,
    /// A record that does not exist. The next run processes its document again.
    MissingRecord,
    /// A derived file that does not exist. The next run processes its document again.
    MissingDerivedFile,
    /// A withdrawn file that does not exist.
    MissingWithdrawnFile,
    /// A file with other bytes than were written. The next run processes its document again.
    Changed,
    /// A temporary file that a killed process left. It is removed.
    LeftOver,
    /// An operation that is committed and not finished. It is finished.
    Interrupted,
}

impl Problem {
    /// How the problem was repaired.
    pub fn repair(self) -> &'static str {
        match self {
            Self::UnlistedRecord => "added to the catalogue, or moved to withdrawn/unlisted",
            Self::UnlistedDerivedFile | Self::LeftOver => "removed",
            Self::MissingRecord | Self::MissingDerivedFile | Self::Changed => {
                "the next run processes its document again"
            }
            Self::Interrupted => "finished",
            Self::NoRecord | Self::UnlistedWithdrawnFile | Self::MissingWithdrawnFile => {
                "left as it is"
            }
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::UnlistedRecord => "record is not in the catalogue",
            Self::NoRecord => "is no record",
            Self::UnlistedDerivedFile => "derived file without a record",
            Self::UnlistedWithdrawnFile => "withdrawn file is not in the catalogue",
            Self::MissingRecord => "the catalogue lists this record, but it is gone; run again",
            Self::MissingDerivedFile => {
                "the catalogue lists this derived file, but it is gone; run again"
            }
            Self::MissingWithdrawnFile => "the catalogue lists this withdrawn file, but it is gone",
            Self::Changed => "is not what was written; run again",
            Self::LeftOver => "temporary file of a run that was killed",
            Self::Interrupted => "operation was interrupted",
        })
    }
}

/// How files are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckDepth {
    /// Whether they exist and have their length.
    Existence,
    /// Also whether they have their bytes: every file is read.
    Content,
}

/// Compares the files of an output folder with its catalogue. Temporary files and pending operations are
/// left out, because a run that is in progress has both.
///
/// # Errors
/// If the catalogue cannot be read.
pub fn inspect(
    folder: &Path,
    catalogue: &Catalogue,
    depth: CheckDepth,
) -> Result<Vec<Finding>, Error> {
    let listed = catalogue.listed_files()?;
    let mut findings = Vec::new();
    for file in &listed {
        findings.extend(problem_of(folder, file, depth).map(|problem| Finding {
            file: file.file.clone(),
            problem,
        }));
    }
    let names: BTreeSet<&str> = listed.iter().map(|file| file.file.as_str()).collect();
    for inside in [RECORDS, SEARCHABLE, ALTO, WITHDRAWN] {
        for file in files_in(folder, inside) {
            if !names.contains(file.as_str()) && !file.starts_with(UNLISTED) {
                let problem = unlisted_problem(folder, inside, &file);
                findings.push(Finding { file, problem });
            }
        }
    }
    findings.sort();
    Ok(findings)
}

/// The temporary files and pending operations of a process that was killed. The caller holds the lock of
/// the folder, so that no process is writing.
///
/// # Errors
/// If the catalogue cannot be read.
pub fn inspect_left_over(folder: &Path, catalogue: &Catalogue) -> Result<Vec<Finding>, Error> {
    let pending = catalogue.pending()?;
    let interrupted = pending.iter().map(|(number, _)| Finding {
        file: format!("operation {number}"),
        problem: Problem::Interrupted,
    });
    let mut left_over = files_in(folder, TEMPORARY);
    // A pending operation needs its staged file.
    let needed: BTreeSet<&str> = pending
        .iter()
        .filter_map(|(_, operation)| match operation {
            FileOperation::Rename { source, .. } => Some(source.as_str()),
            FileOperation::Remove { .. } => None,
        })
        .collect();
    left_over.retain(|file| !needed.contains(file.as_str()));
    let left_over = left_over.into_iter().map(|file| Finding {
        file,
        problem: Problem::LeftOver,
    });
    Ok(interrupted.chain(left_over).collect())
}

fn problem_of(folder: &Path, file: &ListedFile, depth: CheckDepth) -> Option<Problem> {
    let path = resolve(folder, &file.file);
    let Ok((bytes, _)) = stat(&path) else {
        return Some(match file.role {
            FileRole::Record => Problem::MissingRecord,
            FileRole::Derived => Problem::MissingDerivedFile,
            FileRole::Withdrawn => Problem::MissingWithdrawnFile,
        });
    };
    // Files of version 3 and earlier have no digest until a run verifies or replaces them.
    let Some(sha256) = &file.sha256 else {
        return None;
    };
    let is_intact = file.bytes == Some(bytes)
        && (depth == CheckDepth::Existence || hash_file(&path).is_ok_and(|now| now == *sha256));
    (!is_intact).then_some(Problem::Changed)
}

fn unlisted_problem(folder: &Path, inside: &str, file: &str) -> Problem {
    match inside {
        RECORDS if load(&resolve(folder, file)).is_some() => Problem::UnlistedRecord,
        RECORDS => Problem::NoRecord,
        WITHDRAWN => Problem::UnlistedWithdrawnFile,
        _ => Problem::UnlistedDerivedFile,
    }
}

fn load(path: &Path) -> Option<Record> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// The files below a folder of the output folder, with `/` between the parts.
fn files_in(folder: &Path, inside: &str) -> Vec<String> {
    let entries = WalkDir::new(folder.join(inside)).sort_by_file_name();
    // Folders that cannot be read are skipped. Files in them that are listed are reported as missing.
    let files = entries.into_iter().flatten();
    let files = files.filter(|entry| !entry.file_type().is_dir());
    files
        .filter_map(|entry| {
            let below = entry.path().strip_prefix(folder).ok()?;
            let parts = below.iter().map(|part| part.to_string_lossy());
            Some(parts.collect::<Vec<_>>().join("/"))
        })
        .collect()
}

impl Store {
    /// Repairs the findings of [`inspect`], as each [`Problem`] describes. Files and operations of a
    /// killed process were removed or finished when the store was opened.
    ///
    /// # Errors
    /// If a file or the catalogue cannot be written.
    pub fn repair(&mut self, findings: &[Finding]) -> Result<(), Error> {
        let listed = self.catalogue.listed_files()?;
        let documents: BTreeMap<&str, &str> = listed
            .iter()
            .map(|file| (file.file.as_str(), file.document.as_str()))
            .collect();
        for Finding { file, problem } in findings {
            match problem {
                Problem::UnlistedRecord => self.repair_unlisted(file)?,
                // Derived files can be made again, so that nothing is lost.
                Problem::UnlistedDerivedFile => {
                    let path = resolve(&self.folder, file);
                    remove_if_exists(self.disk.as_ref(), &path)
                        .map_err(|source| FileError { path, source })?;
                    self.remove_empty_folders(file);
                }
                Problem::MissingRecord | Problem::MissingDerivedFile | Problem::Changed => {
                    if let Some(document) = documents.get(file.as_str()) {
                        self.catalogue.invalidate(document)?;
                    }
                }
                Problem::NoRecord
                | Problem::UnlistedWithdrawnFile
                | Problem::MissingWithdrawnFile
                | Problem::LeftOver
                | Problem::Interrupted => {}
            }
        }
        Ok(())
    }

    /// Adds a record to the catalogue, or moves it to `withdrawn/unlisted/` if another document has its
    /// path.
    fn repair_unlisted(&mut self, file: &str) -> Result<(), Error> {
        let path = resolve(&self.folder, file);
        let (Some(record), Ok((bytes, modified)), Ok(sha256)) =
            (load(&path), stat(&path), hash_file(&path))
        else {
            // The file was removed or changed since the inspection, and the next one shows its new state.
            return Ok(());
        };
        let name = &record.source.path;
        let has_its_path = crate::catalogue::record_path(name) == file;
        if has_its_path && !self.catalogue.is_path_taken(name, None)? {
            let stored = crate::catalogue::RecordFile {
                path: file.to_owned(),
                bytes: Some(bytes),
                modified: Some(modified),
                sha256: Some(sha256),
            };
            return Ok(self.catalogue.insert_lost_document(&record, &stored)?);
        }
        let unlisted = format!("{UNLISTED}/{file}");
        self.change(|change| change.rename(file, &unlisted))
    }
}
