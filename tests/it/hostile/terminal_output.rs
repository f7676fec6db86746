//! Terminal escape injection: no output contains control characters of a document or a file name.

use std::path::Path;
use std::process::Output;

use super::inbox::Inbox;
use crate::support::cli::diarium;

/// Clears the screen, sets the title, reverses the text, in C0, C1 and Unicode.
const CONTROLS: &str =
    "\u{1b}[2J\u{1b}]0;mine\u{7}\u{9b}31m\u{90}q\u{202e}\u{2066}\u{61c}\u{85}\u{2028}\u{8}\u{7f}";

#[track_caller]
fn assert_no_control_characters(output: &Output, what: &str) {
    for stream in [&output.stdout, &output.stderr] {
        let text = str::from_utf8(stream).unwrap();
        let obeyed = |character: char| {
            character != '\n' && diarium::document::is_terminal_control(character)
        };
        let found = text.find(obeyed);
        assert!(found.is_none(), "{what}: {found:?} in {text:?}");
    }
}

fn form_with_controls() -> String {
    format!(
        "Projektnamn: Bron{CONTROLS} över ån\nProjektägare: Åsunda{CONTROLS} kommun\nE-post: a{CONTROLS}@b.example.se\n\n\
         1. Bakgrund{CONTROLS}\n\nVi bygger{CONTROLS}.\n\nBudget\nResor{CONTROLS} 100 kr\nSumma 900 kr\n\n\
         ☒ Ja{CONTROLS}\n\nKommuner{CONTROLS}\n- Å{CONTROLS}\n"
    )
}

#[test]
fn output_contains_no_control_characters() {
    let inbox = Inbox::new();
    let name = format!("plan{}.txt", CONTROLS.replace('/', ""));
    let document = inbox.input().join(&name);
    inbox.put(&name, form_with_controls().as_bytes());
    inbox.put(format!("empty{CONTROLS}.txt"), b"");
    inbox.put(
        format!("{CONTROLS}.pdf"),
        format!("%PDF-1.7\n{CONTROLS}").as_bytes(),
    );
    inbox.put(
        "page.html",
        format!("<title>{CONTROLS}</title><h1>{CONTROLS}&#27;[2J</h1><p>text").as_bytes(),
    );
    #[cfg(unix)]
    std::os::unix::fs::symlink("gone", inbox.input().join(CONTROLS)).unwrap();
    for options in [&["-vv"][..], &["-vv", "--force"], &[]] {
        assert_no_control_characters(&inbox.run(options), "run");
    }
    for words in [&["status"][..], &["check"]] {
        assert_no_control_characters(&inbox.look(words), words[0]);
    }
    for options in [&["show"][..], &["show", "--why"]] {
        for file in [
            &document,
            &inbox.input().join("page.html"),
            &inbox.input().join(CONTROLS),
        ] {
            assert_no_control_characters(
                &diarium().args(options).arg(file).output().unwrap(),
                "show",
            );
        }
    }
    for name in inbox.records().keys() {
        let record = inbox.output().join("records").join(format!("{name}.json"));
        assert_no_control_characters(&diarium().arg("show").arg(record).output().unwrap(), name);
    }
    let gold = inbox.output().join("gold.jsonl");
    let line = serde_json::json!({
        "source": "page.html", "kind": CONTROLS, "title": CONTROLS, "fields": { "project_name": CONTROLS }
    });
    std::fs::write(&gold, line.to_string()).unwrap();
    let eval = diarium()
        .arg("eval")
        .arg(inbox.output())
        .arg("--gold")
        .arg(&gold)
        .output()
        .unwrap();
    assert_no_control_characters(&eval, "eval");
}

#[test]
fn arguments_are_printed_without_control_characters() {
    let argument = Path::new(CONTROLS);
    for words in [
        &["show"][..],
        &["status"],
        &["check"],
        &["profile", "show"],
        &["run", "--out"],
        &["no"],
    ] {
        let output = diarium().args(words).arg(argument).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert_no_control_characters(&output, words[0]);
        let option = diarium()
            .args(words)
            .arg(format!("--{CONTROLS}"))
            .output()
            .unwrap();
        assert_no_control_characters(&option, words[0]);
    }
}
