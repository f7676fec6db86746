//! Which records belong together, if whatever is like another does?

/// Records in groups; a union–find with path halving.
#[derive(Debug, Default)]
pub struct Groups {
    parents: Vec<u32>,
}

impl Groups {
    /// Adds a record in a group of its own, and gives its number.
    pub fn add(&mut self) -> u32 {
        let record = u32::try_from(self.parents.len()).unwrap_or(u32::MAX);
        self.parents.push(record);
        record
    }

    /// The record that stands for a record's group: its lowest.
    pub fn of(&mut self, record: u32) -> u32 {
        let mut record = record as usize;
        while self.parents[record] as usize != record {
            let grandparent = self.parents[self.parents[record] as usize];
            self.parents[record] = grandparent;
            record = grandparent as usize;
        }
        self.parents[record]
    }

    /// Makes the groups of two records one.
    pub fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.of(one), self.of(other));
        self.parents[one.max(other) as usize] = one.min(other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_joined_by_way_of_others_is_one_group() {
        let mut groups = Groups::default();
        let all: Vec<u32> = (0..6).map(|_| groups.add()).collect();
        groups.join(4, 5);
        groups.join(1, 4);
        groups.join(0, 2);
        groups.join(5, 1);
        let of: Vec<u32> = all.iter().map(|&record| groups.of(record)).collect();
        assert_eq!(of, [0, 1, 0, 3, 1, 1]);
    }
}
