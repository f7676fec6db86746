//! How do records stay where they were put, and what a killed run left goes?

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use walkdir::WalkDir;

use super::{Error, place};

/// Forces the names of records to the disk. Until then a power cut can undo the renaming, and
/// leave the record of an earlier version in its place; so this comes before the catalogue says
/// that they are done. One call a folder is enough for all the records in it, which on a disk with
/// 20,000 small documents in 40 folders halves the cost of writing.
pub fn settle<'r>(folder: &Path, records: impl IntoIterator<Item = &'r str>) -> Result<(), Error> {
    let mut folders = BTreeSet::new();
    for record in records {
        // The folders on the way may be new as well.
        folders.extend(Path::new(record).ancestors().skip(1));
    }
    for inside in folders {
        let path = folder.join(inside);
        sync_folder(&path).map_err(|source| Error { path, source })?;
    }
    Ok(())
}

/// Windows has no such call, nor need of one.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Takes away the temporary files of a run that was killed. Only for whoever holds the folder. What
/// cannot be taken away harms nobody and stays.
pub fn sweep(folder: &Path) {
    let folders = ["records", "pdf", "alto"].map(|inside| WalkDir::new(folder.join(inside)));
    for entry in folders.into_iter().flatten().flatten() {
        if entry.file_type().is_file() && place::is_temporary(entry.path()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_temporary_files_are_swept_away() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("records/a");
        fs::create_dir_all(&inside).unwrap();
        for name in [
            "b.txt.json",
            ".b.txt.json.tmp-Ab12Cd",
            "c.json.tmp-notes.json",
        ] {
            fs::write(inside.join(name), "").unwrap();
        }
        sweep(folder.path());
        assert!(inside.join("b.txt.json").exists());
        assert!(inside.join("c.json.tmp-notes.json").exists());
        assert!(!inside.join(".b.txt.json.tmp-Ab12Cd").exists());
    }

    #[test]
    fn folders_of_records_are_settled_up_to_the_output_folder() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("records/a")).unwrap();
        settle(folder.path(), ["records/a/b.json", "records/a/c.json"]).unwrap();
        assert!(settle(folder.path(), ["records/gone/b.json"]).is_err());
    }
}
