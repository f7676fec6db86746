//! UTF-7 (RFC 2152): Unicode as ASCII, in mail of the nineties. Browsers do not know it any more.

use super::transfer_encoding::from_base64;

/// Whether a charset is UTF-7.
pub(crate) fn is_utf7(charset: &str) -> bool {
    let name = charset.trim().to_ascii_lowercase();
    matches!(
        name.as_str(),
        "utf-7" | "unicode-1-1-utf-7" | "x-unicode-1-1-utf-7"
    )
}

/// Decodes UTF-7: what is between `+` and `-` is UTF-16 in base64.
pub(crate) fn decode(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut rest = bytes;
    while let Some(plus) = rest.iter().position(|&byte| byte == b'+') {
        let (before, after) = rest.split_at(plus);
        text += &String::from_utf8_lossy(before);
        let after = after.get(1..).unwrap_or_default();
        let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
        let length = after.iter().take_while(|byte| is_base64(byte)).count();
        let (coded, after) = after.split_at(length);
        if coded.is_empty() {
            text.push('+');
        }
        let units = from_base64(coded);
        let units = units.chunks_exact(2).filter_map(|unit| unit.first_chunk());
        let units: Vec<u16> = units.map(|unit| u16::from_be_bytes(*unit)).collect();
        text += &String::from_utf16_lossy(&units);
        rest = after.strip_prefix(b"-").unwrap_or(after);
    }
    text + &String::from_utf8_lossy(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_in_base64_are_decoded() {
        assert_eq!(
            decode(b"F+APY-reningen, +AOU.. 1 +- 1 +2D3eAA-"),
            "Föreningen, å.. 1 + 1 😀"
        );
        assert_eq!(decode(b"F+APY"), "Fö");
        assert_eq!(decode(b"+"), "+");
    }
}
