//! Graceful degradation: remove from a record the parts that break its schema.
//!
//! A document is never lost because one of our stages produced an empty string or an impossible
//! number. The smallest part around each violation is removed (a label, a field, an entry of a
//! list), and a warning says which. Text and provenance are never touched: a violation in a page's
//! text or number, or in the record's identity, cannot be repaired here and is left to the caller.

use std::collections::{BTreeMap, BTreeSet};

use crate::validate::Violation;
use diarium_document::{Budget, Record, Warning, WarningCode};

/// Removes what the violations point at, and warns of each part that was removed. `required` names
/// the fields that the record's kind requires. Gives false where nothing could be removed.
pub(super) fn degrade(record: &mut Record, violations: &[Violation], required: &[String]) -> bool {
    let mut removal = Removal::default();
    for violation in violations {
        removal.plan(record, &violation.path);
    }
    // The new warnings are added after the removal, whose indexes point into the list as it was
    // validated.
    let warnings: Vec<Warning> = removal
        .parts
        .iter()
        .map(|part| warning(part, required))
        .collect();
    removal.apply(record);
    record.warnings.extend(warnings);
    sort_warnings(&mut record.warnings);
    !removal.parts.is_empty()
}

/// An order that does not depend on which stage spoke first; each warning once.
pub(super) fn sort_warnings(warnings: &mut Vec<Warning>) {
    warnings.sort_by(|one, other| {
        (one.code, one.page, &one.message).cmp(&(other.code, other.page, &other.message))
    });
    warnings.dedup();
}

/// A part that is removed, for the warning.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// A field, by its name.
    Field(String),
    /// Anything else, in words.
    Other(&'static str),
}

/// Indexes of entries that are removed as a whole, by list. They are collected first and removed
/// together: removing one by one would shift the places that later violations point at.
#[derive(Debug, Default)]
struct Removal {
    parts: BTreeSet<Part>,
    fields: BTreeSet<String>,
    lists: BTreeMap<String, BTreeSet<usize>>,
    letterhead: BTreeSet<usize>,
    people: BTreeSet<usize>,
    budget: bool,
    items: BTreeSet<usize>,
    choices: BTreeSet<usize>,
    other: BTreeSet<usize>,
    /// Rows of the budget are `items`; these are the items of the record.
    record_items: BTreeSet<usize>,
    related: BTreeSet<usize>,
    warnings: BTreeSet<usize>,
    /// By section.
    spans: BTreeMap<usize, BTreeSet<usize>>,
}

impl Removal {
    /// Notes the smallest part around a violation; what is a property of an entry goes at once.
    fn plan(&mut self, record: &mut Record, path: &str) {
        let parts: Vec<String> = path.split('/').skip(1).map(unescaped).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let removed = match parts.as_slice() {
            [name @ ("title" | "title_span"), ..] => title(record, name),
            ["language", ..] => record.language.take().map(|_| Part::Other("the language")),
            ["kind_confidence"] => Some(kind_confidence(record)),
            ["source", name, ..] => source(record, name),
            ["pages", index, name] => page(record, number(index), name),
            ["fields", name, ..] => {
                // A value without its span, or a span without its value, is no field: it is removed as
                // a whole.
                self.fields.insert((*name).to_owned());
                Some(Part::Field((*name).to_owned()))
            }
            ["sections", index, rest @ ..] => self.section(record, number(index), rest),
            // Before the pattern for whole entries: a name without an organisation is still a person.
            ["people", index, "organisation"] => person(record, number(index)),
            [list @ ("people" | "choices"), index, "confidence"]
            | ["budget", list @ "items", index, "confidence"] => {
                confidence(record, list, number(index))
            }
            ["budget", rest @ ..] => Some(self.budget(rest)),
            // An entry and its position are removed together.
            ["lists", name, index] | ["list_spans", name, index, ..] => {
                let entries = self.lists.entry((*name).to_owned()).or_default();
                entries.extend(number(index));
                Some(Part::Other("an entry of a list"))
            }
            ["list_spans", name] => parallel(record, name),
            ["items", index, "fields", name, ..] => item_field(record, number(index), name),
            // Likewise; an empty excerpt is not written.
            ["related", index, "excerpt"] => related(record, number(index)),
            [list, index, ..] => self.entry(list, number(index)),
            _ => None,
        };
        self.parts.extend(removed);
    }

