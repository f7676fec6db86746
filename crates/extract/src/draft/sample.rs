//! Form samples: the lines of one filled-in copy that are the form's own.

use std::collections::BTreeSet;

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::{Request, normalize_line};
use diarium_document::{CleanDocument, CleanText, LineRole};

/// The longest label, in characters.
// A longer one is a sentence with a colon in it.
const MAX_LABEL: usize = 60;
/// The most digits of a label.
// More digits are a date or a number that the author filled in.
const MAX_LABEL_DIGITS: usize = 2;
/// The longest value of an unknown label, in characters.
// A longer one is prose with a colon in it.
const MAX_VALUE: usize = 140;
/// The longest heading, in characters.
// A longer line is a paragraph.
const MAX_HEADING: usize = 80;
/// The first lines of a copy, among which the form's name is.
const TOP_LINES: usize = 4;

// Sökt belopp: 12 400 kr | Förening (hela namnet): Vävstugan | 3. Ort: Ekby
static LABEL_LINE: Lazy<Regex> = lazy_regex!(
    r"^(?:\d{1,2}(?:\.\d{1,2})?[.)]?\s+)?(?P<label>\p{Lu}[^:.!?;\t]{1,80}?)\s*(?P<note>\([^()]{1,80}\))?\s*:(?:\s+(?P<value>\S.*))?$"
);
// Förening	Vävstugan
static LABEL_ROW: Lazy<Regex> =
    lazy_regex!(r"^(?P<label>\p{Lu}[^:.!?;\t]{1,60})\s*:?\t\s*(?P<value>[^\t]+)$");
// 3. Vad ska göras? | 4) Målgrupp
static QUESTION: Lazy<Regex> =
    lazy_regex!(r"^\**(?P<number>\d{1,2}[a-z]?)[.)]\**\s+(?P<title>\p{Lu}.{2,200})$");
// Summa | Totalt
static TOTAL: Lazy<Regex> = lazy_regex!(r"^(?:summa|totalt|total|totala)\b"i);
// ☐ | [x] | ( )
static CHECKBOX: Lazy<Regex> = lazy_regex!(r"[☐☑☒⍰]|\[\s?[xX]?\s?\]|\(\s?[xX]?\s?\)");

/// The form as one copy shows it, in the copy's order.
#[derive(Debug, Default)]
pub(super) struct Sample {
    pub labels: Vec<LabelWithValue>,
    /// Number and words of each numbered heading.
    pub questions: Vec<(String, String)>,
    pub headings: Vec<String>,
    /// Headings with bulleted lines below them.
    pub lists: Vec<String>,
    /// Labels above people, one a line.
    pub people_labels: Vec<String>,
    /// How many lines have a checkbox.
    pub checkboxes: usize,
    /// The first lines, among which the form's name is.
    pub top_lines: Vec<String>,
    /// Every line, normalized, to find those that the copies share.
    pub lines: BTreeSet<String>,
    /// The text that was removed because it repeats.
    pub letterhead: BTreeSet<String>,
}

/// A label and its value in this copy.
#[derive(Debug, Clone)]
pub(super) struct LabelWithValue {
    pub label: String,
    pub value: Option<String>,
}

/// Finds the form's own lines in a copy.
pub(super) fn read_sample(document: &CleanDocument, request: &Request<'_>) -> Sample {
    let reader = Reader {
        text: &document.text,
        request,
    };
    let mut sample = Sample {
        letterhead: document
            .letterhead
            .iter()
            .map(|letterhead| letterhead.text.clone())
            .collect(),
        ..Sample::default()
    };
    let mut line = 0;
    while line < document.text.lines().len() {
        sample
            .lines
            .insert(normalize_line(document.text.line(line)));
        line += reader.read_line(line, &mut sample).max(1);
    }
    sample
}

struct Reader<'s> {
    text: &'s CleanText,
    request: &'s Request<'s>,
}

