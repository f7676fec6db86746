//! What does an element of HTML mean for the text in it?
//!
//! Flat tables: which elements are blocks, which are not shown, and which belong to the site rather
//! than to the page.

use scraper::node::Element;

/// How an element breaks the text around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Break {
    /// Not at all: it stands in a line.
    None,
    /// It begins and ends a line.
    Line,
    /// White space stands around it as well.
    Gap,
}

/// How an element breaks the text around it, by the browsers' own style sheet.
pub(super) fn break_of(name: &str) -> Break {
    match name {
        "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "menu" | "dl" | "table"
        | "section" | "article" | "main" | "aside" | "nav" | "header" | "footer" | "hr"
        | "blockquote" | "pre" | "fieldset" | "figure" | "form" | "hgroup" | "dialog" | "body" => {
            Break::Gap
        }
        "address" | "caption" | "center" | "dd" | "details" | "div" | "dt" | "figcaption"
        | "legend" | "li" | "search" | "summary" | "tbody" | "td" | "textarea" | "tfoot" | "th"
        | "thead" | "tr" | "frameset" | "option" => Break::Line,
        _ => Break::None,
    }
}

/// Whether a browser shows nothing of it.
pub(super) fn is_hidden(element: &Element) -> bool {
    if matches!(
        element.name(),
        "head"
            | "script"
            | "style"
            | "template"
            | "noscript"
            | "svg"
            | "iframe"
            | "object"
            | "canvas"
            | "audio"
            | "video"
            | "datalist"
            | "noframes"
            | "title"
    ) {
        return true;
    }
    if element.attr("hidden").is_some() || element.attr("aria-hidden") == Some("true") {
        return true;
    }
    let style = element.attr("style").unwrap_or_default();
    let style = style.replace(char::is_whitespace, "").to_ascii_lowercase();
    style.contains("display:none") || style.contains("visibility:hidden")
}

/// The level of a heading.
pub(super) fn heading_level(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h', digit @ b'1'..=b'6'] => Some(digit - b'0'),
        _ => None,
    }
}

/// Whether an element says of itself that it is the site's.
pub(super) fn is_site_furniture(element: &Element) -> bool {
    if matches!(element.name(), "nav" | "footer" | "dialog" | "search") {
        return true;
    }
    if matches!(
        element.attr("role"),
        Some("navigation" | "banner" | "contentinfo" | "search" | "dialog" | "alertdialog")
    ) {
        return true;
    }
    let block = break_of(element.name()) != Break::None || element.name() == "a";
    block && !matches!(element.name(), "html" | "body" | "main" | "article") && {
        let words = class_words(element);
        has(&words, SITE_WORDS) && !has(&words, CONTENT_WORDS)
    }
}

/// Whether an element stands beside the text: the site's if it is made of links, and as often the
/// page's own box of facts.
pub(super) fn is_aside(element: &Element) -> bool {
    element.name() == "aside"
        || element.attr("role") == Some("complementary")
        || break_of(element.name()) != Break::None && has(&class_words(element), &["sidebar"])
}

/// Words that sites have in the class or id of what is theirs.
const SITE_WORDS: &[&str] = &[
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

/// Words that say that the element is not itself the thing: `has-menu`, `no-banner`, `nav-content`.
const CONTENT_WORDS: &[&str] = &["has", "with", "without", "no", "content", "body"];

fn has(words: &[String], wanted: &[&str]) -> bool {
    words.iter().any(|word| wanted.contains(&word.as_str()))
}

/// The words of class and id, in lower case: `siteNav main-menu` has four.
fn class_words(element: &Element) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut last = ' ';
    let names = [element.attr("class"), element.attr("id")];
    for character in names
        .into_iter()
        .flatten()
        .flat_map(|name| name.chars().chain([' ']))
    {
        let new_word = last.is_lowercase() && character.is_uppercase();
        if new_word || !character.is_alphanumeric() {
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
