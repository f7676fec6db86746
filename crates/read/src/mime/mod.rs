//! MIME messages (RFC 5322, RFC 2045): headers, parts, and what is packed in them.
//!
//! E-mails and web archives (MHTML) are such messages. `header` decodes the fields, `transfer_encoding` the
//! bodies. Damaged messages are read as far as possible; decoding never fails, and nothing is recursive.
//!
//! Not by a crate: those that exist decode texts without a stated encoding as UTF-8 and lose the letters of
//! old Swedish mail, and build a tree of nested messages, whose depth the sender decides.

pub(crate) mod header;
mod transfer_encoding;
pub(crate) mod utf7;

use std::borrow::Cow;

use header::Header;

pub(crate) use transfer_encoding::from_base64;

/// Bytes of the headers of a part, at most. Programs write some thousands.
// Longer ones are not read as headers, because each field is copied.
const MAX_HEADERS: usize = 1 << 20;

/// A message or one part of it: headers and a body.
#[derive(Debug, Clone)]
pub(crate) struct Part<'b> {
    headers: Vec<Header>,
    body: &'b [u8],
}

impl<'b> Part<'b> {
    /// Splits the bytes at the first blank line.
    pub(crate) fn parse(bytes: &'b [u8]) -> Self {
        let (headers, body) = header::split(bytes, MAX_HEADERS);
        Self { headers, body }
    }

    /// The first header with this name, which is in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&Header> {
        self.headers.iter().find(|header| header.name == name)
    }

    /// All headers with this name, which is in lower case.
    pub(crate) fn headers(&self, name: &str) -> impl Iterator<Item = &Header> {
        self.headers
            .iter()
            .filter(move |header| header.name == name)
    }

    /// The names of all headers, in lower case.
    pub(crate) fn header_names(&self) -> impl Iterator<Item = &str> {
        self.headers.iter().map(|header| header.name.as_str())
    }

    /// The decoded text of the first header with this name.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.header(name).map(Header::text)
    }

    /// The media type in lower case; `text/plain` unless the part states another (RFC 2045, section 5.2).
    pub(crate) fn media_type(&self) -> String {
        let stated = self.text("content-type").unwrap_or_default();
        let media_type = stated.split(';').next().unwrap_or_default();
        let media_type = media_type.trim().to_ascii_lowercase();
        if media_type.contains('/') {
            media_type
        } else {
            "text/plain".to_owned()
        }
    }

    /// A parameter of the header `Content-Type`.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        self.header("content-type")?.parameter(name)
    }

    /// The name of the file that the part holds.
    pub(crate) fn file_name(&self) -> Option<String> {
        let disposition = self.header("content-disposition");
        let stated = disposition.and_then(|header| header.parameter("filename"));
        stated
            .or_else(|| self.parameter("name"))
            .filter(|name| !name.trim().is_empty())
    }

    /// Whether the part is to be kept as a file, not displayed with the text.
    pub(crate) fn is_attachment(&self) -> bool {
        let disposition = self.text("content-disposition").unwrap_or_default();
        let kind = disposition.split(';').next().unwrap_or_default();
        kind.trim().eq_ignore_ascii_case("attachment")
    }

    /// The body without its transfer encoding.
    pub(crate) fn decoded(&self) -> Cow<'b, [u8]> {
        let encoding = self.text("content-transfer-encoding").unwrap_or_default();
        match encoding.trim().to_ascii_lowercase().as_str() {
            "quoted-printable" => transfer_encoding::from_quoted_printable(self.body).into(),
            "base64" => transfer_encoding::from_base64(self.body).into(),
            _ => self.body.into(),
        }
    }

    /// The body as it is.
    pub(crate) fn body(&self) -> &'b [u8] {
        self.body
    }

    /// The decoded body of a web page, after a declaration of the charset that the headers state.
    pub(crate) fn html(&self) -> Vec<u8> {
        let bytes = self.decoded();
        match self.parameter("charset") {
            Some(charset) => with_charset(&charset, &bytes),
            None => bytes.into_owned(),
        }
    }

    /// The parts in this one; `None` if it is not of several parts.
    pub(crate) fn parts(&self) -> Option<Parts<'b>> {
        if !self.media_type().starts_with("multipart/") {
            return None;
        }
        let boundary = self.parameter("boundary").filter(|text| !text.is_empty())?;
        Some(split_parts(self.body, boundary.as_bytes()))
    }
}

