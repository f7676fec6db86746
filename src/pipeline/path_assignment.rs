//! Path assignment: a path for each new document of an output folder that no other document has.
//!
//! The path names the record and all derived files. Two paths conflict also where they differ only
//! in case or Unicode normalization, or where one is a folder of the other: the output folder may be
//! copied to a file system that cannot hold both.

use std::collections::HashSet;

use super::Error;
use crate::catalogue::{Catalogue, path_key};
use diarium_document::MEMBER_SEPARATOR;

/// Assigns paths that conflict neither with the catalogue nor with each other.
pub(super) struct PathAssigner<'c> {
    catalogue: &'c Catalogue,
    /// Paths that were assigned and are not in the catalogue yet.
    assigned: AssignedPaths,
}

impl<'c> PathAssigner<'c> {
    pub(super) fn new(catalogue: &'c Catalogue) -> Self {
        Self {
            catalogue,
            assigned: AssignedPaths::default(),
        }
    }

    /// Reserves a path that its document has in the catalogue.
    pub(super) fn reserve(&mut self, path: &str) {
        self.assigned.add(path);
    }

    /// Assigns the first free [candidate] path to a document, `relative` below its root. `previous`
    /// is the path that the document itself has in the catalogue, if any.
    pub(super) fn assign(
        &mut self,
        root: &str,
        relative: &str,
        previous: Option<&str>,
    ) -> Result<String, Error> {
        // Numbered, not random: two machines assign the same paths to the same inputs.
        let mut number = 0;
        loop {
            let path = candidate(root, relative, number);
            if self.is_free(&path, previous)? {
                self.assigned.add(&path);
                return Ok(path);
            }
            number += 1;
        }
    }

    /// Whether a path can be assigned.
    pub(super) fn is_free(&self, path: &str, previous: Option<&str>) -> Result<bool, Error> {
        Ok(!self.assigned.conflicts(path) && !self.catalogue.is_path_taken(path, previous)?)
    }
}

/// The paths to try for a document, numbered from 0: its path below its root; with the name of the
/// root before it; with `~2`, `~3` … after the root's name. A member of a container stays in it: its path
/// there is tried alone, then in a folder `~2`, `~3` …
fn candidate(root: &str, relative: &str, number: u64) -> String {
    if let (Some((container, member)), 1..) = (relative.rsplit_once(MEMBER_SEPARATOR), number) {
        return format!("{container}{MEMBER_SEPARATOR}~{}/{member}", number + 1);
    }
    match number {
        0 => relative.to_owned(),
        1 => format!("{root}/{relative}"),
        _ => format!("{root}~{number}/{relative}"),
    }
}

/// A set of paths and of the folders that they need.
#[derive(Default)]
struct AssignedPaths {
    keys: HashSet<String>,
    /// Keys of the folders that contain their records.
    folders: HashSet<String>,
}

impl AssignedPaths {
    /// Whether the path is in the set, or its record and that of a path in the set could not both
    /// exist.
    fn conflicts(&self, path: &str) -> bool {
        // A file and a folder of the same name conflict: `a` has the record `a.json`, and that of a
        // document `a.json/b` would need a folder of that name.
        let key = path_key(path);
        self.keys.contains(&key)
            || self.folders.contains(&key)
            || folders_of(&key).any(|folder| self.keys.contains(folder))
    }

    fn add(&mut self, path: &str) {
        let key = path_key(path);
        self.folders.extend(folders_of(&key).map(str::to_owned));
        self.keys.insert(key);
    }
}

fn folders_of(key: &str) -> impl Iterator<Item = &str> {
    key.match_indices('/').map(|(end, _)| &key[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_document_with_the_same_path_is_named_after_its_root() {
        let paths = [0, 1, 2, 3].map(|number| candidate("2010", "plan.txt", number));
        assert_eq!(
            paths,
            [
                "plan.txt",
                "2010/plan.txt",
                "2010~2/plan.txt",
                "2010~3/plan.txt"
            ]
        );
    }

    #[test]
    fn a_member_stays_in_its_container() {
        let paths = [0, 1, 2].map(|number| candidate("2010", "a.zip!/b.zip!/plan.txt", number));
        assert_eq!(
            paths,
            [
                "a.zip!/b.zip!/plan.txt",
                "a.zip!/b.zip!/~2/plan.txt",
                "a.zip!/b.zip!/~3/plan.txt"
            ]
        );
    }

    #[test]
    fn paths_conflict_if_a_file_system_cannot_hold_both_records() {
        let mut assigned = AssignedPaths::default();
        assigned.add("sub/Plan.txt");
        assert!(assigned.conflicts("SUB/plan.txt"));
        assert!(assigned.conflicts("sub/plan.txt.json/b.txt"));
        assert!(!assigned.conflicts("sub/b.txt"));
    }
}
