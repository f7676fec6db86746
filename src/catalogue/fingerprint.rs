//! Fingerprints: digests of everything that determines a result.
//!
//! There are two. The *reading* of a document depends on its bytes, the extension of its name, the
//! reader's code, the OCR engine and the reading options. The *extraction* depends on the reading, the
//! profiles and the extraction code. Two equal fingerprints mean that processing again would give the
//! same result. Each is a digest of labeled parts, written by [`Canonical`]. `Debug` output and field
//! names are not used, because they may change without any result changing.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The part of fingerprints that all documents of a run share.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// The version of diarium, for people: `reading` and
    /// `extraction` hold the code itself.
    pub version: String,
    /// The fingerprint of the profiles, for people; it is part of the extraction.
    pub profiles: String,
    /// The OCR engine's name and version, for people; it is part of the reading.
    pub engine: String,
    /// Digest of everything that determines a reading apart from the document: the reader's code, the
    /// OCR engine and its weights, the reading options.
    pub reading: String,
    /// Digest of everything that determines an extraction apart from the reading: the profiles and the
    /// code.
    pub extraction: String,
    /// The limits for reading documents. A record does not depend on them, but a failure may: a document
    /// that was too large is tried again with a higher limit.
    pub limits: String,
    /// The version of the passwords, by which an encrypted document is tried again with new ones; empty if
    /// there are none.
    pub passwords: String,
    /// The requested renditions, by their names in [`RENDITIONS`]. The record does not depend on
    /// them, but a document is not up to date without the renditions that are requested.
    pub renditions: Vec<String>,
    /// Digest of what determines renditions apart from the record: their code and the version.
    pub rendition_code: String,
}

/// The names of all renditions, in alphabetical order.
pub const RENDITIONS: [&str; 2] = ["alto", "pdf"];

impl Fingerprint {
    /// The fingerprint of the reading of a document with this SHA-256 and this extension, which may
    /// decide the format.
    pub fn of_reading(&self, id: &str, extension: &str) -> String {
        Canonical::new("reading")
            .text("document", id)
            .text("ending", extension)
            .text("reader", &self.reading)
            .finish()
    }

    /// The fingerprint of a record made from bytes with this SHA-256. It does not depend on the path or
    /// the extension: a document that moves to another extension must be processed again explicitly.
    pub fn of_record(&self, id: &str) -> String {
        let is_requested = |name: &&str| self.renditions.iter().any(|requested| requested == name);
        self.with_renditions(id, RENDITIONS.into_iter().filter(is_requested))
    }

    /// Whether a record with this fingerprint, made from bytes with this SHA-256, is up to date. It
    /// may have more renditions than are requested.
    pub fn is_of_record(&self, known: &str, id: &str) -> bool {
        // A fingerprint is a digest and does not show which renditions it includes, so that every
        // subset that contains the requested ones is tried: at most 2^2.
        let subsets = 0..1_usize << RENDITIONS.len();
        subsets
            .map(|subset| {
                let names = RENDITIONS.into_iter().enumerate();
                let included = names.filter(move |(index, _)| subset >> index & 1 == 1);
                included.map(|(_, name)| name)
            })
            .filter(|included| {
                let mut requested = self.renditions.iter();
                requested.all(|name| included.clone().any(|included| included == name))
            })
            .any(|included| self.with_renditions(id, included) == known)
    }

    fn with_renditions<'f>(
        &'f self,
        id: &'f str,
        renditions: impl Iterator<Item = &'f str>,
    ) -> String {
        let mut record = self.extraction("record", id);
        for name in renditions {
            // In the loop, so that new code of the renditions concerns no record without them.
            // Other labels would process every document with renditions again.
            record = record
                .text("copy", name)
                .text("copying", &self.rendition_code);
        }
        record.finish()
    }

    /// The fingerprint of the list of members of a container with this SHA-256.
    pub fn of_container(&self, id: &str) -> String {
        Canonical::new("container")
            .text("document", id)
            .text("reader", &self.reading)
            .text("limits", &self.limits)
            .finish()
    }

    /// The fingerprint of a failure; `id` is `None` if the bytes were never read.
    pub fn of_failure(&self, id: Option<&str>) -> String {
        // No SHA-256 in hexadecimal is equal to this word.
        self.extraction("failure", id.unwrap_or("unread"))
            .text("limits", &self.limits)
            .finish()
    }

    /// The fingerprint of a quarantine: a document that ended its workers too often, within these limits
    /// of time and memory.
    pub fn of_quarantine(&self, id: Option<&str>, limits: &str) -> String {
        Canonical::new("quarantine")
            .text("failure", &self.of_failure(id))
            .text("bounds", limits)
            .finish()
    }

    /// The fingerprint of a failure of a document that is encrypted.
    pub fn of_encrypted(&self, id: Option<&str>) -> String {
        let failure = self.of_failure(id);
        if self.passwords.is_empty() {
            return failure;
        }
        Canonical::new("encrypted")
            .text("failure", &failure)
            .text("passwords", &self.passwords)
            .finish()
    }

    fn extraction(&self, result: &str, id: &str) -> Canonical {
        Canonical::new(result)
            .text("document", id)
            .text("reader", &self.reading)
            .text("extraction", &self.extraction)
    }
}

/// A digest of labeled parts in a canonical encoding.
// Each label and each value is preceded by its length, so that no two lists of parts have the same
// encoding. A part with a new meaning needs a new label. Changing a label processes all documents again.
#[derive(Debug, Clone)]
pub struct Canonical(Sha256);

