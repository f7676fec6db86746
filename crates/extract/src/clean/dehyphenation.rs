//! Dehyphenation: undo line-end hyphens.
//!
//! The document itself is the first witness: if the word stands in it written together, or with the
//! hyphen, that is how it is written. Without a witness, Swedish usage decides: `kommun-` before
//! `och` hangs, `ESF-` and `2013-` keep theirs, a lower-case half goes together with a lower-case
//! half.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashSet;

use diarium_document::work;

/// What becomes of a hyphen at a line's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hyphen {
    /// The word was broken there: the hyphen goes, the halves join.
    Broken,
    /// The word is written with it: it stays, the halves join.
    Own,
    /// It hangs for a word to come: it stays, and so does the space.
    Hanging,
}

/// The words of a document, in lower case, with their hyphens.
pub(super) struct Witness<'t, Lines> {
    lines: Lines,
    /// Collected when the first hyphen asks: most long texts have none at a line's end.
    words: OnceCell<HashSet<Cow<'t, str>>>,
}

/// The longest word, in bytes, whose halves are looked at.
const LONGEST: usize = 400;

impl<'t, Lines: Iterator<Item = &'t str> + Clone> Witness<'t, Lines> {
    /// The words of these lines, but for those that end with a hyphen: they may be halves.
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
                .filter(|word| word.len() > 3 && !word.ends_with('-'))
                .collect()
        })
    }

    /// Decides on the hyphen that ends `before`, given what follows in the next line.
    pub(super) fn judge(&self, before: &str, after: &str) -> Hyphen {
        // Lines that are all broken words make one word, which grows with each of them.
        let tail = before.len().saturating_sub(LONGEST);
        let before = &before[before.ceil_char_boundary(tail)..];
        work::spend(before.len());
        let first = before.split_whitespace().next_back().unwrap_or_default();
        let second = after.split_whitespace().next().unwrap_or_default();
        let half = first.trim_end_matches('-');
        if half.is_empty() || half.ends_with(char::is_whitespace) {
            return Hyphen::Hanging;
        }
        if [
            "och",
            "eller",
            "samt",
            "respektive",
            "and",
            "or",
            "till",
            "som",
        ]
        .contains(&&*bare(second))
        {
            return Hyphen::Hanging;
        }
        if self.words().contains(&bare(&format!("{half}{second}"))) {
            return Hyphen::Broken;
        }
        if self.words().contains(&bare(&format!("{half}-{second}"))) {
            return Hyphen::Own;
        }
        let lower = |character: Option<char>| character.is_some_and(char::is_lowercase);
        let shouted = half.chars().count() > 1 && half.chars().all(|c| !c.is_lowercase());
        let compound = bare(half).contains(['-', '/', '@', '.']) || half.chars().count() == 1;
        if lower(half.chars().next_back()) && lower(second.chars().next()) && !shouted && !compound
        {
            Hyphen::Broken
        } else {
            Hyphen::Own
        }
    }
}

/// A word in lower case without the punctuation around it.
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
    fn the_document_is_the_first_witness() {
        let witness =
            Witness::new(["en ny match-making för samverkan här", "arbetet gick bra"].into_iter());
        assert_eq!(witness.judge("bättre match-", "making mellan"), Hyphen::Own);
        assert_eq!(witness.judge("god sam-", "verkan, sedan"), Hyphen::Broken);
    }

    #[test]
    fn without_a_witness_usage_decides() {
        let witness = Witness::new(std::iter::empty());
        for (before, after, verdict) in [
            ("en lång arbets-", "marknad", Hyphen::Broken),
            ("alla kommun-", "och landsting", Hyphen::Hanging),
            ("två ESF-", "projekt", Hyphen::Own),
            ("åren 2007-", "2013", Hyphen::Own),
            ("Anna-", "Karin", Hyphen::Own),
            ("e-", "post", Hyphen::Own),
            ("ett -", "annat", Hyphen::Hanging),
        ] {
            assert_eq!(witness.judge(before, after), verdict, "{before} {after}");
        }
    }
}
