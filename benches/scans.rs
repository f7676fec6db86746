//! Benchmark of OCR: speed and accuracy of the built-in engine and of Tesseract.
//!
//! ```text
//! cargo bench --bench scans               # all scanned fixtures, each once with each engine
//! cargo bench --bench scans -- fax        # scans whose names contain this
//! ```
//!
//! Each scan is a page of a born-digital fixture, and is compared with the text of that fixture. One
//! page at a time, on one core. Tesseract is skipped if it is not installed. The result is
//! printed, never asserted: it depends on the machine. `cargo test` starts it too, with `--test` or
//! without arguments; it then reads no scan.

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark that cannot go on should panic"
)]

use std::env;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use diarium::dataset::evaluate::misread;
use diarium::document::RawDocument;
use diarium::read::ocr::{DEFAULT_LANGUAGES, Mode, Ocr, OcrEngine, PpOcr, Tesseract};
use diarium::read::{self, Options};

/// The scans, and the printed pages that they are of.
const SCANS: [(&str, &str, usize); 6] = [
    ("clean", "piacs-application", 1),
    ("office", "piacs-application", 2),
    ("fax", "final-report", 1),
    ("low-contrast", "final-report", 2),
    ("crooked", "final-report", 3),
    ("coarse", "esf-project", 1),
];

fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    let wanted = words.iter().find(|word| !word.starts_with('-'));
    let is_bench = wanted.is_some() || words.iter().any(|word| word == "--bench");
    let scans: Vec<Scan> = SCANS
        .iter()
        .filter(|(name, ..)| wanted.is_none_or(|wanted| name.contains(wanted.as_str())))
        .map(|&(name, printed, page)| Scan::of(name, printed, page))
        .collect();
    if !is_bench {
        return;
    }
    let mut results = vec![measure("built in", Arc::new(PpOcr::bundled()), &scans)];
    match Tesseract::find(DEFAULT_LANGUAGES) {
        Ok(engine) => results.push(measure("Tesseract", Arc::new(engine), &scans)),
        Err(error) => println!("{error}"),
    }
    if let [ours, theirs] = results.as_slice() {
        println!(
            "built in to Tesseract: {:.2} of the time, {:.2} of the wrong characters",
            ours.seconds() / theirs.seconds(),
            ours.wrong as f64 / theirs.wrong.max(1) as f64
        );
    }
}

/// A scan and what its page says.
struct Scan {
    name: &'static str,
    bytes: Vec<u8>,
    text: String,
}

impl Scan {
    fn of(name: &'static str, printed: &str, page: usize) -> Self {
        let fixture = |path: String| {
            let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
            fs::read(fixtures.join(path)).unwrap()
        };
        let printed = read_with(&fixture(format!("pdf/{printed}.pdf")), &Options::default());
        Self {
            name,
            bytes: fixture(format!("scanned/{name}.pdf")),
            text: printed.pages[page - 1].text.clone(),
        }
    }
}

fn read_with(bytes: &[u8], options: &Options) -> RawDocument {
    read::read_bytes("fixture.pdf", bytes, options).unwrap()
}

/// What an engine took and missed.
#[derive(Default)]
struct Result {
    time: Duration,
    pages: usize,
    characters: usize,
    wrong: usize,
}

impl Result {
    /// A page.
    fn seconds(&self) -> f64 {
        self.time.as_secs_f64() / self.pages.max(1) as f64
    }

    fn tell(&self, name: &str) {
        println!(
            "  {name:<14} {:>6.2} s a page, {:>6.1} pages a minute, {:>5} characters, {:>4} wrong, \
             {:>6.2} %",
            self.seconds(),
            60.0 / self.seconds(),
            self.characters,
            self.wrong,
            100.0 * self.wrong as f64 / self.characters.max(1) as f64
        );
    }
}

fn measure(who: &str, engine: Arc<dyn OcrEngine>, scans: &[Scan]) -> Result {
    println!("{who}: {}", engine.name());
    // Weights are loaded once, not once a page.
    engine.check().unwrap();
    let ocr = Ocr {
        mode: Mode::Auto,
        engine,
    };
    let options = Options {
        ocr,
        ..Options::default()
    };
    let mut all = Result::default();
    for scan in scans {
        let started = Instant::now();
        let document = read_with(&scan.bytes, &options);
        let time = started.elapsed();
        let (wrong, characters) = misread(&scan.text, &document.pages[0].text);
        let one = Result {
            time,
            pages: document.pages.len(),
            characters,
            wrong,
        };
        one.tell(scan.name);
        all.time += one.time;
        all.pages += one.pages;
        all.characters += characters;
        all.wrong += wrong;
    }
    all.tell("all");
    all
}
