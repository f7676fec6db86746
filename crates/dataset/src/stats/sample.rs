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
        let many = self.kept.len();
        let middle = match (
            self.kept.get(many.saturating_sub(1) / 2),
            self.kept.get(many / 2),
        ) {
            (Some(lower), Some(upper)) => lower.midpoint(*upper),
            _ => 0,
        };
        Sum {
            count: self.count,
            sum_sek: self.sum,
            median_sek: middle,
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
        let mut even = Sample::default();
        [9, 2, 5, 1].into_iter().for_each(|amount| even.add(amount));
        assert_eq!(even.sum().median_sek, 3);
        let mut many = Sample::default();
        (0..300_000).for_each(|amount| many.add(amount));
        assert!(many.kept.len() <= MOST);
        let many = many.sum();
        assert!(!many.median_is_exact && (140_000..160_000).contains(&many.median_sek));
    }
}
