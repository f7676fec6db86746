//! Benchmark of each stage, and of all stages together.
//!
//! One group a stage, over the documents of `fixtures/`:
//!
//! ```text
//! cargo bench --bench stages                  # all
//! cargo bench --bench stages -- read/         # one stage
//! ```

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "criterion makes the main function; a benchmark that cannot go on should panic"
)]

use std::{fs, hint::black_box};

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use diarium::{
    Extractor,
    classify::classify,
    clean::clean,
    document::{CleanDocument, Heartbeat, RawDocument, Record, Source},
    extract::extract,
    process::process,
    read::{self, Read, encoding, read_bytes},
    store::Store,
    validate::{check_budget, check_spans},
};

/// One document of each carrier, and the longest one.
const DOCUMENTS: [&str; 6] = [
    "text/piacs-application.md",
    "text/application.txt",
    "text/long.txt",
    "web/esf-project.html",
    "transcript/final-report.txt",
    "pdf/final-report.pdf",
];

/// A document at every station of its road.
struct Document {
    name: &'static str,
    bytes: Vec<u8>,
    raw: RawDocument,
    clean: CleanDocument,
    record: Record,
}

impl Document {
    fn load(name: &'static str, extractor: &Extractor) -> Self {
        let bytes = fs::read(format!("fixtures/{name}")).unwrap();
        let raw = read_bytes(name, &bytes, extractor.read_options()).unwrap();
        let clean = clean(&raw, extractor.profiles(), &Heartbeat::default());
        let record = road(name, &bytes, extractor);
        Self {
            name,
            bytes,
            raw,
            clean,
            record,
        }
    }
}

fn extractor() -> Extractor {
    Extractor::builder()
        .read_options(options())
        .build()
        .unwrap()
}

/// Reading pictures takes seconds a page and would hide all else.
fn options() -> read::Options {
    let mut options = read::Options::default();
    options.ocr.mode = read::ocr::Mode::Never;
    options
}

fn documents(extractor: &Extractor) -> Vec<Document> {
    DOCUMENTS.map(|name| Document::load(name, extractor)).into()
}

fn road(name: &str, bytes: &[u8], extractor: &Extractor) -> Record {
    let source = Source {
        relative: name.to_owned(),
        file: name.into(),
        members: Vec::new(),
        parts: Vec::new(),
        bytes: bytes.len() as u64,
        modified: 0,
        changed: 0,
    };
    let read = Read {
        document: read_bytes(name, bytes, extractor.read_options()).unwrap(),
        sha256: "0".repeat(64),
        bytes: bytes.len() as u64,
        files: Vec::new(),
    };
    process(
        read,
        &source,
        extractor.profiles(),
        extractor.schemas(),
        &Heartbeat::default(),
    )
    .unwrap()
}

/// Times one stage over each document.
fn stage(criterion: &mut Criterion, name: &str, work: impl Fn(&Document, &Extractor)) {
    let extractor = extractor();
    let mut group = criterion.benchmark_group(name);
    for document in documents(&extractor) {
        of_size(&mut group, document.bytes.len());
        group.bench_function(document.name, |bencher| {
            bencher.iter(|| work(&document, &extractor));
        });
    }
    group.finish();
}

fn of_size(group: &mut BenchmarkGroup<'_, WallTime>, bytes: usize) {
    group.throughput(Throughput::Bytes(bytes as u64));
}

/// The documents of the other stages, and the rest of the fixtures that their readers treat apart.
fn bench_read(criterion: &mut Criterion) {
    let options = options();
    let mut group = criterion.benchmark_group("read");
    let others = [
        "web/esf-project-glued.txt",
        "pdf/piacs-application.pdf",
        "pdf/rotated.pdf",
        "pdf/image-only.pdf",
    ];
    for name in DOCUMENTS.into_iter().chain(others) {
        let bytes = fs::read(format!("fixtures/{name}")).unwrap();
        of_size(&mut group, bytes.len());
        group.bench_function(name, |bencher| {
            bencher.iter(|| read_bytes(name, black_box(&bytes), &options).unwrap());
        });
    }
    group.finish();
}

fn bench_encodings(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("encodings");
    for name in [
        "utf-8",
        "windows-1252",
        "macroman",
        "utf-16le",
        "twice-encoded",
        "decomposed",
    ] {
        let bytes = fs::read(format!("fixtures/encodings/{name}.txt")).unwrap();
        of_size(&mut group, bytes.len());
        group.bench_function(name, |bencher| {
            bencher.iter(|| encoding::decode(black_box(&bytes)));
        });
    }
    group.finish();
}

fn bench_clean(criterion: &mut Criterion) {
    stage(criterion, "clean", |document, extractor| {
        black_box(clean(
            &document.raw,
            extractor.profiles(),
            &Heartbeat::default(),
        ));
    });
}

fn bench_classify(criterion: &mut Criterion) {
    stage(criterion, "classify", |document, extractor| {
        black_box(classify(
            &document.raw,
            &document.clean,
            extractor.profiles(),
            &Heartbeat::default(),
        ));
    });
}

fn bench_extract(criterion: &mut Criterion) {
    stage(criterion, "extract", |document, extractor| {
        let profile = extractor.profiles().get(&document.record.kind).unwrap();
        black_box(extract(
            &document.raw,
            &document.clean,
            profile,
            &Heartbeat::default(),
        ));
    });
}

fn bench_validate(criterion: &mut Criterion) {
    stage(criterion, "validate", |document, extractor| {
        let json = serde_json::to_value(&document.record).unwrap();
        black_box(extractor.schemas().validate(&json));
        black_box(check_spans(&document.record));
        black_box(check_budget(&document.record));
    });
}

/// Mostly the disk's time: every record is forced to it.
fn bench_store(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let staging = store.staging();
    stage(criterion, "stage", |document, _| {
        let staged = staging.record(&document.record).unwrap();
        std::fs::remove_file(folder.path().join(staged.staged)).unwrap();
    });
}

fn bench_road(criterion: &mut Criterion) {
    stage(criterion, "road", |document, extractor| {
        black_box(road(document.name, &document.bytes, extractor));
    });
}

/// What every start of the program pays: profiles and schemas are compiled.
fn bench_tools(criterion: &mut Criterion) {
    criterion.bench_function("extractor", |bencher| bencher.iter(extractor));
}

criterion_group!(
    benches,
    bench_read,
    bench_encodings,
    bench_clean,
    bench_classify,
    bench_extract,
    bench_validate,
    bench_store,
    bench_road,
    bench_tools
);
criterion_main!(benches);
