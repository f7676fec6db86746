//! What is in an archive, for people?
//!
//! [`Stats`] takes one record after the other and holds counts only: how many records it has seen
//! makes no difference to its size. [`html::page`] makes a page of them. Where records come from and how a
//! table is printed is for others.

pub mod html;
mod sample;

use std::collections::BTreeMap;

use serde::Serialize;

use diarium_document::{FieldValue, Origin, Record};
use sample::Sample;

/// Different values of one kind (regions, years) that are counted apart; more are counted together.
const MOST_VALUES: usize = 1000;

/// Under which name values are counted that have no row of their own.
const OTHERS: &str = "(others)";

/// Steps of the scale from 0 to 1 on which confidences are counted.
const STEPS: usize = 10;

/// Counts by name.
pub type Counts = BTreeMap<String, u64>;

/// Counts gathered so far.
#[derive(Debug, Default)]
pub struct Stats {
    report: Report,
    amounts: BTreeMap<String, Sample>,
    by_kind: BTreeMap<String, BTreeMap<String, Sample>>,
}

/// What there is.
#[derive(Debug, Default, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Records.
    pub records: u64,
    /// Files that should be records and are none.
    pub unreadable: u64,
    /// Pages.
    pub pages: u64,
    /// Pages that were read from an image.
    pub ocr_pages: u64,
    /// Share of pages that were read from an image.
    pub ocr_share: f64,
    /// Records by kind.
    pub kinds: Counts,
    /// Records by the year in which a project starts or a call opens.
    pub years: Counts,
    /// Records that say no year.
    pub without_year: u64,
    /// Records by region.
    pub regions: Counts,
    /// Records that say no region.
    pub without_region: u64,
    /// Whole kronor by field, and by field and kind.
    pub amounts: BTreeMap<String, Amounts>,
    /// In how many records each field has a value.
    pub fields: Counts,
    /// Fields' values by confidence: how many from 0.0 up to 0.1, and so on; the last holds 1.0.
    pub confidences: [u64; STEPS],
    /// Records in which a warning stands, by its code.
    pub warnings: Counts,
    /// Records without any warning.
    pub without_warning: u64,
}

/// Amounts of one field.
#[derive(Debug, Default, Clone, PartialEq, Serialize)]
pub struct Amounts {
    /// All of them.
    #[serde(flatten)]
    pub all: Sum,
    /// Those of each kind.
    pub by_kind: BTreeMap<String, Sum>,
}

/// Amounts, added up.
#[derive(Debug, Default, Clone, PartialEq, Serialize)]
pub struct Sum {
    /// How many there are.
    pub count: u64,
    /// All together, in whole kronor.
    pub sum_sek: i128,
    /// The one in the middle; of two, what is halfway between them, in whole kronor.
    pub median_sek: i64,
    /// Whether the median is of all amounts, or of a part of very many.
    pub median_is_exact: bool,
}

impl Stats {
    /// Counts a record.
    pub fn add(&mut self, record: &Record) {
        let report = &mut self.report;
        report.records += 1;
        count(&mut report.kinds, &record.kind);
        report.pages += record.pages.len() as u64;
        let ocr = record
            .pages
            .iter()
            .filter(|page| page.origin == Origin::Ocr);
        report.ocr_pages += ocr.count() as u64;
        match year(record) {
            Some(year) => count(&mut report.years, year),
            None => report.without_year += 1,
        }
        match record.fields.get("region").map(|field| &field.value) {
            Some(FieldValue::Text(region)) => count(&mut report.regions, region),
            _ => report.without_region += 1,
        }
        for (name, field) in &record.fields {
            count(&mut report.fields, name);
            let step = (field.confidence.clamp(0.0, 1.0) * STEPS as f64) as usize;
            report.confidences[step.min(STEPS - 1)] += 1;
            if let (FieldValue::Integer(amount), true) = (&field.value, name.ends_with("_sek")) {
                self.amounts.entry(name.clone()).or_default().add(*amount);
                let kinds = self.by_kind.entry(name.clone()).or_default();
                kinds.entry(record.kind.clone()).or_default().add(*amount);
            }
        }
        let mut codes: Vec<String> = record.warnings.iter().map(|w| w.code.to_string()).collect();
        codes.sort();
        codes.dedup();
        report.without_warning += u64::from(codes.is_empty());
        codes
            .iter()
            .for_each(|code| count(&mut report.warnings, code));
    }

    /// Counts a file that holds no record.
    pub fn add_unreadable(&mut self) {
        self.report.unreadable += 1;
    }

    /// What there is.
    pub fn finish(self) -> Report {
        let mut report = self.report;
        if report.pages > 0 {
            let share = report.ocr_pages as f64 / report.pages as f64;
            report.ocr_share = (share * 1000.0).round() / 1000.0;
        }
        let mut by_kind = self.by_kind;
        for (name, sample) in self.amounts {
            let kinds = by_kind.remove(&name).unwrap_or_default();
            let by_kind = kinds
                .into_iter()
                .map(|(kind, sample)| (kind, sample.sum()))
                .collect();
            let all = sample.sum();
            report.amounts.insert(name, Amounts { all, by_kind });
        }
        report
    }
}

fn count(counts: &mut Counts, name: &str) {
    let name = if counts.len() < MOST_VALUES || counts.contains_key(name) {
        name
    } else {
        OTHERS
    };
    *counts.entry(name.to_owned()).or_default() += 1;
}

/// The first four digits of the first day that the record tells.
fn year(record: &Record) -> Option<&str> {
    ["period_start", "opens", "period_end", "closes"]
        .iter()
        .find_map(|name| match &record.fields.get(*name)?.value {
            FieldValue::Text(day) => day
                .get(..4)
                .filter(|year| year.bytes().all(|b| b.is_ascii_digit())),
            FieldValue::Integer(_) => None,
        })
}
