//! RTF reader: rich text of Word and of WordPad.
//!
//! `tokens` divides the bytes, `group` says what a group is for, `fonts` knows the code pages and the heading
//! styles, `fields` what form fields show, `code_page` decodes. This module follows the groups and
//! reports paragraphs and tables to the flow. Deleted and hidden text and comments are left out.

mod code_page;
mod fields;
mod fonts;
mod group;
mod paragraphs;
mod tokens;

use diarium_document::{Carrier, Failure, Heartbeat, RawDocument};

use super::{
    Findings, document,
    flow::{Edge, Edges, FlowLine, PAGE_NUMBER, TextStyle, into_pages},
    raised_digits, usable_title,
};
use fields::Field;
use fonts::{Fonts, StyleSheet};
use group::{Destination, Group, Scope, destination_of};
use paragraphs::Paragraphs;
use tokens::{Token, Tokens};

/// The media type of rich text.
const RTF: &str = "application/rtf";

/// Groups inside each other, at most; deeper ones are one group.
const MAX_GROUPS: usize = 10_000;

/// Bytes of a title or of the bullet of a paragraph that are kept.
const MAX_ASIDE: usize = 1_000;

/// Twips of a picture that may show a text, squared: a quarter of an A4 page.
const LARGE_PICTURE: i64 = 11_906 * 16_838 / 4;

/// Whether bytes begin as rich text does.
pub(super) fn is_rtf(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().starts_with(b"{\\rtf")
}

/// Reads rich text.
///
/// # Errors
/// If there is no text, or more than the limits allow.
pub(super) fn read(bytes: &[u8], heartbeat: &Heartbeat) -> Result<RawDocument, Failure> {
    let mut reader = Reader::default();
    let mut tokens = Tokens::new(bytes);
    let mut steps = 0_usize;
    while let Some(token) = tokens.next() {
        steps = steps.saturating_add(1);
        heartbeat.step(steps);
        if let Token::Word("bin", Some(count)) = token {
            tokens.advance(usize::try_from(count).unwrap_or(0));
            continue;
        }
        if reader.paragraphs.flow.is_full() || !reader.read(token) {
            break;
        }
    }
    reader.finish()
}

/// Follows the groups.
#[derive(Default)]
struct Reader {
    groups: Vec<Group>,
    /// Groups that were too deep to be followed.
    deeper: usize,
    /// No control word of the group was read yet.
    is_at_start: bool,
    /// The group begins with `\*`: it is skipped unless its control word is known.
    is_optional: bool,
    /// Characters that are skipped, because one of Unicode stands before them.
    to_skip: usize,
    /// A character of Unicode's upper planes is given in two halves; this is the first.
    surrogate: Option<u16>,
    /// Bytes of text that are not decoded yet.
    pending: Vec<u8>,
    code_page: i32,
    fonts: Fonts,
    styles: StyleSheet,
    paragraphs: Paragraphs,
    /// The flows around the header, note or text that is being read.
    outer: Vec<Paragraphs>,
    notes: Option<Paragraphs>,
    note_count: usize,
    in_note: bool,
    field: Field,
    title: String,
    list_text: String,
    sections: Vec<Edges>,
    has_first_page: bool,
    has_even_pages: bool,
    picture: (i64, i64),
    findings: Findings,
}

impl Reader {
    /// Reads a token. `false` at the end of the outermost group.
    fn read(&mut self, token: Token<'_>) -> bool {
        if !matches!(token, Token::Text(_) | Token::Hex(_)) {
            self.decode_pending();
        }
        match token {
            Token::GroupStart => self.begin_group(),
            Token::GroupEnd => {
                self.end_group();
                return !self.groups.is_empty();
            }
            Token::Word(word, number) => self.word(word, number),
            Token::Symbol(symbol) => self.symbol(symbol),
            Token::Hex(byte) => self.bytes(&[byte]),
            Token::Text(text) => self.bytes(text),
        }
        true
    }

    fn group(&self) -> Option<&Group> {
        self.groups.last()
    }

    fn destination(&self) -> Destination {
        self.group()
            .map_or(Destination::Skipped, |group| group.destination)
    }

