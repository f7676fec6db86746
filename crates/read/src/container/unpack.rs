//! Unpacking within limits: a few bytes can decompress to gigabytes.

use std::io::{ErrorKind, Read};

use diarium_document::{Failure, FailureCode};

use crate::Options;

/// Bytes up to which the compression ratio does not matter.
// A blank page of a fax, or a log of equal lines, compresses a thousand times and is harmless while short.
const RATIO_FREE: u64 = 64 << 20;

/// Bytes between two heartbeats.
const STEP: u64 = 4 << 20;

/// Reads everything that `reader` gives for `packed` bytes of its input.
///
/// # Errors
/// If that is more than the limits allow, or damaged.
pub(super) fn unpack(
    reader: impl Read,
    packed: u64,
    what: &str,
    options: &Options,
) -> Result<Vec<u8>, Failure> {
    let limit = most_bytes(packed, options);
    let (bytes, is_whole) = unpack_what_is_there(reader, limit, what, options)?;
    if !is_whole {
        return Err(damaged(what));
    }
    Ok(bytes)
}

/// The most bytes that `packed` bytes may unpack to.
pub(super) fn most_bytes(packed: u64, options: &Options) -> u64 {
    let limits = &options.container;
    let by_ratio = packed.saturating_mul(limits.ratio).max(RATIO_FREE);
    by_ratio.min(limits.member_bytes).min(options.max_bytes)
}

/// As [`unpack`]; damaged data gives what precedes the damage, and `false`.
pub(super) fn unpack_what_is_there(
    mut reader: impl Read,
    limit: u64,
    what: &str,
    options: &Options,
) -> Result<(Vec<u8>, bool), Failure> {
    let mut bytes = Vec::new();
    loop {
        let before = bytes.len();
        match reader.by_ref().take(STEP).read_to_end(&mut bytes) {
            Ok(_) if bytes.len() == before => return Ok((bytes, true)),
            Ok(_) if bytes.len() as u64 > limit => return Err(too_large(what)),
            Ok(_) => options.heartbeat.beat(),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) if bytes.len() as u64 > limit => return Err(too_large(what)),
            Err(_) => return Ok((bytes, false)),
        }
    }
}

/// The failure of a member that unpacks to more than the limits allow.
pub(super) fn too_large(what: &str) -> Failure {
    let message =
        format!("{what} unpacks to more than the limits allow; it may have been made to do harm");
    Failure::new(FailureCode::TooLarge, message)
}

/// The failure of a member whose packed bytes are damaged.
pub(super) fn damaged(what: &str) -> Failure {
    let message = format!("{what} is damaged; look for another copy of the container");
    Failure::new(FailureCode::Damaged, message)
}
