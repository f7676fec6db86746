//! Globs, as in a `.gitignore`: patterns of names and paths.
//!
//! | in a glob | matches |
//! | --- | --- |
//! | `*` | any characters within a name |
//! | `?` | one character |
//! | `[abc]`, `[a-z]`, `[!a]` | one of these characters, or none of them |
//! | `**` as a name | any folders, or none |
//! | `\` and a character | that character |
//!
//! A glob without a slash matches names at any depth, one with a slash a path from the top. A slash at
//! the end matches folders only. Upper and lower case are the same, because `.PDF` and `.pdf` are the
//! same to whoever selects PDFs, and so are composed and decomposed letters, which differ between file
//! systems.

use std::path::Path;

use unicode_normalization::UnicodeNormalization as _;

/// One glob.
// The crate `globset` matches bytes: its `?` and `[å]` match no letter outside ASCII.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Glob {
    names: Vec<Name>,
    only_folders: bool,
}

/// A name between two slashes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Name {
    /// `**`
    AnyFolders,
    Pattern(Vec<Token>),
}

/// A part of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Character(char),
    /// `?`
    AnyCharacter,
    /// `*`
    AnyCharacters,
    /// Ranges of characters, and whether these are the ones that do not match.
    Class(Vec<(char, char)>, bool),
}

impl Glob {
    /// Parses a glob.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn parse(pattern: &str) -> Result<Self, &'static str> {
        let folded = folded(pattern);
        let unslashed = folded.strip_suffix('/').unwrap_or(&folded);
        let path = unslashed.strip_prefix("./").unwrap_or(unslashed);
        let from_top = path.strip_prefix('/').unwrap_or(path);
        if from_top
            .split('/')
            .any(|name| matches!(name, "" | "." | ".."))
        {
            return Err("it has an empty name, `.` or `..`");
        }
        let mut names = from_top
            .split('/')
            .map(Name::parse)
            .collect::<Result<Vec<_>, _>>()?;
        if !path.contains('/') {
            names.insert(0, Name::AnyFolders);
        }
        if names.last() == Some(&Name::AnyFolders) {
            // `a/**` matches what is in `a`, not `a`.
            names.push(Name::Pattern(vec![Token::AnyCharacters]));
        }
        Ok(Self {
            names,
            only_folders: unslashed.len() < folded.len(),
        })
    }

    /// Whether a path matches.
    pub(super) fn matches(&self, path: &GlobPath, is_folder: bool) -> bool {
        (is_folder || !self.only_folders)
            && is_match(
                &self.names,
                &path.0,
                |name| *name == Name::AnyFolders,
                |pattern, name| pattern.matches(name),
            )
    }
}

/// A path, prepared for matching.
#[derive(Debug, Clone)]
pub(super) struct GlobPath(Vec<Vec<char>>);

impl GlobPath {
    pub(super) fn new(path: &Path) -> Self {
        // Bytes that are not UTF-8 become U+FFFD, which `*` and `?` match.
        let names = path.iter().map(|name| folded(&name.to_string_lossy()));
        Self(names.map(|name| name.chars().collect()).collect())
    }

    /// The path of the folder that it is in; `None` at the top.
    pub(super) fn folder(&self) -> Option<Self> {
        let (_, above) = self.0.split_last()?;
        (!above.is_empty()).then(|| Self(above.to_vec()))
    }
}

/// A text in lower case with composed letters.
fn folded(text: &str) -> String {
    text.nfc().collect::<String>().to_lowercase()
}

impl Name {
    fn parse(text: &str) -> Result<Self, &'static str> {
        if text == "**" {
            return Ok(Self::AnyFolders);
        }
        let mut tokens = Vec::new();
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            tokens.push(match character {
                '*' => Token::AnyCharacters,
                '?' => Token::AnyCharacter,
                '[' => class(&mut characters)?,
                '\\' => Token::Character(characters.next().ok_or("it ends with `\\`")?),
                character => Token::Character(character),
            });
        }
        Ok(Self::Pattern(tokens))
    }

    /// Whether one name matches.
    fn matches(&self, name: &[char]) -> bool {
        match self {
            Self::AnyFolders => true,
            Self::Pattern(tokens) => is_match(
                tokens,
                name,
                |token| *token == Token::AnyCharacters,
                Token::matches,
            ),
        }
    }
}

