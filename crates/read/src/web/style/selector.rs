//! Selectors: which elements a rule is for.
//!
//! Names, classes, ids, attributes, `:not()` and a few states are understood, with all combinators. A
//! selector with anything else is not, and its rule is left out.

use std::cell::Cell;

use ego_tree::NodeRef;
use scraper::{Node, node::Element};

use diarium_document::operations;

/// Compounds of a selector, at most.
// The deepest selectors of generated sheets have eight.
const MAX_COMPOUNDS: usize = 12;

/// A selector: compounds from left to right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Selector {
    /// Each with its relation to the one before it.
    compounds: Vec<(Combinator, Compound)>,
    /// Numbers of ids, of classes, attributes and states, and of names.
    pub specificity: (u8, u8, u8),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Combinator {
    Descendant,
    Child,
    NextSibling,
    LaterSibling,
}

/// Conditions on one element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Compound {
    name: Option<String>,
    conditions: Vec<Condition>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Condition {
    Id(String),
    Class(String),
    Attribute(String, Comparison, String),
    Not(Compound),
    First,
    Last,
    Root,
    Checked,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Present,
    Equal,
    Word,
    Start,
    End,
    Inside,
}

/// What an element must have for a selector to match, by which rules are looked up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Id(String),
    Class(String),
    Name(String),
    Any,
}

/// The selectors of a list that are understood.
pub(super) fn parse_list(list: &str) -> Vec<Selector> {
    split_list(list).into_iter().filter_map(parse).collect()
}

/// The selectors between commas that are in no brackets.
fn split_list(list: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, byte) in list.bytes().enumerate() {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                parts.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&list[start..]);
    parts
}

fn parse(text: &str) -> Option<Selector> {
    let mut reader = Reader(text.trim());
    let mut selector = Selector {
        compounds: Vec::new(),
        specificity: (0, 0, 0),
    };
    let mut combinator = Combinator::Descendant;
    loop {
        let compound = reader.compound(true)?;
        compound.add_to(&mut selector.specificity);
        selector.compounds.push((combinator, compound));
        if reader.0.is_empty() {
            return Some(selector);
        }
        if selector.compounds.len() == MAX_COMPOUNDS {
            return None;
        }
        combinator = reader.combinator()?;
    }
}

/// Reads a selector from the front of the remaining text.
struct Reader<'s>(&'s str);

impl<'s> Reader<'s> {
    fn combinator(&mut self) -> Option<Combinator> {
        let trimmed = self.0.trim_start();
        let had_space = trimmed.len() < self.0.len();
        let (combinator, length) = match trimmed.bytes().next()? {
            b'>' => (Combinator::Child, 1),
            b'+' => (Combinator::NextSibling, 1),
            b'~' => (Combinator::LaterSibling, 1),
            _ if had_space => (Combinator::Descendant, 0),
            _ => return None,
        };
        self.0 = trimmed[length..].trim_start();
        Some(combinator)
    }

    fn compound(&mut self, may_negate: bool) -> Option<Compound> {
        let mut compound = Compound::default();
        let start = self.0;
        if let Some(rest) = self.0.strip_prefix('*') {
            self.0 = rest;
        } else if self.0.starts_with(|c: char| is_name(c) || c == '\\') {
            compound.name = Some(self.name()?.to_ascii_lowercase());
        }
        loop {
            let mut after = self.0.chars();
            let condition = match after.next() {
                Some('#') => {
                    self.0 = after.as_str();
                    Condition::Id(self.name()?)
                }
                Some('.') => {
                    self.0 = after.as_str();
                    Condition::Class(self.name()?)
                }
                Some('[') => self.attribute()?,
                Some(':') => self.state(may_negate)?,
                _ => break,
            };
            compound.conditions.push(condition);
        }
        (self.0.len() < start.len()).then_some(compound)
    }

    fn name(&mut self) -> Option<String> {
        let mut name = String::new();
        let mut characters = self.0.chars();
        loop {
            let rest = characters.as_str();
            match characters.next() {
                Some('\\') => {
                    let escaped = characters.next()?;
                    // A code point in hexadecimal: rare, and not understood.
                    if escaped.is_ascii_hexdigit() {
                        return None;
                    }
                    name.push(escaped);
                }
                Some(character) if is_name(character) => name.push(character),
                _ => {
                    self.0 = rest;
                    return (!name.is_empty()).then_some(name);
                }
            }
        }
    }

