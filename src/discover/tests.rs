use super::*;

fn find(inputs: &[PathBuf], output: Option<&Path>) -> Result<Discovered, Error> {
    discover(inputs, output, &Selection::default())
}

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
    let found = find(&[folder.path().to_owned()], None).unwrap();
    assert_eq!(names(&found), ["a.txt", "a/z.txt", "b.txt"]);
    assert_eq!(found.files[0].source.bytes, 4);
    assert!(found.files[0].source.modified > 0);
    assert!(found.issues.is_empty());
}

#[test]
fn a_file_as_input_is_named_without_its_folders() {
    let folder = folder(&["deep/down/a.txt"]);
    let file = folder.path().join("deep/down/a.txt");
    let found = find(&[file], None).unwrap();
    assert_eq!(names(&found), ["a.txt"]);
}

#[test]
fn a_file_in_two_inputs_is_listed_once() {
    let folder = folder(&["a/b/c.txt", "a/d.txt"]);
    let inputs = ["a", "a/b", "a/d.txt", "a"].map(|name| folder.path().join(name));
    let found = find(&inputs, None).unwrap();
    assert_eq!(names(&found), ["b/c.txt", "d.txt"]);
}

#[test]
fn the_output_folder_is_never_entered() {
    let folder = folder(&["a.txt", "out/records/a.txt.json", "out/run.json"]);
    let output = folder.path().join("out");
    let found = find(&[folder.path().to_owned()], Some(&output)).unwrap();
    assert_eq!(names(&found), ["a.txt"]);
    fs::create_dir(output.join("pdf")).unwrap();
    for wrong in ["out", "out/records", "out/pdf", "out/run.json"] {
        let error = find(&[folder.path().join(wrong)], Some(&output)).unwrap_err();
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
    let found = find(&[folder.path().to_owned()], Some(&output)).unwrap();
    assert_eq!(names(&found), ["a.txt"]);
    assert_eq!(found.issues.len(), 1);
    for wrong in ["other", "other/pdf"] {
        let inputs = [folder.path().join(wrong)];
        let error = find(&inputs, Some(&output)).unwrap_err();
        assert!(matches!(error, Error::IsOutput { .. }));
        // A command that stores nothing, such as `show`, may read a copy.
        assert!(find(&inputs, None).is_ok());
    }
}

#[test]
fn a_missing_input_does_not_affect_the_others() {
    let folder = folder(&["a.txt"]);
    let inputs = [folder.path().join("gone"), folder.path().to_owned()];
    let found = find(&inputs, None).unwrap();
    assert_eq!(names(&found), ["a.txt"]);
    assert_eq!(found.missing[0].named, inputs[0]);
}

#[test]
fn only_missing_inputs_are_an_error() {
    let error = find(&[PathBuf::from("/no/such/input")], None).unwrap_err();
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
    let found = find(&[folder.path().to_owned()], None).unwrap();
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
    let found = find(&[folder.path().to_owned()], None).unwrap();
    assert_eq!(names(&found), ["a.txt"]);
    assert_eq!(found.issues[0].message, "is a socket, skipped");
}

#[test]
fn companion_files_are_skipped_and_counted_unless_they_are_named() {
    let folder = folder(&[
        "a.html",
        "a_files/logo.html",
        "a_files/deep/style.txt",
        "b_files/c.txt",
        "Thumbs.db",
        ".DS_Store",
        "x/~$plan.docx",
        "__MACOSX/x/._plan.txt",
        "x/plan.txt",
    ]);
    let found = find(&[folder.path().to_owned()], None).unwrap();
    assert_eq!(names(&found), ["a.html", "b_files/c.txt", "x/plan.txt"]);
    assert_eq!(found.companions, 6);
    assert_eq!(found.issues.len(), 5);
    let saved = &found.issues[3];
    assert_eq!(saved.cause, IssueCause::Companion);
    assert_eq!(
        saved.message,
        "belongs to the saved page a.html, skipped (2 files)"
    );
    let named = ["Thumbs.db", "a_files"].map(|name| folder.path().join(name));
    let found = find(&named, None).unwrap();
    let expected = ["Thumbs.db", "deep/style.txt", "logo.html"];
    assert_eq!(names(&found), expected);
    assert_eq!(found.companions, 0);
}

#[test]
fn globs_select_files_relative_to_the_input_and_what_they_leave_out_is_counted() {
    let folder = folder(&["in/a.txt", "in/b.pdf", "in/1998/c.pdf", "in/1998/d.txt"]);
    let input = folder.path().join("in");
    let select = |include: &[&str], exclude: &[&str]| {
        let [include, exclude] = [include, exclude].map(|globs| {
            globs
                .iter()
                .map(|glob| (*glob).to_owned())
                .collect::<Vec<_>>()
        });
        let selection = Selection::new(&include, &exclude).unwrap();
        discover(std::slice::from_ref(&input), None, &selection).unwrap()
    };
    let found = select(&["*.pdf"], &[]);
    assert_eq!(names(&found), ["1998/c.pdf", "b.pdf"]);
    assert_eq!(found.left_out, 2);
    let found = select(&[], &["1998"]);
    assert_eq!(names(&found), ["a.txt", "b.pdf"]);
    // A folder is not entered, so that its files cannot be counted.
    assert_eq!(found.left_out, 1);
    let found = select(&["1998/"], &["d.*"]);
    assert_eq!(names(&found), ["1998/c.pdf"]);
}

#[test]
fn an_image_and_its_text_are_one_file_and_other_names_are_not() {
    let folder = folder(&[
        "1.tif",
        "1.alto.xml",
        "2.tif",
        "2.jpg",
        "2.xml",
        "3.xml",
        "4.pdf",
    ]);
    let found = find(&[folder.path().to_owned()], None).unwrap();
    let expected = ["1.tif", "2.jpg", "2.tif", "2.xml", "3.xml", "4.pdf"];
    assert_eq!(names(&found), expected);
    let source = &found.files[0].source;
    let parts: Vec<&str> = source.parts.iter().map(|part| &*part.name).collect();
    assert_eq!(parts, ["1.tif", "1.alto.xml"]);
    assert_eq!(source.bytes, 8);
}

#[test]
fn a_folder_of_images_is_one_file_only_if_it_contains_nothing_else() {
    let folder = folder(&[
        "a/10.tif", "a/9.tif", "a/9.xml", "b/1.tif", "b/1.txt", "c/x.xml",
    ]);
    let selection = Selection::default().with_pages_in_folders(true);
    let found = discover(&[folder.path().to_owned()], None, &selection).unwrap();
    assert_eq!(names(&found), ["a", "b/1.tif", "b/1.txt", "c/x.xml"]);
    let parts = found.files[0].source.parts.iter();
    let parts: Vec<&str> = parts.map(|part| &*part.name).collect();
    assert_eq!(parts, ["9.tif", "9.xml", "10.tif"]);
}
