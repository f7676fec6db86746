//! Tokenization: the words of a text, with their letter case and what separates them.
//!
//! Tokens are robust against the damage of scanned paper: words hyphenated at a line end are one token
//! (`Karls-⏎son`), so are spaced letters (`U L L A`), and digits that OCR read for letters count as
//! letters inside a word (`Karlss0n`). Separators are kept, because they tell a name from a list.

use std::ops::Range;

use lazy_regex::{Lazy, Regex, lazy_regex};

use crate::lexicon::{first_name, is_unambiguous_first_name, is_unambiguous_listed_surname};
use crate::normalize::normalize;

/// The letter case of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LetterCase {
    /// One capital letter.
    Initial,
    /// A capital letter, then at least one lowercase letter.
    Capitalized,
    /// Capital letters only.
    Upper,
    /// Anything else.
    Lower,
}

/// What separates a token from the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Separator {
    /// One space, also after the point of an initial.
    Space,
    /// One line break.
    Line,
    /// A comma.
    Comma,
    /// A colon, a tab or several spaces: the next cell, or the value of a label.
    Cell,
    /// `&` or `+`, as between the owners of a company.
    And,
    /// A space and a quotation mark.
    Quote,
    /// Anything else, or the start of the text.
    Other,
}

// , 34 år | (34 år) | 34 år
static AGE: Lazy<Regex> = lazy_regex!(r"^,? \(?\d{1,2} år\b");

/// A word of a text.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    /// Byte offsets into the text.
    pub(crate) range: Range<usize>,
    /// The normalized word, with misread digits corrected.
    pub(crate) normalized: String,
    /// Its letter case.
    pub(crate) case: LetterCase,
    /// What is before it.
    pub(crate) separator: Separator,
    /// The first half of a name with a hyphen, normalized: `anna` of `Anna-Karin`.
    pub(crate) first_half: Option<String>,
    /// Both halves if the second is in lowercase, normalized: `nils-erik`.
    pub(crate) lowercase_halves: Option<[String; 2]>,
    /// What is before it may end a label: a colon, a dash, a leader, a tab or one line break.
    pub(crate) is_after_label: bool,
    /// Two capitals with a hyphen between them: `K-E`.
    pub(crate) is_initial_pair: bool,
    /// An age follows: `Tesfaye, 34 år`.
    pub(crate) is_before_age: bool,
    /// It starts a sentence or a line, where every word has a capital.
    pub(crate) starts_sentence: bool,
}

/// The longest token in bytes.
// Names are shorter. Longer words are strings such as keys and URLs, and joined text without spaces.
const MAX_TOKEN_LENGTH: usize = 60;

/// Splits running text into tokens.
pub(crate) fn tokenize(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut end = 0;
    for range in word_ranges(text) {
        let printed = &text[range.clone()];
        let before = &text[end..range.start];
        let is_first = tokens.is_empty();
        let after_initial = tokens
            .last()
            .is_some_and(|token| token.case == LetterCase::Initial);
        let ends_sentence =
            before.contains(['.', '!', '?', '•', ':', '\n', '\t', '"', '”', '–']) && !after_initial;
        let (normalized, case) =
            with_misread_capital(normalize(&corrected(printed)), letter_case(printed));
        tokens.push(Token {
            normalized,
            case,
            separator: if is_first {
                Separator::Other
            } else {
                separator(before, after_initial)
            },
            first_half: first_half(printed),
            lowercase_halves: lowercase_halves(printed),
            is_after_label: !is_first && ends_label(before),
            is_initial_pair: is_initial_pair(printed),
            is_before_age: AGE.is_match(text.get(range.end..).unwrap_or_default()),
            starts_sentence: is_first || ends_sentence,
            range: range.clone(),
        });
        end = range.end;
    }
    tokens
}

/// Splits the path of a file into tokens: at everything but letters, and at a capital after a lowercase
/// letter. All count as capitalized, because names in paths often are in lowercase.
pub(crate) fn tokenize_path(path: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    for range in path_ranges(path) {
        let is_separate = tokens
            .last()
            .is_none_or(|last| path[last.range.end..range.start].contains(['/', ',', '(', ')']));
        tokens.push(Token {
            normalized: normalize(&path[range.clone()]),
            case: LetterCase::Capitalized,
            separator: if is_separate {
                Separator::Other
            } else {
                Separator::Space
            },
            first_half: None,
            lowercase_halves: None,
            is_after_label: false,
            is_initial_pair: false,
            is_before_age: false,
            starts_sentence: false,
            range,
        });
    }
    tokens
}

