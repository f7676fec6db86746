//! How wide is the terminal, and does it show color?

use std::env;
use std::io::{self, IsTerminal};

use super::arguments::Color;

/// Characters a line where nobody knows better.
const USUAL_WIDTH: usize = 80;

/// Longer lines than this are hard to read, however wide the terminal.
const WIDEST: usize = 100;

/// How text may look.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    colored: bool,
    /// Columns to use.
    pub(super) width: usize,
}

impl Style {
    /// The style of what is printed as a result.
    pub(super) fn of_standard_output(color: Color) -> Self {
        Self::new(color, &io::stdout())
    }

    /// The style of messages.
    pub(super) fn of_standard_error(color: Color) -> Self {
        Self::new(color, &io::stderr())
    }

    fn new(color: Color, stream: &impl IsTerminal) -> Self {
        let no_color = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = env::var_os("TERM").is_some_and(|value| value == "dumb");
        let colored = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => stream.is_terminal() && !no_color && !dumb,
        };
        Self {
            colored,
            width: width(),
        }
    }

    /// No color, the usual width.
    #[cfg(test)]
    pub(super) fn plain() -> Self {
        Self {
            colored: false,
            width: USUAL_WIDTH,
        }
    }

    /// Whether color may be used.
    pub(super) fn is_colored(&self) -> bool {
        self.colored
    }

    /// The text in bold.
    pub(super) fn bold(&self, text: &str) -> String {
        self.wrap("1", text)
    }

    /// The text, less loud.
    pub(super) fn dim(&self, text: &str) -> String {
        self.wrap("2", text)
    }

    /// The text as something that went wrong.
    pub(super) fn red(&self, text: &str) -> String {
        self.wrap("1;31", text)
    }

    /// The text as something to look at.
    pub(super) fn yellow(&self, text: &str) -> String {
        self.wrap("33", text)
    }

    /// The text as something that is well.
    pub(super) fn green(&self, text: &str) -> String {
        self.wrap("32", text)
    }

    fn wrap(&self, code: &str, text: &str) -> String {
        if self.colored && !text.is_empty() {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// `COLUMNS` outranks the terminal, so that a test or a script can say.
fn width() -> usize {
    let stated = env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    let seen = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    stated
        .or_else(seen)
        .unwrap_or(USUAL_WIDTH)
        .clamp(40, WIDEST)
}
