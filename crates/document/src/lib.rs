//! Data types that all modules share.
//!
//! The things that the stages hand to each other, from the file that the user named to the
//! record that leaves the house. This room has no behaviour beyond keeping its own nouns
//! consistent: it opens no file, knows no stage, and reads no clock.

mod clean_document;
mod clean_text;
mod field_type;
mod heartbeat;
mod obeyed;
mod page;
mod record;
mod source;
mod span;
mod spelling;
mod warning;
pub mod work;

pub use clean_document::{CleanDocument, Removed, RemovedBecause};
pub use clean_text::{CleanLine, CleanText, CleanTextBuilder};
pub use field_type::FieldType;
pub use heartbeat::Heartbeat;
pub use obeyed::is_obeyed;
pub use page::{Line, LineEnd, LineRole, Origin, Page, RawDocument, Related, Word};
pub use record::{
    Budget, BudgetItem, Choice, Field, FieldValue, Letterhead, Lists, PageRecord, Person, Record,
    Section, SourceRecord,
};
pub use source::{Carrier, Source};
pub use span::{PageRange, Rect, ScalarIndex, Span};
pub use spelling::single_spaced;
pub use warning::{Failure, FailureCode, Warning, WarningCode};
