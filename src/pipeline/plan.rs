//! What is to be done?

use std::path::Path;

use super::{Error, Redo, RunOptions};
use crate::catalogue::{Catalogue, Fingerprint, Known};
use crate::document::{FailureCode, Source};

/// What a run is going to do, and leave.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Documents to take in hand.
    pub(super) tasks: Vec<Task>,
    /// Documents to take in hand last, one by one: they were in hand when a run ended without a
    /// word.
    pub(super) suspects: Vec<Task>,
    /// Documents that were in hand in so many such runs that they are taken in hand no more.
    pub(super) quarantined: Vec<(Task, u32)>,
    /// Documents whose record stands.
    pub(super) unchanged: Vec<Source>,
    /// Documents that failed earlier and would fail again.
    pub(super) failed_earlier: Vec<Source>,
}

impl Plan {
    /// How many documents something is to be done about.
    pub(super) fn work(&self) -> usize {
        self.tasks.len() + self.suspects.len() + self.quarantined.len()
    }
}

/// In so many runs that end without a word may a document be in hand. A run may be killed for
/// reasons of its own; four in a row with the same document in hand, which by then was taken last
/// and alone, are the document's.
const RUNS_CUT_SHORT: u32 = 4;

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
    catalogue: &mut Catalogue,
    options: &RunOptions,
    fingerprint: &Fingerprint,
) -> Result<Plan, Error> {
    let suspects = catalogue.suspects()?;
    let mut plan = Plan::default();
    let mut suspected = Vec::new();
    for source in sources {
        let decision = match catalogue.known(&source.relative)? {
            Some(known) => decide(&source, &known, options, fingerprint),
            None => Decision::Process,
        };
        let unless = match decision {
            Decision::Process => None,
            Decision::ProcessUnlessBytesAre(id) => Some(id),
            Decision::KeepRecord => {
                plan.unchanged.push(source);
                continue;
            }
            Decision::KeepFailure => {
                plan.failed_earlier.push(source);
                continue;
            }
        };
        let suspect = suspects
            .get(&source.relative)
            .filter(|suspect| suspect.is(&source));
        let cut_short = suspect.map_or(0, |suspect| suspect.cut_short);
        let task = Task { source, unless };
        match cut_short {
            0 => plan.tasks.push(task),
            RUNS_CUT_SHORT.. if options.redo == Redo::Nothing => {
                plan.quarantined.push((task, cut_short));
            }
            _ => suspected.push((cut_short, task)),
        }
    }
    // The least suspected first, so that the worst keeps no other from its turn.
    suspected.sort_by_key(|(cut_short, _)| *cut_short);
    plan.suspects = suspected.into_iter().map(|(_, task)| task).collect();
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
            let now = match failure {
                FailureCode::Quarantined => {
                    fingerprint.of_quarantine(id.as_deref(), &options.bounds())
                }
                _ => fingerprint.of_failure(id.as_deref()),
            };
            let same_tools = known.fingerprint == now;
            // Rights to a file change without a trace in its size or time.
            let hopeless = failure != FailureCode::Unreadable && same_file && same_tools;
            if hopeless && options.redo == Redo::Nothing {
                Decision::KeepFailure
            } else {
                Decision::Process
            }
        }
        (None, Some(record), Some(id)) if stands(&options.output, record) => {
            if known.fingerprint != fingerprint.of_record(id) {
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
