//! Person resolution: which names in one document mean the same person.
//!
//! `Ulla Björk`, `Björk`, `U. Björk` and `ulla.bjork@…` are one person if only one person in the
//! document fits. A person's canonical form is the first given name and the last surname, normalized:
//! middle names differ from page to page. Two persons with the same first and last name are one.

use std::collections::{BTreeMap, BTreeSet};

/// The persons of one document.
#[derive(Debug, Default)]
pub(super) struct Persons {
    /// For each part of a full name, the canonical forms of the persons it may mean.
    by_part: BTreeMap<String, BTreeSet<String>>,
    /// The full names as written: their parts in order.
    full_names: BTreeSet<Vec<String>>,
    /// Parts that occurred without a full name.
    single_parts: BTreeSet<String>,
}

impl Persons {
    /// Adds a name: its parts, normalized, given names first.
    pub(super) fn add(&mut self, parts: &[String]) {
        let has_initial = parts.first().is_some_and(|part| part.len() == 1);
        match parts {
            [] => {}
            [one] => {
                self.single_parts.insert(one.clone());
            }
            [.., last] if has_initial => {
                self.single_parts.insert(last.clone());
            }
            [first, .., last] => {
                // A middle initial identifies no person: `K` in `Anna K Ek`.
                for part in parts.iter().filter(|part| part.len() > 1) {
                    let persons = self.by_part.entry(part.clone()).or_default();
                    persons.insert(canonical(first, last));
                }
                self.full_names.insert(parts.to_vec());
            }
        }
    }

    /// The canonical form of the person that a name means.
    pub(super) fn canonical(&self, parts: &[String]) -> String {
        match parts {
            [] => String::new(),
            [one] => self.unique(one, "").unwrap_or(one).to_owned(),
            [first, .., last] if first.len() == 1 => self
                .unique(last, first)
                .map_or_else(|| canonical(first, last), str::to_owned),
            [first, .., last] => canonical(first, last),
        }
    }

    /// The person with this part and an initial (or none), if there is exactly one.
    fn unique(&self, part: &str, initial: &str) -> Option<&str> {
        let mut persons = self
            .by_part
            .get(part)?
            .range(initial.to_owned()..)
            .filter(|person| person.starts_with(initial));
        let person = persons.next()?;
        persons.next().is_none().then_some(person.as_str())
    }

    /// The forms in which full names may be written, as parts in order, with the canonical form:
    /// as found, without middle names, and with the surname first.
    pub(super) fn full_name_forms(&self) -> Vec<(Vec<String>, String)> {
        let mut forms = Vec::new();
        for parts in &self.full_names {
            let (Some(first), Some(last)) = (parts.first(), parts.last()) else {
                continue;
            };
            let canonical = canonical(first, last);
            forms.push((parts.clone(), canonical.clone()));
            forms.push((vec![first.clone(), last.clone()], canonical.clone()));
            forms.push((vec![last.clone(), first.clone()], canonical));
        }
        forms
    }

    /// All parts of names, with the canonical form of the person each means.
    pub(super) fn parts(&self) -> BTreeMap<String, String> {
        let parts = self.by_part.keys().chain(&self.single_parts);
        parts
            .map(|part| {
                let canonical = self.unique(part, "").unwrap_or(part);
                (part.clone(), canonical.to_owned())
            })
            .collect()
    }
}

fn canonical(first: &str, last: &str) -> String {
    format!("{first} {last}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(name: &str) -> Vec<String> {
        name.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn all_forms_of_a_name_have_one_canonical_form() {
        let mut persons = Persons::default();
        for name in [
            "ulla björk",
            "ulla maria björk",
            "eva ek",
            "karl ek",
            "björk",
            "ulla",
        ] {
            persons.add(&parts(name));
        }
        for name in ["ulla björk", "ulla maria björk", "björk", "ulla", "u björk"] {
            assert_eq!(persons.canonical(&parts(name)), "ulla björk", "{name}");
        }
        assert_eq!(persons.canonical(&parts("ek")), "ek");
        assert_eq!(persons.canonical(&parts("e ek")), "eva ek");
    }
}
