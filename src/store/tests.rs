use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::catalogue::{Identity, NewRun, Outcome, StagedFile};
use diarium_document::{Failure, FailureCode, Source};

/// A disk that fails permanently from one step on, as if the process were killed there.
#[derive(Default)]
struct FailingDisk {
    /// How many steps succeed.
    left: AtomicUsize,
}

impl FailingDisk {
    fn step(&self) -> std::io::Result<()> {
        let take = |left: usize| left.checked_sub(1);
        match self
            .left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, take)
        {
            Ok(_) => Ok(()),
            Err(_) => Err(ErrorKind::StorageFull.into()),
        }
    }
}

impl FileSystem for FailingDisk {
    fn make_folder(&self, folder: &Path) -> std::io::Result<()> {
        self.step()?;
        OsFileSystem.make_folder(folder)
    }

    fn write(&self, path: &Path, bytes: &[u8], force: Force) -> std::io::Result<()> {
        self.step()?;
        OsFileSystem.write(path, bytes, force)
    }

    fn sync_all(&self, folder: &Path) -> std::io::Result<()> {
        self.step()?;
        OsFileSystem.sync_all(folder)
    }

    fn rename(&self, from: &Path, to: &Path) -> std::io::Result<()> {
        self.step()?;
        OsFileSystem.rename(from, to)
    }

    fn remove(&self, path: &Path) -> std::io::Result<()> {
        self.step()?;
        OsFileSystem.remove(path)
    }

    fn sync_folder(&self, folder: &Path) -> std::io::Result<()> {
        self.step()?;
        OsFileSystem.sync_folder(folder)
    }

    fn at_commit(&self) -> std::io::Result<()> {
        self.step()
    }
}

fn open(folder: &Path) -> (Store, RunId) {
    let mut store = Store::open(folder).unwrap();
    if store.catalogue().roots().unwrap().is_empty() {
        store.catalogue_mut().add_root("/in", None).unwrap();
    }
    let run = store.catalogue_mut().start_run(&NewRun {
        started: "2026-11-22T06:00:00Z".to_owned(),
        started_ns: 0,
        version: "1".to_owned(),
        profiles: "p".to_owned(),
        engine: "e".to_owned(),
        options: serde_json::json!({}),
    });
    (store, run.unwrap())
}

/// A document whose record and derived file contain this text.
fn done(staging: &Staging, path: &str, text: &str) -> Result<Operation, FileError> {
    let record = staging.bytes(&format!("records/{path}.json"), text.as_bytes())?;
    let derived = staging.bytes(&format!("pdf/{path}"), text.as_bytes())?;
    let outcome = Outcome::Done {
        kind: "document".to_owned(),
        pages: 1,
        warnings: Vec::new(),
        record: record.path.clone(),
    };
    Ok(put(path, outcome, vec![record, derived]))
}

fn failed(path: &str, code: FailureCode) -> Operation {
    put(path, Outcome::Failed(Failure::new(code, "no")), Vec::new())
}

fn put(path: &str, outcome: Outcome, files: Vec<StagedFile>) -> Operation {
    Operation::Put(Box::new(DocumentRow {
        source: Source {
            relative: path.to_owned(),
            file: path.into(),
            members: Vec::new(),
            parts: Vec::new(),
            bytes: 1,
            modified: 1,
            changed: 1,
        },
        identity: Identity {
            root: 1,
            relative: path.to_owned(),
        },
        checked: 1,
        id: Some("id".to_owned()),
        fingerprint: "print".to_owned(),
        outcome,
        duration_ms: 0,
        files,
        moved_from: None,
        changed_values: 0,
        members: Vec::new(),
        had_damaged_record: false,
    }))
}

fn state() -> FileState {
    FileState::default()
}

/// The content of every record and every derived, withdrawn and temporary file.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for inside in ["records", "pdf", "alto", "withdrawn", ".tmp"] {
        for entry in walkdir::WalkDir::new(folder.join(inside))
            .into_iter()
            .flatten()
        {
            if entry.file_type().is_file() {
                let below = entry.path().strip_prefix(folder).unwrap();
                let text = fs::read_to_string(entry.path()).unwrap();
                files.insert(below.to_string_lossy().into_owned(), text);
            }
        }
    }
    files
}

fn expected(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    let owned = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
    files.iter().map(owned).collect()
}

