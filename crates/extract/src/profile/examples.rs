//! What does each built-in profile make of a document of its kind?
//!
//! One small invented document a kind, and what is expected of it: the profiles' own tests, which
//! anyone can run (`diarium profile test`), and a pattern for the examples of one's own profiles.

/// A document and what is expected of it.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// The profile's name.
    pub profile: &'static str,
    /// The document, as plain text.
    pub text: &'static str,
    /// What is expected: a partial record as JSON.
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
