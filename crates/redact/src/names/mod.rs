//! Where do names of persons stand?
//!
//! A name is known by one of its words ([`lists`]), or by the words around it ([`context`]). What
//! looks like one and is called by it (`Anna Lindhs minnesfond`, `Karlssons Bygg AB`) is none
//! ([`organisation`]).

mod context;
mod initials;
pub(super) mod lists;
pub(super) mod lowercase;
pub(super) mod organisation;
mod turned;
pub(super) mod words;

use std::ops::Range;

use lists::{
    Sign, first_name, is_common, is_listed_surname, is_organisation, is_place, is_sure_surname,
    is_surname_of_list, is_word_shaped, surname,
};
use words::{Gap, Shape, Word};

/// A name that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// Byte offsets into the text.
    pub(super) range: Range<usize>,
    /// Its words, folded, without particles and genitive, given names first.
    pub(super) parts: Vec<String>,
}

/// Finds the names among the words of one text, in order; none overlap.
pub(super) fn find(words: &[Word]) -> Vec<Name> {
    let mut names = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let found = after_label(words, at);
        let end = match found.last() {
            Some(last) => last.end,
            None => at,
        };
        names.extend(found.into_iter().map(|found| found.told(words)));
        if end > at {
            at = end;
            continue;
        }
        match likely_at(words, at) {
            Some(found) => {
                at = found.end;
                if !organisation::is_called_by(words, found.start, found.end) {
                    names.push(found.told(words));
                }
            }
            None => at += 1,
        }
    }
    names
}

/// The names that follow the label at a word, whatever their case.
fn after_label(words: &[Word], at: usize) -> Vec<Found> {
    let written = context::names(words, at);
    let small = lowercase::names(words, at);
    let end = |found: &[Found]| found.last().map_or(0, |last| last.end);
    match end(&small) > end(&written) {
        true => small,
        false => written,
    }
}

/// Words that make a name.
#[derive(Debug, Clone)]
struct Found {
    start: usize,
    end: usize,
    parts: Vec<String>,
}

impl Found {
    fn told(self, words: &[Word]) -> Name {
        let last = &words[self.end - 1];
        // Karlssons: the s of the genitive stays.
        let genitive = last.folded.ends_with('s')
            && self
                .parts
                .iter()
                .any(|part| last.folded.strip_suffix('s') == Some(part))
            && !self.parts.contains(&last.folded);
        Name {
            range: words[self.start].range.start..last.range.end - usize::from(genitive),
            parts: self.parts,
        }
    }
}

/// The name that begins at a word, and belongs to a person.
fn name_at(words: &[Word], at: usize) -> Option<Found> {
    likely_at(words, at).filter(|found| !organisation::is_called_by(words, found.start, found.end))
}

/// The name that begins at a word, a person's or one that something is called by.
fn likely_at(words: &[Word], at: usize) -> Option<Found> {
    if let Some(found) = after_particle(words, at) {
        return Some(found);
    }
    if words[at].shape == Shape::Lower || organisation::is_saint(words, at) {
        return None;
    }
    initials::name(words, at)
        .or_else(|| turned::name(words, at))
        .or_else(|| turned::row(words, at))
        .or_else(|| after_first_name(words, at))
        .or_else(|| before_surname(words, at))
        .or_else(|| before_age(words, at))
        .or_else(|| surname_alone(words, at))
}

/// What a word says as a given name; a double one speaks by its first half.
fn given(word: &Word) -> Option<Sign> {
    first_name(&word.folded).or_else(|| {
        word.half
            .as_deref()
            .and_then(first_name)
            .map(|_| Sign::Sure)
    })
}

const PARTICLES: [&str; 18] = [
    "von", "af", "av", "de", "van", "der", "den", "el", "al", "bin", "da", "di", "la", "le", "ten",
    "ter", "ibn", "dos",
];

/// `af Trolle`, `von Essen`: words that stand before nothing but a name.
fn after_particle(words: &[Word], at: usize) -> Option<Found> {
    let noble = ["af", "von"].contains(&words[at].folded.as_str());
    let last = words.get(at + 1).filter(|last| {
        noble && last.gap == Gap::Space && last.shape == Shape::Capital && is_unknown_name(last)
    })?;
    Some(Found {
        start: at,
        end: at + 2,
        parts: vec![without_genitive(&last.folded).to_owned()],
    })
}

