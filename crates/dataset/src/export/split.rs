//! Dataset splits: assign records to train, validation and test sets by hash.
//!
//! The split depends on the SHA-256 of a record's id, not on a random number: a record is in the same
//! split in every export, whatever other records there are. A cluster of near-duplicates goes into one
//! split, by the smallest id in it; it may move when a near-duplicate is added or removed.

use std::str::FromStr;

use sha2::{Digest, Sha256};

/// The splits of a dataset.
#[derive(Debug, Clone, PartialEq)]
pub struct Splits {
    /// The name and the share of each split.
    splits: Vec<(String, f64)>,
}

/// The splits on the command line are invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected names and shares that add up to 1, e.g. train=0.8,validation=0.1,test=0.1")]
pub struct InvalidSplits;

impl FromStr for Splits {
    type Err = InvalidSplits;

    fn from_str(text: &str) -> Result<Self, InvalidSplits> {
        let parts = text.split(',').map(|part| {
            let (name, share) = part.split_once('=').ok_or(InvalidSplits)?;
            let share: f64 = share.trim().parse().map_err(|_| InvalidSplits)?;
            let name = name.trim();
            let is_name = !name.is_empty() && name.chars().all(is_name_character);
            // NaN, which `parse` accepts, fails both comparisons.
            let is_share = share > 0.0 && share <= 1.0;
            (is_name && is_share)
                .then(|| (name.to_owned(), share))
                .ok_or(InvalidSplits)
        });
        let splits = parts.collect::<Result<Vec<_>, _>>()?;
        let sum: f64 = splits.iter().map(|(_, share)| share).sum();
        let mut names: Vec<&String> = splits.iter().map(|(name, _)| name).collect();
        names.sort();
        names.dedup();
        // A tolerance, so that a=0.333,b=0.333,c=0.333 is accepted; a difference of 0.01 is a slip.
        if (sum - 1.0).abs() > 0.001 || names.len() != splits.len() {
            return Err(InvalidSplits);
        }
        Ok(Self { splits })
    }
}

fn is_name_character(character: char) -> bool {
    character.is_ascii_lowercase() || character.is_ascii_digit() || "_-".contains(character)
}

impl Splits {
    /// The names, in the user's order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.splits.iter().map(|(name, _)| name.as_str())
    }

    /// The index of the split of a cluster whose smallest id this is.
    pub fn assign(&self, id: &str) -> usize {
        // The id is hashed although it is a digest: it is the smallest of its cluster. The more records
        // a cluster has, the lower its first digits tend to be, and the first split would get the large
        // clusters.
        let digest = Sha256::digest(id.as_bytes());
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        // Divided by 2⁶⁴: uniform in 0 to 1.
        let position = u64::from_be_bytes(first) as f64 / 18_446_744_073_709_551_616.0;
        let mut end = 0.0;
        let split = self.splits.iter().position(|(_, share)| {
            end += share;
            position < end
        });
        // Shares that add up to slightly less than 1 leave a gap at the end.
        split.unwrap_or(self.splits.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sizes_of_splits_are_close_to_their_shares() {
        let splits: Splits = "train=0.8, validation=0.1,test=0.1".parse().unwrap();
        let mut counts = [0; 3];
        for number in 0..10_000 {
            counts[splits.assign(&number.to_string())] += 1;
        }
        assert!((7_800..8_200).contains(&counts[0]), "{counts:?}");
        assert!((850..1_150).contains(&counts[1]), "{counts:?}");
    }

    #[test]
    fn invalid_shares_are_rejected() {
        for invalid in [
            "",
            "train",
            "train=1.1",
            "a=0.5,b=0.6",
            "a=0.5,a=0.5",
            "A=1",
            "a=-1,b=2",
            "a=nan",
            "a=0,b=1",
        ] {
            assert_eq!(invalid.parse::<Splits>(), Err(InvalidSplits), "{invalid}");
        }
        assert!("a=0.333,b=0.333,c=0.334".parse::<Splits>().is_ok());
        assert!("all=1".parse::<Splits>().is_ok());
    }
}
