//! Text of a DOCX: a walk through the XML of the main part, a header, a footer or the notes.
//!
//! Elements that only group others are passed through, so that text in an unknown element is not lost.

use std::collections::BTreeMap;

use diarium_document::Heartbeat;

use super::super::{
    Findings,
    flow::{Flow, Marker, PAGE_NUMBER, ParagraphStyle, TextStyle},
    raised_digits, symbol_font,
    xml::{Element, Node, Tree, Xml},
};
use super::{
    Reader,
    controls::Control,
    fields::{Field, page_field},
    numbering::Numbering,
    properties::SectionProperties,
    styles::{CharacterProperties, ParagraphProperties, Styles},
};

/// The part that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Story {
    Main,
    /// A header or footer.
    Edge,
    Footnotes,
    Endnotes,
}

/// The numbers of the notes that the text refers to, by whether they are footnotes and their identifier.
pub(super) type Notes = BTreeMap<(bool, String), usize>;

/// Square English Metric Units of a picture that may show a text: a quarter of an A4 page.
const LARGE_PICTURE: u64 = 7_560_000 * 10_692_000 / 4;

/// An open paragraph.
#[derive(Debug, Default)]
struct OpenParagraph {
    style: Option<String>,
    /// The deletion of its end is a tracked change: the next one continues it.
    joins_next: bool,
    ends_section: Option<SectionProperties>,
}

/// Walks through a part.
pub(super) struct Body<'b> {
    styles: &'b Styles,
    numbering: &'b mut Numbering,
    findings: &'b mut Findings,
    notes: &'b mut Notes,
    heartbeat: &'b Heartbeat,
    flow: &'b mut Flow,
    story: Story,
    paragraphs: Vec<OpenParagraph>,
    /// A paragraph was opened, and its properties may follow.
    is_at_start: bool,
    /// The paragraph before was joined to this one.
    is_joined: bool,
    /// Open runs, with their properties and whether they are placeholders.
    runs: Vec<(CharacterProperties, bool)>,
    /// The text element that is open: its text, and whether white space around it counts.
    text: Option<(String, bool)>,
    fields: Vec<Field>,
    /// How many of the fields show nothing of what is in them.
    closed_fields: usize,
    controls: Vec<Control>,
    /// How many of the controls show a placeholder.
    placeholders: usize,
    /// Whether the deletion of each open row is a tracked change.
    deleted_rows: Vec<bool>,
    /// Whether a choice of each open alternative was read.
    alternatives: Vec<bool>,
    note_mark: Option<String>,
    picture_area: u64,
    /// The sections that end in this part.
    sections: Vec<SectionProperties>,
    ended_sections: usize,
}

impl<'b> Body<'b> {
    pub(super) fn new(reader: &'b mut Reader<'_>, flow: &'b mut Flow, story: Story) -> Self {
        Self {
            styles: &reader.styles,
            numbering: &mut reader.numbering,
            findings: &mut reader.findings,
            notes: &mut reader.notes,
            heartbeat: reader.heartbeat,
            flow,
            story,
            paragraphs: Vec::new(),
            is_at_start: false,
            is_joined: false,
            runs: Vec::new(),
            text: None,
            fields: Vec::new(),
            closed_fields: 0,
            controls: Vec::new(),
            placeholders: 0,
            deleted_rows: Vec::new(),
            alternatives: Vec::new(),
            note_mark: None,
            picture_area: 0,
            sections: Vec::new(),
            ended_sections: 0,
        }
    }

    /// Reads the part, and returns the sections that end in it.
    pub(super) fn read(mut self, text: &str) -> Vec<SectionProperties> {
        if self.story == Story::Main {
            self.sections = sections(text, self.heartbeat);
        }
        let mut xml = Xml::new(text, self.heartbeat);
        while let Some(node) = xml.next() {
            if self.flow.is_full() {
                break;
            }
            match node {
                Node::Open(element) => self.open(&mut xml, &element),
                Node::Close(closed) => self.close(closed.name()),
                Node::Text(text) => {
                    if let Some((collected, _)) = &mut self.text {
                        collected.push_str(&text);
                    }
                }
            }
        }
        self.flow.end_paragraph();
        self.findings.is_damaged |= xml.is_damaged || self.closed_fields > 0;
        self.sections
    }

