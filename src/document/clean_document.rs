//! What is left when the letterhead is out, and what was taken?

use super::{CleanText, Letterhead};

/// A document after cleaning: the author's text and, apart from it, the publisher's.
#[derive(Debug, Clone, Default)]
pub struct CleanDocument {
    /// What the author wrote.
    pub text: CleanText,
    /// The letterhead's own text, each different line once: a form prints its case's number there.
    pub aside: CleanText,
    /// What was taken out, in order of first appearance.
    pub letterhead: Vec<Letterhead>,
    /// What each page calls itself (`1 (14)`), by index of the page.
    pub page_labels: Vec<Option<String>>,
    /// How many pages the document says it has.
    pub pages_stated: Option<u32>,
    /// The numbers on the document's own page labels, rising, each once. A text that has lost its
    /// page breaks is one page to its reader, and may bear the labels of many.
    pub page_numbers: Vec<u32>,
}
