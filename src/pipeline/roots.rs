//! Root resolution: the known input folder that each file belongs to.
//!
//! A file belongs to the innermost root whose name the user gave with `--root`, otherwise to the
//! outermost known root that contains it. A file that is named as an input belongs to its folder.
//! A document therefore keeps its identity however its folder is reached: `run inbox/2009` and
//! `run inbox` find the same documents. A root that was moved is recognized by its files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::Error;
use super::content_hash::hash_source;
use crate::catalogue::{Catalogue, Identity, Root, RootId};
use crate::discover::{self, Discovered, InputFile};

/// How many files are hashed to decide whether a root was moved.
// The paths and lengths of most files agree already. The hashes only have to distinguish a moved
// folder from another one of the same layout; all files of a moved root are hashed afterwards anyway.
const SAMPLED_FILES: usize = 16;

/// The roots that the files of a run may belong to.
#[derive(Debug, Default)]
pub(super) struct Roots {
    by_path: BTreeMap<PathBuf, KnownRoot>,
}

#[derive(Debug, Clone)]
struct KnownRoot {
    root: RootId,
    name: String,
    /// Whether the user gave the name.
    named: bool,
}

impl Roots {
    /// Loads the roots of the catalogue and adds those that this run needs. `name` is the user's name
    /// for the only input.
    pub(super) fn resolve(
        discovered: &Discovered,
        catalogue: &mut Catalogue,
        name: Option<&str>,
    ) -> Result<Self, Error> {
        let mut roots = Self::load(catalogue)?;
        let mut folders: Vec<&Path> = discovered
            .inputs
            .iter()
            .map(discover::Input::folder)
            .collect();
        if let (Some(name), [folder]) = (name, folders.as_slice()) {
            name_root(catalogue, folder, name)?;
            return Self::load(catalogue);
        }
        // Outermost first: the roots added for them contain the others.
        folders.sort_by_key(|folder| folder.components().count());
        for folder in folders {
            if roots.containing(folder).next().is_none() {
                add_root(catalogue, folder, discovered)?;
                roots = Self::load(catalogue)?;
            }
        }
        Ok(roots)
    }

    fn load(catalogue: &Catalogue) -> Result<Self, Error> {
        let known = catalogue.roots()?.into_iter().filter_map(|root| {
            let path = decode_root_path(root.path.as_ref()?);
            let known = KnownRoot {
                root: root.root,
                name: root.name,
                named: root.named,
            };
            Some((path, known))
        });
        Ok(Self {
            by_path: known.collect(),
        })
    }

    /// The roots that contain a folder or are it, innermost first.
    fn containing<'p>(
        &self,
        folder: &'p Path,
    ) -> impl Iterator<Item = (&'p Path, &KnownRoot)> + use<'p, '_> {
        let above = folder.ancestors();
        above.filter_map(|path| Some((path, self.by_path.get(path)?)))
    }

    /// The identity of the document in a file, and the name of its root.
    pub(super) fn identify<'r>(&'r self, file: &Path) -> Option<(Identity, &'r str)> {
        let folder = file.parent()?;
        let named = self.containing(folder).find(|(_, known)| known.named);
        let (path, known) = named.or_else(|| self.containing(folder).last())?;
        let relative = discover::percent_encode(file.strip_prefix(path).ok()?);
        let identity = Identity {
            root: known.root,
            relative,
        };
        Some((identity, &known.name))
    }
}

/// Makes a folder the root with the name that the user gave.
fn name_root(catalogue: &mut Catalogue, folder: &Path, name: &str) -> Result<(), Error> {
    let path = encode_root_path(folder);
    let known = catalogue.roots()?;
    let is_here = |root: &Root| root.path.as_deref() == Some(&path);
    if let Some(root) = known.iter().find(|root| root.name == name) {
        // The user may move a named root at any time: another machine has its folder elsewhere.
        if root.named || is_here(root) || has_no_folder(root) {
            catalogue.name_root(root.root, name)?;
            if !is_here(root) {
                catalogue.move_root(root.root, &path)?;
            }
            return Ok(());
        }
        // Another folder happens to have this name, and still exists.
        catalogue.rename_root(root.root)?;
    }
    match known.iter().find(|root| is_here(root)) {
        Some(root) => catalogue.name_root(root.root, name)?,
        None => {
            let root = catalogue.add_root(&path, Some(name))?;
            absorb_inner_roots(catalogue, root, folder, &known)?;
            split_outer_roots(catalogue, root, folder, &known)?;
        }
    }
    Ok(())
}