/// A class of characters after its `[`.
fn class(characters: &mut std::str::Chars<'_>) -> Result<Token, &'static str> {
    const OPEN: &str = "a `[` has no `]`";
    let mut next = characters.next().ok_or(OPEN)?;
    let is_negated = matches!(next, '!' | '^');
    if is_negated {
        next = characters.next().ok_or(OPEN)?;
    }
    let mut ranges: Vec<(char, char)> = Vec::new();
    // A `]` that comes first is a character.
    while next != ']' || ranges.is_empty() {
        if next == '\\' {
            next = characters.next().ok_or(OPEN)?;
        }
        let mut last = next;
        let mut ahead = characters.clone();
        if ahead.next() == Some('-') && ahead.next().is_some_and(|end| end != ']') {
            characters.next();
            last = characters.next().ok_or(OPEN)?;
        }
        ranges.push((next, last));
        next = characters.next().ok_or(OPEN)?;
    }
    Ok(Token::Class(ranges, is_negated))
}

impl Token {
    fn matches(&self, character: &char) -> bool {
        match self {
            Self::Character(wanted) => wanted == character,
            Self::AnyCharacter | Self::AnyCharacters => true,
            Self::Class(ranges, is_negated) => {
                let is_in = |(first, last): &(char, char)| (*first..=*last).contains(character);
                ranges.iter().any(is_in) != *is_negated
            }
        }
    }
}

/// Whether a sequence matches a pattern whose wildcards match any number of items.
// When an item does not match, the last wildcard takes one more: earlier ones need not be tried again.
// So the time is the product of both lengths at most, whatever the pattern.
fn is_match<P, T>(
    pattern: &[P],
    items: &[T],
    is_wildcard: impl Fn(&P) -> bool,
    matches: impl Fn(&P, &T) -> bool,
) -> bool {
    let (mut at, mut item) = (0, 0);
    let mut last_wildcard = None;
    while let Some(current) = items.get(item) {
        match pattern.get(at) {
            Some(token) if is_wildcard(token) => {
                last_wildcard = Some((at, item));
                at += 1;
            }
            Some(token) if matches(token, current) => {
                at += 1;
                item += 1;
            }
            _ => {
                let Some((wildcard, taken)) = last_wildcard else {
                    return false;
                };
                last_wildcard = Some((wildcard, taken + 1));
                at = wildcard + 1;
                item = taken + 1;
            }
        }
    }
    pattern.iter().skip(at).all(is_wildcard)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_matches(glob: &str, paths: &[&str], others: &[&str]) {
        let parsed = Glob::parse(glob).unwrap();
        let matches = |path: &str| parsed.matches(&GlobPath::new(Path::new(path)), false);
        for path in paths {
            assert!(matches(path), "{glob} {path}");
        }
        for path in others {
            assert!(!matches(path), "{glob} {path}");
        }
    }

    #[test]
    fn wildcards_match_within_a_name() {
        assert_matches(
            "*.tif",
            &["a.tif", "1998/B.TIF", ".tif"],
            &["a.tiff", "tif", "a.tif/b"],
        );
        assert_matches("a*b*c", &["abc", "axbybzc"], &["ab", "abcd"]);
        assert_matches("bl?.txt", &["blå.txt", "bl1.txt"], &["bl.txt", "blåa.txt"]);
    }

    #[test]
    fn a_slash_makes_a_glob_a_path_from_the_top() {
        assert_matches(
            "1998/*.pdf",
            &["1998/a.pdf"],
            &["1998/x/a.pdf", "x/1998/a.pdf"],
        );
        assert_matches("/lös.txt", &["Lös.txt"], &["x/lös.txt"]);
        assert_matches("./b/c", &["b/c"], &["x/b/c"]);
    }

    #[test]
    fn two_stars_match_any_folders() {
        assert_matches("a/**/z", &["a/z", "a/1/2/z"], &["z", "b/a/z", "a/z/1"]);
        assert_matches("a/**", &["a/b", "a/b/c"], &["a", "b/a/c"]);
        assert_matches("**/a/b", &["a/b", "x/a/b"], &["a/x/b"]);
    }

    #[test]
    fn classes_match_letters_of_every_alphabet() {
        assert_matches("[åäö]*", &["Åsa", "ärende"], &["asa"]);
        assert_matches("s[0-9-].txt", &["s1.txt", "s-.txt"], &["sa.txt"]);
        assert_matches("[!a-c]", &["d"], &["b", "B"]);
        assert_matches("[]]\\[", &["]["], &["[["]);
    }

    #[test]
    fn letters_match_however_they_are_composed() {
        assert_matches("A\u{30a}s*", &["\u{e5}sa.txt"], &["asa.txt"]);
        assert_matches("ås*", &["a\u{30a}sa.txt"], &["asa.txt"]);
    }

    #[test]
    fn a_glob_that_is_wrong_is_refused() {
        for wrong in ["[a", "[]", "[a-", "", "/", "a//b", "../a", "a\\"] {
            assert!(Glob::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_glob_of_many_wildcards_takes_no_longer_than_its_length() {
        let glob = Glob::parse(&"*a".repeat(2_000)).unwrap();
        let name = "a".repeat(4_000) + "b";
        assert!(!glob.matches(&GlobPath::new(Path::new(&name)), false));
    }
}
