//! Model weights: two networks and the alphabet of the recognition network.
//!
//! They come from the program itself (feature `bundled-models`) or from files. A checksum over all three
//! files is part of the engine's name, and so of every fingerprint.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::super::Error;

/// File names, in a folder as in `models/`.
const DETECTION_FILE: &str = "text-detection.onnx";
const RECOGNITION_FILE: &str = "text-recognition.onnx";
const CHARACTERS_FILE: &str = "characters.txt";

#[cfg(feature = "bundled-models")]
mod bundled {
    pub(super) static DETECTION: &[u8] = include_bytes!("../../models/text-detection.onnx");
    pub(super) static RECOGNITION: &[u8] = include_bytes!("../../models/text-recognition.onnx");
    pub(super) static CHARACTERS: &str = include_str!("../../models/characters.txt");
    /// The checksum of the three files, which a test verifies. Hashing 22 MB at every start would take
    /// longer than a small run.
    pub(super) const CHECKSUM: &str = "69d12087c4a6";
}

/// The contents of the three model files.
#[derive(Clone)]
pub struct ModelFiles {
    /// `text-detection.onnx`: the text line detection network.
    pub detection: Vec<u8>,
    /// `text-recognition.onnx`: the recognition network.
    pub recognition: Vec<u8>,
    /// `characters.txt`: the characters of the recognition network's classes, one per line.
    pub characters: Vec<u8>,
}

impl ModelFiles {
    /// Reads the files of a folder.
    ///
    /// # Errors
    ///
    /// [`Error::ModelFile`] if one of them is missing or cannot be read.
    pub fn from_folder(folder: &Path) -> Result<Self, Error> {
        let read = |name: &str| {
            let path = folder.join(name);
            fs::read(&path).map_err(|source| Error::ModelFile {
                path: path.display().to_string(),
                source,
            })
        };
        Ok(Self {
            detection: read(DETECTION_FILE)?,
            recognition: read(RECOGNITION_FILE)?,
            characters: read(CHARACTERS_FILE)?,
        })
    }
}

/// Two networks and an alphabet.
#[derive(Clone)]
pub(super) struct Weights {
    /// The text line detection network, as ONNX.
    pub detection: Cow<'static, [u8]>,
    /// The recognition network, as ONNX.
    pub recognition: Cow<'static, [u8]>,
    alphabet: Cow<'static, str>,
    checksum: String,
}

impl Weights {
    /// Those in the program itself.
    #[cfg(feature = "bundled-models")]
    pub(super) fn bundled() -> Self {
        Self {
            detection: Cow::Borrowed(bundled::DETECTION),
            recognition: Cow::Borrowed(bundled::RECOGNITION),
            alphabet: Cow::Borrowed(bundled::CHARACTERS),
            checksum: bundled::CHECKSUM.to_owned(),
        }
    }

    /// Those in files.
    pub(super) fn from_files(files: ModelFiles) -> Self {
        let ModelFiles {
            detection,
            recognition,
            characters,
        } = files;
        Self {
            checksum: checksum([&detection, &recognition, &characters]),
            detection: Cow::Owned(detection),
            recognition: Cow::Owned(recognition),
            alphabet: Cow::Owned(String::from_utf8_lossy(&characters).into_owned()),
        }
    }

    /// Identifies these weights.
    pub(super) fn checksum(&self) -> &str {
        &self.checksum
    }

    /// The characters of the classes, from class 1 on. Class 0 is the blank of the transcription.
    pub(super) fn characters(&self) -> Vec<char> {
        let lines = self.alphabet.split('\n');
        lines.filter_map(|line| line.chars().next()).collect()
    }
}

/// Twelve digits of the SHA-256 of the concatenated files: enough to distinguish weights.
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

    fn models() -> ModelFiles {
        ModelFiles::from_folder(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/models"))).unwrap()
    }

    #[cfg(feature = "bundled-models")]
    #[test]
    fn the_bundled_checksum_is_that_of_the_files() {
        assert_eq!(
            Weights::bundled().checksum(),
            Weights::from_files(models()).checksum()
        );
    }

    #[test]
    fn the_alphabet_has_the_characters_of_swedish_print() {
        let characters = Weights::from_files(models()).characters();
        assert_eq!(characters[0], ' ');
        for needed in "åäöÅÄÖéü@§%–—“”’•·/<>=+&#€$°½…0123456789".chars()
        {
            assert!(characters.contains(&needed), "{needed}");
        }
    }

    #[test]
    fn a_folder_without_the_files_is_an_error_that_names_the_option() {
        let error = ModelFiles::from_folder(Path::new("/no/such"))
            .err()
            .unwrap();
        assert!(error.to_string().contains("--ocr-models"));
    }
}
