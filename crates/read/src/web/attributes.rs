//! Attribute limit: bound the attributes of a tag before HTML is tokenized.
//!
//! The tokenizer compares every attribute of a tag with all before it, so that a tag with a million
//! attributes takes hours. Attributes after the first thousand are removed from the text before it is
//! tokenized. Tags are found as the tokenizer finds them, except that scripts and comments are not
//! recognized: what looks like a tag with more than a thousand attributes in them is shortened too,
//! which does not matter, because scripts and comments are not read.

use std::borrow::Cow;

/// Attributes of a tag, at most.
// The most that was seen on a real page is 60. A thousand attributes cost the tokenizer half a million
// comparisons, which is milliseconds.
const MAX_ATTRIBUTES: usize = 1000;

/// How often the end of a script or comment is taken for the end of a tag that is too long.
// In a script it must be, or the page's text after the script would be removed as attributes. In a real
// tag, such as one with `-->` as an attribute, it lets another thousand attributes through each time: so
// a hostile page gets 17 times the limit at most. 16 is more than the scripts of a page that look like
// a long tag: `a<b` followed by a thousand words.
const MAX_ENDS: usize = 16;

/// The page without the attributes that exceed the limit; borrowed if there are none.
pub(super) fn limit_attributes(html: &str) -> Cow<'_, str> {
    let mut limited = String::new();
    let (mut copied, mut ends) = (0, MAX_ENDS);
    let mut at = 0;
    while let Some(found) = html[at..].find('<') {
        let name = at + found + 1;
        let name = name + usize::from(html[name..].starts_with('/'));
        if !html[name..].starts_with(|first: char| first.is_ascii_alphabetic()) {
            at = name;
            continue;
        }
        let tag = Tag::at(html, name, &mut ends);
        if let Some(surplus) = tag.surplus {
            limited.push_str(&html[copied..surplus]);
            copied = tag.end;
        }
        at = tag.end;
    }
    if copied == 0 {
        return Cow::Borrowed(html);
    }
    limited.push_str(&html[copied..]);
    Cow::Owned(limited)
}

/// A tag, from its name on.
struct Tag {
    /// The start of the attributes that exceed the limit, if any do.
    surplus: Option<usize>,
    /// Its closing `>`, or the end of the text.
    end: usize,
}

impl Tag {
    fn at(html: &str, name: usize, ends: &mut usize) -> Self {
        let mut surplus = None;
        let mut count = 0;
        let mut at = after(html, name, |byte| {
            !is_space(byte) && !matches!(byte, b'/' | b'>')
        });
        loop {
            at = after(html, at, |byte| is_space(byte) || byte == b'/');
            if matches!(html.as_bytes().get(at), None | Some(b'>')) {
                return Self { surplus, end: at };
            }
            count += 1;
            if count > MAX_ATTRIBUTES {
                surplus = surplus.or(Some(at));
                if *ends > 0 && ends_raw_text(&html[at..]) {
                    *ends -= 1;
                    return Self { surplus, end: at };
                }
            }
            at = after_attribute(html, at);
        }
    }
}

/// The end of an attribute and its value. A name may begin with `=` (HTML Standard, section 13.2.5.32).
fn after_attribute(html: &str, start: usize) -> usize {
    let is_name = |byte| !is_space(byte) && !matches!(byte, b'/' | b'>' | b'=');
    let name = after(
        html,
        start + usize::from(html[start..].starts_with('=')),
        is_name,
    );
    let equals = after(html, name, is_space);
    if html.as_bytes().get(equals) != Some(&b'=') {
        return name;
    }
    let value = after(html, equals + 1, is_space);
    match html.as_bytes().get(value) {
        Some(quote @ (b'"' | b'\'')) => {
            let end = after(html, value + 1, |byte| byte != *quote);
            (end + 1).min(html.len())
        }
        _ => after(html, value, |byte| !is_space(byte) && byte != b'>'),
    }
}

/// The first byte from `start` on that is not in a class of bytes. Bytes outside ASCII are never
/// delimiters, so that the result is on a character boundary.
fn after(html: &str, start: usize, is_in_class: impl Fn(u8) -> bool) -> usize {
    let rest = html.as_bytes()[start..].iter();
    let end = rest.copied().position(|byte| !is_in_class(byte));
    end.map_or(html.len(), |length| start + length)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c)
}

/// Whether the text begins with the end of an element or section in which tags are not recognized.
fn ends_raw_text(rest: &str) -> bool {
    const ENDS: [&str; 6] = ["</script", "</style", "</title", "</textarea", "-->", "]]>"];
    let begins = |end: &&str| {
        let start = rest.as_bytes().get(..end.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(end.as_bytes()))
    };
    ENDS.iter().any(begins)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn attributes(count: usize) -> String {
        (0..count)
            .map(|number| format!(" a{number}='>' b"))
            .collect()
    }

    #[test]
    fn an_ordinary_page_is_unchanged() {
        for html in [
            "<p class=x>a < b</p>",
            "<a href='a>b' title=\"<\">text",
            "<",
            "</",
            "<p a='",
            "<p a=",
            "<å>",
            &format!("<p{}>text", attributes(400)),
        ] {
            assert!(matches!(limit_attributes(html), Cow::Borrowed(_)), "{html}");
        }
    }

    #[test]
    fn a_tag_keeps_its_first_attributes_and_its_closing_bracket() {
        let html = format!(
            "<p{}>text</p><p{} class=y>more",
            attributes(9000),
            attributes(400)
        );
        let limited = limit_attributes(&html);
        assert!(limited.len() < 30_000);
        assert!(limited.starts_with("<p a0='>' b a1='>' b"));
        assert!(limited.contains(">text</p><p a0="));
        assert!(limited.ends_with(" class=y>more"));
    }

    #[test]
    fn text_after_a_script_that_looks_like_a_long_tag_is_kept() {
        let html = format!("<script>if (a<b) {} </script><p>text", "word ".repeat(5000));
        assert!(limit_attributes(&html).ends_with("</script><p>text"));
    }

    proptest! {
        #[test]
        fn any_text_is_accepted_and_never_grows(
            html in proptest::collection::vec(proptest::sample::select(
                &["<", ">", "/", "=", "'", "\"", " ", "a", "å", "</script", "-->", "\n"][..],
            ), 0..60).prop_map(|parts| parts.concat()),
        ) {
            prop_assert_eq!(&*limit_attributes(&html), html.as_str());
            let many = format!("<p{}{html}", attributes(1000));
            prop_assert!(limit_attributes(&many).len() <= many.len());
        }
    }
}
