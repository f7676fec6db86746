//! In which order and shape is a page's text read?
//!
//! The tree is walked from edge to edge with a stack of its own, so no nesting can exhaust the
//! program's. A table's row is one line, its cells parted by tabs, unless a cell holds more than a
//! short answer: old sites laid out whole pages in tables.

use ego_tree::{NodeId, NodeRef, iter::Edge};
use scraper::{Html, Node, node::Element};

use super::{
    elements::{self, Break},
    lines::{Style, Writer},
    survey::{Survey, visible_text},
};
use crate::document::{LineRole, Page};

/// Reads the visible text of a page.
pub fn walk(html: &Html, survey: &Survey) -> Page {
    let mut walker = Walker {
        survey,
        writer: Writer::default(),
        frames: vec![Frame::outermost(!survey.has_body())],
        lists: Vec::new(),
        skipped: None,
    };
    for edge in html.tree.root().traverse() {
        match edge {
            Edge::Open(node) if walker.skipped.is_none() => walker.open(node),
            Edge::Open(_) => {}
            Edge::Close(node) => walker.close(node),
        }
    }
    walker.writer.finish()
}

/// What holds for all text in an open element.
#[derive(Debug, Clone, Copy)]
struct Frame {
    /// The page's own text is in here.
    in_body: bool,
    /// The site's, whatever it is in.
    furniture: bool,
    /// In an article or the like, whose header is its own.
    in_article: bool,
    /// Whether a box beside the text has been weighed already.
    in_aside: bool,
    heading: Option<u8>,
    bold: bool,
    /// White space is the author's.
    verbatim: bool,
    /// In a row that is one line: blocks do not break it.
    in_row: bool,
}

impl Frame {
    fn outermost(in_body: bool) -> Self {
        Self {
            in_body,
            furniture: false,
            in_article: false,
            in_aside: false,
            heading: None,
            bold: false,
            verbatim: false,
            in_row: false,
        }
    }

    fn style(self) -> Style {
        let role = match self.heading {
            _ if self.furniture || !self.in_body => LineRole::Furniture,
            Some(level) => LineRole::Heading(level),
            None if self.in_row => LineRole::Row,
            None => LineRole::Body,
        };
        Style {
            role,
            bold: self.bold,
        }
    }
}

struct Walker<'s> {
    survey: &'s Survey,
    writer: Writer,
    frames: Vec<Frame>,
    /// For each open list, the number of its next item; none where items have bullets.
    lists: Vec<Option<i64>>,
    /// An element whose inside is not read.
    skipped: Option<NodeId>,
}

