//! Companion files in a container: the same as beside documents in a folder.

use std::collections::{BTreeMap, BTreeSet};

use diarium_document::companions::{is_companion, saved_page};

/// Which of these paths of a container are of companion files.
pub(super) fn are_companions(paths: &[String]) -> Vec<bool> {
    let mut folders = Folders {
        paths: paths.iter().map(String::as_str).collect(),
        known: BTreeMap::new(),
    };
    paths
        .iter()
        .map(|path| folders.is_companion(path))
        .collect()
}

struct Folders<'p> {
    paths: BTreeSet<&'p str>,
    /// The folders that were examined: each may have thousands of files.
    known: BTreeMap<&'p str, bool>,
}

impl<'p> Folders<'p> {
    fn is_companion(&mut self, path: &'p str) -> bool {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        is_companion(name) || self.folder_is_companion(folder)
    }

    fn folder_is_companion(&mut self, folder: &'p str) -> bool {
        // Outermost first; a path has a bounded length, and so many folders.
        let ends = folder.match_indices('/').map(|(at, _)| at);
        ends.chain([folder.len()]).any(|end| {
            let folder = folder.get(..end).unwrap_or_default();
            if let Some(known) = self.known.get(folder) {
                return *known;
            }
            let start = folder.rfind('/').map_or(0, |slash| slash + 1);
            let (parent, name) = folder.split_at_checked(start).unwrap_or_default();
            let beside = |file: &str| self.paths.contains(format!("{parent}{file}").as_str());
            let is_companion = is_companion(name) || saved_page(name, beside).is_some();
            self.known.insert(folder, is_companion);
            is_companion
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn companions_are_known_in_any_folder() {
        let paths = [
            "a/Sida.html",
            "a/Sida_files/bild.png",
            "a/Annat_files/text.txt",
            "__MACOSX/a/._Sida.html",
            "a/.DS_Store",
            "a/plan.pdf",
        ];
        let found = are_companions(&paths.map(str::to_owned));
        assert_eq!(found, [false, true, false, true, true, false]);
    }
}