    /// `[name]` or `[name="value"]`.
    fn attribute(&mut self) -> Option<Condition> {
        let (inside, rest) = self.0.strip_prefix('[')?.split_once(']')?;
        self.0 = rest;
        let Some((name, value)) = inside.split_once('=') else {
            let name = inside.trim().to_ascii_lowercase();
            return Some(Condition::Attribute(
                name,
                Comparison::Present,
                String::new(),
            ));
        };
        let (name, comparison) = match name.chars().last()? {
            '~' => (&name[..name.len() - 1], Comparison::Word),
            '^' => (&name[..name.len() - 1], Comparison::Start),
            '$' => (&name[..name.len() - 1], Comparison::End),
            '*' => (&name[..name.len() - 1], Comparison::Inside),
            '|' => return None,
            _ => (name, Comparison::Equal),
        };
        let value = value.trim().trim_matches(['"', '\'']).to_owned();
        let name = name.trim().to_ascii_lowercase();
        Some(Condition::Attribute(name, comparison, value))
    }

    /// A state such as `:first-child`; those that depend on what a reader does are not understood.
    fn state(&mut self, may_negate: bool) -> Option<Condition> {
        let rest = self.0.strip_prefix(':')?;
        if let Some(inside) = rest.strip_prefix("not(") {
            self.0 = inside.trim_start();
            let negated = may_negate.then(|| self.compound(false)).flatten()?;
            self.0 = self.0.trim_start().strip_prefix(')')?;
            return Some(Condition::Not(negated));
        }
        self.0 = rest;
        let name = self.name()?;
        match name.as_str() {
            "first-child" => Some(Condition::First),
            "last-child" => Some(Condition::Last),
            "root" => Some(Condition::Root),
            "checked" => Some(Condition::Checked),
            _ => None,
        }
    }
}

fn is_name(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '-' | '_') || !character.is_ascii()
}

impl Compound {
    fn add_to(&self, specificity: &mut (u8, u8, u8)) {
        specificity.2 = specificity.2.saturating_add(u8::from(self.name.is_some()));
        for condition in &self.conditions {
            match condition {
                Condition::Id(_) => specificity.0 = specificity.0.saturating_add(1),
                Condition::Not(negated) => negated.add_to(specificity),
                _ => specificity.1 = specificity.1.saturating_add(1),
            }
        }
    }

    fn matches(&self, node: NodeRef<'_, Node>) -> bool {
        let Some(element) = node.value().as_element() else {
            return false;
        };
        operations::count(1 + self.conditions.len());
        self.name.as_ref().is_none_or(|name| name == element.name())
            && self
                .conditions
                .iter()
                .all(|condition| condition.holds(node, element))
    }
}

impl Condition {
    fn holds(&self, node: NodeRef<'_, Node>, element: &Element) -> bool {
        match self {
            Self::Id(id) => element.id() == Some(id),
            Self::Class(class) => element.classes().any(|one| one == class),
            Self::Attribute(name, comparison, value) => element
                .attr(name)
                .is_some_and(|found| comparison.holds(found, value)),
            Self::Not(negated) => !negated.matches(node),
            Self::First => previous_element(node).is_none(),
            Self::Last => next_element(node).is_none(),
            Self::Root => element.name() == "html",
            Self::Checked => {
                element.attr("checked").is_some() || element.attr("selected").is_some()
            }
        }
    }
}

impl Comparison {
    fn holds(self, found: &str, value: &str) -> bool {
        match self {
            Self::Present => true,
            Self::Equal => found == value,
            Self::Word => found.split_whitespace().any(|word| word == value),
            Self::Start => !value.is_empty() && found.starts_with(value),
            Self::End => !value.is_empty() && found.ends_with(value),
            Self::Inside => !value.is_empty() && found.contains(value),
        }
    }
}

impl Selector {
    /// What the element must have.
    pub(super) fn key(&self) -> Key {
        let Some((_, last)) = self.compounds.last() else {
            return Key::Any;
        };
        let id = last
            .conditions
            .iter()
            .find_map(|condition| match condition {
                Condition::Id(id) => Some(Key::Id(id.clone())),
                _ => None,
            });
        let class = || {
            last.conditions
                .iter()
                .find_map(|condition| match condition {
                    Condition::Class(class) => Some(Key::Class(class.clone())),
                    _ => None,
                })
        };
        let name = || last.name.clone().map(Key::Name);
        id.or_else(class).or_else(name).unwrap_or(Key::Any)
    }

