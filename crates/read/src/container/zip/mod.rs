//! ZIP archives (APPNOTE 6.3.10): the files in them, one member each.
//!
//! `directory` reads the list of files at the end of the archive; if that is damaged, `recovery` finds the
//! files by the headers before each. Not by the crate `zip`: it keeps one of several files with the same
//! name, and cannot open an archive whose directory is damaged.
//!
//! Office documents are ZIP archives too, and have readers of their own.

mod directory;
mod entry;
mod recovery;

use std::mem;

use diarium_document::{Failure, FailureCode};
use flate2::{Crc, bufread::DeflateDecoder};

use super::{
    Archive, Contents, Member, companion_members::are_companions, member_path::MemberPaths,
    too_many_bytes, too_many_members, unpack,
};
use crate::Options;
use crate::format::contains;
pub(in crate::container) use entry::Entry;

/// An archive with the list of its files.
pub(super) struct Zip<'b> {
    bytes: &'b [u8],
    options: &'b Options,
    contents: Contents,
    /// The entry of each member.
    entries: Vec<Entry>,
}

/// How an archive begins: with a file, with its end if it is empty, or as the last of several volumes.
const STARTS: [&[u8]; 3] = [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08PK\x03\x04"];

/// Whether the file could be a ZIP archive.
pub(super) fn is_zip(bytes: &[u8]) -> bool {
    let is_archive = STARTS.iter().any(|start| bytes.starts_with(start));
    is_archive || may_precede_an_archive(bytes) && directory::is_at_the_end(bytes)
}

/// Whether these bytes may stand before an archive: a program that unpacks it, or a few that a download
/// left there. Other formats hold archives as well, but not as what the file is.
fn may_precede_an_archive(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
    let is_program = head.starts_with(b"MZ") || head.starts_with(b"\x7fELF");
    is_program || contains(head, b"PK\x03\x04") && !contains(head, b"%PDF-")
}

impl<'b> Zip<'b> {
    /// The archive, with its files; `None` if it is a document of another format.
    pub(super) fn open(bytes: &'b [u8], options: &'b Options) -> Result<Option<Self>, Failure> {
        let mut found = match directory::read(bytes, options)? {
            Some(found) => found,
            None => recovery::scan(bytes, options)?,
        };
        if is_document(bytes, &found.entries) {
            return Ok(None);
        }
        entry::mark_overlaps(bytes, &mut found.entries);
        let mut archive = Self {
            bytes,
            options,
            contents: Contents {
                damage: found.damage,
                ..Contents::default()
            },
            entries: Vec::new(),
        };
        archive.add_members(found.entries)?;
        Ok(Some(archive))
    }

    fn add_members(&mut self, entries: Vec<Entry>) -> Result<(), Failure> {
        let limits = &self.options.container;
        let mut paths = MemberPaths::default();
        let mut total = 0_u64;
        for (index, entry) in entries.into_iter().enumerate() {
            if entry.is_folder() {
                continue;
            }
            if entry.is_link() {
                self.contents.skipped += 1;
                continue;
            }
            if self.entries.len() >= limits.members {
                return Err(too_many_members(limits));
            }
            let bytes = entry.unpacked.unwrap_or(0);
            total = total.saturating_add(bytes);
            if total > limits.total_bytes {
                return Err(too_many_bytes(limits));
            }
            let path = paths.add(&entry.name, index + 1);
            self.contents.members.push(Member { path, bytes });
            self.entries.push(entry);
        }
        self.skip_companions();
        Ok(())
    }

    fn skip_companions(&mut self) {
        let members = mem::take(&mut self.contents.members);
        let paths: Vec<String> = members.iter().map(|member| member.path.clone()).collect();
        let all = members.into_iter().zip(mem::take(&mut self.entries));
        for ((member, entry), is_companion) in all.zip(are_companions(&paths)) {
            if is_companion {
                self.contents.skipped += 1;
            } else {
                self.contents.members.push(member);
                self.entries.push(entry);
            }
        }
    }
}

/// Files that only documents have: of Microsoft Office, OpenDocument, EPUB, and iWork.
const DOCUMENT_PARTS: [&str; 4] = [
    "[Content_Types].xml",
    "META-INF/manifest.xml",
    "META-INF/container.xml",
    "Index/Document.iwa",
];

/// Whether the files are the parts of one document: of an office program, or an e-book.
fn is_document(bytes: &[u8], entries: &[Entry]) -> bool {
    let first = entries.first().filter(|entry| entry.name == "mimetype");
    let media_type = first
        .and_then(|entry| entry.data(bytes))
        .unwrap_or_default();
    media_type.starts_with(b"application/")
        || entries
            .iter()
            .any(|entry| DOCUMENT_PARTS.contains(&entry.name.as_str()))
}

/// What a failure calls a member.
const MEMBER: &str = "the member of the ZIP archive";

impl Archive for Zip<'_> {
    fn contents(&self) -> &Contents {
        &self.contents
    }

    fn extract(&self, member: usize) -> Result<Vec<u8>, Failure> {
        extract(&self.entries, member, self.bytes, self.options)
    }
}

impl Zip<'_> {
    /// The place of each member.
    pub(super) fn into_entries(self) -> (Contents, Vec<Entry>) {
        (self.contents, self.entries)
    }
}

/// The bytes of a member of the archive with these entries.
pub(super) fn extract(
    entries: &[Entry],
    member: usize,
    bytes: &[u8],
    options: &Options,
) -> Result<Vec<u8>, Failure> {
    let entry = entries.get(member).ok_or_else(|| unpack::damaged(MEMBER))?;
    if entry.is_encrypted() {
        let message = format!("{MEMBER} is encrypted; unpack the archive with its password");
        return Err(Failure::new(FailureCode::Encrypted, message));
    }
    let data = entry.data(bytes).filter(|_| !entry.overlaps);
    let data = data.ok_or_else(|| unpack::damaged(MEMBER))?;
    let bytes = match entry.method {
        entry::STORED => unpack::unpack(data, data.len() as u64, MEMBER, options)?,
        entry::DEFLATE => {
            let reader = DeflateDecoder::new(data);
            unpack::unpack(reader, data.len() as u64, MEMBER, options)?
        }
        method => return Err(unsupported_method(method)),
    };
    check(entry, &bytes)?;
    Ok(bytes)
}

/// Whether a member has the length and the checksum that the archive states.
// A wrong one may be a wrong digit, and a value that is read from it would be trusted.
fn check(entry: &Entry, bytes: &[u8]) -> Result<(), Failure> {
    let mut crc = Crc::new();
    crc.update(bytes);
    let has_length = entry
        .unpacked
        .is_none_or(|length| length == bytes.len() as u64);
    let has_sum = entry.crc.is_none_or(|sum| sum == crc.sum());
    if has_length && has_sum {
        Ok(())
    } else {
        Err(unpack::damaged(MEMBER))
    }
}

fn unsupported_method(method: u16) -> Failure {
    // APPNOTE 6.3.10, section 4.4.5.
    let name = match method {
        1..=6 => "a method of before 1993",
        9 => "Deflate64",
        12 => "bzip2",
        14 => "LZMA",
        93 => "Zstandard",
        95 => "XZ",
        98 => "PPMd",
        _ => "a method that diarium does not know",
    };
    let message = format!("{MEMBER} is packed with {name}; unpack the archive and pack it again");
    Failure::new(FailureCode::UnsupportedFormat, message)
}

#[cfg(test)]
mod tests;
