//! Calibrated confidence: the share of right values among labelled ones with the same evidence.
//!
//! Each value has an evidence class: what shows that it is the value of its label, and which group its type
//! belongs to. `confidence.toml` has, for each class, how many values of labelled documents were right; the
//! example `fit_confidence` counts them. What ranks two values of one field is `Evidence::rank`, so that
//! a new count never changes which value a record has.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::{Deserialize, Serialize};

pub use super::field::Evidence;
use diarium_document::FieldType;

/// The weight of the prior, in values.
// With fewer labelled values than this, a class is reported by its prior more than by its counts.
const PRIOR_WEIGHT: f64 = 10.0;
/// The lowest estimate that is reported as 0.9 or more.
// Of the values at 0.9 and more, 99 of 100 have to be right. They include classes at this limit, which the
// many values of the most certain classes outweigh.
const SURE: f64 = 0.97;
/// The highest confidence of a value that is not sure: one that rests on a guess about the layout, or whose
/// class was wrong too often.
pub(super) const MAX_UNSURE: f64 = 0.89;
/// The highest confidence.
// No number of right values shows that the next one is right.
const MAX: f64 = 0.99;

/// Groups of types whose values are recognized equally well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueGroup {
    /// Words: any text would be one.
    Words,
    /// A number without a unit: other numbers look the same.
    Number,
    /// A value with a form that other texts do not have, such as a date.
    Form,
}

impl ValueGroup {
    /// All groups.
    pub const ALL: [Self; 3] = [Self::Words, Self::Number, Self::Form];

    /// The group of a type.
    pub fn of(field_type: FieldType) -> Self {
        match field_type {
            FieldType::Text | FieldType::Name | FieldType::Other => Self::Words,
            FieldType::Integer => Self::Number,
            FieldType::Amount
            | FieldType::Date
            | FieldType::Period
            | FieldType::Email
            | FieldType::Phone
            | FieldType::Url
            | FieldType::Identifier
            | FieldType::OrganisationNumber => Self::Form,
        }
    }

    /// Its name in `confidence.toml`.
    fn name(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Number => "number",
            Self::Form => "form",
        }
    }
}

/// What a value rests on: values of one class are equally often right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EvidenceClass {
    /// What shows that it is the value of its label.
    pub evidence: Evidence,
    /// The group of its type.
    pub group: ValueGroup,
}

impl EvidenceClass {
    /// The class of a value of this type.
    pub fn new(evidence: Evidence, field_type: FieldType) -> Self {
        let group = ValueGroup::of(field_type);
        Self { evidence, group }
    }

    /// Its name, for people and in `confidence.toml`: `boxed-colon.words`.
    pub fn name(self) -> String {
        format!("{}.{}", self.evidence.name(), self.group.name())
    }

    /// The share of right values that is assumed without counts.
    fn prior(self) -> f64 {
        self.evidence.prior(self.group)
    }

    /// The confidence in a value of this class. `factor` is below 1 for doubts that are not part of the
    /// class, such as a page that is hard to read.
    pub fn confidence(self, factor: f64) -> f64 {
        CALIBRATION.confidence(self, factor)
    }
}

/// The confidence in a part of a record that is not a field, such as a person.
pub(super) fn of_part(evidence: Evidence, line_confidence: f32) -> f64 {
    let class = EvidenceClass::new(evidence, FieldType::Text);
    class.confidence(line_confidence.into())
}

/// How many values of a class are right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// The right ones.
    pub right: u32,
    /// All.
    pub total: u32,
}

/// The counts by the names of evidence and group.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calibration(BTreeMap<String, BTreeMap<String, Count>>);

static CALIBRATION: LazyLock<Calibration> = LazyLock::new(|| {
    // Cannot fail: a test reads the file. Without counts, every class has its prior.
    Calibration::parse(include_str!("confidence.toml")).unwrap_or_default()
});

impl Calibration {
    /// Reads counts.
    ///
    /// # Errors
    /// If the text is not TOML of counts.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// Counts a value.
    pub fn add(&mut self, class: EvidenceClass, is_right: bool) {
        let groups = self.0.entry(class.evidence.name().to_owned()).or_default();
        let count = groups.entry(class.group.name().to_owned()).or_default();
        count.right += u32::from(is_right);
        count.total += 1;
    }

