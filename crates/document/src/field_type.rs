//! Field types: the data type of a field's value.
//!
//! Profiles name them, in kebab case. `extract` has one parser for each.

use serde::Deserialize;

/// The type of a field's value; it determines which text is a valid value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldType {
    /// Any text.
    Text,
    /// A person's name.
    Name,
    /// Whole kronor.
    Amount,
    /// A count.
    Integer,
    /// One date; the value is ISO 8601.
    Date,
    /// Two dates, written to `period_start` and `period_end`.
    Period,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A number with separators that identifies a case or a project.
    Identifier,
    /// A label without a canonical field. It is recognized because it ends the value before it.
    Other,
}
