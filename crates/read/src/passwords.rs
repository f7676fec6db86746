//! Passwords of encrypted files. They are secrets: nothing prints or stores them.

use std::fmt;
use std::sync::Arc;

/// Passwords that are tried in order, after the empty one.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Passwords {
    list: Arc<[String]>,
    version: String,
}

/// Why a list of passwords cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordsError {
    /// It is not text in UTF-8.
    #[error("is not UTF-8; save it as UTF-8, one password per line")]
    NotUtf8,
    /// There are too many passwords.
    #[error("has more than {MAX_PASSWORDS} passwords")]
    TooMany,
}

/// Passwords, at most.
// Each is tried on each encrypted file, and takes about a millisecond.
const MAX_PASSWORDS: usize = 1000;

impl Passwords {
    /// The passwords of a file, one per line. `version` differs whenever the file changed; it must not
    /// be made from its bytes, because it is stored.
    ///
    /// # Errors
    /// If the file is not text in UTF-8, or has too many lines.
    pub fn parse(bytes: &[u8], version: String) -> Result<Self, PasswordsError> {
        let text = std::str::from_utf8(bytes).map_err(|_| PasswordsError::NotUtf8)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        // A password may begin or end with a space.
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        let list: Arc<[String]> = lines.map(str::to_owned).collect();
        if list.len() > MAX_PASSWORDS {
            return Err(PasswordsError::TooMany);
        }
        Ok(Self { list, version })
    }

    /// The passwords, for a process that needs them as well.
    pub fn reveal(&self) -> &[String] {
        &self.list
    }

    /// Which version of the list this is; empty if there is none.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The passwords that another process revealed.
    pub fn from_revealed(list: Vec<String>, version: String) -> Self {
        Self {
            list: list.into(),
            version,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Passwords({} hidden)", self.list.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_a_password_per_line_however_an_editor_saved_it() {
        let parse = |bytes: &[u8]| Passwords::parse(bytes, "1".to_owned());
        let passwords = parse("\u{feff}hemlig\r\n\r\n  \n med blank \nåäö".as_bytes()).unwrap();
        assert_eq!(passwords.reveal(), ["hemlig", " med blank ", "åäö"]);
        assert!(parse(b"\n\n").unwrap().is_empty());
        assert_eq!(parse(b"\xe5"), Err(PasswordsError::NotUtf8));
        assert_eq!(parse(&b"a\n".repeat(1001)), Err(PasswordsError::TooMany));
    }

    #[test]
    fn no_message_shows_a_password() {
        let passwords = Passwords::parse(b"hemlig", String::new()).unwrap();
        assert_eq!(format!("{passwords:?}"), "Passwords(1 hidden)");
    }
}
