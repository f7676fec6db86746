//! Who is named?

use super::sheet::{Cell, Look, Sheet};
use diarium_document::Person;

/// People with their organisations.
pub(super) fn show(people: &[Person], sheet: &mut Sheet) {
    if people.is_empty() {
        return;
    }
    sheet.title("People");
    let rows: Vec<Vec<Cell>> = people
        .iter()
        .map(|person| {
            let organisation = person.organisation.clone().unwrap_or_default();
            let page = format!("p.\u{a0}{}", person.span.page);
            vec![
                Cell::words(&person.name),
                Cell::words(organisation),
                Cell::figures(page).look(Look::Dim),
            ]
        })
        .collect();
    sheet.table(&rows, 1);
}
