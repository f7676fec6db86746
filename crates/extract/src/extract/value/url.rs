//! Addresses of web pages.

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::Value;

// https://www.example.se/projekt | www.example.se | example.se/projekt
static URL: Lazy<Regex> = lazy_regex!(
    r"(?i)^(?:https?://[^\s<>]{3}[^\s<>]*|(?:[\p{L}\d-]+\.)+\p{L}{2,12}(?::\d{2,5})?(?:/[^\s<>]*)?)"
);

/// The longest address, in bytes.
// Longer than any that people type; it is not scanned to its end.
const MAX_BYTES: usize = 2000;

/// The address of a web page at the start of a text, as printed.
pub(in crate::extract) fn url(text: &str) -> Option<Value> {
    let text = &text[..text.floor_char_boundary(MAX_BYTES)];
    let found = URL.find(text)?.as_str();
    let address = found.trim_end_matches(['.', ',', ';', ':', ')', '\'', '"', '!', '?']);
    let next = text[found.len()..].chars().next();
    // `eva.ek@example.se` begins with a domain.
    (next != Some('@')).then(|| Value::text(0..address.len(), address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::value::tests::text_of;

    #[test]
    fn addresses_of_pages_are_read_with_and_without_scheme() {
        for (text, expected) in [
            (
                "https://www.example.se/nytt?a=1.",
                "https://www.example.se/nytt?a=1",
            ),
            ("www.example.se, se även", "www.example.se"),
            ("example.se/nytt", "example.se/nytt"),
        ] {
            assert_eq!(text_of(url(text)).as_deref(), Some(expected), "{text}");
        }
        for text in ["eva.ek@example.se", "saknas", "m.m"] {
            assert_eq!(url(text), None, "{text}");
        }
    }
}
