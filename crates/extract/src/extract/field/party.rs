//! Parties: whose e-mail address, telephone number or name a label asks for.
//!
//! A form asks the applicant and then each partner for the same. The labels are the same too, so the heading
//! or label above them decides. A partner's value is the field's only if no other is stated.

use super::Context;
use crate::extract::label::LabelHit;
use crate::profile::{Role, is_about_others};
use diarium_document::operations;

/// The certainty of a value in the box of somebody else.
// Below any other evidence for the same field in a box or with a colon.
const OTHERS_CERTAINTY: f64 = 0.8;
/// The fields that every party has.
const FIELDS: [&str; 5] = [
    "email",
    "phone",
    "contact_name",
    "organisation",
    "organisation_number",
];
/// The lines below a heading or a label that its box has, at most.
const BOX_LINES: usize = 12;
/// The longest line, in bytes, that may name a party.
const MAX_PARTY_LINE: usize = 80;

/// The party that the labels of a text are about, read from start to end.
#[derive(Debug, Default)]
pub(super) struct Parties {
    /// How many headings were read.
    headings: usize,
    /// The line of the last sign of somebody else.
    others_since: Option<usize>,
}

impl Parties {
    /// The certainty of a label's value as that of the applicant or its contact. Labels come in order.
    pub(super) fn certainty(&mut self, context: &Context<'_>, hit: &LabelHit<'_>) -> f64 {
        self.read_headings(context, hit.line);
        let label = &hit.label;
        match label.role {
            // In running text the word is no heading of a box.
            Some(Role::Partner) if hit.layout.begins_cell() => self.others_since = Some(hit.line),
            Some(Role::Applicant | Role::Coordinator) if label.field == "organisation" => {
                self.others_since = None;
            }
            _ => {}
        }
        let is_others = self
            .others_since
            .is_some_and(|line| hit.line <= line + BOX_LINES);
        match is_others && FIELDS.contains(&label.field.as_str()) {
            true => OTHERS_CERTAINTY,
            false => 1.0,
        }
    }

    /// Reads the headings up to a line.
    fn read_headings(&mut self, context: &Context<'_>, line: usize) {
        while let Some(&heading) = context.headings.get(self.headings)
            && heading <= line
        {
            operations::count(1);
            self.headings += 1;
            let written = context.text.line(heading);
            let is_others = written.len() <= MAX_PARTY_LINE && is_about_others(written);
            self.others_since = is_others.then_some(heading);
        }
    }
}
