//! Telephone and fax numbers.
//!
//! There are three signs of one: an area code of the Swedish numbering plan (PTS) with as many digits
//! as numbers there have; `+` or `00` and a country code; or a label such as `Tel` before it. Letters
//! that OCR read for digits count as digits.

use std::ops::Range;

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::digits::{
    digit, digit_string, digits, has_other_label, is_misread_digit, starts_at_boundary,
};
use super::entity::{Entity, Rule};
use diarium_document::phone::{DigitGroups, MAX_NATIONAL_DIGITS, area_code};

// Tel: 12 34 56 | Telefon 0381-123 45 | Mobil. 070-… | fax 08 … | tfn
static LABELED: Lazy<Regex> = lazy_regex!(
    r"(?i)\b(?:te[l1]e?(?:f[o0]n|phone|fax)?[. ]?(?:nr|nummer)?|tfn|mob(?:il|ile)?(?:nr|nummer|telefon)?|fax(?:nr|nummer)?|växel|vx|direkt(?:nr|nummer)?|direkttelefon|hemtelefon|arbetstelefon|jour(?:nr|nummer)?|sms|swish|ring|phone)(?: ?\((?:arb|arbete|bost|bostad|hem|mobil|dagtid)\.?\))?[\s:.\t]{0,4}(?P<number>\+?\(?[0-9OlI](?:[0-9OoQlI|SsBZ ()./–—‑−-]{3,24})[0-9OlISB])"
);

// A date, a time: 08-12-2014 | 08.00-17.00
static DATE_OR_TIME: Lazy<Regex> = lazy_regex!(
    r"^(?:\d\d[-./]\d\d[-./](?:19|20)\d\d|\d\d\.\d\d ?[-–] ?\d\d[.:]?(?:\d\d)?|(?:19|20)\d\d-\d\d-\d\d)"
);

// An amount: 12 500 | 1 250 000
static AMOUNT: Lazy<Regex> = lazy_regex!(r"^[1-9]\d{0,2}(?:[ .]\d{3})+$");

// ankn 12 | anknytning 3456 | /57
static EXTENSION: Lazy<Regex> =
    lazy_regex!(r"(?i)^(?:,? ?(?:ankn|anknytning|ankn\.|anl\.) ?(?P<labeled>\d{1,4})|/\d{2})\b");

// 08-540 883 10, 540 883 11 | 0240-861 33/861 34: one more in the same area
static SECOND_NUMBER: Lazy<Regex> = lazy_regex!(
    r"^(?:, ?| och | eller | ?/ ?)(?P<number>[1-9]\d{1,2}(?: ?\d{2,3}){1,2})(?:[,;.)]|\s|$)"
);

/// Adds all telephone numbers: first those with a label, then the others, each in order.
pub(super) fn find(text: &str, entities: &mut Vec<Entity>) {
    for captures in LABELED.captures_iter(text) {
        if let Some(number) = captures.name("number") {
            let printed = first_column(number.as_str());
            let end = number.start() + printed.len();
            if is_number(printed, &text[end..]) {
                push(text, number.start(), end, entities);
            }
        }
    }
    let mut at = 0;
    while let Some(offset) = text[at..].find(['+', '(', '0', 'O']) {
        let start = at + offset;
        at = start + 1;
        // The second number of `0240-861 33/070-644 86 14`.
        let follows_number = text[..start].ends_with('/')
            && entities
                .last()
                .is_some_and(|entity| entity.range.end + 1 == start);
        if !starts_at_boundary(text, start) && !follows_number {
            continue;
        }
        if let Some(end) = international_end(text, start).or_else(|| swedish_end(text, start))
            && !has_other_label(text, start)
        {
            push(text, start, end, entities);
            at = end;
        }
    }
}

/// A printed number up to the next column of a table.
fn first_column(number: &str) -> &str {
    let end = number.find("  ").unwrap_or(number.len());
    number[..end].trim_end_matches(|c| digit(c).is_none())
}

/// Units and currencies, in lowercase: a number before one of them is an amount.
const UNITS: [&str; 8] = ["kr", "sek", ":-", "tkr", "mkr", "%", "st", "tim"];

/// Whether what follows a label may be a telephone number.
fn is_number(printed: &str, rest: &str) -> bool {
    let rest: String = rest
        .trim_start()
        .chars()
        .take(4)
        .flat_map(char::to_lowercase)
        .collect();
    // Five digits are the shortest local number; E.164 allows at most 15 with the country code.
    digits(printed).is_some_and(|digits| (5..=15).contains(&digits.len()))
        && !DATE_OR_TIME.is_match(printed)
        && !AMOUNT.is_match(printed)
        && !UNITS.iter().any(|unit| rest.starts_with(unit))
}

/// Adds a number with its extension, and a second number of the same area after it.
fn push(text: &str, start: usize, end: usize, entities: &mut Vec<Entity>) {
    let mut add = |range: Range<usize>| {
        let canonical = canonical(&text[range.clone()]);
        entities.push(Entity {
            range,
            rule: Rule::Phone,
            canonical,
        });
    };
    let rest = &text[end..];
    let extension = EXTENSION.captures(rest);
    let whole = extension.as_ref().and_then(|captures| captures.get(0));
    let labeled = extension
        .as_ref()
        .and_then(|captures| captures.name("labeled"));
    match (whole, labeled) {
        (_, Some(labeled)) => {
            add(start..end);
            add(end + labeled.start()..end + labeled.end());
        }
        (Some(whole), None) => add(start..end + whole.end()),
        (None, None) => add(start..end),
    }
    if let Some(second) = SECOND_NUMBER
        .captures(rest)
        .and_then(|captures| captures.name("number"))
        && !AMOUNT.is_match(second.as_str())
        && is_number(second.as_str(), &rest[second.end()..])
    {
        add(end + second.start()..end + second.end());
    }
}