    fn begin_group(&mut self) {
        self.to_skip = 0;
        if self.groups.len() >= MAX_GROUPS {
            self.deeper = self.deeper.saturating_add(1);
            return;
        }
        let mut inner = self.group().map(Group::inner).unwrap_or_default();
        if self.group().is_some_and(|group| group.is_alternative) {
            inner.destination = Destination::Skipped;
        }
        if self.destination() == Destination::StyleSheet {
            self.styles.begin();
        }
        self.groups.push(inner);
        self.is_at_start = true;
        self.is_optional = false;
    }

    fn end_group(&mut self) {
        self.to_skip = 0;
        self.is_at_start = false;
        if self.deeper > 0 {
            self.deeper -= 1;
            return;
        }
        let Some(group) = self.groups.pop() else {
            return;
        };
        match group.scope {
            Scope::None => {}
            Scope::Footnote => self.end_note(),
            Scope::TextBox => self.paragraphs.end_text_box(),
            Scope::Code => self.end_code(),
            Scope::ListText => self.paragraphs.set_marker(&self.list_text),
            Scope::Entry => {}
            scope => self.end_edge(scope),
        }
        if group.destination == Destination::Picture {
            let (width, height) = std::mem::take(&mut self.picture);
            if width.saturating_mul(height) >= LARGE_PICTURE {
                self.findings.pictures = self.findings.pictures.saturating_add(1);
            }
        }
    }

    fn word(&mut self, word: &str, number: Option<i32>) {
        let is_first = std::mem::take(&mut self.is_at_start);
        if is_first && self.begin_destination(word) {
            return;
        }
        match self.destination() {
            Destination::Skipped | Destination::Drawing | Destination::Info => {}
            Destination::FontTable => self.fonts.word(word, number),
            Destination::StyleSheet => self.styles.word(word, number),
            Destination::Picture => {
                let length = i64::from(number.unwrap_or(0)).max(0);
                match word {
                    "picwgoal" => self.picture.0 = length,
                    "pichgoal" => self.picture.1 = length,
                    _ => {}
                }
            }
            Destination::FormField => self.field.word(word, number),
            _ => self.text_word(word, number),
        }
    }

    /// Begins the destination that a control word at the start of a group names. `false` if it names none.
    fn begin_destination(&mut self, word: &str) -> bool {
        let is_optional = std::mem::take(&mut self.is_optional);
        let count = self.groups.len();
        let outer = count
            .checked_sub(2)
            .and_then(|index| self.groups.get(index));
        let outer_destination = outer.map_or(Destination::Text, |group| group.destination);
        let is_shown = outer.is_some_and(|group| group.is_shown);
        let is_alternative = outer.is_some_and(|group| group.is_alternative);
        let Some(group) = self.groups.last_mut() else {
            return false;
        };
        if word == "ud" && is_alternative {
            group.destination = outer_destination;
            return true;
        }
        if word == "annotation" {
            self.findings.has_comments = true;
        }
        if group.destination == Destination::Skipped {
            return true;
        }
        if word == "upr" {
            group.is_alternative = true;
            return true;
        }
        if word == "fldrslt" && is_shown
            || word == "title" && outer_destination != Destination::Info && is_optional
        {
            group.destination = Destination::Skipped;
            return true;
        }
        if word == "title" && outer_destination == Destination::Info {
            group.destination = Destination::Title;
            return true;
        }
        let Some((destination, scope)) = destination_of(word) else {
            // Character and table styles are optional, and so are unknown destinations.
            let is_style = outer_destination == Destination::StyleSheet;
            if is_optional && !is_style {
                group.destination = Destination::Skipped;
            }
            return false;
        };
        group.destination = destination;
        group.scope = scope;
        self.begin_scope(scope);
        true
    }

    fn begin_scope(&mut self, scope: Scope) {
        match scope {
            Scope::None => {}
            Scope::Code => self.field = Field::default(),
            Scope::Entry => self.field.begin_entry(),
            Scope::ListText => self.list_text.clear(),
            Scope::TextBox => self.paragraphs.begin_text_box(),
            Scope::Footnote => {
                self.in_note = true;
                let notes = self.notes.take().unwrap_or_default();
                self.outer
                    .push(std::mem::replace(&mut self.paragraphs, notes));
            }
            _ => self.outer.push(std::mem::take(&mut self.paragraphs)),
        }
    }

    fn end_note(&mut self) {
        self.in_note = false;
        self.paragraphs.end_paragraph();
        if let Some(outer) = self.outer.pop() {
            self.notes = Some(std::mem::replace(&mut self.paragraphs, outer));
        }
    }

