//! How does the system's Tesseract read a page?
//!
//! As a process, one a page, where it is installed: for those who have it and for comparing. It is
//! handed the picture on its standard input and answers with a table.

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
use process::{Bounds, Trouble};

/// The system's Tesseract.
#[derive(Debug)]
pub struct Tesseract {
    name: String,
    program: PathBuf,
    language: String,
}

/// What Swedish documents are read with. `swe` alone has no `@`, `%` or `§` in its alphabet.
pub const USUAL_LANGUAGE: &str = "swe+eng";

/// What the program is called.
const PROGRAM: &str = "tesseract";
/// A dense page takes ten seconds, and a machine with many runs on it is ten times as slow.
const PAGE: Bounds = Bounds {
    time: Duration::from_secs(100),
    output: 16 << 20,
};
/// Questions about the program itself are answered at once.
const QUESTION: Bounds = Bounds {
    time: Duration::from_secs(20),
    output: 1 << 20,
};

impl Tesseract {
    /// The program of that name on the PATH, with languages as its option `-l` has them: `swe+eng`.
    pub fn find(language: &str) -> Result<Self, Error> {
        Self::at(Path::new(PROGRAM), language)
    }

    /// A program, asked for its version and whether it has these languages.
    fn at(program: &Path, language: &str) -> Result<Self, Error> {
        if !is_language(language) {
            let message = format!(
                "“{language}” is no language: write {USUAL_LANGUAGE}, or others as its option -l \
                 has them"
            );
            return Err(Error::Tesseract { message });
        }
        let version = ask(program, "--version")?;
        let version = version_of(&version).ok_or_else(|| Error::Tesseract {
            message: "it does not tell its version; is it Tesseract 4 or 5?".to_owned(),
        })?;
        let installed = Installed::of(&ask(program, "--list-langs")?);
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

    /// One program reads the whole page, and says nothing until it has.
    fn read_page(&self, page: &GrayImage, _: &Heartbeat) -> Result<Vec<OcrLine>, Error> {
        let arguments = ["stdin", "stdout", "-l", &self.language, "tsv"];
        let read = || process::run(&self.program, &arguments, portable_graymap(page), PAGE);
        let read = match read() {
            // A machine that runs out of memory kills what is largest; mostly that passes.
            Err(Trouble::Killed) => read(),
            other => other,
        };
        let written = read.map_err(|trouble| Error::Run {
            part: "Tesseract",
            message: trouble.to_string(),
        })?;
        let table = String::from_utf8_lossy(&written.output);
        Ok(tsv::lines(&table, page.width(), page.height()))
    }
}

/// The picture as a file of the simplest format that there is (PGM, "P5").
fn portable_graymap(page: &GrayImage) -> Vec<u8> {
    let mut file = format!("P5\n{} {}\n255\n", page.width(), page.height()).into_bytes();
    file.extend_from_slice(page.pixels());
    file
}

fn is_language(language: &str) -> bool {
    let is_sign = |sign: char| sign.is_ascii_alphanumeric() || "_-/".contains(sign);
    let is_one = |one: &str| one.starts_with(char::is_alphanumeric) && one.chars().all(is_sign);
    language.split('+').all(is_one)
}

const NOT_INSTALLED: &str = "it is not installed, or not on the PATH; install it (Debian and \
    Ubuntu: apt install tesseract-ocr tesseract-ocr-swe; macOS: brew install tesseract \
    tesseract-lang), or leave out --ocr-engine for the engine that is built in";

/// What the program says when asked about itself; old ones say it on standard error.
fn ask(program: &Path, question: &str) -> Result<String, Error> {
    let answer = process::run(program, &[question], Vec::new(), QUESTION);
    let written = answer.map_err(|trouble| Error::Tesseract {
        message: match trouble {
            Trouble::Start(error) if error.kind() == io::ErrorKind::NotFound => {
                NOT_INSTALLED.to_owned()
            }
            trouble => trouble.to_string(),
        },
    })?;
    let mut answer = String::from_utf8_lossy(&written.output).into_owned();
    answer.push_str(&written.messages);
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
struct Installed {
    /// Where their weights are, if the program tells.
    folder: Option<PathBuf>,
    languages: Vec<String>,
}

impl Installed {
    /// From `List of available languages in "/usr/share/tessdata/" (2):` and a line a language.
    fn of(answer: &str) -> Self {
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

    /// Twelve digits that tell these languages' weights from any others; nothing where they cannot
    /// be looked into.
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
    fn the_version_is_found_however_it_is_written() {
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
    fn a_language_that_is_missing_is_named_with_what_to_install() {
        let installed = Installed::of(
            "List of available languages in \"/usr/share/tessdata/\" (2):\neng\nosd\n",
        );
        assert_eq!(installed.folder, Some("/usr/share/tessdata/".into()));
        let told = installed.check("swe+eng").unwrap_err().to_string();
        assert!(told.contains("tesseract-ocr-swe"), "{told}");
        assert!(told.contains("eng, osd"), "{told}");
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
    fn a_program_that_is_not_there_is_told_with_what_to_do() {
        let told = Tesseract::at(Path::new("/no/such/tesseract"), "swe").unwrap_err();
        assert!(told.to_string().contains("apt install"), "{told}");
    }

    #[test]
    fn a_picture_is_handed_over_pixel_for_pixel() {
        let page = GrayImage::white(3, 2);
        assert_eq!(
            portable_graymap(&page),
            b"P5\n3 2\n255\n\xff\xff\xff\xff\xff\xff"
        );
    }
}
