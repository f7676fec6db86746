//! People extraction: names and organizations, one person a line, below a profile's labels or in a table whose
//! head has a column of names and one of organizations.

use std::ops::Range;

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::{
    confidence::{self, Evidence},
    heading::{Heading, headings_on_line},
    label::{LabelHit, labels_on_line},
    span::SpanResolver,
    value,
};
use crate::profile::Profile;
use diarium_document::collapse_whitespace;
use diarium_document::{CleanText, Heartbeat, LineRole, Person, operations};

/// The longest line that names a person, in characters.
// Organizations have long names, but a longer line is a sentence.
const MAX_LINE: usize = 200;
/// People of a document, at most.
// No form names more, and a list of millions would need ten times its size in memory.
const MAX_PEOPLE: usize = 50_000;
// Eva Ek – Bygdens framtid | Eva Ek, Bygdens framtid | Eva Ek- Bygdens framtid | Eva Ek (Bygdens framtid)
static PERSON_LINE: Lazy<Regex> = lazy_regex!(
    r"^(?P<name>[^,–(\t]{3,60}?)(?:\s*,\s+|\s*[–—]\s*|\s+-\s+|-\s+|\s*\t\s*|\s+\()(?P<organisation>\S.*?)\)?$"
);

/// The people, and the ranges of the clean text that name them, labels included.
#[derive(Default)]
pub(super) struct FoundPeople {
    pub people: Vec<Person>,
    pub ranges: Vec<Range<usize>>,
}

/// Finds the people below the profile's labels, up to the first line that names no person.
pub(super) fn find_people(
    text: &CleanText,
    profile: &Profile,
    headings: &[Heading],
    hits: &[LabelHit<'_>],
    spans: &SpanResolver<'_>,
    heartbeat: &Heartbeat,
) -> FoundPeople {
    let mut found = FoundPeople::default();
    let group = Group {
        text,
        profile,
        headings,
        hits,
        spans,
    };
    let mut line = 0;
    while line < text.lines().len() && found.people.len() < MAX_PEOPLE {
        operations::count(1);
        heartbeat.step(line);
        let begins = begins_group(text.line(line), profile);
        if let Some((people, end)) = group.read_table(line) {
            found.people.extend(people);
            let bytes = text.lines()[line].bytes.start..text.lines()[end - 1].bytes.end;
            found.ranges.push(bytes);
            line = end;
            continue;
        }
        line += 1;
        if begins {
            // A label among the people does not read them a second time.
            let label = line - 1;
            line = group.read_people(line, &mut found.people);
            let end = text.lines()[line - 1].bytes.end;
            found.ranges.push(text.lines()[label].bytes.start..end);
        }
    }
    found
}

/// Whether a line is one of the profile's labels, with or without a note:
/// `Utvecklingsgrupp (namn och organisation på samtliga i gruppen):`
fn begins_group(line: &str, profile: &Profile) -> bool {
    profile.people.iter().any(|label| {
        line.strip_prefix(label.as_str()).is_some_and(|rest| {
            let rest = rest.trim();
            rest.is_empty() || rest.ends_with(':') && rest.len() <= MAX_LINE
        })
    })
}

/// The parts of a document that reading a group of people needs.
struct Group<'c, 'p> {
    text: &'c CleanText,
    profile: &'c Profile,
    headings: &'c [Heading],
    hits: &'c [LabelHit<'p>],
    spans: &'c SpanResolver<'c>,
}

impl Group<'_, '_> {
    /// Reads the people from a line on. Returns the first line that names no person or begins another
    /// group.
    fn read_people(&self, from: usize, people: &mut Vec<Person>) -> usize {
        for index in from..self.text.lines().len() {
            operations::count(1);
            let line = &self.text.lines()[index];
            let ends = self.is_numbered(index)
                || self.is_labeled(index)
                || matches!(line.role, LineRole::Heading(_))
                || begins_group(self.text.line(index), self.profile)
                || people.len() >= MAX_PEOPLE;
            if ends {
                return index;
            }
            let Some((name, organisation)) = person(self.text.line(index)) else {
                return index;
            };
            people.extend(self.placed(index, name, organisation));
        }
        self.text.lines().len()
    }

    fn placed(&self, line: usize, name: String, organisation: Option<String>) -> Option<Person> {
        let bytes = self.text.lines()[line].bytes.clone();
        let resolved = self.spans.resolve(bytes.clone())?;
        let line_confidence = self.text.confidence(bytes);
        Some(Person {
            name,
            organisation,
            confidence: Some(confidence::of_part(Evidence::Person, line_confidence)),
            span: resolved.span,
        })
    }

