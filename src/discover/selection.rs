//! Selection: which files below the inputs the user wants to be read, by [globs](super::glob).
//!
//! What is below a folder that matches, matches as well.

use std::path::Path;

use super::glob::{Glob, GlobPath};

/// Which files a command reads; all of them by default.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// `None` if everything is included.
    include: Option<Vec<Glob>>,
    exclude: Vec<Glob>,
    joins_folders: bool,
}

/// A glob that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the glob `{pattern}` cannot be used: {message}")]
pub struct PatternError {
    /// The glob as the user wrote it.
    pub pattern: String,
    /// What is wrong with it.
    pub message: &'static str,
}

impl Selection {
    /// The files that match any of the globs `include`, or all if there are none, and none of the globs
    /// `exclude`.
    ///
    /// # Errors
    /// If one of the globs cannot be used.
    pub fn new(include: &[String], exclude: &[String]) -> Result<Self, PatternError> {
        Ok(Self {
            include: match include {
                [] => None,
                globs => Some(parse(globs)?),
            },
            exclude: parse(exclude)?,
            joins_folders: false,
        })
    }

    /// The same selection, with the images of each folder that contains nothing else as one document.
    #[must_use]
    pub fn with_pages_in_folders(self, joins_folders: bool) -> Self {
        Self {
            joins_folders,
            ..self
        }
    }

    /// Whether the images of a folder are the pages of one document.
    pub fn joins_folders(&self) -> bool {
        self.joins_folders
    }

    /// The number of globs of files to read, and of files to leave out.
    pub fn globs(&self) -> (usize, usize) {
        (
            self.include.as_ref().map_or(0, Vec::len),
            self.exclude.len(),
        )
    }

    /// Whether a file or folder at this path below an input is left out. It is not in a folder that is:
    /// a traversal does not enter that.
    pub fn leaves_out(&self, below: &Path, is_folder: bool) -> bool {
        let path = GlobPath::new(below);
        if matches(&self.exclude, &path, is_folder) {
            return true;
        }
        // A folder that is not included may contain files that are.
        let is_included = |globs: &Vec<Glob>| is_folder || matches_with_folders(globs, &path);
        !self.include.as_ref().is_none_or(is_included)
    }

    /// Whether a file at this path below an input is left out, or is in a folder that is.
    pub fn leaves_out_file(&self, below: &Path) -> bool {
        let in_left_out = || matches_with_folders(&self.exclude, &GlobPath::new(below));
        self.leaves_out(below, false) || in_left_out()
    }
}

fn parse(patterns: &[String]) -> Result<Vec<Glob>, PatternError> {
    let parse = |pattern: &String| {
        Glob::parse(pattern).map_err(|message| PatternError {
            pattern: pattern.clone(),
            message,
        })
    };
    patterns.iter().map(parse).collect()
}

/// Whether a path matches one of the globs.
fn matches(globs: &[Glob], path: &GlobPath, is_folder: bool) -> bool {
    globs.iter().any(|glob| glob.matches(path, is_folder))
}

/// Whether a file, or a folder that it is in, matches one of the globs.
fn matches_with_folders(globs: &[Glob], file: &GlobPath) -> bool {
    let mut folders = std::iter::successors(file.folder(), GlobPath::folder);
    matches(globs, file, false) || folders.any(|folder| matches(globs, &folder, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excluding(globs: &[&str]) -> Selection {
        let globs: Vec<String> = globs.iter().map(|glob| (*glob).to_owned()).collect();
        Selection::new(&[], &globs).unwrap()
    }

    fn including(globs: &[&str]) -> Selection {
        let globs: Vec<String> = globs.iter().map(|glob| (*glob).to_owned()).collect();
        Selection::new(&globs, &[]).unwrap()
    }

    #[track_caller]
    fn assert_leaves_out(selection: &Selection, files: &[&str], others: &[&str]) {
        for file in files {
            assert!(selection.leaves_out_file(Path::new(file)), "{file}");
        }
        for file in others {
            assert!(!selection.leaves_out_file(Path::new(file)), "{file}");
        }
    }

    #[test]
    fn a_slash_at_the_end_matches_folders_only() {
        assert_leaves_out(
            &excluding(&["gallrat/"]),
            &["gallrat/a.txt", "x/gallrat/y/b.txt"],
            &["gallrat", "x/gallrat"],
        );
    }

    #[test]
    fn only_what_is_included_is_read_with_everything_in_an_included_folder() {
        assert_leaves_out(
            &including(&["*.pdf", "beslut/"]),
            &["a.txt", "x/y.docx", "beslut"],
            &["a.pdf", "x/y.PDF", "beslut/a.txt", "x/beslut/y/b.txt"],
        );
        // A folder is entered: it may contain what is included.
        assert!(!including(&["*.pdf"]).leaves_out(Path::new("x"), true));
    }

    #[test]
    fn what_is_excluded_is_not_read_even_if_it_is_included() {
        let globs = |glob: &str| [glob.to_owned()];
        let selection = Selection::new(&globs("*.pdf"), &globs("utkast.*")).unwrap();
        assert_leaves_out(&selection, &["utkast.pdf", "a.txt"], &["a.pdf"]);
    }

    #[test]
    fn a_glob_that_cannot_be_used_is_named() {
        for wrong in ["[a", ""] {
            let error = Selection::new(&[], &[wrong.to_owned()]).unwrap_err();
            assert_eq!(error.pattern, wrong);
        }
    }
}
