//! Scanned pages: OCR engines, searchable PDF copies and ALTO files, seen from outside.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;

use crate::support::cli::{assert_exit, diarium};

/// A fixture with one page, which is an image.
const SCAN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/pdf/image-only.pdf");

fn record(folder: &Path, name: &str) -> Value {
    let file = folder.join("records").join(format!("{name}.json"));
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}

/// A fake Tesseract: a shell script.
#[cfg(unix)]
mod tesseract {
    use super::*;
    use crate::support::scanned_page::small_scan;
    use lopdf::{EncryptionState, EncryptionVersion, Object, Permissions};
    use std::os::unix::fs::PermissionsExt;

    /// Answers as Tesseract 5 does, has the languages `swe` and `eng`, and recognizes the same text on
    /// every page.
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

    struct TesseractContext {
        folder: tempfile::TempDir,
    }

    impl TesseractContext {
        fn with(version: &str, answer: &str) -> Self {
            let context = Self {
                folder: tempfile::tempdir().unwrap(),
            };
            context.install(version, answer);
            small_scan().save(context.scan()).unwrap();
            context
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

        /// The fake comes first in `PATH`, before the shell's own tools.
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
        let context = TesseractContext::with("5.3.0", HEADING);
        assert_exit(&context.run(&[]), 0);
        let page = record(&context.output(), "scan.pdf")["pages"][0].clone();
        assert_eq!(page["text"], "KALLELSE");
        assert_eq!(page["origin"], "ocr");
        assert_eq!(page["confidence"], 0.95);

        let again = context.run(&[]);
        assert!(String::from_utf8_lossy(&again.stderr).contains("1 unchanged"));
        context.install("5.4.0", HEADING);
        let newer = context.run(&[]);
        assert!(String::from_utf8_lossy(&newer.stderr).contains("1 done"));
    }

