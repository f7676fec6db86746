//! How far is the run?

use indicatif::{ProgressBar, ProgressStyle};

use super::logging::Logging;
use crate::catalogue::Outcome;
use crate::discover::{Issue, IssueCause};
use crate::pipeline::{Finished, Observer};

/// A bar on a terminal, and a message for each document that fails.
pub(super) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub(super) fn new(logging: &Logging) -> Self {
        Self {
            bar: bar(logging, "documents"),
        }
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// A bar that counts such things; hidden where no terminal would show it.
pub(super) fn bar(logging: &Logging, things: &str) -> ProgressBar {
    if !logging.shows_progress() {
        return ProgressBar::hidden();
    }
    let bar = logging.bars.add(ProgressBar::no_length());
    let template =
        format!("{{bar:30}} {{human_pos}}/{{human_len}} {things}, {{eta}} left {{wide_msg}}");
    // The template is a constant; should it be wrong, the usual bar will do.
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
            IssueCause::NotAFile => tracing::info!(%path, "{}", issue.message),
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
                return tracing::debug!(path, "same bytes, record kept");
            }
            Finished::Restored { path, .. } => {
                return tracing::info!(path, "earlier bytes are back, withdrawn record restored");
            }
            Finished::Deferred(source) => {
                return tracing::info!(
                    path = source.relative,
                    "changed while it was read, left for the next run"
                );
            }
        };
        let path = &row.source.relative;
        match &row.outcome {
            Outcome::Done { kind, pages, .. } => {
                let milliseconds = row.duration_ms;
                tracing::debug!(path, kind, pages, milliseconds, "document done");
            }
            Outcome::Failed(failure) => {
                let message = &failure.message;
                tracing::warn!(path, code = %failure.code, "document failed: {message}");
            }
        }
    }
}
