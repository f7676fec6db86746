//! Months and days of the week, in the languages of the archives.

/// The names of each month in lowercase, whole and short: Swedish, Danish, Norwegian, Finnish, English.
// Whole words, never the beginnings of words: `1 marknad 2016` is no date.
const MONTHS: [&[&str]; 12] = [
    &[
        "januari",
        "januar",
        "january",
        "tammikuu",
        "tammikuuta",
        "tammikuun",
        "jan",
    ],
    &[
        "februari",
        "februar",
        "february",
        "helmikuu",
        "helmikuuta",
        "helmikuun",
        "feb",
        "febr",
    ],
    &[
        "mars",
        "marts",
        "march",
        "maaliskuu",
        "maaliskuuta",
        "maaliskuun",
        "mar",
        "mrs",
    ],
    &["april", "huhtikuu", "huhtikuuta", "huhtikuun", "apr"],
    &["maj", "mai", "may", "toukokuu", "toukokuuta", "toukokuun"],
    &["juni", "june", "kesäkuu", "kesäkuuta", "kesäkuun", "jun"],
    &["juli", "july", "heinäkuu", "heinäkuuta", "heinäkuun", "jul"],
    &["augusti", "august", "elokuu", "elokuuta", "elokuun", "aug"],
    &[
        "september",
        "syyskuu",
        "syyskuuta",
        "syyskuun",
        "sep",
        "sept",
    ],
    &[
        "oktober",
        "october",
        "lokakuu",
        "lokakuuta",
        "lokakuun",
        "okt",
        "oct",
    ],
    &["november", "marraskuu", "marraskuuta", "marraskuun", "nov"],
    &[
        "december",
        "desember",
        "joulukuu",
        "joulukuuta",
        "joulukuun",
        "dec",
        "des",
    ],
];

/// The number of a month, given in digits or by name.
pub(super) fn month(text: &str) -> Option<i8> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let name = text.trim_end_matches('.').to_lowercase();
    let index = MONTHS
        .iter()
        .position(|names| names.contains(&name.as_str()))?;
    i8::try_from(index + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_whole_words() {
        for (name, number) in [
            ("Mars", Some(3)),
            ("sept.", Some(9)),
            ("kesäkuuta", Some(6)),
            ("03", Some(3)),
            ("marknad", None),
            ("juniorer", None),
        ] {
            assert_eq!(month(name), number, "{name}");
        }
    }
}
