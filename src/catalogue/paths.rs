//! Paths of records and derived files in the output folder.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

/// Bytes that a file's name may have on every file system in common use.
const LONGEST_NAME: usize = 255;

/// Bytes of a name that stay free besides its ending. Temporary files needed them while they stood
/// beside their records; changing this would move the records of documents with long names.
const RESERVED: usize = 12;

/// The folder of records.
pub const RECORDS: &str = "records";
/// The folder of searchable copies.
pub const SEARCHABLE: &str = "pdf";
/// The folder of ALTO files.
pub const ALTO: &str = "alto";
/// The folder of temporary files: whatever is in it when no run is at work is left over.
pub const TEMPORARY: &str = ".tmp";

/// The record's file for a document, relative to the output folder. A part of the path that would
/// be too long once `.json` is added is cut and given the start of its own SHA-256, so that two long
/// names with the same beginning stay different.
pub fn record_path(relative: &str) -> String {
    output_path(RECORDS, relative, ".json")
}

/// The path of a document's record as case-insensitive and normalizing file systems see it: composed
/// (NFC), in lower case, without the folder of records. Two documents never share a key.
pub fn path_key(relative: &str) -> String {
    let record = record_path(relative);
    let path = record.strip_prefix(RECORDS).unwrap_or(&record);
    path.nfc().flat_map(char::to_lowercase).nfc().collect()
}

/// The searchable copy's file for a PDF, relative to the output folder: called as the document,
/// where that says what it is.
pub fn searchable_path(relative: &str) -> String {
    let ends_with = |end: &str| {
        let start = relative.len().checked_sub(end.len());
        start.is_some_and(|start| relative.as_bytes()[start..].eq_ignore_ascii_case(end.as_bytes()))
    };
    // What is added to other names is no name's own, so that no two documents share a copy.
    match ends_with(".pdf") && !ends_with(FALLBACK_SUFFIX) {
        true => output_path(SEARCHABLE, relative, ""),
        false => output_path(SEARCHABLE, relative, FALLBACK_SUFFIX),
    }
}

/// What the copy of a PDF ends in that is not called one.
const FALLBACK_SUFFIX: &str = ".copy.pdf";

/// The folder of a document's ALTO files, relative to the output folder.
pub fn alto_folder(relative: &str) -> String {
    output_path(ALTO, relative, "")
}

/// The ALTO file of a document's page.
pub fn alto_path(relative: &str, page: u32) -> String {
    format!("{}/page-{page:04}.xml", alto_folder(relative))
}

/// A document's place under a folder of the output, its name followed by `end`.
fn output_path(root: &str, relative: &str, end: &str) -> String {
    let (folders, name) = match relative.rsplit_once('/') {
        Some((folders, name)) => (folders, name),
        None => ("", relative),
    };
    let mut path = format!("{root}/");
    for folder in folders.split('/').filter(|folder| !folder.is_empty()) {
        path.push_str(&truncate_component(folder, LONGEST_NAME));
        path.push('/');
    }
    let room = LONGEST_NAME - end.len() - RESERVED;
    path.push_str(&truncate_component(name, room));
    path.push_str(end);
    path
}

fn truncate_component(part: &str, room: usize) -> String {
    if part.len() <= room {
        return part.to_owned();
    }
    let digest = Sha256::digest(part.as_bytes());
    let hash = HEXLOWER.encode(&digest[..8]);
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
    fn paths_that_some_file_systems_do_not_distinguish_have_one_key() {
        assert_eq!(path_key("Åsa/PLAN.txt"), path_key("A\u{30a}sa/plan.TXT"));
        assert_ne!(path_key("a.txt"), path_key("b.txt"));
        // A name that looks like a long one that was cut.
        let long = "x".repeat(300);
        let cut = record_path(&long);
        let cut = cut.strip_prefix("records/").unwrap();
        assert_eq!(
            path_key(&long),
            path_key(cut.strip_suffix(".json").unwrap())
        );
    }

    #[test]
    fn long_names_are_cut_between_characters_and_still_differ() {
        let long = |end: &str| format!("{}{end}/{}{end}", "å".repeat(127), "ä".repeat(120));
        let paths = [record_path(&long("1x")), record_path(&long("2x"))];
        assert_ne!(paths[0], paths[1]);
        for part in paths[0].split('/') {
            assert!(part.len() <= LONGEST_NAME, "{part}");
        }
    }
}
