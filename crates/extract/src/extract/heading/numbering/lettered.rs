//! Lettered parts of a numbered question in running text: `3. Kostnader a) personal: … b) lokaler: …`.

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::running;
use crate::extract::heading::{Heading, normalize_title};
use diarium_document::{CleanText, operations};

/// The distance of lettered parts from their numbered heading, in bytes, at most.
// Some ten pages.
const PARTS_BYTES: usize = 1 << 15;

// a) projektets namn:
static LETTER: Lazy<Regex> = lazy_regex!(r"\s(?P<letter>[a-h])\)\s(?P<title>\p{L}[^:]{2,60}:)");

/// The headings with their lettered parts.
pub(super) fn with_parts(text: &CleanText, headings: Vec<Heading>) -> Vec<Heading> {
    let mut found = Vec::with_capacity(headings.len());
    let mut headings = headings.into_iter().peekable();
    while let Some(heading) = headings.next() {
        let line = &text.lines()[heading.line].bytes;
        let next = headings.peek().map_or(line.end, |next| next.bytes.start);
        let is_running = line.len() >= running::MIN_LONG_LINE;
        let parts =
            (is_running && heading.level == 1).then(|| parts(text, &heading, next.min(line.end)));
        found.push(heading);
        found.extend(parts.into_iter().flatten());
    }
    found
}

/// How many lettered parts a heading has in its line.
pub(super) fn part_count(text: &CleanText, heading: &Heading) -> usize {
    let line = &text.lines()[heading.line].bytes;
    if line.len() < running::MIN_LONG_LINE || heading.level > 1 {
        return 0;
    }
    parts(text, heading, line.end).len()
}

/// The lettered parts between a heading and a byte.
fn parts(text: &CleanText, heading: &Heading, end: usize) -> Vec<Heading> {
    let from = heading.bytes.end;
    let end = text.text().floor_char_boundary(end.min(from + PARTS_BYTES));
    let Some(rest) = text.text().get(from..end) else {
        return Vec::new();
    };
    operations::count(rest.len());
    let number = heading.number.as_deref().unwrap_or_default();
    let mut expected = b'a';
    let mut found = Vec::new();
    for captures in LETTER.captures_iter(rest) {
        let (Some(letter), Some(title)) = (captures.name("letter"), captures.name("title")) else {
            continue;
        };
        if letter.as_str().as_bytes() != [expected] {
            continue;
        }
        expected += 1;
        found.push(Heading {
            bytes: from + letter.start()..from + title.end(),
            line: heading.line,
            number: Some(format!("{number}{}", letter.as_str())),
            title: normalize_title(title.as_str()),
            level: 2,
        });
    }
    found
}
