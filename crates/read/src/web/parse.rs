//! How is hostile HTML made a tree of reasonable size?
//!
//! The HTML parser keeps a stack of open elements and walks down it at many tags, so 200,000 nested
//! `<div>`s take hours; it opens formatting elements that were never closed anew in every
//! paragraph, so a few hundred of them multiply the tree. Browsers have the same trouble and the
//! same cure: beyond a depth of 512 they ignore tags. Here a filter between tokenizer and tree
//! builder does that; text always gets through.

use std::cell::RefCell;

use html5ever::{
    LocalName,
    buffer_queue::BufferQueue,
    tendril::StrTendril,
    tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer},
    tree_builder::{TreeBuilder, TreeSink},
};
use scraper::{Html, HtmlTreeSink};

use super::attributes::bounded;
use diarium_document::{Heartbeat, work};

/// As deep as browsers go.
const MAX_DEPTH: usize = 512;

/// `<b>`, `<font>` and the like that are open at the same time.
const MAX_FORMATTING: usize = 16;

/// The largest saved pages that we know have 50,000 tags.
const MAX_TAGS: usize = 500_000;

/// The tree of a page, and whether tags had to be ignored to keep it small.
pub(super) fn parse(html: &str, heartbeat: &Heartbeat) -> (Html, bool) {
    let html = &*bounded(html);
    let builder = TreeBuilder::new(HtmlTreeSink::new(Html::new_document()), Default::default());
    let filter = Filter {
        builder,
        open: RefCell::default(),
        heartbeat,
    };
    let tokenizer = Tokenizer::new(filter, Default::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from_slice(html));
    // It stops after each script, for a browser to run it.
    while !queue.is_empty() {
        let _ = tokenizer.feed(&queue);
    }
    tokenizer.end();
    let bounded = tokenizer.sink.open.borrow().refused;
    (tokenizer.sink.builder.sink.finish(), bounded)
}

struct Filter<'h, Builder> {
    builder: Builder,
    open: RefCell<OpenElements>,
    heartbeat: &'h Heartbeat,
}

impl<Builder: TokenSink> TokenSink for Filter<'_, Builder> {
    type Handle = Builder::Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Self::Handle> {
        if let Token::TagToken(tag) = &token {
            let mut open = self.open.borrow_mut();
            self.heartbeat.step(open.tags);
            if !open.admits(tag) {
                return TokenSinkResult::Continue;
            }
        }
        self.builder.process_token(token, line)
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder
            .adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// What the tree builder has open, near enough.
#[derive(Default)]
struct OpenElements {
    stack: Vec<LocalName>,
    formatting: usize,
    tags: usize,
    refused: bool,
}

impl OpenElements {
    fn admits(&mut self, tag: &Tag) -> bool {
        self.tags += 1;
        work::spend(1);
        let admitted = self.tags <= MAX_TAGS
            && match &*tag.name {
                // Never open, or closed by their own kind.
                "area" | "base" | "br" | "col" | "embed" | "hr" | "img" | "input" | "link"
                | "meta" | "source" | "track" | "wbr" | "a" | "p" | "li" | "dt" | "dd" | "tr"
                | "td" | "th" | "thead" | "tbody" | "tfoot" | "option" | "optgroup"
                | "colgroup" | "caption" | "html" | "head" | "body" => true,
                "b" | "big" | "code" | "em" | "font" | "i" | "nobr" | "s" | "small" | "strike"
                | "strong" | "tt" | "u" => self.admits_formatting(tag.kind),
                _ => self.admits_container(tag),
            };
        self.refused |= !admitted;
        admitted
    }

    fn admits_formatting(&mut self, kind: TagKind) -> bool {
        match kind {
            TagKind::StartTag if self.formatting >= MAX_FORMATTING => false,
            TagKind::StartTag => {
                self.formatting += 1;
                true
            }
            TagKind::EndTag => {
                self.formatting = self.formatting.saturating_sub(1);
                true
            }
        }
    }

    fn admits_container(&mut self, tag: &Tag) -> bool {
        match tag.kind {
            TagKind::EndTag => self.close(&tag.name),
            // Drawings have thousands of these.
            TagKind::StartTag if tag.self_closing && self.is_in_drawing() => {}
            TagKind::StartTag if self.stack.len() >= MAX_DEPTH => return false,
            TagKind::StartTag => self.stack.push(tag.name.clone()),
        }
        true
    }

    fn is_in_drawing(&self) -> bool {
        self.stack
            .iter()
            .any(|name| matches!(&**name, "svg" | "math"))
    }

    /// Nothing but `</table>` closes what was opened outside of a table.
    fn close(&mut self, name: &LocalName) {
        for (place, open) in self.stack.iter().enumerate().rev() {
            work::spend(1);
            if open == name {
                self.stack.truncate(place);
                return;
            }
            if &**open == "table" {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nesting_ends_where_browsers_end_it() {
        let html = format!("{}djupt", "<div>".repeat(200_000));
        let (tree, bounded) = parse(&html, &Heartbeat::default());
        assert!(bounded);
        assert!(tree.tree.nodes().count() < 600);
        assert_eq!(tree.root_element().text().collect::<String>(), "djupt");
    }

    #[test]
    fn formatting_that_is_never_closed_does_not_multiply() {
        let html: String = (0..2000).map(|n| format!("<font color={n}>x<p>")).collect();
        assert!(
            parse(&html, &Heartbeat::default()).0.tree.nodes().count()
                < 2000 * (MAX_FORMATTING + 4)
        );
    }

    #[test]
    fn an_ordinary_page_is_not_bounded() {
        let drawing = format!("<svg>{}</svg>", "<path/>".repeat(1000));
        let html = format!(
            "{drawing}{}",
            "<div><ul><li><b>x</b></ul></div>".repeat(1000)
        );
        assert!(!parse(&html, &Heartbeat::default()).1);
    }
}
