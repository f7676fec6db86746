//! Dehyphenation: undo line-end hyphens.
//!
//! The document itself is the best evidence: if it also has the word without a hyphen, or with a hard
//! one, then that is its spelling. Otherwise Swedish usage decides: `kommun-` before `och` is a
//! suspended hyphen, `ESF-` and `2013-` keep their hyphen, and two lowercase halves are one word.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashSet;

use diarium_document::work;

/// A hyphen at the end of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hyphen {
    /// The line break divides a word: the hyphen is removed and the halves are joined.
    LineEnd,
    /// The word is spelled with it: the hyphen stays and the halves are joined.
    Hard,
    /// It replaces a part that a later word shares, as in `kommun- och landsting`: the hyphen stays,
    /// followed by a space.
    Suspended,
}

/// The words of a document, in lowercase, with their hyphens.
pub(super) struct DocumentWords<'t, Lines> {
    lines: Lines,
    // Collected at the first hyphen: most long texts have none at the end of a line.
    words: OnceCell<HashSet<Cow<'t, str>>>,
}

/// Words after a suspended hyphen, in lowercase.
const CONJUNCTIONS: [&str; 8] = [
    "och",
    "eller",
    "samt",
    "respektive",
    "and",
    "or",
    "till",
    "som",
];

/// The longest half of a word, in bytes.
// A text of nothing but divided words becomes one word. Without a limit each of its hyphens would be
// compared with all of it.
const MAX_WORD_BYTES: usize = 400;

impl<'t, Lines: Iterator<Item = &'t str> + Clone> DocumentWords<'t, Lines> {
    /// The words of these lines, except for those that end with a hyphen, which may be halves.
    pub(super) fn new(lines: Lines) -> Self {
        Self {
            lines,
            words: OnceCell::new(),
        }
    }

    fn words(&self) -> &HashSet<Cow<'t, str>> {
        self.words.get_or_init(|| {
            let lines = self.lines.clone();
            lines
                .inspect(|line| work::spend(line.len()))
                .flat_map(str::split_whitespace)
                .map(bare)
                // Two short halves make a word by accident.
                .filter(|word| word.len() > 3 && !word.ends_with('-'))
                .collect()
        })
    }

    /// Classifies the hyphen at the end of `before`, given the next line.
    pub(super) fn classify_hyphen(&self, before: &str, after: &str) -> Hyphen {
        let tail = before.len().saturating_sub(MAX_WORD_BYTES);
        let before = &before[before.ceil_char_boundary(tail)..];
        work::spend(before.len());
        let first = before.split_whitespace().next_back().unwrap_or_default();
        let second = after.split_whitespace().next().unwrap_or_default();
        let half = first.trim_end_matches('-');
        let is_alone = half.is_empty() || half.ends_with(char::is_whitespace);
        if is_alone || CONJUNCTIONS.contains(&&*bare(second)) {
            return Hyphen::Suspended;
        }
        if self.words().contains(&bare(&format!("{half}{second}"))) {
            return Hyphen::LineEnd;
        }
        if self.words().contains(&bare(&format!("{half}-{second}"))) {
            return Hyphen::Hard;
        }
        let is_lowercase = |character: Option<char>| character.is_some_and(char::is_lowercase);
        let is_divided = is_lowercase(half.chars().next_back())
            && is_lowercase(second.chars().next())
            && !is_spelled_with_hyphen(half);
        if is_divided {
            Hyphen::LineEnd
        } else {
            Hyphen::Hard
        }
    }
}

/// An abbreviation (`ESF-`), a single letter (`e-post`), or a part of a compound that already has a
/// hyphen, a slash, an `@` or a full stop.
fn is_spelled_with_hyphen(half: &str) -> bool {
    let letters = half.chars().count();
    let is_all_caps = letters > 1 && half.chars().all(|c| !c.is_lowercase());
    is_all_caps || letters == 1 || bare(half).contains(['-', '/', '@', '.'])
}

/// A word in lowercase without the punctuation around it.
fn bare(word: &str) -> Cow<'_, str> {
    let bare =
        word.trim_matches(|character: char| !character.is_alphanumeric() && character != '-');
    if bare.chars().all(char::is_lowercase) {
        Cow::Borrowed(bare)
    } else {
        Cow::Owned(bare.to_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_own_spelling_decides_first() {
        let words = DocumentWords::new(
            ["en ny match-making för samverkan här", "arbetet gick bra"].into_iter(),
        );
        assert_eq!(
            words.classify_hyphen("bättre match-", "making mellan"),
            Hyphen::Hard
        );
        assert_eq!(
            words.classify_hyphen("god sam-", "verkan, sedan"),
            Hyphen::LineEnd
        );
    }

    #[test]
    fn swedish_usage_decides_about_words_that_occur_once() {
        let words = DocumentWords::new(std::iter::empty());
        for (before, after, expected) in [
            ("en lång arbets-", "marknad", Hyphen::LineEnd),
            ("alla kommun-", "och landsting", Hyphen::Suspended),
            ("två ESF-", "projekt", Hyphen::Hard),
            ("åren 2007-", "2013", Hyphen::Hard),
            ("Anna-", "Karin", Hyphen::Hard),
            ("e-", "post", Hyphen::Hard),
            ("ett -", "annat", Hyphen::Suspended),
        ] {
            assert_eq!(
                words.classify_hyphen(before, after),
                expected,
                "{before} {after}"
            );
        }
    }
}
