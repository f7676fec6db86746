//! Scores: true positives, false positives and false negatives; precision, recall and F1; calibration.

use serde::{Serialize, Serializer, ser::SerializeStruct};

/// Counts of right, wrong and missing values by one measure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// True positives.
    pub right: usize,
    /// False positives: values that differ, or that the document does not have.
    pub wrong: usize,
    /// False negatives: expected values that are absent or differ.
    pub missing: usize,
}

impl Tally {
    /// The share of the record's values that are right; 1 if there are none.
    pub fn precision(&self) -> f64 {
        share(self.right, self.right + self.wrong)
    }

    /// The share of the expected values that are right; 1 if there are none.
    pub fn recall(&self) -> f64 {
        share(self.right, self.right + self.missing)
    }

    /// The harmonic mean of precision and recall.
    pub fn f1(&self) -> f64 {
        // Equal to 2pr / (p + r), but defined if precision and recall are both 0.
        share(2 * self.right, 2 * self.right + self.wrong + self.missing)
    }

    /// Whether nothing is wrong and nothing is missing.
    pub fn is_perfect(&self) -> bool {
        self.wrong == 0 && self.missing == 0
    }

    fn add(&mut self, other: &Self) {
        self.right += other.right;
        self.wrong += other.wrong;
        self.missing += other.missing;
    }
}

impl Serialize for Tally {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Tally", 6)?;
        object.serialize_field("right", &self.right)?;
        object.serialize_field("wrong", &self.wrong)?;
        object.serialize_field("missing", &self.missing)?;
        object.serialize_field("precision", &rounded(self.precision()))?;
        object.serialize_field("recall", &rounded(self.recall()))?;
        object.serialize_field("f1", &rounded(self.f1()))?;
        object.end()
    }
}

/// The counts of the same values by two measures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Score {
    /// Exact matches are right.
    pub strict: Tally,
    /// Fuzzy matches are right, for text; numbers must be equal.
    pub soft: Tally,
}

impl Score {
    /// The strict tally.
    pub fn strict(&self) -> &Tally {
        &self.strict
    }

    /// The soft tally.
    pub fn soft(&self) -> &Tally {
        &self.soft
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.strict.add(&other.strict);
        self.soft.add(&other.soft);
    }
}

/// A bin of the calibration: the values with confidences between two bounds, and how many are right.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CalibrationBin {
    /// The lower bound, inclusive.
    pub from: f64,
    /// The upper bound, exclusive; inclusive in the last bin.
    pub to: f64,
    /// How many values with an expected value are in it.
    pub count: usize,
    /// How many of them are exact matches.
    pub right: usize,
}

impl CalibrationBin {
    /// The share that is right; a calibrated confidence equals it.
    pub fn share(&self) -> f64 {
        share(self.right, self.count)
    }
}

/// The bounds of the bins.
// Finer at the top, where a user chooses the confidence from which values need no review. Part of the
// JSON output of `diarium eval`.
const BOUNDS: [f64; 6] = [0.0, 0.5, 0.7, 0.9, 0.95, 1.0];

/// The empty bins.
pub(super) fn bins() -> Vec<CalibrationBin> {
    let bounds = BOUNDS.windows(2);
    bounds
        .map(|pair| CalibrationBin {
            from: pair[0],
            to: pair[1],
            count: 0,
            right: 0,
        })
        .collect()
}

/// Counts a value in the bin of its confidence.
pub(super) fn count(bins: &mut [CalibrationBin], confidence: f64, right: bool) {
    // From the top by lower bounds alone, so that 1.0 is in the last bin.
    let bin = bins.iter_mut().rev().find(|bin| confidence >= bin.from);
    if let Some(bin) = bin {
        bin.count += 1;
        bin.right += usize::from(right);
    }
}

fn share(part: usize, whole: usize) -> f64 {
    // Nothing was wrong: with 0, a field that no document has would look like a failure.
    if whole == 0 {
        1.0
    } else {
        part as f64 / whole as f64
    }
}

/// A share rounded to four decimals.
pub(super) fn rounded(share: f64) -> f64 {
    (share * 10_000.0).round() / 10_000.0
}
