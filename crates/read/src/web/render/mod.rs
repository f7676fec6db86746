//! Text rendering: the visible text of an HTML tree, as lines in document order.
//!
//! The tree is traversed with an explicit stack, so that no nesting overflows the program's. A row of
//! data is one line, its cells separated by tabs; a row of a layout table is rendered as blocks. Each line
//! is either content or boilerplate.

mod context;
mod form;

use ego_tree::{NodeId, NodeRef, iter::Edge};
use scraper::{Html, Node, node::Element};

use context::Context;

use super::{
    boilerplate, coded_address, controls,
    elements::{self, Break},
    line_writer::{LineWriter, Style},
    main_content::MainContent,
    style::{Declared, Styles},
};
use diarium_document::{Heartbeat, LineRole, Page, operations};

/// The visible text of a page, and how much was left out.
#[derive(Debug)]
pub(super) struct Rendered {
    pub page: Page,
    /// Characters of the content that the page's style hides, without white space.
    pub hidden: usize,
}

/// Renders the visible text of a page.
pub(super) fn render(
    html: &Html,
    main_content: &MainContent,
    styles: &Styles,
    heartbeat: &Heartbeat,
) -> Rendered {
    // Without a main part, all of the page is content.
    let outermost = Context::outermost(!main_content.is_found(), styles.initial_colors());
    let mut renderer = Renderer {
        main_content,
        styles,
        writer: LineWriter::default(),
        outermost,
        contexts: Vec::new(),
        lists: Vec::new(),
        skipped: None,
        hidden: 0,
        label: None,
        is_labelled: false,
        has_toolbar_end: has_toolbar_end(html),
        in_archive_toolbar: false,
    };
    for (step, edge) in html.tree.root().traverse().enumerate() {
        heartbeat.step(step);
        operations::count(1);
        match edge {
            Edge::Open(node) if renderer.skipped.is_none() => renderer.open(node),
            Edge::Open(node) => renderer.skip(node),
            Edge::Close(node) => renderer.close(node),
        }
    }
    Rendered {
        page: renderer.writer.finish(),
        hidden: renderer.hidden,
    }
}

struct Renderer<'m> {
    main_content: &'m MainContent,
    styles: &'m Styles,
    writer: LineWriter,
    /// The context outside of all elements.
    outermost: Context,
    /// Contexts of the open elements, outermost first.
    contexts: Vec<Context>,
    /// For each open list, the number of its next item; `None` if its items have bullets.
    lists: Vec<Option<i64>>,
    /// The element whose content is being skipped.
    skipped: Option<Skipped>,
    /// Characters of the content that are hidden.
    hidden: usize,
    /// The label that was just read, until other text follows.
    label: Option<Label>,
    /// A label was read since the last value.
    is_labelled: bool,
    /// The page has the comment that ends the toolbar of a web archive.
    has_toolbar_end: bool,
    /// Between the comments around the toolbar of a web archive.
    in_archive_toolbar: bool,
}

/// An element whose content is not rendered.
struct Skipped {
    id: NodeId,
    /// It is part of the content and hidden by its style.
    is_hidden: bool,
    /// A context was made for it.
    has_context: bool,
}

/// A `<label for>`, and the line break between it and what follows.
struct Label {
    control: String,
    held: Break,
}

