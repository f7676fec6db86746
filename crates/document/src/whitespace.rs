//! Whitespace normalization: one spelling for texts that differ only in white space.
//!
//! White space is Unicode's: a no-break space and a line break count as well.

/// The text on one line: every run of white space becomes one space, and none remains at the ends.
pub fn collapse_whitespace(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_collapsed() {
        assert_eq!(collapse_whitespace(" en \n\tfin\u{a0}dag "), "en fin dag");
    }
}