    fn end_edge(&mut self, scope: Scope) {
        let Some(outer) = self.outer.pop() else {
            return;
        };
        let edge = std::mem::replace(&mut self.paragraphs, outer);
        let pages = edge.finish().unwrap_or_default();
        let lines: Vec<FlowLine> = pages.into_iter().flat_map(|page| page.lines).collect();
        if self.sections.is_empty() {
            self.sections.push(Edges::default());
        }
        let Some(edges) = self.sections.last_mut() else {
            return;
        };
        let edge: &mut Edge = match scope {
            Scope::FirstHeader | Scope::FirstFooter => edges.first.get_or_insert_default(),
            Scope::EvenHeader | Scope::EvenFooter => edges.even.get_or_insert_default(),
            _ => &mut edges.usual,
        };
        match scope {
            Scope::Header | Scope::FirstHeader | Scope::EvenHeader => edge.header = lines,
            _ => edge.footer = lines,
        }
    }

    fn end_code(&mut self) {
        let in_edge = !self.outer.is_empty() && !self.in_note;
        let field = std::mem::take(&mut self.field);
        if let Some(shown) = field.shown(in_edge) {
            self.text(&shown);
            if let Some(field) = self.groups.last_mut() {
                field.is_shown = true;
            }
        }
    }

    /// Reads a control word in text.
    fn text_word(&mut self, word: &str, number: Option<i32>) {
        let Some(group) = self.groups.last_mut() else {
            return;
        };
        let is_on = number != Some(0);
        match word {
            "f" => group.font = number.unwrap_or(0),
            "uc" => group.fallback = usize::try_from(number.unwrap_or(1)).unwrap_or(1),
            "b" => group.bold = is_on,
            "strike" | "striked" => group.struck = is_on,
            "v" => group.hidden = is_on,
            "deleted" => group.deleted = is_on,
            "super" => group.raised = is_on,
            "nosupersub" | "sub" => group.raised = false,
            "fs" => {
                group.size = number.map_or(12.0, |size| {
                    f32::from(i16::try_from(size).unwrap_or(24)) / 2.0
                })
            }
            "plain" => group.plain(),
            "u" => self.unicode(number.unwrap_or(0)),
            "ansicpg" => self.code_page = number.unwrap_or(0),
            "mac" => self.code_page = 10_000,
            "pc" => self.code_page = 437,
            "pca" => self.code_page = 850,
            "titlepg" => self.has_first_page = true,
            "facingp" => self.has_even_pages = true,
            "emdash" => self.text("—"),
            "endash" => self.text("–"),
            "emspace" | "enspace" | "qmspace" => self.text(" "),
            "bullet" => self.text("•"),
            "lquote" => self.text("‘"),
            "rquote" => self.text("’"),
            "ldblquote" => self.text("“"),
            "rdblquote" => self.text("”"),
            "chpgn" if !self.outer.is_empty() => self.text(&PAGE_NUMBER.to_string()),
            "chftn" => self.note_mark(),
            _ => self.paragraph_word(word, number),
        }
    }

    /// Reads a control word that concerns paragraphs, if they are being read.
    fn paragraph_word(&mut self, word: &str, number: Option<i32>) {
        if self.destination() != Destination::Text || !self.is_seen() {
            // The end of a deleted paragraph is deleted, too.
            return;
        }
        match word {
            "tab" => {
                let style = self.style();
                self.paragraphs.push_tab(style, &self.styles);
            }
            "sect" => {
                self.paragraphs.end_section();
                let edges = self.sections.last().cloned().unwrap_or_default();
                if self.outer.is_empty() {
                    self.sections.push(edges);
                }
            }
            _ => self.paragraphs.word(word, number, &self.styles),
        }
    }

    fn note_mark(&mut self) {
        if !self.in_note {
            self.note_count = self.note_count.saturating_add(1);
        }
        let mark = raised_digits(&self.note_count.to_string());
        self.text(&mark);
    }

    fn symbol(&mut self, symbol: u8) {
        if self.to_skip > 0 {
            self.to_skip -= 1;
            return;
        }
        match symbol {
            b'*' => self.is_optional = self.is_at_start,
            b'~' => self.text("\u{a0}"),
            b'_' => self.text("\u{2011}"),
            b'{' | b'}' | b'\\' => self.bytes(&[symbol]),
            b'\t' => self.text_word("tab", None),
            // An optional hyphen is not printed.
            _ => {}
        }
    }

