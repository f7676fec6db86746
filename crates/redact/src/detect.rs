//! What does one text say of persons, by itself?

use std::collections::BTreeMap;
use std::ops::Range;

use super::columns::Cell;
use super::names::words::{Shape, Word, words, words_of_path};
use super::names::{self, Name, lists, organisation};
use super::rule::{Hit, Rule};
use super::texts::Kind;
use super::{account, address, columns, digits, email, personal_number, phone};

/// What was found in one text.
#[derive(Debug, Default)]
pub(super) struct Detected {
    /// Everything but names; keys are known already.
    pub(super) hits: Vec<Hit>,
    /// Names; who they are is known when all texts were read.
    pub(super) names: Vec<Name>,
    /// The words of the text, for another look.
    pub(super) words: Vec<Word>,
}

/// Looks at one text. `place` is its JSON Pointer, which may say what it holds.
pub(super) fn detect(place: &str, kind: Kind, text: &str) -> Detected {
    let mut hits = Vec::new();
    email::find(text, &mut hits);
    personal_number::find(text, &mut hits);
    account::find(text, &mut hits);
    phone::find(text, &mut hits);
    address::find(text, &mut hits);
    let words = match kind {
        Kind::Path => words_of_path(text),
        _ => words(text),
    };
    let mut found = names::find(&words);
    of_columns(text, &words, &mut hits, &mut found);
    match expected(place, kind) {
        Some(Rule::Name) => {
            found.extend(as_name(&words).or_else(|| names::lowercase::of_value(&words)));
        }
        Some(rule) if !hits.iter().any(|hit| hit.rule == rule) && !text.trim().is_empty() => {
            hits.push(Hit {
                range: 0..text.len(),
                rule,
                key: match rule {
                    Rule::Phone => phone::key(text),
                    _ => super::fold::fold(text),
                },
            });
        }
        _ => {}
    }
    Detected {
        hits,
        names: found,
        words,
    }
}

/// What the heads of tables tell of the cells below them.
fn of_columns(text: &str, words: &[Word], hits: &mut Vec<Hit>, names: &mut Vec<Name>) {
    let cells = columns::cells(text).into_iter();
    let (of_names, others): (Vec<_>, Vec<_>) = cells.partition(|cell| cell.rule == Rule::Name);
    names_of_columns(text, words, &of_names, names);
    // Cells do not overlap, so that none needs to know what those before it added.
    let mut known: Vec<(Range<usize>, Rule)> = hits
        .iter()
        .map(|hit| (hit.range.clone(), hit.rule))
        .collect();
    known.sort_unstable_by_key(|(range, _)| range.start);
    for cell in others {
        let from = known.partition_point(|(range, _)| range.start < cell.range.start);
        let mut inside = known[from..]
            .iter()
            .take_while(|(range, _)| range.start < cell.range.end);
        if !inside.any(|(range, rule)| *rule == cell.rule && is_within(range, &cell)) {
            let printed = &text[cell.range.clone()];
            let key = match cell.rule {
                Rule::Phone => phone::key(printed),
                Rule::Address => super::fold::fold(printed),
                _ => digits::told(&digits::digits(printed).unwrap_or_default()),
            };
            hits.push(Hit {
                range: cell.range,
                rule: cell.rule,
                key,
            });
        }
    }
}

/// The names in columns of persons. A column of names may hold those of organisations: it has persons
/// where at least half of its cells are known as names without that.
fn names_of_columns(text: &str, words: &[Word], cells: &[Cell], names: &mut Vec<Name>) {
    let mut of_persons: BTreeMap<(usize, usize), (usize, usize)> = BTreeMap::new();
    let mut told = Vec::new();
    for cell in cells {
        let start = words.partition_point(|word| word.range.start < cell.range.start);
        let many = words[start..]
            .iter()
            .take_while(|word| is_within(&word.range, cell));
        let of_cell = &words[start..start + many.count()];
        // In small letters, other cells than names say nothing of their column.
        let is_small = text[cell.range.clone()].starts_with(char::is_lowercase);
        let small = is_small.then(|| names::lowercase::of_value(of_cell));
        if let Some(None) = small {
            continue;
        }
        let (all, persons) = of_persons.entry(cell.column).or_default();
        *all += 1;
        let at = names.partition_point(|name| name.range.start < cell.range.start);
        let is_known = names
            .get(at)
            .is_some_and(|name| is_within(&name.range, cell));
        *persons += usize::from(is_known || is_small || cell.is_certain);
        let name = small.unwrap_or_else(|| as_name(of_cell));
        let name = name.filter(|_| of_cell.len() < 6);
        told.extend(name.map(|name| (cell.column, name)));
    }
    let has_persons = |column: &(usize, usize)| {
        of_persons
            .get(column)
            .is_some_and(|(all, persons)| persons * 2 >= *all)
    };
    let told = told.into_iter().filter(|(column, _)| has_persons(column));
    names.extend(told.map(|(_, name)| name));
}

fn is_within(range: &Range<usize>, cell: &Cell) -> bool {
    cell.range.start <= range.start && range.end <= cell.range.end
}

/// What a place in the record is for.
fn expected(place: &str, kind: Kind) -> Option<Rule> {
    if kind == Kind::Person {
        return Some(Rule::Name);
    }
    let field = place.strip_prefix("/fields/")?.split('/').next()?;
    let says = |words: &[&str]| words.iter().any(|word| field.contains(word));
    if says(&["email", "e_mail", "epost", "e_post"]) {
        Some(Rule::Email)
    } else if says(&["phone", "telefon", "mobil", "fax"]) {
        Some(Rule::Phone)
    } else if says(&["personnummer", "person_number", "personal_number"]) {
        Some(Rule::PersonalNumber)
    } else if says(&["address", "adress", "postal_code", "postnummer"]) {
        Some(Rule::Address)
    } else if says(&["bankgiro", "plusgiro", "account_number", "konto"]) {
        Some(Rule::Account)
    } else if says(&[
        "contact",
        "kontakt",
        "person",
        "signatory",
        "foretradare",
        "handlaggare",
        "projektledare",
    ]) {
        Some(Rule::Name)
    } else {
        None
    }
}

/// The name that a value is, though no list knows it: its words up to the first that is none.
fn as_name(words: &[Word]) -> Option<Name> {
    let name = |word: &Word| {
        word.shape != Shape::Lower
            && (lists::first_name(&word.folded).is_some()
                || lists::is_surname_of_list(&word.folded)
                || !lists::is_common(&word.folded))
    };
    let particle = |word: &Word| word.shape == Shape::Lower && word.folded.len() <= 3;
    let start = words.iter().position(name)?;
    let mut end = start;
    while words.get(end).is_some_and(|word| {
        let beside = end == start
            || matches!(
                word.gap,
                super::names::words::Gap::Space | super::names::words::Gap::Line
            );
        end - start < 6 && beside && (name(word) || end > start && particle(word))
    }) {
        end += 1;
    }
    while end > start && !name(&words[end - 1]) {
        end -= 1;
    }
    let words = &words[start..end];
    if organisation::is_organisation_name(words)
        || words.len() == 1 && lists::is_place(&words[0].folded)
    {
        return None;
    }
    let (first, last) = (words.first()?, words.last()?);
    Some(Name {
        range: first.range.start..last.range.end,
        parts: words
            .iter()
            .filter(|word| name(word) && word.shape != Shape::Initial)
            .map(|word| word.folded.clone())
            .collect(),
    })
}
