//! Profiles, cleaning, classification and extraction: from a document's pages to what they say.
//!
//! The modules are in the order in which a document passes them. All are pure: the result depends on
//! the document and the profiles alone, and no module opens a file or reads a clock.

// Blank lines keep rustfmt from sorting the modules.

pub mod profile;

pub mod clean;

pub mod classify;

pub mod extract;

pub mod draft;
