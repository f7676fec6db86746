//! Styles of a DOCX: what `styles.xml` says of paragraphs and characters.
//!
//! Only what the text depends on is kept: headings, lists, bold and struck-out type, sizes, hidden text and
//! the space around paragraphs. Styles are based on other styles; a chain of them is followed so far.

use std::collections::BTreeMap;

use super::super::xml::Tree;

/// Length of a chain of styles, at most; chains can be circular. Real ones have five.
const MAX_CHAIN: usize = 16;

/// Twentieths of a point, in which spaces are given.
const TWIPS: f32 = 20.0;

/// Space of a paragraph whose space is automatic, as in HTML.
const AUTOMATIC: f32 = 14.0;

/// Properties of a paragraph, each as far as it is stated.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct ParagraphProperties {
    pub(super) outline: Option<u8>,
    pub(super) number: Option<String>,
    pub(super) number_level: Option<usize>,
    pub(super) page_break_before: Option<bool>,
    pub(super) before: Option<f32>,
    pub(super) after: Option<f32>,
    pub(super) contextual: Option<bool>,
}

/// Properties of characters, each as far as it is stated.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct CharacterProperties {
    pub(super) bold: Option<bool>,
    pub(super) struck: Option<bool>,
    pub(super) hidden: Option<bool>,
    pub(super) size: Option<f32>,
    pub(super) raised: Option<bool>,
    /// The font, whose letters may be pictures.
    pub(super) font: Option<String>,
}

/// A style.
#[derive(Debug, Clone, Default)]
struct Style {
    /// Its name, in English for the built-in styles whatever the language of the program.
    name: String,
    based_on: Option<String>,
    paragraph: ParagraphProperties,
    characters: CharacterProperties,
}

/// All styles by their identifiers.
#[derive(Debug, Default)]
pub(super) struct Styles {
    styles: BTreeMap<String, Style>,
    default_paragraph: ParagraphProperties,
    default_characters: CharacterProperties,
    /// The style of paragraphs that name none.
    normal: Option<String>,
}

impl Styles {
    /// The styles of `styles.xml`.
    pub(super) fn of(tree: &Tree) -> Self {
        let mut styles = Self::default();
        if let Some(defaults) = tree.child("docDefaults") {
            let paragraph = defaults.child("pPrDefault").and_then(|it| it.child("pPr"));
            let characters = defaults.child("rPrDefault").and_then(|it| it.child("rPr"));
            styles.default_paragraph = paragraph.map(ParagraphProperties::of).unwrap_or_default();
            styles.default_characters = characters.map(CharacterProperties::of).unwrap_or_default();
        }
        for style in tree.all("style") {
            let Some(id) = style.attribute("styleId") else {
                continue;
            };
            let is_default = matches!(style.attribute("default"), Some("1" | "true" | "on"));
            if is_default && style.attribute("type") == Some("paragraph") {
                styles.normal = Some(id.to_owned());
            }
            styles.styles.insert(id.to_owned(), Style::of(style));
        }
        styles
    }

    /// The properties of a paragraph with this style and these properties of its own.
    pub(super) fn paragraph(
        &self,
        style: Option<&str>,
        own: &ParagraphProperties,
    ) -> ParagraphProperties {
        let style = style.or(self.normal.as_deref());
        let mut all = own.clone();
        for style in self.chain(style) {
            all.inherit(&style.paragraph);
        }
        all.inherit(&self.default_paragraph);
        all
    }

    /// The properties of characters, the innermost style first: of the characters, then of their paragraph.
    pub(super) fn characters(
        &self,
        own: CharacterProperties,
        style: Option<&str>,
        paragraph_style: Option<&str>,
    ) -> CharacterProperties {
        let mut all = own;
        let paragraph_style = paragraph_style.or(self.normal.as_deref());
        for style in self.chain(style).chain(self.chain(paragraph_style)) {
            all.inherit(&style.characters);
        }
        all.inherit(&self.default_characters);
        all
    }

