//! Table columns: personal data that only a column's header announces.
//!
//! Below a line of `Namn`, `Bankgiro` and `Ankn` a number is an account and another an extension,
//! though nothing else tells.

use std::ops::Range;

use super::digits::digit;
use super::entity::Rule;
use super::normalize::normalize;

/// Heads of columns, normalized.
const HEADS: [(Rule, &[&str]); 5] = [
    (
        Rule::Name,
        &[
            "namn",
            "fornamn",
            "efternamn",
            "deltagare",
            "deltagarensnamn",
            "elev",
            "handledare",
            "kontaktperson",
            "ansvarig",
            "ledamot",
            "ersattare",
            "anstalld",
            "person",
            "projektledare",
            "coach",
        ],
    ),
    (
        Rule::Account,
        &[
            "bankgiro",
            "bg",
            "plusgiro",
            "pg",
            "postgiro",
            "bgpg",
            "bankgiroplusgiro",
            "konto",
            "kontonr",
            "kontonummer",
            "bankkonto",
            "bankkontonr",
            "bankkontonummer",
            "clearing",
            "clearingnr",
            "clearingochkonto",
            "giro",
            "gironummer",
        ],
    ),
    (
        Rule::Phone,
        &[
            "telefon",
            "telefonnr",
            "telefonnummer",
            "tel",
            "telnr",
            "tfn",
            "mobil",
            "mobilnr",
            "mobiltelefon",
            "fax",
            "faxnr",
            "ankn",
            "anknytning",
            "telefonarbete",
            "telefonhem",
        ],
    ),
    (
        Rule::Address,
        &[
            "adress",
            "gatuadress",
            "postadress",
            "bostadsadress",
            "hemadress",
            "besoksadress",
            "utdelningsadress",
            "postnr",
            "postnummer",
        ],
    ),
    (
        Rule::PersonalNumber,
        &[
            "personnr",
            "personnummer",
            "persnr",
            "pnr",
            "fodelsenr",
            "fodelsenummer",
        ],
    ),
];

/// A cell that its column's head tells of.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// What the head says.
    pub(super) rule: Rule,
    /// Byte offsets of what it holds.
    pub(super) range: Range<usize>,
    /// Which column it stands in, of all columns of the text.
    pub(super) column: (usize, usize),
    /// The head can mean nothing else; below `Namn` organisations stand as well.
    pub(super) is_certain: bool,
}

/// All of them, line by line.
pub(super) fn cells(text: &str) -> Vec<Cell> {
    let mut found = Vec::new();
    let mut heads: Vec<Option<Head>> = Vec::new();
    // Where columns are set with spaces: at which characters the heads begin.
    let mut places: Vec<usize> = Vec::new();
    let mut tables = 0;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let sign = parted_by(line);
        let has_signs = sign.is_some();
        let row = split(line.trim_end_matches(['\n', '\r']), sign, start);
        let said: Vec<Option<Head>> = row.iter().map(|cell| head(&text[cell.clone()])).collect();
        let ends = match has_signs {
            true => row.len() < 2,
            false => row.is_empty() || row.len() < 2 && places.is_empty(),
        };
        if ends {
            heads.clear();
            places.clear();
        } else if row.len() > 1 && said.iter().any(Option::is_some) {
            heads = said;
            places = match has_signs {
                true => Vec::new(),
                false => begins(text, start, &row),
            };
            tables += 1;
        } else if !heads.is_empty() && !is_sum(&text[row[0].clone()]) {
            let begun = match has_signs {
                true => Vec::new(),
                false => begins(text, start, &row),
            };
            for (number, cell) in row.into_iter().enumerate() {
                // Empty cells at the end may be left out; a column set with spaces may be empty.
                let column = match begun.get(number) {
                    None => Some(number),
                    Some(&place) => column_at(place, &places),
                };
                let told = column.and_then(|column| Some((column, heads.get(column)?.as_ref()?)));
                let Some((column, head)) = told else { continue };
                found.extend(held(text, cell, head).map(|range| Cell {
                    rule: head.rule,
                    range,
                    column: (tables, column),
                    is_certain: head.is_certain,
                }));
            }
        }
        start += line.len();
    }
    found
}

/// At which character of its line, the line at byte `start`, each cell begins. One pass: a line may
/// be as long as its document.
fn begins(text: &str, start: usize, row: &[Range<usize>]) -> Vec<usize> {
    let (mut at, mut place) = (start, 0);
    let count = |cell: &Range<usize>| {
        place += text[at..cell.start].chars().count();
        at = cell.start;
        place
    };
    row.iter().map(count).collect()
}

/// The column that begins at about this character, of heads in order.
fn column_at(place: usize, heads: &[usize]) -> Option<usize> {
    let first = heads.partition_point(|head| head + 2 < place);
    let head = heads.get(first)?;
    (head.abs_diff(place) <= 2).then_some(first)
}

/// What parts the cells of a line, if it is a sign of its own: a tab, or several semicolons.
fn parted_by(line: &str) -> Option<&'static str> {
    match line {
        _ if line.contains('\t') => Some("\t"),
        _ if line.matches(';').count() > 1 => Some(";"),
        _ => None,
    }
}

