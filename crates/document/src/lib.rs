//! Data types that all modules share.
//!
//! They are the inputs and outputs of the pipeline's stages, from the source file to the record. The
//! crate opens no files, depends on no stage and reads no clock: its functions only keep its own data
//! consistent.

mod budget;
mod clean_document;
mod clean_text;
pub mod companions;
mod field_type;
mod heartbeat;
pub mod operations;
mod page;
pub mod page_files;
pub mod phone;
mod record;
mod source;
mod span;
mod terminal_control;
mod warning;
mod whitespace;

pub use budget::{Budget, BudgetItem};
pub use clean_document::{CleanDocument, RemovalReason, RemovedText};
pub use clean_text::{CleanLine, CleanText, CleanTextBuilder};
pub use field_type::FieldType;
pub use heartbeat::Heartbeat;
pub use page::{Line, LineEnd, LineRole, Origin, Page, RawDocument, Related, Word};
pub use record::{
    Choice, Field, FieldValue, Item, Letterhead, ListSpans, Lists, OtherField, PageRecord, Person,
    Record, Section, SourceFile, SourceRecord,
};
pub use source::{Carrier, MEMBER_SEPARATOR, Source, SourcePart};
pub use span::{PageRange, Rect, ScalarIndex, Span};
pub use terminal_control::is_terminal_control;
pub use warning::{Failure, FailureCode, Warning, WarningCode};
pub use whitespace::collapse_whitespace;
