//! Phrases that may be labels by their place: those before a colon, and those that fill a cell.

use std::ops::Range;

use diarium_document::operations;

/// The longest phrase, in bytes.
// Longer than any label of a form but its questions.
const MAX_PHRASE: usize = 90;
/// The most words of a phrase before a colon inside running text.
// Nothing else shows where it begins.
const MAX_INLINE_WORDS: usize = 5;

/// The phrases of a line that may be labels, in order of position; of those that end at the same colon the
/// longest first. The first one begins at `start`, behind the bullet of the line.
pub(super) fn phrases(line: &str, start: usize) -> Vec<Range<usize>> {
    operations::count(line.len());
    let mut phrases = Vec::new();
    let mut from = start;
    for (colon, _) in line.match_indices(':') {
        if colon < from {
            continue;
        }
        add(line, from..colon, from == start, &mut phrases);
        from = colon + 1;
    }
    if from == start && line.len() <= MAX_PHRASE {
        phrases.extend(without_note(line, start..line.len()));
    }
    phrases
}

/// Adds the phrases that end at a colon.
fn add(line: &str, before: Range<usize>, is_first: bool, phrases: &mut Vec<Range<usize>>) {
    let Some(phrase) = without_note(line, before) else {
        return;
    };
    if is_first && phrase.len() <= MAX_PHRASE {
        phrases.push(phrase.clone());
    }
    let near = line.floor_char_boundary(phrase.end.saturating_sub(MAX_PHRASE));
    let near = near.max(phrase.start);
    let text = line.get(near..phrase.end).unwrap_or_default();
    // Inside a line a label begins with a capital, and with the words of one sentence.
    let mut starts = Vec::new();
    for (space, _) in text
        .rmatch_indices(char::is_whitespace)
        .take(MAX_INLINE_WORDS)
    {
        operations::count(1);
        let word = text.get(space..).unwrap_or_default().trim_start();
        if word.starts_with(char::is_uppercase) {
            starts.push(phrase.end - word.len());
        }
        let before = text.get(..space).unwrap_or_default();
        if before.ends_with(['.', ',', ';', '?', '!', ')']) {
            break;
        }
    }
    let starts = starts
        .iter()
        .rev()
        .filter(|&&start| start > phrase.start || !is_first);
    phrases.extend(starts.map(|&start| start..phrase.end));
}

/// A phrase without its note in parentheses, asterisk and outer spaces.
fn without_note(line: &str, range: Range<usize>) -> Option<Range<usize>> {
    let text = line.get(range.clone())?;
    let phrase = text.trim_end_matches(|c: char| c == '*' || c.is_whitespace());
    let phrase = match phrase.strip_suffix(')').and_then(|text| text.rfind('(')) {
        Some(note) => phrase.get(..note)?,
        None => phrase,
    };
    let phrase = phrase.trim_end_matches(|c: char| c == '*' || c.is_whitespace());
    let start = range.start + (phrase.len() - phrase.trim_start().len());
    let end = range.start + phrase.len();
    (start < end).then_some(start..end)
}
