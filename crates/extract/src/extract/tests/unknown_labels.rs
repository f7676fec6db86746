//! Labels that no profile lists: a table of two hundred, in five languages and three layouts.
//!
//! The vocabulary of the test is empty except for two labels that make a block of the page, so that the
//! table stays one of unknown labels as the vocabulary grows.

use diarium_document::{CleanDocument, FieldType, Heartbeat};

use super::document;
use crate::{
    clean::clean,
    extract::{Extracted, extract},
    profile::{Profile, Profiles},
};

const TABLE: &str = include_str!("unknown_labels.tsv");
/// The share of the table that must be found with the right type.
const MIN_FOUND: f64 = 0.8;
/// A wrong field must be less certain than this.
const SURE: f64 = 0.9;

struct Row<'t> {
    language: &'t str,
    label: &'t str,
    printed: &'t str,
    layout: &'t str,
    /// A canonical field, or `other`.
    field: &'t str,
    field_type: &'t str,
}

fn rows() -> impl Iterator<Item = Row<'static>> {
    TABLE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let [language, label, printed, layout, field, field_type] =
                line.split('\t').collect::<Vec<_>>()[..]
            else {
                panic!("{line}");
            };
            Row {
                language,
                label,
                printed,
                layout,
                field,
                field_type,
            }
        })
}

impl Row<'_> {
    /// A page with the label in a block of two known ones.
    fn page(&self) -> String {
        let (label, value) = (self.label, self.printed);
        let intro = match self.language {
            "sv" => "Vi vill bygga ett torg i byn för alla som bor här och i närheten.",
            "da" => "Vi vil gerne bygge et torv i byen til alle, der bor her og i nærheden.",
            "nb" => "Vi ønsker å bygge et torg i bygda for alle som bor her og i nærheten.",
            "fi" => "Haluamme rakentaa kylään torin kaikille, jotka asuvat täällä ja lähellä.",
            _ => "We want to build a square in the village for all who live here and nearby.",
        };
        let facts = match self.layout {
            "colon" => format!("Knownone: 2018-4711\n{label}: {value}\nKnowntwo: Norr\n"),
            "cell" => format!("Knownone\t2018-4711\n{label}\t{value}\nKnowntwo\tNorr\n"),
            "below" => format!("Knownone\n2018-4711\n{label}\n{value}\nKnowntwo\nNorr\n"),
            other => panic!("{other}"),
        };
        format!("{intro}\n\n{facts}\n{intro}\n")
    }

    fn extracted(&self, profile: &Profile, profiles: &Profiles) -> Extracted {
        let document = document(&self.page());
        let clean: CleanDocument = clean(&document, profiles, &Heartbeat::default());
        extract(&document, &clean, profile, &Heartbeat::default())
    }
}

/// Whether the row's value was found where it belongs.
fn is_found(row: &Row<'_>, extracted: &Extracted) -> bool {
    if row.field == "other" {
        let mut other = extracted.other.iter();
        return other
            .any(|other| other.label == row.label && other.field_type.as_str() == row.field_type);
    }
    let names = match row.field_type {
        "period" => vec!["period_start".to_owned(), "period_end".to_owned()],
        _ => vec![row.field.to_owned()],
    };
    names.iter().all(|name| {
        let field = extracted.fields.get(name);
        field.is_some_and(|field| row.printed.contains(&field.raw))
    })
}

#[test]
fn most_unknown_labels_are_read_and_none_is_certain_of_a_wrong_field() {
    let profiles = Profiles::built_in().unwrap();
    let known = [
        ("case", FieldType::Identifier, "Knownone"),
        ("area", FieldType::Text, "Knowntwo"),
    ];
    let profile = Profiles::built_in().unwrap().with_only("document", &known);
    let (mut found, mut count, mut missed) = (0, 0, Vec::new());
    for row in rows() {
        count += 1;
        let extracted = row.extracted(&profile, &profiles);
        if is_found(&row, &extracted) {
            found += 1;
        } else {
            let names: Vec<_> = extracted.fields.keys().collect();
            let other: Vec<_> = extracted.other.iter().collect();
            let other: Vec<_> = other.iter().map(|o| (&o.label, o.field_type)).collect();
            missed.push(format!(
                "{} {}: {names:?} {other:?}",
                row.language, row.label
            ));
        }
        for (name, field) in &extracted.fields {
            let is_expected =
                name.starts_with(row.field) || ["area", "case"].contains(&name.as_str());
            assert!(
                is_expected || field.confidence < SURE,
                "{}: {name} at {}",
                row.label,
                field.confidence
            );
        }
    }
    assert!(count >= 200);
    let share = f64::from(found) / f64::from(count);
    assert!(
        share >= MIN_FOUND,
        "{share:.2}, missed:\n{}",
        missed.join("\n")
    );
    eprintln!("{share:.2} {}", missed.join("\n"));
}
