//! Which kinds of personal data are there, and what is told of what was found?

use serde::Serialize;

/// A kind of personal data. Where two claim the same characters, the first of this list has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// An e-mail address.
    Email,
    /// A personnummer or samordningsnummer.
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
    /// All of them.
    pub const ALL: [Rule; 6] = [
        Rule::Email,
        Rule::PersonalNumber,
        Rule::Account,
        Rule::Phone,
        Rule::Address,
        Rule::Name,
    ];

    /// What stands in the place of what was found.
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

    /// What a pseudonym begins with.
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

/// How often a rule found something at one place of a record. Never what it found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which rule.
    pub rule: Rule,
    /// Where, as a JSON Pointer (RFC 6901) into the record.
    pub place: String,
    /// How often.
    pub count: usize,
}

/// Characters of one text that a rule has claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entity {
    /// Byte offsets.
    pub(super) range: std::ops::Range<usize>,
    /// Which rule.
    pub(super) rule: Rule,
    /// The same for every spelling of the same value: what a pseudonym is made from.
    pub(super) canonical: String,
}
