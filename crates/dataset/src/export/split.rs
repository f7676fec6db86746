//! Which split does a record go into?
//!
//! By what it says, not by chance: the same record goes into the same split in each export, whatever
//! other records there are, unless one that is like it comes or goes. A group of records that are
//! alike goes as a whole, by the smallest id in it.

use std::str::FromStr;

use sha2::{Digest, Sha256};

/// How records are shared out.
#[derive(Debug, Clone, PartialEq)]
pub struct Splits {
    /// Each split's name and share.
    splits: Vec<(String, f64)>,
}

/// What is wrong with splits as written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("write names and shares that add up to 1: train=0.8,validation=0.1,test=0.1")]
pub struct Malformed;

impl FromStr for Splits {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let parts = text.split(',').map(|part| {
            let (name, share) = part.split_once('=').ok_or(Malformed)?;
            let share: f64 = share.trim().parse().map_err(|_| Malformed)?;
            let name = name.trim();
            let is_name = !name.is_empty() && name.chars().all(is_of_a_name);
            let is_share = share > 0.0 && share <= 1.0;
            (is_name && is_share)
                .then(|| (name.to_owned(), share))
                .ok_or(Malformed)
        });
        let splits = parts.collect::<Result<Vec<_>, _>>()?;
        let sum: f64 = splits.iter().map(|(_, share)| share).sum();
        let mut names: Vec<&String> = splits.iter().map(|(name, _)| name).collect();
        names.sort();
        names.dedup();
        // Shares have few decimals; three thirds are one, too.
        if (sum - 1.0).abs() > 0.001 || names.len() != splits.len() {
            return Err(Malformed);
        }
        Ok(Self { splits })
    }
}

fn is_of_a_name(character: char) -> bool {
    character.is_ascii_lowercase() || character.is_ascii_digit() || "_-".contains(character)
}

impl Splits {
    /// The names, in the user's order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.splits.iter().map(|(name, _)| name.as_str())
    }

    /// The index of the split of a group whose smallest id this is.
    pub fn of(&self, id: &str) -> usize {
        let digest = Sha256::digest(id.as_bytes());
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        // 2⁶⁴: a share of all numbers that the first eight bytes can be.
        let place = u64::from_be_bytes(first) as f64 / 18_446_744_073_709_551_616.0;
        let mut end = 0.0;
        let found = self.splits.iter().position(|(_, share)| {
            end += share;
            place < end
        });
        found.unwrap_or(self.splits.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_kept_over_many_records() {
        let splits: Splits = "train=0.8, validation=0.1,test=0.1".parse().unwrap();
        let mut counts = [0; 3];
        for number in 0..10_000 {
            counts[splits.of(&number.to_string())] += 1;
        }
        assert!((7_800..8_200).contains(&counts[0]), "{counts:?}");
        assert!((850..1_150).contains(&counts[1]), "{counts:?}");
    }

    #[test]
    fn what_are_no_shares_is_refused() {
        for wrong in [
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
            assert_eq!(wrong.parse::<Splits>(), Err(Malformed), "{wrong}");
        }
        assert!("a=0.333,b=0.333,c=0.334".parse::<Splits>().is_ok());
        assert!("all=1".parse::<Splits>().is_ok());
    }
}
