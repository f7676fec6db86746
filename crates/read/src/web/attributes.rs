//! How is a tag with a million attributes kept from taking hours?
//!
//! The tokenizer holds every attribute of a tag against all before it. So what stands after the first
//! thousand is taken out of the text before the tokenizer sees it. Tags are found here as the
//! tokenizer finds them, but without knowing that a script or a comment is none: there only what
//! looks like a thousand attributes would be lost, and nobody reads it.

use std::borrow::Cow;

/// The most that we have seen on an honest tag is 60.
const MAX_ATTRIBUTES: usize = 1000;

/// How often something that may end a script or a comment is taken for the end of a tag that is too
/// long. In a script it must be, or the page's text after it would be lost with it; in a tag it lets
/// so many times a thousand attributes more through.
const MAX_ENDS: usize = 16;

/// The same page with no tag of more than a thousand attributes; owned if there was one.
pub(super) fn bounded(html: &str) -> Cow<'_, str> {
    let mut kept = String::new();
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
            kept.push_str(&html[copied..surplus]);
            copied = tag.end;
        }
        at = tag.end;
    }
    if copied == 0 {
        return Cow::Borrowed(html);
    }
    kept.push_str(&html[copied..]);
    Cow::Owned(kept)
}

/// A tag, from its name on.
struct Tag {
    /// Where the surplus attributes begin.
    surplus: Option<usize>,
    /// Where its closing `>` stands, or the text ends.
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
                if *ends > 0 && ends_more_than_a_tag(&html[at..]) {
                    *ends -= 1;
                    return Self { surplus, end: at };
                }
            }
            at = after_attribute(html, at);
        }
    }
}

/// Where an attribute, its value included, ends. A name may begin with `=`.
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

/// The place of the first byte from `start` on that is not of a kind. All that are asked for are
/// ASCII, so that the place is between two characters.
fn after(html: &str, start: usize, is_kind: impl Fn(u8) -> bool) -> usize {
    let rest = html.as_bytes()[start..].iter();
    let end = rest.copied().position(|byte| !is_kind(byte));
    end.map_or(html.len(), |length| start + length)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c)
}

fn ends_more_than_a_tag(rest: &str) -> bool {
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
    fn an_ordinary_page_is_left_as_it_is() {
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
            assert!(matches!(bounded(html), Cow::Borrowed(_)), "{html}");
        }
    }

    #[test]
    fn a_tag_keeps_its_first_attributes_and_its_end() {
        let html = format!(
            "<p{}>text</p><p{} class=y>more",
            attributes(9000),
            attributes(400)
        );
        let bounded = bounded(&html);
        assert!(bounded.len() < 30_000);
        assert!(bounded.starts_with("<p a0='>' b a1='>' b"));
        assert!(bounded.contains(">text</p><p a0="));
        assert!(bounded.ends_with(" class=y>more"));
    }

    #[test]
    fn a_long_script_does_not_swallow_the_page() {
        let html = format!("<script>if (a<b) {} </script><p>text", "word ".repeat(5000));
        assert!(bounded(&html).ends_with("</script><p>text"));
    }

    proptest! {
        #[test]
        fn what_is_left_is_never_more_and_any_text_is_survived(
            html in proptest::collection::vec(proptest::sample::select(
                &["<", ">", "/", "=", "'", "\"", " ", "a", "å", "</script", "-->", "\n"][..],
            ), 0..60).prop_map(|parts| parts.concat()),
        ) {
            prop_assert_eq!(&*bounded(&html), html.as_str());
            let many = format!("<p{}{html}", attributes(1000));
            prop_assert!(bounded(&many).len() <= many.len());
        }
    }
}
