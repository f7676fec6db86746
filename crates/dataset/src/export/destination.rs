//! Destination check: whether a dataset may replace what is in its folder.
//!
//! An earlier export is recognized by its `datapackage.json`. Only that and the files that it lists may
//! be replaced.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use serde_json::Value;

use super::metadata::{DATA_PACKAGE, FILES};

/// What is in the folder that a dataset is to be written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DestinationState {
    /// Nothing, or an empty folder.
    Free,
    /// An earlier export and nothing else.
    EarlierExport,
    /// A folder with other files.
    OtherFiles {
        /// One of the other files.
        example: String,
        /// The files of an earlier export in the folder.
        earlier: Vec<String>,
    },
    /// Something that is not a folder.
    NotAFolder,
}

/// The state of a destination.
///
/// # Errors
/// If the folder cannot be listed.
pub fn destination_state(target: &Path) -> io::Result<DestinationState> {
    let entries = match fs::read_dir(target) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(DestinationState::Free),
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            return Ok(DestinationState::NotAFolder);
        }
        Err(error) => return Err(error),
    };
    // A name that is not Unicode becomes one with U+FFFD, which no export lists: another file.
    let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let names = names.collect::<io::Result<BTreeSet<String>>>()?;
    let ours = earlier_export(target);
    let is_other = |name: &&String| !ours.contains(*name);
    match names.iter().find(is_other) {
        None if names.is_empty() => Ok(DestinationState::Free),
        None => Ok(DestinationState::EarlierExport),
        Some(other) => Ok(DestinationState::OtherFiles {
            example: other.clone(),
            earlier: ours.into_iter().collect(),
        }),
    }
}

/// The files of the export in a folder; none if there is no export.
fn earlier_export(folder: &Path) -> BTreeSet<String> {
    // Without a package that can be read, no file is known to be ours, and none may be replaced.
    let package = fs::read_to_string(folder.join(DATA_PACKAGE)).unwrap_or_default();
    let package: Value = serde_json::from_str(&package).unwrap_or_default();
    // Data Packages of other programs have the same file name.
    if !package["diarium"]["export"].is_u64() {
        return BTreeSet::new();
    }
    let resources = package["resources"].as_array();
    let paths = resources
        .into_iter()
        .flatten()
        .filter_map(|resource| resource["path"].as_str());
    // A dataset has no folders. A path with a separator was not written by an export, and deleting it
    // could delete a file elsewhere.
    let own = paths.filter(|path| !path.contains(['/', '\\']));
    own.chain(FILES).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_export_without_other_files_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("dataset");
        assert_eq!(destination_state(&target).unwrap(), DestinationState::Free);
        fs::create_dir(&target).unwrap();
        assert_eq!(destination_state(&target).unwrap(), DestinationState::Free);
        fs::write(target.join("records.csv"), "").unwrap();
        let other = |name: &str, earlier: &[&str]| DestinationState::OtherFiles {
            example: name.to_owned(),
            earlier: earlier.iter().map(|&name| name.to_owned()).collect(),
        };
        assert_eq!(
            destination_state(&target).unwrap(),
            other("records.csv", &[])
        );
        let package = r#"{"diarium": {"export": 1}, "resources": [{"path": "records.csv"}, {"path": "../x"}]}"#;
        fs::write(target.join(DATA_PACKAGE), package).unwrap();
        assert_eq!(
            destination_state(&target).unwrap(),
            DestinationState::EarlierExport
        );
        fs::write(target.join("notes.txt"), "").unwrap();
        let ours = [
            "croissant.json",
            DATA_PACKAGE,
            "records.csv",
            "ro-crate-metadata.json",
        ];
        assert_eq!(
            destination_state(&target).unwrap(),
            other("notes.txt", &ours)
        );
        assert_eq!(
            destination_state(&target.join("notes.txt")).unwrap(),
            DestinationState::NotAFolder
        );
    }
}
