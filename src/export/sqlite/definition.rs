//! Which tables does the database have, in SQL?

use std::fmt::Write;

use crate::export::columns::RECORD;
use crate::export::layout::{Layout, MainTable, RECORDS};
use crate::export::parts::Part;
use crate::export::table::{Column, Type};

/// The part that is searched, and the one that refers to it.
const SECTIONS: &str = "sections";
const SECTION_SPANS: &str = "section_spans";

/// Words are found whatever their case, but å, ä and ö are letters of their own: `remove_diacritics`
/// would find `har` where `här` was asked for (<https://www.sqlite.org/fts5.html#unicode61_tokenizer>).
const SEARCH: &str = "
create virtual table \"search\" using fts5 (
    \"heading\", \"text\", content = 'sections', content_rowid = 'row',
    tokenize = 'unicode61 remove_diacritics 0'
);
";

/// Fills the search from the sections, and packs it.
pub(super) const FILL_SEARCH: &str = "
insert into \"search\" (\"search\") values ('rebuild');
insert into \"search\" (\"search\") values ('optimize');
";

/// Says what a column means.
pub(super) const DESCRIBE: &str =
    "insert into \"about_columns\" (\"table\", \"column\", \"description\") values (?1, ?2, ?3)";

const ABOUT: &str = "
create table \"about_columns\" (
    \"table\" text not null, \"column\" text not null, \"description\" text not null,
    primary key (\"table\", \"column\")
) without rowid;
";

/// All tables. Names are in quotation marks, because some (`end`, `call`) are words of SQL.
pub(super) fn schema(layout: &Layout) -> String {
    let mut sql = String::from(ABOUT);
    main_table(&mut sql, &layout.records);
    for kind in &layout.kinds {
        main_table(&mut sql, kind);
    }
    let has_sections = layout.parts.iter().any(|part| part.name == SECTIONS);
    for part in &layout.parts {
        part_table(&mut sql, part, has_sections);
    }
    if has_search(layout) {
        sql.push_str(SEARCH);
    }
    sql
}

/// Whether there are texts to search.
pub(super) fn has_search(layout: &Layout) -> bool {
    layout.parts.iter().any(|part| part.name == SECTIONS)
}

/// The command that adds a row.
pub(super) fn insert(table: &str, columns: usize) -> String {
    let places = vec!["?"; columns].join(", ");
    format!("insert into \"{table}\" values ({places})")
}

// Writing to a string cannot fail, which is why the results of `write!` are dropped below.

fn main_table(sql: &mut String, table: &MainTable) {
    let _ = write!(sql, "create table \"{}\" (", table.name);
    for (index, known) in table.columns.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        let _ = write!(sql, "{comma}\n    {}", column(&known.column));
        if known.column.name == RECORD {
            sql.push_str(" primary key");
            if table.name != RECORDS {
                let _ = write!(sql, " references \"{RECORDS}\" (\"{RECORD}\")");
            }
        }
    }
    sql.push_str("\n);\n");
}

fn part_table(sql: &mut String, part: &Part, has_sections: bool) {
    let name = part.name;
    let _ = write!(
        sql,
        "create table \"{name}\" (\n    \"row\" integer primary key,\n    \
         \"{RECORD}\" integer not null references \"{RECORDS}\" (\"{RECORD}\")"
    );
    for own in &part.columns {
        let _ = write!(sql, ",\n    {}", column(own));
    }
    match name {
        SECTIONS => {
            let _ = write!(sql, ",\n    unique (\"{RECORD}\", \"position\")");
        }
        SECTION_SPANS if has_sections => {
            let _ = write!(
                sql,
                ",\n    foreign key (\"{RECORD}\", \"section\") \
                 references \"{SECTIONS}\" (\"{RECORD}\", \"position\")"
            );
        }
        _ => {}
    }
    let _ = write!(
        sql,
        "\n);\ncreate index \"{name}_by_record\" on \"{name}\" (\"{RECORD}\");\n"
    );
}

fn column(column: &Column) -> String {
    let kind = match column.kind {
        Type::Text | Type::Date | Type::Integers => "text",
        Type::Integer => "integer",
        Type::Number => "real",
        Type::Boolean => "boolean",
    };
    let required = if column.constraints.required {
        " not null"
    } else {
        ""
    };
    format!("\"{}\" {kind}{required}", column.name)
}
