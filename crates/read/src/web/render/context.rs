//! Context: what all text in an open element has in common.

use ego_tree::NodeId;
use scraper::node::Element;

use super::super::{
    elements,
    line_writer::Style,
    style::{Colors, Declared, Styles},
};
use diarium_document::LineRole;

/// Properties of an open element that all text in it inherits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context {
    /// In the main content.
    pub in_main: bool,
    /// In a boilerplate element, also if that is in the main content.
    pub in_boilerplate: bool,
    /// In an article or section, whose header is content.
    pub in_article: bool,
    /// In complementary content, the link density of which has been determined.
    pub in_complementary: bool,
    pub heading: Option<u8>,
    pub bold: bool,
    /// White space and line breaks are the author's.
    pub preformatted: bool,
    /// In a row that is one line: blocks do not break it.
    pub in_row: bool,
    /// In raised text, such as the mark of a footnote.
    pub raised: bool,
    /// In text that is crossed out.
    pub struck: bool,
    /// In text that the style makes invisible, or gives no size.
    pub invisible: bool,
    pub no_size: bool,
    pub colors: Colors,
}

impl Context {
    pub(super) fn outermost(in_main: bool, colors: Colors) -> Self {
        Self {
            in_main,
            in_boilerplate: false,
            in_article: false,
            in_complementary: false,
            heading: None,
            bold: false,
            preformatted: false,
            in_row: false,
            raised: false,
            struck: false,
            invisible: false,
            no_size: false,
            colors,
        }
    }

    /// Whether text cannot be seen.
    pub(super) fn hides_text(self) -> bool {
        self.invisible || self.no_size || self.colors.hide_text()
    }

    pub(super) fn style(self) -> Style {
        let role = match self.heading {
            _ if self.in_boilerplate || !self.in_main => LineRole::Boilerplate,
            Some(level) => LineRole::Heading(level),
            None if self.in_row => LineRole::Row,
            None => LineRole::Body,
        };
        Style {
            role,
            bold: self.bold,
            struck: self.struck,
        }
    }

    /// Applies the style of an element to the text inside it.
    pub(super) fn apply_style(&mut self, styles: &Styles, id: NodeId, element: &Element) {
        let name = element.name();
        self.colors = styles.colors(id, element, self.colors);
        let declared = styles.declared(id);
        let stated = |get: fn(&Declared) -> Option<bool>| declared.and_then(get);
        self.raised |= name == "sup" || stated(|declared| declared.raised) == Some(true);
        let is_struck = stated(|declared| declared.struck);
        self.struck |= is_struck.unwrap_or_else(|| elements::is_struck(element));
        // Pages hide themselves until a script has run.
        if matches!(name, "html" | "body") {
            return;
        }
        // Unlike `display`, both can be undone by an element inside.
        let is_invisible = stated(|declared| declared.hidden);
        self.invisible = is_invisible.unwrap_or(self.invisible);
        self.no_size = stated(|declared| declared.no_size).unwrap_or(self.no_size);
    }
}
