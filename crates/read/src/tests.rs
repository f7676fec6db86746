use std::fs;

use proptest::prelude::*;

use super::format::filled_lines;
use super::*;
use diarium_document::{Carrier, WarningCode};

fn read_as(name: &str, bytes: &[u8]) -> Result<RawDocument, Failure> {
    read_bytes(name, bytes, &Options::default())
}

fn failure(name: &str, bytes: &[u8]) -> FailureCode {
    read_as(name, bytes).unwrap_err().code
}

fn check_lines(document: &RawDocument) -> Result<(), TestCaseError> {
    for page in &document.pages {
        let mut end = 0;
        for line in &page.lines {
            prop_assert!(line.bytes.start >= end && line.bytes.start < line.bytes.end);
            prop_assert!(!page.line_text(line).contains('\n'));
            prop_assert!(!page.line_text(line).trim().is_empty());
            end = line.bytes.end;
        }
    }
    Ok(())
}

#[test]
fn content_takes_precedence_over_the_name() {
    assert_eq!(
        read_as("a.pdf", "bara text".as_bytes()).unwrap().carrier,
        Carrier::Text
    );
    assert_eq!(failure("a.txt", b"\x89PNG\r\n\x1a\n"), FailureCode::Damaged);
    let transcript = "Titel\nStorlek: px\nTranskript\n\n1 Text";
    assert_eq!(
        read_as("a.txt", transcript.as_bytes()).unwrap().carrier,
        Carrier::Transcript
    );
}

#[test]
fn markdown_is_detected_by_its_extension() {
    assert_eq!(
        read_as("a/b.MD", b"# Rubrik").unwrap().media_type,
        "text/markdown"
    );
    assert_eq!(
        read_as("a.md/b", b"# Rubrik").unwrap().media_type,
        "text/plain"
    );
}

#[test]
fn files_without_text_are_failures() {
    assert_eq!(failure("a.txt", b""), FailureCode::Empty);
    assert_eq!(failure("a.txt", b" \r\n\x0c\n"), FailureCode::Empty);
    assert_eq!(
        failure("a.txt", b"\0\x01\x02\0\x01\x02"),
        FailureCode::UnsupportedFormat
    );
}

#[test]
fn padded_text_is_read_with_a_warning() {
    let text = "Ansökan om utvecklingsmedel\n\nVi vill bygga en bro.\n";
    for bytes in [
        [text.as_bytes(), &[0; 500]].concat(),
        [&[0; 500], text.as_bytes()].concat(),
    ] {
        let document = read_as("a.txt", &bytes).unwrap();
        assert_eq!(document.pages[0].text, text);
        let warning = &document.warnings[0];
        assert_eq!(warning.code, WarningCode::EncodingRepaired);
        assert!(
            warning.message.contains("500 NUL bytes"),
            "{}",
            warning.message
        );
    }
}

#[test]
fn text_with_escape_sequences_is_read_with_a_warning() {
    let bytes = "\u{1b}[1mAnsökan\u{1b}[0m\n\u{1b}Namn: Eva Ek\n".as_bytes();
    let document = read_as("a.txt", bytes).unwrap();
    assert_eq!(document.pages[0].text, "Ansökan\nNamn: Eva Ek\n");
    assert_eq!(document.warnings[0].code, WarningCode::EncodingRepaired);
    assert!(
        document.warnings[0]
            .message
            .starts_with("3 escape sequences")
    );
}

#[test]
fn repaired_characters_are_a_warning() {
    let document = read_as("a.txt", "Små Ã¶ar".as_bytes()).unwrap();
    assert_eq!(document.pages[0].text, "Små öar");
    assert_eq!(document.warnings.len(), 1);
}

fn source(file: &std::path::Path) -> Source {
    Source {
        relative: "a.txt".to_owned(),
        file: file.to_owned(),
        members: Vec::new(),
        parts: Vec::new(),
        bytes: 0,
        modified: 0,
        changed: 0,
    }
}

#[test]
fn a_file_is_read_with_its_hash_and_length() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.txt");
    fs::write(&file, "abc").unwrap();
    let found = read(&source(&file), &Options::default()).unwrap();
    assert_eq!(found.bytes, 3);
    assert_eq!(
        found.sha256,
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}

#[test]
fn files_that_are_too_long_or_not_regular_are_failures() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.txt");
    fs::write(&file, "abc").unwrap();
    let short = Options {
        max_bytes: 2,
        ..Options::default()
    };
    assert_eq!(
        read(&source(&file), &short).unwrap_err().code,
        FailureCode::TooLarge
    );
    for other in [
        folder.path(),
        std::path::Path::new("/dev/null"),
        &folder.path().join("gone"),
    ] {
        let failure = read(&source(other), &Options::default()).unwrap_err();
        assert_eq!(failure.code, FailureCode::Unreadable);
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_fail(
        name in "[a-z]{1,3}\\.(txt|md|html|pdf|docx)",
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
    ) {
        if let Ok(document) = read_as(&name, &bytes) {
            check_lines(&document)?;
        }
    }

    #[test]
    fn lines_of_any_text_ascend_and_never_overlap(
        text in "([a-zåäö ]{1,8}|[0-9]{1,3} |\n|\n\n|\t|\u{a0}|Transkript\n|Storlek: px\n|Läs mer\n|Stäng\n|Cookies\n|<p>|</p>|<td>|<br>){0,60}",
    ) {
        for name in ["a.txt", "a.html"] {
            if let Ok(document) = read_as(name, text.as_bytes()) {
                prop_assert!(!document.pages.is_empty());
                check_lines(&document)?;
            }
        }
    }
}

#[test]
fn blank_lines_are_not_counted() {
    for (text, lines) in [
        ("", 0),
        ("a", 1),
        ("a\n", 1),
        ("\n\na\n\n\nb", 2),
        ("a\nb\n\n", 2),
    ] {
        assert_eq!(filled_lines(text), lines, "{text:?}");
    }
}
