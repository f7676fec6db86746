//! How do a document's copies get to their places, and outdated ones away?

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use super::{Error, place, settle, write_bytes};

/// A file that leaves beside a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// Its place, relative to the output folder.
    pub path: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Writes all copies of a document and takes away those of an earlier time that are not among them:
/// a copy of what the document no longer is would be worse than none.
pub fn write_copies(folder: &Path, document: &str, copies: &[Copy]) -> Result<(), Error> {
    for copy in copies {
        write_bytes(&folder.join(&copy.path), &copy.bytes)?;
    }
    settle(folder, copies.iter().map(|copy| copy.path.as_str()))?;
    let searchable = place::searchable_path(document);
    let pages = alto_files(folder, document);
    for outdated in pages.into_iter().chain([searchable]) {
        if !copies.iter().any(|copy| copy.path == outdated) {
            let path = folder.join(outdated);
            gone(fs::remove_file(&path)).map_err(|source| Error { path, source })?;
        }
    }
    // Only an empty folder goes, and it harms nobody if it stays.
    let _ = fs::remove_dir(folder.join(place::alto_folder(document)));
    Ok(())
}

/// The copies of a document that an output folder holds.
pub fn copies_of(folder: &Path, document: &str) -> Vec<Copy> {
    let pages = alto_files(folder, document).into_iter();
    let paths = pages.chain([place::searchable_path(document)]);
    paths
        .filter_map(|path| {
            let bytes = fs::read(folder.join(&path)).ok()?;
            Some(Copy { path, bytes })
        })
        .collect()
}

/// The ALTO files that a document has.
fn alto_files(folder: &Path, document: &str) -> Vec<String> {
    let inside = place::alto_folder(document);
    let entries = fs::read_dir(folder.join(&inside));
    let names = entries
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name());
    names
        .filter_map(|name| name.into_string().ok())
        .filter(|name| name.starts_with("page-") && name.ends_with(".xml"))
        .map(|name| format!("{inside}/{name}"))
        .collect()
}

/// What is not there need not be taken away, nor what was never a file of ours.
fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::IsADirectory
            ) =>
        {
            Ok(())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(path: &str) -> Copy {
        Copy {
            path: path.to_owned(),
            bytes: b"copy".to_vec(),
        }
    }

    #[test]
    fn outdated_copies_go_and_other_documents_keep_theirs() {
        let folder = tempfile::tempdir().unwrap();
        let there = |path: &str| folder.path().join(path).exists();
        let (first, second) = ("alto/a.pdf/page-0001.xml", "alto/a.pdf/page-0002.xml");
        write_copies(
            folder.path(),
            "a.pdf",
            &[copy("pdf/a.pdf"), copy(first), copy(second)],
        )
        .unwrap();
        write_copies(folder.path(), "b.pdf", &[copy("pdf/b.pdf")]).unwrap();
        write_copies(folder.path(), "a.pdf", &[copy(first)]).unwrap();
        assert!(there(first) && !there(second) && !there("pdf/a.pdf"));
        write_copies(folder.path(), "a.pdf", &[]).unwrap();
        assert!(!there("alto/a.pdf") && there("pdf/b.pdf"));
    }
}
