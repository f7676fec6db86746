//! Where does a record stand in the output folder?

use std::path::Path;

use sha2::{Digest, Sha256};

use crate::document::hexadecimal;

/// Bytes that a file's name may have on every file system in common use.
const LONGEST_NAME: usize = 255;

/// What a temporary file's name needs besides the record's: a dot, `.tmp-` and six random letters.
const TEMPORARY_EXTRA: usize = 12;

/// The record's file for a document, relative to the output folder. A part of the path that would
/// be too long once `.json` or a temporary suffix is added is cut and given the start of its own
/// SHA-256, so that two long names that start the same still part.
pub fn record_path(relative: &str) -> String {
    placed("records", relative, ".json")
}

/// The searchable copy's file for a PDF, relative to the output folder: called as the document,
/// where that says what it is.
pub fn searchable_path(relative: &str) -> String {
    let ends_with = |end: &str| {
        let start = relative.len().checked_sub(end.len());
        start.is_some_and(|start| relative.as_bytes()[start..].eq_ignore_ascii_case(end.as_bytes()))
    };
    // What is added to other names is no name's own, so that no two documents share a copy.
    match ends_with(".pdf") && !ends_with(UNNAMED) {
        true => placed("pdf", relative, ""),
        false => placed("pdf", relative, UNNAMED),
    }
}

/// What the copy of a PDF ends in that is not called one.
const UNNAMED: &str = ".copy.pdf";

/// The folder of a document's ALTO files, relative to the output folder.
pub fn alto_folder(relative: &str) -> String {
    placed("alto", relative, "")
}

/// The ALTO file of a document's page.
pub fn alto_path(relative: &str, page: u32) -> String {
    format!("{}/page-{page:04}.xml", alto_folder(relative))
}

/// A document's place under a folder of the output, its name followed by `end`.
fn placed(root: &str, relative: &str, end: &str) -> String {
    let (folders, name) = match relative.rsplit_once('/') {
        Some((folders, name)) => (folders, name),
        None => ("", relative),
    };
    let mut path = format!("{root}/");
    for folder in folders.split('/').filter(|folder| !folder.is_empty()) {
        path.push_str(&shortened(folder, LONGEST_NAME));
        path.push('/');
    }
    let room = LONGEST_NAME - end.len() - TEMPORARY_EXTRA;
    path.push_str(&shortened(name, room));
    path.push_str(end);
    path
}

/// The start of the temporary file's name for a file: `.a.txt.json.tmp-`.
pub(super) fn temporary_prefix(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    format!(".{name}.tmp-")
}

/// Whether a file is a temporary one, which no reader was ever meant to see.
pub(super) fn is_temporary(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let ends = [".json", ".pdf", ".xml"];
    let is_ours = |end: &&str| name.contains(&format!("{end}.tmp-"));
    name.starts_with('.') && ends.iter().any(is_ours)
}

fn shortened(part: &str, room: usize) -> String {
    if part.len() <= room {
        return part.to_owned();
    }
    let digest = Sha256::digest(part.as_bytes());
    let hash = hexadecimal(&digest[..8]);
    let kept = part.floor_char_boundary(room - hash.len() - 1);
    format!("{}~{hash}", &part[..kept])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_stands_where_its_document_stood() {
        assert_eq!(record_path("a/b.pdf"), "records/a/b.pdf.json");
    }

    #[test]
    fn copies_stand_where_their_document_stood_and_never_share_a_place() {
        assert_eq!(searchable_path("a/b.PDF"), "pdf/a/b.PDF");
        assert_eq!(alto_path("a/b.pdf", 7), "alto/a/b.pdf/page-0007.xml");
        let names = ["b", "b.pdf", "b.copy.pdf", "å"];
        let places: std::collections::BTreeSet<_> = names.map(searchable_path).into();
        assert_eq!(places.len(), names.len());
        assert!(places.iter().all(|place| place.ends_with(".pdf")));
    }

    #[test]
    fn long_names_are_cut_between_characters_and_still_differ() {
        let long = |end: &str| format!("{}{end}/{}{end}", "å".repeat(127), "ä".repeat(120));
        let paths = [record_path(&long("1x")), record_path(&long("2x"))];
        assert_ne!(paths[0], paths[1]);
        for part in paths[0].split('/') {
            assert!(part.len() + TEMPORARY_EXTRA <= LONGEST_NAME + TEMPORARY_EXTRA);
        }
        let name = paths[0].rsplit('/').next().unwrap();
        assert!(temporary_prefix(Path::new(name)).len() + 6 <= LONGEST_NAME);
    }
}
