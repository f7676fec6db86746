//! How does an archive become a dataset, from the first record to the finished folder?
//!
//! Two passes, in order, in bounded memory; see [`diarium_dataset::export`]. The folder appears whole.

mod place;
mod scribe;

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{Error, clock};
use crate::archive::{Archive, Seen, Stored};
use crate::catalogue::{Catalogue, ExportRow, RunProvenance, hash_file};
use crate::extractor::load_profiles;
use crate::files::AtomicDir;
use crate::validate;
use diarium_dataset::export::metadata::{self, Counts, Facts, Given, Run};
use diarium_dataset::export::{
    self, DeclaredFields, Duplicates, Fate, Format, Judge, Layout, Made, Outline, Pass, Prepared,
    Selection, Sharing, Stages, Survey, Transform,
};
use diarium_extract::profile::Profiles;

use place::Place;
use scribe::Scribe;

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
    /// How they are shared out, and whether near-duplicates are left out.
    pub sharing: Sharing,
    /// What is done to each record before any format sees it.
    pub transform: Option<Transform<'e>>,
    /// What the user says of the dataset.
    pub given: Given,
    /// A folder with the user's own profiles, for the columns of their kinds.
    pub profiles: Option<PathBuf>,
    /// Whether files in the target's place may be replaced that are no earlier export.
    pub force: bool,
    /// Once set, the export is given up, and nothing is left of it.
    pub cancel: Arc<AtomicBool>,
}

/// Who wants to know how far an export is. Called on one thread at a time.
pub trait ExportObserver: Sync {
    /// So many records will pass, each twice.
    fn planned(&self, records: u64);
    /// A record has passed.
    fn passed(&self);
    /// A file is no record and is left out.
    fn unreadable(&self, file: &Path, why: &str);
    /// Both passes are over; `notes` may be added to the metadata, each under its name.
    fn notes(&self) -> Map<String, Value> {
        Map::new()
    }
}

/// What came of an export.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exported {
    /// What became of the archive's records.
    pub counts: Counts,
    /// Records by split, in the order of the splits.
    pub splits: Vec<(String, u64)>,
    /// Cells that a spreadsheet would have run.
    pub made_harmless: u64,
}

/// Makes the dataset.
///
/// # Errors
/// If the archive cannot be read, something else stands in the dataset's place, or it cannot be
/// written. A file that holds no record is told, counted, and left out.
pub fn export(
    options: &ExportOptions<'_>,
    observer: &dyn ExportObserver,
) -> Result<Exported, Error> {
    let catalogue = Catalogue::open_to_read(&options.archive)?;
    let profiles = load_profiles(options.profiles.as_deref())?;
    let place = Place::look(options)?;
    observer.planned(catalogue.count_records()?);
    let walk = Walk {
        archive: Archive::new(&options.archive),
        stages: Stages {
            selection: &options.selection,
            judged: options.sharing.looks_into_records(),
            transform: options.transform,
        },
        observer,
        cancel: &options.cancel,
    };
    let (survey, fates, seen) = walk.survey(&options.sharing)?;
    let has_splits = options.sharing.splits.is_some();
    let declared = declared_fields(&profiles);
    let layout = Layout::new(&survey, &options.selection, &declared, has_splits)?;
    let staging = AtomicDir::create(&place.target)?;
    let written = walk.write(options, &layout, fates.as_deref(), staging.folder())?;
    if seen != written.seen {
        return Err(Error::ArchiveChanged);
    }
    let runs = catalogue.runs_of_records()?;
    let name = place.target.file_name().unwrap_or_default();
    let description = Description {
        options,
        layout: &layout,
        name: name.to_string_lossy().into_owned(),
        folder: staging.folder(),
    };
    let exported = description.write(written, runs, observer.notes())?;
    staging.commit(place.replace)?;
    place.clear()?;
    list_export(options, &place.target);
    Ok(exported)
}

/// Lists the export in the catalogue, so that `forget` can name it. Where the folder cannot be
/// written, as on a read-only medium, the export is made all the same.
fn list_export(options: &ExportOptions<'_>, target: &Path) {
    let path = fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
    let row = ExportRow {
        created: clock::now(),
        created_ns: clock::now_ns(),
        path: path.to_string_lossy().into_owned(),
        format: options.format.as_str().to_owned(),
        options: serde_json::json!({ "transformed": options.transform.is_some() }),
    };
    if let Err(error) = row.store(&options.archive) {
        tracing::warn!("the export is not listed in the catalogue: {error}");
    }
}

