//! Boilerplate detection: which elements and lines of a web page belong to the site.
//!
//! Elements are judged by their tag, ARIA role, class names and link density, and lines by the rules in
//! `boilerplate.txt`, because a page saved as text has no elements. Precision comes before recall:
//! boilerplate that is not detected stays in the text, where a profile's letterhead can still remove
//! it, but text taken for boilerplate is lost to every later stage.

use std::sync::LazyLock;

use diarium_document::{LineRole, Page, collapse_whitespace, operations};
use ego_tree::{NodeRef, iter::Edge};
use regex::RegexSet;
use scraper::{Node, node::Element};

use super::elements::{self, Break};

/// Whether an element declares itself as boilerplate, by its tag, role or class.
pub(super) fn is_boilerplate_element(element: &Element) -> bool {
    // `header` is not here: an article's own header is content. See `render`.
    if matches!(element.name(), "nav" | "footer" | "dialog" | "search") {
        return true;
    }
    // The landmark roles of WAI-ARIA 1.2 that contain no main content, and its two dialogs.
    if matches!(
        element.attr("role"),
        Some("navigation" | "banner" | "contentinfo" | "search" | "dialog" | "alertdialog")
    ) {
        return true;
    }
    if is_of_archive(element) {
        return true;
    }
    // A class on an inline element describes a word (`<span class="menu">`), except on a skip link.
    let is_block = elements::break_of(element.name()) != Break::None || element.name() == "a";
    // The class of an outermost element describes the whole page (`<body class="menu-open">`).
    let is_outermost = matches!(element.name(), "html" | "body" | "main" | "article");
    is_block && !is_outermost && {
        let words = class_words(element);
        contains_any(&words, BOILERPLATE_CLASS_WORDS) && !contains_any(&words, CONTENT_CLASS_WORDS)
    }
}

/// The comments around the toolbar that the Wayback Machine adds to a page.
pub(super) const ARCHIVE_TOOLBAR: [&str; 2] =
    ["BEGIN WAYBACK TOOLBAR INSERT", "END WAYBACK TOOLBAR INSERT"];

/// Whether an element is complementary content: beside the main text. Only its link density shows
/// whether it is navigation or the page's own box of facts.
pub(super) fn is_complementary(element: &Element) -> bool {
    element.name() == "aside"
        || element.attr("role") == Some("complementary")
        || elements::break_of(element.name()) != Break::None
            && contains_any(&class_words(element), &["sidebar"])
}

/// Whether an element's link density, the share of its characters inside links, is at least one half.
// Link density is the usual feature for boilerplate removal (Kohlschütter et al., "Boilerplate Detection
// using Shallow Text Features", 2010). Navigation is close to 1, and a box of facts with an e-mail
// address or two far below one half. An element without text counts as links: it has nothing to lose.
pub(super) fn is_mostly_links(node: NodeRef<'_, Node>) -> bool {
    let is_link = |node: NodeRef<'_, Node>| {
        let element = node.value().as_element();
        element.is_some_and(|element| element.name() == "a")
    };
    let (mut all, mut linked, mut open_links) = (0, 0, 0);
    for edge in node.traverse() {
        operations::count(1);
        match edge {
            Edge::Open(node) if is_link(node) => open_links += 1,
            Edge::Close(node) if is_link(node) => open_links -= 1,
            Edge::Open(node) => {
                let text = node.value().as_text().map_or("", |text| &**text);
                let characters = text.chars().filter(|c| !c.is_whitespace()).count();
                all += characters;
                linked += if open_links > 0 { characters } else { 0 };
            }
            Edge::Close(_) => {}
        }
    }
    linked * 2 >= all
}

/// How the ids and classes of elements begin that a web archive adds to a page: the Wayback Machine and
/// Archive-It, pywb, Arquivo.pt, archive.today, the UK Web Archive, Webrecorder.
const ARCHIVE_ELEMENTS: &[&str] = &[
    "wm-ipp",
    "wm-capinfo",
    "wm-toolbar",
    "wm-disclaimer",
    "wm-banner",
    "donato",
    "ait-banner",
    "_wb_",
    "wb_iframe_div",
    "wb-banner",
    "pywb-",
    "wr-banner",
    "arquivo-banner",
    "replay-banner",
    "replay_banner",
    "archive-toolbar",
    "archive-banner",
    "webarchive-banner",
    "ukwa-banner",
];

/// Whether an element was added by a web archive, by its id or class.
fn is_of_archive(element: &Element) -> bool {
    let is_known = |name: &str| {
        let name = name.to_ascii_lowercase();
        ARCHIVE_ELEMENTS.iter().any(|known| name.starts_with(known))
    };
    element.id().is_some_and(is_known) || element.classes().any(is_known)
}

