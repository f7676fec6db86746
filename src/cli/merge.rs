//! `diarium merge`: combine output folders, and print conflicts and counts.

use super::arguments::{LogFormat, Merge};
use super::exit::Exit;
use super::format::plural;
use super::logging::Logging;
use crate::pipeline::{Conflict, Merged, merge};

/// Merges the folders, and prints a summary on standard error.
pub(super) fn run(arguments: &Merge, logging: &Logging) -> anyhow::Result<Exit> {
    let merged = merge(&arguments.folders, &arguments.into)?;
    for conflict in &merged.conflicts {
        let Conflict {
            folder,
            path,
            message,
        } = conflict;
        let folder = folder.display();
        tracing::warn!(path, %folder, "not merged: {message}");
    }
    print_summary(&merged, arguments, logging);
    Ok(if merged.conflicts.is_empty() {
        Exit::Success
    } else {
        Exit::SomeFailed
    })
}

fn print_summary(merged: &Merged, arguments: &Merge, logging: &Logging) {
    let conflicts = merged.conflicts.len();
    if logging.format == LogFormat::Json {
        let (taken, known) = (merged.taken, merged.known);
        tracing::info!(taken, known, conflicts, "merge ended");
        return;
    }
    let mut line = format!(
        "{} merged, {} already present",
        plural(merged.taken, "document"),
        merged.known
    );
    if conflicts > 0 {
        line.push_str(&format!(", {conflicts} not merged (see above)"));
    }
    logging.print(&line);
    logging.print(&format!("records: {}/records", arguments.into.display()));
}
