//! Random histories: a stateful property test of folders that change between runs.
//!
//! Whatever happens to a folder and to the runs over it, its records are those of a fresh run over the
//! final files. `HISTORY_STEPS=50000 cargo test --release --test it histories` takes more steps, and
//! `HISTORY_SEED=7` other ones. A failure names its seed and prints the steps.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::cli::Rng;
use diarium::Extractor;
use diarium::catalogue::RunOutcome;
use diarium::discover::{Issue, Selection};
use diarium::pipeline::{
    Finished, Observer, Prune, Redo, RenditionOptions, RunOptions, Summary, merge, run_on,
};
use diarium::read;
use diarium::store::{CheckDepth, FileSystem, Force, OsFileSystem, inspect};
use rusqlite::Connection;

/// Steps of one history; then another begins with an empty folder.
const STEPS_PER_HISTORY: usize = 40;

fn setting(name: &str, default: u64) -> u64 {
    let value = std::env::var(name).ok();
    value.map_or(default, |value| value.parse().unwrap())
}

#[test]
fn a_random_history_ends_with_the_records_of_a_fresh_run() {
    let steps = usize::try_from(setting("HISTORY_STEPS", 2000)).unwrap();
    let first = setting("HISTORY_SEED", 1);
    let world = World::new();
    for number in 0..steps.div_ceil(STEPS_PER_HISTORY) {
        let seed = first + number as u64;
        let mut history = History::new(&world, seed);
        for _ in 0..STEPS_PER_HISTORY {
            history.step();
        }
        history.finish();
    }
}

/// Values that all histories share.
struct World {
    extractor: Extractor,
    contents: Vec<Content>,
}

/// The bytes of a document, and the record that a run makes of them.
struct Content {
    bytes: Vec<u8>,
    /// By the ending of the file's name.
    record: BTreeMap<&'static str, Option<String>>,
}

/// Names of files. Some differ only in case or composition, some need a folder where another needs
/// a record.
const NAMES: [&str; 9] = [
    "plan.txt",
    "Plan.txt",
    "sub/plan.txt",
    "sub/\u{e5}.txt",
    "sub/a\u{30a}.txt",
    "plan.txt.json/b.txt",
    "2010/plan.txt",
    "scan.pdf",
    "b.pdf",
];

const ROOTS: [&str; 2] = ["2009", "2010"];

impl World {
    fn new() -> Self {
        let extractor = Extractor::builder().build().unwrap();
        let text =
            |number: usize| format!("Projektnamn: Bro {number}\n\nVi bygger.\n").into_bytes();
        let mut bytes: Vec<Vec<u8>> = (0..6).map(text).collect();
        // Of the same length as the first.
        bytes.push(b"Projektnamn: Bok 0\n\nVi bygger.\n".to_vec());
        bytes.push(fs::read("fixtures/pdf/rotated.pdf").unwrap());
        bytes.push(b"\x89PNG\r\n\x1a\n\0\0".to_vec());
        bytes.push(Vec::new());
        let contents = bytes.into_iter().map(|bytes| {
            let record = ["txt", "pdf"].map(|ending| {
                let record = extractor
                    .process_bytes(&format!("PATH.{ending}"), &bytes)
                    .ok();
                let text = |record| serde_json::to_string_pretty(&record).unwrap() + "\n";
                (ending, record.map(text))
            });
            let record = record.into_iter().collect();
            Content { bytes, record }
        });
        Self {
            contents: contents.collect(),
            extractor,
        }
    }
}

/// A folder of inputs, two output folders and one into which they are merged.
struct History<'w> {
    world: &'w World,
    folder: tempfile::TempDir,
    rng: Rng,
    seed: u64,
    log: Vec<String>,
    /// What each file holds, by its path below the inputs.
    files: BTreeMap<PathBuf, usize>,
}

impl<'w> History<'w> {
    fn new(world: &'w World, seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for root in ROOTS {
            fs::create_dir_all(folder.path().join("in").join(root)).unwrap();
            // So that an empty folder is not taken for a disk that is not mounted.
            fs::write(
                folder.path().join("in").join(root).join("always.txt"),
                "Här.\n",
            )
            .unwrap();
        }
        let mut rng = Rng::new(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        rng.below(2);
        Self {
            world,
            folder,
            rng,
            seed,
            log: Vec::new(),
            files: BTreeMap::new(),
        }
    }

