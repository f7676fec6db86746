//! Which one-byte encoding makes Swedish of the bytes?
//!
//! Windows-1252, MacRoman and the DOS code page 850 give every byte a meaning, so none of them is
//! ever wrong; only one of them puts å, ä and ö where Swedish has them. `encoding` decides.

/// Code page 850 from 0x80 on; the Swedish letters stand where code page 437 has them too.
const IBM850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// Reads bytes as code page 850, which `encoding_rs` does not have.
pub(super) fn decode_ibm850(bytes: &[u8]) -> String {
    let upper: Vec<char> = IBM850.chars().collect();
    bytes
        .iter()
        .map(|&byte| match byte {
            0..=0x7f => char::from(byte),
            _ => upper[usize::from(byte - 0x80)],
        })
        .collect()
}

/// How much the characters outside ASCII look like Swedish: above 0 where they do.
///
/// A Swedish letter counts only beside an ASCII letter, for Cyrillic read as Windows-1252 is full
/// of å and ä, but among its like. A capital after a small letter, or a symbol inside a word,
/// speaks against the encoding.
pub(super) fn swedish_score(text: &str) -> i64 {
    let mut score = 0;
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if !character.is_ascii() {
            let after = characters.peek().copied().unwrap_or(' ');
            score += score_of(before, character, after);
        }
        before = character;
    }
    score
}

fn score_of(before: char, character: char, after: char) -> i64 {
    let in_word = before.is_ascii_alphabetic() || after.is_ascii_alphabetic();
    let inside_word = before.is_ascii_alphabetic() && after.is_ascii_alphabetic();
    match character {
        'Å' | 'Ä' | 'Ö' | 'É' if before.is_ascii_lowercase() => -2,
        'å' | 'ä' | 'ö' if in_word => 2,
        'Å' | 'Ä' | 'Ö' | 'é' | 'É' if in_word => 1,
        '’' | '–' | '\u{ad}' => 0,
        '§' | '°' | '€' | '£' | '½' | '¼' | '¾' | '±' | '²' | '³' | '´' | '·' | '•' | '—' | '…'
        | '‘' | '“' | '”' | '„' | '«' | '»' | '©' | '®' | '™' | '×' | '\u{a0}' => {
            if inside_word {
                -2
            } else {
                0
            }
        }
        _ if character.is_alphabetic() => 0,
        _ => -2,
    }
}

/// The bytes of a text in code page 850; only characters that it has.
#[cfg(test)]
pub(super) fn encode_ibm850(text: &str) -> Vec<u8> {
    let byte = |character: char| match IBM850.chars().position(|upper| upper == character) {
        Some(place) => u8::try_from(place + 0x80).unwrap(),
        None => u8::try_from(character).unwrap(),
    };
    text.chars().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_page_is_complete() {
        assert_eq!(IBM850.chars().count(), 128);
        assert_eq!(decode_ibm850(b"\x86\x84\x94 \x8f\x8e\x99\x82"), "åäö ÅÄÖé");
    }

    #[test]
    fn swedish_scores_above_the_same_bytes_read_otherwise() {
        assert!(swedish_score("små öar") > 0);
        for wrong in ["smŒ šar", "sm† ”ar", "sm‰ ˆar", "привет", "smÄ"] {
            assert!(swedish_score(wrong) <= 0, "{wrong}");
        }
    }
}
