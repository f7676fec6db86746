//! Would a spreadsheet run this text?
//!
//! A cell that begins with one of these signs is taken for a formula when a CSV file is opened, and
//! a formula can fetch, send and start things (OWASP, "CSV Injection",
//! <https://owasp.org/www-community/attacks/CSV_Injection>). An apostrophe before it makes it text.

/// Whether the text begins like a formula and is no plain negative number.
pub(super) fn is_run(text: &str) -> bool {
    let starts = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    text.starts_with(starts) && !is_negative_number(text)
}

fn is_negative_number(text: &str) -> bool {
    text.strip_prefix('-').is_some_and(|digits| {
        digits.starts_with(|first: char| first.is_ascii_digit())
            && digits
                .chars()
                .all(|one| one.is_ascii_digit() || one == '.' || one == ',')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_like_a_formula_is_told_from_a_number() {
        for run in [
            "=1+1",
            "+46 8 465 004 00",
            "-a",
            "@SUM(A1)",
            "\tx",
            "\r=1",
            "-",
            "-1+cmd|' /C calc'!A0",
            "＝1",
        ] {
            assert!(is_run(run), "{run}");
        }
        for text in [
            "",
            "a=1",
            "-5",
            "-1 000".trim_end_matches(" 000"),
            "-1,5",
            "–5",
            " =1",
            "å",
        ] {
            assert!(!is_run(text), "{text}");
        }
    }
}
