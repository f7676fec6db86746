//! Comparison of values: titles, kinds, fields, people, budgets, choices and lists.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Change, Part};
use super::{Pairing, pair_by_key};
use diarium_document::{Budget, BudgetItem, Choice, Field, Lists, Person, Record};

/// Adds the changes of values.
pub(super) fn compare(old: &Record, new: &Record, changes: &mut Vec<Change>) {
    kind(old, new, changes);
    let (before, after) = (old.title.as_ref(), new.title.as_ref());
    changes.extend(optional_value(Part::Title, before, after));
    let (before, after) = (old.language.as_ref(), new.language.as_ref());
    changes.extend(optional_value(Part::Language, before, after));
    fields(old, new, changes);
    people(&old.people, &new.people, changes);
    budget(old.budget.as_ref(), new.budget.as_ref(), changes);
    choices(&old.choices, &new.choices, changes);
    lists(&old.lists, &new.lists, changes);
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

fn fields(old: &Record, new: &Record, changes: &mut Vec<Change>) {
    for (name, before) in &old.fields {
        match new.fields.get(name) {
            Some(after) => field(name, before, after, changes),
            None => changes.push(Change::removed(Part::Field, name, &before.value)),
        }
    }
    let added = new.fields.iter();
    let added = added.filter(|(name, _)| !old.fields.contains_key(*name));
    changes.extend(added.map(|(name, field)| Change::added(Part::Field, name, &field.value)));
}

fn field(name: &str, old: &Field, new: &Field, changes: &mut Vec<Change>) {
    let part = Part::Field;
    let (before, after) = (&old.value, &new.value);
    changes.extend(Change::of_property(part, name, "value", before, after));
    changes.extend(Change::of_property(part, name, "raw", &old.raw, &new.raw));
    let (before, after) = (&old.confidence, &new.confidence);
    changes.extend(Change::of_property(part, name, "confidence", before, after));
    changes.extend(Change::of_span(part, name, &old.span, &new.span));
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
                    .or_else(|| Change::of_span(part, &old.name, &old.span, &new.span))
            }
        });
    }
}

fn budget(old: Option<&Budget>, new: Option<&Budget>, changes: &mut Vec<Change>) {
    let rows = |budget: Option<&'_ Budget>| budget.map_or(&[][..], |budget| &budget.items).to_vec();
    for pairing in pair_by_key(&rows(old), &rows(new), |row| &row.label) {
        changes.extend(budget_row(&pairing));
    }
    let part = Part::Budget;
    let stated = |budget: Option<&Budget>| budget.and_then(|budget| budget.stated_total_sek);
    let (before, after) = (stated(old), stated(new));
    let name = "stated_total_sek";
    changes.extend(Change::of_property(part, "", name, &before, &after));
    let computed = |budget: Option<&Budget>| budget.map(|budget| budget.computed_total_sek);
    let (before, after) = (computed(old), computed(new));
    let name = "computed_total_sek";
    changes.extend(Change::of_property(part, "", name, &before, &after));
    let consistent = |budget: Option<&Budget>| budget.and_then(|budget| budget.consistent);
    let (before, after) = (consistent(old), consistent(new));
    let name = "consistent";
    changes.extend(Change::of_property(part, "", name, &before, &after));
}

fn budget_row(pairing: &Pairing<'_, BudgetItem>) -> Option<Change> {
    let part = Part::Budget;
    match pairing {
        Pairing::Old(row) => Some(Change::removed(part, &row.label, row.amount_sek)),
        Pairing::New(row) => Some(Change::added(part, &row.label, row.amount_sek)),
        Pairing::Both(old, new) => {
            let (before, after) = (&old.amount_sek, &new.amount_sek);
            Change::of_property(part, &old.label, "amount_sek", before, after)
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
                    .or_else(|| Change::of_span(part, &old.label, &old.span, &new.span))
            }
        });
    }
}

fn lists(old: &Lists, new: &Lists, changes: &mut Vec<Change>) {
    let (Lists(old), Lists(new)) = (old, new);
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for name in names {
        let entries =
            |lists: &BTreeMap<String, Vec<String>>| lists.get(name).cloned().unwrap_or_default();
        // Entries are their own keys, so that a pair never differs.
        for pairing in pair_by_key(&entries(old), &entries(new), |entry| entry) {
            changes.extend(match pairing {
                Pairing::Old(entry) => Some(Change::removed(Part::List, name, entry)),
                Pairing::New(entry) => Some(Change::added(Part::List, name, entry)),
                Pairing::Both(..) => None,
            });
        }
    }
}