impl Walker<'_> {
    fn frame(&self) -> Frame {
        self.frames
            .last()
            .copied()
            .unwrap_or(Frame::outermost(true))
    }

    fn open(&mut self, node: NodeRef<'_, Node>) {
        let frame = self.frame();
        match node.value() {
            Node::Text(text) if frame.verbatim => self.writer.verbatim(text, frame.style()),
            Node::Text(text) => self.writer.words(text, frame.style()),
            Node::Element(element) if elements::is_hidden(element) => {
                self.skipped = Some(node.id());
            }
            Node::Element(element) => self.open_element(node, element, frame),
            _ => {}
        }
    }

    fn open_element(&mut self, node: NodeRef<'_, Node>, element: &Element, outer: Frame) {
        let frame = self.frame_of(node, element, outer);
        self.break_before(element.name(), outer, frame);
        self.frames.push(frame);
        match element.name() {
            "br" if outer.in_row => self.writer.space(),
            "br" => self.writer.break_line(),
            "input" => self.input(element, frame.style()),
            "select" => self.select(node, frame.style()),
            "ul" | "menu" => self.lists.push(None),
            "ol" => {
                let start = element.attr("start").and_then(|start| start.parse().ok());
                self.lists.push(Some(start.unwrap_or(1)));
            }
            "li" if !outer.in_row => self.item(element),
            "td" | "th" if outer.in_row => self.cell(node, frame.style()),
            "dd" if frame.in_row => {
                self.writer.tab(frame.style());
                self.writer.make_row();
            }
            _ => {}
        }
    }

    fn frame_of(&self, node: NodeRef<'_, Node>, element: &Element, outer: Frame) -> Frame {
        let name = element.name();
        let mut frame = outer;
        frame.in_body |= self.survey.is_body(node.id());
        frame.in_article |= matches!(name, "main" | "article" | "section");
        frame.bold |= matches!(name, "b" | "strong" | "th" | "dt");
        frame.verbatim |= matches!(name, "pre" | "textarea");
        frame.heading = elements::heading_level(name).or(outer.heading);
        frame.in_row |= match name {
            "tr" => fits_one_line(node),
            "dt" => true,
            "dd" => self.writer.is_in_line() && follows_its_label(node) && fits_one_line(node),
            _ => false,
        };
        if !frame.furniture && !self.survey.is_holder(node.id()) {
            let is_head = name == "header" && !outer.in_article;
            frame.furniture = is_head || elements::is_site_furniture(element);
            if !frame.furniture && !outer.in_aside && elements::is_aside(element) {
                frame.in_aside = true;
                frame.furniture = is_made_of_links(node);
            }
        }
        frame
    }

    fn break_before(&mut self, name: &str, outer: Frame, frame: Frame) {
        let breaks = elements::break_of(name);
        // A label's line waits for its value.
        if outer.in_row || name == "dd" && frame.in_row {
            if breaks != Break::None {
                self.writer.space();
            }
        } else if breaks == Break::Gap && !self.is_inner_list(name) {
            self.writer.end_paragraph();
        } else if breaks != Break::None || frame.furniture != outer.furniture {
            self.writer.end_line();
        }
    }

    fn close(&mut self, node: NodeRef<'_, Node>) {
        let Node::Element(element) = node.value() else {
            return;
        };
        if let Some(skipped) = self.skipped {
            if skipped == node.id() {
                self.skipped = None;
                // A list of choices is skipped after it has been opened.
                if element.name() == "select" {
                    self.frames.pop();
                }
            }
            return;
        }
        let frame = self.frames.pop().unwrap_or(Frame::outermost(true));
        let outer = self.frame();
        if element.name() == "li" {
            self.writer.bullet(None);
        }
        let breaks = elements::break_of(element.name());
        if outer.in_row || element.name() == "dt" {
            if breaks != Break::None {
                self.writer.space();
            }
        } else if breaks == Break::Gap && !self.is_inner_list(element.name()) {
            self.writer.end_paragraph();
        } else if breaks != Break::None || frame.furniture != outer.furniture {
            self.writer.end_line();
        }
        if matches!(element.name(), "ul" | "ol" | "menu") {
            self.lists.pop();
        }
    }

    /// A list in a list stands close to it. Asked before a list is noted as open, and before it is
    /// forgotten.
    fn is_inner_list(&self, name: &str) -> bool {
        matches!(name, "ul" | "ol" | "menu") && self.lists.len() > 1
    }

    fn item(&mut self, element: &Element) {
        let bullet = match self.lists.last_mut() {
            Some(Some(next)) => {
                let value = element.attr("value").and_then(|value| value.parse().ok());
                let number = value.unwrap_or(*next);
                *next = number.saturating_add(1);
                format!("{number}. ")
            }
            _ => "• ".to_owned(),
        };
        self.writer.bullet(Some(bullet));
    }

    /// A tab before every cell but the first.
    fn cell(&mut self, node: NodeRef<'_, Node>, style: Style) {
        let is_cell = |node: NodeRef<'_, Node>| {
            let element = node.value().as_element();
            element.is_some_and(|element| matches!(element.name(), "td" | "th"))
        };
        if node.prev_siblings().any(is_cell) {
            self.writer.tab(style);
        }
    }

    /// What a form shows in its boxes is text to whoever reads the page.
    fn input(&mut self, element: &Element, style: Style) {
        let kind = element.attr("type").unwrap_or("text").to_ascii_lowercase();
        match kind.as_str() {
            "checkbox" | "radio" if element.attr("checked").is_some() => {
                self.writer.apart("☒", style);
            }
            "checkbox" | "radio" => self.writer.apart("☐", style),
            "text" | "email" | "tel" | "number" | "date" | "url" => {
                self.writer
                    .apart(element.attr("value").unwrap_or_default(), style);
            }
            _ => {}
        }
    }

    /// Of a list of choices the chosen one is shown, or the first.
    fn select(&mut self, node: NodeRef<'_, Node>, style: Style) {
        self.skipped = Some(node.id());
        let options = || node.descendants().filter(|inner| is_option(*inner));
        let chosen = options().find(|option| {
            let element = option.value().as_element();
            element.is_some_and(|element| element.attr("selected").is_some())
        });
        if let Some(option) = chosen.or_else(|| options().next()) {
            self.writer.apart(&visible_text(option), style);
        }
    }
}

fn is_option(node: NodeRef<'_, Node>) -> bool {
    let element = node.value().as_element();
    element.is_some_and(|element| element.name() == "option")
}

/// Whether a value stands right after its label: only its first value does.
fn follows_its_label(value: NodeRef<'_, Node>) -> bool {
    let mut before = value
        .prev_siblings()
        .filter_map(|node| node.value().as_element());
    before.next().is_some_and(|element| element.name() == "dt")
}

/// Whether no cell of a row has more than two lines, nor any structure of its own.
fn fits_one_line(row: NodeRef<'_, Node>) -> bool {
    const LINES: usize = 2;
    let (mut lines, mut at_start) = (0, true);
    for edge in row.traverse() {
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
fn is_made_of_links(node: NodeRef<'_, Node>) -> bool {
    let (mut all, mut linked, mut links) = (0, 0, 0);
    for edge in node.traverse() {
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
