//! Output paths: where records and derived files are in the output folder.
//!
//! Paths are derived from the path that the catalogue assigned to a document. They are relative to the
//! output folder and written with `/`.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

/// The longest file name that every common file system allows, in bytes.
const MAX_NAME: usize = 255;

/// Bytes of a name that are left free for a suffix.
// Temporary files of early versions were beside their records and had longer names. Another value would
// move the records of documents with long names.
const RESERVED: usize = 12;

/// The folder of records.
pub const RECORDS: &str = "records";
/// The folder of searchable copies.
pub const SEARCHABLE: &str = "pdf";
/// The folder of ALTO files.
pub const ALTO: &str = "alto";
/// The folder of temporary files. While no process writes, all files in it are left over.
pub const TEMPORARY: &str = ".tmp";
/// The folder of withdrawn records and their derived files.
pub const WITHDRAWN: &str = "withdrawn";
/// The folder of records that belong to no document any more.
pub const UNLISTED: &str = "withdrawn/unlisted";

/// The record of a document. A component of the path that would be too long with `.json` is truncated
/// and gets the start of its SHA-256, so that two long names with the same start remain different.
pub fn record_path(relative: &str) -> String {
    output_path(RECORDS, relative, ".json")
}

/// The path of a document's record as case-insensitive and normalizing file systems compare it: in NFC
/// and lowercase, without the folder of records. Two documents never have the same key.
pub fn path_key(relative: &str) -> String {
    let record = record_path(relative);
    let path = record.strip_prefix(RECORDS).unwrap_or(&record);
    // Composed again, because a lowercase letter may be a sequence: that of `İ` is `i` and U+0307.
    path.nfc().flat_map(char::to_lowercase).nfc().collect()
}

/// The searchable copy of a document. It has the document's name if that ends in `.pdf`.
pub fn searchable_path(relative: &str) -> String {
    let ends_with = |end: &str| {
        let start = relative.len().checked_sub(end.len());
        // Bytes, because `start` may be inside a character, where slicing a string panics.
        start.is_some_and(|start| relative.as_bytes()[start..].eq_ignore_ascii_case(end.as_bytes()))
    };
    // A document whose own name ends in the suffix gets it a second time, so that no two documents have
    // the same copy.
    if ends_with(".pdf") && !ends_with(FALLBACK_SUFFIX) {
        output_path(SEARCHABLE, relative, "")
    } else {
        output_path(SEARCHABLE, relative, FALLBACK_SUFFIX)
    }
}

/// The suffix of copies of PDFs whose name does not end in `.pdf`.
const FALLBACK_SUFFIX: &str = ".copy.pdf";

/// The folder of a document's ALTO files.
pub fn alto_folder(relative: &str) -> String {
    output_path(ALTO, relative, "")
}

/// The ALTO file of a page.
pub fn alto_path(relative: &str, page: u32) -> String {
    format!("{}/page-{page:04}.xml", alto_folder(relative))
}

/// The path of a document below a folder of the output folder, with a suffix.
fn output_path(root: &str, relative: &str, end: &str) -> String {
    let (folders, name) = match relative.rsplit_once('/') {
        Some((folders, name)) => (folders, name),
        None => ("", relative),
    };
    let mut path = format!("{root}/");
    for folder in folders.split('/').filter(|folder| !folder.is_empty()) {
        // Folders get no suffix.
        path.push_str(&truncate_component(folder, MAX_NAME));
        path.push('/');
    }
    let max_bytes = MAX_NAME - end.len() - RESERVED;
    path.push_str(&truncate_component(name, max_bytes));
    path.push_str(end);
    path
}

/// A name that is too long, cut at a character and with the start of its SHA-256.
fn truncate_component(part: &str, max_bytes: usize) -> String {
    if part.len() <= max_bytes {
        return part.to_owned();
    }
    let digest = Sha256::digest(part.as_bytes());
    // 64 bits: equal ones of two names are not expected, and would give equal keys, which is noticed.
    let hash = HEXLOWER.encode(&digest[..8]);
    let end = part.floor_char_boundary(max_bytes - hash.len() - 1);
    format!("{}~{hash}", &part[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_has_the_path_of_its_document() {
        assert_eq!(record_path("a/b.pdf"), "records/a/b.pdf.json");
    }

    #[test]
    fn copies_have_the_path_of_their_document_and_never_the_same_one() {
        assert_eq!(searchable_path("a/b.PDF"), "pdf/a/b.PDF");
        assert_eq!(alto_path("a/b.pdf", 7), "alto/a/b.pdf/page-0007.xml");
        let names = ["b", "b.pdf", "b.copy.pdf", "å"];
        let paths: std::collections::BTreeSet<_> = names.map(searchable_path).into();
        assert_eq!(paths.len(), names.len());
        assert!(paths.iter().all(|path| path.ends_with(".pdf")));
    }

    #[test]
    fn paths_that_some_file_systems_do_not_distinguish_have_the_same_key() {
        assert_eq!(path_key("Åsa/PLAN.txt"), path_key("A\u{30a}sa/plan.TXT"));
        assert_ne!(path_key("a.txt"), path_key("b.txt"));
        // A name that looks like a truncated one.
        let long = "x".repeat(300);
        let cut = record_path(&long);
        let cut = cut.strip_prefix("records/").unwrap();
        assert_eq!(
            path_key(&long),
            path_key(cut.strip_suffix(".json").unwrap())
        );
    }

    #[test]
    fn long_names_are_truncated_at_characters_and_still_differ() {
        let long = |end: &str| format!("{}{end}/{}{end}", "å".repeat(127), "ä".repeat(120));
        let paths = [record_path(&long("1x")), record_path(&long("2x"))];
        assert_ne!(paths[0], paths[1]);
        for part in paths[0].split('/') {
            assert!(part.len() <= MAX_NAME, "{part}");
        }
    }
}
