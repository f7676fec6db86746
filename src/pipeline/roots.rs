//! Roots of a run: which known input folder each file belongs to.
//!
//! A file belongs to the innermost root whose name was given with `--root`, or else to the outermost
//! known root that contains it; a file that is named as an input, to its folder. So a document
//! keeps its identity however its folder is reached: `run inbox/2009` and `run inbox` find the same
//! documents.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::Error;
use crate::catalogue::{Catalogue, Identity, Root, RootId, hash_file};
use crate::discover::{self, Discovered};

/// So many files are compared, byte by byte, before a root is taken for moved. All files of a moved
/// root are hashed afterwards anyway; this only has to tell two different folders apart.
const COMPARED_FILES: usize = 16;

/// The roots that the files of a run may belong to.
#[derive(Debug, Default)]
pub(super) struct Roots {
    by_path: BTreeMap<PathBuf, Known>,
}

#[derive(Debug, Clone)]
struct Known {
    root: RootId,
    name: String,
    named: bool,
}

impl Roots {
    /// The roots that the catalogue knows, with those added that this run needs. `name` is what the
    /// user calls the only input.
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
        // The outermost come first, so that they contain the others.
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
            let path = path_of(root.path.as_ref()?);
            let known = Known {
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
    ) -> impl Iterator<Item = (&'p Path, &Known)> + use<'p, '_> {
        let above = folder.ancestors();
        above.filter_map(|path| Some((path, self.by_path.get(path)?)))
    }

    /// The identity of the document in a file, and the name of its root.
    pub(super) fn identify<'r>(&'r self, place: &Path) -> Option<(Identity, &'r str)> {
        let folder = place.parent()?;
        let named = self.containing(folder).find(|(_, known)| known.named);
        let (path, known) = named.or_else(|| self.containing(folder).last())?;
        let relative = discover::percent_encode(place.strip_prefix(path).ok()?);
        let identity = Identity {
            root: known.root,
            relative,
        };
        Some((identity, &known.name))
    }
}

/// Makes a folder the root of that name.
fn name_root(catalogue: &mut Catalogue, folder: &Path, name: &str) -> Result<(), Error> {
    let path = written_folder(folder);
    let known = catalogue.roots()?;
    let is_here = |root: &Root| root.path.as_deref() == Some(&path);
    let is_lost = |root: &Root| {
        let path = root.path.as_deref();
        path.is_none_or(|path| is_gone(&path_of(path)))
    };
    if let Some(root) = known.iter().find(|root| root.name == name) {
        if root.named || is_here(root) || is_lost(root) {
            catalogue.name_root(root.root, name)?;
            if !is_here(root) {
                catalogue.move_root(root.root, &path)?;
            }
            return Ok(());
        }
        // Another folder happens to have this name, and is still there.
        catalogue.rename_root(root.root)?;
    }
    match known.iter().find(|root| is_here(root)) {
        Some(root) => catalogue.name_root(root.root, name)?,
        None => {
            let root = catalogue.add_root(&path, Some(name))?;
            absorb(catalogue, root, folder, &known)?;
            split(catalogue, root, folder, &known)?;
        }
    }
    Ok(())
}

/// The documents of other roots that are in the folder of a root that the user named become its
/// documents.
fn split(
    catalogue: &mut Catalogue,
    root: RootId,
    folder: &Path,
    known: &[Root],
) -> Result<(), Error> {
    for outer in known {
        let Some(path) = outer.path.as_deref().map(path_of) else {
            continue;
        };
        if let Ok(inside) = folder.strip_prefix(path)
            && !inside.as_os_str().is_empty()
        {
            catalogue.split_root(outer.root, &discover::percent_encode_folder(inside), root)?;
        }
    }
    Ok(())
}

/// Adds a folder that no known root contains, or finds out which root was moved there.
fn add_root(
    catalogue: &mut Catalogue,
    folder: &Path,
    discovered: &Discovered,
) -> Result<(), Error> {
    let known = catalogue.roots()?;
    let path = written_folder(folder);
    let root = match moved_root(catalogue, &known, folder, discovered)? {
        Some(root) => {
            catalogue.move_root(root, &path)?;
            root
        }
        None => catalogue.add_root(&path, None)?,
    };
    absorb(catalogue, root, folder, &known)
}

