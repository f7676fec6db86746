//! Which name does a file get where two inputs would give the same?
//!
//! The first input keeps the plain relative path, so that naming one more input never renames what
//! is there. A later file of the same name gets the name of its input folder (for a file named on
//! its own: of the folder that it is in) before it; if that is taken too, `~2`, `~3` … after the
//! folder's name. `run 2009 2010` with a `plan.txt` in both gives `plan.txt` and `2010/plan.txt`.

use std::collections::HashSet;
use std::path::Path;

use super::name::escape;

/// The names given so far.
#[derive(Default)]
pub(super) struct Names {
    given: HashSet<String>,
}

impl Names {
    /// A name that nobody has yet, for the file `inside` the input `root`; `inside` is empty where
    /// the input is the file.
    pub(super) fn claim(&mut self, root: &Path, inside: &Path) -> String {
        let (folder, plain) = if inside.as_os_str().is_empty() {
            (root.parent(), last_part(root))
        } else {
            (Some(root), escape(inside))
        };
        let folder = folder.map(last_part).unwrap_or_default();
        let name = candidates(&folder, &plain)
            .find(|name| !self.given.contains(name))
            .unwrap_or_else(|| plain.clone());
        self.given.insert(name.clone());
        name
    }
}

/// The names to try, in order, without end.
fn candidates(folder: &str, plain: &str) -> impl Iterator<Item = String> {
    // The root of a file system has no name.
    let folder = if folder.is_empty() { "input" } else { folder };
    let first = [plain.to_owned(), format!("{folder}/{plain}")];
    let numbered = (2_u64..).map(move |number| format!("{folder}~{number}/{plain}"));
    first.into_iter().chain(numbered)
}

fn last_part(path: &Path) -> String {
    path.file_name()
        .map(|name| escape(Path::new(name)))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clash_gets_the_folder_and_then_a_number() {
        let mut names = Names::default();
        let mut claim = |root: &str, inside: &str| names.claim(Path::new(root), Path::new(inside));
        assert_eq!(claim("/in/2009", "plan.txt"), "plan.txt");
        assert_eq!(claim("/in/2010", "plan.txt"), "2010/plan.txt");
        assert_eq!(claim("/old/2010", "plan.txt"), "2010~2/plan.txt");
        assert_eq!(claim("/other/plan.txt", ""), "other/plan.txt");
    }
}
