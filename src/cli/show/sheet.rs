//! How do words and tables become lines of a terminal's width?

use unicode_width::UnicodeWidthStr;

use crate::cli::plain::harmless;
use crate::cli::terminal::Style;

/// Columns between two cells of a table.
const GUTTER: usize = 2;

/// A table's widest column never gets narrower than this; the line then overflows.
const NARROWEST: usize = 12;

/// Lines to print. All text that it is given is made harmless here.
#[derive(Debug)]
pub(in crate::cli) struct Sheet {
    style: Style,
    text: String,
}

/// How a piece of text is to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Look {
    Plain,
    Bold,
    Dim,
    Good,
    Odd,
    Bad,
}

/// A cell of a table.
#[derive(Debug, Clone)]
pub(in crate::cli) struct Cell {
    text: String,
    look: Look,
    side: Side,
}

/// Where a cell's text stands in its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

impl Cell {
    /// A cell of words.
    pub(in crate::cli) fn words(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            look: Look::Plain,
            side: Side::Left,
        }
    }

    /// A cell of figures, which stand to the right.
    pub(in crate::cli) fn figures(text: impl Into<String>) -> Self {
        Self {
            side: Side::Right,
            ..Self::words(text)
        }
    }

    /// The same cell, looking different.
    pub(in crate::cli) fn look(self, look: Look) -> Self {
        Self { look, ..self }
    }
}

impl Sheet {
    pub(in crate::cli) fn new(style: Style) -> Self {
        Self {
            style,
            text: String::new(),
        }
    }

    /// All lines.
    pub(in crate::cli) fn text(&self) -> &str {
        &self.text
    }

    /// An empty line, unless there is one or nothing stands above.
    pub(in crate::cli) fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// A part's title, with an empty line above.
    pub(in crate::cli) fn title(&mut self, title: &str) {
        self.gap();
        self.paragraph(0, Look::Bold, title);
    }

    /// A paragraph, wrapped; its first line is indented like the others.
    pub(in crate::cli) fn paragraph(&mut self, indent: usize, look: Look, text: &str) {
        for line in wrap(text, self.style.width.saturating_sub(indent)) {
            self.text.push_str(&" ".repeat(indent));
            self.text.push_str(&self.styled(look, &line));
            self.text.push('\n');
        }
    }

    /// A paragraph after a mark such as `[x]`, under which its other lines do not stand.
    pub(in crate::cli) fn item(&mut self, mark: &str, look: Look, text: &str) {
        let hang = 2 + mark.width() + 1;
        let lines = wrap(text, self.style.width.saturating_sub(hang));
        for (index, line) in lines.iter().enumerate() {
            let start = match index {
                0 => format!("  {} ", self.styled(look, mark)),
                _ => " ".repeat(hang),
            };
            self.text.push_str(&start);
            self.text.push_str(line);
            self.text.push('\n');
        }
    }

    /// A table. The column `wide` takes what room the others leave, and wraps.
    pub(in crate::cli) fn table(&mut self, rows: &[Vec<Cell>], wide: usize) {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let mut widths: Vec<usize> = (0..columns)
            .map(|column| natural_width(rows, column))
            .collect();
        let others: usize = widths.iter().sum::<usize>() - widths.get(wide).unwrap_or(&0);
        let taken = others + GUTTER * columns;
        if let Some(width) = widths.get_mut(wide) {
            *width = (*width).min(self.style.width.saturating_sub(taken).max(NARROWEST));
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
            let mut pending = 0;
            for ((cell, lines), width) in row.iter().zip(&cells).zip(widths) {
                let text = lines.get(index).map_or("", String::as_str);
                let room = width.saturating_sub(text.width());
                let (before, after) = match cell.side {
                    Side::Left => (0, room),
                    Side::Right => (room, 0),
                };
                pending += GUTTER + before;
                // White space at a line's end is held back until something stands after it.
                if !text.is_empty() {
                    line.push_str(&" ".repeat(pending));
                    line.push_str(&self.styled(cell.look, text));
                    pending = 0;
                } else {
                    pending += text.width();
                }
                pending += after;
            }
            self.text.push_str(&line);
            self.text.push('\n');
        }
    }

    fn styled(&self, look: Look, text: &str) -> String {
        match look {
            Look::Plain => text.to_owned(),
            Look::Bold => self.style.bold(text),
            Look::Dim => self.style.dim(text),
            Look::Good => self.style.green(text),
            Look::Odd => self.style.yellow(text),
            Look::Bad => self.style.red(text),
        }
    }
}

fn natural_width(rows: &[Vec<Cell>], column: usize) -> usize {
    let cells = rows.iter().filter_map(|row| row.get(column));
    let widths = cells.map(|cell| {
        wrap(&cell.text, usize::MAX)
            .first()
            .map_or(0, |line| line.width())
    });
    widths.max().unwrap_or(0)
}

/// The words of a text in lines no wider than `width` columns; a longer word is cut. White space
/// is single, line breaks in the text are white space, and no line holds anything to obey.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in words(text) {
        let word = harmless(word);
        let mut rest: &str = &word;
        let needed = line.width() + 1 + rest.width();
        if !line.is_empty() && needed > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        while line.is_empty() && rest.width() > width {
            let (head, tail) = rest.split_at(cut(rest, width));
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

/// The words of a text; a space that does not break, as in `47 000`, does not end one.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let breaks =
        |character: char| character.is_whitespace() && !matches!(character, '\u{a0}' | '\u{202f}');
    text.split(breaks).filter(|word| !word.is_empty())
}

/// Where to cut a word so that its start fills at most `width` columns; at least one character.
fn cut(word: &str, width: usize) -> usize {
    let ends = word
        .char_indices()
        .map(|(at, character)| at + character.len_utf8());
    ends.take_while(|end| word[..*end].width() <= width)
        .last()
        .unwrap_or_else(|| word.chars().next().map_or(0, char::len_utf8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_are_wrapped_by_their_width_on_the_screen() {
        assert_eq!(wrap("ett två  tre\nfyra", 8), ["ett två", "tre fyra"]);
        assert_eq!(wrap("ca 47\u{a0}000 kr", 7), ["ca", "47\u{a0}000", "kr"]);
        assert_eq!(wrap("漢字漢字", 5), ["漢字", "漢字"]);
        assert!(wrap(" \n ", 5).is_empty());
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_no_word_is_lost(text in "[a-zåäö \n\u{1b}漢]{0,60}", width in 2..20_usize) {
            let lines = wrap(&text, width);
            prop_assert!(lines.iter().all(|line| line.width() <= width));
            let squeeze = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(squeeze(&lines.concat()), squeeze(&harmless(&text.replace('\n', " "))));
        }
    }

    #[test]
    fn figures_stand_to_the_right_and_the_wide_column_wraps() {
        let mut sheet = Sheet::new(Style::plain());
        let rows = [
            vec![Cell::words("Resor"), Cell::figures("7 940")],
            vec![Cell::words("Möten och lokaler"), Cell::figures("47 000")],
        ];
        sheet.table(&rows, 0);
        let lines: Vec<&str> = sheet.text().lines().collect();
        assert_eq!(lines[0], "  Resor               7 940");
        assert_eq!(lines[1], "  Möten och lokaler  47 000");
    }
}