impl Renderer<'_> {
    fn context(&self) -> Context {
        self.contexts.last().copied().unwrap_or(self.outermost)
    }

    fn open(&mut self, node: NodeRef<'_, Node>) {
        let context = self.context();
        match node.value() {
            Node::Text(text) => self.text(text, context),
            Node::Comment(comment) => {
                let [begin, end] = boilerplate::ARCHIVE_TOOLBAR;
                match comment.trim() {
                    // Without its end, the page would be a part of it.
                    comment if comment == begin => self.in_archive_toolbar = self.has_toolbar_end,
                    comment if comment == end => self.in_archive_toolbar = false,
                    _ => {}
                }
            }
            Node::Element(element) if elements::is_not_displayed(element) => {
                self.skipped = Some(Skipped::unseen(node.id()));
            }
            Node::Element(element) if self.styles.hides(node.id(), element) => {
                let context = self.context_of(node, element, context);
                self.skipped = Some(Skipped {
                    is_hidden: context.style().role != LineRole::Boilerplate,
                    ..Skipped::unseen(node.id())
                });
            }
            Node::Element(element) if let Some(address) = self.coded_address(node, element) => {
                self.end_label();
                self.writer.push_text(&address, context.style());
                self.skipped = Some(Skipped::unseen(node.id()));
            }
            Node::Element(element) => self.open_element(node, element, context),
            _ => {}
        }
    }

    /// The address that a browser shows instead of an element's content.
    fn coded_address(&self, node: NodeRef<'_, Node>, element: &Element) -> Option<String> {
        let declared = self.styles.declared(node.id());
        let is_reversed = declared.is_some_and(Declared::is_reversed);
        coded_address::shown(node, element, is_reversed)
    }

    /// Passes over a node in an element that is skipped, and counts what its style hides.
    fn skip(&mut self, node: NodeRef<'_, Node>) {
        let is_hidden = self
            .skipped
            .as_ref()
            .is_some_and(|skipped| skipped.is_hidden);
        let Some(text) = node.value().as_text().filter(|_| is_hidden) else {
            return;
        };
        let parent = node.parent();
        let parent = parent
            .as_ref()
            .and_then(|parent| parent.value().as_element());
        if !parent.is_some_and(elements::is_not_displayed) {
            self.hidden += characters(text);
        }
    }

    fn text(&mut self, text: &str, context: Context) {
        let style = context.style();
        let is_blank = text.trim().is_empty();
        if context.hides_text() {
            let is_content = style.role != LineRole::Boilerplate;
            self.hidden += if is_content { characters(text) } else { 0 };
            return;
        }
        if !is_blank {
            self.end_label();
            // `Ort:` behind the value of another label.
            if !context.in_row && self.writer.has_cells() && text.trim_end().ends_with(':') {
                self.writer.end_cell(style);
            }
        }
        if context.preformatted {
            self.writer.push_preformatted(text, style);
        } else if context.raised {
            self.writer.push_text(&raised_digits(text), style);
        } else {
            self.writer.push_text(text, style);
        }
    }

    fn open_element(&mut self, node: NodeRef<'_, Node>, element: &Element, outer: Context) {
        let context = self.context_of(node, element, outer);
        self.before_label(element.name(), context);
        self.break_before(element.name(), outer, context);
        self.contexts.push(context);
        // What belongs to the site is kept as it is, with its buttons.
        let is_site = element.name() == "button" && context.style().role == LineRole::Boilerplate;
        let control = controls::control(node, element).filter(|_| !is_site);
        if let Some(control) = control {
            self.control(node, element, control, context);
            return;
        }
        match element.name() {
            "br" if outer.in_row => self.writer.separate_words(),
            "br" => self.writer.break_line(),
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
        context.apply_style(self.styles, node.id(), element);
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
        context.in_boilerplate |= self.in_archive_toolbar && !matches!(name, "html" | "body");
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
            Break::None if context.in_boilerplate != outer.in_boilerplate => {
                self.end_label();
                self.writer.end_line();
            }
            Break::None => {}
            _ if shares_line => self.writer.separate_words(),
            _ if let Some(label) = &mut self.label => {
                if label.held != Break::Gap {
                    label.held = breaks;
                }
            }
            Break::Line => self.writer.end_line(),
            Break::Gap => self.writer.end_paragraph(),
        }
    }

    fn close(&mut self, node: NodeRef<'_, Node>) {
        let Node::Element(element) = node.value() else {
            return;
        };
        if let Some(skipped) = &self.skipped {
            if skipped.id == node.id() {
                if skipped.has_context {
                    self.contexts.pop();
                }
                self.skipped = None;
            }
            return;
        }
        let context = self.contexts.pop().unwrap_or(self.outermost);
        let outer = self.context();
        self.link_address(node, element, context.style());
        self.after_label(element, context);
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
}

impl Skipped {
    /// An element that nobody is meant to see.
    fn unseen(id: NodeId) -> Self {
        Self {
            id,
            is_hidden: false,
            has_context: false,
        }
    }
}

fn characters(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

/// The longest mark whose digits are written as raised digits: `1, 2)`.
const MAX_MARK: usize = 6;

/// Raised digits as characters of their own, so that the mark of a footnote does not become a part of
/// the number before it. Other raised text, such as `2:<sup>a</sup>`, is unchanged.
fn raised_digits(text: &str) -> String {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let text_of_mark = text.trim();
    let is_mark = text_of_mark.len() <= MAX_MARK
        && text_of_mark
            .chars()
            .all(|c| c.is_ascii_digit() || ",) *".contains(c));
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

/// Whether the page has the comment that ends the toolbar of a web archive.
fn has_toolbar_end(html: &Html) -> bool {
    let [_, end] = boilerplate::ARCHIVE_TOOLBAR;
    html.tree.nodes().any(|node| {
        operations::count(1);
        let comment = node.value().as_comment();
        comment.is_some_and(|comment| comment.trim() == end)
    })
}
