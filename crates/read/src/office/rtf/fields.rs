//! Fields of RTF: form fields and page numbers, which show something else than their result.

use super::super::flow::{PAGE_COUNT, PAGE_NUMBER};

/// The field whose code is being read.
#[derive(Debug, Default)]
pub(super) struct Field {
    code: String,
    /// The state of a checkbox or the entry of a list; 25 stands for the default.
    result: Option<i32>,
    default: i32,
    entries: Vec<String>,
}

/// The result that stands for the default.
const USE_DEFAULT: i32 = 25;

/// Entries of a drop-down list, at most. Word allows 25.
const MAX_ENTRIES: usize = 100;

/// Bytes of a field code that are kept, to see which field it is.
const MAX_CODE: usize = 256;

impl Field {
    /// Reads a control word of the form field's properties.
    pub(super) fn word(&mut self, word: &str, number: Option<i32>) {
        match word {
            "ffres" => self.result = number,
            "ffdefres" => self.default = number.unwrap_or(0),
            _ => {}
        }
    }

    /// Adds a part of the code.
    pub(super) fn push_code(&mut self, code: &str) {
        if self.code.len() < MAX_CODE {
            self.code.push_str(code);
        }
    }

    /// Begins an entry of a drop-down list.
    pub(super) fn begin_entry(&mut self) {
        if self.entries.len() < MAX_ENTRIES {
            self.entries.push(String::new());
        }
    }

    /// Adds a part of the last entry.
    pub(super) fn push_entry(&mut self, text: &str) {
        if let Some(entry) = self
            .entries
            .last_mut()
            .filter(|entry| entry.len() < MAX_CODE)
        {
            entry.push_str(text);
        }
    }

    /// What the field shows instead of its result.
    pub(super) fn shown(&self, in_edge: bool) -> Option<String> {
        let result = self.result.filter(|result| *result != USE_DEFAULT);
        let result = result.unwrap_or(self.default);
        let name = self.code.split_whitespace().next()?.to_uppercase();
        match name.as_str() {
            "FORMCHECKBOX" => Some(if result == 1 { "☒" } else { "☐" }.to_owned()),
            "FORMDROPDOWN" => {
                let chosen = usize::try_from(result).ok()?;
                Some(self.entries.get(chosen)?.trim().to_owned())
            }
            "PAGE" if in_edge => Some(PAGE_NUMBER.to_string()),
            "NUMPAGES" | "SECTIONPAGES" if in_edge => Some(PAGE_COUNT.to_string()),
            _ => None,
        }
    }
}
