//! Who is named, and for which organisation?

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::{heading::Heading, label::LabelHit, place::Places, value};
use crate::document::single_spaced;
use crate::{
    document::{CleanText, LineRole, Person},
    profile::Profile,
};

/// The longest line that names a person, in characters.
const LONGEST: usize = 200;

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
) -> Vec<Person> {
    let mut people = Vec::new();
    for line in 0..text.lines().len() {
        if begins_group(text.line(line), profile) {
            read_group(text, line + 1, headings, hits, places, &mut people);
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

fn read_group(
    text: &CleanText,
    from: usize,
    headings: &[Heading],
    hits: &[LabelHit<'_>],
    places: &Places<'_>,
    people: &mut Vec<Person>,
) {
    for index in from..text.lines().len() {
        let line = &text.lines()[index];
        let numbered = headings
            .iter()
            .any(|heading| heading.line == index && heading.number.is_some());
        let labelled = hits
            .iter()
            .any(|hit| hit.line == index && hit.bytes.start == line.bytes.start);
        if numbered || labelled || matches!(line.role, LineRole::Heading(_)) {
            return;
        }
        let Some(person) = person(text.line(index)) else {
            return;
        };
        if let Some(place) = places.place(line.bytes.clone()) {
            people.push(Person {
                name: person.0,
                organisation: person.1,
                span: place.span,
            });
        }
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
        .map(|organisation| single_spaced(organisation.trim_end_matches([',', ';', ' '])))
        .filter(|organisation| !organisation.is_empty());
    Some((single_spaced(name), organisation))
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
