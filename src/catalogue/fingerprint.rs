//! What does a record depend on?
//!
//! On the document's bytes, the version of diarium, the profiles and the OCR engine; on nothing
//! else. Two equal fingerprints mean that doing the work again would give the same record.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::document::hexadecimal;

/// The part of the fingerprint that all documents of a run share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// The version of diarium.
    pub version: String,
    /// The fingerprint of the profiles.
    pub profiles: String,
    /// The OCR engine's name and version.
    pub engine: String,
    /// The limits within which documents are read. A record does not depend on them, but a failure
    /// may: a document that was too large is tried again under a higher limit.
    pub limits: String,
    /// Which copies leave beside records, by their names among [`COPIES`]. The record does not
    /// depend on them, but whoever asks for copies is not done while they are not there.
    pub copies: Vec<String>,
}

/// The copies that there may be, in alphabetical order.
pub const COPIES: [&str; 2] = ["alto", "pdf"];

impl Fingerprint {
    /// The fingerprint of a record made from bytes with this SHA-256.
    pub fn of_record(&self, id: &str) -> String {
        let is_asked_for = |copy: &&str| self.copies.iter().any(|asked| asked == copy);
        self.with_copies(id, COPIES.into_iter().filter(is_asked_for))
    }

    /// Whether a record with this fingerprint, made from bytes with this SHA-256, is what would be
    /// made now. One that left with more copies than are asked for is.
    pub fn is_of_record(&self, known: &str, id: &str) -> bool {
        let choices = 0..1_usize << COPIES.len();
        choices
            .map(|choice| {
                let names = COPIES.into_iter().enumerate();
                let chosen = names.filter(move |(index, _)| choice >> index & 1 == 1);
                chosen.map(|(_, name)| name)
            })
            .filter(|made| {
                let mut asked = self.copies.iter();
                asked.all(|asked| made.clone().any(|made| made == asked))
            })
            .any(|made| self.with_copies(id, made) == known)
    }

    fn with_copies<'f>(&'f self, id: &'f str, copies: impl Iterator<Item = &'f str>) -> String {
        let parts = [id, &self.version, &self.profiles, &self.engine];
        let parts: Vec<&str> = parts.into_iter().chain(copies).collect();
        digest(&parts)
    }

    /// The fingerprint of a failure; `id` is `None` where the bytes were never read.
    pub fn of_failure(&self, id: Option<&str>) -> String {
        let id = id.unwrap_or("unread");
        let limits = &self.limits;
        digest(&[id, &self.version, &self.profiles, &self.engine, limits])
    }

    /// The fingerprint of a document that brought down what worked on it, within these bounds.
    pub fn of_quarantine(&self, id: Option<&str>, bounds: &str) -> String {
        digest(&[&self.of_failure(id), bounds])
    }
}

/// The SHA-256 of a file's bytes, in lower-case hexadecimal, in little memory.
pub fn hash_file(file: &Path) -> io::Result<String> {
    // A pipe that came in a file's place would be waited for without end.
    if !fs::metadata(file)?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut file = File::open(file)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hexadecimal(&hash.finalize())),
            length => hash.update(&buffer[..length]),
        }
    }
}

/// The SHA-256 of these bytes, in lower-case hexadecimal.
pub fn hash_bytes(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// The parts are parted by a byte that stands in none of them, so that no two lists run together.
fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hexadecimal(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprint(profiles: &str, limits: &str) -> Fingerprint {
        Fingerprint {
            version: "1".to_owned(),
            profiles: profiles.to_owned(),
            engine: "none".to_owned(),
            limits: limits.to_owned(),
            copies: Vec::new(),
        }
    }

    #[test]
    fn a_record_stands_that_left_with_more_copies_than_are_asked_for() {
        let asking = |copies: &[&str]| Fingerprint {
            copies: copies.iter().map(|&copy| copy.to_owned()).collect(),
            ..fingerprint("p", "1")
        };
        let stands = |made: &[&str], asked: &[&str]| {
            asking(asked).is_of_record(&asking(made).of_record("a"), "a")
        };
        assert!(stands(&[], &[]));
        assert!(stands(&["pdf"], &[]));
        assert!(stands(&["alto", "pdf"], &["pdf"]));
        assert!(!stands(&[], &["pdf"]));
        assert!(!stands(&["alto"], &["pdf"]));
        assert!(!asking(&[]).is_of_record(&asking(&[]).of_record("b"), "a"));
    }

    #[test]
    fn limits_matter_to_failures_only() {
        let (low, high) = (fingerprint("p", "1"), fingerprint("p", "2"));
        assert_eq!(low.of_record("a"), high.of_record("a"));
        assert_ne!(low.of_failure(None), high.of_failure(None));
    }

    #[test]
    fn every_other_part_matters() {
        let base = fingerprint("p", "1");
        assert_ne!(base.of_record("a"), base.of_record("b"));
        assert_ne!(base.of_record("a"), fingerprint("q", "1").of_record("a"));
        assert_ne!(base.of_failure(Some("a")), base.of_failure(None));
    }
}
