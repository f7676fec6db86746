//! File names and paths: unprintable, too long, linked, or not those of a document.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use super::inbox::{Inbox, Outcome, told};
use crate::support::cli::diarium;

const PLAN: &[u8] = b"Projektnamn: Bron\n\n1. Bakgrund\n\nVi bygger en bro.\n";

/// Every path under a folder; links are not followed.
fn everything(folder: &Path) -> Vec<String> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name();
    let paths = entries.into_iter().map(|entry| {
        let entry = entry.unwrap();
        entry.path().to_str().unwrap().to_owned()
    });
    paths.collect()
}

#[test]
fn names_are_printable_and_records_stay_in_their_folder() {
    let inbox = Inbox::new();
    let names: [(&[u8], &str); 12] = [
        (b"two\nlines.txt", "two%0Alines.txt"),
        (b"clear\x1b[2J.txt", "clear%1B[2J.txt"),
        (b"bell\x07\x7f.txt", "bell%07%7F.txt"),
        ("c1\u{9b}31m.txt".as_bytes(), "c1%C2%9B31m.txt"),
        ("gpj\u{202e}txt.exe".as_bytes(), "gpj%E2%80%AEtxt.exe"),
        ("mark\u{61c}.txt".as_bytes(), "mark%D8%9C.txt"),
        (b"latin\xe5\xff.txt", "latin%E5%FF.txt"),
        (b"up\\..\\..\\up.txt", "up%5C..%5C..%5Cup.txt"),
        (b"%2e%2e", "%252e%252e"),
        (b"...", "..."),
        (b" ", "%20"),
        (b"-rf", "-rf"),
    ];
    for (name, _) in names {
        inbox.put(OsStr::from_bytes(name), PLAN);
    }
    let outcomes = inbox.survives(&["-vv"]);
    for (name, printed) in names {
        // A name that begins with a dot is hidden.
        let expected = if name[0] == b'.' { None } else { Some("done") };
        let outcome = outcomes.get(printed).map(Outcome::code);
        assert_eq!(outcome, expected, "{printed}");
    }
    assert_eq!(
        fs::read_dir(inbox.output().parent().unwrap())
            .unwrap()
            .count(),
        2
    );
}

#[test]
fn names_of_any_length_get_a_record_or_a_reason() {
    let inbox = Inbox::new();
    inbox.put(format!("{}.txt", "å".repeat(125)), PLAN);
    inbox.put(format!("{}.txt", "ä".repeat(125)), PLAN);
    inbox.put(format!("{0}/{0}/{0}/plan.txt", "d".repeat(255)), PLAN);
    // As long as a path may be here, and longer than it may be where the record goes.
    let room = 4095 - inbox.input().as_os_str().len() - "/plan.txt".len();
    let deep = format!(
        "{}{}",
        format!("/{}", "e".repeat(199)).repeat(room / 200),
        "/plan.txt"
    );
    inbox.put(&deep[1..], PLAN);
    let outcomes = inbox.survives(&[]);
    let codes: Vec<&str> = outcomes.values().map(|outcome| outcome.code()).collect();
    assert_eq!(
        codes.iter().filter(|code| **code == "done").count(),
        4,
        "{codes:?}"
    );
}

#[test]
fn special_files_are_skipped_and_reported() {
    let inbox = Inbox::new();
    let at = |name: &str| inbox.input().join(name);
    for name in ["pipe", "pipe.pdf"] {
        let made = Command::new("mkfifo").arg(at(name)).status().unwrap();
        assert!(made.success());
    }
    let _socket = UnixListener::bind(at("socket.txt")).unwrap();
    symlink("/dev/zero", at("zero.pdf")).unwrap();
    symlink("/dev/tty", at("terminal.txt")).unwrap();
    symlink(".", at("loop")).unwrap();
    symlink("..", at("text/up")).unwrap();
    symlink("itself", at("itself")).unwrap();
    symlink("gone", at("nowhere.txt")).unwrap();
    symlink(inbox.output(), at("out")).unwrap();
    let run = inbox.run(&["-v"]);
    assert_eq!(run.status.code(), Some(0), "{}", told(&run));
    for name in [
        "pipe",
        "pipe.pdf",
        "socket.txt",
        "zero.pdf",
        "loop",
        "text/up",
        "itself",
        "nowhere.txt",
    ] {
        let told = told(&run);
        assert!(told.contains(&format!("/in/{name}\n")), "{name}: {told}");
    }
    assert_eq!(inbox.records().len(), 4);
    // Named on the command line they are nothing else.
    for name in ["pipe", "zero.pdf", "socket.txt"] {
        let shown = diarium().arg("show").arg(at(name)).output().unwrap();
        assert_eq!(shown.status.code(), Some(2), "{}", told(&shown));
    }
}

#[test]
fn unreadable_inputs_are_reported_and_change_the_exit_code() {
    let inbox = Inbox::new();
    inbox.put("closed/plan.txt", PLAN);
    inbox.put("locked.txt", PLAN);
    let close = |name: &str| {
        let path = inbox.input().join(name);
        fs::set_permissions(path, fs::Permissions::from_mode(0o000)).unwrap();
    };
    close("closed");
    close("locked.txt");
    let root_reads_all = fs::read(inbox.input().join("locked.txt")).is_ok();
    let run = inbox.run(&[]);
    let open = fs::Permissions::from_mode(0o700);
    fs::set_permissions(inbox.input().join("closed"), open).unwrap();
    if !root_reads_all {
        assert_eq!(run.status.code(), Some(1), "{}", told(&run));
        assert!(told(&run).contains("/in/closed"), "{}", told(&run));
        assert_eq!(inbox.failures()["locked.txt"].0, "unreadable");
    }
    assert!(inbox.records().len() >= 4);
}

#[test]
fn a_folder_deeper_than_the_path_limit_is_reported() {
    let inbox = Inbox::new();
    // Two halves that can each be named, one moved into the other.
    let half = |name: &str| {
        inbox
            .input()
            .join(format!("{name}{}", "/ddddddddd".repeat(250)))
    };
    fs::create_dir_all(half("a")).unwrap();
    fs::create_dir_all(half("b")).unwrap();
    fs::write(half("b").join("plan.txt"), PLAN).unwrap();
    fs::rename(inbox.input().join("b"), half("a").join("b")).unwrap();
    let run = inbox.run(&[]);
    assert_eq!(run.status.code(), Some(1), "{}", told(&run));
    assert!(told(&run).contains("cannot be looked"), "{}", told(&run));
    assert_eq!(inbox.records().len(), 4);
}

#[test]
fn links_in_the_inputs_never_place_a_record_outside_the_output_folder() {
    let inbox = Inbox::new();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("plan.txt"), PLAN).unwrap();
    let file = outside.path().join("plan.txt");
    symlink(&file, inbox.input().join("link.txt")).unwrap();
    symlink(outside.path(), inbox.input().join("folder")).unwrap();
    let outcomes = inbox.survives(&[]);
    assert_eq!(outcomes["link.txt"].code(), "done");
    assert_eq!(outcomes.len(), 1);
    assert_eq!(everything(outside.path()).len(), 2);
}
