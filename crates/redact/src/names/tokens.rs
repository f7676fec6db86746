//! What are a text's tokens, and what parts them?

use std::ops::Range;

use lazy_regex::{Lazy, Regex, lazy_regex};

use crate::lexicon::{first_name, is_unambiguous_first_name, is_unambiguous_listed_surname};
use crate::normalize::normalize;

/// How a token is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LetterCase {
    /// One capital letter.
    Initial,
    /// A capital letter and small ones.
    Capitalized,
    /// Capital letters only.
    Upper,
    /// Anything else.
    Lower,
}

/// What stands before a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Separator {
    /// One space, or one that belongs to an initial's point.
    Space,
    /// One line break.
    Line,
    /// A comma.
    Comma,
    /// `:`, a tab or more than one space: the next cell, or what a label tells of.
    Cell,
    /// `&` or `+`, as between the owners of a firm.
    And,
    /// A space and a quotation mark.
    Quote,
    /// Anything else, or the text's beginning.
    Other,
}

// , 34 år | (34 år) | 34 år
static AGE: Lazy<Regex> = lazy_regex!(r"^,? \(?\d{1,2} år\b");

/// One token.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    /// Byte offsets into the text.
    pub(crate) range: Range<usize>,
    /// Its letters, normalized; digits that a scan read for letters are letters.
    pub(crate) normalized: String,
    /// How it is written.
    pub(crate) case: LetterCase,
    /// What stands before it.
    pub(crate) separator: Separator,
    /// The first half of a name with a hyphen, normalized.
    pub(crate) half: Option<String>,
    /// Both halves of a token whose second half after a hyphen has a small letter, normalized: `nils-erik`.
    pub(crate) halves: Option<[String; 2]>,
    /// What stands before it ends a label: a colon, a dash, a leader, a tab or one line break.
    pub(crate) after_label: bool,
    /// Two capitals with a hyphen between them: `K-E`.
    pub(crate) two_initials: bool,
    /// An age stands behind it: `Tesfaye, 34 år`.
    pub(crate) aged: bool,
    /// It begins a sentence or a line, where any token has a capital.
    pub(crate) begins: bool,
}

/// Longer tokens are no names.
const LONGEST: usize = 60;

/// The tokens of running text, in order.
pub(crate) fn tokenize(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut end = 0;
    for range in ranges(text) {
        let printed = &text[range.clone()];
        let initial = tokens
            .last()
            .is_some_and(|token: &Token| token.case == LetterCase::Initial);
        let before = &text[end..range.start];
        let sentence =
            before.contains(['.', '!', '?', '•', ':', '\n', '\t', '"', '”', '–']) && !initial;
        let (normalized, case) =
            capital_read_small(normalize(&letters(printed)), letter_case(printed));
        tokens.push(Token {
            normalized,
            case,
            separator: if tokens.is_empty() {
                Separator::Other
            } else {
                gap(before, initial)
            },
            half: half(printed),
            halves: halves(printed),
            after_label: !tokens.is_empty() && ends_label(before),
            two_initials: are_initials(printed),
            aged: AGE.is_match(text.get(range.end..).unwrap_or_default()),
            begins: tokens.is_empty() || sentence,
            range: range.clone(),
        });
        end = range.end;
    }
    tokens
}

/// The tokens of a file's path: parted by anything but letters and by a capital after a small
/// letter, and written as names are, whatever their case.
pub(crate) fn tokenize_path(path: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut start = None;
    let mut before = ' ';
    let push = |range: Range<usize>, tokens: &mut Vec<Token>| {
        let parted = tokens.last().is_none_or(|token: &Token| {
            path[token.range.end..range.start].contains(['/', ',', '(', ')'])
        });
        tokens.push(Token {
            normalized: normalize(&path[range.clone()]),
            case: LetterCase::Capitalized,
            separator: if parted {
                Separator::Other
            } else {
                Separator::Space
            },
            half: None,
            halves: None,
            after_label: false,
            two_initials: false,
            aged: false,
            begins: false,
            range,
        });
    };
    for (at, character) in path.char_indices() {
        let hump = before.is_lowercase() && character.is_uppercase();
        if let Some(from) = start.filter(|_| hump || !character.is_alphabetic()) {
            push(from..at, &mut tokens);
            start = None;
        }
        if character.is_alphabetic() && start.is_none() {
            start = Some(at);
        }
        before = character;
    }
    if let Some(from) = start {
        push(from..path.len(), &mut tokens);
    }
    tokens
}

