//! Where do names of persons stand?
//!
//! A name is known by one of its tokens ([`lists`]), or by the tokens around it ([`context`]). What
//! looks like one and is called by it (`Anna Lindhs minnesfond`, `Karlssons Bygg AB`) is none
//! ([`organisation`]).

mod forms;
mod initials;
mod labels;
pub(super) mod lowercase;
pub(super) mod organisation;
pub(super) mod tokens;

use std::ops::Range;

use crate::lexicon::{
    Certainty, first_name, has_word_suffix, is_certain_surname, is_common_word, is_listed_surname,
    is_organisation_word, is_place_name, is_unambiguous_listed_surname, surname,
};
use tokens::{LetterCase, Separator, Token};

/// A name that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// Byte offsets into the text.
    pub(super) range: Range<usize>,
    /// Its tokens, normalized, without particles and genitive, given names first.
    pub(super) parts: Vec<String>,
}

/// Finds the names among the tokens of one text, in order; none overlap.
pub(super) fn find(tokens: &[Token]) -> Vec<Name> {
    let mut names = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let found = after_label(tokens, at);
        let end = match found.last() {
            Some(last) => last.end,
            None => at,
        };
        names.extend(found.into_iter().map(|found| found.into_name(tokens)));
        if end > at {
            at = end;
            continue;
        }
        match likely_at(tokens, at) {
            Some(found) => {
                at = found.end;
                if !organisation::is_called_by(tokens, found.start, found.end) {
                    names.push(found.into_name(tokens));
                }
            }
            None => at += 1,
        }
    }
    names
}

/// The names that follow the label at a token, whatever their case.
fn after_label(tokens: &[Token], at: usize) -> Vec<NameSpan> {
    let written = labels::names(tokens, at);
    let small = lowercase::names(tokens, at);
    let end = |found: &[NameSpan]| found.last().map_or(0, |last| last.end);
    match end(&small) > end(&written) {
        true => small,
        false => written,
    }
}

/// Words that make a name.
#[derive(Debug, Clone)]
struct NameSpan {
    start: usize,
    end: usize,
    parts: Vec<String>,
}

impl NameSpan {
    fn into_name(self, tokens: &[Token]) -> Name {
        let last = &tokens[self.end - 1];
        // Karlssons: the s of the genitive stays.
        let genitive = last.normalized.ends_with('s')
            && self
                .parts
                .iter()
                .any(|part| last.normalized.strip_suffix('s') == Some(part))
            && !self.parts.contains(&last.normalized);
        Name {
            range: tokens[self.start].range.start..last.range.end - usize::from(genitive),
            parts: self.parts,
        }
    }
}

/// The name that begins at a token, and belongs to a person.
fn name_at(tokens: &[Token], at: usize) -> Option<NameSpan> {
    likely_at(tokens, at)
        .filter(|found| !organisation::is_called_by(tokens, found.start, found.end))
}

/// The name that begins at a token, a person's or one that something is called by.
fn likely_at(tokens: &[Token], at: usize) -> Option<NameSpan> {
    if let Some(found) = after_particle(tokens, at) {
        return Some(found);
    }
    if tokens[at].case == LetterCase::Lower || organisation::is_saint(tokens, at) {
        return None;
    }
    initials::name(tokens, at)
        .or_else(|| forms::surname_first(tokens, at))
        .or_else(|| forms::surname_first_row(tokens, at))
        .or_else(|| after_first_name(tokens, at))
        .or_else(|| before_surname(tokens, at))
        .or_else(|| before_age(tokens, at))
        .or_else(|| surname_alone(tokens, at))
}

/// What a token says as a given name; a double one speaks by its first half.
fn given(token: &Token) -> Option<Certainty> {
    first_name(&token.normalized).or_else(|| {
        token
            .half
            .as_deref()
            .and_then(first_name)
            .map(|_| Certainty::Certain)
    })
}

const PARTICLES: [&str; 18] = [
    "von", "af", "av", "de", "van", "der", "den", "el", "al", "bin", "da", "di", "la", "le", "ten",
    "ter", "ibn", "dos",
];

/// `af Trolle`, `von Essen`: tokens that stand before nothing but a name.
fn after_particle(tokens: &[Token], at: usize) -> Option<NameSpan> {
    let noble = ["af", "von"].contains(&tokens[at].normalized.as_str());
    let last = tokens.get(at + 1).filter(|last| {
        noble
            && last.separator == Separator::Space
            && last.case == LetterCase::Capitalized
            && is_unknown_name(last)
    })?;
    Some(NameSpan {
        start: at,
        end: at + 2,
        parts: vec![without_genitive(&last.normalized).to_owned()],
    })
}

