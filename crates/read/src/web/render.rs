//! Text rendering: the visible text of an HTML tree, as lines in document order.
//!
//! The tree is traversed with an explicit stack, so that no nesting overflows the program's. A row of
//! data is one line, its cells separated by tabs; a row of a layout table is rendered as blocks. Each line
//! is either content or boilerplate.

use ego_tree::{NodeId, NodeRef, iter::Edge};
use scraper::{Html, Node, node::Element};

use super::{
    boilerplate, coded_address,
    elements::{self, Break},
    line_writer::{LineWriter, Style},
    main_content::MainContent,
};
use diarium_document::{Heartbeat, LineRole, Page, operations};

/// Renders the visible text of a page.
pub(super) fn render(html: &Html, main_content: &MainContent, heartbeat: &Heartbeat) -> Page {
    // Without a main part, all of the page is content.
    let mut renderer = Renderer {
        main_content,
        writer: LineWriter::default(),
        contexts: vec![Context::outermost(!main_content.is_found())],
        lists: Vec::new(),
        skipped: None,
    };
    for (step, edge) in html.tree.root().traverse().enumerate() {
        heartbeat.step(step);
        operations::count(1);
        match edge {
            Edge::Open(node) if renderer.skipped.is_none() => renderer.open(node),
            Edge::Open(_) => {}
            Edge::Close(node) => renderer.close(node),
        }
    }
    renderer.writer.finish()
}

/// Properties of an open element that all text in it inherits.
#[derive(Debug, Clone, Copy)]
struct Context {
    /// In the main content.
    in_main: bool,
    /// In a boilerplate element, also if that is in the main content.
    in_boilerplate: bool,
    /// In an article or section, whose header is content.
    in_article: bool,
    /// In complementary content, the link density of which has been determined.
    in_complementary: bool,
    heading: Option<u8>,
    bold: bool,
    /// White space and line breaks are the author's.
    preformatted: bool,
    /// In a row that is one line: blocks do not break it.
    in_row: bool,
    /// In raised text, such as the mark of a footnote.
    raised: bool,
    /// In text that is crossed out.
    struck: bool,
}

impl Context {
    fn outermost(in_main: bool) -> Self {
        Self {
            in_main,
            in_boilerplate: false,
            in_article: false,
            in_complementary: false,
            heading: None,
            bold: false,
            preformatted: false,
            in_row: false,
            raised: false,
            struck: false,
        }
    }

    fn style(self) -> Style {
        let role = match self.heading {
            _ if self.in_boilerplate || !self.in_main => LineRole::Boilerplate,
            Some(level) => LineRole::Heading(level),
            None if self.in_row => LineRole::Row,
            None => LineRole::Body,
        };
        Style {
            role,
            bold: self.bold,
            struck: self.struck,
        }
    }
}

struct Renderer<'m> {
    main_content: &'m MainContent,
    writer: LineWriter,
    /// Contexts of the open elements, outermost first.
    contexts: Vec<Context>,
    /// For each open list, the number of its next item; `None` if its items have bullets.
    lists: Vec<Option<i64>>,
    /// The element whose content is being skipped.
    skipped: Option<NodeId>,
}

