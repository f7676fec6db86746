//! Page numbers at the start of pages: `3 Förord`, `4 Vi har …`.
//!
//! A transcript prints the number of a page before its text. Such numbers ascend like those of headings, but
//! with the pages.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Sources,
    candidate::Candidate,
    number::{Mark, Numeral},
};
use diarium_document::operations;

/// The fewest pages whose numbers ascend with them.
// Two chapters may begin on pages that follow each other.
const MIN_PAGES: usize = 3;

/// Removes the candidates that are page numbers: at the start of pages, all at the same distance from the
/// pages' positions. Chapters that each begin a page begin at 1.
pub(super) fn remove(sources: &Sources<'_>, candidates: &mut Vec<Candidate>) {
    let mut offsets: BTreeMap<i64, Vec<(usize, u8)>> = BTreeMap::new();
    for (index, candidate) in candidates.iter().enumerate() {
        if let Some((number, page)) = at_page_start(sources, candidate) {
            let offset = i64::from(number) - i64::try_from(page).unwrap_or(i64::MAX);
            offsets.entry(offset).or_default().push((index, number));
        }
    }
    let is_numbered = |pages: &&Vec<(usize, u8)>| {
        pages.len() >= MIN_PAGES && pages.iter().all(|&(_, number)| number > 1)
    };
    let pages = offsets.values().filter(is_numbered).flatten();
    let pages: BTreeSet<usize> = pages.map(|&(index, _)| index).collect();
    let mut index = 0;
    candidates.retain(|_| {
        index += 1;
        !pages.contains(&(index - 1))
    });
}

/// The number of a candidate that begins a page, and the page's index.
fn at_page_start(sources: &Sources<'_>, candidate: &Candidate) -> Option<(u8, usize)> {
    operations::count(1);
    let &[number] = candidate.parts.as_slice() else {
        return None;
    };
    let is_bare = candidate.numeral == Numeral::Arabic && candidate.mark == Mark::None;
    let line = candidate.heading.line;
    let start = candidate.heading.bytes.start;
    let lines = sources.text.lines();
    if !is_bare || start != lines.get(line)?.bytes.start {
        return None;
    }
    let page_at = |byte: usize| Some(sources.text.origins(byte..byte + 1).first()?.page);
    let page = page_at(start)?;
    let before = line.checked_sub(1).and_then(|before| lines.get(before));
    let is_first = before.is_none_or(|before| page_at(before.bytes.start) != Some(page));
    is_first.then_some((number, page))
}
