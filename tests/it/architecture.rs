//! Does the house keep its one-way street?
//!
//! Reads the source as Rust, not as text: every path that leads into a room, written `crate::…`,
//! `self::…` or `super::…`, in a `use`, an expression, a type or a macro's arguments. Test modules
//! are left out. ARCHITECTURE.md has the rules; [`may_use`] and [`IMPURE`] are the same rules in Rust.

use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod, Macro, UseTree};

/// Rooms that each do one step of the road, and never name each other.
const STAGES: [&str; 10] = [
    "discover",
    "read",
    "clean",
    "classify",
    "extract",
    "validate",
    "emit",
    "catalogue",
    "readings",
    "archive",
];

/// Rooms beside the road: they look at documents and records, and know no more than a stage does.
const BESIDE: [&str; 6] = ["compare", "evaluate", "draft", "redact", "stats", "export"];

/// Rooms whose output depends on their input alone.
const PURE: [&str; 11] = [
    "document", "profile", "clean", "classify", "extract", "validate", "compare", "evaluate",
    "draft", "redact", "stats",
];

/// What a pure room must not touch: files, environment, threads, clock, other programs.
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

/// cli → pipeline → stages → profile → document.
fn may_use(room: &str, other: &str) -> bool {
    match room {
        _ if room == other => true,
        "main" | "lib" => true,
        "cli" => other != "main",
        "pipeline" => other != "cli",
        "profile" => other == "document",
        "document" => false,
        "store" => matches!(other, "document" | "catalogue" | "emit"),
        stage if STAGES.contains(&stage) || BESIDE.contains(&stage) => {
            matches!(other, "document" | "profile")
        }
        unknown => panic!("{unknown} is a new room; say in this file where it stands"),
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
        if path.is_dir() {
            source_files(&path, files);
        } else if path.extension().is_some_and(|end| end == "rs") && !is_test(&path) {
            files.push(path);
        }
    }
}

/// `tests.rs`, `promise_tests.rs`: a room's tests may use other rooms.
fn is_test(file: &Path) -> bool {
    file.file_stem()
        .is_some_and(|name| name == "tests" || name == "promise_tests")
}

/// The module that a file is: `["read", "pdf"]` for `src/read/pdf/mod.rs`.
fn module(file: &Path, root: &Path) -> Vec<String> {
    let inside = file.strip_prefix(root).unwrap().with_extension("");
    let parts = inside.iter().map(|part| part.to_str().unwrap().to_owned());
    parts.filter(|part| part != "mod").collect()
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

/// What one file does that its room may not.
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

#[test]
fn every_room_names_only_the_rooms_below_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    source_files(&root, &mut files);
    files.sort();
    let mut rooms: Vec<String> = files
        .iter()
        .map(|file| module(file, &root)[0].clone())
        .collect();
    rooms.dedup();
    let mut found = Vec::new();
    for file in &files {
        let module = module(file, &root);
        let room = module[0].clone();
        let text = fs::read_to_string(file).unwrap();
        let violations = violations(&room, &rooms, &paths(module, &text));
        found.extend(
            violations
                .iter()
                .map(|what| format!("{}: {what}", file.display())),
        );
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn paths_are_seen_however_they_are_written() {
    for (text, path) in [
        (
            "use crate::{emit::{self, write}, profile};",
            "crate::emit::write",
        ),
        ("use super::super::emit as other;", "crate::emit"),
        ("fn f() { crate::emit::write() }", "crate::emit::write"),
        ("fn f(x: crate::emit::Error) {}", "crate::emit::Error"),
        (
            "fn f() { println!(\"{}\", crate::emit::write()) }",
            "crate::emit::write",
        ),
        ("use std::{fs::File, io};", "std::fs::File"),
        ("#[cfg(unix)] mod m { use std::env; }", "std::env"),
        ("mod m { use super::super::super::emit::*; }", "crate::emit"),
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
    let rooms = ["clean", "emit", "document"].map(str::to_owned);
    let text = "use crate::{document::Page, emit::write_json}; use std::time::Instant;";
    let found = violations("clean", &rooms, &paths(vec!["clean".to_owned()], text));
    assert_eq!(
        found,
        [
            "clean may not name emit: crate::emit::write_json",
            "clean is pure: std::time::Instant"
        ]
    );
}