    fn at(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    fn step(&mut self) {
        match self.rng.below(20) {
            0..=4 => self.write(),
            5 => self.write_again_at_the_same_time(),
            6..=7 => self.remove(),
            8..=9 => self.rename(),
            10 => self.swap(),
            11 => self.damage_a_record(),
            12..=14 => self.run_and_compare("out"),
            15 => self.run_and_compare("other"),
            16 => self.run_over_some_inputs(),
            17..=18 => self.run_that_is_killed(),
            _ => self.merge_and_compare(),
        }
    }

    /// A last run, a merge, and a fresh run beside them.
    fn finish(&mut self) {
        self.run_and_compare("out");
        self.merge_and_compare();
        self.run_and_compare("fresh");
    }

    fn note(&mut self, step: String) {
        self.log.push(step);
    }

    fn fail(&self, why: &str) -> ! {
        panic!("seed {}: {why}\n{}", self.seed, self.log.join("\n"));
    }

    /// Any path that a file may have.
    fn any_path(&mut self) -> PathBuf {
        let root = ROOTS[self.rng.below(ROOTS.len())];
        Path::new(root).join(NAMES[self.rng.below(NAMES.len())])
    }

    fn any_file(&mut self) -> Option<PathBuf> {
        let count = self.files.len();
        let number = if count > 0 {
            self.rng.below(count)
        } else {
            return None;
        };
        self.files.keys().nth(number).cloned()
    }

    /// Adds a file or changes, damages or repairs one.
    fn write(&mut self) {
        let path = self.any_path();
        let content = self.rng.below(self.world.contents.len());
        self.note(format!("write {content} to {}", path.display()));
        let file = self.at("in").join(&path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, &self.world.contents[content].bytes).unwrap();
        self.files.insert(path, content);
    }

    /// Changes a file so that neither its length nor its modification time shows it.
    fn write_again_at_the_same_time(&mut self) {
        let like_the_first = self.files.iter().find(|(_, content)| **content == 0);
        let Some(path) = like_the_first.map(|(path, _)| path.clone()) else {
            return;
        };
        self.note(format!("write 6 to {} without a trace", path.display()));
        let file = self.at("in").join(&path);
        let modified = fs::metadata(&file).unwrap().modified().unwrap();
        fs::write(&file, &self.world.contents[6].bytes).unwrap();
        let open = fs::File::options().write(true).open(&file).unwrap();
        open.set_modified(modified).unwrap();
        self.files.insert(path, 6);
    }

    fn remove(&mut self) {
        let Some(path) = self.any_file() else { return };
        self.note(format!("remove {}", path.display()));
        fs::remove_file(self.at("in").join(&path)).unwrap();
        self.files.remove(&path);
    }

    /// Moves a file, sometimes over another one, sometimes to a name that differs only in case.
    fn rename(&mut self) {
        let Some(from) = self.any_file() else { return };
        let to = self.any_path();
        self.note(format!("move {} to {}", from.display(), to.display()));
        let target = self.at("in").join(&to);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::rename(self.at("in").join(&from), target).unwrap();
        let content = self.files.remove(&from).unwrap();
        self.files.insert(to, content);
    }

    fn swap(&mut self) {
        let (Some(one), Some(other)) = (self.any_file(), self.any_file()) else {
            return;
        };
        if one == other {
            return;
        }
        self.note(format!("swap {} and {}", one.display(), other.display()));
        let aside = self.at("aside");
        let [first, second] = [&one, &other].map(|path| self.at("in").join(path));
        fs::rename(&first, &aside).unwrap();
        fs::rename(&second, &first).unwrap();
        fs::rename(&aside, &second).unwrap();
        let (a, b) = (self.files[&one], self.files[&other]);
        self.files.insert(one, b);
        self.files.insert(other, a);
    }

    /// Truncates or deletes a record.
    fn damage_a_record(&mut self) {
        let records = documents(&self.at("out"));
        let records: Vec<_> = records
            .values()
            .filter_map(|row| row.record.clone())
            .collect();
        if records.is_empty() {
            return;
        }
        let record = self.at("out").join(&records[self.rng.below(records.len())]);
        self.note(format!("damage {}", record.display()));
        match self.rng.below(2) {
            0 => drop(fs::write(record, "{")),
            _ => drop(fs::remove_file(record)),
        }
    }

    fn options(&mut self, output: &str, inputs: Vec<PathBuf>) -> RunOptions {
        let prune = match self.rng.below(4) {
            0 => Prune::Records,
            1 => Prune::WithdrawnToo,
            _ => Prune::Nothing,
        };
        RunOptions {
            inputs,
            selection: Selection::default(),
            output: self.at(output),
            jobs: NonZeroUsize::new(1 + self.rng.below(2)).unwrap(),
            workers: None,
            profiles: None,
            letterhead: None,
            redo: match self.rng.below(8) {
                0 => Redo::Everything,
                _ => Redo::Nothing,
            },
            root: None,
            prune,
            verify_records: self.rng.below(8) == 0,
            readings_limit: 1 << 20,
            shard: None,
            read: read::Options::default(),
            renditions: RenditionOptions {
                pdf: false,
                alto: true,
            },
            cancel: Arc::default(),
        }
    }

    /// The summary of a run, or why it did not start.
    fn run(&self, options: &RunOptions, disk: Arc<dyn FileSystem>) -> Result<Summary, String> {
        let run = run_on(options, &Nobody, self.world.extractor.clone(), disk);
        run.map_err(|error| format!("the run did not start: {error}"))
    }

    /// A run over everything, by one name or by two.
    fn run_and_compare(&mut self, output: &str) {
        let inputs = match self.rng.below(3) {
            0 => ROOTS.map(|root| self.at("in").join(root)).to_vec(),
            _ => vec![self.at("in")],
        };
        let options = self.options(output, inputs);
        self.note(format!("run {}", told(&options)));
        let summary = match self.run(&options, Arc::new(OsFileSystem)) {
            Ok(summary) => summary,
            Err(why) => self.fail(&why),
        };
        if summary.outcome != RunOutcome::Finished {
            self.fail("the run did not finish");
        }
        self.compare(output);
    }

    /// A run that does not see all files says nothing about the others.
    fn run_over_some_inputs(&mut self) {
        let root = ROOTS[self.rng.below(2)];
        let mut inputs = vec![self.at("in").join(root)];
        inputs.extend(self.any_file().map(|file| self.at("in").join(file)));
        let options = self.options("out", inputs);
        self.note(format!("run {}", told(&options)));
        if let Err(why) = self.run(&options, Arc::new(OsFileSystem)) {
            self.fail(&why);
        }
    }

    fn run_that_is_killed(&mut self) {
        let options = self.options("out", vec![self.at("in")]);
        let steps = self.rng.below(60);
        self.note(format!("killed after {steps} steps: {}", told(&options)));
        // It stops in the middle; the next run continues.
        self.run(&options, Arc::new(KilledAfter(AtomicUsize::new(steps))))
            .ok();
    }

    fn merge_and_compare(&mut self) {
        self.run_and_compare("out");
        let mut folders = vec![self.at("out")];
        if self.at("other").join("catalogue.db").is_file() {
            folders.insert(self.rng.below(2), self.at("other"));
        }
        self.note(format!("merge {folders:?}"));
        let merged = merge(&folders, &self.at("merged")).unwrap();
        for conflict in &merged.conflicts {
            let rows = documents(&conflict.folder);
            let (place, _) = rows
                .iter()
                .find(|(_, row)| row.path == conflict.path)
                .unwrap();
            let below = place.strip_prefix(self.at("in")).unwrap();
            // A record that was damaged after its file was removed cannot be merged.
            if self.files.contains_key(below) {
                self.fail(&format!("{conflict:?}"));
            }
        }
        self.compare("merged");
    }

    /// Every file has the record that its bytes give, or none; nothing else is in use.
    fn compare(&self, output: &str) {
        let folder = self.at(output);
        let rows = documents(&folder);
        for (path, content) in &self.files {
            let place = self.at("in").join(path);
            let Some(row) = rows.get(&place) else {
                self.fail(&format!("{} is not in {output}", path.display()));
            };
            let ending = if path.extension().unwrap() == "pdf" {
                "pdf"
            } else {
                "txt"
            };
            let expected = self.world.contents[*content].record[ending].as_ref();
            // The name in the record is where the record is.
            let name = serde_json::to_string(&row.path).unwrap();
            let any = format!("\"PATH.{ending}\"");
            let expected = expected.map(|record| record.replacen(&any, &name, 1));
            let there = row.record.as_ref().map(|record| {
                let bytes = fs::read(folder.join(record));
                bytes.map_or_else(
                    |error| error.to_string(),
                    |bytes| String::from_utf8(bytes).unwrap(),
                )
            });
            if expected != there {
                self.fail(&format!(
                    "{} as {} in {output}: expected {expected:?}, found {there:?}",
                    path.display(),
                    row.path
                ));
            }
            // An ALTO file for each page.
            let is_pdf = self.world.contents[*content].bytes.starts_with(b"%PDF");
            let pages = there.map_or(0, |record| pages(&record));
            if row.derived != if is_pdf { pages } else { 0 } {
                self.fail(&format!("{} has {} derived files", row.path, row.derived));
            }
        }
        let catalogue = diarium::catalogue::Catalogue::open_to_read(&folder).unwrap();
        // A record that was damaged after its file was removed cannot be made again.
        let places: Vec<PathBuf> = self
            .files
            .keys()
            .map(|path| self.at("in").join(path))
            .collect();
        let gone = rows.iter().filter(|(place, _)| !places.contains(place));
        let gone: Vec<&String> = gone.filter_map(|(_, row)| row.record.as_ref()).collect();
        let mut findings = inspect(&folder, &catalogue, CheckDepth::Content).unwrap();
        findings.retain(|finding| !gone.contains(&&finding.file));
        if !findings.is_empty() {
            self.fail(&format!("{output}: {findings:?}"));
        }
        let left_over = fs::read_dir(folder.join(".tmp")).unwrap().count();
        if left_over > 0 && output == "fresh" {
            self.fail("temporary files are left over");
        }
    }
}

fn pages(record: &str) -> usize {
    let record: serde_json::Value = serde_json::from_str(record).unwrap();
    record["pages"].as_array().unwrap().len()
}

/// The options of a run that differ between runs.
fn told(options: &RunOptions) -> String {
    let output = options.output.file_name().unwrap();
    format!(
        "{:?} into {output:?}: {:?}, prune {:?}, verify {}",
        options.inputs, options.redo, options.prune, options.verify_records
    )
}

/// A row of a catalogue.
struct Row {
    path: String,
    record: Option<String>,
    derived: usize,
}

/// The documents of an output folder by the place of their files.
fn documents(folder: &Path) -> BTreeMap<PathBuf, Row> {
    if !folder.join("catalogue.db").is_file() {
        return BTreeMap::new();
    }
    let connection = Connection::open(folder.join("catalogue.db")).unwrap();
    let query = "select roots.path || '/' || relative, documents.path, record,
            (select count(*) from derived_files where document = documents.document)
        from documents join roots using (root)";
    let mut statement = match connection.prepare(query) {
        Ok(statement) => statement,
        // Killed before it was made.
        Err(_) => return BTreeMap::new(),
    };
    let rows = statement.query_map([], |row| {
        let place: String = row.get(0)?;
        let row = Row {
            path: row.get(1)?,
            record: row.get(2)?,
            derived: usize::try_from(row.get::<_, i64>(3)?).unwrap(),
        };
        Ok((PathBuf::from(place), row))
    });
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

/// A file system that fails every operation after a number of them.
struct KilledAfter(AtomicUsize);

impl KilledAfter {
    fn step(&self) -> io::Result<()> {
        let take = |left: usize| left.checked_sub(1);
        match self
            .0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, take)
        {
            Ok(_) => Ok(()),
            Err(_) => Err(ErrorKind::StorageFull.into()),
        }
    }
}

impl FileSystem for KilledAfter {
    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        self.step()?;
        OsFileSystem.make_folder(folder)
    }

    fn write(&self, path: &Path, bytes: &[u8], force: Force) -> io::Result<()> {
        self.step()?;
        OsFileSystem.write(path, bytes, force)
    }

    fn sync_all(&self, folder: &Path) -> io::Result<()> {
        self.step()?;
        OsFileSystem.sync_all(folder)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step()?;
        OsFileSystem.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        OsFileSystem.remove(path)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.step()?;
        OsFileSystem.sync_folder(folder)
    }

    fn at_commit(&self) -> io::Result<()> {
        self.step()
    }
}

struct Nobody;

impl Observer for Nobody {
    fn issue(&self, _: &Issue) {}
    fn planned(&self, _: u64, _: usize) {}
    fn finished(&self, _: &Finished) {}
}
