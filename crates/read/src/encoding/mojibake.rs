//! Which characters were encoded twice, and what were they?
//!
//! UTF-8 that a program took for Windows-1252 or Latin-1 and saved as UTF-8 again shows `Ã¥` for å.
//! Whole files have it, or single stretches that were pasted in. Only what decodes back to one
//! character, and could hardly be meant as it stands, is put right: this file never guesses.

/// Windows-1252 from 0x80 to 0x9F; the five undefined bytes stand for themselves.
const WINDOWS_1252_UPPER: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// How often a text is decoded back at most: three layers have been seen, more would be a loop.
const LAYERS: usize = 3;

/// Puts right what was encoded twice, and says how many characters that were.
pub(super) fn repair(text: String) -> (String, usize) {
    let (mut text, mut total) = (text, 0);
    for _ in 0..LAYERS {
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
    let proven = sequences(text).any(|(_, sequence)| sequence.clear);
    let mut repaired = String::with_capacity(text.len());
    let (mut count, mut copied) = (0, 0);
    for (start, sequence) in sequences(text) {
        let end = start + sequence.length;
        let next_is_letter = text[end..].starts_with(char::is_alphabetic);
        if start < copied || !(sequence.clear || proven || next_is_letter) {
            continue;
        }
        repaired.push_str(&text[copied..start]);
        repaired.push(sequence.meant);
        copied = end;
        count += 1;
    }
    repaired.push_str(&text[copied..]);
    (count > 0).then_some((repaired, count))
}

/// Characters that spell the UTF-8 bytes of one character.
struct Sequence {
    meant: char,
    /// Bytes in the text.
    length: usize,
    /// Nobody writes this on purpose. `Ã…` could be the end of a Portuguese word and an ellipsis.
    clear: bool,
}

fn sequences(text: &str) -> impl Iterator<Item = (usize, Sequence)> {
    text.match_indices(is_lead)
        .filter_map(|(start, _)| Some((start, sequence_at(&text[start..])?)))
}

/// The first bytes of the characters that Swedish documents use outside ASCII: U+0080 to U+00FF,
/// punctuation and symbols of U+2000 to U+2FFF, ligatures, emoji. Other first bytes are Swedish
/// letters themselves: `RÅ”` must stay what it is.
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
    let mut meant = std::str::from_utf8(&bytes[..taken]).ok()?.chars();
    let meant = meant.next().filter(|_| taken == needed)?;
    let ordinary = matches!(
        last,
        '…' | '”' | '“' | '’' | '‘' | '»' | '–' | '—' | '\u{a0}'
    );
    (!meant.is_control()).then_some(Sequence {
        meant,
        length,
        clear: needed > 2 || !ordinary,
    })
}

/// The byte that a program read as this character.
fn byte_of(character: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(character) {
        return Some(byte);
    }
    let place = WINDOWS_1252_UPPER
        .iter()
        .position(|&upper| upper == character)?;
    u8::try_from(place + 0x80).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> (String, usize) {
        repair(text.to_owned())
    }

    #[test]
    fn damage_inside_a_fine_text_is_put_right() {
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
    fn what_may_be_meant_as_it_stands_is_left() {
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
