use super::*;
use diarium_document::{Failure, FailureCode, Source, Warning, WarningCode};

fn catalogue(folder: &Path) -> (Lock, Catalogue) {
    let lock = Lock::acquire(folder).unwrap();
    let mut catalogue = Catalogue::open(&lock).unwrap();
    if catalogue.roots().unwrap().is_empty() {
        catalogue.add_root("/in", None).unwrap();
    }
    (lock, catalogue)
}

fn new_run() -> NewRun {
    NewRun {
        started: "2026-11-22T06:00:00Z".to_owned(),
        started_ns: 1_795_327_200_000_000_000,
        version: "0.1.0".to_owned(),
        profiles: "abc".to_owned(),
        engine: "none".to_owned(),
        options: serde_json::json!({}),
    }
}

fn identity(relative: &str) -> Identity {
    Identity {
        root: 1,
        relative: relative.to_owned(),
    }
}

fn row(relative: &str, outcome: Outcome) -> DocumentRow {
    let record = match &outcome {
        Outcome::Done { record, .. } => Some(record.clone()),
        Outcome::Container { .. } | Outcome::Failed(_) => None,
    };
    DocumentRow {
        source: Source {
            relative: relative.to_owned(),
            file: PathBuf::from(relative),
            members: Vec::new(),
            parts: Vec::new(),
            bytes: 7,
            modified: 1_700_000_000_000_000_001,
            changed: 1_700_000_000_000_000_002,
        },
        identity: identity(relative),
        checked: 1_800_000_000_000_000_000,
        moved_from: None,
        changed_values: 0,
        members: Vec::new(),
        had_damaged_record: false,
        id: Some("id".to_owned()),
        fingerprint: "print".to_owned(),
        files: record.into_iter().map(staged).collect(),
        outcome,
        duration_ms: 3,
    }
}

fn staged(path: String) -> StagedFile {
    StagedFile {
        staged: ".tmp/1".to_owned(),
        path,
        bytes: 12,
        modified: 1_700_000_000_000_000_003,
        sha256: "sum".to_owned(),
    }
}

fn store(catalogue: &mut Catalogue, run: RunId, rows: &[DocumentRow]) {
    let change = catalogue.change().unwrap();
    for row in rows {
        change.store(run, row).unwrap();
    }
    change.commit().unwrap();
}

fn done() -> Outcome {
    Outcome::Done {
        kind: "document".to_owned(),
        pages: 2,
        warnings: vec![
            Warning::new(WarningCode::UnknownKind, "no kind"),
            Warning::on_page(WarningCode::OcrNeeded, 2, "a scan"),
        ],
        record: "records/a.txt.json".to_owned(),
    }
}

fn failed() -> Outcome {
    Outcome::Failed(Failure::new(FailureCode::TooLarge, "too large"))
}

#[test]
fn the_next_run_knows_what_was_stored() {
    let folder = tempfile::tempdir().unwrap();
    {
        let (_lock, mut catalogue) = catalogue(folder.path());
        let run = catalogue.start_run(&new_run()).unwrap();
        let rows = [row("a.txt", done()), row("b.txt", failed())];
        store(&mut catalogue, run, &rows);
    }
    let (_lock, catalogue) = catalogue(folder.path());
    let known = catalogue.known(&identity("a.txt")).unwrap().unwrap();
    assert_eq!(known.state.modified, 1_700_000_000_000_000_001);
    let record = known.record.unwrap();
    assert_eq!(record.path, "records/a.txt.json");
    assert_eq!(record.sha256.as_deref(), Some("sum"));
    assert_eq!(known.failure, None);
    let known = catalogue.known(&identity("b.txt")).unwrap().unwrap();
    assert_eq!(known.failure, Some(FailureCode::TooLarge));
    assert_eq!(catalogue.known(&identity("c.txt")).unwrap(), None);
}

#[test]
fn the_report_counts_the_latest_attempt_of_each_document() {
    let folder = tempfile::tempdir().unwrap();
    let (_lock, mut catalogue) = catalogue(folder.path());
    let first = catalogue.start_run(&new_run()).unwrap();
    let rows = [row("a.txt", failed()), row("b.txt", failed())];
    store(&mut catalogue, first, &rows);
    let second = catalogue.start_run(&new_run()).unwrap();
    store(&mut catalogue, second, &[row("a.txt", done())]);
    let end = EndedRun {
        ended: "2026-11-22T06:01:00Z".to_owned(),
        counts: serde_json::json!({"found": 2}),
        outcome: RunOutcome::Finished,
        pages: 2,
        seconds: 1.5,
    };
    catalogue.end_run(second, &end).unwrap();

    let report = Catalogue::open_to_read(folder.path()).unwrap();
    let report = report.status_report().unwrap();
    assert_eq!(report.outcomes["done"], 1);
    assert_eq!(report.outcomes["failed"], 1);
    assert_eq!(report.kinds["document"], 1);
    assert_eq!(report.pages, 2);
    assert_eq!(report.warnings["ocr-needed"], 1);
    assert_eq!(report.failures[0].path, "b.txt");
    assert_eq!(report.runs.len(), 2);
    assert_eq!(report.runs[0].outcome.as_deref(), Some("finished"));
    assert_eq!(report.runs[1].ended, None);
}