/// A web page after a declaration of its charset, which precedes any other declaration in it.
pub(crate) fn with_charset(charset: &str, html: &[u8]) -> Vec<u8> {
    if charset.is_empty() || !charset.bytes().all(|b| b.is_ascii_graphic() && b != b'"') {
        return html.to_vec();
    }
    [format!("<meta charset=\"{charset}\">").as_bytes(), html].concat()
}

/// The parts of a message.
#[derive(Debug, Default)]
pub(crate) struct Parts<'b> {
    pub parts: Vec<&'b [u8]>,
    /// The last part has its end; without it, the message may be cut.
    pub is_closed: bool,
}

/// The parts between the boundaries of a body; the last may lack its end.
fn split_parts<'b>(body: &'b [u8], boundary: &[u8]) -> Parts<'b> {
    let mut found = Parts::default();
    let mut start = None;
    let mut at = 0;
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        let end = at;
        at += line.len();
        let Some(is_last) = boundary_line(line, boundary) else {
            continue;
        };
        if let Some(start) = start {
            let part = body.get(start..end).unwrap_or_default();
            found.parts.push(without_line_end(part));
        }
        start = Some(at);
        if is_last {
            found.is_closed = true;
            return found;
        }
    }
    if let Some(start) = start.filter(|start| *start < body.len()) {
        found.parts.push(body.get(start..).unwrap_or_default());
    }
    found
}

/// The part without its last line end, which belongs to the boundary (RFC 2046, section 5.1.1).
fn without_line_end(part: &[u8]) -> &[u8] {
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    part.strip_suffix(b"\r").unwrap_or(part)
}

/// Whether a line is the boundary, and then whether it is the last one.
fn boundary_line(line: &[u8], boundary: &[u8]) -> Option<bool> {
    let rest = line.strip_prefix(b"--")?.strip_prefix(boundary)?;
    match rest.trim_ascii() {
        b"" => Some(false),
        b"--" => Some(true),
        // A longer boundary, of a part in this one.
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_end_at_their_own_boundary() {
        let message =
            b"Content-Type: multipart/mixed; boundary=a\n\npreamble\n--a\n\nfirst\n--ab\n\
            inner\n--a \r\n\nsecond\n--a--\nepilogue\n--a\nno part";
        let parts = Part::parse(message).parts().unwrap();
        assert!(parts.is_closed);
        assert_eq!(parts.parts, [&b"\nfirst\n--ab\ninner"[..], b"\nsecond"]);
        assert!(
            Part::parse(b"Content-Type: text/plain\n\n--a")
                .parts()
                .is_none()
        );
    }

    #[test]
    fn names_of_files_are_decoded() {
        for (header, name) in [
            ("attachment; filename=\"plan.pdf\"", "plan.pdf"),
            (
                "attachment; filename=\"=?iso-8859-1?Q?budget_f=F6r_=E5ret.pdf?=\"",
                "budget för året.pdf",
            ),
            (
                "attachment; filename*=utf-8''bilaga%20%C3%A5.pdf",
                "bilaga å.pdf",
            ),
            (
                "attachment; filename*0*=iso-8859-1''b%E5; filename*1=t.pdf",
                "båt.pdf",
            ),
            (
                "attachment; filename=\"a; \\\"b\\\".pdf\"; size=3",
                "a; \"b\".pdf",
            ),
            ("ATTACHMENT;\r\n\tFileName=plan.pdf", "plan.pdf"),
        ] {
            let part = format!("Content-Disposition: {header}\r\n\r\n");
            let part = Part::parse(part.as_bytes());
            assert_eq!(part.file_name().as_deref(), Some(name), "{header}");
            assert!(part.is_attachment());
        }
    }
}