#[test]
fn a_failure_withdraws_the_record_and_the_old_bytes_restore_it() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, run) = open(folder.path());
    let first = done(&store.staging(), "a.pdf", "one").unwrap();
    store.apply(run, &[first]).unwrap();
    let one = expected(&[("records/a.pdf.json", "one"), ("pdf/a.pdf", "one")]);
    assert_eq!(files(folder.path()), one);

    store
        .apply(run, &[failed("a.pdf", FailureCode::Damaged)])
        .unwrap();
    let withdrawn = expected(&[
        ("withdrawn/records/a.pdf.json", "one"),
        ("withdrawn/pdf/a.pdf", "one"),
    ]);
    assert_eq!(files(folder.path()), withdrawn);
    assert_eq!(
        store.catalogue().status_report().unwrap().withdrawn.len(),
        1
    );
    // A second failure does not change the withdrawn record.
    store
        .apply(run, &[failed("a.pdf", FailureCode::Damaged)])
        .unwrap();
    assert_eq!(files(folder.path()), withdrawn);

    let back = Operation::Restore {
        path: "a.pdf".to_owned(),
        state: state(),
    };
    store.apply(run, &[back]).unwrap();
    assert_eq!(files(folder.path()), one);
    let report = store.catalogue().status_report().unwrap();
    assert_eq!((report.outcomes["done"], report.withdrawn.len()), (1, 0));
}

#[test]
fn a_source_that_cannot_be_read_does_not_change_the_record() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, run) = open(folder.path());
    let first = done(&store.staging(), "a.pdf", "one").unwrap();
    store.apply(run, &[first]).unwrap();
    let before = files(folder.path());
    for code in [FailureCode::Unreadable, FailureCode::Encrypted] {
        store.apply(run, &[failed("a.pdf", code)]).unwrap();
        assert_eq!(files(folder.path()), before);
        let report = store.catalogue().status_report().unwrap();
        assert_eq!(report.source_unreadable[0].path, "a.pdf");
        assert_eq!(report.outcomes["done"], 1);
    }
    let again = Operation::Touch {
        path: "a.pdf".to_owned(),
        state: state(),
    };
    store.apply(run, &[again]).unwrap();
    assert!(
        store
            .catalogue()
            .status_report()
            .unwrap()
            .source_unreadable
            .is_empty()
    );
}

#[test]
fn pruning_removes_withdrawn_records_only_if_requested() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, run) = open(folder.path());
    let staging = store.staging();
    let both = ["a.pdf", "b.pdf"].map(|path| done(&staging, path, "one").unwrap());
    store.apply(run, &both).unwrap();
    store
        .apply(run, &[failed("b.pdf", FailureCode::Damaged)])
        .unwrap();
    let paths = ["a.pdf", "b.pdf"];
    store.catalogue_mut().mark_removed(run, paths).unwrap();
    assert_eq!(store.prune(paths, false).unwrap(), 1);
    let left = files(folder.path());
    assert_eq!(
        left.keys().collect::<Vec<_>>(),
        ["withdrawn/pdf/b.pdf", "withdrawn/records/b.pdf.json"]
    );
    assert_eq!(store.prune(["b.pdf"], true).unwrap(), 1);
    assert!(files(folder.path()).is_empty());
}

#[test]
fn forgetting_erases_all_traces_of_a_document() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, run) = open(folder.path());
    let first = done(&store.staging(), "secret name.pdf", "one").unwrap();
    store.apply(run, &[first]).unwrap();
    store
        .apply(run, &[failed("secret name.pdf", FailureCode::Damaged)])
        .unwrap();
    store.forget(["secret name.pdf"]).unwrap();
    assert!(files(folder.path()).is_empty());
    drop(store);
    for file in ["catalogue.db", "catalogue.db-wal"] {
        let bytes = fs::read(folder.path().join(file)).unwrap_or_default();
        assert!(
            !String::from_utf8_lossy(&bytes).contains("secret name"),
            "{file}"
        );
    }
}

#[test]
fn after_any_failed_step_all_documents_are_old_or_all_are_new() {
    let old = [
        ("records/a.pdf.json", "one"),
        ("pdf/a.pdf", "one"),
        ("withdrawn/records/b.pdf.json", "one"),
        ("withdrawn/pdf/b.pdf", "one"),
        ("records/c.pdf.json", "one"),
        ("pdf/c.pdf", "one"),
    ];
    let new = [
        ("records/a.pdf.json", "two"),
        ("pdf/a.pdf", "two"),
        ("records/b.pdf.json", "one"),
        ("pdf/b.pdf", "one"),
        ("withdrawn/records/c.pdf.json", "one"),
        ("withdrawn/pdf/c.pdf", "one"),
    ];
    let (mut step, mut finished) = (0, false);
    while !finished {
        let folder = tempfile::tempdir().unwrap();
        let (mut store, run) = open(folder.path());
        let staging = store.staging();
        let three = ["a.pdf", "b.pdf", "c.pdf"].map(|path| done(&staging, path, "one").unwrap());
        store.apply(run, &three).unwrap();
        store
            .apply(run, &[failed("b.pdf", FailureCode::Damaged)])
            .unwrap();
        drop(store);

        let disk = Arc::new(FailingDisk::default());
        disk.left.store(step, Ordering::SeqCst);
        if let Ok(mut store) = Store::open_on(folder.path(), disk) {
            finished = done(&store.staging(), "a.pdf", "two").is_ok_and(|a| {
                let path = "b.pdf".to_owned();
                let b = Operation::Restore {
                    path,
                    state: state(),
                };
                let c = failed("c.pdf", FailureCode::Damaged);
                store.apply(run, &[a, b, c]).is_ok()
            });
        }
        let (store, _) = open(folder.path());
        let now = files(folder.path());
        let is_new = now == expected(&new);
        assert!(is_new || now == expected(&old), "step {step}: {now:?}");
        assert!(is_new || !finished, "step {step}");
        // The catalogue agrees with the files.
        let findings = inspect(folder.path(), store.catalogue(), CheckDepth::Content).unwrap();
        assert_eq!(findings, [], "step {step}");
        step += 1;
    }
    assert!(step > 15, "only {step} steps could fail");
}

