//! Letterhead file: boilerplate that was learned from many documents and approved by a person.
//!
//! The file is TOML that a person reads, prunes and approves. Only entries with `approved = true` act;
//! everything else in an entry says why it was proposed.

use std::{collections::BTreeMap, fmt::Write as _};

use data_encoding::HEXLOWER;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use toml::Spanned;

use super::{
    Error,
    declaration::{invalid, line_of},
};

/// Where on a page a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PagePosition {
    /// Among the first lines.
    Top,
    /// Among the last lines.
    Bottom,
    /// Between other text.
    Inside,
}

/// One text that may be boilerplate.
#[derive(Debug, Clone, PartialEq)]
pub struct LetterheadEntry {
    /// Its lines, as most documents have them.
    pub lines: Vec<String>,
    /// Whether a person approved it.
    pub approved: bool,
    /// How likely it is boilerplate, 0 to 1.
    pub likelihood: f64,
    /// Where it stands.
    pub position: PagePosition,
    /// How many documents have it.
    pub documents: u64,
    /// Their share of the documents of the same years.
    pub share: f64,
    /// The first and the last year of these documents, if known.
    pub years: Option<(u16, u16)>,
    /// Paths of some of these documents.
    pub examples: Vec<String>,
}

/// The entries of a letterhead file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LetterheadFile {
    /// The entries, in the order of the file.
    pub entries: Vec<LetterheadEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    entry: Vec<WrittenEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenEntry {
    text: Spanned<String>,
    approved: bool,
    #[serde(default)]
    likelihood: f64,
    #[serde(default = "top")]
    position: PagePosition,
    #[serde(default)]
    documents: u64,
    #[serde(default)]
    share: f64,
    first_year: Option<u16>,
    last_year: Option<u16>,
    #[serde(default)]
    examples: Vec<String>,
}

fn top() -> PagePosition {
    PagePosition::Top
}

impl LetterheadFile {
    /// Parses a file; `name` is its name in error messages.
    ///
    /// # Errors
    /// If the text is not TOML, has an unknown key, lacks `text` or `approved`, or has an entry without
    /// letters. The message names the line.
    pub fn parse(name: &str, text: &str) -> Result<Self, Error> {
        let written: Written = toml::from_str(text).map_err(|error| invalid(name, text, &error))?;
        let entries = written.entry.into_iter().map(|entry| {
            let lines: Vec<String> = entry
                .text
                .get_ref()
                .lines()
                .map(|line| line.trim().to_owned())
                .filter(|line| !line.is_empty())
                .collect();
            // A line without letters would match the numbers of any table.
            if lines.is_empty() || !lines.iter().all(|line| line.contains(char::is_alphabetic)) {
                return Err(Error::Invalid {
                    name: format!("{name}:{}", line_of(text, entry.text.span().start)),
                    message:
                        "`text` has a line without letters; expected the words of a letterhead"
                            .to_owned(),
                });
            }
            Ok(LetterheadEntry {
                lines,
                approved: entry.approved,
                likelihood: entry.likelihood,
                position: entry.position,
                documents: entry.documents,
                share: entry.share,
                years: entry.first_year.zip(entry.last_year),
                examples: entry.examples,
            })
        });
        Ok(Self {
            entries: entries.collect::<Result<_, _>>()?,
        })
    }

    /// The lines of the approved entries, each with the index of its entry.
    pub fn approved_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let entries = self
            .entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| entry.approved);
        entries
            .flat_map(|(index, entry)| entry.lines.iter().map(move |line| (index, line.as_str())))
    }

    /// SHA-256 of everything that a record depends on: the approved texts. Empty if there are none.
    pub(super) fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        let mut is_empty = true;
        for (entry, line) in self.approved_lines() {
            hash.update(entry.to_le_bytes());
            hash.update(line);
            hash.update([0]);
            is_empty = false;
        }
        if is_empty {
            String::new()
        } else {
            HEXLOWER.encode(&hash.finalize())
        }
    }

    /// Takes over the decisions of an earlier file: an entry that was approved stays approved, and one that
    /// is no longer proposed is kept at the end.
    #[must_use]
    pub fn with_decisions(mut self, earlier: &Self) -> Self {
        let approved = earlier.entries.iter().filter(|entry| entry.approved);
        let mut kept: BTreeMap<&[String], &LetterheadEntry> = approved
            .map(|entry| (entry.lines.as_slice(), entry))
            .collect();
        for entry in &mut self.entries {
            entry.approved |= kept.remove(entry.lines.as_slice()).is_some();
        }
        // In the order of the earlier file.
        let rest = earlier
            .entries
            .iter()
            .filter(|entry| kept.contains_key(entry.lines.as_slice()));
        self.entries.extend(rest.cloned());
        self
    }

    /// The file as TOML, with an introduction for the person who approves it. `documents` is the number of
    /// documents that were compared.
    pub fn to_toml(&self, documents: u64) -> String {
        let mut toml = format!(
            "# Boilerplate that diarium found in {documents} documents, the most likely first.\n\
             #\n\
             # Read each entry, and set `approved = true` if no author of a document would write it. Delete\n\
             # what is not boilerplate. Then: diarium run INPUT... --out DIR --letterhead THIS_FILE\n\
             # Nothing is discarded: what is removed from the text stays in `letterhead` of the record.\n"
        );
        for entry in &self.entries {
            entry.write(&mut toml);
        }
        toml
    }
}

