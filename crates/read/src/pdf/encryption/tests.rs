//! Tests of encrypted files: every kind of encryption, whole and damaged, with a password and without.

use std::collections::BTreeMap;
use std::sync::Arc;

use lopdf::encryption::crypt_filters::{Aes128CryptFilter, Aes256CryptFilter, CryptFilter};
use lopdf::xref::XrefType;
use lopdf::{Document, EncryptionState, EncryptionVersion, Object, Permissions, dictionary};

use super::super::tests::support::{PdfBuilder, bytes_of};
use super::super::{Limits, read, read_encrypted};
use crate::Passwords;
use diarium_document::{Failure, FailureCode, Heartbeat, RawDocument};
use diarium_ocr::{Mode, Ocr};

const TEXT: &str = "text på sidan";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rc4,
    Rc4Short,
    Aes128,
    Aes128PlainMetadata,
    Aes256,
    Aes256Revision5,
}

const KINDS: [Kind; 6] = [
    Kind::Rc4,
    Kind::Rc4Short,
    Kind::Aes128,
    Kind::Aes128PlainMetadata,
    Kind::Aes256,
    Kind::Aes256Revision5,
];

#[expect(deprecated, reason = "files of revision 5 exist")]
fn version<'a>(document: &'a Document, kind: Kind, user: &'a str) -> EncryptionVersion<'a> {
    let filter: Arc<dyn CryptFilter> = match kind {
        Kind::Aes256 | Kind::Aes256Revision5 => Arc::new(Aes256CryptFilter),
        _ => Arc::new(Aes128CryptFilter),
    };
    let crypt_filters = BTreeMap::from([(b"StdCF".to_vec(), filter)]);
    let (stream_filter, string_filter) = (b"StdCF".to_vec(), b"StdCF".to_vec());
    let (owner_password, permissions) = ("owner", Permissions::all());
    match kind {
        Kind::Rc4 | Kind::Rc4Short => EncryptionVersion::V2 {
            document,
            owner_password,
            user_password: user,
            key_length: if kind == Kind::Rc4 { 128 } else { 40 },
            permissions,
        },
        Kind::Aes128 | Kind::Aes128PlainMetadata => EncryptionVersion::V4 {
            document,
            encrypt_metadata: kind == Kind::Aes128,
            crypt_filters,
            stream_filter,
            string_filter,
            owner_password,
            user_password: user,
            permissions,
        },
        Kind::Aes256 => EncryptionVersion::V5 {
            encrypt_metadata: true,
            crypt_filters,
            file_encryption_key: &[7; 32],
            stream_filter,
            string_filter,
            owner_password,
            user_password: user,
            permissions,
        },
        Kind::Aes256Revision5 => EncryptionVersion::R5 {
            encrypt_metadata: true,
            crypt_filters,
            file_encryption_key: &[7; 32],
            stream_filter,
            string_filter,
            owner_password,
            user_password: user,
            permissions,
        },
    }
}

fn encrypted(kind: Kind, user: &str) -> Document {
    let mut document = PdfBuilder::new().text_page(&[(TEXT, 72, 700)]).finish();
    let id = Object::string_literal("0123456789abcdef");
    document.trailer.set("ID", vec![id.clone(), id]);
    let state = EncryptionState::try_from(version(&document, kind, user)).unwrap();
    document.encrypt(&state).unwrap();
    document
}

fn read_all(bytes: &[u8]) -> Result<RawDocument, Failure> {
    let ocr = Ocr {
        mode: Mode::Never,
        ..Ocr::default()
    };
    read(bytes, &Limits::default(), &ocr, &Heartbeat::default())
}

fn code(bytes: &[u8]) -> Option<FailureCode> {
    read_all(bytes).err().map(|failure| failure.code)
}

/// The file with every occurrence of some bytes replaced by as many others.
fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = bytes.to_vec();
    let places: Vec<usize> = (0..bytes.len().saturating_sub(from.len()))
        .filter(|at| bytes[*at..].starts_with(from.as_bytes()))
        .collect();
    assert!(!places.is_empty(), "{from}");
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
    bytes
}

#[test]
fn a_file_without_a_user_password_is_read() {
    for kind in KINDS {
        let document = read_all(&bytes_of(encrypted(kind, ""))).unwrap();
        assert_eq!(document.pages[0].text, TEXT, "{kind:?}");
    }
}

#[test]
fn a_file_with_a_user_password_is_encrypted_and_not_damaged() {
    for kind in KINDS {
        let bytes = bytes_of(encrypted(kind, "user"));
        assert_eq!(code(&bytes), Some(FailureCode::Encrypted), "{kind:?}");
    }
}

