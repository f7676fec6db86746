//! Build identifiers: what changes the digests that fingerprints hold, and what does not.

use std::fs;
use std::path::Path;

#[allow(dead_code, reason = "a test does not run main")]
#[path = "../../build.rs"]
mod build;

/// A package that names `one` and not `two`; `one` needs the later `deep`.
const LOCK: &str = r#"
[[package]]
name = "deep"
version = "1.0.0"
source = "registry"

[[package]]
name = "deep"
version = "2.0.0"
source = "registry"

[[package]]
name = "diarium"
version = "0.1.0"
dependencies = [
 "one",
 "two",
]

[[package]]
name = "one"
version = "1.0.0"
source = "registry"
checksum = "abc"
dependencies = [
 "deep 2.0.0",
]

[[package]]
name = "two"
version = "1.0.0"
source = "registry"
dependencies = [
 "deep 1.0.0",
]
"#;

const SOURCE: &str = "use one::Thing;\n\nstruct Other;\n";

/// The digest of a package with these files.
fn code(files: &[(&str, &str)]) -> String {
    let package = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = package.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    build::code(
        package.path(),
        &["src/read", "models"],
        &["src/read/record.rs"],
    )
    .unwrap()
}

fn code_of(source: &str, lock: &str) -> String {
    code(&[
        ("Cargo.lock", lock),
        ("models/characters.txt", "abc"),
        ("src/read/mod.rs", source),
    ])
}

#[test]
fn a_digest_changes_with_sources_and_the_dependencies_that_they_name() {
    let base = code_of(SOURCE, LOCK);
    let changed = [
        code_of("use one::Thing;\n\nstruct Another;\n", LOCK),
        code_of("use two::Thing;\n\nstruct Other;\n", LOCK),
        code_of(SOURCE, &LOCK.replace("abc", "def")),
        code_of(SOURCE, &LOCK.replace("2.0.0", "2.0.1")),
    ];
    for changed in changed {
        assert_ne!(changed, base);
    }
}

#[test]
fn a_digest_does_not_change_with_anything_else() {
    let base = code_of(SOURCE, LOCK);
    let own_version = LOCK.replace("0.1.0", "0.2.0");
    let unused = LOCK.replace("two\"\nversion = \"1.0.0\"", "two\"\nversion = \"1.5.0\"");
    assert_ne!(unused, LOCK);
    for lock in [own_version, unused] {
        assert_eq!(code_of(SOURCE, &lock), base);
    }
    assert_eq!(code_of(&SOURCE.replace('\n', "\r\n"), LOCK), base);
    let beside = code(&[
        ("Cargo.lock", LOCK),
        ("models/README.md", "read me"),
        ("models/characters.txt", "abc"),
        ("src/pipeline/catalogue_writer.rs", "struct Renamed;"),
        ("src/read/mod.rs", SOURCE),
        ("src/read/record.rs", "struct Field;"),
        ("src/read/tests.rs", "#[test]"),
    ]);
    assert_eq!(beside, base);
}

#[test]
fn a_source_that_is_missing_leaves_the_version_number() {
    assert!(build::code(Path::new("no/such"), &["src/read"], &[]).is_err());
}
