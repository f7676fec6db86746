//! Identity: which file is which document, whatever its folder is called and reached by.

use std::fs;
use std::time::{Duration, SystemTime};

use super::plan;
use crate::support::cli::{House, stdout};

/// Two folders, in each a `plan.txt` of the same length and time.
fn two_years() -> House {
    let house = House::with(&[]);
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    for (year, words) in [("2009", "Nio"), ("2010", "Tio")] {
        let path = format!("in/{year}/plan.txt");
        house.put(&path, plan(words));
        super::set_modified(&house.at(&path), time);
    }
    house
}

#[test]
fn two_folders_may_hold_the_same_name_in_one_run_or_two() {
    for runs in [
        &[&["in/2009"][..], &["in/2010"]][..],
        &[&["in/2009", "in/2010"]],
    ] {
        let house = two_years();
        for inputs in runs {
            house.ran_over(inputs, &[]);
        }
        let both = [("plan.txt.json", "Nio"), ("2010/plan.txt.json", "Tio")];
        house.assert_records(&both);
        assert!(stdout(&house.on_output(&["status"])).contains("in/2010"));
        house.ran_over(&["in/2010", "in/2009"], &[]);
        house.assert_counts(&[("found", 2), ("unchanged", 2)]);
        house.assert_records(&both);
    }
}

#[test]
fn names_that_some_file_systems_do_not_distinguish_keep_their_records_apart() {
    let house = House::with(&[]);
    house.put("in/br\u{e5}n.txt", plan("Ett"));
    house.put("in/bra\u{30a}n.txt", plan("Två"));
    house.put("in/plan.txt", plan("Tre"));
    house.put("in/PLAN.txt", plan("Fyra"));
    // Only where these are four files.
    if fs::read_dir(house.input()).unwrap().count() < 4 {
        return;
    }
    house.ran(&[]);
    house.assert_records(&[
        ("bra\u{30a}n.txt.json", "Två"),
        ("in/br\u{e5}n.txt.json", "Ett"),
        ("PLAN.txt.json", "Fyra"),
        ("in/plan.txt.json", "Tre"),
    ]);
    house.ran(&[]);
    house.assert_counts(&[("found", 4), ("unchanged", 4)]);
}

#[test]
fn a_record_is_never_in_the_way_of_a_folder_of_records() {
    let house = House::with(&[]);
    house.put("one/a", plan("Ett"));
    house.put("two/a.json/b", plan("Två"));
    house.ran_over(&["one"], &[]);
    house.ran_over(&["two"], &[]);
    house.assert_records(&[("a.json", "Ett"), ("two/a.json/b.json", "Två")]);
}

#[test]
fn a_folder_inside_another_input_is_not_read_twice() {
    let house = two_years();
    house.ran_over(&["in/2009"], &[]);
    house.ran_over(&["in"], &[]);
    house.assert_counts(&[("found", 2), ("done", 1), ("unchanged", 1)]);
    house.assert_records(&[("plan.txt.json", "Nio"), ("2010/plan.txt.json", "Tio")]);

    let house = two_years();
    house.ran_over(&["in"], &[]);
    house.ran_over(&["in/2009", "in"], &[]);
    house.assert_counts(&[("found", 2), ("unchanged", 2)]);
    house.assert_records(&[("2009/plan.txt.json", "Nio"), ("2010/plan.txt.json", "Tio")]);
}

#[test]
fn a_file_that_is_named_belongs_to_its_folder() {
    let house = two_years();
    house.ran_over(&["in/2009/plan.txt"], &[]);
    house.ran_over(&["in/2009"], &[]);
    house.assert_counts(&[("found", 1), ("unchanged", 1)]);
    house.ran_over(&["in/2009/plan.txt"], &[]);
    house.assert_counts(&[("found", 1), ("unchanged", 1)]);
    house.assert_records(&[("plan.txt.json", "Nio")]);
}

/// Copies a folder of the house with the times of its files.
fn copy(house: &House, from: &str, to: &str) {
    for entry in fs::read_dir(house.at(from)).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let (from, to) = (format!("{from}/{name}"), format!("{to}/{name}"));
        if entry.path().is_dir() {
            copy(house, &from, &to);
        } else {
            house.put(&to, fs::read(house.at(&from)).unwrap());
            super::set_modified(&house.at(&to), super::modified(&house.at(&from)));
        }
    }
}

#[test]
fn a_root_with_a_name_is_the_same_under_another_path() {
    let house = two_years();
    house.ran_over(&["in"], &["--root", "inbox"]);
    copy(&house, "in", "mounted/elsewhere");
    house.ran_over(&["mounted/elsewhere"], &["--root", "inbox"]);
    house.assert_counts(&[("found", 2), ("unchanged", 2)]);
    let roots = house.status()["roots"].clone();
    assert_eq!(roots[0]["name"], "inbox");
    let path = roots[0]["path"].as_str().unwrap();
    assert!(path.ends_with("mounted/elsewhere"), "{path}");
    assert_eq!(roots[0]["documents"], 2);
    assert_eq!(roots.as_array().unwrap().len(), 1);
}

#[test]
fn a_folder_inside_a_known_root_that_is_given_a_name_takes_its_documents_along() {
    for options in [&[][..], &["--root", "outer"]] {
        let house = two_years();
        house.ran_over(&["in"], options);
        house.ran_over(&["in/2009"], &["--root", "inner"]);
        house.assert_counts(&[("found", 1), ("unchanged", 1)]);
        house.ran_over(&["in"], &[]);
        house.assert_counts(&[("found", 2), ("unchanged", 2)]);
        house.assert_records(&[("2009/plan.txt.json", "Nio"), ("2010/plan.txt.json", "Tio")]);
    }
}

#[test]
fn a_folder_that_was_renamed_is_recognized_and_a_copied_one_is_another() {
    let house = two_years();
    house.ran(&[]);
    fs::rename(house.input(), house.at("in2")).unwrap();
    let before = house.records();
    house.ran_over(&["in2"], &[]);
    house.assert_counts(&[("found", 2), ("unchanged", 2)]);
    assert!(house.records() == before);

    copy(&house, "in2", "in3");
    house.ran_over(&["in3"], &[]);
    house.assert_counts(&[("found", 2), ("done", 2)]);
    house.assert_records(&[
        ("2009/plan.txt.json", "Nio"),
        ("2010/plan.txt.json", "Tio"),
        ("in3/2009/plan.txt.json", "Nio"),
        ("in3/2010/plan.txt.json", "Tio"),
    ]);
}
