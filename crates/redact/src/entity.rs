//! Entities of personal data: their rules, their occurrences, and the findings that are reported.

use std::ops::Range;

use serde::Serialize;

/// A category of personal data. Where two rules match the same characters, the earlier one in this
/// list wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// An e-mail address.
    Email,
    /// A Swedish personal identity number (personnummer) or coordination number
    /// (samordningsnummer).
    PersonalNumber,
    /// A bank account, bankgiro, plusgiro or IBAN.
    Account,
    /// A telephone or fax number.
    Phone,
    /// A postal address: street and number, box, postcode and town.
    Address,
    /// The name of a person, or a part of one.
    Name,
}

impl Rule {
    /// All rules.
    pub const ALL: [Rule; 6] = [
        Rule::Email,
        Rule::PersonalNumber,
        Rule::Account,
        Rule::Phone,
        Rule::Address,
        Rule::Name,
    ];

    /// The mask that replaces an entity.
    pub fn mask(self) -> &'static str {
        match self {
            Self::Email => "[EMAIL]",
            Self::PersonalNumber => "[PERSONNUMMER]",
            Self::Account => "[ACCOUNT]",
            Self::Phone => "[PHONE]",
            Self::Address => "[ADDRESS]",
            Self::Name => "[NAME]",
        }
    }

    /// The prefix of a pseudonym: `person` in `person-3f9a0c51d2e4`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::PersonalNumber => "personnummer",
            Self::Account => "account",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::Name => "person",
        }
    }
}

/// The number of entities of one rule in one text of a record. Never what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// The text, as a JSON Pointer (RFC 6901) into the record.
    #[serde(rename = "place")]
    pub pointer: String,
    /// The number of entities.
    pub count: usize,
}

/// An occurrence of personal data in one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entity {
    /// Byte offsets into the text.
    pub(super) range: Range<usize>,
    /// Its category.
    pub(super) rule: Rule,
    /// The canonical form: equal for all spellings of one value. Pseudonyms are derived from it.
    pub(super) canonical: String,
}

impl Entity {
    /// The same entity in a text of which its own is a part that begins at byte `start`.
    pub(super) fn moved_by(self, start: usize) -> Self {
        Self {
            range: self.range.start + start..self.range.end + start,
            ..self
        }
    }
}

/// The texts of the entities that a rule finds, in the order in which it finds them.
#[cfg(test)]
pub(crate) fn found_by(find: impl Fn(&str, &mut Vec<Entity>), text: &str) -> Vec<&str> {
    let mut entities = Vec::new();
    find(text, &mut entities);
    let ranges = entities.into_iter().map(|entity| entity.range);
    ranges.map(|range| &text[range]).collect()
}
