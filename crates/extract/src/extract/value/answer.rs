//! Answers: what a person wrote into a form, without what the form printed there for them.
//!
//! Lines of dots or underscores are where an answer goes; bars divide the boxes for single letters.

use std::ops::Range;

use lazy_regex::{Lazy, Regex, lazy_regex};

use diarium_document::operations;

// .... | ____ | …… | · · · · | - - - -
static FILL_LINE: Lazy<Regex> =
    lazy_regex!(r"\.{4,}|_{2,}|…{2,}|·{3,}|(?:[.·…_‥] ){3,}[.·…_‥]?|-{4,}|(?:- ){3,}-?|‥{2,}");
// |2|0|1|2| | [2][0][1][2]
static COMB: Lazy<Regex> = lazy_regex!(
    r"^(?:[|¦│]\s?(?:\S\s?[|¦│]\s?){2,}\S?|(?:\S\s?[|¦│]\s?){3,}\S?|(?:\[\s?\S\s?\]\s?){3,})$"
);
// 2 0 1 2 - 0 3
static SPACED_DIGITS: Lazy<Regex> = lazy_regex!(r"^(?:[\d/-][ \t]){4,}[\d/-]$");

/// The longest comb, in bytes.
// An e-mail address in boxes has some forty letters of at most six bytes with their bars.
const MAX_COMB: usize = 300;

/// The range of the answer in a text: without the fill lines around it, up to one behind it.
pub(in crate::extract) fn trim(text: &str) -> Range<usize> {
    operations::count(text.len());
    let mut start = leading_space(text, 0);
    for line in FILL_LINE.find_iter(text) {
        if line.start() > start {
            let end = text[..line.start()].trim_end().len();
            return start..end.max(start);
        }
        start = leading_space(text, line.end());
    }
    start..text.trim_end().len().max(start)
}

/// The letters of an answer with a box for each, if it is one.
pub(in crate::extract) fn comb(text: &str) -> Option<String> {
    let is_comb = text.len() <= MAX_COMB && (COMB.is_match(text) || SPACED_DIGITS.is_match(text));
    if !is_comb {
        return None;
    }
    let is_bar = |c: &char| !matches!(c, '|' | '¦' | '│' | '[' | ']') && !c.is_whitespace();
    Some(text.chars().filter(is_bar).collect())
}

/// Whether a text is a hint of the form instead of an answer.
pub(in crate::extract) fn is_placeholder(text: &str, placeholders: &[Regex]) -> bool {
    let text = text.trim().trim_end_matches(['.', ':', '…']);
    operations::count(text.len());
    placeholders
        .iter()
        .any(|placeholder| placeholder.is_match(text))
}

fn leading_space(text: &str, from: usize) -> usize {
    text.len() - text[from..].trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fill_lines_are_no_part_of_an_answer() {
        for (text, expected) in [
            ("....Ny väg..............", "Ny väg"),
            ("__Ny väg____", "Ny väg"),
            ("______ Ny väg", "Ny väg"),
            (" Ny väg ", "Ny väg"),
            ("Ny väg ........ Ort ......", "Ny väg"),
            (". . . . Ny väg . . . .", "Ny väg"),
            ("Ny väg…", "Ny väg…"),
            ("Ny väg m.m.", "Ny väg m.m."),
            ("............", ""),
            ("", ""),
        ] {
            assert_eq!(&text[trim(text)], expected, "{text}");
        }
    }

    #[test]
    fn boxes_for_single_letters_are_joined() {
        assert_eq!(comb("|2|0|1|2|-|0|3|").as_deref(), Some("2012-03"));
        assert_eq!(comb("| 2 | 0 | 1 |").as_deref(), Some("201"));
        assert_eq!(comb("[2] [0] [1]").as_deref(), Some("201"));
        assert_eq!(comb("2 0 1 2 - 0 3").as_deref(), Some("2012-03"));
        assert_eq!(comb("A B C D E"), None);
        assert_eq!(comb("Ja | Nej"), None);
        assert_eq!(comb("Ny väg"), None);
    }
}
