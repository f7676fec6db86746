//! Styles: what the page's style sheets and `style` attributes say about the visibility of text.
//!
//! Sheets in the page itself are read (`sheet`), with the selectors that saved pages use (`selector`)
//! and the declarations that hide, cross out or raise text (`declarations`). Sheets in other files are
//! not. So what a page says is applied, and what it does not say is unknown: text is hidden only if the
//! page itself hides it.

mod color;
mod declarations;
mod selector;
mod sheet;

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};

use ego_tree::{NodeId, NodeRef};
use scraper::{Html, Node, node::Element};

use super::controls;
use color::{Color, Rgb};
use declarations::{Background, Declaration};
use diarium_document::{Heartbeat, operations};
use selector::{Key, Selector};

pub(super) use declarations::Declared;

/// Selectors of a page, at most.
// The largest frameworks have 10,000 rules, of which a few hundred matter here.
const MAX_SELECTORS: usize = 20_000;

/// Steps of matching selectors with elements, at most; then no further element has a style.
// A large page needs a hundred thousand. This many take about a second.
const MAX_STEPS: usize = 20_000_000;

/// The declared styles of a page's elements.
#[derive(Debug, Default)]
pub(super) struct Styles {
    /// Elements whose style says something. Only queried, never iterated.
    declared: HashMap<NodeId, Declared>,
    /// Whether the page has sheets in other files.
    has_other_sheets: bool,
}

impl Styles {
    /// The styles of a page.
    pub(super) fn of(page: &Html, heartbeat: &Heartbeat) -> Self {
        let mut rules = Rules::default();
        let mut styles = Self::default();
        for node in page.tree.nodes() {
            operations::count(1);
            let Some(element) = node.value().as_element() else {
                continue;
            };
            match element.name() {
                "style" if is_css(element) => rules.add_sheet(&super::elements::raw_text(node)),
                "link" => {
                    let relation = element.attr("rel").unwrap_or_default();
                    styles.has_other_sheets |= relation.to_ascii_lowercase().contains("stylesheet");
                }
                _ => {}
            }
        }
        styles.has_other_sheets |= rules.has_import;
        rules.sort();
        let steps = Cell::new(MAX_STEPS);
        for (number, node) in page.tree.nodes().enumerate() {
            heartbeat.step(number);
            if let Some(element) = node.value().as_element() {
                let declared = rules.declared(node, element, &steps);
                if declared != Declared::default() {
                    styles.declared.insert(node.id(), declared);
                }
            }
        }
        styles
    }

    /// What the style of an element declares, if it declares anything.
    pub(super) fn declared(&self, id: NodeId) -> Option<&Declared> {
        self.declared.get(&id)
    }

    /// Whether the style of an element hides all that is inside.
    pub(super) fn hides(&self, id: NodeId, element: &Element) -> bool {
        let name = element.name();
        // Pages hide themselves until a script has run.
        if matches!(name, "html" | "body") || controls::is_mark(element) {
            return false;
        }
        let declared = self.declared(id);
        let none = declared.and_then(|declared| declared.none);
        if element.attr("hidden").is_some() && none != Some(false) {
            return true;
        }
        // Labels out of sight say what a picture or a placeholder shows instead.
        let is_label = matches!(name, "label" | "legend" | "caption" | "th");
        declared
            .is_some_and(|declared| declared.is_gone() || declared.is_out_of_sight() && !is_label)
    }

    /// The colors outside of all elements.
    pub(super) fn initial_colors(&self) -> Colors {
        // Another sheet may declare others.
        let known = |color: Rgb| (!self.has_other_sheets).then_some(color);
        Colors {
            text: known(Rgb::BLACK),
            background: known(Rgb::WHITE),
            is_transparent: false,
        }
    }

    /// The colors in an element, from those around it.
    pub(super) fn colors(&self, id: NodeId, element: &Element, outer: Colors) -> Colors {
        let mut colors = outer;
        colors.apply_attributes(element);
        if let Some(declared) = self.declared(id) {
            colors.apply(declared);
        }
        colors
    }
}

/// Whether a `<style>` element is a style sheet for a screen.
fn is_css(element: &Element) -> bool {
    let kind = element.attr("type").unwrap_or("text/css").trim();
    let is_css = kind.is_empty() || kind.eq_ignore_ascii_case("text/css");
    is_css && sheet::is_for_screen(element.attr("media").unwrap_or_default())
}

/// The color of text and that behind it; `None` if it is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colors {
    text: Option<Rgb>,
    background: Option<Rgb>,
    is_transparent: bool,
}

impl Colors {
    /// Whether text in these colors cannot be seen.
    pub(super) fn hide_text(self) -> bool {
        let same = |(text, background): (Rgb, Rgb)| text.is_indistinguishable(background);
        self.is_transparent || self.text.zip(self.background).is_some_and(same)
    }

    /// Applies the attributes of old pages, and the style of browsers.
    fn apply_attributes(&mut self, element: &Element) {
        match element.name() {
            "a" if element.attr("href").is_some() => self.set_text(Color::Opaque(Rgb::LINK)),
            "mark" => {
                self.set_text(Color::Opaque(Rgb::BLACK));
                self.background = Some(Rgb(255, 255, 0));
            }
            // Form controls have colors of their own.
            "input" | "select" | "textarea" | "button" => {
                self.set_text(Color::Unknown);
                self.background = None;
            }
            "font" | "body" => {
                let name = if element.name() == "font" {
                    "color"
                } else {
                    "text"
                };
                if let Some(value) = element.attr(name) {
                    self.set_text(Color::of_attribute(value));
                }
            }
            _ => {}
        }
        if let Some(value) = element.attr("bgcolor") {
            self.background = match Color::of_attribute(value) {
                Color::Opaque(color) => Some(color),
                _ => None,
            };
        }
        if element.attr("background").is_some() {
            self.background = None;
        }
    }