/// The cells of a line: between the signs that part it, or else between two spaces and more.
fn split(line: &str, sign: Option<&str>, start: usize) -> Vec<Range<usize>> {
    let by = sign.unwrap_or("  ");
    let mut at = start;
    let mut cells = Vec::new();
    for cell in line.split(by) {
        let printed = cell.trim();
        if sign.is_some() || !printed.is_empty() {
            let from = at + cell.len() - cell.trim_start().len();
            cells.push(from..from + printed.len());
        }
        at += cell.len() + by.len();
    }
    cells
}

/// Whether a row sums up those above it: its numbers are no longer what the heads say.
fn is_sum(first: &str) -> bool {
    let normalized = normalize(first);
    ["summa", "totalt", "total"]
        .iter()
        .any(|word| normalized.starts_with(word))
}

/// What a column is for.
struct Head {
    rule: Rule,
    /// So many digits a number in it has at least.
    fewest: usize,
    is_certain: bool,
}

/// Heads, normalized, that only persons stand below.
const OF_PERSONS: [&str; 7] = [
    "fornamn",
    "efternamn",
    "deltagarensnamn",
    "elev",
    "anstalld",
    "ledamot",
    "ersattare",
];

fn head(cell: &str) -> Option<Head> {
    // No head has this many bytes.
    if cell.is_empty() || cell.len() > 40 {
        return None;
    }
    let rule = |words: &str| {
        let normalized = normalize(words);
        // Mottagarkonto
        let last = ["kontonr", "kontonummer", "konto"];
        let last = last.into_iter().find(|end| normalized.ends_with(end));
        let word = last.unwrap_or(&normalized);
        let (rule, _) = HEADS.iter().find(|(_, heads)| heads.contains(&word))?;
        let fewest = match rule {
            // Bookkeepers call four digits an account.
            Rule::Account if !normalized.starts_with("clearing") => 5,
            Rule::Account => 4,
            Rule::PersonalNumber => 6,
            _ => 3,
        };
        Some(Head {
            rule: *rule,
            fewest,
            is_certain: OF_PERSONS.contains(&normalized.as_str()),
        })
    };
    // Bank, clearing
    rule(cell).or_else(|| cell.split([',', '/']).find_map(rule))
}

/// What of a cell can be what its head says.
fn held(text: &str, cell: Range<usize>, head: &Head) -> Option<Range<usize>> {
    let printed = &text[cell.clone()];
    let digits = printed.chars().filter(char::is_ascii_digit).count();
    match head.rule {
        Rule::Name => {
            let word = printed.starts_with(char::is_alphabetic);
            return (word && digits == 0 && printed.len() < 80).then_some(cell);
        }
        Rule::Address => {
            let words = printed.chars().any(char::is_alphabetic);
            let numbered = digits > 0 && words || digits == 5;
            return (numbered && printed.len() < 80).then_some(cell);
        }
        _ => {}
    }
    let first = printed.find(|c: char| c.is_ascii_digit() || c == '+')?;
    let end = printed.rfind(|c| digit(c).is_some())? + 1;
    let number = printed.get(first..end)?;
    // 070-12 34 56 eller 12 34 is for the rules that look into it.
    let plain = number
        .chars()
        .all(|c| !c.is_alphabetic() || digit(c).is_some());
    // 240 000 | 2010-12-31
    let groups = || number.split(' ').skip(1).all(|group| group.len() == 3);
    let amount = digits < 7 && number.contains(' ') && groups();
    let day = number.len() == 10 && number.matches('-').count() == 2;
    let other = head.rule == Rule::Account && (amount || day);
    (digits >= head.fewest && plain && !other).then_some(cell.start + first..cell.start + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(Rule, &str)> {
        let cells = cells(text).into_iter();
        cells.map(|cell| (cell.rule, &text[cell.range])).collect()
    }

    #[test]
    fn what_stands_under_a_head_is_what_the_head_says() {
        let table = "Namn\tAnkn\tRum\tKonto\nSifa Lundh\t3711\t2104\tbg 123-4567\nTa Wirr\t\t7\t-\nSumma\t4000\t1\t12345";
        let expected = [
            (Rule::Name, "Sifa Lundh"),
            (Rule::Phone, "3711"),
            (Rule::Account, "123-4567"),
            (Rule::Name, "Ta Wirr"),
        ];
        assert_eq!(found(table), expected);
    }

    #[test]
    fn a_table_may_be_one_of_a_file_with_semicolons() {
        let table = "Mottagare;Ort;Giro\nFors by;Fors;44 81 20-7\nEk;Eke;690-1147";
        let expected = [(Rule::Account, "44 81 20-7"), (Rule::Account, "690-1147")];
        assert_eq!(found(table), expected);
    }

    #[test]
    fn columns_may_be_set_with_spaces_and_end_with_their_table() {
        let table =
            "Namn       Telefon\nTa Wirr    12 34 56\n           12 34 57\n\nNora       40 000";
        let expected = [
            (Rule::Name, "Ta Wirr"),
            (Rule::Phone, "12 34 56"),
            (Rule::Phone, "12 34 57"),
        ];
        assert_eq!(found(table), expected);
    }
}
