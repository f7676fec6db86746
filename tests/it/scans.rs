//! What does a user see of pages that are pictures, seen from outside?

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// A fixture with one page, which is a picture.
const SCAN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/pdf/image-only.pdf");

fn diarium() -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("diarium"));
    command.env("NO_COLOR", "1").env("COLUMNS", "80");
    command
}

#[track_caller]
fn assert_exit(output: &Output, code: i32) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{told}");
}

fn record(folder: &Path, name: &str) -> Value {
    let file = folder.join("records").join(format!("{name}.json"));
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}

/// A Tesseract made of a few lines of shell.
#[cfg(unix)]
mod tesseract {
    use super::*;
    use crate::support::scanned_page::small_scan;
    use lopdf::{EncryptionState, EncryptionVersion, Object, Permissions};
    use std::os::unix::fs::PermissionsExt;

    /// Answers as Tesseract 5 does, knows `swe` and `eng`, and reads the same on every page.
    const FAKE: &str = r#"#!/bin/sh
case "$1" in
--version) echo "tesseract VERSION" ;;
--list-langs) printf 'List of available languages in "/no/such/" (2):\neng\nswe\n' ;;
stdin)
    test "$2 $3 $4 $5" = "stdout -l swe+eng tsv" || exit 2
    head -c 2 | grep -q P5 || { echo "no picture came" >&2; exit 1; }
    ANSWER
    ;;
