//! Passwords of encrypted PDFs: which documents they open, and that they are stored nowhere.

use std::fs;

use lopdf::{Document, EncryptionState, EncryptionVersion, Object, Permissions};

use crate::support::cli::{TestContext, assert_exit, diarium, stderr, stdout};

const PASSWORD: &str = "Nyckel till Åkerö";

/// A fixture, encrypted with a user password.
fn encrypted(password: &str) -> Vec<u8> {
    let mut document = Document::load("fixtures/pdf/esf-project.pdf").unwrap();
    let id = Object::string_literal("0123456789abcdef");
    document.trailer.set("ID", vec![id.clone(), id]);
    let version = EncryptionVersion::V2 {
        document: &document,
        owner_password: "ägarens",
        user_password: password,
        key_length: 128,
        permissions: Permissions::all(),
    };
    let state = EncryptionState::try_from(version).unwrap();
    document.encrypt(&state).unwrap();
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

/// A folder with a file that the passwords of `passwords.txt` may open.
fn locked() -> TestContext {
    let context = TestContext::with(&[("a.pdf", &encrypted(PASSWORD))]);
    context.put("passwords.txt", format!("fel\r\n\r\n{PASSWORD}\r\n"));
    context
}

/// A run with the passwords of a file.
fn run_with(context: &TestContext, file: &str, options: &[&str]) -> std::process::Output {
    let file = context.at(file);
    let with = ["--password-file", file.to_str().unwrap()];
    context.run(&[&with, options].concat())
}

#[test]
fn an_encrypted_document_is_tried_again_once_it_has_a_password_or_another_one() {
    let context = locked();
    let run = context.run(&[]);
    assert_exit(&run, 1);
    assert!(stderr(&run).contains("--password-file"), "{}", stderr(&run));
    context.put("wrong.txt", "fel\n");
    for earlier in [0, 1] {
        assert_exit(&run_with(&context, "wrong.txt", &[]), 1);
        assert_eq!(context.counts()["failed_earlier"], earlier);
    }
    assert_exit(&run_with(&context, "passwords.txt", &[]), 0);
    context.assert_counts(&[("found", 1), ("done", 1)]);
    // The record stays when a run has no password.
    assert_exit(&context.run(&[]), 0);
    context.assert_counts(&[("found", 1), ("unchanged", 1)]);
}

#[test]
fn passwords_are_stored_and_printed_nowhere() {
    let context = locked();
    let run = run_with(&context, "passwords.txt", &["-vv"]);
    assert_exit(&run, 0);
    let mut texts = context.files("");
    texts.insert("stderr".to_owned(), run.stderr.clone());
    for (name, bytes) in texts {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("Nyckel till"), "{name}");
    }
}

#[test]
fn show_opens_an_encrypted_document() {
    let context = locked();
    let show = |file: &str| {
        let mut command = diarium();
        command.arg("show").arg(context.at("in/a.pdf"));
        let file = context.at(file);
        command.arg("--password-file").arg(file).output().unwrap()
    };
    let shown = show("passwords.txt");
    assert_exit(&shown, 0);
    assert!(stdout(&shown).contains("esf-project"));
    let missing = show("gone.txt");
    assert_exit(&missing, 2);
    assert!(stderr(&missing).contains("gone.txt cannot be read"));
    fs::write(context.at("latin1.txt"), b"\xe5\n").unwrap();
    let latin1 = show("latin1.txt");
    assert_exit(&latin1, 2);
    assert!(stderr(&latin1).contains("UTF-8"));
}
