//! Full names: given names and surnames that the lexicon knows, alone or together.

use super::tokens::{LetterCase, Separator, Token};
use super::{
    NameSpan, PARTICLES, follows_space, given_name, is_other_word, is_unknown_name, parts,
    without_genitive,
};
use crate::lexicon::{
    Certainty, first_name, has_word_suffix, is_certain_surname, is_common_word, is_listed_surname,
    is_place_name, is_unambiguous_listed_surname, surname,
};

/// The most words of a name. Longer sequences of capitalized words are lists.
const MAX_PARTS: usize = 5;

/// A name that starts with a known given name: `Anna Karlsson`, `Karl-Erik von Essen`,
/// `Anna K. Ek Lind`, `Anna`.
pub(super) fn after_first_name(tokens: &[Token], at: usize) -> Option<NameSpan> {
    let first = &tokens[at];
    let Some(certainty) = given_name(first) else {
        return single_genitive(first, at);
    };
    let mut name = FullName::new(tokens, at, certainty);
    while name.extend() {}
    let is_single = name.parts.len() == 1;
    let is_person = match certainty {
        Certainty::Certain if is_single => {
            // `BO` and `Bo` alone are often something else.
            first.case == LetterCase::Capitalized && first.normalized.len() > 2
        }
        Certainty::Certain => true,
        Certainty::Ambiguous => !is_single,
    };
    is_person.then_some(NameSpan {
        start: at,
        end: name.end,
        parts: name.parts,
    })
}

/// A given name alone in the genitive: `Annas`.
fn single_genitive(token: &Token, at: usize) -> Option<NameSpan> {
    let stem = token
        .normalized
        .strip_suffix('s')
        .filter(|stem| first_name(stem) == Some(Certainty::Certain))?;
    (token.case == LetterCase::Capitalized).then(|| NameSpan {
        start: at,
        end: at + 1,
        parts: vec![stem.to_owned()],
    })
}

/// A name that is extended token by token.
struct FullName<'t> {
    tokens: &'t [Token],
    first: &'t Token,
    /// How certain the given name is.
    certainty: Certainty,
    end: usize,
    parts: Vec<String>,
    /// The number of surnames since the last particle.
    surnames: usize,
}

impl<'t> FullName<'t> {
    fn new(tokens: &'t [Token], at: usize, certainty: Certainty) -> Self {
        Self {
            tokens,
            first: &tokens[at],
            certainty,
            end: at + 1,
            parts: vec![tokens[at].normalized.clone()],
            surnames: 0,
        }
    }

    /// Adds the next token if it belongs to the name. Returns whether more may follow.
    fn extend(&mut self) -> bool {
        let tokens = self.tokens;
        let Some(next) = tokens.get(self.end) else {
            return false;
        };
        let after = tokens.get(self.end + 1);
        if self.surnames < 2
            && let Some(end) = after_particles(tokens, self.end)
        {
            self.end = end;
            self.surnames = 0;
            return true;
        }
        if self.surnames == 0 && next.case == LetterCase::Initial && follows_space(next) {
            if after.is_some_and(|after| self.may_continue_with(after)) {
                self.end += 1;
                return true;
            }
            // `Lasse G var där`; `i` is a preposition.
            if self.certainty == Certainty::Certain
                && self.parts.len() == 1
                && next.normalized != "i"
            {
                self.end += 1;
                return false;
            }
        }
        if self.surnames == 0 && is_nickname(next, after) {
            self.parts.push(next.normalized.clone());
            self.end += 1;
            return true;
        }
        self.add_name(next, after)
    }

    /// Adds a given name or a surname. Returns whether more may follow.
    fn add_name(&mut self, next: &Token, after: Option<&Token>) -> bool {
        let may_repeat =
            self.surnames == 0 || is_second_surname(next) || is_last_of_name(next, after);
        if !self.may_continue_with(next) || !may_repeat {
            return false;
        }
        let is_given_name = given_name(next).is_some()
            && surname(&next.normalized).is_none()
            && follows_space(next);
        self.surnames += usize::from(!is_given_name);
        self.end += 1;
        let name = without_genitive(&next.normalized);
        self.parts.push(name.to_owned());
        let has_genitive = name.len() < next.normalized.len();
        !has_genitive && self.parts.len() < MAX_PARTS
    }

    /// Whether a token may be a surname, or one more given name, after the given name.
    fn may_continue_with(&self, next: &Token) -> bool {
        let (first, certainty) = (self.first, self.certainty);
        let name = without_genitive(&next.normalized);
        let listed = surname(name);
        let is_near = match next.separator {
            Separator::Space | Separator::Quote => true,
            // On the next line, only what is known as a surname and written alike.
            Separator::Line => {
                listed.is_some() && given_name(next).is_none() && next.case == first.case
            }
            _ => false,
        };
        let is_written_as_name = match next.case {
            LetterCase::Capitalized => first.case == LetterCase::Capitalized || listed.is_some(),
            // `IDA SE`: a short word in capitals is as often an abbreviation.
            LetterCase::Upper => {
                listed == Some(Certainty::Certain)
                    || first.case == LetterCase::Upper
                        && (listed.is_some() || next.normalized.len() > 4)
            }
            LetterCase::Initial | LetterCase::Lower => false,
        };
        let is_name = listed == Some(Certainty::Certain)
            || is_listed_surname(name)
            || given_name(next).is_some();
        // `Per deltagare`, `Hans Utredning`: the given name is a common word as well.
        let is_word = certainty == Certainty::Ambiguous && has_word_suffix(name);
        is_near && is_written_as_name && !is_word && (is_name || !is_other_word(&next.normalized))
    }
}

