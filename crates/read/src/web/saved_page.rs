//! A page in a web archive, with the pages of its frames.

use super::Frame;

/// The page that a web archive holds.
#[derive(Debug)]
pub struct SavedPage {
    /// Its bytes, after a declaration of its charset if the archive states one.
    pub html: Vec<u8>,
    /// The usual extension of its type, without the dot.
    pub extension: &'static str,
    /// The archive's other pages, which its frames may show.
    pub frames: Vec<Frame>,
    /// The media type of the archive.
    pub media_type: &'static str,
}
