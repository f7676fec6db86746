//! Evaluation report: the scores of all documents, as JSON.

use std::collections::BTreeMap;

use serde::Serialize;

use super::tally::{CalibrationBin, Score, bins};

/// The confidence from which values need no review, as docs/evaluation.md defines it.
// It must be a bound of a bin (`BOUNDS` in `tally`): a bin that contains it is not counted.
const HIGH_CONFIDENCE: f64 = 0.9;

/// All scores. The names of the fields are the members of the JSON output.
#[derive(Debug, Serialize)]
pub struct EvaluationReport {
    /// Documents with ground truth.
    pub documents: usize,
    /// Documents with ground truth and without a record.
    pub without_record: usize,
    /// Documents in which everything is right.
    pub whole: PerfectDocuments,
    /// All fields of all documents.
    pub fields: Score,
    /// Each field over all documents.
    pub by_field: BTreeMap<String, Score>,
    /// All fields, by the kind of the document.
    pub kinds: BTreeMap<String, Score>,
    /// Everything else: kind, title, people, budget, choices, lists, section headings.
    pub parts: BTreeMap<String, Score>,
    /// How many section texts were compared.
    pub section_texts: usize,
    /// Their mean word similarity; null if none were compared.
    pub section_similarity: Option<f64>,
    /// The character errors of all pages that were compared.
    pub misread: CharacterErrors,
    /// The same per document, by its name in the ground truth.
    pub misread_by_document: BTreeMap<String, CharacterErrors>,
    /// How well confidences predict whether a value is right.
    pub calibration: Vec<CalibrationBin>,
    /// Every value that is wrong or missing.
    pub mistakes: Vec<Mistake>,
}

/// Character errors in the texts of pages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct CharacterErrors {
    /// How many pages were compared.
    pub pages: usize,
    /// Expected characters, with white space collapsed.
    pub characters: usize,
    /// Wrong characters: substitutions, insertions and deletions (Levenshtein distance).
    pub wrong: usize,
}

impl CharacterErrors {
    /// The character error rate (CER): 0 is perfect; 0 if there are no characters.
    pub fn rate(&self) -> f64 {
        self.wrong as f64 / self.characters.max(1) as f64
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.pages += other.pages;
        self.characters += other.characters;
        self.wrong += other.wrong;
    }
}

/// How many documents have neither a wrong nor a missing value.
#[derive(Debug, Default, Serialize)]
pub struct PerfectDocuments {
    /// By the strict measure.
    pub strict: usize,
    /// By the soft measure.
    pub soft: usize,
}

/// A value that differs from the ground truth.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mistake {
    /// The document, by its name in the ground truth.
    pub document: String,
    /// The path in the record, such as `fields.email`.
    pub place: String,
    /// The expected value; null if the document does not have the value.
    pub expected: Option<String>,
    /// The value of the record; null if it is missing.
    pub found: Option<String>,
    /// Its confidence in the record.
    pub confidence: Option<f64>,
    /// Whether it is right by the soft measure.
    pub nearly: bool,
}

impl EvaluationReport {
    /// The highest character error rate of a document; 0 if no pages were compared.
    pub fn worst_character_error_rate(&self) -> f64 {
        let rates = self.misread_by_document.values().map(CharacterErrors::rate);
        rates.fold(0.0, f64::max)
    }

    /// The number of values with high confidence (0.9 or more), and how many of them are right.
    pub fn high_confidence(&self) -> (usize, usize) {
        let bins = self
            .calibration
            .iter()
            .filter(|bin| bin.from >= HIGH_CONFIDENCE);
        bins.fold((0, 0), |(count, right), bin| {
            (count + bin.count, right + bin.right)
        })
    }
}

impl Default for EvaluationReport {
    fn default() -> Self {
        Self {
            documents: 0,
            without_record: 0,
            whole: PerfectDocuments::default(),
            fields: Score::default(),
            by_field: BTreeMap::new(),
            kinds: BTreeMap::new(),
            parts: BTreeMap::new(),
            section_texts: 0,
            section_similarity: None,
            misread: CharacterErrors::default(),
            misread_by_document: BTreeMap::new(),
            calibration: bins(),
            mistakes: Vec::new(),
        }
    }
}
