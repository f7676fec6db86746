//! Dataset export: from the records of an output folder to a finished dataset folder.
//!
//! The records are read twice, in order, in bounded memory ([`passes`]); the tables and the metadata are
//! made by [`diarium_dataset::export`]. The folder appears at its destination as a whole. If a run
//! writes records during the export, or the export fails or is interrupted, nothing is left of it.

mod destination;
mod passes;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use serde_json::{Map, Value};

use super::{Error, clock};
use crate::archive::Archive;
use crate::catalogue::{Catalogue, ExportRow, RunProvenance, hash_file};
use crate::extractor::load_profiles;
use crate::files::AtomicDir;
use crate::validate;
use diarium_dataset::export::metadata::{self, DatasetDescription, ExportCounts, Metadata, Run};
use diarium_dataset::export::{
    DeclaredFields, Format, FormulaCells, Layout, RecordPreparation, Selection, SplitOptions,
    Transform,
};
use diarium_extract::profile::Profiles;

use destination::Destination;
use passes::{Passes, Written};

/// Options of an export.
pub struct ExportOptions<'e> {
    /// The output folder whose records are exported.
    pub archive: PathBuf,
    /// The folder to write.
    pub target: PathBuf,
    /// The format of the tables.
    pub format: Format,
    /// Which records, columns and values are exported.
    pub selection: Selection,
    /// Splits and deduplication.
    pub splits: SplitOptions,
    /// What is done with cells in CSV files that a spreadsheet would run as formulas.
    pub formulas: FormulaCells,
    /// The transformation of each record, such as redaction.
    pub transform: Option<Transform<'e>>,
    /// The user's description of the dataset.
    pub description: DatasetDescription,
    /// A folder with the user's own profiles, for the columns of their kinds.
    pub profiles: Option<PathBuf>,
    /// Whether the target may contain other files than those of an earlier export.
    pub force: bool,
    /// Once set, the export is abandoned, and nothing is left of it.
    pub cancel: Arc<AtomicBool>,
}

/// Receives the progress of an export. Called on one thread at a time.
pub trait ExportObserver: Sync {
    /// The number of records, each of which is read twice.
    fn planned(&self, records: u64);
    /// A record has been read.
    fn passed(&self);
    /// A file without a record is left out.
    fn unreadable(&self, file: &Path, why: &str);
    /// Both passes are complete. Returns additional members of the metadata.
    fn notes(&self) -> Map<String, Value> {
        Map::new()
    }
}

/// The result of an export.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exported {
    /// How many records and values were exported or left out.
    pub counts: ExportCounts,
    /// Records per split, in the order of the splits.
    pub splits: Vec<(String, u64)>,
    /// Cells that were escaped against formula injection.
    pub escaped_formulas: u64,
}

/// Exports a dataset.
///
/// # Errors
/// If the archive cannot be read or changes, or if the target contains other files or cannot be written.
/// A file without a record is reported, counted and left out.
pub fn export(
    options: &ExportOptions<'_>,
    observer: &dyn ExportObserver,
) -> Result<Exported, Error> {
    let catalogue = Catalogue::open_to_read(&options.archive)?;
    let profiles = load_profiles(options.profiles.as_deref())?;
    // Before the passes: an unusable destination should not be reported only after all records were
    // read.
    let destination = Destination::check(options)?;
    observer.planned(catalogue.count_records()?);
    let passes = Passes {
        archive: Archive::new(&options.archive),
        preparation: preparation(options),
        observer,
        cancel: &options.cancel,
    };
    let inferred = passes.infer(&options.splits)?;
    let has_splits = options.splits.splits.is_some();
    let declared = declared_fields(&profiles);
    let layout = Layout::new(&inferred.schema, &options.selection, &declared, has_splits)?;
    let staged = AtomicDir::create(&destination.target)?;
    let dispositions = inferred.dispositions.as_deref();
    let written = passes.write(options, &layout, dispositions, staged.folder())?;
    // The layout of the first pass may lack columns of a record that was written since.
    if inferred.snapshot != written.snapshot {
        return Err(Error::ArchiveChanged);
    }
    let runs = catalogue.runs_of_records()?;
    let name = destination.target.file_name().unwrap_or_default();
    let described = Described {
        options,
        layout: &layout,
        name: name.to_string_lossy().into_owned(),
        folder: staged.folder(),
    };
    let exported = described.write_metadata(written, runs, observer.notes())?;
    staged.commit(destination.replace)?;
    // After the commit: if it fails, the earlier dataset is still complete.
    destination.remove_stale_files()?;
    list_export(options, &destination.target);
    Ok(exported)
}

