//! Signal handling: graceful shutdown on the first SIGINT, SIGTERM or SIGHUP, exit on the second.

use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;

use super::exit::Exit;
use super::logging::Logging;

const NO_HANDLER: &str = "the signal handler could not be installed";

/// Sets `cancel` and prints `message` on the first signal; exits with 130 on the second.
///
/// # Errors
/// If the handler cannot be installed.
pub(super) fn cancel_on_signal(
    cancel: &Arc<AtomicBool>,
    logging: &Logging,
    message: &'static str,
) -> anyhow::Result<()> {
    let (cancel, logging) = (Arc::clone(cancel), logging.clone());
    // `ctrlc` calls it on a thread of its own and not in the signal handler, so that it may lock and
    // print.
    ctrlc::set_handler(move || {
        // No other data depends on the flag, so `Relaxed` is enough.
        if cancel.swap(true, Ordering::Relaxed) {
            // Without cleaning up: the next run or export completes or discards what is unfinished, as
            // after a crash.
            process::exit(Exit::Interrupted.code().into());
        }
        tracing::info!("interrupted; {message}");
        logging.print(message);
    })
    .context(NO_HANDLER)
}

/// Ignores signals in a worker process.
///
/// A terminal sends SIGINT to the whole process group, and a service manager may signal every process
/// of a run. Only the run decides when a worker ends: it closes the worker's standard input.
///
/// # Errors
/// If the handler cannot be installed.
pub(super) fn ignore_signals() -> anyhow::Result<()> {
    ctrlc::set_handler(|| {}).context(NO_HANDLER)
}