#[test]
fn contradictions_between_files_and_catalogue_are_found_and_repaired() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, run) = open(folder.path());
    let staging = store.staging();
    let both = ["a.pdf", "b.pdf"].map(|path| done(&staging, path, "one").unwrap());
    store.apply(run, &both).unwrap();
    let at = |file: &str| folder.path().join(file);
    fs::remove_file(at("records/a.pdf.json")).unwrap();
    fs::write(at("pdf/b.pdf"), "two").unwrap();
    fs::write(at("pdf/unlisted.pdf"), "").unwrap();
    fs::write(at("records/notes.txt"), "").unwrap();
    fs::write(at(".tmp/left"), "").unwrap();
    let findings = inspect(folder.path(), store.catalogue(), CheckDepth::Content).unwrap();
    let found: Vec<_> = findings
        .iter()
        .map(|finding| (finding.file.as_str(), finding.problem))
        .collect();
    assert_eq!(
        found,
        [
            ("pdf/b.pdf", Problem::Changed),
            ("pdf/unlisted.pdf", Problem::UnlistedDerivedFile),
            ("records/a.pdf.json", Problem::MissingRecord),
            ("records/notes.txt", Problem::NoRecord),
        ]
    );
    let left_over = inspect_left_over(folder.path(), store.catalogue()).unwrap();
    assert_eq!(left_over[0].problem, Problem::LeftOver);
    store.repair(&findings).unwrap();
    assert!(!at("pdf/unlisted.pdf").exists() && at("records/notes.txt").exists());
    for path in ["a.pdf", "b.pdf"] {
        let identity = Identity {
            root: 1,
            relative: path.to_owned(),
        };
        let known = store.catalogue().known(&identity).unwrap().unwrap();
        assert_eq!(known.fingerprint, "", "{path} is processed again");
    }
    drop(store);
    open(folder.path());
    assert!(!at(".tmp/left").exists());
}

#[test]
fn a_file_that_the_catalogue_does_not_list_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, run) = open(folder.path());
    let at = |file: &str| folder.path().join(file);
    fs::create_dir_all(at("records")).unwrap();
    fs::write(at("records/a.pdf.json"), "from a catalogue that was lost").unwrap();
    fs::write(at("records/b.pdf.json"), "one").unwrap();
    let staging = store.staging();
    let both = ["a.pdf", "b.pdf"].map(|path| done(&staging, path, "one").unwrap());
    store.apply(run, &both).unwrap();
    let unlisted = fs::read_to_string(at("withdrawn/unlisted/records/a.pdf.json")).unwrap();
    assert_eq!(unlisted, "from a catalogue that was lost");
    assert_eq!(fs::read_to_string(at("records/a.pdf.json")).unwrap(), "one");
    // A file with the same bytes is replaced.
    assert!(!at("withdrawn/unlisted/records/b.pdf.json").exists());
}

#[test]
fn an_operation_that_failed_in_the_middle_is_finished_before_the_next_one() {
    for step in 0..40 {
        let folder = tempfile::tempdir().unwrap();
        let (mut store, run) = open(folder.path());
        let first = done(&store.staging(), "a.pdf", "one").unwrap();
        store.apply(run, &[first]).unwrap();
        drop(store);
        let disk = Arc::new(FailingDisk::default());
        disk.left.store(usize::MAX, Ordering::SeqCst);
        let shared: Arc<dyn FileSystem> = Arc::clone(&disk) as Arc<dyn FileSystem>;
        let mut store = Store::open_on(folder.path(), shared).unwrap();
        let failed = failed("a.pdf", FailureCode::Damaged);
        disk.left.store(step, Ordering::SeqCst);
        let outcome = store.apply(run, &[failed]);
        // The disk recovers, and the same store continues.
        disk.left.store(usize::MAX, Ordering::SeqCst);
        let second = done(&store.staging(), "a.pdf", "two").unwrap();
        store.apply(run, &[second]).unwrap();
        let two = expected(&[("records/a.pdf.json", "two"), ("pdf/a.pdf", "two")]);
        assert_eq!(files(folder.path()), two, "step {step}, {outcome:?}");
        let findings = inspect(folder.path(), store.catalogue(), CheckDepth::Existence).unwrap();
        assert_eq!(findings, [], "step {step}");
    }
}
