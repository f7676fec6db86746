//! Names after labels and titles: `Kontaktperson: …`, `rektor …`, `Vänliga hälsningar …`.
//!
//! The name may be in no list. It has at least two capitalized words, or one after a title, and none of
//! them is an organisation's.

use super::tokens::{LetterCase, Separator, Token};
use super::{
    NameSpan, follows_space, is_other_word, is_unknown_name, name_at, organisation,
    without_genitive,
};
use crate::lexicon::{Certainty, first_name, is_name_label, surname};

/// Titles that a surname alone may follow, normalized.
const TITLES: [&str; 14] = [
    "rektor",
    "doktor",
    "dr",
    "professor",
    "docent",
    "kommunalrad",
    "fru",
    "herr",
    "froken",
    "kyrkoherde",
    "statsrad",
    "landshovding",
    "advokat",
    "kurator",
];

/// Words between a label and the name, normalized: `Kontaktperson är …`.
const BETWEEN: [&str; 9] = [
    "ar", "var", "heter", "blir", "namn", "och", "samt", "person", "titel",
];

/// The most words between a label and the name.
const MAX_BETWEEN: usize = 2;

/// The most words of a name that no list knows. More are a heading or a list.
const MAX_TOKENS: usize = 4;

/// The names that follow the label at a token, also several in a row.
pub(super) fn names(tokens: &[Token], at: usize) -> Vec<NameSpan> {
    let label = tokens[at].normalized.as_str();
    let mut names = Vec::new();
    if !is_name_label(label) {
        return names;
    }
    let is_title = TITLES.contains(&label);
    let mut next = after_words_between(tokens, at + 1);
    while let Some(name) = name_after(tokens, next, is_title && names.is_empty()) {
        next = name.end;
        names.push(name);
        // Mirjeta Hoxhaj, Besnik Krasniqi och Arta Gashi
        match tokens.get(next) {
            Some(token) if token.separator == Separator::Comma => {}
            Some(token) if is_and(token) => next += 1,
            _ => break,
        }
    }
    names
}

/// The index after the words between a label and the name.
fn after_words_between(tokens: &[Token], start: usize) -> usize {
    let between = tokens[start..]
        .iter()
        .take(MAX_BETWEEN)
        .take_while(|token| {
            let word = token.normalized.as_str();
            word == "namn" || token.case == LetterCase::Lower && BETWEEN.contains(&word)
        });
    start + between.count()
}

/// Whether a token joins two names.
pub(super) fn is_and(token: &Token) -> bool {
    ["och", "samt"].contains(&token.normalized.as_str())
}

/// The name that starts at a token after a label.
fn name_after(tokens: &[Token], start: usize, is_after_title: bool) -> Option<NameSpan> {
    let first = tokens.get(start)?;
    if first.separator == Separator::Other && !first.starts_sentence {
        return None;
    }
    let known = name_at(tokens, start);
    let end = end_of_unknown(tokens, start);
    if known.as_ref().is_some_and(|known| known.end >= end) {
        return known;
    }
    let next = tokens.get(end);
    // On the next line, a name is alone. Words that continue are the next heading.
    let is_alone =
        first.separator != Separator::Line || next.is_none_or(|next| !follows_space(next));
    let is_single_surname = is_after_title
        && follows_space(first)
        && first.case == LetterCase::Capitalized
        && next.is_none_or(|next| next.case == LetterCase::Lower || !follows_space(next));
    let is_name = match end - start {
        0 => false,
        1 => is_single_surname,
        _ => is_alone,
    };
    if !is_name || organisation::is_named_after(tokens, start, end) {
        return known;
    }
    let parts = tokens[start..end]
        .iter()
        .filter(|token| token.case != LetterCase::Initial)
        .map(|token| without_genitive(&token.normalized).to_owned())
        .collect();
    Some(NameSpan { start, end, parts })
}

/// The index after all tokens from `start` on that may be a name.
fn end_of_unknown(tokens: &[Token], start: usize) -> usize {
    let mut end = start;
    while tokens.get(end).is_some_and(|token| {
        end - start < MAX_TOKENS
            && (end == start || follows_space(token))
            && (may_be_name(token) || end > start && token.case == LetterCase::Initial)
    }) {
        end += 1;
    }
    end
}

/// Whether a token may be a name where a label announces one.
fn may_be_name(token: &Token) -> bool {
    let word = &token.normalized;
    let is_listed = first_name(word) == Some(Certainty::Certain) || surname(word).is_some();
    let is_word = !matches!(token.case, LetterCase::Lower | LetterCase::Initial);
    is_unknown_name(token)
        || is_word && is_listed && !is_other_word(word)
        || token.case == LetterCase::Capitalized && first_name(word).is_some()
}
