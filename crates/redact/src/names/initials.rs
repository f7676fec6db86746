//! Where do surnames stand behind initials?

use super::lists::{is_listed_surname, is_place, is_sure_surname, is_surname_of_list, surname};
use super::words::{Gap, Shape, Word};
use super::{Found, is_unknown_name, without_genitive};

/// `A. Karlsson`, `K-E Nilsson`, `A K Lindqvist`
pub(super) fn name(words: &[Word], at: usize) -> Option<Found> {
    let mut end = at;
    while words.get(end).is_some_and(|word| {
        let first = word.shape == Shape::Initial || word.two_initials;
        first && (end == at || word.gap == Gap::Space)
    }) {
        end += 1;
    }
    let last = words.get(end).filter(|word| {
        end > at && end - at < 4 && word.gap == Gap::Space && word.shape != Shape::Lower
    })?;
    let folded = without_genitive(&last.folded);
    let mut parts: Vec<String> = words[at..end]
        .iter()
        .map(|word| word.folded.clone())
        .collect();
    parts.push(folded.to_owned());
    // I Lund begins a sentence; U. Björk is a person.
    let of_cell =
        words[at].gap == Gap::Cell && words.get(end + 1).is_none_or(|next| next.gap != Gap::Space);
    let word = ["i", "a"].contains(&words[at].folded.as_str());
    let initial = of_cell || !words[at].begins || !word;
    let listed = is_surname_of_list(folded) && !is_place(folded) && initial;
    // B. Bakgrund is a heading; P-O Ask, T. K. Ask, and T. Ask within a line are persons.
    let many = end - at > 1 || words[at].two_initials;
    let dotted = last.range.start > words[end - 1].range.end + 1;
    let shaped = surname(folded).is_some() && !is_definite(folded);
    let likely = many || of_cell || dotted && !words[at].begins || shaped && initial;
    let unknown = is_unknown_name(last) && likely;
    (is_sure_surname(folded) || is_listed_surname(folded) || listed || unknown).then_some(Found {
        start: at,
        end: end + 1,
        parts,
    })
}

/// `Etappen`, `Starten`: endings of surnames that common words have as well.
fn is_definite(folded: &str) -> bool {
    ["en", "in", "as", "by", "ska", "dal"]
        .iter()
        .any(|end| folded.ends_with(end))
}
