//! Union-find (disjoint sets): clusters of records that are linked directly or through others.
//!
//! With path halving. The representative of a cluster is its lowest record, so that the result does
//! not depend on the order of the unions.

/// Disjoint sets of records, numbered from 0.
#[derive(Debug, Default)]
pub struct UnionFind {
    parents: Vec<u32>,
}

impl UnionFind {
    /// Adds a record in a set of its own, and returns its number.
    pub fn make_set(&mut self) -> u32 {
        let record = u32::try_from(self.parents.len()).unwrap_or(u32::MAX);
        self.parents.push(record);
        record
    }

    /// The representative of a record's set: its lowest record.
    pub fn find(&mut self, record: u32) -> u32 {
        let mut record = record as usize;
        while self.parents[record] as usize != record {
            let grandparent = self.parents[self.parents[record] as usize];
            self.parents[record] = grandparent;
            record = grandparent as usize;
        }
        self.parents[record]
    }

    /// Merges the sets of two records.
    pub fn union(&mut self, one: u32, other: u32) {
        let (one, other) = (self.find(one), self.find(other));
        // By number instead of by rank: the trees may get deeper, but the representative is stable.
        self.parents[one.max(other) as usize] = one.min(other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_that_are_linked_through_others_are_in_one_set() {
        let mut sets = UnionFind::default();
        let records: Vec<u32> = (0..6).map(|_| sets.make_set()).collect();
        sets.union(4, 5);
        sets.union(1, 4);
        sets.union(0, 2);
        sets.union(5, 1);
        let found: Vec<u32> = records.iter().map(|&record| sets.find(record)).collect();
        assert_eq!(found, [0, 1, 0, 3, 1, 1]);
    }
}
