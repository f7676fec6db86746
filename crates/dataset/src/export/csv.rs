//! CSV export (RFC 4180): one file per table, with protection from formula injection.
//!
//! Lists are tables of their own. A spreadsheet takes a cell that begins with certain characters for a
//! formula when it opens a CSV file, and a formula can fetch, send and start things (OWASP, "CSV
//! Injection", <https://owasp.org/www-community/attacks/CSV_Injection>). Such cells get an apostrophe
//! in front, which makes them text, unless the user opts out ([`FormulaCells::Keep`]).

use std::fs::File;
use std::path::{Path, PathBuf};

use csv::{Terminator, Writer, WriterBuilder};

use super::columns::{RECORD, RecordColumn};
use super::error::Error;
use super::layout::{Layout, Row};
use super::table::{Cell, Column};
use super::{DatasetFile, Sink};

/// What is done with a text that a spreadsheet would run as a formula.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FormulaCells {
    /// It gets an apostrophe in front.
    #[default]
    Escape,
    /// It stays as it is: for programs, and for spreadsheets that import the column as text.
    Keep,
}

/// Writes one file per table.
pub(super) struct CsvSink {
    records: CsvTable,
    kinds: Vec<CsvTable>,
    child_tables: Vec<CsvTable>,
}

/// A CSV file that is being written.
pub(super) struct CsvTable {
    name: String,
    path: PathBuf,
    writer: Writer<File>,
    formulas: FormulaCells,
    rows: u64,
    escaped_formulas: u64,
}

impl CsvSink {
    pub(super) fn create(
        folder: &Path,
        layout: &Layout,
        formulas: FormulaCells,
    ) -> Result<Self, Error> {
        let create = |name: &str, header| CsvTable::create(folder, name, header, formulas);
        let records = &layout.records;
        let kinds = layout.kinds.iter();
        let child_tables = layout.child_tables.iter();
        Ok(Self {
            records: create(&records.name, record_header(&records.columns))?,
            kinds: kinds
                .map(|kind| create(&kind.name, record_header(&kind.columns)))
                .collect::<Result<_, Error>>()?,
            child_tables: child_tables
                .map(|child| create(child.name, child_header(&child.columns)))
                .collect::<Result<_, Error>>()?,
        })
    }
}

fn record_header(columns: &[RecordColumn]) -> Vec<String> {
    let names = columns.iter().map(|known| known.column.name.clone());
    names.collect()
}

/// The columns of a child table, after the number of the record that a row belongs to.
fn child_header(columns: &[Column]) -> Vec<String> {
    let own = columns.iter().map(|column| column.name.clone());
    std::iter::once(RECORD.to_owned()).chain(own).collect()
}

impl Sink for CsvSink {
    fn add(&mut self, row: Row<'_>, layout: &Layout) -> Result<(), Error> {
        self.records.add(layout.records.cells(row))?;
        if let Some(kind) = layout.table_of(&row.record.kind) {
            self.kinds[kind].add(layout.kinds[kind].cells(row))?;
        }
        for (table, child) in self.child_tables.iter_mut().zip(&layout.child_tables) {
            // The callback cannot end the iteration: after an error it does nothing.
            let mut written = Ok(());
            child.for_each_row(row.record, &mut |cells| {
                if written.is_ok() {
                    written = table.add([Cell::Integer(row.number)].into_iter().chain(cells));
                }
            });
            written?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>, _layout: &Layout) -> Result<Vec<DatasetFile>, Error> {
        let first = std::iter::once(self.records);
        let all = first.chain(self.kinds).chain(self.child_tables);
        all.map(CsvTable::finish).collect()
    }
}

impl CsvTable {
    pub(super) fn create(
        folder: &Path,
        name: &str,
        header: Vec<String>,
        formulas: FormulaCells,
    ) -> Result<Self, Error> {
        let path = folder.join(format!("{name}.csv"));
        // Fails if two tables have the same file name, instead of losing the first one.
        let file = File::create_new(&path).map_err(Error::write(&path))?;
        // It has a buffer of its own. By default it quotes as in RFC 4180, section 2, rules 5 to 7.
        let mut writer = WriterBuilder::new()
            // As RFC 4180 requires; the default of the library is a line feed.
            .terminator(Terminator::CRLF)
            .from_writer(file);
        // Names of columns are identifiers: none begins a formula.
        writer.write_record(header).map_err(Error::write(&path))?;
        Ok(Self {
            name: name.to_owned(),
            path,
            writer,
            formulas,
            rows: 0,
            escaped_formulas: 0,
        })
    }

