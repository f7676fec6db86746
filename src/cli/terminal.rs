//! Terminal capabilities: the width of its lines and support for color (ANSI SGR sequences).
//!
//! `--color` outranks `NO_COLOR` (no-color.org) and `TERM=dumb`, and these outrank detection.

use std::env;
use std::io::{self, IsTerminal};

use super::arguments::Color;

/// Width in columns if standard output is no terminal and `COLUMNS` is not set.
// The width of the VT100, which most programs assume.
const DEFAULT_WIDTH: usize = 80;

/// Minimum width in columns.
// A report with its indents and markers still has words on each line at this width.
const MIN_WIDTH: usize = 40;

/// Maximum width in columns, also on a wider terminal.
// Typographers recommend 45 to 75 characters per line; with indents and table columns, 100 is near
// that. The help texts wrap there too (`max_term_width` in arguments.rs).
const MAX_WIDTH: usize = 100;

/// The width of a terminal, and whether it shows color.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terminal {
    colored: bool,
    /// Columns per line.
    pub(super) width: usize,
}

impl Terminal {
    /// The terminal of standard output, where results go.
    pub(super) fn stdout(color: Color) -> Self {
        Self::new(color, &io::stdout())
    }

    /// The terminal of standard error, where messages go.
    pub(super) fn stderr(color: Color) -> Self {
        Self::new(color, &io::stderr())
    }

    fn new(color: Color, stream: &impl IsTerminal) -> Self {
        // Its value does not matter, but no-color.org ignores an empty one.
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

    /// Without color, 80 columns wide.
    #[cfg(test)]
    pub(super) fn plain() -> Self {
        Self {
            colored: false,
            width: DEFAULT_WIDTH,
        }
    }

    /// Whether color may be used.
    pub(super) fn is_colored(&self) -> bool {
        self.colored
    }

    /// The text in bold.
    pub(super) fn bold(&self, text: &str) -> String {
        self.sgr("1", text)
    }

    /// The text dimmed.
    pub(super) fn dim(&self, text: &str) -> String {
        self.sgr("2", text)
    }

    /// The text in bold red, for errors.
    pub(super) fn red(&self, text: &str) -> String {
        self.sgr("1;31", text)
    }

    /// The text in yellow, for warnings.
    pub(super) fn yellow(&self, text: &str) -> String {
        self.sgr("33", text)
    }

    /// The text in green, for success.
    pub(super) fn green(&self, text: &str) -> String {
        self.sgr("32", text)
    }

    /// The text between a Select Graphic Rendition sequence and its reset.
    fn sgr(&self, code: &str, text: &str) -> String {
        if self.colored && !text.is_empty() {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// The width in columns. `COLUMNS` outranks the terminal, so that tests and scripts can set it.
fn width() -> usize {
    let configured = env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    let detected = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    configured
        .or_else(detected)
        .unwrap_or(DEFAULT_WIDTH)
        .clamp(MIN_WIDTH, MAX_WIDTH)
}
