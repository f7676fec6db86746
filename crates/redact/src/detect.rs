//! What does one text say of persons, by itself?

use std::collections::BTreeMap;
use std::ops::Range;

use super::columns::Cell;
use super::entity::{Entity, Rule};
use super::lexicon;
use super::names::tokens::{LetterCase, Token, tokenize, tokenize_path};
use super::names::{self, Name, organisation};
use super::texts::TextRole;
use super::{account, address, columns, digits, email, personal_number, phone};

/// What was found in one text.
#[derive(Debug, Default)]
pub(super) struct Detected {
    /// Everything but names; keys are known already.
    pub(super) entities: Vec<Entity>,
    /// Names; who they are is known when all texts were read.
    pub(super) names: Vec<Name>,
    /// The tokens of the text, for another look.
    pub(super) tokens: Vec<Token>,
}

/// Looks at one text. `place` is its JSON Pointer, which may say what it holds.
pub(super) fn detect(place: &str, kind: TextRole, text: &str) -> Detected {
    let mut entities = Vec::new();
    email::find(text, &mut entities);
    personal_number::find(text, &mut entities);
    account::find(text, &mut entities);
    phone::find(text, &mut entities);
    address::find(text, &mut entities);
    let tokens = match kind {
        TextRole::Path => tokenize_path(text),
        _ => tokenize(text),
    };
    let mut found = names::find(&tokens);
    of_columns(text, &tokens, &mut entities, &mut found);
    match expected(place, kind) {
        Some(Rule::Name) => {
            found.extend(as_name(&tokens).or_else(|| names::lowercase::of_value(&tokens)));
        }
        Some(rule)
            if !entities.iter().any(|entity| entity.rule == rule) && !text.trim().is_empty() =>
        {
            entities.push(Entity {
                range: 0..text.len(),
                rule,
                canonical: match rule {
                    Rule::Phone => phone::key(text),
                    _ => super::normalize::normalize(text),
                },
            });
        }
        _ => {}
    }
    Detected {
        entities,
        names: found,
        tokens,
    }
}

/// What the heads of tables tell of the cells below them.
fn of_columns(text: &str, tokens: &[Token], entities: &mut Vec<Entity>, names: &mut Vec<Name>) {
    let cells = columns::cells(text).into_iter();
    let (of_names, others): (Vec<_>, Vec<_>) = cells.partition(|cell| cell.rule == Rule::Name);
    names_of_columns(text, tokens, &of_names, names);
    // Cells do not overlap, so that none needs to know what those before it added.
    let mut known: Vec<(Range<usize>, Rule)> = entities
        .iter()
        .map(|entity| (entity.range.clone(), entity.rule))
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
                Rule::Address => super::normalize::normalize(printed),
                _ => digits::told(&digits::digits(printed).unwrap_or_default()),
            };
            entities.push(Entity {
                range: cell.range,
                rule: cell.rule,
                canonical: key,
            });
        }
    }
}

/// The names in columns of persons. A column of names may hold those of organisations: it has persons
/// where at least half of its cells are known as names without that.
fn names_of_columns(text: &str, tokens: &[Token], cells: &[Cell], names: &mut Vec<Name>) {
    let mut of_persons: BTreeMap<(usize, usize), (usize, usize)> = BTreeMap::new();
    let mut told = Vec::new();
    for cell in cells {
        let start = tokens.partition_point(|token| token.range.start < cell.range.start);
        let many = tokens[start..]
            .iter()
            .take_while(|token| is_within(&token.range, cell));
        let of_cell = &tokens[start..start + many.count()];
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
fn expected(place: &str, kind: TextRole) -> Option<Rule> {
    if kind == TextRole::PersonName {
        return Some(Rule::Name);
    }
    let field = place.strip_prefix("/fields/")?.split('/').next()?;
    let says = |tokens: &[&str]| tokens.iter().any(|token| field.contains(token));
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

/// The name that a value is, though no list knows it: its tokens up to the first that is none.
fn as_name(tokens: &[Token]) -> Option<Name> {
    let name = |token: &Token| {
        token.case != LetterCase::Lower
            && (lexicon::first_name(&token.normalized).is_some()
                || lexicon::is_listed_surname(&token.normalized)
                || !lexicon::is_common_word(&token.normalized))
    };
    let particle = |token: &Token| token.case == LetterCase::Lower && token.normalized.len() <= 3;
    let start = tokens.iter().position(name)?;
    let mut end = start;
    while tokens.get(end).is_some_and(|token| {
        let beside = end == start
            || matches!(
                token.separator,
                super::names::tokens::Separator::Space | super::names::tokens::Separator::Line
            );
        end - start < 6 && beside && (name(token) || end > start && particle(token))
    }) {
        end += 1;
    }
    while end > start && !name(&tokens[end - 1]) {
        end -= 1;
    }
    let tokens = &tokens[start..end];
    if organisation::is_organisation_name(tokens)
        || tokens.len() == 1 && lexicon::is_place_name(&tokens[0].normalized)
    {
        return None;
    }
    let (first, last) = (tokens.first()?, tokens.last()?);
    Some(Name {
        range: first.range.start..last.range.end,
        parts: tokens
            .iter()
            .filter(|token| name(token) && token.case != LetterCase::Initial)
            .map(|token| token.normalized.clone())
            .collect(),
    })
}
