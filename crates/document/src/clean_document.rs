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
    /// Each line of which something was taken out, and why; no part of a record.
    pub removed: Vec<Removed>,
}

/// Words that are not the author's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// The words, white space made single.
    pub text: String,
    /// Number of the page that they stood on.
    pub page: u32,
    /// What gave them away.
    pub because: RemovedBecause,
}

/// Why a line, or a part of one, was taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemovedBecause {
    /// The carrier says that it is the site's.
    Furniture,
    /// A profile names the line as a publisher's.
    ProfileLine,
    /// It repeats at the edge of page after page.
    PageEdge,
    /// It belongs to a block of lines that comes again and again.
    RepeatedBlock,
    /// The words of such a block, in the middle of a paragraph.
    Phrase,
    /// It stands beside such a block more than once.
    BesideBlock,
    /// A printing system stamps it.
    Stamp,
    /// It is what the page calls itself.
    PageLabel,
}
