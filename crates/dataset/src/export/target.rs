//! May the folder in a dataset's place be replaced?

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use serde_json::Value;

use super::metadata::{DATA_PACKAGE, FILES};

/// What stands in a dataset's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Occupied {
    /// Nothing, or an empty folder.
    Free,
    /// An earlier export and nothing else.
    EarlierExport,
    /// A folder with other things.
    Folder {
        /// One of them.
        other: String,
        /// The files of an earlier export among them.
        earlier: Vec<String>,
    },
    /// Something that is no folder.
    NoFolder,
}

/// What stands there.
///
/// # Errors
/// If that cannot be found out.
pub fn occupied(target: &Path) -> io::Result<Occupied> {
    let entries = match fs::read_dir(target) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Occupied::Free),
        Err(error) if error.kind() == ErrorKind::NotADirectory => return Ok(Occupied::NoFolder),
        Err(error) => return Err(error),
    };
    let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let names = names.collect::<io::Result<BTreeSet<String>>>()?;
    let ours = earlier_export(target);
    let is_other = |name: &&String| !ours.contains(*name);
    match names.iter().find(is_other) {
        None if names.is_empty() => Ok(Occupied::Free),
        None => Ok(Occupied::EarlierExport),
        Some(other) => Ok(Occupied::Folder {
            other: other.clone(),
            earlier: ours.into_iter().collect(),
        }),
    }
}

/// The files of the export that a folder holds, if it holds one.
fn earlier_export(folder: &Path) -> BTreeSet<String> {
    let package = fs::read_to_string(folder.join(DATA_PACKAGE)).unwrap_or_default();
    let package: Value = serde_json::from_str(&package).unwrap_or_default();
    if !package["diarium"]["export"].is_u64() {
        return BTreeSet::new();
    }
    let resources = package["resources"].as_array();
    let paths = resources
        .into_iter()
        .flatten()
        .filter_map(|resource| resource["path"].as_str());
    // A dataset has no folders: what names another place is not ours.
    let own = paths.filter(|path| !path.contains(['/', '\\']));
    own.chain(FILES).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_export_with_nothing_else_is_replaced() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("dataset");
        assert_eq!(occupied(&target).unwrap(), Occupied::Free);
        fs::create_dir(&target).unwrap();
        assert_eq!(occupied(&target).unwrap(), Occupied::Free);
        fs::write(target.join("records.csv"), "").unwrap();
        let other = |name: &str, earlier: &[&str]| Occupied::Folder {
            other: name.to_owned(),
            earlier: earlier.iter().map(|&name| name.to_owned()).collect(),
        };
        assert_eq!(occupied(&target).unwrap(), other("records.csv", &[]));
        let package = r#"{"diarium": {"export": 1}, "resources": [{"path": "records.csv"}, {"path": "../x"}]}"#;
        fs::write(target.join(DATA_PACKAGE), package).unwrap();
        assert_eq!(occupied(&target).unwrap(), Occupied::EarlierExport);
        fs::write(target.join("notes.txt"), "").unwrap();
        let ours = [
            "croissant.json",
            DATA_PACKAGE,
            "records.csv",
            "ro-crate-metadata.json",
        ];
        assert_eq!(occupied(&target).unwrap(), other("notes.txt", &ours));
        assert_eq!(
            occupied(&target.join("notes.txt")).unwrap(),
            Occupied::NoFolder
        );
    }
}
