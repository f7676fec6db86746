//! Built-in profiles: the TOML files that diarium embeds, with an example document for each.
//!
//! Nothing is parsed here. [`super::Profiles::load`] compiles the files, and `diarium profile test` runs
//! the examples, which also serve as a pattern for the examples of a user's own profiles.

/// The embedded profiles: file name and TOML, in order of preference where two match equally well.
pub(super) const BUILT_IN: [(&str, &str); 7] = [
    (
        "piacs-application.toml",
        include_str!("built_in/piacs-application.toml"),
    ),
    (
        "esf-project.toml",
        include_str!("built_in/esf-project.toml"),
    ),
    ("esf-call.toml", include_str!("built_in/esf-call.toml")),
    (
        "esf-application.toml",
        include_str!("built_in/esf-application.toml"),
    ),
    (
        "final-report.toml",
        include_str!("built_in/final-report.toml"),
    ),
    (
        "application.toml",
        include_str!("built_in/application.toml"),
    ),
    ("document.toml", include_str!("built_in/document.toml")),
];

/// The name of [`SHARED`] in error messages.
pub(super) const SHARED_FILE: &str = "shared.toml";

/// What all kinds share: fields with their types, boilerplate lines.
pub(super) const SHARED: &str = include_str!("built_in/shared.toml");

/// The name of [`BUDGET`] in error messages.
pub(super) const BUDGET_FILE: &str = "budget.toml";

/// The words of budgets.
pub(super) const BUDGET: &str = include_str!("built_in/budget.toml");

macro_rules! label_file {
    ($language:literal) => {
        (
            $language,
            concat!("labels/", $language, ".toml"),
            include_str!(concat!("built_in/labels/", $language, ".toml")),
        )
    };
}

/// The labels that all kinds share: language, file name and TOML. Of labels that are the same in two
/// languages, the first takes precedence.
pub(super) const LABEL_FILES: [(&str, &str, &str); 5] = [
    label_file!("sv"),
    label_file!("da"),
    label_file!("nb"),
    label_file!("fi"),
    label_file!("en"),
];

/// The name of [`HEADINGS`] in error messages.
pub(super) const HEADINGS_FILE: &str = "headings.toml";

/// The words of headings without a number, by language.
pub(super) const HEADINGS: &str = include_str!("built_in/headings.toml");

/// An example document and its expected record.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// The profile's name.
    pub profile: &'static str,
    /// The document, as plain text.
    pub text: &'static str,
    /// The expected values: a partial record as JSON.
    pub expected: &'static str,
}

macro_rules! example {
    ($profile:literal) => {
        Example {
            profile: $profile,
            text: include_str!(concat!("examples/", $profile, ".txt")),
            expected: include_str!(concat!("examples/", $profile, ".expected.json")),
        }
    };
}

/// The examples of the built-in profiles.
pub const EXAMPLES: [Example; 7] = [
    example!("piacs-application"),
    example!("esf-project"),
    example!("esf-call"),
    example!("esf-application"),
    example!("final-report"),
    example!("application"),
    example!("document"),
];