fn ranges(text: &str) -> Vec<Range<usize>> {
    let characters: Vec<(usize, char)> = text.char_indices().collect();
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let (start, first) = characters[at];
        if !first.is_alphabetic() && !misread_capital(text, &characters, at) {
            at += 1;
            continue;
        }
        let mut next = at + 1;
        while let Some(after) = goes_on(&characters, next) {
            next = after;
        }
        let end = characters.get(next).map_or(text.len(), |&(end, _)| end);
        if end - start <= LONGEST {
            let hump = hump(&text[start..end]);
            if hump > 0 {
                ranges.push(start..start + hump);
            }
            ranges.push(start + hump..end);
        }
        at = next;
    }
    spaced(text, ranges)
}

/// A digit that a scan read for the first letter of a name: `0lsson`.
fn misread_capital(text: &str, characters: &[(usize, char)], at: usize) -> bool {
    let (start, first) = characters[at];
    let before = at.checked_sub(1).map(|before| characters[before].1);
    if !matches!(first, '0' | '1' | '5' | '8') || before.is_some_and(|c| c.is_alphanumeric()) {
        return false;
    }
    let rest = characters[at + 1..].iter().take(LONGEST);
    let length: usize = rest
        .take_while(|(_, c)| c.is_alphabetic())
        .map(|(_, c)| c.len_utf8())
        .sum();
    let normalized = normalize(&letters(&text[start..start + 1 + length]));
    length > 2
        && (is_unambiguous_listed_surname(&normalized) || is_unambiguous_first_name(&normalized))
}

/// The place after the next letter of a token, if the token goes on at `at`.
fn goes_on(characters: &[(usize, char)], at: usize) -> Option<usize> {
    let get = |place: usize| characters.get(place).map(|&(_, character)| character);
    let letter = |place: usize| get(place).is_some_and(char::is_alphabetic);
    match get(at)? {
        c if c.is_alphabetic() || ('\u{300}'..='\u{36f}').contains(&c) || c == '\u{ad}' => {
            // Soft hyphen at the end of a line.
            if c == '\u{ad}' && get(at + 1) == Some('\n') && letter(at + 2) {
                return Some(at + 2);
            }
            Some(at + 1)
        }
        '0' | '1' | '5' | '8'
            if letter(at + 1) || matches!(get(at + 1), Some('0' | '1')) && letter(at + 2) =>
        {
            Some(at + 1)
        }
        '\'' | '’' if letter(at + 1) => Some(at + 1),
        ':' if get(at - 1).is_some_and(|c| c == 'S' || c == 's') && get(at + 1) == Some('t') => {
            Some(at + 1)
        }
        '-' | '‐' | '‑' | '¬' => {
            let mut next = at + 1;
            // Karls-\nson, also with spaces before and after the break.
            if get(next) == Some(' ') && get(next + 1) == Some('\n') {
                next += 1;
            }
            if get(next) == Some('\n') {
                next += 1;
                if get(next) == Some(' ') {
                    next += 1;
                }
            }
            letter(next).then_some(next)
        }
        _ => None,
    }
}

/// Where in a token a second one begins that is glued to the first: `KontaktpersonUlla`; or 0.
fn hump(printed: &str) -> usize {
    let mut before = ' ';
    for (at, character) in printed.char_indices() {
        if before.is_lowercase() && character.is_uppercase() && character != 'I' && at > 3 {
            return at;
        }
        before = character;
    }
    0
}

/// Joins what is set in spaced letters: `U L L A`.
fn spaced(text: &str, ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let single = |range: &Range<usize>| text[range.clone()].chars().count() == 1;
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    let mut at = 0;
    while at < ranges.len() {
        let mut end = at + 1;
        while single(&ranges[end - 1])
            && ranges
                .get(end)
                .is_some_and(|next| single(next) && &text[ranges[end - 1].end..next.start] == " ")
        {
            end += 1;
        }
        if end - at >= 3 {
            joined.push(ranges[at].start..ranges[end - 1].end);
        } else {
            joined.extend_from_slice(&ranges[at..end]);
        }
        at = end;
    }
    joined
}

/// The token with the digits that a scan read for letters put right.
fn letters(printed: &str) -> String {
    let small = printed.chars().filter(|c| c.is_lowercase()).count();
    let mut before = ' ';
    printed
        .chars()
        .map(|character| {
            let letter = match character {
                '0' => 'o',
                '1' => 'l',
                '5' => 's',
                '8' => 'b',
                'I' if before.is_lowercase() && small > 1 => 'l',
                other => other,
            };
            before = character;
            letter
        })
        .collect()
}