    fn open(&mut self, xml: &mut Xml<'_>, element: &Element<'_>) {
        let name = element.name();
        if std::mem::take(&mut self.is_at_start) {
            let properties = (name == "pPr").then(|| xml.tree(element));
            self.begin_paragraph(properties.as_ref());
            if properties.is_some() {
                return;
            }
        }
        match name {
            "p" => {
                self.paragraphs.push(OpenParagraph::default());
                self.is_at_start = true;
            }
            "r" => self.begin_run(None),
            "rPr" if !self.runs.is_empty() => {
                let tree = xml.tree(element);
                self.runs.pop();
                self.begin_run(Some(&tree));
            }
            "t" => {
                let preserves = element.attribute("space").as_deref() == Some("preserve");
                self.text = Some((String::new(), preserves));
            }
            "instrText" => self.text = Some((String::new(), true)),
            "tbl" => self.flow.begin_table(),
            "tr" => self.deleted_rows.push(false),
            "tc" => self.flow.begin_cell(),
            "txbxContent" => self.flow.begin_text_box(),
            "sdt" => self.controls.push(Control::default()),
            "AlternateContent" => self.alternatives.push(false),
            _ => self.open_special(xml, element),
        }
    }

    /// Opens an element that is read or skipped as a whole.
    fn open_special(&mut self, xml: &mut Xml<'_>, element: &Element<'_>) {
        match element.name() {
            "del" | "moveFrom" | "delText" | "delInstrText" | "pPr" | "tblPr" | "tblGrid"
            | "tblPrEx" | "tcPr" | "rPr" | "sectPr" | "sdtEndPr" | "rt" | "ctrlPr" => xml.skip(),
            "trPr" => {
                let is_deleted = xml.tree(element).child("del").is_some();
                if let Some(last) = self.deleted_rows.last_mut() {
                    *last |= is_deleted;
                }
            }
            "sdtPr" => self.control(&xml.tree(element)),
            "fldChar" => self.field(&xml.tree(element)),
            "fldSimple" => {
                let code = element.attribute("instr").unwrap_or_default();
                let shown = page_field(&code).filter(|_| self.story == Story::Edge);
                if let Some(shown) = shown {
                    self.push(&shown);
                    xml.skip();
                }
            }
            "Choice" | "Fallback" => {
                let was_read = self.alternatives.last_mut();
                if was_read.is_some_and(|was_read| std::mem::replace(was_read, true)) {
                    xml.skip();
                }
            }
            "footnote" | "endnote" => self.note(xml, element),
            _ => self.character(element),
        }
    }

