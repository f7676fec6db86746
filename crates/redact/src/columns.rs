//! Table columns: personal data that only the header of its column announces.
//!
//! Below `Namn`, `Bankgiro` and `Ankn`, one number is an account and another an extension, though
//! nothing in the cells says so. Cells are separated by tabs, by semicolons, or by at least two
//! spaces; with spaces, a cell belongs to the header that starts at about the same character.

use std::ops::Range;

use super::digits::digit;
use super::entity::Rule;
use super::lexicon::column_header;
use super::normalize::normalize;

/// Headers, normalized, below which there are only persons. Below `Namn` there may be organisations.
const PERSON_HEADERS: [&str; 7] = [
    "fornamn",
    "efternamn",
    "deltagarensnamn",
    "elev",
    "anstalld",
    "ledamot",
    "ersattare",
];

/// Suffixes of headers of accounts, normalized: `Mottagarkonto`.
const ACCOUNT_SUFFIXES: [&str; 3] = ["kontonr", "kontonummer", "konto"];

/// First words of rows that sum up those above, normalized.
const TOTALS: [&str; 3] = ["summa", "totalt", "total"];

/// The longest header in bytes.
// Longer than any header of the lexicon; a bound, because a cell may be as long as its document.
const MAX_HEADER_LENGTH: usize = 40;

/// The longest name or address in bytes. Longer cells contain sentences.
const MAX_CELL_LENGTH: usize = 80;

/// How many characters a cell may be to the left or right of its header, in columns aligned with
/// spaces.
// OCR and proportional fonts shift columns by a character or two; columns are at least two spaces
// apart, so that more would reach the neighbor.
const MAX_SHIFT: usize = 2;

/// A cell whose header announces personal data.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// What the header announces.
    pub(super) rule: Rule,
    /// The value, in bytes of the text.
    pub(super) range: Range<usize>,
    /// The number of its table in the text, and of its column in the table.
    pub(super) column: (usize, usize),
    /// The header announces nothing else.
    pub(super) is_certain: bool,
}

/// All cells with personal data, line by line.
pub(super) fn cells(text: &str) -> Vec<Cell> {
    let mut cells = Vec::new();
    let mut table = Table::default();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let row = Row::new(text, line, start);
        if row.ends(&table) {
            table.clear();
        } else if let Some(headers) = row.headers(text) {
            table.begin(headers, row.columns);
        } else if table.has_headers() && !is_total(&text[row.cells[0].clone()]) {
            cells.extend(table.cells(text, row));
        }
        start += line.len();
    }
    cells
}

/// One line of a text, split into cells.
struct Row {
    /// Byte offsets into the text.
    cells: Vec<Range<usize>>,
    /// With columns aligned with spaces: the character of the line at which each cell starts.
    columns: Option<Vec<usize>>,
}

impl Row {
    /// Splits the line that starts at byte `start` of the text.
    fn new(text: &str, line: &str, start: usize) -> Self {
        let separator = separator(line);
        let cells = split(line.trim_end_matches(['\n', '\r']), separator, start);
        let columns = separator
            .is_none()
            .then(|| columns_of_cells(text, start, &cells));
        Self { cells, columns }
    }

    /// Whether the line is not a part of a table. A line with one cell continues a table that is
    /// aligned with spaces: the other cells may be empty.
    fn ends(&self, table: &Table) -> bool {
        match self.columns {
            None => self.cells.len() < 2,
            Some(_) => self.cells.is_empty() || self.cells.len() < 2 && table.columns.is_empty(),
        }
    }

    /// The headers of the line, if at least one of its cells is a header.
    fn headers(&self, text: &str) -> Option<Vec<Option<Header>>> {
        if self.cells.len() < 2 {
            return None;
        }
        let cells = self.cells.iter();
        let headers: Vec<_> = cells.map(|cell| header(&text[cell.clone()])).collect();
        headers.iter().any(Option::is_some).then_some(headers)
    }
}

/// The headers of the table that the current line belongs to.
#[derive(Default)]
struct Table {
    headers: Vec<Option<Header>>,
    /// With columns aligned with spaces: the character at which each header starts.
    columns: Vec<usize>,
    /// The number of tables so far.
    number: usize,
}

impl Table {
    fn begin(&mut self, headers: Vec<Option<Header>>, columns: Option<Vec<usize>>) {
        self.headers = headers;
        self.columns = columns.unwrap_or_default();
        self.number += 1;
    }

    fn clear(&mut self) {
        self.headers.clear();
        self.columns.clear();
    }

    fn has_headers(&self) -> bool {
        !self.headers.is_empty()
    }

    /// The cells of a row with personal data.
    fn cells(&self, text: &str, row: Row) -> Vec<Cell> {
        let Row { cells, columns } = row;
        let mut found = Vec::new();
        for (index, range) in cells.into_iter().enumerate() {
            // A column aligned with spaces may have an empty cell before this one.
            let column = match &columns {
                None => Some(index),
                Some(columns) => self.column_at(columns[index]),
            };
            let Some(column) = column else { continue };
            let Some(Some(header)) = self.headers.get(column) else {
                continue;
            };
            found.extend(value(text, range, header).map(|range| Cell {
                rule: header.rule,
                range,
                column: (self.number, column),
                is_certain: header.is_certain,
            }));
        }
        found
    }

