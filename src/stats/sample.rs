//! What is the sum and the median of amounts, however many there are?

use super::Sum;

/// As many amounts are kept; of more, every second, every fourth and so on.
const MOST: usize = 1 << 16;

/// Amounts, or an even share of them.
#[derive(Debug)]
pub(super) struct Sample {
    count: u64,
    sum: i128,
    kept: Vec<i64>,
    /// One of so many is kept.
    stride: u64,
}

impl Default for Sample {
    fn default() -> Self {
        Self {
            count: 0,
            sum: 0,
            kept: Vec::new(),
            stride: 1,
        }
    }
}

impl Sample {
    pub(super) fn add(&mut self, amount: i64) {
        if self.count.is_multiple_of(self.stride) {
            if self.kept.len() == MOST {
                let mut place = 0;
                self.kept.retain(|_| {
                    place += 1;
                    place % 2 == 1
                });
                self.stride *= 2;
            }
            if self.count.is_multiple_of(self.stride) {
                self.kept.push(amount);
            }
        }
        self.count += 1;
        self.sum += i128::from(amount);
    }

    pub(super) fn sum(mut self) -> Sum {
        self.kept.sort_unstable();
        let middle = self.kept.len().saturating_sub(1) / 2;
        Sum {
            count: self.count,
            sum_sek: self.sum,
            median_sek: self.kept.get(middle).copied().unwrap_or_default(),
            median_is_exact: self.stride == 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_one_in_the_middle_also_of_very_many() {
        let mut few = Sample::default();
        [5, 1, 9].into_iter().for_each(|amount| few.add(amount));
        let few = few.sum();
        assert_eq!(
            (few.count, few.sum_sek, few.median_sek, few.median_is_exact),
            (3, 15, 5, true)
        );
        let mut many = Sample::default();
        (0..300_000).for_each(|amount| many.add(amount));
        assert!(many.kept.len() <= MOST);
        let many = many.sum();
        assert!(!many.median_is_exact && (140_000..160_000).contains(&many.median_sek));
    }
}
