//! Containers: files that hold other files, such as ZIP archives, e-mails and PDF portfolios.
//!
//! [`list`] names the members of a container, [`extract`] gives the bytes of one, and [`open`] does both
//! for callers that extract many. All work within [`Limits`], because a few bytes can unpack to gigabytes.
//! A container may be a document as well: an e-mail has a text of its own besides its attachments.
//!
//! Each format has a module that implements [`Archive`]. `member_path` makes the names in a container safe
//! and unique; `companion_members` leaves out what lies beside documents; `unpack` decompresses within limits.

mod companion_members;
mod index;
mod mail;
mod member_path;
mod pdf;
mod unpack;
mod warc;
mod zip;

use diarium_document::{Failure, FailureCode};

use super::Options;
use crate::format::is_pdf;
use crate::mail::{detect, message::Message, outlook};

pub use index::{Index, index};

/// Limits of containers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Members of one container, at most.
    pub members: usize,
    /// Bytes of one member after unpacking, at most.
    pub member_bytes: u64,
    /// Bytes of all members of one container after unpacking, at most.
    pub total_bytes: u64,
    /// How many times longer than packed a member may be, if it is long: see `unpack`.
    pub ratio: u64,
    /// How deep containers may be nested: 1 is a container without containers.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            members: 20_000,
            member_bytes: 1 << 30,
            total_bytes: 16 << 30,
            ratio: 250,
            depth: 3,
        }
    }
}

/// What a container holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    /// Whether the file is a document itself, such as an e-mail with its text.
    pub is_document: bool,
    /// Its members, in the container's order. Their paths are unique.
    pub members: Vec<Member>,
    /// How many entries are no members, because nobody would read them as documents: companion files of
    /// operating systems, links, records of a web crawler about itself.
    pub skipped: usize,
    /// The damage that may have cost members. The others can be extracted.
    pub damage: Option<Failure>,
}

/// A file in a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its path in the container, with `/` as separator: never absolute, never with `..` or control
    /// characters, and no folder in it ends in `!`.
    pub path: String,
    /// Its length in bytes after unpacking, as far as the container states it; else 0.
    pub bytes: u64,
}

/// A container whose members are known.
pub trait Archive {
    /// What it holds.
    fn contents(&self) -> &Contents;

    /// The bytes of a member, by its position in the contents.
    ///
    /// # Errors
    /// If the member is damaged, encrypted, or exceeds the limits.
    fn extract(&self, member: usize) -> Result<Vec<u8>, Failure>;
}

/// Opens a container; `None` if the file is none.
///
/// # Errors
/// If the container is damaged beyond reading, or exceeds the limits.
pub fn open<'b>(
    name: &str,
    bytes: &'b [u8],
    options: &'b Options,
) -> Result<Option<Box<dyn Archive + 'b>>, Failure> {
    if zip::is_zip(bytes)
        && let Some(archive) = zip::Zip::open(bytes, options)?
    {
        return Ok(Some(Box::new(archive)));
    }
    if is_pdf(bytes) {
        if !pdf::may_have_files(bytes) {
            return Ok(None);
        }
        let files = pdf::Attachments::open(bytes, options)?;
        return Ok(files.map(|files| Box::new(files) as Box<dyn Archive>));
    }
    if warc::is_warc(bytes) {
        return Ok(Some(Box::new(warc::Warc::open(bytes, options)?)));
    }
    if outlook::is_message(bytes) {
        let message = outlook::message(bytes, options)?;
        return Ok(Some(Box::new(mail::Mail::new(message, options))));
    }
    if let Some(messages) = detect::mailbox(bytes) {
        return Ok(Some(Box::new(mail::Mailbox::new(messages, options)?)));
    }
    if detect::is_mail(name, bytes) {
        let message = Message::parse(detect::message_bytes(bytes), options);
        return Ok(Some(Box::new(mail::Mail::new(message, options))));
    }
    Ok(None)
}

/// The contents of a container; `None` if the file is none.
///
/// # Errors
/// As [`open`].
pub fn list(name: &str, bytes: &[u8], options: &Options) -> Result<Option<Contents>, Failure> {
    let archive = open(name, bytes, options)?;
    Ok(archive.map(|archive| archive.contents().clone()))
}

/// The bytes of the member with this path.
///
/// # Errors
/// As [`open`] and [`Archive::extract`], and if there is no such member.
pub fn extract(
    name: &str,
    bytes: &[u8],
    path: &str,
    options: &Options,
) -> Result<Vec<u8>, Failure> {
    let archive = open(name, bytes, options)?.ok_or_else(|| missing(path))?;
    let members = &archive.contents().members;
    let member = members.iter().position(|member| member.path == path);
    archive.extract(member.ok_or_else(|| missing(path))?)
}

/// The failure to find a member with this path.
pub fn missing(path: &str) -> Failure {
    let message = format!("the container has no member {path}");
    Failure::new(FailureCode::Unreadable, message)
}

/// The failure of a container with more members than the limit allows.
fn too_many_members(limits: &Limits) -> Failure {
    let message = format!(
        "the container has more than {} members; split it or unpack it first",
        limits.members
    );
    Failure::new(FailureCode::TooLarge, message)
}

/// The failure of a container that unpacks to more than the limit allows.
fn too_many_bytes(limits: &Limits) -> Failure {
    let message = format!(
        "the container unpacks to more than {} MiB; split it or unpack it first",
        limits.total_bytes >> 20
    );
    Failure::new(FailureCode::TooLarge, message)
}