fn letter_case(printed: &str) -> LetterCase {
    let misread = printed.starts_with(|c: char| c.is_ascii_digit());
    let mut letters = printed.chars().filter(|c| c.is_alphabetic());
    let Some(first) = letters.next() else {
        return LetterCase::Lower;
    };
    if misread {
        return LetterCase::Capitalized;
    }
    if !first.is_uppercase() {
        return LetterCase::Lower;
    }
    let rest: Vec<char> = letters.collect();
    if rest.is_empty() {
        LetterCase::Initial
    } else if rest.iter().all(|c| c.is_uppercase()) {
        LetterCase::Upper
    } else {
        LetterCase::Capitalized
    }
}

/// `lnger`: what a scan read for l is a capital I where that makes a first name.
fn capital_read_small(normalized: String, case: LetterCase) -> (String, LetterCase) {
    if let (LetterCase::Lower, Some(rest)) = (case, normalized.strip_prefix('l')) {
        let capital = format!("i{rest}");
        if normalized.len() > 4
            && is_unambiguous_first_name(&capital)
            && first_name(&normalized).is_none()
        {
            return (capital, LetterCase::Capitalized);
        }
    }
    (normalized, case)
}

fn are_initials(printed: &str) -> bool {
    let mut halves = printed.split(['-', '‐', '‑']);
    let initial =
        |half: Option<&str>| half.is_some_and(|half| letter_case(half) == LetterCase::Initial);
    initial(halves.next()) && initial(halves.next()) && halves.next().is_none()
}

fn half(printed: &str) -> Option<String> {
    let (first, second) = printed.split_once(['-', '‐', '‑'])?;
    let real = second.trim_start().starts_with(char::is_uppercase);
    (real && first.chars().count() > 1).then(|| normalize(&letters(first)))
}

fn halves(printed: &str) -> Option<[String; 2]> {
    let (first, second) = printed.split_once(['-', '‐', '‑'])?;
    let is_double = second.starts_with(char::is_lowercase) && first.chars().count() > 1;
    is_double.then(|| [first, second].map(|half| normalize(&letters(half))))
}

/// Whether what stands between two tokens ends a label: `Ansvarig: …`, `Ansvarig – …`,
/// `Ansvarig ..... …`.
fn ends_label(before: &str) -> bool {
    let breaks = before.matches('\n').count();
    let shown = before.trim().trim_end_matches(['_', '.', ' ']);
    let leads = before.contains("...") || before.contains("___");
    let dash = shown.ends_with(['–', '—', '-']) && before.starts_with([' ', '\t']);
    let blank = shown.is_empty() && (breaks == 1 || before.contains('\t') || leads);
    breaks < 2 && (shown.ends_with([':', '=']) || dash || blank)
}

fn gap(before: &str, initial: bool) -> Separator {
    let breaks = before.matches('\n').count();
    let shown = before.trim();
    match shown {
        "" if before.is_empty() => Separator::Cell,
        "" if breaks == 1 => Separator::Line,
        "" if breaks > 1 => Separator::Other,
        "" if before == " " || before == "\u{a0}" => Separator::Space,
        "" => Separator::Cell,
        "." if initial && breaks == 0 => Separator::Space,
        "_" => Separator::Space,
        "," if breaks < 2 => Separator::Comma,
        ":" if breaks < 2 => Separator::Cell,
        "&" | "+" => Separator::And,
        "\"" | "”" | "“" if before.contains(' ') && breaks == 0 => Separator::Quote,
        _ => Separator::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole_though_paper_or_a_scan_broke_them() {
        let text = "Anna-Karin Karls-\nson, KarIss0n U L L A S:t von\u{ad}\nd";
        let normalized: Vec<_> = tokenize(text)
            .into_iter()
            .map(|token| token.normalized)
            .collect();
        assert_eq!(
            normalized,
            ["annakarin", "karlsson", "karlsson", "ulla", "st", "vond"]
        );
    }

    #[test]
    fn a_path_has_words_as_well() {
        let normalized: Vec<_> = tokenize_path("Ans/ulla_bjork-UllaBjörk2014.pdf")
            .into_iter()
            .map(|token| token.normalized)
            .collect();
        assert_eq!(normalized, ["ans", "ulla", "bjork", "ulla", "bjork", "pdf"]);
    }
}
