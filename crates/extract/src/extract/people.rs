//! People extraction: names and organizations.

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::{
    heading::{Heading, of_line as of_headings},
    label::{LabelHit, of_line},
    place::Places,
    value,
};
use crate::profile::Profile;
use diarium_document::collapse_whitespace;
use diarium_document::{CleanText, Heartbeat, LineRole, Person, work};

/// The longest line that names a person, in characters.
const LONGEST: usize = 200;
/// People of a document, at most: no form names more, and a list of millions would ask for ten times
/// its size in memory.
const MOST: usize = 50_000;

// Eva Ek – Bygdens framtid | Eva Ek, Bygdens framtid | Eva Ek- Bygdens framtid | Eva Ek (Bygdens framtid)
static PARTED: Lazy<Regex> = lazy_regex!(
    r"^(?P<name>[^,–(\t]{3,60}?)(?:\s*,\s+|\s*[–—]\s*|\s+-\s+|-\s+|\s*\t\s*|\s+\()(?P<organisation>\S.*?)\)?$"
);

/// Reads the people below the profile's labels, one a line, until a line is none.
pub(super) fn find(
    text: &CleanText,
    profile: &Profile,
    headings: &[Heading],
    hits: &[LabelHit<'_>],
    places: &Places<'_>,
    heartbeat: &Heartbeat,
) -> Vec<Person> {
    let mut people = Vec::new();
    let group = Group {
        text,
        profile,
        headings,
        hits,
        places,
    };
    let mut line = 0;
    while line < text.lines().len() && people.len() < MOST {
        work::spend(1);
        heartbeat.step(line);
        let begins = begins_group(text.line(line), profile);
        line += 1;
        if begins {
            // What a group has read is not read again by a label among its people.
            line = group.read(line, &mut people);
        }
    }
    people
}

/// `Utvecklingsgrupp (namn och organisation på samtliga i gruppen):`
fn begins_group(line: &str, profile: &Profile) -> bool {
    profile.people.iter().any(|label| {
        line.strip_prefix(label.as_str()).is_some_and(|rest| {
            let rest = rest.trim();
            rest.is_empty() || rest.ends_with(':') && rest.len() <= LONGEST
        })
    })
}

/// What is known of a document while the people below its labels are read.
struct Group<'c, 'p> {
    text: &'c CleanText,
    profile: &'c Profile,
    headings: &'c [Heading],
    hits: &'c [LabelHit<'p>],
    places: &'c Places<'c>,
}

impl Group<'_, '_> {
    /// Reads the people from a line on; gives the line that is none, or begins another group.
    fn read(&self, from: usize, people: &mut Vec<Person>) -> usize {
        for index in from..self.text.lines().len() {
            work::spend(1);
            let line = &self.text.lines()[index];
            let ends = self.is_numbered(index)
                || self.is_labelled(index)
                || matches!(line.role, LineRole::Heading(_))
                || begins_group(self.text.line(index), self.profile)
                || people.len() >= MOST;
            if ends {
                return index;
            }
            let Some((name, organisation)) = person(self.text.line(index)) else {
                return index;
            };
            if let Some(place) = self.places.place(line.bytes.clone()) {
                people.push(Person {
                    name,
                    organisation,
                    span: place.span,
                });
            }
        }
        self.text.lines().len()
    }

    fn is_numbered(&self, line: usize) -> bool {
        of_headings(self.headings, line)
            .iter()
            .any(|heading| heading.number.is_some())
    }

    fn is_labelled(&self, line: usize) -> bool {
        let start = self.text.lines()[line].bytes.start;
        of_line(self.hits, line)
            .iter()
            .take_while(|hit| hit.bytes.start <= start)
            .any(|hit| hit.bytes.start == start)
    }
}

/// A person's name and organisation, if the line is that and nothing more.
fn person(line: &str) -> Option<(String, Option<String>)> {
    // • Eva Ek | - Eva Ek | 2. Eva Ek
    let line = line.trim().trim_start_matches(|c: char| {
        c.is_ascii_digit() || matches!(c, '•' | '-' | '–' | '·' | ' ' | '.' | ')')
    });
    if line.chars().count() > LONGEST || line.ends_with(':') {
        return None;
    }
    let (name, organisation) = match PARTED.captures(line) {
        Some(captures) => (
            captures.name("name")?.as_str(),
            captures
                .name("organisation")
                .map(|organisation| organisation.as_str()),
        ),
        None => (line, None),
    };
    let whole = value::name(name).is_some_and(|value| value.bytes.len() == name.trim_end().len());
    let words = name.split_whitespace().count();
    // One word is a place or an organisation; a sentence is none of them.
    if !whole || !(2..=5).contains(&words) {
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
    fn a_line_names_a_person_and_an_organisation_in_every_spelling() {
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
    fn what_names_no_person() {
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
