//! Dependency rules: which module may name which other.
//!
//! The test reads the source as Rust, not as text: every path to a module, written `crate::…`,
//! `self::…`, `super::…` or `diarium_document::…`, in a `use`, an expression, a type or a macro's
//! arguments. Test modules are left out. ARCHITECTURE.md describes the rules; [`may_use`], [`IMPURE`]
//! and [`CRATES`] are the same rules in Rust.

use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod, Macro, UseTree};

/// The crates of the workspace beside the program, and the crates of the workspace that each may use.
const CRATES: [(&str, &[&str]); 6] = [
    ("dataset", &["document"]),
    ("document", &[]),
    ("extract", &["document"]),
    ("ocr", &["document"]),
    ("read", &["document", "ocr"]),
    ("redact", &["document"]),
];

/// Crates that hold several modules of the pipeline; the others are one module each.
const OF_SEVERAL: [&str; 2] = ["dataset", "extract"];

/// Modules that each do one step of the pipeline, and never name each other.
const STAGES: [&str; 11] = [
    "discover",
    "read",
    "clean",
    "classify",
    "extract",
    "validate",
    "files",
    "renditions",
    "catalogue",
    "readings",
    "archive",
];

/// Modules beside the pipeline: they use documents and records, and no stage.
const BESIDE: [&str; 6] = ["compare", "evaluate", "draft", "redact", "stats", "export"];

/// Modules whose output depends on their input alone.
const PURE: [&str; 12] = [
    "process", "document", "profile", "clean", "classify", "extract", "validate", "compare",
    "evaluate", "draft", "redact", "stats",
];

/// What a pure module must not use: files, environment, threads, clock, other programs.
const IMPURE: [&[&str]; 11] = [
    &["std", "env"],
    &["std", "fs"],
    &["std", "net"],
    &["std", "process"],
    &["std", "thread"],
    &["std", "time"],
    &["rayon"],
    &["rusqlite"],
    &["tempfile"],
    &["tracing"],
    &["walkdir"],
];

/// cli → pipeline → extractor → process → stages → profile → document.
fn may_use(room: &str, other: &str) -> bool {
    match room {
        _ if room == other => true,
        "main" | "lib" => true,
        "cli" => other != "main",
        "pipeline" => other != "cli",
        "panic_guard" => other == "document",
        "contents" => matches!(other, "document" | "read" | "panic_guard"),
        "extractor" => !matches!(
            other,
            "cli" | "files" | "renditions" | "catalogue" | "store" | "archive"
        ),
        "process" => matches!(
            other,
            "read" | "clean" | "classify" | "extract" | "validate" | "profile" | "document"
        ),
        // The pictures of image files, which their searchable PDFs contain.
        "renditions" => matches!(other, "document" | "read"),
        "profile" => other == "document",
        "document" => false,
        "ocr" => other == "document",
        "read" => matches!(other, "document" | "ocr"),
        "export" | "evaluate" | "stats" | "redact" => other == "document",
        "store" => matches!(other, "document" | "catalogue" | "files"),
        stage if STAGES.contains(&stage) || BESIDE.contains(&stage) => {
            matches!(other, "document" | "profile")
        }
        unknown => panic!("{unknown} is a new module; add it to the rules in this file"),
    }
}

/// A path as written, led back to the root: `["crate", "read", "pdf"]` or `["std", "fs"]`.
type FullPath = Vec<String>;

/// Collects the paths of one file.
struct Paths {
    /// The module that is being read, from the root.
    module: Vec<String>,
    found: Vec<FullPath>,
}

impl Paths {
    fn add(&mut self, path: Vec<String>) {
        let mut module = self.module.clone();
        let mut rest = path.as_slice();
        let mut relative = false;
        while let [first, others @ ..] = rest {
            match first.as_str() {
                "crate" => module.clear(),
                "self" => {}
                "super" => {
                    module.pop();
                }
                _ => break,
            }
            relative = true;
            rest = others;
        }
        let mut full = Vec::new();
        if relative {
            full.push("crate".to_owned());
            full.extend(module);
        }
        full.extend(rest.iter().cloned());
        self.found.push(full);
    }