impl Reader<'_> {
    /// Adds one line to the sample, with the lines below that belong to it. Returns how many lines that is.
    fn read_line(&self, line: usize, sample: &mut Sample) -> usize {
        let text = self.line(line);
        let role = self.text.lines()[line].role;
        if CHECKBOX.is_match(text) {
            sample.checkboxes += 1;
            return 1;
        }
        if text.is_empty() || matches!(role, LineRole::Item | LineRole::Boilerplate) {
            return 1;
        }
        if let Some(rows) = self.budget_rows(line) {
            return rows;
        }
        if let Some(used) = self.add_label(line, sample) {
            return used;
        }
        let is_before_fields = sample.labels.is_empty() && sample.questions.is_empty();
        if let Some(question) = QUESTION.captures(text).filter(|_| role != LineRole::Row) {
            let (number, title) = (question["number"].to_owned(), question["title"].to_owned());
            if follows(&number, sample) {
                sample.questions.push((number, title));
                return 1;
            }
        }
        if line < TOP_LINES && is_before_fields && !self.heads_label(line) {
            if text.chars().count() <= MAX_HEADING {
                sample.top_lines.push(text.to_owned());
            }
            return 1;
        }
        if let Some(items) = self.items_below(line) {
            sample.lists.push(text.to_owned());
            return 1 + items;
        }
        if self.is_heading(line, sample) {
            sample.headings.push(text.to_owned());
        }
        1
    }

    /// Adds a label with its value beside or below it, a label above people, or one above a list.
    fn add_label(&self, line: usize, sample: &mut Sample) -> Option<usize> {
        let text = self.line(line);
        let is_known = self.is_known(text);
        let captures = LABEL_ROW
            .captures(text)
            .or_else(|| LABEL_LINE.captures(text));
        let Some(captures) = captures else {
            // Without a colon, only a label of another kind is known to be one.
            let value = is_known.then(|| self.value_below(line)).flatten()?;
            sample.labels.push(LabelWithValue {
                label: text.to_owned(),
                value: Some(value),
            });
            return Some(2);
        };
        let label = captures["label"].trim().to_owned();
        let value = captures
            .name("value")
            .map(|value| value.as_str().trim().to_owned());
        let digits = label.chars().filter(char::is_ascii_digit).count();
        let is_prose = digits > MAX_LABEL_DIGITS
            || label.chars().count() > MAX_LABEL
            || value
                .as_ref()
                .is_some_and(|value| value.chars().count() > MAX_VALUE);
        // The first line names the form or the document, even with a colon in it.
        if (is_prose || line == 0) && !self.is_known(&label) {
            return None;
        }
        if value.is_some() {
            sample.labels.push(LabelWithValue { label, value });
            return Some(1);
        }
        Some(self.add_label_above(line, label, sample))
    }

    /// Adds a label with nothing beside it: the lines below decide what it is. Returns how many lines were
    /// used.
    fn add_label_above(&self, line: usize, label: String, sample: &mut Sample) -> usize {
        if let Some(people) = self.people_below(line) {
            sample.people_labels.push(label);
            return 1 + people;
        }
        if let Some(items) = self.items_below(line) {
            sample.lists.push(label);
            return 1 + items;
        }
        let value = self.value_below(line);
        let used = 1 + usize::from(value.is_some());
        sample.labels.push(LabelWithValue { label, value });
        used
    }

    fn line(&self, line: usize) -> &str {
        self.text.line(line).trim().trim_matches('*').trim()
    }

    fn is_known(&self, line: &str) -> bool {
        self.request.profiles.is_label(line)
    }

    /// The line below a label, if it can be its value.
    fn value_below(&self, line: usize) -> Option<String> {
        let next = self.text.lines().get(line + 1)?;
        let text = self.line(line + 1);
        // A gap ends a fact, so the line after it is the next one.
        let short = text.chars().count() <= MAX_VALUE && !next.gap_before;
        let value = short
            && !text.ends_with(':')
            && !self.is_known(text)
            && !LABEL_LINE.is_match(text)
            && !QUESTION.is_match(text)
            && matches!(next.role, LineRole::Body);
        value.then(|| text.to_owned())
    }

    /// How many lines with bullets are directly below; `None` if fewer than two.
    fn items_below(&self, line: usize) -> Option<usize> {
        let below = self.text.lines().get(line + 1..)?;
        let items = below
            .iter()
            .take_while(|line| line.role == LineRole::Item)
            .count();
        let short = self.line(line).chars().count() <= MAX_HEADING;
        let prose = self.line(line).ends_with(['.', ',']);
        (items >= 2 && short && !prose).then_some(items)
    }

    /// How many lines directly below name a person and an organization; `None` if fewer than two.
    fn people_below(&self, line: usize) -> Option<usize> {
        let people = (line + 1..self.text.lines().len())
            .take_while(|&below| is_person(self.line(below)))
            .count();
        (people >= 2).then_some(people)
    }

    /// How many rows a table of amounts with a total has that begins here; `None` if none begins here.
    fn budget_rows(&self, line: usize) -> Option<usize> {
        let is_row = |line: &usize| {
            let text = self.line(*line);
            let amount = text.rsplit('\t').next().unwrap_or_default();
            let label = text.split('\t').next().unwrap_or_default();
            // A table of facts is not a budget, even if it contains a total.
            text.contains('\t')
                && amount.starts_with(|first: char| first.is_ascii_digit())
                && !self.is_known(label)
        };
        let rows: Vec<usize> = (line..self.text.lines().len()).take_while(is_row).collect();
        let total = rows.iter().any(|&row| TOTAL.is_match(self.line(row)));
        (total && rows.len() >= 2).then_some(rows.len())
    }

    /// Whether a line is a heading of the form. A heading above prose inside a numbered question is the
    /// author's.
    fn is_heading(&self, line: usize, sample: &Sample) -> bool {
        let clean = &self.text.lines()[line];
        let text = self.line(line);
        let is_short = text.chars().count() <= MAX_HEADING
            && text.starts_with(char::is_uppercase)
            && !text.ends_with(['.', ',', ';', ':', '!'])
            && !text.contains('\t');
        let Some(next) = self.text.lines().get(line + 1).filter(|_| line > 0) else {
            return false;
        };
        let is_marked = matches!(clean.role, LineRole::Heading(_)) || clean.bold && !next.bold;
        let heads_label = self.heads_label(line);
        let heads_prose = self.line(line + 1).chars().count() > MAX_HEADING;
        let is_alone = clean.gap_before && (next.gap_before || heads_label || heads_prose);
        let is_heading = is_marked || is_alone && (heads_label || heads_prose);
        is_short && is_heading && (sample.questions.is_empty() || heads_label)
    }

    /// Whether a label is directly below.
    fn heads_label(&self, line: usize) -> bool {
        line + 1 < self.text.lines().len() && {
            let below = self.line(line + 1);
            LABEL_LINE.is_match(below) || LABEL_ROW.is_match(below) || self.is_known(below)
        }
    }
}

/// Whether a number continues the questions so far, or begins them.
fn follows(number: &str, sample: &Sample) -> bool {
    let value = |number: &str| -> u32 {
        let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(0)
    };
    let this = value(number);
    match sample.questions.last() {
        None => this == 1,
        Some((last, _)) => this == value(last) + 1 || this == value(last) && number != last,
    }
}

/// Whether a line names a person and an organization: `Siv Ek, Vävstugan` | `Siv Ek – Vävstugan`
fn is_person(line: &str) -> bool {
    let Some((name, organisation)) = line.split_once([',', '–', '-', '\t', '(']) else {
        return false;
    };
    let words: Vec<&str> = name.split_whitespace().collect();
    (2..=4).contains(&words.len())
        && words
            .iter()
            .all(|word| word.starts_with(char::is_uppercase))
        && organisation.chars().any(char::is_alphabetic)
        && !name.contains(|character: char| character.is_ascii_digit())
}
