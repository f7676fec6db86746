//! diarium turns scanned PDFs, saved web pages and transcripts into clean, structured, traceable JSON.
//!
//! The library's entry point is [`Extractor`]: the bytes of a document in, its [`Record`] out. Build
//! one and use it for all documents, from any number of threads.
//!
//! ```
//! let plan = "Projektnamn: Bron\n\n1. Bakgrund\n\nVi vill bygga en bro.\n";
//!
//! let extractor = diarium::Extractor::builder().build()?;
//! let record = extractor.extract(plan.as_bytes(), "plan.txt")?;
//!
//! assert_eq!(record.fields["project_name"].raw, "Bron");
//! assert_eq!(record.sections[0].text, "Vi vill bygga en bro.");
//! # Ok::<(), diarium::Error>(())
//! ```
//!
//! `examples/extract.rs` does the same with a file: `cargo run --example extract FILE`.
//!
//! [`document`] has the types of records, [`read`] the reading options and limits.
//!
//! # Features
//!
//! | feature | adds |
//! | --- | --- |
//! | `cli` (default) | the program, and the modules that only it needs; includes the other features |
//! | `ocr` | OCR of pages that are images: networks and weights |
//! | `dataset` | [`dataset`] and [`redact`]: export, statistics, evaluation and redaction |
//!
//! Without features, neither Arrow and Parquet nor the weights are compiled.
//!
//! # Stability
//!
//! [`Extractor`], [`Error`] and the types of a record are the public interface. The other modules are
//! public for the program's tests and benchmarks and may change in any version.

#[cfg(feature = "cli")]
pub mod archive;
#[cfg(feature = "cli")]
pub mod catalogue;
#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "cli")]
pub mod compare;
mod contents;
#[cfg(feature = "cli")]
pub mod discover;
mod extractor;
#[cfg(feature = "cli")]
pub mod files;
mod panic_guard;
#[cfg(feature = "cli")]
pub mod pipeline;
pub mod process;
#[cfg(feature = "cli")]
pub mod readings;
#[cfg(feature = "cli")]
pub mod renditions;
#[cfg(feature = "cli")]
pub mod store;
pub mod validate;

#[cfg(feature = "cli")]
#[doc(hidden)]
pub use cli::main;
pub use extractor::{Document, Error, Extractor, ExtractorBuilder};

#[cfg(feature = "dataset")]
pub use diarium_dataset as dataset;
pub use diarium_document as document;
pub use diarium_document::Record;
pub use diarium_extract::{classify, clean, draft, extract, profile};
pub use diarium_read as read;
#[cfg(feature = "dataset")]
pub use diarium_redact as redact;
