//! Faults: a member that is damaged, crashes or hangs affects no other, and a container that cannot be
//! opened costs no record.

use std::fs;

use super::plan;
use crate::support::archives::zip;
use crate::support::cli::{TestContext, assert_exit};

fn archive() -> Vec<u8> {
    zip(&[
        ("a.txt", &plan("A.")),
        ("b.txt", &plan("B.")),
        ("c.txt", &plan("C.")),
    ])
}

#[test]
fn a_bad_member_fails_alone() {
    let context = TestContext::with(&[(
        "a.zip",
        &zip(&[
            ("a.txt", &plan("A.")),
            ("tom.txt", b""),
            ("trasig.pdf", b"%PDF-1.4 nej"),
        ]),
    )]);
    assert_exit(&context.run(&[]), 1);
    context.assert_counts(&[("found", 3), ("containers", 1), ("done", 1), ("failed", 2)]);
    let failures = context.status()["failures"].clone();
    assert_eq!(failures[0]["path"], "a.zip!/tom.txt");
    assert_eq!(failures[0]["code"], "empty");
    assert_eq!(failures[1]["path"], "a.zip!/trasig.pdf");
    // They are not tried again before something changes.
    assert_exit(&context.run(&[]), 1);
    assert_eq!(context.counts()["failed"], 2);
}

#[cfg(all(unix, any(feature = "fault-injection", debug_assertions)))]
#[test]
fn a_member_that_crashes_or_hangs_its_worker_is_quarantined_alone() {
    let context = TestContext::with(&[("a.zip", &archive())]);
    let run = |faults: &str, options: &[&str]| {
        let mut command = context.command(options);
        command.env("DIARIUM_FAULT", faults).output().unwrap()
    };
    let faults = "abort=a.zip!/a.txt spin=a.zip!/b.txt";
    assert_exit(&run(faults, &["--timeout", "2"]), 1);
    context.assert_counts(&[
        ("found", 3),
        ("containers", 1),
        ("done", 1),
        ("failed", 2),
        ("quarantined", 2),
    ]);
    assert_eq!(context.record_paths(), ["a.zip!/c.txt.json"]);
    context.runs(&["--retry-failed"]);
    assert_eq!(context.records().len(), 3);
}

#[cfg(all(unix, any(feature = "fault-injection", debug_assertions)))]
#[test]
fn a_container_that_crashes_its_worker_is_quarantined_and_its_neighbors_are_read() {
    let context = TestContext::with(&[("a.zip", &archive()), ("b.zip", &archive())]);
    let mut command = context.command(&[]);
    let command = command.env("DIARIUM_FAULT", "abort=a.zip");
    assert_exit(&command.output().unwrap(), 1);
    assert_eq!(context.records().len(), 3);
    context.runs(&["--retry-failed"]);
    assert_eq!(context.records().len(), 6);
}

#[test]
fn documents_of_a_container_that_cannot_be_opened_any_more_keep_their_records() {
    let context = TestContext::with(&[("a.zip", &archive())]);
    context.runs(&[]);
    let records = context.records();
    context.put("in/a.zip", b"PK\x03\x04 inget arkiv");
    assert_exit(&context.run(&["--prune"]), 1);
    context.assert_counts(&[("found", 1), ("failed", 1), ("source_unreadable", 3)]);
    assert!(context.records() == records);
    let unreadable = context.status()["source_unreadable"].clone();
    assert_eq!(unreadable[0]["path"], "a.zip!/a.txt");
    let message = unreadable[0]["message"].as_str().unwrap();
    assert!(message.contains("a.zip is damaged"), "{message}");
    assert_exit(&context.on_output(&["check"]), 0);
    // The same bytes are back: nothing is processed again.
    context.put("in/a.zip", archive());
    context.runs(&[]);
    context.assert_counts(&[("found", 3), ("containers", 1), ("unchanged", 3)]);
    assert_eq!(
        context.status()["source_unreadable"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
}

#[test]
fn documents_that_a_damaged_container_does_not_list_keep_their_records() {
    let context = TestContext::with(&[("a.zip", &archive())]);
    context.runs(&[]);
    // Without the end, which lists the members, those that are whole are found by their own headers.
    let whole = archive();
    let second = whole.windows(4).rposition(|four| four == b"PK\x03\x04");
    context.put("in/a.zip", &whole[..second.unwrap() + 20]);
    assert_exit(&context.run(&["--prune"]), 1);
    context.assert_counts(&[
        ("found", 2),
        ("containers", 1),
        ("unchanged", 2),
        ("source_unreadable", 1),
    ]);
    assert_eq!(context.records().len(), 3);
    assert_eq!(context.status()["warnings"]["damaged-file"], 1);
}

#[test]
fn a_member_that_cannot_be_processed_any_more_is_withdrawn_and_restored() {
    let context = TestContext::with(&[("a.zip", &archive())]);
    context.runs(&[]);
    let records = context.records();
    let broken = zip(&[
        ("a.txt", b""),
        ("b.txt", &plan("B.")),
        ("c.txt", &plan("C.")),
    ]);
    context.put("in/a.zip", broken);
    assert_exit(&context.run(&[]), 1);
    context.assert_counts(&[
        ("found", 3),
        ("containers", 1),
        ("unchanged", 2),
        ("failed", 1),
        ("withdrawn", 1),
    ]);
    assert_eq!(context.files("withdrawn").len(), 1);
    context.put("in/a.zip", archive());
    context.runs(&[]);
    context.assert_counts(&[
        ("found", 3),
        ("containers", 1),
        ("unchanged", 2),
        ("restored", 1),
    ]);
    assert!(context.records() == records);
    assert!(context.files("withdrawn").is_empty());
}

#[cfg(unix)]
#[test]
fn a_container_that_may_not_be_read_keeps_the_records_of_its_documents() {
    use std::os::unix::fs::PermissionsExt;
    let context = TestContext::with(&[("a.zip", &archive())]);
    context.runs(&[]);
    let file = context.input().join("a.zip");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o0)).unwrap();
    if fs::read(&file).is_ok() {
        // The superuser may read everything.
        return;
    }
    context.run(&[]);
    assert_eq!(context.records().len(), 3);
}