impl Renderer<'_> {
    fn context(&self) -> Context {
        self.contexts
            .last()
            .copied()
            .unwrap_or(Context::outermost(true))
    }

    fn open(&mut self, node: NodeRef<'_, Node>) {
        let context = self.context();
        match node.value() {
            Node::Text(text) if context.preformatted => {
                self.writer.push_preformatted(text, context.style());
            }
            Node::Text(text) if context.raised => {
                self.writer.push_text(&raised_digits(text), context.style());
            }
            Node::Text(text) => self.writer.push_text(text, context.style()),
            Node::Element(element) if elements::is_hidden(element) => {
                self.skipped = Some(node.id());
            }
            Node::Element(element) if let Some(address) = coded_address::shown(node, element) => {
                self.writer.push_text(&address, context.style());
                self.skipped = Some(node.id());
            }
            Node::Element(element) => self.open_element(node, element, context),
            _ => {}
        }
    }

    fn open_element(&mut self, node: NodeRef<'_, Node>, element: &Element, outer: Context) {
        let context = self.context_of(node, element, outer);
        self.break_before(element.name(), outer, context);
        self.contexts.push(context);
        match element.name() {
            "br" if outer.in_row => self.writer.separate_words(),
            "br" => self.writer.break_line(),
            "input" => self.input(element, context.style()),
            "select" => self.select(node, context.style()),
            "ul" | "menu" => self.lists.push(None),
            "ol" => {
                let start = element.attr("start").and_then(|start| start.parse().ok());
                self.lists.push(Some(start.unwrap_or(1)));
            }
            "li" if !outer.in_row => self.item(element),
            "td" | "th" if outer.in_row => self.cell(node, context.style()),
            "dd" if context.in_row => {
                self.writer.end_cell(context.style());
                self.writer.make_row();
            }
            _ => {}
        }
    }

    fn context_of(&self, node: NodeRef<'_, Node>, element: &Element, outer: Context) -> Context {
        let name = element.name();
        let mut context = outer;
        context.in_main |= self.main_content.contains(node.id());
        context.in_article |= matches!(name, "main" | "article" | "section");
        context.bold |= matches!(name, "b" | "strong" | "th" | "dt");
        context.preformatted |= matches!(name, "pre" | "textarea");
        context.raised |= name == "sup";
        context.struck |= elements::is_struck(element);
        context.heading = elements::heading_level(name).or(outer.heading);
        context.in_row |= match name {
            "tr" => elements::is_data_row(node),
            "dt" => true,
            "dd" => {
                self.writer.is_in_line()
                    && elements::is_first_value(node)
                    && elements::is_data_row(node)
            }
            _ => false,
        };
        if !context.in_boilerplate && !self.main_content.is_protected(node.id()) {
            let is_site_header = name == "header" && !outer.in_article;
            context.in_boilerplate = is_site_header || boilerplate::is_boilerplate_element(element);
            // Once for nested elements: link density needs a traversal of all that is inside.
            let is_complementary =
                !outer.in_complementary && boilerplate::is_complementary(element);
            if !context.in_boilerplate && is_complementary {
                context.in_complementary = true;
                context.in_boilerplate = boilerplate::is_mostly_links(node);
            }
        }
        context
    }

    fn break_before(&mut self, name: &str, outer: Context, context: Context) {
        let breaks = break_around(name, self.lists.len());
        // The value is appended to the line of its label.
        let shares_line = outer.in_row || name == "dd" && context.in_row;
        self.break_at(breaks, shares_line, outer, context);
    }

    fn break_after(&mut self, name: &str, outer: Context, context: Context) {
        let breaks = break_around(name, self.lists.len().saturating_sub(1));
        let shares_line = outer.in_row || name == "dt";
        self.break_at(breaks, shares_line, outer, context);
    }

    fn break_at(&mut self, breaks: Break, shares_line: bool, outer: Context, context: Context) {
        match breaks {
            // A line is content or boilerplate as a whole, so that a skip link gets its own line.
            Break::None if context.in_boilerplate != outer.in_boilerplate => self.writer.end_line(),
            Break::None => {}
            _ if shares_line => self.writer.separate_words(),
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
                // Hidden elements have no context; a `<select>` got one before it was skipped.
                if element.name() == "select" {
                    self.contexts.pop();
                }
            }
            return;
        }
        let context = self.contexts.pop().unwrap_or(Context::outermost(true));
        let outer = self.context();
        self.link_address(node, element, context.style());
        if element.name() == "li" {
            self.writer.set_bullet(None);
        }
        self.break_after(element.name(), outer, context);
        if elements::is_list(element.name()) {
            self.lists.pop();
        }
    }

    /// Adds the address of a link to a person or an office behind the link's text.
    fn link_address(&mut self, node: NodeRef<'_, Node>, element: &Element, style: Style) {
        if style.role == LineRole::Boilerplate {
            return;
        }
        if let Some(address) = coded_address::linked(node, element) {
            self.writer.push_separate(&format!("({address})"), style);
        }
    }

    /// Gives the next line the bullet or number that a browser displays.
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
        self.writer.set_bullet(Some(bullet));
    }

    /// Separates a cell from the one before it.
    fn cell(&mut self, node: NodeRef<'_, Node>, style: Style) {
        let is_cell = |node: NodeRef<'_, Node>| {
            let element = node.value().as_element();
            element.is_some_and(|element| matches!(element.name(), "td" | "th"))
        };
        if node
            .prev_siblings()
            .inspect(|_| operations::count(1))
            .any(is_cell)
        {
            self.writer.end_cell(style);
        }
    }

    /// Renders a form control as a browser displays it: checkboxes and the values of text fields.
    fn input(&mut self, element: &Element, style: Style) {
        let control_type = element.attr("type").unwrap_or("text").to_ascii_lowercase();
        match control_type.as_str() {
            "checkbox" | "radio" if element.attr("checked").is_some() => {
                self.writer.push_separate("☒", style);
            }
            "checkbox" | "radio" => self.writer.push_separate("☐", style),
            "text" | "email" | "tel" | "number" | "date" | "url" => {
                self.writer
                    .push_separate(element.attr("value").unwrap_or_default(), style);
            }
            _ => {}
        }
    }

    /// Renders the selected option of a `<select>`, or its first.
    fn select(&mut self, node: NodeRef<'_, Node>, style: Style) {
        self.skipped = Some(node.id());
        let options = || {
            let inner = node.descendants().inspect(|_| operations::count(1));
            inner.filter(|inner| elements::is_option(*inner))
        };
        let selected = options().find(|option| {
            let element = option.value().as_element();
            element.is_some_and(|element| element.attr("selected").is_some())
        });
        if let Some(option) = selected.or_else(|| options().next()) {
            self.writer
                .push_separate(&elements::text_content(option), style);
        }
    }
}

/// The most digits of a mark that are written as raised digits.
const MAX_MARK: usize = 3;

/// Raised digits as characters of their own, so that the mark of a footnote does not become a part of
/// the number before it. Other raised text, such as `2:<sup>a</sup>`, is unchanged.
fn raised_digits(text: &str) -> String {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let is_mark = text.trim().len() <= MAX_MARK;
    let raise = |character: char| {
        let digit = character.to_digit(10).filter(|_| is_mark);
        let raised = digit.and_then(|digit| RAISED.get(usize::try_from(digit).ok()?));
        raised.copied().unwrap_or(character)
    };
    text.chars().map(raise).collect()
}

/// How an element breaks the text inside this many open lists.
fn break_around(name: &str, open_lists: usize) -> Break {
    match elements::break_of(name) {
        // Browsers display no margin around a nested list.
        Break::Gap if elements::is_list(name) && open_lists > 0 => Break::Line,
        breaks => breaks,
    }
}
