//! Tests of numbering, on whole texts.

use std::sync::LazyLock;

use super::{Sources, numbered_headings, split_number};
use crate::clean::clean;
use crate::extract::{label::find_labels, span::SpanResolver};
use crate::profile::Profiles;
use diarium_document::{Carrier, Heartbeat, Page, RawDocument};
use proptest::prelude::*;

static PROFILES: LazyLock<Profiles> = LazyLock::new(|| Profiles::built_in().unwrap());

/// The number and title of each numbered heading.
fn numbered(pages: &[&str]) -> Vec<(String, String)> {
    let pages = pages.iter().zip(1..);
    let document = RawDocument {
        carrier: Carrier::Text,
        media_type: "text/plain",
        encoding: None,
        stated_title: None,
        pages: pages
            .map(|(text, number)| Page::from_text(number, (*text).to_owned()))
            .collect(),
        related: Vec::new(),
        warnings: Vec::new(),
    };
    let profiles = &*PROFILES;
    let heartbeat = Heartbeat::default();
    let text = clean(&document, profiles, &heartbeat).text;
    let profile = profiles.get("application").unwrap();
    let found = numbered_headings(&Sources {
        text: &text,
        hits: &find_labels(
            &text,
            &profile.vocabulary,
            &SpanResolver::new(&document, &text),
            &heartbeat,
        ),
        words: &profile.shared.numbering_words,
        counted_words: &profile.shared.counted_words,
        open_words: &profile.shared.open_words,
        contents_words: &profile.shared.contents_words,
        title: None,
        heartbeat: &heartbeat,
    });
    for heading in &found {
        assert!(text.text().get(heading.bytes.clone()).is_some());
        assert!(text.lines()[heading.line].bytes.start <= heading.bytes.start);
    }
    let parts = found.into_iter();
    parts
        .map(|heading| (heading.number.unwrap_or_default(), heading.title))
        .collect()
}

fn assert_numbered(text: &str, expected: &[(&str, &str)]) {
    let found = numbered(&[text]);
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|(number, title)| (number.as_str(), title.as_str()))
        .collect();
    assert_eq!(found, expected, "{text}");
}

const PROSE: &str =
    "byn har länge saknat en plats där alla kan mötas och prova något nytt tillsammans";

#[test]
fn a_line_of_running_text_is_divided_by_its_numbers() {
    assert_numbered(
        &format!(
            "Rapport om torget 1 Inledning Här i {PROSE}. 1.1 Syfte med arbetet Vi ville att {PROSE} 2 Metod \
             Grannarna ritade och {PROSE}. 3 Resultat Torget blev klart och {PROSE}."
        ),
        &[
            ("1", "Inledning"),
            ("1.1", "Syfte med arbetet"),
            ("2", "Metod"),
            ("3", "Resultat"),
        ],
    );
    assert_numbered(
        &format!(
            "Rapport A. Uppgifter om föreningen Namn Torgets vänner och {PROSE} B. Uppgifter om torget Plats \
             Norr, {PROSE}. C. Kostnader Allt kostade tolv kronor, {PROSE}."
        ),
        &[
            ("A", "Uppgifter om föreningen"),
            ("B", "Uppgifter om torget"),
            ("C", "Kostnader"),
        ],
    );
    assert_numbered(
        &format!(
            "Rapport 1. INLEDNING I {PROSE}. 2. MÅL OCH SYFTE Att {PROSE}. 3. EU I BYN Vi {PROSE}."
        ),
        &[
            ("1", "INLEDNING"),
            ("2", "MÅL OCH SYFTE"),
            ("3", "EU I BYN"),
        ],
    );
}

#[test]
fn two_numbered_headings_with_lettered_parts_are_enough() {
    assert_numbered(
        &format!(
            "Rapport 1. Allmänna uppgifter a) projektets namn: Torget b) plats: Norr, {PROSE} 2. Uppgifter om \
             byn a) invånare: nio, {PROSE}."
        ),
        &[
            ("1", "Allmänna uppgifter"),
            ("1a", "projektets namn:"),
            ("1b", "plats:"),
            ("2", "Uppgifter om byn"),
            ("2a", "invånare:"),
        ],
    );
}

