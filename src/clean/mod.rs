//! What did the author write?
use crate::{
    document::{CleanDocument, RawDocument},
    profile::Profiles,
};

/// Takes the letterhead out and joins what paper broke.
pub fn clean(_document: &RawDocument, _profiles: &Profiles) -> CleanDocument {
    CleanDocument::default()
}