    /// The column whose header starts at about this character.
    fn column_at(&self, character: usize) -> Option<usize> {
        let first = self
            .columns
            .partition_point(|header| header + MAX_SHIFT < character);
        let header = self.columns.get(first)?;
        (header.abs_diff(character) <= MAX_SHIFT).then_some(first)
    }
}

/// The characters of a line at which its cells start. `start` is the byte at which the line starts.
fn columns_of_cells(text: &str, start: usize, cells: &[Range<usize>]) -> Vec<usize> {
    // One pass over the line, which may be as long as its document.
    let (mut at, mut character) = (start, 0);
    let column = |cell: &Range<usize>| {
        character += text[at..cell.start].chars().count();
        at = cell.start;
        character
    };
    cells.iter().map(column).collect()
}

/// The separator of the cells of a line, if it is not spaces: a tab, or a semicolon if there are several.
fn separator(line: &str) -> Option<&'static str> {
    if line.contains('\t') {
        Some("\t")
    } else if line.matches(';').count() > 1 {
        Some(";")
    } else {
        None
    }
}

/// Splits a line into trimmed cells: at its separator, or where there are two spaces.
fn split(line: &str, separator: Option<&str>, start: usize) -> Vec<Range<usize>> {
    let pattern = separator.unwrap_or("  ");
    let mut at = start;
    let mut cells = Vec::new();
    for cell in line.split(pattern) {
        let printed = cell.trim();
        // Between more than two spaces there is no empty cell.
        if separator.is_some() || !printed.is_empty() {
            let from = at + cell.len() - cell.trim_start().len();
            cells.push(from..from + printed.len());
        }
        at += cell.len() + pattern.len();
    }
    cells
}

/// Whether a row sums up those above it: its numbers are not what the headers announce.
fn is_total(first: &str) -> bool {
    let normalized = normalize(first);
    TOTALS.iter().any(|total| normalized.starts_with(total))
}

/// What a column contains.
struct Header {
    rule: Rule,
    /// The fewest digits of a number in it.
    min_digits: usize,
    is_certain: bool,
}

fn header(cell: &str) -> Option<Header> {
    if cell.is_empty() || cell.len() > MAX_HEADER_LENGTH {
        return None;
    }
    // Bank, clearing
    header_of(cell).or_else(|| cell.split([',', '/']).find_map(header_of))
}

fn header_of(words: &str) -> Option<Header> {
    let normalized = normalize(words);
    let suffix = ACCOUNT_SUFFIXES
        .into_iter()
        .find(|suffix| normalized.ends_with(suffix));
    let rule = column_header(suffix.unwrap_or(&normalized))?;
    let min_digits = match rule {
        Rule::Account if normalized.starts_with("clearing") => 4,
        // An account of a ledger has four digits.
        Rule::Account => 5,
        // The date of birth.
        Rule::PersonalNumber => 6,
        // An extension.
        _ => 3,
    };
    Some(Header {
        rule,
        min_digits,
        is_certain: PERSON_HEADERS.contains(&normalized.as_str()),
    })
}

/// The part of a cell that can be what its header announces.
fn value(text: &str, cell: Range<usize>, header: &Header) -> Option<Range<usize>> {
    let printed = &text[cell.clone()];
    let digits = printed.chars().filter(char::is_ascii_digit).count();
    let is_short = printed.len() < MAX_CELL_LENGTH;
    match header.rule {
        Rule::Name => {
            let starts_with_letter = printed.starts_with(char::is_alphabetic);
            (starts_with_letter && digits == 0 && is_short).then_some(cell)
        }
        Rule::Address => {
            let has_words = printed.chars().any(char::is_alphabetic);
            let is_address = digits > 0 && has_words || digits == 5;
            (is_address && is_short).then_some(cell)
        }
        _ => {
            let number = number(printed, digits, header)?;
            Some(cell.start + number.start..cell.start + number.end)
        }
    }
}

/// The number in a cell, if it can be what the header announces.
fn number(printed: &str, digits: usize, header: &Header) -> Option<Range<usize>> {
    let start = printed.find(|c: char| c.is_ascii_digit() || c == '+')?;
    let end = printed.rfind(|c| digit(c).is_some())? + 1;
    let number = printed.get(start..end)?;
    // `070-12 34 56 eller 12 34` is left to the rules that look inside.
    let has_words = number
        .chars()
        .any(|c| c.is_alphabetic() && digit(c).is_none());
    // 240 000 | 2010-12-31
    let has_thousands = || number.split(' ').skip(1).all(|group| group.len() == 3);
    let is_amount = digits < 7 && number.contains(' ') && has_thousands();
    let is_date = number.len() == 10 && number.matches('-').count() == 2;
    let is_other = header.rule == Rule::Account && (is_amount || is_date);
    (digits >= header.min_digits && !has_words && !is_other).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(Rule, &str)> {
        let cells = cells(text).into_iter();
        cells.map(|cell| (cell.rule, &text[cell.range])).collect()
    }

    #[test]
    fn cells_are_what_their_header_announces() {
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
    fn semicolons_separate_columns() {
        let table = "Mottagare;Ort;Giro\nFors by;Fors;44 81 20-7\nEk;Eke;690-1147";
        let expected = [(Rule::Account, "44 81 20-7"), (Rule::Account, "690-1147")];
        assert_eq!(found(table), expected);
    }

    #[test]
    fn columns_aligned_with_spaces_end_with_their_table() {
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
