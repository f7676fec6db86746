//! Drafting tests: profiles that are drafted from small copies of a form.

use super::*;
use diarium_document::{CleanLine, CleanTextBuilder, LineRole};

fn copy(text: &str) -> CleanDocument {
    let mut builder = CleanTextBuilder::default();
    let mut gap_before = false;
    for line in text.lines() {
        if line.is_empty() {
            gap_before = true;
            continue;
        }
        let item = line.starts_with("• ");
        builder.start_line(CleanLine {
            bytes: 0..0,
            gap_before,
            role: if item { LineRole::Item } else { LineRole::Body },
            bold: false,
            font_size: None,
            confidence: 1.0,
        });
        builder.copy(0, line, 0);
        gap_before = false;
    }
    CleanDocument {
        text: builder.finish(),
        ..CleanDocument::default()
    }
}

fn draft_of(copies: &[&str]) -> Draft {
    let samples: Vec<CleanDocument> = copies.iter().map(|text| copy(text)).collect();
    let draft = draft(&Request {
        name: "boat",
        samples: &samples,
        profiles: &Profiles::built_in().unwrap(),
        infer_type: |value| match value.parse::<u32>() {
            Ok(_) => FieldType::Integer,
            Err(_) => FieldType::Text,
        },
    });
    let own = [("boat.toml".to_owned(), draft.toml.clone())];
    Profiles::load(&own).unwrap_or_else(|error| panic!("{error}\n{}", draft.toml));
    draft
}

fn names(draft: &Draft) -> Vec<&str> {
    draft
        .fields
        .iter()
        .map(|field| field.name.as_str())
        .collect()
}

#[test]
fn shared_labels_keep_their_field_and_others_get_a_new_one() {
    let draft = draft_of(&[
        "Anmälan om båtplats\n\nKontaktperson: Åke Sjö\nBåtens längd: 7\nHyra, belopp: 900",
    ]);
    assert_eq!(
        names(&draft),
        ["contact_name", "batens_langd", "hyra_belopp_sek"]
    );
}

#[test]
fn a_label_of_only_one_copy_is_a_comment_and_not_a_field() {
    let draft = draft_of(&[
        "Anmälan\n\nBåtens längd: 7\nBåtens bredd: 2",
        "Anmälan\n\nBåtens längd: 9",
    ]);
    assert_eq!(names(&draft), ["batens_langd"]);
    assert!(draft.toml.contains("#   Båtens bredd"), "{}", draft.toml);
}

#[test]
fn quotes_and_punctuation_are_escaped() {
    let draft = draft_of(&[
        "Anmälan \"B\\1\" till Anna's brygga (ny)\n\n1. Varför \"just\" här?\n\nJa.\n\n2. Hur (och när)?\n\nNu.",
    ]);
    assert!(
        draft.toml.contains(r#"heading = "Varför \"just\" här?""#),
        "{}",
        draft.toml
    );
}

#[test]
fn a_copy_without_a_form_makes_a_profile_that_loads() {
    assert!(names(&draft_of(&[""])).is_empty());
}

#[test]
fn lists_and_open_labels_keep_the_names_that_other_kinds_give_them() {
    let draft = draft_of(&[
        "Anmälan\n\nKontaktperson för laget: Åke Sjö\n\nKommun\n• Ekby\n• Almvik\n\nKommuner\n• Granvik\n• Lindåsa",
    ]);
    assert_eq!(names(&draft), ["contact_name"]);
    let list = "[lists.municipalities]\nheadings = [\"Kommun\", \"Kommuner\"]";
    assert!(draft.toml.contains(list), "{}", draft.toml);
}

#[test]
fn the_name_of_a_kind_has_lowercase_letters_digits_and_hyphens() {
    for (name, good) in [
        ("boat-2", true),
        ("", false),
        ("Boat", false),
        ("2boat", false),
        ("../boat", false),
    ] {
        assert_eq!(is_kind_name(name), good, "{name}");
    }
}
