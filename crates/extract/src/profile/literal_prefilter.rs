//! Literal prefilter: which of many patterns may match a text, decided in one pass over it.
//!
//! Of each pattern, the literals are taken of which every match contains one. An Aho-Corasick automaton
//! searches the text for the literals of all patterns. A pattern without literals may always match.

use aho_corasick::AhoCorasick;
use regex_syntax::hir::{Class, Hir, HirKind};

/// The shortest literal that is searched for, in characters.
// Shorter ones are in every text.
const MIN_LITERAL: usize = 3;
/// The most literals of one pattern.
const MAX_LITERALS: usize = 64;

/// Finds the patterns that may match a text.
#[derive(Debug)]
pub(crate) struct LiteralPrefilter {
    /// Searches the literals; `None` if it could not be built, so that every pattern may match.
    automaton: Option<AhoCorasick>,
    /// The pattern of each literal.
    owners: Vec<usize>,
    /// For each pattern, whether it has no literals.
    always: Vec<bool>,
}

impl LiteralPrefilter {
    /// A prefilter for patterns, which keep their order.
    pub(crate) fn new<'p>(patterns: impl Iterator<Item = &'p str>) -> Self {
        let (mut literals, mut owners, mut always) = (Vec::new(), Vec::new(), Vec::new());
        for (index, pattern) in patterns.enumerate() {
            let hir = regex_syntax::parse(pattern).ok();
            let required = hir.and_then(|hir| required_literals(&hir));
            always.push(required.is_none());
            for literal in required.unwrap_or_default() {
                literals.push(literal);
                owners.push(index);
            }
        }
        Self {
            automaton: AhoCorasick::new(&literals).ok(),
            owners,
            always,
        }
    }

    /// For each pattern, whether it may match the text.
    pub(crate) fn candidates(&self, text: &str) -> Vec<bool> {
        let Some(automaton) = &self.automaton else {
            return vec![true; self.always.len()];
        };
        let mut candidates = self.always.clone();
        let folded: String = text.chars().map(fold).collect();
        for found in automaton.find_overlapping_iter(&folded) {
            let owner = self.owners.get(found.pattern().as_usize());
            if let Some(candidate) = owner.and_then(|owner| candidates.get_mut(*owner)) {
                *candidate = true;
            }
        }
        candidates
    }
}

/// The character that stands for all those that a pattern without case does not tell apart.
fn fold(character: char) -> char {
    match character {
        // The long s is the only one whose lowercase form is another one.
        'ſ' => 's',
        _ if character.is_ascii() => character.to_ascii_lowercase(),
        _ => character.to_lowercase().next().unwrap_or(character),
    }
}

/// Literals of which every match contains one, folded; `None` if there are none that are long enough.
fn required_literals(hir: &Hir) -> Option<Vec<String>> {
    let literals = match hir.kind() {
        HirKind::Literal(_) | HirKind::Class(_) => vec![exact(hir)?],
        HirKind::Capture(capture) => required_literals(&capture.sub)?,
        HirKind::Repetition(repetition) if repetition.min > 0 => {
            required_literals(&repetition.sub)?
        }
        HirKind::Concat(parts) => best_of_concatenation(parts)?,
        HirKind::Alternation(parts) => {
            let required: Option<Vec<Vec<String>>> = parts.iter().map(required_literals).collect();
            required?.concat()
        }
        HirKind::Empty | HirKind::Look(_) | HirKind::Repetition(_) => return None,
    };
    let is_long = |literal: &String| literal.chars().count() >= MIN_LITERAL;
    (literals.len() <= MAX_LITERALS && literals.iter().all(is_long)).then_some(literals)
}

/// The best literals of the parts of a concatenation: those whose shortest one is the longest.
fn best_of_concatenation(parts: &[Hir]) -> Option<Vec<String>> {
    let mut choices: Vec<Vec<String>> = Vec::new();
    let mut run = String::new();
    for part in parts {
        if let Some(literal) = exact(part) {
            run.push_str(&literal);
            continue;
        }
        choices.push(vec![std::mem::take(&mut run)]);
        choices.extend(required_literals(part));
    }
    choices.push(vec![run]);
    let shortest = |literals: &Vec<String>| literals.iter().map(String::len).min();
    choices.into_iter().max_by_key(shortest)
}

/// The only text that a part matches, folded, if there is only one.
fn exact(hir: &Hir) -> Option<String> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(String::new()),
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            Some(text.chars().map(fold).collect())
        }
        HirKind::Class(Class::Unicode(class)) => {
            // A letter in both cases is a class of a few characters.
            let ranges = class.ranges();
            let characters = || ranges.iter().flat_map(|range| range.start()..=range.end());
            let first = fold(characters().next()?);
            let is_one = ranges.len() <= 4 && characters().take(8).all(|c| fold(c) == first);
            (is_one && characters().nth(8).is_none()).then(|| first.to_string())
        }
        HirKind::Capture(capture) => exact(&capture.sub),
        HirKind::Concat(parts) => parts.iter().map(exact).collect(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn literals(pattern: &str) -> Option<Vec<String>> {
        required_literals(&regex_syntax::parse(pattern).unwrap())
    }

    #[test]
    fn every_match_contains_one_of_the_literals() {
        let cases = [
            (r"(?im)^\W*projektfas", vec!["projektfas"]),
            (r"(?m)^\W*(?i:Region)(?::|\t|$|\p{Lu})", vec!["region"]),
            (r"(?i)beviljat (?:stöd|belopp)", vec!["beviljat "]),
            (
                r"\b(?i:kallelse|dagordning)\b",
                vec!["kallelse", "dagordning"],
            ),
            (r"(?:ab)?(?P<name>rapport)+", vec!["rapport"]),
        ];
        for (pattern, expected) in cases {
            let expected = expected.iter().map(ToString::to_string).collect();
            assert_eq!(literals(pattern), Some(expected), "{pattern}");
        }
    }

    #[test]
    fn a_pattern_without_literals_may_always_match() {
        for pattern in [r"\d{4}", "(?:rapport|x)", "(?:rapport)?", "[abc]+", "ab"] {
            assert_eq!(literals(pattern), None, "{pattern}");
        }
        let prefilter = LiteralPrefilter::new([r"\d", "rapport"].into_iter());
        assert_eq!(prefilter.candidates("Kallelse"), [true, false]);
        assert_eq!(prefilter.candidates("SLUTRAPPORT"), [true, true]);
    }

    #[test]
    fn letters_that_fold_to_the_same_one_are_found() {
        let prefilter = LiteralPrefilter::new(["(?i)kassa"].into_iter());
        assert!(
            regex::Regex::new("(?i)kassa")
                .unwrap()
                .is_match("\u{212a}aſſa")
        );
        assert_eq!(prefilter.candidates("\u{212a}aſſa"), [true]);
    }

    proptest! {
        #[test]
        fn no_pattern_that_matches_is_left_out(text in "(?:[Pp]ro[jJ]ekt|[åÅ]r|[a-zåäöA-ZÅÄÖK\u{212a}ſ :\n]){0,30}") {
            let patterns = [
                "(?i)projekt", "(?im)^år:", "(?i)k[aå]s", "Projekt(?:år|ÅR)?", "(?i)(?:projektår|kassa)",
            ];
            let candidates = LiteralPrefilter::new(patterns.into_iter()).candidates(&text);
            for (pattern, is_candidate) in patterns.iter().zip(candidates) {
                let matches = regex::Regex::new(pattern).unwrap().is_match(&text);
                prop_assert!(is_candidate || !matches, "{pattern}: {text:?}");
            }
        }
    }
}
