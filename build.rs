//! Build identifiers: digests of the sources that determine a reading, an extraction and a rendition.
//!
//! Fingerprints hold them instead of the version number, so that a patched or development build
//! does again what may come out differently, and nothing else. They depend on the contents of
//! files and on locked dependencies, never on git, the clock or the order in which a folder is
//! listed. Where a source is missing, as in an unusual package, the version number takes its place.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// The sources that determine one kind of result.
struct Part {
    /// The environment variable that `env!` reads.
    variable: &'static str,
    /// Files and folders, relative to the package.
    roots: &'static [&'static str],
    /// Files and folders in those folders that determine nothing of it.
    except: &'static [&'static str],
}

const PARTS: [Part; 3] = [
    Part {
        variable: "DIARIUM_READING_CODE",
        roots: &[
            "crates/document/src",
            "crates/ocr/models",
            "crates/ocr/src",
            "crates/read/src",
        ],
        // What readers give ends at a document's pages: a new field of records starts no OCR.
        except: &[
            "crates/document/src/field_type.rs",
            "crates/document/src/lib.rs",
            "crates/document/src/record.rs",
            "crates/document/src/clean_document.rs",
            "crates/document/src/clean_text.rs",
        ],
    },
    Part {
        variable: "DIARIUM_EXTRACTION_CODE",
        roots: &[
            "crates/document/src",
            "crates/extract/src/classify",
            "crates/extract/src/clean",
            "crates/extract/src/extract",
            "crates/extract/src/profile",
            "src/validate",
            "src/process",
            "schemas",
        ],
        // It proposes entries of a letterhead file, which is a part of the fingerprint itself.
        except: &["crates/extract/src/clean/learn"],
    },
    Part {
        variable: "DIARIUM_RENDITION_CODE",
        roots: &["src/renditions", "src/pipeline/renditions.rs"],
        except: &[],
    },
];

/// Other files in those folders, such as README.md or a script, determine nothing.
const ENDINGS: [&str; 6] = ["rs", "toml", "json", "txt", "onnx", "ttf"];

/// The endings of files that are no text.
const BINARY: [&str; 2] = ["onnx", "ttf"];

const LOCK: &str = "Cargo.lock";

fn main() {
    let version = std::env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let mut watched = BTreeSet::from(["build.rs", LOCK]);
    for part in &PARTS {
        watched.extend(part.roots);
        let code = code(Path::new(""), part.roots, part.except)
            .unwrap_or_else(|_| format!("version {version}"));
        println!("cargo:rustc-env={}={code}", part.variable);
    }
    for path in watched {
        println!("cargo:rerun-if-changed={path}");
    }
}

/// The digest of a part's files, by path within the package, and of the dependencies that they name.
pub(crate) fn code(package: &Path, roots: &[&str], except: &[&str]) -> io::Result<String> {
    let mut files = Vec::new();
    for root in roots {
        collect(&package.join(root), &mut files)?;
    }
    files.retain(|file| {
        !except
            .iter()
            .any(|except| file.starts_with(package.join(except)))
    });
    files.sort();
    let mut hash = Sha256::new();
    let mut text = String::new();
    for file in files {
        let bytes = contents(&file)?;
        if file.extension().is_some_and(|ending| ending == "rs") {
            text.push_str(&String::from_utf8_lossy(&bytes));
        }
        let name = file.strip_prefix(package).unwrap_or(&file);
        let name = name.to_string_lossy().replace('\\', "/");
        add(&mut hash, name.as_bytes());
        add(&mut hash, &bytes);
    }
    let lock = fs::read_to_string(package.join(LOCK))?;
    for dependency in dependencies(&lock, &text)? {
        add(&mut hash, dependency.as_bytes());
    }
    let digest = hash.finalize();
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The length before each part keeps two lists of parts from running together.
fn add(hash: &mut Sha256, part: &[u8]) {
    hash.update((part.len() as u64).to_le_bytes());
    hash.update(part);
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        if is_test(&path) {
            continue;
        }
        let ending = path.extension().and_then(|ending| ending.to_str());
        if path.is_dir() || ending.is_some_and(|ending| ENDINGS.contains(&ending)) {
            collect(&path, files)?;
        }
    }
    Ok(())
}