    /// The heading level of a paragraph style, by its outline level or its name.
    pub(super) fn heading(&self, style: Option<&str>) -> Option<u8> {
        let by_name = |name: &str| {
            let name = name.to_lowercase();
            let digits = [
                "heading ",
                "rubrik ",
                "overskrift ",
                "otsikko ",
                "überschrift ",
            ]
            .iter()
            .find_map(|start| name.strip_prefix(start))?;
            digits
                .trim()
                .parse()
                .ok()
                .filter(|level| (1..=9).contains(level))
        };
        // The title of a document and the headings of a table of contents have no outline level.
        let is_title = |name: &str| matches!(name.to_lowercase().as_str(), "title" | "toc heading");
        self.chain(style)
            .find_map(|style| match style.paragraph.outline {
                Some(level) => Some(level.saturating_add(1)).filter(|level| *level <= 9),
                None if is_title(&style.name) => Some(1),
                None => by_name(&style.name),
            })
    }

    /// Whether a character style is that of a content control without content.
    pub(super) fn is_placeholder(&self, style: Option<&str>) -> bool {
        style == Some("PlaceholderText")
            || self
                .chain(style)
                .any(|style| style.name.eq_ignore_ascii_case("placeholder text"))
    }

    /// A style and those that it is based on.
    fn chain(&self, style: Option<&str>) -> impl Iterator<Item = &Style> {
        let first = style.and_then(|id| self.styles.get(id));
        let next = |style: &&Style| self.styles.get(style.based_on.as_deref()?);
        std::iter::successors(first, next).take(MAX_CHAIN)
    }
}

impl Style {
    fn of(tree: &Tree) -> Self {
        let paragraph = tree.child("pPr").map(ParagraphProperties::of);
        let characters = tree.child("rPr").map(CharacterProperties::of);
        Self {
            name: tree.value("name").unwrap_or_default().to_owned(),
            based_on: tree.value("basedOn").map(str::to_owned),
            paragraph: paragraph.unwrap_or_default(),
            characters: characters.unwrap_or_default(),
        }
    }
}

impl ParagraphProperties {
    /// The properties of `w:pPr`.
    pub(super) fn of(tree: &Tree) -> Self {
        let numbering = tree.child("numPr");
        let spacing = tree.child("spacing");
        let space = |name: &str, automatic: &str| {
            let spacing = spacing?;
            if matches!(spacing.attribute(automatic), Some("1" | "true" | "on")) {
                return Some(AUTOMATIC);
            }
            let twips: f32 = spacing.attribute(name)?.parse().ok()?;
            Some(twips / TWIPS)
        };
        Self {
            outline: tree.number("outlineLvl"),
            number: numbering.and_then(|it| Some(it.value("numId")?.to_owned())),
            number_level: numbering.and_then(|it| it.number("ilvl")),
            page_break_before: tree.switch("pageBreakBefore"),
            before: space("before", "beforeAutospacing"),
            after: space("after", "afterAutospacing"),
            contextual: tree.switch("contextualSpacing"),
        }
    }

    fn inherit(&mut self, outer: &Self) {
        self.outline = self.outline.or(outer.outline);
        if self.number.is_none() {
            self.number.clone_from(&outer.number);
            self.number_level = self.number_level.or(outer.number_level);
        }
        self.page_break_before = self.page_break_before.or(outer.page_break_before);
        self.before = self.before.or(outer.before);
        self.after = self.after.or(outer.after);
        self.contextual = self.contextual.or(outer.contextual);
    }
}

impl CharacterProperties {
    /// The properties of `w:rPr`.
    pub(super) fn of(tree: &Tree) -> Self {
        let struck = tree.switch("strike").or_else(|| tree.switch("dstrike"));
        let half_points: Option<f32> = tree.number("sz");
        let font = tree.child("rFonts").and_then(|fonts| {
            let name = fonts
                .attribute("ascii")
                .or_else(|| fonts.attribute("hAnsi"));
            name.map(str::to_owned)
        });
        Self {
            bold: tree.switch("b"),
            struck,
            hidden: tree.switch("vanish"),
            size: half_points.map(|size| size / 2.0),
            raised: tree.value("vertAlign").map(|it| it == "superscript"),
            font,
        }
    }

    fn inherit(&mut self, outer: &Self) {
        self.bold = self.bold.or(outer.bold);
        self.struck = self.struck.or(outer.struck);
        self.hidden = self.hidden.or(outer.hidden);
        self.size = self.size.or(outer.size);
        self.raised = self.raised.or(outer.raised);
        if self.font.is_none() {
            self.font.clone_from(&outer.font);
        }
    }
}
