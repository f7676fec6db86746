use std::io::{Cursor, Write as _};

use ::zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::*;
use crate::container::{extract, list};

/// An archive of these files.
fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn contents(bytes: &[u8]) -> Contents {
    list("a.zip", bytes, &Options::default()).unwrap().unwrap()
}

fn paths(bytes: &[u8]) -> Vec<String> {
    let members = contents(bytes).members;
    members.into_iter().map(|member| member.path).collect()
}

fn member(bytes: &[u8], path: &str) -> Result<Vec<u8>, FailureCode> {
    extract("a.zip", bytes, path, &Options::default()).map_err(|failure| failure.code)
}

/// A stored file with the given header fields, and the entry of it in the directory.
struct Raw<'a> {
    name: &'a [u8],
    data: &'a [u8],
    flags: u16,
    system: u8,
    mode: u32,
}

impl Default for Raw<'_> {
    fn default() -> Self {
        Self {
            name: b"a.txt",
            data: b"Text",
            flags: 0,
            system: 0,
            mode: 0,
        }
    }
}

impl Raw<'_> {
    fn sizes(&self) -> Vec<u8> {
        let mut crc = Crc::new();
        crc.update(self.data);
        let length = u32::try_from(self.data.len()).unwrap();
        [crc.sum(), length, length].map(u32::to_le_bytes).concat()
    }

    fn common(&self) -> Vec<u8> {
        let flags = self.flags.to_le_bytes();
        [&[20, 0], &flags[..], &[0; 6]].concat()
    }

    fn local(&self) -> Vec<u8> {
        let name = u16::try_from(self.name.len()).unwrap().to_le_bytes();
        let mut bytes = [b"PK\x03\x04", &self.common()[..]].concat();
        if self.flags & entry::DATA_DESCRIPTOR == 0 {
            bytes.extend(self.sizes());
        } else {
            bytes.extend([0; 12]);
        }
        bytes.extend([&name[..], &[0; 2], self.name, self.data].concat());
        if self.flags & entry::DATA_DESCRIPTOR != 0 {
            bytes.extend(b"PK\x07\x08");
            bytes.extend(self.sizes());
        }
        bytes
    }

    fn central(&self, offset: usize) -> Vec<u8> {
        let name = u16::try_from(self.name.len()).unwrap().to_le_bytes();
        let mut bytes = [b"PK\x01\x02", &[20, self.system][..], &self.common()].concat();
        bytes.extend([&self.sizes()[..], &name, &[0; 8]].concat());
        bytes.extend((self.mode << 16).to_le_bytes());
        bytes.extend(u32::try_from(offset).unwrap().to_le_bytes());
        bytes.extend(self.name);
        bytes
    }
}

fn raw_archive(files: &[Raw<'_>]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for file in files {
        directory.extend(file.central(bytes.len()));
        bytes.extend(file.local());
    }
    finish(bytes, &directory, files.len())
}

fn finish(mut bytes: Vec<u8>, directory: &[u8], count: usize) -> Vec<u8> {
    let start = u32::try_from(bytes.len()).unwrap();
    let count = u16::try_from(count).unwrap().to_le_bytes();
    bytes.extend(directory);
    bytes.extend([b"PK\x05\x06\0\0\0\0", &count[..], &count].concat());
    bytes.extend(u32::try_from(directory.len()).unwrap().to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0; 2]);
    bytes
}

#[test]
fn files_are_members() {
    let bytes = archive(&[("brev/ansökan.txt", b"Vi ans\xc3\xb6ker"), ("b.txt", b"B")]);
    assert_eq!(paths(&bytes), ["brev/ansökan.txt", "b.txt"]);
    assert_eq!(contents(&bytes).members[0].bytes, 11);
    assert_eq!(
        member(&bytes, "brev/ansökan.txt").unwrap(),
        b"Vi ans\xc3\xb6ker"
    );
    assert_eq!(member(&bytes, "c.txt"), Err(FailureCode::Unreadable));
    assert_eq!(contents(&archive(&[])), Contents::default());
}

#[test]
fn companion_files_are_skipped() {
    let bytes = archive(&[
        ("a/x.txt", b"X"),
        ("__MACOSX/a/._x.txt", b"X"),
        ("a/Thumbs.db", b"X"),
    ]);
    assert_eq!(paths(&bytes), ["a/x.txt"]);
    assert_eq!(contents(&bytes).skipped, 2);
}

#[test]
fn an_office_document_is_no_container() {
    for name in ["[Content_Types].xml", "META-INF/manifest.xml"] {
        let bytes = archive(&[("word/document.xml", b"<w/>"), (name, b"<Types/>")]);
        assert_eq!(list("a.docx", &bytes, &Options::default()), Ok(None));
    }
    let odt = raw_archive(&[Raw {
        name: b"mimetype",
        data: b"application/vnd.oasis.opendocument.text",
        ..Raw::default()
    }]);
    assert_eq!(list("a.odt", &odt, &Options::default()), Ok(None));
}

