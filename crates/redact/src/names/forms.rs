//! Written forms of names: initials, surname first, noble particles, and an age behind the name.

use super::tokens::{LetterCase, Separator, Token};
use super::{
    NameSpan, follows_space, given_name, is_other_word, is_unknown_name, parts, without_genitive,
};
use crate::lexicon::{
    Certainty, first_name, is_certain_surname, is_listed_surname, is_place_name,
    is_unambiguous_listed_surname, surname,
};

/// A surname after initials: `A. Karlsson`, `K-E Nilsson`, `A K Lindqvist`.
pub(super) fn after_initials(tokens: &[Token], at: usize) -> Option<NameSpan> {
    let end = after_all_initials(tokens, at);
    let last = tokens
        .get(end)
        .filter(|token| follows_space(token) && token.case != LetterCase::Lower)?;
    // More than three letters are an abbreviation or a list.
    if end == at || end - at > 3 {
        return None;
    }
    let name = without_genitive(&last.normalized);
    let is_listed = is_certain_surname(name) || is_unambiguous_listed_surname(name) || {
        is_listed_surname(name) && !is_place_name(name) && is_initial(tokens, at, end)
    };
    let is_unknown = is_unknown_name(last) && announces_unknown(tokens, at, end, name);
    if !is_listed && !is_unknown {
        return None;
    }
    let mut parts = parts(&tokens[at..end]);
    parts.push(name.to_owned());
    Some(NameSpan {
        start: at,
        end: end + 1,
        parts,
    })
}

/// The index after all initials from a token on.
fn after_all_initials(tokens: &[Token], at: usize) -> usize {
    let mut end = at;
    while tokens.get(end).is_some_and(|token| {
        let is_initial = token.case == LetterCase::Initial || token.is_initial_pair;
        is_initial && (end == at || follows_space(token))
    }) {
        end += 1;
    }
    end
}

/// Whether the first initial is none of the words `I` and `Å` that start a sentence: `I Lund`, but
/// `U. Björk`.
fn is_initial(tokens: &[Token], at: usize, end: usize) -> bool {
    let first = &tokens[at];
    let may_be_word = ["i", "a"].contains(&first.normalized.as_str());
    fills_cell(tokens, at, end) || !first.starts_sentence || !may_be_word
}

/// Whether a cell of a table has only the initials and one more word.
fn fills_cell(tokens: &[Token], at: usize, end: usize) -> bool {
    tokens[at].separator == Separator::Cell
        && tokens.get(end + 1).is_none_or(|next| !follows_space(next))
}

/// Whether initials announce a surname that no list knows. `B. Bakgrund` is a heading; `P-O Ask`,
/// `T. K. Ask`, and `T. Ask` inside a sentence are persons.
fn announces_unknown(tokens: &[Token], at: usize, end: usize, name: &str) -> bool {
    let first = &tokens[at];
    let has_several = end - at > 1 || first.is_initial_pair;
    let has_point = tokens[end].range.start > tokens[end - 1].range.end + 1;
    let has_surname_suffix = surname(name).is_some() && !is_definite(name);
    has_several
        || fills_cell(tokens, at, end)
        || has_point && !first.starts_sentence
        || has_surname_suffix && is_initial(tokens, at, end)
}

/// Whether a word has a suffix of surnames that is also an ending of nouns: `Etappen`, `Starten`.
fn is_definite(word: &str) -> bool {
    const SUFFIXES: [&str; 6] = ["en", "in", "as", "by", "ska", "dal"];
    SUFFIXES.iter().any(|suffix| word.ends_with(suffix))
}

/// A surname, a comma and a given name: `Karlsson, Anna`.
pub(super) fn surname_first(tokens: &[Token], at: usize) -> Option<NameSpan> {
    let (last, first) = (&tokens[at], tokens.get(at + 1)?);
    let is_name = first.separator == Separator::Comma
        && first.case == last.case
        && surname(&last.normalized).is_some()
        && (is_certain_surname(&last.normalized) || last.starts_sentence)
        && first_name(&last.normalized) != Some(Certainty::Certain)
        && given_name(first) == Some(Certainty::Certain);
    // `Karlsson, Anna Ek`: a list of persons.
    let is_list = tokens.get(at + 2).is_some_and(|next| {
        follows_space(next) && next.case != LetterCase::Lower && surname(&next.normalized).is_some()
    });
    (is_name && !is_list).then(|| NameSpan {
        start: at,
        end: at + 2,
        parts: vec![first.normalized.clone(), last.normalized.clone()],
    })
}

