//! Approved lines: boilerplate that a letterhead file lists, learned from many documents and approved by a
//! person.

use super::super::{
    document_lines::DocumentLines,
    line_index::{LineIndex, LineKey},
};
use crate::profile::Profiles;
use diarium_document::{Heartbeat, RemovalReason};

/// Removes the lines that the approved entries have, even from a document in which nothing repeats.
pub(super) fn remove_approved_lines(
    document: &mut DocumentLines<'_>,
    profiles: &Profiles,
    heartbeat: &Heartbeat,
) {
    let mut index = LineIndex::default();
    let mut entries = Vec::new();
    for (entry, line) in profiles.letterhead_file().approved_lines() {
        if let Some(key) = LineKey::new(line) {
            index.add(key);
            entries.push(entry);
        }
    }
    if entries.is_empty() {
        return;
    }
    for number in 0..document.lines.len() {
        heartbeat.step(number);
        let text = document.lines[number].text;
        // A longer line is a paragraph or a whole page.
        let key = (text.len() <= MAX_BYTES)
            .then(|| LineKey::new(text))
            .flatten();
        if let Some(&entry) = key
            .and_then(|key| index.find(&key))
            .and_then(|line| entries.get(line))
        {
            document.remove_line(number, RemovalReason::LetterheadFile { entry });
        }
    }
}

/// The longest line that is compared, in bytes.
// Learned lines have at most 300 characters.
const MAX_BYTES: usize = 1_200;