#[test]
fn a_run_without_an_end_was_killed() {
    let folder = tempfile::tempdir().unwrap();
    let (_lock, mut catalogue) = catalogue(folder.path());
    assert!(!catalogue.last_run_was_killed().unwrap());
    let run = catalogue.start_run(&new_run()).unwrap();
    assert!(catalogue.last_run_was_killed().unwrap());
    let end = EndedRun {
        ended: "2026-11-22T06:01:00Z".to_owned(),
        counts: serde_json::json!({}),
        outcome: RunOutcome::Interrupted,
        pages: 0,
        seconds: 0.1,
    };
    catalogue.end_run(run, &end).unwrap();
    assert!(!catalogue.last_run_was_killed().unwrap());
}

#[test]
fn a_catalogue_of_a_newer_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (lock, catalogue) = catalogue(folder.path());
    let connection = &catalogue.connection;
    connection.pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(Catalogue::open(&lock), Err(Error::Newer { .. })));
}

#[test]
fn a_folder_without_a_catalogue_cannot_be_opened_for_reading() {
    let folder = tempfile::tempdir().unwrap();
    let error = Catalogue::open_to_read(folder.path()).unwrap_err();
    assert!(matches!(error, Error::Missing { .. }));
}

#[test]
fn a_catalogue_of_version_1_is_migrated() {
    let folder = tempfile::tempdir().unwrap();
    let connection = Connection::open(folder.path().join(FILE_NAME)).unwrap();
    connection
        .execute_batch(include_str!("migrations/version_1.sql"))
        .unwrap();
    connection.pragma_update(None, "user_version", 1).unwrap();
    let rows = "insert into runs (started, version, profiles, engine, options)
                    values ('then', '0.1.0', 'p', 'e', '{}');
                insert into documents values ('a.txt', 'id', 7, 17, 'print', 'done', null, null,
                    'document', 1, '[]', 3, 1, 1, 1, 'records/a.txt.json');";
    connection.execute_batch(rows).unwrap();
    drop(connection);
    let error = Catalogue::open_to_read(folder.path()).unwrap_err();
    assert!(matches!(error, Error::Older { .. }));
    let (_lock, mut catalogue) = catalogue(folder.path());
    assert!(!catalogue.is_complete().unwrap());
    catalogue.mark_complete().unwrap();
    assert!(catalogue.is_complete().unwrap());
    let known = catalogue.known_without_folder("a.txt").unwrap().unwrap();
    assert_eq!(known.record.unwrap().path, "records/a.txt.json");
    let run = catalogue.start_run(&new_run()).unwrap();
    let missing = catalogue.missing(run).unwrap();
    assert_eq!(missing[0].root, None, "its folder is unknown");
}

