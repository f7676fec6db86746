//! Style sheets: the rules of a `<style>` element that apply on a screen.

use std::ops::Range;

use diarium_document::operations;

/// A rule as written: its selectors and its declarations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RuleText<'s> {
    pub selectors: &'s str,
    pub declarations: &'s str,
}

/// The width of a window in pixels, for sheets that depend on it.
const WINDOW_WIDTH: f32 = 1280.0;

/// The sheet without its comments.
pub(super) fn without_comments(sheet: &str) -> String {
    let mut text = String::with_capacity(sheet.len());
    let mut rest = sheet;
    while let Some((before, comment)) = rest.split_once("/*") {
        text.push_str(before);
        text.push(' ');
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    // Pages put old sheets into an HTML comment.
    text.replace("<!--", " ").replace("-->", " ")
}

/// The rules of a sheet without comments that apply on a screen.
pub(super) fn rules(sheet: &str) -> Vec<RuleText<'_>> {
    let mut rules = Vec::new();
    // The ends of the open `@media` blocks need no stack: a block that applies is read as if its
    // braces were not there, and any other is skipped as a whole.
    let mut at = 0;
    while let Some(found) = sheet[at..].find(['{', '}', ';']) {
        let end = at + found;
        let prelude = sheet[at..end].trim();
        at = end + 1;
        operations::count(1 + prelude.len());
        // A closing brace ends a block that applies; a semicolon ends `@import` and the like.
        if !sheet[end..].starts_with('{') {
            continue;
        }
        if !prelude.starts_with('@') {
            let block = block(sheet, at);
            at = (block.end + 1).min(sheet.len());
            rules.push(RuleText {
                selectors: prelude,
                declarations: &sheet[block],
            });
        } else if !applies(prelude) {
            at = (block(sheet, at).end + 1).min(sheet.len());
        }
    }
    rules
}

/// The range from a byte to the brace that closes the block; to the end of a sheet without one.
fn block(sheet: &str, start: usize) -> Range<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    for (offset, byte) in sheet.as_bytes()[start..].iter().enumerate() {
        match byte {
            _ if quote == Some(*byte) || quote.is_some() && *byte == b'\n' => quote = None,
            _ if quote.is_some() => {}
            b'"' | b'\'' => quote = Some(*byte),
            b'{' => depth += 1,
            b'}' if depth == 0 => return start..start + offset,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    start..sheet.len()
}

/// Whether the rules in a block with this beginning apply on a screen.
fn applies(prelude: &str) -> bool {
    let prelude = prelude.to_ascii_lowercase();
    let (keyword, condition) = prelude
        .split_once([' ', '('])
        .map_or((&*prelude, ""), |(keyword, _)| {
            (keyword, &prelude[keyword.len()..])
        });
    match keyword {
        "@media" => is_for_screen(condition),
        "@supports" => !condition.trim_start().starts_with("not"),
        "@layer" => true,
        // `@font-face`, `@page` and `@keyframes` contain no rules for elements.
        _ => false,
    }
}

/// Whether a list of media queries includes a screen of usual size.
pub(super) fn is_for_screen(queries: &str) -> bool {
    let queries = queries.to_ascii_lowercase();
    queries.trim().is_empty() || queries.split(',').any(includes_screen)
}

fn includes_screen(query: &str) -> bool {
    let query = query.trim();
    let (is_negated, query) = match query.strip_prefix("not ") {
        Some(rest) => (true, rest),
        None => (false, query.strip_prefix("only ").unwrap_or(query)),
    };
    let holds = query.split(" and ").all(|part| match part.trim() {
        "screen" | "all" => true,
        part => feature(part.trim_matches(['(', ')', ' '])),
    });
    holds != is_negated
}

/// Whether a window of usual size has a feature; `false` for features that are not known.
fn feature(feature: &str) -> bool {
    let Some((name, value)) = feature.split_once(':') else {
        return false;
    };
    let value = value.trim();
    let pixels = |value: &str| {
        let (number, factor) = match value.strip_suffix("em") {
            Some(number) => (number.trim_end_matches('r'), 16.0),
            None => (value.trim_end_matches("px"), 1.0),
        };
        number
            .trim()
            .parse::<f32>()
            .ok()
            .map(|number| number * factor)
    };
    match name.trim() {
        "min-width" | "min-device-width" => {
            pixels(value).is_some_and(|least| least <= WINDOW_WIDTH)
        }
        "max-width" | "max-device-width" => pixels(value).is_some_and(|most| most >= WINDOW_WIDTH),
        "orientation" => value == "landscape",
        "prefers-color-scheme" => value == "light",
        "hover" | "any-hover" => value == "hover",
        "pointer" | "any-pointer" => value == "fine",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_for_a_screen_are_found() {
        let sheet = without_comments(
            "<!-- /* @media print { */ .a, .b > p { color: red } @import url(x.css); \
             @media screen and (min-width: 700px) { .c{display:none} @media print{.d{x:y}} } \
             @media print { .e { x: y } } @font-face { src: url('}') } .f:before { content: '}' } \
             .g { x: y -->",
        );
        let selectors: Vec<&str> = rules(&sheet).iter().map(|rule| rule.selectors).collect();
        assert_eq!(selectors, [".a, .b > p", ".c", ".f:before", ".g"]);
        assert_eq!(rules(&sheet)[1].declarations, "display:none");
    }

    #[test]
    fn media_queries_are_for_a_screen_or_not() {
        for query in [
            "",
            "screen",
            "all",
            "print, screen",
            "only screen and (min-width:40em)",
            "not print",
            "(max-width: 2000px)",
        ] {
            assert!(is_for_screen(query), "{query}");
        }
        for query in [
            "print",
            "speech",
            "not screen",
            "screen and (max-width: 600px)",
            "(prefers-color-scheme: dark)",
            "(prefers-reduced-motion)",
        ] {
            assert!(!is_for_screen(query), "{query}");
        }
    }

    #[test]
    fn damaged_sheets_are_read_as_far_as_they_go() {
        for sheet in [
            "}}}}", "{{{{", "@media{", "a{b", "/*", "a;b;c", "@", "'", "a{'",
        ] {
            let _ = rules(&without_comments(sheet));
        }
    }
}
