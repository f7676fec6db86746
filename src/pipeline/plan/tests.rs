use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use super::*;
use crate::pipeline::Copies;
use crate::read;

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
    }
}

fn done(record: &str) -> Known {
    Known {
        id: Some("id".to_owned()),
        bytes: 4,
        modified: 17,
        fingerprint: fingerprint().of_record("id"),
        record: Some(record.to_owned()),
        failure: None,
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
        prune: false,
        profiles: None,
        redo,
        copies: Copies::default(),
        readings_limit: 0,
        shard: None,
        read: read::Options::default(),
        cancel: Arc::default(),
    }
}

#[test]
fn a_record_stands_while_file_tools_and_record_are_the_same() {
    let output = tempfile::tempdir().unwrap();
    std::fs::write(output.path().join("there.json"), "").unwrap();
    let same = Decision::ProcessUnlessBytesAre("id".to_owned());
    let cases: [(&str, Known, Decision); 5] = [
        ("all the same", done("there.json"), Decision::KeepRecord),
        ("record gone", done("gone.json"), Decision::Process),
        (
            "file touched",
            Known {
                modified: 18,
                ..done("there.json")
            },
            same.clone(),
        ),
        (
            "file longer",
            Known {
                bytes: 3,
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
            Decision::Process,
        ),
    ];
    let options = options(output.path(), Redo::Nothing);
    for (name, known, decision) in cases {
        let decided = decide(&source(), &known, &options, &fingerprint());
        assert_eq!(decided, decision, "{name}");
    }
}

#[test]
fn a_failure_stands_unless_it_could_go_better_now() {
    let output = tempfile::tempdir().unwrap();
    let options = options(output.path(), Redo::Nothing);
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
            Decision::Process,
        ),
        (failed(FailureCode::TooLarge), higher, Decision::Process),
    ] {
        assert_eq!(decide(&source(), &known, &options, &fingerprint), decision);
    }
}

#[test]
fn what_is_asked_to_be_redone_is() {
    let output = tempfile::tempdir().unwrap();
    std::fs::write(output.path().join("there.json"), "").unwrap();
    let decide = |known: Known, redo| {
        let options = options(output.path(), redo);
        decide(&source(), &known, &options, &fingerprint())
    };
    let broken = || failed(FailureCode::Damaged);
    assert_eq!(decide(broken(), Redo::Failed), Decision::Process);
    let done = || done("there.json");
    assert_eq!(decide(done(), Redo::Failed), Decision::KeepRecord);
    assert_eq!(decide(done(), Redo::Everything), Decision::Process);
}
