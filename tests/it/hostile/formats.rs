//! Documents of all formats in one folder, among damaged copies of them.

use std::path::Path;

use serde_json::Value;

use crate::support::cli::{Rng, TestContext, stderr};
use crate::support::pipeline::{files, violated_guarantee};

/// Documents in the folder, good and damaged, at least.
const MIN_FILES: usize = 200;
/// The smallest file that is damaged, in bytes.
const MIN_BYTES: usize = 64;

/// Good documents, by their path among the inputs: every fixture but the descriptions of folders.
fn fixtures() -> Vec<(String, Vec<u8>)> {
    let mut fixtures = files(Path::new("fixtures"));
    fixtures.retain(|(path, _)| !path.ends_with("README.md"));
    fixtures
}

/// A way to damage a file.
type Damage = fn(&[u8], &mut Rng) -> Vec<u8>;

const DAMAGES: [Damage; 4] = [cut_off, with_flipped_bytes, with_a_hole, after_garbage];

/// An interrupted download.
fn cut_off(bytes: &[u8], random: &mut Rng) -> Vec<u8> {
    bytes[..MIN_BYTES / 2 + random.below(bytes.len() - MIN_BYTES / 2)].to_vec()
}

/// Bits that flipped in storage.
fn with_flipped_bytes(bytes: &[u8], random: &mut Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..8 {
        let at = random.below(bytes.len());
        bytes[at] ^= 1 << random.below(8);
    }
    bytes
}

/// A block of the disk that reads as zeros.
fn with_a_hole(bytes: &[u8], random: &mut Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let start = random.below(bytes.len());
    let end = bytes.len().min(start + 512);
    bytes[start..end].fill(0);
    bytes
}

/// Something before the file, as after a careless transfer.
fn after_garbage(bytes: &[u8], random: &mut Rng) -> Vec<u8> {
    let garbage = (0..16 + random.below(16)).map(|_| u8::try_from(random.below(256)).unwrap());
    garbage.chain(bytes.iter().copied()).collect()
}

/// Puts the good documents under `good/`.
fn with_good_documents() -> TestContext {
    let context = TestContext::with(&[]);
    for (path, bytes) in fixtures() {
        context.put(&format!("in/good/{path}"), bytes);
    }
    context
}

#[test]
fn every_good_document_of_a_mixed_folder_is_whole() {
    let alone = with_good_documents();
    let run = alone.run(&["--ocr", "never"]);
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));

    let mixed = with_good_documents();
    let mut random = Rng::new(24);
    let fixtures = fixtures();
    let damageable = fixtures
        .iter()
        .filter(|(_, bytes)| bytes.len() >= MIN_BYTES);
    let damaged = (0..).zip(damageable.cycle());
    for (number, (path, bytes)) in damaged.take(MIN_FILES - fixtures.len()) {
        let damage = DAMAGES[number % DAMAGES.len()];
        let damaged = damage(bytes, &mut random);
        mixed.put(&format!("in/damaged/{number}/{path}"), damaged);
    }
    let run = mixed.run(&["--ocr", "never"]);
    assert!(matches!(run.status.code(), Some(0 | 1)), "{}", stderr(&run));

    let records = mixed.records();
    for (path, record) in alone.records() {
        assert_eq!(records.get(&path), Some(&record), "{path}");
    }
    for (path, record) in records {
        let record = serde_json::from_slice(&record).unwrap();
        assert_eq!(violated_guarantee(&record), None, "{path}");
    }
    // A damaged file has a reason of its own: neither a bug nor a worker that died.
    let status = mixed.status();
    let failures = status["failures"].as_array().cloned().unwrap_or_default();
    let codes: Vec<&Value> = failures.iter().map(|failure| &failure["code"]).collect();
    for code in ["internal", "quarantined", "rejected"] {
        assert!(!codes.iter().any(|found| **found == code), "{status:#}");
    }
}
