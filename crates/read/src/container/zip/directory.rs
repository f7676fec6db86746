//! The central directory: the list of files at the end of a ZIP archive.

use diarium_document::{Failure, FailureCode};

use super::entry::{Entry, decoded_name, extra_field, u16_at, u32_at, u64_at};
use crate::{Options, container::too_many_members};

/// The files that an archive lists, and its damage.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub entries: Vec<Entry>,
    pub damage: Option<Failure>,
}

/// Where the directory is.
#[derive(Debug)]
struct Location {
    /// Where it begins in the bytes.
    start: usize,
    /// How many bytes precede the archive.
    prefix: u64,
    /// How many files it has. Old archives state it modulo 65,536.
    count: u64,
}

/// Length of an entry without its name, extra fields and comment.
const HEADER: usize = 46;
/// Length of the record at the end of the archive, without its comment.
const END: usize = 22;

/// Whether the archive's last record is where it belongs, and the directory before it.
pub(super) fn is_at_the_end(bytes: &[u8]) -> bool {
    locate(bytes).is_some()
}

/// The files that the directory lists; `None` if it is missing or damaged from its beginning.
///
/// # Errors
/// If there are more than the limits allow.
pub(super) fn read(bytes: &[u8], options: &Options) -> Result<Option<Found>, Failure> {
    let Some(location) = locate(bytes) else {
        return Ok(None);
    };
    let mut found = Found::default();
    let mut rest = bytes.get(location.start..).unwrap_or_default();
    while rest.starts_with(b"PK\x01\x02") {
        options.heartbeat.step(found.entries.len());
        let Some((entry, length)) = parse(rest, location.prefix) else {
            break;
        };
        rest = rest.get(length..).unwrap_or_default();
        found.entries.push(entry);
        // Folders are entries too.
        if found.entries.len() > options.container.members.saturating_mul(4) {
            return Err(too_many_members(&options.container));
        }
    }
    let count = found.entries.len() as u64;
    if count & 0xffff != location.count & 0xffff {
        let message = "the ZIP archive is damaged: its directory lists fewer files than it states; look for another copy";
        found.damage = Some(Failure::new(FailureCode::Damaged, message));
    }
    Ok((count > 0 || location.count == 0).then_some(found))
}

fn locate(bytes: &[u8]) -> Option<Location> {
    let end = end_record(bytes)?;
    let record = bytes.get(end..)?;
    let mut directory_end = end;
    let mut count = u64::from(u16_at(record, 10)?);
    let mut length = u64::from(u32_at(record, 12)?);
    let mut offset = u64::from(u32_at(record, 16)?);
    if let Some((at, wide)) = zip64_record(bytes, end) {
        directory_end = at;
        count = u64_at(wide, 32)?;
        length = u64_at(wide, 40)?;
        offset = u64_at(wide, 48)?;
    }
    if count == 0 {
        return Some(Location {
            start: directory_end,
            prefix: 0,
            count,
        });
    }
    // If bytes precede the archive, the offset in it is too small; its length is still right.
    let by_length = (directory_end as u64).checked_sub(length);
    let starts = [by_length, Some(offset)];
    let start = starts.into_iter().flatten().find(|start| {
        let header = usize::try_from(*start).ok().and_then(|at| bytes.get(at..));
        header.is_some_and(|header| header.starts_with(b"PK\x01\x02"))
    })?;
    Some(Location {
        start: usize::try_from(start).ok()?,
        prefix: start.saturating_sub(offset),
        count,
    })
}

/// Where the archive's last record begins. A comment of up to 65,535 bytes follows it, and what a
/// download or a mail program left there.
fn end_record(bytes: &[u8]) -> Option<usize> {
    const SEARCHED: usize = END + 0xffff + 4096;
    let from = bytes.len().saturating_sub(SEARCHED);
    let tail = bytes.get(from..)?;
    let mut ends = (0..tail.len().saturating_sub(END - 1)).rev();
    ends.find(|at| tail.get(*at..*at + 4) == Some(b"PK\x05\x06"))
        .map(|at| from + at)
}

/// The record of a large archive (ZIP64), and where it is. Its locator precedes the last record.
fn zip64_record(bytes: &[u8], end: usize) -> Option<(usize, &[u8])> {
    let locator = bytes.get(end.checked_sub(20)?..end)?;
    if !locator.starts_with(b"PK\x06\x07") {
        return None;
    }
    let stated = usize::try_from(u64_at(locator, 8)?).ok();
    // Right before the locator, if bytes precede the archive.
    let places = [stated, end.checked_sub(20 + 56)];
    places.into_iter().flatten().find_map(|at| {
        let record = bytes.get(at..end)?;
        record.starts_with(b"PK\x06\x06").then_some((at, record))
    })
}

/// An entry of the directory, and its length.
fn parse(bytes: &[u8], prefix: u64) -> Option<(Entry, usize)> {
    let lengths = [28, 30, 32].map(|at| u16_at(bytes, at).map(usize::from));
    let [Some(name), Some(extra), Some(comment)] = lengths else {
        return None;
    };
    let raw = bytes.get(HEADER..HEADER + name)?;
    let extra_fields = bytes.get(HEADER + name..HEADER + name + extra)?;
    let flags = u16_at(bytes, 8)?;
    let system = bytes.get(5)?;
    let sizes = Sizes::parse(bytes, extra_fields)?;
    let entry = Entry {
        // 0 is MS-DOS, 10 NTFS, 11 MVS, which Windows programs write as well.
        name: decoded_name(raw, flags, extra_fields, matches!(system, 0 | 10 | 11)),
        flags,
        method: u16_at(bytes, 10)?,
        crc: Some(u32_at(bytes, 16)?),
        packed: sizes.packed,
        unpacked: Some(sizes.unpacked),
        header: sizes.header.checked_add(prefix)?,
        // 3 is Unix, 19 macOS.
        unix_mode: match system {
            3 | 19 => Some(u32_at(bytes, 38)? >> 16),
            _ => None,
        },
        overlaps: false,
    };
    Some((entry, HEADER + name + extra + comment))
}

/// The numbers of an entry that an extra field replaces in large archives (ZIP64).
struct Sizes {
    packed: u64,
    unpacked: u64,
    header: u64,
}

impl Sizes {
    fn parse(bytes: &[u8], extra: &[u8]) -> Option<Self> {
        let wide = extra_field(extra, 1).unwrap_or_default();
        let mut at = 0;
        // The field has those numbers for which the entry has its greatest number, in this order.
        let mut number = |narrow: u32| match u64_at(wide, at) {
            Some(value) if narrow == u32::MAX => {
                at += 8;
                value
            }
            _ => u64::from(narrow),
        };
        let unpacked = number(u32_at(bytes, 24)?);
        let packed = number(u32_at(bytes, 20)?);
        let header = number(u32_at(bytes, 42)?);
        Some(Self {
            packed,
            unpacked,
            header,
        })
    }
}
