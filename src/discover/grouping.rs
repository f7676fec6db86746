//! Grouping: files that are one document together.
//!
//! An image and the text that an OCR program wrote beside it, under the same name, are one document. If the user
//! wishes it, so are all images of a folder that contains nothing else: the pages of a document.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Input, InputFile, percent_encode};
use diarium_document::{Source, SourcePart, page_files};

/// Joins the files of an input that are one document together.
pub(super) fn join_files(files: Vec<InputFile>, input: &Input, in_folders: bool) -> Vec<InputFile> {
    let mut folders: BTreeMap<PathBuf, Vec<InputFile>> = BTreeMap::new();
    for file in files {
        let folder = file.path.parent().unwrap_or(Path::new("")).to_owned();
        folders.entry(folder).or_default().push(file);
    }
    let mut joined = Vec::new();
    for (folder, files) in folders {
        match document_path(&folder, input).filter(|_| in_folders && are_pages(&files)) {
            Some(path) => joined.push(document_of(files, path, input)),
            None => joined.extend(join_texts(files)),
        }
    }
    joined
}

/// The path of the document whose pages a folder contains. Pages that lie directly in the input are a document
/// with the name of the input.
fn document_path(folder: &Path, input: &Input) -> Option<PathBuf> {
    if !input.is_folder {
        return None;
    }
    if folder == input.real {
        return Some(folder.join(folder.file_name()?));
    }
    Some(folder.to_owned())
}

/// Whether files are images of pages, with their texts if they have any.
fn are_pages(files: &[InputFile]) -> bool {
    let images = || files.iter().filter(|file| is_image(file));
    let is_page = |file: &InputFile| {
        is_image(file) || is_text(file) && images().any(|image| page_name(image) == page_name(file))
    };
    images().next().is_some() && files.iter().all(is_page)
}

fn is_image(file: &InputFile) -> bool {
    page_files::is_page_image(&name(file))
}

fn is_text(file: &InputFile) -> bool {
    page_files::is_ocr_file(&name(file))
}

/// The name of a file.
fn name(file: &InputFile) -> String {
    let name = file.path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn page_name(file: &InputFile) -> String {
    page_files::page_name(&name(file)).to_owned()
}

/// The files of a folder, each image joined with its text, if there is one of each.
fn join_texts(files: Vec<InputFile>) -> Vec<InputFile> {
    let mut by_name: BTreeMap<String, Vec<InputFile>> = BTreeMap::new();
    let mut joined = Vec::new();
    for file in files {
        if is_image(&file) || is_text(&file) {
            by_name.entry(page_name(&file)).or_default().push(file);
        } else {
            joined.push(file);
        }
    }
    for mut files in by_name.into_values() {
        files.sort_by_key(is_text);
        match files.as_slice() {
            [image, text] if is_image(image) && is_text(text) => {
                let source = with_parts(&image.source, &files);
                joined.push(InputFile {
                    source,
                    ..files.swap_remove(0)
                });
            }
            _ => joined.extend(files),
        }
    }
    joined
}

/// The document of all files of a folder.
fn document_of(mut files: Vec<InputFile>, path: PathBuf, input: &Input) -> InputFile {
    files.sort_by(|one, other| natural_order(&name(one), &name(other)));
    let below = path.strip_prefix(input.folder()).unwrap_or(&path);
    let folder = files.first().and_then(|file| file.source.file.parent());
    let source = Source {
        relative: percent_encode(below),
        file: folder.map_or_else(|| path.clone(), Path::to_owned),
        ..Source::default()
    };
    InputFile {
        input: files.first().map_or(0, |file| file.input),
        source: with_parts(&source, &files),
        path,
    }
}

/// A source of several files: as long as all of them, and as new as the newest.
fn with_parts(source: &Source, files: &[InputFile]) -> Source {
    let sources = || files.iter().map(|file| &file.source);
    Source {
        bytes: sources()
            .map(|source| source.bytes)
            .fold(0, u64::saturating_add),
        modified: sources().map(|source| source.modified).max().unwrap_or(0),
        changed: sources().map(|source| source.changed).max().unwrap_or(0),
        parts: files
            .iter()
            .map(|file| SourcePart {
                name: percent_encode(Path::new(file.path.file_name().unwrap_or_default())),
                file: file.source.file.clone(),
            })
            .collect(),
        ..source.clone()
    }
}

/// The order in which people number: 2 before 10.
fn natural_order(one: &str, other: &str) -> Ordering {
    let (mut left, mut right) = (one, other);
    loop {
        let (a, b) = (digits(left), digits(right));
        if a > 0 && b > 0 {
            let (number, against) = (&left[..a], &right[..b]);
            let (number, against) = (
                number.trim_start_matches('0'),
                against.trim_start_matches('0'),
            );
            let by_value = number.len().cmp(&against.len()).then(number.cmp(against));
            if by_value != Ordering::Equal {
                return by_value;
            }
            (left, right) = (&left[a..], &right[b..]);
            continue;
        }
        let (mut rest_left, mut rest_right) = (left.chars(), right.chars());
        match (rest_left.next(), rest_right.next()) {
            (Some(a), Some(b)) if a == b => {
                (left, right) = (rest_left.as_str(), rest_right.as_str());
            }
            (None, None) => return one.cmp(other),
            (a, b) => return a.cmp(&b),
        }
    }
}

/// How many bytes at the start of a text are digits.
fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_in_the_order_of_their_numbers() {
        let mut names = [
            "sida 10.tif",
            "sida 9.tif",
            "sida 010b.tif",
            "omslag.tif",
            "sida 1.tif",
        ];
        names.sort_by(|one, other| natural_order(one, other));
        let expected = [
            "omslag.tif",
            "sida 1.tif",
            "sida 9.tif",
            "sida 10.tif",
            "sida 010b.tif",
        ];
        assert_eq!(names, expected);
        assert_eq!(natural_order("01", "1"), Ordering::Less);
        assert_eq!(natural_order("a", "a"), Ordering::Equal);
    }
}
