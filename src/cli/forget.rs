//! `diarium forget`: erase documents from an output folder.
//!
//! It erases all of the given documents or, if one of them is unknown, none.

use std::io::{self, Write};

use super::arguments::Forget;
use super::exit::{Exit, UsageError};
use super::format::plural;
use super::logging::Logging;
use super::sanitize::escape_control_chars;
use crate::pipeline::{self, Forgotten};

/// Erases documents, and lists the exports that may hold them.
pub(super) fn run(arguments: &Forget, logging: &Logging) -> anyhow::Result<Exit> {
    let Forgotten {
        documents,
        exports,
        unknown,
    } = pipeline::forget(&arguments.folder, &arguments.documents)?;
    if !unknown.is_empty() {
        let names = unknown.join(", ");
        let message = format!(
            "no document has the id or path {names}; nothing was erased. Expected the id or the \
             `source.path` of a record"
        );
        return Err(UsageError(escape_control_chars(&message).into_owned()).into());
    }
    let mut output = io::stdout().lock();
    // On standard output, so that the list can be kept as evidence of the erasure.
    for path in &documents {
        writeln!(output, "erased {}", escape_control_chars(path))?;
    }
    for export in &exports {
        writeln!(
            output,
            "check {} ({}, exported {}): it may contain these documents",
            escape_control_chars(&export.path),
            export.format,
            export.created
        )?;
    }
    logging.print(&format!(
        "{} erased. The source files still exist: a run over their folder processes them again.\n\
         Backups of the output folder, and folders that it was merged into, were not searched.",
        plural(documents.len(), "document")
    ));
    Ok(Exit::Success)
}
