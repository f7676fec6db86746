//! Frames: pages inside a page.
//!
//! The content of a frame is part of what a browser shows. It is in the page itself (`srcdoc`), or in
//! another part of the same web archive. The tree of each frame that is there is put into the tree of
//! the page, in place of the frame, before the page is rendered. Frames whose content is in another
//! file stay empty.

use std::cell::Cell;

use ego_tree::{NodeId, NodeRef};
use scraper::{Html, Node, node::Element};

use super::{elements, parse};
use diarium_document::{Heartbeat, operations};

/// Frames inside frames that are read, at most.
// A frameset inside a frameset was usual, and each may have pages with a frame for advertisements.
const MAX_DEPTH: usize = 4;

/// Frames of a page, at most.
const MAX_FRAMES: usize = 200;

/// Nodes of a page with its frames, at most.
// As many as the largest page without frames has: two for each of its tags.
const MAX_NODES: usize = 1_000_000;

/// A page in a web archive that a frame of another page may show.
#[derive(Debug)]
pub struct Frame {
    /// Its address (`Content-Location`), or `cid:` and its `Content-ID` without angle brackets.
    pub location: String,
    /// The page.
    pub html: String,
}

/// The pages that frames may show, and what is left of the limits.
pub(super) struct Frames<'f> {
    parts: &'f [Frame],
    used: Vec<Cell<bool>>,
    count: Cell<usize>,
    nodes: Cell<usize>,
    heartbeat: &'f Heartbeat,
}

/// What became of the frames of a page.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Outcome {
    /// Frames of a frameset whose content is not in this file.
    pub missing: usize,
    /// Whether elements of a frame were left out to stay within the limits.
    pub is_limited: bool,
}

impl<'f> Frames<'f> {
    pub(super) fn new(parts: &'f [Frame], heartbeat: &'f Heartbeat) -> Self {
        Self {
            parts,
            used: parts.iter().map(|_| Cell::new(false)).collect(),
            count: Cell::new(0),
            nodes: Cell::new(0),
            heartbeat,
        }
    }

    /// Puts the content of a page's frames into the page.
    pub(super) fn fill(&self, page: &mut Html) -> Outcome {
        self.fill_at_depth(page, 1)
    }

    fn fill_at_depth(&self, page: &mut Html, depth: usize) -> Outcome {
        let mut outcome = Outcome::default();
        let mut found = Vec::new();
        for node in page.tree.root().descendants() {
            operations::count(1);
            self.nodes.set(self.nodes.get() + 1);
            if let Some(element) = node.value().as_element() {
                found.extend(
                    self.content(node, element)
                        .map(|content| (node.id(), content)),
                );
            }
        }
        let is_here = |(_, content): &(NodeId, Content)| matches!(content, Content::Here(_));
        let has_frame = found.iter().any(is_here);
        for (id, content) in found {
            let html = match content {
                Content::Here(html) => html,
                // The text beside a frameset is for browsers without frames.
                Content::Fallback(html) if !has_frame => html,
                Content::Fallback(_) => continue,
                Content::Elsewhere => {
                    outcome.missing += 1;
                    continue;
                }
            };
            self.count.set(self.count.get() + 1);
            let has_room = depth <= MAX_DEPTH
                && self.count.get() <= MAX_FRAMES
                && self.nodes.get() <= MAX_NODES;
            if !has_room {
                outcome.is_limited = true;
                continue;
            }
            let (mut inner, is_limited) = parse::parse(&html, self.heartbeat);
            let of_inner = self.fill_at_depth(&mut inner, depth + 1);
            outcome.missing += of_inner.missing;
            outcome.is_limited |= is_limited || of_inner.is_limited;
            put(page, id, inner);
        }
        outcome
    }

    /// What a frame shows; `None` for an element that is none.
    fn content(&self, node: NodeRef<'_, Node>, element: &Element) -> Option<Content> {
        match element.name() {
            "iframe" | "frame" => {}
            // The parser finds no elements in it.
            "noframes" => return Some(Content::Fallback(elements::raw_text(node))),
            _ => return None,
        }
        if let Some(html) = element.attr("srcdoc") {
            return Some(Content::Here(html.to_owned()));
        }
        let source = element.attr("src").unwrap_or_default().trim();
        if source.is_empty() || source == "about:blank" || source.starts_with("javascript:") {
            return None;
        }
        match self.part(source) {
            Some(html) => Some(Content::Here(html)),
            // Without a frameset, a frame is mostly an advertisement, a map or a film.
            None => (element.name() == "frame").then_some(Content::Elsewhere),
        }
    }

    /// The page at an address, unless another frame shows it: a page that contains itself has no end.
    fn part(&self, source: &str) -> Option<String> {
        let unused = || {
            let parts = self.parts.iter().zip(&self.used);
            parts
                .inspect(|_| operations::count(1))
                .filter(|(_, used)| !used.get())
        };
        let exact = unused().find(|(part, _)| part.location == source);
        // A relative address; saved pages have no base address of their own.
        let relative = source.trim_start_matches(['.', '/']);
        let by_end = || {
            let ends = |location: &str| {
                let before = location.strip_suffix(relative);
                before.is_some_and(|before| before.is_empty() || before.ends_with('/'))
            };
            unused().find(|(part, _)| !relative.contains(':') && ends(&part.location))
        };
        let (part, used) = exact.or_else(by_end)?;
        used.set(true);
        Some(part.html.clone())
    }
}

/// What a frame shows.
enum Content {
    Here(String),
    /// Shown only if frames cannot be.
    Fallback(String),
    /// In another file.
    Elsewhere,
}

/// Puts a page in place of the frame that shows it.
fn put(page: &mut Html, frame: NodeId, inner: Html) {
    let Some(mut node) = page.tree.get_mut(frame) else {
        return;
    };
    // A block, as a frame is.
    if let Node::Element(element) = node.value() {
        element.name.local = "div".into();
    }
    while let Some(mut child) = node.first_child() {
        child.detach();
    }
    node.append_subtree(inner.tree);
}
