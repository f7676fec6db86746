//! What does the user say of the dataset?
//!
//! A small TOML file, every key of which may be left out.

use serde::Deserialize;

/// What the user says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Given {
    /// A short name for machines: small letters, digits, `-`, `_` and `.`.
    pub name: Option<String>,
    /// What people call it.
    pub title: Option<String>,
    /// What is in it and where it comes from.
    pub description: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// The day on which it was published, ISO 8601; else the day of the last run.
    pub published: Option<String>,
    /// Where more is to be found.
    pub homepage: Option<String>,
    /// How it is to be cited.
    pub citation: Option<String>,
    /// Words to find it by.
    pub keywords: Vec<String>,
    /// What others may do with it.
    #[serde(alias = "license")]
    pub licence: Option<Licence>,
    /// Who made it.
    pub creators: Vec<Creator>,
    /// The organisation that publishes it.
    pub publisher: Option<Publisher>,
}

/// An organisation that publishes datasets.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publisher {
    /// Its name.
    pub name: String,
    /// Where it is found.
    pub url: Option<String>,
}

/// What others may do with a dataset.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// Its SPDX identifier (<https://spdx.org/licenses/>), such as `CC-BY-4.0`.
    pub name: String,
    /// What people call it.
    pub title: Option<String>,
    /// Where its text stands; else where SPDX has it.
    pub url: Option<String>,
}

/// A person or an organisation who made a dataset.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Creator {
    /// Their name.
    pub name: String,
    /// An address that stands for them, such as an ORCID.
    pub url: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Where they work.
    pub affiliation: Option<String>,
    /// An organisation, not a person.
    #[serde(default)]
    pub organisation: bool,
}

impl Given {
    /// What such a file says.
    ///
    /// # Errors
    /// What is wrong with it, with the line, for people.
    pub fn parse(toml: &str) -> Result<Self, String> {
        let given: Self = toml::from_str(toml).map_err(|error| error.to_string())?;
        let is_day = |day: &String| crate::export::date::days(day).is_some();
        if !given.published.as_ref().is_none_or(is_day) {
            return Err("published is no day; write it as 2014-03-31".to_owned());
        }
        Ok(given)
    }
}

impl Licence {
    /// Where its text stands.
    pub fn address(&self) -> String {
        let spdx = || format!("https://spdx.org/licenses/{}.html", self.name);
        self.url.clone().unwrap_or_else(spdx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_documentation_is_understood() {
        let example = include_str!("../../../../../docs/dataset.example.toml");
        let given = Given::parse(example).unwrap();
        assert!(given.title.is_some() && given.licence.is_some());
        assert!(!given.creators.is_empty() && !given.keywords.is_empty());
    }

    #[test]
    fn a_key_that_is_none_is_told() {
        assert!(Given::parse("titel = \"x\"").unwrap_err().contains("titel"));
        assert!(Given::parse("published = \"soon\"").is_err());
        assert_eq!(Given::parse("").unwrap(), Given::default());
    }
}
