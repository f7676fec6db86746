//! What is said on standard error, and how?

use std::io::{self, IsTerminal, Write};

use indicatif::MultiProgress;
use tracing::Level;
use tracing_subscriber::fmt::MakeWriter;

use super::arguments::{Global, LogFormat};
use super::message::Message;
use super::plain::{harmless, harmless_lines};
use super::terminal::Style;

/// Where messages go. Progress bars are drawn on the same terminal: a message first takes the bar
/// away.
#[derive(Debug, Clone)]
pub(super) struct Logging {
    pub(super) bars: MultiProgress,
    pub(super) format: LogFormat,
    pub(super) style: Style,
    quiet: bool,
}

/// Starts logging as the user asked. Called once.
pub(super) fn start(global: &Global) -> Logging {
    let logging = Logging {
        bars: MultiProgress::new(),
        format: global.log_format,
        style: Style::of_standard_error(global.color),
        quiet: global.quiet,
    };
    let level = match (global.quiet, global.verbose, global.log_format) {
        (true, ..) => Level::ERROR,
        (false, 0, LogFormat::Text) => Level::WARN,
        // A log for machines always tells of starts and ends.
        (false, 0 | 1, _) => Level::INFO,
        (false, ..) => Level::DEBUG,
    };
    // What the parts we use have to say helps nobody but their authors.
    let filter = tracing_subscriber::EnvFilter::new(format!("off,diarium={level}"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(logging.style.is_colored())
        .with_writer(logging.clone());
    match global.log_format {
        LogFormat::Json => builder.json().flatten_event(true).init(),
        LogFormat::Text => {
            let style = logging.style;
            builder.event_format(Message { style }).init();
        }
    }
    logging
}

impl Logging {
    /// Says why the program ends.
    pub(super) fn error(&self, error: &anyhow::Error) {
        let sentence = sentence(error);
        match self.format {
            LogFormat::Json => tracing::error!("{sentence}"),
            LogFormat::Text => {
                let label = self.style.red("error:");
                self.line(&format!("{label} {}", harmless(&sentence)));
            }
        }
    }

    /// Says something to a person; nothing where machines read or silence was asked for.
    pub(super) fn say(&self, text: &str) {
        if !self.quiet && self.format == LogFormat::Text {
            self.line(&harmless_lines(text));
        }
    }

    /// Whether a progress bar may be drawn.
    pub(super) fn shows_progress(&self) -> bool {
        !self.quiet && self.format == LogFormat::Text && io::stderr().is_terminal()
    }

    fn line(&self, text: &str) {
        // Where standard error is closed there is nobody left to tell.
        let _ = self
            .bars
            .suspend(|| writeln!(io::stderr().lock(), "{text}"));
    }
}

/// The error and its causes in one line; a cause that the words before already tell is left out.
fn sentence(error: &anyhow::Error) -> String {
    let mut sentence = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !sentence.contains(&cause) {
            sentence = format!("{sentence}: {cause}");
        }
    }
    sentence
}

impl Write for Logging {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.bars.suspend(|| io::stderr().lock().write_all(bytes));
        written.map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

impl MakeWriter<'_> for Logging {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}
