//! Tables of contents: the entries of the document's own, and where it stands.
//!
//! An entry is evidence for a heading elsewhere, and is no heading itself. A table has a line for each
//! entry, or, where a site gives each page as one line, it is part of a line.

use std::{collections::HashSet, ops::Range};

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::normalize_heading;
use diarium_document::{CleanText, operations};

/// Entries of a table of contents, at most.
const MAX_ENTRIES: usize = 500;
/// Entries that a table of contents has at least.
// Below: a sentence that mentions the contents and two numbers.
const MIN_ENTRIES: usize = 3;
/// Lines without a page number between two entries, at most.
// An entry may fill two lines, and a part may have a title without a number.
const MAX_LINES_BETWEEN: usize = 2;
/// The bytes of a line after `Innehåll` that may be a table of contents, at most.
// About one page.
const MAX_RUNNING_BYTES: usize = 4000;
/// The longest line that is compared as a whole with the names of tables of contents, in bytes.
const MAX_NAME_BYTES: usize = 60;
/// Bytes of a line between two entries with page numbers, at most.
// One or two entries whose numbers are missing. More is the text after the table.
const MAX_BYTES_BETWEEN: usize = 150;
/// Words in lowercase in a row that are prose.
// An entry such as `Slutsatser av arbetet med målgruppen` has fewer.
const MIN_PROSE_WORDS: usize = 7;
/// The bytes of entries without page numbers that make a table, at least.
// Three short entries. Less is a word or two after a mention of the contents.
const MIN_RUNNING_BYTES: usize = 40;

// 1.2 Mål och tidplan 4 | Genomförande.4 | Förord ......... 2
static ENTRY_LINE: Lazy<Regex> =
    lazy_regex!(r"^\s*(?:[\d.]{1,8}\s+)?(?P<title>\p{Lu}.{1,120}?)[\s.…_]{0,200}\s?\d{1,3}\s*$");
// The same entries inside a line.
static ENTRY: Lazy<Regex> =
    lazy_regex!(r"(?P<title>\p{Lu}[\p{L} ,:/&()-]{2,90}?)\s?(?:\.\s?){0,120}\s?\d{1,3}\b");

/// Whether words are the heading of a table of contents. `names` are those of such tables, in lowercase.
pub(super) fn is_heading(words: &str, names: &[String]) -> bool {
    let bare = words.trim_end_matches([':', '.']);
    let is_same = |name: &String| bare.chars().flat_map(char::to_lowercase).eq(name.chars());
    words.starts_with(char::is_uppercase) && names.iter().any(is_same)
}

/// The end of the first heading of a table of contents in a line.
fn heading_end(line: &str, names: &[String]) -> Option<usize> {
    let whole = line.trim();
    if whole.len() <= MAX_NAME_BYTES && is_heading(whole, names) {
        return Some(line.len());
    }
    let word = line
        .split_whitespace()
        .find(|word| is_heading(word, names))?;
    // Both are slices of the same text, so the distance of their addresses is the offset.
    Some(word.as_ptr() as usize - line.as_ptr() as usize + word.len())
}

/// The document's table of contents; empty if it has none.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// The entries, normalized.
    entries: HashSet<String>,
    /// Where the entries stand in the text.
    bytes: Range<usize>,
}

impl Contents {
    /// Finds the table of contents.
    pub(super) fn find(text: &CleanText, names: &[String]) -> Self {
        let mut attempts = 0;
        for index in 0..text.lines().len() {
            operations::count(1);
            let line = text.line(index);
            operations::count(line.len());
            let Some(heading_end) = heading_end(line, names) else {
                continue;
            };
            let contents = if line[heading_end..].trim().is_empty() {
                Self::on_lines(text, index + 1)
            } else {
                Self::in_line(text, index, heading_end)
            };
            attempts += 1;
            // A page may mention the contents before the table; a text that does so everywhere has none.
            if contents.entries.len() >= MIN_ENTRIES || attempts >= 10 {
                return contents.filter();
            }
        }
        Self::default()
    }

    fn filter(self) -> Self {
        if self.entries.len() >= MIN_ENTRIES {
            self
        } else {
            Self::default()
        }
    }

    /// A table with a line for each entry.
    fn on_lines(text: &CleanText, first: usize) -> Self {
        let mut contents = Self::default();
        let mut between = 0;
        let lines = text.lines().iter().enumerate();
        for (index, line) in lines.skip(first).take(2 * MAX_ENTRIES) {
            operations::count(1);
            let entry = ENTRY_LINE
                .captures(text.line(index))
                .and_then(|captures| captures.name("title"));
            if let Some(title) = entry {
                between = 0;
                contents.add(title.as_str());
                if contents.bytes.is_empty() {
                    contents.bytes = line.bytes.clone();
                }
                contents.bytes.end = line.bytes.end;
            } else {
                between += 1;
                if between > MAX_LINES_BETWEEN {
                    break;
                }
            }
        }
        contents
    }

