//! Tesseract engine: the system's Tesseract as a child process, one per page.
//!
//! For users who have it installed, and for comparison. The image goes to its standard input, and the
//! words come back as a table (its TSV output). Tesseract is never linked or downloaded.

mod process;
mod tsv;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::{Error, GrayImage, OcrEngine, OcrLine};
use diarium_document::Heartbeat;
use process::{ProcessError, ProcessLimits};

/// The system's Tesseract.
#[derive(Debug)]
pub struct Tesseract {
    name: String,
    program: PathBuf,
    language: String,
}

/// The default languages. `swe` alone has no `@`, `%` or `§` in its alphabet.
pub const DEFAULT_LANGUAGES: &str = "swe+eng";

/// Name of the program.
const PROGRAM: &str = "tesseract";
/// Limits for a page. A dense page takes ten seconds, and a machine with many runs is ten times as slow.
const PAGE_LIMITS: ProcessLimits = ProcessLimits {
    time: Duration::from_secs(100),
    output: 16 << 20,
};
/// Limits for a query of the version or the languages, which reads no page.
const QUERY_LIMITS: ProcessLimits = ProcessLimits {
    time: Duration::from_secs(20),
    output: 1 << 20,
};

impl Tesseract {
    /// The program `tesseract` on the PATH, with languages as its option `-l` takes them: `swe+eng`.
    ///
    /// # Errors
    ///
    /// [`Error::Tesseract`] if it is not installed, or not with these languages.
    pub fn find(language: &str) -> Result<Self, Error> {
        Self::at(Path::new(PROGRAM), language)
    }

    /// The program at a path.
    fn at(program: &Path, language: &str) -> Result<Self, Error> {
        if !is_language(language) {
            let message = format!(
                "“{language}” is no language: write {DEFAULT_LANGUAGES}, or others as its option -l \
                 has them"
            );
            return Err(Error::Tesseract { message });
        }
        let version = query(program, "--version")?;
        let version = version_of(&version).ok_or_else(|| Error::Tesseract {
            message: "it does not tell its version; is it Tesseract 4 or 5?".to_owned(),
        })?;
        let installed = InstalledLanguages::parse(&query(program, "--list-langs")?);
        installed.check(language)?;
        let weights = match installed.checksum(language) {
            Some(checksum) => format!(", weights {checksum}"),
            None => String::new(),
        };
        Ok(Self {
            name: format!("Tesseract {version}, {language}{weights}"),
            program: program.to_owned(),
            language: language.to_owned(),
        })
    }
}

impl OcrEngine for Tesseract {
    fn name(&self) -> &str {
        &self.name
    }

    /// Makes no heartbeat: the program reports no progress within a page.
    fn read_page(&self, page: &GrayImage, _: &Heartbeat) -> Result<Vec<OcrLine>, Error> {
        let arguments = ["stdin", "stdout", "-l", &self.language, "tsv"];
        let read = || {
            process::run(
                &self.program,
                &arguments,
                portable_graymap(page),
                PAGE_LIMITS,
            )
        };
        let output = match read() {
            // The kernel kills the largest process when memory is short, which usually passes: try once
            // more.
            Err(ProcessError::Killed) => read(),
            other => other,
        };
        let output = output.map_err(|error| Error::Run {
            part: "Tesseract",
            message: error.to_string(),
        })?;
        let table = String::from_utf8_lossy(&output.stdout);
        Ok(tsv::lines(&table, page.width(), page.height()))
    }
}

/// The image as a binary portable graymap (PGM, "P5"), the simplest format that Tesseract reads.
fn portable_graymap(page: &GrayImage) -> Vec<u8> {
    let mut file = format!("P5\n{} {}\n255\n", page.width(), page.height()).into_bytes();
    file.extend_from_slice(page.pixels());
    file
}

/// Whether a text is a list of language names. Others could be taken for an option or a path.
fn is_language(language: &str) -> bool {
    let is_allowed =
        |character: char| character.is_ascii_alphanumeric() || "_-/".contains(character);
    let is_one = |one: &str| one.starts_with(char::is_alphanumeric) && one.chars().all(is_allowed);
    language.split('+').all(is_one)
}

const NOT_INSTALLED: &str = "it is not installed, or not on the PATH; install it (Debian and \
    Ubuntu: apt install tesseract-ocr tesseract-ocr-swe; macOS: brew install tesseract \
    tesseract-lang), or leave out --ocr-engine for the engine that is built in";

