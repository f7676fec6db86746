//! Decryption: a copy of an encrypted PDF without its encryption, made with a password of the user.
//!
//! The interpreter knows user passwords only, and no letters outside ASCII in older files. lopdf knows user
//! and owner passwords of all revisions, so it decrypts the file, and the copy is read like any other.

use std::panic::{AssertUnwindSafe, catch_unwind};

use lopdf::{Document, LoadOptions};

use super::Limits;
use crate::Passwords;
use diarium_document::Heartbeat;

/// A file without its encryption.
pub(super) struct Decrypted {
    pub bytes: Vec<u8>,
    /// Whether the structure of the file was damaged.
    pub is_damaged: bool,
}

/// Decrypts a file with the first password that opens it; `None` if none does.
pub(super) fn decrypt(
    bytes: &[u8],
    passwords: &Passwords,
    limits: &Limits,
    heartbeat: &Heartbeat,
) -> Option<Decrypted> {
    let mut document = open_encrypted(bytes, passwords, limits, heartbeat)?;
    document.encryption_state = None;
    let mut decrypted = Vec::new();
    document.save_to(&mut decrypted).ok()?;
    Some(Decrypted {
        bytes: decrypted,
        is_damaged: document.xref_recovery.is_some(),
    })
}

/// The objects of a file, decrypted with the first password that opens it; `None` if none does.
pub(crate) fn open_encrypted(
    bytes: &[u8],
    passwords: &Passwords,
    limits: &Limits,
    heartbeat: &Heartbeat,
) -> Option<Document> {
    passwords.reveal().iter().find_map(|password| {
        heartbeat.beat();
        // A damaged description of the encryption must not cost more than this file.
        let open = AssertUnwindSafe(|| open_with(bytes, password, limits));
        catch_unwind(open).ok().flatten()
    })
}

fn open_with(bytes: &[u8], password: &str, limits: &Limits) -> Option<Document> {
    let options = LoadOptions {
        password: Some(password.to_owned()),
        ..LoadOptions::with_max_decompressed_size(limits.stream_bytes)
    };
    let document = Document::load_mem_with_options(bytes, options).ok()?;
    // Without the password, it loads without objects.
    let is_open = !document.trailer.has(b"Encrypt") && !document.get_pages().is_empty();
    is_open.then_some(document)
}
