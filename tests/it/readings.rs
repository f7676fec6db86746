//! Reading cache: a run with cached readings gives the same results as one without.

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use diarium::discover::{Issue, Selection};
use diarium::document::Heartbeat;
use diarium::pipeline::{
    self, Finished, Observer, Prune, Redo, RenditionOptions, RunOptions, Summary,
};
use diarium::read;
use diarium::read::ocr::{BoundingBox, Error, GrayImage, OcrCharacter, OcrEngine, OcrLine};

use crate::support::scanned_page::small_scan;

struct Nobody;

impl Observer for Nobody {
    fn issue(&self, _: &Issue) {}

    fn planned(&self, _: u64, _: usize) {}

    fn finished(&self, _: &Finished) {}
}

/// Reads the same on every page, and counts how often it is asked.
#[derive(Debug, Default)]
struct Counting(AtomicUsize);

impl Counting {
    fn pages(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl OcrEngine for Counting {
    fn name(&self) -> &str {
        "counting 1"
    }

    fn read_page(&self, page: &GrayImage, _: &Heartbeat) -> Result<Vec<OcrLine>, Error> {
        self.0.fetch_add(1, Ordering::Relaxed);
        let characters = "KALLELSE".chars().zip(0_u8..);
        let characters = characters.map(|(character, at)| OcrCharacter {
            character,
            x: 107.0 + 23.0 * f32::from(at),
            confidence: 0.95,
        });
        // Where `small_scan` has ink.
        let bounds = BoundingBox {
            left: 96,
            top: 127,
            right: 283,
            bottom: 157,
        };
        Ok(vec![OcrLine {
            // Engines' boxes hold some of the white around the ink.
            bounds: bounds.expanded(15, page.width(), page.height()),
            characters: characters.collect(),
        }])
    }
}

/// An input folder, an output folder beside it, and profiles in a third.
struct Archive {
    folder: tempfile::TempDir,
    engine: Arc<Counting>,
}

impl Archive {
    fn new() -> Self {
        let archive = Self {
            folder: tempfile::tempdir().unwrap(),
            engine: Arc::default(),
        };
        fs::create_dir(archive.path("in")).unwrap();
        small_scan().save(archive.path("in/scan.pdf")).unwrap();
        archive
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn options(&self) -> RunOptions {
        let mut read = read::Options::default();
        read.ocr.engine = self.engine.clone();
        RunOptions {
            inputs: vec![self.path("in")],
            selection: Selection::default(),
            output: self.path("out"),
            jobs: NonZeroUsize::MIN,
            workers: None,
            profiles: None,
            letterhead: None,
            redo: Redo::Nothing,
            root: None,
            prune: Prune::Nothing,
            verify_records: false,
            shard: None,
            read,
            renditions: RenditionOptions::default(),
            readings_limit: 1 << 30,
            cancel: Arc::default(),
        }
    }

    /// Profiles that differ from all others in a comment, so that every document is processed.
    fn other_profiles(&self, comment: &str) -> Option<PathBuf> {
        let folder = self.path(comment);
        fs::create_dir(&folder).unwrap();
        let built_in =
            fs::read_to_string("crates/extract/src/profile/built_in/document.toml").unwrap();
        let profile = format!("# {comment}\n{built_in}");
        fs::write(folder.join("document.toml"), profile).unwrap();
        Some(folder)
    }

    /// Runs with other profiles, and says how many pages the engine was asked for.
    fn pages_read_with(&self, comment: &str, mut options: RunOptions) -> usize {
        options.profiles = self.other_profiles(comment);
        let before = self.engine.pages();
        let summary = run(&options);
        assert_eq!(summary.counts.done, 1, "{comment}");
        let record = self.path("out/records/scan.pdf.json");
        let record = fs::read_to_string(record).unwrap();
        assert!(record.contains("KALLELSE"), "{record}");
        self.engine.pages() - before
    }

    fn entries(&self) -> Vec<PathBuf> {
        let shards = fs::read_dir(self.path("out/readings")).unwrap();
        let entries = shards.flat_map(|shard| fs::read_dir(shard.unwrap().path()).unwrap());
        entries.map(|entry| entry.unwrap().path()).collect()
    }
}

fn run(options: &RunOptions) -> Summary {
    pipeline::run(options, &Nobody).unwrap()
}

#[test]
fn a_page_is_read_once_even_if_profiles_change() {
    let archive = Archive::new();
    let first = archive.pages_read_with("first", archive.options());
    assert!(first > 0);
    assert_eq!(archive.pages_read_with("second", archive.options()), 0);
    assert_eq!(archive.entries().len(), 1);
}

#[test]
fn force_reads_every_page_again() {
    let archive = Archive::new();
    run(&archive.options());
    let mut options = archive.options();
    options.redo = Redo::Everything;
    assert!(archive.pages_read_with("forced", options) > 0);
    assert_eq!(archive.pages_read_with("after", archive.options()), 0);
}

#[test]
fn a_damaged_entry_is_replaced() {
    let archive = Archive::new();
    run(&archive.options());
    let entry = archive.entries().remove(0);
    let whole = fs::read(&entry).unwrap();
    for (name, length) in [("empty", 0), ("half", whole.len() / 2)] {
        fs::write(&entry, &whole[..length]).unwrap();
        assert!(archive.pages_read_with(name, archive.options()) > 0);
        assert_eq!(fs::read(&entry).unwrap(), whole, "{name}");
    }
    assert_eq!(archive.pages_read_with("whole", archive.options()), 0);
}

#[test]
fn a_deleted_cache_is_built_again() {
    let archive = Archive::new();
    run(&archive.options());
    fs::remove_dir_all(archive.path("out/readings")).unwrap();
    assert!(archive.pages_read_with("deleted", archive.options()) > 0);
    assert_eq!(archive.entries().len(), 1);
}

/// Only an engine may do better the next time; a page that is too small stays too small.
#[test]
fn an_unreadable_page_does_not_invalidate_the_reading_of_the_others() {
    let archive = Archive::new();
    let mut document = small_scan();
    let (tree, first) = {
        let page = document.page_iter().next().unwrap();
        let dictionary = document.get_dictionary(page).unwrap().clone();
        let tree = dictionary.get(b"Parent").unwrap().as_reference().unwrap();
        (tree, dictionary)
    };
    let mut tiny = first;
    let side = lopdf::Object::Real(2.0);
    tiny.set("MediaBox", vec![0.into(), 0.into(), side.clone(), side]);
    let tiny = document.add_object(tiny);
    let tree = document
        .get_object_mut(tree)
        .unwrap()
        .as_dict_mut()
        .unwrap();
    let kids = tree.get_mut(b"Kids").unwrap().as_array_mut().unwrap();
    kids.push(tiny.into());
    tree.set("Count", 2);
    document.save(archive.path("in/scan.pdf")).unwrap();
    run(&archive.options());
    let record = fs::read_to_string(archive.path("out/records/scan.pdf.json")).unwrap();
    assert!(record.contains("too small to read"), "{record}");
    assert_eq!(archive.pages_read_with("changed", archive.options()), 0);
}

#[test]
fn each_set_of_reading_options_has_its_own_reading() {
    let archive = Archive::new();
    run(&archive.options());
    let mut options = archive.options();
    options.read.ocr.mode = read::ocr::Mode::Never;
    run(&options);
    assert_eq!(archive.entries().len(), 2);
    assert_eq!(archive.pages_read_with("back", archive.options()), 0);
}

/// Every file that a run makes from documents.
fn results(output: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut results = BTreeMap::new();
    for folder in ["records", "pdf", "alto"] {
        for entry in walkdir::WalkDir::new(output.join(folder)) {
            let entry = entry.unwrap();
            if entry.file_type().is_file() {
                let name = entry.path().strip_prefix(output).unwrap().to_owned();
                results.insert(name, fs::read(entry.path()).unwrap());
            }
        }
    }
    results
}

#[test]
fn records_and_copies_of_all_fixtures_are_the_same_from_cached_readings() {
    let archive = Archive::new();
    for folder in [
        "fixtures/pdf",
        "fixtures/mail",
        "fixtures/web",
        "fixtures/text",
        "fixtures/transcript",
        "fixtures/encodings",
        "tests/damaged",
    ] {
        let folder = Path::new(folder);
        let copy = archive.path("in").join(folder.file_name().unwrap());
        fs::create_dir(&copy).unwrap();
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), copy.join(entry.file_name())).unwrap();
        }
    }
    let mut options = archive.options();
    options.jobs = NonZeroUsize::new(2).unwrap();
    options.renditions = RenditionOptions {
        pdf: true,
        alto: true,
    };
    let first = run(&options);
    assert!(archive.entries().len() > 5);
    let pages = archive.engine.pages();
    options.profiles = archive.other_profiles("changed");
    let second = run(&options);
    assert_eq!(second.counts.done, first.counts.done);
    let found = results(&options.output);
    assert_eq!(archive.engine.pages(), pages, "nothing is read again");

    options.output = archive.path("without");
    options.readings_limit = 0;
    let without = run(&options);
    assert_eq!(without.counts.done, second.counts.done);
    assert!(archive.engine.pages() > pages);
    let expected = results(&options.output);
    assert_eq!(
        found.keys().collect::<Vec<_>>(),
        expected.keys().collect::<Vec<_>>()
    );
    for (name, bytes) in expected {
        assert!(found[&name] == bytes, "{}", name.display());
    }
}