impl LetterheadEntry {
    fn write(&self, toml: &mut String) {
        let strings = |texts: &[String]| {
            let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
            texts.join(", ")
        };
        let position = match self.position {
            PagePosition::Top => "top",
            PagePosition::Bottom => "bottom",
            PagePosition::Inside => "inside",
        };
        let text = match self.lines.as_slice() {
            [line] => quoted(line),
            lines => format!(
                "\"\"\"\n{}\n\"\"\"",
                lines
                    .iter()
                    .map(|line| escaped(line))
                    .collect::<Vec<_>>()
                    .join("\n")
            ),
        };
        // Writing to a string cannot fail.
        let _ = write!(
            toml,
            "\n[[entry]]\ntext = {text}\napproved = {}\nlikelihood = {:.2}\nposition = \"{position}\"\n\
             documents = {}\nshare = {:.3}\n",
            self.approved, self.likelihood, self.documents, self.share
        );
        if let Some((first, last)) = self.years {
            let _ = writeln!(toml, "first_year = {first}\nlast_year = {last}");
        }
        let _ = writeln!(toml, "examples = [{}]", strings(&self.examples));
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// A text as a TOML basic string, without its quotation marks.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' | '\\' => escaped.extend(['\\', character]),
            '\t' => escaped.push_str("\\t"),
            character if character.is_control() => {
                let _ = write!(escaped, "\\u{:04X}", u32::from(character));
            }
            character => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(lines: &[&str], approved: bool) -> LetterheadEntry {
        LetterheadEntry {
            lines: lines.iter().map(|line| (*line).to_owned()).collect(),
            approved,
            likelihood: 0.75,
            position: PagePosition::Bottom,
            documents: 12,
            share: 0.5,
            years: Some((2009, 2011)),
            examples: vec!["2009/\"a\" \\ b.txt".to_owned()],
        }
    }

    #[test]
    fn a_file_is_read_as_it_was_written() {
        let file = LetterheadFile {
            entries: vec![
                entry(&["Bygdekassan", "Box 7\t\"Torget\""], false),
                entry(&["bygdekassan.example"], true),
            ],
        };
        let toml = file.to_toml(24);
        assert_eq!(
            LetterheadFile::parse("l.toml", &toml).unwrap(),
            file,
            "{toml}"
        );
    }

    #[test]
    fn mistakes_are_reported_with_their_line() {
        for (text, message) in [
            ("[[entry]]\ntext = \"A\"\n", "l.toml:1: "),
            (
                "[[entry]]\ntext = \"A\"\napproved = true\ncolor = 1\n",
                "l.toml:4: ",
            ),
            (
                "[[entry]]\napproved = true\ntext = \"12 000\"\n",
                "l.toml:3: ",
            ),
            ("[[entry]\n", "l.toml:1: "),
        ] {
            let error = LetterheadFile::parse("l.toml", text)
                .unwrap_err()
                .to_string();
            assert!(error.starts_with(message), "{error}");
        }
    }

    #[test]
    fn only_approved_texts_change_the_fingerprint() {
        let file = |approved| LetterheadFile {
            entries: vec![entry(&["Bygdekassan"], approved)],
        };
        assert_eq!(file(false).fingerprint(), "");
        assert_ne!(file(true).fingerprint(), "");
        let mut counted = file(true);
        counted.entries[0].documents = 99;
        assert_eq!(counted.fingerprint(), file(true).fingerprint());
    }

    #[test]
    fn decisions_are_kept_when_a_file_is_learned_again() {
        let earlier = LetterheadFile {
            entries: vec![
                entry(&["A b"], true),
                entry(&["C d"], true),
                entry(&["E f"], false),
            ],
        };
        let again = LetterheadFile {
            entries: vec![entry(&["A b"], false), entry(&["G h"], false)],
        };
        let merged = again.with_decisions(&earlier);
        let states: Vec<(&str, bool)> = merged
            .entries
            .iter()
            .map(|entry| (entry.lines[0].as_str(), entry.approved))
            .collect();
        assert_eq!(states, [("A b", true), ("G h", false), ("C d", true)]);
    }
}
