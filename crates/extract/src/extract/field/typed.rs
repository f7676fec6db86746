//! Typed values of a label: the value at the start of a text, if it is of the label's type.

use crate::extract::value::{self, Value};
use diarium_document::FieldType;

/// The value at the start of a text, if it is of that type.
pub(in crate::extract) fn typed_value(field_type: FieldType, text: &str) -> Option<Value> {
    match field_type {
        FieldType::Text => value::words(text),
        // A name ends the text, or a separator follows it; otherwise the text is prose.
        FieldType::Name => {
            value::name(text).filter(|name| value::ends_name(&text[name.bytes.end..]))
        }
        FieldType::Amount => value::amount(text),
        FieldType::Integer => value::integer(text),
        FieldType::Date => value::date(text),
        FieldType::Email => value::email(text),
        FieldType::Phone => value::phone(text),
        FieldType::Url => value::url(text),
        FieldType::Identifier => value::identifier(text),
        FieldType::OrganisationNumber => value::organisation_number(text),
        FieldType::Period | FieldType::Other => None,
    }
}

/// Whether values of a type have a form that other texts do not have.
pub(in crate::extract) fn has_own_form(field_type: FieldType) -> bool {
    !matches!(
        field_type,
        FieldType::Text | FieldType::Name | FieldType::Integer | FieldType::Other
    )
}

/// Whether a text begins with a value of a type.
pub(in crate::extract) fn begins_with_value(field_type: FieldType, text: &str) -> bool {
    match field_type {
        FieldType::Period => value::open_period(text).is_some(),
        _ => typed_value(field_type, text).is_some(),
    }
}

/// Whether the value shows that the word before it is a label at all: it has a type with a form of its
/// own, and takes up most of the text.
pub(super) fn is_label_of(field_type: FieldType, text: &str) -> bool {
    let length = match field_type {
        FieldType::Period => value::open_period(text).map(|(start, end)| {
            let end = end.map_or(start.bytes.end, |end| end.bytes.end);
            end - start.bytes.start
        }),
        _ => typed_value(field_type, text).map(|value| value.bytes.len()),
    };
    // Three fifths: an amount may have a note, `5 000 kr (preliminärt)`, and a sentence may begin with one.
    has_own_form(field_type) && length.is_some_and(|length| length * 5 >= text.len() * 3)
}
