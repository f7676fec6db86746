//! Detection of personal data in one text.
//!
//! Each rule searches the text; then the headers of table columns and the role of the text in the
//! record announce what else is personal data. Everything here looks at one text only: persons are
//! resolved, and found entities propagated, when all texts are done.

use std::collections::BTreeMap;
use std::ops::Range;

use super::columns::Cell;
use super::entity::{Entity, Rule};
use super::names::tokens::{LetterCase, Separator, Token, tokenize, tokenize_path};
use super::names::{self, Name, organisation};
use super::normalize::normalize;
use super::texts::TextRole;
use super::{account, address, columns, digits, email, lexicon, personal_number, phone};

/// What was found in one text.
#[derive(Debug, Default)]
pub(super) struct Detection {
    /// Everything but names.
    pub(super) entities: Vec<Entity>,
    /// Names, whose canonical form is not known before all texts are searched.
    pub(super) names: Vec<Name>,
    /// The tokens of the text.
    pub(super) tokens: Vec<Token>,
}

/// Searches one text. `pointer` is its JSON Pointer: the name of a field announces what it contains.
pub(super) fn detect(pointer: &str, role: TextRole, text: &str) -> Detection {
    let mut entities = Vec::new();
    email::find(text, &mut entities);
    personal_number::find(text, &mut entities);
    account::find(text, &mut entities);
    phone::find(text, &mut entities);
    address::find(text, &mut entities);
    let tokens = match role {
        TextRole::Path => tokenize_path(text),
        _ => tokenize(text),
    };
    let mut names = names::find(&tokens);
    add_columns(text, &tokens, &mut entities, &mut names);
    match expected_rule(pointer, role) {
        Some(Rule::Name) => {
            names.extend(name_value(&tokens).or_else(|| names::lowercase::name_value(&tokens)));
        }
        // A value that no rule recognizes is still what its field is for.
        Some(rule) if !has_rule(&entities, rule) && !text.trim().is_empty() => {
            entities.push(entity(text, 0..text.len(), rule));
        }
        _ => {}
    }
    Detection {
        entities,
        names,
        tokens,
    }
}

fn has_rule(entities: &[Entity], rule: Rule) -> bool {
    entities.iter().any(|entity| entity.rule == rule)
}

fn entity(text: &str, range: Range<usize>, rule: Rule) -> Entity {
    let printed = &text[range.clone()];
    let canonical = match rule {
        Rule::Phone => phone::canonical(printed),
        _ => normalize(printed),
    };
    Entity {
        range,
        rule,
        canonical,
    }
}

/// Adds what the headers of table columns announce.
fn add_columns(text: &str, tokens: &[Token], entities: &mut Vec<Entity>, names: &mut Vec<Name>) {
    let cells = columns::cells(text).into_iter();
    let (name_cells, others): (Vec<_>, Vec<_>) = cells.partition(|cell| cell.rule == Rule::Name);
    add_name_columns(text, tokens, &name_cells, names);
    // Cells do not overlap: what is added for one need not be known for the next.
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
            entities.push(cell_entity(text, cell));
        }
    }
}

fn cell_entity(text: &str, cell: Cell) -> Entity {
    let mut entity = entity(text, cell.range, cell.rule);
    if matches!(cell.rule, Rule::Account | Rule::PersonalNumber) {
        let digits = digits::digits(&text[entity.range.clone()]);
        entity.canonical = digits::digit_string(&digits.unwrap_or_default());
    }
    entity
}

/// How many cells of a column are names.
#[derive(Default)]
struct NameCount {
    cells: usize,
    names: usize,
}

/// Adds the names in columns of persons. Below `Namn` there may be organisations as well.
fn add_name_columns(text: &str, tokens: &[Token], cells: &[Cell], names: &mut Vec<Name>) {
    let mut counts: BTreeMap<(usize, usize), NameCount> = BTreeMap::new();
    let mut candidates = Vec::new();
    for cell in cells {
        let in_cell = tokens_of(tokens, cell);
        let is_lowercase = text[cell.range.clone()].starts_with(char::is_lowercase);
        let name = if is_lowercase {
            // In lowercase, cells that are not names say nothing about their column: `saknas`.
            let Some(name) = names::lowercase::name_value(in_cell) else {
                continue;
            };
            Some(name)
        } else {
            name_value(in_cell)
        };
        let next = names.partition_point(|name| name.range.start < cell.range.start);
        let is_known = names
            .get(next)
            .is_some_and(|name| is_within(&name.range, cell));
        let count = counts.entry(cell.column).or_default();
        count.cells += 1;
        count.names += usize::from(is_known || is_lowercase || cell.is_certain);
        // More words than a name has.
        let name = name.filter(|_| in_cell.len() < 6);
        candidates.extend(name.map(|name| (cell.column, name)));
    }
    // A column of persons has names that are recognized without it. With less than half of them, it
    // is one of organisations, a few of which have persons' names.
    let has_persons = |column: &(usize, usize)| {
        counts
            .get(column)
            .is_some_and(|count| count.names * 2 >= count.cells)
    };
    let of_persons = candidates
        .into_iter()
        .filter(|(column, _)| has_persons(column));
    names.extend(of_persons.map(|(_, name)| name));
}