fn preparation<'e>(options: &'e ExportOptions<'_>) -> RecordPreparation<'e> {
    RecordPreparation {
        selection: &options.selection,
        with_signatures: options.splits.needs_signatures(),
        transform: options.transform,
    }
}

/// Adds the export to the catalogue, so that `forget` can list it. The export succeeds even if the
/// catalogue cannot be written, as on a read-only medium.
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

/// The dataset that the metadata describes.
struct Described<'d> {
    options: &'d ExportOptions<'d>,
    layout: &'d Layout,
    /// The name of the folder.
    name: String,
    /// The staging folder with the files.
    folder: &'d Path,
}

impl Described<'_> {
    /// Writes the metadata, and returns the result of the export.
    fn write_metadata(
        self,
        written: Written,
        runs: Vec<RunProvenance>,
        notes: Map<String, Value>,
    ) -> Result<Exported, Error> {
        let options = self.options;
        let names = options.splits.names();
        let splits: Vec<(String, u64)> = names.map(str::to_owned).zip(written.by_split).collect();
        let escaped_formulas = written.files.iter().map(|file| file.escaped_formulas).sum();
        let metadata = Metadata {
            folder: self.name,
            description: &options.description,
            format: options.format,
            layout: self.layout,
            selection: &options.selection,
            is_transformed: options.transform.is_some(),
            files: metadata::file_metadata(self.folder, written.files, hash_file)?,
            counts: written.counts,
            splits: splits.clone(),
            runs: runs.into_iter().map(run).collect(),
            notes,
        };
        metadata::write(self.folder, &metadata)?;
        Ok(Exported {
            counts: written.counts,
            splits,
            escaped_formulas,
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

/// The fields of all profiles, with the schema of records, which describes them.
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
    use diarium_dataset::export::Pass;
    use diarium_document::Record;

    struct NoObserver;

    impl ExportObserver for NoObserver {
        fn planned(&self, _: u64) {}
        fn passed(&self) {}
        fn unreadable(&self, _: &Path, _: &str) {}
    }

    fn options(folder: &Path, cancel: bool) -> ExportOptions<'static> {
        ExportOptions {
            archive: folder.join("archive"),
            target: folder.join("dataset"),
            format: Format::Parquet,
            selection: Selection::default(),
            splits: SplitOptions::default(),
            formulas: FormulaCells::default(),
            transform: None,
            description: DatasetDescription::default(),
            profiles: None,
            force: false,
            cancel: Arc::new(AtomicBool::new(cancel)),
        }
    }

    #[test]
    fn an_archive_without_records_gives_a_dataset_without_rows() {
        let folder = tempfile::tempdir().unwrap();
        Catalogue::open(&Lock::acquire(&folder.path().join("archive")).unwrap()).unwrap();
        let exported = export(&options(folder.path(), false), &NoObserver).unwrap();
        assert_eq!(exported, Exported::default());
        assert!(folder.path().join("dataset/records.parquet").is_file());
    }

    #[test]
    fn a_record_that_cannot_be_redacted_stops_the_export_without_leaving_files() {
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join("archive");
        Catalogue::open(&Lock::acquire(&archive).unwrap()).unwrap();
        fs::create_dir(archive.join("records")).unwrap();
        let record = r#"{"schema": "document/1", "id": "00", "kind": "document", "kind_confidence": 1.0,
            "source": {"path": "a", "media_type": "text/plain", "bytes": 1, "sha256": "00", "carrier": "text"},
            "pages": [], "letterhead": [], "fields": {}, "sections": [], "people": [], "choices": [],
            "lists": {}, "related": [], "warnings": []}"#;
        serde_json::from_str::<Record>(record).unwrap();
        fs::write(archive.join("records/a.json"), record).unwrap();
        for failing in [Pass::Infer, Pass::Write] {
            let fail = |_: &mut Record, pass| {
                if pass == failing {
                    return Err("cannot be redacted".to_owned());
                }
                Ok(())
            };
            let options = ExportOptions {
                transform: Some(&fail),
                ..options(folder.path(), false)
            };
            let stopped = export(&options, &NoObserver).unwrap_err();
            assert!(!stopped.is_usage(), "{stopped}");
            assert!(
                stopped.to_string().contains("nothing was written"),
                "{stopped}"
            );
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        }
    }

    #[test]
    fn an_interrupted_export_leaves_no_files() {
        let folder = tempfile::tempdir().unwrap();
        Catalogue::open(&Lock::acquire(&folder.path().join("archive")).unwrap()).unwrap();
        let stopped = export(&options(folder.path(), true), &NoObserver);
        assert!(matches!(stopped, Err(Error::Interrupted)));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
