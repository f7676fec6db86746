//! Related documents: the list of other documents below a transcript.
//!
//! An entry is a title, an excerpt that repeats the title and continues with the document's first words,
//! and a link such as `Läs mer`. Only that repetition separates the first entry from the transcript, so
//! that a list is found only if one of its first two entries has it.

use super::FileLine;
use diarium_document::{Related, collapse_whitespace};

/// The list of related documents.
#[derive(Debug)]
pub(super) struct RelatedSection {
    /// Index of its first line, or the number of lines if there is no list.
    pub first_line: usize,
    /// Its entries, in order.
    pub related: Vec<Related>,
}

/// Finds the list at the end of these lines.
pub(super) fn find_related_section(lines: &[FileLine<'_>]) -> RelatedSection {
    let filled: Vec<usize> = (0..lines.len())
        .filter(|&index| !lines[index].is_blank())
        .collect();
    let texts: Vec<&str> = filled
        .iter()
        .map(|&index| lines[index].text.trim())
        .collect();
    let links: Vec<usize> = (0..texts.len())
        .filter(|&at| is_read_more_link(texts[at]))
        .collect();
    match first_title(&texts, &links) {
        Some(title) => RelatedSection {
            first_line: filled[title],
            related: entries(&texts[title..]),
        },
        None => RelatedSection {
            first_line: lines.len(),
            related: Vec::new(),
        },
    }
}

/// Whether a line is the link that ends an entry, on the Swedish site or its English version. An arrow may
/// follow.
fn is_read_more_link(line: &str) -> bool {
    let words = line.trim_end_matches(|c: char| !c.is_alphanumeric());
    matches!(words, "Läs mer" | "Read more" | "More information")
}

/// Lines from an entry's title to its link, at most.
// An excerpt is one line, unless saving broke it. With a larger distance, the title could be a line of the
// transcript's last page that the next line happens to repeat.
const MAX_ENTRY_LINES: usize = 8;

/// The index of the first entry's title: the first line that the next line repeats, or the title of the
/// entry before it, if that one does not repeat its title.
fn first_title(texts: &[&str], links: &[usize]) -> Option<usize> {
    let mut from = 0;
    for (index, &link) in links.iter().enumerate() {
        let lowest = from.max(link.saturating_sub(MAX_ENTRY_LINES));
        let is_repeated = |&title: &usize| after_title(texts[title], texts[title + 1]).is_some();
        if let Some(title) = (lowest..link.saturating_sub(1)).rev().find(is_repeated) {
            // Right after another link: that link ended an entry, too.
            let is_second_entry = index > 0 && title == from;
            let earlier = if is_second_entry {
                title_before_excerpt(texts, from - 1)
            } else {
                None
            };
            return Some(earlier.unwrap_or(title));
        }
        from = link + 1;
    }
    None
}

/// The index of the title of an entry whose excerpt does not repeat it: the second line before the link,
/// if neither of the two can begin a page.
fn title_before_excerpt(texts: &[&str], link: usize) -> Option<usize> {
    /// Bytes; longer lines are paragraphs.
    const MAX_TITLE_BYTES: usize = 300;
    let title = link.checked_sub(2)?;
    let is_numbered = |line: &str| line.starts_with(|c: char| c.is_ascii_digit());
    let plausible = texts[title].len() <= MAX_TITLE_BYTES
        && !is_numbered(texts[title])
        && !is_numbered(texts[title + 1]);
    plausible.then_some(title)
}

/// All entries that end with a link, and a last one without, if its excerpt repeats its title.
fn entries(texts: &[&str]) -> Vec<Related> {
    let mut related = Vec::new();
    let mut parts = texts.split(|line| is_read_more_link(line)).peekable();
    while let Some(part) = parts.next() {
        // Without a link: cut off by the end of the file, or the site's footer.
        let is_last = parts.peek().is_none();
        let [title, excerpt @ ..] = part else {
            continue;
        };
        let repeated = excerpt.first().and_then(|line| after_title(title, line));
        if is_last && repeated.is_none() {
            continue;
        }
        let excerpt = excerpt.join(" ");
        related.push(Related {
            title: collapse_whitespace(title),
            excerpt: collapse_whitespace(&excerpt[repeated.unwrap_or(0)..]),
        });
    }
    related
}

/// The byte at which a paragraph continues after repeating a title as whole words.
// Sites change a title's punctuation and spaces, never its letters.
fn after_title(title: &str, paragraph: &str) -> Option<usize> {
    /// Letters and digits. A shorter line is a number or a bullet, which many lines begin with.
    const MIN_TITLE_LENGTH: usize = 3;
    if title.chars().filter(|c| c.is_alphanumeric()).count() < MIN_TITLE_LENGTH {
        return None;
    }
    if paragraph.starts_with(title) {
        return Some(title.len());
    }
    let mut end = 0;
    for wanted in title.chars().filter(|c| c.is_alphanumeric()) {
        let rest = &paragraph[end..];
        let (skipped, found) = rest.char_indices().find(|(_, c)| c.is_alphanumeric())?;
        if found != wanted {
            return None;
        }
        end += skipped + found.len_utf8();
    }
    let inside_word = paragraph[end..].starts_with(char::is_alphanumeric);
    (!inside_word).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(text: &str) -> (usize, Vec<(String, String)>) {
        let lines: Vec<FileLine> = text
            .split('\n')
            .map(|text| FileLine { start: 0, text })
            .collect();
        let section = find_related_section(&lines);
        let pairs = section
            .related
            .into_iter()
            .map(|entry| (entry.title, entry.excerpt));
        (section.first_line, pairs.collect())
    }

    fn pair(title: &str, excerpt: &str) -> (String, String) {
        (title.to_owned(), excerpt.to_owned())
    }

    #[test]
    fn the_list_begins_at_the_first_repeated_title() {
        let text = "2 sidans slut\n\nEn  rapport\n\nEn  rapport Om sjöar\n\nLäs mer\n\nTvå\n\nTvå Öar\n\nLäs mer";
        let expected = vec![pair("En rapport", "Om sjöar"), pair("Två", "Öar")];
        assert_eq!(section(text), (2, expected));
    }

    #[test]
    fn a_title_is_recognized_with_other_punctuation() {
        let text = "Sidan\n\nHav: och land\n\nHav och land. Kapitel\n\nLäs mer »";
        assert_eq!(section(text), (2, vec![pair("Hav: och land", ". Kapitel")]));
    }

    #[test]
    fn a_first_entry_without_repetition_is_found_by_the_second() {
        let text = "Sidan\n\nHav\n\nOm vatten\n\nLäs mer\n\nLand\n\nLand Om jord\n\nLäs mer";
        assert_eq!(
            section(text),
            (2, vec![pair("Hav", "Om vatten"), pair("Land", "Om jord")])
        );
    }

    #[test]
    fn a_read_more_line_in_the_transcript_is_not_a_list() {
        let text = "1 Sidan\n\nom havet\n\nLäs mer\n\n2 Mer";
        assert_eq!(section(text), (7, Vec::new()));
    }

    #[test]
    fn the_last_entry_may_lack_its_link() {
        let text = "Sidan\n\nHav\n\nHav A\n\nLäs mer\n\nLand\n\nLand B";
        assert_eq!(
            section(text),
            (2, vec![pair("Hav", "A"), pair("Land", "B")])
        );
        let text = "Sidan\n\nHav\n\nHav A\n\nLäs mer\n\nOm webbplatsen\n\nKontakt";
        assert_eq!(section(text).1, [pair("Hav", "A")]);
    }
}
