//! Documents of several files: the pages of a folder, and images with their text beside them.

use std::fs;

use diarium::document::Record;
use jpeg_encoder::{ColorType, Encoder};

use crate::support::cli::{TestContext, assert_exit, diarium, stdout};

/// A gray picture.
fn picture(shade: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = Encoder::new(&mut bytes, 80);
    encoder
        .encode(&[shade; 64 * 64], 64, 64, ColorType::Luma)
        .unwrap();
    bytes
}

/// Two folders of pages, one of them with another document, and a page that lies beside them.
fn with_pages() -> TestContext {
    let context = TestContext::with(&[]);
    for (name, shade) in [("10.jpg", 210), ("9.jpg", 220), ("1.jpg", 230)] {
        context.put(&format!("in/akt/{name}"), picture(shade));
        context.put(&format!("in/blandat/{name}"), picture(shade - 5));
    }
    context.put("in/akt/Thumbs.db", "x");
    context.put("in/blandat/brev.txt", "Ett brev om bron.\n");
    context
}

const JOINED: [&str; 3] = ["--pages-in-folders", "--ocr", "never"];

fn record(context: &TestContext, name: &str) -> Record {
    serde_json::from_slice(&context.records()[name]).unwrap()
}

#[test]
fn the_images_of_a_folder_are_one_document_in_the_order_of_their_numbers() {
    let context = with_pages();
    assert_exit(&context.run(&JOINED), 0);
    let names: Vec<String> = context.records().into_keys().collect();
    let mixed = [
        "blandat/1.jpg.json",
        "blandat/10.jpg.json",
        "blandat/9.jpg.json",
    ];
    let mixed = mixed.into_iter().chain(["blandat/brev.txt.json"]);
    let expected: Vec<&str> = ["akt.json"].into_iter().chain(mixed).collect();
    assert_eq!(names, expected);
    let record = record(&context, "akt.json");
    assert_eq!(record.source.path, "akt");
    assert_eq!(record.source.media_type, "image/jpeg");
    let files: Vec<&str> = record.source.files.iter().map(|file| &*file.name).collect();
    assert_eq!(files, ["1.jpg", "9.jpg", "10.jpg"]);
    let lengths: u64 = record.source.files.iter().map(|file| file.bytes).sum();
    assert_eq!(record.source.bytes, lengths);
    let numbers: Vec<u32> = record.pages.iter().map(|page| page.number).collect();
    assert_eq!(numbers, [1, 2, 3]);
    assert_exit(&context.on_output(&["check"]), 0);
}

#[test]
fn a_change_of_any_file_is_a_change_of_the_document() {
    let context = with_pages();
    fs::remove_dir_all(context.at("in/blandat")).unwrap();
    assert_exit(&context.run(&JOINED), 0);
    let first = record(&context, "akt.json");
    assert_exit(&context.run(&JOINED), 0);
    context.assert_counts(&[("found", 1), ("unchanged", 1), ("companions", 1)]);
    context.put("in/akt/9.jpg", picture(100));
    assert_exit(&context.run(&JOINED), 0);
    let changed = record(&context, "akt.json");
    assert_ne!(changed.id, first.id);
    fs::rename(context.at("in/akt/10.jpg"), context.at("in/akt/0.jpg")).unwrap();
    assert_exit(&context.run(&JOINED), 0);
    assert_ne!(record(&context, "akt.json").id, changed.id);
    // The same files under another path are the same document.
    fs::rename(context.at("in/akt"), context.at("in/serie")).unwrap();
    assert_exit(&context.run(&JOINED), 0);
    context.assert_counts(&[("found", 1), ("moved", 1), ("companions", 1)]);
}

#[test]
fn pages_that_lie_directly_in_the_input_have_its_name() {
    let context = with_pages();
    let run = context.run_over(&["in/akt"], &JOINED);
    assert_exit(&run, 0);
    assert_eq!(record(&context, "akt.json").source.files.len(), 3);
}

#[test]
fn images_that_become_pages_of_a_document_are_no_documents_any_more() {
    let context = with_pages();
    assert_exit(&context.run(&JOINED[1..]), 0);
    assert_eq!(context.records().len(), 7);
    assert_exit(&context.run(&[&JOINED[..], &["--prune"]].concat()), 0);
    assert_eq!(context.records().len(), 5);
    assert_eq!(context.counts()["removed"], 3);
}

#[test]
fn an_image_and_the_file_beside_it_are_one_document_and_nothing_is_lost_silently() {
    let context = TestContext::with(&[]);
    context.put("in/0001.jpg", picture(200));
    context.put("in/0001.xml", "<mets>Inte läst text</mets>");
    context.put("in/0002.xml", "Ett eget dokument.\n");
    assert_exit(&context.run(&["--ocr", "never"]), 0);
    context.assert_counts(&[("found", 2), ("done", 2)]);
    let record = record(&context, "0001.jpg.json");
    assert_eq!(record.source.files.len(), 2);
    let warning = |text: &str| record.warnings.iter().any(|it| it.message.contains(text));
    assert!(warning("0001.xml is left out"), "{:?}", record.warnings);
    let shown = diarium()
        .arg("show")
        .arg(context.at("in/0001.jpg"))
        .output();
    assert!(!stdout(&shown.unwrap()).is_empty());
}