/// Adds a folder that no known root contains, or moves the root that was moved there.
fn add_root(
    catalogue: &mut Catalogue,
    folder: &Path,
    discovered: &Discovered,
) -> Result<(), Error> {
    let known = catalogue.roots()?;
    let path = encode_root_path(folder);
    let root = match moved_root(catalogue, &known, folder, discovered)? {
        Some(root) => {
            catalogue.move_root(root, &path)?;
            root
        }
        None => catalogue.add_root(&path, None)?,
    };
    absorb_inner_roots(catalogue, root, folder, &known)
}

/// Moves the documents of the roots inside a folder to the root of that folder. Roots that the user
/// named keep theirs.
fn absorb_inner_roots(
    catalogue: &mut Catalogue,
    root: RootId,
    folder: &Path,
    known: &[Root],
) -> Result<(), Error> {
    let inner_roots = known
        .iter()
        .filter(|inner| !inner.named && inner.root != root);
    for inner in inner_roots {
        let path = inner.path.as_deref().map(decode_root_path);
        if let Some(inside) = path.and_then(|path| path_inside(&path, folder)) {
            catalogue.absorb_root(inner.root, root, &inside)?;
        }
    }
    Ok(())
}

/// Moves the documents below a folder from the roots that contain it to the root of that folder.
fn split_outer_roots(
    catalogue: &mut Catalogue,
    root: RootId,
    folder: &Path,
    known: &[Root],
) -> Result<(), Error> {
    for outer in known {
        let path = outer.path.as_deref().map(decode_root_path);
        if let Some(inside) = path.and_then(|path| path_inside(folder, &path)) {
            catalogue.split_root(outer.root, &inside, root)?;
        }
    }
    Ok(())
}

/// The encoded relative path of a folder inside another one; `None` if it is not inside or is the
/// same.
fn path_inside(inner: &Path, outer: &Path) -> Option<String> {
    let inside = inner.strip_prefix(outer).ok()?;
    (!inside.as_os_str().is_empty()).then(|| discover::percent_encode_folder(inside))
}

/// The known root that was moved to a folder: its own folder is missing or empty, and more than half
/// of its documents are in the new one with the same path and bytes. Of several, the one with the
/// most such documents.
fn moved_root(
    catalogue: &Catalogue,
    known: &[Root],
    folder: &Path,
    discovered: &Discovered,
) -> Result<Option<RootId>, Error> {
    let files = files_inside(folder, discovered);
    let mut best = None;
    for root in known {
        if root.path.is_none() || !has_no_folder(root) {
            continue;
        }
        let documents = catalogue.files_of_root(root.root)?;
        let matching: Vec<_> = documents
            .iter()
            .filter_map(|(relative, bytes, id)| {
                let file = files.get(relative)?;
                (file.source.bytes == *bytes).then_some((*file, id.as_deref()?))
            })
            .collect();
        let is_most = matching.len() * 2 > documents.len();
        if is_most
            && best.is_none_or(|(most, _)| matching.len() > most)
            && have_most_same_bytes(&matching)
        {
            best = Some((matching.len(), root.root));
        }
    }
    Ok(best.map(|(_, root)| root))
}

/// The files inside a folder by their encoded path below it.
fn files_inside<'d>(folder: &Path, discovered: &'d Discovered) -> BTreeMap<String, &'d InputFile> {
    let files = discovered.files.iter().filter_map(|file| {
        let inside = file.path.strip_prefix(folder).ok()?;
        Some((discover::percent_encode(inside), file))
    });
    files.collect()
}

/// Whether more than half of a sample of files have the SHA-256 that is expected of them.
fn have_most_same_bytes(files: &[(&InputFile, &str)]) -> bool {
    // Spread over the whole list, which is sorted: the first files may all be in one small folder.
    let step = files.len().div_ceil(SAMPLED_FILES).max(1);
    let sample = files.iter().step_by(step);
    let same: Vec<bool> = sample
        .map(|(file, id)| hash_source(&file.source).is_ok_and(|now| now == *id))
        .collect();
    same.iter().filter(|same| **same).count() * 2 > same.len()
}

