//! Text reports: headings, paragraphs, lists and tables, wrapped to the width of the terminal.
//!
//! Everything that is printed of a document goes through a [`TextReport`], which escapes control
//! characters, so that no command can forget it. Widths are columns of the terminal, not characters.

use unicode_width::UnicodeWidthStr;

use super::sanitize::escape_control_chars;
use super::terminal::Terminal;

/// Columns before the first cell of a table, and between two cells.
const GUTTER: usize = 2;

/// Minimum width of the column that wraps.
// Without a minimum, a narrow terminal would cut every word into pieces of a few letters; such a
// table overflows the terminal's width instead.
const MIN_WRAPPED_WIDTH: usize = 12;

/// Lines to print. Control characters in its texts are escaped.
#[derive(Debug)]
pub(super) struct TextReport {
    terminal: Terminal,
    text: String,
}

/// The style of a piece of text; without color, all look the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Unstyled.
    Plain,
    /// Headings and totals.
    Bold,
    /// Secondary information.
    Dim,
    /// Correct values.
    Success,
    /// Values that a person should check.
    Warning,
    /// Failures and contradictions.
    Error,
}

/// A cell of a table.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    text: String,
    style: Style,
    alignment: Alignment,
}

/// The alignment of a cell's text in its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Alignment {
    Left,
    Right,
}

impl Cell {
    /// A left-aligned cell.
    pub(super) fn left(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            style: Style::Plain,
            alignment: Alignment::Left,
        }
    }

    /// A right-aligned cell, for numbers.
    pub(super) fn right(text: impl Into<String>) -> Self {
        Self {
            alignment: Alignment::Right,
            ..Self::left(text)
        }
    }

    /// The same cell in this style.
    pub(super) fn style(self, style: Style) -> Self {
        Self { style, ..self }
    }
}

impl TextReport {
    /// An empty report for this terminal.
    pub(super) fn new(terminal: Terminal) -> Self {
        Self {
            terminal,
            text: String::new(),
        }
    }

    /// All lines.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// All lines, owned.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// Adds an empty line, unless the report is empty or ends with one.
    pub(super) fn blank_line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// Adds a heading with an empty line above.
    pub(super) fn heading(&mut self, heading: &str) {
        self.blank_line();
        self.paragraph(0, Style::Bold, heading);
    }

    /// Adds a wrapped paragraph, indented by `indent` columns.
    pub(super) fn paragraph(&mut self, indent: usize, style: Style, text: &str) {
        for line in wrap(text, self.terminal.width.saturating_sub(indent)) {
            self.text.push_str(&" ".repeat(indent));
            self.text.push_str(&self.styled(style, &line));
            self.text.push('\n');
        }
    }

    /// Adds a list item: a wrapped paragraph with a hanging indent after a marker such as `[x]`. Only
    /// the marker is styled.
    pub(super) fn item(&mut self, marker: &str, style: Style, text: &str) {
        let indent = 2 + marker.width() + 1;
        let lines = wrap(text, self.terminal.width.saturating_sub(indent));
        for (index, line) in lines.iter().enumerate() {
            let start = match index {
                0 => format!("  {} ", self.styled(style, marker)),
                _ => " ".repeat(indent),
            };
            self.text.push_str(&start);
            self.text.push_str(line);
            self.text.push('\n');
        }
    }

    /// Adds a table. The column `wrapped` gets the width that the others leave, and wraps.
    pub(super) fn table(&mut self, rows: &[Vec<Cell>], wrapped: usize) {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let mut widths: Vec<usize> = (0..columns)
            .map(|column| natural_width(rows, column))
            .collect();
        let others: usize = widths.iter().sum::<usize>() - widths.get(wrapped).unwrap_or(&0);
        // The first cell is indented by a gutter as well, so there are as many gutters as columns.
        let used = others + GUTTER * columns;
        if let Some(width) = widths.get_mut(wrapped) {
            let available = self.terminal.width.saturating_sub(used);
            *width = (*width).min(available.max(MIN_WRAPPED_WIDTH));
        }
        for row in rows {
            self.row(row, &widths);
        }
    }

