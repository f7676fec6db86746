//! Which part of a web page is the page itself?
//!
//! One walk over the tree before the one that reads it: where the page's own text is, what must
//! never be taken for the site's, what the page is called.

use std::collections::HashSet;

use ego_tree::{NodeId, NodeRef, iter::Edge};
use scraper::{Html, Node, node::Element};

use super::elements;
use diarium_document::{single_spaced, work};

/// What was found. The sets are only asked, never listed, so their order does not matter.
#[derive(Debug, Default)]
pub(super) struct Survey {
    title: Option<String>,
    headings: Vec<Heading>,
    /// Elements that hold the page's text; where there are none, all of it does.
    body: HashSet<NodeId>,
    /// Elements that hold a main heading or the body: they cannot be the site's.
    holders: HashSet<NodeId>,
    /// Main headings outside of the body that are the page's all the same.
    kept: HashSet<NodeId>,
}

/// A candidate for the body.
#[derive(Debug)]
struct Part {
    id: NodeId,
    is_main: bool,
    characters: usize,
}

/// A main heading, and the candidate that it stands in.
#[derive(Debug)]
struct Heading {
    id: NodeId,
    text: String,
    part: Option<NodeId>,
}

/// Fewer characters than a tenth of the page's are no body: some pages fill it by script only.
const LEAST_SHARE: usize = 10;

impl Survey {
    /// Looks over a page.
    pub(super) fn of(page: &Html) -> Self {
        let census = Census::of(page);
        let body: HashSet<NodeId> = census.body().map(|part| part.id).collect();
        let mut survey = Self {
            title: title_of(page),
            headings: census.headings,
            body,
            ..Self::default()
        };
        survey.keep_heading();
        survey.find_holders(page);
        survey
    }

    /// What the `<title>` says, without the site's name where a main heading is the rest.
    pub(super) fn stated_title(&self) -> Option<String> {
        let title = self.title.as_deref()?;
        let names = self.headings.iter().map(|heading| heading.text.as_str());
        let rest = names
            .filter(|heading| !heading.is_empty())
            .find(|heading| is_part_of(title, heading));
        Some(rest.unwrap_or(title).to_owned())
    }

    /// Whether only a part of the page is its own.
    pub(super) fn has_body(&self) -> bool {
        !self.body.is_empty()
    }

    /// Whether the page's own text is in this element.
    pub(super) fn is_body(&self, id: NodeId) -> bool {
        self.body.contains(&id) || self.kept.contains(&id)
    }

    /// Whether it holds what cannot be the site's.
    pub(super) fn is_holder(&self, id: NodeId) -> bool {
        self.holders.contains(&id)
    }

    /// A heading above the body is the page's if the title begins with it; a logo's is not.
    fn keep_heading(&mut self) {
        let Some(title) = &self.title else { return };
        if self.body.is_empty() || self.headings.iter().any(|heading| self.is_inside(heading)) {
            return;
        }
        let own = |heading: &&Heading| !heading.text.is_empty() && title.starts_with(&heading.text);
        if let Some(heading) = self.headings.iter().find(own) {
            self.kept.insert(heading.id);
        }
    }

    fn is_inside(&self, heading: &Heading) -> bool {
        self.body.is_empty() || heading.part.is_some_and(|part| self.body.contains(&part))
    }

    fn find_holders(&mut self, page: &Html) {
        let inside = self
            .headings
            .iter()
            .filter(|heading| self.is_inside(heading));
        let held: Vec<NodeId> = inside
            .map(|heading| heading.id)
            .chain(self.body.iter().copied())
            .chain(self.kept.iter().copied())
            .collect();
        for id in held {
            let mut next = page.tree.get(id);
            while let Some(node) = next {
                work::spend(1);
                if !self.holders.insert(node.id()) {
                    break;
                }
                next = node.parent();
            }
        }
    }
}

/// What a walk over the page counts.
#[derive(Debug, Default)]
struct Census {
    headings: Vec<Heading>,
    characters: usize,
    parts: Vec<Part>,
    /// The outermost candidate that is open; a `<main>` takes the place of an article around it.
    open: Option<Part>,
    hidden: Option<NodeId>,
    /// The main heading that is open: one inside of it is no other.
    heading: Option<NodeId>,
}

