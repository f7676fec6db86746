//! Who is who in one document?
//!
//! `Ulla Björk`, `Björk`, `U. Björk` and `ulla.bjork@…` are one person where only one fits. A person
//! is known by the first given name and the last surname, normalized: what stands between them differs
//! from page to page.

use std::collections::{BTreeMap, BTreeSet};

/// The persons of one document.
#[derive(Debug, Default)]
pub(super) struct Persons {
    /// Each word that someone with a full name is called by, and the keys of who they may be.
    called: BTreeMap<String, BTreeSet<String>>,
    /// How the full names are written: words in order.
    spellings: BTreeSet<Vec<String>>,
    /// Words that stood alone and may be anybody's.
    alone: BTreeSet<String>,
}

impl Persons {
    /// Takes note of a name: its words, normalized, given names first.
    pub(super) fn add(&mut self, parts: &[String]) {
        let initial = parts.first().is_some_and(|part| part.len() == 1);
        match parts {
            [] => {}
            [one] => {
                self.alone.insert(one.clone());
            }
            [.., last] if initial => {
                self.alone.insert(last.clone());
            }
            [first, .., last] => {
                for part in parts.iter().filter(|part| part.len() > 1) {
                    let keys = self.called.entry(part.clone()).or_default();
                    keys.insert(format!("{first} {last}"));
                }
                self.spellings.insert(parts.to_vec());
            }
        }
    }

    /// The key of whoever is meant by these words.
    pub(super) fn key(&self, parts: &[String]) -> String {
        match parts {
            [] => String::new(),
            [one] => self.only(one, None).unwrap_or(one).to_owned(),
            [first, .., last] if first.len() == 1 => self
                .only(last, Some(first))
                .map_or_else(|| format!("{first} {last}"), str::to_owned),
            [first, .., last] => format!("{first} {last}"),
        }
    }

    /// The only person who is called by a word, and whose name begins with an initial.
    fn only(&self, part: &str, initial: Option<&str>) -> Option<&str> {
        let from = initial.unwrap_or_default();
        let mut fit = self.called.get(part)?.range(from.to_owned()..);
        let mut next = || fit.next().filter(|key| key.starts_with(from));
        let key = next()?;
        next().is_none().then_some(key.as_str())
    }

    /// Full names, each as its words in the order in which they may stand, with the person's key.
    pub(super) fn full_names(&self) -> Vec<(Vec<String>, String)> {
        let mut names = Vec::new();
        for parts in &self.spellings {
            let (Some(first), Some(last)) = (parts.first(), parts.last()) else {
                continue;
            };
            let key = format!("{first} {last}");
            names.push((parts.clone(), key.clone()));
            names.push((vec![first.clone(), last.clone()], key.clone()));
            names.push((vec![last.clone(), first.clone()], key));
        }
        names
    }

    /// Every word that someone is called by, with the key of whom it means.
    pub(super) fn words(&self) -> BTreeMap<String, String> {
        self.called
            .keys()
            .chain(&self.alone)
            .map(|word| {
                (
                    word.clone(),
                    self.only(word, None).unwrap_or(word).to_owned(),
                )
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(name: &str) -> Vec<String> {
        name.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn variants_of_one_person_have_one_key() {
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
            assert_eq!(persons.key(&parts(name)), "ulla björk", "{name}");
        }
        assert_eq!(persons.key(&parts("ek")), "ek");
        assert_eq!(persons.key(&parts("e ek")), "eva ek");
    }
}
