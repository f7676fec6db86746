//! Mojibake repair: undo the double encoding of UTF-8.
//!
//! If a program decodes UTF-8 as Windows-1252 or Latin-1 and saves it as UTF-8 again, å becomes `Ã¥`. Whole
//! files have this damage, or single passages that were pasted. A sequence is repaired only if it decodes
//! to exactly one character and is hardly ever meant literally; anything else is unchanged.

/// Windows-1252 from 0x80 to 0x9F; the five undefined bytes map to themselves.
const WINDOWS_1252_UPPER: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Layers of double encoding that are undone, at most.
// Three have been seen. Each layer is a pass over the text.
const MAX_LAYERS: usize = 3;

/// Undoes double encoding, and counts the characters that were repaired.
pub(super) fn repair(text: String) -> (String, usize) {
    let (mut text, mut total) = (text, 0);
    for _ in 0..MAX_LAYERS {
        match repair_layer(&text) {
            Some((repaired, count)) => (text, total) = (repaired, total.max(count)),
            None => break,
        }
    }
    (text, total)
}

fn repair_layer(text: &str) -> Option<(String, usize)> {
    if !text.contains(is_lead) {
        return None;
    }
    // One unmistakable sequence shows that the text is damaged. Then the ambiguous ones are damage too.
    let is_damaged = sequences(text).any(|(_, sequence)| sequence.is_unmistakable);
    let mut repaired = String::with_capacity(text.len());
    let (mut count, mut copied) = (0, 0);
    for (start, sequence) in sequences(text) {
        let end = start + sequence.length;
        let next_is_letter = text[end..].starts_with(char::is_alphabetic);
        if start < copied || !(sequence.is_unmistakable || is_damaged || next_is_letter) {
            continue;
        }
        repaired.push_str(&text[copied..start]);
        repaired.push(sequence.original);
        copied = end;
        count += 1;
    }
    repaired.push_str(&text[copied..]);
    (count > 0).then_some((repaired, count))
}

/// Characters that are the UTF-8 bytes of one character, decoded as Windows-1252.
struct Sequence {
    /// The character before the double encoding.
    original: char,
    /// Bytes of the sequence in the text.
    length: usize,
    /// It never occurs in correct text. `Ã…` could be the end of a Portuguese word and an ellipsis.
    is_unmistakable: bool,
}

fn sequences(text: &str) -> impl Iterator<Item = (usize, Sequence)> {
    text.match_indices(is_lead)
        .filter_map(|(start, _)| Some((start, sequence_at(&text[start..])?)))
}

/// Whether a character is the first of a sequence.
// The first UTF-8 bytes of the characters outside ASCII that Swedish documents use: U+0080 to U+00FF (C2,
// C3), punctuation and symbols of U+2000 to U+2FFF (E2), ligatures (EF), emoji (F0). Other first bytes are
// Swedish letters in Windows-1252: Å is C5, so that `RÅ”` could be taken for a sequence.
fn is_lead(character: char) -> bool {
    matches!(character, 'Â' | 'Ã' | 'â' | 'ï' | 'ð')
}

fn sequence_at(text: &str) -> Option<Sequence> {
    let needed = match text.chars().next()? {
        'Â' | 'Ã' => 2,
        'â' | 'ï' => 3,
        _ => 4,
    };
    let mut bytes = [0_u8; 4];
    let (mut taken, mut length, mut last) = (0, 0, ' ');
    for character in text.chars().take(needed) {
        bytes[taken] = byte_of(character)?;
        taken += 1;
        length += character.len_utf8();
        last = character;
    }
    let mut decoded = std::str::from_utf8(&bytes[..taken]).ok()?.chars();
    let original = decoded.next().filter(|_| taken == needed)?;
    // What may follow Â or Ã at the end of a word in correct text: punctuation or a space.
    let may_follow_a_word = matches!(
        last,
        '…' | '”' | '“' | '’' | '‘' | '»' | '–' | '—' | '\u{a0}'
    );
    (!original.is_control()).then_some(Sequence {
        original,
        length,
        is_unmistakable: needed > 2 || !may_follow_a_word,
    })
}

/// The byte that decodes as this character in Windows-1252 or Latin-1.
fn byte_of(character: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(character) {
        return Some(byte);
    }
    let index = WINDOWS_1252_UPPER
        .iter()
        .position(|&upper| upper == character)?;
    u8::try_from(index + 0x80).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> (String, usize) {
        repair(text.to_owned())
    }

    #[test]
    fn double_encoded_passages_are_repaired() {
        let cases = [
            ("Små Ã¶ar och â€“ stÃ¶rre", "Små öar och – större", 3),
            ("Ã…n vid Ã„lvnÃ¤s", "Ån vid Älvnäs", 3),
            ("Ã–arna", "Öarna", 1),
            ("20Â Â°C", "20\u{a0}°C", 2),
            ("â˜\u{90} ja", "☐ ja", 1),
        ];
        for (damaged, meant, count) in cases {
            let damaged = damaged.replace("20Â Â°", "20Â\u{a0}Â°");
            assert_eq!(repaired(&damaged), (meant.to_owned(), count));
        }
    }

    #[test]
    fn sequences_that_may_be_meant_literally_are_unchanged() {
        for text in [
            "”RÅ”",
            "MANHÃ…",
            "IRMÃ”",
            "Ä…",
            "Ã",
            "âge",
            "naïve",
            "Ö–Ä",
            "",
        ] {
            assert_eq!(repaired(text), (text.to_owned(), 0));
        }
    }
}
