//! Deduplication and splits: which records are in the dataset, and in which split.
//!
//! Decided between the two passes, from signatures and ids alone, in the order of the records.
//! Near-duplicates are left out and listed in `duplicates.csv` ([`DuplicateList`]), or stay together in
//! one split.

use std::path::Path;

use super::DatasetFile;
use super::csv::{CsvTable, FormulaCells};
use super::error::Error;
use super::near_duplicates::{
    LshIndex, NEAR_DUPLICATE, SAME_SPLIT, Signature, UnionFind, signature,
};
use super::split::Splits;
use super::table::Cell;
use diarium_document::Record;

/// What a record is deduplicated by. Computed before the record is transformed, so that a redacted
/// dataset has the same splits.
#[derive(Debug, Clone)]
pub struct ContentSignature {
    id: String,
    signature: Signature,
}

impl ContentSignature {
    /// The signature of a record.
    pub fn new(record: &Record) -> Self {
        Self {
            id: record.id.clone(),
            signature: signature(record),
        }
    }
}

/// Whether a record is in the dataset.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Disposition {
    /// It is.
    Included {
        /// The index of its split, if the dataset has splits.
        split: Option<usize>,
    },
    /// It is left out, because it is a near-duplicate of an earlier record.
    NearDuplicate {
        /// The index of that record among all records that were added, from 0.
        original: u32,
        /// Their estimated similarity, 0 to 1.
        similarity: f64,
    },
}

/// Splits and deduplication.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SplitOptions {
    /// The splits and their shares.
    pub splits: Option<Splits>,
    /// Whether near-duplicates are left out.
    pub without_duplicates: bool,
}

impl SplitOptions {
    /// The names of the splits, in the user's order; none if there are no splits.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.splits.iter().flat_map(Splits::names)
    }

    /// Whether records must be compared with each other.
    pub fn needs_signatures(&self) -> bool {
        self.splits.is_some() || self.without_duplicates
    }
}

/// Finds near-duplicates among records that are added one after the other.
#[derive(Default)]
pub struct Deduplicator {
    ids: Vec<String>,
    index: LshIndex,
    /// For each number in the index, the first record that has it.
    first_records: Vec<u32>,
    clusters: UnionFind,
    /// For each record, the earlier record that it is left out for, and their similarity.
    originals: Vec<Option<(u32, f64)>>,
    without_duplicates: bool,
}

impl Deduplicator {
    /// A deduplicator that leaves near-duplicates out or keeps them together.
    pub fn new(options: &SplitOptions) -> Self {
        Self {
            without_duplicates: options.without_duplicates,
            ..Self::default()
        }
    }

    /// Adds the next record.
    pub fn add(&mut self, content: ContentSignature) {
        let record = self.clusters.make_set();
        self.ids.push(content.id);
        let original = self.compare(record, content.signature);
        self.originals.push(original);
    }

    /// Links a record with all similar ones, or returns the one that it is a near-duplicate of.
    fn compare(&mut self, record: u32, signature: Signature) -> Option<(u32, f64)> {
        let matches = self.index.query(&signature, SAME_SPLIT);
        let similar: Vec<(u32, f64)> = matches
            .iter()
            .map(|found| (self.first_records[found.record as usize], found.similarity))
            .collect();
        if self.without_duplicates
            && let Some(original) = most_similar(&similar)
        {
            // It is not inserted, so that each duplicate is compared with a record of the dataset.
            // Otherwise a chain of drafts would leave out records that have little in common with any
            // record that is kept.
            return Some(original);
        }
        for (other, _) in similar {
            self.clusters.union(record, other);
        }
        let number = self.index.insert(signature) as usize;
        if number == self.first_records.len() {
            self.first_records.push(record);
        }
        None
    }

    /// What becomes of each record, in the order in which they were added.
    pub fn finish(mut self, splits: Option<&Splits>) -> Vec<Disposition> {
        let count = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
        let clusters: Vec<u32> = (0..count)
            .map(|record| self.clusters.find(record))
            .collect();
        // For the representative of each cluster, the record with the smallest id in the cluster: it
        // determines the split, so that the order of the records does not.
        let mut smallest: Vec<usize> = (0..self.ids.len()).collect();
        for (record, &cluster) in clusters.iter().enumerate() {
            let known = &mut smallest[cluster as usize];
            if self.ids[record] < self.ids[*known] {
                *known = record;
            }
        }
        let split_of = |cluster: u32| {
            splits.map(|splits| splits.assign(&self.ids[smallest[cluster as usize]]))
        };
        let dispositions = self.originals.iter().zip(&clusters);
        dispositions
            .map(|(original, &cluster)| match *original {
                Some((original, similarity)) => Disposition::NearDuplicate {
                    original,
                    similarity,
                },
                None => Disposition::Included {
                    split: split_of(cluster),
                },
            })
            .collect()
    }
}

