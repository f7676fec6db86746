//! Recovery: the files of a ZIP archive by the header before each, if its directory is missing.
//!
//! A download that broke off has no directory, since that is at the end.

use std::collections::BTreeMap;

use diarium_document::{Failure, FailureCode};

use super::directory::Found;
use super::entry::{
    DATA_DESCRIPTOR, Entry, LOCAL_HEADER, decoded_name, extra_field, u16_at, u32_at, u64_at,
};
use crate::{Options, container::too_many_members};

/// What a descriptor after the data of a file states.
#[derive(Debug, Clone, Copy)]
struct Descriptor {
    crc: u32,
    packed: u64,
    unpacked: u64,
}

/// The files whose headers are in the bytes, in their order.
///
/// # Errors
/// If there are more than the limits allow.
pub(super) fn scan(bytes: &[u8], options: &Options) -> Result<Found, Failure> {
    let descriptors = descriptors(bytes);
    let message = "the ZIP archive is damaged: its directory is missing, as after a download that broke off; look for another copy";
    let mut found = Found {
        entries: Vec::new(),
        damage: Some(Failure::new(FailureCode::Damaged, message)),
    };
    let mut at = 0;
    while let Some(header) = find(bytes, at, b"PK\x03\x04") {
        options.heartbeat.step(found.entries.len());
        let Some((entry, end)) = parse(bytes, header, &descriptors) else {
            at = header + 4;
            continue;
        };
        at = end;
        found.entries.push(entry);
        if found.entries.len() > options.container.members.saturating_mul(4) {
            return Err(too_many_members(&options.container));
        }
    }
    Ok(found)
}

/// The entry whose header is at `header`, and where its data ends.
fn parse(
    bytes: &[u8],
    header: usize,
    descriptors: &BTreeMap<u64, Descriptor>,
) -> Option<(Entry, usize)> {
    let fields = bytes.get(header..)?;
    let name = usize::from(u16_at(fields, 26)?);
    let extra = usize::from(u16_at(fields, 28)?);
    let start = LOCAL_HEADER + name + extra;
    let raw = fields.get(LOCAL_HEADER..LOCAL_HEADER + name)?;
    let extra_fields = fields.get(LOCAL_HEADER + name..start)?;
    let flags = u16_at(fields, 6)?;
    let stated = stated(fields, extra_fields)?;
    let mut sizes = Some(stated);
    if flags & DATA_DESCRIPTOR != 0 && stated.packed == 0 {
        sizes = descriptors.get(&((header + start) as u64)).copied();
    }
    // Without sizes, the data may go on to the next header.
    let data_start = header + start;
    let to_next = || find(bytes, data_start, b"PK\x03\x04").unwrap_or(bytes.len()) - data_start;
    let packed = sizes.map_or_else(|| to_next() as u64, |sizes| sizes.packed);
    let entry = Entry {
        name: decoded_name(raw, flags, extra_fields, true),
        flags,
        method: u16_at(fields, 8)?,
        crc: sizes.map(|sizes| sizes.crc),
        packed,
        unpacked: sizes.map(|sizes| sizes.unpacked),
        header: header as u64,
        unix_mode: None,
        overlaps: false,
    };
    let end = (data_start as u64).saturating_add(packed);
    Some((entry, usize::try_from(end).unwrap_or(usize::MAX)))
}

/// The sizes in a header; those of a large file are in an extra field (ZIP64).
fn stated(fields: &[u8], extra: &[u8]) -> Option<Descriptor> {
    let crc = u32_at(fields, 14)?;
    let packed = u32_at(fields, 18)?;
    let unpacked = u32_at(fields, 22)?;
    let wide = extra_field(extra, 1).filter(|_| packed == u32::MAX);
    let wide = wide.and_then(|wide| Some((u64_at(wide, 0)?, u64_at(wide, 8)?)));
    let (unpacked, packed) = wide.unwrap_or((u64::from(unpacked), u64::from(packed)));
    Some(Descriptor {
        crc,
        packed,
        unpacked,
    })
}

/// The descriptors in the bytes, by the beginning of the data that they describe.
// By beginnings, so that each file finds its own in one step. A sequence of bytes that is a descriptor by
// chance describes data that begins at no header's end.
fn descriptors(bytes: &[u8]) -> BTreeMap<u64, Descriptor> {
    let mut found = BTreeMap::new();
    let mut at = 0;
    while let Some(position) = find(bytes, at, b"PK\x07\x08") {
        at = position + 4;
        let fields = bytes.get(at..).unwrap_or_default();
        let Some(crc) = u32_at(fields, 0) else {
            break;
        };
        let narrow = u32_at(fields, 4).zip(u32_at(fields, 8));
        let narrow = narrow.map(|(packed, unpacked)| (u64::from(packed), u64::from(unpacked)));
        let wide = u64_at(fields, 4).zip(u64_at(fields, 12));
        for (packed, unpacked) in [wide, narrow].into_iter().flatten() {
            if let Some(start) = (position as u64).checked_sub(packed) {
                let descriptor = Descriptor {
                    crc,
                    packed,
                    unpacked,
                };
                found.insert(start, descriptor);
            }
        }
    }
    found
}

/// Where `wanted` next occurs.
fn find(bytes: &[u8], from: usize, wanted: &[u8; 4]) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let found = rest.windows(4).position(|window| window == wanted)?;
    Some(from + found)
}
