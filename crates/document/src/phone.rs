//! Telephone numbers: the grammar that extraction and redaction share.
//!
//! A number is groups of digits with separators between them. Which characters are digits is decided by
//! the caller: redaction also accepts letters that OCR read for digits.

/// The four-digit area codes of the Swedish numbering plan (PTS), without the leading 0.
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

/// The three-digit area codes of the same plan: larger towns, mobile and non-geographic numbers.
const THREE_DIGIT_AREAS: &str =
    "10 11 13 16 18 19 20 21 23 26 31 33 35 36 40 42 44 46 54 60 63 70 72 73 74 76 77 79 90";

/// Digits of a national number, at most.
// All Swedish numbers; Danish and Norwegian ones have eight.
pub const MAX_NATIONAL_DIGITS: usize = 10;

/// The length of the area code that a number begins with, with its leading 0, and the fewest digits of
/// a whole number there. All have at most [`MAX_NATIONAL_DIGITS`].
pub fn area_code(number: &str) -> Option<(usize, usize)> {
    let is_listed = |length: usize, codes: &str| {
        number
            .get(1..length)
            .is_some_and(|code| codes.split(' ').any(|listed| listed == code))
    };
    if number.starts_with("08") {
        Some((2, 8))
    } else if !number.starts_with('0') {
        None
    } else if is_listed(3, THREE_DIGIT_AREAS) {
        Some((3, if number.starts_with("07") { 9 } else { 8 }))
    } else if is_listed(4, FOUR_DIGIT_AREAS) {
        Some((4, 9))
    } else {
        None
    }
}

/// Whether a character separates the digits of a telephone number: a space, a bracket, a slash, or any
/// kind of hyphen, dash or minus sign.
pub fn is_separator(character: char) -> bool {
    matches!(
        character,
        '-' | '–' | '—' | '‐' | '‑' | '‒' | '−' | '(' | ')' | '/' | '.' | '+' | '\n'
    ) || is_space(character)
}

fn is_space(character: char) -> bool {
    matches!(
        character,
        ' ' | '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}'
    )
}

/// Groups of digits with the separators of a telephone number between them.
#[derive(Debug, Default)]
pub struct DigitGroups {
    /// The digits of all groups.
    pub digits: Vec<u8>,
    /// The number of digits of each group.
    pub groups: Vec<usize>,
    /// The end of each group, in bytes.
    pub ends: Vec<usize>,
    /// Whether a digit or a letter follows the last group without a separator.
    pub continues: bool,
}

/// The longest run of separators inside a number, in bytes.
// ` – (` in UTF-8.
const MAX_GAP: usize = 6;

impl DigitGroups {
    /// Reads at most `most` digits from the start of a text. `digit` is the digit at a byte, if there is
    /// one.
    pub fn read(text: &str, most: usize, digit: impl Fn(usize, char) -> Option<u8>) -> Self {
        let mut number = Self::default();
        let mut gap = String::new();
        for (at, character) in text.char_indices() {
            match digit(at, character) {
                Some(_) if number.digits.len() == most => {
                    number.continues = gap.is_empty();
                    break;
                }
                Some(digit) => {
                    number.push(digit, !gap.is_empty(), at + character.len_utf8());
                    gap.clear();
                }
                None if is_separator(character) && gap.len() < MAX_GAP => {
                    if number.ends_before(at, character, &gap) {
                        break;
                    }
                    gap.push(character);
                }
                None => {
                    number.continues = gap.is_empty() && character.is_alphabetic();
                    break;
                }
            }
        }
        number
    }

    /// The end of the last digit, in bytes.
    pub fn end(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }

    fn push(&mut self, digit: u8, starts_group: bool, end: usize) {
        match (self.groups.last_mut(), self.ends.last_mut()) {
            (Some(group), Some(group_end)) if !starts_group => {
                *group += 1;
                *group_end = end;
            }
            _ => {
                self.groups.push(1);
                self.ends.push(end);
            }
        }
        self.digits.push(digit);
    }

    /// Whether a separator ends the number: a line break after a complete number, a second space (the
    /// next column), a slash between two numbers, a `+` that begins the next one.
    fn ends_before(&self, at: usize, separator: char, gap: &str) -> bool {
        match separator {
            // The shortest numbers with an area code have eight digits.
            '\n' => self.digits.len() >= 8,
            ' ' => gap.ends_with(' '),
            // `070/123 45 67` has its slash after the area code.
            '/' => self.groups.len() > 1,
            // `+` or `(+` at the start.
            '+' => at > 1,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<usize>, usize) {
        let number = DigitGroups::read(text, 15, |_, c| {
            c.to_digit(10).and_then(|digit| u8::try_from(digit).ok())
        });
        let end = number.end();
        (number.groups, end)
    }

    #[test]
    fn every_dash_and_space_separates_groups() {
        for text in [
            "070-123 45 67",
            "070–123\u{a0}45\u{a0}67",
            "070−123 45 67",
            "070‑123 45 67",
        ] {
            assert_eq!(read(text), (vec![3, 3, 2, 2], text.len()), "{text}");
        }
        assert_eq!(read("070 / 123 45 67").0, [3, 3, 2, 2]);
        assert_eq!(read("08-123 456/08-12").0, [2, 3, 3]);
        assert_eq!(read("08-12  34").0, [2, 2]);
    }

    #[test]
    fn an_area_code_is_one_of_the_numbering_plan() {
        assert_eq!(area_code("0812345678"), Some((2, 8)));
        assert_eq!(area_code("0701234567"), Some((3, 9)));
        assert_eq!(area_code("0381123456"), Some((4, 9)));
        assert_eq!(area_code("0009"), None);
    }
}
