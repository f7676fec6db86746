//! XML trees of a form: elements with their texts, within limits.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Elements of one tree.
// Forms of a hundred pages have some ten thousand.
const MAX_ELEMENTS: usize = 200_000;
/// Deepest element. Elements below are read as if they were on this level.
const MAX_DEPTH: usize = 100;
/// Longest document, in bytes.
const MAX_BYTES: usize = 32 << 20;
/// The attributes that are used.
const ATTRIBUTES: [&str; 7] = ["name", "presence", "save", "ref", "match", "access", "nil"];

/// An element. The first one is the root.
#[derive(Debug, Default)]
pub(super) struct Element {
    /// Its name, without a prefix.
    pub name: String,
    attributes: Vec<(&'static str, String)>,
    /// Its own text.
    pub text: String,
    /// Its children, by number.
    pub children: Vec<usize>,
}

/// All elements of a document.
#[derive(Debug)]
pub(super) struct Tree {
    elements: Vec<Element>,
}

impl Tree {
    /// Parses a document, as far as it is well-formed.
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let bytes = bytes.get(..MAX_BYTES).unwrap_or(bytes);
        let text = String::from_utf8_lossy(bytes);
        let mut reader = Reader::from_str(&text);
        let mut tree = Self {
            elements: vec![Element::default()],
        };
        let mut open = vec![0];
        while tree.elements.len() < MAX_ELEMENTS {
            match reader.read_event() {
                Ok(Event::Start(start)) => {
                    let element = tree.push(&start, &open);
                    open.push(element);
                }
                Ok(Event::Empty(start)) => {
                    tree.push(&start, &open);
                }
                Ok(Event::End(_)) if open.len() > 1 => {
                    open.pop();
                }
                Ok(Event::Text(text)) => tree.push_text(&open, &text),
                Ok(Event::CData(text)) => tree.push_text(&open, &text),
                Ok(Event::GeneralRef(reference)) => {
                    let character = match reference.resolve_char_ref() {
                        Ok(Some(character)) => Some(character),
                        _ => named_character(&reference),
                    };
                    if let Some(character) = character {
                        tree.push_text(&open, character.encode_utf8(&mut [0; 4]));
                    }
                }
                Ok(Event::Eof) | Err(_) => break,
                Ok(_) => {}
            }
        }
        tree
    }

    fn push(&mut self, start: &BytesStart<'_>, open: &[usize]) -> usize {
        let mut element = Element {
            name: start.local_name().as_ref().to_owned(),
            ..Element::default()
        };
        for attribute in start.attributes().flatten() {
            let key = attribute.key.local_name();
            let known = ATTRIBUTES.iter().find(|name| **name == key.as_ref());
            if let Some(name) = known {
                let value = attribute.value.into_owned();
                element.attributes.push((name, value));
            }
        }
        let number = self.elements.len();
        self.elements.push(element);
        let parent = open.get(..MAX_DEPTH).unwrap_or(open).last();
        if let Some(parent) = parent.and_then(|&parent| self.elements.get_mut(parent)) {
            parent.children.push(number);
        }
        number
    }

    fn push_text(&mut self, open: &[usize], text: &str) {
        let current = open.get(..MAX_DEPTH).unwrap_or(open).last();
        if let Some(element) = current.and_then(|&current| self.elements.get_mut(current)) {
            element.text.push_str(text);
        }
    }

    /// An element; the root for a number that is none.
    pub(super) fn element(&self, number: usize) -> &Element {
        self.elements.get(number).unwrap_or(&self.elements[0])
    }

    /// The children of an element.
    pub(super) fn children(&self, number: usize) -> impl Iterator<Item = (usize, &Element)> {
        let children = self.element(number).children.iter();
        children.map(|&child| (child, self.element(child)))
    }

    /// The first child with a name.
    pub(super) fn child(&self, number: usize, name: &str) -> Option<usize> {
        let mut children = self.children(number);
        children
            .find(|(_, child)| child.name == name)
            .map(|(child, _)| child)
    }

    /// The first element with a name, in document order.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.elements
            .iter()
            .position(|element| element.name == name)
    }

    /// The text of an element with that of the elements in it. Paragraphs are lines.
    pub(super) fn text_of(&self, number: usize) -> String {
        let mut text = String::new();
        self.push_text_of(number, &mut text);
        let lines = text.split('\n').map(diarium_document::collapse_whitespace);
        let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
        lines.join("\n")
    }

    fn push_text_of(&self, number: usize, text: &mut String) {
        let element = self.element(number);
        text.push_str(&element.text);
        for (child, element) in self.children(number) {
            let is_block = matches!(element.name.as_str(), "p" | "br" | "div" | "li");
            if is_block {
                text.push('\n');
            }
            self.push_text_of(child, text);
        }
    }
}

impl Element {
    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| value.as_str())
    }
}

fn named_character(reference: &str) -> Option<char> {
    match reference {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_with_their_entities_and_paragraphs() {
        let tree = Tree::parse(b"<a><p>Siv &amp; Ek</p><p>p&#229; <b>plats</b></p></a>");
        assert_eq!(tree.text_of(0), "Siv & Ek\np\u{E5} plats");
    }

    #[test]
    fn deep_and_broken_documents_are_bounded() {
        let deep = "<a>".repeat(1_000_000);
        assert_eq!(Tree::parse(deep.as_bytes()).elements.len(), MAX_ELEMENTS);
        assert_eq!(Tree::parse(b"<a><b>x</a").text_of(0), "x");
    }
}
