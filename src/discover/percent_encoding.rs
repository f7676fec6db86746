//! Percent-encoding of file names: text that can be printed, stored and used as a path.
//!
//! File names are bytes. A record's `source.path` is text, and also names the record's file. What
//! cannot be printed or would lead out of the output folder is therefore percent-encoded as in URLs
//! (RFC 3986, section 2.1): `%` and two hexadecimal digits for each byte. Encoded are control
//! characters, line and paragraph separators, bidirectional marks, backslashes, bytes that are not
//! UTF-8, a component that is only `.`, `..` or white space, and a `!` at the end of a folder's name,
//! because `archive.zip!/inner` names a document inside a container.
//!
//! Unlike in URLs, a `%` is encoded only where two hexadecimal digits follow it: `100 %.txt` keeps
//! its name. [`percent_decode`] is the inverse for every name.

use std::fmt::Write;
use std::path::{Component, Path, PathBuf};

use diarium_document::is_terminal_control;

/// Encodes a relative path; its components are joined with `/`.
pub fn percent_encode(path: &Path) -> String {
    let mut name = String::new();
    for component in path.components() {
        let part = match component {
            // The result is always relative: `Path::join` with an absolute path would replace the
            // output folder.
            Component::Prefix(_) | Component::RootDir => continue,
            other => other.as_os_str().as_encoded_bytes(),
        };
        if !name.is_empty() {
            // `a!/b` would name the document `b` inside the container `a`.
            if name.ends_with('!') {
                name.pop();
                push_bytes(b"!", &mut name);
            }
            name.push('/');
        }
        encode_component(part, &mut name);
    }
    name
}

/// Encodes the path of a folder, such that appending `/` and the encoded path of a file in it gives
/// the encoded path of that file.
pub fn percent_encode_folder(path: &Path) -> String {
    let mut name = percent_encode(path);
    if name.ends_with('!') {
        name.pop();
        push_bytes(b"!", &mut name);
    }
    name
}

/// Decodes a path to its bytes: the inverse of [`percent_encode`].
pub fn percent_decode(name: &str) -> Vec<u8> {
    let bytes = name.as_bytes();
    let mut raw = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match encoded_byte(&bytes[at..]) {
            Some(byte) => {
                raw.push(byte);
                at += 3;
            }
            None => {
                raw.push(bytes[at]);
                at += 1;
            }
        }
    }
    raw
}

/// Decodes a path.
#[cfg(unix)]
pub fn percent_decode_path(name: &str) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    std::ffi::OsString::from_vec(percent_decode(name)).into()
}

/// Decodes a path. Bytes that are not UTF-8 cannot come from this system.
#[cfg(not(unix))]
pub fn percent_decode_path(name: &str) -> PathBuf {
    String::from_utf8_lossy(&percent_decode(name))
        .into_owned()
        .into()
}

fn encode_component(part: &[u8], name: &mut String) {
    let is_blank = str::from_utf8(part).is_ok_and(|text| text.trim().is_empty());
    if part == b"." || part == b".." || is_blank {
        push_bytes(part, name);
        return;
    }
    // Valid characters stay as they are, as far as they can be printed; bytes that are not UTF-8 are
    // encoded one by one.
    let mut rest = part;
    for chunk in part.utf8_chunks() {
        for character in chunk.valid().chars() {
            let length = character.len_utf8();
            let ambiguous = character == '%' && encoded_byte(rest).is_some();
            if ambiguous || character == '\\' || is_terminal_control(character) {
                push_bytes(&rest[..length], name);
            } else {
                name.push(character);
            }
            rest = &rest[length..];
        }
        push_bytes(chunk.invalid(), name);
        rest = &rest[chunk.invalid().len()..];
    }
}

/// The byte that is encoded at the start of `bytes`, if any.
fn encoded_byte(bytes: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = bytes else {
        return None;
    };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()
}

fn push_bytes(bytes: &[u8], name: &mut String) {
    for byte in bytes {
        // Writing to a String cannot fail.
        // Upper case, as RFC 3986, section 2.1 recommends: names are compared as text, so there must be
        // one spelling.
        let _ = write!(name, "%{byte:02X}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_that_cannot_be_printed_are_encoded() {
        for (path, name) in [
            ("Ansökan åäö.pdf", "Ansökan åäö.pdf"),
            ("a/b c/d", "a/b c/d"),
            ("100 %.txt", "100 %.txt"),
            ("50%25.txt", "50%2525.txt"),
            ("two\nlines", "two%0Alines"),
            ("esc\u{1b}[31m", "esc%1B[31m"),
            ("a\\b", "a%5Cb"),
            ("a!/b!", "a%21/b!"),
            ("../up", "%2E%2E/up"),
            (" /\u{a0} ", "%20/%C2%A0%20"),
            ("turn\u{202e}ed", "turn%E2%80%AEed"),
        ] {
            assert_eq!(percent_encode(Path::new(path)), name);
        }
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_not_utf_8_are_encoded() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"b\xe5t.txt"));
        assert_eq!(percent_encode(path), "b%E5t.txt");
    }

    #[cfg(unix)]
    proptest! {
        #[test]
        fn every_name_can_be_decoded(bytes in proptest::collection::vec(
            prop_oneof![Just(b'%'), Just(b'4'), Just(b'\n'), Just(b'\\'), Just(0xc3), 1u8..], 1..24,
        )) {
            use std::os::unix::ffi::OsStrExt;
            let part: Vec<u8> = bytes.into_iter().filter(|byte| *byte != b'/').collect();
            prop_assume!(!part.is_empty() && part != b"." && part != b"..");
            let name = percent_encode(Path::new(std::ffi::OsStr::from_bytes(&part)));
            prop_assert!(!name.chars().any(is_terminal_control));
            prop_assert_eq!(percent_decode(&name), part);
        }
    }
}
