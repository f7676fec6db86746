//! Page text reader: a web page that was saved as text.
//!
//! Such a text has no elements, only lines, some of which every page of the site repeats. It is recognized
//! by boilerplate at its top, or by a box of facts with the damage that saving as text does to it.
//! `boilerplate` marks the site's lines; those that its rules miss stay in the text.

use super::super::encoding::Decoded;
use super::boilerplate;
use diarium_document::{Carrier, LineRole, Page, RawDocument, collapse_whitespace};

/// Lines at the top of a text in which its format is detected.
// Sites put a dozen lines above a page's title, and its box of facts right below. A document that
// quotes a web page does so further down.
const TOP_LINES: usize = 40;

/// Lines at the top of a text in which boilerplate identifies a web page.
// Below them, such a line is more often a quotation.
const BOILERPLATE_LINES: usize = 3;

/// Whether a text is that of a web page: it begins with boilerplate or a banner, or has a box of facts
/// whose labels and values were joined or put on separate lines.
pub fn looks_like_page_text(text: &str) -> bool {
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .take(TOP_LINES)
        .collect();
    let boilerplate = lines
        .iter()
        .take(BOILERPLATE_LINES)
        .any(|line| boilerplate::identifies_web_page(line));
    let banner = (0..lines.len().min(BOILERPLATE_LINES))
        .any(|start| boilerplate::banner_end(&lines, start).is_some());
    boilerplate || banner || has_joined_facts(&lines) || has_paired_facts(&lines)
}

/// Reads the text of a web page as one page, with the site's lines marked as boilerplate.
pub fn read(decoded: Decoded) -> RawDocument {
    let warnings = decoded.warnings();
    let mut page = Page::from_text(1, decoded.text.replace('\u{c}', "\n"));
    boilerplate::mark_boilerplate_lines(&mut page);
    RawDocument {
        carrier: Carrier::Web,
        media_type: "text/plain",
        encoding: Some(decoded.encoding),
        stated_title: title_of(&page),
        pages: vec![page],
        related: Vec::new(),
        warnings,
    }
}

/// Consecutive lines with a joined label and value that identify a box of facts.
// A box of facts has more than three. Fewer: names with a capital inside, in two lines after each other.
const MIN_JOINED_FACTS: usize = 3;

/// Characters of a line with a joined label and value, at most; longer lines are sentences.
const MAX_FACT_CHARACTERS: usize = 120;

/// Whether the text has a box of facts whose labels and values were joined: `FärgRöd`, `Antal12 st`.
// All but one of the lines must run into a word, not a number: a badly read table of contents has lines
// that end with page numbers (`Inledning3`).
fn has_joined_facts(lines: &[&str]) -> bool {
    lines.windows(MIN_JOINED_FACTS).any(|window| {
        let to_word_or_number = |c: char| c.is_uppercase() || c.is_ascii_digit();
        let to_word = window
            .iter()
            .filter(|line| is_joined_fact(line, char::is_uppercase));
        window
            .iter()
            .all(|line| is_joined_fact(line, to_word_or_number))
            && to_word.count() + 1 >= MIN_JOINED_FACTS
    })
}

/// Whether a short line has, in its first four words, two lower-case letters and right after them a
/// character that does not follow within a word.
// The joint is near the start of the line, where the label ends. Two letters before it exclude names
// such as McDonald, iPhone and eBay.
fn is_joined_fact(line: &str, is_value_start: fn(char) -> bool) -> bool {
    line.chars().count() <= MAX_FACT_CHARACTERS
        && line.split_whitespace().take(4).any(|word| {
            let letters: Vec<char> = word.chars().collect();
            letters.windows(3).any(|three| {
                three[0].is_lowercase() && three[1].is_lowercase() && is_value_start(three[2])
            })
        })
}

/// Consecutive pairs of a label line and a value line that identify a box of facts.
// Fewer: the heads of letters and forms, with a date and a case number below their labels.
const MIN_FACT_PAIRS: usize = 4;

/// Whether the text has a box of facts with each label above its value: `Färg:` above `Röd`.
fn has_paired_facts(lines: &[&str]) -> bool {
    /// The box is right below the title.
    const TOP: usize = 12;
    const MAX_LABEL_CHARACTERS: usize = 40;
    let is_label = |line: &str| line.ends_with(':') && line.chars().count() <= MAX_LABEL_CHARACTERS;
    let pairs = |start: usize| {
        let pairs = lines[start..].chunks_exact(2);
        pairs
            .take_while(|pair| is_label(pair[0]) && !is_label(pair[1]))
            .count()
    };
    (0..lines.len().min(TOP)).any(|start| pairs(start) >= MIN_FACT_PAIRS)
}

/// Characters of a title, at most; a longer first line is a paragraph.
const MAX_TITLE_CHARACTERS: usize = 150;

/// The first line that is not boilerplate, if it is short enough for a title.
fn title_of(page: &Page) -> Option<String> {
    let first = page
        .lines
        .iter()
        .find(|line| line.role != LineRole::Furniture)?;
    let title = collapse_whitespace(page.line_text(first));
    (title.chars().count() <= MAX_TITLE_CHARACTERS && !title.ends_with(':')).then_some(title)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::decode;

    fn authored(text: &str) -> Vec<String> {
        let page = read(decode(text.as_bytes())).pages.remove(0);
        let own = page
            .lines
            .iter()
            .filter(|line| line.role != LineRole::Furniture);
        own.map(|line| page.line_text(line).to_owned()).collect()
    }

    #[test]
    fn a_saved_page_is_recognized_by_boilerplate_or_a_box_of_facts() {
        for text in [
            "Skip to Main Content\n\nÖn",
            "Cookies\n\nVi bakar\n\nLär dig mer\n\nÖn",
            "Ön\n\nFärgRöd\nDjupTio meter\nAntal öar12 st\nText",
            "Ön\n\nFärg:\nRöd\nDjup:\nTio\nAntal:\n12\nOrt:\nViken\n",
        ] {
            assert!(looks_like_page_text(text), "{text}");
        }
    }

    #[test]
    fn other_texts_are_not_web_pages() {
        for text in [
            "Cookies\n\när kakor på engelska.",
            "En ö med iPhone och eBay\noch McDonald",
            "Färg: Röd\nDjup: Tio\nAntal: 12\nOrt: Viken",
            "Information (bilaga 2)\n\när",
            "Information med anledning av ön\n\när",
            "Inledning3\nÖar4\nSjöar5\nSlut6",
            "# Ön\n\nStäng grinden.\n\nIn English\n",
            "",
        ] {
            assert!(!looks_like_page_text(text), "{text}");
        }
    }

    #[test]
    fn banners_above_the_title_are_boilerplate() {
        let text = "Logotyp på utskrifter\n\nStäng\n\n4 maj - Kurs om öar\n\nMer information och \
            anmälan.\n\nÖn\n\nStäng\n\nCookies\n\när goda.\n\nBack To Top\nSkriv ut";
        assert_eq!(authored(text), ["Ön", "Stäng", "Cookies", "är goda."]);
        assert_eq!(read(decode(text.as_bytes())).stated_title.unwrap(), "Ön");
    }

    #[test]
    fn a_banner_without_its_last_line_marks_nothing() {
        assert_eq!(
            authored("Cookies\n\nÖn\n\nLär dig simma"),
            ["Ön", "Lär dig simma"]
        );
    }
}
