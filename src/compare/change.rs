//! Changes: what differs, in which part of a record, and how.

use serde::Serialize;
use serde_json::Value;

use super::Excerpt;

/// One difference between two records.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The part of the record.
    pub part: Part,
    /// Which of them: a field's name, a heading, a label; empty where a record has only one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Which property of it; none where all of it was added or removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub property: Option<&'static str>,
    /// What happened to it.
    pub effect: Effect,
    /// What the old record says; none where it says nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Value>,
    /// What the new record says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Value>,
    /// Where a long text differs, instead of both texts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<Excerpt>,
}

/// A part of a record, in the record's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Schema, kind and their confidence.
    Kind,
    /// The title.
    Title,
    /// The language.
    Language,
    /// The source's bytes: another file under the same path.
    Source,
    /// The pages, as read.
    Pages,
    /// The number of letterhead texts.
    Letterhead,
    /// A field.
    Field,
    /// A section.
    Section,
    /// A person.
    Person,
    /// A row or a total of the budget.
    Budget,
    /// A box to tick.
    Choice,
    /// An entry of a list.
    List,
    /// A related document.
    Related,
    /// A warning.
    Warning,
}

/// What happened to a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Only the new record has it.
    Added,
    /// Only the old record has it.
    Removed,
    /// Both have it, and it says something else.
    Changed,
    /// Both have it, and it says the same at another position.
    Moved,
}

impl Part {
    /// The word for people and machines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Title => "title",
            Self::Language => "language",
            Self::Source => "source",
            Self::Pages => "pages",
            Self::Letterhead => "letterhead",
            Self::Field => "field",
            Self::Section => "section",
            Self::Person => "person",
            Self::Budget => "budget",
            Self::Choice => "choice",
            Self::List => "list",
            Self::Related => "related",
            Self::Warning => "warning",
        }
    }
}

impl Change {
    /// A part that both records have, of which a property differs.
    pub(super) fn changed(
        part: Part,
        name: &str,
        property: &'static str,
        old: impl Serialize,
        new: impl Serialize,
    ) -> Self {
        Self {
            property: Some(property),
            old: value(old),
            new: value(new),
            ..Self::bare(part, name, Effect::Changed)
        }
    }

    /// A part that stands at another position.
    pub(super) fn moved(part: Part, name: &str, old: impl Serialize, new: impl Serialize) -> Self {
        Self {
            effect: Effect::Moved,
            ..Self::changed(part, name, "span", old, new)
        }
    }

    /// A part that only the new record has.
    pub(super) fn added(part: Part, name: &str, new: impl Serialize) -> Self {
        Self {
            new: value(new),
            ..Self::bare(part, name, Effect::Added)
        }
    }

    /// A part that only the old record has.
    pub(super) fn removed(part: Part, name: &str, old: impl Serialize) -> Self {
        Self {
            old: value(old),
            ..Self::bare(part, name, Effect::Removed)
        }
    }

    pub(super) fn bare(part: Part, name: &str, effect: Effect) -> Self {
        Self {
            part,
            name: name.to_owned(),
            property: None,
            effect,
            old: None,
            new: None,
            excerpt: None,
        }
    }

    /// Whether a value differs, and not only how sure it is, how it is written or where it stands.
    pub fn is_value(&self) -> bool {
        let of_values = matches!(
            self.part,
            Part::Kind
                | Part::Title
                | Part::Language
                | Part::Field
                | Part::Person
                | Part::Budget
                | Part::Choice
                | Part::List
        );
        let beside = matches!(self.property, Some("raw" | "confidence" | "schema"));
        of_values && !beside && self.effect != Effect::Moved
    }
}

/// A value as JSON; nothing for what is absent.
fn value(of: impl Serialize) -> Option<Value> {
    // Records are made of JSON, so that writing a part of one cannot fail.
    serde_json::to_value(of)
        .ok()
        .filter(|value| !value.is_null())
}
