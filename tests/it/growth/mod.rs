//! Linear time: a document that is twice as long takes twice as many operations.
//!
//! The test counts operations, not seconds: `document::operations` counts the steps of loops over lines,
//! labels, headings and candidates, and the bytes that searches look at. Only debug builds count.
//! `cargo bench --bench growth` measures the same shapes with a clock.

mod shapes;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::pipeline::{self, EXTRACTOR};
use diarium::classify::classify;
use diarium::clean::clean;
use diarium::document::{Heartbeat, operations};
use diarium::extract::extract;
use diarium::read;
use shapes::{SHAPES, Shape};

/// Parts of the shorter document: enough that what is quadratic outweighs what is linear.
const PARTS: usize = 1000;
/// Twice the operations, and a little for what is done once a power of two.
const MOST: f64 = 2.3;

/// The operations of the whole pipeline over one document, or of the extraction of one kind.
fn operations(shape: &Shape, parts: usize, kind: Option<&str>) -> u64 {
    let bytes = (shape.text)(parts).into_bytes();
    let heartbeat = Heartbeat::default();
    let before = operations::counted();
    let Some(kind) = kind else {
        pipeline::record_of(shape.file, &bytes).unwrap();
        return operations::counted() - before;
    };
    let raw = read::read_bytes(shape.file, &bytes, EXTRACTOR.read_options()).unwrap();
    let cleaned = clean(&raw, EXTRACTOR.profiles(), &heartbeat);
    classify(&raw, &cleaned, EXTRACTOR.profiles(), &heartbeat).unwrap();
    extract(
        &raw,
        &cleaned,
        EXTRACTOR.profiles().get(kind).unwrap(),
        &heartbeat,
    );
    operations::counted() - before
}

/// Shapes whose operations grow faster than they should, as messages.
fn growing(kind: Option<&str>) -> Vec<String> {
    let growth = |shape: &Shape| {
        let (one, two) = (
            operations(shape, PARTS, kind),
            operations(shape, 2 * PARTS, kind),
        );
        assert!(one > 0, "{}: nothing is counted", shape.name);
        let growth = two as f64 / one as f64;
        (growth > MOST).then(|| format!("{}: {one} → {two}, {growth:.2} times", shape.name))
    };
    SHAPES.iter().filter_map(growth).collect()
}

#[test]
fn operations_grow_linearly_with_the_document() {
    let growing = growing(None);
    assert!(growing.is_empty(), "\n{}", growing.join("\n"));
}

#[test]
fn operations_grow_linearly_whatever_the_kind() {
    for kind in ["final-report", "piacs-application"] {
        let growing = growing(Some(kind));
        assert!(growing.is_empty(), "{kind}\n{}", growing.join("\n"));
    }
}

#[test]
fn every_stage_sends_heartbeats_for_a_long_document() {
    let beats = Arc::new(AtomicUsize::new(0));
    let heard = Arc::clone(&beats);
    let heartbeat = Heartbeat::new(move || {
        heard.fetch_add(1, Ordering::Relaxed);
    });
    let options = read::Options {
        heartbeat: heartbeat.clone(),
        ..EXTRACTOR.read_options().clone()
    };
    let taken = || beats.swap(0, Ordering::Relaxed);
    let text = "Telefon\n08-123456\n\nEn mening om allt.\n\n".repeat(10_000);
    let raw = read::read_bytes("a.txt", text.as_bytes(), &options).unwrap();
    assert!(taken() >= 2, "read");
    let cleaned = clean(&raw, EXTRACTOR.profiles(), &heartbeat);
    assert!(taken() >= 20, "clean");
    let verdict = classify(&raw, &cleaned, EXTRACTOR.profiles(), &heartbeat).unwrap();
    assert!(taken() >= 2, "classify");
    extract(&raw, &cleaned, verdict.profile, &heartbeat);
    assert!(taken() >= 20, "extract");
}
