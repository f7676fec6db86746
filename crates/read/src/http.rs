//! HTTP responses (RFC 9112): programs that save web pages may keep the headers of the transport.
//!
//! The headers are no text of the page. They say how the body is packed, and in which charset it is.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use crate::mime::Part;

/// Responses in a row, at most: each but the last redirected to the next.
const MAX_REDIRECTS: usize = 20;

/// Bytes that a body may unpack to for each packed byte, and in any case.
const RATIO: usize = 250;
/// As [`RATIO`].
const RATIO_FREE: usize = 64 << 20;

/// A response that was saved with its headers.
#[derive(Debug)]
pub(crate) struct Response<'b> {
    /// The status, such as 200.
    pub status: u16,
    part: Part<'b>,
}

impl<'b> Response<'b> {
    /// The response in these bytes, the last if some redirected to it; `None` if they are none.
    pub(crate) fn parse(bytes: &'b [u8]) -> Option<Self> {
        let mut response = Self::first(bytes)?;
        for _ in 0..MAX_REDIRECTS {
            match Self::first(response.part.body()) {
                Some(next) => response = next,
                None => break,
            }
        }
        Some(response)
    }

    fn first(bytes: &'b [u8]) -> Option<Self> {
        let end = bytes.iter().take(200).position(|&byte| byte == b'\n')?;
        let (line, rest) = bytes.split_at_checked(end + 1)?;
        let line = std::str::from_utf8(line).ok()?;
        let mut words = line.strip_prefix("HTTP/")?.split_whitespace();
        let version = words.next()?;
        if !version.starts_with(['0', '1', '2', '3']) {
            return None;
        }
        let status = words.next()?.parse().ok()?;
        let part = Part::parse(rest);
        // A text about HTTP goes on with words.
        let has_headers = part.header_names().any(|name| KNOWN.contains(&name));
        has_headers.then_some(Self { status, part })
    }

    /// The media type of the body, in lower case; empty if it is not stated.
    pub(crate) fn media_type(&self) -> String {
        let is_stated = self.part.header("content-type").is_some();
        if is_stated {
            self.part.media_type()
        } else {
            String::new()
        }
    }

    /// The body as its author wrote it, as far as it can be unpacked.
    pub(crate) fn body(&self) -> Cow<'b, [u8]> {
        let body = self.part.body();
        let is_chunked = self.states("transfer-encoding", "chunked");
        // Some programs save the unpacked body with the original headers.
        let body: Cow<'b, [u8]> = match is_chunked.then(|| without_chunks(body)).flatten() {
            Some(joined) => joined.into(),
            None => body.into(),
        };
        let limit = body.len().saturating_mul(RATIO).max(RATIO_FREE);
        let unpacked = if body.starts_with(b"\x1f\x8b") && self.states("content-encoding", "gzip") {
            inflate(MultiGzDecoder::new(&*body), limit)
        } else if self.states("content-encoding", "deflate") {
            inflate(ZlibDecoder::new(&*body), limit)
                .or_else(|| inflate(DeflateDecoder::new(&*body), limit))
        } else {
            None
        };
        unpacked.map_or(body, Cow::Owned)
    }

    /// The body, after a declaration of the charset that the headers state.
    pub(crate) fn page(&self) -> Cow<'b, [u8]> {
        let body = self.body();
        match self
            .part
            .parameter("charset")
            .filter(|_| self.media_type() == "text/html")
        {
            Some(charset) => crate::mime::with_charset(&charset, &body).into(),
            None => body,
        }
    }

    fn states(&self, header: &str, word: &str) -> bool {
        let text = self.part.text(header).unwrap_or_default();
        text.to_ascii_lowercase().contains(word)
    }
}

/// Headers of responses, one of which every response has.
const KNOWN: [&str; 7] = [
    "content-type",
    "content-length",
    "content-encoding",
    "transfer-encoding",
    "date",
    "server",
    "location",
];

/// The body without the lengths of its chunks; `None` if it has none.
fn without_chunks(body: &[u8]) -> Option<Vec<u8>> {
    let mut joined = Vec::with_capacity(body.len());
    let mut rest = body;
    loop {
        let end = rest.iter().take(100).position(|&byte| byte == b'\n');
        let Some((line, after)) = end.and_then(|end| rest.split_at_checked(end + 1)) else {
            // The end is missing; what was there is read.
            return (!joined.is_empty()).then_some(joined);
        };
        let digits = line.split(|&byte| byte == b';').next().unwrap_or_default();
        let digits = std::str::from_utf8(digits).ok()?.trim();
        let length = usize::from_str_radix(digits, 16).ok()?;
        if length == 0 {
            return Some(joined);
        }
        joined.extend(after.get(..length).unwrap_or(after));
        let after = after.get(length..).unwrap_or_default();
        let after = after.strip_prefix(b"\r").unwrap_or(after);
        rest = after.strip_prefix(b"\n").unwrap_or(after);
    }
}

/// The unpacked bytes, up to the limit or to damage; `None` if there are none.
fn inflate(reader: impl Read, limit: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(limit).unwrap_or(u64::MAX);
    // What precedes the damage is read.
    let _ = reader.take(limit).read_to_end(&mut bytes);
    (!bytes.is_empty()).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn body(response: &[u8]) -> Vec<u8> {
        Response::parse(response).unwrap().body().into_owned()
    }

    #[test]
    fn the_body_is_unpacked() {
        assert_eq!(body(b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\nHej"), b"Hej");
        let chunked =
            b"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3;x=1\r\nHej\r\n1\r\n!\r\n0\r\n\r\n";
        assert_eq!(body(chunked), b"Hej!");
        let saved = b"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\nHej alla";
        assert_eq!(body(saved), b"Hej alla");
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(b"Hej").unwrap();
        let packed = gzip.finish().unwrap();
        let head = b"HTTP/2 200 \r\ncontent-encoding: gzip\r\n\r\n";
        assert_eq!(body(&[&head[..], &packed].concat()), b"Hej");
        let redirected = b"HTTP/1.1 301 Moved\nLocation: /a\n\nHTTP/1.1 200 OK\nDate: x\n\nHej";
        assert_eq!(body(redirected), b"Hej");
    }

    #[test]
    fn a_text_about_http_is_no_response() {
        for text in [
            "HTTP/1.1 200 OK",
            "HTTP/1.1 200 OK\n\nbetyder",
            "HTTP/1.1 är gammalt\n",
        ] {
            assert!(Response::parse(text.as_bytes()).is_none(), "{text}");
        }
    }
}
