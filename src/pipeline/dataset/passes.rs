//! The two passes over the records: schema inference, then writing the tables.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::de::DeserializeOwned;

use super::{ExportObserver, ExportOptions};
use crate::archive::{Archive, ArchiveSnapshot, RecordFile};
use crate::pipeline::Error;
use diarium_dataset::export::metadata::ExportCounts;
use diarium_dataset::export::{
    self, DatasetFile, Deduplicator, Disposition, DuplicateList, Layout, Pass, PreparedRecord,
    RecordHeader, RecordPreparation, Row, SchemaInference, Sink, SplitOptions,
};
use diarium_document::Record;

/// The two passes over the records of an archive.
pub(super) struct Passes<'p> {
    pub(super) archive: Archive,
    pub(super) preparation: RecordPreparation<'p>,
    pub(super) observer: &'p dyn ExportObserver,
    pub(super) cancel: &'p AtomicBool,
}

/// The result of the first pass.
pub(super) struct Inferred {
    pub(super) schema: SchemaInference,
    /// What becomes of each selected record, if there are splits or deduplication.
    pub(super) dispositions: Option<Vec<Disposition>>,
    pub(super) snapshot: ArchiveSnapshot,
}

/// The result of the second pass.
pub(super) struct Written {
    pub(super) files: Vec<DatasetFile>,
    pub(super) counts: ExportCounts,
    /// Records per split.
    pub(super) by_split: Vec<u64>,
    pub(super) snapshot: ArchiveSnapshot,
}

impl Passes<'_> {
    /// The first pass.
    pub(super) fn infer(&self, options: &SplitOptions) -> Result<Inferred, Error> {
        let mut schema = SchemaInference::default();
        let mut deduplicator = Deduplicator::new(options);
        let snapshot = if self.preparation.needs_only_headers() {
            let prepare =
                |file: RecordFile<RecordHeader>| self.preparation.prepare_header(file.record);
            self.for_each(prepare, |header| match header {
                Some(header) => schema.add_header(&header),
                None => Ok(()),
            })?
        } else {
            let prepare = |file: RecordFile| self.preparation.prepare(file.record, Pass::Infer);
            self.for_each(prepare, |prepared| match prepared {
                PreparedRecord::Selected {
                    record, content, ..
                } => {
                    if let Some(content) = content {
                        deduplicator.add(content);
                    }
                    schema.add(&record)
                }
                PreparedRecord::TransformFailed(why) => Err(export::Error::TransformFailed { why }),
                PreparedRecord::NotSelected | PreparedRecord::Unreadable(_) => Ok(()),
            })?
        };
        let with_signatures = self.preparation.with_signatures;
        let splits = options.splits.as_ref();
        Ok(Inferred {
            schema,
            dispositions: with_signatures.then(|| deduplicator.finish(splits)),
            snapshot,
        })
    }

    /// The second pass.
    pub(super) fn write(
        &self,
        options: &ExportOptions<'_>,
        layout: &Layout,
        dispositions: Option<&[Disposition]>,
        folder: &Path,
    ) -> Result<Written, Error> {
        let mut writer = DatasetWriter::create(options, layout, dispositions, folder)?;
        let prepare = |file: RecordFile| {
            let prepared = self.preparation.prepare(file.record, Pass::Write);
            (file.path, prepared)
        };
        let snapshot = self.for_each(prepare, |(path, prepared)| {
            if let PreparedRecord::Unreadable(why) = &prepared {
                // Reported here only: the first pass met the same files.
                self.observer.unreadable(&path, why);
            }
            writer.add(prepared)
        })?;
        let mut files = writer.sink.finish(layout)?;
        files.extend(writer.duplicates.map(DuplicateList::finish).transpose()?);
        Ok(Written {
            files,
            counts: writer.counts,
            by_split: writer.by_split,
            snapshot,
        })
    }

    /// Prepares all records on all cores, and visits them in order.
    fn for_each<R: DeserializeOwned, T: Send>(
        &self,
        prepare: impl Fn(RecordFile<R>) -> T + Sync,
        mut visit: impl FnMut(T) -> Result<(), export::Error> + Send,
    ) -> Result<ArchiveSnapshot, Error> {
        let mut result = Ok(());
        let snapshot = self.archive.read(prepare, |prepared| {
            self.observer.passed();
            if self.cancel.load(Ordering::Relaxed) {
                return ControlFlow::Break(());
            }
            match visit(prepared) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    result = Err(error);
                    ControlFlow::Break(())
                }
            }
        })?;
        result?;
        if self.cancel.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        Ok(snapshot)
    }
}

