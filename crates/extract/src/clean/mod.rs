//! Cleaning: remove boilerplate, reflow and dehyphenate, with a map back to the pages.
//!
//! Pages go in; one text comes out, with the publisher's letterhead taken out, page labels read off,
//! markup read as what it means, and sentences joined that paper broke. Nothing is thrown away: what
//! was taken out is told with its pages, and every character left leads back to its page.
//!
//! The order matters: letterhead goes first, because it stands between the two halves of a
//! sentence; page labels second, because they often stand inside it.

mod flow;
mod hyphen;
mod letterhead;
mod markup;
mod page_label;
mod rejoin;

use crate::profile::Profiles;
use diarium_document::{CleanDocument, Heartbeat, RawDocument, RemovedBecause};

/// Takes the letterhead out of a document and joins what paper broke.
///
/// The profiles give the lines that are known to be a publisher's, and the labels that are never
/// taken for letterhead because they repeat.
pub fn clean(document: &RawDocument, profiles: &Profiles, heartbeat: &Heartbeat) -> CleanDocument {
    let mut flow = flow::Flow::new(document, heartbeat);
    letterhead::take_out(&mut flow, profiles, heartbeat);
    let labels = page_label::take_out(&mut flow, heartbeat);
    flow.note(RemovedBecause::PageLabel);
    CleanDocument {
        text: rejoin::rejoin(&flow, heartbeat),
        aside: letterhead::aside(&flow, document.stated_title.as_deref()),
        letterhead: letterhead::collect(&flow),
        page_labels: labels.pages,
        pages_stated: labels.stated,
        page_numbers: labels.numbers,
        removed: flow.removed(),
    }
}

#[cfg(test)]
mod tests;
