//! What is a field called that nobody has named?

use diarium_document::FieldType;

/// Longer names than this nobody types.
const LONGEST: usize = 40;

/// A label as a name in a record: small ASCII letters and digits, words parted by `_`. Amounts are
/// in kronor, and their names say so.
pub(super) fn field_name(label: &str, kind: FieldType) -> String {
    let mut name = snake(label);
    if name.len() > LONGEST {
        let cut = name[..LONGEST].rfind('_').unwrap_or(LONGEST);
        name.truncate(cut);
    }
    if kind == FieldType::Amount && !name.ends_with("_sek") {
        name.push_str("_sek");
    }
    name
}

fn snake(label: &str) -> String {
    let mut name = String::new();
    for character in label.to_lowercase().chars() {
        match plain(character) {
            Some(letter) => name.push(letter),
            None if name.is_empty() || name.ends_with('_') => {}
            None => name.push('_'),
        }
    }
    let name = name.trim_end_matches('_');
    match name.chars().next() {
        Some(first) if first.is_ascii_lowercase() => name.to_owned(),
        _ => format!("field_{name}").trim_end_matches('_').to_owned(),
    }
}

fn plain(character: char) -> Option<char> {
    match character {
        'å' | 'ä' | 'à' | 'á' | 'æ' => Some('a'),
        'ö' | 'ø' | 'ó' => Some('o'),
        'é' | 'è' | 'ë' => Some('e'),
        'ü' => Some('u'),
        _ => character.is_ascii_alphanumeric().then_some(character),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_become_names() {
        for (label, kind, name) in [
            ("Förväntad publik", FieldType::Integer, "forvantad_publik"),
            ("Sökt belopp", FieldType::Amount, "sokt_belopp_sek"),
            ("E-post (ombud)", FieldType::Email, "e_post_ombud"),
            ("2:a språk", FieldType::Text, "field_2_a_sprak"),
            ("…", FieldType::Text, "field"),
        ] {
            assert_eq!(field_name(label, kind), name);
        }
    }
}
