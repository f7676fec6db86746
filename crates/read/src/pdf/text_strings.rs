//! Text strings of PDF objects: titles, field values, replacement texts (ISO 32000-1, 7.9.2.2).

/// The characters of PDFDocEncoding from 0x80 on, which are not those of Latin-1.
const FROM_80: [char; 33] = [
    '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚', '™',
    'ﬁ', 'ﬂ', 'Ł', 'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž', '\u{FFFD}', '€',
];

/// Decodes a text string: UTF-16 or UTF-8 with a byte order mark, or PDFDocEncoding.
pub(super) fn decode_text(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => utf_16(rest, u16::from_be_bytes),
        // Forbidden, but written.
        [0xFF, 0xFE, rest @ ..] => utf_16(rest, u16::from_le_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().map(|&byte| character(byte)).collect(),
    }
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .map(|pair| unit([pair[0], pair[1]]))
        .collect();
    without_escapes(&String::from_utf16_lossy(&units))
}

/// The text without the escape sequences that name a language: a code between two escape characters.
fn without_escapes(text: &str) -> String {
    let parts = text.split('\u{1B}');
    let (inside, outside): (Vec<_>, Vec<_>) =
        parts.enumerate().partition(|(index, _)| index % 2 == 1);
    // A single escape character names nothing.
    if inside.iter().any(|(_, code)| code.len() > 8) {
        return text.to_owned();
    }
    outside.into_iter().map(|(_, part)| part).collect()
}

fn character(byte: u8) -> char {
    usize::from(byte)
        .checked_sub(0x80)
        .and_then(|index| FROM_80.get(index))
        .copied()
        .unwrap_or(char::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_strings_are_decoded_from_four_encodings() {
        assert_eq!(decode_text(b"\xFE\xFF\0\xE5"), "å");
        assert_eq!(decode_text(b"\xFF\xFE\xE5\0"), "å");
        assert_eq!(decode_text("\u{FEFF}ö".as_bytes()), "ö");
        assert_eq!(decode_text(b"\xC4lvsj\xF6 \x85 10 \xA0"), "Älvsjö – 10 €");
    }

    #[test]
    fn the_language_of_a_text_is_not_part_of_it() {
        let mut bytes = vec![0xFE, 0xFF];
        bytes.extend(
            "\u{1B}sv\u{1B}Hej"
                .encode_utf16()
                .flat_map(u16::to_be_bytes),
        );
        assert_eq!(decode_text(&bytes), "Hej");
    }
}
