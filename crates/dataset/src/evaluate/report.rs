//! What is told of an evaluation?

use std::collections::BTreeMap;

use serde::Serialize;

use super::tally::{Bin, Score, bins};

/// Confidence from which a value may be used unseen.
const SURE: f64 = 0.9;

/// All scores, for machines as JSON and for people as tables.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Documents that gold speaks of.
    pub documents: usize,
    /// Documents of gold that have no record.
    pub without_record: usize,
    /// Documents of which all that gold gives is right and nothing is too much.
    pub whole: Whole,
    /// All fields of all documents.
    pub fields: Score,
    /// Each field over all documents.
    pub by_field: BTreeMap<String, Score>,
    /// All fields of each kind's documents.
    pub kinds: BTreeMap<String, Score>,
    /// What is no field: kind, title, people, budget, choices, lists, section headings.
    pub parts: BTreeMap<String, Score>,
    /// How many sections' texts were compared.
    pub section_texts: usize,
    /// Mean share of words that they have in common, in order; null where none was compared.
    pub section_similarity: Option<f64>,
    /// All pages whose texts were compared.
    pub misread: Misread,
    /// The same for each document that gold gives page texts of, as gold names it.
    pub misread_by_document: BTreeMap<String, Misread>,
    /// Whether confidences say what they promise.
    pub calibration: Vec<Bin>,
    /// Every value that is wrong, missing or too much.
    pub mistakes: Vec<Mistake>,
}

/// How well pages were read, character by character.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Misread {
    /// How many pages were compared.
    pub pages: usize,
    /// Characters that gold has, white space made single.
    pub characters: usize,
    /// Characters to change, put in or take out (Levenshtein).
    pub wrong: usize,
}

impl Misread {
    /// The character error rate, 0 for perfect; that of no characters is 0.
    pub fn rate(&self) -> f64 {
        self.wrong as f64 / self.characters.max(1) as f64
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.pages += other.pages;
        self.characters += other.characters;
        self.wrong += other.wrong;
    }
}

/// Documents that are right as a whole.
#[derive(Debug, Default, Serialize)]
pub struct Whole {
    /// By the strict measure.
    pub strict: usize,
    /// By the soft measure.
    pub soft: usize,
}

/// One value that is not as gold has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mistake {
    /// The document, as gold names it.
    pub document: String,
    /// Where in the record, such as `fields.email`.
    pub place: String,
    /// What gold has; null where the value is too much.
    pub expected: Option<String>,
    /// What the record has; null where the value is missing.
    pub found: Option<String>,
    /// The confidence that the record gives it.
    pub confidence: Option<f64>,
    /// Right by the soft measure.
    pub nearly: bool,
}

impl Report {
    /// The character error rate of the document that was read worst, 0 if no page was compared.
    pub fn worst_misread(&self) -> f64 {
        let rates = self.misread_by_document.values().map(Misread::rate);
        rates.fold(0.0, f64::max)
    }

    /// Of the values that may be used unseen (confidence 0.9 or more): how many there are, and how
    /// many of them are right.
    pub fn sure(&self) -> (usize, usize) {
        let sure = self.calibration.iter().filter(|bin| bin.from >= SURE);
        sure.fold((0, 0), |(count, right), bin| {
            (count + bin.count, right + bin.right)
        })
    }
}

impl Default for Report {
    fn default() -> Self {
        Self {
            documents: 0,
            without_record: 0,
            whole: Whole::default(),
            fields: Score::default(),
            by_field: BTreeMap::new(),
            kinds: BTreeMap::new(),
            parts: BTreeMap::new(),
            section_texts: 0,
            section_similarity: None,
            misread: Misread::default(),
            misread_by_document: BTreeMap::new(),
            calibration: bins(),
            mistakes: Vec::new(),
        }
    }
}