/// Words in the class or id of boilerplate elements, English and Swedish.
const BOILERPLATE_CLASS_WORDS: &[&str] = &[
    "cookie",
    "cookies",
    "kakor",
    "consent",
    "banner",
    "breadcrumb",
    "breadcrumbs",
    "brodsmulor",
    "menu",
    "meny",
    "nav",
    "navbar",
    "navigation",
    "share",
    "sharing",
    "skip",
    "skiplink",
    "footer",
    "sidfot",
    "pagination",
];

/// Words that negate the others or name the content beside them: `has-menu`, `no-banner`, `nav-content`.
const CONTENT_CLASS_WORDS: &[&str] = &["has", "with", "without", "no", "content", "body"];

fn contains_any(words: &[String], wanted: &[&str]) -> bool {
    words.iter().any(|word| wanted.contains(&word.as_str()))
}

/// The words of class and id, in lower case: `siteNav main-menu` has four.
// Whole words are compared, not substrings: `shareholder` is not `share`.
fn class_words(element: &Element) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut last = ' ';
    let names = [element.attr("class"), element.attr("id")];
    for character in names
        .into_iter()
        .flatten()
        .flat_map(|name| name.chars().chain([' ']))
    {
        let is_camel_case = last.is_lowercase() && character.is_uppercase();
        if is_camel_case || !character.is_alphanumeric() {
            words.push(String::new());
        }
        if character.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(character.to_lowercase());
        }
        last = character;
    }
    words
}

/// Marks the boilerplate lines of a page.
pub(super) fn mark_boilerplate_lines(page: &mut Page) {
    let lines: Vec<&str> = page
        .lines
        .iter()
        .map(|line| page.line_text(line).trim())
        .collect();
    let known: Vec<bool> = page
        .lines
        .iter()
        .map(|line| line.role == LineRole::Boilerplate)
        .collect();
    let boilerplate = boilerplate_lines(&lines, known);
    for (line, is_boilerplate) in page.lines.iter_mut().zip(boilerplate) {
        // The rules list button labels, and an author may have a heading with the same word ("Meny").
        if is_boilerplate && !matches!(line.role, LineRole::Heading(_)) {
            line.role = LineRole::Boilerplate;
        }
    }
}

/// Which lines are boilerplate, given those that are known to be.
fn boilerplate_lines(lines: &[&str], mut boilerplate: Vec<bool>) -> Vec<bool> {
    for (is_boilerplate, line) in boilerplate.iter_mut().zip(lines) {
        *is_boilerplate |= RULES.matches(line, Position::Anywhere);
    }
    // From both ends inward, up to the first line that is not boilerplate: the title, and the last
    // line of the text.
    let mut top = 0;
    while top < lines.len() {
        let end = banner_end(lines, top).unwrap_or(top);
        if end == top && !boilerplate[top] && !RULES.matches(lines[top], Position::Edge) {
            break;
        }
        boilerplate[top..=end].fill(true);
        top = end + 1;
    }
    for (index, line) in lines.iter().enumerate().skip(top).rev() {
        if !boilerplate[index] && !RULES.matches(line, Position::Edge) {
            break;
        }
        boilerplate[index] = true;
    }
    boilerplate
}

/// Whether a line is boilerplate that identifies its text as a saved web page.
pub(super) fn identifies_web_page(line: &str) -> bool {
    let normalized = normalize(line);
    let identifies = |rule: &LineRule| rule.identifies_web_page && rule.text == normalized;
    RULES.lines.iter().any(identifies) || RULES.matches_pattern(line)
}

/// Lines between the first and the last line of a banner, at most.
// A notice or an announcement takes a few lines. Larger: the first word of a banner and its last word
// somewhere in the text would take the paragraphs between them.
const MAX_BANNER_LINES: usize = 6;

/// The index of the last line of a banner that begins at `start`.
pub(super) fn banner_end(lines: &[&str], start: usize) -> Option<usize> {
    let first = normalize(lines[start]);
    let limit = lines.len().min(start + MAX_BANNER_LINES + 2);
    RULES
        .banners
        .iter()
        .filter(|banner| banner.first == first)
        .find_map(|banner| (start + 1..limit).find(|&index| normalize(lines[index]) == banner.last))
}

/// Bytes of a boilerplate line, at most; longer lines are sentences.
// It must allow a skip link with the site's main menu behind it on the same line, which the pattern in
// `boilerplate.txt` matches, and exclude paragraphs that begin with such words.
const MAX_LINE_BYTES: usize = 200;

