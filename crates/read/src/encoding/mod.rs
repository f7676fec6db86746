//! Character encoding detection: decode a text file and repair its characters.
//!
//! Old Swedish files are in every encoding that a Swedish computer ever wrote. Evidence in the bytes comes
//! first (a byte order mark, valid UTF-8, the zero bytes of UTF-16), then the file's own declaration (an
//! HTML `charset`), then which encoding yields Swedish words (`single_byte`). `controls` removes control
//! characters, and `mojibake` undoes double encoding. Decoding never fails: `format` decides beforehand
//! whether a file is text, and afterwards whether too much of it was lost.

mod controls;
mod mojibake;
pub(crate) mod single_byte;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use lazy_regex::{BytesRegex, Lazy, bytes_lazy_regex};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use diarium_document::{Warning, WarningCode};

/// A file's text, decoded and normalized.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// NFC, line ends as `\n`, no byte order mark, no control characters except tab, line feed and
    /// form feed.
    pub text: String,
    /// WHATWG name of the encoding in lower case, or `ibm850` for the DOS code page and `utf-7` for that of
    /// old mail, which WHATWG does not have.
    pub encoding: &'static str,
    /// The damage that was found and repaired, for people.
    pub repaired: Option<String>,
}

impl Decoded {
    /// The warnings about the text's characters.
    pub fn warnings(&self) -> Vec<Warning> {
        self.repaired
            .iter()
            .map(|reason| Warning::new(WarningCode::EncodingRepaired, reason.clone()))
            .collect()
    }
}

/// Decoded characters before repair and normalization.
struct Characters {
    text: String,
    encoding: &'static str,
    /// Number of single bytes of Windows-1252 inside UTF-8.
    strays: usize,
}

/// Decodes a text file. Bytes that cannot be decoded become U+FFFD and are reported in `repaired`.
pub fn decode(bytes: &[u8]) -> Decoded {
    let (bytes, padding) = controls::unpadded(bytes);
    let characters = decode_characters(bytes);
    let (plain, mut removed) = controls::without_controls(&characters.text);
    removed.nuls += padding;
    let (mut text, restored) = mojibake::repair(plain.into_owned());
    if characters.encoding == "windows-1252" {
        // The five bytes that Windows-1252 does not define decode as C1 controls (WHATWG Encoding).
        text = text.replace(|c| matches!(c, '\u{80}'..='\u{9f}'), "\u{fffd}");
    }
    let lost = text.matches('\u{fffd}').count();
    Decoded {
        text: normalize(&text),
        encoding: characters.encoding,
        repaired: repair_message(restored, characters.strays, lost, removed),
    }
}

/// Decodes the name of a file that a program of DOS or Windows wrote: in the code page of DOS, unless that
/// of Windows yields more Swedish.
pub(crate) fn decode_dos_name(bytes: &[u8]) -> String {
    let dos = single_byte::decode_ibm850(bytes);
    let windows = decode_as(WINDOWS_1252, bytes).text;
    if single_byte::swedish_score(&windows) > single_byte::swedish_score(&dos) {
        return windows;
    }
    dos
}

/// Decodes with the best encoding by evidence, declaration or spelling.
fn decode_characters(bytes: &[u8]) -> Characters {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        if encoding == UTF_8 {
            return decode_utf8(&bytes[mark..]);
        }
        return decode_as(encoding, &bytes[mark..]);
    }
    if let Some(encoding) = utf16_without_bom(bytes) {
        return decode_as(encoding, bytes);
    }
    if looks_like_utf8(bytes) {
        return decode_utf8(bytes);
    }
    match declared_encoding(bytes) {
        // At this point the bytes are neither UTF-16 nor UTF-8, so such a declaration is wrong.
        Some(encoding) if encoding.is_ascii_compatible() && encoding != UTF_8 => {
            decode_as(encoding, bytes)
        }
        _ => decode_by_spelling(bytes),
    }
}

/// Whether a file is UTF-16, with or without a byte order mark.
pub fn is_utf16(bytes: &[u8]) -> bool {
    let (bytes, _) = controls::unpadded(bytes);
    match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding != UTF_8,
        None => utf16_without_bom(bytes).is_some(),
    }
}