/// As in tests/it/architecture.rs: these files and folders are compiled for tests only.
fn is_test(file: &Path) -> bool {
    let name = file.file_stem().and_then(|name| name.to_str());
    name.is_some_and(|name| name == "tests" || name.ends_with("_tests"))
}

/// A file's bytes; git may have given text other line ends than the author did.
fn contents(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = fs::read(file)?;
    let ending = file.extension().and_then(|ending| ending.to_str());
    if ending.is_none_or(|ending| !BINARY.contains(&ending)) {
        let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
        bytes = text.into_bytes();
    }
    Ok(bytes)
}

/// One package of Cargo.lock.
#[derive(Default)]
struct Package<'l> {
    name: &'l str,
    version: &'l str,
    /// Its source and checksum.
    origin: Vec<&'l str>,
    /// As written: `name`, or `name version` where there are several of that name.
    dependencies: Vec<&'l str>,
}

impl Package<'_> {
    /// Whether it is a crate of this workspace: those have no source and no checksum.
    fn is_own(&self) -> bool {
        self.origin.is_empty()
    }
}

/// The locked packages that these sources name, and all those that they need in turn: a new
/// version of the command-line parser reads no archive again. Without `--locked`, `cargo install`
/// may build with other versions than those in the packaged Cargo.lock, which cannot be seen here.
fn dependencies(lock: &str, text: &str) -> io::Result<BTreeSet<String>> {
    let packages: Vec<Package<'_>> = lock.split("[[package]]").skip(1).map(package).collect();
    let own: Vec<&Package<'_>> = packages.iter().filter(|package| package.is_own()).collect();
    if own.is_empty() {
        return Err(io::ErrorKind::NotFound.into());
    }
    // The workspace's own crates are among the sources, or they determine nothing.
    let is_foreign = |dependency: &&str| !own.iter().any(|package| package.name == *dependency);
    let direct: BTreeSet<&str> = own
        .iter()
        .flat_map(|own| &own.dependencies)
        .copied()
        .collect();
    let direct = direct.into_iter().filter(is_foreign);
    let mut open: Vec<&str> = direct.filter(|name| names(text, name)).collect();
    let mut seen: BTreeSet<&str> = open.iter().copied().collect();
    let mut found = BTreeSet::new();
    while let Some(dependency) = open.pop() {
        let mut words = dependency.split(' ');
        let (name, version) = (words.next().unwrap_or_default(), words.next());
        let is_meant = |package: &&Package<'_>| {
            package.name == name && version.is_none_or(|version| package.version == version)
        };
        for package in packages.iter().filter(is_meant) {
            let Package { name, version, .. } = package;
            found.insert(format!("{name} {version} {}", package.origin.join(" ")));
            let new = package.dependencies.iter().copied();
            open.extend(new.filter(|dependency| seen.insert(dependency)));
        }
    }
    Ok(found)
}

fn package(block: &str) -> Package<'_> {
    let mut package = Package::default();
    for line in block.lines().map(str::trim) {
        let value = || line.split('"').nth(1).unwrap_or_default();
        match line.split(' ').next() {
            Some("name") => package.name = value(),
            Some("version") => package.version = value(),
            Some("source" | "checksum") => package.origin.push(value()),
            Some(word) if word.starts_with('"') => package.dependencies.push(value()),
            _ => {}
        }
    }
    package
}

/// Whether a source names this crate: `hayro::…`, also within a longer path, or `use hayro;`. A name
/// too many only makes the digest change more often.
fn names(text: &str, dependency: &str) -> bool {
    let name = dependency.split(' ').next().unwrap_or_default();
    let name = name.replace('-', "_");
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    [format!("{name}::"), format!("{name};")]
        .iter()
        .any(|used| {
            let mut places = text.match_indices(used.as_str());
            places.any(|(at, _)| !text[..at].ends_with(is_part))
        })
}
