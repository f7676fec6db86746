//! CSV as RFC 4180 has it: a table a file, lists in tables of their own.

mod formula;

use std::fs::File;
use std::path::{Path, PathBuf};

use csv::{Terminator, Writer, WriterBuilder};

use super::columns;
use super::error::Error;
use super::layout::{Layout, Row};
use super::table::{Cell, Column};
use super::{Made, Sink};

/// Writes a file a table.
pub(super) struct Csv {
    records: Table,
    kinds: Vec<Table>,
    parts: Vec<Table>,
}

/// A table that is being written.
pub(super) struct Table {
    name: String,
    path: PathBuf,
    writer: Writer<File>,
    rows: u64,
    harmless: u64,
}

impl Csv {
    pub(super) fn create(folder: &Path, layout: &Layout) -> Result<Self, Error> {
        let names = |columns: &[columns::MainColumn]| -> Vec<String> {
            columns
                .iter()
                .map(|known| known.column.name.clone())
                .collect()
        };
        let of_part = |columns: &[Column]| {
            let own = columns.iter().map(|column| column.name.clone());
            std::iter::once(columns::RECORD.to_owned())
                .chain(own)
                .collect()
        };
        Ok(Self {
            records: Table::create(folder, &layout.records.name, names(&layout.records.columns))?,
            kinds: layout
                .kinds
                .iter()
                .map(|kind| Table::create(folder, &kind.name, names(&kind.columns)))
                .collect::<Result<_, Error>>()?,
            parts: layout
                .parts
                .iter()
                .map(|part| Table::create(folder, part.name, of_part(&part.columns)))
                .collect::<Result<_, Error>>()?,
        })
    }
}

impl Sink for Csv {
    fn add(&mut self, row: Row<'_>, layout: &Layout) -> Result<(), Error> {
        self.records.add(layout.records.cells(row))?;
        if let Some(kind) = layout.table_of(&row.record.kind) {
            self.kinds[kind].add(layout.kinds[kind].cells(row))?;
        }
        for (table, part) in self.parts.iter_mut().zip(&layout.parts) {
            let mut written = Ok(());
            part.rows(row.record, &mut |cells| {
                if written.is_ok() {
                    written = table.add([Cell::Integer(row.number)].into_iter().chain(cells));
                }
            });
            written?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>, _layout: &Layout) -> Result<Vec<Made>, Error> {
        let first = std::iter::once(self.records);
        let all = first.chain(self.kinds).chain(self.parts);
        all.map(Table::finish).collect()
    }
}

impl Table {
    pub(super) fn create(folder: &Path, name: &str, header: Vec<String>) -> Result<Self, Error> {
        let path = folder.join(format!("{name}.csv"));
        let file = File::create_new(&path).map_err(Error::write(&path))?;
        let mut writer = WriterBuilder::new()
            .terminator(Terminator::CRLF)
            .from_writer(file);
        writer.write_record(header).map_err(Error::write(&path))?;
        Ok(Self {
            name: name.to_owned(),
            path,
            writer,
            rows: 0,
            harmless: 0,
        })
    }

    pub(super) fn add<'r>(
        &mut self,
        cells: impl IntoIterator<Item = Cell<'r>>,
    ) -> Result<(), Error> {
        self.rows += 1;
        for cell in cells {
            self.cell(&cell).map_err(Error::write(&self.path))?;
        }
        let end: [&[u8]; 0] = [];
        self.writer
            .write_record(end)
            .map_err(Error::write(&self.path))
    }

    fn cell(&mut self, cell: &Cell<'_>) -> csv::Result<()> {
        match cell {
            Cell::Empty => self.writer.write_field(""),
            Cell::Integer(number) => self.writer.write_field(number.to_string()),
            Cell::Number(number) => self.writer.write_field(number.to_string()),
            Cell::Boolean(truth) => self.writer.write_field(truth.to_string()),
            Cell::Integers(numbers) => self.writer.write_field(json_list(numbers)),
            Cell::Text(text) if formula::is_run(text) => {
                self.harmless += 1;
                self.writer.write_field(format!("'{text}"))
            }
            Cell::Text(text) => self.writer.write_field(text.as_ref()),
        }
    }

    pub(super) fn finish(mut self) -> Result<Made, Error> {
        self.writer.flush().map_err(Error::write(&self.path))?;
        Ok(Made {
            made_harmless: self.harmless,
            ..Made::table(&self.path, self.name, self.rows)
        })
    }
}

/// `[1,2]`, as JSON has it.
pub(super) fn json_list(numbers: &[i64]) -> String {
    let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
    format!("[{}]", numbers.join(","))
}