    fn apply(&mut self, declared: &Declared) {
        if let Some(color) = declared.color {
            self.set_text(color);
        }
        if declared.shadow == Some(true) {
            self.text = None;
        }
        if declared.is_positioned() {
            self.background = None;
        }
        match declared.background() {
            Some(Background::Color(color)) => self.background = Some(color),
            Some(Background::Unknown) => self.background = None,
            Some(Background::None) | None => {}
        }
    }

    fn set_text(&mut self, color: Color) {
        self.is_transparent = color == Color::Transparent;
        self.text = match color {
            Color::Opaque(color) => Some(color),
            Color::Transparent | Color::Unknown => None,
        };
    }
}

/// The rules of all sheets of a page.
#[derive(Debug, Default)]
struct Rules {
    selectors: Vec<Rule>,
    /// Indexes of the selectors that an element may match.
    by_key: BTreeMap<Key, Vec<usize>>,
    declarations: Vec<Vec<Declaration>>,
    has_import: bool,
}

/// A selector and the index of its declarations.
#[derive(Debug)]
struct Rule {
    selector: Selector,
    declarations: usize,
}

impl Rules {
    fn add_sheet(&mut self, sheet: &str) {
        self.has_import |= sheet.contains("@import");
        let sheet = sheet::without_comments(sheet);
        for rule in sheet::rules(&sheet) {
            let declarations = declarations::parse(rule.declarations);
            if declarations.is_empty() {
                continue;
            }
            for selector in selector::parse_list(rule.selectors) {
                if self.selectors.len() == MAX_SELECTORS {
                    return;
                }
                let index = self.declarations.len();
                self.selectors.push(Rule {
                    selector,
                    declarations: index,
                });
            }
            self.declarations.push(declarations);
        }
    }

    /// Sorts the selectors by precedence and makes the index of them.
    fn sort(&mut self) {
        // Stable: of two that are equally specific, the later one applies.
        self.selectors.sort_by_key(|rule| rule.selector.specificity);
        for (index, rule) in self.selectors.iter().enumerate() {
            self.by_key
                .entry(rule.selector.key())
                .or_default()
                .push(index);
        }
    }

    /// The style of an element: the rules for it by precedence, then its `style` attribute.
    fn declared(
        &self,
        node: NodeRef<'_, Node>,
        element: &Element,
        steps: &Cell<usize>,
    ) -> Declared {
        let mut matching = self.matching(node, element, steps);
        matching.sort_unstable();
        let own = element.attr("style").map(declarations::parse);
        let own = own.unwrap_or_default();
        let rules = matching
            .into_iter()
            .filter_map(|index| self.declarations.get(self.selectors[index].declarations));
        let all: Vec<&Declaration> = rules.flatten().chain(&own).collect();
        operations::count(1 + all.len());
        let mut declared = Declared::default();
        for is_important in [false, true] {
            let mut same = all.iter().filter(|one| one.is_important == is_important);
            same.by_ref()
                .for_each(|declaration| declared.apply(declaration));
        }
        declared
    }

    /// The indexes of the selectors that match an element.
    fn matching(
        &self,
        node: NodeRef<'_, Node>,
        element: &Element,
        steps: &Cell<usize>,
    ) -> Vec<usize> {
        if self.selectors.is_empty() {
            return Vec::new();
        }
        let mut keys = vec![Key::Any, Key::Name(element.name().to_owned())];
        keys.extend(element.id().map(|id| Key::Id(id.to_owned())));
        keys.extend(element.classes().map(|class| Key::Class(class.to_owned())));
        let mut matching = Vec::new();
        for index in keys.iter().filter_map(|key| self.by_key.get(key)).flatten() {
            operations::count(1);
            if self.selectors[*index].selector.matches(node, steps) {
                matching.push(*index);
            }
        }
        matching
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden_texts(html: &str) -> Vec<String> {
        let page = Html::parse_document(html);
        let styles = Styles::of(&page, &Heartbeat::default());
        let gone = page.tree.nodes().filter(|node| {
            let declared = styles.declared(node.id());
            declared.is_some_and(|declared| declared.is_gone() || declared.is_out_of_sight())
        });
        gone.map(super::super::elements::text_content).collect()
    }

    #[test]
    fn the_rule_that_takes_precedence_decides() {
        for (html, expected) in [
            ("<style>.a{display:none}</style><p class=a>x", "x"),
            (
                "<style>.a{display:none}.a{display:block}</style><p class=a>x",
                "",
            ),
            (
                "<style>#b{display:block}.a{display:none}</style><p class=a id=b>x",
                "",
            ),
            (
                "<style>.a{display:none!important}</style><p class=a style='display:block'>x",
                "x",
            ),
            (
                "<style>.a{display:none}</style><p class=a style='display:block'>x",
                "",
            ),
            (
                "<style media=print>.a{display:none}</style><p class=a>x",
                "",
            ),
            (
                "<style type='text/less'>.a{display:none}</style><p class=a>x",
                "",
            ),
            (
                "<style>.a,.b:hover{position:absolute;left:-999em}</style><p class=a>x",
                "x",
            ),
        ] {
            assert_eq!(hidden_texts(html).concat(), expected, "{html}");
        }
    }

    #[test]
    fn hostile_sheets_take_bounded_time() {
        let deep = "<div>".repeat(300);
        let selectors: String = (0..400)
            .map(|n| format!("div div div div .x{n},"))
            .collect();
        let html =
            format!("<style>{selectors} div div div .y {{display:none}}</style>{deep}<p class=y>x");
        assert_eq!(hidden_texts(&html), ["x"]);
    }
}
