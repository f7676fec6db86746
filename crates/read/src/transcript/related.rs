//! Which other documents does a sharing site list under a transcript?
//!
//! Each is a title, a paragraph that repeats the title and goes on with the document's first words,
//! and a line that invites to read on. The first of them has nothing that parts it from the
//! transcript but that repetition.

use super::FileLine;
use diarium_document::{Related, single_spaced};

/// The site's list.
#[derive(Debug)]
pub(super) struct Tail {
    /// Index of its first line; the number of lines where there is no list.
    pub first_line: usize,
    /// Its entries, in order.
    pub related: Vec<Related>,
}

/// Finds the list at the end of these lines.
pub(super) fn find(lines: &[FileLine<'_>]) -> Tail {
    let filled: Vec<usize> = (0..lines.len())
        .filter(|&index| !lines[index].is_blank())
        .collect();
    let texts: Vec<&str> = filled
        .iter()
        .map(|&index| lines[index].text.trim())
        .collect();
    let closings: Vec<usize> = (0..texts.len())
        .filter(|&at| is_closing(texts[at]))
        .collect();
    match first_title(&texts, &closings) {
        Some(title) => Tail {
            first_line: filled[title],
            related: entries(&texts[title..]),
        },
        None => Tail {
            first_line: lines.len(),
            related: Vec::new(),
        },
    }
}

/// The Swedish site's words and its English sister's; some pages put an arrow after them.
fn is_closing(line: &str) -> bool {
    let words = line.trim_end_matches(|c: char| !c.is_alphanumeric());
    matches!(words, "Läs mer" | "Read more" | "More information")
}

/// Lines between an entry's title and its end: more than one where the excerpt is broken.
const LONGEST_ENTRY: usize = 8;

/// The title line of the first entry: the first that the line after it repeats, or the one before,
/// where the list surely goes on after it.
fn first_title(texts: &[&str], closings: &[usize]) -> Option<usize> {
    let mut from = 0;
    for (index, &closing) in closings.iter().enumerate() {
        let lowest = from.max(closing.saturating_sub(LONGEST_ENTRY));
        let repeated = |&title: &usize| after_title(texts[title], texts[title + 1]).is_some();
        if let Some(title) = (lowest..closing.saturating_sub(1)).rev().find(repeated) {
            let follows = index > 0 && title == from;
            let earlier = if follows {
                plain_entry(texts, from - 1)
            } else {
                None
            };
            return Some(earlier.unwrap_or(title));
        }
        from = closing + 1;
    }
    None
}

/// The title of an entry whose excerpt does not repeat it: two short-titled lines before its end
/// that begin with no page number.
fn plain_entry(texts: &[&str], closing: usize) -> Option<usize> {
    const LONGEST_TITLE: usize = 300;
    let title = closing.checked_sub(2)?;
    let numbered = |line: &str| line.starts_with(|c: char| c.is_ascii_digit());
    let plausible = texts[title].len() <= LONGEST_TITLE
        && !numbered(texts[title])
        && !numbered(texts[title + 1]);
    plausible.then_some(title)
}

/// Every entry that is closed, and a last one that the file's end cut, if its title is repeated.
fn entries(texts: &[&str]) -> Vec<Related> {
    let mut found = Vec::new();
    let mut parts = texts.split(|line| is_closing(line)).peekable();
    while let Some(part) = parts.next() {
        let is_cut = parts.peek().is_none();
        let [title, excerpt @ ..] = part else {
            continue;
        };
        let repeated = excerpt.first().and_then(|line| after_title(title, line));
        if is_cut && repeated.is_none() {
            continue;
        }
        let excerpt = excerpt.join(" ");
        found.push(Related {
            title: single_spaced(title),
            excerpt: single_spaced(&excerpt[repeated.unwrap_or(0)..]),
        });
    }
    found
}

/// Where a paragraph goes on after repeating a title, which must be more than a word's beginning.
/// Sites change a title's punctuation and spaces, never its letters.
fn after_title(title: &str, paragraph: &str) -> Option<usize> {
    const SHORTEST_TITLE: usize = 3;
    if title.chars().filter(|c| c.is_alphanumeric()).count() < SHORTEST_TITLE {
        return None;
    }
    if paragraph.starts_with(title) {
        return Some(title.len());
    }
    let mut place = 0;
    for wanted in title.chars().filter(|c| c.is_alphanumeric()) {
        let rest = &paragraph[place..];
        let (skipped, found) = rest.char_indices().find(|(_, c)| c.is_alphanumeric())?;
        if found != wanted {
            return None;
        }
        place += skipped + found.len_utf8();
    }
    let inside_word = paragraph[place..].starts_with(char::is_alphanumeric);
    (!inside_word).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> (usize, Vec<(String, String)>) {
        let lines: Vec<FileLine> = text
            .split('\n')
            .map(|text| FileLine { start: 0, text })
            .collect();
        let tail = find(&lines);
        let pairs = tail
            .related
            .into_iter()
            .map(|entry| (entry.title, entry.excerpt));
        (tail.first_line, pairs.collect())
    }

    fn pair(title: &str, excerpt: &str) -> (String, String) {
        (title.to_owned(), excerpt.to_owned())
    }

    #[test]
    fn the_list_begins_at_the_title_that_is_repeated() {
        let text = "2 sidans slut\n\nEn  rapport\n\nEn  rapport Om sjöar\n\nLäs mer\n\nTvå\n\nTvå Öar\n\nLäs mer";
        let expected = vec![pair("En rapport", "Om sjöar"), pair("Två", "Öar")];
        assert_eq!(found(text), (2, expected));
    }

    #[test]
    fn a_title_is_known_again_with_other_punctuation() {
        let text = "Sidan\n\nHav: och land\n\nHav och land. Kapitel\n\nLäs mer »";
        assert_eq!(found(text), (2, vec![pair("Hav: och land", ". Kapitel")]));
    }

    #[test]
    fn an_entry_that_does_not_repeat_its_title_is_found_by_its_neighbor() {
        let text = "Sidan\n\nHav\n\nOm vatten\n\nLäs mer\n\nLand\n\nLand Om jord\n\nLäs mer";
        assert_eq!(
            found(text),
            (2, vec![pair("Hav", "Om vatten"), pair("Land", "Om jord")])
        );
    }

    #[test]
    fn an_invitation_that_the_author_wrote_is_no_list() {
        let text = "1 Sidan\n\nom havet\n\nLäs mer\n\n2 Mer";
        assert_eq!(found(text), (7, Vec::new()));
    }

    #[test]
    fn the_last_entry_may_be_cut() {
        let text = "Sidan\n\nHav\n\nHav A\n\nLäs mer\n\nLand\n\nLand B";
        assert_eq!(found(text), (2, vec![pair("Hav", "A"), pair("Land", "B")]));
        let text = "Sidan\n\nHav\n\nHav A\n\nLäs mer\n\nOm webbplatsen\n\nKontakt";
        assert_eq!(found(text).1, [pair("Hav", "A")]);
    }
}
