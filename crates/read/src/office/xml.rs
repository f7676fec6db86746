//! XML of office documents: events without prefixes, and small trees of properties.
//!
//! Names are compared without their prefix: the namespaces of transitional and strict OOXML differ, and
//! no part that is read uses one local name for two things. Entities of a document type are not
//! expanded. XML that is not well-formed is read up to the fault.

use std::borrow::Cow;

use quick_xml::{
    Reader,
    events::{BytesEnd, BytesStart, Event},
};

use diarium_document::Heartbeat;

/// Depth of a tree of properties, at most; what is deeper is left out.
// Real properties nest ten deep.
const MAX_TREE_DEPTH: usize = 64;

/// The text of an XML part, which is UTF-8 or, in files of some programs, UTF-16.
pub(super) fn decode(bytes: Vec<u8>) -> String {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(&bytes) {
        return encoding.decode(&bytes).0.into_owned();
    }
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    }
}

/// A part of the XML.
pub(super) enum Node<'x> {
    /// The start of an element; that of an empty one is followed by its end.
    Open(Element<'x>),
    /// The end of an element.
    Close(Closed<'x>),
    /// Text, with its references resolved.
    Text(Cow<'x, str>),
}

/// The start of an element.
pub(super) struct Element<'x>(BytesStart<'x>);

/// The end of an element.
pub(super) struct Closed<'x>(BytesEnd<'x>);

impl Element<'_> {
    /// Its name without prefix.
    pub(super) fn name(&self) -> &str {
        local(self.0.name().into_inner())
    }

    /// Its name as written, with its prefix.
    pub(super) fn qualified(&self) -> &str {
        self.0.name().into_inner()
    }

    /// The value of the first attribute with this name, prefixes aside.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        self.attributes()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
    }

    fn attributes(&self) -> impl Iterator<Item = (String, String)> {
        let mut attributes = self.0.attributes();
        attributes.with_checks(false);
        attributes.flatten().map(|attribute| {
            let name = local(attribute.key.into_inner()).to_owned();
            let value = attribute
                .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                .map_or_else(|_| attribute.value.to_string(), Cow::into_owned);
            (name, value)
        })
    }
}

impl Closed<'_> {
    /// Its name without prefix.
    pub(super) fn name(&self) -> &str {
        local(self.0.name().into_inner())
    }
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// Reads XML as a sequence of nodes.
pub(super) struct Xml<'x> {
    reader: Reader<&'x [u8]>,
    heartbeat: &'x Heartbeat,
    steps: usize,
    /// Open elements.
    pub(super) depth: usize,
    /// The XML is not well-formed.
    pub(super) is_damaged: bool,
}

impl<'x> Xml<'x> {
    /// A reader of this text.
    pub(super) fn new(text: &'x str, heartbeat: &'x Heartbeat) -> Self {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        Self {
            reader,
            heartbeat,
            steps: 0,
            depth: 0,
            is_damaged: false,
        }
    }

    /// The next node; `None` at the end, or at a fault.
    pub(super) fn next(&mut self) -> Option<Node<'x>> {
        loop {
            self.steps = self.steps.saturating_add(1);
            self.heartbeat.step(self.steps);
            match self.reader.read_event() {
                Ok(Event::Start(start)) => {
                    self.depth = self.depth.saturating_add(1);
                    return Some(Node::Open(Element(start)));
                }
                Ok(Event::End(end)) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Some(Node::Close(Closed(end)));
                }
                Ok(Event::Text(text)) => return Some(Node::Text(text.xml10_content())),
                Ok(Event::CData(text)) => return Some(Node::Text(text.xml10_content())),
                Ok(Event::GeneralRef(reference)) => {
                    if let Some(text) = resolved(&reference) {
                        return Some(Node::Text(text));
                    }
                }
                Ok(Event::Eof) => {
                    // An element that was never closed: the part was cut off.
                    self.is_damaged |= self.depth > 0;
                    return None;
                }
                Ok(_) => {}
                Err(_) => {
                    self.is_damaged = true;
                    return None;
                }
            }
        }
    }

    /// Skips the rest of the element that was opened last.
    pub(super) fn skip(&mut self) {
        let outer = self.depth.saturating_sub(1);
        while self.depth > outer && self.next().is_some() {}
    }

    /// The tree of the element that was opened last; its text is left out.
    pub(super) fn tree(&mut self, element: &Element<'_>) -> Tree {
        let mut open = vec![Tree::of(element)];
        let base = self.depth;
        while let Some(node) = self.next() {
            match node {
                Node::Open(_) if open.len() >= MAX_TREE_DEPTH => self.skip(),
                Node::Open(element) => open.push(Tree::of(&element)),
                Node::Close(_) => {
                    if self.depth < base {
                        break;
                    }
                    close(&mut open);
                }
                Node::Text(_) => {}
            }
        }
        while open.len() > 1 {
            close(&mut open);
        }
        open.pop().unwrap_or_default()
    }

    /// The first element of a part as a tree.
    pub(super) fn root(&mut self) -> Tree {
        while let Some(node) = self.next() {
            if let Node::Open(element) = node {
                return self.tree(&element);
            }
        }
        Tree::default()
    }
}

