//! JSON Lines: one record a line, as it is in its own file.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::columns::{self, Of};
use super::error::Error;
use super::layout::{Layout, RECORDS, Row};
use super::{Made, Selection, Sink};

/// Writes `records.jsonl`.
pub(super) struct JsonLines {
    path: PathBuf,
    file: BufWriter<File>,
    selection: Selection,
    rows: u64,
}

impl JsonLines {
    pub(super) fn create(folder: &Path, selection: &Selection) -> Result<Self, Error> {
        let path = folder.join("records.jsonl");
        let file = File::create_new(&path).map_err(Error::write(&path))?;
        Ok(Self {
            file: BufWriter::new(file),
            path,
            selection: selection.clone(),
            rows: 0,
        })
    }

    fn line(&self, row: Row<'_>) -> serde_json::Result<Vec<u8>> {
        if self.selection.columns.is_none() && row.split.is_none() {
            return serde_json::to_vec(row.record);
        }
        // By way of text: a box has fewer digits than the numbers that a `Value` holds.
        let mut value = serde_json::from_slice(&serde_json::to_vec(row.record)?)?;
        if let Value::Object(members) = &mut value {
            keep(members, &self.selection);
            if let Some(split) = row.split {
                members.insert(columns::SPLIT.to_owned(), split.into());
            }
        }
        serde_json::to_vec(&value)
    }
}

impl Sink for JsonLines {
    fn add(&mut self, row: Row<'_>, _layout: &Layout) -> Result<(), Error> {
        let mut line = self.line(row).map_err(Error::write(&self.path))?;
        line.push(b'\n');
        self.rows += 1;
        self.file.write_all(&line).map_err(Error::write(&self.path))
    }

    fn finish(mut self: Box<Self>, _layout: &Layout) -> Result<Vec<Made>, Error> {
        self.file.flush().map_err(Error::write(&self.path))?;
        Ok(vec![Made::table(&self.path, RECORDS.to_owned(), self.rows)])
    }
}

/// Leaves of a record's members what the selection wants. A member that is left out is not there:
/// an empty list would say that the document has none.
fn keep(members: &mut Map<String, Value>, selection: &Selection) {
    if selection.columns.is_none() {
        return;
    }
    let known = || columns::BEFORE_FIELDS.iter().chain(&*columns::AFTER_FIELDS);
    let ours = |name: &str| {
        known().any(|known| known.column.name == name && !matches!(known.of, Of::Field(_)))
    };
    if !selection.wants("fields") {
        narrow(members, "fields", |name| {
            selection.wants(name) && !ours(name)
        });
    }
    narrow(members, "source", |name| {
        selection.wants(&format!("source_{name}"))
    });
    narrow(members, "budget", |name| match name {
        "items" => selection.wants("budget_items"),
        _ => selection.wants(&format!("budget_{name}")),
    });
    members.retain(|name, value| match name.as_str() {
        "id" => true,
        "fields" | "source" | "budget" => {
            value.as_object().is_some_and(|inside| !inside.is_empty())
        }
        _ => selection.wants(name),
    });
    if !selection.wants("section_spans")
        && let Some(Value::Array(sections)) = members.get_mut("sections")
    {
        for section in sections.iter_mut().filter_map(Value::as_object_mut) {
            section.shift_remove("spans");
        }
    }
}

fn narrow(members: &mut Map<String, Value>, name: &str, wants: impl Fn(&str) -> bool) {
    if let Some(Value::Object(inside)) = members.get_mut(name) {
        inside.retain(|name, _| wants(name));
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_support::record;
    use super::*;

    fn kept(columns: &[&str]) -> Value {
        let selection = Selection {
            columns: Some(columns.iter().map(|&name| name.to_owned()).collect()),
            ..Selection::default()
        };
        let mut value = serde_json::to_value(record()).unwrap();
        keep(value.as_object_mut().unwrap(), &selection);
        value
    }

    #[test]
    fn only_the_wanted_members_are_left() {
        let value = kept(&[
            "title",
            "granted_sek",
            "source_path",
            "budget_consistent",
            "people",
        ]);
        let names: Vec<&String> = value.as_object().unwrap().keys().collect();
        assert_eq!(
            names,
            ["id", "title", "source", "fields", "people", "budget"]
        );
        assert_eq!(value["fields"].as_object().unwrap().len(), 1);
        assert_eq!(value["source"].as_object().unwrap().len(), 1);
        assert_eq!(value["budget"].as_object().unwrap().len(), 1);
    }
}
