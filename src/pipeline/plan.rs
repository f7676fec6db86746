//! What is to be done?

use std::collections::HashMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::departed::{Departed, departed, find_moved, written};
use super::{Error, Redo, RunOptions};
use crate::catalogue::{Catalogue, Fingerprint, Known, MovedFrom, RunId, Suspect};
use crate::discover::Discovered;
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
    /// How many documents' records stand.
    pub(super) unchanged: u64,
    /// How many documents failed earlier and would fail again.
    pub(super) failed_earlier: u64,
    /// Documents that are not there any more.
    pub(super) departed: Departed,
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
    /// Where its file lies, as it is written down.
    pub(super) place: String,
    /// The record stands if the bytes still have this SHA-256.
    pub(super) unless: Option<String>,
    /// What it was before its file was moved.
    pub(super) moved: Option<Moved>,
}

/// What a document was before its file was moved.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Moved {
    /// SHA-256 of its bytes.
    pub(super) id: String,
    /// Whether its record needs nothing but another path.
    pub(super) stands: bool,
    pub(super) from: MovedFrom,
}

/// What is to become of one document.
#[derive(Debug, Clone, PartialEq)]
enum Decision {
    Process,
    ProcessUnlessBytesAre(String),
    KeepRecord,
    KeepFailure,
}

/// Asks the catalogue about each document, and about those that are not there any more. Size and
/// modification time say whether the bytes may have changed; only what may have been moved is
/// opened.
pub(super) fn plan(
    discovered: &Discovered,
    catalogue: &mut Catalogue,
    run: RunId,
    options: &RunOptions,
    fingerprint: &Fingerprint,
) -> Result<Plan, Error> {
    let suspects = catalogue.suspects()?;
    let sources = discovered.sources.iter();
    let place = |source: &Source| written(&discovered.place(source));
    catalogue.meet(
        run,
        sources
            .clone()
            .map(|source| (&*source.relative, place(source))),
    )?;
    let mut plan = Plan {
        departed: departed(catalogue.unseen(run)?, &discovered.roots),
        ..Plan::default()
    };
    let (mut new, mut changed) = (Vec::new(), Vec::new());
    for source in sources {
        let known = catalogue.known(&source.relative)?;
        let is_new = known.is_none();
        let decision = known.map(|known| decide(source, &known, options, fingerprint));
        let unless = match decision.unwrap_or(Decision::Process) {
            Decision::KeepRecord => {
                plan.unchanged += 1;
                continue;
            }
            Decision::KeepFailure => {
                plan.failed_earlier += 1;
                continue;
            }
            Decision::Process => None,
            Decision::ProcessUnlessBytesAre(id) => Some(id),
        };
        let task = Task {
            source: source.clone(),
            place: place(source),
            unless,
            moved: None,
        };
        match is_new {
            true => new.push(task),
            false => changed.push(task),
        }
    }
    find_moved(&mut new, &mut plan.departed.gone, fingerprint);
    changed.append(&mut new);
    plan.share_out(changed, &suspects, options.redo);
    Ok(plan)
}

impl Plan {
    /// Parts the documents that were in hand when a run ended without a word from the others.
    fn share_out(&mut self, tasks: Vec<Task>, suspects: &HashMap<String, Suspect>, redo: Redo) {
        let mut suspected = Vec::new();
        for task in tasks {
            let suspect = suspects.get(&task.source.relative);
            let suspect = suspect.filter(|suspect| suspect.is(&task.source));
            match suspect.map_or(0, |suspect| suspect.cut_short) {
                0 => self.tasks.push(task),
                cut_short @ RUNS_CUT_SHORT.. if redo == Redo::Nothing => {
                    self.quarantined.push((task, cut_short));
                }
                cut_short => suspected.push((cut_short, task)),
            }
        }
        // The least suspected first, so that the worst keeps no other from its turn.
        suspected.sort_by_key(|(cut_short, _)| *cut_short);
        self.suspects = suspected.into_iter().map(|(_, task)| task).collect();
    }
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
