//! E-mail reader: the headers that a mail program displays, and the text.
//!
//! `detect` recognizes a message, `message` finds its body and its attachments, `page` makes one page of
//! the headers and the body. `outlook` opens messages of
//! Outlook. Attachments are members of the message (`container::mail`).

pub(crate) mod detect;
pub(crate) mod message;
pub(crate) mod outlook;
mod page;

use diarium_document::{Failure, RawDocument};

use crate::Options;
use message::Message;

/// Media type of a message as it was sent (RFC 5322).
pub(crate) const MESSAGE: &str = "message/rfc822";

/// Reads a message as it was sent.
///
/// # Errors
/// If it has no text at all, or too much.
pub(crate) fn read(bytes: &[u8], options: &Options) -> Result<RawDocument, Failure> {
    let message = Message::parse(detect::message_bytes(bytes), options);
    page::document(&message, MESSAGE, options)
}

#[cfg(test)]
mod tests;
