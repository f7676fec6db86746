//! Single-byte encodings: a score for Swedish text, and the DOS code page 850.
//!
//! Every byte is valid in Windows-1252, MacRoman and code page 850, so that validity cannot choose between
//! them. Only the right one yields å, ä and ö inside words. The score is additive over characters outside
//! ASCII; the caller compares encodings by it.

/// Code page 850 from 0x80 on. Code page 437 has the Swedish letters at the same bytes.
const IBM850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// Decodes code page 850, which `encoding_rs` does not have.
pub(crate) fn decode_ibm850(bytes: &[u8]) -> String {
    let upper: Vec<char> = IBM850.chars().collect();
    bytes
        .iter()
        .map(|&byte| match byte {
            0..=0x7f => char::from(byte),
            _ => upper[usize::from(byte - 0x80)],
        })
        .collect()
}

/// How much the characters outside ASCII look like Swedish: above 0 if they do.
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

/// The score of one character between its neighbors.
// A Swedish letter counts only beside an ASCII letter: Cyrillic decoded as Windows-1252 is full of å and ä,
// but beside others of them. Small letters count double: in Swedish, å, ä and ö are far more frequent than
// their capitals and é. A capital after a small letter, or a symbol inside a word, is evidence against the
// encoding and cancels one Swedish letter. Symbols of Swedish text are neutral elsewhere.
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
        Some(index) => u8::try_from(index + 0x80).unwrap(),
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
    fn swedish_scores_above_the_same_bytes_in_other_encodings() {
        assert!(swedish_score("små öar") > 0);
        for wrong in ["smŒ šar", "sm† ”ar", "sm‰ ˆar", "привет", "smÄ"] {
            assert!(swedish_score(wrong) <= 0, "{wrong}");
        }
    }
}