    /// Whether an element matches, within the steps that are left.
    pub(super) fn matches(&self, node: NodeRef<'_, Node>, steps: &Cell<usize>) -> bool {
        self.matches_up_to(self.compounds.len(), node, steps)
    }

    /// Whether the first compounds match up to this element.
    fn matches_up_to(&self, count: usize, node: NodeRef<'_, Node>, steps: &Cell<usize>) -> bool {
        let left = steps.get();
        steps.set(left.saturating_sub(1));
        let Some((combinator, compound)) = count.checked_sub(1).map(|last| &self.compounds[last])
        else {
            return true;
        };
        if left == 0 || !compound.matches(node) {
            return false;
        }
        if count == 1 {
            return true;
        }
        let mut next = step(*combinator, node);
        while let Some(candidate) = next {
            if self.matches_up_to(count - 1, candidate, steps) {
                return true;
            }
            let goes_on = matches!(
                combinator,
                Combinator::Descendant | Combinator::LaterSibling
            );
            next = (goes_on && steps.get() > 0)
                .then(|| step(*combinator, candidate))
                .flatten();
        }
        false
    }
}

/// The next element to which a combinator leads.
fn step(combinator: Combinator, node: NodeRef<'_, Node>) -> Option<NodeRef<'_, Node>> {
    match combinator {
        Combinator::Descendant | Combinator::Child => node.parent(),
        Combinator::NextSibling | Combinator::LaterSibling => previous_element(node),
    }
}

fn previous_element(node: NodeRef<'_, Node>) -> Option<NodeRef<'_, Node>> {
    let mut before = node.prev_siblings().inspect(|_| operations::count(1));
    before.find(|sibling| sibling.value().is_element())
}

fn next_element(node: NodeRef<'_, Node>) -> Option<NodeRef<'_, Node>> {
    let mut after = node.next_siblings().inspect(|_| operations::count(1));
    after.find(|sibling| sibling.value().is_element())
}

#[cfg(test)]
mod tests {
    use super::*;
    use scraper::Html;

    const PAGE: &str = "<html><body><div id=yttre class='a b'><p class=c lang=sv>ett</p>\
        <p class='c d'>två</p><span hidden>tre</span></div></body></html>";

    /// The texts of the elements that a selector matches.
    fn matched(selector: &str) -> Vec<String> {
        let page = Html::parse_document(PAGE);
        let selectors = parse_list(selector);
        let nodes = page.tree.nodes().filter(|node| {
            let steps = Cell::new(1000);
            selectors
                .iter()
                .any(|selector| selector.matches(*node, &steps))
        });
        let text = |node: NodeRef<'_, Node>| {
            let texts = node
                .descendants()
                .filter_map(|inner| inner.value().as_text());
            texts.map(|text| text.to_string()).collect::<String>()
        };
        nodes.map(text).collect()
    }

    #[test]
    fn selectors_match_the_elements_that_they_name() {
        for (selector, expected) in [
            (".c", &["ett", "två"][..]),
            ("p.d, span", &["två", "tre"]),
            ("#yttre > .c:first-child", &["ett"]),
            ("body .c + .c", &["två"]),
            (".c ~ span", &["tre"]),
            ("div.a.b p:not(.d)", &["ett"]),
            ("[lang=\"sv\"]", &["ett"]),
            ("[class~=d], [lang^='s']", &["ett", "två"]),
            ("html div *:last-child", &["tre"]),
            (".c p", &[]),
            ("section > .c", &[]),
        ] {
            assert_eq!(matched(selector), expected, "{selector}");
        }
    }

    #[test]
    fn what_is_not_understood_matches_nothing() {
        for selector in [
            ".c:hover",
            ".c::before",
            "p:nth-child(2)",
            ".c >",
            "> p",
            "",
            "..c",
            "p:not(",
            "[x",
            "p:not(:not(p))",
            "a|b",
            "[lang|=sv]",
        ] {
            assert_eq!(matched(selector), [""; 0], "{selector}");
        }
    }

    #[test]
    fn specificity_counts_ids_classes_and_names() {
        let specificity = |text: &str| parse(text).unwrap().specificity;
        assert_eq!(specificity("#a .b p"), (1, 1, 1));
        assert_eq!(specificity("p.a.b[c]:not(.d)"), (0, 4, 1));
    }
}
