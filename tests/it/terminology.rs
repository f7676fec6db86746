//! Terminology: a search for a standard term leads to the module that implements the concept.
//!
//! Each term must be in the module documentation (`//!`) of the file that implements it.

use std::fs;
use std::path::Path;

/// Terms, and the file in whose module documentation each must be.
const TERMS: [(&str, &str); 20] = [
    ("dehyphenation", "crates/extract/src/clean/dehyphenation.rs"),
    ("boilerplate", "crates/extract/src/clean/letterhead/mod.rs"),
    ("reading order", "crates/read/src/pdf/columns.rs"),
    ("deskew", "crates/ocr/src/deskew.rs"),
    (
        "connected component",
        "crates/ocr/src/connected_components.rs",
    ),
    ("binarization", "crates/ocr/src/gray_image.rs"),
    ("ruling line", "crates/ocr/src/ruling_lines.rs"),
    ("text line detection", "crates/ocr/src/ppocr/detection.rs"),
    ("recognition", "crates/ocr/src/ppocr/recognition.rs"),
    ("checkbox", "crates/ocr/src/checkbox.rs"),
    ("bounding box", "crates/document/src/span.rs"),
    ("heartbeat", "crates/document/src/heartbeat.rs"),
    ("supervisor", "src/pipeline/supervisor/mod.rs"),
    ("quarantine", "src/pipeline/supervisor/mod.rs"),
    ("tombstone", "src/catalogue/tombstones.rs"),
    ("atomic write", "src/files/atomic_write.rs"),
    ("fingerprint", "src/catalogue/fingerprint.rs"),
    (
        "near-duplicate",
        "crates/dataset/src/export/near_duplicates/mod.rs",
    ),
    ("normalization", "crates/redact/src/normalize.rs"),
    ("edit distance", "crates/extract/src/clean/normalize.rs"),
];

/// The module documentation of a file, on one line and in lower case.
fn module_documentation(file: &Path) -> String {
    let text =
        fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let lines = text.lines().take_while(|line| line.starts_with("//!"));
    let lines = lines.map(|line| line.trim_start_matches("//!").trim());
    lines.collect::<Vec<_>>().join(" ").to_lowercase()
}

#[test]
fn a_search_for_a_standard_term_finds_its_module() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let is_missing =
        |(term, file): &&(&str, &str)| !module_documentation(&package.join(file)).contains(term);
    let missing: Vec<_> = TERMS.iter().filter(is_missing).collect();
    assert!(missing.is_empty(), "{missing:#?}");
}
