//! Numerals: the numbers of lists and headings as word processors print them.

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Numeral {
    /// 1, 2, 3.
    #[default]
    Decimal,
    /// 01, 02, 03.
    DecimalZero,
    /// a, b, c; after z come aa, bb, cc.
    LowerLetter,
    /// A, B, C.
    UpperLetter,
    /// i, ii, iii.
    LowerRoman,
    /// I, II, III.
    UpperRoman,
    /// Nothing.
    None,
}

/// How often a letter is repeated, at most. A list of a thousand items is numbered in digits.
const MAX_LETTERS: u32 = 10;

impl Numeral {
    /// A number in this writing; a number that it cannot write is written in digits.
    pub(super) fn write(self, number: u32) -> String {
        match self {
            Self::Decimal => number.to_string(),
            Self::DecimalZero => format!("{number:02}"),
            Self::LowerLetter => letters(number),
            Self::UpperLetter => letters(number).to_uppercase(),
            Self::LowerRoman => roman(number),
            Self::UpperRoman => roman(number).to_uppercase(),
            Self::None => String::new(),
        }
    }
}

fn letters(number: u32) -> String {
    let Some(index) = number.checked_sub(1) else {
        return number.to_string();
    };
    let count = index / 26 + 1;
    let letter = u8::try_from(index % 26).map_or('a', |offset| char::from(b'a' + offset));
    if count > MAX_LETTERS {
        return number.to_string();
    }
    (0..count).map(|_| letter).collect()
}

fn roman(number: u32) -> String {
    const SIGNS: [(u32, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    if number == 0 || number > 3999 {
        return number.to_string();
    }
    let (mut rest, mut written) = (number, String::new());
    for (value, sign) in SIGNS {
        while rest >= value {
            written.push_str(sign);
            rest -= value;
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_printed() {
        for (numeral, number, expected) in [
            (Numeral::Decimal, 12, "12"),
            (Numeral::DecimalZero, 3, "03"),
            (Numeral::LowerLetter, 2, "b"),
            (Numeral::LowerLetter, 28, "bb"),
            (Numeral::UpperLetter, 26, "Z"),
            (Numeral::UpperLetter, u32::MAX, "4294967295"),
            (Numeral::LowerRoman, 14, "xiv"),
            (Numeral::UpperRoman, 1999, "MCMXCIX"),
            (Numeral::LowerRoman, 0, "0"),
            (Numeral::None, 7, ""),
        ] {
            assert_eq!(numeral.write(number), expected);
        }
    }
}
