//! Element semantics: what an element of HTML means for the text in it.
//!
//! By its name, an element breaks lines, is hidden or is a heading. By its content, a row of a table is
//! data or layout. Whether an element belongs to the site is decided in `boilerplate`.

use ego_tree::{NodeRef, iter::Edge};
use scraper::{Node, node::Element};

use diarium_document::{collapse_whitespace, operations};

/// How an element breaks the text around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Break {
    /// It is inline.
    None,
    /// It begins and ends a line.
    Line,
    /// It begins and ends a paragraph, with white space around it.
    Gap,
}

/// How an element breaks the text around it.
// The `display` and vertical margins of the HTML Standard, section 15.3 (user agent style sheet).
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

/// Whether a browser never displays the element, whatever its style.
pub(super) fn is_not_displayed(element: &Element) -> bool {
    // The content of `noscript`, `audio` and the like is a fallback, which browsers that run scripts and
    // play media do not display.
    matches!(
        element.name(),
        "head"
            | "script"
            | "style"
            | "template"
            | "noscript"
            | "svg"
            | "iframe"
            | "canvas"
            | "audio"
            | "video"
            | "datalist"
            | "noframes"
            | "title"
    ) || is_icon(element)
}

/// Whether an element is a picture from a font, whose text is the picture's name (`mail`).
fn is_icon(element: &Element) -> bool {
    let is_icon_class = |class: &str| {
        let class = class.to_ascii_lowercase();
        class.starts_with("material-icons")
            || class.starts_with("material-symbols")
            || matches!(&*class, "icon" | "glyphicon" | "fa" | "fas" | "far" | "fab")
    };
    element.attr("aria-hidden") == Some("true") && element.classes().any(is_icon_class)
}

/// Whether a browser crosses out the element's text, unless its style says otherwise.
pub(super) fn is_struck(element: &Element) -> bool {
    matches!(element.name(), "del" | "s" | "strike")
}

/// The level of a heading element.
pub(super) fn heading_level(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h', digit @ b'1'..=b'6'] => Some(digit - b'0'),
        _ => None,
    }
}

/// Whether an element is a list.
pub(super) fn is_list(name: &str) -> bool {
    matches!(name, "ul" | "ol" | "menu")
}

/// Whether a `<dd>` is the first value of its `<dt>`.
pub(super) fn is_first_value(value: NodeRef<'_, Node>) -> bool {
    let mut before = value
        .prev_siblings()
        .inspect(|_| operations::count(1))
        .filter_map(|node| node.value().as_element());
    before.next().is_some_and(|element| element.name() == "dt")
}

/// Lines of a cell in a row of data, at most.
// Old sites laid out whole pages in tables. A cell of data has a word or a short answer, which may wrap
// once; a cell of a layout table has paragraphs, lists or headings.
const MAX_CELL_LINES: usize = 2;

/// Whether a row is data and not layout: no cell has more than two lines or block structure of its own.
// The traversal ends at a nested table, whose rows are tested on their own. So no text is tested twice,
// and nested tables cost linear time.
pub(super) fn is_data_row(row: NodeRef<'_, Node>) -> bool {
    let (mut lines, mut at_start) = (0, true);
    for edge in row.traverse() {
        operations::count(1);
        let (Edge::Open(node) | Edge::Close(node)) = edge;
        match node.value() {
            Node::Text(text) if at_start && !text.trim().is_empty() => {
                lines += 1;
                at_start = false;
            }
            Node::Element(element) => match element.name() {
                "table" | "dl" | "ul" | "ol" | "menu" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6"
                | "hr" | "pre" | "textarea" | "blockquote" | "section" | "article" | "main"
                | "form" | "fieldset" => {
                    return false;
                }
                "td" | "th" | "dd" => (lines, at_start) = (0, true),
                name => at_start |= name == "br" || break_of(name) != Break::None,
            },
            _ => {}
        }
        if lines > MAX_CELL_LINES {
            return false;
        }
    }
    true
}

/// The text of a node and everything in it, white space collapsed.
pub(super) fn text_content(node: NodeRef<'_, Node>) -> String {
    let texts = node
        .descendants()
        .inspect(|_| operations::count(1))
        .filter_map(|inner| inner.value().as_text());
    collapse_whitespace(&texts.map(|text| &**text).collect::<Vec<_>>().join(" "))
}

/// The text directly inside a node, as it is written.
pub(super) fn raw_text(node: NodeRef<'_, Node>) -> String {
    let texts = node.children().filter_map(|child| child.value().as_text());
    texts.map(|text| &**text).collect()
}
