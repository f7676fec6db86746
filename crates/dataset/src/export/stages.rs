//! What happens to each record before any format sees it?
//!
//! Values that are too unsure are left out, then the user's conditions choose, then the signature of
//! the text is taken, then the transformation is applied. This is one function of one record, called
//! on all cores; each record passes twice, once in each [`Pass`], and must come out alike.

use std::collections::BTreeMap;

use super::fate::Content;
use super::name;
use super::{Condition, Outline};
use diarium_document::{Field, Record};

/// Which time a record passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// To find out which kinds, columns and types there are.
    Survey,
    /// To be written. Whoever counts counts here.
    Write,
}

/// Changes a record in place, such as by taking out what must not leave. The same record is changed
/// alike each time, in whatever order records come. An error stops the export: a record that could
/// not be changed must not leave as it is.
pub type Transform<'t> = &'t (dyn Fn(&mut Record, Pass) -> Result<(), String> + Sync);

/// Which records are exported, and what of them.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Kinds; none: all.
    pub kinds: Vec<String>,
    /// All of these must hold.
    pub conditions: Vec<Condition>,
    /// Field values that are less sure than this are left out.
    pub min_confidence: Option<f64>,
    /// Columns and parts, by name; none: all.
    pub columns: Option<Vec<String>>,
}

/// A record after all stages.
#[derive(Debug)]
pub enum Prepared {
    /// It goes on.
    Taken {
        /// What is left of it.
        record: Box<Record>,
        /// How many values were not sure enough.
        unsure: u64,
        /// What it is judged by, if records are judged and this is the survey.
        content: Option<Content>,
    },
    /// The selection leaves it out.
    NotSelected,
    /// There is no record, and this is why.
    Unreadable(String),
    /// The record could not be transformed, and this is why: the export must stop.
    NotTransformed(String),
}

/// What is done to each record.
#[derive(Clone, Copy)]
pub struct Stages<'s> {
    /// Which records go on.
    pub selection: &'s Selection,
    /// Whether those are judged by what they say.
    pub judged: bool,
    /// What is done to those.
    pub transform: Option<Transform<'s>>,
}

impl Stages<'_> {
    /// Whether a record's [`Outline`] tells the survey all that it asks.
    pub fn ask_for_outlines(&self) -> bool {
        !self.judged && self.transform.is_none() && self.selection.conditions.is_empty()
    }

    /// Takes a record's outline through, on its way to the survey; nothing where the selection leaves
    /// it out or it is no record.
    pub fn outline(&self, outline: Result<Outline, String>) -> Option<Outline> {
        let is_sure = |confidence| self.selection.is_sure(confidence);
        let outline = outline.and_then(|outline| outline.checked(is_sure));
        outline
            .ok()
            .filter(|outline| self.selection.takes_kind(outline.kind()))
    }

    /// Takes a record through.
    pub fn prepare(&self, record: Result<Record, String>, pass: Pass) -> Prepared {
        let mut record = match record.and_then(name::check) {
            Ok(record) => record,
            Err(why) => return Prepared::Unreadable(why),
        };
        let mut left_out = self.selection.leave_out_unsure(&mut record);
        let unsure = left_out.len() as u64;
        if !self.selection.takes(&record) {
            return Prepared::NotSelected;
        }
        let is_judged = self.judged && pass == Pass::Survey;
        let content = is_judged.then(|| Content::of(&record));
        if let Some(transform) = self.transform {
            // What is not sure enough to be told may still tell who is named elsewhere.
            let names: Vec<String> = left_out.keys().cloned().collect();
            record.fields.append(&mut left_out);
            if let Err(why) = transform(&mut record, pass) {
                return Prepared::NotTransformed(why);
            }
            record.fields.retain(|name, _| !names.contains(name));
        }
        Prepared::Taken {
            record: Box::new(record),
            unsure,
            content,
        }
    }
}

impl Selection {
    fn leave_out_unsure(&self, record: &mut Record) -> BTreeMap<String, Field> {
        if self.min_confidence.is_none() {
            return BTreeMap::new();
        }
        let (sure, unsure) = std::mem::take(&mut record.fields)
            .into_iter()
            .partition(|(_, field)| self.is_sure(field.confidence));
        record.fields = sure;
        unsure
    }

    /// Whether a value of that confidence goes into the export.
    fn is_sure(&self, confidence: f64) -> bool {
        self.min_confidence
            .is_none_or(|minimum| confidence >= minimum)
    }

    fn takes(&self, record: &Record) -> bool {
        let holds = |condition: &Condition| condition.holds(record);
        self.takes_kind(&record.kind) && self.conditions.iter().all(holds)
    }

    fn takes_kind(&self, kind: &str) -> bool {
        self.kinds.is_empty() || self.kinds.iter().any(|wanted| wanted == kind)
    }

    /// Whether a column or a part goes into the export.
    pub fn wants(&self, name: &str) -> bool {
        let wanted = |names: &Vec<String>| names.iter().any(|wanted| wanted == name);
        self.columns.as_ref().is_none_or(wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_support::record;
    use super::*;

    fn taken(selection: &Selection) -> Option<(Record, u64)> {
        let stages = Stages {
            selection,
            judged: false,
            transform: Some(&|record, _| {
                record.title = None;
                Ok(())
            }),
        };
        match stages.prepare(Ok(record()), Pass::Write) {
            Prepared::Taken { record, unsure, .. } => Some((*record, unsure)),
            _ => None,
        }
    }

    #[test]
    fn a_record_is_chosen_by_what_it_says_and_then_transformed() {
        let selection = Selection {
            kinds: vec!["esf-project".to_owned()],
            conditions: vec!["title~bron".parse().unwrap()],
            ..Selection::default()
        };
        assert_eq!(taken(&selection).unwrap().0.title, None);
        let other = Selection {
            kinds: vec!["document".to_owned()],
            ..Selection::default()
        };
        assert!(taken(&other).is_none());
    }

    #[test]
    fn a_record_that_cannot_be_transformed_does_not_go_on() {
        let stages = Stages {
            selection: &Selection::default(),
            judged: false,
            transform: Some(&|_, _| Err("no".to_owned())),
        };
        for pass in [Pass::Survey, Pass::Write] {
            let prepared = stages.prepare(Ok(record()), pass);
            assert!(matches!(prepared, Prepared::NotTransformed(why) if why == "no"));
        }
    }

    #[test]
    fn an_unsure_value_is_left_out_and_fulfils_no_condition() {
        let mut selection = Selection {
            min_confidence: Some(0.9),
            ..Selection::default()
        };
        let (record, unsure) = taken(&selection).unwrap();
        assert_eq!(unsure, 1);
        assert!(!record.fields.contains_key("email"));
        selection.conditions = vec!["email".parse().unwrap()];
        assert!(taken(&selection).is_none());
    }
}