#[test]
fn one_numbered_heading_with_lettered_parts_is_enough() {
    assert_numbered(
        &format!("Rapport 1. Allmänna uppgifter a) namn: Torget b) plats: Norr, {PROSE}, {PROSE}."),
        &[
            ("1", "Allmänna uppgifter"),
            ("1a", "namn:"),
            ("1b", "plats:"),
        ],
    );
}

#[test]
fn a_line_for_an_answer_is_no_entry_of_a_table_of_contents() {
    assert_numbered(
        "1. Namn ..........................\n\n2. Ort ...........................\n\n3. Telefon \
         .......................",
        &[("1", "Namn"), ("2", "Ort"), ("3", "Telefon")],
    );
}

#[test]
fn numbers_of_other_things_are_no_headings() {
    for text in [
        // Addresses, dates, amounts, names.
        format!(
            "Vi träffades på Storgatan 1 Norrby den 2 Maj 2009 och på Ekvägen 3 Söderby, där {PROSE}. Med \
             var Karl A. Ek och Eva B. Alm, {PROSE}."
        ),
        // Labels with values.
        format!(
            "Upplaga: 1 Antal sidor: 2 Tryck: 3 Bilagor: ingen. Det var så att {PROSE} och {PROSE}."
        ),
        // Two items of a list in a sentence.
        format!(
            "Svara på frågorna: 1. Vad gick bra? 2. Vad gick sämre? Skriv kort om {PROSE}, {PROSE}."
        ),
        // Two items of a list in a line.
        format!(
            "Skriv om två saker i {PROSE}: 1. Mötet i byn 2. Torget i byn och det som hände där, {PROSE}."
        ),
        // Counted things.
        format!("Fas 1. Planering av {PROSE}. Fas 2. Bygge av {PROSE}. Fas 3. Fest för {PROSE}."),
    ] {
        assert_numbered(&text, &[]);
    }
}

#[test]
fn page_numbers_are_no_headings() {
    let pages: Vec<String> = (3..9)
        .map(|page| format!("{page} Här i {PROSE}. Det är {PROSE}."))
        .collect();
    let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
    assert_eq!(numbered(&pages), []);
}

#[test]
fn entries_of_a_table_of_contents_are_no_headings() {
    let expected = [("1", "Inledning"), ("2", "Målet"), ("3", "Utfall")];
    assert_numbered(
        &format!(
            "1. Inledning ........ 2\n2. Målet ............ 3\n3. Utfall ........... 9\n\n1. Inledning\n\nHär i \
             {PROSE}.\n\n2. Målet\n\nAtt {PROSE}.\n\n3. Utfall\n\nTorget är klart.\n"
        ),
        &expected,
    );
    assert_numbered(
        &format!(
            "1 Inledning 2 2 Målet 3 3 Utfall 9 Torget i byn, en rapport om hur det blev med torget i vår by \
             1 Inledning Här i {PROSE}. 2 Målet Att {PROSE}. 3 Utfall Torget är klart, {PROSE}."
        ),
        &expected,
    );
    assert_numbered(
        &format!(
            "Indhold 1 Indledning Formål 2 2 Metode 3 3 Resultat Økonomi Regnskab 9 4 Bilag 12 og lidt om torvet, \
             som {PROSE}"
        ),
        &[],
    );
}

#[test]
fn every_mark_and_numeral_is_chained() {
    for (text, expected) in [
        (
            "I. Inledning\n\nVi var nio.\n\nII. Metod\n\nVi gick runt.\n\nIII. Utfall\n\nDet gick bra.",
            [("I", "Inledning"), ("II", "Metod"), ("III", "Utfall")],
        ),
        (
            "Fråga 1\nVad vill ni göra?\n\nBygga.\n\nFråga 2\nVarför?\n\nDet behövs.\n\nFråga 3\nNär?\n\nI vår.",
            [("1", "Vad vill ni göra?"), ("2", "Varför?"), ("3", "När?")],
        ),
        (
            "Del A Sökande\n\nByn.\n\nDel B Projekt\n\nTorget.\n\nDel C Kostnader\n\nFå.",
            [("A", "Sökande"), ("B", "Projekt"), ("C", "Kostnader")],
        ),
        (
            "§ 1 Namn\n\nTorget.\n\n§ 2 Ändamål\n\nAtt mötas.\n\n§ 3 Säte\n\nByn.",
            [("1", "Namn"), ("2", "Ändamål"), ("3", "Säte")],
        ),
        (
            "1) Projektets navn\n\nTorvet.\n\n2) Formål\n\nAt mødes.\n\n3) Økonomi\n\nLidt.",
            [("1", "Projektets navn"), ("2", "Formål"), ("3", "Økonomi")],
        ),
        (
            "1 a) Namn\n\nTorget.\n\n1 b) Ort\n\nByn.\n\n2 Mål\n\nAtt mötas.",
            [("1a", "Namn"), ("1b", "Ort"), ("2", "Mål")],
        ),
    ] {
        assert_numbered(text, &expected);
    }
}

