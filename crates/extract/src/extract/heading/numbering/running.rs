//! Candidates inside running text.
//!
//! A transcript gives each page as one line: `… i kommunen. 1 Bakgrund Projektet har … 1.1 Syfte Vi …`. There
//! the order of the numbers is the only structure. A number may be that of a heading if a capital follows
//! it; where the title ends, capitals, punctuation or the next sentence show.

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::{
    Sources,
    candidate::Candidate,
    number::{Mark, PrintedNumber, is_part},
};
use crate::extract::heading::{Heading, normalize_heading, normalize_title};
use diarium_document::operations;

/// The shortest line that may contain headings, in bytes.
// A shorter line is an ordinary line.
pub(super) const MIN_LONG_LINE: usize = 120;
/// The longest title without a mark that ends it, in words.
// The questions of forms are whole sentences; a longer title is a paragraph without a capital.
const MAX_TITLE_WORDS: usize = 20;
/// The longest title, in words, that scores as a heading.
const MAX_SHORT_TITLE_WORDS: usize = 9;
/// The longest word before a number that is examined, in bytes.
// No word is longer. Without a limit, a line without spaces would be read once for each number.
const MAX_WORD_BYTES: usize = 120;
/// The shortest title, in characters.
// A number and a word of three letters are a list or a date: `1. Maj`.
const MIN_TITLE: usize = 4;
/// The longest word in capitals, in characters, that may be an abbreviation: `1 ESF i länet`.
const MAX_ABBREVIATION: usize = 5;

// A number, and the capital of a title.
static PLACE: Lazy<Regex> = lazy_regex!(
    r#"(?:^|[\s.:!?)])(?P<number>(?:\d{1,2}(?:\.\d{1,2}){0,3}[a-z]?|[IVX]{1,5}|\p{Lu}(?:\.\d{1,2}){0,3})(?:\.\)|[.):]{0,2})\s+)["“”(]?\p{Lu}"#
);
// 3 Maj 2009
static YEAR_FOLLOWS: Lazy<Regex> = lazy_regex!(r"^\p{L}+\.?,?\s(?:19|20)\d{2}\b");

/// A number in a line and the byte of the line where its title begins.
struct Place<'t> {
    start: usize,
    number: PrintedNumber<'t>,
    title: usize,
}

/// The candidates inside a long line.
pub(super) fn in_line(sources: &Sources<'_>, index: usize) -> Vec<Candidate> {
    let line = sources.text.line(index);
    operations::count(line.len());
    let places: Vec<Place<'_>> = PLACE
        .captures_iter(line)
        .filter_map(|captures| captures.name("number"))
        .filter_map(|found| {
            let number = PrintedNumber::at_start_of(line.get(found.range())?, &[])?;
            let is_dated = YEAR_FOLLOWS.is_match(&line[found.end()..]);
            (number.is_distinct() && !is_dated).then_some(Place {
                start: found.start(),
                number,
                title: found.end(),
            })
        })
        .collect();
    let mut candidates = Vec::new();
    let mut title_end = 0;
    for (at, place) in places.iter().enumerate() {
        let next = places.get(at + 1).map_or(line.len(), |next| next.start);
        let end = without_page(
            sources,
            line,
            place.title,
            end_of_title(sources, line, place.title, next),
        );
        let words = line[place.title..end].trim_end();
        if normalize_heading(words).chars().count() < MIN_TITLE || is_counted(sources, line, place)
        {
            continue;
        }
        let follows_title = title_end > 0 && line[title_end..place.start].trim().is_empty();
        // An item of a list: nothing is between it and the next.
        let is_item = places.get(at + 1).is_some_and(|next| {
            line[end..next.start].trim().is_empty() && !is_part(&next.number, &place.number)
        });
        let mut score = score(line, place, words, follows_title);
        score -= i32::from(is_item) * 2;
        score -= i32::from(repeats_title(sources, words)) * 3;
        title_end = end;
        let offset = sources.text.lines()[index].bytes.start;
        let heading = Heading {
            bytes: offset + place.start..offset + place.title + words.len(),
            line: index,
            number: Some(place.number.number.to_owned()),
            title: normalize_title(words),
            level: 1,
        };
        candidates.extend(Candidate::of_number(&place.number, &heading, score, true));
    }
    candidates
}

/// Whether a word before a number says that it counts something: `Fas 1. Under våren …`.
fn is_counted(sources: &Sources<'_>, line: &str, place: &Place<'_>) -> bool {
    let word = word_before(line, place.start).to_lowercase();
    sources.counted_words.contains(&word)
}

/// Whether a title is the first words of the document's title.
fn repeats_title(sources: &Sources<'_>, words: &str) -> bool {
    let first = (!sources.text.lines().is_empty()).then(|| sources.text.line(0));
    let mut titles = [sources.title, first].into_iter().flatten();
    titles.any(|title| title.starts_with(words))
}

/// The last word before a byte.
fn word_before(line: &str, start: usize) -> &str {
    let before = line[..start].trim_end();
    let from = before.ceil_char_boundary(before.len().saturating_sub(MAX_WORD_BYTES));
    let word = before[from..].rsplit(char::is_whitespace).next();
    let word = word.unwrap_or_default();
    operations::count(word.len());
    word
}