/// The two passes over the records of an archive.
struct Walk<'w> {
    archive: Archive,
    stages: Stages<'w>,
    observer: &'w dyn ExportObserver,
    cancel: &'w AtomicBool,
}

/// What the second pass gives.
struct Written {
    files: Vec<Made>,
    counts: Counts,
    by_split: Vec<u64>,
    seen: Seen,
}

impl Walk<'_> {
    /// The first pass: what there is, and what becomes of each record if that is asked.
    fn survey(&self, sharing: &Sharing) -> Result<(Survey, Option<Vec<Fate>>, Seen), Error> {
        let mut survey = Survey::default();
        let mut judge = Judge::new(sharing);
        let seen = if self.stages.ask_for_outlines() {
            let prepare = |stored: Stored<Outline>| self.stages.outline(stored.record);
            self.pass(prepare, |outline| match outline {
                Some(outline) => survey.add_outline(&outline),
                None => Ok(()),
            })?
        } else {
            let prepare = |stored: Stored| self.stages.prepare(stored.record, Pass::Survey);
            self.pass(prepare, |prepared| match prepared {
                Prepared::Taken {
                    record, content, ..
                } => {
                    content.into_iter().for_each(|content| judge.add(content));
                    survey.add(&record)
                }
                Prepared::NotTransformed(why) => Err(export::Error::NotTransformed { why }),
                Prepared::NotSelected | Prepared::Unreadable(_) => Ok(()),
            })?
        };
        let splits = sharing.splits.as_ref();
        let fates = self.stages.judged.then(|| judge.finish(splits));
        Ok((survey, fates, seen))
    }

    /// The second pass: the tables, and what was left out of them.
    fn write(
        &self,
        options: &ExportOptions<'_>,
        layout: &Layout,
        fates: Option<&[Fate]>,
        folder: &Path,
    ) -> Result<Written, Error> {
        let sharing = &options.sharing;
        let duplicates = sharing
            .without_duplicates
            .then(|| Duplicates::create(folder));
        let mut scribe = Scribe {
            layout,
            fates,
            splits: sharing.names().collect(),
            sink: options.format.begin(folder, &options.selection, layout)?,
            duplicates: duplicates.transpose()?,
            numbers: Vec::new(),
            counts: Counts::default(),
            by_split: vec![0; sharing.names().count()],
        };
        let prepare = |stored: Stored| {
            let prepared = self.stages.prepare(stored.record, Pass::Write);
            (stored.file, prepared)
        };
        let seen = self.pass(prepare, |(file, prepared)| {
            if let Prepared::Unreadable(why) = &prepared {
                self.observer.unreadable(&file, why);
            }
            scribe.take(prepared)
        })?;
        let mut files = scribe.sink.finish(layout)?;
        files.extend(scribe.duplicates.map(Duplicates::finish).transpose()?);
        Ok(Written {
            files,
            counts: scribe.counts,
            by_split: scribe.by_split,
            seen,
        })
    }

    fn pass<R: DeserializeOwned, T: Send>(
        &self,
        prepare: impl Fn(Stored<R>) -> T + Sync,
        mut visit: impl FnMut(T) -> Result<(), export::Error> + Send,
    ) -> Result<Seen, Error> {
        let mut stopped = Ok(());
        let seen = self.archive.read(prepare, |prepared| {
            self.observer.passed();
            if self.cancel.load(Ordering::Relaxed) {
                return ControlFlow::Break(());
            }
            match visit(prepared) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    stopped = Err(error);
                    ControlFlow::Break(())
                }
            }
        })?;
        stopped?;
        if self.cancel.load(Ordering::Relaxed) {
            return Err(Error::Interrupted);
        }
        Ok(seen)
    }
}

/// What the metadata describes.
struct Description<'d> {
    options: &'d ExportOptions<'d>,
    layout: &'d Layout,
    /// The dataset's name: its folder's.
    name: String,
    /// Where its files are for now.
    folder: &'d Path,
}

