//! Progress bars, and the log messages of a run.
//!
//! Bars are drawn only if standard error is a terminal.

use indicatif::{ProgressBar, ProgressStyle};

use super::logging::Logging;
use crate::catalogue::Outcome;
use crate::discover::{Issue, IssueCause};
use crate::pipeline::{Finished, Observer};

/// The observer of a run: a progress bar, and a log message for each document.
///
/// Failed documents are warnings, documents with an unusual outcome INFO, all others DEBUG.
pub(super) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// Shows an empty bar.
    pub(super) fn new(logging: &Logging) -> Self {
        Self {
            bar: bar(logging, "documents"),
        }
    }

    /// Removes the bar.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// A progress bar that counts `unit`s, such as documents; hidden unless progress is shown.
pub(super) fn bar(logging: &Logging, unit: &str) -> ProgressBar {
    if !logging.shows_progress() {
        return ProgressBar::hidden();
    }
    // The length is known only after the inputs have been traversed and compared with the catalogue.
    let bar = logging.bars.add(ProgressBar::no_length());
    let template =
        format!("{{bar:30}} {{human_pos}}/{{human_len}} {unit}, {{eta}} left {{wide_msg}}");
    // An invalid template leaves the default style; a bar is no reason to stop a run.
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style);
    }
    bar
}

impl Observer for Progress {
    fn issue(&self, issue: &Issue) {
        let path = issue.path.display();
        match issue.cause {
            IssueCause::Unreadable => tracing::warn!(%path, "{}", issue.message),
            IssueCause::NotAFile | IssueCause::Companion => {
                tracing::info!(%path, "{}", issue.message)
            }
        }
    }

    fn planned(&self, found: u64, tasks: usize) {
        tracing::info!(found, tasks, "run planned");
        self.bar
            .set_length(u64::try_from(tasks).unwrap_or(u64::MAX));
    }

    fn finished(&self, finished: &Finished) {
        self.bar.inc(1);
        let row = match finished {
            Finished::Processed(row) => row,
            Finished::Same { path, .. } => {
                // The usual outcomes are DEBUG: one line per document would bury the unusual ones under
                // `-v`.
                return tracing::debug!(path, "file changed but not its bytes; record kept");
            }
            Finished::Restored { path, .. } => {
                return tracing::info!(path, "earlier bytes restored; withdrawn record restored");
            }
            Finished::Deferred(source) => {
                return tracing::info!(
                    path = source.relative,
                    "changed while it was read; deferred to the next run"
                );
            }
        };
        let path = &row.source.relative;
        match &row.outcome {
            Outcome::Done { kind, pages, .. } => {
                let milliseconds = row.duration_ms;
                tracing::debug!(path, kind, pages, milliseconds, "document done");
            }
            Outcome::Container { warnings } => {
                for warning in warnings {
                    tracing::warn!(path, code = %warning.code, "container: {}", warning.message);
                }
                let members = row.members.len();
                tracing::debug!(path, members, "container opened");
            }
            Outcome::Failed(failure) => {
                let message = &failure.message;
                tracing::warn!(path, code = %failure.code, "document failed: {message}");
            }
        }
    }
}