/// The places of the particles from a token on, if a surname follows them.
fn particles(tokens: &[Token], from: usize) -> Option<usize> {
    let particle = |token: &&Token| {
        matches!(token.case, LetterCase::Lower | LetterCase::Capitalized)
            && token.separator == Separator::Space
            && PARTICLES.contains(&token.normalized.as_str())
    };
    let many = tokens[from..].iter().take(2).take_while(particle).count();
    let after = tokens.get(from + many)?;
    let surname = after.case == LetterCase::Capitalized
        && after.separator == Separator::Space
        && !is_place_name(&after.normalized)
        && !is_organisation_word(&after.normalized)
        && !is_common_word(&after.normalized);
    (many > 0 && surname).then_some(from + many)
}

/// `Anna Karlsson`, `Karl-Erik von Essen`, `Anna K. Ek Lind`, `Anna`
fn after_first_name(tokens: &[Token], at: usize) -> Option<NameSpan> {
    let token = &tokens[at];
    let genitive = token
        .normalized
        .strip_suffix('s')
        .filter(|stem| given(token).is_none() && first_name(stem) == Some(Certainty::Certain));
    if let Some(stem) = genitive {
        return (token.case == LetterCase::Capitalized).then(|| NameSpan {
            start: at,
            end: at + 1,
            parts: vec![stem.to_owned()],
        });
    }
    let certainty = given(token)?;
    let mut found = NameSpan {
        start: at,
        end: at + 1,
        parts: vec![token.normalized.clone()],
    };
    let mut surnames = 0;
    while let Some(next) = tokens.get(found.end) {
        if surnames < 2
            && let Some(after) = particles(tokens, found.end)
        {
            found.end = after;
            surnames = 0;
            continue;
        }
        let initial =
            next.case == LetterCase::Initial && next.separator == Separator::Space && surnames == 0;
        let after = tokens.get(found.end + 1);
        if initial && after.is_some_and(|after| may_follow(token, after, certainty)) {
            found.end += 1;
            continue;
        }
        // Lasse G was there.
        if initial
            && certainty == Certainty::Certain
            && found.parts.len() == 1
            && next.normalized != "i"
        {
            found.end += 1;
            break;
        }
        // Karl "Kalle" Ek
        let quoted = next.separator == Separator::Quote
            && next.case == LetterCase::Capitalized
            && surnames == 0;
        if quoted
            && after
                .is_some_and(|after| after.separator == Separator::Quote && is_unknown_name(after))
        {
            found.parts.push(next.normalized.clone());
            found.end += 1;
            continue;
        }
        let again = surnames > 0;
        if !may_follow(token, next, certainty)
            || again && !is_second_surname(next) && !is_last_of_name(next, after)
        {
            break;
        }
        let more = given(next).is_some()
            && surname(&next.normalized).is_none()
            && next.separator == Separator::Space;
        surnames += usize::from(!more);
        found.end += 1;
        let normalized = without_genitive(&next.normalized);
        found.parts.push(normalized.to_owned());
        if normalized.len() < next.normalized.len() || found.parts.len() > 4 {
            break;
        }
    }
    let alone = found.parts.len() == 1;
    match certainty {
        Certainty::Certain if alone => {
            (token.case == LetterCase::Capitalized && token.normalized.len() > 2).then_some(found)
        }
        Certainty::Certain => Some(found),
        Certainty::Ambiguous if alone => None,
        Certainty::Ambiguous => Some(found),
    }
}

/// Whether a token may be the surname, or one more given name, after a given name.
fn may_follow(first: &Token, next: &Token, certainty: Certainty) -> bool {
    let normalized = without_genitive(&next.normalized);
    let listed = surname(normalized);
    let near = match next.separator {
        Separator::Space | Separator::Quote => true,
        Separator::Line => listed.is_some() && given(next).is_none() && next.case == first.case,
        _ => false,
    };
    let written = match next.case {
        LetterCase::Capitalized => first.case == LetterCase::Capitalized || listed.is_some(),
        // IDA SE: what has capitals only is as often an abbreviation.
        LetterCase::Upper => {
            listed == Some(Certainty::Certain)
                || first.case == LetterCase::Upper
                    && (listed.is_some() || next.normalized.len() > 4)
        }
        LetterCase::Initial | LetterCase::Lower => false,
    };
    let other = is_common_word(&next.normalized)
        || is_organisation_word(&next.normalized)
        || is_place_name(&next.normalized);
    let named = listed == Some(Certainty::Certain)
        || is_listed_surname(normalized)
        || given(next).is_some();
    let token = certainty == Certainty::Ambiguous && has_word_suffix(normalized);
    near && written && !token && (!other || named)
}