/// The number as dialed in Sweden: `0701234567`, or `+4512345678` for one abroad.
pub(super) fn canonical(printed: &str) -> String {
    let all = digit_string(&digits(printed).unwrap_or_default());
    let has_plus = printed.trim_start_matches('(').starts_with('+');
    let without_prefix = if has_plus {
        Some(all.as_str())
    } else {
        all.strip_prefix("00")
    };
    let Some(international) = without_prefix else {
        return all;
    };
    match international.strip_prefix("46") {
        Some(national) => format!("0{}", national.trim_start_matches('0')),
        None => format!("+{international}"),
    }
}

/// The end of a number that begins with `+`, or with `00` and the code of a country nearby.
fn international_end(text: &str, start: usize) -> Option<usize> {
    // Without `+`, only these: `00` begins many other numbers.
    const PREFIXES: [&str; 11] = [
        "0046", "0047", "0045", "0044", "0049", "0035", "0033", "0048", "00 46", "00 47", "00 45",
    ];
    let rest = &text[start..];
    let has_plus = rest.starts_with('+') || rest.starts_with("(+");
    if !has_plus && !PREFIXES.iter().any(|prefix| rest.starts_with(prefix)) {
        return None;
    }
    let number = digit_groups(rest, 15);
    let fewest = if has_plus { 8 } else { 10 };
    (number.digits.len() >= fewest).then_some(start + number.end())
}

/// The end of a number that begins with a Swedish area code.
fn swedish_end(text: &str, start: usize) -> Option<usize> {
    let rest = &text[start..];
    let number = digit_groups(rest, MAX_NATIONAL_DIGITS);
    let printed = &rest[..number.end()];
    let (area, fewest) = area_code(&digit_string(&number.digits))?;
    let first = number.groups.first().copied()?;
    let groups = number.groups.len();
    // 08-… | 070-… | 0701… | 0381 2…, but not 0 8123…
    let has_area_group =
        first == area || first >= fewest || first > area && groups > 1 && first <= 5;
    // Eight digits in one group are any number.
    let is_phone_like = number.digits.len() > 8 || groups > 1;
    let is_amount = text[start + number.end()..].trim_start().starts_with("kr");
    let is_time = printed.starts_with("08.") || DATE_OR_TIME.is_match(printed);
    let is_number = (fewest..=MAX_NATIONAL_DIGITS).contains(&number.digits.len())
        && has_area_group
        && is_phone_like
        && !is_amount
        && !is_time
        && digits(printed).is_some();
    is_number.then_some(start + number.end())
}

/// Digits at the start of a text, at most `most`, with letters that OCR read for digits. None if a longer
/// number or a word continues there.
fn digit_groups(text: &str, most: usize) -> DigitGroups {
    let number = DigitGroups::read(text, most, |at, character| {
        let is_digit = character.is_ascii_digit() || is_misread_digit(text, at);
        digit(character).filter(|_| is_digit)
    });
    if number.continues {
        return DigitGroups::default();
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let mut entities = Vec::new();
        find(text, &mut entities);
        entities.sort_by_key(|entity| entity.range.start);
        entities.dedup_by_key(|entity| entity.range.start);
        entities
            .iter()
            .map(|entity| &text[entity.range.clone()])
            .collect()
    }

    #[test]
    fn all_spellings_are_found_and_have_one_canonical_form() {
        for number in [
            "070-123 45 67",
            "0701234567",
            "070 123 45 67",
            "070-1234567",
            "0701-23 45 67",
            "+46 (0)70 123 45 67",
            "+46701234567",
            "0046 70 123 45 67",
            "+46-70-123 45 67",
            "070–123 45 67",
            "O70-l23 45 67",
            "070.123.45.67",
            "070/123 45 67",
            "(070) 123 45 67",
            "070-123\n45 67",
        ] {
            let text = format!("Ring Ulla {number}, gärna i dag.");
            assert_eq!(found(&text), [number], "{number}");
            assert_eq!(canonical(number), "0701234567", "{number}");
        }
    }

    #[test]
    fn landlines_numbers_abroad_and_extensions_are_found() {
        for number in [
            "08-12 34 56",
            "08-123 456 78",
            "(08) 12 34 56",
            "0381-123 45",
            "018-12 34 56",
            "+45 12 34 56 78",
        ] {
            assert_eq!(found(&format!("nås på {number}.")), [number], "{number}");
        }
        assert_eq!(
            found("Tel: 12 34 56 ankn 12\tFax 12 34 57"),
            ["12 34 56", "12", "12 34 57"]
        );
        assert_eq!(
            found("08-540 883 10, 540 883 11; 0240-861 33/070-644 86 14"),
            [
                "08-540 883 10",
                "540 883 11",
                "0240-861 33",
                "070-644 86 14"
            ]
        );
    }

    #[test]
    fn other_numbers_are_not_found() {
        for text in [
            "den 08-12-2014",
            "kl 08.00-17.00",
            "08-17 varje dag",
            "Dnr 0120-12345",
            "0 kr",
            "0,5",
            "2010-2013",
            "Telefon 12 500 kr",
            "Telefon\t12 500",
            "100 000 kr",
            "0301",
            "000123456789",
            "1 070 123 456 kr",
            "556036-0793",
            "2014-08-12 10",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }
}
