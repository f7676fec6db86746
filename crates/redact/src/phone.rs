//! Where do telephone and fax numbers stand?
//!
//! Three ways to know one: it begins with an area code of the Swedish numbering plan (PTS) and has
//! as many digits as a number there may have; it begins with `+` or `00` and a country code; or a
//! label such as `Tel` stands before it. Digits that a scan misread count as digits.

use std::ops::Range;

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::digits::{begins, digit, digits, is_labelled_otherwise, is_misread, told};
use super::entity::{Entity, Rule};

/// The four-digit area codes of PTS's numbering plan, without their leading 0.
const FOUR_DIGIT_AREAS: &str = "\
120 121 122 123 125 140 141 142 143 144 150 151 152 155 156 157 158 159 171 173 174 175 176 220 221 222 223 224 \
225 226 227 240 241 243 246 247 248 250 251 253 258 270 271 278 280 281 290 291 292 293 294 295 297 300 301 302 \
303 304 320 321 322 325 340 345 346 370 371 372 380 381 382 383 390 392 393 410 411 413 414 415 416 417 418 430 \
431 433 435 451 454 455 456 457 459 470 471 472 474 476 477 478 479 480 481 485 486 490 491 492 493 494 495 496 \
498 499 500 501 502 503 504 505 506 510 511 512 513 514 515 520 521 522 523 524 525 526 528 530 531 532 533 534 \
550 551 552 553 554 555 560 563 564 565 570 571 573 580 581 582 583 584 585 586 587 589 590 591 611 612 613 620 \
621 622 623 624 640 642 643 644 645 647 650 651 652 653 657 660 661 662 663 670 671 672 680 682 684 687 690 691 \
692 693 695 696 771 910 911 912 913 914 915 916 918 920 921 922 923 924 925 926 927 928 929 930 932 933 934 935 \
940 941 942 943 950 951 952 953 954 960 961 970 971 973 975 976 977 978 980 981";

/// The three-digit ones: the larger towns, mobile numbers, numbers of no place.
const THREE_DIGIT_AREAS: &str =
    "10 11 13 16 18 19 20 21 23 26 31 33 35 36 40 42 44 46 54 60 63 70 72 73 74 76 77 79 90";

// Tel: 12 34 56 | Telefon 0381-123 45 | Mobil. 070-… | fax 08 … | tfn
static LABELLED: Lazy<Regex> = lazy_regex!(
    r"(?i)\b(?:te[l1]e?(?:f[o0]n|phone|fax)?[. ]?(?:nr|nummer)?|tfn|mob(?:il|ile)?(?:nr|nummer|telefon)?|fax(?:nr|nummer)?|växel|vx|direkt(?:nr|nummer)?|direkttelefon|hemtelefon|arbetstelefon|jour(?:nr|nummer)?|sms|swish|ring|phone)(?: ?\((?:arb|arbete|bost|bostad|hem|mobil|dagtid)\.?\))?[\s:.\t]{0,4}(?P<number>\+?\(?[0-9OlI](?:[0-9OoQlI|SsBZ ()./–—‑−-]{3,24})[0-9OlISB])"
);

// A date, a time: 08-12-2014 | 08.00-17.00
static DAY_OR_HOUR: Lazy<Regex> = lazy_regex!(
    r"^(?:\d\d[-./]\d\d[-./](?:19|20)\d\d|\d\d\.\d\d ?[-–] ?\d\d[.:]?(?:\d\d)?|(?:19|20)\d\d-\d\d-\d\d)"
);

// An amount: 12 500 | 1 250 000
static AMOUNT: Lazy<Regex> = lazy_regex!(r"^[1-9]\d{0,2}(?:[ .]\d{3})+$");

// ankn 12 | anknytning 3456 | /57
static EXTENSION: Lazy<Regex> =
    lazy_regex!(r"(?i)^(?:,? ?(?:ankn|anknytning|ankn\.|anl\.) ?(?P<after>\d{1,4})|/\d{2})\b");