    fn row(&mut self, row: &[Cell], widths: &[usize]) {
        let cells: Vec<Vec<String>> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| wrap(&cell.text, *width))
            .collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        for index in 0..height {
            let mut line = String::new();
            // Spaces are held back until text follows, so that no line ends with any.
            let mut spaces = 0;
            for ((cell, lines), width) in row.iter().zip(&cells).zip(widths) {
                let text = lines.get(index).map_or("", String::as_str);
                // Measured before the text is styled: escape sequences take no columns.
                let padding = width.saturating_sub(text.width());
                let (before, after) = match cell.alignment {
                    Alignment::Left => (0, padding),
                    Alignment::Right => (padding, 0),
                };
                spaces += GUTTER + before;
                if !text.is_empty() {
                    line.push_str(&" ".repeat(spaces));
                    line.push_str(&self.styled(cell.style, text));
                    spaces = 0;
                }
                spaces += after;
            }
            self.text.push_str(&line);
            self.text.push('\n');
        }
    }

    fn styled(&self, style: Style, text: &str) -> String {
        match style {
            Style::Plain => text.to_owned(),
            Style::Bold => self.terminal.bold(text),
            Style::Dim => self.terminal.dim(text),
            Style::Success => self.terminal.green(text),
            Style::Warning => self.terminal.yellow(text),
            Style::Error => self.terminal.red(text),
        }
    }
}

/// The width that a column needs if no cell wraps.
fn natural_width(rows: &[Vec<Cell>], column: usize) -> usize {
    let cells = rows.iter().filter_map(|row| row.get(column));
    let widths = cells.map(|cell| {
        wrap(&cell.text, usize::MAX)
            .first()
            .map_or(0, |line| line.width())
    });
    widths.max().unwrap_or(0)
}

/// Wraps a text into lines of at most `width` columns; a longer word is cut. White space and line
/// breaks in the text become single spaces, and control characters are escaped.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in words(text) {
        let word = escape_control_chars(word);
        let mut rest: &str = &word;
        let needed = line.width() + 1 + rest.width();
        if !line.is_empty() && needed > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        while line.is_empty() && rest.width() > width {
            let (head, tail) = rest.split_at(prefix_length(rest, width));
            lines.push(head.to_owned());
            rest = tail;
        }
        line.push_str(rest);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// The words of a text. A no-break space, as in `47 000`, does not end a word.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let breaks =
        |character: char| character.is_whitespace() && !matches!(character, '\u{a0}' | '\u{202f}');
    text.split(breaks).filter(|word| !word.is_empty())
}

/// The length in bytes of the longest prefix of at most `width` columns; at least one character.
fn prefix_length(word: &str, width: usize) -> usize {
    let ends = word
        .char_indices()
        .map(|(at, character)| at + character.len_utf8());
    ends.take_while(|end| word[..*end].width() <= width)
        .last()
        // Otherwise `wrap` would not end for a character of two columns in a column of one.
        .unwrap_or_else(|| word.chars().next().map_or(0, char::len_utf8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_is_wrapped_by_columns_not_by_characters() {
        assert_eq!(wrap("ett två  tre\nfyra", 8), ["ett två", "tre fyra"]);
        assert_eq!(wrap("ca 47\u{a0}000 kr", 7), ["ca", "47\u{a0}000", "kr"]);
        assert_eq!(wrap("漢字漢字", 5), ["漢字", "漢字"]);
        assert!(wrap(" \n ", 5).is_empty());
    }

    proptest! {
        #[test]
        fn wrapped_lines_fit_and_keep_every_word(text in "[a-zåäö \n\u{1b}漢]{0,60}", width in 2..20_usize) {
            let lines = wrap(&text, width);
            prop_assert!(lines.iter().all(|line| line.width() <= width));
            let squeeze = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(squeeze(&lines.concat()), squeeze(&escape_control_chars(&text.replace('\n', " "))));
        }
    }

    #[test]
    fn numbers_are_right_aligned_and_the_wrapped_column_takes_the_rest() {
        let mut report = TextReport::new(Terminal::plain());
        let rows = [
            vec![Cell::left("Resor"), Cell::right("7 940")],
            vec![Cell::left("Möten och lokaler"), Cell::right("47 000")],
        ];
        report.table(&rows, 0);
        let lines: Vec<&str> = report.text().lines().collect();
        assert_eq!(lines[0], "  Resor               7 940");
        assert_eq!(lines[1], "  Möten och lokaler  47 000");
    }
}
