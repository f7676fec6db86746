//! Which of the records before are like this one, without comparing it with all?
//!
//! By bands (Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", chapter 3): a signature is
//! cut into 32 bands of 4 places, and only records that agree in a whole band are compared. Two
//! records whose likeness is 0.7 meet with a probability of 0.9998: one less (1 − 0.7⁴)³².

use std::collections::HashMap;

use super::signature::{PLACES, Signature, mix};

const BANDS: usize = 32;
const ROWS: usize = PLACES / BANDS;

/// Records compared in one band at most, the latest first: a form's own sentences could make
/// thousands agree.
const LONGEST_WALK: usize = 1000;

/// No record.
const NONE: u32 = u32::MAX;

/// Signatures of the records so far.
#[derive(Default)]
pub struct Index {
    signatures: Vec<Signature>,
    /// The first record whose whole signature has that digest.
    exact: HashMap<u64, u32>,
    /// The latest record in which a band has that digest.
    latest: HashMap<u64, u32>,
    /// For each record, in each band, the one before it that agrees.
    before: Vec<[u32; BANDS]>,
    /// The query that met a record last.
    met: Vec<u32>,
    queries: u32,
}

/// A record that is like another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Its number in the index.
    pub record: u32,
    /// How like they are, 0 to 1.
    pub likeness: f64,
}

impl Index {
    /// The records that are at least so like this one, as far as bands tell; only the first that is
    /// exactly like it, if there is one.
    pub fn like(&mut self, signature: &Signature, least: f64) -> Vec<Found> {
        if let Some(record) = self.same(signature) {
            return vec![Found {
                record,
                likeness: 1.0,
            }];
        }
        self.queries += 1;
        let mut found = Vec::new();
        for band in 0..BANDS {
            let mut next = self
                .latest
                .get(&key(signature, band))
                .copied()
                .unwrap_or(NONE);
            let mut steps = 0;
            while next != NONE && steps < LONGEST_WALK {
                let index = next as usize;
                if self.met[index] != self.queries {
                    self.met[index] = self.queries;
                    let likeness = self.signatures[index].likeness(signature);
                    if likeness >= least {
                        found.push(Found {
                            record: next,
                            likeness,
                        });
                    }
                }
                next = self.before[index][band];
                steps += 1;
            }
        }
        found
    }

    /// The record with exactly this signature.
    fn same(&self, signature: &Signature) -> Option<u32> {
        let record = self.exact.get(&digest(0, &signature.0[..]))?;
        (self.signatures[*record as usize] == *signature).then_some(*record)
    }

    /// Adds a record, and gives its number. One that is exactly like another gets that one's.
    pub fn add(&mut self, signature: Signature) -> u32 {
        if let Some(record) = self.same(&signature) {
            return record;
        }
        let record = u32::try_from(self.signatures.len()).unwrap_or(NONE);
        let mut before = [NONE; BANDS];
        for (band, before) in before.iter_mut().enumerate() {
            let latest = self.latest.insert(key(&signature, band), record);
            *before = latest.unwrap_or(NONE);
        }
        self.before.push(before);
        self.met.push(0);
        // Should another have the same digest, which chance will hardly bring, that one is kept.
        self.exact
            .entry(digest(0, &signature.0[..]))
            .or_insert(record);
        self.signatures.push(signature);
        record
    }
}

fn key(signature: &Signature, band: usize) -> u64 {
    digest(band as u64 + 1, &signature.0[band * ROWS..][..ROWS])
}

/// Two that agree by chance are told apart when they are compared.
fn digest(seed: u64, places: &[u32]) -> u64 {
    places
        .iter()
        .fold(mix(seed), |hash, &place| mix(hash ^ u64::from(place)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A signature that differs from the one of zeros in its first places.
    fn with(different: usize, by: u32) -> Signature {
        Signature(Box::new(std::array::from_fn(|place| {
            if place < different { by } else { 0 }
        })))
    }

    #[test]
    fn what_is_like_enough_is_found_and_nothing_else() {
        let mut index = Index::default();
        assert!(index.like(&with(0, 0), 0.7).is_empty());
        let zero = index.add(with(0, 0));
        let near = index.add(with(20, 7));
        let far = index.add(with(64, 9));
        let found = index.like(&with(10, 5), 0.7);
        let mut records: Vec<u32> = found.iter().map(|found| found.record).collect();
        records.sort_unstable();
        assert_eq!(records, [zero, near]);
        assert!(!records.contains(&far));
    }

    #[test]
    fn what_is_exactly_alike_is_one() {
        let mut index = Index::default();
        let first = index.add(with(3, 1));
        assert_eq!(index.add(with(3, 1)), first);
        let found = Found {
            record: first,
            likeness: 1.0,
        };
        assert_eq!(index.like(&with(3, 1), 0.99), [found]);
    }

    proptest::proptest! {
        #[test]
        fn bands_find_whatever_shares_three_quarters(changed in proptest::collection::hash_set(0..PLACES, 0..32)) {
            let mut index = Index::default();
            let record = index.add(with(0, 0));
            let changed = Signature(Box::new(std::array::from_fn(|place| u32::from(changed.contains(&place)))));
            // Fewer than 32 changes leave one of 32 bands whole.
            proptest::prop_assert_eq!(index.like(&changed, 0.7)[0].record, record);
        }
    }
}
