//! Excerpts: the stretch in which two long texts differ, with a few words around it.

use serde::Serialize;

/// The parts of two texts that differ, with context; what is left out is marked by `…`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Excerpt {
    /// What the old text says there.
    pub old: String,
    /// What the new text says there.
    pub new: String,
}

/// Characters shown before and after the difference.
const CONTEXT: usize = 24;

/// Characters shown of the difference itself.
const LONGEST: usize = 120;

impl Excerpt {
    /// The excerpt of two texts that differ: what lies between their common start and common end.
    pub(super) fn of(old: &str, new: &str) -> Self {
        let start = common_start(old, new);
        let end = common_end(&old[start..], &new[start..]);
        Self {
            old: cut(old, start, old.len() - end),
            new: cut(new, start, new.len() - end),
        }
    }
}

/// Bytes of the longest common prefix.
fn common_start(old: &str, new: &str) -> usize {
    let pairs = old.chars().zip(new.chars());
    let same = pairs.take_while(|(old, new)| old == new);
    same.map(|(character, _)| character.len_utf8()).sum()
}

/// Bytes of the longest common suffix.
fn common_end(old: &str, new: &str) -> usize {
    let pairs = old.chars().rev().zip(new.chars().rev());
    let same = pairs.take_while(|(old, new)| old == new);
    same.map(|(character, _)| character.len_utf8()).sum()
}

/// A stretch of a text, cut if it is long, with context on both sides.
fn cut(text: &str, start: usize, end: usize) -> String {
    let before = text[..start].char_indices().rev().take(CONTEXT).last();
    let from = before.map_or(start, |(at, _)| at);
    let inside = &text[start..end];
    let cut = inside.char_indices().nth(LONGEST).map(|(at, _)| start + at);
    let after = text[end..].char_indices().nth(CONTEXT);
    let to = after.map_or(text.len(), |(at, _)| end + at);
    let mut excerpt = String::new();
    if from > 0 {
        excerpt.push('…');
    }
    match cut {
        Some(cut) => excerpt.push_str(&text[from..cut]),
        None => excerpt.push_str(&text[from..to]),
    }
    if cut.is_some() || to < text.len() {
        excerpt.push('…');
    }
    excerpt
}
