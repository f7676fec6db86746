//! Growth of the time with the length of a document, shape by shape.
//!
//! Each shape is taken to its record at a length, at twice and at four times that length. The exponent is
//! the slope of a line through the three in logarithms: 1 is linear, 2 quadratic. Shapes are those of
//! `tests/it/growth`, which counts operations and is part of every check; this measures what that cannot
//! see, such as memory that has to be fetched, and the parts of libraries.
//!
//! ```text
//! cargo bench --bench growth                  # all shapes, 1 MB and more
//! cargo bench --bench growth -- HTML          # shapes with this in their names
//! GROWTH_BYTES=16000000 cargo bench --bench growth -- prose
//! ```

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a benchmark that cannot go on should panic"
)]

#[path = "../tests/it/growth/shapes.rs"]
mod shapes;

use std::time::{Duration, Instant};

use diarium::Extractor;
use diarium::read;
use shapes::{SHAPES, Shape};

/// Bytes of the shortest document, where nobody says otherwise.
const BYTES: usize = 1_000_000;
/// The shortest of so many runs counts.
const RUNS: usize = 3;

fn main() {
    // Cargo adds `--bench`.
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let bytes = std::env::var("GROWTH_BYTES").ok();
    let bytes = bytes.map_or(BYTES, |bytes| bytes.parse().unwrap());
    let mut options = read::Options::default();
    options.ocr.mode = read::ocr::Mode::Never;
    let extractor = Extractor::builder().read_options(options).build().unwrap();
    println!(
        "{:<40} {:>9} {:>9} {:>9} {:>9} {:>8}",
        "shape", "MB", "1×", "2×", "4×", "exponent"
    );
    let is_wanted = |shape: &&Shape| {
        wanted.is_empty() || wanted.iter().any(|word| shape.name.contains(word.as_str()))
    };
    for shape in SHAPES.iter().filter(is_wanted) {
        print_growth(shape, bytes, &extractor);
    }
}

fn print_growth(shape: &Shape, bytes: usize, extractor: &Extractor) {
    let part = (shape.text)(1000).len() as f64 / 1000.0;
    let parts = (bytes as f64 / part).ceil() as usize;
    let times = [1, 2, 4].map(|times| time(shape, times * parts, extractor));
    println!(
        "{:<40} {:>9.2} {:>9} {:>9} {:>9} {:>8.2}",
        shape.name,
        (shape.text)(parts).len() as f64 / 1e6,
        told(times[0]),
        told(times[1]),
        told(times[2]),
        exponent(times)
    );
}

/// The shortest time of a few runs. A document that is refused, because it has too many pages or
/// lines, is timed until that is known.
fn time(shape: &Shape, parts: usize, extractor: &Extractor) -> Duration {
    let bytes = (shape.text)(parts).into_bytes();
    let once = || {
        let started = Instant::now();
        let _ = std::hint::black_box(extractor.process_bytes(shape.file, &bytes));
        started.elapsed()
    };
    (0..RUNS).map(|_| once()).min().unwrap_or_default()
}

/// The slope of the line through three points whose logarithms are equally far apart: that of the line
/// from the first to the last.
fn exponent([first, _, last]: [Duration; 3]) -> f64 {
    (last.as_secs_f64() / first.as_secs_f64().max(1e-9)).log2() / 2.0
}

fn told(time: Duration) -> String {
    format!("{:.3} s", time.as_secs_f64())
}