impl Canonical {
    /// Begins the digest of one kind of result, such as `reading`.
    pub fn new(kind: &str) -> Self {
        Self(Sha256::new()).text("kind", kind)
    }

    /// Adds a text.
    pub fn text(self, label: &str, value: &str) -> Self {
        self.bytes(label, value.as_bytes())
    }

    /// Adds a whole number.
    pub fn number(self, label: &str, value: u64) -> Self {
        self.bytes(label, &value.to_le_bytes())
    }

    /// The digest, in lower-case hexadecimal.
    pub fn finish(self) -> String {
        HEXLOWER.encode(&self.0.finalize())
    }

    fn bytes(mut self, label: &str, value: &[u8]) -> Self {
        for part in [label.as_bytes(), value] {
            // A `usize` would give other digests on 32-bit platforms.
            self.0.update((part.len() as u64).to_le_bytes());
            self.0.update(part);
        }
        self
    }
}

/// The SHA-256 of a file's bytes, in lower-case hexadecimal. The file is read in blocks.
///
/// # Errors
/// If it is not a regular file, or cannot be read.
pub fn hash_file(file: &Path) -> io::Result<String> {
    // Reading a pipe that replaced the file would wait forever.
    if !fs::metadata(file)?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut file = File::open(file)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(HEXLOWER.encode(&hash.finalize())),
            length => hash.update(&buffer[..length]),
        }
    }
}

/// The SHA-256 of these bytes, in lower-case hexadecimal.
pub fn hash_bytes(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprint(extraction: &str, limits: &str) -> Fingerprint {
        Fingerprint {
            reading: "r".to_owned(),
            extraction: extraction.to_owned(),
            limits: limits.to_owned(),
            ..Fingerprint::default()
        }
    }

    #[test]
    fn a_record_with_more_renditions_than_requested_is_up_to_date() {
        let requesting = |names: &[&str]| Fingerprint {
            renditions: names.iter().map(|&name| name.to_owned()).collect(),
            ..fingerprint("p", "1")
        };
        let is_up_to_date = |made: &[&str], requested: &[&str]| {
            requesting(requested).is_of_record(&requesting(made).of_record("a"), "a")
        };
        assert!(is_up_to_date(&[], &[]));
        assert!(is_up_to_date(&["pdf"], &[]));
        assert!(is_up_to_date(&["alto", "pdf"], &["pdf"]));
        assert!(!is_up_to_date(&[], &["pdf"]));
        assert!(!is_up_to_date(&["alto"], &["pdf"]));
        let other = requesting(&[]).of_record("b");
        assert!(!requesting(&[]).is_of_record(&other, "a"));
    }

    #[test]
    fn only_failures_depend_on_limits() {
        let (low, high) = (fingerprint("p", "1"), fingerprint("p", "2"));
        assert_eq!(low.of_record("a"), high.of_record("a"));
        assert_ne!(low.of_failure(None), high.of_failure(None));
    }

    #[test]
    fn records_depend_on_every_other_part() {
        let base = fingerprint("p", "1");
        assert_ne!(base.of_record("a"), base.of_record("b"));
        assert_ne!(base.of_record("a"), fingerprint("q", "1").of_record("a"));
        assert_ne!(base.of_failure(Some("a")), base.of_failure(None));
        let other_reader = Fingerprint {
            reading: "s".to_owned(),
            ..base.clone()
        };
        assert_ne!(base.of_record("a"), other_reader.of_record("a"));
        assert_ne!(
            base.of_reading("a", "txt"),
            other_reader.of_reading("a", "txt")
        );
        assert_ne!(base.of_quarantine(None, "1"), base.of_quarantine(None, "2"));
    }

    #[test]
    fn a_reading_depends_on_the_document_and_its_extension_but_on_no_profile() {
        let (base, other) = (fingerprint("p", "1"), fingerprint("q", "2"));
        assert_eq!(base.of_reading("a", "txt"), other.of_reading("a", "txt"));
        assert_ne!(base.of_reading("a", "txt"), base.of_reading("a", "md"));
        assert_ne!(base.of_reading("a", "txt"), base.of_reading("b", "txt"));
    }

    #[test]
    fn the_code_of_renditions_matters_only_if_they_are_requested() {
        let with = |code: &str, names: &[&str]| Fingerprint {
            rendition_code: code.to_owned(),
            renditions: names.iter().map(|&name| name.to_owned()).collect(),
            ..fingerprint("p", "1")
        };
        let record = |code, names| with(code, names).of_record("a");
        assert_eq!(record("1", &[]), record("2", &[]));
        assert_ne!(record("1", &["pdf"]), record("2", &["pdf"]));
    }

    /// The digest is fixed here because a change of the encoding processes all documents of all users
    /// again, and must be made on purpose.
    #[test]
    fn a_digest_depends_on_labels_and_values_and_where_they_end() {
        let digest = |label: &str, value: &str| Canonical::new("k").text(label, value).finish();
        assert_ne!(digest("ab", "c"), digest("a", "bc"));
        assert_ne!(digest("a", ""), Canonical::new("k").finish());
        assert_eq!(
            Canonical::new("k").text("a", "b").number("n", 1).finish(),
            "309c58efe9b32d8776bcba596c01cb131c7488f87662ce7ed3e0b7a43a7306d6"
        );
    }
}
