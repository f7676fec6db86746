//! Fixture register: the files under `fixtures/` and `tests/damaged/` are the ones that `make_fixtures` makes.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

#[path = "../../examples/make_fixtures/fixtures/mod.rs"]
mod make_fixtures;

const HOW: &str = "run `cargo run --example make_fixtures` and look at what changed";

/// Scans are left out: drawing one takes a minute without optimization, and the last bit of a shade is
/// as the processor rounds it.
fn made() -> BTreeMap<String, Vec<u8>> {
    make_fixtures::all()
        .into_iter()
        .filter(|fixture| {
            let is_readme = fixture.path.ends_with("README.md");
            let is_drawn = ["fixtures/scanned/", "fixtures/image/"]
                .iter()
                .any(|folder| fixture.path.starts_with(folder));
            is_readme || !is_drawn
        })
        .map(|fixture| (fixture.path.clone(), fixture.bytes()))
        .collect()
}

#[test]
fn every_fixture_is_what_the_example_makes() {
    for (path, bytes) in made() {
        let found = fs::read(&path).unwrap_or_default();
        assert!(found == bytes, "{path} differs: {HOW}");
    }
}

#[test]
fn no_fixture_is_of_unknown_origin() {
    let made: Vec<String> = make_fixtures::all()
        .into_iter()
        .map(|one| one.path)
        .collect();
    let folders = fs::read_dir("fixtures").unwrap().map(Result::unwrap);
    let damaged = PathBuf::from("tests/damaged");
    for folder in folders.map(|folder| folder.path()).chain([damaged]) {
        for file in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = file.path();
            let is_made = made.iter().any(|one| Path::new(one) == path);
            assert!(is_made, "{} is not made: {HOW}", path.display());
        }
    }
}

#[test]
fn every_fixture_is_small() {
    for fixture in make_fixtures::all() {
        let limit = match fixture.path.as_str() {
            path if path.starts_with("fixtures/scanned/") => 400_000,
            path if path.starts_with("fixtures/pdf/") => 30_000,
            _ => 150_000,
        };
        let found = fs::metadata(&fixture.path).unwrap();
        assert!(found.len() < limit, "{}", fixture.path);
    }
}

#[test]
fn making_the_fixtures_twice_gives_the_same_bytes() {
    assert!(made() == made());
}
