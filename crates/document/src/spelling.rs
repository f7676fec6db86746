//! Whitespace normalization: collapse runs of whitespace.

/// A text on one line, white space made single.
pub fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_collapsed() {
        assert_eq!(single_spaced(" en \n\tfin\u{a0}dag "), "en fin dag");
    }
}
