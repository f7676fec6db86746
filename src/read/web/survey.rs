//! Which part of a web page is the page itself?
//!
//! One walk over the tree before the one that reads it: where the page's own text is, what must
//! never be taken for the site's, what the page is called.

use std::collections::HashSet;

use ego_tree::{NodeId, NodeRef, iter::Edge};
use scraper::{Html, Node};

use super::{super::transcript::single_spaced, elements};

/// What was found. The sets are only asked, never listed, so their order does not matter.
#[derive(Debug, Default)]
pub struct Survey {
    title: Option<String>,
    headings: Vec<(NodeId, String)>,
    /// Elements that hold the page's text; where there are none, all of it does.
    body: HashSet<NodeId>,
    /// Elements that hold a main heading or the body: they cannot be the site's.
    holders: HashSet<NodeId>,
    /// Main headings outside of the body that are the page's all the same.
    kept: HashSet<NodeId>,
}

/// A candidate for the body.
struct Part {
    id: NodeId,
    characters: usize,
    headings: usize,
}

/// Fewer characters than a tenth of the page's are no body: some pages fill it by script only.
const LEAST_SHARE: usize = 10;

impl Survey {
    /// Looks over a page.
    pub fn of(page: &Html) -> Self {
        let mut survey = Self {
            title: title_of(page),
            ..Self::default()
        };
        let (total, mains, articles) = survey.measure(page);
        let enough = |parts: &[Part]| {
            let characters: usize = parts.iter().map(|part| part.characters).sum();
            characters * LEAST_SHARE >= total && characters > 0
        };
        let body = if enough(&mains) {
            mains
        } else if articles.len() == 1 && enough(&articles) {
            articles
        } else {
            Vec::new()
        };
        if !body.is_empty() && body.iter().all(|part| part.headings == 0) {
            survey.keep_heading();
        }
        survey.body = body.into_iter().map(|part| part.id).collect();
        survey.find_holders(page);
        survey
    }

    /// What the `<title>` says, without the site's name where a main heading is the rest.
    pub fn stated_title(&self) -> Option<String> {
        let title = self.title.as_deref()?;
        let names = self.headings.iter().map(|(_, heading)| heading.as_str());
        let rest = names
            .filter(|heading| !heading.is_empty())
            .find(|heading| is_part_of(title, heading));
        Some(rest.unwrap_or(title).to_owned())
    }

    /// Whether only a part of the page is its own.
    pub fn has_body(&self) -> bool {
        !self.body.is_empty()
    }

    /// Whether the page's own text is in this element.
    pub fn is_body(&self, id: NodeId) -> bool {
        self.body.contains(&id) || self.kept.contains(&id)
    }

    /// Whether it holds what cannot be the site's.
    pub fn is_holder(&self, id: NodeId) -> bool {
        self.holders.contains(&id)
    }

    /// Counts visible characters, all of them and those in each candidate, and notes main headings.
    fn measure(&mut self, page: &Html) -> (usize, Vec<Part>, Vec<Part>) {
        let (mut total, mut mains, mut articles) = (0, Vec::new(), Vec::new());
        // The outermost candidate that is open, and whether it is a `<main>`.
        let mut open: Option<(Part, bool)> = None;
        let mut hidden: Option<NodeId> = None;
        for edge in page.tree.root().traverse() {
            match edge {
                Edge::Open(node) if hidden.is_none() => match node.value() {
                    Node::Text(text) => {
                        let characters = text.chars().filter(|c| !c.is_whitespace()).count();
                        total += characters;
                        if let Some((part, _)) = &mut open {
                            part.characters += characters;
                        }
                    }
                    Node::Element(element) if elements::is_hidden(element) => {
                        hidden = Some(node.id());
                    }
                    Node::Element(element) => {
                        let is_main =
                            element.name() == "main" || element.attr("role") == Some("main");
                        if element.name() == "h1" {
                            self.headings.push((node.id(), visible_text(node)));
                            if let Some((part, _)) = &mut open {
                                part.headings += 1;
                            }
                        }
                        let within_main = open.as_ref().is_some_and(|(_, main)| *main);
                        if is_main && !within_main || element.name() == "article" && open.is_none()
                        {
                            open = Some((
                                Part {
                                    id: node.id(),
                                    characters: 0,
                                    headings: 0,
                                },
                                is_main,
                            ));
                        }
                    }
                    _ => {}
                },
                Edge::Close(node) if hidden == Some(node.id()) => hidden = None,
                Edge::Close(node) => {
                    if let Some((part, is_main)) = open.take_if(|(part, _)| part.id == node.id()) {
                        let parts = if is_main { &mut mains } else { &mut articles };
                        parts.push(part);
                    }
                }
                Edge::Open(_) => {}
            }
        }
        (total, mains, articles)
    }

    /// A heading above the body is the page's if the title begins with it; a logo's is not.
    fn keep_heading(&mut self) {
        let Some(title) = &self.title else { return };
        let own =
            |(_, heading): &&(NodeId, String)| !heading.is_empty() && title.starts_with(heading);
        if let Some((id, _)) = self.headings.iter().find(own) {
            self.kept.insert(*id);
        }
    }

    fn find_holders(&mut self, page: &Html) {
        let held: Vec<NodeId> = if self.body.is_empty() {
            self.headings.iter().map(|(id, _)| *id).collect()
        } else {
            self.body.iter().chain(&self.kept).copied().collect()
        };
        for id in held {
            let mut next = page.tree.get(id);
            while let Some(node) = next {
                if !self.holders.insert(node.id()) {
                    break;
                }
                next = node.parent();
            }
        }
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
pub fn visible_text(node: NodeRef<'_, Node>) -> String {
    let texts = node
        .descendants()
        .filter_map(|inner| inner.value().as_text());
    single_spaced(&texts.map(|text| &**text).collect::<Vec<_>>().join(" "))
}