/// The answer to a query such as `--version`; old versions write it to standard error.
fn query(program: &Path, option: &str) -> Result<String, Error> {
    let answer = process::run(program, &[option], Vec::new(), QUERY_LIMITS);
    let output = answer.map_err(|error| Error::Tesseract {
        message: match error {
            ProcessError::Start(error) if error.kind() == io::ErrorKind::NotFound => {
                NOT_INSTALLED.to_owned()
            }
            error => error.to_string(),
        },
    })?;
    let mut answer = String::from_utf8_lossy(&output.stdout).into_owned();
    answer.push_str(&output.stderr);
    Ok(answer)
}

/// `5.3.0` from `tesseract 5.3.0`, or from `tesseract v5.3.0.20221214`.
fn version_of(answer: &str) -> Option<&str> {
    let mut words = answer.lines().next()?.split_whitespace();
    let is_name = words.next()?.eq_ignore_ascii_case(PROGRAM);
    let version = words.next()?.trim_start_matches('v');
    (is_name && version.starts_with(|first: char| first.is_ascii_digit())).then_some(version)
}

/// The languages that are installed.
#[derive(Debug, PartialEq, Eq)]
struct InstalledLanguages {
    /// The folder with their weights, if the program names it.
    folder: Option<PathBuf>,
    languages: Vec<String>,
}

impl InstalledLanguages {
    /// Parses `List of available languages in "/usr/share/tessdata/" (2):` and one language per line.
    fn parse(answer: &str) -> Self {
        let mut lines = answer.lines();
        let heading = lines.next().unwrap_or_default();
        Self {
            folder: heading.split('"').nth(1).map(PathBuf::from),
            languages: lines.map(|line| line.trim().to_owned()).collect(),
        }
    }

    fn check(&self, language: &str) -> Result<(), Error> {
        let is_missing = |one: &&str| !self.languages.iter().any(|installed| installed == one);
        let Some(missing) = language.split('+').find(is_missing) else {
            return Ok(());
        };
        let message = format!(
            "it has no language {missing}; install it (Debian and Ubuntu: apt install \
             tesseract-ocr-{missing}; macOS: brew install tesseract-lang), or choose others with \
             --ocr-language. It has {}",
            self.languages.join(", ")
        );
        Err(Error::Tesseract { message })
    }

    /// Twelve digits that identify the weights of these languages; `None` if the files cannot be read.
    fn checksum(&self, language: &str) -> Option<String> {
        let folder = self.folder.as_deref()?;
        let mut hash = Sha256::new();
        for one in language.split('+') {
            hash.update(fs::read(folder.join(format!("{one}.traineddata"))).ok()?);
        }
        Some(HEXLOWER.encode(&hash.finalize()[..6]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_parsed_with_and_without_prefix() {
        assert_eq!(
            version_of("tesseract 5.3.0\n leptonica-1.82.0"),
            Some("5.3.0")
        );
        assert_eq!(version_of("tesseract v5.3.0.2022"), Some("5.3.0.2022"));
        for other in ["", "tesseract", "bash 5.2", "tesseract: not found"] {
            assert_eq!(version_of(other), None, "{other}");
        }
    }

    #[test]
    fn a_missing_language_is_named_with_the_package_to_install() {
        let installed = InstalledLanguages::parse(
            "List of available languages in \"/usr/share/tessdata/\" (2):\neng\nosd\n",
        );
        assert_eq!(installed.folder, Some("/usr/share/tessdata/".into()));
        let message = installed.check("swe+eng").unwrap_err().to_string();
        assert!(message.contains("tesseract-ocr-swe"), "{message}");
        assert!(message.contains("eng, osd"), "{message}");
        assert!(installed.check("eng").is_ok());
    }

    #[test]
    fn only_languages_are_handed_to_the_program() {
        for good in ["swe", "swe+eng", "chi_sim", "script/Latin"] {
            assert!(is_language(good), "{good}");
        }
        for bad in ["", "swe+", "-c", "../swe", "swe eng", "swe;ls"] {
            assert!(!is_language(bad), "{bad}");
        }
    }

    #[test]
    fn a_missing_program_is_reported_with_how_to_install_it() {
        let message = Tesseract::at(Path::new("/no/such/tesseract"), "swe").unwrap_err();
        assert!(message.to_string().contains("apt install"), "{message}");
    }

    #[test]
    fn an_image_is_written_pixel_for_pixel() {
        let page = GrayImage::white(3, 2);
        assert_eq!(
            portable_graymap(&page),
            b"P5\n3 2\n255\n\xff\xff\xff\xff\xff\xff"
        );
    }
}
