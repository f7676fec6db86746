//! Profiles, cleaning, classification and extraction: from a document's pages to the parts of its record.
//!
//! A document passes the stages in this order. Each stage is one function, which is also exported here:
//!
//! | stage | function | from | to |
//! | --- | --- | --- | --- |
//! | [`mod@clean`] | [`clean()`] | pages as read | [`CleanDocument`]: text without boilerplate, reflowed |
//! | [`mod@classify`] | [`classify()`] | clean text | [`Classification`]: the kind of the document |
//! | [`mod@extract`] | [`extract()`] | clean text and kind | [`Extracted`]: fields, sections, people, budget |
//!
//! [`profile`] defines the kinds that all stages work with, and [`draft`] infers a new profile from
//! filled-in copies of a form.
//!
//! All modules are pure: a result depends on the document and the profiles alone, and no module opens a file
//! or reads a clock. The time for a document grows linearly with its length; quadratic comparisons have a
//! budget.
//!
//! [`CleanDocument`]: diarium_document::CleanDocument
//! [`Classification`]: classify::Classification
//! [`Extracted`]: extract::Extracted

// Blank lines keep rustfmt from sorting the modules.

pub mod profile;

pub mod clean;

pub mod classify;

pub mod extract;

pub mod draft;

pub use classify::classify;
pub use clean::clean;
pub use extract::extract;
