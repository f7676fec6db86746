//! Record preparation: filter, sign and transform a record before any format writes it.
//!
//! In this order: values with low confidence are removed, the selection is applied, the signature of
//! the text is computed, and the transformation (such as redaction) is applied. The result depends on
//! the record alone, so that records are prepared on all cores. Each record is prepared twice, once per
//! [`Pass`], with the same result.

use std::collections::BTreeMap;

use super::dedup::ContentSignature;
use super::identifiers;
use super::{Condition, RecordHeader};
use diarium_document::{Field, Record};

/// The two passes over the records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// Schema inference.
    Infer,
    /// Writing. Statistics are collected in this pass only.
    Write,
}

/// Changes a record in place, such as by redaction. It must be deterministic: the same record gives the
/// same result in both passes, in any order. An error stops the export, so that a record is never
/// exported unchanged because its transformation failed.
pub type Transform<'t> = &'t (dyn Fn(&mut Record, Pass) -> Result<(), String> + Sync);

/// Which records, columns and values are exported.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Kinds; empty: all.
    pub kinds: Vec<String>,
    /// Conditions, all of which must match.
    pub conditions: Vec<Condition>,
    /// Field values with a lower confidence are left out.
    pub min_confidence: Option<f64>,
    /// Columns and child tables, by name; `None`: all.
    pub columns: Option<Vec<String>>,
}

/// A record after preparation.
#[derive(Debug)]
pub enum PreparedRecord {
    /// It is exported.
    Selected {
        /// The filtered and transformed record.
        record: Box<Record>,
        /// How many values were removed because of low confidence.
        unsure: u64,
        /// Its signature, if signatures are needed and this is the first pass.
        content: Option<ContentSignature>,
    },
    /// The selection excludes it.
    NotSelected,
    /// The file has no record, with the reason.
    Unreadable(String),
    /// The transformation failed, with the reason: the export must stop.
    TransformFailed(String),
}

/// The steps of the preparation.
#[derive(Clone, Copy)]
pub struct RecordPreparation<'s> {
    /// Which records and values are exported.
    pub selection: &'s Selection,
    /// Whether signatures are needed, for splits or deduplication.
    pub with_signatures: bool,
    /// The transformation of each selected record.
    pub transform: Option<Transform<'s>>,
}

impl RecordPreparation<'_> {
    /// Whether the first pass needs no more of a record than its [`RecordHeader`].
    pub fn needs_only_headers(&self) -> bool {
        // A transformation may remove fields and with them columns, a condition may read any column,
        // and a signature is made from the text: each needs the whole record.
        !self.with_signatures && self.transform.is_none() && self.selection.conditions.is_empty()
    }

    /// Prepares the header of a record for the first pass; `None` if the selection excludes it or the
    /// file has no record.
    pub fn prepare_header(&self, header: Result<RecordHeader, String>) -> Option<RecordHeader> {
        let accepts = |confidence| self.selection.accepts_confidence(confidence);
        // The errors are dropped: the second pass parses the whole file, and reports and counts it.
        let header = header.and_then(|header| header.checked(accepts));
        header
            .ok()
            .filter(|header| self.selection.includes_kind(header.kind()))
    }

    /// Prepares a record.
    pub fn prepare(&self, record: Result<Record, String>, pass: Pass) -> PreparedRecord {
        // Before anything else: the kind and the fields become names of files and columns.
        let mut record = match record.and_then(identifiers::check_record) {
            Ok(record) => record,
            Err(why) => return PreparedRecord::Unreadable(why),
        };
        let mut unsure_fields = self.selection.remove_unsure(&mut record);
        let mut unsure = unsure_fields.len() as u64;
        // After the removal: a value that is not exported matches no condition.
        if !self.selection.matches(&record) {
            return PreparedRecord::NotSelected;
        }
        let needs_signature = self.with_signatures && pass == Pass::Infer;
        // Before the transformation: redaction must not change the splits.
        let content = needs_signature.then(|| ContentSignature::new(&record));
        if let Some(transform) = self.transform {
            // The transformation sees the removed fields as well: a name with low confidence helps
            // redaction to find the same name in the texts.
            let names: Vec<String> = unsure_fields.keys().cloned().collect();
            record.fields.append(&mut unsure_fields);
            if let Err(why) = transform(&mut record, pass) {
                return PreparedRecord::TransformFailed(why);
            }
            // By name, because the transformation may have changed the values.
            record.fields.retain(|name, _| !names.contains(name));
        }
        // No condition reads these, so that the transformation can see them where they are.
        unsure += self.selection.remove_unsure_others(&mut record);
        PreparedRecord::Selected {
            record: Box::new(record),
            unsure,
            content,
        }
    }
}

