//! Which records stay, and in which split?
//!
//! Decided between the two passes, from signatures and ids alone, in the order of the records.

use super::similar::{Groups, Index, NEAR_DUPLICATE, Signature, TOGETHER, signature};
use super::split::Splits;
use diarium_document::Record;

/// What a record is judged by; taken before it is transformed, so that a dataset has the same splits
/// whatever is taken out of it.
#[derive(Debug, Clone)]
pub struct Content {
    id: String,
    signature: Signature,
}

impl Content {
    /// That of a record.
    pub fn of(record: &Record) -> Self {
        Self {
            id: record.id.clone(),
            signature: signature(record),
        }
    }
}

/// What becomes of a record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fate {
    /// It goes into the dataset, into the split of that index if there are splits.
    Kept {
        /// The split.
        split: Option<usize>,
    },
    /// It is nearly the same as a record before it.
    LeftOut {
        /// That record's place among all that were judged, from 0.
        of: u32,
        /// How like they are, 0 to 1.
        likeness: f64,
    },
}

/// What is asked of the records.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sharing {
    /// How they are shared out.
    pub splits: Option<Splits>,
    /// Whether near-duplicates are left out.
    pub without_duplicates: bool,
}

impl Sharing {
    /// The splits' names, in the user's order; none where there are no splits.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.splits.iter().flat_map(Splits::names)
    }

    /// Whether records need to be looked into for it.
    pub fn looks_into_records(&self) -> bool {
        self.splits.is_some() || self.without_duplicates
    }
}

/// Judges records, one after the other.
#[derive(Default)]
pub struct Judge {
    ids: Vec<String>,
    index: Index,
    /// The record that first had the signature of that number.
    first_with: Vec<u32>,
    groups: Groups,
    left_out: Vec<Option<(u32, f64)>>,
    without_duplicates: bool,
}

impl Judge {
    /// One who leaves near-duplicates out, or keeps them together.
    pub fn new(sharing: &Sharing) -> Self {
        Self {
            without_duplicates: sharing.without_duplicates,
            ..Self::default()
        }
    }

    /// Takes the next record.
    pub fn add(&mut self, content: Content) {
        let record = self.groups.add();
        self.ids.push(content.id);
        let nearest = self.compare(record, content.signature);
        self.left_out.push(nearest);
    }

    /// Joins a record with all that are like it, or finds the one that it duplicates.
    fn compare(&mut self, record: u32, signature: Signature) -> Option<(u32, f64)> {
        let found = self.index.like(&signature, TOGETHER);
        let others = found
            .iter()
            .map(|found| (self.first_with[found.record as usize], found.likeness));
        let others: Vec<(u32, f64)> = others.collect();
        if self.without_duplicates {
            // The most like, of those the first.
            let near = others
                .iter()
                .filter(|(_, likeness)| *likeness >= NEAR_DUPLICATE);
            let nearest =
                near.max_by(|one, other| one.1.total_cmp(&other.1).then(other.0.cmp(&one.0)));
            if let Some(nearest) = nearest {
                return Some(*nearest);
            }
        }
        for (other, _) in others {
            self.groups.join(record, other);
        }
        let number = self.index.add(signature) as usize;
        if number == self.first_with.len() {
            self.first_with.push(record);
        }
        None
    }

    /// What becomes of each, in the order in which they came.
    pub fn finish(mut self, splits: Option<&Splits>) -> Vec<Fate> {
        let count = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
        let groups: Vec<u32> = (0..count).map(|record| self.groups.of(record)).collect();
        // Each group's smallest id, at the place of the record that stands for it.
        let mut smallest: Vec<usize> = (0..self.ids.len()).collect();
        for (record, &group) in groups.iter().enumerate() {
            let known = &mut smallest[group as usize];
            if self.ids[record] < self.ids[*known] {
                *known = record;
            }
        }
        let left_out = self.left_out.iter();
        let fates = left_out
            .zip(&groups)
            .map(|(left_out, &group)| match *left_out {
                Some((of, likeness)) => Fate::LeftOut { of, likeness },
                None => Fate::Kept {
                    split: splits.map(|splits| splits.of(&self.ids[smallest[group as usize]])),
                },
            });
        fates.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_support::record;
    use super::*;

    /// Words `from` on of an endless text, under an id.
    fn content(id: &str, from: usize) -> Content {
        let mut record = record();
        record.id = id.to_owned();
        record.sections[0].text = (from..from + 400)
            .map(|number| format!("ord{number} "))
            .collect();
        Content::of(&record)
    }

    fn judge(without_duplicates: bool, contents: &[(&str, usize)]) -> Vec<Fate> {
        let sharing = Sharing {
            splits: Some("a=0.25,b=0.25,c=0.25,d=0.25".parse().unwrap()),
            without_duplicates,
        };
        let mut judge = Judge::new(&sharing);
        for (id, from) in contents {
            judge.add(content(id, *from));
        }
        judge.finish(sharing.splits.as_ref())
    }

    #[test]
    fn near_duplicates_go_into_one_split_whatever_their_order() {
        // Each is like the next, the first and the last are not alike.
        let ids = ["r", "p", "s", "q", "t"];
        let chain: Vec<(&str, usize)> = ids
            .iter()
            .zip([0, 20, 40, 60, 80])
            .map(|(id, from)| (*id, from))
            .collect();
        let fates = judge(false, &chain);
        assert!(fates.iter().all(|fate| fate == &fates[0]));
        let backwards: Vec<(&str, usize)> = chain.into_iter().rev().collect();
        assert_eq!(judge(false, &backwards), fates);
    }

    #[test]
    fn the_first_of_near_duplicates_stays_and_the_others_name_it() {
        let fates = judge(true, &[("a", 0), ("b", 5000), ("c", 4), ("d", 0)]);
        assert!(matches!(fates[0], Fate::Kept { .. }));
        assert!(matches!(fates[1], Fate::Kept { .. }));
        assert!(
            matches!(fates[2], Fate::LeftOut { of: 0, likeness } if likeness >= NEAR_DUPLICATE)
        );
        assert_eq!(
            fates[3],
            Fate::LeftOut {
                of: 0,
                likeness: 1.0
            }
        );
    }

    #[test]
    fn a_record_stays_in_its_split_when_others_come() {
        let few = judge(false, &[("a", 0), ("b", 5000)]);
        let more = judge(false, &[("c", 9000), ("a", 0), ("d", 20_000), ("b", 5000)]);
        assert_eq!(few, [more[1], more[3]]);
    }

    #[test]
    fn documents_without_words_are_like_none_but_their_copies() {
        let sharing = Sharing {
            splits: None,
            without_duplicates: true,
        };
        let mut judge = Judge::new(&sharing);
        for id in ["a", "b", "a"] {
            let mut record = record();
            record.sections.clear();
            record.pages.clear();
            record.id = id.to_owned();
            judge.add(Content::of(&record));
        }
        let kept = Fate::Kept { split: None };
        let copy = Fate::LeftOut {
            of: 0,
            likeness: 1.0,
        };
        assert_eq!(judge.finish(None), [kept, kept, copy]);
    }
}