/// The near-duplicate with the highest similarity; of several the first.
fn most_similar(similar: &[(u32, f64)]) -> Option<(u32, f64)> {
    let near = similar
        .iter()
        .filter(|(_, similarity)| *similarity >= NEAR_DUPLICATE);
    // The index returns the latest candidates of a band first. For equal similarities the numbers are
    // compared in reverse, because `max_by` would return the last of them.
    near.max_by(|one, other| one.1.total_cmp(&other.1).then(other.0.cmp(&one.0)))
        .copied()
}

/// Writes `duplicates.csv`: one row per record that was left out, with the number of its original.
pub struct DuplicateList {
    table: CsvTable,
}

impl DuplicateList {
    /// Creates the file.
    ///
    /// # Errors
    /// If it cannot be created.
    pub fn create(folder: &Path, formulas: FormulaCells) -> Result<Self, Error> {
        let header = ["id", "source_path", "kind", "record", "likeness"];
        let header = header.map(str::to_owned).into();
        let table = CsvTable::create(folder, "duplicates", header, formulas)?;
        Ok(Self { table })
    }

    /// Adds a record, with the number of its original in the dataset and their similarity.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn add(&mut self, record: &Record, original: i64, similarity: f64) -> Result<(), Error> {
        self.table.add([
            Cell::text(&record.id),
            Cell::text(&record.source.path),
            Cell::text(&record.kind),
            Cell::Integer(original),
            // Two decimals: the standard error of the estimate is 0.035.
            Cell::Number((similarity * 100.0).round() / 100.0),
        ])
    }

    /// Completes the file, which is not a table of the dataset.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn finish(self) -> Result<DatasetFile, Error> {
        Ok(DatasetFile {
            table: None,
            ..self.table.finish()?
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_support::record;
    use super::*;

    /// Words `from` on of an endless text, under an id.
    fn content(id: &str, from: usize) -> ContentSignature {
        let mut record = record();
        record.id = id.to_owned();
        record.sections[0].text = (from..from + 400)
            .map(|number| format!("ord{number} "))
            .collect();
        ContentSignature::new(&record)
    }

    fn deduplicate(without_duplicates: bool, contents: &[(&str, usize)]) -> Vec<Disposition> {
        let options = SplitOptions {
            splits: Some("a=0.25,b=0.25,c=0.25,d=0.25".parse().unwrap()),
            without_duplicates,
        };
        let mut deduplicator = Deduplicator::new(&options);
        for (id, from) in contents {
            deduplicator.add(content(id, *from));
        }
        deduplicator.finish(options.splits.as_ref())
    }

    #[test]
    fn near_duplicates_are_in_one_split_in_any_order() {
        // Each is similar to the next; the first and the last are not similar.
        let ids = ["r", "p", "s", "q", "t"];
        let chain: Vec<(&str, usize)> = ids
            .iter()
            .zip([0, 20, 40, 60, 80])
            .map(|(id, from)| (*id, from))
            .collect();
        let dispositions = deduplicate(false, &chain);
        assert!(
            dispositions
                .iter()
                .all(|disposition| disposition == &dispositions[0])
        );
        let backwards: Vec<(&str, usize)> = chain.into_iter().rev().collect();
        assert_eq!(deduplicate(false, &backwards), dispositions);
    }

    #[test]
    fn near_duplicates_of_an_earlier_record_are_left_out() {
        let dispositions = deduplicate(true, &[("a", 0), ("b", 5000), ("c", 4), ("d", 0)]);
        assert!(matches!(dispositions[0], Disposition::Included { .. }));
        assert!(matches!(dispositions[1], Disposition::Included { .. }));
        assert!(
            matches!(dispositions[2], Disposition::NearDuplicate { original: 0, similarity } if similarity >= NEAR_DUPLICATE)
        );
        assert_eq!(
            dispositions[3],
            Disposition::NearDuplicate {
                original: 0,
                similarity: 1.0
            }
        );
    }

    #[test]
    fn other_records_do_not_change_the_split_of_a_record() {
        let few = deduplicate(false, &[("a", 0), ("b", 5000)]);
        let more = deduplicate(false, &[("c", 9000), ("a", 0), ("d", 20_000), ("b", 5000)]);
        assert_eq!(few, [more[1], more[3]]);
    }

    #[test]
    fn documents_without_words_are_similar_only_to_their_copies() {
        let options = SplitOptions {
            splits: None,
            without_duplicates: true,
        };
        let mut deduplicator = Deduplicator::new(&options);
        for id in ["a", "b", "a"] {
            let mut record = record();
            record.sections.clear();
            record.pages.clear();
            record.id = id.to_owned();
            deduplicator.add(ContentSignature::new(&record));
        }
        let included = Disposition::Included { split: None };
        let copy = Disposition::NearDuplicate {
            original: 0,
            similarity: 1.0,
        };
        assert_eq!(deduplicator.finish(None), [included, included, copy]);
    }
}
