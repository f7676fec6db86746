//! Systematic sampling: the sum and the median of any number of amounts in bounded memory.

use super::AmountSummary;

/// Most amounts in a sample. Of more amounts, every second, every fourth, … is in the sample.
// 512 KiB per field and kind. The median is exact up to this number of amounts.
const MAX_SAMPLE: usize = 1 << 16;

/// A sample of amounts, with the count and the sum of all of them.
#[derive(Debug)]
pub(super) struct Sample {
    count: u64,
    // Cannot overflow: 2⁶⁴ amounts of 64 bits fit.
    sum: i128,
    amounts: Vec<i64>,
    /// One of so many amounts is in the sample.
    stride: u64,
}

impl Default for Sample {
    fn default() -> Self {
        Self {
            count: 0,
            sum: 0,
            amounts: Vec::new(),
            stride: 1,
        }
    }
}

impl Sample {
    pub(super) fn add(&mut self, amount: i64) {
        if self.count.is_multiple_of(self.stride) {
            if self.amounts.len() == MAX_SAMPLE {
                // Every second multiple of the stride is a multiple of twice the stride.
                let mut index = 0;
                self.amounts.retain(|_| {
                    index += 1;
                    index % 2 == 1
                });
                self.stride *= 2;
            }
            // The stride may have doubled just now, and this amount be no longer in the sample.
            if self.count.is_multiple_of(self.stride) {
                self.amounts.push(amount);
            }
        }
        self.count += 1;
        self.sum += i128::from(amount);
    }

    pub(super) fn summary(mut self) -> AmountSummary {
        self.amounts.sort_unstable();
        let count = self.amounts.len();
        let middle = match (
            self.amounts.get(count.saturating_sub(1) / 2),
            self.amounts.get(count / 2),
        ) {
            (Some(lower), Some(upper)) => lower.midpoint(*upper),
            _ => 0,
        };
        AmountSummary {
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
    fn the_median_is_exact_for_few_amounts_and_close_for_many() {
        let mut few = Sample::default();
        [5, 1, 9].into_iter().for_each(|amount| few.add(amount));
        let few = few.summary();
        assert_eq!(
            (few.count, few.sum_sek, few.median_sek, few.median_is_exact),
            (3, 15, 5, true)
        );
        let mut even = Sample::default();
        [9, 2, 5, 1].into_iter().for_each(|amount| even.add(amount));
        assert_eq!(even.summary().median_sek, 3);
        let mut many = Sample::default();
        (0..300_000).for_each(|amount| many.add(amount));
        assert!(many.amounts.len() <= MAX_SAMPLE);
        let many = many.summary();
        assert!(!many.median_is_exact && (140_000..160_000).contains(&many.median_sek));
    }
}