esac
"#;

    /// A heading, where [`small_scan`] has ink, at 150 dpi.
    const HEADING: &str = r#"printf '5\t1\t1\t1\t1\t1\t96\t127\t187\t30\t95\tKALLELSE\n'"#;

    struct House {
        folder: tempfile::TempDir,
    }

    impl House {
        fn with(version: &str, answer: &str) -> Self {
            let house = Self {
                folder: tempfile::tempdir().unwrap(),
            };
            house.install(version, answer);
            small_scan().save(house.scan()).unwrap();
            house
        }

        fn scan(&self) -> PathBuf {
            self.folder.path().join("scan.pdf")
        }

        fn install(&self, version: &str, answer: &str) {
            let program = self.programs().join("tesseract");
            fs::create_dir_all(self.programs()).unwrap();
            let script = FAKE.replace("VERSION", version).replace("ANSWER", answer);
            fs::write(&program, script).unwrap();
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        }

        fn programs(&self) -> PathBuf {
            self.folder.path().join("bin")
        }

        fn output(&self) -> PathBuf {
            self.folder.path().join("out")
        }

        fn run(&self, options: &[&str]) -> Output {
            self.run_over(&self.scan(), options)
        }

        /// The shell's own tools are found behind the fake.
        fn run_over(&self, input: &Path, options: &[&str]) -> Output {
            diarium()
                .env(
                    "PATH",
                    format!("{}:/usr/bin:/bin", self.programs().display()),
                )
                .arg("run")
                .arg(input)
                .arg("--out")
                .arg(self.output())
                .args(["--ocr-engine", "tesseract"])
                .args(options)
                .output()
                .unwrap()
        }
    }

    #[test]
    fn tesseract_reads_pages_and_its_version_is_part_of_the_fingerprint() {
        let house = House::with("5.3.0", HEADING);
        assert_exit(&house.run(&[]), 0);
        let page = record(&house.output(), "scan.pdf")["pages"][0].clone();
        assert_eq!(page["text"], "KALLELSE");
        assert_eq!(page["origin"], "ocr");
        assert_eq!(page["confidence"], 0.95);

        let again = house.run(&[]);
        assert!(String::from_utf8_lossy(&again.stderr).contains("1 unchanged"));
        house.install("5.4.0", HEADING);
        let newer = house.run(&[]);
        assert!(String::from_utf8_lossy(&newer.stderr).contains("1 done"));
    }

    #[test]
    fn copies_are_made_for_who_asks_also_where_the_records_stand() {
        let house = House::with("5.3.0", HEADING);
        assert_exit(&house.run(&[]), 0);
        assert!(!house.output().join("pdf").exists());
        let records = fs::read(house.output().join("records/scan.pdf.json")).unwrap();

        let asked = house.run(&["--pdf", "--alto"]);
        assert!(String::from_utf8_lossy(&asked.stderr).contains("1 done"));
        let (copy, alto) = (
            house.output().join("pdf/scan.pdf"),
            house.output().join("alto/scan.pdf/page-0001.xml"),
        );
        let first = [fs::read(&copy).unwrap(), fs::read(&alto).unwrap()];
        assert!(first[0].starts_with(&fs::read(house.scan()).unwrap()));
        assert!(String::from_utf8_lossy(&first[1]).contains(r#"<String CONTENT="KALLELSE""#));
        let again = fs::read(house.output().join("records/scan.pdf.json")).unwrap();
        assert_eq!(
            records, again,
            "a record does not depend on who asks for copies"
        );

        for options in [["--pdf"].as_slice(), &["--alto", "--pdf"], &[]] {
            let output = house.run(options);
            assert!(String::from_utf8_lossy(&output.stderr).contains("1 unchanged"));
        }
        assert_exit(&house.run(&["--pdf", "--alto", "--force"]), 0);
        assert_eq!(first, [fs::read(&copy).unwrap(), fs::read(&alto).unwrap()]);
        // What is done anew without asking for copies has none that could be outdated.
        assert_exit(&house.run(&["--force"]), 0);
        assert!(!copy.exists() && !alto.exists());
    }

    #[test]
    fn the_searchable_copy_says_what_was_read_where_it_stood() {
        let house = House::with("5.3.0", HEADING);
        assert_exit(&house.run(&["--pdf"]), 0);
        let copy = house.folder.path().join("scan.pdf");
        fs::copy(house.output().join("pdf/scan.pdf"), &copy).unwrap();
        let output = house.folder.path().join("again");
        let mut command = diarium();
        command.arg("run").arg(&copy).arg("--out").arg(&output);
        assert_exit(
            &command.args(["--ocr", "never", "--alto"]).output().unwrap(),
            0,
        );
        let page = record(&output, "scan.pdf")["pages"][0].clone();
        assert_eq!(page["text"], "KALLELSE");
        assert_eq!(page["origin"], "ocr");
        // 96 pixels of 150 an inch are 163 tenths of a millimetre.
        let alto = fs::read_to_string(output.join("alto/scan.pdf/page-0001.xml")).unwrap();
        assert!(
            alto.contains(r#"<String CONTENT="KALLELSE" HPOS="162."#),
            "{alto}"
        );
    }

    #[test]
    fn a_copy_that_cannot_be_made_is_a_warning_of_the_run() {
        let house = House::with("5.3.0", HEADING);
        let mut document = small_scan();
        let id = Object::string_literal("0123456789abcdef");
        document.trailer.set("ID", vec![id.clone(), id]);
        let version = EncryptionVersion::V2 {
            document: &document,
            owner_password: "owner",
            user_password: "",
            key_length: 128,
            permissions: Permissions::all(),
        };
        let state = EncryptionState::try_from(version).unwrap();
        document.encrypt(&state).unwrap();
        let locked = house.folder.path().join("locked.pdf");
        document.save(&locked).unwrap();
        let output = house.run_over(&locked, &["--pdf"]);
        assert_exit(&output, 0);
        assert!(String::from_utf8_lossy(&output.stderr).contains("no-copy 1"));
        assert!(!house.output().join("pdf/locked.pdf").exists());
        let told = record(&house.output(), "locked.pdf")["warnings"].to_string();
        assert!(!told.contains("no-copy"), "{told}");
    }

    #[test]
    fn a_page_that_tesseract_fails_on_is_told_with_its_reason() {
        let house = House::with("5.3.0", "echo 'out of paper' >&2; exit 1");
        assert_exit(&house.run(&[]), 0);
        let record = record(&house.output(), "scan.pdf");
        assert_eq!(record["pages"][0]["text"], "");
        let warnings = record["warnings"].as_array().unwrap();
        let told = warnings.iter().find(|one| one["code"] == "ocr-needed");
        let message = told.unwrap()["message"].as_str().unwrap();
        assert!(message.contains("out of paper"), "{message}");
    }

    #[test]
    fn a_changed_profile_starts_no_ocr_engine() {
        let house = House::with("5.3.0", HEADING);
        assert_exit(&house.run(&[]), 0);
        let first = record(&house.output(), "scan.pdf");
        let profiles = house.folder.path().join("profiles");
        fs::create_dir(&profiles).unwrap();
        let profile = "name = \"document\"\nversion = 1\ndescription = \"Min\"\n";
        fs::write(profiles.join("document.toml"), profile).unwrap();
        // Who asks it to read now is told.
        house.install("5.3.0", "echo 'out of paper' >&2; exit 1");
        let asked = house.run(&["--profiles", profiles.to_str().unwrap()]);
        assert_exit(&asked, 0);
        assert!(String::from_utf8_lossy(&asked.stderr).contains("1 done"));
        assert_eq!(record(&house.output(), "scan.pdf"), first);
        // Asked for everything anew, it is started; the failure is not kept for the time after.
        assert_exit(&house.run(&["--force"]), 0);
        assert_eq!(record(&house.output(), "scan.pdf")["pages"][0]["text"], "");
    }

    #[test]
    fn what_an_engine_failed_on_is_not_kept() {
        let house = House::with("5.3.0", "echo 'out of paper' >&2; exit 1");
        assert_exit(&house.run(&[]), 0);
        assert!(!house.output().join("readings").exists());
    }

    #[test]
    fn readings_are_kept_only_within_their_limit() {
        let house = House::with("5.3.0", HEADING);
        let entries = || {
            let shards = fs::read_dir(house.output().join("readings"));
            let shards = shards.into_iter().flatten().flatten();
            let entries = shards.map(|shard| fs::read_dir(shard.path()).unwrap().count());
            entries.sum::<usize>()
        };
        assert_exit(&house.run(&["--readings-limit", "0"]), 0);
        assert!(!house.output().join("readings").exists());
        assert_exit(&house.run(&["--force"]), 0);
        assert_eq!(entries(), 1);
        assert_exit(&house.run(&["--readings-limit", "1"]), 0);
        assert_eq!(entries(), 0);
    }

    #[test]
    fn what_is_missing_is_told_before_the_run() {
        let house = House::with("5.3.0", HEADING);
        let output = house.run(&["--ocr-language", "swe+fin"]);
        assert_exit(&output, 2);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(told.contains("tesseract-ocr-fin"), "{told}");

        let doctor = |path: &Path| {
            let mut command = diarium();
            command
                .env("PATH", path)
                .args(["doctor", "--ocr-engine", "tesseract"]);
            command.output().unwrap()
        };
        let output = doctor(&house.output());
        assert_exit(&output, 1);
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(told.contains("apt install tesseract-ocr"), "{told}");
        let output = doctor(&house.programs());
        assert_exit(&output, 0);
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            told.contains("Tesseract 5.3.0, swe+eng, installed"),
            "{told}"
        );
    }
}

#[test]
fn options_of_the_other_engine_are_wrong_usage() {
    for options in [
        ["--ocr-language", "swe"].as_slice(),
        &["--ocr-engine", "tesseract", "--ocr-models", "models"],
    ] {
        let output = diarium()
            .args(["show", SCAN])
            .args(options)
            .output()
            .unwrap();
        assert_exit(&output, 2);
    }
}
