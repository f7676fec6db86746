//! Which boxes are ticked?

use super::sheet::{Look, Sheet};
use diarium_document::Choice;

/// Each box as `[x]`, `[ ]`, or `[?]` where it cannot be told.
pub(super) fn show(choices: &[Choice], sheet: &mut Sheet) {
    if choices.is_empty() {
        return;
    }
    sheet.title("Choices");
    for choice in choices {
        let (mark, look) = match choice.checked {
            Some(true) => ("[x]", Look::Bold),
            Some(false) => ("[ ]", Look::Plain),
            None => ("[?]", Look::Odd),
        };
        sheet.item(mark, look, &choice.label);
    }
}
