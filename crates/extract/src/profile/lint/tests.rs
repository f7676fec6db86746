//! Linter tests: the findings for one wrong profile after another.

use super::*;

fn messages(text: &str) -> Vec<String> {
    let findings = lint(&[("x.toml".to_owned(), text.to_owned())]).unwrap();
    findings
        .iter()
        .map(|finding| format!("{}:{}: {}", finding.file, finding.line, finding.message))
        .collect()
}

/// A profile in which nothing is wrong, with lines added.
fn good_with(more: &str) -> String {
    let head = "name = \"x\"\nversion = 1\ndescription = \"\"\n";
    let recognize =
        "[recognize]\nminimum = 1.0\nevidence = [{ pattern = 'Anmälan', weight = 2.0 }]\n";
    format!("{head}{recognize}{more}")
}

#[test]
fn the_built_in_profiles_have_no_findings() {
    assert_eq!(lint_built_in().unwrap(), []);
    assert_eq!(messages(&good_with("")), Vec::<String>::new());
}

#[test]
fn each_rule_names_the_line_and_what_to_do() {
    for (more, line, message) in [
        (
            "[sektions]\n",
            7,
            "a profile has no key sektions; did you mean sections?",
        ),
        ("[fields.a]\ntyp = \"text\"\n", 8, "did you mean type?"),
        (
            "[fields.a]\nlabels = [\"A\"]\n",
            7,
            "the field a has no type",
        ),
        ("[fields.a]\ntype = \"text\"\n", 7, "has no labels"),
        ("[fields.Å]\n", 7, "invalid"),
        (
            "[fields.aB]\ntype = \"text\"\nlabels = [\"A\"]\n",
            7,
            "cannot be a name in a record",
        ),
        (
            "[fields.a]\ntype = \"text\"\nlabels = [\"Ort\"]\n[fields.b]\ntype = \"text\"\nlabels = [\n  \"ort:\",\n]\n",
            13,
            "the label “ort:” is claimed by a and by b; keep it in one",
        ),
        (
            "[sections]\nheadings = [\"Mål\"]\n[lists.aims]\nheadings = [\"MÅL\"]\n",
            10,
            "claimed by sections.headings and by lists.aims",
        ),
        (
            "[sections]\nquestions = [{ number = \"1\", heading = \"A\" }, { number = \"1\", heading = \"B\" }]\n",
            8,
            "the question number “1” stands twice",
        ),
    ] {
        let found = messages(&good_with(more));
        let expected = format!("x.toml:{line}: ");
        let hit = found
            .iter()
            .any(|line| line.starts_with(&expected) && line.contains(message));
        assert!(
            hit || message == "invalid" && !found.is_empty(),
            "{more}\n{found:?}"
        );
    }
}

#[test]
fn patterns_must_compile_and_be_able_to_match_something() {
    for (pattern, message) in [
        ("a(", "does not compile: unclosed group"),
        ("a*", "also matches nothing at all"),
        ("[a&&b]", "can never match"),
    ] {
        let text = good_with("").replace("Anmälan", pattern);
        let found = messages(&text);
        assert!(
            found[0].starts_with("x.toml:6: ") && found[0].contains(message),
            "{found:?}"
        );
    }
}

#[test]
fn a_profile_that_can_never_match_is_reported() {
    for (from, to, message) in [
        (
            "minimum = 1.0",
            "minimum = 3",
            "sums up to 2.0 at most, so the minimum of 3.0",
        ),
        ("minimum = 1.0", "minimum = 0.0", "with a minimum of 0"),
        ("minimum = 1.0\n", "", "without recognize.minimum"),
    ] {
        let found = messages(&good_with("").replace(from, to));
        assert!(found.len() == 1 && found[0].contains(message), "{found:?}");
    }
}

#[test]
fn all_errors_are_reported_at_once_and_so_are_files_with_one_name() {
    let broken = good_with("[fields.a]\nlabel = [\"A\"]\n[people]\nlabel = []\n");
    assert!(messages(&broken).len() >= 3, "{:?}", messages(&broken));
    assert!(messages("name = \n")[0].starts_with("x.toml:1: "));
    let twice = ["a.toml", "b.toml"].map(|file| (file.to_owned(), good_with("")));
    let findings = lint(&twice).unwrap();
    assert_eq!((findings[0].file.as_str(), findings[0].line), ("b.toml", 1));
}

#[test]
fn the_label_files_have_the_labels_of_five_languages() {
    let counts = label_counts().unwrap();
    let total: usize = counts.iter().map(|(_, count)| count).sum();
    assert!(counts.len() == 5 && total >= 3_000, "{counts:?}");
    // A language with few labels is not supported.
    assert!(counts.iter().all(|&(_, count)| count >= 500), "{counts:?}");
}
