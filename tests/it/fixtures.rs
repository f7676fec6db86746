//! Fixture register: the files under `fixtures/` are the ones that `make_fixtures` makes.

use std::{collections::BTreeMap, fs, path::Path};

#[path = "../../examples/make_fixtures/fixtures/mod.rs"]
mod make_fixtures;

const HOW: &str = "run `cargo run --example make_fixtures` and look at what changed";

/// Scans are left out: drawing one takes a minute without optimization, and the last bit of a shade is
/// as the processor rounds it.
fn made() -> BTreeMap<String, Vec<u8>> {
    make_fixtures::all()
        .into_iter()
        .filter(|fixture| !fixture.path.starts_with("scanned/"))
        .map(|fixture| (fixture.path.clone(), fixture.bytes()))
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
    let made: Vec<String> = make_fixtures::all()
        .into_iter()
        .map(|one| one.path)
        .collect();
    for folder in fs::read_dir("fixtures").unwrap().map(Result::unwrap) {
        for file in fs::read_dir(folder.path()).unwrap().map(Result::unwrap) {
            let path = file.path();
            let path = path.strip_prefix("fixtures").unwrap().to_str().unwrap();
            assert!(
                made.iter().any(|one| one == path),
                "fixtures/{path} is not made: {HOW}"
            );
        }
    }
}

#[test]
fn every_fixture_is_small() {
    for fixture in make_fixtures::all() {
        let limit = match fixture.path.split_once('/') {
            Some(("scanned", _)) => 400_000,
            Some(("pdf", _)) => 30_000,
            _ => 150_000,
        };
        let found = fs::metadata(Path::new("fixtures").join(&fixture.path)).unwrap();
        assert!(found.len() < limit, "{}", fixture.path);
    }
}

#[test]
fn making_the_fixtures_twice_gives_the_same_bytes() {
    assert!(made() == made());
}
