//! Encryption: distinguish a PDF that needs a password from one that is damaged.
//!
//! The interpreter reports a missing password if it can read the trailer. If the cross-reference table is
//! broken as well, it finds no key and no pages, and would call the file damaged. Then the bytes of the file
//! decide. The trailer and the encryption dictionary are never encrypted themselves (ISO
//! 32000-2, clause 7.6.2).

use lazy_regex::{Lazy, bytes_lazy_regex, regex::bytes::Regex};

use super::interpreter::OpenError;
use super::preflight::Preflight;
use crate::Passwords;
use diarium_document::{Failure, FailureCode};

// /Encrypt 5 0 R | /Encrypt << | /Filter/Standard | /Filter /Adobe.PubSec
static DECLARATION: Lazy<Regex> = bytes_lazy_regex!(
    r"(?-u)/Encrypt\s*(?:\d{1,10}\s+\d{1,5}\s+R|<<)|/Filter\s*/(?:Standard|Adobe\.PubSec)[\s/>]"
);

/// The failure of a file that cannot be opened.
pub(super) fn open_failure(error: OpenError, preflight: &Preflight, bytes: &[u8]) -> Failure {
    match error {
        OpenError::Password => needs_password(),
        OpenError::Encryption => Failure::new(
            FailureCode::Encrypted,
            "the file is encrypted in a way that diarium does not know; save a copy without a password",
        ),
        OpenError::Damaged if is_locked(preflight, bytes) => needs_password(),
        OpenError::Damaged => Failure::new(
            FailureCode::Damaged,
            "the file is no PDF, or too damaged to read anything from",
        ),
    }
}

/// The failure of a file that needs a password.
pub(super) fn needs_password() -> Failure {
    Failure::new(
        FailureCode::Encrypted,
        "the file is encrypted and needs a password; name a file with it as --password-file, or save a copy \
         without one",
    )
}

/// The failure of a file that none of the passwords opens.
pub(super) fn wrong_passwords(passwords: &Passwords) -> Failure {
    let message = match passwords.reveal().len() {
        1 => "the password does not open it".to_owned(),
        count => format!("none of the {count} passwords opens it"),
    };
    Failure::new(
        FailureCode::Encrypted,
        format!("the file is encrypted, and {message}; add its password to the file of passwords"),
    )
}

/// Whether a file is encrypted and does not open without a password. Only meaningful if no page or no word was
/// found: the declaration may also be text in a readable file.
pub(super) fn is_locked(preflight: &Preflight, bytes: &[u8]) -> bool {
    !preflight.readable && DECLARATION.is_match(bytes)
}

#[cfg(test)]
mod tests;
