//! What is to be done?

use std::path::Path;

use super::{Error, Redo, RunOptions, Tools};
use crate::catalogue::{Catalogue, Fingerprint, Known};
use crate::document::{FailureCode, Source};

/// What a run is going to do, and leave.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Documents to take in hand.
    pub(super) tasks: Vec<Task>,
    /// Documents whose record stands.
    pub(super) unchanged: Vec<Source>,
    /// Documents that failed earlier and would fail again.
    pub(super) failed_earlier: Vec<Source>,
}

/// A document to take in hand.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) source: Source,
    /// The record stands if the bytes still have this SHA-256.
    pub(super) unless: Option<String>,
}

/// What is to become of one document.
#[derive(Debug, Clone, PartialEq)]
enum Decision {
    Process,
    ProcessUnlessBytesAre(String),
    KeepRecord,
    KeepFailure,
}

/// Asks the catalogue about each document. Nothing is opened: size and modification time say
/// whether the bytes may have changed.
pub(super) fn plan(
    sources: Vec<Source>,
    catalogue: &Catalogue,
    options: &RunOptions,
    tools: &Tools,
) -> Result<Plan, Error> {
    let fingerprint = tools.fingerprint();
    let mut plan = Plan::default();
    for source in sources {
        let decision = match catalogue.known(&source.relative)? {
            Some(known) => decide(&source, &known, options, &fingerprint),
            None => Decision::Process,
        };
        let task = |source, unless| Task { source, unless };
        match decision {
            Decision::Process => plan.tasks.push(task(source, None)),
            Decision::ProcessUnlessBytesAre(id) => plan.tasks.push(task(source, Some(id))),
            Decision::KeepRecord => plan.unchanged.push(source),
            Decision::KeepFailure => plan.failed_earlier.push(source),
        }
    }
    Ok(plan)
}

fn decide(
    source: &Source,
    known: &Known,
    options: &RunOptions,
    fingerprint: &Fingerprint,
) -> Decision {
    if options.redo == Redo::Everything {
        return Decision::Process;
    }
    let same_file = source.bytes == known.bytes && source.modified == known.modified;
    match (known.failure, &known.record, &known.id) {
        (Some(failure), _, id) => {
            let same_tools = known.fingerprint == fingerprint.of_failure(id.as_deref());
            // Rights to a file change without a trace in its size or time.
            let hopeless = failure != FailureCode::Unreadable && same_file && same_tools;
            if hopeless && options.redo == Redo::Nothing {
                Decision::KeepFailure
            } else {
                Decision::Process
            }
        }
        (None, Some(record), Some(id)) if stands(&options.output, record) => {
            if !fingerprint.is_of_record(&known.fingerprint, id) {
                Decision::Process
            } else if same_file {
                Decision::KeepRecord
            } else {
                Decision::ProcessUnlessBytesAre(id.clone())
            }
        }
        (None, ..) => Decision::Process,
    }
}

fn stands(output: &Path, record: &str) -> bool {
    output.join(record).is_file()
}

#[cfg(test)]
mod tests;
