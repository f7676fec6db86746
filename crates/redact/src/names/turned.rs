//! Where do names stand with the surname first?
//!
//! `Karlsson, Anna` says so by its words; in a list whose rows all begin so, names that no list
//! knows are told by the rows around them.

use super::lists::{
    Sign, first_name, is_common, is_organisation, is_place, is_sure_surname, surname,
};
use super::words::{Gap, Shape, Word};
use super::{Found, given, is_unknown_name};

/// `Karlsson, Anna`
pub(super) fn name(words: &[Word], at: usize) -> Option<Found> {
    let (last, first) = (&words[at], words.get(at + 1)?);
    let right = first.gap == Gap::Comma
        && first.shape == last.shape
        && surname(&last.folded).is_some()
        && (is_sure_surname(&last.folded) || last.begins)
        && first_name(&last.folded) != Some(Sign::Sure)
        && given(first) == Some(Sign::Sure);
    // Karlsson, Anna Ek and others: a list, not a turned name.
    let list = words.get(at + 2).is_some_and(|next| {
        next.gap == Gap::Space && next.shape != Shape::Lower && surname(&next.folded).is_some()
    });
    (right && !list).then(|| Found {
        start: at,
        end: at + 2,
        parts: vec![first.folded.clone(), last.folded.clone()],
    })
}

/// A row is one of a list where others of the same shape begin within so many words.
const NEAR: usize = 30;

/// `Bejarano Rojas, Luz Marina`, in a list of such rows.
pub(super) fn row(words: &[Word], at: usize) -> Option<Found> {
    let (comma, end) = shape(words, at)?;
    let around = at.saturating_sub(NEAR)..words.len().min(at + NEAR);
    let others = around.filter(|&other| other != at);
    let known = |&other: &usize| {
        shape(words, other).is_some_and(|(comma, _)| {
            let first = &words[comma];
            first.shape == Shape::Initial || given(first) == Some(Sign::Sure)
        })
    };
    (others.filter(known).count() > 1).then(|| Found {
        start: at,
        end,
        parts: [comma..end, at..comma]
            .into_iter()
            .flatten()
            .map(|word| words[word].folded.clone())
            .collect(),
    })
}

/// A row that begins with one or two words, a comma, and one or two words more: the places of the
/// first word behind the comma, and of what follows.
fn shape(words: &[Word], at: usize) -> Option<(usize, usize)> {
    let could_be = |word: &Word| {
        let other =
            is_common(&word.folded) || is_organisation(&word.folded) || is_place(&word.folded);
        word.shape == Shape::Capital
            && !other
            && (word.folded.len() < 3
                || given(word).is_some()
                || surname(&word.folded).is_some()
                || is_unknown_name(word))
    };
    if !(words[at].begins || words[at].gap == Gap::Other) || !could_be(&words[at]) {
        return None;
    }
    let beside = |place: usize| {
        words
            .get(place)
            .is_some_and(|word| word.gap == Gap::Space && could_be(word))
    };
    let comma = if beside(at + 1) { at + 2 } else { at + 1 };
    let first = words.get(comma)?;
    let end = if beside(comma + 1) {
        comma + 2
    } else {
        comma + 1
    };
    // Nora, Eda, Kil: a list in a row.
    let goes_on = words.get(end).is_some_and(|next| {
        next.gap == Gap::Comma && next.shape == Shape::Capital
            || next.gap == Gap::Space && next.shape != Shape::Lower
    });
    let initial = first.shape == Shape::Initial;
    (first.gap == Gap::Comma && (initial || could_be(first)) && !goes_on).then_some((comma, end))
}
