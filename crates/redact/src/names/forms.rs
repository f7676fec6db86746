//! Where do names stand with the surname first?
//!
//! `Karlsson, Anna` says so by its tokens; in a list whose rows all begin so, names that no list
//! knows are told by the rows around them.

use super::tokens::{LetterCase, Separator, Token};
use super::{NameSpan, given, is_unknown_name};
use crate::lexicon::{
    Certainty, first_name, is_certain_surname, is_common_word, is_organisation_word, is_place_name,
    surname,
};

/// `Karlsson, Anna`
pub(super) fn surname_first(tokens: &[Token], at: usize) -> Option<NameSpan> {
    let (last, first) = (&tokens[at], tokens.get(at + 1)?);
    let right = first.separator == Separator::Comma
        && first.case == last.case
        && surname(&last.normalized).is_some()
        && (is_certain_surname(&last.normalized) || last.begins)
        && first_name(&last.normalized) != Some(Certainty::Certain)
        && given(first) == Some(Certainty::Certain);
    // Karlsson, Anna Ek and others: a list, not a turned name.
    let list = tokens.get(at + 2).is_some_and(|next| {
        next.separator == Separator::Space
            && next.case != LetterCase::Lower
            && surname(&next.normalized).is_some()
    });
    (right && !list).then(|| NameSpan {
        start: at,
        end: at + 2,
        parts: vec![first.normalized.clone(), last.normalized.clone()],
    })
}

/// A row is one of a list where others of the same shape begin within so many tokens.
const NEAR: usize = 30;

/// `Bejarano Rojas, Luz Marina`, in a list of such rows.
pub(super) fn surname_first_row(tokens: &[Token], at: usize) -> Option<NameSpan> {
    let (comma, end) = shape(tokens, at)?;
    let around = at.saturating_sub(NEAR)..tokens.len().min(at + NEAR);
    let others = around.filter(|&other| other != at);
    let known = |&other: &usize| {
        shape(tokens, other).is_some_and(|(comma, _)| {
            let first = &tokens[comma];
            first.case == LetterCase::Initial || given(first) == Some(Certainty::Certain)
        })
    };
    (others.filter(known).count() > 1).then(|| NameSpan {
        start: at,
        end,
        parts: [comma..end, at..comma]
            .into_iter()
            .flatten()
            .map(|token| tokens[token].normalized.clone())
            .collect(),
    })
}

/// A row that begins with one or two tokens, a comma, and one or two tokens more: the places of the
/// first token behind the comma, and of what follows.
fn shape(tokens: &[Token], at: usize) -> Option<(usize, usize)> {
    let could_be = |token: &Token| {
        let other = is_common_word(&token.normalized)
            || is_organisation_word(&token.normalized)
            || is_place_name(&token.normalized);
        token.case == LetterCase::Capitalized
            && !other
            && (token.normalized.len() < 3
                || given(token).is_some()
                || surname(&token.normalized).is_some()
                || is_unknown_name(token))
    };
    if !(tokens[at].begins || tokens[at].separator == Separator::Other) || !could_be(&tokens[at]) {
        return None;
    }
    let beside = |place: usize| {
        tokens
            .get(place)
            .is_some_and(|token| token.separator == Separator::Space && could_be(token))
    };
    let comma = if beside(at + 1) { at + 2 } else { at + 1 };
    let first = tokens.get(comma)?;
    let end = if beside(comma + 1) {
        comma + 2
    } else {
        comma + 1
    };
    // Nora, Eda, Kil: a list in a row.
    let goes_on = tokens.get(end).is_some_and(|next| {
        next.separator == Separator::Comma && next.case == LetterCase::Capitalized
            || next.separator == Separator::Space && next.case != LetterCase::Lower
    });
    let initial = first.case == LetterCase::Initial;
    (first.separator == Separator::Comma && (initial || could_be(first)) && !goes_on)
        .then_some((comma, end))
}