/// `Wiik` in `Johan Nacke Wiik.`: nothing is known of it, and it is not the first token of more.
fn is_last_of_name(next: &Token, after: Option<&Token>) -> bool {
    let more = after.is_some_and(|after| {
        after.separator == Separator::Space && after.case != LetterCase::Lower
    });
    next.separator == Separator::Space
        && next.case == LetterCase::Capitalized
        && !next.begins
        && !more
        && is_unknown_name(next)
}

fn is_second_surname(next: &Token) -> bool {
    next.separator == Separator::Space
        && surname(without_genitive(&next.normalized)).is_some_and(|certainty| {
            certainty == Certainty::Certain || !is_place_name(&next.normalized)
        })
        && !is_common_word(&next.normalized)
        && (given(next).is_none() || is_listed_surname(&next.normalized))
}

/// `Mirjeta Karlsson`, `Mirjeta Hoxhaj Karlsson`: tokens that are none of the language before a
/// surname that is hardly anything else.
fn before_surname(tokens: &[Token], at: usize) -> Option<NameSpan> {
    let first = &tokens[at];
    let beside = |token: &Token| token.separator == Separator::Space && token.case == first.case;
    if !is_unknown_name(first) {
        return None;
    }
    let between = tokens
        .get(at + 1)
        .filter(|token| beside(token) && is_unknown_name(token) && given(token).is_none());
    let sure = |token: &&Token| {
        let normalized = without_genitive(&token.normalized);
        // Words of places end so, too: Trollsberg, Järnström.
        let place = ["berg", "strom", "gard", "dahl", "hagen"]
            .iter()
            .any(|end| normalized.ends_with(end));
        beside(token)
            && (is_unambiguous_listed_surname(normalized)
                || is_certain_surname(normalized) && !(first.begins && place))
    };
    let next = tokens.get(at + 1).filter(sure);
    let after = tokens
        .get(at + 2)
        .filter(sure)
        .filter(|_| between.is_some());
    let (last, end) = match (next, after) {
        (Some(last), _) => (last, at + 2),
        (None, Some(last)) => (last, at + 3),
        (None, None) => return None,
    };
    let normalized = without_genitive(&last.normalized).to_owned();
    let mut parts: Vec<String> = tokens[at..end - 1]
        .iter()
        .map(|token| token.normalized.clone())
        .collect();
    parts.push(normalized);
    Some(NameSpan {
        start: at,
        end,
        parts,
    })
}

/// `Tesfaye Bekele, 34 år`
fn before_age(tokens: &[Token], at: usize) -> Option<NameSpan> {
    let mut end = at;
    while tokens.get(end).is_some_and(|token| {
        end - at < 3 && (end == at || token.separator == Separator::Space) && is_unknown_name(token)
    }) {
        end += 1;
    }
    let aged = end > at && tokens[end - 1].aged;
    aged.then(|| NameSpan {
        start: at,
        end,
        parts: tokens[at..end]
            .iter()
            .map(|token| token.normalized.clone())
            .collect(),
    })
}

/// A token with a capital that nothing is known of, and that could be a name.
fn is_unknown_name(token: &Token) -> bool {
    let normalized = &token.normalized;
    matches!(token.case, LetterCase::Capitalized | LetterCase::Upper)
        && normalized.len() >= 3
        && !is_common_word(normalized)
        && !is_organisation_word(normalized)
        && !is_place_name(normalized)
        && !has_word_suffix(normalized)
        && !organisation::is_before(normalized)
}

/// `Karlsson`, `Karlssons`
fn surname_alone(tokens: &[Token], at: usize) -> Option<NameSpan> {
    let token = &tokens[at];
    let normalized = without_genitive(&token.normalized);
    let patronymic = ["sson", "qvist", "quist"]
        .iter()
        .any(|end| normalized.ends_with(end))
        && is_certain_surname(normalized);
    let sure = is_unambiguous_listed_surname(normalized) || patronymic;
    (token.case == LetterCase::Capitalized && sure && !is_place_name(normalized)).then(|| {
        NameSpan {
            start: at,
            end: at + 1,
            parts: vec![normalized.to_owned()],
        }
    })
}

/// The name without the s of the genitive, where without it it is known as a name.
pub(super) fn without_genitive(normalized: &str) -> &str {
    let Some(stem) = normalized.strip_suffix('s') else {
        return normalized;
    };
    let whole = first_name(normalized).is_some() || is_unambiguous_listed_surname(normalized);
    let known = first_name(stem).is_some() || surname(stem).is_some();
    if !whole && known && surname(normalized) != Some(Certainty::Certain) {
        stem
    } else {
        normalized
    }
}

#[cfg(test)]
mod tests;
