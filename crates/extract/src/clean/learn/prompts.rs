//! Prompts: what a form prints for its author to answer, and what nobody takes for a prompt.

use lazy_regex::{regex, regex_is_match};

use super::LearnedDocument;
use crate::profile::Profiles;
use diarium_document::operations;

/// Whether a line asks for text: a label, a question, a heading or a checkbox of a form.
pub(super) fn is_prompt(line: &str, profiles: &Profiles) -> bool {
    let bare = line.trim_matches(['*', '_', '#', ' ', '\t']);
    let is_known = profiles.is_label(bare) || profiles.is_heading(bare);
    let is_table_head =
        bare.contains('\t') && bare.split('\t').skip(1).any(|cell| profiles.is_label(cell));
    is_known
        || is_table_head
        || line.trim_start().starts_with('#')
        || bare.ends_with([':', '?'])
        // 3. Mål | 3a Mål | B. Projekt; no address such as `123 45 Torpa`
        || regex_is_match!(r"^(?:\d{1,2}[a-z]?[.):]*|\p{Lu}[.)])\s+\p{Lu}", bare)
        || regex_is_match!(r"[☐☒☑□■]|\[\s?[xX]?\s?\]|_{3,}|\.{5,}", bare)
        // A title, but not a sentence about applications.
        || profiles.is_document_type(bare) && !bare.ends_with('.')
}

/// The label at the beginning of a line that also has its value: `Telefon: 099-12 34 56`.
pub(super) fn label(line: &str, profiles: &Profiles) -> Option<String> {
    let bare = line.trim_matches(['*', '_', '#', ' ']);
    if let Some((label, value)) = bare.split_once([':', '\t'])
        && value.contains(char::is_alphanumeric)
        // A time and an address on the web have a colon, too.
        && !label.ends_with(|last: char| last.is_ascii_digit())
        && !value.starts_with("//")
    {
        return Some(label.trim().to_lowercase());
    }
    let mut ends = regex!(r"\s+")
        .find_iter(bare)
        .take(5)
        .map(|space| space.start());
    let end = ends.find(|&end| profiles.is_label(&bare[..end]))?;
    Some(bare[..end].to_lowercase())
}

/// Whether nobody would take a line for a heading or a label: it has an address or ends like a sentence.
pub(super) fn is_unmistakable(line: &str) -> bool {
    line.contains(['@', '|', '•', '·'])
        || line.ends_with('.')
        || regex_is_match!(
            r"(?i)\d{3}|\bwww\.|https?:|\p{L}\.(?:se|fi|no|dk|eu|org|com|net|example)\b",
            line
        )
}

/// The year of a document: in its path, or else of the last date in its text.
pub(super) fn year(document: &LearnedDocument<'_>) -> Option<u16> {
    let in_path = regex!(r"(?:^|\D)((?:19[5-9]|20)\d\d)(?:\D|$)").captures(document.path);
    if let Some(year) = in_path.and_then(|found| found.get(1)) {
        return year.as_str().parse().ok();
    }
    let dates = regex!(
        r"\b((?:19[5-9]\d|20\d\d))-\d\d-\d\d\b|\b\d{1,2}[./ ](?:\d{1,2}|\p{L}{3,9})[./ ]((?:19[5-9]|20)\d\d)\b"
    );
    let first_page = document.pages.first()?;
    operations::count(first_page.len());
    let years = dates
        .captures_iter(first_page)
        .filter_map(|found| found.get(1).or(found.get(2))?.as_str().parse().ok());
    years.max()
}
