use std::path::PathBuf;

use super::*;
use crate::catalogue::hash_bytes;

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
        members: Vec::new(),
        parts: Vec::new(),
        bytes: 4,
        modified: 17,
        changed: 18,
    }
}

/// The state of a file that was checked long after it was written.
fn state() -> FileState {
    FileState {
        bytes: 4,
        modified: 17,
        changed: 18,
        checked: 10_000_000_000,
    }
}

fn done(record: &str) -> KnownDocument {
    KnownDocument {
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
        is_container: false,
        withdrawn: None,
    }
}

fn failed(code: FailureCode) -> KnownDocument {
    KnownDocument {
        id: None,
        fingerprint: fingerprint().of_failure(None),
        record: None,
        failure: Some(code),
        ..done("")
    }
}

/// The decision about a file, where an empty record `there.json` exists.
fn decide(known: &KnownDocument, redo: Redo, fingerprint: &Fingerprint) -> Decision {
    let output = tempfile::tempdir().unwrap();
    std::fs::write(output.path().join("there.json"), "").unwrap();
    let planner = Planner {
        folder: output.path(),
        catalogue: &mut Catalogue::open_copy(output.path(), &output.path().join("db")).unwrap(),
        redo,
        fingerprint,
        quarantine_limits: String::new(),
        checked: 0,
        suspects: &HashMap::new(),
    };
    planner.decide(&source(), known, &mut VerifiedFiles::default())
}

#[test]
fn a_record_is_kept_while_file_fingerprint_and_record_are_the_same() {
    let same = Decision::ProcessUnlessBytesAre("id".to_owned());
    let with = |state| KnownDocument {
        state,
        ..done("there.json")
    };
    let cases: [(&str, KnownDocument, Decision); 9] = [
        ("all the same", done("there.json"), Decision::KeepRecord),
        (
            "record missing",
            done("gone.json"),
            Decision::Process(Reason::RecordDamaged),
        ),
        (
            "record changed",
            KnownDocument {
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
            "checked right after it was written",
            with(FileState {
                checked: 19,
                ..state()
            }),
            same.clone(),
        ),
        (
            "could not be read the last time",
            KnownDocument {
                source_unreadable: true,
                ..done("there.json")
            },
            same,
        ),
        (
            "other fingerprint",
            KnownDocument {
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
fn a_failure_is_kept_unless_the_document_may_succeed_now() {
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
fn a_withdrawn_record_is_restored_with_its_bytes_unless_it_is_outdated() {
    let changed = |withdrawn: &str| KnownDocument {
        state: FileState {
            bytes: 9,
            ..state()
        },
        withdrawn: Some(WithdrawnRecord {
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
fn redo_processes_failed_documents_or_everything() {
    let decide = |known: KnownDocument, redo| decide(&known, redo, &fingerprint());
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
