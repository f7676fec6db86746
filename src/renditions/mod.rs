//! Renditions: access copies of a document in other formats.
//!
//! Two are made on request: a searchable PDF, which is the original with an invisible text layer under
//! its scanned pages, or made of the pictures of an image file, and ALTO files, which describe the words of each page with their positions. Both
//! are made of what was read; records do not depend on them. `store` writes them beside the record, and
//! the catalogue lists them as derived files.

mod alto;
mod searchable_pdf;

pub use alto::{AltoSource, alto_pages};
pub use searchable_pdf::{SearchablePdfError, add_text_layer, searchable_pictures};

/// A file that is written beside a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendition {
    /// Its path, relative to the output folder.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
}
