//! Field types: what a field's value may be.

use serde::Deserialize;

/// The type of a field's value, which decides what may be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldType {
    /// Any words.
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
    /// A number with separators that names a case or a project.
    Identifier,
    /// A label that names no field of ours; its value ends the one before it.
    Other,
}