/// The documents of roots inside a new root become its documents, unless their root was named by
/// the user.
fn absorb(
    catalogue: &mut Catalogue,
    root: RootId,
    folder: &Path,
    known: &[Root],
) -> Result<(), Error> {
    for inner in known
        .iter()
        .filter(|inner| !inner.named && inner.root != root)
    {
        let Some(path) = inner.path.as_deref().map(path_of) else {
            continue;
        };
        if let Ok(inside) = path.strip_prefix(folder)
            && !inside.as_os_str().is_empty()
        {
            catalogue.absorb_root(inner.root, root, &discover::percent_encode_folder(inside))?;
        }
    }
    Ok(())
}

/// The known root that was moved to a folder: its own folder is gone or empty, and most of its
/// documents are here, with the same bytes.
fn moved_root(
    catalogue: &Catalogue,
    known: &[Root],
    folder: &Path,
    discovered: &Discovered,
) -> Result<Option<RootId>, Error> {
    let mut here = BTreeMap::new();
    for found in &discovered.files {
        if let Ok(inside) = found.path.strip_prefix(folder) {
            here.insert(discover::percent_encode(inside), found);
        }
    }
    let mut best = None;
    for root in known {
        if root
            .path
            .as_deref()
            .is_none_or(|path| !is_gone(&path_of(path)))
        {
            continue;
        }
        let documents = catalogue.files_of_root(root.root)?;
        let alike: Vec<_> = documents
            .iter()
            .filter_map(|(relative, bytes, id)| {
                let found = here.get(relative)?;
                (found.source.bytes == *bytes).then_some((found, id.as_deref()?))
            })
            .collect();
        if alike.len() * 2 <= documents.len() {
            continue;
        }
        let step = alike.len().div_ceil(COMPARED_FILES);
        let compared: Vec<bool> = alike
            .iter()
            .step_by(step)
            .map(|(found, id)| hash_file(&found.source.file).is_ok_and(|now| now == *id))
            .collect();
        let same = compared.iter().filter(|same| **same).count();
        if same * 2 > compared.len() && best.is_none_or(|(most, _)| alike.len() > most) {
            best = Some((alike.len(), root.root));
        }
    }
    Ok(best.map(|(_, root)| root))
}

/// Whether a folder is not there, or empty as where a disk is not mounted.
fn is_gone(folder: &Path) -> bool {
    fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none())
}

/// An absolute path as the catalogue stores it; [`path_of`] gives it back.
#[cfg(unix)]
pub(super) fn written(path: &Path) -> String {
    format!("/{}", discover::percent_encode(path))
}

/// The absolute path of a folder as the catalogue stores it: followed by `/` and the path of a
/// document below it, it is the path of the document.
#[cfg(unix)]
fn written_folder(path: &Path) -> String {
    format!("/{}", discover::percent_encode_folder(path))
}

/// The absolute path of a folder as the catalogue stores it.
#[cfg(not(unix))]
fn written_folder(path: &Path) -> String {
    written(path)
}

/// The path that [`written`] stored.
#[cfg(unix)]
pub(super) fn path_of(written: &str) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    std::ffi::OsString::from_vec(discover::percent_decode(written)).into()
}

/// An absolute path as the catalogue stores it; [`path_of`] gives it back.
#[cfg(not(unix))]
pub(super) fn written(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// The path that [`written`] stored.
#[cfg(not(unix))]
pub(super) fn path_of(written: &str) -> PathBuf {
    written.into()
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
        let discovered = discover::discover(inputs, None).unwrap();
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
        let of = |file: &str| {
            let (identity, root) = roots.identify(&at(file)).unwrap();
            (root.to_owned(), identity.relative)
        };
        assert_eq!(of("in/2009/a.txt"), ("in".into(), "2009/a.txt".into()));
        assert_eq!(of("in/named/a.txt"), ("mine".into(), "a.txt".into()));
        let again = resolve(&mut catalogue, &[at("in/2009/a.txt")], None);
        let (identity, root) = again.identify(&at("in/2009/a.txt")).unwrap();
        assert_eq!((root, &*identity.relative), ("in", "2009/a.txt"));
    }

    #[test]
    fn a_name_is_not_taken_from_a_folder_that_is_still_there() {
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
            ("inbox".to_owned(), Some(written(&at("b/inbox")))),
            ("inbox~2".to_owned(), Some(written(&at("a/inbox")))),
        ];
        assert_eq!(names(&catalogue), expected);
        // A root that the user named keeps its name wherever it is.
        resolve(&mut catalogue, &[at("a")], Some("inbox"));
        assert_eq!(names(&catalogue)[0].1, Some(written(&at("a"))));
    }
}
