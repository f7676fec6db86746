//! Integrity check and repair: files and rows that do not belong together.

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

/// Something in an output folder that is not as the catalogue says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, relative to the output folder.
    pub file: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong, and what repairing does about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Problem {
    /// A record of which the catalogue does not know. It is added to the catalogue; where another
    /// document has its path, it is moved to `withdrawn/unlisted/`.
    UnlistedRecord,
    /// A file among the records that is no record. It is left alone.
    NoRecord,
    /// A derived file of no record. It is removed.
    UnlistedDerivedFile,
    /// A withdrawn file of which the catalogue does not know. It is left alone.
    UnlistedWithdrawnFile,
    /// A record that is gone. The next run processes its document again.
    MissingRecord,
    /// A derived file that is gone. The next run processes its document again.
    MissingDerivedFile,
    /// A withdrawn file that is gone.
    MissingWithdrawnFile,
    /// A file that holds something else than was written. The next run processes its document
    /// again.
    Changed,
    /// A temporary file that a killed process left. It is removed.
    LeftOver,
    /// An operation that was committed and not finished. It is finished.
    Interrupted,
}

impl Problem {
    /// What repairing did about it.
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

/// How closely files are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Whether they are there.
    Names,
    /// Whether they hold what was written.
    Bytes,
}

/// Compares the files of an output folder with its catalogue. Nothing is changed. Temporary files
/// and interrupted operations are left out: while a run is at work they are none.
///
/// # Errors
/// If the catalogue cannot be read.
pub fn inspect(folder: &Path, catalogue: &Catalogue, depth: Depth) -> Result<Vec<Finding>, Error> {
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
                let problem = unlisted(folder, inside, &file);
                findings.push(Finding { file, problem });
            }
        }
    }
    findings.sort();
    Ok(findings)
}

/// What a process that was killed left, for the holder of the folder's lock.
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
    // What an interrupted operation will put in its place is needed.
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

fn problem_of(folder: &Path, file: &ListedFile, depth: Depth) -> Option<Problem> {
    let path = resolve(folder, &file.file);
    let Ok((bytes, _)) = stat(&path) else {
        return Some(match file.role {
            FileRole::Record => Problem::MissingRecord,
            FileRole::Derived => Problem::MissingDerivedFile,
            FileRole::Withdrawn => Problem::MissingWithdrawnFile,
        });
    };
    let Some(sha256) = &file.sha256 else {
        return None;
    };
    let is_intact = file.bytes == Some(bytes)
        && (depth == Depth::Names || hash_file(&path).is_ok_and(|now| now == *sha256));
    (!is_intact).then_some(Problem::Changed)
}

fn unlisted(folder: &Path, inside: &str, file: &str) -> Problem {
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
    /// Repairs what [`inspect`] found, as each [`Problem`] says. What a killed process left was
    /// repaired when the store was opened.
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
                Problem::UnlistedRecord => self.adopt(file)?,
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

    /// Adds a record to the catalogue. The next run over its document processes it again.
    fn adopt(&mut self, file: &str) -> Result<(), Error> {
        let path = resolve(&self.folder, file);
        let (Some(record), Ok((bytes, modified)), Ok(sha256)) =
            (load(&path), stat(&path), hash_file(&path))
        else {
            return Ok(());
        };
        let name = &record.source.path;
        let is_its_place = crate::catalogue::record_path(name) == file;
        if is_its_place && !self.catalogue.is_path_taken(name, None)? {
            let stored = crate::catalogue::RecordFile {
                path: file.to_owned(),
                bytes: Some(bytes),
                modified: Some(modified),
                sha256: Some(sha256),
            };
            return Ok(self.catalogue.insert_lost_document(&record, &stored)?);
        }
        let aside = format!("{UNLISTED}/{file}");
        self.change(|change| change.rename(file, &aside))
    }
}
