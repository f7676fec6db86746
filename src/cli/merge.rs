//! `diarium merge`: how are output folders joined, and what is told of it?

use super::arguments::{LogFormat, Merge};
use super::exit::Exit;
use super::logging::Logging;
use super::run::counted;
use crate::pipeline::{Conflict, Merged, merge};

/// Joins the folders, and says on standard error what came of it.
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
    tell(&merged, arguments, logging);
    Ok(match merged.conflicts.as_slice() {
        [] => Exit::Success,
        _ => Exit::SomeFailed,
    })
}

fn tell(merged: &Merged, arguments: &Merge, logging: &Logging) {
    let conflicts = merged.conflicts.len();
    if logging.format == LogFormat::Json {
        let (taken, known) = (merged.taken, merged.known);
        tracing::info!(taken, known, conflicts, "merge ended");
        return;
    }
    let mut line = format!(
        "{} merged, {} known already",
        counted(merged.taken, "document"),
        merged.known
    );
    if conflicts > 0 {
        line.push_str(&format!(", {conflicts} not merged, see above"));
    }
    logging.say(&line);
    logging.say(&format!("records: {}/records", arguments.into.display()));
}
