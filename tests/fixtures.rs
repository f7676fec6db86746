//! Are the files under `fixtures/` the ones that `make_fixtures` makes?

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{collections::BTreeMap, fs, path::Path};

#[path = "../examples/make_fixtures/fixtures/mod.rs"]
mod fixtures;

const HOW: &str = "run `cargo run --example make_fixtures` and look at what changed";

fn made() -> BTreeMap<String, Vec<u8>> {
    fixtures::all()
        .into_iter()
        .map(|f| (f.path, f.bytes))
        .collect()
}

#[test]
fn every_fixture_is_what_the_example_makes() {
    for (path, bytes) in made() {
        let found = fs::read(Path::new("fixtures").join(&path)).unwrap_or_default();
        assert!(found == bytes, "fixtures/{path} differs: {HOW}");
    }
}

#[test]
fn no_fixture_is_of_unknown_origin() {
    let made = made();
    for folder in fs::read_dir("fixtures").unwrap().map(Result::unwrap) {
        for file in fs::read_dir(folder.path()).unwrap().map(Result::unwrap) {
            let path = file.path();
            let path = path.strip_prefix("fixtures").unwrap().to_str().unwrap();
            assert!(
                made.contains_key(path),
                "fixtures/{path} is not made: {HOW}"
            );
        }
    }
}

#[test]
fn every_fixture_is_small() {
    for (path, bytes) in made() {
        let limit = if path.ends_with(".pdf") {
            30_000
        } else {
            150_000
        };
        assert!(bytes.len() < limit, "{path}");
    }
}

#[test]
fn making_the_fixtures_twice_gives_the_same_bytes() {
    assert!(made() == made());
}
