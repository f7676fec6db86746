//! What stands in the place of what was found?
//!
//! A mask says of which kind it was. A pseudonym says so, too, and is the same wherever the same
//! value stands: HMAC-SHA256 (RFC 2104) of rule and value under a key, its first 48 bits in
//! hexadecimal. Without the key, nobody can find out which value it was by trying them all, which for
//! personnummer and telephone numbers a plain hash would allow in minutes.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::rule::{Hit, Rule};

/// The fewest bytes that a key may have: as many as the hash, as RFC 2104 advises.
pub const KEY_BYTES: usize = 32;

/// Bytes of the hash that a pseudonym shows: among 100,000 persons, two have the same one with a
/// probability of 2 in 100,000.
const SHOWN: usize = 6;

/// A key that is too short to protect anybody.
#[derive(Debug, thiserror::Error)]
#[error("the key has {0} bytes; it must have {KEY_BYTES} at least")]
pub struct ShortKey(pub usize);

/// What is put in the place of personal data.
#[derive(Clone)]
pub struct Style(Inner);

#[derive(Clone)]
enum Inner {
    Mask,
    Pseudonym(Hmac<Sha256>),
}

impl Style {
    /// `[NAME]`, `[EMAIL]` and so on.
    pub fn mask() -> Self {
        Self(Inner::Mask)
    }

    /// `person-3f9a0c51d2e4` and so on, under a key.
    pub fn pseudonym(key: &[u8]) -> Result<Self, ShortKey> {
        if key.len() < KEY_BYTES {
            return Err(ShortKey(key.len()));
        }
        let hmac = Hmac::new_from_slice(key).map_err(|_| ShortKey(key.len()))?;
        Ok(Self(Inner::Pseudonym(hmac)))
    }

    pub(super) fn stands_for(&self, hit: &Hit) -> String {
        match &self.0 {
            Inner::Mask => hit.rule.mask().to_owned(),
            Inner::Pseudonym(hmac) => pseudonym(hmac.clone(), hit.rule, &hit.key),
        }
    }
}

fn pseudonym(mut hmac: Hmac<Sha256>, rule: Rule, key: &str) -> String {
    hmac.update(rule.word().as_bytes());
    hmac.update(&[0]);
    hmac.update(key.as_bytes());
    let hash = hmac.finalize().into_bytes();
    let shown = HEXLOWER.encode(&hash[..SHOWN]);
    format!("{}-{shown}", rule.word())
}
