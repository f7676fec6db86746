//! SQL statements: tables, indexes and the full-text index of the database.

use std::fmt::Write;

use crate::export::child_tables::ChildTable;
use crate::export::columns::RECORD;
use crate::export::layout::{Layout, RECORDS, RecordTable};
use crate::export::table::{Column, ColumnType};

/// The child table with the texts of the full-text index, and the one that refers to its rows.
const SECTIONS: &str = "sections";
const SECTION_SPANS: &str = "section_spans";

/// Creates the full-text index.
// Words are found in any case, but å, ä and ö are letters of their own: with `remove_diacritics`, a
// search for `här` would find `har` (<https://www.sqlite.org/fts5.html#unicode61_tokenizer>).
pub(super) const CREATE_FULL_TEXT_INDEX: &str = "
create virtual table \"search\" using fts5 (
    \"heading\", \"text\", content = 'sections', content_rowid = 'row',
    tokenize = 'unicode61 remove_diacritics 0'
);
";

/// Settings for building the index.
// 16 MiB of words are collected in memory before they are written, instead of 1 MiB, and segments are
// merged once, at the end. For 24 MB of text: 0.5 s instead of 0.9 s. More than 16 MiB gained nothing.
pub(super) const TUNE_FULL_TEXT_INDEX: &str = "
insert into \"search\" (\"search\", \"rank\") values ('hashsize', 16777216);
insert into \"search\" (\"search\", \"rank\") values ('automerge', 0);
";

/// Adds a text to the index.
pub(super) const INSERT_TEXT: &str =
    "insert into \"search\" (\"rowid\", \"heading\", \"text\") values (?1, ?2, ?3)";

/// Merges all segments into one, in which searches are fastest.
pub(super) const OPTIMIZE_FULL_TEXT_INDEX: &str =
    "insert into \"search\" (\"search\") values ('optimize')";

/// Copies an index that was built in another file, without the settings for building it.
// A new index is not empty: FTS5 puts its averages and its structure into `search_data`, which is why
// rows are deleted first. There is no `search_content`, because the texts are in `sections`. The
// columns must be those of `CREATE_FULL_TEXT_INDEX`: the copied rows depend on them and on the
// tokenizer.
pub(super) const COPY_FULL_TEXT_INDEX: &str = "
begin;
create virtual table main.\"search\" using fts5 (
    \"heading\", \"text\", content = 'sections', content_rowid = 'row',
    tokenize = 'unicode61 remove_diacritics 0'
);
delete from main.\"search_data\";
insert into main.\"search_data\" select * from \"built\".\"search_data\";
delete from main.\"search_idx\";
insert into main.\"search_idx\" select * from \"built\".\"search_idx\";
delete from main.\"search_docsize\";
insert into main.\"search_docsize\" select * from \"built\".\"search_docsize\";
commit;
detach database \"built\";
";

/// Adds the description of a column.
pub(super) const DESCRIBE_COLUMN: &str =
    "insert into \"about_columns\" (\"table\", \"column\", \"description\") values (?1, ?2, ?3)";

const CREATE_ABOUT_COLUMNS: &str = "
create table \"about_columns\" (
    \"table\" text not null, \"column\" text not null, \"description\" text not null,
    primary key (\"table\", \"column\")
) without rowid;
";

/// Creates all tables.
// Names are in quotation marks: `end` is an SQL keyword, and a profile may name a field by another one.
pub(super) fn schema(layout: &Layout) -> String {
    let mut sql = String::from(CREATE_ABOUT_COLUMNS);
    create_record_table(&mut sql, &layout.records);
    for kind in &layout.kinds {
        create_record_table(&mut sql, kind);
    }
    let has_sections = layout
        .child_tables
        .iter()
        .any(|child| child.name == SECTIONS);
    for child in &layout.child_tables {
        create_child_table(&mut sql, child, has_sections);
    }
    sql
}

/// Creates all indexes, when all rows are inserted.
// Inserting takes half the time without indexes.
pub(super) fn indexes(layout: &Layout) -> String {
    let mut sql = String::new();
    for child in &layout.child_tables {
        let name = child.name;
        let _ = writeln!(
            sql,
            "create index \"{name}_by_record\" on \"{name}\" (\"{RECORD}\");"
        );
        // A foreign key, as that of `section_spans`, must refer to columns with a unique index.
        if name == SECTIONS {
            let _ = writeln!(
                sql,
                "create unique index \"{name}_by_position\" \
                 on \"{name}\" (\"{RECORD}\", \"position\");"
            );
        }
    }
    sql
}

/// The index of the child table with the texts to search, and of its columns with headings and texts;
/// `None` if the dataset does not have it.
pub(super) fn full_text_columns(layout: &Layout) -> Option<(usize, [usize; 2])> {
    let child_tables = &layout.child_tables;
    let table = child_tables
        .iter()
        .position(|child| child.name == SECTIONS)?;
    let columns = &child_tables[table].columns;
    let column = |name: &str| columns.iter().position(|column| column.name == name);
    Some((table, [column("heading")?, column("text")?]))
}

/// Inserts a row.
pub(super) fn insert(table: &str, columns: usize) -> String {
    let placeholders = vec!["?"; columns].join(", ");
    format!("insert into \"{table}\" values ({placeholders})")
}

// Writing to a string cannot fail, which is why the results of `write!` are dropped below.

fn create_record_table(sql: &mut String, table: &RecordTable) {
    let _ = write!(sql, "create table \"{}\" (", table.name);
    for (index, known) in table.columns.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        let _ = write!(sql, "{comma}\n    {}", column_definition(&known.column));
        if known.column.name == RECORD {
            // As the primary key, a column of the type `integer` is SQLite's rowid, and needs no index.
            sql.push_str(" primary key");
            if table.name != RECORDS {
                let _ = write!(sql, " references \"{RECORDS}\" (\"{RECORD}\")");
            }
        }
    }
    sql.push_str("\n);\n");
}

fn create_child_table(sql: &mut String, child: &ChildTable, has_sections: bool) {
    let name = child.name;
    let _ = write!(
        sql,
        "create table \"{name}\" (\n    \"row\" integer primary key,\n    \
         \"{RECORD}\" integer not null references \"{RECORDS}\" (\"{RECORD}\")"
    );
    for own in &child.columns {
        let _ = write!(sql, ",\n    {}", column_definition(own));
    }
    // The user may have selected the spans without the sections.
    if name == SECTION_SPANS && has_sections {
        let _ = write!(
            sql,
            ",\n    foreign key (\"{RECORD}\", \"section\") \
             references \"{SECTIONS}\" (\"{RECORD}\", \"position\")"
        );
    }
    sql.push_str("\n);\n");
}

fn column_definition(column: &Column) -> String {
    // SQLite has no types for dates, booleans and lists. Dates are text in ISO 8601, on which its date
    // functions work, booleans are 0 and 1, and lists are JSON arrays, on which its JSON functions work.
    let sql_type = match column.column_type {
        ColumnType::Text | ColumnType::Date | ColumnType::Integers => "text",
        ColumnType::Integer => "integer",
        ColumnType::Number => "real",
        ColumnType::Boolean => "boolean",
    };
    let required = if column.constraints.required {
        " not null"
    } else {
        ""
    };
    format!("\"{}\" {sql_type}{required}", column.name)
}
