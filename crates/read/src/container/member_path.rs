//! Paths of members: safe, printable and unique, whatever the container calls them.

use std::collections::{BTreeMap, BTreeSet};

use diarium_document::is_terminal_control;
use unicode_normalization::UnicodeNormalization;

/// Longest name of a file or folder, in bytes. File systems allow 255, and a record's name is longer.
const MAX_NAME: usize = 200;

/// Longest path, in bytes. Systems allow 4096, and it will be below an output folder.
const MAX_PATH: usize = 1000;

/// The paths of a container's members.
#[derive(Debug, Default)]
pub(super) struct MemberPaths {
    used: BTreeSet<String>,
    /// How often each path was asked for.
    // Without it, a container of equal names would take quadratic time.
    counts: BTreeMap<String, usize>,
}

impl MemberPaths {
    /// A path for the member that the container calls `name`. One without a usable name is called by its
    /// number. Equal paths get numbers: `plan (2).pdf`.
    pub(super) fn add(&mut self, name: &str, number: usize) -> String {
        let path = safe_path(name).unwrap_or_else(|| format!("member-{number}"));
        let count = self.counts.entry(path.clone()).or_insert(0);
        let mut candidate = path.clone();
        loop {
            *count += 1;
            if *count > 1 {
                candidate = numbered(&path, *count);
            }
            if self.used.insert(candidate.clone()) {
                return candidate;
            }
        }
    }

    /// As [`MemberPaths::add`], for a file that is in no folder of the container.
    pub(super) fn add_file(&mut self, name: &str, number: usize) -> String {
        self.add(&file_name(name), number)
    }
}

/// The name of a file that was not in a folder of the container. Old programs wrote the path that the
/// file had on the sender's disk.
fn file_name(name: &str) -> String {
    let is_path = name.contains(":\\") || name.starts_with("\\\\");
    let last = name.rsplit('\\').next().filter(|_| is_path);
    last.unwrap_or(name).replace(['/', '\\'], "_")
}

/// The path without what could leave a folder or confuse a terminal; `None` if nothing is left.
fn safe_path(name: &str) -> Option<String> {
    let name: String = name.nfc().collect();
    let parts: Vec<&str> = name.split(['/', '\\']).collect();
    let last = parts.len().saturating_sub(1);
    let mut path = String::new();
    for (index, part) in parts.into_iter().enumerate() {
        let Some(part) = safe_name(part, index < last) else {
            continue;
        };
        if !path.is_empty() {
            path.push('/');
        }
        path += &part;
    }
    // Of a path that is too long, the end says more: it has the name of the file.
    while path.len() > MAX_PATH {
        let (_, rest) = path.split_once('/')?;
        path = rest.to_owned();
    }
    (!path.is_empty()).then_some(path)
}

/// One name of a path; `None` if it names no file or folder of its own.
fn safe_name(part: &str, is_folder: bool) -> Option<String> {
    let name: String = part.chars().map(printable).collect();
    let name = name.trim();
    let is_drive = is_folder && name.len() == 2 && name.ends_with(':');
    if matches!(name, "" | "." | "..") || is_drive {
        return None;
    }
    let mut name = shortened(name);
    // `outer!/inner` is a member's path; a folder of that name would look like a container.
    if is_folder && name.ends_with('!') {
        name.pop();
        name.push('_');
    }
    Some(name)
}

fn printable(character: char) -> char {
    if is_terminal_control(character) || character == '\u{fffd}' {
        '_'
    } else {
        character
    }
}

/// A long name without some of its middle; its extension stays.
fn shortened(name: &str) -> String {
    if name.len() <= MAX_NAME {
        return name.to_owned();
    }
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if extension.len() < 20 => (stem, format!(".{extension}")),
        _ => (name, String::new()),
    };
    let mut end = MAX_NAME - extension.len();
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{extension}", stem.get(..end).unwrap_or_default())
}

/// The path with a number before its extension.
fn numbered(path: &str, number: usize) -> String {
    let name = path.rfind('/').map_or(0, |slash| slash + 1);
    match path.rfind('.').filter(|dot| *dot > name) {
        Some(dot) => format!("{} ({number}){}", &path[..dot], &path[dot..]),
        None => format!("{path} ({number})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path_of(name: &str) -> String {
        MemberPaths::default().add(name, 7)
    }

    #[test]
    fn paths_stay_in_their_folder() {
        for (name, path) in [
            ("beslut/plan.pdf", "beslut/plan.pdf"),
            ("/etc/plan.pdf", "etc/plan.pdf"),
            ("C:\\Mina dokument\\plan.pdf", "Mina dokument/plan.pdf"),
            ("../../plan.pdf", "plan.pdf"),
            ("a/./../b//plan.pdf", "a/b/plan.pdf"),
            ("..", "member-7"),
            ("", "member-7"),
            ("rad\nett\u{202e}.pdf", "rad_ett_.pdf"),
            ("a.zip!/plan.pdf", "a.zip_/plan.pdf"),
            ("A\u{30a}r.txt", "År.txt"),
            (" /.. / x", "x"),
        ] {
            assert_eq!(path_of(name), path, "{name:?}");
        }
    }

    #[test]
    fn a_file_without_a_folder_has_no_path() {
        for (name, path) in [
            ("C:\\Mina dokument\\plan.pdf", "plan.pdf"),
            ("beslut 1/2012.pdf", "beslut 1_2012.pdf"),
            ("../a", ".._a"),
        ] {
            assert_eq!(MemberPaths::default().add_file(name, 1), path);
        }
    }

    #[test]
    fn long_names_keep_their_extension() {
        let path = path_of(&format!("{}.pdf", "ö".repeat(400)));
        assert!(path.len() <= MAX_NAME && path.ends_with("ö.pdf"));
        let deep = path_of(&"mapp/".repeat(5000));
        assert!(deep.len() <= MAX_PATH);
        assert!(path_of(&".".repeat(5000)).len() <= MAX_NAME);
    }

    #[test]
    fn equal_paths_get_numbers() {
        let mut paths = MemberPaths::default();
        let names = ["a/b.txt", "a\\b.txt", "a/b (2).txt", "a/b.txt", "x", "x"];
        let made: Vec<String> = names.iter().map(|name| paths.add(name, 1)).collect();
        let expected = [
            "a/b.txt",
            "a/b (2).txt",
            "a/b (2) (2).txt",
            "a/b (3).txt",
            "x",
            "x (2)",
        ];
        assert_eq!(made, expected);
    }
}
