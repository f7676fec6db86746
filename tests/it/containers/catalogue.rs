//! Shards, merges and erased documents, with containers.

use super::plan;
use crate::support::archives::zip;
use crate::support::cli::{TestContext, assert_exit, diarium, stdout};

fn archives() -> TestContext {
    let context = TestContext::with(&[("plan.txt", &plan("Ensam."))]);
    for number in 0..6 {
        let texts = ["a", "b"].map(|name| plan(&format!("{name} {number}")));
        let inner = zip(&[("c.txt", &plan(&format!("c {number}")))]);
        let files: [(&str, &[u8]); 3] = [
            ("a.txt", &texts[0]),
            ("b.txt", &texts[1]),
            ("in.zip", &inner),
        ];
        context.put(&format!("in/{number}.zip"), zip(&files));
    }
    context
}

fn run(context: &TestContext, output: &str, options: &[&str]) {
    let mut command = diarium();
    command.current_dir(context.folder.path());
    command.args(["run", "in", "--out", output]).args(options);
    assert_exit(&command.output().unwrap(), 0);
}

#[test]
fn shards_that_are_merged_give_the_records_of_one_run() {
    let context = archives();
    context.runs(&[]);
    assert_eq!(context.records().len(), 19);
    for (output, shard) in [("s1", "1/2"), ("s2", "2/2")] {
        run(&context, output, &["--shard", shard]);
        // What another shard processes is not missing.
        run(&context, output, &["--shard", shard, "--prune"]);
    }
    let mut merge = diarium();
    merge.current_dir(context.folder.path());
    merge.args(["merge", "s1", "s2", "--into", "merged"]);
    assert_exit(&merge.output().unwrap(), 0);
    let whole = context.records();
    std::fs::rename(context.output(), context.at("whole")).unwrap();
    std::fs::rename(context.at("merged"), context.output()).unwrap();
    assert!(context.records() == whole);
    assert_exit(&context.on_output(&["check"]), 0);
    // The merged folder knows what is in the containers.
    context.runs(&[]);
    context.assert_counts(&[("found", 19), ("containers", 12), ("unchanged", 19)]);
}

#[test]
fn a_container_is_forgotten_with_its_documents() {
    let context = archives();
    context.runs(&[]);
    let forget = |name: &str| {
        let mut command = diarium();
        command.arg("forget").arg(context.output()).arg(name);
        command.output().unwrap()
    };
    let forgotten = forget("0.zip");
    assert_exit(&forgotten, 0);
    assert!(
        !context
            .record_paths()
            .iter()
            .any(|path| path.starts_with("0.zip"))
    );
    assert_exit(&forget("1.zip!/a.txt"), 0);
    assert_eq!(context.records().len(), 15);
    assert_exit(&context.on_output(&["check"]), 0);
    // The sources are still there.
    context.runs(&[]);
    assert_eq!(context.records().len(), 19);
}

#[test]
fn copies_in_containers_are_duplicates_and_containers_are_not() {
    let archive = zip(&[("a.txt", &plan("Lika."))]);
    let context = TestContext::with(&[("a.zip", &archive), ("b.zip", &archive)]);
    context.runs(&[]);
    context.assert_counts(&[
        ("found", 2),
        ("containers", 2),
        ("done", 2),
        ("duplicates", 1),
    ]);
    let status = context.on_output(&["status"]);
    assert!(stdout(&status).contains("container"), "{}", stdout(&status));
    let duplicates = context.status()["duplicates"].clone();
    assert_eq!(
        duplicates[0],
        serde_json::json!(["a.zip!/a.txt", "b.zip!/a.txt"])
    );
}

#[test]
fn a_catalogue_that_is_lost_is_rebuilt_from_the_records_of_members_as_well() {
    let context = archives();
    context.runs(&[]);
    let records = context.records();
    std::fs::remove_file(context.output().join("catalogue.db")).unwrap();
    context.runs(&["--verify-records"]);
    assert!(context.records() == records);
    assert_exit(&context.on_output(&["check"]), 0);
}
