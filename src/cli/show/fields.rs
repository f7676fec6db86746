//! Which facts were found?

use std::collections::BTreeMap;

use super::sheet::{Cell, Look, Sheet};
use diarium_document::{Field, FieldValue};

/// Below this a person should look: the same in a table as in the `low-confidence` warning.
const DOUBTFUL: f64 = 0.8;

/// The facts as a table: name, value, confidence, page.
pub(super) fn show(fields: &BTreeMap<String, Field>, sheet: &mut Sheet) {
    if fields.is_empty() {
        return;
    }
    sheet.title("Fields");
    let rows: Vec<Vec<Cell>> = fields
        .iter()
        .map(|(name, field)| row(name, field))
        .collect();
    sheet.table(&rows, 1);
}

fn row(name: &str, field: &Field) -> Vec<Cell> {
    let value = match &field.value {
        FieldValue::Integer(number) => grouped(*number),
        FieldValue::Text(text) => text.clone(),
    };
    let look = if field.confidence < DOUBTFUL {
        Look::Odd
    } else {
        Look::Dim
    };
    vec![
        Cell::words(name),
        Cell::words(value),
        Cell::figures(format!("{:.2}", field.confidence)).look(look),
        Cell::figures(format!("p.\u{a0}{}", field.span.page)).look(Look::Dim),
    ]
}

/// `1 234 567`, with spaces that do not break, as Swedish has it.
pub(super) fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "−" } else { "" });
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (54_940, "54\u{a0}940"),
            (-1_234_567, "−1\u{a0}234\u{a0}567"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }
}