    fn add_tree(&mut self, before: &[String], tree: &UseTree) {
        let with = |name: String| [before, &[name]].concat();
        match tree {
            UseTree::Path(path) => self.add_tree(&with(path.ident.to_string()), &path.tree),
            UseTree::Name(name) => self.add(with(name.ident.to_string())),
            UseTree::Rename(name) => self.add(with(name.ident.to_string())),
            UseTree::Glob(_) => self.add(before.to_vec()),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_tree(before, tree);
                }
            }
        }
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Mod(item) => &item.attrs,
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            _ => return visit::visit_item(self, item),
        };
        if !attributes.iter().any(is_for_tests) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_use_tree(&mut self, tree: &'ast UseTree) {
        self.add_tree(&[], tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.add(
            path.segments
                .iter()
                .map(|part| part.ident.to_string())
                .collect(),
        );
        visit::visit_path(self, path);
    }

    /// A macro's arguments are tokens, not yet paths: what looks like one is taken for one.
    fn visit_macro(&mut self, call: &'ast Macro) {
        let tokens = call.tokens.to_string();
        let words: Vec<&str> = tokens
            .split(|character: char| !(character.is_alphanumeric() || "_:".contains(character)))
            .filter(|word| !word.is_empty())
            .collect();
        let mut path: Vec<String> = Vec::new();
        let mut joined = false;
        for word in words {
            if word == "::" {
                joined = true;
                continue;
            }
            if !joined && path.len() > 1 {
                self.add(std::mem::take(&mut path));
            }
            if !joined {
                path.clear();
            }
            path.push(word.to_owned());
            joined = false;
        }
        if path.len() > 1 {
            self.add(path);
        }
        visit::visit_macro(self, call);
    }
}

fn is_for_tests(attribute: &Attribute) -> bool {
    let condition = || attribute.parse_args::<syn::Ident>();
    attribute.path().is_ident("test")
        || attribute.path().is_ident("cfg") && condition().is_ok_and(|name| name == "test")
}

fn source_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if is_test(&path) {
            continue;
        }
        if path.is_dir() {
            source_files(&path, files);
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
}

/// `tests.rs`, `tests/`, `accuracy_tests.rs`: a module's tests may use other modules.
fn is_test(file: &Path) -> bool {
    file.file_stem()
        .and_then(|name| name.to_str())
        .is_some_and(|name| name == "tests" || name.ends_with("_tests"))
}

/// The module that a file is, from the root of its crate: `["pdf", "words"]` for `src/pdf/words.rs`.
fn module(file: &Path, root: &Path) -> Vec<String> {
    let inside = file.strip_prefix(root).unwrap().with_extension("");
    let parts = inside.iter().map(|part| part.to_str().unwrap().to_owned());
    parts
        .filter(|part| part != "mod" && part != "lib")
        .collect()
}

/// A path as seen from the whole workspace: `crate::encoding` in the crate `read` and
/// `diarium_read::encoding` anywhere are both `crate::read::encoding`.
fn in_workspace(path: &FullPath, own_crate: &str) -> FullPath {
    let Some((first, rest)) = path.split_first() else {
        return Vec::new();
    };
    let of = match first.strip_prefix("diarium_") {
        Some(other) => other,
        None if first == "crate" => own_crate,
        None => return path.clone(),
    };
    let mut full = vec!["crate".to_owned()];
    if !of.is_empty() && !OF_SEVERAL.contains(&of) {
        full.push(of.to_owned());
    }
    full.extend(rest.iter().cloned());
    full
}

fn paths(module: Vec<String>, text: &str) -> Vec<FullPath> {
    let mut paths = Paths {
        module,
        found: Vec::new(),
    };
    paths.visit_file(&syn::parse_file(text).unwrap());
    paths.found
}

fn starts_with(path: &[String], start: &[&str]) -> bool {
    path.len() >= start.len() && path.iter().zip(start).all(|(one, other)| one == other)
}

/// What one file does that its module may not.
fn violations(room: &str, rooms: &[String], paths: &[FullPath]) -> Vec<String> {
    let mut violations = Vec::new();
    for path in paths {
        if let [root, other, ..] = path.as_slice()
            && root == "crate"
            && rooms.contains(other)
            && !may_use(room, other)
        {
            violations.push(format!("{room} may not name {other}: {}", path.join("::")));
        }
        if PURE.contains(&room) && IMPURE.iter().any(|impure| starts_with(path, impure)) {
            violations.push(format!("{room} is pure: {}", path.join("::")));
        }
    }
    violations
}

/// The folders of sources, each with the name of its crate; the program's own has none.
fn source_folders() -> Vec<(String, PathBuf)> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let crates = CRATES.iter().map(|(name, _)| {
        let folder = package.join("crates").join(name).join("src");
        ((*name).to_owned(), folder)
    });
    let own = (String::new(), package.join("src"));
    crates.chain([own]).collect()
}

