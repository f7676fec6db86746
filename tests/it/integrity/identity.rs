//! Document identity: which file is which document, whatever path its folder has.

use std::fs;
use std::time::{Duration, SystemTime};

use super::plan;
use crate::support::cli::{TestContext, stdout};

/// Two folders, in each a `plan.txt` of the same length and time.
fn two_years() -> TestContext {
    let context = TestContext::with(&[]);
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    for (year, words) in [("2009", "Nio"), ("2010", "Tio")] {
        let path = format!("in/{year}/plan.txt");
        context.put(&path, plan(words));
        super::set_modified(&context.at(&path), time);
    }
    context
}

#[test]
fn two_folders_may_hold_the_same_name_in_one_run_or_two() {
    for runs in [
        &[&["in/2009"][..], &["in/2010"]][..],
        &[&["in/2009", "in/2010"]],
    ] {
        let context = two_years();
        for inputs in runs {
            context.ran_over(inputs, &[]);
        }
        let both = [("plan.txt.json", "Nio"), ("2010/plan.txt.json", "Tio")];
        context.assert_records(&both);
        assert!(stdout(&context.on_output(&["status"])).contains("in/2010"));
        context.ran_over(&["in/2010", "in/2009"], &[]);
        context.assert_counts(&[("found", 2), ("unchanged", 2)]);
        context.assert_records(&both);
    }
}

#[test]
fn names_that_some_file_systems_do_not_distinguish_keep_their_records_apart() {
    let context = TestContext::with(&[]);
    context.put("in/br\u{e5}n.txt", plan("Ett"));
    context.put("in/bra\u{30a}n.txt", plan("Två"));
    context.put("in/plan.txt", plan("Tre"));
    context.put("in/PLAN.txt", plan("Fyra"));
    // Only where these are four files.
    if fs::read_dir(context.input()).unwrap().count() < 4 {
        return;
    }
    context.ran(&[]);
    context.assert_records(&[
        ("bra\u{30a}n.txt.json", "Två"),
        ("in/br\u{e5}n.txt.json", "Ett"),
        ("PLAN.txt.json", "Fyra"),
        ("in/plan.txt.json", "Tre"),
    ]);
    context.ran(&[]);
    context.assert_counts(&[("found", 4), ("unchanged", 4)]);
}

#[test]
fn a_record_is_never_in_the_way_of_a_folder_of_records() {
    let context = TestContext::with(&[]);
    context.put("one/a", plan("Ett"));
    context.put("two/a.json/b", plan("Två"));
    context.ran_over(&["one"], &[]);
    context.ran_over(&["two"], &[]);
    context.assert_records(&[("a.json", "Ett"), ("two/a.json/b.json", "Två")]);
}

#[test]
fn a_folder_inside_another_input_is_not_read_twice() {
    let context = two_years();
    context.ran_over(&["in/2009"], &[]);
    context.ran_over(&["in"], &[]);
    context.assert_counts(&[("found", 2), ("done", 1), ("unchanged", 1)]);
    context.assert_records(&[("plan.txt.json", "Nio"), ("2010/plan.txt.json", "Tio")]);

    let context = two_years();
    context.ran_over(&["in"], &[]);
    context.ran_over(&["in/2009", "in"], &[]);
    context.assert_counts(&[("found", 2), ("unchanged", 2)]);
    context.assert_records(&[("2009/plan.txt.json", "Nio"), ("2010/plan.txt.json", "Tio")]);
}

#[test]
fn a_file_that_is_named_belongs_to_its_folder() {
    let context = two_years();
    context.ran_over(&["in/2009/plan.txt"], &[]);
    context.ran_over(&["in/2009"], &[]);
    context.assert_counts(&[("found", 1), ("unchanged", 1)]);
    context.ran_over(&["in/2009/plan.txt"], &[]);
    context.assert_counts(&[("found", 1), ("unchanged", 1)]);
    context.assert_records(&[("plan.txt.json", "Nio")]);
}

/// RenditionOptions a folder of the temporary folder with the times of its files.
fn copy(context: &TestContext, from: &str, to: &str) {
    for entry in fs::read_dir(context.at(from)).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let (from, to) = (format!("{from}/{name}"), format!("{to}/{name}"));
        if entry.path().is_dir() {
            copy(context, &from, &to);
        } else {
            context.put(&to, fs::read(context.at(&from)).unwrap());
            super::set_modified(&context.at(&to), super::modified(&context.at(&from)));
        }
    }
}

#[test]
fn a_root_with_a_name_is_the_same_under_another_path() {
    let context = two_years();
    context.ran_over(&["in"], &["--root", "inbox"]);
    copy(&context, "in", "mounted/elsewhere");
    context.ran_over(&["mounted/elsewhere"], &["--root", "inbox"]);
    context.assert_counts(&[("found", 2), ("unchanged", 2)]);
    let roots = context.status()["roots"].clone();
    assert_eq!(roots[0]["name"], "inbox");
    let path = roots[0]["path"].as_str().unwrap();
    assert!(path.ends_with("mounted/elsewhere"), "{path}");
    assert_eq!(roots[0]["documents"], 2);
    assert_eq!(roots.as_array().unwrap().len(), 1);
}

#[test]
fn a_folder_inside_a_known_root_that_is_given_a_name_takes_its_documents_along() {
    for options in [&[][..], &["--root", "outer"]] {
        let context = two_years();
        context.ran_over(&["in"], options);
        context.ran_over(&["in/2009"], &["--root", "inner"]);
        context.assert_counts(&[("found", 1), ("unchanged", 1)]);
        context.ran_over(&["in"], &[]);
        context.assert_counts(&[("found", 2), ("unchanged", 2)]);
        context.assert_records(&[("2009/plan.txt.json", "Nio"), ("2010/plan.txt.json", "Tio")]);
    }
}

#[test]
fn a_folder_that_was_renamed_is_recognized_and_a_copied_one_is_another() {
    let context = two_years();
    context.ran(&[]);
    fs::rename(context.input(), context.at("in2")).unwrap();
    let before = context.records();
    context.ran_over(&["in2"], &[]);
    context.assert_counts(&[("found", 2), ("unchanged", 2)]);
    assert!(context.records() == before);

    copy(&context, "in2", "in3");
    context.ran_over(&["in3"], &[]);
    context.assert_counts(&[("found", 2), ("done", 2)]);
    context.assert_records(&[
        ("2009/plan.txt.json", "Nio"),
        ("2010/plan.txt.json", "Tio"),
        ("in3/2009/plan.txt.json", "Nio"),
        ("in3/2010/plan.txt.json", "Tio"),
    ]);
}