    /// A table inside a line: up to the first prose.
    fn in_line(text: &CleanText, index: usize, from: usize) -> Self {
        let line = text.line(index);
        let end = line.floor_char_boundary(line.len().min(from + MAX_RUNNING_BYTES));
        let part = &line[from..end];
        let part = &part[..length_without_prose(part)];
        let start = text.lines()[index].bytes.start + from;
        let mut contents = Self {
            entries: HashSet::new(),
            bytes: start..start + part.len(),
        };
        let mut end = 0;
        for captures in ENTRY.captures_iter(part).take(MAX_ENTRIES) {
            let (Some(entry), Some(title)) = (captures.get(0), captures.name("title")) else {
                continue;
            };
            if entry.start() > end + MAX_BYTES_BETWEEN {
                break;
            }
            end = entry.end();
            contents.add(title.as_str());
        }
        let has_numbers = contents.entries.len() >= MIN_ENTRIES;
        let part = if has_numbers { &part[..end] } else { part };
        contents.bytes.end = start + part.len();
        if has_numbers || part.len() >= MIN_RUNNING_BYTES && !part.contains(['.', '?', '!']) {
            // The numbers of some pages may be missing, so that several entries run together.
            capitalized_phrases(part).for_each(|phrase| contents.add(phrase));
        }
        contents
    }

    fn add(&mut self, title: &str) {
        let title = normalize_heading(title);
        if title.chars().count() >= 4 && self.entries.len() < MAX_ENTRIES {
            self.entries.insert(title);
        }
    }

    /// Whether the table lists these words.
    pub(super) fn lists(&self, normalized: &str) -> bool {
        self.entries.contains(normalized)
    }

    /// Whether a byte of the text is inside the table.
    pub(super) fn contains(&self, byte: usize) -> bool {
        self.bytes.contains(&byte)
    }
}

/// The length of a text up to its first prose: many words in lowercase in a row. It ends where the sentence
/// or entry before them begins.
fn length_without_prose(text: &str) -> usize {
    operations::count(text.len());
    let mut in_a_row = 0;
    let mut end = 0;
    for word in text.split_whitespace() {
        if word.starts_with(char::is_lowercase) {
            in_a_row += 1;
        } else {
            in_a_row = 0;
            // Both are slices of the same text, so the distance of their addresses is the offset.
            end = word.as_ptr() as usize - text.as_ptr() as usize;
        }
        if in_a_row >= MIN_PROSE_WORDS {
            return end;
        }
    }
    text.len()
}

/// The phrases of a text that begin with a capital and go on in lowercase.
fn capitalized_phrases(text: &str) -> impl Iterator<Item = &str> {
    static PHRASE: Lazy<Regex> = lazy_regex!(r"\p{Lu}[\p{L}/-]*(?:\s\p{Ll}[\p{L}/-]*)*");
    PHRASE.find_iter(text).map(|phrase| phrase.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::tests::clean_text;

    fn contents(lines: &str) -> Contents {
        let names = ["innehåll".to_owned()];
        Contents::find(&clean_text(lines), &names)
    }

    #[test]
    fn entries_on_lines_and_inside_a_line_are_found() {
        let lines = "Innehåll\n1 Varför en bro ..... 3\n2 Bron byggs . . . 5\n2.1 Virket 6\n\nVarför en bro\n\nÅn är bred.";
        let running = "Innehåll 1 Varför en bro 3 2 Bron byggs 5 2.1 Virket 6\n\nVarför en bro\n\nÅn är bred.";
        for text in [lines, running] {
            let found = contents(text);
            for entry in ["varför en bro", "bron byggs", "virket"] {
                assert!(found.lists(entry), "{entry} in {text}");
            }
            let clean = clean_text(text);
            let at = |words: &str| clean.text().rfind(words).unwrap();
            assert!(found.contains(at("Virket")));
            assert!(!found.contains(at("Ån är")));
        }
    }

    #[test]
    fn a_table_without_page_numbers_ends_at_prose() {
        let text = "2 Innehåll Varför en bro Bron byggs Virket Kostnaden för hela arbetet Förord Den som \
            går över den nya bron vid den gamla kvarnen ser ån.";
        let found = contents(text);
        assert!(found.lists("bron byggs"));
        assert!(!found.contains(text.find("går över").unwrap()));
    }

    #[test]
    fn a_mention_of_the_contents_is_no_table() {
        let text = "Kursens Innehåll bestämdes av deltagarna själva under de första 2 veckorna.";
        assert!(contents(text).bytes.is_empty());
    }
}