/// A source file: its crate, its path, and the module that the rules know it by.
struct SourceFile {
    of: String,
    path: PathBuf,
    module: Vec<String>,
    known_as: String,
}

fn all_files() -> Vec<SourceFile> {
    let mut all = Vec::new();
    for (of, root) in source_folders() {
        let mut files = Vec::new();
        source_files(&root, &mut files);
        files.sort();
        for path in files {
            let module = module(&path, &root);
            let first = module.first().cloned();
            let known_as = match of.as_str() {
                "" | "dataset" | "extract" => first.unwrap_or_else(|| "lib".to_owned()),
                name => name.to_owned(),
            };
            all.push(SourceFile {
                of: of.clone(),
                path,
                module,
                known_as,
            });
        }
    }
    all
}

#[test]
fn every_module_names_only_the_modules_below_it() {
    let files = all_files();
    let mut modules: Vec<String> = files.iter().map(|file| file.known_as.clone()).collect();
    modules.sort();
    modules.dedup();
    let mut found = Vec::new();
    for file in &files {
        let text = fs::read_to_string(&file.path).unwrap();
        let paths = paths(file.module.clone(), &text);
        let paths: Vec<FullPath> = paths
            .iter()
            .map(|path| in_workspace(path, &file.of))
            .collect();
        let violations = violations(&file.known_as, &modules, &paths);
        let place = file.path.display();
        found.extend(violations.iter().map(|what| format!("{place}: {what}")));
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn every_crate_depends_only_on_the_crates_below_it() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut known = Vec::new();
    for entry in fs::read_dir(package.join("crates")).unwrap() {
        let folder = entry.unwrap().path();
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let rule = CRATES.iter().find(|(of, _)| *of == name);
        let (_, allowed) = rule.expect("a new crate; add it to the rules in this file");
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        let named = manifest.lines().filter_map(|line| {
            let rest = line.strip_prefix("diarium-")?;
            rest.split(['.', ' ']).next()
        });
        for used in named {
            assert!(allowed.contains(&used), "{name} depends on {used}");
        }
        assert!(folder.join("README.md").is_file(), "{name} has no README");
        known.push(name);
    }
    assert_eq!(known.len(), CRATES.len());
}

#[test]
fn paths_lead_into_the_workspace() {
    for (path, own_crate, full) in [
        ("crate::encoding", "read", "crate::read::encoding"),
        ("crate::profile::Label", "extract", "crate::profile::Label"),
        ("diarium_read::encoding", "", "crate::read::encoding"),
        ("diarium_extract::clean", "", "crate::clean"),
        ("crate::store", "", "crate::store"),
        ("std::fs", "read", "std::fs"),
    ] {
        let path: FullPath = path.split("::").map(str::to_owned).collect();
        assert_eq!(in_workspace(&path, own_crate).join("::"), full);
    }
}

#[test]
fn paths_are_seen_however_they_are_written() {
    for (text, path) in [
        (
            "use crate::{files::{self, write}, profile};",
            "crate::files::write",
        ),
        ("use super::super::files as other;", "crate::files"),
        ("fn f() { crate::files::write() }", "crate::files::write"),
        ("fn f(x: crate::files::Error) {}", "crate::files::Error"),
        (
            "fn f() { println!(\"{}\", crate::files::write()) }",
            "crate::files::write",
        ),
        ("use std::{fs::File, io};", "std::fs::File"),
        ("#[cfg(unix)] mod m { use std::env; }", "std::env"),
        (
            "mod m { use super::super::super::files::*; }",
            "crate::files",
        ),
    ] {
        let module = vec!["clean".to_owned(), "lines".to_owned()];
        let found = paths(module, text);
        assert!(
            found.iter().any(|found| found.join("::") == path),
            "{text}: {found:?}"
        );
    }
}

#[test]
fn test_modules_are_left_out() {
    let found = paths(
        vec!["clean".to_owned()],
        "#[cfg(test)] mod tests { use std::fs; }",
    );
    assert!(found.iter().all(|path| path.join("::") != "std::fs"));
}

#[test]
fn a_broken_rule_is_told() {
    let rooms = ["clean", "files", "document"].map(str::to_owned);
    let text = "use crate::{document::Page, files::write_json}; use std::time::Instant;";
    let found = violations("clean", &rooms, &paths(vec!["clean".to_owned()], text));
    assert_eq!(
        found,
        [
            "clean may not name files: crate::files::write_json",
            "clean is pure: std::time::Instant"
        ]
    );
}
