//! Form controls of an OpenDocument text: what they show.

use std::collections::BTreeMap;

use super::super::xml::Tree;

/// The text that each control shows, by its identifier.
#[derive(Debug, Default)]
pub(super) struct Controls(BTreeMap<String, String>);

impl Controls {
    /// Adds the controls of `office:forms`.
    pub(super) fn add(&mut self, tree: &Tree) {
        // A stack, because forms nest.
        let mut open: Vec<&Tree> = tree.children.iter().rev().collect();
        while let Some(control) = open.pop() {
            open.extend(control.children.iter().rev());
            if let (Some(id), Some(shown)) = (control.attribute("id"), shown(control)) {
                self.0.insert(id.to_owned(), shown);
            }
        }
    }

    /// What a control shows.
    pub(super) fn shown(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(String::as_str)
    }
}

fn shown(control: &Tree) -> Option<String> {
    let value = || {
        let current = control.attribute("current-value");
        let value = current.or_else(|| control.attribute("value"));
        value.map(str::to_owned)
    };
    match control.name.as_str() {
        "checkbox" => {
            let current = control.attribute("current-state");
            let state = current.or_else(|| control.attribute("state"));
            Some(labelled(state == Some("checked"), control))
        }
        "radio" => {
            let current = control.attribute("current-selected");
            let state = current.or_else(|| control.attribute("selected"));
            Some(labelled(state == Some("true"), control))
        }
        "listbox" => {
            let is_chosen = |option: &&Tree| {
                let current = option.attribute("current-selected");
                current.or_else(|| option.attribute("selected")) == Some("true")
            };
            let chosen = control.all("option").find(is_chosen)?;
            chosen.attribute("label").map(str::to_owned)
        }
        "text" | "textarea" | "formatted-text" | "number" | "date" | "time" | "combobox" => value(),
        "fixed-text" => control.attribute("label").map(str::to_owned),
        _ => None,
    }
}

/// A box with the text beside it.
fn labelled(is_checked: bool, control: &Tree) -> String {
    let label = control.attribute("label").unwrap_or_default();
    format!("{} {label}", if is_checked { '☒' } else { '☐' })
}

/// What a form field shows that was converted from a Word document.
pub(super) fn field_mark(tree: &Tree) -> Option<String> {
    let kind = tree.attribute("type")?;
    let value = |name: &str| {
        let mut parameters = tree.all("param");
        let found = parameters.find(|it| it.attribute("name") == Some(name))?;
        found.attribute("value")
    };
    if kind.ends_with("FORMCHECKBOX") {
        let is_checked = value("Checkbox_Checked") == Some("true");
        return Some(if is_checked { "☒" } else { "☐" }.to_owned());
    }
    if kind.ends_with("FORMDROPDOWN") {
        let chosen: usize = value("Dropdown_Selected")?.parse().ok()?;
        let is_entry = |it: &&Tree| {
            it.attribute("name")
                .is_some_and(|name| name.starts_with("Dropdown_ListEntry"))
        };
        let entry = tree.all("param").filter(is_entry).nth(chosen)?;
        return entry.attribute("value").map(str::to_owned);
    }
    None
}
