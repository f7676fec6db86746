//! JSON Lines export: one record per line, as it is in its own file.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::columns;
use super::error::Error;
use super::layout::{Layout, RECORDS, Row};
use super::{DatasetFile, Selection, Sink};

/// Writes `records.jsonl`.
pub(super) struct JsonLinesSink {
    path: PathBuf,
    file: BufWriter<File>,
    selection: Selection,
    rows: u64,
}

impl JsonLinesSink {
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
        // By way of text: a `Value` made from the record directly would print the f32 numbers of a
        // bounding box as f64, with more digits than the record's own file has.
        let mut value = serde_json::from_slice(&serde_json::to_vec(row.record)?)?;
        if let Value::Object(members) = &mut value {
            project(members, &self.selection);
            if let Some(split) = row.split {
                members.insert(columns::SPLIT.to_owned(), split.into());
            }
        }
        serde_json::to_vec(&value)
    }
}

impl Sink for JsonLinesSink {
    fn add(&mut self, row: Row<'_>, _layout: &Layout) -> Result<(), Error> {
        let mut line = self.line(row).map_err(Error::write(&self.path))?;
        line.push(b'\n');
        self.rows += 1;
        self.file.write_all(&line).map_err(Error::write(&self.path))
    }

    fn finish(mut self: Box<Self>, _layout: &Layout) -> Result<Vec<DatasetFile>, Error> {
        self.file.flush().map_err(Error::write(&self.path))?;
        Ok(vec![DatasetFile::table(
            &self.path,
            RECORDS.to_owned(),
            self.rows,
        )])
    }
}

/// Projection: removes the members that the selection does not include. They are removed, not emptied:
/// an empty list would say that the document has no such items.
fn project(members: &mut Map<String, Value>, selection: &Selection) {
    if selection.columns.is_none() {
        return;
    }
    // A field may have the name of a fixed column. The name means the column then: in tables, the
    // column of such a field has another name.
    let is_fixed = |name: &str| columns::fixed().any(|known| known.column.name == name);
    if !selection.includes("fields") {
        retain_members(members, "fields", |name| {
            selection.includes(name) && !is_fixed(name)
        });
    }
    retain_members(members, "source", |name| {
        selection.includes(&format!("source_{name}"))
    });
    retain_members(members, "budget", |name| match name {
        "items" => selection.includes("budget_items"),
        _ => selection.includes(&format!("budget_{name}")),
    });
    // After the objects inside: one that has lost all its members is removed as well.
    members.retain(|name, value| match name.as_str() {
        "id" => true,
        "title_span" => selection.includes("title"),
        "list_spans" => selection.includes("lists"),
        "fields" | "source" | "budget" => {
            value.as_object().is_some_and(|inside| !inside.is_empty())
        }
        _ => selection.includes(name),
    });
    remove_inner_tables(members, selection);
}

/// Removes from the entries of lists what is a table of its own and not included.
fn remove_inner_tables(members: &mut Map<String, Value>, selection: &Selection) {
    for (list, member, table) in [
        ("sections", "spans", "section_spans"),
        ("items", "fields", "item_fields"),
    ] {
        if !selection.includes(table)
            && let Some(Value::Array(entries)) = members.get_mut(list)
        {
            for entry in entries.iter_mut().filter_map(Value::as_object_mut) {
                // `remove` would change the order of the other members.
                entry.shift_remove(member);
            }
        }
    }
}

fn retain_members(members: &mut Map<String, Value>, name: &str, includes: impl Fn(&str) -> bool) {
    if let Some(Value::Object(inside)) = members.get_mut(name) {
        inside.retain(|name, _| includes(name));
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_support::record;
    use super::*;

    fn projected(columns: &[&str]) -> Value {
        let selection = Selection {
            columns: Some(columns.iter().map(|&name| name.to_owned()).collect()),
            ..Selection::default()
        };
        let mut value = serde_json::to_value(record()).unwrap();
        project(value.as_object_mut().unwrap(), &selection);
        value
    }

    #[test]
    fn only_the_selected_members_are_left() {
        let value = projected(&[
            "title",
            "granted_sek",
            "source_path",
            "budget_consistent",
            "people",
        ]);
        let names: Vec<&String> = value.as_object().unwrap().keys().collect();
        assert_eq!(
            names,
            [
                "id",
                "title",
                "title_span",
                "source",
                "fields",
                "people",
                "budget"
            ]
        );
        assert_eq!(value["fields"].as_object().unwrap().len(), 1);
        assert_eq!(value["source"].as_object().unwrap().len(), 1);
        assert_eq!(value["budget"].as_object().unwrap().len(), 1);
    }
}
