//! Which lines of one copy are the form's own?

use std::collections::BTreeSet;

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::{Request, fold};
use diarium_document::{CleanDocument, CleanText, LineRole};

/// A longer label is a sentence.
const LONGEST_LABEL: usize = 60;
/// A label with more digits holds a date or a number that somebody filled in.
const MOST_DIGITS: usize = 2;
/// A longer value of a label that nobody knows is prose with a colon in it.
const LONGEST_VALUE: usize = 140;
/// A longer heading is a paragraph.
const LONGEST_HEADING: usize = 80;
/// Lines at the head of a copy among which the form's name stands.
const HEAD: usize = 4;

// Sökt belopp: 12 400 kr | Förening (hela namnet): Vävstugan | 3. Ort: Ekby
static LABELLED: Lazy<Regex> = lazy_regex!(
    r"^(?:\d{1,2}(?:\.\d{1,2})?[.)]?\s+)?(?P<label>\p{Lu}[^:.!?;\t]{1,80}?)\s*(?P<note>\([^()]{1,80}\))?\s*:(?:\s+(?P<value>\S.*))?$"
);
// Förening	Vävstugan
static CELLS: Lazy<Regex> =
    lazy_regex!(r"^(?P<label>\p{Lu}[^:.!?;\t]{1,60})\s*:?\t\s*(?P<value>[^\t]+)$");
// 3. Vad ska göras? | 4) Målgrupp
static QUESTION: Lazy<Regex> =
    lazy_regex!(r"^\**(?P<number>\d{1,2}[a-z]?)[.)]\**\s+(?P<title>\p{Lu}.{2,200})$");
// Summa | Totalt
static TOTAL: Lazy<Regex> = lazy_regex!(r"^(?:summa|totalt|total|totala)\b"i);
static BOX: Lazy<Regex> = lazy_regex!(r"[☐☑☒⍰]|\[\s?[xX]?\s?\]|\(\s?[xX]?\s?\)");

/// The form as one copy shows it, in the copy's order.
#[derive(Debug, Default)]
pub(super) struct Sample {
    pub labels: Vec<Labelled>,
    /// Number and words of each numbered heading.
    pub questions: Vec<(String, String)>,
    pub headings: Vec<String>,
    /// Headings with bulleted lines below them.
    pub lists: Vec<String>,
    /// Labels above people, one a line.
    pub groups: Vec<String>,
    pub boxes: usize,
    /// The first lines, among which the form's name is.
    pub head: Vec<String>,
    /// Every line, folded: for what the copies share.
    pub lines: BTreeSet<String>,
    /// What was taken out because it repeats.
    pub letterhead: BTreeSet<String>,
}

/// A label and its value in this copy.
#[derive(Debug, Clone)]
pub(super) struct Labelled {
    pub label: String,
    pub value: Option<String>,
}

/// Reads the form's lines out of a copy.
pub(super) fn read(document: &CleanDocument, request: &Request<'_>) -> Sample {
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
        sample.lines.insert(fold(document.text.line(line)));
        line += reader.read_line(line, &mut sample).max(1);
    }
    sample
}

struct Reader<'s> {
    text: &'s CleanText,
    request: &'s Request<'s>,
}

