//! diarium turns folders of old scanned PDFs, saved web pages and transcripts into clean,
//! structured, trustworthy JSON.
//!
//! The modules below are in the order in which a document passes them; ARCHITECTURE.md describes each.

// Blank lines keep rustfmt from sorting the modules.

mod extractor;

pub use extractor::{Document, Error, Extractor, ExtractorBuilder};

pub use diarium_dataset::{evaluate, export, stats};
pub use diarium_document as document;
pub use diarium_extract::{classify, clean, draft, extract, profile};
pub use diarium_read as read;
pub use diarium_redact as redact;

pub mod discover;

pub mod validate;

pub mod process;

pub mod emit;

pub mod catalogue;

pub mod store;

pub mod readings;

pub mod archive;

pub mod compare;

pub mod pipeline;

mod cli;

#[doc(hidden)]
pub use cli::main;
