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
pub(super) const SEARCH: &str = "
create virtual table \"search\" using fts5 (
    \"heading\", \"text\", content = 'sections', content_rowid = 'row',
    tokenize = 'unicode61 remove_diacritics 0'
);
";

/// Collects 16 MiB of words in memory before they are written, instead of 1 MiB, and merges what was
/// written once, at the end: 24 MB of text take 0.5 s instead of 0.9 s. More than 16 MiB gains nothing.
pub(super) const BUILD_IN_LARGE_STEPS: &str = "
insert into \"search\" (\"search\", \"rank\") values ('hashsize', 16777216);
insert into \"search\" (\"search\", \"rank\") values ('automerge', 0);
";

/// Adds a text to the search.
pub(super) const ADD_TO_SEARCH: &str =
    "insert into \"search\" (\"rowid\", \"heading\", \"text\") values (?1, ?2, ?3)";

/// Merges everything into one segment, in which searches are fastest.
pub(super) const PACK_SEARCH: &str = "insert into \"search\" (\"search\") values ('optimize')";

/// Copies a search that was built in another file. The settings are left behind: they were for
/// building it.
pub(super) const COPY_SEARCH: &str = "
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
    sql
}

/// All indexes. Made when the tables are full: rows are added twice as fast without.
pub(super) fn indexes(layout: &Layout) -> String {
    let mut sql = String::new();
    for part in &layout.parts {
        let name = part.name;
        let _ = writeln!(
            sql,
            "create index \"{name}_by_record\" on \"{name}\" (\"{RECORD}\");"
        );
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

/// The part that is searched, by its place among the parts, and the columns with its texts; nothing
/// where the dataset has none.
pub(super) fn searched(layout: &Layout) -> Option<(usize, [usize; 2])> {
    let place = layout.parts.iter().position(|part| part.name == SECTIONS)?;
    let columns = &layout.parts[place].columns;
    let column = |name: &str| columns.iter().position(|column| column.name == name);
    Some((place, [column("heading")?, column("text")?]))
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
    if name == SECTION_SPANS && has_sections {
        let _ = write!(
            sql,
            ",\n    foreign key (\"{RECORD}\", \"section\") \
             references \"{SECTIONS}\" (\"{RECORD}\", \"position\")"
        );
    }
    sql.push_str("\n);\n");
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
