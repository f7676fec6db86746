//! Coded addresses: e-mail addresses that a page hides from programs and that a browser shows, or that
//! only the target of a link states.

use data_encoding::HEXLOWER_PERMISSIVE;
use ego_tree::NodeRef;
use scraper::{Node, node::Element};

use diarium_document::operations;

/// Nodes of an element that are examined, at most.
// An address and its link have a handful; a longer text is a paragraph.
const MAX_NODES: usize = 20;
/// The longest address, in bytes (RFC 5321, section 4.5.3.1.3).
const MAX_ADDRESS: usize = 254;

/// Attributes in which pages put a whole address for a script.
const WHOLE: [&str; 5] = [
    "data-email",
    "data-mail",
    "data-mailto",
    "data-e-mail",
    "data-address",
];
/// Attributes for the part before `@`, and for the domain.
const LOCAL: [&str; 5] = [
    "data-user",
    "data-name",
    "data-local",
    "data-account",
    "data-u",
];
const DOMAIN: [&str; 4] = ["data-domain", "data-host", "data-server", "data-d"];

/// The address that a browser shows instead of an element's content.
pub(super) fn shown(
    node: NodeRef<'_, Node>,
    element: &Element,
    is_reversed: bool,
) -> Option<String> {
    let coded = element.attr("data-cfemail").and_then(exclusive_or);
    let coded = coded.or_else(|| {
        let (_, code) = element.attr("href")?.split_once("/email-protection#")?;
        exclusive_or(code)
    });
    coded.or_else(|| is_reversed.then(|| reversed(node)).flatten())
}

/// The address of a link whose text does not show it.
pub(super) fn linked(node: NodeRef<'_, Node>, element: &Element) -> Option<String> {
    let attribute = |names: &[&str]| names.iter().find_map(|name| element.attr(name));
    let target = element.attr("href").and_then(mail_target);
    let target = target.or_else(|| is_address(attribute(&WHOLE)?.trim().to_owned()));
    let address = target.or_else(|| {
        let (local, domain) = (attribute(&LOCAL)?, attribute(&DOMAIN)?);
        is_address(format!("{}@{}", local.trim(), domain.trim()))
    })?;
    // The text shows the address, or another one.
    (!text(node).contains('@')).then_some(address)
}

/// The address of `mailto:eva.ek%40example.se?subject=…`.
fn mail_target(target: &str) -> Option<String> {
    let scheme = target.get(..7)?;
    if !scheme.eq_ignore_ascii_case("mailto:") {
        return None;
    }
    let address = target[7..].split(['?', ',', ';']).next()?;
    is_address(percent_decoded(address)?)
}

/// The text of `%40` and the like; `None` if it is no UTF-8.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest
        && bytes.len() <= MAX_ADDRESS
    {
        let code = after.get(..2).filter(|_| *byte == b'%');
        match code.and_then(|code| HEXLOWER_PERMISSIVE.decode(code).ok()) {
            Some(decoded) => {
                bytes.extend(decoded);
                rest = &after[2..];
            }
            None => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

/// An address as a content delivery network codes it: the first byte is the key of all others.
fn exclusive_or(code: &str) -> Option<String> {
    if code.len() > 2 * MAX_ADDRESS {
        return None;
    }
    let bytes = HEXLOWER_PERMISSIVE.decode(code.trim().as_bytes()).ok()?;
    let (key, coded) = bytes.split_first()?;
    is_address(String::from_utf8(coded.iter().map(|byte| byte ^ key).collect()).ok()?)
}

/// An address that is written backwards, in an element whose style turns it around.
fn reversed(node: NodeRef<'_, Node>) -> Option<String> {
    is_address(text(node).trim().chars().rev().collect())
}

/// A text that is an address: one `@`, a domain with a full stop, and no white space or markup.
fn is_address(text: String) -> Option<String> {
    let (local, domain) = text.split_once('@')?;
    let is_part = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '+' | '%' | '\''))
    };
    let is_address = text.len() <= MAX_ADDRESS
        && is_part(local)
        && is_part(domain)
        && domain.trim_matches('.').contains('.');
    is_address.then_some(text)
}

/// The text at the start of an element.
fn text(node: NodeRef<'_, Node>) -> String {
    let inner = node.descendants().take(MAX_NODES);
    let texts = inner
        .inspect(|_| operations::count(1))
        .filter_map(|inner| inner.value().as_text());
    let mut joined = String::new();
    for text in texts {
        joined.push_str(&text[..text.floor_char_boundary(MAX_ADDRESS)]);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_decoded_and_other_texts_are_not() {
        // The key 0x2a, then `eva.ek@example.se` with each byte exclusive-or the key.
        let coded: Vec<u8> = b"eva.ek@example.se"
            .iter()
            .map(|byte| byte ^ 0x2a)
            .collect();
        let code = format!("2a{}", data_encoding::HEXLOWER.encode(&coded));
        assert_eq!(exclusive_or(&code).as_deref(), Some("eva.ek@example.se"));
        assert_eq!(exclusive_or("2a2b"), None);
        assert_eq!(exclusive_or("inte hex"), None);

        let target = mail_target("mailto:eva.ek%40example.se?subject=Hej");
        assert_eq!(target.as_deref(), Some("eva.ek@example.se"));
        for target in [
            "mailto:?subject=Tips",
            "mailto:",
            "https://example.se",
            "mailto:100%",
        ] {
            assert_eq!(mail_target(target), None, "{target}");
        }
    }
}
