//! What is listed?

use super::sheet::{Look, Sheet};
use diarium_document::Lists;

/// Each list as running text; empty ones are left out.
pub(super) fn show(lists: &Lists, sheet: &mut Sheet) {
    for (name, items) in lists.0.iter().filter(|(_, items)| !items.is_empty()) {
        sheet.title(&format!(
            "List of {} ({})",
            name.replace('_', " "),
            items.len()
        ));
        sheet.paragraph(2, Look::Plain, &items.join(" · "));
    }
}
