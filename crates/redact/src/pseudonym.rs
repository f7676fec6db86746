//! Masks and pseudonyms: what replaces personal data.
//!
//! A mask names the category (`[NAME]`). A pseudonym does too (`person-3f9a0c51d2e4`), and is the
//! same for every occurrence of a value: HMAC-SHA256 (RFC 2104) of the rule and the canonical form
//! under a secret key, the first 48 bits in hexadecimal. Without the key, a value cannot be found by
//! trying all of them; a plain hash of a personal number or a telephone number would allow that in
//! minutes.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::entity::{Entity, Rule};

/// The minimum length of a key in bytes: that of the hash, as RFC 2104 (section 3) advises.
pub const MIN_KEY_BYTES: usize = 32;

/// The bytes of the hash that a pseudonym shows.
// With 48 bits, two of 100,000 persons share a pseudonym with a probability of 2 in 100,000
// (birthday bound: n² / 2⁴⁹). Fewer bytes would merge persons in a large archive; a different number
// changes every pseudonym that was ever published under a key.
const SHOWN_BYTES: usize = 6;

/// The key is shorter than [`MIN_KEY_BYTES`].
#[derive(Debug, thiserror::Error)]
#[error("the key has {0} bytes; it must have {MIN_KEY_BYTES} at least")]
pub struct KeyTooShort(pub usize);

/// What replaces personal data: masks, or pseudonyms under a key.
#[derive(Clone)]
pub struct Style(Inner);

#[derive(Clone)]
enum Inner {
    Mask,
    Pseudonym(Hmac<Sha256>),
}

impl Style {
    /// Masks: `[NAME]`, `[EMAIL]`.
    pub fn mask() -> Self {
        Self(Inner::Mask)
    }

    /// Pseudonyms under a key: `person-3f9a0c51d2e4`.
    ///
    /// # Errors
    /// If the key is shorter than [`MIN_KEY_BYTES`].
    pub fn pseudonym(key: &[u8]) -> Result<Self, KeyTooShort> {
        if key.len() < MIN_KEY_BYTES {
            return Err(KeyTooShort(key.len()));
        }
        let hmac = Hmac::new_from_slice(key).map_err(|_| KeyTooShort(key.len()))?;
        Ok(Self(Inner::Pseudonym(hmac)))
    }

    /// The text that replaces an entity.
    pub(super) fn replacement(&self, entity: &Entity) -> String {
        match &self.0 {
            Inner::Mask => entity.rule.mask().to_owned(),
            Inner::Pseudonym(hmac) => pseudonym(hmac.clone(), entity.rule, &entity.canonical),
        }
    }
}

fn pseudonym(mut hmac: Hmac<Sha256>, rule: Rule, canonical: &str) -> String {
    hmac.update(rule.word().as_bytes());
    // No word contains a zero byte, so that no two pairs of rule and value give the same message.
    hmac.update(&[0]);
    hmac.update(canonical.as_bytes());
    let hash = hmac.finalize().into_bytes();
    let shown = HEXLOWER.encode(&hash[..SHOWN_BYTES]);
    format!("{}-{shown}", rule.word())
}
