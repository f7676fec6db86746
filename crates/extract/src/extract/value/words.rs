//! Numbers in words: `en halv miljon`, `femhundratusen`, `fem hundra tusen`, `five hundred thousand`.
//!
//! The words of a number are written together in Swedish and Finnish, so each word is divided into the
//! longest known parts.

/// A part of a number in words.
#[derive(Clone, Copy)]
enum Part {
    /// Added to what precedes it.
    Unit(i64),
    /// Multiplies the units before it.
    Hundred,
    /// Multiplies everything before it back to the last factor.
    Factor(i64),
    /// Halves the unit before it: `en halv`, `två och en halv`.
    Half,
    /// One and a half.
    OneAndHalf,
    /// Connects two parts.
    And,
}

/// The parts, in lowercase.
const PARTS: &[(&str, Part)] = &[
    ("en", Part::Unit(1)),
    ("ett", Part::Unit(1)),
    ("et", Part::Unit(1)),
    ("två", Part::Unit(2)),
    ("to", Part::Unit(2)),
    ("tre", Part::Unit(3)),
    ("fyra", Part::Unit(4)),
    ("fire", Part::Unit(4)),
    ("fem", Part::Unit(5)),
    ("sex", Part::Unit(6)),
    ("seks", Part::Unit(6)),
    ("sju", Part::Unit(7)),
    ("syv", Part::Unit(7)),
    ("åtta", Part::Unit(8)),
    ("otte", Part::Unit(8)),
    ("åtte", Part::Unit(8)),
    ("nio", Part::Unit(9)),
    ("ni", Part::Unit(9)),
    ("tio", Part::Unit(10)),
    ("ti", Part::Unit(10)),
    ("elva", Part::Unit(11)),
    ("elleve", Part::Unit(11)),
    ("tolv", Part::Unit(12)),
    ("tretton", Part::Unit(13)),
    ("fjorton", Part::Unit(14)),
    ("femton", Part::Unit(15)),
    ("sexton", Part::Unit(16)),
    ("sjutton", Part::Unit(17)),
    ("arton", Part::Unit(18)),
    ("nitton", Part::Unit(19)),
    ("tjugo", Part::Unit(20)),
    ("tyve", Part::Unit(20)),
    ("tjue", Part::Unit(20)),
    ("trettio", Part::Unit(30)),
    ("tredive", Part::Unit(30)),
    ("tretti", Part::Unit(30)),
    ("fyrtio", Part::Unit(40)),
    ("førti", Part::Unit(40)),
    ("fyrre", Part::Unit(40)),
    ("femtio", Part::Unit(50)),
    ("femti", Part::Unit(50)),
    ("halvtreds", Part::Unit(50)),
    ("sextio", Part::Unit(60)),
    ("seksti", Part::Unit(60)),
    ("tres", Part::Unit(60)),
    ("sjuttio", Part::Unit(70)),
    ("sytti", Part::Unit(70)),
    ("halvfjerds", Part::Unit(70)),
    ("åttio", Part::Unit(80)),
    ("åtti", Part::Unit(80)),
    ("firs", Part::Unit(80)),
    ("nittio", Part::Unit(90)),
    ("nitti", Part::Unit(90)),
    ("halvfems", Part::Unit(90)),
    ("one", Part::Unit(1)),
    ("two", Part::Unit(2)),
    ("three", Part::Unit(3)),
    ("four", Part::Unit(4)),
    ("five", Part::Unit(5)),
    ("six", Part::Unit(6)),
    ("seven", Part::Unit(7)),
    ("eight", Part::Unit(8)),
    ("nine", Part::Unit(9)),
    ("ten", Part::Unit(10)),
    ("twenty", Part::Unit(20)),
    ("thirty", Part::Unit(30)),
    ("forty", Part::Unit(40)),
    ("fifty", Part::Unit(50)),
    ("sixty", Part::Unit(60)),
    ("seventy", Part::Unit(70)),
    ("eighty", Part::Unit(80)),
    ("ninety", Part::Unit(90)),
    ("hundra", Part::Hundred),
    ("hundre", Part::Hundred),
    ("hundrede", Part::Hundred),
    ("hundred", Part::Hundred),
    ("tusen", Part::Factor(1_000)),
    ("tusinde", Part::Factor(1_000)),
    ("tusind", Part::Factor(1_000)),
    ("thousand", Part::Factor(1_000)),
    ("miljoner", Part::Factor(1_000_000)),
    ("miljon", Part::Factor(1_000_000)),
    ("millioner", Part::Factor(1_000_000)),
    ("million", Part::Factor(1_000_000)),
    ("miljoonaa", Part::Factor(1_000_000)),
    ("miljoona", Part::Factor(1_000_000)),
    ("tuhatta", Part::Factor(1_000)),
    ("tuhat", Part::Factor(1_000)),
    ("halv", Part::Half),
    ("halvt", Part::Half),
    ("half", Part::Half),
    ("puoli", Part::Half),
    ("halvannan", Part::OneAndHalf),
    ("puolitoista", Part::OneAndHalf),
    ("och", Part::And),
    ("og", Part::And),
];

