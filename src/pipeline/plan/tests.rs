use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use super::*;
use crate::catalogue::hash_bytes;
use crate::pipeline::{Copies, Prune};
use diarium_read as read;

fn fingerprint() -> Fingerprint {
    Fingerprint {
        extraction: "p".to_owned(),
        limits: "l".to_owned(),
        ..Fingerprint::default()
    }
}

fn source() -> Source {
    Source {
        relative: "a.txt".to_owned(),
        file: PathBuf::from("a.txt"),
        bytes: 4,
        modified: 17,
        changed: 18,
    }
}

/// The state of a file that was looked at long after it was written.
fn state() -> FileState {
    FileState {
        bytes: 4,
        modified: 17,
        changed: 18,
        checked: 10_000_000_000,
    }
}

fn done(record: &str) -> Known {
    Known {
        document: 1,
        path: "a.txt".to_owned(),
        id: Some("id".to_owned()),
        state: state(),
        fingerprint: fingerprint().of_record("id"),
        record: Some(RecordFile {
            path: record.to_owned(),
            bytes: Some(0),
            modified: None,
            sha256: Some(hash_bytes(b"")),
        }),
        failure: None,
        source_unreadable: false,
        withdrawn: None,
    }
}

fn failed(code: FailureCode) -> Known {
    Known {
        id: None,
        fingerprint: fingerprint().of_failure(None),
        record: None,
        failure: Some(code),
        ..done("")
    }
}

fn options(output: &Path, redo: Redo) -> RunOptions {
    RunOptions {
        inputs: Vec::new(),
        output: output.to_owned(),
        jobs: NonZeroUsize::MIN,
        workers: None,
        root: None,
        prune: Prune::Nothing,
        verify_records: false,
        profiles: None,
        redo,
        copies: Copies::default(),
        readings_limit: 0,
        shard: None,
        read: read::Options::default(),
        cancel: Arc::default(),
    }
}

/// What is decided about a file, on a disk with an empty record `there.json`.
fn decide(known: &Known, redo: Redo, fingerprint: &Fingerprint) -> Decision {
    let output = tempfile::tempdir().unwrap();
    std::fs::write(output.path().join("there.json"), "").unwrap();
    let options = options(output.path(), redo);
    let planner = Planner {
        folder: output.path(),
        catalogue: &mut Catalogue::open_copy(output.path(), &output.path().join("db")).unwrap(),
        options: &options,
        fingerprint,
        checked: 0,
    };
    planner.decide(&source(), known, &mut LookedAt::default())
}

#[test]
fn a_record_stands_while_file_tools_and_record_are_the_same() {
    let same = Decision::ProcessUnlessBytesAre("id".to_owned());
    let with = |state| Known {
        state,
        ..done("there.json")
    };
    let cases: [(&str, Known, Decision); 9] = [
        ("all the same", done("there.json"), Decision::KeepRecord),
        (
            "record gone",
            done("gone.json"),
            Decision::Process(Reason::RecordDamaged),
        ),
        (
            "record changed",
            Known {
                record: done("there.json").record.map(|record| RecordFile {
                    sha256: Some("other".to_owned()),
                    ..record
                }),
                ..done("there.json")
            },
            Decision::Process(Reason::RecordDamaged),
        ),
        (
            "file touched",
            with(FileState {
                modified: 18,
                ..state()
            }),
            same.clone(),
        ),
        (
            "file longer",
            with(FileState {
                bytes: 3,
                ..state()
            }),
            same.clone(),
        ),
        (
            "file written again, its time set back",
            with(FileState {
                changed: 19,
                ..state()
            }),
            same.clone(),
        ),
        (
            "looked at right after it was written",
            with(FileState {
                checked: 19,
                ..state()
            }),
            same.clone(),
        ),
        (
            "could not be read the last time",
            Known {
                source_unreadable: true,
                ..done("there.json")
            },
            same,
        ),
        (
            "other tools",
            Known {
                fingerprint: "other".to_owned(),
                ..done("there.json")
            },
            Decision::Process(Reason::Outdated),
        ),
    ];
    for (name, known, decision) in cases {
        let decided = decide(&known, Redo::Nothing, &fingerprint());
        assert_eq!(decided, decision, "{name}");
    }
}

#[test]
fn a_failure_stands_unless_it_could_go_better_now() {
    let higher = Fingerprint {
        limits: "higher".to_owned(),
        ..fingerprint()
    };
    for (known, fingerprint, decision) in [
        (
            failed(FailureCode::Damaged),
            fingerprint(),
            Decision::KeepFailure,
        ),
        (
            failed(FailureCode::Unreadable),
            fingerprint(),
            Decision::Process(Reason::Retry),
        ),
        (
            failed(FailureCode::TooLarge),
            higher,
            Decision::Process(Reason::Retry),
        ),
    ] {
        assert_eq!(decide(&known, Redo::Nothing, &fingerprint), decision);
    }
}

#[test]
fn a_withdrawn_record_comes_back_with_its_bytes_unless_it_is_outdated() {
    let changed = |withdrawn: &str| Known {
        state: FileState {
            bytes: 9,
            ..state()
        },
        withdrawn: Some(Withdrawn {
            id: "old".to_owned(),
            fingerprint: withdrawn.to_owned(),
            record: done("there.json").record.unwrap(),
        }),
        ..failed(FailureCode::Damaged)
    };
    let current = fingerprint().of_record("old");
    assert_eq!(
        decide(&changed(&current), Redo::Nothing, &fingerprint()),
        Decision::RestoreIfBytesAre("old".to_owned(), Reason::Changed)
    );
    assert_eq!(
        decide(&changed("other"), Redo::Nothing, &fingerprint()),
        Decision::Process(Reason::Changed)
    );
}

#[test]
fn what_is_asked_to_be_redone_is() {
    let decide = |known: Known, redo| decide(&known, redo, &fingerprint());
    let broken = || failed(FailureCode::Damaged);
    assert_eq!(
        decide(broken(), Redo::Failed),
        Decision::Process(Reason::Retry)
    );
    let done = || done("there.json");
    assert_eq!(decide(done(), Redo::Failed), Decision::KeepRecord);
    assert_eq!(
        decide(done(), Redo::Everything),
        Decision::Process(Reason::Forced)
    );
}

#[test]
fn a_later_document_of_the_same_path_gets_its_roots_name() {
    let paths: Vec<_> = candidates("2010", "plan.txt").take(4).collect();
    assert_eq!(
        paths,
        [
            "plan.txt",
            "2010/plan.txt",
            "2010~2/plan.txt",
            "2010~3/plan.txt"
        ]
    );
    let mut taken = TakenPaths::default();
    taken.add("sub/Plan.txt");
    assert!(taken.conflicts("SUB/plan.txt"));
    assert!(taken.conflicts("sub/plan.txt.json/b.txt"));
    assert!(!taken.conflicts("sub/b.txt"));
}