fn close(open: &mut Vec<Tree>) {
    if open.len() > 1
        && let Some(closed) = open.pop()
        && let Some(parent) = open.last_mut()
    {
        parent.children.push(closed);
    }
}

fn resolved<'x>(reference: &quick_xml::events::BytesRef<'_>) -> Option<Cow<'x, str>> {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return Some(Cow::Owned(character.to_string()));
    }
    let text = quick_xml::escape::resolve_predefined_entity(reference)?;
    Some(Cow::Borrowed(text))
}

/// An element with its attributes and elements, without text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tree {
    /// Its name without prefix.
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    /// Its elements.
    pub(super) children: Vec<Tree>,
}

impl Tree {
    fn of(element: &Element<'_>) -> Self {
        Self {
            name: element.name().to_owned(),
            attributes: element.attributes().collect(),
            children: Vec::new(),
        }
    }

    /// The value of the first attribute with this name, prefixes aside.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        attributes
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Its first element with this name.
    pub(super) fn child(&self, name: &str) -> Option<&Tree> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All its elements with this name.
    pub(super) fn all<'t>(&'t self, name: &'t str) -> impl Iterator<Item = &'t Tree> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The attribute `val` of its first element with this name.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.child(name)?.attribute("val")
    }

    /// The number in the attribute `val` of its first element with this name.
    pub(super) fn number<N: std::str::FromStr>(&self, name: &str) -> Option<N> {
        self.value(name)?.parse().ok()
    }

    /// Whether its element with this name is switched on; `None` if there is none.
    pub(super) fn switch(&self, name: &str) -> Option<bool> {
        let child = self.child(name)?;
        Some(!matches!(
            child.attribute("val"),
            Some("0" | "false" | "off" | "none")
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(xml: &str) -> (String, bool) {
        let heartbeat = Heartbeat::default();
        let mut reader = Xml::new(xml, &heartbeat);
        let mut text = String::new();
        while let Some(node) = reader.next() {
            if let Node::Text(found) = node {
                text.push_str(&found);
            }
        }
        (text, reader.is_damaged)
    }

    #[test]
    fn references_are_resolved_and_entities_are_not_expanded() {
        let xml =
            "<!DOCTYPE a [<!ENTITY x \"lol\">]><a>S&#246;k &amp; f&#xe5; &x;<![CDATA[<p>]]></a>";
        assert_eq!(texts(xml), ("Sök & få <p>".to_owned(), false));
    }

    #[test]
    fn damaged_xml_is_read_up_to_the_fault() {
        assert!(texts("<a><b>Text</b>").1);
        assert_eq!(texts("<a>Före<b Efter").0, "Före");
    }

    #[test]
    fn trees_have_attributes_without_prefix() {
        let heartbeat = Heartbeat::default();
        let xml = "<w:pPr><w:b w:val=\"0\"/><w:i/><w:sz w:val='24'>x<y/></w:sz></w:pPr>";
        let tree = Xml::new(xml, &heartbeat).root();
        assert_eq!(tree.switch("b"), Some(false));
        assert_eq!(tree.switch("i"), Some(true));
        assert_eq!(tree.switch("u"), None);
        assert_eq!(tree.number("sz"), Some(24));
        assert_eq!(tree.children[2].children[0].name, "y");
    }

    #[test]
    fn deep_trees_are_cut() {
        let heartbeat = Heartbeat::default();
        let xml = "<a>".repeat(100_000);
        let mut reader = Xml::new(&xml, &heartbeat);
        assert_eq!(reader.root().name, "a");
        assert!(reader.is_damaged);
    }
}
