//! Header fields: unfolded, with their encoded words (RFC 2047) and parameters (RFC 2231) decoded.

use encoding_rs::Encoding;

use super::transfer_encoding::{from_base64, from_quoted_printable};
use super::utf7;
use crate::encoding;

/// A field of the headers.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    /// Its name in lower case.
    pub name: String,
    /// Its name as written.
    pub written: String,
    /// Its bytes, unfolded.
    value: Vec<u8>,
}

/// The headers, unfolded (RFC 5322, section 2.2.3), and the body after the blank line.
pub(super) fn split(bytes: &[u8], max_bytes: usize) -> (Vec<Header>, &[u8]) {
    let mut headers: Vec<Header> = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() && bytes.len() - rest.len() < max_bytes {
        let end = rest.iter().position(|&byte| byte == b'\n');
        let (line, after) = rest.split_at(end.map_or(rest.len(), |end| end + 1));
        rest = after;
        let trimmed = line.trim_ascii_end();
        if trimmed.is_empty() {
            break;
        }
        match headers.last_mut() {
            Some(last) if line.starts_with(b" ") || line.starts_with(b"\t") => {
                last.value.push(b' ');
                last.value.extend(trimmed.trim_ascii_start());
            }
            _ => headers.extend(Header::parse(trimmed)),
        }
    }
    (headers, rest)
}

impl Header {
    /// A field in one line; `None` if the line is none.
    pub(super) fn parse(line: &[u8]) -> Option<Self> {
        let colon = line.iter().position(|&byte| byte == b':')?;
        let (name, value) = line.split_at(colon);
        let name = name.trim_ascii_end();
        // RFC 5322, section 3.6.8. Some programs put a space before the colon.
        let is_name = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
        let written = std::str::from_utf8(name).ok().filter(|_| is_name)?;
        Some(Self {
            name: written.to_ascii_lowercase(),
            written: written.to_owned(),
            value: value.get(1..)?.trim_ascii().to_vec(),
        })
    }

    /// Its text, with encoded words decoded.
    pub(crate) fn text(&self) -> String {
        decoded_words(&self.value)
    }

    /// The value of a parameter: `name=value`, `name="value"`, `name*=charset'language'value`, or parts
    /// `name*0`, `name*1`.
    pub(crate) fn parameter(&self, wanted: &str) -> Option<String> {
        let mut bytes: Vec<u8> = Vec::new();
        let mut charset = None;
        let mut is_found = false;
        for (key, value) in parameters(&self.value) {
            let Some(rest) = key.strip_prefix(wanted) else {
                continue;
            };
            match rest {
                "" if !is_found => {
                    let value = decoded_words(&value);
                    return Some(value);
                }
                _ if rest.starts_with('*') => {
                    let is_first = !is_found;
                    is_found = true;
                    let value = if rest.ends_with('*') {
                        percent_decoded(&value, is_first, &mut charset)
                    } else {
                        value
                    };
                    bytes.extend(value);
                }
                _ => {}
            }
        }
        is_found.then(|| decoded(&bytes, charset.as_deref()))
    }
}

/// The parameters after a header's value: names in lower case, and values without quotation marks.
fn parameters(header: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for piece in split_outside_quotes(header).into_iter().skip(1) {
        let Some(equals) = piece.iter().position(|&byte| byte == b'=') else {
            continue;
        };
        let (key, value) = piece.split_at(equals);
        let key = String::from_utf8_lossy(key.trim_ascii()).to_ascii_lowercase();
        found.push((key, unquoted(value.get(1..).unwrap_or_default())));
    }
    found
}

/// The pieces between semicolons that are in no quotation marks.
fn split_outside_quotes(header: &[u8]) -> Vec<&[u8]> {
    let mut is_quoted = false;
    let mut is_escaped = false;
    let pieces = header.split(|&byte| {
        let separates = byte == b';' && !is_quoted;
        if byte == b'"' && !is_escaped {
            is_quoted = !is_quoted;
        }
        is_escaped = byte == b'\\' && !is_escaped;
        separates
    });
    pieces.collect()
}

fn unquoted(value: &[u8]) -> Vec<u8> {
    let value = value.trim_ascii();
    let Some(quoted) = value.strip_prefix(b"\"") else {
        return value.to_vec();
    };
    let mut plain = Vec::new();
    let mut bytes = quoted.iter();
    while let Some(&byte) = bytes.next() {
        match byte {
            b'"' => break,
            // Old Windows programs wrote paths without escapes.
            b'\\' => match bytes.next() {
                Some(escaped @ (b'"' | b'\\')) => plain.push(*escaped),
                Some(other) => plain.extend([byte, *other]),
                None => {}
            },
            _ => plain.push(byte),
        }
    }
    plain
}

/// The bytes of `charset'language'value%20…`; only the first part of a value has the charset.
fn percent_decoded(value: &[u8], is_first: bool, charset: &mut Option<String>) -> Vec<u8> {
    let mut fields = value.splitn(3, |&byte| byte == b'\'');
    let value = match (fields.next(), fields.next(), fields.next()) {
        (Some(name), Some(_), Some(rest)) if is_first => {
            *charset = Some(String::from_utf8_lossy(name).into_owned());
            rest
        }
        _ => value,
    };
    // The same escapes with another sign.
    let escapes: Vec<u8> = value
        .iter()
        .flat_map(|&byte| match byte {
            b'=' => b"=3D".to_vec(),
            b'%' => b"=".to_vec(),
            other => vec![other],
        })
        .collect();
    from_quoted_printable(&escapes)
}

