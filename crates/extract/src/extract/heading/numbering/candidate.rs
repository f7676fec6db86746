//! Candidates: the numbers that begin a line and may be those of headings.

use lazy_regex::regex_find;

use super::{
    Sources,
    number::{Mark, Numeral, PrintedNumber, is_alike, is_part},
};
use crate::extract::heading::{Heading, MAX_HEADING, normalize_title};
use crate::extract::label::{LabelLayout, labels_on_line};
use diarium_document::LineRole;

/// The longest row of a table that may be a question, in bytes.
// A question and its answer may be two cells of a row. A longer row is that of another table.
const MAX_ROW_BYTES: usize = 120;
/// The longest title, in characters, that scores as a heading.
// A list item is often a whole sentence.
const MAX_SHORT_TITLE: usize = 90;
/// The shortest word before a full stop that ends a sentence, in characters.
// A shorter one may be an abbreviation.
const MIN_SENTENCE_WORD: usize = 4;

/// A number that may be that of a heading.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub heading: Heading,
    pub numeral: Numeral,
    pub mark: Mark,
    /// The parts of the number.
    pub parts: Vec<u8>,
    /// How much it looks like a heading.
    pub score: i32,
    /// Whether it is inside running text, where only the order of the numbers shows the headings.
    pub is_running: bool,
}

impl Candidate {
    /// How the first part of its number is written.
    pub(super) fn style(&self) -> (Numeral, Mark) {
        (self.numeral, self.mark)
    }

    /// The evidence of its place in a chain: in running text, that it follows the number before.
    pub(super) fn link(&self, penalty: i32) -> i32 {
        i32::from(self.is_running && penalty == 0)
    }

    /// One candidate for each numeral that a number may be written with.
    pub(super) fn of_number(
        number: &PrintedNumber<'_>,
        heading: &Heading,
        score: i32,
        is_running: bool,
    ) -> impl Iterator<Item = Self> {
        let mark = number.mark;
        number
            .readings()
            .into_iter()
            .map(move |(numeral, parts)| Self {
                heading: Heading {
                    level: if parts.len() > 1 { 2 } else { 1 },
                    ..heading.clone()
                },
                numeral,
                mark,
                parts,
                score,
                is_running,
            })
    }
}

/// The candidates that a line begins with.
pub(super) fn on_line(sources: &Sources<'_>, index: usize) -> Vec<Candidate> {
    let text = sources.text;
    let line = &text.lines()[index];
    let content = text.line(index).trim_end();
    let is_long_row = line.role == LineRole::Row && content.len() > MAX_ROW_BYTES;
    let indent = content.len() - content.trim_start().len();
    let content = content.trim_start();
    // A numbered item is marked as one by the reader; so is a numbered heading in plain text.
    let number = (!is_long_row)
        .then(|| PrintedNumber::at_start_of(content, sources.words))
        .flatten()
        .filter(is_candidate);
    let Some(number) = number else {
        return Vec::new();
    };
    let start = line.bytes.start + indent;
    let title = if number.length >= content.len() {
        below(sources, index, &number)
    } else {
        beside(sources, index, start + number.length)
    };
    let Some(title) = title else {
        return Vec::new();
    };
    let heading = Heading {
        bytes: line.bytes.start..title.end,
        line: index,
        number: Some(number.number.replace(' ', "")),
        title: normalize_title(&title.words),
        level: 1,
    };
    let score = score(sources, index, &title, &number);
    Candidate::of_number(&number, &heading, score, false).collect()
}

/// Whether a line contains more than one sentence.
pub(super) fn is_running(sources: &Sources<'_>, index: usize) -> bool {
    sentence_end(sources.text.line(index)).is_some()
}

/// Whether a number may be that of a heading: of Roman numerals without a mark, those of several digits.
fn is_candidate(number: &PrintedNumber<'_>) -> bool {
    number.is_distinct() || number.number.chars().count() > 1
}

/// The title of a candidate.
struct Title {
    words: String,
    /// The byte where it ends.
    end: usize,
    /// The last line that it touches.
    last_line: usize,
    /// Whether an answer follows on its line.
    is_answered: bool,
    /// Whether it stands below its number.
    is_below: bool,
}

/// The title on the line of its number, from a byte on.
fn beside(sources: &Sources<'_>, index: usize, start: usize) -> Option<Title> {
    let text = sources.text;
    let line = &text.lines()[index];
    let begins = |c: char| c.is_alphabetic() || matches!(c, '"' | '”' | '“' | '*' | '(');
    let whole = text.text().get(start..line.bytes.end)?;
    if !whole.starts_with(begins) || text.line(index).trim().chars().count() > MAX_HEADING {
        return None;
    }
    let answer = answer_start(sources, index).filter(|&answer| answer > start);
    let answer = answer.or_else(|| Some(start + answer_line(whole)?));
    let question = question_end(whole).map(|end| start + end);
    let end = answer.or(question).unwrap_or(line.bytes.end);
    let mut title = Title {
        words: text.text().get(start..end)?.trim_end().to_owned(),
        end,
        last_line: index,
        is_answered: answer.is_some(),
        is_below: false,
    };
    if end == line.bytes.end {
        join_wrapped(sources, &mut title);
    }
    Some(title)
}