#[test]
fn names_of_all_systems_are_decoded() {
    let names: [(&[u8], u16, u8, &str); 5] = [
        ("Ansökan.txt".as_bytes(), 1 << 11, 0, "Ansökan.txt"),
        ("Anso\u{308}kan.txt".as_bytes(), 0, 3, "Ansökan.txt"),
        (b"Ans\x94kan \x8fr.txt", 0, 0, "Ansökan År.txt"),
        (b"Ans\xf6kan.txt", 0, 0, "Ansökan.txt"),
        (b"Mapp\\..\\b\x86t.txt", 0, 0, "Mapp/båt.txt"),
    ];
    for (name, flags, system, expected) in names {
        let file = Raw {
            name,
            flags,
            system,
            ..Raw::default()
        };
        assert_eq!(paths(&raw_archive(&[file])), [expected]);
    }
}

#[test]
fn folders_and_links_are_no_members_and_equal_names_are_several() {
    let bytes = raw_archive(&[
        Raw {
            name: b"mapp/",
            data: b"",
            ..Raw::default()
        },
        Raw::default(),
        Raw {
            data: b"Annan text",
            ..Raw::default()
        },
        Raw {
            name: b"genvag",
            data: b"/etc/passwd",
            system: 3,
            mode: 0o12_0777,
            ..Raw::default()
        },
    ]);
    assert_eq!(paths(&bytes), ["a.txt", "a (2).txt"]);
    assert_eq!(contents(&bytes).skipped, 1);
    assert_eq!(member(&bytes, "a (2).txt").unwrap(), b"Annan text");
}

#[test]
fn an_encrypted_member_fails_alone() {
    let secret = Raw {
        name: b"hemlig.txt",
        flags: 1,
        ..Raw::default()
    };
    let bytes = raw_archive(&[secret, Raw::default()]);
    assert_eq!(member(&bytes, "hemlig.txt"), Err(FailureCode::Encrypted));
    assert_eq!(member(&bytes, "a.txt").unwrap(), b"Text");
}

#[test]
fn bytes_before_and_after_the_archive_do_no_harm() {
    let bytes = archive(&[("a.txt", b"Text")]);
    let program = [b"MZ\x90\0", &[7; 5000][..], &bytes].concat();
    let download = [b"\r\n", &bytes[..], b"\r\n--gr--\r\n"].concat();
    for bytes in [program, download] {
        assert_eq!(paths(&bytes), ["a.txt"]);
        assert_eq!(member(&bytes, "a.txt").unwrap(), b"Text");
    }
}

#[test]
fn an_archive_without_its_end_gives_the_files_that_are_whole() {
    for flags in [0, entry::DATA_DESCRIPTOR] {
        let files = [b"a.txt", b"b.txt", b"c.txt"].map(|name| Raw {
            name,
            data: b"En rad text",
            flags,
            ..Raw::default()
        });
        let whole = raw_archive(&files);
        let cut = &whole[..files[0].local().len() * 3 - 5];
        assert_eq!(paths(cut), ["a.txt", "b.txt", "c.txt"]);
        assert_eq!(contents(cut).damage.unwrap().code, FailureCode::Damaged);
        assert_eq!(member(cut, "b.txt").unwrap(), b"En rad text");
        if flags == 0 {
            assert_eq!(member(cut, "c.txt"), Err(FailureCode::Damaged));
        }
    }
}

#[test]
fn a_directory_with_fewer_files_than_stated_is_damage() {
    let file = Raw::default();
    let bytes = finish(file.local(), &file.central(0), 2);
    assert_eq!(contents(&bytes).members.len(), 1);
    assert!(contents(&bytes).damage.is_some());
}

#[test]
fn a_wrong_checksum_or_length_is_damage() {
    let mut bytes = raw_archive(&[Raw::default()]);
    let text = bytes
        .windows(4)
        .position(|window| window == b"Text")
        .unwrap();
    bytes[text] = b'N';
    assert_eq!(member(&bytes, "a.txt"), Err(FailureCode::Damaged));
}

#[test]
fn a_member_that_unpacks_to_far_more_is_refused() {
    let bytes = archive(&[("a.txt", &vec![b' '; 66 << 20])]);
    assert_eq!(member(&bytes, "a.txt"), Err(FailureCode::TooLarge));
}

#[test]
fn files_that_share_their_data_are_refused_but_for_the_first() {
    let (one, two) = (
        Raw::default(),
        Raw {
            name: b"b.txt",
            ..Raw::default()
        },
    );
    let directory = [one.central(0), two.central(0)].concat();
    let bytes = finish(one.local(), &directory, 2);
    assert_eq!(member(&bytes, "a.txt").unwrap(), b"Text");
    assert_eq!(member(&bytes, "b.txt"), Err(FailureCode::Damaged));
}

#[test]
fn an_archive_with_too_many_members_or_bytes_is_refused() {
    let bytes = archive(&[("a.txt", b"Text"), ("b.txt", b"Text")]);
    let mut few = Options::default();
    few.container.members = 1;
    let mut short = Options::default();
    short.container.total_bytes = 7;
    for options in [few, short] {
        let failure = list("a.zip", &bytes, &options).unwrap_err();
        assert_eq!(failure.code, FailureCode::TooLarge);
    }
}

#[test]
fn any_cut_of_an_archive_is_read_without_a_panic() {
    let bytes = archive(&[("a.txt", b"Text"), ("b.txt", b"Text"), ("c.txt", b"Text")]);
    for length in 0..bytes.len() {
        let cut = &bytes[..length];
        if let Ok(Some(contents)) = list("a.zip", cut, &Options::default()) {
            for found in contents.members {
                let _ = member(cut, &found.path);
            }
        }
    }
}
