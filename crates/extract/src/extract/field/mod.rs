//! Field extraction: the value of each label, with a confidence.
//!
//! A value follows its label and is of the label's type. A label that is followed by another label has
//! no value: an empty box is an absent field, never the words of the next box. If a document states a
//! field twice, the more certain value wins, then the first: a fact box outranks prose.
//!
//! | file | what it does |
//! | --- | --- |
//! | `region` | where a value begins and ends |
//! | `evidence` | what shows that it is one, and what that is worth |
//! | `answers` | the values that the text after a label states |
//! | `contact` | names below a heading |
//! | `typed` | the value at the start of a text, by type |
//! | `other` | values of labels without a canonical field |
//! | `party` | whose value a label asks for |
//! | `resolved` | of several facts the most certain one, with its span |

mod answers;
mod contact;
mod evidence;
mod other;
mod party;
mod region;
mod resolved;
mod typed;

use std::ops::Range;

use regex::Regex;

use super::{
    confidence::EvidenceClass,
    label::LabelHit,
    value::{self, Money, Value},
};
use diarium_document::{CleanText, FieldType, Heartbeat, operations};

pub(super) use contact::read_contacts;
pub use evidence::Evidence;
pub(super) use other::{other_fields, overlaps_any, read_unlisted};
pub(super) use resolved::ResolvedFields;
pub(super) use typed::{begins_with_value, has_own_form, typed_value};

/// A value that was read, with its position in the clean text and what it rests on.
#[derive(Debug, Clone)]
pub(super) struct Fact {
    pub field: String,
    pub value: Value,
    /// What it rests on.
    pub class: EvidenceClass,
    /// Less than 1 for doubts that are not part of the class.
    pub factor: f64,
    /// The rule that read it, for people.
    pub rule: &'static str,
    /// The label, in bytes of the clean text.
    pub label: Range<usize>,
}

/// The parts of a document that reading its fields needs.
pub(super) struct Context<'c> {
    pub text: &'c CleanText,
    pub hits: &'c [LabelHit<'c>],
    /// Bytes of the clean text where a heading or the title begins, sorted.
    pub stops: &'c [usize],
    /// The title of the document.
    pub title: Option<&'c str>,
    /// The sentences of the title that the carrier states.
    pub stated_parts: &'c [&'c str],
    /// Indexes of lines that are headings, sorted.
    pub headings: &'c [usize],
    /// The currencies of amounts that state none.
    pub money: Money,
    /// Hints of forms that are no answers.
    pub placeholders: &'c [Regex],
}

/// Reads the values of all labels and passes each to `add`.
// Facts are not collected: a text of nothing but labels has millions, of which few are used.
pub(super) fn read_fields(context: &Context<'_>, heartbeat: &Heartbeat, mut add: impl FnMut(Fact)) {
    let mut parties = party::Parties::default();
    for (index, hit) in context.hits.iter().enumerate() {
        heartbeat.step(index);
        operations::count(1);
        let certainty = parties.certainty(context, hit);
        if hit.label.field_type != FieldType::Other {
            read_field(context, index, certainty, &mut add);
        }
    }
}

fn read_field(context: &Context<'_>, index: usize, certainty: f64, add: &mut impl FnMut(Fact)) {
    let hit = &context.hits[index];
    let Some((region, evidence)) = region::value_region(context, index) else {
        return;
    };
    let text = &context.text.text()[region.clone()];
    let answer = value::trim(text);
    let start = region.start + answer.start;
    // An everyday word before a text may be a word of another field: `Region`, `Priority`.
    let is_vague = hit.label.weak && hit.label.field_type == FieldType::Text;
    let label_factor = if hit.is_variant || is_vague {
        evidence::VARIANT_FACTOR
    } else {
        1.0
    };
    for (field, mut value) in answers::answers(context, hit, &text[answer], start) {
        value.bytes = value.bytes.start + start..value.bytes.end + start;
        let factor = value.certainty * certainty * label_factor;
        add(Fact {
            field,
            value,
            class: EvidenceClass::new(evidence, hit.label.field_type),
            factor,
            rule: hit.layout.description(),
            label: hit.bytes.clone(),
        });
    }
}
