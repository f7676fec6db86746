//! Values: titles, kinds, fields, people, budgets, boxes and lists.

use super::change::{Change, Part};
use super::matching::{Matched, matched};
use diarium_document::{Budget, BudgetItem, Choice, Field, Lists, Person, Record};

/// Adds what differs in two records' values.
pub(super) fn compare(old: &Record, new: &Record, changes: &mut Vec<Change>) {
    kind(old, new, changes);
    word(Part::Title, old.title.as_ref(), new.title.as_ref(), changes);
    word(
        Part::Language,
        old.language.as_ref(),
        new.language.as_ref(),
        changes,
    );
    fields(old, new, changes);
    people(&old.people, &new.people, changes);
    budget(old.budget.as_ref(), new.budget.as_ref(), changes);
    choices(&old.choices, &new.choices, changes);
    lists(&old.lists, &new.lists, changes);
}

fn kind(old: &Record, new: &Record, changes: &mut Vec<Change>) {
    if old.kind != new.kind {
        changes.push(Change::changed(
            Part::Kind,
            "",
            "name",
            &old.kind,
            &new.kind,
        ));
    }
    if old.schema != new.schema && old.kind == new.kind {
        changes.push(Change::changed(
            Part::Kind,
            "",
            "schema",
            &old.schema,
            &new.schema,
        ));
    }
    let (before, after) = (old.kind_confidence, new.kind_confidence);
    if before != after {
        changes.push(Change::changed(Part::Kind, "", "confidence", before, after));
    }
}

fn word(part: Part, old: Option<&String>, new: Option<&String>, changes: &mut Vec<Change>) {
    changes.extend(match (old, new) {
        (Some(old), Some(new)) if old != new => Some(Change::changed(part, "", "value", old, new)),
        (Some(old), None) => Some(Change::removed(part, "", old)),
        (None, Some(new)) => Some(Change::added(part, "", new)),
        _ => None,
    });
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
    if old.value != new.value {
        changes.push(Change::changed(part, name, "value", &old.value, &new.value));
    }
    if old.raw != new.raw {
        changes.push(Change::changed(part, name, "raw", &old.raw, &new.raw));
    }
    let (before, after) = (old.confidence, new.confidence);
    if before != after {
        changes.push(Change::changed(part, name, "confidence", before, after));
    }
    if old.span != new.span {
        changes.push(Change::moved(part, name, &old.span, &new.span));
    }
}

fn people(old: &[Person], new: &[Person], changes: &mut Vec<Change>) {
    let part = Part::Person;
    for pair in matched(old, new, |person| &person.name) {
        changes.extend(match pair {
            Matched::Old(person) => Some(Change::removed(part, &person.name, &person.organisation)),
            Matched::New(person) => Some(Change::added(part, &person.name, &person.organisation)),
            Matched::Both(old, new) if old.organisation != new.organisation => {
                let (before, after) = (&old.organisation, &new.organisation);
                Some(Change::changed(
                    part,
                    &old.name,
                    "organisation",
                    before,
                    after,
                ))
            }
            Matched::Both(old, new) if old.span != new.span => {
                Some(Change::moved(part, &old.name, &old.span, &new.span))
            }
            Matched::Both(..) => None,
        });
    }
}

fn budget(old: Option<&Budget>, new: Option<&Budget>, changes: &mut Vec<Change>) {
    let rows = |budget: Option<&'_ Budget>| budget.map_or(&[][..], |budget| &budget.items).to_vec();
    let (before, after) = (rows(old), rows(new));
    for pair in matched(&before, &after, |row| &row.label) {
        changes.extend(row(&pair));
    }
    let stated = |budget: Option<&Budget>| budget.and_then(|budget| budget.stated_total_sek);
    let computed = |budget: Option<&Budget>| budget.map(|budget| budget.computed_total_sek);
    let consistent = |budget: Option<&Budget>| budget.and_then(|budget| budget.consistent);
    let mut total = |name: &'static str, before: Option<i64>, after: Option<i64>| {
        if before != after {
            changes.push(Change::changed(Part::Budget, "", name, before, after));
        }
    };
    total("stated_total_sek", stated(old), stated(new));
    total("computed_total_sek", computed(old), computed(new));
    let (before, after) = (consistent(old), consistent(new));
    if before != after {
        changes.push(Change::changed(
            Part::Budget,
            "",
            "consistent",
            before,
            after,
        ));
    }
}

fn row(pair: &Matched<'_, BudgetItem>) -> Option<Change> {
    let part = Part::Budget;
    match pair {
        Matched::Old(row) => Some(Change::removed(part, &row.label, row.amount_sek)),
        Matched::New(row) => Some(Change::added(part, &row.label, row.amount_sek)),
        Matched::Both(old, new) if old.amount_sek != new.amount_sek => {
            let (before, after) = (old.amount_sek, new.amount_sek);
            Some(Change::changed(
                part,
                &old.label,
                "amount_sek",
                before,
                after,
            ))
        }
        Matched::Both(old, new) if old.span != new.span => {
            Some(Change::moved(part, &old.label, &old.span, &new.span))
        }
        Matched::Both(..) => None,
    }
}

fn choices(old: &[Choice], new: &[Choice], changes: &mut Vec<Change>) {
    let part = Part::Choice;
    for pair in matched(old, new, |choice| &choice.label) {
        changes.extend(match pair {
            Matched::Old(choice) => Some(Change::removed(part, &choice.label, choice.checked)),
            Matched::New(choice) => Some(Change::added(part, &choice.label, choice.checked)),
            Matched::Both(old, new) if old.checked != new.checked => {
                let (before, after) = (old.checked, new.checked);
                Some(Change::changed(part, &old.label, "checked", before, after))
            }
            Matched::Both(old, new) if old.span != new.span => {
                Some(Change::moved(part, &old.label, &old.span, &new.span))
            }
            Matched::Both(..) => None,
        });
    }
}

fn lists(old: &Lists, new: &Lists, changes: &mut Vec<Change>) {
    let (Lists(old), Lists(new)) = (old, new);
    let names: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for name in names {
        let entries = |lists: &std::collections::BTreeMap<String, Vec<String>>| {
            lists.get(name).cloned().unwrap_or_default()
        };
        let (before, after) = (entries(old), entries(new));
        for pair in matched(&before, &after, |entry| entry) {
            changes.extend(match pair {
                Matched::Old(entry) => Some(Change::removed(Part::List, name, entry)),
                Matched::New(entry) => Some(Change::added(Part::List, name, entry)),
                Matched::Both(..) => None,
            });
        }
    }
}
