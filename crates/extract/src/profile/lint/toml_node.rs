//! TOML nodes: values with their position in the file, for messages that name a line.

use toml::de::{DeTable, DeValue};

/// A value, its key and the byte where it begins.
#[derive(Debug, Clone)]
pub(super) struct TomlNode<'t> {
    pub key: &'t str,
    /// The first byte of the key; for an item of an array, of the item.
    pub start: usize,
    node: Node<'t>,
}

#[derive(Debug, Clone, Copy)]
enum Node<'t> {
    Table(&'t DeTable<'t>),
    Value(&'t DeValue<'t>),
}

impl<'t> TomlNode<'t> {
    /// The root table of a document.
    pub(super) fn root(table: &'t DeTable<'t>) -> Self {
        Self {
            key: "",
            start: 0,
            node: Node::Table(table),
        }
    }

    /// The entries of a table; empty for any other value.
    pub(super) fn entries(&self) -> Vec<TomlNode<'t>> {
        let table = match self.node {
            Node::Table(table) => Some(table),
            Node::Value(value) => value.as_table(),
        };
        let entries = table.into_iter().flat_map(|table| table.iter());
        entries
            .map(|(key, value)| TomlNode {
                key: key.get_ref(),
                start: key.span().start,
                node: Node::Value(value.get_ref()),
            })
            .collect()
    }

    /// The items of an array; empty for any other value.
    pub(super) fn items(&self) -> Vec<TomlNode<'t>> {
        let Node::Value(value) = self.node else {
            return Vec::new();
        };
        let items = value.as_array().into_iter().flat_map(|items| items.iter());
        items
            .map(|item| TomlNode {
                key: self.key,
                start: item.span().start,
                node: Node::Value(item.get_ref()),
            })
            .collect()
    }

    /// The entry of that key.
    pub(super) fn get(&self, key: &str) -> Option<TomlNode<'t>> {
        self.entries().into_iter().find(|entry| entry.key == key)
    }

    /// The items of the array under a key.
    pub(super) fn items_of(&self, key: &str) -> Vec<TomlNode<'t>> {
        self.get(key).map(|list| list.items()).unwrap_or_default()
    }

    /// The value as text, if it is a string.
    pub(super) fn text(&self) -> Option<&'t str> {
        match self.node {
            Node::Value(value) => value.as_str(),
            Node::Table(_) => None,
        }
    }

    /// The value as a number, if it is one.
    pub(super) fn number(&self) -> Option<f64> {
        let Node::Value(value) = self.node else {
            return None;
        };
        let float = value.as_float().map(|number| number.as_str());
        let written = float.or(value.as_integer().map(|number| number.as_str()))?;
        written.replace('_', "").parse().ok()
    }
}
