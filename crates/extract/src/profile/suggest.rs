//! Spelling suggestions: the known key that an unknown key most likely is a misspelling of.

/// The least Jaro-Winkler similarity of an unknown key and its suggestion.
// Above: one wrong, missing or swapped letter, as in `sectoins`, and a word in Swedish spelling, as in
// `sektions`. Below: two keys that only begin alike.
const MIN_SIMILARITY: f64 = 0.8;

/// The known key that is most similar to the one written, if any is similar enough.
pub(super) fn nearest<'k>(written: &str, keys: &[&'k str]) -> Option<&'k str> {
    let similarity = |key: &str| strsim::jaro_winkler(written, key);
    let best = keys
        .iter()
        .copied()
        .max_by(|one, other| similarity(one).total_cmp(&similarity(other)))?;
    (similarity(best) >= MIN_SIMILARITY).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelled_key_gets_a_suggestion_and_an_unrelated_one_gets_none() {
        let keys = ["sections", "fields", "lists"];
        assert_eq!(nearest("sectoins", &keys), Some("sections"));
        assert_eq!(nearest("sektions", &keys), Some("sections"));
        assert_eq!(nearest("weight", &keys), None);
        assert_eq!(nearest("fields", &[]), None);
    }
}
