//! Output folder guard: nothing but a run or a merge writes below an output folder.
//!
//! Every command that writes to a place of the user's choice asks here first. Places are compared as
//! the operating system knows them, not as they are written: through symbolic links, `..`, bind
//! mounts, and names that the file system takes for the same.

use std::env;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use super::Error;
use crate::discover::is_output_folder;

/// As many links as Linux follows in one path.
const MOST_LINKS: u32 = 40;

/// The real path of a place, which need not be there yet, if it is in no output folder; `folder` is
/// the one that the command reads.
///
/// # Errors
/// If the place is in an output folder, or is one, or it cannot be found out where it is.
pub fn outside(place: &Path, folder: Option<&Path>) -> Result<PathBuf, Error> {
    let real = real_path(place).map_err(|source| Error::Place {
        path: place.to_owned(),
        source,
    })?;
    let is_output = |above: &&Path| {
        folder.is_some_and(|folder| is_same(above, folder)) || is_output_folder(above)
    };
    match real.ancestors().find(is_output) {
        Some(folder) => Err(Error::InsideOutput {
            path: place.to_owned(),
            folder: folder.to_owned(),
        }),
        None => Ok(real),
    }
}

/// Whether `folder` is `place`, or one of the folders that `place` stands in.
pub(super) fn holds(folder: &Path, place: &Path) -> bool {
    let real = real_path(place);
    real.is_ok_and(|real| real.ancestors().any(|above| is_same(above, folder)))
}

/// Where a path leads. What does not exist yet has no links in it, so that `..` leads back from it.
fn real_path(path: &Path) -> io::Result<PathBuf> {
    let mut links = MOST_LINKS;
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

/// A component that cannot be resolved: it is missing, or is a link to what is missing.
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

/// Canonical paths have the names as they are stored; lower case makes up for the rest.
#[cfg(not(unix))]
fn is_same(one: &Path, other: &Path) -> bool {
    let identity = |path: &Path| {
        let known = path.canonicalize().ok()?;
        Some(known.to_string_lossy().to_lowercase())
    };
    identity(one).is_some_and(|known| identity(other) == Some(known))
}

/// Whether a folder is where another file system begins: it can be neither renamed nor exchanged.
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
        let place = tempfile::tempdir().unwrap();
        fs::create_dir_all(place.path().join("out/records")).unwrap();
        fs::create_dir(place.path().join("beside")).unwrap();
        fs::write(place.path().join("out").join("catalogue.db"), "").unwrap();
        place
    }

    #[test]
    fn every_place_in_an_output_folder_is_refused() {
        let place = folders();
        for inside in [
            "out",
            "out/ds",
            "out/pdf/a/b",
            "out/records",
            "beside/../out/ds",
            "missing/../out/ds",
            "out/ds/../../out/x",
        ] {
            let told = outside(&place.path().join(inside), None);
            assert!(matches!(told, Err(Error::InsideOutput { .. })), "{inside}");
        }
        for free in ["beside", "beside/ds", "out2", "out/../ds", "missing/x"] {
            assert!(outside(&place.path().join(free), None).is_ok(), "{free}");
        }
    }

    #[test]
    fn the_folder_that_is_read_is_refused_also_without_records() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("out");
        fs::create_dir(&folder).unwrap();
        let inside = folder.join("ds");
        assert!(outside(&inside, None).is_ok());
        assert!(outside(&inside, Some(&folder)).is_err());
    }

    #[test]
    #[cfg(unix)]
    fn links_are_followed_also_those_that_lead_to_nothing_yet() {
        use std::os::unix::fs::symlink;
        let place = folders();
        let path = |name: &str| place.path().join(name);
        symlink(path("out"), path("link")).unwrap();
        symlink("../out/later", path("beside/dangling")).unwrap();
        symlink("round", path("round")).unwrap();
        for inside in ["link", "link/ds", "beside/dangling", "beside/dangling/ds"] {
            let told = outside(&path(inside), None);
            assert!(matches!(told, Err(Error::InsideOutput { .. })), "{inside}");
        }
        assert!(matches!(
            outside(&path("round"), None),
            Err(Error::Place { .. })
        ));
    }
}
