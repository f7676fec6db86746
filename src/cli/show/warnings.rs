//! What should a person look at, and what can be done?

use super::sheet::{Look, Sheet};
use diarium_document::{Warning, WarningCode};

/// Each warning with its page and what to do about it.
pub(super) fn show(warnings: &[Warning], sheet: &mut Sheet) {
    if warnings.is_empty() {
        return;
    }
    sheet.title("Warnings");
    for warning in warnings {
        let page = match warning.page {
            Some(page) => format!(", p.\u{a0}{page}"),
            None => String::new(),
        };
        let text = format!("{}{page}: {}", warning.code, warning.message);
        sheet.item("!", Look::Odd, &text);
        sheet.item("  →", Look::Dim, advice(warning.code));
    }
}

fn advice(code: WarningCode) -> &'static str {
    match code {
        WarningCode::PagesMissing => {
            "What stood on the other pages is not in this record; a complete copy would give it."
        }
        WarningCode::ContinuedElsewhere => "Find the other file and process it too.",
        WarningCode::BudgetInconsistent => {
            "Compare the budget with the page: a row may be misread, or the form may be wrong."
        }
        WarningCode::LowConfidence => "Compare the value with the page before you rely on it.",
        WarningCode::OcrNeeded => {
            "The page is a picture. Make its text with an OCR program and process the result."
        }
        WarningCode::EncodingRepaired => "Look at names with å, ä and ö; a few may still be wrong.",
        WarningCode::UnknownKind => {
            "Numbered sections, labels, people and budgets were read all the same."
        }
        WarningCode::FieldMissing => {
            "The form may leave it empty, or call it by a name that no profile knows."
        }
        WarningCode::DamagedFile => "Compare with the original; look for an undamaged copy.",
        WarningCode::NoCopy => "The record is complete; only the copy is missing.",
    }
}
