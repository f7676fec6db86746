//! In which order and shape is a page's text read?
//!
//! The tree is walked from edge to edge with a stack of its own, so no nesting can exhaust the
//! program's. A table's row is one line, its cells parted by tabs, unless a cell holds more than a
//! short answer: old sites laid out whole pages in tables.

use ego_tree::{NodeId, NodeRef, iter::Edge};
use scraper::{Html, Node, node::Element};

use super::{
    elements::{self, Break},
    line_writer::{Style, Writer},
    main_content::{Survey, visible_text},
    shape,
};
use diarium_document::{Heartbeat, LineRole, Page, work};

/// Reads the visible text of a page.
pub(super) fn walk(html: &Html, survey: &Survey, heartbeat: &Heartbeat) -> Page {
    let mut walker = Walker {
        survey,
        writer: Writer::default(),
        frames: vec![Frame::outermost(!survey.has_body())],
        lists: Vec::new(),
        skipped: None,
    };
    for (step, edge) in html.tree.root().traverse().enumerate() {
        heartbeat.step(step);
        work::spend(1);
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
            "tr" => shape::fits_one_line(node),
            "dt" => true,
            "dd" => {
                self.writer.is_in_line()
                    && shape::follows_its_label(node)
                    && shape::fits_one_line(node)
            }
            _ => false,
        };
        if !frame.furniture && !self.survey.is_holder(node.id()) {
            let is_head = name == "header" && !outer.in_article;
            frame.furniture = is_head || elements::is_site_furniture(element);
            if !frame.furniture && !outer.in_aside && elements::is_aside(element) {
                frame.in_aside = true;
                frame.furniture = shape::is_made_of_links(node);
            }
        }
        frame
    }

    fn break_before(&mut self, name: &str, outer: Frame, frame: Frame) {
        let breaks = break_around(name, self.lists.len());
        // A label's line waits for its value.
        let shares_line = outer.in_row || name == "dd" && frame.in_row;
        self.break_at(breaks, shares_line, outer, frame);
    }

    fn break_after(&mut self, name: &str, outer: Frame, frame: Frame) {
        let breaks = break_around(name, self.lists.len().saturating_sub(1));
        let shares_line = outer.in_row || name == "dt";
        self.break_at(breaks, shares_line, outer, frame);
    }

    fn break_at(&mut self, breaks: Break, shares_line: bool, outer: Frame, frame: Frame) {
        match breaks {
            Break::None if frame.furniture != outer.furniture => self.writer.end_line(),
            Break::None => {}
            _ if shares_line => self.writer.space(),
            Break::Line => self.writer.end_line(),
            Break::Gap => self.writer.end_paragraph(),
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
        self.break_after(element.name(), outer, frame);
        if is_list(element.name()) {
            self.lists.pop();
        }
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
        if node
            .prev_siblings()
            .inspect(|_| work::spend(1))
            .any(is_cell)
        {
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
        let options = || {
            let inner = node.descendants().inspect(|_| work::spend(1));
            inner.filter(|inner| shape::is_option(*inner))
        };
        let chosen = options().find(|option| {
            let element = option.value().as_element();
            element.is_some_and(|element| element.attr("selected").is_some())
        });
        if let Some(option) = chosen.or_else(|| options().next()) {
            self.writer.apart(&visible_text(option), style);
        }
    }
}

fn is_list(name: &str) -> bool {
    matches!(name, "ul" | "ol" | "menu")
}

/// How an element breaks the text, among so many open lists: a list in a list stands close to it.
fn break_around(name: &str, lists: usize) -> Break {
    match elements::break_of(name) {
        Break::Gap if is_list(name) && lists > 0 => Break::Line,
        breaks => breaks,
    }
}
