//! Archive statistics: counts of records, pages, fields and amounts.
//!
//! [`StatsCollector`] adds up one record after the other; its size does not depend on their number.
//! [`html::page`] renders the result as a page. The caller reads the records and prints tables.

mod chart;
pub mod html;
mod sample;

use std::collections::BTreeMap;

use serde::Serialize;

use diarium_document::{FieldValue, Origin, Record};
use sample::Sample;

/// Most different values of a field, such as regions, that are counted separately.
// A bound on memory for fields whose values are unexpectedly free text. Sweden has 21 counties and 290
// municipalities.
const MAX_VALUES: usize = 1000;

/// The name under which all further values are counted.
const OTHERS: &str = "(others)";

/// Bins of confidences, from 0 to 1.
const STEPS: usize = 10;

/// Counts by name.
pub type Counts = BTreeMap<String, u64>;

/// Collects the statistics.
#[derive(Debug, Default)]
pub struct StatsCollector {
    stats: ArchiveStats,
    amounts: BTreeMap<String, Sample>,
    by_kind: BTreeMap<String, BTreeMap<String, Sample>>,
}

/// The statistics of an archive. The names of the fields are the members of the JSON output.
#[derive(Debug, Default, Clone, PartialEq, Serialize)]
pub struct ArchiveStats {
    /// Records.
    pub records: u64,
    /// Files without a record.
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
    /// Records without a year.
    pub without_year: u64,
    /// Records by region.
    pub regions: Counts,
    /// Records without a region.
    pub without_region: u64,
    /// Amounts in whole kronor, by field.
    pub amounts: BTreeMap<String, Amounts>,
    /// Records in which a field has a value, by field.
    pub fields: Counts,
    /// Field values by confidence, in bins of 0.1; the last includes 1.0.
    pub confidences: [u64; STEPS],
    /// Records with a warning, by its code.
    pub warnings: Counts,
    /// Records without any warning.
    pub without_warning: u64,
}

/// Amounts of one field.
#[derive(Debug, Default, Clone, PartialEq, Serialize)]
pub struct Amounts {
    /// All of them.
    #[serde(flatten)]
    pub all: AmountSummary,
    /// Those of each kind.
    pub by_kind: BTreeMap<String, AmountSummary>,
}

/// The sum and the median of amounts.
#[derive(Debug, Default, Clone, PartialEq, Serialize)]
pub struct AmountSummary {
    /// How many there are.
    pub count: u64,
    /// Their sum, in whole kronor.
    pub sum_sek: i128,
    /// Their median, in whole kronor.
    pub median_sek: i64,
    /// Whether the median is that of all amounts, not of a sample.
    pub median_is_exact: bool,
}

impl StatsCollector {
    /// Adds a record.
    pub fn add(&mut self, record: &Record) {
        let stats = &mut self.stats;
        stats.records += 1;
        count(&mut stats.kinds, &record.kind);
        stats.pages += record.pages.len() as u64;
        let ocr = record
            .pages
            .iter()
            .filter(|page| page.origin == Origin::Ocr);
        stats.ocr_pages += ocr.count() as u64;
        match year(record) {
            Some(year) => count(&mut stats.years, year),
            None => stats.without_year += 1,
        }
        match record.fields.get("region").map(|field| &field.value) {
            Some(FieldValue::Text(region)) => count(&mut stats.regions, region),
            _ => stats.without_region += 1,
        }
        for (name, field) in &record.fields {
            count(&mut stats.fields, name);
            let step = (field.confidence.clamp(0.0, 1.0) * STEPS as f64) as usize;
            stats.confidences[step.min(STEPS - 1)] += 1;
            // Participants are integers, too, but no amounts. Euros (`_eur`) are never added to kronor.
            if let (FieldValue::Integer(amount), true) = (&field.value, name.ends_with("_sek")) {
                self.amounts.entry(name.clone()).or_default().add(*amount);
                let kinds = self.by_kind.entry(name.clone()).or_default();
                kinds.entry(record.kind.clone()).or_default().add(*amount);
            }
        }
        let mut codes: Vec<String> = record.warnings.iter().map(|w| w.code.to_string()).collect();
        codes.sort();
        // A record with several warnings of one code counts once.
        codes.dedup();
        stats.without_warning += u64::from(codes.is_empty());
        codes
            .iter()
            .for_each(|code| count(&mut stats.warnings, code));
    }

    /// Adds a file without a record.
    pub fn add_unreadable(&mut self) {
        self.stats.unreadable += 1;
    }

    /// The statistics of all records.
    pub fn finish(self) -> ArchiveStats {
        let mut stats = self.stats;
        if stats.pages > 0 {
            let share = stats.ocr_pages as f64 / stats.pages as f64;
            stats.ocr_share = (share * 1000.0).round() / 1000.0;
        }
        let mut by_kind = self.by_kind;
        for (name, sample) in self.amounts {
            let kinds = by_kind.remove(&name).unwrap_or_default();
            let by_kind = kinds
                .into_iter()
                .map(|(kind, sample)| (kind, sample.summary()))
                .collect();
            let all = sample.summary();
            stats.amounts.insert(name, Amounts { all, by_kind });
        }
        stats
    }
}

fn count(counts: &mut Counts, name: &str) {
    // A value that has been counted keeps its name, so that its count is complete.
    let name = if counts.len() < MAX_VALUES || counts.contains_key(name) {
        name
    } else {
        OTHERS
    };
    *counts.entry(name.to_owned()).or_default() += 1;
}

/// The year of the first date field that the record has.
fn year(record: &Record) -> Option<&str> {
    // The start of a project, or of a call; the end only if there is no start.
    ["period_start", "opens", "period_end", "closes"]
        .iter()
        .find_map(|name| match &record.fields.get(*name)?.value {
            FieldValue::Text(day) => day
                .get(..4)
                .filter(|year| year.bytes().all(|b| b.is_ascii_digit())),
            FieldValue::Integer(_) => None,
        })
}