// 08-540 883 10, 540 883 11 | 0240-861 33/861 34: one more in the same area
static ONE_MORE: Lazy<Regex> = lazy_regex!(
    r"^(?:, ?| och | eller | ?/ ?)(?P<number>[1-9]\d{1,2}(?: ?\d{2,3}){1,2})(?:[,;.)]|\s|$)"
);

/// Finds them all; those with a label first, then the others, each in order.
pub(super) fn find(text: &str, entities: &mut Vec<Entity>) {
    for captures in LABELLED.captures_iter(text) {
        if let Some(number) = captures.name("number") {
            let printed = first_column(number.as_str());
            if is_number(printed, &text[number.start() + printed.len()..]) {
                push(
                    text,
                    number.start(),
                    number.start() + printed.len(),
                    entities,
                );
            }
        }
    }
    let mut at = 0;
    while let Some(offset) = text[at..].find(['+', '(', '0', 'O']) {
        let start = at + offset;
        at = start + 1;
        // 0240-861 33/070-644 86 14
        let follows = entities
            .last()
            .is_some_and(|entity| entity.range.end + 1 == start)
            && text[..start].ends_with('/');
        if !begins(text, start) && !follows {
            continue;
        }
        if let Some(end) = international(text, start).or_else(|| swedish(text, start))
            && !is_labelled_otherwise(text, start)
        {
            push(text, start, end, entities);
            at = end;
        }
    }
}

/// A number as printed ends where a column of a table or a line does.
fn first_column(number: &str) -> &str {
    let cut = number.find("  ").unwrap_or(number.len());
    number[..cut].trim_end_matches(|c| digit(c).is_none())
}

fn is_number(printed: &str, rest: &str) -> bool {
    let rest: String = rest
        .trim_start()
        .chars()
        .take(4)
        .flat_map(char::to_lowercase)
        .collect();
    let money = ["kr", "sek", ":-", "tkr", "mkr", "%", "st", "tim"];
    digits(printed).is_some_and(|digits| (5..=15).contains(&digits.len()))
        && !DAY_OR_HOUR.is_match(printed)
        && !AMOUNT.is_match(printed)
        && !money.iter().any(|unit| rest.starts_with(unit))
}

fn push(text: &str, start: usize, end: usize, entities: &mut Vec<Entity>) {
    let mut add = |range: Range<usize>| {
        let key = key(&text[range.clone()]);
        entities.push(Entity {
            range,
            rule: Rule::Phone,
            canonical: key,
        });
    };
    let extension = EXTENSION.captures(&text[end..]);
    let whole = extension.as_ref().and_then(|captures| captures.get(0));
    let after = extension
        .as_ref()
        .and_then(|captures| captures.name("after"));
    match (whole, after) {
        (_, Some(after)) => {
            add(start..end);
            add(end + after.start()..end + after.end());
        }
        (Some(whole), None) => add(start..end + whole.end()),
        (None, None) => add(start..end),
    }
    if let Some(more) = ONE_MORE
        .captures(&text[end..])
        .and_then(|more| more.name("number"))
    {
        let rest = &text[end + more.end()..];
        if !AMOUNT.is_match(more.as_str()) && is_number(more.as_str(), rest) {
            add(end + more.start()..end + more.end());
        }
    }
}

/// The number as it is dialled in Sweden: `0701234567`, or `+4512345678` for one abroad.
pub(super) fn key(printed: &str) -> String {
    let all = told(&digits(printed).unwrap_or_default());
    let abroad = printed.trim_start_matches('(').starts_with('+');
    let plain = all.strip_prefix("00").filter(|_| !abroad);
    match plain.or(abroad.then_some(all.as_str())) {
        Some(number) => match number.strip_prefix("46") {
            Some(national) => format!("0{}", national.trim_start_matches('0')),
            None => format!("+{number}"),
        },
        None => all,
    }
}

