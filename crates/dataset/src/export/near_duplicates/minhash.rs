//! MinHash signatures: a text's word 5-grams (shingles) in 512 bytes.
//!
//! A signature has the minimum of each of 128 hash functions over all 5-grams of the text. The share
//! of values in which two signatures agree is an unbiased estimate of the Jaccard similarity of the
//! two sets of 5-grams. Case and punctuation do not count. A signature never changes between
//! versions: splits depend on it.

use diarium_document::Record;

/// Hash functions, and values in a signature.
// The standard error of an estimate s is the square root of s (1 − s) / 128: 0.035 at 0.8. Four times
// as many would halve it.
pub(super) const HASHES: usize = 128;

/// Words in a shingle.
// As in Lee et al. (2022). Shorter ones are common to all completed copies of a form; longer ones are
// broken by each misread letter.
const SHINGLE_WORDS: usize = 5;

/// A MinHash signature.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Signature(pub(super) Box<[u32; HASHES]>);

impl Signature {
    /// The estimated Jaccard similarity of the 5-grams of the two texts, 0 to 1.
    pub fn similarity(&self, other: &Self) -> f64 {
        let pairs = self.0.iter().zip(other.0.iter());
        let same = pairs.filter(|(one, other)| one == other).count();
        same as f64 / HASHES as f64
    }
}

/// The signature of a record's text: of its sections, or of its pages if it has none. A document
/// without words gets the signature of its id, so that it is similar only to one of the same bytes.
pub fn signature(record: &Record) -> Signature {
    let mut minima = Minima::new();
    // The text of a section of level 2 is in the section of level 1 that contains it as well.
    // Sections rather than pages: pages still have the letterhead, which is the same in all documents
    // of a publisher and would make them similar.
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

/// The minimum of each hash function over the shingles so far.
struct Minima {
    values: Box<[u32; HASHES]>,
    /// The hashes of the last words: the current shingle.
    last_words: [u64; SHINGLE_WORDS],
    word_count: usize,
}

impl Minima {
    fn new() -> Self {
        Self {
            values: Box::new([u32::MAX; HASHES]),
            last_words: [0; SHINGLE_WORDS],
            word_count: 0,
        }
    }

    fn is_empty(&self) -> bool {
        self.word_count == 0
    }

    fn add(&mut self, text: &str) {
        // The last words of the text before stay: shingles run on across sections, so that few of them
        // depend on how a copy was divided into sections.
        let words = text.split(|character: char| !character.is_alphanumeric());
        for word in words.filter(|word| !word.is_empty()) {
            self.last_words.rotate_left(1);
            self.last_words[SHINGLE_WORDS - 1] = hash_word(word);
            self.word_count += 1;
            if self.word_count >= SHINGLE_WORDS {
                self.add_shingle();
            }
        }
    }

    /// Adds the shingle of the last words.
    fn add_shingle(&mut self) {
        let shingle = self
            .last_words
            .iter()
            .fold(0, |hash, word| mix(hash ^ word));
        for (minimum, (factor, term)) in self.values.iter_mut().zip(HASH_FUNCTIONS.iter()) {
            let hash = shingle.wrapping_mul(*factor).wrapping_add(*term) >> 32;
            #[allow(clippy::cast_possible_truncation, reason = "the upper half of 64 bits")]
            let hash = hash as u32;
            *minimum = hash.min(*minimum);
        }
    }

    fn finish(mut self) -> Signature {
        if self.word_count < SHINGLE_WORDS {
            // A text of fewer words than a shingle is one shingle.
            self.add_shingle();
        }
        Signature(self.values)
    }
}

/// FNV-1a (<http://www.isthe.com/chongo/tech/comp/fnv/>) of the word in lower case.
// The hasher of the standard library may change with its version, and splits with it.
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

/// The hash functions, as factor and term: multiply, add, take the upper half of 64 bits.
// Multiply-shift hashing (Dietzfelbinger, "Universal hashing and k-wise independent random variables
// via integer arithmetic without primes", 1996). The numbers are those of SplitMix64 from 0, with odd
// factors. Other numbers would move records to other splits.
static HASH_FUNCTIONS: [(u64, u64); HASHES] = {
    let mut functions = [(0, 0); HASHES];
    let mut index = 0;
    while index < HASHES {
        let seed = index as u64 * 2;
        functions[index] = (mix(seed) | 1, mix(seed + 1));
        index += 1;
    }
    functions
};

#[cfg(test)]
mod tests {
    use super::super::super::test_support::record;
    use super::*;

    fn signature_of(text: &str) -> Signature {
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
    fn the_estimate_is_near_the_jaccard_similarity() {
        let all = signature_of(&words(0, 1000));
        for (from, similarity) in [
            (0, 1.0),
            (100, 0.818),
            (250, 0.6),
            (500, 0.333),
            (1000, 0.0),
        ] {
            let other = signature_of(&words(from, from + 1000));
            let estimate = all.similarity(&other);
            assert!((estimate - similarity).abs() < 0.11, "{from}: {estimate}");
        }
    }

    #[test]
    fn case_and_punctuation_do_not_count() {
        assert_eq!(
            signature_of("Vi bygger en bro, över ÅN!"),
            signature_of("vi bygger en – bro över ån")
        );
        assert_eq!(signature_of("bro"), signature_of("Bro."));
        assert_ne!(signature_of("bro"), signature_of("ån"));
        assert_eq!(signature_of(" – "), signature_of(""));
    }
}
