//! How does an archive become a dataset, from the first record to the finished folder?
//!
//! Two passes, in order, in bounded memory; see [`crate::export`]. The folder appears whole.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::Error;
use super::tools::load_profiles;
use crate::archive::{Archive, Seen, Stored};
use crate::catalogue::Catalogue;
use crate::emit::{Replace, Staged};
use crate::export::{
    self, Format, Layout, Made, Pass, Prepared, Row, Selection, Sink, Stages, Survey, Transform,
};

/// What is to be exported, and where to.
pub struct ExportOptions<'e> {
    /// The output folder whose records are exported.
    pub archive: PathBuf,
    /// The folder to make.
    pub target: PathBuf,
    /// How the tables are written.
    pub format: Format,
    /// Which records, and what of them.
    pub selection: Selection,
    /// What is done to each record before any format sees it.
    pub transform: Option<Transform<'e>>,
    /// A folder with the user's own profiles, for the columns of their kinds.
    pub profiles: Option<PathBuf>,
    /// Whether files in the target's place may be replaced that are no earlier export.
    pub force: bool,
}

/// Who wants to know how far an export is. Called on one thread at a time.
pub trait ExportObserver: Sync {
    /// So many records will pass, each twice.
    fn planned(&self, records: u64);
    /// A record has passed.
    fn passed(&self);
    /// A file is no record and is left out.
    fn unreadable(&self, file: &Path, why: &str);
}

/// What came of an export.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exported {
    /// Records written.
    pub records: u64,
    /// Records that the selection left out.
    pub not_selected: u64,
    /// Values that were not sure enough.
    pub unsure: u64,
    /// Files that hold no record.
    pub unreadable: u64,
}

/// Makes the dataset.
pub fn export(
    options: &ExportOptions<'_>,
    observer: &dyn ExportObserver,
) -> Result<Exported, Error> {
    let catalogue = Catalogue::open_to_read(&options.archive)?;
    let profiles = load_profiles(options.profiles.as_deref())?;
    observer.planned(catalogue.count_records()?);
    let walk = Walk {
        archive: Archive::new(&options.archive),
        stages: Stages {
            selection: &options.selection,
            transform: options.transform,
        },
        observer,
    };
    let (survey, seen) = walk.survey()?;
    let layout = Layout::new(&survey, &options.selection, &profiles, false)?;
    let staged = Staged::begin(&options.target)?;
    let mut sink = options
        .format
        .begin(staged.folder(), &options.selection, &layout)?;
    let (exported, seen_again) = walk.write(&layout, sink.as_mut())?;
    if seen != seen_again {
        return Err(Error::Changed);
    }
    let _files: Vec<Made> = sink.finish(&layout)?;
    staged.publish(Replace::All)?;
    Ok(exported)
}

/// The two passes over the records of an archive.
struct Walk<'w> {
    archive: Archive,
    stages: Stages<'w>,
    observer: &'w dyn ExportObserver,
}

impl Walk<'_> {
    fn survey(&self) -> Result<(Survey, Seen), Error> {
        let mut survey = Survey::default();
        let seen = self.pass(Pass::Survey, |prepared| match prepared {
            Prepared::Taken { record, .. } => survey.add(&record),
            Prepared::NotSelected | Prepared::Unreadable(_) => Ok(()),
        })?;
        Ok((survey, seen))
    }

    fn write(&self, layout: &Layout, sink: &mut dyn Sink) -> Result<(Exported, Seen), Error> {
        let mut exported = Exported::default();
        let seen = self.pass(Pass::Write, |prepared| {
            match prepared {
                Prepared::NotSelected => exported.not_selected += 1,
                Prepared::Unreadable(_) => exported.unreadable += 1,
                Prepared::Taken { record, unsure } => {
                    exported.records += 1;
                    exported.unsure += unsure;
                    let row = Row {
                        number: i64::try_from(exported.records).unwrap_or(i64::MAX),
                        split: None,
                        record: &record,
                    };
                    sink.add(row, layout)?;
                }
            }
            Ok(())
        })?;
        Ok((exported, seen))
    }

    fn pass(
        &self,
        pass: Pass,
        mut visit: impl FnMut(Prepared) -> Result<(), export::Error> + Send,
    ) -> Result<Seen, Error> {
        let mut stopped = Ok(());
        let prepare = |stored: Stored| {
            let prepared = self.stages.prepare(stored.record, pass);
            (stored.file, prepared)
        };
        let seen = self.archive.read(prepare, |(file, prepared)| {
            if let (Pass::Write, Prepared::Unreadable(why)) = (pass, &prepared) {
                self.observer.unreadable(&file, why);
            }
            self.observer.passed();
            match visit(prepared) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    stopped = Err(error);
                    ControlFlow::Break(())
                }
            }
        })?;
        stopped?;
        Ok(seen)
    }
}