/// Text in this charset, or in the one that the bytes show.
pub(crate) fn decoded(bytes: &[u8], charset: Option<&str>) -> String {
    let label = charset.map(|name| name.split('*').next().unwrap_or_default());
    if label.is_some_and(utf7::is_utf7) {
        return utf7::decode(bytes);
    }
    let known = label.and_then(|name| Encoding::for_label(name.trim().as_bytes()));
    let text = known
        .and_then(|encoding| encoding.decode_without_bom_handling_and_without_replacement(bytes));
    match text {
        Some(text) => text.into_owned(),
        None => encoding::decode(bytes).text,
    }
}

/// An encoded word (RFC 2047): its charset and bytes.
struct EncodedWord {
    charset: String,
    bytes: Vec<u8>,
}

/// A header's text. White space between two encoded words is not part of it, and characters may be
/// divided between words.
fn decoded_words(value: &[u8]) -> String {
    let mut text = String::new();
    let mut pending: Option<EncodedWord> = None;
    let mut plain: Vec<u8> = Vec::new();
    let mut rest = value;
    while let Some(&byte) = rest.first() {
        if let Some((word, length)) = encoded_word(rest) {
            rest = rest.get(length..).unwrap_or_default();
            if !plain.trim_ascii().is_empty() || pending.is_none() {
                flush(&mut text, &mut pending);
                text += &decoded(&plain, None);
            }
            plain.clear();
            match &mut pending {
                Some(before) if before.charset.eq_ignore_ascii_case(&word.charset) => {
                    before.bytes.extend(word.bytes);
                }
                _ => {
                    flush(&mut text, &mut pending);
                    pending = Some(word);
                }
            }
        } else {
            plain.push(byte);
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    flush(&mut text, &mut pending);
    text += &decoded(&plain, None);
    text
}

fn flush(text: &mut String, pending: &mut Option<EncodedWord>) {
    if let Some(word) = pending.take() {
        *text += &decoded(&word.bytes, Some(&word.charset));
    }
}

/// The encoded word at the beginning of these bytes, and its length.
fn encoded_word(bytes: &[u8]) -> Option<(EncodedWord, usize)> {
    /// Longest word. The RFC allows 75 bytes, and programs write longer ones.
    const LONGEST: usize = 1000;
    let inner = bytes.strip_prefix(b"=?")?;
    let inner = inner.get(..inner.len().min(LONGEST))?;
    let mut fields = inner.splitn(3, |&byte| byte == b'?');
    let charset = std::str::from_utf8(fields.next()?).ok()?;
    let is_charset = !charset.is_empty() && charset.bytes().all(|byte| byte.is_ascii_graphic());
    let method = fields.next().filter(|_| is_charset)?;
    let rest = fields.next()?;
    let end = rest.windows(2).position(|window| window == b"?=")?;
    let content = rest.get(..end)?;
    let bytes = match method {
        b"B" | b"b" => from_base64(content),
        b"Q" | b"q" => {
            let spaced: Vec<u8> = content
                .iter()
                .map(|&byte| if byte == b'_' { b' ' } else { byte })
                .collect();
            from_quoted_printable(&spaced)
        }
        _ => return None,
    };
    let word = EncodedWord {
        charset: charset.to_owned(),
        bytes,
    };
    let length = 2 + charset.len() + 1 + method.len() + 1 + end + 2;
    Some((word, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_words_are_decoded() {
        for (value, text) in [
            (
                "Signe =?utf-8?Q?=C3=85kerlund?= <s@example.se>",
                "Signe Åkerlund <s@example.se>",
            ),
            ("=?iso-8859-1?B?QW5z9mthbg==?=", "Ansökan"),
            ("=?utf-8?Q?Ans=C3?= =?utf-8?Q?=B6kan?=", "Ansökan"),
            ("=?utf-8?Q?a?= =?iso-8859-1?Q?=E5?=", "aå"),
            ("=?utf-8?Q?a_b?= c =?utf-8?Q?d?=", "a b c d"),
            ("=?utf-8*sv?Q?=C3=A5r?=", "år"),
            ("=?okänd?Q?a?=", "=?okänd?Q?a?="),
            ("1 =? 2 ?=", "1 =? 2 ?="),
            ("=?utf-8?Q?", "=?utf-8?Q?"),
        ] {
            assert_eq!(decoded_words(value.as_bytes()), text);
        }
        assert_eq!(decoded_words(b"M\xf6te om budget"), "Möte om budget");
    }

    #[test]
    fn headers_are_unfolded_and_end_at_a_blank_line() {
        let (headers, body) = split(b"Subject: M\xc3\xb6te\r\n\tom budget\nX\n\r\nText", 1000);
        assert_eq!(headers.len(), 1);
        assert_eq!(headers[0].text(), "Möte om budget");
        assert_eq!(body, b"Text");
    }
}
