//! diarium turns folders of old scanned PDFs, saved web pages and transcripts into clean,
//! structured, trustworthy JSON.
//!
//! The modules below are the rooms of the house, in the order in which a document walks through
//! them; ARCHITECTURE.md says which question each of them answers.

pub mod document;
pub mod profile;

pub mod read;

pub mod classify;
pub mod clean;
pub mod extract;
