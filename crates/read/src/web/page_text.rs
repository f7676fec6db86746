//! Is a text that of a web page, and which of its lines are the site's?
//!
//! A page saved as text has no elements left, only lines that every page of the site repeats. The
//! table below is short on purpose: whole lines that no author writes, and two kinds of banner that
//! stand between known lines. What the table misses is left to cleaning, which sees the folder.

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::super::encoding::Decoded;
use diarium_document::{Carrier, LineRole, Page, RawDocument, single_spaced};

/// Where a line of the site's may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Anywhere: no author writes such a line.
    Anywhere,
    /// Above the page's title, with nothing but the site's lines before it, or below its last line.
    Edge,
}

/// Lines that sites put on their pages, in lower case.
const SITE_LINES: &[(&str, Place)] = &[
    ("logotyp på utskrifter", Place::Anywhere),
    ("skip to main content", Place::Anywhere),
    ("skip to content", Place::Anywhere),
    ("gå direkt till textinnehållet", Place::Anywhere),
    ("hoppa till huvudinnehåll", Place::Anywhere),
    ("hoppa till innehåll", Place::Anywhere),
    ("till innehåll på sidan", Place::Anywhere),
    ("back to top", Place::Anywhere),
    ("till sidans topp", Place::Anywhere),
    ("till toppen", Place::Anywhere),
    ("in english", Place::Anywhere),
    ("skriv ut sidan", Place::Anywhere),
    ("lyssna på sidan", Place::Anywhere),
    ("dela sidan", Place::Anywhere),
    ("mer information och anmälan", Place::Edge),
    ("stäng", Place::Edge),
    ("cookies", Place::Edge),
    ("lär dig mer", Place::Edge),
    ("skriv ut", Place::Edge),
    ("dela", Place::Edge),
    ("lyssna", Place::Edge),
    ("meny", Place::Edge),
    ("sök", Place::Edge),
];

/// Lines that are not the same on all pages, but of one kind.
// Gå direkt till textinnehållet Startsida Kontakt / information (3)
// Uppdaterad information med anledning av coronaviruset
static SITE_PATTERN: Lazy<Regex> = lazy_regex!(
    r"^(?:gå direkt till textinnehållet\b|information \(\d+\)$|(?:uppdaterad )?information med anledning av (?:covid|corona))"
);

/// Lines that open and close a banner; what stands between them is a banner's too.
const BANNERS: &[(&str, &str)] = &[
    ("stäng", "mer information och anmälan"),
    ("cookies", "lär dig mer"),
    ("cookies", "jag förstår"),
];

/// Lines between a banner's two ends.
const LONGEST_BANNER: usize = 6;

/// Longer lines are sentences.
const LONGEST_SITE_LINE: usize = 200;

/// Longer lines are paragraphs.
const LONGEST_TITLE: usize = 150;

/// Whether a text is that of a web page: it begins with a site's lines, or has a box of facts whose
/// labels and values the saving has glued together or put below each other.
pub fn looks_like_page_text(text: &str) -> bool {
    /// Sites put a dozen lines above a page's title, and its facts right below.
    const TOP: usize = 40;
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .take(TOP)
        .collect();
    let first = lines.iter().take(3).any(|line| {
        let sure = |(words, place): &(&str, Place)| {
            *place == Place::Anywhere && *words != "in english" && plain(line) == *words
        };
        SITE_LINES.iter().any(sure) || has_pattern(line)
    });
    let banner = (0..lines.len().min(3)).any(|start| banner_end(&lines, start).is_some());
    first || banner || has_glued_facts(&lines) || has_facts_in_pairs(&lines)
}

