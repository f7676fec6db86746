use super::*;

fn folder(files: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "text").unwrap();
    }
    folder
}

fn names(discovered: &Discovered) -> Vec<&str> {
    let files = discovered.files.iter();
    files.map(|found| found.source.relative.as_str()).collect()
}

#[test]
fn files_are_sorted_by_name_and_hidden_ones_are_skipped() {
    let folder = folder(&["b.txt", "a/z.txt", "a.txt", ".git/config", "a/.hidden"]);
    let found = discover(&[folder.path().to_owned()], None).unwrap();
    assert_eq!(names(&found), ["a.txt", "a/z.txt", "b.txt"]);
    assert_eq!(found.files[0].source.bytes, 4);
    assert!(found.files[0].source.modified > 0);
    assert!(found.issues.is_empty());
}

#[test]
fn a_file_as_input_is_named_without_its_folders() {
    let folder = folder(&["deep/down/a.txt"]);
    let file = folder.path().join("deep/down/a.txt");
    let found = discover(&[file], None).unwrap();
    assert_eq!(names(&found), ["a.txt"]);
}

#[test]
fn a_file_in_two_inputs_is_listed_once() {
    let folder = folder(&["a/b/c.txt", "a/d.txt"]);
    let inputs = ["a", "a/b", "a/d.txt", "a"].map(|name| folder.path().join(name));
    let found = discover(&inputs, None).unwrap();
    assert_eq!(names(&found), ["b/c.txt", "d.txt"]);
}

#[test]
fn the_output_folder_is_never_entered() {
    let folder = folder(&["a.txt", "out/records/a.txt.json", "out/run.json"]);
    let output = folder.path().join("out");
    let found = discover(&[folder.path().to_owned()], Some(&output)).unwrap();
    assert_eq!(names(&found), ["a.txt"]);
    fs::create_dir(output.join("pdf")).unwrap();
    for wrong in ["out", "out/records", "out/pdf", "out/run.json"] {
        let error = discover(&[folder.path().join(wrong)], Some(&output)).unwrap_err();
        assert!(matches!(error, Error::IsOutput { .. }));
    }
}

#[test]
fn the_output_folder_of_another_run_is_no_input() {
    let folder = folder(&[
        "a.txt",
        "other/records/a.txt.json",
        "other/catalogue.db",
        "other/pdf/a.pdf",
    ]);
    let output = folder.path().join("out");
    let found = discover(&[folder.path().to_owned()], Some(&output)).unwrap();
    assert_eq!(names(&found), ["a.txt"]);
    assert_eq!(found.issues.len(), 1);
    for wrong in ["other", "other/pdf"] {
        let inputs = [folder.path().join(wrong)];
        let error = discover(&inputs, Some(&output)).unwrap_err();
        assert!(matches!(error, Error::IsOutput { .. }));
        // A command that stores nothing, such as `show`, may read a copy.
        assert!(discover(&inputs, None).is_ok());
    }
}

#[test]
fn a_missing_input_does_not_affect_the_others() {
    let folder = folder(&["a.txt"]);
    let inputs = [folder.path().join("gone"), folder.path().to_owned()];
    let found = discover(&inputs, None).unwrap();
    assert_eq!(names(&found), ["a.txt"]);
    assert_eq!(found.missing[0].named, inputs[0]);
}

#[test]
fn only_missing_inputs_are_an_error() {
    let error = discover(&[PathBuf::from("/no/such/input")], None).unwrap_err();
    assert!(matches!(error, Error::Missing { .. }));
}

#[cfg(unix)]
#[test]
fn links_to_files_are_files_and_links_to_folders_are_not_entered() {
    use std::os::unix::fs::symlink;
    let folder = folder(&["a.txt", "sub/b.txt"]);
    symlink("a.txt", folder.path().join("link.txt")).unwrap();
    symlink("..", folder.path().join("sub/loop")).unwrap();
    symlink("gone", folder.path().join("sub/nowhere")).unwrap();
    symlink("self", folder.path().join("self")).unwrap();
    let found = discover(&[folder.path().to_owned()], None).unwrap();
    assert_eq!(names(&found), ["a.txt", "link.txt", "sub/b.txt"]);
    assert_eq!(found.issues.len(), 3);
    let not_a_file = |issue: &Issue| issue.cause == IssueCause::NotAFile;
    assert!(found.issues.iter().all(not_a_file));
}

#[cfg(unix)]
#[test]
fn a_socket_is_an_issue_and_no_document() {
    let folder = folder(&["a.txt"]);
    let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket")).unwrap();
    let found = discover(&[folder.path().to_owned()], None).unwrap();
    assert_eq!(names(&found), ["a.txt"]);
    assert_eq!(found.issues[0].message, "is a socket, skipped");
}
