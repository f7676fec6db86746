//! HTML parsing within limits: nesting depth, open formatting elements and number of tags.
//!
//! The parser scans its stack of open elements at many tags, so that 200,000 nested `<div>`s take hours.
//! It also reopens unclosed formatting elements in every paragraph, so that a few hundred of them multiply
//! the tree. Browsers have the same problem and ignore tags beyond a depth of 512. Here a filter between
//! tokenizer and tree builder drops such tags; it never drops text.

use std::cell::RefCell;

use html5ever::{
    LocalName,
    buffer_queue::BufferQueue,
    tendril::StrTendril,
    tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer},
    tree_builder::{TreeBuilder, TreeSink},
};
use scraper::{Html, HtmlTreeSink};

use super::attributes::limit_attributes;
use diarium_document::{Heartbeat, work};

/// Nesting depth of elements, at most.
// The limit of Chrome and Safari (Blink's `maximumHTMLParserDOMTreeDepth`). A smaller value would lose
// structure of pages that browsers display with it.
const MAX_DEPTH: usize = 512;

/// Formatting elements (`<b>`, `<font>`) that are open at the same time, at most.
// Each of them may be reopened in every later paragraph: the tree grows by this factor at most. Text in
// more than 16 formatting elements at once comes from elements that were never closed.
const MAX_FORMATTING: usize = 16;

/// Tags of a page, at most.
// The largest saved pages that are known have 50,000. Each tag costs a node of the tree, so that the
// limit bounds memory as well.
const MAX_TAGS: usize = 500_000;

/// The tree of a page, and whether tags were dropped to stay within the limits.
pub(super) fn parse(html: &str, heartbeat: &Heartbeat) -> (Html, bool) {
    let html = &*limit_attributes(html);
    let builder = TreeBuilder::new(HtmlTreeSink::new(Html::new_document()), Default::default());
    let filter = Filter {
        builder,
        open: RefCell::default(),
        heartbeat,
    };
    let tokenizer = Tokenizer::new(filter, Default::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from_slice(html));
    // The tokenizer returns after each script, so that a browser can run it.
    while !queue.is_empty() {
        let _ = tokenizer.feed(&queue);
    }
    tokenizer.end();
    let is_limited = tokenizer.sink.open.borrow().has_dropped;
    (tokenizer.sink.builder.sink.finish(), is_limited)
}

/// Passes tokens on to the tree builder, except tags that exceed a limit.
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

/// The tree builder's stack of open elements, approximately.
#[derive(Default)]
struct OpenElements {
    /// Containers, outermost first.
    stack: Vec<LocalName>,
    /// Number of open formatting elements.
    formatting: usize,
    /// Number of tags so far.
    tags: usize,
    has_dropped: bool,
}

impl OpenElements {
    fn admits(&mut self, tag: &Tag) -> bool {
        self.tags += 1;
        work::spend(1);
        let admitted = self.tags <= MAX_TAGS
            && match &*tag.name {
                // Void elements, and elements that the next one of their type closes: not nested.
                // The tree builder has special rules for tables, and dropping a part of one would
                // move its text.
                "area" | "base" | "br" | "col" | "embed" | "hr" | "img" | "input" | "link"
                | "meta" | "source" | "track" | "wbr" | "a" | "p" | "li" | "dt" | "dd" | "tr"
                | "td" | "th" | "thead" | "tbody" | "tfoot" | "option" | "optgroup"
                | "colgroup" | "caption" | "html" | "head" | "body" => true,
                "b" | "big" | "code" | "em" | "font" | "i" | "nobr" | "s" | "small" | "strike"
                | "strong" | "tt" | "u" => self.admits_formatting(tag.kind),
                _ => self.admits_container(tag),
            };
        self.has_dropped |= !admitted;
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
            // An SVG drawing has thousands of them, and they do not nest.
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

    /// Closes an element and everything inside it. Within a table, only `</table>` closes what was
    /// opened outside of it (HTML Standard, "has an element in table scope").
    fn close(&mut self, name: &LocalName) {
        for (depth, open) in self.stack.iter().enumerate().rev() {
            work::spend(1);
            if open == name {
                self.stack.truncate(depth);
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
    fn nesting_is_limited_to_the_depth_of_browsers() {
        let html = format!("{}djupt", "<div>".repeat(200_000));
        let (tree, is_limited) = parse(&html, &Heartbeat::default());
        assert!(is_limited);
        assert!(tree.tree.nodes().count() < 600);
        assert_eq!(tree.root_element().text().collect::<String>(), "djupt");
    }

    #[test]
    fn unclosed_formatting_does_not_multiply_the_tree() {
        let html: String = (0..2000).map(|n| format!("<font color={n}>x<p>")).collect();
        assert!(
            parse(&html, &Heartbeat::default()).0.tree.nodes().count()
                < 2000 * (MAX_FORMATTING + 4)
        );
    }

    #[test]
    fn an_ordinary_page_is_not_limited() {
        let drawing = format!("<svg>{}</svg>", "<path/>".repeat(1000));
        let html = format!(
            "{drawing}{}",
            "<div><ul><li><b>x</b></ul></div>".repeat(1000)
        );
        assert!(!parse(&html, &Heartbeat::default()).1);
    }
}