/// The end of a number that begins with `+` or `00` and a country code.
fn international(text: &str, start: usize) -> Option<usize> {
    let rest = &text[start..];
    let plus = rest.starts_with('+') || rest.starts_with("(+");
    let codes = [
        "0046", "0047", "0045", "0044", "0049", "0035", "0033", "0048", "00 46", "00 47", "00 45",
    ];
    if !plus && !codes.iter().any(|code| rest.starts_with(code)) {
        return None;
    }
    let number = Run::read(rest, 15);
    (number.digits.len() >= if plus { 8 } else { 10 }).then_some(start + number.end)
}

/// The end of a number that begins with an area code.
fn swedish(text: &str, start: usize) -> Option<usize> {
    let rest = &text[start..];
    let number = Run::read(rest, 10);
    let all = told(&number.digits);
    let (area, fewest, most) = if all.starts_with("08") {
        (2, 8, 10)
    } else if listed(&all, 3, THREE_DIGIT_AREAS) {
        (3, if all.starts_with("07") { 9 } else { 8 }, 10)
    } else if listed(&all, 4, FOUR_DIGIT_AREAS) {
        (4, 9, 10)
    } else {
        return None;
    };
    let first = number.groups.first().copied()?;
    // 08-… | 070-… | 0701… | but not 0 8123…
    let parted =
        first == area || first >= fewest || first > area && number.groups.len() > 1 && first <= 5;
    let plain = number.digits.len() > 8 || number.groups.len() > 1;
    let printed = &rest[..number.end];
    let right = (fewest..=most).contains(&number.digits.len()) && parted && plain;
    let dotted = printed.starts_with("08.");
    let money = text[start + number.end..].trim_start().starts_with("kr");
    (right
        && !dotted
        && !money
        && !DAY_OR_HOUR.is_match(printed)
        && number.is_mostly_digits(printed))
    .then_some(start + number.end)
}

fn listed(number: &str, length: usize, areas: &str) -> bool {
    number
        .get(1..length)
        .is_some_and(|code| number.starts_with('0') && areas.split(' ').any(|area| area == code))
}

/// Digits in a row with what may part those of a telephone number.
struct Run {
    digits: Vec<u8>,
    /// How many digits each group has.
    groups: Vec<usize>,
    end: usize,
}

impl Run {
    /// Reads at most so many digits. A new line is crossed only where too few digits stand before
    /// it, two spaces never.
    fn read(text: &str, most: usize) -> Self {
        let mut run = Self {
            digits: Vec::new(),
            groups: Vec::new(),
            end: 0,
        };
        let mut gap = String::new();
        for (at, character) in text.char_indices() {
            let misread = !character.is_ascii_digit();
            match digit(character).filter(|_| !misread || is_misread(text, at)) {
                Some(digit) => {
                    if run.digits.len() == most {
                        if gap.is_empty() {
                            // A longer number: no telephone's.
                            run.digits.clear();
                        }
                        return run;
                    }
                    if run.groups.is_empty() || !gap.is_empty() {
                        run.groups.push(0);
                    }
                    if let Some(group) = run.groups.last_mut() {
                        *group += 1;
                    }
                    gap.clear();
                    run.digits.push(digit);
                    run.end = at + character.len_utf8();
                }
                None if "-–—‑−()/. +\u{a0}\n".contains(character) && gap.len() < 6 => {
                    let breaks = character == '\n' && run.digits.len() >= 8;
                    let again = gap.ends_with(' ') && character == ' ';
                    let slash = character == '/' && run.groups.len() > 1;
                    let plus = character == '+' && at > 1;
                    if breaks || again || slash || plus {
                        break;
                    }
                    gap.push(character);
                }
                None => {
                    // Letters right after a digit: it was no number, or its last digit is none.
                    if gap.is_empty() && character.is_alphabetic() {
                        run.digits.clear();
                    }
                    break;
                }
            }
        }
        run
    }

    fn is_mostly_digits(&self, printed: &str) -> bool {
        digits(printed).is_some()
    }
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
    fn every_spelling_is_found_and_leads_to_one_number() {
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
            assert_eq!(key(number), "0701234567", "{number}");
        }
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
    fn other_numbers_stay() {
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