/// The title below a number on a line of its own: the first sentence there.
fn below(sources: &Sources<'_>, index: usize, number: &PrintedNumber<'_>) -> Option<Title> {
    // A number alone without a mark is one of a table or of a page.
    let is_lettered = number.number.ends_with(char::is_lowercase);
    if number.mark == Mark::None && !is_lettered {
        return None;
    }
    let text = sources.text;
    let next = text.lines().get(index + 1)?;
    let content = text.line(index + 1).trim_end();
    if !content.trim_start().starts_with(char::is_uppercase) {
        return None;
    }
    let sentence = sentence_end(content);
    let end = next.bytes.start + sentence.unwrap_or(content.len());
    let mut title = Title {
        words: content[..sentence.unwrap_or(content.len())]
            .trim_start()
            .to_owned(),
        end,
        last_line: index + 1,
        is_answered: false,
        is_below: true,
    };
    if sentence.is_none() {
        title.end = next.bytes.end;
        join_wrapped(sources, &mut title);
    }
    (title.words.chars().count() <= MAX_HEADING).then_some(title)
}

/// Joins a title with its next line, if it is a sentence that continues there in lowercase.
fn join_wrapped(sources: &Sources<'_>, title: &mut Title) {
    let text = sources.text;
    let next = title.last_line + 1;
    let Some(line) = text.lines().get(next) else {
        return;
    };
    let content = text.line(next).trim_end();
    let continues = !line.gap_before
        && line.role == LineRole::Body
        && content.starts_with(char::is_lowercase)
        && !title.words.ends_with(['.', '?', '!', ':']);
    let end = sentence_end(content).unwrap_or(content.len());
    if !continues || title.words.chars().count() + end > MAX_HEADING {
        return;
    }
    title.words = format!("{} {}", title.words, &content[..end]);
    title.end = line.bytes.start + end;
    title.last_line = next;
}

/// The end of a question that more text follows.
fn question_end(text: &str) -> Option<usize> {
    let rest = |at: usize| text[at + 1..].trim_start();
    let mut marks = text.match_indices('?').map(|(at, _)| at);
    marks
        .find(|&at| rest(at).starts_with(char::is_uppercase))
        .map(|at| at + 1)
}

/// The end of the first sentence, if another one follows it on the line.
fn sentence_end(text: &str) -> Option<usize> {
    let mut at = 0;
    for word in text.split_inclusive(' ') {
        at += word.len();
        let word = word.trim_end();
        let is_end =
            word.ends_with('?') || word.ends_with('.') && word.chars().count() > MIN_SENTENCE_WORD;
        if is_end && text[at..].trim_start().starts_with(char::is_uppercase) {
            return Some(text[..at].trim_end().len());
        }
    }
    None
}

/// The byte where an answer on the same line as its question begins: after the colon of a label, or
/// before the checkboxes.
fn answer_start(sources: &Sources<'_>, index: usize) -> Option<usize> {
    let text = sources.text;
    let line = &text.lines()[index].bytes;
    let hit = labels_on_line(sources.hits, index)
        .iter()
        .find(|hit| hit.layout == LabelLayout::Colon);
    if let Some(hit) = hit {
        return Some(line.start + text.text()[line.start..hit.bytes.end].trim_end().len());
    }
    // Har ni sökt stöd tidigare? Ja ( ) Nej ( X )
    let question = regex_find!(
        r"^.*\?(?:\s+\p{L}+)?\s*(?:\(\s?[xX]?\s?\)|\[\s?[xX]?\s?\]|[☐☒⍰])",
        text.line(index)
    )?;
    question.rfind('?').map(|at| line.start + at + 1)
}

/// The byte where a line of dots or underscores for an answer begins.
fn answer_line(text: &str) -> Option<usize> {
    let found = regex_find!(r"\s*(?:\.{4}|_{3}|…{2}).*$", text)?;
    Some(text.len() - found.len()).filter(|&at| at > 0)
}

/// How much a line looks like a question rather than a list item.
// The points rank the signs: a heading's markup or capitals outweigh any other single one. They are no
// measured weights; the tests of the forms show what they must separate.
fn score(sources: &Sources<'_>, index: usize, title: &Title, number: &PrintedNumber<'_>) -> i32 {
    let text = sources.text;
    let line = &text.lines()[index];
    let next = text.lines().get(title.last_line + 1);
    // A number on the next line makes this an item, unless this line has an answer or the next number is
    // a part of this one or has another numeral: `1.` below `A.`.
    let next_is_item = !title.is_below
        && next.is_some()
        && next_number(sources, title.last_line + 1).is_some_and(|next| {
            !title.is_answered && is_alike(&next, number) && !is_part(&next, number)
        });
    let is_marked = matches!(line.role, LineRole::Heading(_)) || line.bold;
    let words = title.words.as_str();
    let mut letters = words.chars().filter(|c| c.is_alphabetic());
    let is_all_caps = letters.all(char::is_uppercase);
    let mut score = i32::from(title.is_answered);
    score += if is_marked || is_all_caps { 3 } else { 0 };
    score += i32::from(line.gap_before);
    score += i32::from(words.ends_with('?')) * 2;
    score += i32::from(title.is_below);
    score += i32::from(next.is_some_and(|next| next.gap_before));
    score += i32::from(words.chars().count() <= MAX_SHORT_TITLE && !words.ends_with('.'));
    score -= if next_is_item { 2 } else { 0 };
    score -= i32::from(words.ends_with('.') && !title.is_below) * 2;
    score -= i32::from(!words.starts_with(|c: char| c.is_uppercase() || c == '"' || c == '*')) * 2;
    score
}

/// The number that a line begins with, and its title's first letter.
fn next_number<'t>(sources: &Sources<'t>, index: usize) -> Option<PrintedNumber<'t>> {
    let content = sources.text.line(index).trim();
    let number = PrintedNumber::at_start_of(content, sources.words)?;
    let title = content.get(number.length..)?;
    let is_title =
        title.starts_with(|c: char| c.is_alphabetic() || matches!(c, '"' | '”' | '*' | '('));
    (number.is_distinct() && is_title).then_some(number)
}
