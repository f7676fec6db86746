//! Content controls of a DOCX: fields of a form that are filled in place.

use super::super::xml::Tree;

/// An open content control.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Control {
    /// It shows what should be written there: it is empty.
    pub(super) shows_placeholder: bool,
    /// Whether it is a checkbox, and its state.
    pub(super) checkbox: Option<bool>,
    /// Its box was written.
    pub(super) is_written: bool,
}

impl Control {
    /// The control with the properties of `w:sdtPr`.
    pub(super) fn of(tree: &Tree) -> Self {
        let checkbox = tree.child("checkbox");
        Self {
            shows_placeholder: tree.switch("showingPlcHdr") == Some(true),
            checkbox: checkbox.map(|checkbox| checkbox.switch("checked") == Some(true)),
            is_written: false,
        }
    }

    /// The character of a checkbox.
    pub(super) fn character(is_checked: bool) -> &'static str {
        if is_checked { "☒" } else { "☐" }
    }
}
