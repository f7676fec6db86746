//! How good is it?
//!
//! Records are compared with gold: what a person says that stands in a document. Only what gold
//! gives is compared ([`Gold`]); what counts as right is in [`compare`]; an [`Evaluation`] takes one
//! document after the other and ends in a [`Report`]. Where gold and records come from, and how a
//! report is printed, is for others.

pub mod compare;
mod document;
mod expected;
mod gold;
mod report;
mod tally;

pub use compare::misread;
pub use expected::expected;
pub use gold::{Ambiguous, Gold, GoldError};
pub use report::{Misread, Mistake, Report};
pub use tally::{Bin, Score, Tally};

use diarium_document::Record;

/// Scores gathered so far. Holds no record, however many it was shown.
#[derive(Debug, Default)]
pub struct Evaluation {
    report: Report,
    similarity: f64,
}

impl Evaluation {
    /// Compares one document's record with its gold. A document without a record has nothing right,
    /// and all that gold gives is missing.
    pub fn add(&mut self, gold: &Gold, record: Option<&Record>) {
        let found = document::compare(gold, record);
        let report = &mut self.report;
        report.documents += 1;
        report.without_record += usize::from(record.is_none());
        report.whole.strict += usize::from(found.is_whole(Score::strict));
        report.whole.soft += usize::from(found.is_whole(Score::soft));
        let kind = gold.kind.as_deref();
        let kind = kind.or(record.map(|record| record.kind.as_str()));
        let of_kind = report
            .kinds
            .entry(kind.unwrap_or("unknown").to_owned())
            .or_default();
        for (name, score) in &found.fields {
            report.fields.add(score);
            of_kind.add(score);
            report.by_field.entry(name.clone()).or_default().add(score);
        }
        for (name, score) in &found.parts {
            report.parts.entry(name.clone()).or_default().add(score);
        }
        for (confidence, right) in found.judged {
            tally::count(&mut report.calibration, confidence, right);
        }
        report.section_texts += found.similarities.len();
        self.similarity += found.similarities.iter().sum::<f64>();
        if found.misread.pages > 0 {
            report.misread.add(&found.misread);
            let of_document = &mut report.misread_by_document;
            of_document.insert(gold.name.clone(), found.misread);
        }
        report.mistakes.extend(found.mistakes);
    }

    /// The report of all documents.
    pub fn finish(mut self) -> Report {
        let texts = self.report.section_texts;
        self.report.section_similarity =
            (texts > 0).then(|| tally::rounded(self.similarity / texts as f64));
        self.report
    }
}

#[cfg(test)]
mod tests;