    /// An entry of one of the lists whose entries are removed whole.
    fn entry(&mut self, list: &str, index: Option<usize>) -> Option<Part> {
        let (entries, part) = match list {
            "letterhead" => (&mut self.letterhead, "an entry of the letterhead"),
            "people" => (&mut self.people, "a person"),
            "choices" => (&mut self.choices, "a choice"),
            "other" => (&mut self.other, "a value without a canonical field"),
            "items" => (&mut self.record_items, "a project of several"),
            "related" => (&mut self.related, "a related document"),
            "warnings" => (&mut self.warnings, "a warning"),
            _ => return None,
        };
        entries.insert(index?);
        Some(Part::Other(part))
    }

    /// A row that breaks is removed and the sum computed again; anything else of a budget that
    /// breaks makes all of it unreliable.
    fn budget(&mut self, rest: &[&str]) -> Part {
        match rest {
            ["items", index, ..] if number(index).is_some() => {
                self.items.extend(number(index));
                Part::Other("a row of the budget")
            }
            _ => {
                self.budget = true;
                Part::Other("the budget")
            }
        }
    }

    /// A section keeps its heading and text: they are the author's.
    fn section(
        &mut self,
        record: &mut Record,
        index: Option<usize>,
        rest: &[&str],
    ) -> Option<Part> {
        let index = index?;
        let section = record.sections.get_mut(index)?;
        match rest {
            ["number"] => {
                section.number.take()?;
                Some(Part::Other("the number of a section"))
            }
            ["level"] => {
                // The bounds of the schema, and of HTML headings.
                section.level = section.level.clamp(1, 6);
                Some(Part::Other("the level of a section"))
            }
            ["spans", span, ..] => {
                self.spans.entry(index).or_default().insert(number(span)?);
                Some(Part::Other("a position of a section"))
            }
            _ => None,
        }
    }

    fn apply(&self, record: &mut Record) {
        record.fields.retain(|name, _| !self.fields.contains(name));
        for (name, entries) in &self.lists {
            if let Some(list) = record.lists.0.get_mut(name) {
                remove(list, entries);
            }
            if let Some(spans) = record.list_spans.0.get_mut(name) {
                remove(spans, entries);
            }
        }
        remove(&mut record.other, &self.other);
        remove(&mut record.items, &self.record_items);
        remove(&mut record.letterhead, &self.letterhead);
        remove(&mut record.people, &self.people);
        remove(&mut record.choices, &self.choices);
        remove(&mut record.related, &self.related);
        remove(&mut record.warnings, &self.warnings);
        for (section, spans) in &self.spans {
            if let Some(section) = record.sections.get_mut(*section) {
                remove(&mut section.spans, spans);
            }
        }
        record.budget = record
            .budget
            .take()
            .and_then(|budget| self.without_items(budget));
    }

    /// The budget without the rows that were removed; none if no row is left.
    fn without_items(&self, mut budget: Budget) -> Option<Budget> {
        if self.budget {
            return None;
        }
        if self.items.is_empty() {
            return Some(budget);
        }
        remove(&mut budget.items, &self.items);
        let mut amounts = budget.items.iter().map(|item| item.amount);
        // `check_budget` requires both to match the rows that are left; unchanged, they would fail the
        // next check.
        budget.computed_total = amounts.try_fold(0_i64, i64::checked_add)?;
        budget.consistent = budget
            .stated_total
            .map(|stated| stated == budget.computed_total);
        (!budget.items.is_empty()).then_some(budget)
    }
}

fn title(record: &mut Record, name: &str) -> Option<Part> {
    let span = record.title_span.take();
    match name {
        "title" => record.title.take().map(|_| Part::Other("the title")),
        _ => span.map(|_| Part::Other("the position of the title")),
    }
}

fn kind_confidence(record: &mut Record) -> Part {
    // The schema requires the key, so the number is corrected instead of removed.
    record.kind_confidence = bounded(record.kind_confidence);
    Part::Other("the confidence in the kind")
}

