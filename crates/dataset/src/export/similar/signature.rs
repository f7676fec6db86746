//! How is a text told from another in 512 bytes?
//!
//! By MinHash: of each of 128 orders of all word sequences, the first that the text has. The share
//! of places in which two signatures agree is, on average, the share of sequences that the texts
//! have in common.

use diarium_document::Record;

/// Orders, and places in a signature.
pub(super) const PLACES: usize = 128;

/// Words in a sequence. Five is what Lee et al. (2022) take; shorter ones are common to all texts of
/// a form, longer ones are broken by every misread letter.
const SEQUENCE: usize = 5;

/// What a text is compared by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Signature(pub(super) Box<[u32; PLACES]>);

impl Signature {
    /// The estimated share of word sequences that both texts have, of all that either has.
    pub fn likeness(&self, other: &Self) -> f64 {
        let pairs = self.0.iter().zip(other.0.iter());
        let same = pairs.filter(|(one, other)| one == other).count();
        // Both are small.
        same as f64 / PLACES as f64
    }
}

/// The signature of what the author wrote: the sections' texts, else the pages'. A document without
/// a word is like no other than one of the same bytes.
pub fn signature(record: &Record) -> Signature {
    let mut minima = Minima::new();
    // What stands under a heading inside a section stands in the section as well.
    let outer = record.sections.iter().filter(|section| section.level == 1);
    for section in outer {
        minima.add(&section.text);
    }
    if minima.is_empty() {
        for page in &record.pages {
            minima.add(&page.text);
        }
    }
    if minima.is_empty() {
        minima.add(&record.id);
    }
    minima.finish()
}

/// The lowest place of any sequence so far, in each order.
struct Minima {
    lowest: Box<[u32; PLACES]>,
    /// The last words, by their hashes.
    words: [u64; SEQUENCE],
    count: usize,
}

impl Minima {
    fn new() -> Self {
        Self {
            lowest: Box::new([u32::MAX; PLACES]),
            words: [0; SEQUENCE],
            count: 0,
        }
    }

    fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn add(&mut self, text: &str) {
        let words = text.split(|character: char| !character.is_alphanumeric());
        for word in words.filter(|word| !word.is_empty()) {
            self.words.rotate_left(1);
            self.words[SEQUENCE - 1] = hash_word(word);
            self.count += 1;
            if self.count >= SEQUENCE {
                self.note();
            }
        }
    }

    /// Notes the sequence that the last words are.
    fn note(&mut self) {
        let sequence = self.words.iter().fold(0, |hash, word| mix(hash ^ word));
        for (lowest, (factor, term)) in self.lowest.iter_mut().zip(ORDERS.iter()) {
            let place = sequence.wrapping_mul(*factor).wrapping_add(*term) >> 32;
            #[allow(clippy::cast_possible_truncation, reason = "the upper half of 64 bits")]
            let place = place as u32;
            *lowest = place.min(*lowest);
        }
    }

    fn finish(mut self) -> Signature {
        if self.count < SEQUENCE {
            self.note();
        }
        Signature(self.lowest)
    }
}

/// FNV-1a (<http://www.isthe.com/chongo/tech/comp/fnv/>) of the word in lower case.
fn hash_word(word: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    let mut bytes = [0; 4];
    for character in word.chars().flat_map(char::to_lowercase) {
        for byte in character.encode_utf8(&mut bytes).bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}

/// The finalizer of SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
/// generators", 2014).
pub(super) const fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// The orders: multiply, add, take the upper half (Dietzfelbinger, "Universal hashing and k-wise
/// independent random variables via integer arithmetic without primes", 1996). The numbers are
/// SplitMix64's from 0 on, factors made odd; they are the same for ever, or splits would change.
static ORDERS: [(u64, u64); PLACES] = {
    let mut orders = [(0, 0); PLACES];
    let mut index = 0;
    while index < PLACES {
        let seed = index as u64 * 2;
        orders[index] = (mix(seed) | 1, mix(seed + 1));
        index += 1;
    }
    orders
};

#[cfg(test)]
mod tests {
    use super::super::super::test_support::record;
    use super::*;

    fn of(text: &str) -> Signature {
        let mut record = record();
        record.sections[0].text = text.to_owned();
        record.pages.clear();
        signature(&record)
    }

    /// Words `from` to `to` of an endless text.
    fn words(from: usize, to: usize) -> String {
        (from..to).map(|number| format!("ord{number} ")).collect()
    }

    #[test]
    fn the_estimate_is_near_the_share_of_common_sequences() {
        let all = of(&words(0, 1000));
        for (from, share) in [
            (0, 1.0),
            (100, 0.818),
            (250, 0.6),
            (500, 0.333),
            (1000, 0.0),
        ] {
            let other = of(&words(from, from + 1000));
            let estimate = all.likeness(&other);
            assert!((estimate - share).abs() < 0.11, "{from}: {estimate}");
        }
    }

    #[test]
    fn case_and_punctuation_do_not_count() {
        assert_eq!(
            of("Vi bygger en bro, över ÅN!"),
            of("vi bygger en – bro över ån")
        );
        assert_eq!(of("bro"), of("Bro."));
        assert_ne!(of("bro"), of("ån"));
        assert_eq!(of(" – "), of(""));
    }
}
