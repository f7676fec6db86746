//! Containers: files that hold other files, such as ZIP archives, e-mails and PDF portfolios.
//!
//! [`list`] names the members of a container, [`extract`] gives the bytes of one. Both work within
//! [`Limits`], because a few bytes can unpack to gigabytes. A container may be a document as well: an
//! e-mail has a text of its own besides its attachments.

use diarium_document::{Failure, FailureCode};

use super::Options;

/// Limits of containers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Members of one container, at most.
    pub members: usize,
    /// Bytes of one member after unpacking, at most.
    pub member_bytes: u64,
    /// Bytes of all members of one container after unpacking, at most.
    pub total_bytes: u64,
    /// How deep containers may be nested: 1 is a container without containers.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            members: 20_000,
            member_bytes: 1 << 30,
            total_bytes: 16 << 30,
            depth: 3,
        }
    }
}

/// What a container holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// Whether the file is a document itself, such as an e-mail with its text.
    pub is_document: bool,
    /// Its members, in the container's order. Their paths are unique.
    pub members: Vec<Member>,
}

/// A file in a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its path in the container, with `/` as separator: never absolute, never with `..` or control
    /// characters.
    pub path: String,
    /// Its length in bytes after unpacking, as far as the container states it.
    pub bytes: u64,
}

/// The contents of a container; `None` if the file is none.
///
/// # Errors
/// If the container is damaged beyond reading, encrypted, or exceeds the limits.
pub fn list(_name: &str, _bytes: &[u8], _options: &Options) -> Result<Option<Contents>, Failure> {
    Ok(None)
}

/// The bytes of the member with this path.
///
/// # Errors
/// If there is no such member, or it is damaged, encrypted, or exceeds the limits.
pub fn extract(
    _name: &str,
    _bytes: &[u8],
    path: &str,
    _options: &Options,
) -> Result<Vec<u8>, Failure> {
    let message = format!("the container has no member {path}");
    Err(Failure::new(FailureCode::Unreadable, message))
}