/// A line as the rules are written: in lower case, white space collapsed, without closing punctuation
/// and arrows.
fn normalize(line: &str) -> String {
    let line = line.trim_end_matches(['.', '!', '»', '›', '>', ':', ' ']);
    collapse_whitespace(line).to_lowercase()
}

/// Where on a page a line is boilerplate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    Anywhere,
    /// Above the page's title or below its last line, with only boilerplate between.
    Edge,
}

/// The rules of `boilerplate.txt`.
static RULES: LazyLock<Rules> =
    LazyLock::new(|| match Rules::parse(include_str!("boilerplate.txt")) {
        Ok(rules) => rules,
        // A missing rule would change records without a sign. A test parses the file.
        Err(error) => panic!("boilerplate.txt: {error}"),
    });

/// Rules for boilerplate lines; their texts are normalized.
#[derive(Debug, Default)]
struct Rules {
    lines: Vec<LineRule>,
    /// For lines at the edge of a page; they identify a web page.
    patterns: RegexSet,
    banners: Vec<Banner>,
}

/// A whole line.
#[derive(Debug)]
struct LineRule {
    text: String,
    position: Position,
    identifies_web_page: bool,
}

/// The first and the last line of a banner.
#[derive(Debug)]
struct Banner {
    first: String,
    last: String,
}

#[derive(Debug, thiserror::Error)]
enum RuleError {
    #[error("not a rule: {0}")]
    Syntax(String),
    #[error(transparent)]
    Pattern(#[from] regex::Error),
}

impl Rules {
    fn parse(file: &str) -> Result<Self, RuleError> {
        let mut rules = Self::default();
        let mut patterns = Vec::new();
        for line in file.lines().filter(|line| !line.trim().is_empty()) {
            match line.split_once(' ') {
                _ if line.starts_with('#') => {}
                Some(("site", text)) => rules.add_line(text, Position::Anywhere, true),
                Some(("anywhere", text)) => rules.add_line(text, Position::Anywhere, false),
                Some(("edge", text)) => rules.add_line(text, Position::Edge, false),
                Some(("pattern", pattern)) => patterns.push(pattern),
                Some(("banner", lines)) => rules.banners.push(Banner::parse(lines)?),
                _ => return Err(RuleError::Syntax(line.to_owned())),
            }
        }
        rules.patterns = RegexSet::new(patterns)?;
        Ok(rules)
    }

    fn add_line(&mut self, text: &str, position: Position, identifies_web_page: bool) {
        self.lines.push(LineRule {
            text: text.to_owned(),
            position,
            identifies_web_page,
        });
    }

    /// Whether a line is boilerplate at this position.
    fn matches(&self, line: &str, position: Position) -> bool {
        if line.len() > MAX_LINE_BYTES {
            return false;
        }
        let normalized = normalize(line);
        let matches = |rule: &LineRule| {
            rule.text == normalized
                && (position == Position::Edge || rule.position == Position::Anywhere)
        };
        self.lines.iter().any(matches)
            || position == Position::Edge && self.patterns.is_match(&normalized)
    }

    fn matches_pattern(&self, line: &str) -> bool {
        line.len() <= MAX_LINE_BYTES && self.patterns.is_match(&normalize(line))
    }
}

impl Banner {
    fn parse(lines: &str) -> Result<Self, RuleError> {
        let (first, last) = lines
            .split_once(" … ")
            .ok_or_else(|| RuleError::Syntax(lines.to_owned()))?;
        Ok(Self {
            first: first.to_owned(),
            last: last.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_of_the_file_parses_and_is_normalized() {
        let file = include_str!("boilerplate.txt");
        let rules = Rules::parse(file).unwrap();
        let is_rule = |line: &&str| !line.is_empty() && !line.starts_with('#');
        let count = rules.lines.len() + rules.patterns.len() + rules.banners.len();
        assert_eq!(count, file.lines().filter(is_rule).count());
        for text in rules.lines.iter().map(|rule| &rule.text) {
            assert_eq!(*text, normalize(text));
        }
        for banner in &rules.banners {
            assert_eq!(banner.first, normalize(&banner.first));
            assert_eq!(banner.last, normalize(&banner.last));
        }
    }

    #[test]
    fn a_line_that_is_not_a_rule_is_an_error() {
        for line in ["meny", "somewhere meny", "banner meny", "pattern ("] {
            assert!(Rules::parse(line).is_err(), "{line}");
        }
    }
}