/// Whether the folder of a root is unknown, missing, or empty, as where a disk is not mounted.
fn has_no_folder(root: &Root) -> bool {
    let Some(path) = root.path.as_deref() else {
        return true;
    };
    fs::read_dir(decode_root_path(path)).map_or(true, |mut entries| entries.next().is_none())
}

/// An absolute path as the catalogue stores it; [`decode_root_path`] is the inverse.
#[cfg(unix)]
pub(super) fn encode_absolute_path(path: &Path) -> String {
    format!("/{}", discover::percent_encode(path))
}

/// The absolute path of a root as the catalogue stores it: followed by `/` and the path of a document
/// below it, it is the path of the document.
#[cfg(unix)]
fn encode_root_path(path: &Path) -> String {
    format!("/{}", discover::percent_encode_folder(path))
}

/// The absolute path of a root as the catalogue stores it.
#[cfg(not(unix))]
fn encode_root_path(path: &Path) -> String {
    encode_absolute_path(path)
}

/// The path of a root that [`encode_root_path`] encoded.
#[cfg(unix)]
pub(super) fn decode_root_path(encoded: &str) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    std::ffi::OsString::from_vec(discover::percent_decode(encoded)).into()
}

/// An absolute path as the catalogue stores it; [`decode_root_path`] is the inverse.
#[cfg(not(unix))]
pub(super) fn encode_absolute_path(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// The path of a root that [`encode_root_path`] encoded.
#[cfg(not(unix))]
pub(super) fn decode_root_path(encoded: &str) -> PathBuf {
    encoded.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue(folder: &Path) -> Catalogue {
        Catalogue::open_copy(folder, &folder.join("copy.db")).unwrap()
    }

    fn names(catalogue: &Catalogue) -> Vec<(String, Option<String>)> {
        let roots = catalogue.roots().unwrap().into_iter();
        roots.map(|root| (root.name, root.path)).collect()
    }

    fn resolve(catalogue: &mut Catalogue, inputs: &[PathBuf], name: Option<&str>) -> Roots {
        let discovered = discover::discover(inputs, None, &discover::Selection::default()).unwrap();
        Roots::resolve(&discovered, catalogue, name).unwrap()
    }

    #[test]
    fn the_outermost_folder_is_the_root_unless_the_user_named_one_inside() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().canonicalize().unwrap().join(name);
        for name in ["in/2009", "in/named"] {
            std::fs::create_dir_all(at(name)).unwrap();
            std::fs::write(at(name).join("a.txt"), "a").unwrap();
        }
        let mut catalogue = catalogue(folder.path());
        resolve(&mut catalogue, &[at("in/2009")], None);
        resolve(&mut catalogue, &[at("in/named")], Some("mine"));
        let roots = resolve(&mut catalogue, &[at("in")], None);
        let identify = |file: &str| {
            let (identity, root) = roots.identify(&at(file)).unwrap();
            (root.to_owned(), identity.relative)
        };
        assert_eq!(
            identify("in/2009/a.txt"),
            ("in".into(), "2009/a.txt".into())
        );
        assert_eq!(identify("in/named/a.txt"), ("mine".into(), "a.txt".into()));
        let again = resolve(&mut catalogue, &[at("in/2009/a.txt")], None);
        let (identity, root) = again.identify(&at("in/2009/a.txt")).unwrap();
        assert_eq!((root, &*identity.relative), ("in", "2009/a.txt"));
    }

    #[test]
    fn a_folder_that_loses_its_name_to_another_gets_a_numbered_one() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().canonicalize().unwrap().join(name);
        for name in ["a/inbox", "b/inbox"] {
            std::fs::create_dir_all(at(name)).unwrap();
            std::fs::write(at(name).join("a.txt"), "a").unwrap();
        }
        let mut catalogue = catalogue(folder.path());
        resolve(&mut catalogue, &[at("a/inbox")], None);
        resolve(&mut catalogue, &[at("b/inbox")], Some("inbox"));
        let expected = [
            (
                "inbox".to_owned(),
                Some(encode_absolute_path(&at("b/inbox"))),
            ),
            (
                "inbox~2".to_owned(),
                Some(encode_absolute_path(&at("a/inbox"))),
            ),
        ];
        assert_eq!(names(&catalogue), expected);
        // A root that the user named keeps its name wherever it is.
        resolve(&mut catalogue, &[at("a")], Some("inbox"));
        assert_eq!(names(&catalogue)[0].1, Some(encode_absolute_path(&at("a"))));
    }
}
