//! Comparison of values: titles, kinds, fields, people, budgets, choices and lists.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Change, Part};
use super::{Pairing, pair_by_key};
use diarium_document::{Budget, BudgetItem, Choice, Field, Item, OtherField, Person, Record, Span};

/// Adds the changes of values.
pub(super) fn compare(old: &Record, new: &Record, changes: &mut Vec<Change>) {
    kind(old, new, changes);
    title(old, new, changes);
    let (before, after) = (old.language.as_ref(), new.language.as_ref());
    changes.extend(optional_value(Part::Language, before, after));
    let names = |name: &str| name.to_owned();
    fields(Part::Field, names, &old.fields, &new.fields, changes);
    other(&old.other, &new.other, changes);
    people(&old.people, &new.people, changes);
    budget(old.budget.as_ref(), new.budget.as_ref(), changes);
    choices(&old.choices, &new.choices, changes);
    lists(old, new, changes);
    items(&old.items, &new.items, changes);
}

fn title(old: &Record, new: &Record, changes: &mut Vec<Change>) {
    let (before, after) = (old.title.as_ref(), new.title.as_ref());
    let change = optional_value(Part::Title, before, after);
    // Another title is at another position.
    let (before, after) = (&old.title_span, &new.title_span);
    changes.extend(change.or_else(|| Change::of_span(Part::Title, "", before, after)));
}

fn kind(old: &Record, new: &Record, changes: &mut Vec<Change>) {
    let part = Part::Kind;
    changes.extend(Change::of_property(part, "", "name", &old.kind, &new.kind));
    // Another kind always has another schema.
    if old.kind == new.kind {
        let (before, after) = (&old.schema, &new.schema);
        changes.extend(Change::of_property(part, "", "schema", before, after));
    }
    let (before, after) = (&old.kind_confidence, &new.kind_confidence);
    changes.extend(Change::of_property(part, "", "confidence", before, after));
}

fn optional_value(part: Part, old: Option<&String>, new: Option<&String>) -> Option<Change> {
    match (old, new) {
        (Some(old), Some(new)) => Change::of_property(part, "", "value", old, new),
        (Some(old), None) => Some(Change::removed(part, "", old)),
        (None, Some(new)) => Some(Change::added(part, "", new)),
        (None, None) => None,
    }
}

/// Fields of a record or of one of its items; `named` makes the name of a change.
fn fields(
    part: Part,
    named: impl Fn(&str) -> String,
    old: &BTreeMap<String, Field>,
    new: &BTreeMap<String, Field>,
    changes: &mut Vec<Change>,
) {
    for (name, before) in old {
        match new.get(name) {
            Some(after) => field(part, &named(name), before, after, changes),
            None => changes.push(Change::removed(part, &named(name), &before.value)),
        }
    }
    let added = new.iter().filter(|(name, _)| !old.contains_key(*name));
    changes.extend(added.map(|(name, field)| Change::added(part, &named(name), &field.value)));
}

fn field(part: Part, name: &str, old: &Field, new: &Field, changes: &mut Vec<Change>) {
    let (before, after) = (&old.value, &new.value);
    changes.extend(Change::of_property(part, name, "value", before, after));
    changes.extend(Change::of_property(part, name, "raw", &old.raw, &new.raw));
    let (before, after) = (&old.confidence, &new.confidence);
    changes.extend(Change::of_property(part, name, "confidence", before, after));
    let (before, after) = (&old.repaired, &new.repaired);
    changes.extend(Change::of_property(part, name, "repaired", before, after));
    changes.extend(Change::of_span(part, name, &old.span, &new.span));
}

fn other(old: &[OtherField], new: &[OtherField], changes: &mut Vec<Change>) {
    let part = Part::Other;
    for pairing in pair_by_key(old, new, |field| &field.label) {
        match pairing {
            Pairing::Old(field) => changes.push(Change::removed(part, &field.label, &field.value)),
            Pairing::New(field) => changes.push(Change::added(part, &field.label, &field.value)),
            Pairing::Both(old, new) => other_field(old, new, changes),
        }
    }
}

fn other_field(old: &OtherField, new: &OtherField, changes: &mut Vec<Change>) {
    let (part, name) = (Part::Other, old.label.as_str());
    let (before, after) = (&old.field_type, &new.field_type);
    changes.extend(Change::of_property(part, name, "type", before, after));
    let (before, after) = (&old.value, &new.value);
    changes.extend(Change::of_property(part, name, "value", before, after));
    changes.extend(Change::of_property(part, name, "raw", &old.raw, &new.raw));
    let (before, after) = (&old.confidence, &new.confidence);
    changes.extend(Change::of_property(part, name, "confidence", before, after));
    changes.extend(Change::of_span(part, name, &old.span, &new.span));
}

/// Items are paired by their titles; their fields are named after them: `Snickeriet: granted_sek`.
fn items(old: &[Item], new: &[Item], changes: &mut Vec<Change>) {
    let part = Part::Item;
    for pairing in pair_by_key(old, new, |item| &item.title) {
        match pairing {
            Pairing::Old(item) => changes.push(Change::removed(part, &item.title, &item.title)),
            Pairing::New(item) => changes.push(Change::added(part, &item.title, &item.title)),
            Pairing::Both(old, new) => {
                let named = |name: &str| format!("{}: {name}", old.title);
                fields(part, named, &old.fields, &new.fields, changes);
                changes.extend(Change::of_span(part, &old.title, &old.span, &new.span));
            }
        }
    }
}

