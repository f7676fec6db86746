//! One file of a ZIP archive, as the archive describes it.

use crate::encoding;

/// Compression methods (APPNOTE 6.3.10, section 4.4.5).
pub(super) const STORED: u16 = 0;
/// As [`STORED`].
pub(super) const DEFLATE: u16 = 8;

/// Flags (section 4.4.4).
const ENCRYPTED: u16 = 1;
/// As [`ENCRYPTED`]: the sizes follow the data.
pub(super) const DATA_DESCRIPTOR: u16 = 1 << 3;
/// As [`ENCRYPTED`]: the name is UTF-8.
const UTF_8: u16 = 1 << 11;

/// Length of the header before each file, without its name and extra fields.
pub(super) const LOCAL_HEADER: usize = 30;

/// What an archive states about a file in it.
#[derive(Debug, Clone)]
pub(in crate::container) struct Entry {
    /// Its name, decoded.
    pub name: String,
    pub flags: u16,
    pub method: u16,
    pub crc: Option<u32>,
    /// Length of its data in the archive.
    pub packed: u64,
    /// Length of the file, if that is known.
    pub unpacked: Option<u64>,
    /// Where its local header begins in the bytes.
    pub header: u64,
    /// The attributes of the file, if it was packed on Unix.
    pub unix_mode: Option<u32>,
    /// Its data is also that of another file, as in archives that were made to do harm.
    pub overlaps: bool,
}

impl Entry {
    pub(super) fn is_encrypted(&self) -> bool {
        self.flags & ENCRYPTED != 0
    }

    pub(super) fn is_folder(&self) -> bool {
        self.name.ends_with('/') || self.name.ends_with('\\') && self.packed == 0
    }

    /// Whether it is a symbolic link: its data is a path.
    pub(super) fn is_link(&self) -> bool {
        // S_IFLNK of POSIX.
        self.unix_mode
            .is_some_and(|mode| mode & 0o17_0000 == 0o12_0000)
    }

    /// Its packed data; `None` if the archive ends before, or has no header there.
    pub(super) fn data<'b>(&self, bytes: &'b [u8]) -> Option<&'b [u8]> {
        let (start, end) = self.range(bytes)?;
        bytes.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
    }

    /// Where its data begins and ends.
    fn range(&self, bytes: &[u8]) -> Option<(u64, u64)> {
        let at = usize::try_from(self.header).ok()?;
        let header = bytes.get(at..at.checked_add(LOCAL_HEADER)?)?;
        if !header.starts_with(b"PK\x03\x04") {
            return None;
        }
        // The extra fields of this header may differ from those in the directory.
        let names = u64::from(u16_at(header, 26)?) + u64::from(u16_at(header, 28)?);
        let start = self.header.checked_add(LOCAL_HEADER as u64 + names)?;
        Some((start, start.checked_add(self.packed)?))
    }
}

/// Marks files whose data is that of a file before them.
// A small archive unpacks to terabytes if its files share their data (David Fifield, "A better zip bomb").
pub(super) fn mark_overlaps(bytes: &[u8], entries: &mut [Entry]) {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|index| entries.get(*index).map(|entry| entry.header));
    let mut end = 0;
    for index in order {
        let Some(entry) = entries.get_mut(index) else {
            continue;
        };
        // One without data is reported as damaged when it is extracted.
        let Some((_, data_end)) = entry.range(bytes) else {
            continue;
        };
        entry.overlaps = entry.header < end;
        end = end.max(data_end);
    }
}

/// The name of a file. Old programs wrote it in the code page of their system and did not say in which.
pub(super) fn decoded_name(raw: &[u8], flags: u16, extra: &[u8], from_dos: bool) -> String {
    if let Some(name) = unicode_path(raw, extra) {
        return name;
    }
    if flags & UTF_8 != 0 {
        return String::from_utf8_lossy(raw).into_owned();
    }
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) if from_dos => encoding::decode_dos_name(raw),
        Err(_) => encoding::decode(raw).text,
    }
}

/// The name in UTF-8 that Info-ZIP adds (APPNOTE, section 4.6.9), if it is of this name.
fn unicode_path(raw: &[u8], extra: &[u8]) -> Option<String> {
    let field = extra_field(extra, 0x7075)?;
    let (version, rest) = field.split_first()?;
    let mut crc = flate2::Crc::new();
    crc.update(raw);
    let is_current = *version == 1 && u32_at(rest, 0)? == crc.sum();
    let name = std::str::from_utf8(rest.get(4..)?).ok()?;
    (is_current && !name.is_empty()).then(|| name.to_owned())
}

/// The extra field with this identifier.
pub(super) fn extra_field(mut extra: &[u8], wanted: u16) -> Option<&[u8]> {
    loop {
        let length = usize::from(u16_at(extra, 2)?);
        let data = extra.get(4..4 + length)?;
        if u16_at(extra, 0)? == wanted {
            return Some(data);
        }
        extra = extra.get(4 + length..)?;
    }
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let field = bytes.get(at..)?.first_chunk()?;
    Some(u16::from_le_bytes(*field))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let field = bytes.get(at..)?.first_chunk()?;
    Some(u32::from_le_bytes(*field))
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    let field = bytes.get(at..)?.first_chunk()?;
    Some(u64::from_le_bytes(*field))
}
