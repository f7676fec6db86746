//! Number formatting for messages and reports.

use std::fmt::Display;

/// `1 document`, `2 documents`: a count with its noun, in the plural unless the count is one.
pub(super) fn plural(count: impl Display, noun: &str) -> String {
    let count = count.to_string();
    let ending = if count == "1" { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

/// `1 234 567`: thousands separated by no-break spaces, as Swedish orthography has it.
pub(super) fn group_thousands(number: i64) -> String {
    // Not `abs`, which overflows for `i64::MIN`.
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "−" } else { "" });
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
}

/// `kinds: esf-call 2, esf-project 17`; `None` if there are no counts.
pub(super) fn labeled_counts<K: Display, N: Display>(
    label: &str,
    counts: impl IntoIterator<Item = (K, N)>,
) -> Option<String> {
    let counts: Vec<String> = counts
        .into_iter()
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    (!counts.is_empty()).then(|| format!("{label}: {}", counts.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_count_of_one_takes_the_singular() {
        assert_eq!(plural(0, "document"), "0 documents");
        assert_eq!(plural(1, "document"), "1 document");
        assert_eq!(plural(21, "document"), "21 documents");
    }

    #[test]
    fn thousands_are_separated_by_no_break_spaces() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (54_940, "54\u{a0}940"),
            (-1_234_567, "−1\u{a0}234\u{a0}567"),
        ] {
            assert_eq!(group_thousands(number), text);
        }
    }
}
