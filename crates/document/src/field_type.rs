//! Field types: the data type of a field's value.
//!
//! Profiles and records name them, in kebab case. `extract` has one parser for each.

use serde::{Deserialize, Serialize};

/// The type of a field's value; it determines which text is a valid value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldType {
    /// Any text.
    Text,
    /// A person's name.
    Name,
    /// Whole kronor, or whole units of the currency that the text states.
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
    /// The address of a web page.
    Url,
    /// A number with separators that identifies a case or a project.
    Identifier,
    /// The registration number of an organization, with its check digit.
    OrganisationNumber,
    /// A label without a canonical field. It is recognized because it ends the value before it.
    Other,
}

impl FieldType {
    /// Its name in profiles and records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Name => "name",
            Self::Amount => "amount",
            Self::Integer => "integer",
            Self::Date => "date",
            Self::Period => "period",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Url => "url",
            Self::Identifier => "identifier",
            Self::OrganisationNumber => "organisation-number",
            Self::Other => "other",
        }
    }
}