    #[test]
    fn copies_are_made_on_request_even_if_the_record_is_unchanged() {
        let context = TesseractContext::with("5.3.0", HEADING);
        assert_exit(&context.run(&[]), 0);
        assert!(!context.output().join("pdf").exists());
        let records = fs::read(context.output().join("records/scan.pdf.json")).unwrap();

        let asked = context.run(&["--pdf", "--alto"]);
        assert!(String::from_utf8_lossy(&asked.stderr).contains("1 done"));
        let (copy, alto) = (
            context.output().join("pdf/scan.pdf"),
            context.output().join("alto/scan.pdf/page-0001.xml"),
        );
        let first = [fs::read(&copy).unwrap(), fs::read(&alto).unwrap()];
        assert!(first[0].starts_with(&fs::read(context.scan()).unwrap()));
        assert!(String::from_utf8_lossy(&first[1]).contains(r#"<String CONTENT="KALLELSE""#));
        let again = fs::read(context.output().join("records/scan.pdf.json")).unwrap();
        assert_eq!(
            records, again,
            "a record does not depend on who asks for copies"
        );

        for options in [["--pdf"].as_slice(), &["--alto", "--pdf"], &[]] {
            let output = context.run(options);
            assert!(String::from_utf8_lossy(&output.stderr).contains("1 unchanged"));
        }
        assert_exit(&context.run(&["--pdf", "--alto", "--force"]), 0);
        assert_eq!(first, [fs::read(&copy).unwrap(), fs::read(&alto).unwrap()]);
        // What is done anew without asking for copies has none that could be outdated.
        assert_exit(&context.run(&["--force"]), 0);
        assert!(!copy.exists() && !alto.exists());
    }

    #[test]
    fn the_searchable_copy_has_the_recognized_text_at_its_position() {
        let context = TesseractContext::with("5.3.0", HEADING);
        assert_exit(&context.run(&["--pdf"]), 0);
        let copy = context.folder.path().join("scan.pdf");
        fs::copy(context.output().join("pdf/scan.pdf"), &copy).unwrap();
        let output = context.folder.path().join("again");
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
        let context = TesseractContext::with("5.3.0", HEADING);
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
        let locked = context.folder.path().join("locked.pdf");
        document.save(&locked).unwrap();
        let output = context.run_over(&locked, &["--pdf"]);
        assert_exit(&output, 0);
        assert!(String::from_utf8_lossy(&output.stderr).contains("no-copy 1"));
        assert!(!context.output().join("pdf/locked.pdf").exists());
        let told = record(&context.output(), "locked.pdf")["warnings"].to_string();
        assert!(!told.contains("no-copy"), "{told}");
    }

    #[test]
    fn a_page_that_tesseract_fails_on_is_reported_with_the_reason() {
        let context = TesseractContext::with("5.3.0", "echo 'out of paper' >&2; exit 1");
        assert_exit(&context.run(&[]), 0);
        let record = record(&context.output(), "scan.pdf");
        assert_eq!(record["pages"][0]["text"], "");
        let warnings = record["warnings"].as_array().unwrap();
        let told = warnings.iter().find(|one| one["code"] == "ocr-needed");
        let message = told.unwrap()["message"].as_str().unwrap();
        assert!(message.contains("out of paper"), "{message}");
    }

    #[test]
    fn a_changed_profile_starts_no_ocr_engine() {
        let context = TesseractContext::with("5.3.0", HEADING);
        assert_exit(&context.run(&[]), 0);
        let first = record(&context.output(), "scan.pdf");
        let profiles = context.folder.path().join("profiles");
        fs::create_dir(&profiles).unwrap();
        let profile = "name = \"document\"\nversion = 2\ndescription = \"Min\"\n";
        fs::write(profiles.join("document.toml"), profile).unwrap();
        // An engine that is started now fails.
        context.install("5.3.0", "echo 'out of paper' >&2; exit 1");
        let asked = context.run(&["--profiles", profiles.to_str().unwrap()]);
        assert_exit(&asked, 0);
        assert!(String::from_utf8_lossy(&asked.stderr).contains("1 done"));
        assert_eq!(record(&context.output(), "scan.pdf"), first);
        // `--force` starts the engine; its failure is not cached.
        assert_exit(&context.run(&["--force"]), 0);
        assert_eq!(
            record(&context.output(), "scan.pdf")["pages"][0]["text"],
            ""
        );
    }

    #[test]
    fn failed_readings_are_not_cached() {
        let context = TesseractContext::with("5.3.0", "echo 'out of paper' >&2; exit 1");
        assert_exit(&context.run(&[]), 0);
        assert!(!context.output().join("readings").exists());
    }

    #[test]
    fn cached_readings_stay_within_their_limit() {
        let context = TesseractContext::with("5.3.0", HEADING);
        let entries = || {
            let shards = fs::read_dir(context.output().join("readings"));
            let shards = shards.into_iter().flatten().flatten();
            let entries = shards.map(|shard| fs::read_dir(shard.path()).unwrap().count());
            entries.sum::<usize>()
        };
        assert_exit(&context.run(&["--readings-limit", "0"]), 0);
        assert!(!context.output().join("readings").exists());
        assert_exit(&context.run(&["--force"]), 0);
        assert_eq!(entries(), 1);
        assert_exit(&context.run(&["--readings-limit", "1"]), 0);
        assert_eq!(entries(), 0);
    }

    #[test]
    fn a_missing_engine_or_language_is_reported_before_the_run() {
        let context = TesseractContext::with("5.3.0", HEADING);
        let output = context.run(&["--ocr-language", "swe+fin"]);
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
        let output = doctor(&context.output());
        assert_exit(&output, 1);
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(told.contains("apt install tesseract-ocr"), "{told}");
        let output = doctor(&context.programs());
        assert_exit(&output, 0);
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            told.contains("Tesseract 5.3.0, swe+eng, installed"),
            "{told}"
        );
    }
}

#[test]
fn options_of_the_other_engine_are_usage_errors() {
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