fn decode_as(encoding: &'static Encoding, bytes: &[u8]) -> Characters {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    Characters {
        text: text.into_owned(),
        encoding: lower_case_name(encoding),
        strays: 0,
    }
}

/// Decodes with the single-byte encoding that yields the most Swedish, or else by `chardetng`.
// `chardetng` comes second, because it knows neither MacRoman nor the code pages of DOS, which old Swedish
// files have. In every single-byte encoding all bytes are valid, so that only the words can decide.
fn decode_by_spelling(bytes: &[u8]) -> Characters {
    let windows = decode_as(WINDOWS_1252, bytes);
    let macintosh = decode_as(MACINTOSH, bytes);
    let dos = Characters {
        text: single_byte::decode_ibm850(bytes),
        encoding: "ibm850",
        strays: 0,
    };
    let mut best: Option<(i64, Characters)> = None;
    // The first wins a tie.
    for candidate in [windows, macintosh, dos] {
        let score = single_byte::swedish_score(&candidate.text);
        if score > best.as_ref().map_or(0, |(score, _)| *score) {
            best = Some((score, candidate));
        }
    }
    if let Some((_, characters)) = best {
        return characters;
    }
    // The top-level domain is the hint for Swedish. UTF-8 was excluded above; ISO-2022-JP is ASCII with
    // escape sequences, which in these files are a terminal's.
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    decode_as(detector.guess(Some(b"se"), Utf8Detection::Deny), bytes)
}

/// Detects UTF-16 without a byte order mark: Latin letters have a zero as their upper byte.
// Four fifths of the upper bytes must be zero, because dashes and quotation marks have another one, and
// at most a twentieth of the lower bytes. Text with NULs as padding has zeros at both.
fn utf16_without_bom(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(4096) & !1];
    let pairs = sample.len() / 2;
    if pairs < 2 {
        return None;
    }
    let zeros = |offset: usize| {
        let every_second = sample.iter().skip(offset).step_by(2);
        every_second.filter(|&&byte| byte == 0).count()
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

/// Whether the bytes are valid UTF-8, or UTF-8 with some damage.
// In UTF-8 with damage, most bytes outside ASCII form valid characters of several bytes. Other encodings
// form those only by accident, so that their invalid bytes outnumber them.
fn looks_like_utf8(bytes: &[u8]) -> bool {
    if std::str::from_utf8(bytes).is_ok() {
        return true;
    }
    let (mut valid, mut invalid) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        invalid += usize::from(!chunk.invalid().is_empty());
    }
    valid > 0 && valid >= invalid
}

/// Decodes UTF-8. An invalid byte that is a Swedish letter in Windows-1252, beside another letter, is
/// decoded as that letter.
// Such letters were pasted from a file in that encoding. A letter beside it excludes binary damage, in
// which each of the eight bytes occurs as well.
fn decode_utf8(bytes: &[u8]) -> Characters {
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
    Characters {
        text,
        encoding: "utf-8",
        strays,
    }
}

/// Bytes at the start of an HTML or XML file in which its encoding is declared.
// Browsers examine 1 KiB (WHATWG HTML, "prescan a byte stream"). Saved pages have comments before the
// declaration.
const DECLARATION_BYTES: usize = 4096;

// <meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">
// <?xml version="1.0" encoding="windows-1252"?>
static DECLARATION: Lazy<BytesRegex> = bytes_lazy_regex!(
    r#"(?i-u)<(?:meta\b[^>]*?\bcharset|\?xml\b[^>]*?\bencoding)\s*=\s*["']?\s*(?<value>[A-Za-z0-9_.:-]+)"#
);

/// The encoding that an HTML or XML file declares.
fn declared_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(DECLARATION_BYTES)];
    let declaration = DECLARATION.captures(head)?;
    Encoding::for_label(declaration.name("value")?.as_bytes())
}

/// Normalizes what all readers rely on, and no more: line ends, NFC, and a space for each control
/// character. Zero-width and no-break characters stay, because the page's text is the text as read.
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
            // A vertical tab is Word's line break within a paragraph.
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

/// The message about damaged characters, if there were any.
fn repair_message(
    restored: usize,
    strays: usize,
    lost: usize,
    removed: controls::RemovedControls,
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

/// The encoding's name in lower case, without allocation.
pub(crate) fn lower_case_name(encoding: &'static Encoding) -> &'static str {
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