/// The places of the particles from a word on, if a surname follows them.
fn particles(words: &[Word], from: usize) -> Option<usize> {
    let particle = |word: &&Word| {
        matches!(word.shape, Shape::Lower | Shape::Capital)
            && word.gap == Gap::Space
            && PARTICLES.contains(&word.folded.as_str())
    };
    let many = words[from..].iter().take(2).take_while(particle).count();
    let after = words.get(from + many)?;
    let surname = after.shape == Shape::Capital
        && after.gap == Gap::Space
        && !is_place(&after.folded)
        && !is_organisation(&after.folded)
        && !is_common(&after.folded);
    (many > 0 && surname).then_some(from + many)
}

/// `Anna Karlsson`, `Karl-Erik von Essen`, `Anna K. Ek Lind`, `Anna`
fn after_first_name(words: &[Word], at: usize) -> Option<Found> {
    let word = &words[at];
    let genitive = word
        .folded
        .strip_suffix('s')
        .filter(|stem| given(word).is_none() && first_name(stem) == Some(Sign::Sure));
    if let Some(stem) = genitive {
        return (word.shape == Shape::Capital).then(|| Found {
            start: at,
            end: at + 1,
            parts: vec![stem.to_owned()],
        });
    }
    let sign = given(word)?;
    let mut found = Found {
        start: at,
        end: at + 1,
        parts: vec![word.folded.clone()],
    };
    let mut surnames = 0;
    while let Some(next) = words.get(found.end) {
        if surnames < 2
            && let Some(after) = particles(words, found.end)
        {
            found.end = after;
            surnames = 0;
            continue;
        }
        let initial = next.shape == Shape::Initial && next.gap == Gap::Space && surnames == 0;
        let after = words.get(found.end + 1);
        if initial && after.is_some_and(|after| may_follow(word, after, sign)) {
            found.end += 1;
            continue;
        }
        // Lasse G was there.
        if initial && sign == Sign::Sure && found.parts.len() == 1 && next.folded != "i" {
            found.end += 1;
            break;
        }
        // Karl "Kalle" Ek
        let quoted = next.gap == Gap::Quote && next.shape == Shape::Capital && surnames == 0;
        if quoted && after.is_some_and(|after| after.gap == Gap::Quote && is_unknown_name(after)) {
            found.parts.push(next.folded.clone());
            found.end += 1;
            continue;
        }
        let again = surnames > 0;
        if !may_follow(word, next, sign)
            || again && !is_second_surname(next) && !is_last_of_name(next, after)
        {
            break;
        }
        let more =
            given(next).is_some() && surname(&next.folded).is_none() && next.gap == Gap::Space;
        surnames += usize::from(!more);
        found.end += 1;
        let folded = without_genitive(&next.folded);
        found.parts.push(folded.to_owned());
        if folded.len() < next.folded.len() || found.parts.len() > 4 {
            break;
        }
    }
    let alone = found.parts.len() == 1;
    match sign {
        Sign::Sure if alone => {
            (word.shape == Shape::Capital && word.folded.len() > 2).then_some(found)
        }
        Sign::Sure => Some(found),
        Sign::Unsure if alone => None,
        Sign::Unsure => Some(found),
    }
}

/// Whether a word may be the surname, or one more given name, after a given name.
fn may_follow(first: &Word, next: &Word, sign: Sign) -> bool {
    let folded = without_genitive(&next.folded);
    let listed = surname(folded);
    let near = match next.gap {
        Gap::Space | Gap::Quote => true,
        Gap::Line => listed.is_some() && given(next).is_none() && next.shape == first.shape,
        _ => false,
    };
    let written = match next.shape {
        Shape::Capital => first.shape == Shape::Capital || listed.is_some(),
        // IDA SE: what has capitals only is as often an abbreviation.
        Shape::Upper => {
            listed == Some(Sign::Sure)
                || first.shape == Shape::Upper && (listed.is_some() || next.folded.len() > 4)
        }
        Shape::Initial | Shape::Lower => false,
    };
    let other = is_common(&next.folded) || is_organisation(&next.folded) || is_place(&next.folded);
    let named = listed == Some(Sign::Sure) || is_surname_of_list(folded) || given(next).is_some();
    let word = sign == Sign::Unsure && is_word_shaped(folded);
    near && written && !word && (!other || named)
}