impl Selection {
    /// Removes the fields with low confidence from a record, and returns them.
    fn remove_unsure(&self, record: &mut Record) -> BTreeMap<String, Field> {
        if self.min_confidence.is_none() {
            return BTreeMap::new();
        }
        let (sure, unsure) = std::mem::take(&mut record.fields)
            .into_iter()
            .partition(|(_, field)| self.accepts_confidence(field.confidence));
        record.fields = sure;
        unsure
    }

    /// Removes the values with low confidence that are no fields of the record, and returns their number.
    fn remove_unsure_others(&self, record: &mut Record) -> u64 {
        let mut removed = 0;
        let mut is_sure = |confidence| {
            let is_sure = self.accepts_confidence(confidence);
            removed += u64::from(!is_sure);
            is_sure
        };
        record.other.retain(|field| is_sure(field.confidence));
        for item in &mut record.items {
            item.fields.retain(|_, field| is_sure(field.confidence));
        }
        removed
    }

    /// Whether a value of this confidence is exported.
    fn accepts_confidence(&self, confidence: f64) -> bool {
        self.min_confidence
            .is_none_or(|minimum| confidence >= minimum)
    }

    fn matches(&self, record: &Record) -> bool {
        let matches = |condition: &Condition| condition.matches(record);
        self.includes_kind(&record.kind) && self.conditions.iter().all(matches)
    }

    fn includes_kind(&self, kind: &str) -> bool {
        self.kinds.is_empty() || self.kinds.iter().any(|wanted| wanted == kind)
    }

    /// Whether a column or a child table is exported.
    pub fn includes(&self, name: &str) -> bool {
        let has_name = |names: &Vec<String>| names.iter().any(|included| included == name);
        self.columns.as_ref().is_none_or(has_name)
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_support::record;
    use super::*;

    fn selected(selection: &Selection) -> Option<(Record, u64)> {
        let preparation = RecordPreparation {
            selection,
            with_signatures: false,
            transform: Some(&|record, _| {
                record.title = None;
                Ok(())
            }),
        };
        match preparation.prepare(Ok(record()), Pass::Write) {
            PreparedRecord::Selected { record, unsure, .. } => Some((*record, unsure)),
            _ => None,
        }
    }

    #[test]
    fn a_record_is_selected_before_it_is_transformed() {
        let selection = Selection {
            kinds: vec!["esf-project".to_owned()],
            conditions: vec!["title~bron".parse().unwrap()],
            ..Selection::default()
        };
        assert_eq!(selected(&selection).unwrap().0.title, None);
        let other = Selection {
            kinds: vec!["document".to_owned()],
            ..Selection::default()
        };
        assert!(selected(&other).is_none());
    }

    #[test]
    fn a_record_that_cannot_be_transformed_is_an_error_in_both_passes() {
        let preparation = RecordPreparation {
            selection: &Selection::default(),
            with_signatures: false,
            transform: Some(&|_, _| Err("no".to_owned())),
        };
        for pass in [Pass::Infer, Pass::Write] {
            let prepared = preparation.prepare(Ok(record()), pass);
            assert!(matches!(prepared, PreparedRecord::TransformFailed(why) if why == "no"));
        }
    }

    #[test]
    fn a_value_with_low_confidence_is_removed_and_matches_no_condition() {
        let mut selection = Selection {
            min_confidence: Some(0.9),
            ..Selection::default()
        };
        let (record, unsure) = selected(&selection).unwrap();
        assert_eq!(unsure, 2);
        assert!(!record.fields.contains_key("email"));
        assert!(record.other.is_empty());
        selection.conditions = vec!["email".parse().unwrap()];
        assert!(selected(&selection).is_none());
    }
}
