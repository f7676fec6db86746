//! Which records go into the tables, under which number, in which split?

use diarium_dataset::export::metadata::Counts;
use diarium_dataset::export::{self, Duplicates, Fate, Layout, Prepared, Row, Sink};
use diarium_document::Record;

/// Writes the records that stay, and counts.
pub(super) struct Scribe<'s> {
    pub(super) layout: &'s Layout,
    pub(super) fates: Option<&'s [Fate]>,
    pub(super) splits: Vec<&'s str>,
    pub(super) sink: Box<dyn Sink>,
    pub(super) duplicates: Option<Duplicates>,
    /// Of each judged record so far, the number in the dataset, 0 for those left out.
    pub(super) numbers: Vec<i64>,
    pub(super) counts: Counts,
    pub(super) by_split: Vec<u64>,
}

impl Scribe<'_> {
    pub(super) fn take(&mut self, prepared: Prepared) -> Result<(), export::Error> {
        let (record, unsure) = match prepared {
            Prepared::NotSelected => {
                self.counts.not_selected += 1;
                return Ok(());
            }
            Prepared::Unreadable(_) => {
                self.counts.unreadable += 1;
                return Ok(());
            }
            Prepared::NotTransformed(why) => return Err(export::Error::NotTransformed { why }),
            Prepared::Taken { record, unsure, .. } => (record, unsure),
        };
        // A record more than was judged means that the archive changed, which is told at the end.
        let fate = self.fates.and_then(|fates| fates.get(self.numbers.len()));
        let split = match fate {
            Some(Fate::LeftOut { of, likeness }) => return self.leave_out(&record, *of, *likeness),
            Some(Fate::Kept { split }) => *split,
            None => None,
        };
        self.counts.records += 1;
        self.counts.unsure += unsure;
        let number = i64::try_from(self.counts.records).unwrap_or(i64::MAX);
        if self.fates.is_some() {
            self.numbers.push(number);
        }
        if let Some(split) = split {
            self.by_split[split] += 1;
        }
        let row = Row {
            number,
            split: split.map(|split| self.splits[split]),
            record: &record,
        };
        self.sink.add(row, self.layout)
    }

    /// Leaves out a record that is like the one that was judged as number `of`.
    fn leave_out(&mut self, record: &Record, of: u32, likeness: f64) -> Result<(), export::Error> {
        self.counts.duplicates += 1;
        let of = self.numbers.get(of as usize).copied().unwrap_or_default();
        self.numbers.push(0);
        match &mut self.duplicates {
            Some(file) => file.add(record, of, likeness),
            None => Ok(()),
        }
    }
}