/// `Wiik` in `Johan Nacke Wiik.`: nothing is known of it, and it is not the first word of more.
fn is_last_of_name(next: &Word, after: Option<&Word>) -> bool {
    let more = after.is_some_and(|after| after.gap == Gap::Space && after.shape != Shape::Lower);
    next.gap == Gap::Space
        && next.shape == Shape::Capital
        && !next.begins
        && !more
        && is_unknown_name(next)
}

fn is_second_surname(next: &Word) -> bool {
    next.gap == Gap::Space
        && surname(without_genitive(&next.folded))
            .is_some_and(|sign| sign == Sign::Sure || !is_place(&next.folded))
        && !is_common(&next.folded)
        && (given(next).is_none() || is_surname_of_list(&next.folded))
}

/// `Mirjeta Karlsson`, `Mirjeta Hoxhaj Karlsson`: words that are none of the language before a
/// surname that is hardly anything else.
fn before_surname(words: &[Word], at: usize) -> Option<Found> {
    let first = &words[at];
    let beside = |word: &Word| word.gap == Gap::Space && word.shape == first.shape;
    if !is_unknown_name(first) {
        return None;
    }
    let between = words
        .get(at + 1)
        .filter(|word| beside(word) && is_unknown_name(word) && given(word).is_none());
    let sure = |word: &&Word| {
        let folded = without_genitive(&word.folded);
        // Words of places end so, too: Trollsberg, Järnström.
        let place = ["berg", "strom", "gard", "dahl", "hagen"]
            .iter()
            .any(|end| folded.ends_with(end));
        beside(word)
            && (is_listed_surname(folded) || is_sure_surname(folded) && !(first.begins && place))
    };
    let next = words.get(at + 1).filter(sure);
    let after = words.get(at + 2).filter(sure).filter(|_| between.is_some());
    let (last, end) = match (next, after) {
        (Some(last), _) => (last, at + 2),
        (None, Some(last)) => (last, at + 3),
        (None, None) => return None,
    };
    let folded = without_genitive(&last.folded).to_owned();
    let mut parts: Vec<String> = words[at..end - 1]
        .iter()
        .map(|word| word.folded.clone())
        .collect();
    parts.push(folded);
    Some(Found {
        start: at,
        end,
        parts,
    })
}

/// `Tesfaye Bekele, 34 år`
fn before_age(words: &[Word], at: usize) -> Option<Found> {
    let mut end = at;
    while words.get(end).is_some_and(|word| {
        end - at < 3 && (end == at || word.gap == Gap::Space) && is_unknown_name(word)
    }) {
        end += 1;
    }
    let aged = end > at && words[end - 1].aged;
    aged.then(|| Found {
        start: at,
        end,
        parts: words[at..end]
            .iter()
            .map(|word| word.folded.clone())
            .collect(),
    })
}

/// A word with a capital that nothing is known of, and that could be a name.
fn is_unknown_name(word: &Word) -> bool {
    let folded = &word.folded;
    matches!(word.shape, Shape::Capital | Shape::Upper)
        && folded.len() >= 3
        && !is_common(folded)
        && !is_organisation(folded)
        && !is_place(folded)
        && !is_word_shaped(folded)
        && !organisation::is_before(folded)
}

/// `Karlsson`, `Karlssons`
fn surname_alone(words: &[Word], at: usize) -> Option<Found> {
    let word = &words[at];
    let folded = without_genitive(&word.folded);
    let patronymic = ["sson", "qvist", "quist"]
        .iter()
        .any(|end| folded.ends_with(end))
        && is_sure_surname(folded);
    let sure = is_listed_surname(folded) || patronymic;
    (word.shape == Shape::Capital && sure && !is_place(folded)).then(|| Found {
        start: at,
        end: at + 1,
        parts: vec![folded.to_owned()],
    })
}

/// The name without the s of the genitive, where without it it is known as a name.
pub(super) fn without_genitive(folded: &str) -> &str {
    let Some(stem) = folded.strip_suffix('s') else {
        return folded;
    };
    let whole = first_name(folded).is_some() || is_listed_surname(folded);
    let known = first_name(stem).is_some() || surname(stem).is_some();
    if !whole && known && surname(folded) != Some(Sign::Sure) {
        stem
    } else {
        folded
    }
}

#[cfg(test)]
mod tests;
