//! What shape has the content of an element?
//!
//! Questions that need a look at everything inside of an element before it is read. None of them
//! looks at the same text often: each stops at the element that would ask it again.

use ego_tree::{NodeRef, iter::Edge};
use scraper::Node;

use super::elements::{self, Break};
use diarium_document::work;

/// Whether it is one of the choices of a list.
pub(super) fn is_option(node: NodeRef<'_, Node>) -> bool {
    let element = node.value().as_element();
    element.is_some_and(|element| element.name() == "option")
}

/// Whether a value stands right after its label: only its first value does.
pub(super) fn follows_its_label(value: NodeRef<'_, Node>) -> bool {
    let mut before = value
        .prev_siblings()
        .inspect(|_| work::spend(1))
        .filter_map(|node| node.value().as_element());
    before.next().is_some_and(|element| element.name() == "dt")
}

/// Whether no cell of a row has more than two lines, nor any structure of its own.
pub(super) fn fits_one_line(row: NodeRef<'_, Node>) -> bool {
    const LINES: usize = 2;
    let (mut lines, mut at_start) = (0, true);
    for edge in row.traverse() {
        work::spend(1);
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
                name => at_start |= name == "br" || elements::break_of(name) != Break::None,
            },
            _ => {}
        }
        if lines > LINES {
            return false;
        }
    }
    true
}

/// Whether at least half of the characters in it can be clicked.
pub(super) fn is_made_of_links(node: NodeRef<'_, Node>) -> bool {
    let (mut all, mut linked, mut links) = (0, 0, 0);
    for edge in node.traverse() {
        work::spend(1);
        let is_link = |node: NodeRef<'_, Node>| {
            let element = node.value().as_element();
            element.is_some_and(|element| element.name() == "a")
        };
        match edge {
            Edge::Open(node) if is_link(node) => links += 1,
            Edge::Close(node) if is_link(node) => links -= 1,
            Edge::Open(node) => {
                let text = node.value().as_text().map_or("", |text| &**text);
                let characters = text.chars().filter(|c| !c.is_whitespace()).count();
                all += characters;
                linked += if links > 0 { characters } else { 0 };
            }
            Edge::Close(_) => {}
        }
    }
    linked * 2 >= all
}