    /// A character of Unicode, of which the bytes that follow are a poorer version.
    fn unicode(&mut self, code: i32) {
        self.to_skip = self.group().map_or(1, |group| group.fallback);
        let unit = u16::try_from(code.rem_euclid(0x1_0000)).unwrap_or(0xfffd);
        let units: Vec<u16> = self.surrogate.take().into_iter().chain([unit]).collect();
        if (0xd800..0xdc00).contains(&unit) {
            self.surrogate = Some(unit);
            return;
        }
        let text: String = char::decode_utf16(units)
            .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect();
        self.text(&text);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.is_at_start = false;
        let skipped = self.to_skip.min(bytes.len());
        self.to_skip -= skipped;
        let rest = bytes.get(skipped..).unwrap_or_default();
        if !matches!(
            self.destination(),
            Destination::Skipped | Destination::Drawing | Destination::Picture
        ) {
            self.pending.extend_from_slice(rest);
        }
    }

    fn decode_pending(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.pending);
        let font = self.group().map_or(0, |group| group.font);
        let own = self.fonts.code_page(font);
        let stated = Some(self.code_page).filter(|page| *page != 0);
        let text = match self.fonts.symbols(font) {
            Some(_) => bytes.iter().copied().map(char::from).collect(),
            None => code_page::decode(&bytes, own.or(stated).unwrap_or(1252)),
        };
        self.text(&text);
    }

    /// Whether text is shown here.
    fn is_seen(&self) -> bool {
        self.group()
            .is_some_and(|group| !group.hidden && !group.deleted)
    }

    fn style(&self) -> TextStyle {
        let group = self.group();
        TextStyle {
            bold: group.is_some_and(|group| group.bold),
            struck: group.is_some_and(|group| group.struck),
            size: group.map(|group| group.size),
        }
    }

    /// Adds text to what the group is for.
    fn text(&mut self, text: &str) {
        let symbols = self
            .fonts
            .symbols(self.group().map_or(0, |group| group.font));
        let drawn: Option<String> = symbols.map(|font| {
            let picture = |code| font.character(code).unwrap_or(code);
            text.chars().map(picture).collect()
        });
        let text = drawn.as_deref().unwrap_or(text);
        match self.destination() {
            Destination::Text => self.shown_text(text),
            Destination::FontTable => self.fonts.text(text),
            Destination::StyleSheet => self.styles.text(text),
            Destination::Title if self.title.len() < MAX_ASIDE => self.title.push_str(text),
            Destination::FieldCode => self.field.push_code(text),
            Destination::ListEntry => self.field.push_entry(text),
            Destination::ListText if self.list_text.len() < MAX_ASIDE => {
                self.list_text.push_str(text);
            }
            _ => {}
        }
    }

    fn shown_text(&mut self, text: &str) {
        let Some(group) = self.group() else {
            return;
        };
        if group.deleted {
            return;
        }
        if group.hidden {
            let letters = text.chars().filter(|it| !it.is_whitespace()).count();
            self.findings.hidden = self.findings.hidden.saturating_add(letters);
            return;
        }
        let raised = group.raised.then(|| raised_digits(text));
        let style = self.style();
        self.paragraphs
            .push(raised.as_deref().unwrap_or(text), style, &self.styles);
    }

    fn finish(mut self) -> Result<RawDocument, Failure> {
        self.decode_pending();
        // A group that was never closed: the file was cut off.
        self.findings.is_damaged |= !self.groups.is_empty();
        while let Some(outer) = self.outer.pop() {
            self.paragraphs = outer;
        }
        let mut pages = self.paragraphs.finish()?;
        let notes = self.notes.take().unwrap_or_default().finish()?;
        if let Some(last) = pages.last_mut() {
            last.lines
                .extend(notes.into_iter().flat_map(|page| page.lines));
        }
        for edges in &mut self.sections {
            edges.first = edges.first.take().filter(|_| self.has_first_page);
            edges.even = edges.even.take().filter(|_| self.has_even_pages);
        }
        document(RawDocument {
            carrier: Carrier::Office,
            media_type: RTF,
            encoding: None,
            stated_title: usable_title(&self.title),
            pages: into_pages(pages, &self.sections),
            related: Vec::new(),
            warnings: self.findings.warnings(),
        })
    }
}

#[cfg(test)]
mod tests;