/// The distance in tokens within which other rows of a list are searched.
// A row has three or four tokens: 30 are at least seven rows before and after. Each candidate looks at
// every token within this distance.
const ROW_DISTANCE: usize = 30;

/// An unknown name with its surname first, in a list of such rows: `Bejarano Rojas, Luz Marina`.
pub(super) fn surname_first_row(tokens: &[Token], at: usize) -> Option<NameSpan> {
    let row = Row::at(tokens, at)?;
    let near = at.saturating_sub(ROW_DISTANCE)..tokens.len().min(at + ROW_DISTANCE);
    let others = near.filter(|&other| other != at);
    let is_known = |&other: &usize| {
        Row::at(tokens, other).is_some_and(|row| {
            let first = &tokens[row.comma];
            first.case == LetterCase::Initial || given_name(first) == Some(Certainty::Certain)
        })
    };
    // One other row may be chance: `Björk, Ek och Asp`.
    (others.filter(is_known).count() > 1).then(|| NameSpan {
        start: at,
        end: row.end,
        parts: parts(
            tokens[row.comma..row.end]
                .iter()
                .chain(&tokens[at..row.comma]),
        ),
    })
}

/// One or two words, a comma, and one or two words more.
struct Row {
    /// The index of the first token after the comma.
    comma: usize,
    /// The index after the last token.
    end: usize,
}

impl Row {
    /// The row that starts at a token.
    fn at(tokens: &[Token], at: usize) -> Option<Self> {
        let first = &tokens[at];
        let starts_row = first.starts_sentence || first.separator == Separator::Other;
        if !starts_row || !may_be_in_row(first) {
            return None;
        }
        let continues = |index: usize| {
            tokens
                .get(index)
                .is_some_and(|token| follows_space(token) && may_be_in_row(token))
        };
        let comma = at + if continues(at + 1) { 2 } else { 1 };
        let given = tokens.get(comma)?;
        let end = comma + if continues(comma + 1) { 2 } else { 1 };
        // `Nora, Eda, Kil`: a list on one line.
        let is_list = tokens.get(end).is_some_and(|next| {
            next.separator == Separator::Comma && next.case == LetterCase::Capitalized
                || follows_space(next) && next.case != LetterCase::Lower
        });
        let is_name = given.case == LetterCase::Initial || may_be_in_row(given);
        (given.separator == Separator::Comma && is_name && !is_list).then_some(Self { comma, end })
    }
}

fn may_be_in_row(token: &Token) -> bool {
    token.case == LetterCase::Capitalized
        && !is_other_word(&token.normalized)
        && (token.normalized.len() < 3
            || given_name(token).is_some()
            || surname(&token.normalized).is_some()
            || is_unknown_name(token))
}

/// A surname after a particle that is no other word: `af Trolle`, `von Essen`.
pub(super) fn after_noble_particle(tokens: &[Token], at: usize) -> Option<NameSpan> {
    let is_particle = ["af", "von"].contains(&tokens[at].normalized.as_str());
    let surname = tokens.get(at + 1).filter(|surname| {
        is_particle
            && follows_space(surname)
            && surname.case == LetterCase::Capitalized
            && is_unknown_name(surname)
    })?;
    Some(NameSpan {
        start: at,
        end: at + 2,
        parts: vec![without_genitive(&surname.normalized).to_owned()],
    })
}

/// Up to three unknown words before an age: `Tesfaye Bekele, 34 år`.
pub(super) fn before_age(tokens: &[Token], at: usize) -> Option<NameSpan> {
    let mut end = at;
    while tokens.get(end).is_some_and(|token| {
        end - at < 3 && (end == at || follows_space(token)) && is_unknown_name(token)
    }) {
        end += 1;
    }
    let is_person = end > at && tokens[end - 1].is_before_age;
    is_person.then(|| NameSpan {
        start: at,
        end,
        parts: parts(&tokens[at..end]),
    })
}
