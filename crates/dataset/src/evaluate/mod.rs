//! Evaluation: precision, recall, F1 and character error rate against hand-labelled ground truth.
//!
//! Records are compared with ground truth ([`Gold`]): the values that a person found in a document.
//! Only the parts in the ground truth are compared. [`similarity`] defines which values are equal. An
//! [`Evaluation`] adds up one document after the other into an [`EvaluationReport`].
//!
//! The caller reads ground truth and records, and prints the report.

mod gold;
mod report;
mod scoring;
pub mod similarity;
mod tally;

pub use gold::{Ambiguous, Gold, GoldError, draft_gold};
pub use report::{CharacterErrors, EvaluationReport, Mistake, PerfectDocuments};
pub use similarity::character_errors;
pub use tally::{CalibrationBin, Score, Tally};

use diarium_document::Record;

/// The scores so far. Records are not kept.
#[derive(Debug, Default)]
pub struct Evaluation {
    report: EvaluationReport,
    /// The sum of the similarities of all section texts.
    similarity: f64,
}

impl Evaluation {
    /// Adds a document. If it has no record, all expected values are missing.
    pub fn add(&mut self, gold: &Gold, record: Option<&Record>) {
        let scores = scoring::score(gold, record);
        let report = &mut self.report;
        report.documents += 1;
        report.without_record += usize::from(record.is_none());
        report.whole.strict += usize::from(scores.is_perfect(Score::strict));
        report.whole.soft += usize::from(scores.is_perfect(Score::soft));
        let kind = gold.kind.as_deref();
        // The expected kind first: a document that was classified wrongly counts in the kind that it has.
        let kind = kind.or(record.map(|record| record.kind.as_str()));
        let kind_score = report
            .kinds
            .entry(kind.unwrap_or("unknown").to_owned())
            .or_default();
        for (name, score) in &scores.fields {
            report.fields.add(score);
            kind_score.add(score);
            report.by_field.entry(name.clone()).or_default().add(score);
        }
        for (name, score) in &scores.parts {
            report.parts.entry(name.clone()).or_default().add(score);
        }
        for (confidence, right) in scores.judged {
            tally::count(&mut report.calibration, confidence, right);
        }
        report.section_texts += scores.similarities.len();
        self.similarity += scores.similarities.iter().sum::<f64>();
        if scores.character_errors.pages > 0 {
            report.misread.add(&scores.character_errors);
            let by_document = &mut report.misread_by_document;
            by_document.insert(gold.name.clone(), scores.character_errors);
        }
        report.mistakes.extend(scores.mistakes);
    }

    /// The report of all documents.
    pub fn finish(mut self) -> EvaluationReport {
        let texts = self.report.section_texts;
        self.report.section_similarity =
            (texts > 0).then(|| tally::rounded(self.similarity / texts as f64));
        self.report
    }
}

#[cfg(test)]
mod tests;
