//! Markup parsing: Markdown and HTML that OCR services put into a line of text.
//!
//! Headings, emphasis, links and checkboxes are replaced by their meaning; everything else is copied
//! unchanged. White space is collapsed (a tab separates cells and stays), zero-width characters and
//! soft hyphens inside a word are removed, and ligatures and other presentation forms become their letters.

use std::iter::once;
use std::ops::Range;

use lazy_regex::{Lazy, Regex, lazy_regex};
use unicode_normalization::UnicodeNormalization;

use diarium_document::LineRole;

/// A line without its markup.
#[derive(Debug, Default)]
pub(super) struct ParsedLine {
    pub pieces: Vec<Piece>,
    /// The role that the markup gives the line.
    pub role: Option<LineRole>,
    /// Whether the whole line is emphasized.
    pub bold: bool,
    /// Whether the author ended the line, with a `<br>` or Markdown's backslash.
    pub hard_end: bool,
}

/// A part of a line.
#[derive(Debug, PartialEq)]
pub(super) enum Piece {
    /// Bytes of the line that are part of the clean text.
    Copy(Range<usize>),
    /// A character that replaces markup.
    Insert(char),
    /// Letters that replace the character at these bytes of the line.
    Replace(Range<usize>, String),
}

// ## Heading
static HEADING: Lazy<Regex> = lazy_regex!(r"^\s{0,3}(?P<marks>#{1,6})\s+");
// **bold**, __bold__, ***both***; a marker must touch its words
static BOLD: Lazy<Regex> =
    lazy_regex!(r"(?P<open>\*{2,3}|__)(?P<body>[^\s*_](?:[^*]*?[^\s*])?)(?P<close>\*{2,3}|__)");
// *emphasis*; a lone star is a bullet or a footnote, and one in brackets `[*]` a checkbox
static EMPHASIS: Lazy<Regex> =
    lazy_regex!(r"(?P<open>\*)(?P<body>[^\s*\])](?:[^*\n]*?[^\s*\[(])?)(?P<close>\*)");
