//! Styles of an OpenDocument text: common ones, and the automatic ones of the part that uses them.

use std::collections::BTreeMap;

use diarium_document::Heartbeat;

use super::{
    super::{
        numerals::Numeral,
        symbol_font,
        xml::{Node, Tree, Xml},
    },
    length::points,
};

/// Length of a chain of styles, at most; chains can be circular.
const MAX_CHAIN: usize = 16;

/// Levels of a list.
pub(in super::super) const LEVELS: usize = 10;

/// A style of paragraphs or of characters.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Style {
    name: String,
    parent: Option<String>,
    outline: Option<u8>,
    pub(in super::super) list: Option<String>,
    /// The page style that begins with a paragraph of this style.
    pub(in super::super) master_page: Option<String>,
    pub(in super::super) breaks_before: Option<bool>,
    pub(in super::super) breaks_after: Option<bool>,
    pub(in super::super) before: Option<f32>,
    pub(in super::super) after: Option<f32>,
    pub(in super::super) characters: Characters,
    pub(in super::super) is_hidden_section: bool,
    pub(in super::super) is_hidden_table: bool,
}

/// Properties of characters, each as far as it is stated.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in super::super) struct Characters {
    pub(in super::super) bold: Option<bool>,
    pub(in super::super) struck: Option<bool>,
    pub(in super::super) hidden: Option<bool>,
    pub(in super::super) raised: Option<bool>,
    pub(in super::super) size: Option<f32>,
    pub(in super::super) font: Option<String>,
}

/// A level of a list or of the headings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum ListLevel {
    Bullet(char),
    Number {
        numeral: Numeral,
        prefix: String,
        suffix: String,
        /// How many levels are printed.
        shown: usize,
        start: u32,
    },
}

/// All styles that a part can use.
#[derive(Debug, Default)]
pub(in super::super) struct Styles {
    /// By family and name.
    styles: BTreeMap<(String, String), Style>,
    lists: BTreeMap<String, BTreeMap<usize, ListLevel>>,
    outline: BTreeMap<usize, ListLevel>,
}

impl Styles {
    /// Adds the common styles of a part, and its automatic ones if they are meant for the text that is read.
    pub(in super::super) fn add(
        &mut self,
        text: &str,
        with_automatic: bool,
        heartbeat: &Heartbeat,
    ) {
        let mut xml = Xml::new(text, heartbeat);
        while let Some(node) = xml.next() {
            let Node::Open(element) = node else {
                continue;
            };
            match element.name() {
                "styles" => self.add_tree(&xml.tree(&element)),
                "automatic-styles" if with_automatic => self.add_tree(&xml.tree(&element)),
                "automatic-styles" | "master-styles" | "body" | "font-face-decls" => xml.skip(),
                _ => {}
            }
        }
    }

    fn add_tree(&mut self, tree: &Tree) {
        for child in &tree.children {
            let name = child.attribute("name").unwrap_or_default().to_owned();
            let family = child.attribute("family").unwrap_or_default().to_owned();
            match child.name.as_str() {
                "style" => drop(self.styles.insert((family, name), Style::of(child))),
                "default-style" => {
                    self.styles
                        .insert((family, String::new()), Style::of(child));
                }
                "list-style" => drop(self.lists.insert(name, levels(child))),
                "outline-style" => self.outline = levels(child),
                _ => {}
            }
        }
    }

    /// A property of a style of this family or of one that it is based on.
    pub(in super::super) fn find<V>(
        &self,
        family: &str,
        name: Option<&str>,
        property: impl Fn(&Style) -> Option<V>,
    ) -> Option<V> {
        self.chain(family, name).find_map(property)
    }

    /// The properties of characters in a style, with those that it inherits.
    pub(in super::super) fn characters(&self, family: &str, name: Option<&str>) -> Characters {
        let mut all = Characters::default();
        for style in self.chain(family, name) {
            all.inherit(&style.characters);
        }
        all
    }

    /// The heading level of a paragraph style.
    pub(in super::super) fn heading(&self, name: Option<&str>) -> Option<u8> {
        self.find("paragraph", name, |style| {
            let by_name = style.name.strip_prefix("Heading_20_");
            let by_name = by_name.and_then(|level| level.parse().ok());
            let title = (style.name == "Title").then_some(1);
            style.outline.or(by_name).or(title)
        })
        .filter(|level| (1..=10).contains(level))
    }

    /// A level of a list style, from 0.
    pub(in super::super) fn list_level(
        &self,
        list: Option<&str>,
        level: usize,
    ) -> Option<&ListLevel> {
        self.lists.get(list?)?.get(&level)
    }

    /// A level of the headings, from 0.
    pub(in super::super) fn outline_level(&self, level: usize) -> Option<&ListLevel> {
        self.outline.get(&level)
    }

    fn chain(&self, family: &str, name: Option<&str>) -> impl Iterator<Item = &Style> {
        let key = |name: &str| (family.to_owned(), name.to_owned());
        let first = name.and_then(|name| self.styles.get(&key(name)));
        let defaults = self.styles.get(&key(""));
        let family = family.to_owned();
        let next = move |style: &&Style| {
            let parent = style.parent.clone()?;
            self.styles.get(&(family.clone(), parent))
        };
        std::iter::successors(first, next)
            .take(MAX_CHAIN)
            .chain(defaults)
    }
}

