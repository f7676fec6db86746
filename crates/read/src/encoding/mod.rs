//! Which characters did the file's bytes mean?
//!
//! Old Swedish files come in every encoding that a Swedish computer ever wrote. What the bytes
//! prove is believed first (a byte order mark, UTF-8 that is valid, the zero bytes of UTF-16), what
//! the file says of itself second (an HTML `charset`), and the spelling of Swedish last.
//! `mojibake` puts right what an earlier program encoded twice; telling text from other files is
//! `sniff`'s work.

mod controls;
mod mojibake;
mod single_byte;

use std::sync::LazyLock;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use regex::bytes::Regex;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use diarium_document::{Warning, WarningCode};

/// A file's text, ready to be cut into pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// NFC, lines ended by `\n`, no byte order mark, no control characters but tab, line feed and
    /// form feed.
    pub text: String,
    /// WHATWG name of the encoding in lower case; `ibm850`, which WHATWG does not know, is the DOS
    /// code page.
    pub encoding: &'static str,
    /// What was damaged and what was done about it, for people.
    pub repaired: Option<String>,
}

impl Decoded {
    /// The warnings that a reader of this text passes on.
    pub fn warnings(&self) -> Vec<Warning> {
        self.repaired
            .iter()
            .map(|reason| Warning::new(WarningCode::EncodingRepaired, reason.clone()))
            .collect()
    }
}

/// Bytes turned into characters, before anything else is done to them.
struct Reading {
    text: String,
    encoding: &'static str,
    /// Single bytes of another encoding, recognised inside UTF-8.
    strays: usize,
}

/// Decodes a text file. Never fails: what means nothing becomes U+FFFD and is told in `repaired`.
pub fn decode(bytes: &[u8]) -> Decoded {
    let (bytes, padding) = controls::unpadded(bytes);
    let reading = read_characters(bytes);
    let (plain, mut removed) = controls::without_controls(&reading.text);
    removed.nuls += padding;
    let (mut text, restored) = mojibake::repair(plain.into_owned());
    if reading.encoding == "windows-1252" {
        // The five bytes that Windows-1252 leaves undefined come out as C1 controls.
        text = text.replace(|c| matches!(c, '\u{80}'..='\u{9f}'), "\u{fffd}");
    }
    let lost = text.matches('\u{fffd}').count();
    Decoded {
        text: normalize(&text),
        encoding: reading.encoding,
        repaired: repair_message(restored, reading.strays, lost, removed),
    }
}

fn read_characters(bytes: &[u8]) -> Reading {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        if encoding == UTF_8 {
            return read_utf8(&bytes[mark..]);
        }
        return read_with(encoding, &bytes[mark..]);
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return read_with(encoding, bytes);
    }
    if looks_like_utf8(bytes) {
        return read_utf8(bytes);
    }
    match declared_encoding(bytes) {
        // An encoding that a file claims and its bytes contradict is not believed.
        Some(encoding) if encoding.is_ascii_compatible() && encoding != UTF_8 => {
            read_with(encoding, bytes)
        }
        _ => read_undeclared(bytes),
    }
}

/// Whether a file is UTF-16, with a mark or without: the only text in which every other byte is zero.
pub fn is_utf16(bytes: &[u8]) -> bool {
    let (bytes, _) = controls::unpadded(bytes);
    match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding != UTF_8,
        None => utf16_without_mark(bytes).is_some(),
    }
}

fn read_with(encoding: &'static Encoding, bytes: &[u8]) -> Reading {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    Reading {
        text: text.into_owned(),
        encoding: lower_case_name(encoding),
        strays: 0,
    }
}

