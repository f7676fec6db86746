//! What kind is it, and why?
use crate::{
    document::{CleanDocument, RawDocument},
    profile::{Profile, Profiles},
};

/// The kind of one document.
#[derive(Debug)]
pub struct Verdict<'p> {
    /// The profile that fits best.
    pub profile: &'p Profile,
    /// How sure we are, 0 to 1.
    pub confidence: f64,
    /// What spoke for it, one line a finding.
    pub evidence: Vec<String>,
}

/// Finds the kind. `None` only when there are no profiles at all.
pub fn classify<'p>(
    _raw: &RawDocument,
    _clean: &CleanDocument,
    profiles: &'p Profiles,
) -> Option<Verdict<'p>> {
    profiles.iter().next().map(|profile| Verdict {
        profile,
        confidence: 0.0,
        evidence: Vec::new(),
    })
}
