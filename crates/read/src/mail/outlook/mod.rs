//! Messages of Outlook (`.msg`; MS-OXMSG): properties in a compound file.
//!
//! `compound` opens the file within limits, `properties` decodes what it says about the message, and
//! `compressed_rtf` unpacks a text that is in no other form. Not by the crate `msg_parser`: it reads all
//! streams of the file whatever their length, and its texts have one encoding.

mod compound;
mod compressed_rtf;
mod properties;

use std::panic::{AssertUnwindSafe, catch_unwind};

use diarium_document::{Failure, FailureCode, RawDocument, collapse_whitespace};

use super::message::{Attachment, Content, Message, Text, best_version, displayed_headers};
use super::page;
use crate::Options;
use crate::mime::{Part, with_charset};
use compound::Compound;
use properties::{Properties, Time, id};

/// Media type of a message of Outlook.
pub(crate) const OUTLOOK: &str = "application/vnd.ms-outlook";

/// Whether a file is a message of Outlook: a compound file with streams that are named so.
pub(crate) fn is_message(bytes: &[u8]) -> bool {
    let name: Vec<u8> = "__substg1.0_"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    // Names are in directory entries of 128 bytes, which begin at multiples of that.
    compound::is_compound(bytes) && bytes.chunks(128).any(|entry| entry.starts_with(&name))
}

/// Reads a message.
///
/// # Errors
/// If the file is damaged, or has no text at all, or too much.
pub(crate) fn read(bytes: &[u8], options: &Options) -> Result<RawDocument, Failure> {
    Ok(RawDocument {
        // Of its texts, each may have another.
        encoding: None,
        ..page::document(&message(bytes, options)?, OUTLOOK, options)?
    })
}

/// The message in a file.
///
/// # Errors
/// If the file is damaged beyond reading.
pub(crate) fn message(bytes: &[u8], options: &Options) -> Result<Message<'static>, Failure> {
    // The crate that opens the file has assertions that a damaged one may violate.
    let parsed = catch_unwind(AssertUnwindSafe(|| parse(bytes, options)));
    parsed.ok().flatten().ok_or_else(|| {
        let message = "the Outlook message is damaged; look for another copy";
        Failure::new(FailureCode::Damaged, message)
    })
}

fn parse(bytes: &[u8], options: &Options) -> Option<Message<'static>> {
    let mut file = Compound::open(bytes)?;
    let properties = Properties::read(&mut file, "/", properties::MESSAGE_HEADER);
    let mut message = Message {
        subject: properties.text(&mut file, id::SUBJECT),
        ..Message::default()
    };
    message.headers = headers(&mut file, &properties, message.subject.as_deref());
    message.texts = texts(&mut file, &properties);
    if message.texts.is_empty()
        && let Some(packed) = file.stream(&properties.path(id::COMPRESSED_RTF, "0102"))
    {
        let content = Content::Bytes(compressed_rtf::unpack(&packed));
        let name = "message.rtf".to_owned();
        message.attachments.push(Attachment { name, content });
    }
    for storage in file.storages("/__attach_version1.0_") {
        options.heartbeat.beat();
        match attachment(&mut file, &storage) {
            Some(attachment) => message.attachments.push(attachment),
            None => message.skipped += 1,
        }
    }
    message.is_cut = file.is_exhausted();
    let has_content = !message.texts.is_empty() || !message.headers.is_empty();
    (has_content || !message.attachments.is_empty()).then_some(message)
}

/// The headers, as they were sent if the message has them.
fn headers(
    file: &mut Compound<'_>,
    properties: &Properties,
    subject: Option<&str>,
) -> Vec<(String, String)> {
    let sent = properties
        .text(file, id::TRANSPORT_HEADERS)
        .unwrap_or_default();
    let sent = displayed_headers(&Part::parse(sent.trim_start().as_bytes()));
    if sent
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("from"))
    {
        return sent;
    }
    let from = properties
        .address(file, &id::SENT_FOR)
        .or_else(|| properties.address(file, &id::SENDER));
    let mut headers: Vec<(&str, Option<String>)> = vec![("From", from)];
    let recipients = recipients(file);
    let kinds = [
        ("To", 1, id::DISPLAY_TO),
        ("Cc", 2, id::DISPLAY_CC),
        ("Bcc", 3, id::DISPLAY_BCC),
    ];
    for (name, kind, displayed) in kinds {
        let of_kind = recipients.iter().filter(|(found, _)| *found == kind);
        let listed: Vec<&str> = of_kind.map(|(_, text)| text.as_str()).collect();
        let text = if listed.is_empty() {
            properties.text(file, displayed)
        } else {
            Some(listed.join("; "))
        };
        headers.push((name, text));
    }
    let time = properties
        .time(id::SUBMITTED)
        .or_else(|| properties.time(id::DELIVERED));
    headers.push(("Date", time.map(Time::text)));
    headers.push(("Subject", subject.map(str::to_owned)));
    let texts = headers.into_iter().filter_map(|(name, text)| {
        let text = collapse_whitespace(&text?.replace('\0', ""));
        (!text.is_empty()).then(|| (name.to_owned(), text))
    });
    texts.collect()
}

/// The recipients: 1 for those to whom the message is, 2 for copies, 3 for blind copies.
fn recipients(file: &mut Compound<'_>) -> Vec<(u64, String)> {
    let storages = file.storages("/__recip_version1.0_");
    let found = storages.iter().filter_map(|storage| {
        let properties = Properties::read(file, storage, properties::PART_HEADER);
        let kind = properties.number(id::RECIPIENT_TYPE).unwrap_or(1) & 0xf;
        Some((kind, properties.address(file, &id::RECIPIENT)?))
    });
    found.collect()
}

/// The text: plain, or HTML.
fn texts(file: &mut Compound<'_>, properties: &Properties) -> Vec<Text> {
    let plain = properties
        .text(file, id::BODY)
        .filter(|text| !text.trim().is_empty());
    let plain = plain.map(|text| Text::Plain(text.into_bytes(), Some("utf-8".to_owned())));
    let html = match file.stream(&properties.path(id::HTML, "0102")) {
        Some(bytes) => match properties.charset() {
            Some(charset) => Some(with_charset(&charset, &bytes)),
            None => Some(bytes),
        },
        None => properties.text(file, id::HTML).map(String::into_bytes),
    };
    let html = html.filter(|bytes| !bytes.is_empty()).map(Text::Html);
    let versions = [plain, html].into_iter().flatten();
    best_version(versions.map(|text| vec![text]).collect())
}

fn attachment(file: &mut Compound<'_>, storage: &str) -> Option<Attachment<'static>> {
    let properties = Properties::read(file, storage, properties::PART_HEADER);
    let names = [id::LONG_FILE_NAME, id::FILE_NAME, id::DISPLAY_NAME];
    let name = names.iter().find_map(|name| properties.text(file, *name));
    let name = name.unwrap_or_else(|| "attachment.bin".to_owned());
    if let Some(bytes) = file.stream(&properties.path(id::ATTACHED, "0102")) {
        let content = Content::Bytes(bytes);
        return Some(Attachment { name, content });
    }
    // A message, or an object that only its program can show.
    let inner = properties.path(id::ATTACHED, "000D");
    let bytes = file.message_in(&inner)?;
    let name = if name.to_lowercase().ends_with(".msg") {
        name
    } else {
        format!("{name}.msg")
    };
    let content = Content::Bytes(bytes);
    Some(Attachment { name, content })
}

#[cfg(test)]
mod tests;
