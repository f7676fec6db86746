//! How many are right, wrong and missing, and which shares does that make?

use serde::{Serialize, Serializer, ser::SerializeStruct};

/// Values counted in one way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Given and right.
    pub right: usize,
    /// Given and wrong, or given where the document has none.
    pub wrong: usize,
    /// In gold, but not given, or given wrong.
    pub missing: usize,
}

impl Tally {
    /// The share of what was given that is right; 1 where nothing was given.
    pub fn precision(&self) -> f64 {
        share(self.right, self.right + self.wrong)
    }

    /// The share of gold that was given right; 1 where gold has nothing.
    pub fn recall(&self) -> f64 {
        share(self.right, self.right + self.missing)
    }

    /// The harmonic mean of the two.
    pub fn f1(&self) -> f64 {
        share(2 * self.right, 2 * self.right + self.wrong + self.missing)
    }

    /// Nothing wrong and nothing missing.
    pub fn is_whole(&self) -> bool {
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

/// The same values counted strictly and softly.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Score {
    /// Right is equal after NFC with single spaces.
    pub strict: Tally,
    /// Right is nearly equal, for words; numbers and dates as strictly as ever.
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

/// The values whose confidence lies between two bounds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bin {
    /// The least confidence in it.
    pub from: f64,
    /// The confidence that is just too much for it; the last bin holds its upper bound.
    pub to: f64,
    /// How many values of that confidence gold could judge.
    pub count: usize,
    /// How many of them are right, strictly.
    pub right: usize,
}

impl Bin {
    /// The share that is right.
    pub fn share(&self) -> f64 {
        share(self.right, self.count)
    }
}

/// The bounds of the bins: finer at the top, where a person decides what to trust unseen.
const BOUNDS: [f64; 6] = [0.0, 0.5, 0.7, 0.9, 0.95, 1.0];

/// The bins, empty.
pub(super) fn bins() -> Vec<Bin> {
    let bounds = BOUNDS.windows(2);
    bounds
        .map(|pair| Bin {
            from: pair[0],
            to: pair[1],
            count: 0,
            right: 0,
        })
        .collect()
}

/// Counts a value of some confidence in its bin.
pub(super) fn count(bins: &mut [Bin], confidence: f64, right: bool) {
    let bin = bins.iter_mut().rev().find(|bin| confidence >= bin.from);
    if let Some(bin) = bin {
        bin.count += 1;
        bin.right += usize::from(right);
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        1.0
    } else {
        part as f64 / whole as f64
    }
}

/// Four decimals: one value in ten thousand.
pub(super) fn rounded(share: f64) -> f64 {
    (share * 10_000.0).round() / 10_000.0
}