fn path_ranges(path: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = None;
    let mut previous = ' ';
    for (at, character) in path.char_indices() {
        let is_boundary = previous.is_lowercase() && character.is_uppercase();
        if let Some(from) = start.filter(|_| is_boundary || !character.is_alphabetic()) {
            ranges.push(from..at);
            start = None;
        }
        if character.is_alphabetic() && start.is_none() {
            start = Some(at);
        }
        previous = character;
    }
    ranges.extend(start.map(|from| from..path.len()));
    ranges
}

/// The words of running text.
fn word_ranges(text: &str) -> Vec<Range<usize>> {
    let characters: Vec<(usize, char)> = text.char_indices().collect();
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let (start, first) = characters[at];
        if !first.is_alphabetic() && !is_misread_capital(text, &characters, at) {
            at += 1;
            continue;
        }
        let mut next = at + 1;
        while let Some(after) = continued(&characters, next) {
            next = after;
        }
        let end = characters.get(next).map_or(text.len(), |&(end, _)| end);
        if end - start <= MAX_TOKEN_LENGTH {
            let joint = joint(&text[start..end]);
            if joint > 0 {
                ranges.push(start..start + joint);
            }
            ranges.push(start + joint..end);
        }
        at = next;
    }
    join_spaced_letters(text, ranges)
}

/// Whether a digit is one that OCR read for the capital of a name: `0lsson`.
fn is_misread_capital(text: &str, characters: &[(usize, char)], at: usize) -> bool {
    let (start, first) = characters[at];
    let before = at.checked_sub(1).map(|before| characters[before].1);
    if !matches!(first, '0' | '1' | '5' | '8') || before.is_some_and(char::is_alphanumeric) {
        return false;
    }
    let rest = characters[at + 1..].iter().take(MAX_TOKEN_LENGTH);
    let length: usize = rest
        .take_while(|(_, c)| c.is_alphabetic())
        .map(|(_, c)| c.len_utf8())
        .sum();
    // `1st`, `5km` and `8an` are not names: only the lexicon decides.
    let normalized = normalize(&corrected(&text[start..start + 1 + length]));
    length > 2
        && (is_unambiguous_listed_surname(&normalized) || is_unambiguous_first_name(&normalized))
}

/// The index after the next letter of a word, if the word continues at `at`.
fn continued(characters: &[(usize, char)], at: usize) -> Option<usize> {
    let get = |index: usize| characters.get(index).map(|&(_, character)| character);
    let is_letter = |index: usize| get(index).is_some_and(char::is_alphabetic);
    match get(at)? {
        // At a line end, a soft hyphen hyphenates.
        '\u{ad}' if get(at + 1) == Some('\n') && is_letter(at + 2) => Some(at + 2),
        c if c.is_alphabetic() || ('\u{300}'..='\u{36f}').contains(&c) || c == '\u{ad}' => {
            Some(at + 1)
        }
        // Karlss0n, Karlsso11
        '0' | '1' | '5' | '8'
            if is_letter(at + 1) || matches!(get(at + 1), Some('0' | '1')) && is_letter(at + 2) =>
        {
            Some(at + 1)
        }
        '\'' | '’' if is_letter(at + 1) => Some(at + 1),
        // S:t
        ':' if matches!(get(at - 1), Some('S' | 's')) && get(at + 1) == Some('t') => Some(at + 1),
        '-' | '‐' | '‑' | '¬' => {
            let next = after_line_end(get, at + 1);
            is_letter(next).then_some(next)
        }
        _ => None,
    }
}

/// The index after a line break at `at`, which may have a space before and after it.
fn after_line_end(get: impl Fn(usize) -> Option<char>, mut at: usize) -> usize {
    if get(at) == Some(' ') && get(at + 1) == Some('\n') {
        at += 1;
    }
    if get(at) == Some('\n') {
        at += 1;
        if get(at) == Some(' ') {
            at += 1;
        }
    }
    at
}

/// The byte at which a second word begins that is joined to the first (`KontaktpersonUlla`), or 0.
fn joint(printed: &str) -> usize {
    let mut previous = ' ';
    for (at, character) in printed.char_indices() {
        // McDonald is one name, hence more than three bytes; `I` is often a misread `l`.
        if previous.is_lowercase() && character.is_uppercase() && character != 'I' && at > 3 {
            return at;
        }
        previous = character;
    }
    0
}

