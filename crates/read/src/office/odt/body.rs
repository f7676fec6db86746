//! Text of an OpenDocument: a walk through the XML of the body, or of a header or footer.
//!
//! Elements that only group others are passed through, so that text in an unknown element is not lost.

use super::{
    super::{
        Findings,
        flow::{Flow, FlowPage, Marker, PAGE_COUNT, PAGE_NUMBER, ParagraphStyle, TextStyle},
        raised_digits, symbol_font,
        xml::{Element, Node, Xml},
    },
    controls::{Controls, field_mark},
    length::points,
    lists::Lists,
    styles::{Characters, Styles},
};
use diarium_document::Failure;

/// Square points of a picture that may show a text: a quarter of an A4 page.
const LARGE_PICTURE: f32 = 595.0 * 842.0 / 4.0;

/// Spaces that one element stands for, at most.
const MAX_SPACES: usize = 200;

/// What the text in an open element inherits.
#[derive(Debug, Clone, Default)]
struct Context {
    characters: Characters,
    /// It is not shown.
    is_hidden: bool,
}

/// Walks through a text.
pub(super) struct Body<'b> {
    styles: &'b Styles,
    controls: Controls,
    findings: &'b mut Findings,
    /// It is a header or footer, and not the text.
    in_edge: bool,
    flow: Flow,
    /// The notes, which are written at the end.
    notes: Flow,
    in_note: bool,
    lists: Lists,
    contexts: Vec<Context>,
    /// Open paragraphs, and whether a page begins after each.
    paragraphs: Vec<bool>,
    /// The mark of a note, while it is read.
    citation: Option<String>,
    /// The mark of the note that follows.
    mark: Option<String>,
    /// The text ends with white space that other white space would add to.
    ends_with_space: bool,
    /// The areas of open frames.
    frames: Vec<f32>,
    /// The page styles of the sections.
    pages: Vec<String>,
    /// Open content controls: whether each shows a placeholder, and the state of a checkbox that is to be written.
    content_controls: Vec<(bool, Option<bool>)>,
}

impl<'b> Body<'b> {
    pub(super) fn new(styles: &'b Styles, findings: &'b mut Findings, in_edge: bool) -> Self {
        Self {
            styles,
            controls: Controls::default(),
            findings,
            in_edge,
            flow: Flow::default(),
            notes: Flow::default(),
            in_note: false,
            lists: Lists::default(),
            contexts: Vec::new(),
            paragraphs: Vec::new(),
            citation: None,
            mark: None,
            ends_with_space: false,
            frames: Vec::new(),
            pages: Vec::new(),
            content_controls: Vec::new(),
        }
    }

    /// Reads the element that was opened last.
    pub(super) fn read(&mut self, xml: &mut Xml<'_>) {
        let outer = xml.depth.saturating_sub(1);
        while xml.depth > outer
            && !self.flow.is_full()
            && let Some(node) = xml.next()
        {
            match node {
                Node::Open(element) => self.open(xml, &element),
                Node::Close(_) if xml.depth <= outer => break,
                Node::Close(closed) => self.close(closed.name()),
                Node::Text(text) if !self.paragraphs.is_empty() => self.collapsed(&text),
                Node::Text(_) => {}
            }
        }
        self.findings.is_damaged |= xml.is_damaged;
    }

    /// The pages, and the names of the page styles of their sections.
    ///
    /// # Errors
    /// If there is more text than the limits allow.
    pub(super) fn finish(self) -> Result<(Vec<FlowPage>, Vec<String>), Failure> {
        let mut pages = self.flow.finish()?;
        let notes = self.notes.finish()?;
        if let Some(last) = pages.last_mut() {
            last.lines
                .extend(notes.into_iter().flat_map(|page| page.lines));
        }
        Ok((pages, self.pages))
    }

    fn open(&mut self, xml: &mut Xml<'_>, element: &Element<'_>) {
        match element.name() {
            "p" | "h" => self.begin_paragraph(element),
            "span" => self.begin_span("text", element.attribute("style-name")),
            "section" => {
                let name = element.attribute("style-name");
                let hidden = element.attribute("display").as_deref() == Some("none")
                    || self
                        .styles
                        .find("section", name.as_deref(), |it| {
                            it.is_hidden_section.then_some(())
                        })
                        .is_some();
                self.begin_span("section", None);
                if let Some(context) = self.contexts.last_mut() {
                    context.is_hidden |= hidden;
                }
            }
            "list" => self.lists.open(element),
            "list-item" => self.lists.item(element),
            "table" => self.flow().begin_table(),
            "table-cell" => self.flow().begin_cell(),
            "text-box" => self.flow().begin_text_box(),
            name if is_shape(name) => self.flow().begin_text_box(),
            "frame" => {
                let side = |name: &str| element.attribute(name).and_then(|it| points(&it));
                let area = side("width").zip(side("height"));
                self.frames
                    .push(area.map_or(0.0, |(width, height)| width * height));
            }
            "note-body" => {
                self.in_note = true;
                // A note has its own list of paragraphs: its anchor is still open.
                self.begin_span("note", None);
            }
            "content-control" => {
                let is = |name: &str| element.attribute(name).as_deref() == Some("true");
                let checkbox = is("checkbox").then(|| is("checked"));
                self.content_controls
                    .push((is("showing-place-holder"), checkbox));
            }
            _ => self.open_special(xml, element),
        }
    }