/// Whether a token is a nickname in quotation marks: `Karl "Kalle" Ek`.
fn is_nickname(token: &Token, after: Option<&Token>) -> bool {
    token.separator == Separator::Quote
        && token.case == LetterCase::Capitalized
        && after.is_some_and(|after| after.separator == Separator::Quote && is_unknown_name(after))
}

/// The index after the particles from a token on, if a surname follows them.
fn after_particles(tokens: &[Token], from: usize) -> Option<usize> {
    let is_particle = |token: &&Token| {
        matches!(token.case, LetterCase::Lower | LetterCase::Capitalized)
            && follows_space(token)
            && PARTICLES.contains(&token.normalized.as_str())
    };
    let count = tokens[from..]
        .iter()
        .take(2)
        .take_while(is_particle)
        .count();
    let after = tokens.get(from + count)?;
    let is_surname = after.case == LetterCase::Capitalized
        && follows_space(after)
        && !is_other_word(&after.normalized);
    (count > 0 && is_surname).then_some(from + count)
}

/// Whether an unknown word ends a name: `Wiik` in `Johan Nacke Wiik.`, where it is not the first word
/// of something else.
fn is_last_of_name(next: &Token, after: Option<&Token>) -> bool {
    let more_follows =
        after.is_some_and(|after| follows_space(after) && after.case != LetterCase::Lower);
    follows_space(next)
        && next.case == LetterCase::Capitalized
        && !next.starts_sentence
        && !more_follows
        && is_unknown_name(next)
}

/// Whether a token is a surname after another one: `Anna Ek Lind`.
fn is_second_surname(next: &Token) -> bool {
    let listed = surname(without_genitive(&next.normalized));
    follows_space(next)
        && listed.is_some_and(|certainty| {
            certainty == Certainty::Certain || !is_place_name(&next.normalized)
        })
        && !is_common_word(&next.normalized)
        && (given_name(next).is_none() || is_listed_surname(&next.normalized))
}

/// Suffixes of surnames that places have too, normalized: `Trollsberg`, `Järnström`.
const PLACE_SUFFIXES: [&str; 5] = ["berg", "strom", "gard", "dahl", "hagen"];

/// Unknown words before a surname that is hardly anything else: `Mirjeta Karlsson`,
/// `Mirjeta Hoxhaj Karlsson`.
pub(super) fn before_surname(tokens: &[Token], at: usize) -> Option<NameSpan> {
    let first = &tokens[at];
    if !is_unknown_name(first) {
        return None;
    }
    let is_adjacent = |token: &Token| follows_space(token) && token.case == first.case;
    let is_surname = |token: &Token| {
        let name = without_genitive(&token.normalized);
        // At the start of a sentence, the first word has a capital in any case.
        let may_be_place =
            first.starts_sentence && PLACE_SUFFIXES.iter().any(|suffix| name.ends_with(suffix));
        is_adjacent(token)
            && (is_unambiguous_listed_surname(name) || is_certain_surname(name) && !may_be_place)
    };
    let is_middle_name =
        |token: &Token| is_adjacent(token) && is_unknown_name(token) && given_name(token).is_none();
    let next = tokens.get(at + 1)?;
    let end = if is_surname(next) {
        at + 2
    } else if is_middle_name(next) && tokens.get(at + 2).is_some_and(is_surname) {
        at + 3
    } else {
        return None;
    };
    let mut parts = parts(&tokens[at..end - 1]);
    parts.push(without_genitive(&tokens[end - 1].normalized).to_owned());
    Some(NameSpan {
        start: at,
        end,
        parts,
    })
}

/// Suffixes of surnames that are recognized alone, normalized.
// Other strong suffixes end names of places and companies too (`Kungsberg`): they need a second word.
const SINGLE_SURNAME_SUFFIXES: [&str; 3] = ["sson", "qvist", "quist"];

/// A surname alone: `Karlsson`, `Karlssons`.
pub(super) fn single_surname(tokens: &[Token], at: usize) -> Option<NameSpan> {
    let token = &tokens[at];
    let name = without_genitive(&token.normalized);
    let has_suffix = SINGLE_SURNAME_SUFFIXES
        .iter()
        .any(|suffix| name.ends_with(suffix));
    let is_surname = is_unambiguous_listed_surname(name) || has_suffix && is_certain_surname(name);
    (token.case == LetterCase::Capitalized && is_surname && !is_place_name(name)).then(|| {
        NameSpan {
            start: at,
            end: at + 1,
            parts: vec![name.to_owned()],
        }
    })
}
