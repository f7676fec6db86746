//! Messages on standard error: errors, warnings, summaries and the log, as text or JSON.
//!
//! In text, a message is one line: level, message, fields.
//!
//! ```text
//! warning: document failed: the file has no bytes path="empty.txt" code=empty
//! ```
//!
//! Messages and fields contain file names and texts of documents, so control characters are escaped
//! here. Progress bars are on the same terminal: they are cleared before a message and drawn again
//! after it.

use std::fmt::{self, Debug, Write as _};
use std::io::{self, IsTerminal, Write};

use indicatif::MultiProgress;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, MakeWriter};
use tracing_subscriber::registry::LookupSpan;

use super::arguments::{Global, LogFormat};
use super::sanitize::{escape_control_chars, escape_control_chars_in_lines};
use super::terminal::Terminal;

/// Standard error with its options.
#[derive(Debug, Clone)]
pub(super) struct Logging {
    pub(super) bars: MultiProgress,
    pub(super) format: LogFormat,
    terminal: Terminal,
    quiet: bool,
}

/// Starts logging with the options of the command line. Must be called only once.
pub(super) fn start(global: &Global) -> Logging {
    let logging = Logging {
        bars: MultiProgress::new(),
        format: global.log_format,
        terminal: Terminal::stderr(global.color),
        quiet: global.quiet,
    };
    let level = match (global.quiet, global.verbose, global.log_format) {
        (true, ..) => Level::ERROR,
        (false, 0, LogFormat::Text) => Level::WARN,
        // Starts, ends and counts are INFO, and a program that reads the log needs them.
        (false, 0 | 1, _) => Level::INFO,
        (false, ..) => Level::DEBUG,
    };
    // Dependencies log for their developers, and some log the contents of documents.
    let filter = tracing_subscriber::EnvFilter::new(format!("off,diarium={level}"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(logging.terminal.is_colored())
        .with_writer(logging.clone());
    match global.log_format {
        // No formatter of ours: JSON escapes control characters itself (RFC 8259, section 7).
        LogFormat::Json => builder.json().flatten_event(true).init(),
        LogFormat::Text => {
            let terminal = logging.terminal;
            builder.event_format(TextFormat { terminal }).init();
        }
    }
    logging
}

impl Logging {
    /// Prints the error that ends the program.
    pub(super) fn error(&self, error: &anyhow::Error) {
        let message = error_message(error);
        match self.format {
            // Every line on standard error must be a JSON object, the last one too.
            LogFormat::Json => tracing::error!("{message}"),
            LogFormat::Text => {
                let label = self.terminal.red("error:");
                self.write_line(&format!("{label} {}", escape_control_chars(&message)));
            }
        }
    }

    /// Prints text for a person; nothing with `--quiet` or `--log-format json`.
    pub(super) fn print(&self, text: &str) {
        if !self.quiet && self.format == LogFormat::Text {
            self.write_line(&escape_control_chars_in_lines(text));
        }
    }

    /// Whether to draw progress bars.
    pub(super) fn shows_progress(&self) -> bool {
        !self.quiet && self.format == LogFormat::Text && io::stderr().is_terminal()
    }

    fn write_line(&self, text: &str) {
        // If standard error is closed, there is nowhere to report that.
        let _ = self
            .bars
            .suspend(|| writeln!(io::stderr().lock(), "{text}"));
    }
}

/// The error and its causes, separated by colons. A cause that the message before it already quotes is
/// left out.
fn error_message(error: &anyhow::Error) -> String {
    let mut message = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !message.contains(&cause) {
            message = format!("{message}: {cause}");
        }
    }
    message
}

impl Write for Logging {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // All bytes under one lock: a bar that is drawn between two pieces of a message would tear it.
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

/// Formats a log event as one line of text.
struct TextFormat {
    terminal: Terminal,
}

impl<S, N> FormatEvent<S, N> for TextFormat
where
    S: Subscriber + for<'l> LookupSpan<'l>,
    N: for<'w> FormatFields<'w> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        // As uv and cargo label their messages; the log's usual time and target say nothing to a user.
        let label = match *event.metadata().level() {
            Level::ERROR => self.terminal.red("error:"),
            Level::WARN => self.terminal.yellow("warning:"),
            Level::INFO => self.terminal.green("info:"),
            Level::DEBUG => self.terminal.dim("debug:"),
            Level::TRACE => self.terminal.dim("trace:"),
        };
        let mut text = EventText::default();
        event.record(&mut text);
        let message = escape_control_chars(&text.message);
        let fields = escape_control_chars(&text.fields);
        writeln!(writer, "{label} {message}{}", self.terminal.dim(&fields))
    }
}

/// The message of an event, and its other fields as ` name=value`.
#[derive(Default)]
struct EventText {
    message: String,
    fields: String,
}

impl Visit for EventText {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // Writing to a String cannot fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }
}