fn people(old: &[Person], new: &[Person], changes: &mut Vec<Change>) {
    let part = Part::Person;
    for pairing in pair_by_key(old, new, |person| &person.name) {
        changes.extend(match pairing {
            Pairing::Old(person) => Some(Change::removed(part, &person.name, &person.organisation)),
            Pairing::New(person) => Some(Change::added(part, &person.name, &person.organisation)),
            Pairing::Both(old, new) => {
                let (before, after) = (&old.organisation, &new.organisation);
                Change::of_property(part, &old.name, "organisation", before, after)
                    .or_else(|| confidence(part, &old.name, old.confidence, new.confidence))
                    .or_else(|| Change::of_span(part, &old.name, &old.span, &new.span))
            }
        });
    }
}

/// The confidence of a part that has none in records of version 1.
fn confidence(part: Part, name: &str, old: Option<f64>, new: Option<f64>) -> Option<Change> {
    Change::of_property(part, name, "confidence", &old?, &new?)
}

fn budget(old: Option<&Budget>, new: Option<&Budget>, changes: &mut Vec<Change>) {
    let rows = |budget: Option<&'_ Budget>| budget.map_or(&[][..], |budget| &budget.items).to_vec();
    let keys = budget_keys(old, new);
    for pairing in pair_by_key(&rows(old), &rows(new), |row| &row.label) {
        changes.extend(budget_row(&pairing, keys[0]));
    }
    let part = Part::Budget;
    let currency = |budget: Option<&Budget>| budget.and_then(|budget| budget.currency.clone());
    let (before, after) = (currency(old), currency(new));
    changes.extend(Change::of_property(part, "", "currency", &before, &after));
    let stated = |budget: Option<&Budget>| budget.and_then(|budget| budget.stated_total);
    let (before, after) = (stated(old), stated(new));
    changes.extend(Change::of_property(part, "", keys[1], &before, &after));
    let computed = |budget: Option<&Budget>| budget.map(|budget| budget.computed_total);
    let (before, after) = (computed(old), computed(new));
    changes.extend(Change::of_property(part, "", keys[2], &before, &after));
    let consistent = |budget: Option<&Budget>| budget.and_then(|budget| budget.consistent);
    let (before, after) = (consistent(old), consistent(new));
    let name = "consistent";
    changes.extend(Change::of_property(part, "", name, &before, &after));
}

/// The keys of amounts in both budgets: those without a currency if one of them is not in kronor.
fn budget_keys(old: Option<&Budget>, new: Option<&Budget>) -> [&'static str; 3] {
    let mut currencies = old.into_iter().chain(new).map(|budget| &budget.currency);
    if currencies.all(Option::is_none) {
        ["amount_sek", "stated_total_sek", "computed_total_sek"]
    } else {
        ["amount", "stated_total", "computed_total"]
    }
}

fn budget_row(pairing: &Pairing<'_, BudgetItem>, key: &'static str) -> Option<Change> {
    let part = Part::Budget;
    match pairing {
        Pairing::Old(row) => Some(Change::removed(part, &row.label, row.amount)),
        Pairing::New(row) => Some(Change::added(part, &row.label, row.amount)),
        Pairing::Both(old, new) => {
            let (before, after) = (&old.amount, &new.amount);
            Change::of_property(part, &old.label, key, before, after)
                .or_else(|| confidence(part, &old.label, old.confidence, new.confidence))
                .or_else(|| Change::of_span(part, &old.label, &old.span, &new.span))
        }
    }
}

fn choices(old: &[Choice], new: &[Choice], changes: &mut Vec<Change>) {
    let part = Part::Choice;
    for pairing in pair_by_key(old, new, |choice| &choice.label) {
        changes.extend(match pairing {
            Pairing::Old(choice) => Some(Change::removed(part, &choice.label, choice.checked)),
            Pairing::New(choice) => Some(Change::added(part, &choice.label, choice.checked)),
            Pairing::Both(old, new) => {
                let (before, after) = (&old.checked, &new.checked);
                Change::of_property(part, &old.label, "checked", before, after)
                    .or_else(|| confidence(part, &old.label, old.confidence, new.confidence))
                    .or_else(|| Change::of_span(part, &old.label, &old.span, &new.span))
            }
        });
    }
}

fn lists(old: &Record, new: &Record, changes: &mut Vec<Change>) {
    let names: BTreeSet<&String> = old.lists.0.keys().chain(new.lists.0.keys()).collect();
    for name in names {
        for pairing in pair_by_key(&entries(old, name), &entries(new, name), |entry| entry.0) {
            changes.extend(match pairing {
                Pairing::Old((entry, _)) => Some(Change::removed(Part::List, name, entry)),
                Pairing::New((entry, _)) => Some(Change::added(Part::List, name, entry)),
                // Entries are their own keys, so that only the position of a pair can differ. Records of
                // version 1 have none.
                Pairing::Both((_, Some(old)), (_, Some(new))) => {
                    Change::of_span(Part::List, name, old, new)
                }
                Pairing::Both(..) => None,
            });
        }
    }
}

/// The entries of a list with their positions.
fn entries<'r>(record: &'r Record, name: &str) -> Vec<(&'r String, Option<&'r Span>)> {
    let spans = record.list_spans.0.get(name).into_iter().flatten();
    let spans = spans.map(Some).chain(std::iter::repeat(None));
    let entries = record.lists.0.get(name).into_iter().flatten();
    entries.zip(spans).collect()
}
