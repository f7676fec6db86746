//! Changes: the difference in one part of a record, with an excerpt for long texts.

use serde::Serialize;
use serde_json::Value;

/// One difference between two records.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The part of the record.
    pub part: Part,
    /// Which of several: the name of a field, a heading, a label; empty if a record has only one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The property that differs; `None` if the part was added or removed as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub property: Option<&'static str>,
    /// How it differs.
    pub effect: Effect,
    /// The old value, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Value>,
    /// The new value, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Value>,
    /// The passage in which long texts differ, instead of both texts.
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
    /// A label and its value without a canonical field.
    Other,
    /// A section.
    Section,
    /// A person.
    Person,
    /// A row or a total of the budget.
    Budget,
    /// A checkbox.
    Choice,
    /// An entry of a list.
    List,
    /// A project or call of a document about several.
    Item,
    /// A related document.
    Related,
    /// A warning.
    Warning,
}

/// How a part differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Only the new record has it.
    Added,
    /// Only the old record has it.
    Removed,
    /// Both records have it, with another value.
    Changed,
    /// Both records have it, with the same value at another position.
    Moved,
}

impl Part {
    /// Its name, for people and in JSON.
    pub fn as_str(self) -> &'static str {
        // `Serialize` gives the same names: a part has one name in texts and in JSON.
        match self {
            Self::Kind => "kind",
            Self::Title => "title",
            Self::Language => "language",
            Self::Source => "source",
            Self::Pages => "pages",
            Self::Letterhead => "letterhead",
            Self::Field => "field",
            Self::Other => "other",
            Self::Section => "section",
            Self::Person => "person",
            Self::Budget => "budget",
            Self::Choice => "choice",
            Self::List => "list",
            Self::Item => "item",
            Self::Related => "related",
            Self::Warning => "warning",
        }
    }
}

impl Change {
    /// The change of a property of a part that both records have; `None` if it is equal.
    pub(super) fn of_property<T: PartialEq + Serialize>(
        part: Part,
        name: &str,
        property: &'static str,
        old: &T,
        new: &T,
    ) -> Option<Self> {
        (old != new).then(|| Self::changed(part, name, property, old, new))
    }

    /// The change of the position of a part; `None` if it is equal.
    pub(super) fn of_span<T: PartialEq + Serialize>(
        part: Part,
        name: &str,
        old: &T,
        new: &T,
    ) -> Option<Self> {
        (old != new).then(|| Self {
            effect: Effect::Moved,
            ..Self::changed(part, name, "span", old, new)
        })
    }

    fn changed(
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
            ..Self::without_values(part, name, Effect::Changed)
        }
    }

    /// A part that only the new record has.
    pub(super) fn added(part: Part, name: &str, new: impl Serialize) -> Self {
        Self {
            new: value(new),
            ..Self::without_values(part, name, Effect::Added)
        }
    }

    /// A part that only the old record has.
    pub(super) fn removed(part: Part, name: &str, old: impl Serialize) -> Self {
        Self {
            old: value(old),
            ..Self::without_values(part, name, Effect::Removed)
        }
    }

    /// A change without an old or a new value.
    pub(super) fn without_values(part: Part, name: &str, effect: Effect) -> Self {
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

    /// Whether a value differs, not only its confidence, its raw text or its position.
    pub fn is_value(&self) -> bool {
        let has_value = matches!(
            self.part,
            Part::Kind
                | Part::Title
                | Part::Language
                | Part::Field
                | Part::Other
                | Part::Person
                | Part::Budget
                | Part::Choice
                | Part::List
                | Part::Item
        );
        let is_detail = matches!(
            self.property,
            Some("raw" | "confidence" | "repaired" | "schema")
        );
        has_value && !is_detail && self.effect != Effect::Moved
    }
}

/// A value as JSON; `None` for an absent one.
fn value(value: impl Serialize) -> Option<Value> {
    // Cannot fail: records are made of strings, finite numbers, lists and maps with string keys.
    serde_json::to_value(value)
        .ok()
        .filter(|value| !value.is_null())
}

/// The passage in which two long texts differ, with context; `…` marks what is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Excerpt {
    /// The passage of the old text.
    pub old: String,
    /// The passage of the new text.
    pub new: String,
}

/// Characters before and after the difference: a few words.
const CONTEXT_LENGTH: usize = 24;

/// Most characters of the difference itself.
// With the context on both sides, the old and the new passage are two lines each on a terminal.
const MAX_DIFFERENCE: usize = 120;

impl Excerpt {
    /// The excerpt of two texts that differ: the passage between their common prefix and suffix.
    pub(super) fn new(old: &str, new: &str) -> Self {
        let start = common_prefix(old, new);
        // Of what follows the prefix, so that they do not overlap: from `aa` to `aaa` one `a` is added.
        let end = common_suffix(&old[start..], &new[start..]);
        Self {
            old: passage(old, start, old.len() - end),
            new: passage(new, start, new.len() - end),
        }
    }
}

/// The length in bytes of the longest common prefix.
fn common_prefix(old: &str, new: &str) -> usize {
    // Characters and not bytes, so that no excerpt begins or ends inside a character.
    let pairs = old.chars().zip(new.chars());
    let same = pairs.take_while(|(old, new)| old == new);
    same.map(|(character, _)| character.len_utf8()).sum()
}

/// The length in bytes of the longest common suffix.
fn common_suffix(old: &str, new: &str) -> usize {
    let pairs = old.chars().rev().zip(new.chars().rev());
    let same = pairs.take_while(|(old, new)| old == new);
    same.map(|(character, _)| character.len_utf8()).sum()
}

/// A passage of a text, cut if it is too long, with context on both sides.
fn passage(text: &str, start: usize, end: usize) -> String {
    let before = text[..start]
        .char_indices()
        .rev()
        .take(CONTEXT_LENGTH)
        .last();
    let from = before.map_or(start, |(at, _)| at);
    let difference = &text[start..end];
    let cut = difference
        .char_indices()
        .nth(MAX_DIFFERENCE)
        .map(|(at, _)| start + at);
    let after = text[end..].char_indices().nth(CONTEXT_LENGTH);
    let to = after.map_or(text.len(), |(at, _)| end + at);
    let mut excerpt = String::new();
    if from > 0 {
        excerpt.push('…');
    }
    match cut {
        // The end of the difference is left out, and the context after the end with it.
        Some(cut) => excerpt.push_str(&text[from..cut]),
        None => excerpt.push_str(&text[from..to]),
    }
    if cut.is_some() || to < text.len() {
        excerpt.push('…');
    }
    excerpt
}
