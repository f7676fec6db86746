use std::cell::RefCell;
use std::fs;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;
use std::time::SystemTime;

use super::*;
use crate::discover::Selection;
use diarium_read as read;

/// Counts finished documents, and cancels the run after `cancel_after` of them.
#[derive(Default)]
struct Watcher {
    finished: RefCell<u64>,
    cancel_after: Option<u64>,
    cancel: Arc<AtomicBool>,
}

impl Observer for Watcher {
    fn issue(&self, _: &Issue) {}

    fn planned(&self, _: u64, _: usize) {}

    fn finished(&self, _: &Finished) {
        *self.finished.borrow_mut() += 1;
        if Some(*self.finished.borrow()) == self.cancel_after {
            self.cancel.store(true, Ordering::Relaxed);
        }
    }
}

/// An input folder with `documents` documents, and an output folder beside it.
fn folder(documents: usize) -> (tempfile::TempDir, RunOptions) {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    fs::create_dir(&input).unwrap();
    for number in 0..documents {
        let text = format!("Projektnamn: Bro {number}\n\n1. Bakgrund\n\nVi bygger.\n");
        fs::write(input.join(format!("{number:03}.txt")), text).unwrap();
    }
    let options = RunOptions {
        inputs: vec![input],
        selection: Selection::default(),
        output: folder.path().join("out"),
        jobs: NonZeroUsize::MIN,
        workers: None,
        root: None,
        prune: Prune::Nothing,
        verify_records: false,
        profiles: None,
        letterhead: None,
        redo: Redo::Nothing,
        renditions: RenditionOptions::default(),
        readings_limit: 0,
        shard: None,
        read: read::Options::default(),
        cancel: Arc::default(),
    };
    (folder, options)
}

#[test]
fn the_next_run_continues_an_interrupted_one() {
    let (_folder, mut options) = folder(40);
    let watcher = Watcher {
        cancel_after: Some(1),
        cancel: Arc::clone(&options.cancel),
        ..Watcher::default()
    };
    let first = run(&options, &watcher).unwrap();
    assert_eq!(first.outcome, RunOutcome::Interrupted);
    // Two messages wait in the channel, one document runs, one message is being recorded.
    assert!(first.counts.done <= 5 && first.counts.left() >= 35);

    options.cancel = Arc::default();
    let second = run(&options, &Watcher::default()).unwrap();
    assert_eq!(second.outcome, RunOutcome::Finished);
    assert_eq!(second.counts.unchanged, first.counts.done);
    assert_eq!(second.counts.unchanged + second.counts.done, 40);
}

#[test]
fn a_touched_file_is_hashed_but_not_processed() {
    let (_folder, options) = folder(2);
    run(&options, &Watcher::default()).unwrap();
    let file = options.inputs[0].join("000.txt");
    let file = fs::File::options().write(true).open(file).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH).unwrap();

    let watcher = Watcher::default();
    let touched = run(&options, &watcher).unwrap();
    assert_eq!((touched.counts.unchanged, touched.counts.done), (2, 0));
}

#[test]
fn documents_with_changed_bytes_or_lost_records_are_processed_again() {
    let (_folder, options) = folder(3);
    run(&options, &Watcher::default()).unwrap();
    fs::write(options.inputs[0].join("000.txt"), "Något annat.\n").unwrap();
    fs::remove_file(options.output.join("records/001.txt.json")).unwrap();
    let again = run(&options, &Watcher::default()).unwrap();
    assert_eq!((again.counts.done, again.counts.unchanged), (2, 1));
}

#[test]
fn a_folder_at_the_path_of_a_record_fails_only_its_document() {
    let (_folder, options) = folder(2);
    fs::create_dir_all(options.output.join("records/000.txt.json/in the way")).unwrap();
    let summary = run(&options, &Watcher::default()).unwrap();
    assert_eq!((summary.counts.done, summary.counts.failed), (1, 1));
}

#[test]
fn the_summary_is_written_and_its_counts_add_up() {
    let (_folder, options) = folder(3);
    let summary = run(&options, &Watcher::default()).unwrap();
    let counts = summary.counts;
    assert_eq!(counts.found, counts.done + counts.unchanged + counts.failed);
    let written = fs::read_to_string(options.output.join("run.json")).unwrap();
    let written: serde_json::Value = serde_json::from_str(&written).unwrap();
    assert_eq!(written["counts"]["done"], 3);
    assert_eq!(written["outcome"], "finished");
}
