//! Child tables: the lists in a record, such as sections and people, as rows.
//!
//! A list is a nested column in formats that have such columns, and a table with a foreign key to the
//! records in the others. Both have the same name and the same columns.

use std::sync::LazyLock;

use super::table::{Cell, Column, ColumnType, Constraints};
use diarium_document::{Field, FieldValue, Record, Span};

/// A list that every record has, which may be empty.
#[derive(Debug)]
pub struct ChildTable {
    /// The name of the table, or of the nested column.
    pub name: &'static str,
    /// What its rows are, in a sentence.
    pub description: &'static str,
    /// The columns of a row.
    pub columns: Vec<Column>,
    rows: ForEachRow,
}

/// Calls a function with each row of a record.
type ForEachRow = fn(&Record, &mut dyn FnMut(Vec<Cell<'_>>));

impl ChildTable {
    /// Calls `each` with each row of a record, in order.
    // A callback instead of an iterator: the rows borrow from the record, and the function pointers in
    // the table below could not name the types of fourteen iterators.
    pub fn for_each_row(&self, record: &Record, each: &mut dyn FnMut(Vec<Cell<'_>>)) {
        (self.rows)(record, each);
    }
}

/// All child tables, in the order in which datasets have them.
pub static CHILD_TABLES: LazyLock<Vec<ChildTable>> = LazyLock::new(|| {
    vec![
        fields(),
        other(),
        sections(),
        section_spans(),
        people(),
        budget_items(),
        choices(),
        lists(),
        items(),
        item_fields(),
        related(),
        warnings(),
        pages(),
        letterhead(),
    ]
});

fn text(name: &str, description: &str) -> Column {
    Column::new(name, ColumnType::Text, description)
}

fn integer(name: &str, description: &str) -> Column {
    Column::new(name, ColumnType::Integer, description)
}

fn number(name: &str, description: &str) -> Column {
    Column::new(name, ColumnType::Number, description)
}

fn boolean(name: &str, description: &str) -> Column {
    Column::new(name, ColumnType::Boolean, description)
}

/// A number that every row has and that starts at 1.
const FROM_ONE: Constraints = Constraints::REQUIRED.at_least(1);

fn position(item: &str) -> Column {
    let description = format!("Where {item} stands among the record's, from 1.");
    integer("position", &description).with(FROM_ONE)
}

/// Page, offsets and bounding box of a span, which each row has if it is required.
fn span_columns(constraints: Constraints) -> Vec<Column> {
    let offset = |name, description| integer(name, description).with(constraints.at_least(0));
    vec![
        integer("page", "Number of the page that it stands on.").with(constraints.at_least(1)),
        offset("start", "First Unicode scalar value in that page's text."),
        offset("end", "One past its last Unicode scalar value."),
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
    // Records have a box in tenths of a point as f32. Without rounding, 1.1 would become
    // 1.10000002384185791015625 in an f64.
    let tenths = |edge: f32| Cell::Number((f64::from(edge) * 10.0).round() / 10.0);
    let edge = |edge: Option<f32>| Cell::optional(edge, tenths);
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
    columns.extend(span_columns(Constraints::REQUIRED));
    columns
}

/// How sure a part is that has no confidence in records of version 1.
fn optional_confidence(part: &str) -> Column {
    let description = format!("How sure {part} is; empty in records of version 1.");
    number("confidence", &description).with(Constraints::NONE.zero_to_one())
}

fn confidence_cell(confidence: Option<f64>) -> Cell<'static> {
    Cell::optional(confidence, Cell::Number)
}

/// The value of any field as text, which fits each type.
fn value_cell(value: &FieldValue) -> Cell<'_> {
    match value {
        FieldValue::Text(text) => Cell::text(text),
        FieldValue::Integer(number) => Cell::Text(number.to_string().into()),
    }
}

fn row<'r>(cells: impl IntoIterator<Item = Cell<'r>>, span: &Span) -> Vec<Cell<'r>> {
    cells.into_iter().chain(span_cells(span)).collect()
}

/// The items of a list with their positions, from 1.
fn numbered<T>(items: &[T]) -> impl Iterator<Item = (Cell<'static>, &T)> {
    let positions = (1_i64..).map(Cell::Integer);
    positions.zip(items)
}

/// The columns of a typed value but its name.
fn value_columns() -> [Column; 3] {
    [
        text("value", "Its value, in words.").with(Constraints::REQUIRED),
        text("raw", "The characters that it was read from.").with(Constraints::REQUIRED),
        number("confidence", "How sure the value is.").with(Constraints::REQUIRED.zero_to_one()),
    ]
}

fn repaired() -> Column {
    let description = "Whether a reading error was corrected in the value.";
    boolean("repaired", description).with(Constraints::REQUIRED)
}

