//! Nesting: which paths and records the documents in containers get.

use data_encoding::HEXLOWER;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::plan;
use crate::support::archives::zip;
use crate::support::cli::{TestContext, assert_exit, diarium, stderr, stdout};

#[test]
fn documents_in_nested_archives_are_records_that_name_their_container() {
    let bridge = plan("Bron ska vara av trä.");
    let inner = zip(&[("djupt/väg.txt", &plan("Vägen är lång."))]);
    let outer = zip(&[("bro.txt", &bridge), ("mapp/inre.zip", &inner)]);
    let context = TestContext::with(&[
        ("arkiv.zip", &outer),
        ("arkiv.zip!/bro.txt", &plan("En mapp med utropstecken.")),
        ("plan.txt", &plan("Ensam.")),
    ]);
    context.runs(&[]);
    context.assert_counts(&[("found", 4), ("containers", 2), ("done", 4)]);
    assert_eq!(
        context.record_paths(),
        [
            "arkiv.zip!/bro.txt.json",
            "arkiv.zip!/mapp/inre.zip!/djupt/väg.txt.json",
            "arkiv.zip%21/bro.txt.json",
            "plan.txt.json"
        ]
    );
    let record = context.record("arkiv.zip!/bro.txt.json");
    assert_eq!(record["id"], HEXLOWER.encode(&Sha256::digest(&bridge)));
    assert_eq!(record["source"]["path"], "arkiv.zip!/bro.txt");
    assert_eq!(record["source"]["parent"], "arkiv.zip");
    assert_eq!(record["source"]["bytes"], bridge.len());
    let deep = context.record("arkiv.zip!/mapp/inre.zip!/djupt/väg.txt.json");
    assert_eq!(deep["source"]["parent"], "arkiv.zip!/mapp/inre.zip");
    assert_eq!(
        context.record("plan.txt.json")["source"].get("parent"),
        None
    );
    assert_exit(&context.on_output(&["check"]), 0);
    assert_eq!(context.status()["outcomes"]["container"], 2);
}

#[test]
fn a_container_deeper_than_the_limit_is_a_failure_and_the_others_are_read() {
    let mut archive = zip(&[("d.txt", &plan("Djupast."))]);
    for (name, text) in [("c", "Tredje."), ("b", "Andra."), ("a", "Första.")] {
        let text = plan(text);
        let member = format!("{name}.txt");
        archive = zip(&[("in.zip", &archive), (&member, &text)]);
    }
    let context = TestContext::with(&[("ut.zip", &archive)]);
    assert_exit(&context.run(&[]), 1);
    context.assert_counts(&[("found", 4), ("containers", 3), ("done", 3), ("failed", 1)]);
    let failures = &context.status()["failures"];
    assert_eq!(failures[0]["path"], "ut.zip!/in.zip!/in.zip!/in.zip");
    assert_eq!(failures[0]["code"], "unsupported-format");
    let message = failures[0]["message"].as_str().unwrap();
    assert!(message.contains("more than 3 deep"), "{message}");
}

#[test]
fn names_that_differ_only_in_case_are_two_documents_of_the_same_container() {
    let archive = zip(&[("Plan.txt", &plan("Stor.")), ("plan.txt", &plan("Liten."))]);
    let context = TestContext::with(&[("a.zip", &archive)]);
    context.runs(&[]);
    assert_eq!(
        context.record_paths(),
        ["a.zip!/Plan.txt.json", "a.zip!/~2/plan.txt.json"]
    );
    let record = context.record("a.zip!/~2/plan.txt.json");
    assert_eq!(record["source"]["parent"], "a.zip");
    context.runs(&[]);
    context.assert_counts(&[("found", 2), ("containers", 1), ("unchanged", 2)]);
}

#[test]
fn processes_and_threads_give_the_same_records() {
    let archive = zip(&[
        ("a.txt", &plan("A.")),
        ("b.txt", &plan("B.")),
        ("c.zip", &zip(&[("d.txt", &plan("D."))])),
    ]);
    let contexts = [
        ["--jobs", "1"].as_slice(),
        &["--jobs", "3"],
        &["--in-process"],
    ]
    .map(|options| {
        let context = TestContext::with(&[("a.zip", &archive)]);
        context.runs(options);
        context
    });
    assert_eq!(contexts[0].records().len(), 3);
    assert!(contexts[0].records() == contexts[1].records());
    assert!(contexts[0].records() == contexts[2].records());
}

#[test]
fn show_lists_the_documents_of_a_container_and_prints_one() {
    let archive = zip(&[
        ("mapp/å.txt", &plan("Ett.")),
        ("in.zip", &zip(&[("b.txt", &plan("Två."))])),
        ("tom.txt", b""),
    ]);
    let context = TestContext::with(&[("a.zip", &archive)]);
    let show = |path: &str| {
        let mut command = diarium();
        command.arg("show").arg(context.input().join(path));
        command.output().unwrap()
    };
    let listed = show("a.zip");
    assert_exit(&listed, 0);
    for path in ["a.zip!/mapp/å.txt", "a.zip!/in.zip", "a.zip!/tom.txt"] {
        assert!(stdout(&listed).contains(path), "{}", stdout(&listed));
    }
    let shown = show("a.zip!/in.zip!/b.txt");
    assert_exit(&shown, 0);
    assert!(stdout(&shown).contains("Två."), "{}", stdout(&shown));
    let missing = show("a.zip!/in.zip!/c.txt");
    assert_exit(&missing, 1);
    assert!(
        stderr(&missing).contains("no member c.txt"),
        "{}",
        stderr(&missing)
    );
}

#[test]
fn a_library_gets_every_document_of_a_container() {
    let archive = zip(&[
        ("a.txt", &plan("Ett.")),
        (
            "in.zip",
            &zip(&[("b.txt", &plan("Två.")), ("tom.txt", b"")]),
        ),
    ]);
    let extractor = &*crate::support::pipeline::EXTRACTOR;
    let documents = extractor.documents(&archive, "arkiv.zip");
    let names: Vec<&str> = documents.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "arkiv.zip!/a.txt",
            "arkiv.zip!/in.zip!/b.txt",
            "arkiv.zip!/in.zip!/tom.txt"
        ]
    );
    let record: Value = serde_json::to_value(documents[1].outcome.as_ref().unwrap()).unwrap();
    assert_eq!(record["source"]["parent"], "arkiv.zip!/in.zip");
    assert!(documents[2].outcome.is_err());
    let error = extractor.extract(&archive, "arkiv.zip").unwrap_err();
    assert!(error.to_string().contains("3 documents"), "{error}");
}

#[test]
fn messages_that_are_forwarded_very_often_end_at_the_limit() {
    let headers =
        "From: a@example.se\r\nTo: b@example.se\r\nSubject: Vidare\r\nMIME-Version: 1.0\r\n";
    let mut message = format!("{headers}\r\nInnerst.\r\n");
    for _ in 0..2_000 {
        message = format!("{headers}Content-Type: message/rfc822\r\n\r\n{message}");
    }
    let extractor = &*crate::support::pipeline::EXTRACTOR;
    let documents = extractor.documents(message.as_bytes(), "vidare.eml");
    let depth = extractor.read_options().container.depth;
    assert!(documents.len() <= depth + 2, "{}", documents.len());
    let last = documents.last().unwrap().outcome.as_ref().unwrap_err();
    assert_eq!(last.code, diarium::document::FailureCode::UnsupportedFormat);
}
