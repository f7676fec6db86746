//! Where do surnames stand behind initials?

use super::tokens::{LetterCase, Separator, Token};
use super::{NameSpan, is_unknown_name, without_genitive};
use crate::lexicon::{
    is_certain_surname, is_listed_surname, is_place_name, is_unambiguous_listed_surname, surname,
};

/// `A. Karlsson`, `K-E Nilsson`, `A K Lindqvist`
pub(super) fn name(tokens: &[Token], at: usize) -> Option<NameSpan> {
    let mut end = at;
    while tokens.get(end).is_some_and(|token| {
        let first = token.case == LetterCase::Initial || token.two_initials;
        first && (end == at || token.separator == Separator::Space)
    }) {
        end += 1;
    }
    let last = tokens.get(end).filter(|token| {
        end > at
            && end - at < 4
            && token.separator == Separator::Space
            && token.case != LetterCase::Lower
    })?;
    let normalized = without_genitive(&last.normalized);
    let mut parts: Vec<String> = tokens[at..end]
        .iter()
        .map(|token| token.normalized.clone())
        .collect();
    parts.push(normalized.to_owned());
    // I Lund begins a sentence; U. Björk is a person.
    let of_cell = tokens[at].separator == Separator::Cell
        && tokens
            .get(end + 1)
            .is_none_or(|next| next.separator != Separator::Space);
    let token = ["i", "a"].contains(&tokens[at].normalized.as_str());
    let initial = of_cell || !tokens[at].begins || !token;
    let listed = is_listed_surname(normalized) && !is_place_name(normalized) && initial;
    // B. Bakgrund is a heading; P-O Ask, T. K. Ask, and T. Ask within a line are persons.
    let many = end - at > 1 || tokens[at].two_initials;
    let dotted = last.range.start > tokens[end - 1].range.end + 1;
    let shaped = surname(normalized).is_some() && !is_definite(normalized);
    let likely = many || of_cell || dotted && !tokens[at].begins || shaped && initial;
    let unknown = is_unknown_name(last) && likely;
    (is_certain_surname(normalized)
        || is_unambiguous_listed_surname(normalized)
        || listed
        || unknown)
        .then_some(NameSpan {
            start: at,
            end: end + 1,
            parts,
        })
}

/// `Etappen`, `Starten`: endings of surnames that common tokens have as well.
fn is_definite(normalized: &str) -> bool {
    ["en", "in", "as", "by", "ska", "dal"]
        .iter()
        .any(|end| normalized.ends_with(end))
}