// [words](https://example.org)
static LINK: Lazy<Regex> = lazy_regex!(r"!?\[(?P<body>[^\[\]]{1,500})\]\((?:[^()\s]{1,2000})\)");
// <input type="checkbox" checked>
static CHECKBOX: Lazy<Regex> = lazy_regex!(r#"(?i)<input\b[^<>]{0,200}>"#);
// <br/>, <b>, </td>
static TAG: Lazy<Regex> = lazy_regex!(
    r"(?i)</?(?:br|b|i|u|em|strong|sup|sub|p|span|div|center|table|tr|td|th|tbody|thead)\b[^<>]{0,200}>"
);

/// Parses the markup of one line.
pub(super) fn parse(text: &str) -> ParsedLine {
    let mut parsed = ParsedLine {
        hard_end: text.ends_with("<br>") || text.ends_with("<br/>") || text.ends_with('\\'),
        ..ParsedLine::default()
    };
    if is_plain(text) {
        copy(text, 0..text.len(), &mut parsed.pieces);
        return parsed;
    }
    let mut from = 0;
    if let Some(captures) = HEADING.captures(text) {
        from = captures.get(0).map_or(0, |whole| whole.end());
        let level = captures.name("marks").map_or(1, |marks| marks.len());
        parsed.role = Some(LineRole::Heading(u8::try_from(level).unwrap_or(6)));
    }
    let replacements = replacements(text, from);
    let trimmed = text[from..].trim();
    parsed.bold = BOLD
        .find(trimmed)
        .is_some_and(|bold| bold.start() == 0 && bold.end() == trimmed.len());
    let mut at = from;
    for (range, insert) in replacements {
        if range.start < at {
            continue;
        }
        copy(text, at..range.start, &mut parsed.pieces);
        if let Some(character) = insert {
            parsed.pieces.push(Piece::Insert(character));
        }
        at = range.end;
    }
    copy(text, at..text.len(), &mut parsed.pieces);
    parsed
}

/// Whether a line has no character that begins markup, as most lines.
fn is_plain(text: &str) -> bool {
    !text.contains(['*', '#', '[', '<', '_'])
}

/// Ranges of markup, each with the character that replaces it.
type Replacements = Vec<(Range<usize>, Option<char>)>;

fn add_emphasis(text: &str, found: &mut Replacements) {
    for pattern in [&*BOLD, &*EMPHASIS] {
        for captures in pattern.captures_iter(text) {
            let marks = [captures.name("open"), captures.name("close")];
            found.extend(marks.into_iter().flatten().map(|mark| (mark.range(), None)));
        }
    }
}

fn add_links(text: &str, found: &mut Replacements) {
    for captures in LINK.captures_iter(text) {
        if let (Some(whole), Some(body)) = (captures.get(0), captures.name("body")) {
            found.push((whole.start()..body.start(), None));
            found.push((body.end()..whole.end(), None));
        }
    }
}

fn add_tags(text: &str, found: &mut Replacements) {
    for tag in CHECKBOX.find_iter(text) {
        let lower = tag.as_str().to_lowercase();
        let is_box = lower.contains("checkbox") || lower.contains("radio");
        let checked = lower.replace("checkbox", "").contains("checked");
        let character = is_box.then_some(if checked { '☒' } else { '☐' });
        found.push((tag.range(), character));
    }
    for tag in TAG.find_iter(text) {
        // A tag may separate words: `Ja<br>Nej`.
        found.push((tag.range(), Some(' ')));
    }
}

/// The ranges of markup from a byte on, each with the character that replaces it, in order.
fn replacements(text: &str, from: usize) -> Replacements {
    let mut found = Vec::new();
    // The characters that each kind of markup has are looked for first: a pattern that no document of a
    // run needs is never compiled.
    if text.contains(['*', '_']) {
        add_emphasis(text, &mut found);
    }
    if text.contains("](") {
        add_links(text, &mut found);
    }
    if text.contains('<') {
        add_tags(text, &mut found);
    }
    found.retain(|(range, _)| range.start >= from);
    // Of two that begin at the same byte the longer one applies: `**` is not `*`.
    found.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    found
}

/// Copies a range without invisible characters and with plain spaces.
fn copy(text: &str, range: Range<usize>, pieces: &mut Vec<Piece>) {
    let mut start = range.start;
    for (offset, character) in text[range.clone()].char_indices() {
        let at = range.start + offset;
        let end = at + character.len_utf8();
        let replacement = match character {
            // Most characters.
            '\t' | ' '..='~' => continue,
            // A soft hyphen at the end of a line is a printed hyphen, which dehyphenation decides about.
            '\u{ad}' if end == text.trim_end().len() => Some(Piece::Insert('-')),
            // The joiners U+200C and U+200D stay: emoji and some scripts are spelled with them.
            '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' => None,
            other if other.is_whitespace() => Some(Piece::Insert(' ')),
            other if is_presentation_form(other) => {
                Some(Piece::Replace(at..end, once(other).nfkc().collect()))
            }
            _ => continue,
        };
        if start < at {
            pieces.push(Piece::Copy(start..at));
        }
        pieces.extend(replacement);
        start = end;
    }
    if start < range.end {
        pieces.push(Piece::Copy(start..range.end));
    }
}

/// Whether a character stands for the shape of letters: a ligature such as `ﬁ`, or an Arabic or Hebrew letter
/// in the form of its place in the word.
fn is_presentation_form(character: char) -> bool {
    matches!(character, '\u{fb00}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        parse(text)
            .pieces
            .into_iter()
            .map(|piece| match piece {
                Piece::Copy(range) => text[range].to_owned(),
                Piece::Insert(character) => character.to_string(),
                Piece::Replace(_, letters) => letters,
            })
            .collect()
    }

    #[test]
    fn emphasis_and_links_become_their_words() {
        assert_eq!(plain("Namn: **Ny väg** framåt"), "Namn: Ny väg framåt");
        assert_eq!(
            plain("i boken *Den nya tiden* (2013)"),
            "i boken Den nya tiden (2013)"
        );
        assert_eq!(
            plain("E-post: [a.b@example.se](mailto:a.b@example.se)"),
            "E-post: a.b@example.se"
        );
        assert_eq!(plain("**Lisa Ek**- ordförande"), "Lisa Ek- ordförande");
    }

    #[test]
    fn text_that_only_looks_like_markup_stays() {
        for text in [
            "2 * 3 * 4",
            "snake_case_name",
            "# jag med är ett projekt",
            "<https://example.org/a_b>",
            "*Obligatoriska fält",
            "[*] Ja [*] Kanske",
        ] {
            let expected = text.strip_prefix("# ").unwrap_or(text);
            assert_eq!(plain(text), expected);
        }
    }

    #[test]
    fn checkboxes_become_their_signs() {
        assert_eq!(plain("Ja\t<input type=\"checkbox\" checked>"), "Ja\t☒");
        assert_eq!(plain("<input type=\"checkbox\"> Nej"), "☐ Nej");
    }

    #[test]
    fn invisible_characters_are_removed_and_other_spaces_become_plain() {
        assert_eq!(
            plain("691\u{a0}000\u{2009}kr och ar\u{ad}bete\u{200b}"),
            "691 000 kr och arbete"
        );
        assert_eq!(plain("ar\u{ad}"), "ar-");
    }

    #[test]
    fn presentation_forms_become_letters_and_other_characters_stay() {
        assert_eq!(
            plain("Oﬀentlig medﬁnansiering, aﬃsch"),
            "Offentlig medfinansiering, affisch"
        );
        assert_eq!(plain("\u{feb3}\u{fefc}"), "\u{633}\u{644}\u{627}");
        assert_eq!(plain("40² m³ ½ № …"), "40² m³ ½ № …");
    }

    #[test]
    fn headings_have_a_level() {
        let parsed = parse("#### 4. Beskriv målgrupp");
        assert_eq!(parsed.role, Some(LineRole::Heading(4)));
        assert!(parse("**Hela raden**").bold);
        assert!(!parse("**Inte** raden").bold);
    }
}
