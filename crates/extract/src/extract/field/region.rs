//! Regions: where the value of a label begins and ends, and what shows that it is one.

use std::ops::Range;

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::{
    Context,
    evidence::Evidence,
    typed::{begins_with_value, has_own_form, is_label_of},
};
use crate::extract::{
    label::{BOX_NEIGHBORS, LabelHit, LabelLayout, begins_label, labels_on_line},
    value,
};
use diarium_document::{FieldType, LineRole, operations};

/// The longest value, in characters.
// A longer one is prose with a colon in it.
const MAX_VALUE: usize = 300;
/// The longest value of a label without a colon inside a long line, in characters.
// Nothing else ends it if no label follows, so a long one is prose after an everyday word.
const MAX_INLINE_VALUE: usize = 140;
/// The longest value on the line below its label, in characters.
// A longer line is prose.
const MAX_VALUE_LINE: usize = 160;
/// The longest value, in characters, on the line below a label if a gap separates them.
// A longer line after a gap is the first paragraph of a section.
const MAX_VALUE_AFTER_GAP: usize = 80;
/// The longest second line of a wrapped value, in bytes.
// A longer line is prose below the fact box.
const MAX_CONTINUATION_BYTES: usize = 80;
/// The longest text value that may end with a full stop, in characters.
// A longer one is a sentence, even below a label.
const MAX_VALUE_WITH_FULL_STOP: usize = 60;

// A label that no profile declares: Sökt belopp (del av stödet): | Besöksadress:
static UNKNOWN_LABEL: Lazy<Regex> = lazy_regex!(
    r"(?:^|\s)(?P<label>\p{Lu}[\p{Ll}-]+(?:\s(?:[\p{Ll}/-]+|\([^:()]*(?:\([^:()]*\))?[^:()]*\)?)){0,6}\s?:)(?:\s|$)"
);
// b) Sökande
static LETTERED_ITEM: Lazy<Regex> = lazy_regex!(r"\s(?P<label>[a-z]\))\s");

/// The region of a value, and what shows that it is one.
pub(super) type Region = (Range<usize>, Evidence);

/// The region of the value of a label.
pub(super) fn value_region(context: &Context<'_>, index: usize) -> Option<Region> {
    let hit = &context.hits[index];
    match hit.layout {
        LabelLayout::Alone { colon } => value_below(context, hit, colon),
        LabelLayout::Above => value_placed(context, hit, Evidence::Above),
        LabelLayout::Columns => value_placed(context, hit, Evidence::Columns),
        LabelLayout::Run => {
            let place = hit.place.as_ref()?;
            Some((place.bytes.clone(), Evidence::Run))
        }
        _ => value_on_same_line(context, index),
    }
}

/// The region of a value in a line of its own.
fn value_placed(context: &Context<'_>, hit: &LabelHit<'_>, evidence: Evidence) -> Option<Region> {
    let place = hit.place.as_ref()?;
    is_value_line(context, place.line).then(|| (place.bytes.clone(), evidence))
}

/// The region of a value on its label's line.
fn value_on_same_line(context: &Context<'_>, index: usize) -> Option<Region> {
    let hit = &context.hits[index];
    let line = &context.text.lines()[hit.line];
    let region = match &hit.place {
        Some(place) => place.bytes.clone(),
        None => hit.bytes.end..own_end(context, hit),
    };
    let start = region.start;
    let end = value_end(context, index, region);
    let text = &context.text.text()[start..end];
    let text = &text[value::trim(text)];
    let label = &context.text.text()[hit.bytes.clone()];
    let evidence = same_line_evidence(hit, label, text)?;
    let max_length = match hit.layout {
        LabelLayout::InlineSpaced => MAX_INLINE_VALUE,
        _ => MAX_VALUE,
    };
    // Text that continues after a label is prose, not a value. Other types end where their form ends.
    let is_text = matches!(hit.label.field_type, FieldType::Text);
    if text.is_empty() || is_text && text.chars().count() > max_length {
        return None;
    }
    let may_wrap = matches!(hit.layout, LabelLayout::Colon | LabelLayout::Cell);
    if is_text && may_wrap && end == line.bytes.end {
        return Some((start..wrapped_end(context, hit, end), evidence));
    }
    Some((start..end, evidence))
}

/// The end of the text after a label that a value may have. A text does not continue in the next cell;
/// values of other types end where their form ends.
fn own_end(context: &Context<'_>, hit: &LabelHit<'_>) -> usize {
    match hit.label.field_type {
        FieldType::Text => hit.cell_end,
        _ => context.text.lines()[hit.line].bytes.end,
    }
}