impl Description<'_> {
    /// Writes the metadata, and sums up.
    fn write(
        self,
        written: Written,
        runs: Vec<RunProvenance>,
        notes: Map<String, Value>,
    ) -> Result<Exported, Error> {
        let options = self.options;
        let names = options.sharing.names();
        let splits: Vec<(String, u64)> = names.map(str::to_owned).zip(written.by_split).collect();
        let made_harmless = written.files.iter().map(|made| made.made_harmless).sum();
        let facts = Facts {
            folder: self.name,
            given: &options.given,
            format: options.format,
            layout: self.layout,
            selection: &options.selection,
            is_transformed: options.transform.is_some(),
            files: metadata::measure(self.folder, written.files, hash_file)?,
            counts: written.counts,
            splits: splits.clone(),
            runs: runs.into_iter().map(run).collect(),
            notes,
        };
        metadata::write(self.folder, &facts)?;
        Ok(Exported {
            counts: written.counts,
            splits,
            made_harmless,
        })
    }
}

fn run(made_by: RunProvenance) -> Run {
    Run {
        id: made_by.id,
        started: made_by.started,
        ended: made_by.ended,
        version: made_by.version,
        profiles: made_by.profiles,
        engine: made_by.engine,
    }
}

/// The fields of all profiles, and what the schema of records says of them.
fn declared_fields(profiles: &Profiles) -> DeclaredFields {
    let kinds = profiles.iter();
    let kinds = kinds.map(|profile| (profile.name.clone(), profile.fields()));
    DeclaredFields::new(kinds.collect(), validate::record_schema())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::catalogue::Lock;
    use diarium_document::Record;

    struct Nobody;

    impl ExportObserver for Nobody {
        fn planned(&self, _: u64) {}
        fn passed(&self) {}
        fn unreadable(&self, _: &Path, _: &str) {}
    }

    fn options(place: &Path, cancel: bool) -> ExportOptions<'static> {
        ExportOptions {
            archive: place.join("archive"),
            target: place.join("dataset"),
            format: Format::Parquet,
            selection: Selection::default(),
            sharing: Sharing::default(),
            transform: None,
            given: Given::default(),
            profiles: None,
            force: false,
            cancel: Arc::new(AtomicBool::new(cancel)),
        }
    }

    #[test]
    fn an_archive_without_records_is_a_dataset_without_rows() {
        let place = tempfile::tempdir().unwrap();
        Catalogue::open(&Lock::acquire(&place.path().join("archive")).unwrap()).unwrap();
        let exported = export(&options(place.path(), false), &Nobody).unwrap();
        assert_eq!(exported, Exported::default());
        assert!(place.path().join("dataset/records.parquet").is_file());
    }

    #[test]
    fn a_record_that_cannot_be_redacted_stops_the_export_and_nothing_is_left_of_it() {
        let place = tempfile::tempdir().unwrap();
        let archive = place.path().join("archive");
        Catalogue::open(&Lock::acquire(&archive).unwrap()).unwrap();
        fs::create_dir(archive.join("records")).unwrap();
        let record = r#"{"schema": "document/1", "id": "00", "kind": "document", "kind_confidence": 1.0,
            "source": {"path": "a", "media_type": "text/plain", "bytes": 1, "sha256": "00", "carrier": "text"},
            "pages": [], "letterhead": [], "fields": {}, "sections": [], "people": [], "choices": [],
            "lists": {}, "related": [], "warnings": []}"#;
        serde_json::from_str::<Record>(record).unwrap();
        fs::write(archive.join("records/a.json"), record).unwrap();
        for passes in [Pass::Survey, Pass::Write] {
            let fail = |_: &mut Record, pass| match pass == passes {
                true => Err("cannot be redacted".to_owned()),
                false => Ok(()),
            };
            let options = ExportOptions {
                transform: Some(&fail),
                ..options(place.path(), false)
            };
            let stopped = export(&options, &Nobody).unwrap_err();
            assert!(!stopped.is_usage(), "{stopped}");
            assert!(
                stopped.to_string().contains("nothing was written"),
                "{stopped}"
            );
            assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
        }
    }

    #[test]
    fn an_export_that_is_interrupted_leaves_nothing() {
        let place = tempfile::tempdir().unwrap();
        Catalogue::open(&Lock::acquire(&place.path().join("archive")).unwrap()).unwrap();
        let stopped = export(&options(place.path(), true), &Nobody);
        assert!(matches!(stopped, Err(Error::Interrupted)));
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
    }
}
