//! Record validation: JSON Schema, spans and budget totals.
//!
//! Three independent checks: a record has the structure of its kind's schema ([`Schemas`]), every span
//! is within its page and a field's span slices to its raw value ([`check_spans`]), and the budget's
//! computed total is the sum of its rows ([`check_budget`]). Each returns all violations; the caller
//! decides whether to repair, reject or report the record.

mod budget;
mod schemas;
mod spans;

pub use budget::check_budget;
pub use schemas::{Error, Schemas, record_schema};
pub use spans::check_spans;

/// A rule that a record breaks, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// A JSON Pointer (RFC 6901) into the record; empty for the whole record.
    pub path: String,
    /// A message for the user.
    pub message: String,
}

impl Violation {
    /// A violation at this JSON Pointer.
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            message: message.into(),
        }
    }
}
