//! Text of any kind: the whole text after a label.

use super::{Value, trimmed_end};
use diarium_document::collapse_whitespace;

/// The whole text, without a closing full stop.
pub(in crate::extract) fn words(text: &str) -> Option<Value> {
    let end = trimmed_end(text, text.len());
    let mut found = &text[..end];
    if let Some(bare) = found.strip_suffix('.') {
        // A short last word or one with another full stop is an abbreviation: `m.m.`, `etc.`
        let last = bare.split(' ').next_back().unwrap_or_default();
        if last.chars().count() > 3 && !last.contains('.') {
            found = bare;
        }
    }
    found = without_mark(found);
    let start = found.len() - found.trim_start().len();
    let has_text = found.chars().any(char::is_alphanumeric);
    (has_text && found.trim() != "?")
        .then(|| Value::text(start..found.len(), collapse_whitespace(&found[start..])))
}

/// A text without the raised mark of a footnote behind its last word. `120 m²` keeps its exponent: units
/// are short.
fn without_mark(text: &str) -> &str {
    let bare = text.trim_end_matches(is_note_mark);
    let last = bare.split(' ').next_back().unwrap_or_default();
    if last.chars().count() > 3 { bare } else { text }
}

/// Whether a character is a raised digit, which marks a footnote.
pub(super) fn is_note_mark(character: char) -> bool {
    matches!(character, '¹' | '²' | '³' | '⁰' | '⁴'..='⁹')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::value::tests::text_of;

    #[test]
    fn text_loses_its_closing_full_stop_but_not_that_of_an_abbreviation() {
        assert_eq!(
            text_of(words("En ny väg till arbete.")).as_deref(),
            Some("En ny väg till arbete")
        );
        assert_eq!(
            text_of(words("Kaffe, te m.m.")).as_deref(),
            Some("Kaffe, te m.m.")
        );
        for (text, expected) in [("Norra delen²", "Norra delen"), ("120 m²", "120 m²")] {
            assert_eq!(text_of(words(text)).as_deref(), Some(expected));
        }
        assert_eq!(words("?"), None);
        assert_eq!(words(" - "), None);
    }
}
