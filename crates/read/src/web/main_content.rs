//! Main content detection: which part of a web page is the page's own text.
//!
//! Pages declare their main part with `<main>` or a single `<article>`. One traversal before rendering
//! finds it, the page's main headings, and the elements around both, which are never boilerplate.
//! Inside the main part, `boilerplate` decides element by element.

use std::collections::HashSet;

use ego_tree::{NodeId, NodeRef, iter::Edge};
use scraper::{Html, Node, node::Element};

use super::{
    elements::{self, text_content},
    style::Styles,
};
use diarium_document::operations;

/// The main content of a page.
// The sets are only queried, never iterated in an order that matters.
#[derive(Debug, Default)]
pub(super) struct MainContent {
    /// Text of the `<title>`.
    title: Option<String>,
    /// The main headings, all `<h1>` of the page.
    headings: Vec<MainHeading>,
    /// Elements that contain the main content; if there are none, all of the page is content.
    roots: HashSet<NodeId>,
    /// Elements that contain a main heading or a root: they cannot be boilerplate.
    protected: HashSet<NodeId>,
    /// A main heading outside of the roots that belongs to the content.
    page_heading: Option<NodeId>,
}

/// An element that may be the root of the main content.
#[derive(Debug)]
struct Candidate {
    id: NodeId,
    is_main: bool,
    characters: usize,
}

/// An `<h1>`, and the candidate around it.
#[derive(Debug)]
struct MainHeading {
    id: NodeId,
    text: String,
    candidate: Option<NodeId>,
}

/// The main content has at least one in this many of the page's characters.
// Some pages have an empty or nearly empty `<main>`, which a script fills or the site's editors do not
// use. Below a tenth, the text is elsewhere. A short page with a long navigation is above it.
const MIN_MAIN_SHARE: usize = 10;

impl MainContent {
    /// Finds the main content of a page.
    pub(super) fn find(page: &Html, styles: &Styles) -> Self {
        let scan = Scan::of(page, styles);
        let roots: HashSet<NodeId> = scan.roots().map(|candidate| candidate.id).collect();
        let mut main_content = Self {
            title: title_of(page),
            headings: scan.headings,
            roots,
            ..Self::default()
        };
        main_content.find_page_heading();
        main_content.protect_ancestors(page);
        main_content
    }

    /// The text of the `<title>`, without the site's name if a main heading is the rest of it.
    pub(super) fn stated_title(&self) -> Option<String> {
        let title = self.title.as_deref()?;
        let headings = self.headings.iter().map(|heading| heading.text.as_str());
        let without_site_name = headings
            .filter(|heading| !heading.is_empty())
            .find(|heading| is_title_part(title, heading));
        Some(without_site_name.unwrap_or(title).to_owned())
    }

    /// Whether only a part of the page is its main content.
    pub(super) fn is_found(&self) -> bool {
        !self.roots.is_empty()
    }

    /// Whether all text in this element is main content, unless it is in a boilerplate element.
    pub(super) fn contains(&self, id: NodeId) -> bool {
        self.roots.contains(&id) || self.page_heading == Some(id)
    }

    /// Whether the element contains main content, so that it cannot be boilerplate.
    pub(super) fn is_protected(&self, id: NodeId) -> bool {
        self.protected.contains(&id)
    }

    /// Finds the page's heading above the main content: the title begins with it. The heading of a
    /// logo is the site's name, which is at the end of the title.
    fn find_page_heading(&mut self) {
        let Some(title) = &self.title else { return };
        if self.roots.is_empty() || self.headings.iter().any(|heading| self.is_inside(heading)) {
            return;
        }
        let begins_title =
            |heading: &&MainHeading| !heading.text.is_empty() && title.starts_with(&heading.text);
        self.page_heading = self
            .headings
            .iter()
            .find(begins_title)
            .map(|heading| heading.id);
    }

    fn is_inside(&self, heading: &MainHeading) -> bool {
        let is_root = |candidate| self.roots.contains(&candidate);
        self.roots.is_empty() || heading.candidate.is_some_and(is_root)
    }

    fn protect_ancestors(&mut self, page: &Html) {
        let inside = self
            .headings
            .iter()
            .filter(|heading| self.is_inside(heading));
        let contained: Vec<NodeId> = inside
            .map(|heading| heading.id)
            .chain(self.roots.iter().copied())
            .chain(self.page_heading)
            .collect();
        for id in contained {
            let mut next = page.tree.get(id);
            while let Some(node) = next {
                operations::count(1);
                // The ancestors of a protected element are protected already.
                if !self.protected.insert(node.id()) {
                    break;
                }
                next = node.parent();
            }
        }
    }
}

