//! How does a message look to a person?
//!
//! `WARN document failed: … path="plan.txt"`: how grave, what, and what it is about. Messages and
//! values come from files and their names, so that all of them are made harmless here.

use std::fmt::{self, Debug, Write as _};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use super::plain::harmless;
use super::terminal::Style;

/// Writes a message as a line for a person.
pub(super) struct Message {
    pub(super) style: Style,
}

impl<S, N> FormatEvent<S, N> for Message
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
        let level = *event.metadata().level();
        let label = format!("{level:>5}");
        let label = match level {
            Level::ERROR => self.style.red(&label),
            Level::WARN => self.style.yellow(&label),
            Level::INFO => self.style.green(&label),
            _ => self.style.dim(&label),
        };
        let mut words = Words::default();
        event.record(&mut words);
        let (message, values) = (harmless(&words.message), harmless(&words.values));
        writeln!(writer, "{label} {message}{}", self.style.dim(&values))
    }
}

/// What a message says, and what it is about.
#[derive(Default)]
struct Words {
    message: String,
    values: String,
}

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // Writing to a String cannot fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.values, " {name}={value:?}"),
        };
    }
}