/// How much a number in running text looks like that of a heading.
// A number with a mark at the end of a sentence scores enough; a number without either needs the order of
// the numbers around it.
fn score(line: &str, place: &Place<'_>, words: &str, follows_title: bool) -> i32 {
    let before = word_before(line, place.start);
    let has_ended = follows_title || !before.ends_with(|c: char| c.is_alphanumeric() || c == ',');
    // `Storgatan 1 Postort` is an address, `Lag A. Svensson` a name.
    let is_letter = place.number.number.starts_with(char::is_uppercase);
    let is_named = (is_letter || place.number.mark == Mark::None)
        && !has_ended
        && before.starts_with(char::is_uppercase);
    let is_part = place.number.number.contains('.');
    let count = words.split_whitespace().count();
    let mut score = -1;
    score += i32::from(place.number.mark != Mark::None);
    score += i32::from(is_part);
    score += i32::from(has_ended);
    score += i32::from(count <= MAX_SHORT_TITLE_WORDS);
    score += i32::from(is_capitals(words)) * 3;
    // `Upplaga: 1 Tryck: …` is a value and the next label.
    let is_marked = place.number.mark != Mark::None || is_part;
    score += i32::from(words.ends_with('?') || words.ends_with(':') && is_marked);
    score -= i32::from(before.ends_with(':') && !is_marked) * 3;
    score -= i32::from(is_named);
    score -= i32::from(is_letter && !has_ended);
    score -= i32::from(count >= MAX_TITLE_WORDS) * 2;
    score
}

/// The end of a title: in capitals, where the capitals end; otherwise where its punctuation ends it or the
/// next sentence begins. It ends before `limit` in any case.
fn end_of_title(sources: &Sources<'_>, line: &str, start: usize, limit: usize) -> usize {
    let rest = &line[start..limit];
    let words: Vec<(usize, &str)> = words(rest);
    operations::count(words.len());
    let capitals = words_in_capitals(&words);
    if capitals > 0 {
        return words
            .get(capitals - 1)
            .map_or(start, |(at, word)| start + at + word.len());
    }
    let mut end = start;
    let mut is_open = false;
    for (count, (at, word)) in words.into_iter().enumerate() {
        let begins_sentence = word.starts_with(char::is_uppercase) && !is_open;
        let begins_part = is_letter_mark(word);
        if count > 0 && (begins_sentence || begins_part) || count >= MAX_TITLE_WORDS {
            break;
        }
        end = start + at + word.len();
        let length = word.chars().count();
        if word.ends_with([':', '?']) || word.ends_with('.') && length > 3 && !word.ends_with("kl.")
        {
            break;
        }
        // `Mål för` continues in the next word, even if it has a capital.
        is_open = count > 0 && sources.open_words.iter().any(|open| open == word);
    }
    end
}

/// The end of a title without the page number of an entry of a table of contents. A counting word keeps its
/// number: `Etapp 2`.
fn without_page(sources: &Sources<'_>, line: &str, start: usize, end: usize) -> usize {
    let title = &line[start..end];
    let Some((rest, last)) = title.trim_end().rsplit_once(' ') else {
        return end;
    };
    let is_page = last.len() <= 3 && last.chars().all(|c| c.is_ascii_digit());
    let before = rest.rsplit(' ').next().unwrap_or_default().to_lowercase();
    if is_page && !last.is_empty() && !sources.counted_words.contains(&before) {
        start + rest.trim_end().len()
    } else {
        end
    }
}

/// How many words a title in capitals has, zero if it is not in capitals.
fn words_in_capitals(words: &[(usize, &str)]) -> usize {
    let mut count = 0;
    for (index, (_, word)) in words.iter().enumerate() {
        let letters = word.chars().filter(|c| c.is_alphabetic()).count();
        let is_joint = letters == 0 || letters == 1 && word.chars().count() == 1;
        if is_capitals(word) && !is_joint {
            count = index + 1;
        } else if !is_joint {
            break;
        }
    }
    match (count, words.first()) {
        (1, Some((_, word))) if word.chars().count() <= MAX_ABBREVIATION => {
            // `ESF i länet` begins with an abbreviation, `MÅL Vi vill` is a title in capitals.
            let next = words.get(1);
            let continues = next.is_some_and(|(_, next)| next.starts_with(char::is_lowercase));
            if continues { 0 } else { count }
        }
        _ => count,
    }
}

/// Whether a text has letters, and none in lowercase.
fn is_capitals(text: &str) -> bool {
    text.chars().any(char::is_alphabetic) && !text.contains(char::is_lowercase)
}

/// `a)` | `b)`
fn is_letter_mark(word: &str) -> bool {
    word.len() == 2 && word.ends_with(')')
}

/// The first words of a text, each with its first byte.
fn words(text: &str) -> Vec<(usize, &str)> {
    let mut at = 0;
    let mut found = Vec::new();
    for word in text.split(' ').take(2 * MAX_TITLE_WORDS) {
        if !word.is_empty() {
            found.push((at, word));
        }
        at += word.len() + 1;
    }
    found
}