    /// Opens an element that is read or skipped as a whole.
    fn open_special(&mut self, xml: &mut Xml<'_>, element: &Element<'_>) {
        let name = element.name();
        match name {
            "annotation" => {
                self.findings.has_comments = true;
                xml.skip();
            }
            "tracked-changes" | "covered-table-cell" | "placeholder" | "ruby-text" | "object"
            | "object-ole" | "plugin" | "binary-data" | "script" | "event-listeners" => xml.skip(),
            "image" => {
                let area = self.frames.last().copied().unwrap_or(0.0);
                if area >= LARGE_PICTURE && !self.in_edge {
                    self.findings.pictures = self.findings.pictures.saturating_add(1);
                }
                xml.skip();
            }
            "title" | "desc" if element.qualified().starts_with("svg:") => xml.skip(),
            "hidden-text" if element.attribute("is-hidden").as_deref() == Some("true") => {
                xml.skip()
            }
            "forms" => {
                let forms = xml.tree(element);
                self.controls.add(&forms);
            }
            "fieldmark" => {
                if let Some(shown) = field_mark(&xml.tree(element)) {
                    self.text(&shown);
                }
            }
            "page-number" if self.in_edge => {
                xml.skip();
                self.text(&PAGE_NUMBER.to_string());
            }
            "page-count" if self.in_edge => {
                xml.skip();
                self.text(&PAGE_COUNT.to_string());
            }
            "note-citation" => self.citation = Some(String::new()),
            _ if name.ends_with("-source") => xml.skip(),
            _ => self.character(element),
        }
    }

