//! Companion files: what browsers, office programs and operating systems write beside documents.
//!
//! They are no documents of the archive: previews, settings of a folder, locks, unfinished downloads, the
//! pictures and scripts of a saved page. Folders and containers use the same list.

use std::ffi::OsStr;
use std::path::Path;

/// Names of files and folders, in lower case.
const NAMES: [&str; 9] = [
    "thumbs.db",
    "ehthumbs.db",
    "desktop.ini",
    ".ds_store",
    ".localized",
    "__macosx",
    ".spotlight-v100",
    ".trashes",
    "$recycle.bin",
];

/// Beginnings of names: locks of Microsoft Office and LibreOffice, resource forks of macOS.
const PREFIXES: [&str; 3] = ["~$", ".~lock.", "._"];

/// Extensions of files that are not finished: temporary files and downloads.
const EXTENSIONS: [&str; 5] = ["tmp", "part", "partial", "crdownload", "download"];

/// Whether a file or folder with this name is a companion, whatever lies beside it.
#[must_use]
pub fn is_companion(name: &str) -> bool {
    let name = name.to_lowercase();
    let extension = Path::new(&name).extension().and_then(OsStr::to_str);
    NAMES.contains(&name.as_str())
        || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        || extension.is_some_and(|extension| EXTENSIONS.contains(&extension))
}

/// Extensions of a saved page.
const PAGE_EXTENSIONS: [&str; 5] = ["html", "htm", "xhtml", "shtml", "php"];

/// What browsers and office programs add to a page's name to name the folder of its pictures, in the
/// languages of our archives and their neighbors.
const FOLDER_SUFFIXES: [&str; 10] = [
    "_files",
    ".files",
    "_filer",
    "-filer",
    "_tiedostot",
    "_failid",
    "-dateien",
    "_fichiers",
    "_bestanden",
    "_archivos",
];

/// The file of the saved page that the folder `name` belongs to, if it lies beside it: `X.html` for
/// `X_files`. `is_beside` tells whether a file with this name does.
pub fn saved_page(name: &str, is_beside: impl Fn(&str) -> bool) -> Option<String> {
    let page = FOLDER_SUFFIXES.iter().find_map(|suffix| {
        let at = name.len().checked_sub(suffix.len())?;
        let (page, end) = name.split_at_checked(at)?;
        (end.eq_ignore_ascii_case(suffix) && !page.is_empty()).then_some(page)
    })?;
    let spellings = PAGE_EXTENSIONS
        .iter()
        .flat_map(|extension| [(*extension).to_owned(), extension.to_uppercase()]);
    let mut files = spellings.map(|extension| format!("{page}.{extension}"));
    files.find(|file| is_beside(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_programs_are_companions_and_documents_are_not() {
        for name in [
            "Thumbs.db",
            "desktop.ini",
            ".DS_Store",
            "~$ansökan.docx",
            ".~lock.budget.ods#",
            "__MACOSX",
            "._plan.pdf",
            "beslut.pdf.part",
            "Okänd.crdownload",
            "~WRL0001.tmp",
        ] {
            assert!(is_companion(name), "{name}");
        }
        for name in [
            "thumbs.db.pdf",
            "tmp",
            "del.part1.rar",
            "~kopia.pdf",
            ".part",
            "a_files",
        ] {
            assert!(!is_companion(name), "{name}");
        }
    }

    #[test]
    fn the_folder_of_a_saved_page_is_known_by_the_page_beside_it() {
        let beside = |name: &str| name == "Lysning.HTM";
        assert_eq!(
            saved_page("Lysning_files", beside).as_deref(),
            Some("Lysning.HTM")
        );
        assert_eq!(
            saved_page("Lysning-filer", beside).as_deref(),
            Some("Lysning.HTM")
        );
        for folder in ["Annat_files", "Lysning", "_files", "Lysningåfiles", "files"] {
            assert_eq!(saved_page(folder, beside), None, "{folder}");
        }
    }
}
