use super::*;
use crate::document::{Failure, FailureCode, Source, Warning, WarningCode};

fn catalogue(folder: &Path) -> (Lock, Catalogue) {
    let lock = Lock::take(folder).unwrap();
    let catalogue = Catalogue::open(&lock).unwrap();
    (lock, catalogue)
}

fn new_run() -> NewRun {
    NewRun {
        started: "2026-11-22T06:00:00Z".to_owned(),
        version: "0.1.0".to_owned(),
        profiles: "abc".to_owned(),
        engine: "none".to_owned(),
        options: serde_json::json!({}),
    }
}

fn row(relative: &str, outcome: Outcome) -> DocumentRow {
    DocumentRow {
        source: Source {
            relative: relative.to_owned(),
            file: PathBuf::from(relative),
            bytes: 7,
            modified: 1_700_000_000_000_000_001,
        },
        place: format!("/in/{relative}"),
        moved_from: None,
        id: Some("id".to_owned()),
        fingerprint: "print".to_owned(),
        outcome,
        duration_ms: 3,
    }
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
fn what_was_stored_is_known_also_by_the_next_run() {
    let folder = tempfile::tempdir().unwrap();
    {
        let (_lock, mut catalogue) = catalogue(folder.path());
        let run = catalogue.start_run(&new_run()).unwrap();
        let rows = [row("a.txt", done()), row("b.txt", failed())];
        catalogue.store(run, &rows).unwrap();
    }
    let (_lock, catalogue) = catalogue(folder.path());
    let known = catalogue.known("a.txt").unwrap().unwrap();
    assert_eq!(known.modified, 1_700_000_000_000_000_001);
    assert_eq!(known.record.as_deref(), Some("records/a.txt.json"));
    assert_eq!(known.failure, None);
    let known = catalogue.known("b.txt").unwrap().unwrap();
    assert_eq!(known.failure, Some(FailureCode::TooLarge));
    assert_eq!(catalogue.known("c.txt").unwrap(), None);
}

#[test]
fn the_report_counts_the_latest_attempt_of_each_document() {
    let folder = tempfile::tempdir().unwrap();
    let (_lock, mut catalogue) = catalogue(folder.path());
    let first = catalogue.start_run(&new_run()).unwrap();
    let rows = [row("a.txt", failed()), row("b.txt", failed())];
    catalogue.store(first, &rows).unwrap();
    let second = catalogue.start_run(&new_run()).unwrap();
    catalogue.store(second, &[row("a.txt", done())]).unwrap();
    let end = EndedRun {
        ended: "2026-11-22T06:01:00Z".to_owned(),
        counts: serde_json::json!({"found": 2}),
        outcome: RunOutcome::Finished,
        pages: 2,
        seconds: 1.5,
    };
    catalogue.end_run(second, &end).unwrap();

    let report = Catalogue::open_to_read(folder.path()).unwrap();
    let report = report.report().unwrap();
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
fn a_run_that_was_killed_is_known_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let (_lock, mut catalogue) = catalogue(folder.path());
    assert!(!catalogue.was_cut_short().unwrap());
    let run = catalogue.start_run(&new_run()).unwrap();
    assert!(catalogue.was_cut_short().unwrap());
    let end = EndedRun {
        ended: "2026-11-22T06:01:00Z".to_owned(),
        counts: serde_json::json!({}),
        outcome: RunOutcome::Interrupted,
        pages: 0,
        seconds: 0.1,
    };
    catalogue.end_run(run, &end).unwrap();
    assert!(!catalogue.was_cut_short().unwrap());
}

#[test]
fn a_catalogue_of_a_newer_diarium_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (lock, catalogue) = catalogue(folder.path());
    let connection = &catalogue.connection;
    connection.pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(Catalogue::open(&lock), Err(Error::Newer { .. })));
}

#[test]
fn a_folder_without_a_catalogue_is_no_output_folder() {
    let folder = tempfile::tempdir().unwrap();
    let error = Catalogue::open_to_read(folder.path()).unwrap_err();
    assert!(matches!(error, Error::Missing { .. }));
}

#[test]
fn a_catalogue_of_the_first_version_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let connection = Connection::open(folder.path().join(FILE_NAME)).unwrap();
    connection
        .execute_batch(include_str!("schema.sql"))
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
    let known = catalogue.known("a.txt").unwrap().unwrap();
    assert_eq!(known.record.as_deref(), Some("records/a.txt.json"));
    let run = catalogue.start_run(&new_run()).unwrap();
    let unseen = catalogue.unseen(run).unwrap();
    assert_eq!(unseen[0].place, None, "nobody knows where it lay");
}

#[test]
fn what_was_in_hand_counts_the_runs_that_ended_without_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let (lock, mut catalogue) = catalogue(folder.path());
    let mut in_hand = InHand::open(&lock).unwrap();
    let [one, other] = ["a.txt", "b.txt"].map(|path| row(path, done()).source);
    for cut_short in 1..=2 {
        in_hand.turn([], [&one]).unwrap();
        assert_eq!(catalogue.suspects().unwrap()["a.txt"].cut_short, cut_short);
    }
    // A run that does not touch it does not count, and one that brings it to an end clears it.
    in_hand.turn([], [&other]).unwrap();
    assert_eq!(catalogue.suspects().unwrap()["a.txt"].cut_short, 2);
    let changed = Source {
        bytes: 8,
        ..one.clone()
    };
    in_hand.turn([], [&changed]).unwrap();
    assert_eq!(
        catalogue.suspects().unwrap()["a.txt"].cut_short,
        1,
        "another file by now"
    );
    in_hand.turn(["a.txt"], []).unwrap();
    assert!(!catalogue.suspects().unwrap().contains_key("a.txt"));
}