#[test]
fn a_question_ends_before_its_instructions() {
    assert_numbered(
        "1.\nHar ni hållit budgeten? Om inte, skriv\nvarför.\n2.\nBeskriv hur ni har arbetat med \
         jämställdhet i\nprojektet. Skriv kort.\n3. Vad händer sedan? Skriv vad ni planerar.",
        &[
            ("1", "Har ni hållit budgeten?"),
            (
                "2",
                "Beskriv hur ni har arbetat med jämställdhet i projektet.",
            ),
            ("3", "Vad händer sedan?"),
        ],
    );
}

#[test]
fn a_list_inside_a_chapter_is_no_numbering() {
    assert_numbered(
        "Lärdomar\n\nVi vill säga tre saker:\n\n1. Börja i god tid.\n\n2. Fråga dem som bor där.\n\n3. Skriv \
         upp allt ni gör.\n\nDet var allt.",
        &[],
    );
}

#[test]
fn numbers_are_split_from_words() {
    assert_eq!(split_number("II. Metod"), (Some("II".to_owned()), "Metod"));
    assert_eq!(split_number("I skolan"), (None, "I skolan"));
    assert_eq!(split_number("3a) Ort"), (Some("3a".to_owned()), "Ort"));
}

#[test]
fn a_lost_mark_leaves_the_chain_whole() {
    assert_numbered(
        "1. Namn\n\nTorget.\n\n2 Ort\n\nByn.\n\n3. Mål\n\nAtt mötas.\n\n4. Tid\n\nI vår.",
        &[("1", "Namn"), ("2", "Ort"), ("3", "Mål"), ("4", "Tid")],
    );
}

#[test]
fn numbers_begin_again_in_each_section_and_in_an_annex() {
    assert_numbered(
        "A. Sökande\n\n1. Namn\n\nTorget.\n\n2. Ort\n\nByn.\n\nB. Projekt\n\n1. Mål\n\nAtt mötas.\n\n2. Tid\n\nI \
         vår.\n\nC. Kostnader\n\nFå.",
        &[
            ("A", "Sökande"),
            ("1", "Namn"),
            ("2", "Ort"),
            ("B", "Projekt"),
            ("1", "Mål"),
            ("2", "Tid"),
            ("C", "Kostnader"),
        ],
    );
    assert_numbered(
        "1. Namn\n\nTorget.\n\n2. Ort\n\nByn.\n\n3. Tid\n\nI vår.\n\nBilaga\n\n1. Kostnader\n\nFå.\n\n2. \
         Intäkter\n\nInga.",
        &[
            ("1", "Namn"),
            ("2", "Ort"),
            ("3", "Tid"),
            ("1", "Kostnader"),
            ("2", "Intäkter"),
        ],
    );
}

proptest! {
    #[test]
    fn any_text_is_searched(words in prop::collection::vec(
        prop_oneof![
            Just("1"), Just("2."), Just("3)"), Just("1.1"), Just("2.1.3"), Just("A."), Just("B)"), Just("II."),
            Just("§"), Just("4:"), Just("Fråga"), Just("Mål"), Just("och"), Just("ÅÄÖ"), Just("\n"), Just("\n\n"),
            Just("..."), Just("9"), Just("Innehåll"), Just("t.ex."), Just("slut."), Just("a)"), Just("När?"),
            Just("**"), Just("„é"), Just("X\u{301}"),
        ],
        0..120,
    )) {
        numbered(&[&words.join(" ")]);
    }

    #[test]
    fn any_line_is_split(line in "\\PC{0,40}") {
        let (_, title) = split_number(&line);
        prop_assert!(line.ends_with(title));
    }
}
