//! Recognition of e-mails by their headers, and of mailboxes with several of them.

use std::collections::BTreeSet;

use crate::mime::Part;
use crate::{encoding, format::extension};

/// Bytes that are examined. Servers add headers, but mail programs show the important ones early.
const EXAMINED: usize = 64 << 10;

/// Headers that a sender writes. Texts may begin with them: a printed message, or one that is quoted.
const WRITTEN: [&str; 5] = ["from", "to", "cc", "date", "subject"];

/// Headers that only programs write.
const TECHNICAL: [&str; 13] = [
    "received",
    "return-path",
    "delivered-to",
    "message-id",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "in-reply-to",
    "references",
    "user-agent",
    "x-mailer",
    "dkim-signature",
    "status",
];

/// Headers that a message has and a page saved by a browser does not.
const DELIVERED: [&str; 8] = [
    "to",
    "cc",
    "bcc",
    "received",
    "return-path",
    "delivered-to",
    "message-id",
    "in-reply-to",
];

/// Whether the file is an e-mail.
pub(crate) fn is_mail(name: &str, bytes: &[u8]) -> bool {
    // A text may begin with such lines; one in UTF-16 is no message.
    if encoding::is_utf16(bytes) {
        return false;
    }
    let bytes = message_bytes(bytes);
    let head = bytes.get(..bytes.len().min(EXAMINED)).unwrap_or_default();
    let extension = extension(name);
    let is_named_mail = matches!(extension.as_str(), "eml" | "emlx");
    if !is_named_mail && !starts_with_headers(head) {
        return false;
    }
    let part = Part::parse(head);
    let names: BTreeSet<&str> = part.header_names().collect();
    let count = |known: &[&str]| known.iter().filter(|name| names.contains(*name)).count();
    let is_message = count(&WRITTEN) >= 2 && names.contains("from") && count(&TECHNICAL) > 0;
    let is_message = is_message || is_named_mail && count(&WRITTEN) + count(&TECHNICAL) > 0;
    is_message && (is_named_mail || !is_saved_page(&part, count(&DELIVERED) > 0))
}

/// Whether a message is a page that a browser saved: of such a type, and from nobody to nobody.
fn is_saved_page(part: &Part<'_>, was_delivered: bool) -> bool {
    let media_type = part.media_type();
    let is_page = media_type == "multipart/related" || media_type == "text/html";
    let has_sender = part.text("from").is_some_and(|from| from.contains('@'));
    is_page && !was_delivered && !has_sender
}

/// Whether all lines up to the first blank one are headers.
fn starts_with_headers(head: &[u8]) -> bool {
    let mut lines = head
        .split(|&byte| byte == b'\n')
        .map(<[u8]>::trim_ascii_end);
    let first = lines.next().unwrap_or_default();
    let is_whole = head.len() < EXAMINED;
    let mut rest = lines.take_while(|line| !line.is_empty()).peekable();
    let mut are_headers = is_header(first);
    while let Some(line) = rest.next() {
        // The last line may be cut.
        let is_cut = !is_whole && rest.peek().is_none();
        are_headers &=
            is_cut || line.starts_with(b" ") || line.starts_with(b"\t") || is_header(line);
    }
    are_headers
}

fn is_header(line: &[u8]) -> bool {
    let name = line.split(|&byte| byte == b':').next().unwrap_or_default();
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let name = name.trim_ascii_end();
    name.len() < line.len() && !name.is_empty() && name.iter().all(is_letter)
}

/// The message without what programs write before it: blank lines, a byte order mark, the line that
/// separates messages of a mailbox, or the length in a file of Apple Mail.
pub(crate) fn message_bytes(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let bytes = bytes.trim_ascii_start();
    let end = bytes.iter().position(|&byte| byte == b'\n');
    let Some((line, rest)) = end.and_then(|end| bytes.split_at_checked(end + 1)) else {
        return bytes;
    };
    let line = line.trim_ascii();
    if is_separator(line) {
        return rest;
    }
    let number = std::str::from_utf8(line).ok().filter(|_| line.len() < 12);
    match number.and_then(|digits| digits.parse().ok()) {
        // Apple Mail appends a property list to the message.
        Some(length) => rest.get(..length).unwrap_or(rest),
        None => bytes,
    }
}

/// Whether a line separates the messages of a mailbox: `From sender date` (RFC 4155).
fn is_separator(line: &[u8]) -> bool {
    line.starts_with(b"From ")
}

/// The messages of a mailbox; `None` if the file is none, or has one message.
pub(crate) fn mailbox(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let start = bytes.trim_ascii_start();
    if !is_separator(start) {
        return None;
    }
    let mut starts = Vec::new();
    let (mut at, mut after_blank) = (0, true);
    for line in start.split_inclusive(|&byte| byte == b'\n') {
        let next = start.get(at + line.len()..).unwrap_or_default();
        if after_blank && is_separator(line) && is_header(first_line(next)) {
            starts.push((at, at + line.len()));
        }
        after_blank = line.trim_ascii().is_empty();
        at += line.len();
    }
    let ends = starts.iter().skip(1).map(|(end, _)| *end);
    let ends: Vec<usize> = ends.chain([start.len()]).collect();
    let ranges = starts.iter().zip(ends);
    let messages = ranges.filter_map(|((_, from), to)| start.get(*from..to));
    let messages: Vec<&[u8]> = messages.collect();
    (messages.len() > 1).then_some(messages)
}

fn first_line(bytes: &[u8]) -> &[u8] {
    let line = bytes.split(|&byte| byte == b'\n').next();
    line.unwrap_or_default().trim_ascii_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &str = "Return-Path: <eva@example.se>\r\nFrom: Eva Ek <eva@example.se>\r\n\
        Subject: Plan\r\nDate: Mon, 7 May 2012 10:00:00 +0200\r\n\r\nHej\r\n";

    #[test]
    fn a_message_is_known_by_its_headers() {
        assert!(is_mail("plan", MAIL.as_bytes()));
        assert!(is_mail(
            "1.txt",
            format!("\n\nFrom eva Mon\n{MAIL}").as_bytes()
        ));
        assert!(is_mail(
            "1.emlx",
            format!("{}\n{MAIL}<?xml", MAIL.len()).as_bytes()
        ));
        assert!(is_mail("a.eml", "Ämne: x\nSubject: Plan\n\nHej".as_bytes()));
    }

    #[test]
    fn texts_and_saved_pages_are_no_messages() {
        let printed = "From: Eva\nTo: Bo\nSubject: Plan\n\nHej";
        assert!(!is_mail("a.txt", printed.as_bytes()));
        let report = "Rapport\nFrom: Eva\nSubject: x\nMIME-Version: 1.0\n\n";
        assert!(!is_mail("a.txt", report.as_bytes()));
        let page = "From: \"Sparad av Internet Explorer\"\nSubject: Sida\nDate: x\nMIME-Version: 1.0\n\
            Content-Type: multipart/related; boundary=a\n\n--a\n";
        assert!(!is_mail("a.mht", page.as_bytes()));
    }

    #[test]
    fn a_mailbox_has_several_messages() {
        let one = format!("From eva Mon May 7\n{MAIL}\nFrom oss alla\n");
        assert_eq!(mailbox(one.as_bytes()), None);
        let two = format!("{one}\nFrom bo Tue May 8\n{MAIL}");
        assert_eq!(mailbox(two.as_bytes()).unwrap().len(), 2);
    }
}
