//! Form controls in the text: a value in a cell of its own beside its label.

use ego_tree::NodeRef;
use scraper::{Node, node::Element};

use super::super::{
    controls::{self, Control},
    elements::{self, Break},
};
use super::{Context, Label, Renderer, Skipped};

impl Renderer<'_> {
    /// Renders a form control.
    pub(super) fn control(
        &mut self,
        node: NodeRef<'_, Node>,
        element: &Element,
        control: Control,
        context: Context,
    ) {
        let is_own = |label: &mut Label| element.attr("id") == Some(&label.control);
        // The break between a label and its control is not carried out.
        drop(self.label.take_if(is_own));
        self.end_label();
        let style = context.style();
        let is_drawn = !context.hides_text() || controls::is_mark(element);
        match control {
            Control::Mark(is_checked) if is_drawn => {
                let mark = if is_checked { "☒" } else { "☐" };
                self.writer.push_separate(mark, style);
            }
            Control::Value(value) if is_drawn => {
                if !context.in_row {
                    let is_labelled = std::mem::take(&mut self.is_labelled);
                    self.writer.begin_value(is_labelled, style);
                }
                self.writer.push_separate(&value, style);
            }
            _ => {}
        }
        if matches!(element.name(), "select" | "button") {
            self.skipped = Some(Skipped {
                has_context: true,
                ..Skipped::unseen(node.id())
            });
        }
    }

    /// Separates a label from the value of another label on the same line.
    pub(super) fn before_label(&mut self, name: &str, context: Context) {
        let begins_line = matches!(
            name,
            "br" | "li" | "tr" | "td" | "th" | "dt" | "dd" | "textarea" | "hr" | "table" | "label"
        );
        if begins_line || elements::heading_level(name).is_some() {
            self.end_label();
        }
        if name == "label" {
            self.is_labelled = true;
            if !context.in_row && self.writer.has_cells() {
                self.writer.end_cell(context.style());
            }
        }
    }

    /// Remembers a label until its control or other text follows, so that both share a line.
    pub(super) fn after_label(&mut self, element: &Element, context: Context) {
        let control = element.attr("for").filter(|_| element.name() == "label");
        if let Some(control) = control
            && !context.in_row
            && self.writer.is_in_line()
        {
            self.label = Some(Label {
                control: control.to_owned(),
                held: Break::None,
            });
        }
    }

    /// Carries out the line break behind a label whose control does not follow.
    pub(super) fn end_label(&mut self) {
        match self.label.take().map(|label| label.held) {
            Some(Break::Line) => self.writer.end_line(),
            Some(Break::Gap) => self.writer.end_paragraph(),
            Some(Break::None) | None => {}
        }
    }
}
