//! Where do the weights come from?

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::super::Error;

static DETECTION: &[u8] = include_bytes!("../../models/text-detection.onnx");
static RECOGNITION: &[u8] = include_bytes!("../../models/text-recognition.onnx");
static CHARACTERS: &str = include_str!("../../models/characters.txt");

/// The first digits of the SHA-256 of the three files that are built in, which a test computes.
/// Hashing 22 MB at every start would take longer than a small run.
const BUILT_IN_CHECKSUM: &str = "69d12087c4a6";

/// Two networks and an alphabet.
#[derive(Clone)]
pub(super) struct Weights {
    /// Finds text.
    pub detection: Cow<'static, [u8]>,
    /// Reads a line.
    pub recognition: Cow<'static, [u8]>,
    alphabet: Cow<'static, str>,
    checksum: String,
}

impl Weights {
    /// Those in the program itself.
    pub(super) fn built_in() -> Self {
        Self {
            detection: Cow::Borrowed(DETECTION),
            recognition: Cow::Borrowed(RECOGNITION),
            alphabet: Cow::Borrowed(CHARACTERS),
            checksum: BUILT_IN_CHECKSUM.to_owned(),
        }
    }

    /// Those in a folder.
    pub(super) fn from_folder(folder: &Path) -> Result<Self, Error> {
        let file = |name: &str| {
            let path = folder.join(name);
            fs::read(&path).map_err(|source| Error::ModelFile {
                path: path.display().to_string(),
                source,
            })
        };
        let detection = file("text-detection.onnx")?;
        let recognition = file("text-recognition.onnx")?;
        let alphabet = file("characters.txt")?;
        Ok(Self {
            checksum: checksum([&detection, &recognition, &alphabet]),
            detection: Cow::Owned(detection),
            recognition: Cow::Owned(recognition),
            alphabet: Cow::Owned(String::from_utf8_lossy(&alphabet).into_owned()),
        })
    }

    /// Tells these weights from any others.
    pub(super) fn checksum(&self) -> &str {
        &self.checksum
    }

    /// What the classes mean, one character a line, the first line for class 1.
    pub(super) fn characters(&self) -> Vec<char> {
        let lines = self.alphabet.split('\n');
        lines.filter_map(|line| line.chars().next()).collect()
    }
}

/// Twelve digits of the SHA-256 of the files one after the other: enough to tell weights apart.
fn checksum(files: [&[u8]; 3]) -> String {
    let mut hash = Sha256::new();
    for file in files {
        hash.update(file);
    }
    HEXLOWER.encode(&hash.finalize()[..6])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_files() {
        let files = [DETECTION, RECOGNITION, CHARACTERS.as_bytes()];
        assert_eq!(checksum(files), BUILT_IN_CHECKSUM);
    }

    #[test]
    fn the_alphabet_has_what_swedish_print_has() {
        let characters = Weights::built_in().characters();
        assert_eq!(characters[0], ' ');
        for needed in "åäöÅÄÖéü@§%–—“”’•·/<>=+&#€$°½…0123456789".chars()
        {
            assert!(characters.contains(&needed), "{needed}");
        }
    }

    #[test]
    fn a_folder_without_the_files_is_said_to_be() {
        let error = Weights::from_folder(Path::new("/no/such")).err().unwrap();
        assert!(error.to_string().contains("--ocr-models"));
    }
}