    /// Reads an element that stands for a character, a break or a picture.
    fn character(&mut self, element: &Element<'_>) {
        let is_run = !self.runs.is_empty();
        match element.name() {
            "tab" | "ptab" if is_run && self.is_shown() => {
                let style = self.text_style();
                self.flow.push_tab(style);
            }
            "br" if element.attribute("type").as_deref() == Some("page") => self.break_page(),
            "lastRenderedPageBreak" => self.break_page(),
            "br" | "cr" if self.is_shown() => self.flow.break_line(),
            "noBreakHyphen" => self.push("\u{2011}"),
            "pgNum" if self.story == Story::Edge => self.push(&PAGE_NUMBER.to_string()),
            "sym" => {
                let code = element.attribute("char").unwrap_or_default();
                let code = u32::from_str_radix(&code, 16).ok().and_then(char::from_u32);
                let font = element.attribute("font").unwrap_or_default();
                if let Some(code) = code {
                    let symbol = symbol_font(&font).and_then(|font| font.character(code));
                    self.push(symbol.unwrap_or(code).encode_utf8(&mut [0; 4]));
                }
            }
            "footnoteReference" => self.refer(element, true),
            "endnoteReference" => self.refer(element, false),
            "inline" | "anchor" => self.picture_area = 0,
            "extent" => {
                let side = |name| element.attribute(name)?.parse::<u64>().ok();
                let area = side("cx").zip(side("cy"));
                self.picture_area = area.map_or(0, |(width, height)| width.saturating_mul(height));
            }
            "blip" if self.picture_area >= LARGE_PICTURE => {
                self.findings.pictures = self.findings.pictures.saturating_add(1);
                self.picture_area = 0;
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if std::mem::take(&mut self.is_at_start) {
            self.begin_paragraph(None);
        }
        match name {
            "p" => self.end_paragraph(),
            "r" => drop(self.runs.pop()),
            "t" => self.end_text(),
            "instrText" => {
                let code = self.text.take().unwrap_or_default().0;
                if let Some(field) = self.fields.last_mut().filter(|field| !field.in_result) {
                    field.push_code(&code);
                }
            }
            "tbl" => self.flow.end_table(),
            "tr" => match self.deleted_rows.pop() {
                Some(true) => self.flow.drop_row(),
                _ => self.flow.end_row(),
            },
            "tc" => self.flow.end_cell(),
            "txbxContent" => self.flow.end_text_box(),
            "sdt" => self.end_control(),
            "AlternateContent" => drop(self.alternatives.pop()),
            _ => {}
        }
    }

    fn begin_paragraph(&mut self, properties: Option<&Tree>) {
        let style = properties
            .and_then(|it| it.value("pStyle"))
            .map(str::to_owned);
        let own = properties.map(ParagraphProperties::of).unwrap_or_default();
        let all = self.styles.paragraph(style.as_deref(), &own);
        let heading = match own.outline {
            Some(level) => Some(level.saturating_add(1)).filter(|level| *level <= 9),
            None => self.styles.heading(style.as_deref()),
        };
        let number = all.number.as_deref().filter(|id| *id != "0");
        let marker = number.and_then(|id| {
            let level = all.number_level.unwrap_or(0);
            self.numbering.count(id, level)
        });
        let is_bullet = matches!(marker, Some(Marker::Bullet(_)));
        let is_contextual = all.contextual == Some(true);
        if all.page_break_before == Some(true) {
            self.break_page();
        }
        if !std::mem::take(&mut self.is_joined) {
            self.flow.begin_paragraph(ParagraphStyle {
                heading,
                marker: marker.filter(|_| !(is_bullet && heading.is_some())),
                before: all.before.filter(|_| !is_contextual).unwrap_or(0.0),
                after: all.after.filter(|_| !is_contextual).unwrap_or(0.0),
            });
        }
        let mark = properties.and_then(|it| it.child("rPr"));
        let joins_next = mark
            .is_some_and(|mark| mark.child("del").is_some() || mark.child("moveFrom").is_some());
        let section = properties.and_then(|it| it.child("sectPr"));
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.style = style;
            paragraph.joins_next = joins_next;
            paragraph.ends_section = section.map(SectionProperties::of);
        }
        if let Some(mark) = self.note_mark.take() {
            self.push(&format!("{mark} "));
        }
    }

    fn end_paragraph(&mut self) {
        let paragraph = self.paragraphs.pop().unwrap_or_default();
        if paragraph.joins_next {
            self.is_joined = true;
            return;
        }
        self.flow.end_paragraph();
        if paragraph.ends_section.is_some() && self.story == Story::Main {
            self.ended_sections = self.ended_sections.saturating_add(1);
            let next = self.sections.get(self.ended_sections);
            if next.is_some_and(|next| !next.is_continuous) {
                self.flow.break_page();
            }
            self.flow.begin_section();
        }
    }

    fn begin_run(&mut self, properties: Option<&Tree>) {
        let style = properties.and_then(|it| it.value("rStyle"));
        let own = properties.map(CharacterProperties::of).unwrap_or_default();
        let paragraph = self.paragraphs.last();
        let paragraph_style = paragraph.and_then(|it| it.style.as_deref());
        let all = self.styles.characters(own, style, paragraph_style);
        self.runs.push((all, self.styles.is_placeholder(style)));
    }

    fn end_text(&mut self) {
        let Some((text, preserves)) = self.text.take() else {
            return;
        };
        let text = if preserves {
            text.as_str()
        } else {
            text.trim()
        };
        let run = self.runs.last();
        let symbols = run.and_then(|(run, _)| symbol_font(run.font.as_deref()?));
        let is_raised = run.is_some_and(|(run, _)| run.raised == Some(true));
        match symbols {
            Some(font) => {
                let picture = |code| font.character(code).unwrap_or(code);
                let pictures: String = text.chars().map(picture).collect();
                self.push(&pictures);
            }
            None if is_raised => self.push(&raised_digits(text)),
            None => self.push(text),
        }
    }

    /// Adds text, unless the document does not show it.
    fn push(&mut self, text: &str) {
        if self.closed_fields > 0 {
            return;
        }
        let run = self.runs.last();
        if run.is_some_and(|(run, _)| run.hidden == Some(true)) {
            let letters = text.chars().filter(|it| !it.is_whitespace()).count();
            self.findings.hidden = self.findings.hidden.saturating_add(letters);
            return;
        }
        let is_placeholder = run.is_some_and(|(_, is_placeholder)| *is_placeholder);
        // Programs that fill a control may leave the mark of the placeholder, but not its style.
        if is_placeholder && (self.controls.is_empty() || self.placeholders > 0) {
            return;
        }
        let style = self.text_style();
        match self.controls.last_mut() {
            Some(control) if control.checkbox.is_some() => {
                let is_checked = control.checkbox == Some(true);
                if !std::mem::replace(&mut control.is_written, true) {
                    self.flow.push(Control::character(is_checked), style);
                }
            }
            _ => self.flow.push(text, style),
        }
    }

    /// Whether text is shown here.
    fn is_shown(&self) -> bool {
        let run = self.runs.last();
        let is_hidden = run.is_some_and(|(run, _)| run.hidden == Some(true));
        self.closed_fields == 0 && !is_hidden
    }

    fn text_style(&self) -> TextStyle {
        let run = self.runs.last().map(|(run, _)| run);
        TextStyle {
            bold: run.is_some_and(|run| run.bold == Some(true)),
            struck: run.is_some_and(|run| run.struck == Some(true)),
            size: run.and_then(|run| run.size),
        }
    }

    fn break_page(&mut self) {
        if self.story == Story::Main {
            self.flow.break_page();
        }
    }

    fn field(&mut self, tree: &Tree) {
        let in_edge = self.story == Story::Edge;
        let is_closed = |field: &Field| !field.in_result || field.shown.is_some();
        match tree.attribute("fldCharType") {
            Some("begin") => {
                self.fields.push(Field::of(tree));
                self.closed_fields = self.closed_fields.saturating_add(1);
            }
            Some("separate") => {
                if let Some(field) = self.fields.last_mut().filter(|field| !field.in_result) {
                    field.begin_result(in_edge);
                    if !is_closed(field) {
                        self.closed_fields = self.closed_fields.saturating_sub(1);
                    }
                }
            }
            Some("end") => {
                let Some(field) = self.fields.pop() else {
                    return;
                };
                if is_closed(&field) {
                    self.closed_fields = self.closed_fields.saturating_sub(1);
                }
                if let Some(shown) = field.shown {
                    self.push(&shown);
                }
            }
            _ => {}
        }
    }

    fn control(&mut self, tree: &Tree) {
        let read = Control::of(tree);
        if let Some(control) = self.controls.last_mut() {
            let was_empty = control.shows_placeholder;
            *control = read;
            // A second `w:sdtPr` would count the same placeholder twice.
            match (was_empty, read.shows_placeholder) {
                (false, true) => self.placeholders = self.placeholders.saturating_add(1),
                (true, false) => self.placeholders = self.placeholders.saturating_sub(1),
                _ => {}
            }
        }
    }

    fn end_control(&mut self) {
        let unwritten = self.controls.last().filter(|control| !control.is_written);
        if let Some(is_checked) = unwritten.and_then(|control| control.checkbox) {
            self.push(Control::character(is_checked));
        }
        if self
            .controls
            .pop()
            .is_some_and(|control| control.shows_placeholder)
        {
            self.placeholders = self.placeholders.saturating_sub(1);
        }
    }

    /// Writes the mark of a note.
    fn refer(&mut self, element: &Element<'_>, is_footnote: bool) {
        let custom = element.attribute("customMarkFollows");
        let next = self.notes.len().saturating_add(1);
        let id = element.attribute("id").unwrap_or_default();
        let number = *self.notes.entry((is_footnote, id)).or_insert(next);
        if custom.is_none_or(|it| matches!(it.as_str(), "0" | "false" | "off")) {
            self.push(&raised_digits(&number.to_string()));
        }
    }

    /// Begins a note that the text refers to; others are skipped.
    fn note(&mut self, xml: &mut Xml<'_>, element: &Element<'_>) {
        let key = (
            element.name() == "footnote",
            element.attribute("id").unwrap_or_default(),
        );
        let kind = element.attribute("type");
        let number = self.notes.get(&key);
        match number.filter(|_| kind.is_none_or(|kind| kind == "normal")) {
            Some(number) if matches!(self.story, Story::Footnotes | Story::Endnotes) => {
                self.note_mark = Some(raised_digits(&number.to_string()));
            }
            _ => xml.skip(),
        }
    }
}

/// The properties of all sections, in order. A section's begin depends on properties at its end.
fn sections(text: &str, heartbeat: &Heartbeat) -> Vec<SectionProperties> {
    let mut xml = Xml::new(text, heartbeat);
    let mut sections = Vec::new();
    while let Some(node) = xml.next() {
        if let Node::Open(element) = node {
            match element.name() {
                "sectPr" => sections.push(SectionProperties::of(&xml.tree(&element))),
                "pPrChange" => xml.skip(),
                _ => {}
            }
        }
    }
    sections
}