    /// Reads a table of people whose head is on a line, and returns the first line below it. A single row
    /// is no table: it may be the values below a row of labels.
    fn read_table(&self, head: usize) -> Option<(Vec<Person>, usize)> {
        let columns = Columns::of(self.text.line(head), self.profile)?;
        let mut people = Vec::new();
        let mut line = head + 1;
        while line < self.text.lines().len() && people.len() < MAX_PEOPLE {
            operations::count(1);
            let Some((name, organisation)) = columns.person(self.text.line(line)) else {
                break;
            };
            people.extend(self.placed(line, name, organisation));
            line += 1;
        }
        (people.len() >= 2).then_some((people, line))
    }

    fn is_numbered(&self, line: usize) -> bool {
        headings_on_line(self.headings, line)
            .iter()
            .any(|heading| heading.number.is_some())
    }

    fn is_labeled(&self, line: usize) -> bool {
        let start = self.text.lines()[line].bytes.start;
        labels_on_line(self.hits, line)
            .iter()
            .take_while(|hit| hit.bytes.start <= start)
            .any(|hit| hit.bytes.start == start)
    }
}

/// The columns of a table of people.
struct Columns {
    name: usize,
    organisation: usize,
    count: usize,
}

impl Columns {
    /// The columns of the table whose head a line is.
    fn of(line: &str, profile: &Profile) -> Option<Self> {
        if !line.contains('\t') || line.len() > MAX_LINE {
            return None;
        }
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        let column = |pattern: &Regex| cells.iter().position(|cell| pattern.is_match(cell));
        let (name, organisation) = (
            column(&profile.shared.name_heads)?,
            column(&profile.shared.organisation_heads)?,
        );
        (name != organisation).then_some(Self {
            name,
            organisation,
            count: cells.len(),
        })
    }

    /// The person of a row, which must have all columns.
    fn person(&self, line: &str) -> Option<(String, Option<String>)> {
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        let (written, organisation) = (cells.get(self.name)?, cells.get(self.organisation)?);
        let (name, rest) = person(written)?;
        let is_whole = cells.len() == self.count && rest.is_none();
        let organisation = Some(collapse_whitespace(organisation)).filter(|text| !text.is_empty());
        is_whole.then_some((name, organisation))
    }
}

/// The name and organization on a line, if it contains nothing else.
fn person(line: &str) -> Option<(String, Option<String>)> {
    // • Eva Ek | - Eva Ek | 2. Eva Ek
    let line = line.trim().trim_start_matches(|c: char| {
        c.is_ascii_digit() || matches!(c, '•' | '-' | '–' | '·' | ' ' | '.' | ')')
    });
    if line.chars().count() > MAX_LINE || line.ends_with(':') {
        return None;
    }
    let (name, organisation) = match PERSON_LINE.captures(line) {
        Some(captures) => (
            captures.name("name")?.as_str(),
            captures
                .name("organisation")
                .map(|organisation| organisation.as_str()),
        ),
        None => (line, None),
    };
    let is_name = value::name(name).is_some_and(|value| value.bytes.len() == name.trim_end().len());
    let words = name.split_whitespace().count();
    // One word is a place or an organization; more than five are a sentence.
    if !is_name || !(2..=5).contains(&words) {
        return None;
    }
    let organisation = organisation
        .map(|organisation| collapse_whitespace(organisation.trim_end_matches([',', ';', ' '])))
        .filter(|organisation| !organisation.is_empty());
    Some((collapse_whitespace(name), organisation))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_separator_between_name_and_organization_is_accepted() {
        for line in [
            "Eva-Lena Ek, Föreningen Ny väg",
            "Eva-Lena Ek – Föreningen Ny väg",
            "Eva-Lena Ek - Föreningen Ny väg",
            "Eva-Lena Ek- Föreningen Ny väg",
            "Eva-Lena Ek (Föreningen Ny väg)",
            "• Eva-Lena Ek\tFöreningen Ny väg",
            "2. Eva-Lena Ek, Föreningen Ny väg",
        ] {
            let expected = (
                "Eva-Lena Ek".to_owned(),
                Some("Föreningen Ny väg".to_owned()),
            );
            assert_eq!(person(line), Some(expected), "{line}");
        }
    }

    #[test]
    fn sentences_and_single_words_are_not_people() {
        for line in [
            "Överenskommelsen social ekonomi och regionen",
            "Kyrkan",
            "Vi är många:",
            "de som vill, får",
        ] {
            assert_eq!(person(line), None, "{line}");
        }
    }
}
