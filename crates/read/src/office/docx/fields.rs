//! Fields of a DOCX: text that the word processor computes, and the form fields of older documents.
//!
//! A field has a code, which is never shown, and a result, which is the text that the document shows.
//! Checkboxes and drop-down lists of forms have no result: what they show is in their properties.

use super::super::{
    flow::{PAGE_COUNT, PAGE_NUMBER},
    xml::Tree,
};

/// An open field.
#[derive(Debug, Default)]
pub(super) struct Field {
    code: String,
    /// The result began.
    pub(super) in_result: bool,
    /// What is shown instead of the result.
    pub(super) shown: Option<String>,
}

/// Bytes of a field code that are kept, to see which field it is.
const MAX_CODE: usize = 256;

impl Field {
    /// A field with the properties of `w:fldChar`.
    pub(super) fn of(tree: &Tree) -> Self {
        let form = tree.child("ffData");
        Self {
            shown: form.and_then(form_field),
            ..Self::default()
        }
    }

    /// Adds a part of the code.
    pub(super) fn push_code(&mut self, code: &str) {
        if self.code.len() < MAX_CODE {
            self.code.push_str(code);
        }
    }

    /// Begins the result. The number of the page is not taken from it, because it is that of another page.
    pub(super) fn begin_result(&mut self, in_edge: bool) {
        self.in_result = true;
        if in_edge {
            self.shown = self.shown.take().or_else(|| page_field(&self.code));
        }
    }
}

/// What a header shows for a field with this code, if it differs from page to page.
pub(super) fn page_field(code: &str) -> Option<String> {
    let name = code.split_whitespace().next()?.to_uppercase();
    match name.as_str() {
        "PAGE" => Some(PAGE_NUMBER.to_string()),
        "NUMPAGES" | "SECTIONPAGES" => Some(PAGE_COUNT.to_string()),
        _ => None,
    }
}

/// What a form field shows that has no result.
fn form_field(form: &Tree) -> Option<String> {
    if let Some(checkbox) = form.child("checkBox") {
        let state = checkbox
            .switch("checked")
            .or_else(|| checkbox.switch("default"));
        return Some(if state == Some(true) { "☒" } else { "☐" }.to_owned());
    }
    let list = form.child("ddList")?;
    let chosen: usize = list
        .number("result")
        .or_else(|| list.number("default"))
        .unwrap_or(0);
    let entry = list.all("listEntry").nth(chosen)?;
    Some(entry.attribute("val").unwrap_or_default().to_owned())
}
