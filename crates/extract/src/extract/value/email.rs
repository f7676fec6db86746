//! E-mail addresses: as they are typed, and as people write them against robots.

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::Value;
use diarium_document::operations;

// eva.ek@example.se | eva.ek (at) example.se | eva.ek[at]example[dot]se | eva.ek snabel-a example.se
static ADDRESS: Lazy<Regex> = lazy_regex!(
    r"(?i)^(?P<local>[\w.%+'-]+)(?:\s?[@＠]\s?|\s?[\[({<]\s?(?:at|a|@|snabel-?a|krøllalfa|alfakrøll|miuku|ät)\s?[\])}>]\s?|\s(?:at|snabel-?a)\s)(?P<domain>[\w-]+(?:(?:\.|\s?[\[({](?:\.|dot|punkt|prick|piste)[\])}]\s?|\s(?:dot|punkt)\s)[\w-]+)*(?:\.|\s?[\[({](?:\.|dot|punkt|prick|piste)[\])}]\s?|\s(?:dot|punkt)\s)\p{L}{2,12})"
);
// (at) | [snabel-a] | at
static AT: Lazy<Regex> =
    lazy_regex!(r"(?i)\s?[@＠]\s?|\s?[\[({<]\s?[\p{L}@-]+\s?[\])}>]\s?|\s(?:at|snabel-?a)\s");
// [dot] | (punkt)
static DOT: Lazy<Regex> = lazy_regex!(r"(?i)\s?[\[({][\p{L}.]+[\])}]\s?|\s(?:dot|punkt)\s");

/// The longest e-mail address, in bytes.
// RFC 5321, section 4.5.3.1.3: 256 octets with the angle brackets.
const MAX_BYTES: usize = 254;
/// The certainty of an address that is written in words.
const SPELLED_CERTAINTY: f64 = 0.95;

/// An e-mail address at the start of a text.
pub(in crate::extract) fn email(text: &str) -> Option<Value> {
    // A longer address is a mistake or an attack, and is not scanned to its end.
    let text = &text[..text.floor_char_boundary(2 * MAX_BYTES)];
    operations::count(1);
    let link = text.strip_prefix("mailto:").or(text.strip_prefix('<'));
    let start = text.len() - link.unwrap_or(text).len();
    let captures = ADDRESS.captures(&text[start..])?;
    let found = captures.get(0)?;
    let (local, domain) = (captures.name("local")?, captures.name("domain")?);
    let end = domain_end(&text[start..], domain.end());
    let written = found.as_str().get(..end).unwrap_or(found.as_str());
    let address = plain(written, local.end());
    // `Eva at ekby.example.se` is a place; an address without a sign has a local part with one.
    let has_sign = written[local.len()..]
        .trim_start()
        .starts_with(|c: char| !c.is_alphabetic())
        || local.as_str().contains(['.', '_', '-']);
    if address.len() > MAX_BYTES || !has_sign || !is_address(&address) {
        return None;
    }
    let mut value = Value::text(start..start + written.len(), address.clone());
    if address != written {
        value.certainty = SPELLED_CERTAINTY;
    }
    Some(value)
}

/// The first address in a text, after words such as `Skicka e-post`.
pub(in crate::extract) fn first_email(text: &str) -> Option<Value> {
    let text = &text[..text.floor_char_boundary(2 * MAX_BYTES)];
    operations::count(text.len());
    let is_separator =
        |c: char| c.is_whitespace() || matches!(c, '(' | '<' | ',' | ':' | ';' | '[');
    let starts = text.char_indices().filter(|&(at, c)| {
        !is_separator(c) && text[..at].chars().next_back().is_none_or(is_separator)
    });
    let mut found = starts.filter_map(|(at, _)| {
        let mut value = email(&text[at..])?;
        value.bytes = value.bytes.start + at..value.bytes.end + at;
        if at > 0 {
            value.certainty = value.certainty.min(SPELLED_CERTAINTY);
        }
        Some(value)
    });
    found.next()
}

/// Where a domain ends, without a full stop or hyphen that ends the sentence.
fn domain_end(text: &str, end: usize) -> usize {
    text[..end].trim_end_matches(['.', '-']).len()
}

/// An address with `@` and full stops for the words that stand for them.
fn plain(written: &str, local_end: usize) -> String {
    let (local, rest) = written.split_at(local_end.min(written.len()));
    let domain = AT.replacen(rest, 1, "");
    format!("{local}@{}", DOT.replace_all(&domain, "."))
}

fn is_address(address: &str) -> bool {
    let (local, domain) = address.split_once('@').unwrap_or_default();
    let is_bounded = |part: &str| !part.starts_with(['.', '-']) && !part.ends_with(['.', '-']);
    !local.is_empty()
        && local.chars().any(char::is_alphanumeric)
        && is_bounded(domain)
        && !domain.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::value::tests::text_of;

    #[test]
    fn addresses_are_read_as_typed_and_as_spelled() {
        for text in [
            "eva.ek@example.se",
            "eva.ek@example.se.",
            "eva.ek @ example.se",
            "eva.ek(at)example.se",
            "eva.ek (at) example.se",
            "eva.ek [at] example [dot] se",
            "eva.ek[a]example.se",
            "eva.ek (snabel-a) example (punkt) se",
            "eva.ek snabel-a example.se",
            "eva.ek at example.se",
            "<eva.ek@example.se>",
            "mailto:eva.ek@example.se",
            "eva.ek@example.se, 08-12 34 56",
        ] {
            let found = text_of(email(text));
            assert_eq!(found.as_deref(), Some("eva.ek@example.se"), "{text}");
        }
        for text in ["Kurs at Ekby", "eva.ek@", "@example.se", "eva (a) två"] {
            assert_eq!(email(text), None, "{text}");
        }
    }

    #[test]
    fn the_first_address_of_a_text_is_found() {
        for text in [
            "Skicka e-post (eva.ek@example.se)",
            "Eva Ek, eva.ek@example.se",
            "Eva Ek <eva.ek@example.se>",
        ] {
            let found = text_of(first_email(text));
            assert_eq!(found.as_deref(), Some("eva.ek@example.se"), "{text}");
        }
    }
}
