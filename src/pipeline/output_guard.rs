//! Output folder guard: only a run or a merge writes inside an output folder.
//!
//! Every command that writes to a path of the user's choice resolves it here first. Paths are compared
//! by the identity that the operating system gives them, not as text: through symbolic links, `..`,
//! bind mounts, and names that the file system treats as equal.

use std::env;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use super::Error;
use crate::discover::is_output_folder;

/// How many symbolic links are followed in one path.
// As many as Linux follows (`path_resolution(7)`); a loop of links ends there.
const MAX_LINKS: u32 = 40;

/// The real path of a destination, which need not exist yet. `folder` is the folder of records that
/// the command reads.
///
/// # Errors
/// If the destination is an output folder or inside one, or its real path cannot be determined.
pub fn resolve_destination(destination: &Path, folder: Option<&Path>) -> Result<PathBuf, Error> {
    let real = real_path(destination).map_err(|source| Error::Destination {
        path: destination.to_owned(),
        source,
    })?;
    let is_output = |above: &&Path| {
        folder.is_some_and(|folder| is_same(above, folder)) || is_output_folder(above)
    };
    match real.ancestors().find(is_output) {
        Some(folder) => Err(Error::InsideOutput {
            path: destination.to_owned(),
            folder: folder.to_owned(),
        }),
        None => Ok(real),
    }
}

/// Whether `folder` is `path`, or contains it at any depth.
pub(super) fn contains(folder: &Path, path: &Path) -> bool {
    let real = real_path(path);
    real.is_ok_and(|real| real.ancestors().any(|above| is_same(above, folder)))
}

/// The path without links and `..`. A component that does not exist yet is no link, so that `..` after
/// it leads to its parent.
fn real_path(path: &Path) -> io::Result<PathBuf> {
    let mut links = MAX_LINKS;
    let mut real = env::current_dir()?.canonicalize()?;
    follow(path, &mut real, &mut links)?;
    Ok(real)
}

fn follow(path: &Path, real: &mut PathBuf, links: &mut u32) -> io::Result<()> {
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                real.pop();
            }
            Component::Prefix(_) | Component::RootDir => real.push(component),
            Component::Normal(name) => {
                let next = real.join(name);
                match next.canonicalize() {
                    Ok(known) => *real = known,
                    Err(error) if error.kind() == ErrorKind::PermissionDenied => return Err(error),
                    Err(_) => step_into_missing(next, real, links)?,
                }
            }
        }
    }
    Ok(())
}

/// Follows a component that cannot be resolved: it is missing, or is a link to something missing.
fn step_into_missing(next: PathBuf, real: &mut PathBuf, links: &mut u32) -> io::Result<()> {
    let Ok(to) = fs::read_link(&next) else {
        *real = next;
        return Ok(());
    };
    *links = links
        .checked_sub(1)
        .ok_or_else(|| io::Error::other("it has too many symbolic links"))?;
    follow(&to, real, links)
}

#[cfg(unix)]
fn is_same(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |path: &Path| {
        let metadata = fs::metadata(path).ok()?;
        Some((metadata.dev(), metadata.ino()))
    };
    identity(one).is_some_and(|known| identity(other) == Some(known))
}

/// Compares canonical paths, which have the names as they are stored, without case.
#[cfg(not(unix))]
fn is_same(one: &Path, other: &Path) -> bool {
    let identity = |path: &Path| {
        let known = path.canonicalize().ok()?;
        Some(known.to_string_lossy().to_lowercase())
    };
    identity(one).is_some_and(|known| identity(other) == Some(known))
}

/// Whether a folder is a mount point: it can be neither renamed nor exchanged.
#[cfg(unix)]
pub(super) fn is_mount_point(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let device = |path: &Path| fs::metadata(path).map(|metadata| metadata.dev()).ok();
    let above = folder.parent().and_then(device);
    above.is_some_and(|above| device(folder).is_some_and(|here| here != above))
}

#[cfg(not(unix))]
pub(super) fn is_mount_point(_folder: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An output folder `out`, an empty folder `beside`.
    fn folders() -> tempfile::TempDir {
        let parent = tempfile::tempdir().unwrap();
        fs::create_dir_all(parent.path().join("out/records")).unwrap();
        fs::create_dir(parent.path().join("beside")).unwrap();
        fs::write(parent.path().join("out").join("catalogue.db"), "").unwrap();
        parent
    }

    #[test]
    fn a_destination_in_an_output_folder_is_an_error() {
        let parent = folders();
        for inside in [
            "out",
            "out/ds",
            "out/pdf/a/b",
            "out/records",
            "beside/../out/ds",
            "missing/../out/ds",
            "out/ds/../../out/x",
        ] {
            let result = resolve_destination(&parent.path().join(inside), None);
            assert!(
                matches!(result, Err(Error::InsideOutput { .. })),
                "{inside}"
            );
        }
        for free in ["beside", "beside/ds", "out2", "out/../ds", "missing/x"] {
            assert!(
                resolve_destination(&parent.path().join(free), None).is_ok(),
                "{free}"
            );
        }
    }

    #[test]
    fn a_destination_in_the_folder_that_is_read_is_an_error_even_without_records() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("out");
        fs::create_dir(&folder).unwrap();
        let inside = folder.join("ds");
        assert!(resolve_destination(&inside, None).is_ok());
        assert!(resolve_destination(&inside, Some(&folder)).is_err());
    }

    #[test]
    #[cfg(unix)]
    fn links_are_followed_even_if_their_target_does_not_exist() {
        use std::os::unix::fs::symlink;
        let parent = folders();
        let path = |name: &str| parent.path().join(name);
        symlink(path("out"), path("link")).unwrap();
        symlink("../out/later", path("beside/dangling")).unwrap();
        symlink("round", path("round")).unwrap();
        for inside in ["link", "link/ds", "beside/dangling", "beside/dangling/ds"] {
            let result = resolve_destination(&path(inside), None);
            assert!(
                matches!(result, Err(Error::InsideOutput { .. })),
                "{inside}"
            );
        }
        assert!(matches!(
            resolve_destination(&path("round"), None),
            Err(Error::Destination { .. })
        ));
    }
}
