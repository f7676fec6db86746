//! OCR post-correction: errors of recognition that the ink or the neighboring letters reveal.
//!
//! Only confusions that have one right answer are corrected; there is no dictionary.

/// A word's text, corrected. `width` is the width of its ink as a share of the font size.
pub(super) fn correct_word(text: String, width: f32) -> String {
    match dash_of_width(&text, width) {
        Some(dash) => dash.to_owned(),
        None => with_capital_i(text),
    }
}

/// The dash that is this wide, for a word that is a single dash. Dashes differ only in their width, which
/// the ink tells more reliably than engines do.
fn dash_of_width(word: &str, width: f32) -> Option<&'static str> {
    // As shares of the font size, hyphens are up to 0.33 wide, en dashes 0.5 to 0.56, em dashes 0.9 and
    // more. The bounds are halfway between.
    matches!(word, "-" | "–" | "—").then_some(match width {
        ..0.42 => "-",
        ..0.75 => "–",
        _ => "—",
    })
}

/// Corrects l to I in front of capitals: IOP, not lOP. The two look the same in most fonts. One capital
/// is not enough evidence.
fn with_capital_i(word: String) -> String {
    let rest = word.strip_prefix('l').unwrap_or_default();
    if rest.chars().count() >= 2 && rest.chars().all(char::is_uppercase) {
        format!("I{rest}")
    } else {
        word
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_l_in_front_of_capitals_is_a_capital_i() {
        for (text, expected) in [
            ("lOP", "IOP"),
            ("lÅS", "IÅS"),
            ("lA", "lA"),
            ("lOp", "lOp"),
            ("l", "l"),
            ("OlP", "OlP"),
        ] {
            assert_eq!(correct_word(text.to_owned(), 1.0), expected);
        }
    }

    #[test]
    fn only_a_single_dash_is_corrected_by_its_width() {
        for (text, width, expected) in [
            ("-", 0.52, "–"),
            ("—", 0.3, "-"),
            ("–", 0.95, "—"),
            ("--", 0.95, "--"),
        ] {
            assert_eq!(correct_word(text.to_owned(), width), expected);
        }
    }
}