/// What shows that the text after a label on its line is its value.
fn same_line_evidence(hit: &LabelHit<'_>, label: &str, text: &str) -> Option<Evidence> {
    let is_boxed = hit.neighbor_count >= BOX_NEIGHBORS;
    Some(match hit.layout {
        LabelLayout::Colon if is_boxed => Evidence::BoxedColon,
        LabelLayout::Colon => Evidence::Colon,
        LabelLayout::Cell => Evidence::Cell,
        LabelLayout::Glued if is_boxed => Evidence::BoxedGlued,
        LabelLayout::Spaced if !hit.label.weak && is_set_in_capitals(label, text) => {
            Evidence::TypedStart
        }
        LabelLayout::Glued | LabelLayout::Spaced => {
            is_label_of(hit.label.field_type, text).then_some(Evidence::TypedStart)?
        }
        LabelLayout::InlineColon => Evidence::InlineColon,
        LabelLayout::InlineSpaced => Evidence::InlineSpaced,
        _ => return None,
    })
}

/// Whether a label in capitals is told apart from its value in small letters: `SÖKANDE Ekby kommun`.
fn is_set_in_capitals(label: &str, value: &str) -> bool {
    let is_capitals = !label.contains(char::is_lowercase) && label.contains(char::is_uppercase);
    let first = value.chars().next();
    is_capitals
        && value.contains(char::is_lowercase)
        && first.is_some_and(|first| first.is_uppercase() || first.is_ascii_digit())
}

/// The end of a value that its box wraps: it continues in the next line if gaps separate the facts.
fn wrapped_end(context: &Context<'_>, hit: &LabelHit<'_>, end: usize) -> usize {
    let lines = context.text.lines();
    let Some(next) = lines.get(hit.line + 1) else {
        return end;
    };
    let after = lines.get(hit.line + 2);
    let is_separated = lines[hit.line].gap_before && after.is_none_or(|after| after.gap_before);
    let is_short = next.bytes.len() <= MAX_CONTINUATION_BYTES;
    if next.gap_before || !is_separated || !is_short || !is_value_line(context, hit.line + 1) {
        return end;
    }
    next.bytes.end
}

/// The region of a value on the line below its label.
fn value_below(context: &Context<'_>, hit: &LabelHit<'_>, colon: bool) -> Option<Region> {
    let place = hit.place.as_ref()?;
    let next = place.line;
    let line = context.text.lines().get(next)?;
    if !is_value_line(context, next) {
        return None;
    }
    let text = &context.text.text()[place.bytes.clone()];
    if place.bytes != line.bytes {
        let evidence = match place.in_typed_row {
            true => Evidence::RowBelow,
            false => Evidence::UntypedRowBelow,
        };
        return Some((place.bytes.clone(), evidence));
    }
    let characters = text.chars().count();
    let answer = &text[value::trim(text)];
    let is_whole = is_label_of(hit.label.field_type, answer);
    let is_close = colon || is_in_spaced_pairs(context, hit);
    let is_far = line.gap_before && (!is_close || characters > MAX_VALUE_AFTER_GAP) && !is_whole;
    if characters > MAX_VALUE_LINE || is_far {
        return None;
    }
    let is_sentence = characters > MAX_VALUE_WITH_FULL_STOP && text.ends_with('.');
    if hit.label.field_type == FieldType::Text && is_sentence {
        return None;
    }
    let evidence = below_evidence(hit, colon, line.gap_before, answer)?;
    let mut end = line.bytes.end;
    let after = context.text.lines().get(next + 1);
    // A slash or a comma at the end of a line announces more of the same value.
    let is_wrapped = after.is_some_and(|after| !after.gap_before)
        && text.ends_with(['/', ','])
        && is_value_line(context, next + 1);
    if is_wrapped && let Some(after) = after {
        end = after.bytes.end;
    }
    Some((line.bytes.start..end, evidence))
}

/// Whether a page sets every label and every value apart with gaps: another label stands two lines before
/// or after this one, and its value has a form that shows it.
fn is_in_spaced_pairs(context: &Context<'_>, hit: &LabelHit<'_>) -> bool {
    let is_pair = |line: usize| {
        let other = labels_on_line(context.hits, line).first();
        let other = other.filter(|other| other.layout.is_alone());
        let value = other.and_then(|other| Some((other, other.place.as_ref()?)));
        value.is_some_and(|(other, place)| {
            let text = &context.text.text()[place.bytes.clone()];
            place.line == line + 1 && is_label_of(other.label.field_type, text.trim())
        })
    };
    let before = hit.line.checked_sub(2).is_some_and(is_pair);
    // An everyday word is a heading there, and a sentence follows it.
    let is_boxed = !hit.label.weak && hit.neighbor_count >= BOX_NEIGHBORS;
    is_boxed && (before || is_pair(hit.line + 2))
}