impl Census {
    fn of(page: &Html) -> Self {
        let mut census = Self::default();
        for edge in page.tree.root().traverse() {
            work::spend(1);
            match edge {
                Edge::Open(node) if census.hidden.is_none() => census.open(node),
                Edge::Open(_) => {}
                Edge::Close(node) => census.close(node.id()),
            }
        }
        census
    }

    /// The page's `<main>`, or its article if it has but one.
    fn body(&self) -> impl Iterator<Item = &Part> {
        let enough = |is_main: bool| {
            let parts = self.parts.iter().filter(|part| part.is_main == is_main);
            let characters: usize = parts.map(|part| part.characters).sum();
            characters > 0 && characters * LEAST_SHARE >= self.characters
        };
        let articles = self.parts.iter().filter(|part| !part.is_main).count();
        let wanted = match (enough(true), articles) {
            (true, _) => Some(true),
            (false, 1) if enough(false) => Some(false),
            _ => None,
        };
        self.parts
            .iter()
            .filter(move |part| Some(part.is_main) == wanted)
    }

    fn open(&mut self, node: NodeRef<'_, Node>) {
        match node.value() {
            Node::Text(text) => {
                let characters = text.chars().filter(|c| !c.is_whitespace()).count();
                self.characters += characters;
                if let Some(part) = &mut self.open {
                    part.characters += characters;
                }
            }
            Node::Element(element) if elements::is_hidden(element) => self.hidden = Some(node.id()),
            Node::Element(element) => self.open_element(node, element),
            _ => {}
        }
    }

    fn open_element(&mut self, node: NodeRef<'_, Node>, element: &Element) {
        if element.name() == "h1" && self.heading.is_none() {
            self.heading = Some(node.id());
            self.headings.push(Heading {
                id: node.id(),
                text: visible_text(node),
                part: self.open.as_ref().map(|part| part.id),
            });
        }
        let is_main = element.name() == "main" || element.attr("role") == Some("main");
        let in_main = self.open.as_ref().is_some_and(|part| part.is_main);
        let is_article = element.name() == "article" && self.open.is_none();
        if is_main && !in_main || is_article {
            self.open = Some(Part {
                id: node.id(),
                is_main,
                characters: 0,
            });
        }
    }

    fn close(&mut self, id: NodeId) {
        self.hidden.take_if(|hidden| *hidden == id);
        self.heading.take_if(|heading| *heading == id);
        self.parts.extend(self.open.take_if(|part| part.id == id));
    }
}

/// Whether the title is the heading and something else, parted by a mark that sites use.
fn is_part_of(title: &str, heading: &str) -> bool {
    const MARKS: [char; 8] = ['-', '–', '—', '|', ':', '·', '«', '»'];
    let after = title.strip_prefix(heading).map(str::trim_start);
    let before = title.strip_suffix(heading).map(str::trim_end);
    title == heading
        || after.is_some_and(|rest| rest.starts_with(MARKS))
        || before.is_some_and(|rest| rest.ends_with(MARKS))
}

fn title_of(page: &Html) -> Option<String> {
    let title = page.tree.nodes().find(|node| {
        let is_title = |element: &scraper::node::Element| element.name() == "title";
        let parent = node.parent().and_then(|parent| parent.value().as_element());
        // A drawing has titles too.
        node.value().as_element().is_some_and(is_title)
            && parent.is_none_or(|parent| parent.name() == "head" || parent.name() == "body")
    })?;
    Some(visible_text(title)).filter(|text| !text.is_empty())
}

/// The text in a node, white space made single.
pub(super) fn visible_text(node: NodeRef<'_, Node>) -> String {
    let texts = node
        .descendants()
        .inspect(|_| work::spend(1))
        .filter_map(|inner| inner.value().as_text());
    single_spaced(&texts.map(|text| &**text).collect::<Vec<_>>().join(" "))
}