/// Writes the selected records into a sink, without near-duplicates, and counts.
struct DatasetWriter<'w> {
    layout: &'w Layout,
    dispositions: Option<&'w [Disposition]>,
    splits: Vec<&'w str>,
    sink: Box<dyn Sink>,
    duplicates: Option<DuplicateList>,
    /// For each record with a disposition so far, its number in the dataset; 0 if it is left out.
    numbers: Vec<i64>,
    counts: ExportCounts,
    by_split: Vec<u64>,
}

impl<'w> DatasetWriter<'w> {
    fn create(
        options: &'w ExportOptions<'_>,
        layout: &'w Layout,
        dispositions: Option<&'w [Disposition]>,
        folder: &Path,
    ) -> Result<Self, export::Error> {
        let format = options.format;
        let formulas = options.formulas;
        let with_duplicate_list = options.splits.without_duplicates;
        let duplicates = with_duplicate_list.then(|| DuplicateList::create(folder, formulas));
        Ok(Self {
            layout,
            dispositions,
            splits: options.splits.names().collect(),
            sink: format.create_sink(folder, &options.selection, layout, formulas)?,
            duplicates: duplicates.transpose()?,
            numbers: Vec::new(),
            counts: ExportCounts::default(),
            by_split: vec![0; options.splits.names().count()],
        })
    }

    fn add(&mut self, prepared: PreparedRecord) -> Result<(), export::Error> {
        match prepared {
            PreparedRecord::NotSelected => {
                self.counts.not_selected += 1;
                Ok(())
            }
            PreparedRecord::Unreadable(_) => {
                self.counts.unreadable += 1;
                Ok(())
            }
            PreparedRecord::TransformFailed(why) => Err(export::Error::TransformFailed { why }),
            PreparedRecord::Selected { record, unsure, .. } => self.add_record(&record, unsure),
        }
    }

    fn add_record(&mut self, record: &Record, unsure: u64) -> Result<(), export::Error> {
        // There may be more records than in the first pass if a run writes at the same time. The
        // snapshots differ then, and the export is abandoned at the end.
        let disposition = self
            .dispositions
            .and_then(|dispositions| dispositions.get(self.numbers.len()));
        let split = match disposition {
            Some(Disposition::NearDuplicate {
                original,
                similarity,
            }) => return self.leave_out(record, *original, *similarity),
            Some(Disposition::Included { split }) => *split,
            None => None,
        };
        self.counts.records += 1;
        self.counts.unsure += unsure;
        let number = i64::try_from(self.counts.records).unwrap_or(i64::MAX);
        if self.dispositions.is_some() {
            self.numbers.push(number);
        }
        if let Some(split) = split {
            self.by_split[split] += 1;
        }
        let row = Row {
            number,
            split: split.map(|split| self.splits[split]),
            record,
        };
        self.sink.add(row, self.layout)
    }

    /// Lists a near-duplicate of the record with the index `original`.
    fn leave_out(
        &mut self,
        record: &Record,
        original: u32,
        similarity: f64,
    ) -> Result<(), export::Error> {
        self.counts.duplicates += 1;
        let number = self.numbers.get(original as usize);
        let number = number.copied().unwrap_or_default();
        // Indexes of originals count all records with a disposition, so one that is left out needs an
        // entry too.
        self.numbers.push(0);
        match &mut self.duplicates {
            Some(list) => list.add(record, number, similarity),
            None => Ok(()),
        }
    }
}
