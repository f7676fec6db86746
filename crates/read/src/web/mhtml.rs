//! Where is the page in a web archive?
//!
//! Browsers save a page and its pictures as one MIME message (`.mhtml`, `.mht`). Its first part of
//! type `text/html` is the page; the others are frames, styles and images, which hold no text.

/// The page's own bytes, if these are a web archive.
pub fn html_part(bytes: &[u8]) -> Option<Vec<u8>> {
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
    let message = Part::of(bytes);
    if message.is_html() {
        return Some(message.decoded());
    }
    let boundary = message.boundary()?;
    parts(message.body, &boundary)
        .map(Part::of)
        .find(Part::is_html)
        .map(|part| part.decoded())
}

/// Headers and what follows them.
struct Part<'b> {
    content_type: String,
    encoding: String,
    body: &'b [u8],
}

impl<'b> Part<'b> {
    fn of(bytes: &'b [u8]) -> Self {
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
        let kind = self.content_type.to_ascii_lowercase();
        kind.starts_with("text/html") || kind.starts_with("application/xhtml")
    }

    fn boundary(&self) -> Option<Vec<u8>> {
        let value = parameter(&self.content_type, "boundary")?;
        Some([b"--", value.as_bytes()].concat())
    }

    /// The body as it was before it was made fit for mail. What the headers say of its characters
    /// is said again in it, as a page of its own would.
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

/// `name="value"` or `name=value` in a header.
fn parameter(header: &str, name: &str) -> Option<String> {
    header.split(';').skip(1).find_map(|parameter| {
        let (key, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches('"');
        key.trim()
            .eq_ignore_ascii_case(name)
            .then(|| value.to_owned())
    })
}

/// The header lines, those that were folded made whole, and what stands after the blank line.
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

fn parts<'b>(body: &'b [u8], boundary: &[u8]) -> impl Iterator<Item = &'b [u8]> {
    let mut marks = Vec::new();
    let mut start = 0;
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        if line.starts_with(boundary) {
            marks.push((start, start + line.len()));
        }
        start += line.len();
    }
    marks.push((body.len(), body.len()));
    let pairs: Vec<_> = marks.windows(2).map(|pair| pair[0].1..pair[1].0).collect();
    pairs.into_iter().map(|range| &body[range])
}

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
            && let (Some(high), Some(low)) = (hexadecimal(*high), hexadecimal(*low))
        {
            decoded.push(high * 16 + low);
            rest = after;
        } else {
            decoded.push(byte);
        }
    }
    decoded
}

fn hexadecimal(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

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
    fn the_page_is_taken_out_of_the_archive() {
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
    fn the_headers_charset_is_kept() {
        let archive = b"MIME-Version: 1.0\nContent-Type: text/html; charset=macintosh\n\n<p>\x85n";
        let page = html_part(archive).unwrap();
        assert_eq!(page, b"<meta charset=\"macintosh\"><p>\x85n");
    }

    #[test]
    fn other_files_are_no_archives() {
        for text in ["", "<p>MIME-Version: 1.0", "Om MIME-Version: 1.0\n\ntext"] {
            assert_eq!(html_part(text.as_bytes()), None);
        }
    }
}
