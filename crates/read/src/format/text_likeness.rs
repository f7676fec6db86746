//! Text or binary data: whether bytes are text in some encoding.

use crate::encoding;

/// Whether these bytes are text in some encoding: text has hardly any control characters.
// One control character in thirty leaves room for the marks of old word processors; compressed data
// has one in nine. Padding and escape sequences do not count, because text from tapes and terminals
// and for printers is full of them. But padded text must be mostly ASCII: a black-and-white bitmap
// has no control characters between its zeros either.
pub(crate) fn looks_like_text(bytes: &[u8]) -> bool {
    if encoding::is_utf16(bytes) {
        return true;
    }
    let start = bytes.iter().position(|byte| *byte != 0);
    let bytes = &bytes[start.unwrap_or(0)..];
    let sample = &bytes[..bytes.len().min(1 << 16)];
    let unpadded = without_padding(sample);
    let controls = unpadded.iter().filter(|byte| is_control(**byte)).count() - escapes(&unpadded);
    let few = !unpadded.is_empty() && controls * 30 <= unpadded.len();
    let padded = (sample.len() - unpadded.len()) * 30 > sample.len();
    few && (!padded || is_mostly_ascii(&unpadded))
}

fn is_control(byte: u8) -> bool {
    matches!(byte, 0..=8 | 0xe..=0x1f | 0x7f)
}

/// The shortest run of zeros inside a line that is padding. UTF-32 has runs of three.
const PADDING: usize = 4;

/// The bytes without padding: long runs of zeros, and any at the start of a line.
fn without_padding(bytes: &[u8]) -> Vec<u8> {
    let mut kept: Vec<u8> = Vec::with_capacity(bytes.len());
    for run in bytes.chunk_by(|one, next| (*one == 0) == (*next == 0)) {
        let line_ended = matches!(kept.last(), None | Some(b'\n' | b'\r'));
        if run[0] != 0 || run.len() < PADDING && !line_ended {
            kept.extend(run);
        }
    }
    kept
}

/// How many escapes are followed by a printable character, as in a terminal or printer sequence.
fn escapes(bytes: &[u8]) -> usize {
    let is_escape = |pair: &&[u8]| pair[0] == 0x1b && matches!(pair[1], 0x20..=0x7e);
    bytes.windows(2).filter(is_escape).count()
}

/// Three quarters of a text in any language that diarium knows are ASCII, white space included.
fn is_mostly_ascii(bytes: &[u8]) -> bool {
    let ascii = bytes.iter().filter(|byte| byte.is_ascii()).count();
    ascii * 4 >= bytes.len() * 3 || std::str::from_utf8(bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padded_text_and_text_for_a_terminal_are_text() {
        let padded = |pad: &[u8]| [pad, "Ansökan om utvecklingsmedel\n".as_bytes(), pad].concat();
        assert!(looks_like_text(&padded(&[0; 500])));
        assert!(looks_like_text(&padded(&[0; 100_000])));
        assert!(looks_like_text(
            &b"Namn\0\0\0\0\0\0\0Eva\0\0\0\0\0\0\0\n".repeat(20)
        ));
        assert!(looks_like_text(&b"rad\n\0".repeat(20)));
        assert!(looks_like_text(&b"\x1b[1mA\x1b[0m\n".repeat(20)));
        let wide: Vec<u8> = "Ansökan"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert!(encoding::is_utf16(&padded_with(&wide, 500)));
    }

    fn padded_with(bytes: &[u8], zeros: usize) -> Vec<u8> {
        [bytes, &vec![0; zeros]].concat()
    }

    #[test]
    fn padded_data_is_no_text() {
        let bitmap: Vec<u8> = b"\0\0\0\0\0\xff\xff\xff\0\0\0\0\xf0\xff".repeat(40);
        assert!(!looks_like_text(&bitmap));
        let numbers: Vec<u8> = (0..2000_u32).flat_map(u32::to_le_bytes).collect();
        assert!(!looks_like_text(&numbers));
        let wide: Vec<u8> = "Ansökan om medel"
            .chars()
            .flat_map(|c| u32::from(c).to_le_bytes())
            .collect();
        assert!(!looks_like_text(&wide));
    }

    #[test]
    fn zeros_and_noise_are_no_text() {
        assert!(!looks_like_text(&[0; 40]));
        let noise: Vec<u8> = (0..=255).collect();
        assert!(!looks_like_text(&noise));
        assert!(looks_like_text(
            b"stray\0 zero in a longer text, as old programs left them"
        ));
    }
}
