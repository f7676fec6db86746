//! Does a record keep its promise?
//!
//! Three promises, checked apart: its shape, against the JSON Schema of its kind ([`Schemas`]); its
//! provenance, that every span leads to what it claims ([`check_spans`]); its arithmetic, that a
//! budget's sums are sums ([`check_budget`]). What is done with a record that breaks one is for
//! others to decide.

mod budget;
mod schemas;
mod spans;

pub use budget::check_budget;
pub use schemas::{Error, Schemas, record_schema};
pub use spans::check_spans;

/// One place where a record breaks a promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where, as a JSON Pointer (RFC 6901) into the record; empty for the record as a whole.
    pub path: String,
    /// What is wrong, for people.
    pub message: String,
}

impl Violation {
    /// A violation at a place.
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            message: message.into(),
        }
    }
}
