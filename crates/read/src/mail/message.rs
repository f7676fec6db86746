//! The parts of a message: what is displayed as its text, and what is attached.

use std::{borrow::Cow, mem};

use diarium_document::collapse_whitespace;

use super::detect;
use crate::Options;
use crate::mime::Part;

/// How deep parts may be nested. Mail programs nest four or five.
const MAX_DEPTH: usize = 24;

/// Characters of a subject in the name of a forwarded message, at most.
const MAX_SUBJECT: usize = 80;

/// A message: headers, texts and attachments.
#[derive(Debug, Default)]
pub(crate) struct Message<'b> {
    /// The headers that a mail program displays: their names as written, and their text.
    pub headers: Vec<(String, String)>,
    /// What it is about.
    pub subject: Option<String>,
    /// Its texts, in order.
    pub texts: Vec<Text>,
    /// Its attachments, in order.
    pub attachments: Vec<Attachment<'b>>,
    /// How many parts are neither: signatures for programs.
    pub skipped: usize,
    /// Whether parts were left out, because they are nested too deep or are too many.
    pub is_cut: bool,
    /// Whether the end of the message is missing.
    pub is_truncated: bool,
}

/// A text of a message.
#[derive(Debug)]
pub(crate) enum Text {
    /// Plain text, and its stated charset.
    Plain(Vec<u8>, Option<String>),
    /// HTML, with its charset.
    Html(Vec<u8>),
}

/// A file in a message.
#[derive(Debug)]
pub(crate) struct Attachment<'b> {
    /// Its name, made up from its type if the message has none.
    pub name: String,
    /// Its bytes, decoded when they are needed.
    pub content: Content<'b>,
}

/// The bytes of an attachment.
#[derive(Debug)]
pub(crate) enum Content<'b> {
    /// A part of a message as it was sent.
    Part(Part<'b>),
    /// Bytes that need no decoding.
    Bytes(Vec<u8>),
}

impl Attachment<'_> {
    /// Its bytes.
    pub(crate) fn bytes(&self) -> Cow<'_, [u8]> {
        match &self.content {
            Content::Part(part) => part.decoded(),
            Content::Bytes(bytes) => bytes.as_slice().into(),
        }
    }
}

/// The headers that a message displays, in this order.
const DISPLAYED: [&str; 7] = ["from", "sender", "to", "cc", "bcc", "date", "subject"];

impl<'b> Message<'b> {
    /// The message in these bytes.
    pub(crate) fn parse(bytes: &'b [u8], options: &Options) -> Self {
        let part = Part::parse(bytes);
        let mut message = Self {
            headers: displayed_headers(&part),
            ..Self::default()
        };
        message.subject = part.text("subject").map(|text| collapse_whitespace(&text));
        let mut walk = Walk {
            options,
            parts: 0,
            found: message,
        };
        walk.part(part, "text/plain", 0);
        walk.found
    }
}

/// The headers of a part that a mail program displays.
pub(super) fn displayed_headers(part: &Part<'_>) -> Vec<(String, String)> {
    let headers = DISPLAYED.iter().flat_map(|name| part.headers(name));
    let texts = headers.map(|header| {
        let text = collapse_whitespace(&header.text());
        (header.written.clone(), text)
    });
    texts.filter(|(_, text)| !text.is_empty()).collect()
}

/// Collects the texts and attachments of a message.
struct Walk<'b, 'o> {
    options: &'o Options,
    /// How many parts were examined.
    parts: usize,
    found: Message<'b>,
}

impl<'b> Walk<'b, '_> {
    fn part(&mut self, part: Part<'b>, default_type: &str, depth: usize) {
        self.parts += 1;
        self.options.heartbeat.step(self.parts);
        if depth > MAX_DEPTH || self.parts > self.options.container.members {
            self.found.is_cut = true;
            return;
        }
        if let Some(parts) = part.parts() {
            self.found.is_truncated |= !parts.is_closed;
            if !parts.parts.is_empty() {
                return self.parts(&part.media_type(), parts.parts, depth);
            }
        }
        let stated = part.header("content-type").map(|_| part.media_type());
        let media_type = stated.unwrap_or_else(|| default_type.to_owned());
        let is_body = depth == 0 || !part.is_attachment() && part.file_name().is_none();
        match media_type.as_str() {
            // Without any boundary, the parts are the text that a person would see.
            _ if media_type.starts_with("multipart/") => {
                let bytes = part.decoded().into_owned();
                self.found.texts.push(Text::Plain(bytes, None));
            }
            "text/html" | "application/xhtml+xml" if is_body => {
                self.found.texts.push(Text::Html(part.html()));
            }
            _ if is_body && is_plain(&media_type) => {
                let charset = part.parameter("charset");
                let bytes = part.decoded().into_owned();
                self.found.texts.push(Text::Plain(bytes, charset));
            }
            _ if is_signature(&media_type) => self.found.skipped += 1,
            _ => self.attach(part, &media_type),
        }
    }

    fn parts(&mut self, media_type: &str, parts: Vec<&'b [u8]>, depth: usize) {
        let default_type = match media_type {
            "multipart/digest" => "message/rfc822",
            _ => "text/plain",
        };
        let before = mem::take(&mut self.found.texts);
        let mut texts = Vec::new();
        for part in parts {
            self.part(Part::parse(part), default_type, depth + 1);
            texts.push(mem::take(&mut self.found.texts));
        }
        self.found.texts = before;
        if media_type == "multipart/alternative" {
            self.found.texts.extend(best_version(texts));
        } else {
            self.found.texts.extend(texts.into_iter().flatten());
        }
    }

    fn attach(&mut self, part: Part<'b>, media_type: &str) {
        let number = self.found.attachments.len() + 1;
        let name = part.file_name().unwrap_or_else(|| {
            if media_type.starts_with("message/") {
                forwarded_name(&part.decoded())
            } else {
                format!("attachment-{number}.{}", usual_extension(media_type))
            }
        });
        let name = match media_type {
            "message/rfc822" | "message/global" if !name.to_lowercase().ends_with(".eml") => {
                format!("{name}.eml")
            }
            _ => name,
        };
        let content = Content::Part(part);
        self.found.attachments.push(Attachment { name, content });
    }
}

