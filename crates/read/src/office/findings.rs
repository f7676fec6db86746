//! What a text document has beside its text: what is left out, and why.

use diarium_document::{Warning, WarningCode};

/// What was found beside the text.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// Characters of hidden text.
    pub(super) hidden: usize,
    /// The document has comments, which are no part of its text.
    pub(super) has_comments: bool,
    /// Pictures that are large enough to show a text.
    pub(super) pictures: usize,
    /// The document is damaged.
    pub(super) is_damaged: bool,
}

impl Findings {
    /// The warnings about it.
    pub(super) fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        if self.hidden > 0 {
            let message = format!(
                "{} characters of hidden text were left out; show hidden text in the word processor to see it",
                self.hidden
            );
            warnings.push(Warning::new(WarningCode::HiddenText, message));
        }
        if self.has_comments {
            let message =
                "the document's comments were left out; open it in its program to read them";
            warnings.push(Warning::new(WarningCode::HiddenText, message));
        }
        if self.pictures > 0 {
            let message = format!(
                "{} large pictures were not read; if they show text, save the document as PDF and read that",
                self.pictures
            );
            warnings.push(Warning::new(WarningCode::OcrNeeded, message));
        }
        warnings.extend(self.is_damaged.then(damaged));
        warnings
    }
}

/// The warning about a document that was read as far as it goes.
pub(super) fn damaged() -> Warning {
    let message =
        "the document is damaged; what could be read was read, so compare it with the original";
    Warning::new(WarningCode::DamagedFile, message)
}