    /// The counts of a class.
    pub fn count(&self, class: EvidenceClass) -> Count {
        let groups = self.0.get(class.evidence.name());
        let count = groups.and_then(|groups| groups.get(class.group.name()));
        count.copied().unwrap_or_default()
    }

    /// The share of right values of a class, with the prior as if it were ten more values.
    pub fn estimate(&self, class: EvidenceClass) -> f64 {
        let count = self.count(class);
        let right = f64::from(count.right) + PRIOR_WEIGHT * class.prior();
        right / (f64::from(count.total) + PRIOR_WEIGHT)
    }

    /// Whether values of a class may have 0.9 and more.
    fn is_sure(&self, class: EvidenceClass) -> bool {
        let count = self.count(class);
        // A single wrong value among a few may be a mistake of the label, so that it does not count alone.
        let is_assumed = count.total.saturating_sub(count.right) <= 1 && class.prior() >= SURE;
        !class.evidence.is_guess() && (is_assumed || self.estimate(class) >= SURE)
    }

    /// The confidence in a value of a class.
    pub fn confidence(&self, class: EvidenceClass, factor: f64) -> f64 {
        let is_sure = self.is_sure(class);
        (self.estimate(class) * factor).min(if is_sure { MAX } else { MAX_UNSURE })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLASS: EvidenceClass = EvidenceClass {
        evidence: Evidence::Colon,
        group: ValueGroup::Words,
    };

    fn counted(class: EvidenceClass, right: u32, wrong: u32) -> Calibration {
        let mut counts = Calibration::default();
        (0..right).for_each(|_| counts.add(class, true));
        (0..wrong).for_each(|_| counts.add(class, false));
        counts
    }

    #[test]
    fn the_counts_are_valid_and_have_known_names() {
        let counts = Calibration::parse(include_str!("confidence.toml")).unwrap();
        let known = |name: &str| Evidence::ALL.iter().any(|evidence| evidence.name() == name);
        for (evidence, groups) in &counts.0 {
            assert!(known(evidence), "{evidence}");
            for (group, count) in groups {
                assert!(
                    ValueGroup::ALL.iter().any(|known| known.name() == group),
                    "{group}"
                );
                assert!(count.right <= count.total, "{evidence}.{group}");
            }
        }
    }

    #[test]
    fn a_class_without_counts_has_its_prior_and_many_counts_outweigh_it() {
        assert_eq!(Calibration::default().estimate(CLASS), CLASS.prior());
        let often_wrong = counted(CLASS, 60, 40).estimate(CLASS);
        assert!((0.6..0.65).contains(&often_wrong), "{often_wrong}");
    }

    #[test]
    fn a_class_that_was_wrong_too_often_is_not_sure() {
        assert!(counted(CLASS, 500, 2).confidence(CLASS, 1.0) >= 0.98);
        assert_eq!(counted(CLASS, 95, 5).confidence(CLASS, 1.0), MAX_UNSURE);
        assert_eq!(counted(CLASS, 1000, 0).confidence(CLASS, 1.0), MAX);
        assert!(counted(CLASS, 1000, 0).confidence(CLASS, 0.8) < 0.8);
    }

    #[test]
    fn one_wrong_value_among_a_few_does_not_count_alone() {
        let boxed = EvidenceClass {
            evidence: Evidence::BoxedColon,
            ..CLASS
        };
        assert!(counted(boxed, 3, 1).confidence(boxed, 1.0) > 0.9);
        assert_eq!(counted(boxed, 30, 2).confidence(boxed, 1.0), MAX_UNSURE);
    }

    #[test]
    fn a_guess_about_the_layout_is_never_sure() {
        let evidence = Evidence::Columns;
        let class = EvidenceClass { evidence, ..CLASS };
        assert_eq!(counted(class, 1000, 0).confidence(class, 1.0), MAX_UNSURE);
    }

    #[test]
    fn all_lists_every_kind_of_evidence_under_a_name_of_its_own() {
        let mut names: Vec<&str> = Evidence::ALL
            .iter()
            .map(|evidence| evidence.name())
            .collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Evidence::ALL.len());
    }
}
