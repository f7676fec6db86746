//! Names of persons.
//!
//! A name is recognized by a label before it ([`labels`], [`lowercase`]), by its written form
//! ([`forms`]), or by its words ([`full_names`] and the lexicon). What is only called by a person's
//! name (`Anna Lindhs minnesfond`, `Karlssons Bygg AB`) is not a person ([`organisation`]).

mod forms;
mod full_names;
mod labels;
pub(super) mod lowercase;
pub(super) mod organisation;
pub(super) mod tokens;

use std::ops::Range;

use crate::lexicon::{
    Certainty, first_name, has_word_suffix, is_common_word, is_organisation_prefix,
    is_organisation_word, is_place_name, is_unambiguous_listed_surname, surname,
};
use tokens::{LetterCase, Separator, Token};

/// A name in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// Byte offsets into the text.
    pub(super) range: Range<usize>,
    /// Its words, normalized, given names first, without particles and genitive.
    pub(super) parts: Vec<String>,
}

/// A name in the tokens of a text.
#[derive(Debug, Clone)]
struct NameSpan {
    /// The index of its first token.
    start: usize,
    /// The index after its last token.
    end: usize,
    parts: Vec<String>,
}

impl NameSpan {
    fn into_name(self, tokens: &[Token]) -> Name {
        let last = &tokens[self.end - 1];
        // The genitive s of `Karlssons` is not part of the name.
        let has_genitive = !self.parts.contains(&last.normalized)
            && last
                .normalized
                .strip_suffix('s')
                .is_some_and(|stem| self.parts.iter().any(|part| part == stem));
        let end = last.range.end - usize::from(has_genitive);
        Name {
            range: tokens[self.start].range.start..end,
            parts: self.parts,
        }
    }
}

/// The names among the tokens of a text; ordered, without overlaps.
pub(super) fn find(tokens: &[Token]) -> Vec<Name> {
    let mut names = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let labeled = after_label(tokens, at);
        if let Some(last) = labeled.last() {
            at = last.end;
            names.extend(labeled.into_iter().map(|span| span.into_name(tokens)));
        } else if let Some(span) = candidate_at(tokens, at) {
            at = span.end;
            if !organisation::is_named_after(tokens, span.start, span.end) {
                names.push(span.into_name(tokens));
            }
        } else {
            at += 1;
        }
    }
    names
}

/// The names that follow the label at a token. In lowercase if that finds more.
fn after_label(tokens: &[Token], at: usize) -> Vec<NameSpan> {
    let capitalized = labels::names(tokens, at);
    let lowercase = lowercase::names(tokens, at);
    let end = |names: &[NameSpan]| names.last().map_or(0, |last| last.end);
    if end(&lowercase) > end(&capitalized) {
        lowercase
    } else {
        capitalized
    }
}

/// The name of a person that starts at a token.
fn name_at(tokens: &[Token], at: usize) -> Option<NameSpan> {
    candidate_at(tokens, at)
        .filter(|span| !organisation::is_named_after(tokens, span.start, span.end))
}

/// The name that starts at a token: of a person, or of something that is named after one.
fn candidate_at(tokens: &[Token], at: usize) -> Option<NameSpan> {
    if let Some(span) = forms::after_noble_particle(tokens, at) {
        return Some(span);
    }
    if tokens[at].case == LetterCase::Lower || organisation::is_saint(tokens, at) {
        return None;
    }
    forms::after_initials(tokens, at)
        .or_else(|| forms::surname_first(tokens, at))
        .or_else(|| forms::surname_first_row(tokens, at))
        .or_else(|| full_names::after_first_name(tokens, at))
        .or_else(|| full_names::before_surname(tokens, at))
        .or_else(|| forms::before_age(tokens, at))
        .or_else(|| full_names::single_surname(tokens, at))
}

/// Whether a token is a given name. The first half decides for a double name.
fn given_name(token: &Token) -> Option<Certainty> {
    first_name(&token.normalized).or_else(|| {
        let half = token.first_half.as_deref()?;
        first_name(half).map(|_| Certainty::Certain)
    })
}

/// Particles of surnames, normalized.
const PARTICLES: [&str; 18] = [
    "von", "af", "av", "de", "van", "der", "den", "el", "al", "bin", "da", "di", "la", "le", "ten",
    "ter", "ibn", "dos",
];

/// Whether a token has a capital, is in no list, and may be a name.
fn is_unknown_name(token: &Token) -> bool {
    let word = &token.normalized;
    matches!(token.case, LetterCase::Capitalized | LetterCase::Upper)
        && word.len() >= 3
        && !is_other_word(word)
        && !has_word_suffix(word)
        && !is_organisation_prefix(word)
}

/// Whether a word is known as something else than a name.
fn is_other_word(word: &str) -> bool {
    is_common_word(word) || is_organisation_word(word) || is_place_name(word)
}

/// A name without the s of the genitive, if it is known as a name without it, and not with it.
fn without_genitive(name: &str) -> &str {
    let Some(stem) = name.strip_suffix('s') else {
        return name;
    };
    // Hans, Andreas, Fors
    let is_whole = first_name(name).is_some()
        || is_unambiguous_listed_surname(name)
        || surname(name) == Some(Certainty::Certain);
    let is_known = first_name(stem).is_some() || surname(stem).is_some();
    if !is_whole && is_known { stem } else { name }
}

/// The normalized words of tokens.
fn parts<'t>(tokens: impl IntoIterator<Item = &'t Token>) -> Vec<String> {
    let words = tokens.into_iter().map(|token| token.normalized.clone());
    words.collect()
}

/// Whether a token follows the one before after a single space.
fn follows_space(token: &Token) -> bool {
    token.separator == Separator::Space
}

#[cfg(test)]
mod tests;
