//! `diarium forget`: erase documents from an output folder.

use std::io::{self, Write};

use super::arguments::Forget;
use super::exit::{Exit, Usage};
use super::logging::Logging;
use super::plain::harmless;
use super::run::counted;
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
            "no document has the id or path {names}; nothing was erased. `diarium status` and \
             `source.path` of a record give paths"
        );
        return Err(Usage(harmless(&message).into_owned()).into());
    }
    let mut output = io::stdout().lock();
    for path in &documents {
        writeln!(output, "erased {}", harmless(path))?;
    }
    for export in &exports {
        writeln!(
            output,
            "check {} ({}, exported {}): it may hold these documents",
            harmless(&export.path),
            export.format,
            export.created
        )?;
    }
    let count = u64::try_from(documents.len()).unwrap_or(u64::MAX);
    logging.say(&format!(
        "{} erased. The source files were not touched: a run over their folder reads them again.\n\
         Backups of the output folder and folders that it was merged into are not searched.",
        counted(count, "document")
    ));
    Ok(Exit::Success)
}