/// What shows that the line below a label is its value; `None` if nothing does.
fn below_evidence(
    hit: &LabelHit<'_>,
    colon: bool,
    gap_before: bool,
    text: &str,
) -> Option<Evidence> {
    let field_type = hit.label.field_type;
    let is_boxed = hit.neighbor_count >= BOX_NEIGHBORS;
    let is_typed = has_own_form(field_type) && begins_with_value(field_type, text);
    Some(match (is_boxed, colon, gap_before) {
        (true, _, false) => Evidence::BoxedBelow,
        (true, _, true) => Evidence::BoxedBelowGap,
        (false, true, false) => Evidence::ColonBelow,
        _ if colon || is_typed => Evidence::TypedBelow,
        _ => return None,
    })
}

/// Whether a line can be a value: it is not a heading, and no label begins it.
fn is_value_line(context: &Context<'_>, line: usize) -> bool {
    let Some(clean) = context.text.lines().get(line) else {
        return false;
    };
    !begins_label(context.hits, line)
        && !matches!(clean.role, LineRole::Heading(_))
        && context.headings.binary_search(&line).is_err()
        && !context.text.line(line).trim_end().ends_with(':')
}

/// The end of the value on a label's line: the next label, heading or lettered item.
fn value_end(context: &Context<'_>, index: usize, region: Range<usize>) -> usize {
    let mut end = region.end;
    let hit = &context.hits[index];
    for other in &context.hits[index + 1..] {
        operations::count(1);
        if other.bytes.start >= end {
            break;
        }
        if is_boundary(hit, other) {
            end = other.bytes.start;
            break;
        }
    }
    // A value may be the title, which otherwise ends values, and in running text it ends with it.
    let known_end = known_end(context, hit, region.start..end);
    if let Some(known_end) = known_end.filter(|_| is_in_running_text(hit)) {
        end = known_end;
    }
    let from = known_end.unwrap_or(region.start);
    let stop = context.stops.partition_point(|&stop| stop < from);
    if let Some(&stop) = context.stops.get(stop)
        && stop < end
    {
        end = stop;
    }
    // A cell of its own has one value: a colon in it is the author's.
    if hit.place.is_some() {
        return end;
    }
    let text = &context.text.text()[region.start..end];
    operations::count(text.len());
    for pattern in [&*UNKNOWN_LABEL, &*LETTERED_ITEM] {
        let label = pattern
            .captures(text)
            .and_then(|captures| captures.name("label"));
        if let Some(label) = label {
            end = end.min(region.start + label.start());
        }
    }
    end
}

fn is_in_running_text(hit: &LabelHit<'_>) -> bool {
    matches!(
        hit.layout,
        LabelLayout::InlineColon | LabelLayout::InlineSpaced
    )
}

/// The end of a value that the document states elsewhere on its own: it is the title, or the carrier's
/// title has it after the same label, up to a full stop.
fn known_end(context: &Context<'_>, hit: &LabelHit<'_>, region: Range<usize>) -> Option<usize> {
    /// A shorter part may be the beginning of another word.
    const MIN_PART: usize = 4;
    if hit.label.field_type != FieldType::Text {
        return None;
    }
    let text = context.text.text().get(region.clone())?;
    let body = text.trim_start();
    let start = region.end - body.len();
    let label = context.text.text().get(hit.bytes.clone())?.trim();
    let after_label = |part: &'_ str| -> Option<usize> {
        operations::count(part.len());
        let (_, value) = part.split_once(label)?;
        let value = value.trim();
        (value.len() >= MIN_PART && body.starts_with(value)).then_some(value.len())
    };
    let is_title = |title: &&str| title.len() >= MIN_PART && body.starts_with(*title);
    let length = context.title.filter(is_title).map(str::len);
    let length = length.or_else(|| {
        let mut parts = context.stated_parts.iter();
        parts.find_map(|part| after_label(part))
    })?;
    // Inside a word it is another text.
    let rest = body.get(length..)?;
    (!rest.starts_with(char::is_alphanumeric)).then_some(start + length)
}

/// Whether another label on the line ends the value. A label with a colon does, one without only in a
/// line whose labels have no colons.
fn is_boundary(hit: &LabelHit<'_>, other: &LabelHit<'_>) -> bool {
    match other.layout {
        LabelLayout::InlineColon
        | LabelLayout::Alone { .. }
        | LabelLayout::Above
        | LabelLayout::Columns
        | LabelLayout::Cell
        | LabelLayout::Colon
        | LabelLayout::Run => true,
        LabelLayout::InlineSpaced => {
            matches!(
                hit.layout,
                LabelLayout::Spaced | LabelLayout::InlineSpaced | LabelLayout::InlineColon
            )
        }
        _ => false,
    }
}