/// Words of a number, at most.
// `nio hundra nittio nio miljoner nio hundra nittio nio tusen nio hundra nittio nio` has 14.
const MAX_WORDS: usize = 16;

/// The number in words at the start of a text, and its end. It has a factor of a hundred or more:
/// smaller ones are no sums of money.
pub(super) fn number(text: &str) -> Option<(i64, usize)> {
    let mut sum = Sum::default();
    let mut end = 0;
    for _ in 0..MAX_WORDS {
        let rest = &text[end..];
        let start = end + (rest.len() - rest.trim_start_matches([' ', '\u{a0}', '-']).len());
        let rest = &text[start..];
        let length = rest
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(rest.len());
        let Some(parts) = divide(&rest[..length]) else {
            break;
        };
        for part in parts {
            sum.add(part)?;
        }
        end = start + length;
    }
    Some((sum.finish()?, end))
}

/// The longest word of a number, in bytes: `niohundranittioniotusenniohundranittionio`.
const MAX_WORD: usize = 60;

/// The parts of a word, if it is nothing but parts of a number.
fn divide(word: &str) -> Option<Vec<Part>> {
    if word.is_empty() || word.len() > MAX_WORD {
        return None;
    }
    let lower = word.to_lowercase();
    let mut rest = lower.as_str();
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let known = PARTS.iter().filter(|(name, _)| rest.starts_with(name));
        let (name, part) = known.max_by_key(|(name, _)| name.len())?;
        rest = &rest[name.len()..];
        parts.push(*part);
    }
    Some(parts)
}

/// The sum of the parts so far, in halves.
#[derive(Default)]
struct Sum {
    /// Everything up to the last factor.
    total: i64,
    /// The units since then.
    current: i64,
    /// The last unit, which `halv` divides.
    last: i64,
    has_factor: bool,
}

impl Sum {
    fn add(&mut self, part: Part) -> Option<()> {
        match part {
            Part::Unit(number) => {
                self.last = number.checked_mul(2)?;
                self.current = self.current.checked_add(self.last)?;
            }
            // `en halv` is a half; `half a million` begins with one.
            Part::Half if self.last == 2 => self.current -= 1,
            Part::Half => self.current = self.current.checked_add(1)?,
            Part::OneAndHalf => self.current = self.current.checked_add(3)?,
            Part::Hundred => {
                self.current = self.current.max(2).checked_mul(100)?;
                self.has_factor = true;
            }
            Part::Factor(factor) => {
                let scaled = self.current.max(1).checked_mul(factor)?;
                let scaled = if self.current == 0 {
                    scaled.checked_mul(2)?
                } else {
                    scaled
                };
                self.total = self.total.checked_add(scaled)?;
                self.current = 0;
                self.has_factor = true;
            }
            Part::And => {}
        }
        Some(())
    }

    fn finish(self) -> Option<i64> {
        let halves = self.total.checked_add(self.current)?;
        self.has_factor.then_some(halves / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_words_are_read() {
        for (text, expected) in [
            ("en halv miljon kronor", 500_000),
            ("fem hundra tusen kronor", 500_000),
            ("femhundratusen kronor", 500_000),
            ("tvåhundrafemtiotusen kr", 250_000),
            ("två och en halv miljoner kronor", 2_500_000),
            ("en och en halv miljon", 1_500_000),
            ("en miljon tvåhundratusen kronor", 1_200_000),
            ("tusen kronor", 1_000),
            ("hundra kronor", 100),
            ("half million", 500_000),
            ("two hundred thirty-five thousand", 235_000),
            ("fem hundre tusen kroner", 500_000),
            ("puoli miljoonaa euroa", 500_000),
            ("trettiofem tusen", 35_000),
        ] {
            assert_eq!(
                number(text).map(|(value, _)| value),
                Some(expected),
                "{text}"
            );
        }
        for text in ["en", "tretton", "kronor", "Halva Norge", "fem deltagare"] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
