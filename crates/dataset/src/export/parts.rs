//! Which parts of a record are rows of their own?
//!
//! A list in a record is a nested column where the format has such, and a table beside the records'
//! where it has not. Both have the same name and the same columns.

use std::sync::LazyLock;

use super::table::{Cell, Column, Type};
use diarium_document::{FieldValue, Record, Span};

/// A list in each record.
#[derive(Debug)]
pub struct Part {
    /// Its name, of the column as of the table.
    pub name: &'static str,
    /// What its rows are.
    pub description: &'static str,
    /// The columns of a row.
    pub columns: Vec<Column>,
    rows: Rows,
}

/// Calls back with each row of a record.
type Rows = fn(&Record, &mut dyn FnMut(Vec<Cell<'_>>));

impl Part {
    /// Calls back with each of a record's rows, in order.
    pub fn rows(&self, record: &Record, each: &mut dyn FnMut(Vec<Cell<'_>>)) {
        (self.rows)(record, each);
    }
}

/// All parts.
pub static PARTS: LazyLock<Vec<Part>> = LazyLock::new(|| {
    vec![
        fields(),
        sections(),
        section_spans(),
        people(),
        budget_items(),
        choices(),
        lists(),
        related(),
        warnings(),
        pages(),
        letterhead(),
    ]
});

fn text(name: &str, description: &str) -> Column {
    Column::new(name, Type::Text, description)
}

fn integer(name: &str, description: &str) -> Column {
    Column::new(name, Type::Integer, description)
}

fn number(name: &str, description: &str) -> Column {
    Column::new(name, Type::Number, description)
}

fn boolean(name: &str, description: &str) -> Column {
    Column::new(name, Type::Boolean, description)
}

fn position(of: &str) -> Column {
    let description = format!("Where {of} stands among the record's, from 1.");
    integer("position", &description).required().at_least(1)
}

/// Page, offsets and box of a span.
fn span_columns() -> Vec<Column> {
    let place = |name, description| integer(name, description).required().at_least(0);
    vec![
        integer("page", "Number of the page that it stands on.")
            .required()
            .at_least(1),
        place("start", "First Unicode scalar value in that page's text."),
        place("end", "One past its last Unicode scalar value."),
        number(
            "left",
            "Left edge in points from the page's top left, where the carrier has a layout.",
        ),
        number("top", "Top edge, likewise."),
        number("right", "Right edge, likewise."),
        number("bottom", "Bottom edge, likewise."),
    ]
}

fn span_cells(span: &Span) -> [Cell<'static>; 7] {
    // A box is rounded to a tenth of a point; so is what it becomes.
    let tenths = |edge: f32| Cell::Number((f64::from(edge) * 10.0).round() / 10.0);
    let edge = |edge: Option<f32>| Cell::maybe(edge, tenths);
    [
        Cell::count(span.page),
        Cell::count(span.start),
        Cell::count(span.end),
        edge(span.rect.map(|rect| rect.0)),
        edge(span.rect.map(|rect| rect.1)),
        edge(span.rect.map(|rect| rect.2)),
        edge(span.rect.map(|rect| rect.3)),
    ]
}

fn with_span(mut columns: Vec<Column>) -> Vec<Column> {
    columns.extend(span_columns());
    columns
}

fn row<'r>(cells: impl IntoIterator<Item = Cell<'r>>, span: &Span) -> Vec<Cell<'r>> {
    cells.into_iter().chain(span_cells(span)).collect()
}

/// Positions from 1.
fn numbered<T>(things: &[T]) -> impl Iterator<Item = (Cell<'static>, &T)> {
    let positions = (1_i64..).map(Cell::Integer);
    positions.zip(things)
}

fn fields() -> Part {
    Part {
        name: "fields",
        description: "Where each field's value was read: its raw text, its place and how sure it is.",
        columns: with_span(vec![
            text("name", "The field's name.").required(),
            text("value", "Its value, in words.").required(),
            text("raw", "The characters that it was read from.").required(),
            number("confidence", "How sure the value is.")
                .required()
                .share(),
        ]),
        rows: |record, each| {
            for (name, field) in &record.fields {
                let value = match &field.value {
                    FieldValue::Text(text) => Cell::text(text),
                    FieldValue::Integer(number) => Cell::Text(number.to_string().into()),
                };
                let raw = Cell::text(&field.raw);
                let confidence = Cell::Number(field.confidence);
                each(row([Cell::text(name), value, raw, confidence], &field.span));
            }
        },
    }
}

fn sections() -> Part {
    Part {
        name: "sections",
        description: "The cleaned text, by heading.",
        columns: vec![
            position("the section"),
            text("number", "The form's number for it."),
            text("heading", "The heading without its number; empty for text before any heading."),
            integer("level", "1 for a section of the form, 2 for a heading inside it, whose text stands in that section as well.")
                .required()
                .at_least(1),
            text("text", "The text under it, paragraphs parted by a blank line."),
        ],
        rows: |record, each| {
            for (position, section) in numbered(&record.sections) {
                each(vec![
                    position,
                    Cell::maybe(section.number.as_deref(), Cell::text),
                    Cell::text(&section.heading),
                    Cell::count(section.level),
                    Cell::text(&section.text),
                ]);
            }
        },
    }
}

fn section_spans() -> Part {
    Part {
        name: "section_spans",
        description: "Where the sections stand, a row a page.",
        columns: with_span(vec![
            integer("section", "The section's position.")
                .required()
                .at_least(1),
        ]),
        rows: |record, each| {
            for (position, section) in numbered(&record.sections) {
                for span in &section.spans {
                    each(row([position.clone()], span));
                }
            }
        },
    }
}

fn people() -> Part {
    Part {
        name: "people",
        description: "People that the document lists.",
        columns: with_span(vec![
            position("the person"),
            text("name", "The name as printed.").required(),
            text("organisation", "The organisation that they stand for."),
        ]),
        rows: |record, each| {
            for (position, person) in numbered(&record.people) {
                let organisation = Cell::maybe(person.organisation.as_deref(), Cell::text);
                each(row(
                    [position, Cell::text(&person.name), organisation],
                    &person.span,
                ));
            }
        },
    }
}

fn budget_items() -> Part {
    Part {
        name: "budget_items",
        description: "The rows of the budget.",
        columns: with_span(vec![
            position("the row"),
            text("label", "What the money is for.").required(),
            integer(
                "amount_sek",
                "Whole kronor; negative for what is taken off.",
            )
            .required(),
        ]),
        rows: |record, each| {
            let items = record.budget.as_ref().map(|budget| &budget.items);
            for (position, item) in items.into_iter().flat_map(|items| numbered(items)) {
                let amount = Cell::Integer(item.amount_sek);
                each(row([position, Cell::text(&item.label), amount], &item.span));
            }
        },
    }
}

fn choices() -> Part {
    Part {
        name: "choices",
        description: "Boxes to tick.",
        columns: with_span(vec![
            position("the box"),
            text("label", "The words beside it.").required(),
            boolean("checked", "Ticked or not; empty where it cannot be told."),
        ]),
        rows: |record, each| {
            for (position, choice) in numbered(&record.choices) {
                let checked = Cell::maybe(choice.checked, Cell::Boolean);
                each(row(
                    [position, Cell::text(&choice.label), checked],
                    &choice.span,
                ));
            }
        },
    }
}

fn lists() -> Part {
    Part {
        name: "lists",
        description: "The entries of the named lists: municipalities, participants, partners and those of other profiles.",
        columns: vec![
            text("list", "The list's name.").required(),
            integer("position", "Where the entry stands in its list, from 1.")
                .required()
                .at_least(1),
            text("entry", "The entry.").required(),
        ],
        rows: |record, each| {
            for (name, entries) in &record.lists.0 {
                for (position, entry) in numbered(entries) {
                    each(vec![Cell::text(name), position, Cell::text(entry)]);
                }
            }
        },
    }
}

fn related() -> Part {
    Part {
        name: "related",
        description: "Other documents that the carrier names.",
        columns: vec![
            position("the document"),
            text("title", "Its title as printed.").required(),
            text("excerpt", "The opening words that the site shows of it."),
        ],
        rows: |record, each| {
            for (position, related) in numbered(&record.related) {
                let excerpt = Some(related.excerpt.as_str()).filter(|text| !text.is_empty());
                let excerpt = Cell::maybe(excerpt, Cell::text);
                each(vec![position, Cell::text(&related.title), excerpt]);
            }
        },
    }
}

fn warnings() -> Part {
    Part {
        name: "warnings",
        description: "What a person should look at.",
        columns: vec![
            position("the warning"),
            text("code", "Its code; diarium's README lists them.").required(),
            text("message", "What, where, and what to do.").required(),
            integer("page", "The page that it is about, if one page.").at_least(1),
        ],
        rows: |record, each| {
            for (position, warning) in numbered(&record.warnings) {
                each(vec![
                    position,
                    Cell::Text(warning.code.to_string().into()),
                    Cell::text(&warning.message),
                    Cell::maybe(warning.page, Cell::count),
                ]);
            }
        },
    }
}

fn pages() -> Part {
    Part {
        name: "pages",
        description: "The document's pages as they were read, before any cleaning.",
        columns: vec![
            integer("number", "The page's number; a missing page leaves a gap.")
                .required()
                .at_least(1),
            text("label", "What the page calls itself."),
            text("origin", "Where its text came from: characters in the PDF, read from an image, or the file itself.")
                .required()
                .one_of(&["text-layer", "ocr", "file"]),
            text("text", "Everything that it says."),
            number("confidence", "How sure the reader is of that text.").required().share(),
            number("width", "Its width in points (1/72 inch), where there is paper."),
            number("height", "Its height, likewise."),
        ],
        rows: |record, each| {
            for page in &record.pages {
                each(vec![
                    Cell::count(page.number),
                    Cell::maybe(page.label.as_deref(), Cell::text),
                    Cell::text(page.origin.as_str()),
                    Cell::text(&page.text),
                    Cell::Number(page.confidence),
                    Cell::maybe(page.width, Cell::Number),
                    Cell::maybe(page.height, Cell::Number),
                ]);
            }
        },
    }
}

fn letterhead() -> Part {
    Part {
        name: "letterhead",
        description: "What the publisher repeats, taken out of the text.",
        columns: vec![
            position("it"),
            text("text", "What stood there.").required(),
            Column::new(
                "pages",
                Type::Integers,
                "Numbers of the pages that it stood on.",
            )
            .required(),
        ],
        rows: |record, each| {
            for (position, letterhead) in numbered(&record.letterhead) {
                let pages = letterhead.pages.iter().map(|&page| page.into()).collect();
                each(vec![
                    position,
                    Cell::text(&letterhead.text),
                    Cell::Integers(pages),
                ]);
            }
        },
    }
}