fn fields() -> ChildTable {
    let mut columns = vec![text("name", "The field's name.").with(Constraints::REQUIRED)];
    columns.extend(value_columns());
    columns.push(repaired());
    ChildTable {
        name: "fields",
        description: "Where each field's value was read: its raw text, its place and how sure it is.",
        columns: with_span(columns),
        rows: |record, each| {
            for (name, field) in &record.fields {
                each(row(
                    [Cell::text(name)].into_iter().chain(field_cells(field)),
                    &field.span,
                ));
            }
        },
    }
}

fn field_cells(field: &Field) -> [Cell<'_>; 4] {
    [
        value_cell(&field.value),
        Cell::text(&field.raw),
        Cell::Number(field.confidence),
        Cell::Boolean(field.repaired),
    ]
}

fn other() -> ChildTable {
    let mut columns = vec![
        position("the value"),
        text("label", "The label as printed.").with(Constraints::REQUIRED),
        text("type", "What the value is, such as amount or date.").with(Constraints::REQUIRED),
    ];
    columns.extend(value_columns());
    ChildTable {
        name: "other",
        description: "Labels and their values for which there is no field.",
        columns: with_span(columns),
        rows: |record, each| {
            for (position, field) in numbered(&record.other) {
                let cells = [
                    position,
                    Cell::text(&field.label),
                    Cell::text(field.field_type.as_str()),
                    value_cell(&field.value),
                    Cell::text(&field.raw),
                    Cell::Number(field.confidence),
                ];
                each(row(cells, &field.span));
            }
        },
    }
}

fn items() -> ChildTable {
    ChildTable {
        name: "items",
        description: "The projects or calls of a document about several.",
        columns: with_span(vec![
            position("the item"),
            text("title", "Its title.").with(Constraints::REQUIRED),
        ]),
        rows: |record, each| {
            for (position, item) in numbered(&record.items) {
                each(row([position, Cell::text(&item.title)], &item.span));
            }
        },
    }
}

fn item_fields() -> ChildTable {
    let mut columns = vec![
        integer("item", "The item's position.").with(FROM_ONE),
        text("name", "The field's name.").with(Constraints::REQUIRED),
    ];
    columns.extend(value_columns());
    columns.push(repaired());
    ChildTable {
        name: "item_fields",
        description: "The fields of the items.",
        columns: with_span(columns),
        rows: |record, each| {
            for (position, item) in numbered(&record.items) {
                for (name, field) in &item.fields {
                    let first = [position.clone(), Cell::text(name)].into_iter();
                    each(row(first.chain(field_cells(field)), &field.span));
                }
            }
        },
    }
}

fn sections() -> ChildTable {
    ChildTable {
        name: "sections",
        description: "The cleaned text, by heading.",
        columns: vec![
            // Headings and texts may be empty, and are not required: in CSV an empty text is the same as a
            // missing value, which validators would reject.
            position("the section"),
            text("number", "The form's number for it."),
            text("heading", "The heading without its number; empty for text before any heading."),
            integer("level", "1 for a section of the form, 2 for a heading inside it, whose text stands in that section as well.").with(FROM_ONE),
            text("text", "The text under it, paragraphs parted by a blank line."),
        ],
        rows: |record, each| {
            for (position, section) in numbered(&record.sections) {
                each(vec![
                    position,
                    Cell::optional(section.number.as_deref(), Cell::text),
                    Cell::text(&section.heading),
                    Cell::count(section.level),
                    Cell::text(&section.text),
                ]);
            }
        },
    }
}

