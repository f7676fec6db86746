use std::io::{Cursor, Write as _};

use cfb::{CompoundFile, Version};
use diarium_document::Carrier;

use super::*;
use crate::container;

/// A compound file with these streams; their storages are created.
fn compound(streams: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut file = CompoundFile::create_with_version(Version::V3, Cursor::new(Vec::new())).unwrap();
    for (path, bytes) in streams {
        let (storage, _) = path.rsplit_once('/').unwrap();
        file.create_storage_all(storage).unwrap();
        file.create_stream(path).unwrap().write_all(bytes).unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn properties(header: usize, values: &[(u16, u64)]) -> Vec<u8> {
    let mut bytes = vec![0; header];
    for (id, value) in values {
        bytes.extend([0x03, 0]);
        bytes.extend(id.to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend(value.to_le_bytes());
    }
    bytes
}

const INNER: &str = "/__attach_version1.0_#00000001/__substg1.0_3701000D";

fn message() -> Vec<u8> {
    let submitted = (134_774 + 15_463) * 864_000_000_000;
    let at_inner = |name: &str| format!("{INNER}/{name}");
    let (inner_properties, inner_subject) = (
        at_inner("__properties_version1.0"),
        at_inner("__substg1.0_0037001F"),
    );
    compound(&[
        (
            "/__properties_version1.0",
            properties(32, &[(0x39, submitted), (0x3ffd, 1252)]),
        ),
        ("/__substg1.0_0037001F", wide("Förstudie")),
        (
            "/__substg1.0_1000001F",
            wide("Hej!\r\n\r\nSökande: Norra byalaget\r\n"),
        ),
        ("/__substg1.0_0C1A001E", b"\xc5sa Ek".to_vec()),
        ("/__substg1.0_0C1F001E", b"asa@example.se".to_vec()),
        (
            "/__recip_version1.0_#00000000/__properties_version1.0",
            properties(8, &[(0xc15, 1)]),
        ),
        (
            "/__recip_version1.0_#00000000/__substg1.0_3001001F",
            wide("Bo Al"),
        ),
        (
            "/__recip_version1.0_#00000000/__substg1.0_39FE001F",
            wide("bo@example.se"),
        ),
        (
            "/__attach_version1.0_#00000000/__properties_version1.0",
            properties(8, &[]),
        ),
        (
            "/__attach_version1.0_#00000000/__substg1.0_3707001F",
            wide("plan för året.pdf"),
        ),
        (
            "/__attach_version1.0_#00000000/__substg1.0_37010102",
            b"%PDF-".repeat(2000),
        ),
        (
            "/__attach_version1.0_#00000001/__substg1.0_3001001F",
            wide("Tidigare"),
        ),
        (&inner_properties, properties(24, &[(0x39, submitted)])),
        (&inner_subject, wide("Tidigare")),
    ])
}

#[test]
fn a_message_is_read() {
    let bytes = message();
    let document = crate::read_bytes("a.msg", &bytes, &Options::default()).unwrap();
    assert_eq!(document.carrier, Carrier::Mail);
    assert_eq!(document.media_type, "application/vnd.ms-outlook");
    assert_eq!(document.stated_title.as_deref(), Some("Förstudie"));
    let expected = "From: Åsa Ek <asa@example.se>\nTo: Bo Al <bo@example.se>\n\
        Date: Thu, 3 May 2012 00:00:00 +0000\nSubject: Förstudie\n\nHej!\n\nSökande: Norra byalaget\n";
    assert_eq!(document.pages[0].text, expected);
}

#[test]
fn attachments_and_attached_messages_are_members() {
    let bytes = message();
    let options = Options::default();
    let contents = container::list("a.msg", &bytes, &options).unwrap().unwrap();
    assert!(contents.is_document);
    let paths: Vec<&str> = contents
        .members
        .iter()
        .map(|member| &*member.path)
        .collect();
    assert_eq!(paths, ["plan för året.pdf", "Tidigare.msg"]);
    let member = |path| container::extract("a.msg", &bytes, path, &options).unwrap();
    assert_eq!(member("plan för året.pdf").len(), 10_000);
    let inner = member("Tidigare.msg");
    assert_eq!(inner, member("Tidigare.msg"));
    let document = crate::read_bytes("b.msg", &inner, &options).unwrap();
    let expected = "Date: Thu, 3 May 2012 00:00:00 +0000\nSubject: Tidigare\n";
    assert_eq!(document.pages[0].text, expected);
}

#[test]
fn headers_as_they_were_sent_come_first() {
    let sent =
        "Received: by mx\r\nFrom: =?utf-8?Q?=C3=85sa?= <asa@example.se>\r\nTo: bo@example.se\r\n";
    let bytes = compound(&[
        ("/__properties_version1.0", properties(32, &[])),
        ("/__substg1.0_007D001F", wide(sent)),
        ("/__substg1.0_10130102", "<p>Vi söker".as_bytes().to_vec()),
    ]);
    let document = read(&bytes, &Options::default()).unwrap();
    let expected = "From: Åsa <asa@example.se>\nTo: bo@example.se\n\nVi söker";
    assert_eq!(document.pages[0].text.trim_end(), expected);
}

#[test]
fn damaged_messages_fail_alone() {
    let bytes = message();
    for length in (0..bytes.len()).step_by(173) {
        let _ = message_of(&bytes[..length]);
    }
    for at in (0..bytes.len()).step_by(37) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0xff;
        let _ = message_of(&damaged);
    }
}

fn message_of(bytes: &[u8]) -> Result<RawDocument, Failure> {
    read(bytes, &Options::default())
}
