//! diarium turns folders of old scanned PDFs, saved web pages and transcripts into clean,
//! structured, trustworthy JSON.
//!
//! The modules below are the rooms of the house, in the order in which a document walks through
//! them; ARCHITECTURE.md says which question each of them answers.

// Blank lines part the rooms so that rustfmt keeps the order of the road.

pub mod document;

pub mod profile;

pub mod discover;

pub mod read;

pub mod clean;

pub mod classify;

pub mod extract;

pub mod validate;

pub mod emit;

pub mod catalogue;

pub mod store;

pub mod readings;

pub mod archive;

pub mod compare;

pub mod evaluate;

pub mod draft;

pub mod redact;

pub mod stats;

pub mod export;

pub mod pipeline;

pub mod cli;
