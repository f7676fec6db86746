//! Declared fields: the fields that each kind's profile declares, with types and descriptions.

use std::collections::BTreeMap;

use diarium_document::FieldType;
use serde_json::Value;

use super::table::{Column, ColumnType, Constraints};

/// The kind whose fields every kind has.
const SHARED_KIND: &str = "document";

/// The declared fields of all kinds. Every export of a kind has these columns, even if no record has a
/// value for them.
#[derive(Debug, Clone)]
pub struct DeclaredFields {
    kinds: BTreeMap<String, BTreeMap<String, FieldType>>,
    schema: Value,
}

impl DeclaredFields {
    /// The fields of each kind, by the name of the kind, and the JSON schema of records, which has
    /// their descriptions.
    pub fn new(kinds: BTreeMap<String, BTreeMap<String, FieldType>>, schema: Value) -> Self {
        Self { kinds, schema }
    }

    /// The fields that all kinds share.
    pub(super) fn shared(&self) -> BTreeMap<String, FieldType> {
        self.for_kind(SHARED_KIND)
    }

    /// The fields of a kind, or those that all kinds share if no profile declares the kind.
    pub(super) fn for_kind(&self, kind: &str) -> BTreeMap<String, FieldType> {
        let fields = self.kinds.get(kind).or_else(|| self.kinds.get(SHARED_KIND));
        fields.cloned().unwrap_or_default()
    }

    /// Whether any kind declares a field of this name.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.kinds.values().any(|fields| fields.contains_key(name))
    }

    /// The column of a field, with the schema's description where it has one.
    pub(super) fn column(&self, name: &str, column_type: ColumnType) -> Column {
        let field = &self.schema["$defs"]["fields"]["properties"][name];
        let description = field["description"].as_str();
        let description = description.unwrap_or("A field of a profile.");
        let column = Column::new(name, column_type, description);
        let reference = field["$ref"].as_str();
        // The last part of a JSON Pointer (RFC 6901): `#/$defs/amount_field`.
        let definition = reference.and_then(|path| path.rsplit('/').next());
        match (definition, column_type) {
            // Amounts of fields cannot be negative, unlike those of budget rows.
            (Some("amount_field" | "count_field"), ColumnType::Integer) => {
                column.with(Constraints::NONE.at_least(0))
            }
            _ => column,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_support::declared_fields;
    use super::*;

    #[test]
    fn descriptions_and_constraints_come_from_the_schema() {
        let declared = declared_fields();
        let column = declared.column("granted_sek", ColumnType::Integer);
        assert_eq!(column.description, "Support that was granted.");
        assert_eq!(column.constraints.minimum, Some(0));
        let own = declared.column("own_field", ColumnType::Text);
        assert_eq!(own.constraints.minimum, None);
    }
}
