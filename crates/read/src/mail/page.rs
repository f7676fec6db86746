//! One page of a message: its headers as labelled lines, then its text.

use diarium_document::{
    Carrier, Failure, FailureCode, Line, Page, RawDocument, Warning, WarningCode,
};
use encoding_rs::{Encoding, ISO_2022_JP};

use super::message::{Message, Text};
use crate::encoding::Decoded;
use crate::mime::utf7;
use crate::{Options, encoding, format, web};

/// The document that a message is.
///
/// # Errors
/// If it has no text at all, or too much.
pub(super) fn document(
    message: &Message<'_>,
    media_type: &'static str,
    options: &Options,
) -> Result<RawDocument, Failure> {
    let mut writer = Writer::default();
    writer.headers(&message.headers);
    for text in &message.texts {
        match text {
            Text::Plain(bytes, charset) => writer.plain(bytes, charset.as_deref())?,
            Text::Html(bytes) => writer.html(bytes, options)?,
        }
        options.heartbeat.beat();
    }
    if writer.lines.is_empty() {
        let message = "the message has neither headers nor text";
        return Err(Failure::new(FailureCode::Empty, message));
    }
    writer.warnings.extend(damage(message));
    let mut page = Page::from_text(1, writer.text);
    page.lines = writer.lines;
    Ok(RawDocument {
        carrier: Carrier::Mail,
        media_type,
        encoding: writer.encoding,
        stated_title: message
            .subject
            .clone()
            .filter(|subject| !subject.is_empty()),
        pages: vec![page],
        related: Vec::new(),
        warnings: writer.warnings,
    })
}

/// The warnings about a message that is not whole.
fn damage(message: &Message<'_>) -> Vec<Warning> {
    let cut = "the message has more parts, or deeper ones, than diarium reads; some were left out";
    let truncated =
        "the end of the message is missing; its text, or its last attachment, may be cut";
    let problems = [(message.is_cut, cut), (message.is_truncated, truncated)];
    let found = problems.into_iter().filter(|(is_there, _)| *is_there);
    found
        .map(|(_, problem)| Warning::new(WarningCode::DamagedFile, problem))
        .collect()
}

/// The text of the page, and its lines.
#[derive(Default)]
struct Writer {
    text: String,
    lines: Vec<Line>,
    encoding: Option<&'static str>,
    warnings: Vec<Warning>,
}

impl Writer {
    fn headers(&mut self, headers: &[(String, String)]) {
        let mut text = String::new();
        for (name, value) in headers {
            text += &format!("{name}: {value}\n");
        }
        let decoded = encoding::decode(text.as_bytes());
        self.append(Page::from_text(1, decoded.text));
    }

    fn plain(&mut self, bytes: &[u8], charset: Option<&str>) -> Result<(), Failure> {
        let decoded = decode(bytes, charset);
        format::check_text(&decoded.text)?;
        self.take_encoding(&decoded);
        // A message has no pages, whatever its author's program wrote between its parts.
        self.append(Page::from_text(1, decoded.text.replace('\u{c}', "\n")));
        Ok(())
    }

    fn html(&mut self, bytes: &[u8], options: &Options) -> Result<(), Failure> {
        let decoded = encoding::decode(bytes);
        format::check_text(&decoded.text)?;
        self.take_encoding(&decoded);
        let document = web::read(decoded, &options.heartbeat);
        self.warnings
            .extend(document.warnings.into_iter().filter(|warning| {
                // Reported with the encoding.
                warning.code != WarningCode::EncodingRepaired
            }));
        for page in document.pages {
            self.append(page);
        }
        Ok(())
    }

    /// The first text's encoding is the message's.
    fn take_encoding(&mut self, decoded: &Decoded) {
        self.warnings.extend(decoded.warnings());
        self.encoding.get_or_insert(decoded.encoding);
    }

    /// Appends a page after a blank line.
    fn append(&mut self, page: Page) {
        if page.lines.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            let breaks = if self.text.ends_with('\n') {
                "\n"
            } else {
                "\n\n"
            };
            self.text += breaks;
        }
        let start = self.text.len();
        self.text += &page.text;
        for (index, mut line) in page.lines.into_iter().enumerate() {
            line.bytes = line.bytes.start + start..line.bytes.end + start;
            line.gap_before |= index == 0 && start > 0;
            self.lines.push(line);
        }
    }
}

/// Decodes a text whose charset is stated, which is often wrong.
fn decode(bytes: &[u8], charset: Option<&str>) -> Decoded {
    if charset.is_some_and(utf7::is_utf7) {
        return Decoded {
            encoding: "utf-7",
            ..encoding::decode(utf7::decode(bytes).as_bytes())
        };
    }
    let stated = charset.and_then(|name| Encoding::for_label(name.trim().as_bytes()));
    // Valid UTF-8 is no accident, except that of an encoding that consists of ASCII.
    let is_utf8 = std::str::from_utf8(bytes).is_ok() && stated != Some(ISO_2022_JP);
    let text = stated.filter(|_| !is_utf8).and_then(|encoding| {
        let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
        Some((encoding, text))
    });
    match text {
        Some((encoding, text)) => Decoded {
            encoding: encoding::lower_case_name(encoding),
            ..encoding::decode(text.as_bytes())
        },
        None => encoding::decode(bytes),
    }
}
