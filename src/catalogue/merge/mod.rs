//! Merge: rows of another catalogue on their way into this one.
//!
//! A document is the same in both catalogues if it has the same root, by the name that the user gave or
//! by the path of its folder, and the same path below it. The later of two states replaces the earlier
//! one as a whole: row, record, derived files and withdrawn record. Copying the files is left to
//! `pipeline`.
//!
//! [`sources`] brings the runs and roots of the other catalogues here and reads their rows; this module
//! decides between two states of a document; [`replace`] writes the incoming one.

mod replace;
mod sources;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, params};

use super::paths::WITHDRAWN;
use super::roots::Identity;
use super::{Catalogue, Error};
use diarium_document::FailureCode;

pub use sources::MergeSource;

/// A row of another catalogue.
#[derive(Debug, Clone)]
pub struct IncomingRow {
    /// The document's path in the other catalogue.
    pub path: String,
    /// The document's identity in this catalogue.
    pub identity: Identity,
    /// SHA-256 of its bytes, where they were read.
    pub id: Option<String>,
    /// Its record and derived files, then those of its withdrawn record, relative to the other output
    /// folder. Each has its SHA-256, if that is known.
    pub files: Vec<(String, Option<String>)>,
    /// Its record's file, if it has one.
    pub record: Option<String>,
    /// Whether it has a withdrawn record.
    pub has_withdrawn: bool,
    state: RowState,
    columns: Columns,
}

/// All columns of a row, by name. They are copied as they are, also those that this module does not know.
type Columns = BTreeMap<String, Value>;

/// The part of a row that decides which of two rows of a document is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
struct RowState {
    /// When a run last found, processed or missed the document, and when its file was modified.
    // Starts alone can be equal: those of runs of version 3 and earlier are whole seconds, and a run that
    // a repair inserted has none, which counts as 0.
    version: (i64, i64),
    id: Option<String>,
    /// Whether `--prune` removed its record.
    pruned: bool,
    failure: Option<String>,
}

/// How an incoming row relates to the row that this catalogue has of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeDecision {
    /// There is no row here, or an older one.
    Newer,
    /// The row here has the same state.
    Same,
    /// The row here is newer.
    Older,
    /// The source could not be read there; the record here is kept.
    SourceUnreadable,
    /// The two rows have the same time and different content.
    Conflict,
}

impl Catalogue {
    /// Compares an incoming row with the row of this catalogue.
    ///
    /// # Errors
    /// If the catalogue cannot be read.
    pub fn merge_decision(&self, incoming: &IncomingRow) -> Result<MergeDecision, Error> {
        let mut statement = self.connection.prepare_cached(
            "select coalesce((select max(started_ns) from runs
                    where id in (seen_run, last_run, removed_run)), 0),
                 modified_ns, id, outcome = 'pruned', coalesce(failure_code, source_code)
             from documents where root = ?1 and relative = ?2",
        )?;
        let Identity { root, relative } = &incoming.identity;
        let here = statement.query_row(params![root, relative], |row| {
            Ok(RowState {
                version: (row.get(0)?, row.get(1)?),
                id: row.get(2)?,
                pruned: row.get(3)?,
                failure: row.get(4)?,
            })
        });
        let here = here.optional()?;
        Ok(here.map_or(MergeDecision::Newer, |here| decide(&here, &incoming.state)))
    }
}

/// The later state is kept.
fn decide(here: &RowState, there: &RowState) -> MergeDecision {
    let is_unreadable = |state: &RowState| {
        let codes = [FailureCode::Unreadable, FailureCode::Encrypted].map(|code| code.to_string());
        state
            .failure
            .as_ref()
            .is_some_and(|code| codes.contains(code))
    };
    match there.version.cmp(&here.version) {
        // A merge never removes a record, also not one that was pruned in the other folder.
        _ if there.pruned => MergeDecision::Older,
        // A pruned row has no record to lose, so that an older state replaces it, too. Only the state that
        // was pruned does not come back.
        _ if here.pruned && there.version != here.version => MergeDecision::Newer,
        // A source that could not be read says nothing about its bytes: the side that has read them is kept,
        // whichever is later.
        Ordering::Greater if there.id.is_none() && here.id.is_some() && is_unreadable(there) => {
            MergeDecision::SourceUnreadable
        }
        Ordering::Less if here.id.is_none() && there.id.is_some() && is_unreadable(here) => {
            MergeDecision::Newer
        }
        Ordering::Greater => MergeDecision::Newer,
        Ordering::Less => MergeDecision::Older,
        Ordering::Equal if here.id == there.id => MergeDecision::Same,
        Ordering::Equal => MergeDecision::Conflict,
    }
}

/// Whether a file is below `withdrawn/`.
fn is_withdrawn(file: &str) -> bool {
    Path::new(file).starts_with(WITHDRAWN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(id: Option<&str>, time: i64) -> RowState {
        RowState {
            version: (time, 0),
            id: id.map(str::to_owned),
            pruned: false,
            failure: None,
        }
    }

    #[test]
    fn the_later_of_two_states_replaces_the_other() {
        let failed = |code: FailureCode, time| RowState {
            failure: Some(code.to_string()),
            ..state(None, time)
        };
        let here = state(Some("a"), 2);
        for (there, expected) in [
            (state(Some("a"), 2), MergeDecision::Same),
            (state(Some("a"), 1), MergeDecision::Older),
            (state(Some("b"), 3), MergeDecision::Newer),
            (state(Some("b"), 1), MergeDecision::Older),
            (state(Some("b"), 2), MergeDecision::Conflict),
            (failed(FailureCode::TooLarge, 3), MergeDecision::Newer),
            (
                failed(FailureCode::Unreadable, 3),
                MergeDecision::SourceUnreadable,
            ),
        ] {
            assert_eq!(decide(&here, &there), expected, "{there:?}");
        }
        let unread = failed(FailureCode::Unreadable, 3);
        assert_eq!(decide(&unread, &here), MergeDecision::Newer);
        let pruned = RowState {
            pruned: true,
            ..state(Some("a"), 4)
        };
        assert_eq!(decide(&here, &pruned), MergeDecision::Older);
    }
}