/// The state of the traversal that finds headings and candidates.
#[derive(Debug, Default)]
struct Scan {
    headings: Vec<MainHeading>,
    /// Characters of the visible text, without white space.
    characters: usize,
    /// Candidates that are closed.
    candidates: Vec<Candidate>,
    /// The outermost candidate that is open; a `<main>` replaces an article around it.
    open: Option<Candidate>,
    /// The hidden element that is open.
    hidden: Option<NodeId>,
    /// The main heading that is open; one inside of it is not another.
    heading: Option<NodeId>,
}

impl Scan {
    fn of(page: &Html, styles: &Styles) -> Self {
        let mut scan = Self::default();
        for edge in page.tree.root().traverse() {
            operations::count(1);
            match edge {
                Edge::Open(node) if scan.hidden.is_none() => scan.open(node, styles),
                Edge::Open(_) => {}
                Edge::Close(node) => scan.close(node.id()),
            }
        }
        scan
    }

    /// The roots of the main content: each `<main>` with enough text, or the only article.
    // Several articles are a list, such as search results, with text between them that is content too.
    fn roots(&self) -> impl Iterator<Item = &Candidate> {
        let has_enough_text = |is_main: bool| {
            let candidates = self.candidates.iter();
            let characters: usize = candidates
                .filter(|candidate| candidate.is_main == is_main)
                .map(|candidate| candidate.characters)
                .sum();
            characters > 0 && characters * MIN_MAIN_SHARE >= self.characters
        };
        let articles = self
            .candidates
            .iter()
            .filter(|candidate| !candidate.is_main);
        let is_main = if has_enough_text(true) {
            Some(true)
        } else if articles.count() == 1 && has_enough_text(false) {
            Some(false)
        } else {
            None
        };
        self.candidates
            .iter()
            .filter(move |candidate| Some(candidate.is_main) == is_main)
    }

    fn open(&mut self, node: NodeRef<'_, Node>, styles: &Styles) {
        match node.value() {
            Node::Text(text) => {
                let characters = text.chars().filter(|c| !c.is_whitespace()).count();
                self.characters += characters;
                if let Some(candidate) = &mut self.open {
                    candidate.characters += characters;
                }
            }
            Node::Element(element)
                if elements::is_not_displayed(element) || styles.hides(node.id(), element) =>
            {
                self.hidden = Some(node.id());
            }
            Node::Element(element) => self.open_element(node, element),
            _ => {}
        }
    }

    fn open_element(&mut self, node: NodeRef<'_, Node>, element: &Element) {
        if element.name() == "h1" && self.heading.is_none() {
            self.heading = Some(node.id());
            self.headings.push(MainHeading {
                id: node.id(),
                text: text_content(node),
                candidate: self.open.as_ref().map(|candidate| candidate.id),
            });
        }
        let is_main = element.name() == "main" || element.attr("role") == Some("main");
        let in_main = self
            .open
            .as_ref()
            .is_some_and(|candidate| candidate.is_main);
        let is_article = element.name() == "article" && self.open.is_none();
        if is_main && !in_main || is_article {
            self.open = Some(Candidate {
                id: node.id(),
                is_main,
                characters: 0,
            });
        }
    }

    fn close(&mut self, id: NodeId) {
        self.hidden.take_if(|hidden| *hidden == id);
        self.heading.take_if(|heading| *heading == id);
        let closed = self.open.take_if(|candidate| candidate.id == id);
        self.candidates.extend(closed);
    }
}

/// Whether the title is the heading, alone or beside the site's name after a separator.
fn is_title_part(title: &str, heading: &str) -> bool {
    const SEPARATORS: [char; 8] = ['-', '–', '—', '|', ':', '·', '«', '»'];
    let after = title.strip_prefix(heading).map(str::trim_start);
    let before = title.strip_suffix(heading).map(str::trim_end);
    title == heading
        || after.is_some_and(|rest| rest.starts_with(SEPARATORS))
        || before.is_some_and(|rest| rest.ends_with(SEPARATORS))
}

fn title_of(page: &Html) -> Option<String> {
    let title = page.tree.nodes().find(|node| {
        let is_title = |element: &Element| element.name() == "title";
        let parent = node.parent().and_then(|parent| parent.value().as_element());
        // The elements of an SVG drawing can have a `<title>` too.
        node.value().as_element().is_some_and(is_title)
            && parent.is_none_or(|parent| parent.name() == "head" || parent.name() == "body")
    })?;
    Some(text_content(title)).filter(|text| !text.is_empty())
}
