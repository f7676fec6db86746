//! How are texts and bytes spelled, so that what is the same looks the same?

/// A text on one line, white space made single.
pub fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Two digits a byte, letters small, as fingerprints are told.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_single_and_bytes_have_two_digits() {
        assert_eq!(single_spaced(" en \n\tfin\u{a0}dag "), "en fin dag");
        assert_eq!(hexadecimal(&[0, 10, 255]), "000aff");
    }
}