    /// Reads an element that stands for characters, a break or a control.
    fn character(&mut self, element: &Element<'_>) {
        match element.name() {
            "s" => {
                let count = element.attribute("c").and_then(|it| it.parse().ok());
                self.text(&" ".repeat(count.unwrap_or(1).min(MAX_SPACES)));
            }
            "tab" if self.is_shown() => {
                let style = self.text_style();
                self.flow().push_tab(style);
                self.ends_with_space = false;
            }
            "line-break" if self.is_shown() => self.flow().break_line(),
            "soft-page-break" if !self.in_edge && !self.in_note => self.flow.break_page(),
            "soft-hyphen" => {}
            "control" => {
                let id = element.attribute("control").unwrap_or_default();
                let shown = self.controls.shown(&id).map(|shown| format!(" {shown} "));
                if let Some(shown) = shown {
                    self.text(&shown);
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "p" | "h" => {
                self.contexts.pop();
                self.flow().end_paragraph();
                if self.paragraphs.pop() == Some(true) && !self.in_edge {
                    self.flow.break_page();
                }
            }
            "span" | "section" => drop(self.contexts.pop()),
            "list" => self.lists.close(),
            "table" => self.flow().end_table(),
            "table-row" => self.flow().end_row(),
            "table-cell" => self.flow().end_cell(),
            "text-box" => self.flow().end_text_box(),
            name if is_shape(name) => self.flow().end_text_box(),
            "frame" => drop(self.frames.pop()),
            "note-citation" => {
                let mark = self.citation.take().unwrap_or_default();
                let raised = raised_digits(mark.trim());
                self.text(&raised);
                self.mark = Some(raised);
            }
            "note-body" => {
                self.contexts.pop();
                self.notes.end_paragraph();
                self.in_note = false;
                self.mark = None;
            }
            "content-control" => {
                if let Some((_, Some(is_checked))) = self.content_controls.last() {
                    let shown = if *is_checked { "☒" } else { "☐" };
                    self.content_controls.pop();
                    self.text(shown);
                } else {
                    self.content_controls.pop();
                }
            }
            _ => {}
        }
    }

    fn flow(&mut self) -> &mut Flow {
        if self.in_note {
            &mut self.notes
        } else {
            &mut self.flow
        }
    }

    fn begin_span(&mut self, family: &str, style: Option<String>) {
        let mut context = self.contexts.last().cloned().unwrap_or_default();
        let mut characters = match style {
            Some(style) => self.styles.characters(family, Some(&style)),
            None => Characters::default(),
        };
        characters.inherit(&context.characters);
        context.characters = characters;
        self.contexts.push(context);
    }

    fn begin_paragraph(&mut self, element: &Element<'_>) {
        let name = element.attribute("style-name");
        let name = name.as_deref();
        let styles = self.styles;
        let own = |property: fn(&super::styles::Style) -> Option<bool>| {
            styles.find("paragraph", name, property) == Some(true)
        };
        let master = styles.find("paragraph", name, |style| style.master_page.clone());
        if !self.in_edge && !self.in_note {
            self.begin_page(master, own(|style| style.breaks_before));
        }
        let list = styles.find("paragraph", name, |style| style.list.clone());
        let level: Option<u8> = match element.name() {
            "h" => element
                .attribute("outline-level")
                .and_then(|it| it.parse().ok())
                .or(Some(1)),
            _ => styles.heading(name),
        };
        let is_plain = element.attribute("is-list-header").as_deref() == Some("true");
        let mut marker = self.lists.paragraph(styles, list.as_deref());
        if let Some(level) =
            level.filter(|_| marker.is_none() && !is_plain && element.name() == "h")
        {
            let level = usize::from(level).saturating_sub(1);
            marker = self.lists.heading(styles, level, element);
        }
        let is_bullet = matches!(marker, Some(Marker::Bullet(_)));
        let space = |property: fn(&super::styles::Style) -> Option<f32>| {
            styles.find("paragraph", name, property).unwrap_or(0.0)
        };
        let style = ParagraphStyle {
            heading: level,
            marker: marker.filter(|_| !(is_bullet && level.is_some())),
            before: space(|style| style.before),
            after: space(|style| style.after),
        };
        self.flow().begin_paragraph(style);
        self.ends_with_space = true;
        let is_hidden = self
            .contexts
            .last()
            .is_some_and(|context| context.is_hidden);
        self.contexts.push(Context {
            characters: styles.characters("paragraph", name),
            is_hidden,
        });
        self.paragraphs.push(own(|style| style.breaks_after));
        if self.in_note
            && let Some(mark) = self.mark.take()
        {
            self.text(&format!("{mark} "));
        }
    }

    /// Begins a page, if the paragraph's style does.
    fn begin_page(&mut self, master: Option<String>, breaks_before: bool) {
        if !self.paragraphs.is_empty() {
            return;
        }
        if breaks_before || master.is_some() {
            self.flow.break_page();
        }
        if let Some(master) = master {
            if !self.pages.is_empty() {
                self.flow.begin_section();
            }
            self.pages.push(master);
        } else if self.pages.is_empty() {
            self.pages.push("Standard".to_owned());
        }
    }

    /// Adds text in which white space only separates words.
    fn collapsed(&mut self, text: &str) {
        let mut collapsed = String::with_capacity(text.len());
        for character in text.chars() {
            if !matches!(character, ' ' | '\t' | '\n' | '\r') {
                collapsed.push(character);
                self.ends_with_space = false;
            } else if !std::mem::replace(&mut self.ends_with_space, true) {
                collapsed.push(' ');
            }
        }
        self.text(&collapsed);
    }

    /// Adds text, unless the document does not show it.
    fn text(&mut self, text: &str) {
        if let Some(citation) = &mut self.citation {
            citation.push_str(text);
            return;
        }
        match self.content_controls.last_mut() {
            Some((true, _)) => return,
            Some((_, checkbox)) if checkbox.is_some() => {
                let is_checked = checkbox.take() == Some(true);
                let shown = if is_checked { "☒" } else { "☐" };
                if let Some(control) = self.content_controls.last_mut() {
                    // What else is in the control is the same box.
                    control.0 = true;
                }
                let style = self.text_style();
                self.flow().push(shown, style);
                return;
            }
            _ => {}
        }
        if !self.is_shown() {
            let letters = text.chars().filter(|it| !it.is_whitespace()).count();
            self.findings.hidden = self.findings.hidden.saturating_add(letters);
            return;
        }
        let style = self.text_style();
        let characters = self.contexts.last().map(|context| &context.characters);
        let font = characters.and_then(|it| symbol_font(it.font.as_deref()?));
        let is_raised = characters.is_some_and(|it| it.raised == Some(true));
        let shown = match font {
            Some(font) => text
                .chars()
                .map(|code| font.character(code).unwrap_or(code))
                .collect(),
            None if is_raised => raised_digits(text),
            None => text.to_owned(),
        };
        self.flow().push(&shown, style);
    }

    fn is_shown(&self) -> bool {
        let context = self.contexts.last();
        !context.is_some_and(|it| it.is_hidden || it.characters.hidden == Some(true))
    }

    fn text_style(&self) -> TextStyle {
        let characters = self.contexts.last().map(|context| &context.characters);
        TextStyle {
            bold: characters.is_some_and(|it| it.bold == Some(true)),
            struck: characters.is_some_and(|it| it.struck == Some(true)),
            size: characters.and_then(|it| it.size),
        }
    }
}

/// Whether a drawn shape can have a text.
fn is_shape(name: &str) -> bool {
    matches!(
        name,
        "custom-shape"
            | "rect"
            | "ellipse"
            | "circle"
            | "polygon"
            | "polyline"
            | "path"
            | "caption"
            | "regular-polygon"
    )
}
