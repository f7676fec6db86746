//! What does the record's schema say of a field?

use std::sync::LazyLock;

use serde_json::Value;

use super::table::{Column, Type};

/// The record's schema, embedded. Should it be no JSON, which a test of the schemas rules out,
/// nothing is known.
static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../schemas/record.schema.json")).unwrap_or_default()
});

/// The column of a field, with the schema's words for it where it has some.
pub(super) fn field_column(name: &str, kind: Type) -> Column {
    let field = &SCHEMA["$defs"]["fields"]["properties"][name];
    let own = "A field of a profile.";
    let column = Column::new(name, kind, field["description"].as_str().unwrap_or(own));
    let shape = field["$ref"]
        .as_str()
        .and_then(|path| path.rsplit('/').next());
    match (shape, kind) {
        (Some("amount_field" | "count_field"), Type::Integer) => column.at_least(0),
        _ => column,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_described_as_the_schema_describes_them() {
        let column = field_column("granted_sek", Type::Integer);
        assert_eq!(column.description, "Support that was granted.");
        assert_eq!(column.constraints.minimum, Some(0));
        assert_eq!(
            field_column("of_mine", Type::Text).constraints.minimum,
            None
        );
    }
}