impl Style {
    fn of(tree: &Tree) -> Self {
        let own = |name: &str| tree.attribute(name).map(str::to_owned);
        let paragraph = tree.child("paragraph-properties");
        let paragraph = |name: &str| paragraph.and_then(|it| it.attribute(name));
        let is_page = |value: &str| value == "page";
        let is_hidden = |properties: &str, hidden: &str| {
            let properties = tree.child(properties);
            properties.is_some_and(|it| it.attribute("display") == Some(hidden))
        };
        Self {
            name: own("name").unwrap_or_default(),
            parent: own("parent-style-name"),
            outline: tree
                .attribute("default-outline-level")
                .and_then(|it| it.parse().ok()),
            list: own("list-style-name"),
            master_page: own("master-page-name").filter(|name| !name.is_empty()),
            breaks_before: paragraph("break-before").map(is_page),
            breaks_after: paragraph("break-after").map(is_page),
            before: paragraph("margin-top").and_then(points),
            after: paragraph("margin-bottom").and_then(points),
            characters: tree
                .child("text-properties")
                .map(Characters::of)
                .unwrap_or_default(),
            is_hidden_section: is_hidden("section-properties", "none"),
            is_hidden_table: is_hidden("table-properties", "false"),
        }
    }
}

impl Characters {
    fn of(tree: &Tree) -> Self {
        let has = |name: &str| tree.attribute(name).map(|value| value != "none");
        let is_bold =
            |weight: &str| weight == "bold" || weight.parse().is_ok_and(|it: u32| it >= 600);
        Self {
            bold: tree.attribute("font-weight").map(is_bold),
            struck: has("text-line-through-style").or_else(|| has("text-line-through-type")),
            hidden: tree.attribute("display").map(|display| display == "none"),
            raised: tree.attribute("text-position").map(is_raised),
            size: tree.attribute("font-size").and_then(points),
            font: tree
                .attribute("font-name")
                .or_else(|| tree.attribute("font-family"))
                .map(str::to_owned),
        }
    }

    /// Adds what an outer style states and this one does not.
    pub(in super::super) fn inherit(&mut self, outer: &Self) {
        self.bold = self.bold.or(outer.bold);
        self.struck = self.struck.or(outer.struck);
        self.hidden = self.hidden.or(outer.hidden);
        self.raised = self.raised.or(outer.raised);
        self.size = self.size.or(outer.size);
        if self.font.is_none() {
            self.font.clone_from(&outer.font);
        }
    }
}

/// Whether a text position, such as `super 58%` or `33% 58%`, is above the line.
fn is_raised(position: &str) -> bool {
    let first = position.split_whitespace().next().unwrap_or_default();
    let percent: Option<f32> = first.strip_suffix('%').and_then(|it| it.parse().ok());
    first == "super" || percent.is_some_and(|percent| percent > 0.0)
}

/// The levels of a list style, from 0.
fn levels(tree: &Tree) -> BTreeMap<usize, ListLevel> {
    let level = |child: &Tree| {
        let index: usize = child.attribute("level")?.parse().ok()?;
        let index = index.checked_sub(1).filter(|index| *index < LEVELS)?;
        let level = match child.name.as_str() {
            "list-level-style-bullet" => ListLevel::Bullet(bullet(child)),
            "list-level-style-image" => ListLevel::Bullet('•'),
            "list-level-style-number" | "outline-level-style" => number(child),
            _ => return None,
        };
        Some((index, level))
    };
    tree.children.iter().filter_map(level).collect()
}

fn number(tree: &Tree) -> ListLevel {
    let own = |name: &str| tree.attribute(name).unwrap_or_default().to_owned();
    ListLevel::Number {
        numeral: match tree.attribute("num-format").unwrap_or_default() {
            "1" => Numeral::Decimal,
            "a" => Numeral::LowerLetter,
            "A" => Numeral::UpperLetter,
            "i" => Numeral::LowerRoman,
            "I" => Numeral::UpperRoman,
            "" => Numeral::None,
            _ => Numeral::Decimal,
        },
        prefix: own("num-prefix"),
        suffix: own("num-suffix"),
        shown: tree
            .attribute("display-levels")
            .and_then(|it| it.parse().ok())
            .unwrap_or(1),
        start: tree
            .attribute("start-value")
            .and_then(|it| it.parse().ok())
            .unwrap_or(1),
    }
}

/// A bullet: a checkbox where a form has boxes to mark, else the usual one.
fn bullet(tree: &Tree) -> char {
    let first = tree
        .attribute("bullet-char")
        .and_then(|text| text.chars().next());
    let font = tree.child("text-properties").and_then(|properties| {
        let name = properties.attribute("font-name");
        symbol_font(name.or_else(|| properties.attribute("font-family"))?)
    });
    let picture = first.and_then(|first| match font {
        Some(font) => font.character(first).or(Some(first)),
        None => Some(first),
    });
    picture.filter(|it| matches!(it, '☐' | '☒')).unwrap_or('•')
}
