//! Form controls: what a browser shows of a text field, a choice or a checkbox.
//!
//! A filled-in form has labels and values. A value stands in a cell of its own beside its label, as in a
//! table, so that later stages find the pair. Buttons, passwords and hidden fields are not content.

use ego_tree::NodeRef;
use scraper::{Node, node::Element};

use super::elements;
use diarium_document::operations;

/// What a form control shows.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Control {
    /// A checkbox or radio button: checked or not.
    Mark(bool),
    /// The text that was entered or chosen, or none.
    Value(String),
    /// Nothing that the author of the form or of the answers wrote.
    Button,
}

/// What an element shows as a form control; `None` if it is none.
pub(super) fn control(node: NodeRef<'_, Node>, element: &Element) -> Option<Control> {
    match element.name() {
        "input" => Some(input(element)),
        "select" => Some(Control::Value(chosen(node, element))),
        "button" => is_for_reader(node, element).then_some(Control::Button),
        _ => {
            // A checkbox that a script draws (WAI-ARIA 1.2).
            let is_mark = matches!(
                element.attr("role")?,
                "checkbox" | "radio" | "switch" | "menuitemcheckbox"
            );
            let state = element.attr("aria-checked").filter(|_| is_mark)?;
            Some(Control::Mark(state == "true"))
        }
    }
}

/// Whether a control is a checkbox or a radio button. Pages hide it and draw another in its place.
pub(super) fn is_mark(element: &Element) -> bool {
    element.name() == "input" && matches!(input(element), Control::Mark(_))
}

fn input(element: &Element) -> Control {
    let kind = element.attr("type").unwrap_or_default();
    match kind.trim().to_ascii_lowercase().as_str() {
        "checkbox" | "radio" => Control::Mark(element.attr("checked").is_some()),
        "hidden" | "password" | "submit" | "reset" | "button" | "image" | "file" | "color"
        | "range" | "search" => Control::Button,
        // An unknown type is a text field (HTML Standard, section 4.10.5).
        _ => Control::Value(element.attr("value").unwrap_or_default().to_owned()),
    }
}

/// The chosen options of a `<select>`; where one must be chosen, its first.
fn chosen(node: NodeRef<'_, Node>, element: &Element) -> String {
    let options = || {
        let inner = node.descendants().inspect(|_| operations::count(1));
        inner.filter_map(|inner| {
            let element = inner.value().as_element()?;
            (element.name() == "option").then_some((inner, element))
        })
    };
    let text = |(inner, element): (NodeRef<'_, Node>, &Element)| {
        // The first option may be a prompt. By the HTML Standard, a prompt has an empty value.
        let is_prompt = element
            .attr("value")
            .is_some_and(|value| value.trim().is_empty());
        let label = element.attr("label").filter(|label| !label.is_empty());
        let text = label.map_or_else(|| elements::text_content(inner), str::to_owned);
        (!is_prompt).then_some(text)
    };
    let selected = options().filter(|(_, element)| element.attr("selected").is_some());
    if element.attr("multiple").is_some() {
        return selected.filter_map(text).collect::<Vec<_>>().join(", ");
    }
    // Of several, a browser shows the last.
    let shown = selected.last().or_else(|| options().next());
    shown.and_then(text).unwrap_or_default()
}

/// Whether a `<button>` does something for its reader. The heading of a part that opens and closes is a
/// button too, and so is that of a column that can be sorted.
fn is_for_reader(node: NodeRef<'_, Node>, element: &Element) -> bool {
    let opens = [
        "aria-expanded",
        "aria-controls",
        "data-toggle",
        "data-bs-toggle",
    ];
    let is_heading = node.ancestors().take(4).any(|outer| {
        operations::count(1);
        let element = outer.value().as_element();
        element.is_some_and(|element| {
            let name = element.name();
            elements::heading_level(name).is_some()
                || matches!(name, "th" | "dt" | "legend" | "summary")
        })
    });
    !is_heading && opens.iter().all(|name| element.attr(name).is_none())
}
