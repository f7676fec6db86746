//! Dataset description: what the user states about the dataset in the TOML file of `--metadata`.
//!
//! Every key is optional; unknown keys are errors.

use serde::Deserialize;

use crate::export::table::days_since_epoch;

/// The user's description of a dataset.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
// A misspelled key would be ignored otherwise, and the dataset published without its license.
#[serde(deny_unknown_fields, default)]
pub struct DatasetDescription {
    /// A short name for machines: lowercase letters, digits, `-`, `_` and `.`.
    pub name: Option<String>,
    /// The title for people.
    pub title: Option<String>,
    /// What is in it and where it comes from.
    pub description: Option<String>,
    /// The version of the dataset.
    pub version: Option<String>,
    /// The date of publication, ISO 8601; by default that of the last run.
    pub published: Option<String>,
    /// The address of a page about it.
    pub homepage: Option<String>,
    /// The reference to cite.
    pub citation: Option<String>,
    /// Keywords.
    pub keywords: Vec<String>,
    /// The license.
    #[serde(alias = "license")]
    pub licence: Option<Licence>,
    /// The authors.
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
    /// Its address.
    pub url: Option<String>,
}

/// The license of a dataset.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// Its SPDX identifier (<https://spdx.org/licenses/>), such as `CC-BY-4.0`.
    pub name: String,
    /// The name for people.
    pub title: Option<String>,
    /// The address of its text; by default that of SPDX.
    pub url: Option<String>,
}

/// An author of a dataset: a person or an organization.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Creator {
    /// Their name.
    pub name: String,
    /// An address that identifies them, such as an ORCID.
    pub url: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// The organization that they work for.
    pub affiliation: Option<String>,
    /// Whether this is an organization, not a person.
    #[serde(default)]
    pub organisation: bool,
}

impl DatasetDescription {
    /// Parses the TOML file.
    ///
    /// # Errors
    /// If it is invalid: a message for people, with the line.
    pub fn parse(toml: &str) -> Result<Self, String> {
        let description: Self = toml::from_str(toml).map_err(|error| error.to_string())?;
        let is_date = |date: &String| days_since_epoch(date).is_some();
        if !description.published.as_ref().is_none_or(is_date) {
            return Err("published: expected a date, e.g. 2014-03-31".to_owned());
        }
        Ok(description)
    }
}

impl Licence {
    /// The address of its text.
    pub fn address(&self) -> String {
        let spdx = || format!("https://spdx.org/licenses/{}.html", self.name);
        self.url.clone().unwrap_or_else(spdx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_documentation_is_valid() {
        let example = include_str!("../../../../../docs/dataset.example.toml");
        let description = DatasetDescription::parse(example).unwrap();
        assert!(description.title.is_some() && description.licence.is_some());
        assert!(!description.creators.is_empty() && !description.keywords.is_empty());
    }

    #[test]
    fn unknown_keys_and_invalid_dates_are_rejected() {
        assert!(
            DatasetDescription::parse("titel = \"x\"")
                .unwrap_err()
                .contains("titel")
        );
        assert!(DatasetDescription::parse("published = \"soon\"").is_err());
        assert_eq!(
            DatasetDescription::parse("").unwrap(),
            DatasetDescription::default()
        );
    }
}