#[test]
fn the_migration_derives_roots_from_the_absolute_paths_of_version_3() {
    let folder = tempfile::tempdir().unwrap();
    let connection = Connection::open(folder.path().join(FILE_NAME)).unwrap();
    for step in [
        include_str!("migrations/version_1.sql"),
        include_str!("migrations/version_2.sql"),
        include_str!("migrations/version_3.sql"),
    ] {
        connection.execute_batch(step).unwrap();
    }
    connection.pragma_update(None, "user_version", 3).unwrap();
    let run = "insert into runs (started, version, profiles, engine, options)
         values ('2026-11-22T06:00:00Z', '0.1.0', 'p', 'e', '{}')";
    connection.execute_batch(run).unwrap();
    for (path, place) in [
        ("plan.txt", "/in/2009/plan.txt"),
        ("sub/a.txt", "/in/2009/sub/a.txt"),
        // Its path was taken, so that version 3 put the name of its folder before it.
        ("2010~2/plan.txt", "/old/2010/plan.txt"),
        ("2010~2/sub/a.txt", "/old/2010/sub/a.txt"),
        // The same; the file beside it proves the root.
        ("2011/plan.txt", "/in/2011/plan.txt"),
        ("b.txt", "/in/2011/b.txt"),
        // The second input is inside the first.
        ("x/deep/c.txt", "/out/x/deep/c.txt"),
        ("d.txt", "/out/d.txt"),
        ("e.txt", "/out/x/e.txt"),
    ] {
        let row = "insert into documents (path, place, id, bytes, modified_ns, fingerprint,
                 outcome, kind, pages, warnings, duration_ms, first_run, last_run, seen_run, record)
             values (?1, ?2, 'id', 7, 17, 'print', 'done', 'document', 1, '[]', 3, 1, 1, 1,
                 'records/' || ?1 || '.json')";
        connection.execute(row, [path, place]).unwrap();
    }
    drop(connection);
    let (_lock, catalogue) = catalogue(folder.path());
    let roots: Vec<_> = catalogue.roots().unwrap();
    let paths: Vec<_> = roots
        .iter()
        .map(|root| root.path.clone().unwrap())
        .collect();
    assert_eq!(paths, ["/in/2009", "/old/2010", "/in/2011", "/out"]);
    for (root, relative, path) in [
        ("/in/2009", "plan.txt", "plan.txt"),
        ("/in/2009", "sub/a.txt", "sub/a.txt"),
        ("/old/2010", "plan.txt", "2010~2/plan.txt"),
        ("/old/2010", "sub/a.txt", "2010~2/sub/a.txt"),
        ("/in/2011", "plan.txt", "2011/plan.txt"),
        ("/in/2011", "b.txt", "b.txt"),
        ("/out", "x/deep/c.txt", "x/deep/c.txt"),
        ("/out", "x/e.txt", "e.txt"),
    ] {
        let at = paths.iter().position(|path| path == root).unwrap();
        let identity = Identity {
            root: roots[at].root,
            relative: relative.to_owned(),
        };
        assert_eq!(catalogue.known(&identity).unwrap().unwrap().path, path);
    }
}

#[test]
fn paths_that_some_file_systems_do_not_distinguish_conflict() {
    let folder = tempfile::tempdir().unwrap();
    let (_lock, mut catalogue) = catalogue(folder.path());
    let run = catalogue.start_run(&new_run()).unwrap();
    store(&mut catalogue, run, &[row("sub/Å.txt", done())]);
    let taken = |path| catalogue.is_path_taken(path, None).unwrap();
    assert!(taken("SUB/a\u{30a}.TXT"));
    // Its record is a file, and cannot be a folder as well.
    assert!(taken("sub/Å.txt.json/b.txt"));
    assert!(!taken("sub/A.txt"));
    assert!(!taken("sub/Å.txt/b.txt"));
    assert!(
        !catalogue
            .is_path_taken("sub/å.txt", Some("sub/Å.txt"))
            .unwrap()
    );
}

#[test]
fn each_crashed_run_counts_against_the_documents_in_flight() {
    let folder = tempfile::tempdir().unwrap();
    let (lock, mut catalogue) = catalogue(folder.path());
    let mut journal = InFlightJournal::open(&lock).unwrap();
    let [one, other] = ["a.txt", "b.txt"].map(|path| row(path, done()).source);
    for crashes in 1..=2 {
        journal.update([], [&one]).unwrap();
        assert_eq!(
            catalogue.count_crash_suspects().unwrap()["a.txt"].crashes,
            crashes
        );
    }
    // A run that does not process it does not count; one that ends it deletes the row.
    journal.update([], [&other]).unwrap();
    assert_eq!(
        catalogue.count_crash_suspects().unwrap()["a.txt"].crashes,
        2
    );
    let changed = Source {
        bytes: 8,
        ..one.clone()
    };
    journal.update([], [&changed]).unwrap();
    assert_eq!(
        catalogue.count_crash_suspects().unwrap()["a.txt"].crashes,
        1,
        "the file has changed"
    );
    journal.update(["a.txt"], []).unwrap();
    assert!(
        !catalogue
            .count_crash_suspects()
            .unwrap()
            .contains_key("a.txt")
    );
}

#[test]
fn a_transaction_that_reads_first_can_write_although_another_connection_wants_to() {
    let folder = tempfile::tempdir().unwrap();
    let (_lock, mut catalogue) = catalogue(folder.path());
    let other = Connection::open(folder.path().join(FILE_NAME)).unwrap();
    other.busy_timeout(Duration::ZERO).unwrap();
    let transaction = catalogue.connection.transaction().unwrap();
    let roots = "select count(*) from roots";
    let count: i64 = transaction.query_row(roots, [], |row| row.get(0)).unwrap();
    let _ = other.execute("delete from in_flight", []);
    let renamed = transaction.execute("update roots set name = 'b'", []);
    assert_eq!(renamed.unwrap(), usize::try_from(count).unwrap());
}