/// One-byte encodings cannot be told from each other by their bytes, only by the words that come
/// out: Swedish decides, and where there is none, the statistics of `chardetng`.
fn read_undeclared(bytes: &[u8]) -> Reading {
    let windows = read_with(WINDOWS_1252, bytes);
    let macintosh = read_with(MACINTOSH, bytes);
    let dos = Reading {
        text: single_byte::decode_ibm850(bytes),
        encoding: "ibm850",
        strays: 0,
    };
    let mut best: Option<(i64, Reading)> = None;
    for reading in [windows, macintosh, dos] {
        let score = single_byte::swedish_score(&reading.text);
        if score > best.as_ref().map_or(0, |(score, _)| *score) {
            best = Some((score, reading));
        }
    }
    if let Some((_, reading)) = best {
        return reading;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    read_with(detector.guess(Some(b"se"), Utf8Detection::Deny), bytes)
}

/// UTF-16 shows as zero bytes at every second place: Latin letters have no upper byte. Four fifths
/// leave room for dashes and quotation marks; text with NULs strewn about it does not get there.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(4096) & !1];
    let pairs = sample.len() / 2;
    if pairs < 2 {
        return None;
    }
    let zeros = |offset: usize| {
        let places = sample.iter().skip(offset).step_by(2);
        places.filter(|&&byte| byte == 0).count()
    };
    let (first, second) = (zeros(0), zeros(1));
    let almost_all = |count: usize| count * 5 >= pairs * 4;
    let almost_none = |count: usize| count * 20 <= pairs;
    if almost_all(second) && almost_none(first) {
        Some(UTF_16LE)
    } else if almost_all(first) && almost_none(second) {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Valid UTF-8, or UTF-8 with some damage: bytes that belong to no character are no more than the
/// characters of several bytes, which other encodings form only by accident.
fn looks_like_utf8(bytes: &[u8]) -> bool {
    if std::str::from_utf8(bytes).is_ok() {
        return true;
    }
    let (mut whole, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        whole += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    whole > 0 && whole >= broken
}

/// Reads UTF-8. A byte that is no UTF-8 but a Swedish letter in Windows-1252, beside another
/// letter, was pasted in from a file in that encoding and is read as that letter.
fn read_utf8(bytes: &[u8]) -> Reading {
    let mut text = String::with_capacity(bytes.len());
    let (mut strays, mut position) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        position += chunk.valid().len() + chunk.invalid().len();
        let beside_letter = text.ends_with(char::is_alphabetic)
            || bytes.get(position).is_some_and(u8::is_ascii_alphabetic);
        match chunk.invalid() {
            [] => {}
            [byte] if beside_letter && "åäöÅÄÖéÉ".contains(char::from(*byte)) => {
                text.push(char::from(*byte));
                strays += 1;
            }
            _ => text.push('\u{fffd}'),
        }
    }
    Reading {
        text,
        encoding: "utf-8",
        strays,
    }
}

/// The encoding that an HTML or XML file states in its first 4 KiB; browsers look at 1 KiB, but
/// pages that were saved have comments on top.
fn declared_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    // <meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">
    // <?xml version="1.0" encoding="windows-1252"?>
    static DECLARATION: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r#"(?i-u)<(?:meta\b[^>]*?\bcharset|\?xml\b[^>]*?\bencoding)\s*=\s*["']?\s*(?<value>[A-Za-z0-9_.:-]+)"#,
        )
        .ok()
    });
    let head = &bytes[..bytes.len().min(4096)];
    let found = DECLARATION.as_ref()?.captures(head)?;
    Encoding::for_label(found.name("value")?.as_bytes())
}

/// What every carrier relies on, and no more: one kind of line end (a vertical tab is Word's), NFC,
/// and a space where a control character would print nothing.
fn normalize(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' => {
                characters.next_if_eq(&'\n');
                plain.push('\n');
            }
            '\u{b}' | '\u{85}' | '\u{2028}' | '\u{2029}' => plain.push('\n'),
            '\t' | '\n' | '\u{c}' => plain.push(character),
            _ if character.is_control() => plain.push(' '),
            _ => plain.push(character),
        }
    }
    if is_nfc(&plain) {
        plain
    } else {
        plain.nfc().collect()
    }
}

fn repair_message(
    restored: usize,
    strays: usize,
    lost: usize,
    removed: controls::Removed,
) -> Option<String> {
    let mut parts = Vec::new();
    if restored > 0 {
        parts.push(format!(
            "{restored} characters had been encoded twice and were put right"
        ));
    }
    if strays > 0 {
        parts.push(format!(
            "{strays} letters stood in another encoding (Windows-1252) than the rest and were put right"
        ));
    }
    if lost > 0 {
        parts.push(format!(
            "{lost} characters cannot be told any more and stand as U+FFFD; look them up in the original"
        ));
    }
    if removed.nuls > 0 {
        parts.push(format!(
            "{} NUL bytes are padding and were left out",
            removed.nuls
        ));
    }
    if removed.escapes > 0 {
        parts.push(format!(
            "{} escape sequences of a terminal or printer were left out",
            removed.escapes
        ));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// The name in lower case, without making a new string for each file.
fn lower_case_name(encoding: &'static Encoding) -> &'static str {
    #[rustfmt::skip]
    const NAMES: &[&str] = &[
        "utf-8", "utf-16le", "utf-16be", "windows-1252", "macintosh", "windows-1250",
        "windows-1251", "windows-1253", "windows-1254", "windows-1255", "windows-1256",
        "windows-1257", "windows-1258", "windows-874", "iso-8859-2", "iso-8859-3", "iso-8859-4",
        "iso-8859-5", "iso-8859-6", "iso-8859-7", "iso-8859-8", "iso-8859-8-i", "iso-8859-10",
        "iso-8859-13", "iso-8859-14", "iso-8859-15", "iso-8859-16", "koi8-r", "koi8-u", "ibm866",
        "x-mac-cyrillic", "big5", "euc-jp", "euc-kr", "gb18030", "gbk", "iso-2022-jp",
        "shift_jis",
    ];
    let name = encoding.name();
    let same = |lower: &&&str| lower.eq_ignore_ascii_case(name);
    NAMES.iter().find(same).copied().unwrap_or(name)
}

#[cfg(test)]
mod tests;
