//! Field naming: the name in records of a field that only a form's label names.

use diarium_document::FieldType;

/// The longest name, in bytes.
// Names are typed in queries and are the columns of a dataset.
const MAX_NAME: usize = 40;

/// The name of a field: lowercase ASCII letters and digits, with `_` between words. The name of an amount
/// ends with its currency.
pub(super) fn field_name(label: &str, field_type: FieldType) -> String {
    let mut name = snake_case(label);
    if name.len() > MAX_NAME {
        let cut = name[..MAX_NAME].rfind('_').unwrap_or(MAX_NAME);
        name.truncate(cut);
    }
    if field_type == FieldType::Amount && !name.ends_with("_sek") {
        name.push_str("_sek");
    }
    name
}

/// A label in snake case.
fn snake_case(label: &str) -> String {
    let mut name = String::new();
    for character in label.to_lowercase().chars() {
        match to_ascii(character) {
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

/// The ASCII letter or digit that is most similar to a character.
fn to_ascii(character: char) -> Option<char> {
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
    fn labels_become_names_in_snake_case() {
        for (label, field_type, name) in [
            ("Förväntad publik", FieldType::Integer, "forvantad_publik"),
            ("Sökt belopp", FieldType::Amount, "sokt_belopp_sek"),
            ("E-post (ombud)", FieldType::Email, "e_post_ombud"),
            ("2:a språk", FieldType::Text, "field_2_a_sprak"),
            ("…", FieldType::Text, "field"),
        ] {
            assert_eq!(field_name(label, field_type), name);
        }
    }
}
