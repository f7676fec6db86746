//! Text that a terminal would obey, wherever it comes from.

use std::path::Path;
use std::process::Output;

use super::inbox::{Inbox, diarium};

/// Clears the screen, sets the title, turns the writing, in C0, C1 and Unicode.
const CURSE: &str =
    "\u{1b}[2J\u{1b}]0;mine\u{7}\u{9b}31m\u{90}q\u{202e}\u{2066}\u{61c}\u{85}\u{2028}\u{8}\u{7f}";

#[track_caller]
fn assert_harmless(output: &Output, what: &str) {
    for stream in [&output.stdout, &output.stderr] {
        let text = str::from_utf8(stream).unwrap();
        let obeyed = |character: char| character != '\n' && diarium::document::is_obeyed(character);
        let found = text.find(obeyed);
        assert!(found.is_none(), "{what}: {found:?} in {text:?}");
    }
}

fn cursed_form() -> String {
    format!(
        "Projektnamn: Bron{CURSE} över ån\nProjektägare: Åsunda{CURSE} kommun\nE-post: a{CURSE}@b.example.se\n\n\
         1. Bakgrund{CURSE}\n\nVi bygger{CURSE}.\n\nBudget\nResor{CURSE} 100 kr\nSumma 900 kr\n\n\
         ☒ Ja{CURSE}\n\nKommuner{CURSE}\n- Å{CURSE}\n"
    )
}

#[test]
fn nothing_that_is_shown_is_obeyed() {
    let inbox = Inbox::new();
    let name = format!("plan{}.txt", CURSE.replace('/', ""));
    let cursed = inbox.input().join(&name);
    inbox.put(&name, cursed_form().as_bytes());
    inbox.put(format!("empty{CURSE}.txt"), b"");
    inbox.put(
        format!("{CURSE}.pdf"),
        format!("%PDF-1.7\n{CURSE}").as_bytes(),
    );
    inbox.put(
        "page.html",
        format!("<title>{CURSE}</title><h1>{CURSE}&#27;[2J</h1><p>text").as_bytes(),
    );
    #[cfg(unix)]
    std::os::unix::fs::symlink("gone", inbox.input().join(CURSE)).unwrap();
    for options in [&["-vv"][..], &["-vv", "--force"], &[]] {
        assert_harmless(&inbox.run(options), "run");
    }
    for words in [&["status"][..], &["check"]] {
        assert_harmless(&inbox.look(words), words[0]);
    }
    for options in [&["show"][..], &["show", "--why"]] {
        for file in [
            &cursed,
            &inbox.input().join("page.html"),
            &inbox.input().join(CURSE),
        ] {
            assert_harmless(&diarium().args(options).arg(file).output().unwrap(), "show");
        }
    }
    for name in inbox.records().keys() {
        let record = inbox.output().join("records").join(format!("{name}.json"));
        assert_harmless(&diarium().arg("show").arg(record).output().unwrap(), name);
    }
    let gold = inbox.output().join("gold.jsonl");
    let line = serde_json::json!({
        "source": "page.html", "kind": CURSE, "title": CURSE, "fields": { "project_name": CURSE }
    });
    std::fs::write(&gold, line.to_string()).unwrap();
    let eval = diarium()
        .arg("eval")
        .arg(inbox.output())
        .arg("--gold")
        .arg(&gold)
        .output()
        .unwrap();
    assert_harmless(&eval, "eval");
}

#[test]
fn nor_is_what_a_shell_makes_of_a_name() {
    let cursed = Path::new(CURSE);
    for words in [
        &["show"][..],
        &["status"],
        &["check"],
        &["profile", "show"],
        &["run", "--out"],
        &["no"],
    ] {
        let output = diarium().args(words).arg(cursed).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert_harmless(&output, words[0]);
        let option = diarium()
            .args(words)
            .arg(format!("--{CURSE}"))
            .output()
            .unwrap();
        assert_harmless(&option, words[0]);
    }
}
