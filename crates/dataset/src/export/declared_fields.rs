//! Declared fields: the fields that each kind's profile declares, with types and descriptions.

use std::collections::BTreeMap;

use diarium_document::FieldType;
use serde_json::Value;

use super::table::{Column, Type};

/// The kind whose fields every kind has.
const SHARED_KIND: &str = "document";

/// The fields of all kinds. Every export of a kind has these columns, whether or not a record has a
/// value for them.
#[derive(Debug, Clone)]
pub struct DeclaredFields {
    kinds: BTreeMap<String, BTreeMap<String, FieldType>>,
    schema: Value,
}

impl DeclaredFields {
    /// The fields of each kind by its name, and the JSON schema of records, which describes them.
    pub fn new(kinds: BTreeMap<String, BTreeMap<String, FieldType>>, schema: Value) -> Self {
        Self { kinds, schema }
    }

    /// The fields that all kinds share.
    pub(super) fn shared(&self) -> BTreeMap<String, FieldType> {
        self.of(SHARED_KIND)
    }

    /// The fields of a kind; those that all kinds share where no profile declares the kind.
    pub(super) fn of(&self, kind: &str) -> BTreeMap<String, FieldType> {
        let fields = self.kinds.get(kind).or_else(|| self.kinds.get(SHARED_KIND));
        fields.cloned().unwrap_or_default()
    }

    /// Whether any kind declares a field of this name.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.kinds.values().any(|fields| fields.contains_key(name))
    }

    /// The column of a field, with the schema's description where it has one.
    pub(super) fn column(&self, name: &str, kind: Type) -> Column {
        let field = &self.schema["$defs"]["fields"]["properties"][name];
        let own = "A field of a profile.";
        let column = Column::new(name, kind, field["description"].as_str().unwrap_or(own));
        let reference = field["$ref"].as_str();
        let definition = reference.and_then(|path| path.rsplit('/').next());
        match (definition, kind) {
            (Some("amount_field" | "count_field"), Type::Integer) => column.at_least(0),
            _ => column,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_support::declared_fields;
    use super::*;

    #[test]
    fn fields_are_described_as_the_schema_describes_them() {
        let declared = declared_fields();
        let column = declared.column("granted_sek", Type::Integer);
        assert_eq!(column.description, "Support that was granted.");
        assert_eq!(column.constraints.minimum, Some(0));
        let own = declared.column("of_mine", Type::Text);
        assert_eq!(own.constraints.minimum, None);
    }
}
