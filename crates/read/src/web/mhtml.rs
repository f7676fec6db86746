//! Web archive (MHTML): find and decode the page in it.
//!
//! Browsers save a page and its images as one MIME message (`.mhtml`, `.mht`; RFC 2557). Its first part
//! of type `text/html` is the page. The other parts, which are frames, style sheets and images, are not
//! read. Damaged archives are read as far as possible; decoding never fails.

/// The bytes of the page, if these are a web archive. A `<meta>` with the part's charset precedes them.
pub fn html_part(bytes: &[u8]) -> Option<Vec<u8>> {
    // Every MIME message has this header (RFC 2045, section 4). 4 KiB are more than browsers write before
    // it, and few enough to leave texts about MIME alone.
    let head = &bytes[..bytes.len().min(4096)];
    let starts_as_message = head.first().is_some_and(u8::is_ascii_alphabetic);
    if !starts_as_message
        || !head
            .to_ascii_lowercase()
            .windows(13)
            .any(|w| w == b"mime-version:")
    {
        return None;
    }
    let message = Part::parse(bytes);
    if message.is_html() {
        return Some(message.decoded());
    }
    let boundary = message.boundary()?;
    parts(message.body, &boundary)
        .map(Part::parse)
        .find(Part::is_html)
        .map(|part| part.decoded())
}

/// A MIME part: headers and body.
struct Part<'b> {
    content_type: String,
    encoding: String,
    body: &'b [u8],
}

impl<'b> Part<'b> {
    fn parse(bytes: &'b [u8]) -> Self {
        let (headers, body) = split_headers(bytes);
        let header = |name: &str| {
            let found = headers.iter().find(|line| {
                line.get(..name.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(name))
            });
            found
                .map(|line| line[name.len()..].trim().to_owned())
                .unwrap_or_default()
        };
        Self {
            content_type: header("content-type:"),
            encoding: header("content-transfer-encoding:").to_ascii_lowercase(),
            body,
        }
    }

    fn is_html(&self) -> bool {
        let media_type = self.content_type.to_ascii_lowercase();
        media_type.starts_with("text/html") || media_type.starts_with("application/xhtml")
    }

    /// The delimiter of the parts in this one.
    fn boundary(&self) -> Option<Vec<u8>> {
        let value = parameter(&self.content_type, "boundary")?;
        Some([b"--", value.as_bytes()].concat())
    }

    /// The body without its transfer encoding, after a `<meta>` element with the charset of the
    /// headers, which precedes any other declaration in the page.
    fn decoded(&self) -> Vec<u8> {
        let bytes = match self.encoding.as_str() {
            "quoted-printable" => from_quoted_printable(self.body),
            "base64" => from_base64(self.body),
            _ => self.body.to_vec(),
        };
        match parameter(&self.content_type, "charset") {
            Some(name) if name.bytes().all(|b| b.is_ascii_graphic() && b != b'"') => {
                [format!("<meta charset=\"{name}\">").as_bytes(), &bytes].concat()
            }
            _ => bytes,
        }
    }
}

/// The value of a parameter of a header: `name="value"` or `name=value`.
fn parameter(header: &str, name: &str) -> Option<String> {
    header.split(';').skip(1).find_map(|parameter| {
        let (key, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches('"');
        key.trim()
            .eq_ignore_ascii_case(name)
            .then(|| value.to_owned())
    })
}

/// The headers, unfolded (RFC 5322, section 2.2.3), and the body after the blank line.
fn split_headers(bytes: &[u8]) -> (Vec<String>, &[u8]) {
    let mut headers: Vec<String> = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let end = rest
            .iter()
            .position(|&byte| byte == b'\n')
            .unwrap_or(rest.len());
        let line = String::from_utf8_lossy(&rest[..end]);
        rest = rest.get(end + 1..).unwrap_or_default();
        let folded = line.starts_with([' ', '\t']);
        match headers.last_mut() {
            _ if line.trim().is_empty() => break,
            Some(last) if folded => last.push_str(line.trim_end()),
            _ => headers.push(line.trim_end().to_owned()),
        }
    }
    (headers, rest)
}

/// The parts between the boundaries of a multipart body; the last may lack its end.
fn parts<'b>(body: &'b [u8], boundary: &[u8]) -> impl Iterator<Item = &'b [u8]> {
    let mut boundaries = Vec::new();
    let mut start = 0;
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        if line.starts_with(boundary) {
            boundaries.push((start, start + line.len()));
        }
        start += line.len();
    }
    boundaries.push((body.len(), body.len()));
    let pairs: Vec<_> = boundaries
        .windows(2)
        .map(|pair| pair[0].1..pair[1].0)
        .collect();
    pairs.into_iter().map(|range| &body[range])
}

/// Decodes quoted-printable (RFC 2045, section 6.7). A `=` that begins no escape is kept.
fn from_quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'=' {
            decoded.push(byte);
        } else if let Some(after) = after.strip_prefix(b"\r\n").or(after.strip_prefix(b"\n")) {
            rest = after;
        } else if let [high, low, after @ ..] = after
            && let (Some(high), Some(low)) = (hex_digit(*high), hex_digit(*low))
        {
            decoded.push(high * 16 + low);
            rest = after;
        } else {
            decoded.push(byte);
        }
    }
    decoded
}

fn hex_digit(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

/// Decodes base64 (RFC 2045, section 6.8), ignoring every character outside its alphabet.
// Not by `data-encoding`: it can ignore ASCII characters only, and it rejects an end with one character
// left over. Damaged archives have bytes outside ASCII, and archives cut off in a download such an end.
fn from_base64(bytes: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(bytes.len() / 4 * 3);
    let (mut buffer, mut bits) = (0_u32, 0);
    for &byte in bytes {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        buffer = (buffer << 6 | u32::from(value)) & 0xffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            decoded.push((buffer >> bits).to_be_bytes()[3]);
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(encoding: &str, body: &str) -> String {
        format!(
            "From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\
             \ttype=\"text/html\";\r\n\tboundary=\"--ab\"\r\n\r\n\r\n----ab\r\n\
             Content-Type: image/png\r\n\r\nx\r\n----ab\r\nContent-Type: text/html\r\n\
             Content-Transfer-Encoding: {encoding}\r\n\r\n{body}\r\n----ab--\r\n"
        )
    }

    #[test]
    fn the_page_is_extracted_and_decoded() {
        let cases = [
            ("quoted-printable", "<p>=C3=96=\r\nn", "<p>Ön\r\n"),
            ("base64", "PHA+\r\nw5Zu", "<p>Ön"),
            ("8bit", "<p>Ön", "<p>Ön\r\n"),
        ];
        for (encoding, body, page) in cases {
            let found = html_part(archive(encoding, body).as_bytes()).unwrap();
            assert_eq!(String::from_utf8(found).unwrap(), page, "{encoding}");
        }
    }

    #[test]
    fn the_charset_of_the_headers_precedes_the_page() {
        let archive = b"MIME-Version: 1.0\nContent-Type: text/html; charset=macintosh\n\n<p>\x85n";
        let page = html_part(archive).unwrap();
        assert_eq!(page, b"<meta charset=\"macintosh\"><p>\x85n");
    }

    #[test]
    fn other_files_are_not_archives() {
        for text in ["", "<p>MIME-Version: 1.0", "Om MIME-Version: 1.0\n\ntext"] {
            assert_eq!(html_part(text.as_bytes()), None);
        }
    }
}