#[test]
fn a_file_with_a_user_password_and_a_broken_table_is_encrypted() {
    for kind in KINDS {
        for table in [
            XrefType::CrossReferenceTable,
            XrefType::CrossReferenceStream,
        ] {
            let mut document = encrypted(kind, "user");
            document.reference_table.cross_reference_type = table;
            for bytes in broken(&bytes_of(document)) {
                let told = code(&bytes);
                assert_eq!(told, Some(FailureCode::Encrypted), "{kind:?} {table:?}");
            }
        }
    }
}

/// The file with its cross-reference table damaged in one way each.
fn broken(bytes: &[u8]) -> Vec<Vec<u8>> {
    let start = position(bytes, b"startxref");
    let mut wrong_offset = bytes.to_vec();
    wrong_offset[start + 10] = b'9';
    let mut broken = vec![
        wrong_offset,
        replaced(bytes, "startxref", "startxxxx"),
        bytes[..start - 40].to_vec(),
    ];
    if bytes.windows(7).any(|part| part == b"trailer") {
        broken.push(replaced(bytes, "xref\n0 ", "xxxx\n0 "));
        broken.push(bytes[..position(bytes, b"trailer")].to_vec());
    }
    broken
}

fn position(bytes: &[u8], wanted: &[u8]) -> usize {
    let found = bytes.windows(wanted.len()).rposition(|part| part == wanted);
    found.unwrap()
}

#[test]
fn unknown_and_damaged_encryption_is_encrypted() {
    let bytes = bytes_of(encrypted(Kind::Rc4, "user"));
    for (from, to) in [
        ("/Filter/Standard", "/Filter/Sekretes"),
        ("/V 2", "/V 9"),
        ("/R 3", "/R 9"),
        ("/V 2", "/X 2"),
        ("/U(", "/X("),
    ] {
        let bytes = replaced(&bytes, from, to);
        assert_eq!(code(&bytes), Some(FailureCode::Encrypted), "{from}");
    }
    let mut document = encrypted(Kind::Aes256, "user");
    let key = document
        .trailer
        .get(b"Encrypt")
        .and_then(Object::as_reference)
        .unwrap();
    document.objects.insert(
        key,
        dictionary! { "Filter" => "Adobe.PubSec", "SubFilter" => "adbe.pkcs7.s5", "V" => 4 }.into(),
    );
    assert_eq!(code(&bytes_of(document)), Some(FailureCode::Encrypted));
}

#[test]
fn a_damaged_file_whose_text_mentions_encryption_is_damaged() {
    let bytes = b"%PDF-1.4\n1 0 obj\n(/Encrypt and /EncryptMetadata)\nendobj\n%%EOF";
    assert_eq!(code(bytes), Some(FailureCode::Damaged));
}

/// Reads a file with these passwords.
fn read_with(bytes: &[u8], passwords: &[&str]) -> Result<RawDocument, Failure> {
    let list = passwords.iter().map(|password| (*password).to_owned());
    let passwords = Passwords::from_revealed(list.collect(), String::new());
    let ocr = Ocr {
        mode: Mode::Never,
        ..Ocr::default()
    };
    let (limits, heartbeat) = (Limits::default(), Heartbeat::default());
    read_encrypted(bytes, &limits, &passwords, &ocr, &heartbeat)
}

#[test]
fn a_file_is_read_with_its_user_or_owner_password_among_others() {
    for kind in KINDS {
        let bytes = bytes_of(encrypted(kind, "hemlig"));
        for password in ["hemlig", "owner"] {
            let document = read_with(&bytes, &["fel", password, "annat"]).unwrap();
            assert_eq!(document.pages[0].text, TEXT, "{kind:?} {password}");
            assert!(document.warnings.is_empty(), "{:?}", document.warnings);
        }
    }
}

#[test]
fn passwords_of_swedish_letters_open_files_of_every_revision() {
    for kind in KINDS {
        let bytes = bytes_of(encrypted(kind, "Åkerö 7"));
        let document = read_with(&bytes, &["Åkerö 7"]).unwrap();
        assert_eq!(document.pages[0].text, TEXT, "{kind:?}");
    }
}

#[test]
fn a_file_that_no_password_opens_says_how_many_were_tried_and_not_which() {
    for kind in KINDS {
        let bytes = bytes_of(encrypted(kind, "hemlig"));
        let failure = read_with(&bytes, &["gissning", "Hemlig"]).unwrap_err();
        assert_eq!(failure.code, FailureCode::Encrypted);
        assert!(failure.message.contains("none of the 2 passwords"));
        assert!(!failure.message.contains("gissning"));
    }
}

#[test]
fn a_damaged_encrypted_file_is_read_with_its_password_and_a_warning() {
    let bytes = bytes_of(encrypted(Kind::Aes128, "hemlig"));
    let document = read_with(&broken(&bytes)[0], &["hemlig"]).unwrap();
    assert_eq!(document.pages[0].text, TEXT);
    assert_eq!(document.warnings.len(), 1);
}
