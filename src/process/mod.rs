//! Document processing: the stages in their order, from the bytes of one document to its record.
//!
//! Everything here is pure and knows no output folder, no catalogue and no other document.

mod assemble;
mod degrade;

use crate::validate::{self, Schemas, Violation};
use diarium_document::{CleanDocument, Failure, FailureCode, Heartbeat, Record, Source};
use diarium_extract::classify::{Classification, classify};
use diarium_extract::clean::clean;
use diarium_extract::extract::{Extracted, extract};
use diarium_extract::profile::Profiles;
use diarium_read::Read;

use assemble::{Parts, assemble};
use degrade::degrade;

/// How many violations a failure names.
// The first few show what is wrong; a profile that is wrong for a table may break hundreds of entries.
const MAX_LISTED_VIOLATIONS: usize = 5;

/// Takes a document that was read to its record. Pure: it depends on its arguments alone. A part of
/// the record that breaks the schema is left out, with a warning; a record that is broken beyond
/// that is a failure, so that no invalid record is ever written.
pub fn process(
    read: Read,
    source: &Source,
    profiles: &Profiles,
    schemas: &Schemas,
    heartbeat: &Heartbeat,
) -> Result<Record, Failure> {
    assemble_and_validate(
        run_stages(read, profiles, heartbeat)?,
        source,
        schemas,
        heartbeat,
    )
}

/// Assembles the record of a document that passed all stages, and validates it. A part that a stage got
/// wrong is removed; the document is not lost.
pub(crate) fn assemble_and_validate(
    outputs: StageOutputs<'_>,
    source: &Source,
    schemas: &Schemas,
    heartbeat: &Heartbeat,
) -> Result<Record, Failure> {
    let required = outputs.classification.profile.required.clone();
    let record = assemble(Parts { source, outputs });
    heartbeat.beat();
    repair_until_valid(record, &required, schemas, heartbeat)
}

/// How often a record is repaired at most.
// Twice is enough: removing a part can break only what is computed from it, the sum of a budget.
const MAX_REPAIRS: usize = 2;

/// Removes the parts of a record that violate its schema; fails if the violation is at its root.
pub(crate) fn repair_until_valid(
    mut record: Record,
    required: &[String],
    schemas: &Schemas,
    heartbeat: &Heartbeat,
) -> Result<Record, Failure> {
    for _ in 0..MAX_REPAIRS {
        let violations = check(&record, schemas, heartbeat);
        if violations.is_empty() {
            return Ok(record);
        }
        // Nothing was removed, so another attempt would meet the same violations.
        if !degrade(&mut record, &violations, required) {
            break;
        }
    }
    let violations = check(&record, schemas, heartbeat);
    match violations.as_slice() {
        [] => Ok(record),
        violations => Err(rejected(&record.schema, violations)),
    }
}

/// The output of every stage for one document.
#[derive(Debug)]
pub struct StageOutputs<'p> {
    /// As read.
    pub read: Read,
    /// Without letterhead, sentences joined.
    pub clean: CleanDocument,
    /// Its kind, and why.
    pub classification: Classification<'p>,
    /// What was found in it.
    pub extracted: Extracted,
}

/// Runs all stages on a document that was read.
pub(crate) fn run_stages<'p>(
    read: Read,
    profiles: &'p Profiles,
    heartbeat: &Heartbeat,
) -> Result<StageOutputs<'p>, Failure> {
    heartbeat.beat();
    let clean = clean(&read.document, profiles, heartbeat);
    heartbeat.beat();
    // `document` remains if no other profile matches, so that only a bug leads to `None`.
    let Some(classification) = classify(&read.document, &clean, profiles, heartbeat) else {
        let message = "no profile is loaded, not even the built-in ones";
        return Err(Failure::new(FailureCode::Internal, message));
    };
    heartbeat.beat();
    let extracted = extract(&read.document, &clean, classification.profile, heartbeat);
    heartbeat.beat();
    Ok(StageOutputs {
        read,
        clean,
        classification,
        extracted,
    })
}

fn check(record: &Record, schemas: &Schemas, heartbeat: &Heartbeat) -> Vec<Violation> {
    // In Rust first: a schema can neither compare a span with its page's text nor add up a budget.
    let mut violations = validate::check_spans(record);
    violations.extend(validate::check_budget(record));
    heartbeat.beat();
    match serde_json::to_value(record) {
        Ok(json) => violations.extend(schemas.validate(&json)),
        Err(error) => violations.push(Violation::new("", error.to_string())),
    }
    violations
}

fn rejected(schema: &str, violations: &[Violation]) -> Failure {
    let listed: Vec<String> = violations
        .iter()
        .take(MAX_LISTED_VIOLATIONS)
        .map(|violation| format!("{}: {}", violation.path, violation.message))
        .collect();
    let more = match violations.len().saturating_sub(MAX_LISTED_VIOLATIONS) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    let listed = listed.join("; ");
    Failure::new(
        FailureCode::Rejected,
        format!("the record would break {schema}: {listed}{more}; check the profile of its kind"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rejection_lists_the_first_violations() {
        let violation =
            |number: usize| Violation::new(format!("/fields/{number}"), "is no integer");
        let violations: Vec<_> = (0..7).map(violation).collect();
        let failure = rejected("document/2", &violations);
        assert!(
            failure
                .message
                .contains("/fields/4: is no integer; and 2 more")
        );
        assert!(!failure.message.contains("/fields/5"));
    }
}