fn source(record: &mut Record, name: &str) -> Option<Part> {
    match name {
        "encoding" => record.source.encoding.take().map(|_| "the encoding"),
        "pages_stated" => {
            let stated = record.source.pages_stated.take();
            stated.map(|_| "the stated number of pages")
        }
        "parent" => record
            .source
            .parent
            .take()
            .map(|_| "the path of the container"),
        "files" => {
            let files = std::mem::take(&mut record.source.files);
            (!files.is_empty()).then_some("the files of the document")
        }
        _ => None,
    }
    .map(Part::Other)
}

fn page(record: &mut Record, index: Option<usize>, name: &str) -> Option<Part> {
    let page = record.pages.get_mut(index?)?;
    let part = match name {
        "label" => page.label.take().map(|_| "the label of a page"),
        "confidence" => {
            page.confidence = bounded(page.confidence);
            Some("the confidence of a page")
        }
        "width" | "height" => {
            // One side without the other describes no page.
            (page.width, page.height) = (None, None);
            Some("the size of a page")
        }
        _ => None,
    };
    part.map(Part::Other)
}

fn person(record: &mut Record, index: Option<usize>) -> Option<Part> {
    let organisation = record.people.get_mut(index?)?.organisation.take();
    organisation.map(|_| Part::Other("the organisation of a person"))
}

/// Corrects a confidence that a part need not have.
fn confidence(record: &mut Record, list: &str, index: Option<usize>) -> Option<Part> {
    let index = index?;
    let confidence = match list {
        "people" => &mut record.people.get_mut(index)?.confidence,
        "choices" => &mut record.choices.get_mut(index)?.confidence,
        _ => &mut record.budget.as_mut()?.items.get_mut(index)?.confidence,
    };
    *confidence = confidence.map(bounded);
    Some(Part::Other("a confidence"))
}

/// Cuts a list and its positions to the same length.
fn parallel(record: &mut Record, name: &str) -> Option<Part> {
    let entries = record.lists.0.get_mut(name);
    let spans = record.list_spans.0.entry(name.to_owned()).or_default();
    let length = entries
        .as_ref()
        .map_or(0, |entries| entries.len())
        .min(spans.len());
    spans.truncate(length);
    if let Some(entries) = entries {
        entries.truncate(length);
    }
    Some(Part::Other("an entry of a list"))
}

fn item_field(record: &mut Record, index: Option<usize>, name: &str) -> Option<Part> {
    let removed = record.items.get_mut(index?)?.fields.remove(name);
    removed.map(|_| Part::Other("a field of a project of several"))
}

fn related(record: &mut Record, index: Option<usize>) -> Option<Part> {
    record.related.get_mut(index?)?.excerpt.clear();
    Some(Part::Other("the excerpt of a related document"))
}

/// Removes the entries at these indexes.
fn remove<T>(list: &mut Vec<T>, indexes: &BTreeSet<usize>) {
    let mut index = 0;
    list.retain(|_| {
        index += 1;
        !indexes.contains(&(index - 1))
    });
}

/// A confidence that is no number counts as none.
fn bounded(confidence: f64) -> f64 {
    // `clamp` returns NaN for NaN, and serde_json writes it as null, which the schema rejects again.
    if confidence.is_finite() {
        confidence.clamp(0.0, 1.0)
    } else {
        0.0
    }
}

fn number(index: &str) -> Option<usize> {
    index.parse().ok()
}

/// A reference token of a JSON Pointer (RFC 6901, section 4).
fn unescaped(token: &str) -> String {
    // In the order that the standard prescribes: the other one would turn `~01` into `/` instead of
    // `~1`.
    token.replace("~1", "/").replace("~0", "~")
}

fn warning(part: &Part, required: &[String]) -> Warning {
    match part {
        Part::Field(name) => {
            // `assemble` has already looked for missing fields, and this one was not missing then.
            let code = if required.contains(name) {
                WarningCode::FieldMissing
            } else {
                WarningCode::LowConfidence
            };
            let message = format!(
                "{name} was left out: what was read is no valid value; look for it on the pages"
            );
            Warning::new(code, message)
        }
        Part::Other(what) => Warning::new(
            WarningCode::LowConfidence,
            format!(
                "{what} was left out or corrected: what was read is not valid; look at the original"
            ),
        ),
    }
}

#[cfg(test)]
mod tests;