impl Reader<'_> {
    /// Puts one line where it belongs; how many lines were used up.
    fn read_line(&self, line: usize, sample: &mut Sample) -> usize {
        let text = self.line(line);
        let role = self.text.lines()[line].role;
        if BOX.is_match(text) {
            sample.boxes += 1;
            return 1;
        }
        if text.is_empty() || matches!(role, LineRole::Item | LineRole::Boilerplate) {
            return 1;
        }
        if let Some(rows) = self.budget_rows(line) {
            return rows;
        }
        if let Some(used) = self.labelled(line, sample) {
            return used;
        }
        let unlabelled = sample.labels.is_empty() && sample.questions.is_empty();
        if let Some(question) = QUESTION.captures(text).filter(|_| role != LineRole::Row) {
            let (number, title) = (question["number"].to_owned(), question["title"].to_owned());
            if follows(&number, sample) {
                sample.questions.push((number, title));
                return 1;
            }
        }
        if line < HEAD && unlabelled && !self.heads_label(line) {
            if text.chars().count() <= LONGEST_HEADING {
                sample.head.push(text.to_owned());
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

    /// A label with its value beside it or below it, a label above people, or one above a list.
    fn labelled(&self, line: usize, sample: &mut Sample) -> Option<usize> {
        let text = self.line(line);
        let known = self.is_known(text);
        let captures = CELLS.captures(text).or_else(|| LABELLED.captures(text));
        let Some(captures) = captures else {
            // Without a colon only the shared words can tell that this is a label at all.
            let value = known.then(|| self.value_below(line)).flatten()?;
            sample.labels.push(Labelled {
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
        let too_long = digits > MOST_DIGITS
            || label.chars().count() > LONGEST_LABEL
            || value
                .as_ref()
                .is_some_and(|value| value.chars().count() > LONGEST_VALUE);
        // The first line is the form's name or the document's, whatever signs stand in it.
        if (too_long || line == 0) && !self.is_known(&label) {
            return None;
        }
        if value.is_some() {
            sample.labels.push(Labelled { label, value });
            return Some(1);
        }
        Some(self.stands_above(line, label, sample))
    }

    /// A label with nothing beside it: what stands below says what it is. How many lines were used.
    fn stands_above(&self, line: usize, label: String, sample: &mut Sample) -> usize {
        if let Some(people) = self.people_below(line) {
            sample.groups.push(label);
            return 1 + people;
        }
        if let Some(items) = self.items_below(line) {
            sample.lists.push(label);
            return 1 + items;
        }
        let value = self.value_below(line);
        let used = 1 + usize::from(value.is_some());
        sample.labels.push(Labelled { label, value });
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
        let short = text.chars().count() <= LONGEST_VALUE && !next.gap_before;
        let value = short
            && !text.ends_with(':')
            && !self.is_known(text)
            && !LABELLED.is_match(text)
            && !QUESTION.is_match(text)
            && matches!(next.role, LineRole::Body);
        value.then(|| text.to_owned())
    }

    /// How many bulleted lines stand directly below; none if fewer than two.
    fn items_below(&self, line: usize) -> Option<usize> {
        let below = self.text.lines().get(line + 1..)?;
        let items = below
            .iter()
            .take_while(|line| line.role == LineRole::Item)
            .count();
        let short = self.line(line).chars().count() <= LONGEST_HEADING;
        let prose = self.line(line).ends_with(['.', ',']);
        (items >= 2 && short && !prose).then_some(items)
    }

    /// How many lines directly below name a person and an organisation; none if fewer than two.
    fn people_below(&self, line: usize) -> Option<usize> {
        let people = (line + 1..self.text.lines().len())
            .take_while(|&below| is_person(self.line(below)))
            .count();
        (people >= 2).then_some(people)
    }

    /// How many rows of a table of amounts with a total begin here.
    fn budget_rows(&self, line: usize) -> Option<usize> {
        let is_row = |line: &usize| {
            let text = self.line(*line);
            let amount = text.rsplit('\t').next().unwrap_or_default();
            let label = text.split('\t').next().unwrap_or_default();
            // Facts in a table are no budget, though a total may stand among them.
            text.contains('\t')
                && amount.starts_with(|first: char| first.is_ascii_digit())
                && !self.is_known(label)
        };
        let rows: Vec<usize> = (line..self.text.lines().len()).take_while(is_row).collect();
        let total = rows.iter().any(|&row| TOTAL.is_match(self.line(row)));
        (total && rows.len() >= 2).then_some(rows.len())
    }

    /// A line that heads a block of the form. What heads prose inside a numbered question is the
    /// author's.
    fn is_heading(&self, line: usize, sample: &Sample) -> bool {
        let clean = &self.text.lines()[line];
        let text = self.line(line);
        let short = text.chars().count() <= LONGEST_HEADING
            && text.starts_with(char::is_uppercase)
            && !text.ends_with(['.', ',', ';', ':', '!'])
            && !text.contains('\t');
        let Some(next) = self.text.lines().get(line + 1).filter(|_| line > 0) else {
            return false;
        };
        let marked = matches!(clean.role, LineRole::Heading(_)) || clean.bold && !next.bold;
        let heads_label = self.heads_label(line);
        let heads_prose = self.line(line + 1).chars().count() > LONGEST_HEADING;
        let alone = clean.gap_before && (next.gap_before || heads_label || heads_prose);
        let heads = marked || alone && (heads_label || heads_prose);
        short && heads && (sample.questions.is_empty() || heads_label)
    }

    /// Whether a label stands directly below.
    fn heads_label(&self, line: usize) -> bool {
        line + 1 < self.text.lines().len() && {
            let below = self.line(line + 1);
            LABELLED.is_match(below) || CELLS.is_match(below) || self.is_known(below)
        }
    }
}

/// Whether a number goes on from the questions so far, or begins them.
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

/// `Siv Ek, Vävstugan` | `Siv Ek – Vävstugan`
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