/// Joins spaced letters: `U L L A`. Two letters are initials.
fn join_spaced_letters(text: &str, ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let is_letter = |range: &Range<usize>| text[range.clone()].chars().count() == 1;
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    let mut at = 0;
    while at < ranges.len() {
        let mut end = at + 1;
        while is_letter(&ranges[end - 1])
            && ranges.get(end).is_some_and(|next| {
                is_letter(next) && &text[ranges[end - 1].end..next.start] == " "
            })
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

/// A word with misread digits replaced by the letters that they look like.
fn corrected(printed: &str) -> String {
    let lowercase = printed.chars().filter(|c| c.is_lowercase()).count();
    let mut previous = ' ';
    printed
        .chars()
        .map(|character| {
            let letter = match character {
                '0' => 'o',
                '1' => 'l',
                '5' => 's',
                '8' => 'b',
                'I' if previous.is_lowercase() && lowercase > 1 => 'l',
                other => other,
            };
            previous = character;
            letter
        })
        .collect()
}

fn letter_case(printed: &str) -> LetterCase {
    let is_misread = printed.starts_with(|c: char| c.is_ascii_digit());
    let mut letters = printed.chars().filter(|c| c.is_alphabetic());
    let Some(first) = letters.next() else {
        return LetterCase::Lower;
    };
    if is_misread {
        return LetterCase::Capitalized;
    }
    if !first.is_uppercase() {
        return LetterCase::Lower;
    }
    let mut rest = letters.peekable();
    if rest.peek().is_none() {
        LetterCase::Initial
    } else if rest.all(char::is_uppercase) {
        LetterCase::Upper
    } else {
        LetterCase::Capitalized
    }
}

/// Corrects a capital `I` that OCR read as `l`, where that makes a first name: `lnger`.
fn with_misread_capital(normalized: String, case: LetterCase) -> (String, LetterCase) {
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

/// The hyphens inside a name.
const HYPHENS: [char; 3] = ['-', '‐', '‑'];

fn is_initial_pair(printed: &str) -> bool {
    let mut halves = printed.split(HYPHENS);
    let is_initial =
        |half: Option<&str>| half.is_some_and(|half| letter_case(half) == LetterCase::Initial);
    is_initial(halves.next()) && is_initial(halves.next()) && halves.next().is_none()
}

fn first_half(printed: &str) -> Option<String> {
    let (first, second) = printed.split_once(HYPHENS)?;
    // `Karls-⏎son` is hyphenated; `Anna-Karin` is a double name.
    let is_double = second.trim_start().starts_with(char::is_uppercase);
    (is_double && first.chars().count() > 1).then(|| normalize(&corrected(first)))
}

fn lowercase_halves(printed: &str) -> Option<[String; 2]> {
    let (first, second) = printed.split_once(HYPHENS)?;
    let is_double = second.starts_with(char::is_lowercase) && first.chars().count() > 1;
    is_double.then(|| [first, second].map(|half| normalize(&corrected(half))))
}

/// Whether a separator may end a label: `Ansvarig: …`, `Ansvarig – …`, `Ansvarig ..... …`.
fn ends_label(separator: &str) -> bool {
    let line_breaks = separator.matches('\n').count();
    let visible = separator.trim().trim_end_matches(['_', '.', ' ']);
    let has_leader = separator.contains("...") || separator.contains("___");
    // A hyphen without a space before it is inside a word.
    let is_dash = visible.ends_with(['–', '—', '-']) && separator.starts_with([' ', '\t']);
    let is_gap = visible.is_empty() && (line_breaks == 1 || separator.contains('\t') || has_leader);
    line_breaks < 2 && (visible.ends_with([':', '=']) || is_dash || is_gap)
}

/// Classifies what is between two words.
fn separator(between: &str, after_initial: bool) -> Separator {
    let line_breaks = between.matches('\n').count();
    match between.trim() {
        // A joint: the second word is the value of the first.
        "" if between.is_empty() => Separator::Cell,
        "" if line_breaks == 1 => Separator::Line,
        "" if line_breaks > 1 => Separator::Other,
        "" if between == " " || between == "\u{a0}" => Separator::Space,
        "" => Separator::Cell,
        "." if after_initial && line_breaks == 0 => Separator::Space,
        "_" => Separator::Space,
        "," if line_breaks < 2 => Separator::Comma,
        ":" if line_breaks < 2 => Separator::Cell,
        "&" | "+" => Separator::And,
        "\"" | "”" | "“" if between.contains(' ') && line_breaks == 0 => Separator::Quote,
        _ => Separator::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hyphenation_and_ocr_errors_do_not_split_tokens() {
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
    fn paths_are_split_at_separators_and_capitals() {
        let normalized: Vec<_> = tokenize_path("Ans/ulla_bjork-UllaBjörk2014.pdf")
            .into_iter()
            .map(|token| token.normalized)
            .collect();
        assert_eq!(normalized, ["ans", "ulla", "bjork", "ulla", "bjork", "pdf"]);
    }
}
