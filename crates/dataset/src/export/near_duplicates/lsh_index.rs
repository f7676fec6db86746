//! LSH index: candidates for near-duplicates by banded MinHash signatures.
//!
//! A signature is cut into 32 bands of 4 values, and only records that agree in a whole band are
//! compared (Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", chapter 3). Every match is
//! verified with the whole signatures: bands cause misses, never false matches. The order of the
//! matches depends on the order of insertion alone.

use std::collections::HashMap;

use super::minhash::{HASHES, Signature, mix};

// Two records of similarity s share a band with a probability of 1 − (1 − s⁴)³²: 0.9998 at 0.7, the
// lowest similarity that is asked for, and 0.05 at 0.2. More bands cost memory and candidates; fewer
// miss pairs.
const BANDS: usize = 32;
const VALUES_PER_BAND: usize = HASHES / BANDS;

/// Most records compared in one band, the latest first.
// The printed sentences of a form can make thousands of records agree in a band; without a limit an
// insertion would take time in proportion to their number.
const MAX_CANDIDATES_PER_BAND: usize = 1000;

/// No record.
const NONE: u32 = u32::MAX;

/// The signatures of the records so far.
#[derive(Default)]
pub struct LshIndex {
    signatures: Vec<Signature>,
    /// The first record with a signature of this digest.
    // The maps are only looked up: the order of their entries differs from run to run.
    exact: HashMap<u64, u32>,
    /// The latest record with a band of this digest.
    latest: HashMap<u64, u32>,
    /// For each record and band, the previous record with that band: linked lists.
    previous: Vec<[u32; BANDS]>,
    /// For each record, the last query that compared it, so that no query compares it twice.
    last_query: Vec<u32>,
    queries: u32,
}

/// A record that is similar to the one that was asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match {
    /// Its number in the index.
    pub record: u32,
    /// Their estimated similarity, 0 to 1.
    pub similarity: f64,
}

impl LshIndex {
    /// The records with at least this similarity, as far as they share a band. If a record has
    /// exactly this signature, only the first such record.
    pub fn query(&mut self, signature: &Signature, min_similarity: f64) -> Vec<Match> {
        if let Some(record) = self.find_exact(signature) {
            return vec![Match {
                record,
                similarity: 1.0,
            }];
        }
        self.queries += 1;
        let mut matches = Vec::new();
        for band in 0..BANDS {
            let first = self.latest.get(&band_digest(signature, band));
            let mut next = first.copied().unwrap_or(NONE);
            let mut steps = 0;
            while next != NONE && steps < MAX_CANDIDATES_PER_BAND {
                let candidate = next as usize;
                if self.last_query[candidate] != self.queries {
                    self.last_query[candidate] = self.queries;
                    let similarity = self.signatures[candidate].similarity(signature);
                    if similarity >= min_similarity {
                        matches.push(Match {
                            record: next,
                            similarity,
                        });
                    }
                }
                next = self.previous[candidate][band];
                steps += 1;
            }
        }
        matches
    }

    /// The record with exactly this signature.
    fn find_exact(&self, signature: &Signature) -> Option<u32> {
        let record = self.exact.get(&digest(0, &signature.0[..]))?;
        (self.signatures[*record as usize] == *signature).then_some(*record)
    }

    /// Inserts a record, and returns its number. A record whose signature is known gets the number of
    /// the first one that has it.
    pub fn insert(&mut self, signature: Signature) -> u32 {
        if let Some(record) = self.find_exact(&signature) {
            return record;
        }
        let record = u32::try_from(self.signatures.len()).unwrap_or(NONE);
        let mut previous = [NONE; BANDS];
        for (band, previous) in previous.iter_mut().enumerate() {
            let latest = self.latest.insert(band_digest(&signature, band), record);
            *previous = latest.unwrap_or(NONE);
        }
        self.previous.push(previous);
        // No query has the number 0: `query` counts before it compares.
        self.last_query.push(0);
        // If two signatures have the same 64-bit digest, the first one keeps it; the second is still
        // found by its bands.
        self.exact
            .entry(digest(0, &signature.0[..]))
            .or_insert(record);
        self.signatures.push(signature);
        record
    }
}

fn band_digest(signature: &Signature, band: usize) -> u64 {
    let values = &signature.0[band * VALUES_PER_BAND..][..VALUES_PER_BAND];
    // All bands are in one map. With a seed for each, equal values in different bands are no match.
    digest(band as u64 + 1, values)
}

/// A 64-bit digest.
// Collisions cost a comparison and change no result, because matches are verified.
fn digest(seed: u64, values: &[u32]) -> u64 {
    values
        .iter()
        .fold(mix(seed), |hash, &value| mix(hash ^ u64::from(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A signature that differs from the one of zeros in its first values.
    fn with(different: usize, by: u32) -> Signature {
        Signature(Box::new(std::array::from_fn(|index| {
            if index < different { by } else { 0 }
        })))
    }

    #[test]
    fn a_query_finds_the_records_that_are_similar_enough() {
        let mut index = LshIndex::default();
        assert!(index.query(&with(0, 0), 0.7).is_empty());
        let zero = index.insert(with(0, 0));
        let near = index.insert(with(20, 7));
        let far = index.insert(with(64, 9));
        let matches = index.query(&with(10, 5), 0.7);
        let mut records: Vec<u32> = matches.iter().map(|found| found.record).collect();
        records.sort_unstable();
        assert_eq!(records, [zero, near]);
        assert!(!records.contains(&far));
    }

    #[test]
    fn equal_signatures_have_one_number() {
        let mut index = LshIndex::default();
        let first = index.insert(with(3, 1));
        assert_eq!(index.insert(with(3, 1)), first);
        let exact = Match {
            record: first,
            similarity: 1.0,
        };
        assert_eq!(index.query(&with(3, 1), 0.99), [exact]);
    }

    proptest::proptest! {
        #[test]
        fn bands_find_every_record_that_shares_three_quarters(changed in proptest::collection::hash_set(0..HASHES, 0..32)) {
            let mut index = LshIndex::default();
            let record = index.insert(with(0, 0));
            let changed = Signature(Box::new(std::array::from_fn(|value| u32::from(changed.contains(&value)))));
            // Fewer than 32 changes leave one of 32 bands whole.
            proptest::prop_assert_eq!(index.query(&changed, 0.7)[0].record, record);
        }
    }
}
