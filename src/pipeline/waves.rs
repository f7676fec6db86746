//! Waves: a run processes the files first, then what is in those that are containers, and so on.
//!
//! Only workers open files, because any file may be hostile. So what is in a container is known when the
//! container was processed, or from the catalogue if it is unchanged. Each wave is planned and processed
//! like the one before it. There are as many waves as containers are nested, at most
//! [`Limits::depth`](diarium_read::container::Limits) after the first.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use super::roots::Roots;
use crate::catalogue::{Identity, KnownContainer};
use crate::discover::{Discovered, percent_encode};
use diarium_document::{MEMBER_SEPARATOR, Source};

/// A document that a wave may process.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    /// Its file; `source.relative` is the path that it would be assigned.
    pub(super) source: Source,
    pub(super) identity: Identity,
    /// The name of its root.
    pub(super) root: Arc<str>,
}

/// The first wave: the files of the inputs.
pub(super) fn files(discovered: &Discovered, roots: &Roots) -> Vec<Candidate> {
    let mut names: HashMap<&str, Arc<str>> = HashMap::new();
    let files = discovered.files.iter().filter_map(|file| {
        let (identity, root) = roots.identify(&file.path)?;
        let root = names.entry(root).or_insert_with(|| Arc::from(root));
        Some(Candidate {
            source: file.source.clone(),
            identity,
            root: Arc::clone(root),
        })
    });
    files.collect()
}

/// The wave after another: the members of its containers. Those of containers whose assigned paths are in
/// `left_out` are not listed.
pub(super) fn members(
    wave: &[Candidate],
    containers: &HashMap<Identity, KnownContainer>,
    left_out: &HashSet<String>,
) -> Vec<Candidate> {
    let mut members = Vec::new();
    for candidate in wave {
        let container = containers.get(&candidate.identity);
        let Some(container) = container.filter(|known| !left_out.contains(&known.path)) else {
            continue;
        };
        members.extend(members_of(candidate, container));
    }
    members
}

/// The members of a container. They have the file of the container, and its state.
fn members_of(
    candidate: &Candidate,
    container: &KnownContainer,
) -> impl Iterator<Item = Candidate> {
    let mut names = HashSet::new();
    container.members.iter().map(move |member| {
        // Paths in a container are unique. Two that are the same when they are encoded would be one
        // document, and one of them lost.
        let mut name = percent_encode(Path::new(member));
        while name.is_empty() || !names.insert(name.clone()) {
            name = format!("~/{name}");
        }
        let mut source = candidate.source.clone();
        source.relative = format!("{}{MEMBER_SEPARATOR}{name}", container.path);
        source.members.push(member.clone());
        Candidate {
            source,
            identity: Identity {
                root: candidate.identity.root,
                relative: format!("{}{MEMBER_SEPARATOR}{name}", candidate.identity.relative),
            },
            root: Arc::clone(&candidate.root),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(relative: &str) -> Candidate {
        Candidate {
            source: Source {
                relative: relative.to_owned(),
                file: "/in/a.zip".into(),
                bytes: 9,
                ..Source::default()
            },
            identity: Identity {
                root: 1,
                relative: relative.to_owned(),
            },
            root: "in".into(),
        }
    }

    #[test]
    fn a_member_has_the_file_of_its_container_and_a_path_in_it() {
        let outer = candidate("a.zip");
        let container = KnownContainer {
            path: "in/a.zip".to_owned(),
            members: vec!["b!/c.txt".to_owned(), "d.txt".to_owned()],
        };
        let containers = HashMap::from([(outer.identity.clone(), container)]);
        let members = super::members(&[outer], &containers, &HashSet::new());
        let first = &members[0];
        assert_eq!(first.source.relative, "in/a.zip!/b%21/c.txt");
        assert_eq!(first.identity.relative, "a.zip!/b%21/c.txt");
        assert_eq!(first.source.members, ["b!/c.txt"]);
        assert_eq!(first.source.parent(), Some("in/a.zip"));
        assert_eq!(first.source.file, Path::new("/in/a.zip"));
        assert_eq!(members[1].source.relative, "in/a.zip!/d.txt");
    }

    #[test]
    fn containers_that_were_not_read_completely_are_left_out() {
        let outer = candidate("a.zip");
        let container = KnownContainer {
            path: "a.zip".to_owned(),
            members: vec!["d.txt".to_owned()],
        };
        let containers = HashMap::from([(outer.identity.clone(), container)]);
        let left_out = HashSet::from(["a.zip".to_owned()]);
        assert!(super::members(&[outer], &containers, &left_out).is_empty());
    }
}