/// The best of several versions of a text: the plain one, as the author wrote it, unless it is empty or
/// only says that there is another.
pub(super) fn best_version(versions: Vec<Vec<Text>>) -> Vec<Text> {
    /// A plain version may lack this share of the HTML: links, and the texts of pictures.
    const SHARE: usize = 4;
    let longest = versions.iter().map(|texts| visible_bytes(texts)).max();
    let mut rest: Vec<Vec<Text>> = Vec::new();
    for texts in versions {
        let is_plain = texts.iter().all(|text| matches!(text, Text::Plain(..)));
        let is_whole = visible_bytes(&texts) * SHARE >= longest.unwrap_or(0);
        if is_plain && is_whole && !texts.is_empty() {
            return texts;
        }
        rest.push(texts);
    }
    rest.into_iter()
        .max_by_key(|texts| visible_bytes(texts))
        .unwrap_or_default()
}

/// How many bytes of texts are neither white space nor in tags, about.
fn visible_bytes(texts: &[Text]) -> usize {
    let count = |bytes: &[u8]| {
        bytes
            .iter()
            .filter(|byte| !byte.is_ascii_whitespace())
            .count()
    };
    let lengths = texts.iter().map(|text| match text {
        Text::Plain(bytes, _) => count(bytes),
        Text::Html(bytes) => {
            let pieces = bytes.split(|&byte| byte == b'<');
            let texts = pieces.filter(|piece| !starts_hidden(piece)).map(|piece| {
                let end = piece.iter().position(|&byte| byte == b'>');
                end.map_or(0, |end| count(piece.get(end + 1..).unwrap_or_default()))
            });
            texts.sum()
        }
    });
    lengths.sum()
}

/// Whether a piece of HTML begins an element whose text is not displayed.
fn starts_hidden(piece: &[u8]) -> bool {
    let name: Vec<u8> = piece.iter().take(6).map(u8::to_ascii_lowercase).collect();
    let hidden: [&[u8]; 4] = [b"style", b"script", b"title", b"!"];
    hidden.iter().any(|hidden| name.starts_with(hidden))
}

/// Types that are displayed as they are.
fn is_plain(media_type: &str) -> bool {
    matches!(
        media_type,
        "text/plain" | "text/enriched" | "text/rfc822-headers" | "message/delivery-status" | "text"
    )
}

/// Types of signatures, which only programs read.
fn is_signature(media_type: &str) -> bool {
    matches!(
        media_type,
        "application/pgp-signature"
            | "application/pkcs7-signature"
            | "application/x-pkcs7-signature"
    )
}

/// A name for a forwarded message: its subject.
fn forwarded_name(bytes: &[u8]) -> String {
    let subject = Part::parse(detect::message_bytes(bytes)).text("subject");
    name_of_message(subject.as_deref())
}

/// The name of a message with this subject, as a file.
pub(crate) fn name_of_message(subject: Option<&str>) -> String {
    let subject = collapse_whitespace(subject.unwrap_or_default());
    let name = subject.replace(['/', '\\', ':', '*', '?', '"', '<', '>', '|'], "_");
    let name: String = name.chars().take(MAX_SUBJECT).collect();
    let name = name.trim_matches(['.', ' ']);
    format!("{}.eml", if name.is_empty() { "message" } else { name })
}

/// The usual extension of files of a type.
fn usual_extension(media_type: &str) -> &str {
    match media_type {
        "application/pdf" => "pdf",
        "text/plain" => "txt",
        "text/html" => "html",
        "text/calendar" => "ics",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        "image/tiff" => "tif",
        "application/zip" => "zip",
        "application/rtf" | "text/rtf" => "rtf",
        _ => "bin",
    }
}
