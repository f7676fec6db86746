//! Clean document: the author's text after cleaning, and what was removed from it.
//!
//! Cleaning creates it; classification and extraction read it. Nothing is lost: whatever is not in
//! the text is in the letterhead, except what the author crossed out, which only the pages show.

use super::{CleanText, Letterhead};

/// A document after cleaning: the author's text and, separately, the publisher's.
#[derive(Debug, Clone, Default)]
pub struct CleanDocument {
    /// What the author wrote.
    pub text: CleanText,
    /// The text of the letterhead, each distinct line once. Forms print their case number there.
    pub letterhead_text: CleanText,
    /// The lines of the letterhead, in order of first appearance.
    pub letterhead: Vec<Letterhead>,
    /// The label printed on each page (`1 (14)`), by index of the page.
    pub page_labels: Vec<Option<String>>,
    /// How many pages the document says it has.
    pub pages_stated: Option<u32>,
    /// The numbers on the document's own page labels, ascending, each once. A text that has lost its
    /// page breaks is one page to its reader, but contains the labels of many.
    pub page_numbers: Vec<u32>,
    /// Each removed line or part of a line, and why it was removed. Not part of a record.
    pub removed: Vec<RemovedText>,
}

/// A text that was removed because it is not the author's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovedText {
    /// The text, white space collapsed.
    pub text: String,
    /// Number of the page that it was on.
    pub page: u32,
    /// The rule that removed it.
    pub reason: RemovalReason,
}

/// Why a line, or a part of one, was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemovalReason {
    /// The reader marked it as the site's boilerplate.
    Boilerplate,
    /// It is crossed out. Unlike all other removed text it is not letterhead.
    StruckOut,
    /// The format marks it as a header or footer.
    HeaderOrFooter,
    /// A profile lists the line as the publisher's.
    ProfileLine,
    /// A letterhead file that a person approved lists it.
    LetterheadFile {
        /// The entry's place in the file, from 0.
        entry: usize,
    },
    /// It is a running header or footer: it repeats at the edge of consecutive pages.
    PageEdge,
    /// It belongs to a block of lines that repeats on several pages.
    RepeatedBlock,
    /// It has the words of such a block, in the middle of a paragraph.
    Phrase,
    /// It is next to such a block more than once.
    BesideBlock,
    /// A printing system added it.
    Stamp,
    /// It is the page's label, such as `1 (14)`.
    PageLabel,
}
