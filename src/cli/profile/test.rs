//! `diarium profile test`: do the profiles still do what their examples expect?

use std::path::Path;

use super::examples::{self, Example};
use crate::cli::eval::told;
use crate::cli::exit::Exit;
use crate::cli::show::sheet::{Look, Sheet};
use crate::cli::terminal::Style;
use crate::extractor::Extractor;
use diarium_dataset::evaluate::{Evaluation, Gold, Mistake};
use diarium_extract::profile;

/// Runs the examples of a folder of profiles, or those that diarium brings, and tells what differs.
pub(super) fn run(
    own: Option<&Path>,
    extractor: &Extractor,
    style: &Style,
) -> anyhow::Result<(String, Exit)> {
    let examples = match own {
        Some(folder) => examples::of_folder(folder)?,
        None => built_in(),
    };
    let mut sheet = Sheet::new(*style);
    let mut failed = 0;
    for example in &examples {
        let differences = differences(example, extractor);
        failed += usize::from(!differences.is_empty());
        let (mark, look) = match differences.as_slice() {
            [] => ("ok", Look::Good),
            _ => ("--", Look::Bad),
        };
        sheet.item(mark, look, &format!("{}/{}", example.profile, example.file));
        for difference in &differences {
            sheet.paragraph(5, Look::Plain, difference);
        }
    }
    sheet.gap();
    let summary = match examples.len() {
        0 => "no examples: put documents into examples/<profile>/ beside the profiles".to_owned(),
        1 => format!("1 example, {failed} not as expected"),
        count => format!("{count} examples, {failed} not as expected"),
    };
    sheet.paragraph(0, Look::Plain, &summary);
    let exit = if failed == 0 {
        Exit::Success
    } else {
        Exit::SomeFailed
    };
    Ok((sheet.text().to_owned(), exit))
}

fn built_in() -> Vec<Example> {
    let examples = profile::EXAMPLES.iter();
    examples
        .map(|example| Example {
            profile: example.profile.to_owned(),
            file: format!("{}.txt", example.profile),
            bytes: example.text.as_bytes().to_vec(),
            expected: Some(example.expected.to_owned()),
        })
        .collect()
}

/// What is not as the example expects, one line each.
pub(super) fn differences(example: &Example, extractor: &Extractor) -> Vec<String> {
    let Some(expected) = &example.expected else {
        let missing = examples::expected_path(Path::new(&example.file));
        let missing = missing.display();
        return vec![format!("{missing} is missing: say what is expected")];
    };
    let mut gold = match Gold::parse(expected, Some(&example.file)) {
        Ok(gold) => gold,
        Err(error) => return vec![format!("its expectation cannot be used: {error}")],
    };
    gold.kind.get_or_insert_with(|| example.profile.clone());
    let record = match extractor.process_bytes(&example.file, &example.bytes) {
        Ok(record) => record,
        Err(failure) => return vec![format!("{}: {}", failure.code, failure.message)],
    };
    let mut evaluation = Evaluation::default();
    evaluation.add(&gold, Some(&record));
    let mistakes = evaluation.finish().mistakes;
    mistakes.iter().map(without_document).collect()
}

/// The document is named above its differences.
fn without_document(mistake: &Mistake) -> String {
    let line = told(mistake);
    let prefix = format!("{}: ", mistake.document);
    line.strip_prefix(&prefix).unwrap_or(&line).to_owned()
}