/// Reads the text of a web page: one page, the site's lines marked.
pub fn read(decoded: Decoded) -> RawDocument {
    let warnings = decoded.warnings();
    let mut page = Page::from_text(1, decoded.text.replace('\u{c}', "\n"));
    mark_site_lines(&mut page);
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

/// Gives the site's lines their role.
pub fn mark_site_lines(page: &mut Page) {
    let lines: Vec<&str> = page
        .lines
        .iter()
        .map(|line| page.line_text(line).trim())
        .collect();
    let known: Vec<bool> = page
        .lines
        .iter()
        .map(|line| line.role == LineRole::Furniture)
        .collect();
    let site = site_lines(&lines, known);
    for (line, is_site) in page.lines.iter_mut().zip(site) {
        // What a page marks as a heading is no banner, whatever it says.
        if is_site && !matches!(line.role, LineRole::Heading(_)) {
            line.role = LineRole::Furniture;
        }
    }
}

/// Which lines are the site's, given those that are known to be.
fn site_lines(lines: &[&str], mut site: Vec<bool>) -> Vec<bool> {
    for (is_site, line) in site.iter_mut().zip(lines) {
        *is_site |= is_site_line(line, Place::Anywhere);
    }
    let mut top = 0;
    while top < lines.len() {
        let end = banner_end(lines, top).unwrap_or(top);
        if end == top && !site[top] && !is_site_line(lines[top], Place::Edge) {
            break;
        }
        site[top..=end].fill(true);
        top = end + 1;
    }
    for (index, line) in lines.iter().enumerate().skip(top).rev() {
        if !site[index] && !is_site_line(line, Place::Edge) {
            break;
        }
        site[index] = true;
    }
    site
}

fn is_site_line(line: &str, place: Place) -> bool {
    if line.len() > LONGEST_SITE_LINE {
        return false;
    }
    let line = plain(line);
    let known = |(words, where_to): &(&str, Place)| {
        line == *words && (place == Place::Edge || *where_to == Place::Anywhere)
    };
    SITE_LINES.iter().any(known) || place == Place::Edge && has_pattern(&line)
}

fn has_pattern(line: &str) -> bool {
    line.len() <= LONGEST_SITE_LINE && SITE_PATTERN.is_match(&plain(line))
}

/// The last line of a banner that begins here.
fn banner_end(lines: &[&str], start: usize) -> Option<usize> {
    let opening = plain(lines[start]);
    let last = lines.len().min(start + LONGEST_BANNER + 2);
    BANNERS
        .iter()
        .filter(|(opens, _)| *opens == opening)
        .find_map(|(_, closes)| (start + 1..last).find(|&index| plain(lines[index]) == *closes))
}

/// A line as the tables have it.
fn plain(line: &str) -> String {
    let line = line.trim_end_matches(['.', '!', '»', '›', '>', ':', ' ']);
    single_spaced(line).to_lowercase()
}

/// `FärgRöd`, `Antal12 st`: three short lines in a row in each of which a word runs into the next.
/// Figures alone do not prove it: so do a badly read table of contents' (`Inledning3`).
fn has_glued_facts(lines: &[&str]) -> bool {
    const ENOUGH: usize = 3;
    const LONGEST_FACT: usize = 120;
    let glued = |line: &&str, to: fn(char) -> bool| {
        line.chars().count() <= LONGEST_FACT && is_glued(line, to)
    };
    let to_any = |line: &&str| glued(line, |c| c.is_uppercase() || c.is_ascii_digit());
    let to_word = |line: &&&str| glued(line, char::is_uppercase);
    lines.windows(ENOUGH).any(|window| {
        window.iter().all(to_any) && window.iter().filter(to_word).count() + 1 >= ENOUGH
    })
}

/// Two small letters and right after them what cannot follow in a word, in the first four words.
fn is_glued(line: &str, to: fn(char) -> bool) -> bool {
    line.split_whitespace().take(4).any(|word| {
        let letters: Vec<char> = word.chars().collect();
        letters
            .windows(3)
            .any(|three| three[0].is_lowercase() && three[1].is_lowercase() && to(three[2]))
    })
}

/// `Färg:` above `Röd`, at least four times in a row.
fn has_facts_in_pairs(lines: &[&str]) -> bool {
    const ENOUGH: usize = 4;
    let is_label = |line: &str| line.ends_with(':') && line.chars().count() <= 40;
    let pairs = |start: usize| {
        let pairs = lines[start..].chunks_exact(2);
        pairs
            .take_while(|pair| is_label(pair[0]) && !is_label(pair[1]))
            .count()
    };
    (0..lines.len().min(12)).any(|start| pairs(start) >= ENOUGH)
}

/// The first line that is not the site's, if it is short enough for a title.
fn title_of(page: &Page) -> Option<String> {
    let first = page
        .lines
        .iter()
        .find(|line| line.role != LineRole::Furniture)?;
    let title = single_spaced(page.line_text(first));
    (title.chars().count() <= LONGEST_TITLE && !title.ends_with(':')).then_some(title)
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
    fn a_pages_text_is_known_by_its_site_or_its_box_of_facts() {
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
    fn other_texts_are_not() {
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
    fn banners_above_the_title_are_the_sites() {
        let text = "Logotyp på utskrifter\n\nStäng\n\n4 maj - Kurs om öar\n\nMer information och \
            anmälan.\n\nÖn\n\nStäng\n\nCookies\n\när goda.\n\nBack To Top\nSkriv ut";
        assert_eq!(authored(text), ["Ön", "Stäng", "Cookies", "är goda."]);
        assert_eq!(read(decode(text.as_bytes())).stated_title.unwrap(), "Ön");
    }

    #[test]
    fn a_banner_that_is_not_closed_takes_no_line_with_it() {
        assert_eq!(
            authored("Cookies\n\nÖn\n\nLär dig simma"),
            ["Ön", "Lär dig simma"]
        );
    }
}