fn section_spans() -> ChildTable {
    ChildTable {
        name: "section_spans",
        description: "Where the sections stand, a row a page.",
        columns: with_span(vec![
            integer("section", "The section's position.").with(FROM_ONE),
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

fn people() -> ChildTable {
    ChildTable {
        name: "people",
        description: "People that the document lists.",
        columns: with_span(vec![
            position("the person"),
            text("name", "The name as printed.").with(Constraints::REQUIRED),
            text("organisation", "The organisation that they stand for."),
            optional_confidence("the person"),
        ]),
        rows: |record, each| {
            for (position, person) in numbered(&record.people) {
                let organisation = Cell::optional(person.organisation.as_deref(), Cell::text);
                let confidence = confidence_cell(person.confidence);
                let cells = [position, Cell::text(&person.name), organisation, confidence];
                each(row(cells, &person.span));
            }
        },
    }
}

fn budget_items() -> ChildTable {
    ChildTable {
        name: "budget_items",
        description: "The rows of the budget.",
        columns: with_span(vec![
            position("the row"),
            text("label", "What the money is for.").with(Constraints::REQUIRED),
            integer(
                "amount_sek",
                "Whole kronor; negative for what is taken off; empty in another currency.",
            ),
            integer(
                "amount",
                "Whole units of the budget's currency, where it is not kronor.",
            ),
            optional_confidence("the row"),
        ]),
        rows: |record, each| {
            let Some(budget) = &record.budget else { return };
            for (position, item) in numbered(&budget.items) {
                let in_kronor = Some(item.amount).filter(|_| budget.currency.is_none());
                let in_another = Some(item.amount).filter(|_| budget.currency.is_some());
                let cells = [
                    position,
                    Cell::text(&item.label),
                    Cell::optional(in_kronor, Cell::Integer),
                    Cell::optional(in_another, Cell::Integer),
                    confidence_cell(item.confidence),
                ];
                each(row(cells, &item.span));
            }
        },
    }
}

fn choices() -> ChildTable {
    ChildTable {
        name: "choices",
        description: "Boxes to tick.",
        columns: with_span(vec![
            position("the box"),
            text("label", "The words beside it.").with(Constraints::REQUIRED),
            boolean("checked", "Ticked or not; empty where it cannot be told."),
            optional_confidence("the box"),
        ]),
        rows: |record, each| {
            for (position, choice) in numbered(&record.choices) {
                let checked = Cell::optional(choice.checked, Cell::Boolean);
                let confidence = confidence_cell(choice.confidence);
                let cells = [position, Cell::text(&choice.label), checked, confidence];
                each(row(cells, &choice.span));
            }
        },
    }
}

fn lists() -> ChildTable {
    let mut columns = vec![
        text("list", "The list's name.").with(Constraints::REQUIRED),
        integer("position", "Where the entry stands in its list, from 1.").with(FROM_ONE),
        text("entry", "The entry.").with(Constraints::REQUIRED),
    ];
    // Records of version 1 have no positions.
    columns.extend(span_columns(Constraints::NONE));
    ChildTable {
        name: "lists",
        description: "The entries of the named lists: municipalities, participants, partners and those of other profiles.",
        columns,
        rows: |record, each| {
            for (name, entries) in &record.lists.0 {
                let spans = record.list_spans.0.get(name).map_or(&[][..], Vec::as_slice);
                for (index, (position, entry)) in numbered(entries).enumerate() {
                    let cells = [Cell::text(name), position, Cell::text(entry)].into_iter();
                    each(match spans.get(index) {
                        Some(span) => row(cells, span),
                        None => cells.chain([const { Cell::Empty }; 7]).collect(),
                    });
                }
            }
        },
    }
}

fn related() -> ChildTable {
    ChildTable {
        name: "related",
        description: "Other documents that the carrier names.",
        columns: vec![
            position("the document"),
            text("title", "Its title as printed.").with(Constraints::REQUIRED),
            text("excerpt", "The opening words that the site shows of it."),
        ],
        rows: |record, each| {
            for (position, related) in numbered(&record.related) {
                // A record has an empty text if the site shows none, a table a missing value.
                let excerpt = Some(related.excerpt.as_str()).filter(|text| !text.is_empty());
                let excerpt = Cell::optional(excerpt, Cell::text);
                each(vec![position, Cell::text(&related.title), excerpt]);
            }
        },
    }
}

fn warnings() -> ChildTable {
    ChildTable {
        name: "warnings",
        description: "What a person should look at.",
        columns: vec![
            position("the warning"),
            text("code", "Its code; diarium's README lists them.").with(Constraints::REQUIRED),
            text("message", "What, where, and what to do.").with(Constraints::REQUIRED),
            integer("page", "The page that it is about, if one page.")
                .with(Constraints::NONE.at_least(1)),
        ],
        rows: |record, each| {
            for (position, warning) in numbered(&record.warnings) {
                each(vec![
                    position,
                    Cell::Text(warning.code.to_string().into()),
                    Cell::text(&warning.message),
                    Cell::optional(warning.page, Cell::count),
                ]);
            }
        },
    }
}

fn pages() -> ChildTable {
    ChildTable {
        name: "pages",
        description: "The document's pages as they were read, before any cleaning.",
        columns: vec![
            integer("number", "The page's number; a missing page leaves a gap.").with(FROM_ONE),
            text("label", "What the page calls itself."),
            text("origin", "Where its text came from: characters in the PDF, read from an image, or the file itself.").with(Constraints::REQUIRED.one_of(&["text-layer", "ocr", "file"])),
            text("text", "Everything that it says."),
            number("confidence", "How sure the reader is of that text.").with(Constraints::REQUIRED.zero_to_one()),
            number("width", "Its width in points (1/72 inch), where there is paper."),
            number("height", "Its height, likewise."),
        ],
        rows: |record, each| {
            for page in &record.pages {
                each(vec![
                    Cell::count(page.number),
                    Cell::optional(page.label.as_deref(), Cell::text),
                    Cell::text(page.origin.as_str()),
                    Cell::text(&page.text),
                    Cell::Number(page.confidence),
                    Cell::optional(page.width, Cell::Number),
                    Cell::optional(page.height, Cell::Number),
                ]);
            }
        },
    }
}

fn letterhead() -> ChildTable {
    ChildTable {
        name: "letterhead",
        description: "What the publisher repeats, taken out of the text.",
        columns: vec![
            position("it"),
            text("text", "What stood there.").with(Constraints::REQUIRED),
            Column::new(
                "pages",
                ColumnType::Integers,
                "Numbers of the pages that it stood on.",
            )
            .with(Constraints::REQUIRED),
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
