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
    let start = found.len() - found.trim_start().len();
    let has_text = found.chars().any(char::is_alphanumeric);
    (has_text && found.trim() != "?")
        .then(|| Value::text(start..found.len(), collapse_whitespace(&found[start..])))
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
        assert_eq!(words("?"), None);
        assert_eq!(words(" - "), None);
    }
}