    pub(super) fn add<'r>(
        &mut self,
        cells: impl IntoIterator<Item = Cell<'r>>,
    ) -> Result<(), Error> {
        self.rows += 1;
        for cell in cells {
            self.write_cell(&cell).map_err(Error::write(&self.path))?;
        }
        // A record without fields ends the row that `write_field` began.
        let end: [&[u8]; 0] = [];
        self.writer
            .write_record(end)
            .map_err(Error::write(&self.path))
    }

    fn write_cell(&mut self, cell: &Cell<'_>) -> csv::Result<()> {
        match cell {
            Cell::Empty => self.writer.write_field(""),
            Cell::Integer(number) => self.writer.write_field(number.to_string()),
            // The shortest digits that read back as the same number, never with an exponent.
            Cell::Number(number) => self.writer.write_field(number.to_string()),
            Cell::Boolean(truth) => self.writer.write_field(truth.to_string()),
            // How Table Schema writes the type `array` in a CSV file.
            Cell::Integers(numbers) => self.writer.write_field(json_array(numbers)),
            Cell::Text(text) if self.formulas == FormulaCells::Escape && is_formula(text) => {
                self.escaped_formulas += 1;
                self.writer.write_field(format!("'{text}"))
            }
            Cell::Text(text) => self.writer.write_field(text.as_ref()),
        }
    }

    pub(super) fn finish(mut self) -> Result<DatasetFile, Error> {
        self.writer.flush().map_err(Error::write(&self.path))?;
        Ok(DatasetFile {
            escaped_formulas: self.escaped_formulas,
            ..DatasetFile::table(&self.path, self.name, self.rows)
        })
    }
}

/// Integers as a JSON array: `[1,2]`.
pub(super) fn json_array(numbers: &[i64]) -> String {
    let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
    format!("[{}]", numbers.join(","))
}

// The characters of OWASP's list: those that Excel, LibreOffice or Google Sheets begin a formula with,
// and white space that they skip before one. The full-width forms are formulas in East Asian locales.
const FORMULA_STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Whether a spreadsheet would run the text as a formula.
// A plain negative number, such as `-1,5`, is no formula: an apostrophe would make it text. Bullets
// (`- …`) and phone numbers (`+46 …`) are escaped, because what follows them may be one.
fn is_formula(text: &str) -> bool {
    text.starts_with(FORMULA_STARTS) && !is_negative_number(text)
}

fn is_negative_number(text: &str) -> bool {
    text.strip_prefix('-').is_some_and(|digits| {
        digits.starts_with(|first: char| first.is_ascii_digit())
            && digits
                .chars()
                .all(|one| one.is_ascii_digit() || one == '.' || one == ',')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_not_a_negative_number() {
        for formula in [
            "=1+1",
            "+46 8 465 004 00",
            "-a",
            "@SUM(A1)",
            "\tx",
            "\r=1",
            "-",
            "-1+cmd|' /C calc'!A0",
            "＝1",
        ] {
            assert!(is_formula(formula), "{formula}");
        }
        for text in ["", "a=1", "-5", "-1", "-1,5", "–5", " =1", "å"] {
            assert!(!is_formula(text), "{text}");
        }
    }

    #[test]
    fn formulas_stay_as_they_are_if_the_user_opts_out() {
        let folder = tempfile::tempdir().unwrap();
        for (name, formulas, expected, count) in [
            ("escaped", FormulaCells::Escape, "'- punkt", 1),
            ("kept", FormulaCells::Keep, "- punkt", 0),
        ] {
            let header = vec!["text".to_owned()];
            let mut table = CsvTable::create(folder.path(), name, header, formulas).unwrap();
            table.add([Cell::text("- punkt")]).unwrap();
            let file = table.finish().unwrap();
            assert_eq!(file.escaped_formulas, count);
            let written = std::fs::read_to_string(file.path).unwrap();
            assert_eq!(written, format!("text\r\n{expected}\r\n"));
        }
    }
}