fn tokens_of<'t>(tokens: &'t [Token], cell: &Cell) -> &'t [Token] {
    let start = tokens.partition_point(|token| token.range.start < cell.range.start);
    let inside = tokens[start..]
        .iter()
        .take_while(|token| is_within(&token.range, cell));
    &tokens[start..start + inside.count()]
}

fn is_within(range: &Range<usize>, cell: &Cell) -> bool {
    cell.range.start <= range.start && range.end <= cell.range.end
}

/// Parts of fields' names, and what a field with one contains. The first that fits decides.
const FIELD_NAMES: [(Rule, &[&str]); 6] = [
    (Rule::Email, &["email", "e_mail", "epost", "e_post"]),
    (Rule::Phone, &["phone", "telefon", "mobil", "fax"]),
    (
        Rule::PersonalNumber,
        &["personnummer", "person_number", "personal_number"],
    ),
    (
        Rule::Address,
        &["address", "adress", "postal_code", "postnummer"],
    ),
    (
        Rule::Account,
        &["bankgiro", "plusgiro", "account_number", "konto"],
    ),
    (
        Rule::Name,
        &[
            "contact",
            "kontakt",
            "person",
            "signatory",
            "foretradare",
            "handlaggare",
            "projektledare",
        ],
    ),
];

/// What a text contains by its position in the record.
fn expected_rule(pointer: &str, role: TextRole) -> Option<Rule> {
    if let TextRole::Announced(rule) = role {
        return Some(rule);
    }
    // /fields/email/value | /items/3/fields/email/raw
    let mut parts = pointer.split('/').skip(1);
    let mut list = parts.next();
    if list == Some("items") {
        list = parts.nth(1);
    }
    rule_of_field((list == Some("fields")).then(|| parts.next())??)
}

/// What the name of a field announces.
fn rule_of_field(name: &str) -> Option<Rule> {
    FIELD_NAMES
        .iter()
        .find(|(_, parts)| parts.iter().any(|part| name.contains(part)))
        .map(|(rule, _)| *rule)
}

/// What a label without a canonical field announces.
pub(super) fn rule_of_label(label: &str) -> Option<Rule> {
    rule_of_field(&normalize(label))
}

/// The longest name of a value, in tokens.
const MAX_NAME_TOKENS: usize = 6;

/// The longest particle (`von`, `dos`), in bytes.
const MAX_PARTICLE_LENGTH: usize = 3;

/// The name that a value is, though no list knows it: the tokens up to the first that is no name.
fn name_value(tokens: &[Token]) -> Option<Name> {
    let start = tokens.iter().position(may_be_name)?;
    let mut end = start;
    while let Some(token) = tokens.get(end)
        && end - start < MAX_NAME_TOKENS
    {
        let is_adjacent =
            end == start || matches!(token.separator, Separator::Space | Separator::Line);
        let is_particle = end > start
            && token.case == LetterCase::Lower
            && token.normalized.len() <= MAX_PARTICLE_LENGTH;
        if !is_adjacent || !may_be_name(token) && !is_particle {
            break;
        }
        end += 1;
    }
    while end > start && !may_be_name(&tokens[end - 1]) {
        end -= 1;
    }
    let tokens = &tokens[start..end];
    let is_place = tokens.len() == 1 && lexicon::is_place_name(&tokens[0].normalized);
    if is_place || organisation::is_organisation_name(tokens) {
        return None;
    }
    let (first, last) = (tokens.first()?, tokens.last()?);
    Some(Name {
        range: first.range.start..last.range.end,
        parts: tokens
            .iter()
            .filter(|token| may_be_name(token) && token.case != LetterCase::Initial)
            .map(|token| token.normalized.clone())
            .collect(),
    })
}

/// Whether a token may be part of a name where a name is expected.
fn may_be_name(token: &Token) -> bool {
    token.case != LetterCase::Lower
        && (lexicon::first_name(&token.normalized).is_some()
            || lexicon::is_listed_surname(&token.normalized)
            || !lexicon::is_common_word(&token.normalized))
}
