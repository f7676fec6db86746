//! Extraction tests: the fields, sections and other parts of small documents.

use std::collections::BTreeMap;

mod relations;
mod unknown_labels;
mod values;

use super::{Extracted, extract};
use crate::clean::clean;
use crate::profile::Profiles;
use diarium_document::{Carrier, CleanText, FieldValue, Heartbeat, Page, RawDocument};

/// A document of one page of plain text.
fn document(text: &str) -> RawDocument {
    RawDocument {
        carrier: Carrier::Text,
        media_type: "text/plain",
        encoding: None,
        stated_title: None,
        pages: vec![Page::from_text(1, text.to_owned())],
        related: Vec::new(),
        warnings: Vec::new(),
    }
}

/// The clean text of a document of one page.
pub(super) fn clean_text(text: &str) -> CleanText {
    let profiles = Profiles::built_in().unwrap();
    clean(&document(text), &profiles, &Heartbeat::default()).text
}

pub(super) fn extracted(kind: &str, text: &str) -> Extracted {
    let document = document(text);
    let profiles = Profiles::built_in().unwrap();
    let clean = clean(&document, &profiles, &Heartbeat::default());
    extract(
        &document,
        &clean,
        profiles.get(kind).unwrap(),
        &Heartbeat::default(),
    )
}

/// The fields as text, for comparison.
fn fields(kind: &str, text: &str) -> BTreeMap<String, String> {
    let text_of = |value: FieldValue| match value {
        FieldValue::Integer(number) => number.to_string(),
        FieldValue::Text(text) => text,
    };
    extracted(kind, text)
        .fields
        .into_iter()
        .map(|(name, field)| (name, text_of(field.value)))
        .collect()
}

fn expected(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// Number, heading and level of each section.
pub(super) fn headings(kind: &str, text: &str) -> Vec<(Option<String>, String, u8)> {
    extracted(kind, text)
        .sections
        .into_iter()
        .map(|section| (section.number, section.heading, section.level))
        .collect()
}

const FACT_BOX: [(&str, &str); 6] = [
    ("email", "eva.ek@example.se"),
    ("granted_sek", "0"),
    ("organisation", "Byalaget Näset"),
    ("period_end", "2016-11-30"),
    ("period_start", "2015-10-19"),
    ("phase", "Genomförande"),
];

#[test]
fn a_fact_box_gives_the_same_fields_in_every_layout() {
    for text in [
        "Titeln\n\nProjektfasGenomförande\nProjektägareByalaget Näset\nE-posteva.ek@example.se\n\
         Beviljat ESF-stöd0 kr\nProjektperiod2015-10-19-2016-11-30\n",
        "Titeln\n\nProjektfas\nGenomförande\nProjektägare\nByalaget Näset\nE-post\neva.ek@example.se\n\
         Beviljat ESF-stöd\n0 kr\nProjektperiod\n2015-10-19 till 2016-11-30\n",
        "Titeln\n\nProjektfas:\nGenomförande\nProjektägare:\nByalaget Näset\nE-post:\n\
         eva.ek@example.se\nBeviljat ESF-stöd:\n0\nProjektperiod:\n2015-10-19 - 2016-11-30\n",
        "Titeln\n\n• Projektfas: Genomförande\n• Projektägare: Byalaget Näset\n\
         • E-post: eva.ek@example.se\n• Beviljat ESF-stöd: 0:-\n\
         • Startdatum: 2015-10-19\n• Slutdatum: 2016-11-30\n",
        "Titeln\n\nProjektfas\tGenomförande\nProjektägare\tByalaget Näset\nE-post\teva.ek@example.se\n\
         Beviljat ESF-stöd\t0 SEK\nProjektperiod\t2015/10/19 – 2016/11/30\n",
    ] {
        assert_eq!(fields("esf-project", text), expected(&FACT_BOX), "{text}");
    }
}

#[test]
fn a_label_without_a_value_is_an_absent_field() {
    let text = "Titeln\n\nProjektägare:\nE-post:\n\nTelefon:\nRegion:\nNorr\nKontaktperson:\n\n\
                Projektet handlar om att lära sig saker som är bra att kunna i arbetslivet.";
    assert_eq!(fields("esf-project", text), expected(&[("region", "Norr")]));
}

#[test]
fn prose_never_overrides_a_fact_box() {
    let text = "Titeln\n\nProjektägare: Byalaget\nBeviljat stöd: 100 000 kr\nProjektperiod: 2012-01-01 - \
                2012-12-31\n\nSammanfattning\n\nBudget: vi fick 900 000 kr. Beviljat stöd: 5 kr och \
                Projektperiod: 1999-01-01 - 1999-12-31 stod det förr.";
    let fields = fields("esf-project", text);
    assert_eq!(fields["granted_sek"], "100000");
    assert_eq!(fields["period_start"], "2012-01-01");
}

#[test]
fn an_everyday_word_is_a_label_only_where_the_layout_shows_it() {
    let alone = "Rapport\n\nFörening\nFöreningen Ljungen\n\nVi fick besök av många.";
    assert_eq!(fields("document", alone), expected(&[]));
    let colon = "Rapport\n\nFörening: Föreningen Ljungen\n\nVi fick besök av många.";
    let boxed =
        "Rapport\n\nDiarienummer\n2011-7\nFörening\nFöreningen Ljungen\nStartdatum\n2011-05-02";
    for text in [colon, boxed] {
        let fields = fields("document", text);
        let organisation = fields.get("organisation").map(String::as_str);
        assert_eq!(organisation, Some("Föreningen Ljungen"), "{text}");
    }
}

#[test]
fn the_span_of_a_field_covers_exactly_its_raw_text() {
    let text = "Om idén\n\nNamn på utvecklingsidén: **Ett nytt torg.**\n\nKontaktperson för gruppen: Eva Ek";
    let extracted = extracted("piacs-application", text);
    let field = &extracted.fields["project_name"];
    assert_eq!(field.value, FieldValue::Text("Ett nytt torg".to_owned()));
    let sliced: String = text
        .chars()
        .skip(field.span.start)
        .take(field.span.end - field.span.start)
        .collect();
    assert_eq!(sliced, field.raw);
    assert_eq!(field.raw, "Ett nytt torg");
    assert_eq!(extracted.fields["contact_name"].raw, "Eva Ek");
}

#[test]
fn numbered_questions_are_sections_and_numbered_items_are_not() {
    let text = "Ansökan\n\n1. Vad vill ni göra?\n\nVi vill tre saker:\n1. mötas\n2. lära\n3. bygga\n\n\
                2. Vilka är ni?\n\nVi är byn.\n\n3. Vad kostar det?\n\nInte mycket.";
    let found: Vec<_> = headings("application", text);
    let numbers: Vec<&str> = found
        .iter()
        .filter_map(|(number, ..)| number.as_deref())
        .collect();
    assert_eq!(numbers, ["1", "2", "3"]);
    assert_eq!(found[1].1, "Vilka är ni?");
}

#[test]
fn every_numbering_scheme_is_recognized() {
    let cases: [(&str, &[&str]); 4] = [
        (
            "1.\nSökandens ort\nByn\n2.\nVad ska göras\nBygga\n3a\nHur ska det gå till\nBra",
            &["1", "2", "3a"],
        ),
        (
            "A. Sökande\nByn\n\nB. Projekt\nB.1 Bakgrund\nLång tid.\nB.2 Syfte\nGott.\nC. Kostnader\nFå.",
            &["A", "B", "B.1", "B.2", "C"],
        ),
        (
            "1. Ange ert syfte\nGott.\n10.a Beskriv arbetet\nHårt.\n10.b Beskriv målet\nStort.",
            &["1", "10.a", "10.b"],
        ),
        (
            "1. Projektets namn: Torget\n2. Har ni sökt förut? Ja ( ) Nej ( X )\n3. Beskriv målet\nStort.",
            &["1", "2", "3"],
        ),
    ];
    for (text, numbers) in cases {
        let headings = headings("application", text);
        let found: Vec<&str> = headings
            .iter()
            .filter_map(|(number, ..)| number.as_deref())
            .collect();
        assert_eq!(found, numbers, "{text}");
    }
}

#[test]
fn headings_inside_a_line_are_found() {
    let text = "Rapport om torget Sammanfattning Projektet har byggt ett torg, med bänkar och träd i \
                två rader. Projektets resultat Torget står klart och används varje dag av dem som bor \
                nära. Syfte och mål med arbetet var gott. Jämställdhetsintegrering Alla var med.";
    let found: Vec<String> = headings("final-report", text)
        .into_iter()
        .map(|(_, heading, _)| heading)
        .collect();
    assert!(
        found.contains(&"Projektets resultat".to_owned()),
        "{found:?}"
    );
    assert!(
        found.contains(&"Jämställdhetsintegrering".to_owned()),
        "{found:?}"
    );
    assert!(
        !found.iter().any(|heading| heading.starts_with("Syfte")),
        "{found:?}"
    );
}

#[test]
fn checkboxes_before_after_and_below_their_labels_are_found() {
    for text in [
        "Fråga\n\n☐ Ja\n☒ Nej",
        "Fråga\n\nJa\t☐\nNej\t☒",
        "Fråga\n\nJa\n\nNej\n\n☐\n☒",
        "Fråga? Ja [ ] Nej [x]",
        "Fråga? Ja ( ) Nej ( X )",
        "Fråga? [ ] Ja [*] Nej",
        "Fråga?\nJa ___ Nej _x_",
        "Fråga? Ja □ Nej ■",
        "Fråga? Ja Nej X",
    ] {
        let choices: Vec<(String, Option<bool>)> = extracted("application", text)
            .choices
            .into_iter()
            .map(|choice| (choice.label, choice.checked))
            .collect();
        let expected = [
            ("Ja".to_owned(), Some(false)),
            ("Nej".to_owned(), Some(true)),
        ];
        assert_eq!(choices, expected, "{text}");
    }
}

#[test]
fn the_stated_total_of_a_budget_is_compared_with_its_sum() {
    let text = "Ansökan\n\n1. Vad vill ni?\n\nAllt.\n\n2. Budget\n\nResor\t1 000 kr\nLokal\t2 500 kr\n\
                Summa\t3 600 kr\n\n3. Övrigt\n\nInget.";
    let extracted = extracted("application", text);
    let budget = extracted.budget.unwrap();
    assert_eq!(budget.items.len(), 2);
    assert_eq!(budget.computed_total, 3_500);
    assert_eq!(budget.stated_total, Some(3_600));
    assert_eq!(budget.consistent, Some(false));
    assert!(
        extracted
            .warnings
            .iter()
            .any(|warning| warning.code == diarium_document::WarningCode::BudgetInconsistent)
    );
}

#[test]
fn text_without_a_heading_is_a_section_under_the_title() {
    let text = "Titeln\n\nProjektägare: Byalaget\nRegion: Norr\nProjektnummer: 2016/00999\n\nEn text om \
                projektet.\n\nEn till.";
    let sections = extracted("esf-project", text).sections;
    assert_eq!(sections.len(), 1);
    assert_eq!(sections[0].heading, "Titeln");
    assert!(sections[0].text.starts_with("Projektägare: Byalaget"));
    assert!(
        sections[0]
            .text
            .ends_with("En text om projektet.\n\nEn till.")
    );
}

/// The heading and the text of each section.
fn texts(kind: &str, text: &str) -> Vec<(String, String)> {
    let sections = extracted(kind, text).sections.into_iter();
    sections
        .map(|section| (section.heading, section.text))
        .collect()
}

#[test]
fn text_around_a_fact_box_and_after_a_list_is_in_a_section() {
    let text = "Verkstaden vid ån\n\nEn kort ingress om verkstaden.\n\nProjektägare: Byalaget\nRegion: Norr\n\
                Diarium finns hos kansliet\nProjektperiod: 2012-01-01 till 2012-12-31\n\nSammanfattning\n\n\
                Vi lagar cyklar tillsammans med dem som har dem.\n\nKommun\n• Ale\n• Bjuv\n\n\
                Verkstaden är öppen även för den som bor utanför kommunen.";
    let sections = texts("esf-project", text);
    let opening = &sections[0];
    assert_eq!(opening.0, "Verkstaden vid ån");
    assert!(opening.1.starts_with("En kort ingress"), "{}", opening.1);
    assert!(opening.1.contains("Diarium finns hos kansliet"));
    assert!(sections[1].1.ends_with("bor utanför kommunen."));
    assert!(!sections[1].1.contains("Bjuv"));
}

#[test]
fn a_front_page_of_nothing_but_facts_is_no_section() {
    let text = "Verkstaden vid ån\n\nProjektägare: Byalaget\nRegion: Norr\nBeviljat stöd: 5 000 kr\n\
                Projektperiod: 2012-01-01 till 2012-12-31\n\nSammanfattning\n\nVi lagar cyklar.";
    let sections = texts("esf-project", text);
    assert_eq!(
        sections,
        [("Sammanfattning".to_owned(), "Vi lagar cyklar.".to_owned())]
    );
}

#[test]
fn the_front_page_of_a_form_with_fixed_questions_is_none_of_its_sections() {
    let text = "Beslutsunderlag till styrgruppen\n\nNamn på utvecklingsidén: Torget\n\n\
                Vi svarar gärna på frågor om vår gemensamma idé.\n\n\
                1. Kort bakgrund till utvecklingsidén\n\nTorget är tomt.";
    let sections = extracted("piacs-application", text).sections;
    assert_eq!(sections[0].level, 2);
    assert!(sections[0].text.contains("Vi svarar gärna"));
    assert_eq!(sections[1].number.as_deref(), Some("1"));
}

#[test]
fn an_identifier_in_the_letterhead_is_used_if_the_text_has_none() {
    let page = |number: u32| {
        format!(
            "ANSÖKAN Diarienummer 2012-9990017 Sid {number} (3)\n\nText nummer {number}.\n\nMer text.\n\n"
        )
    };
    let text: String = (1..=3).map(page).collect();
    let extracted = extracted("application", &text);
    let field = &extracted.fields["diary_number"];
    assert_eq!(field.value, FieldValue::Text("2012-9990017".to_owned()));
    assert!(field.confidence < 0.9);
}

#[test]
fn tables_of_people_are_read_in_every_language() {
    let people = |text: &str| -> Vec<(String, Option<String>)> {
        let people = extracted("application", text).people;
        people
            .into_iter()
            .map(|person| (person.name, person.organisation))
            .collect()
    };
    let expected = [
        ("Eva Ek".to_owned(), Some("Byalaget Näset".to_owned())),
        ("Bo Alm".to_owned(), Some("Föreningen Ny väg".to_owned())),
    ];
    for text in [
        "Styrgrupp\n\nNamn\tOrganisation\nEva Ek\tByalaget Näset\nBo Alm\tFöreningen Ny väg\n\nSlut.",
        "Styregruppe\n\nVirksomhed\tNavn\nByalaget Näset\tEva Ek\nFöreningen Ny väg\tBo Alm\n",
        "Ohjausryhmä\n\nNimi\tTehtävä\tOrganisaatio\nEva Ek\tpj\tByalaget Näset\nBo Alm\tjäsen\tFöreningen Ny väg\n",
    ] {
        assert_eq!(people(text), expected, "{text}");
    }
    assert!(people("Namn\tOrganisation\nNya Vägen\tByalaget Näset\n\nText om vägen.").is_empty());
}

#[test]
fn the_projects_of_a_list_are_items_and_only_its_own_values_are_fields() {
    let project = |name: &str, owner: &str, amount: &str| {
        format!("Projektnamn: {name}\nProjektägare: {owner}\nBeviljat stöd: {amount} kr\n\n")
    };
    let text = format!(
        "Beviljade projekt\nDiarienummer: 2011-00417\n\n{}{}{}",
        project("Vindfällan", "Hedemåla byalag", "120 000"),
        project("Gröna gången", "Tallåsa kommun", "85 000"),
        project("Ljuspunkten", "Ekerums förening", "240 000"),
    );
    let found = extracted("document", &text);
    let own: Vec<&str> = found.fields.keys().map(String::as_str).collect();
    assert_eq!(own, ["diary_number"]);
    let titles: Vec<&str> = found.items.iter().map(|item| item.title.as_str()).collect();
    assert_eq!(titles, ["Vindfällan", "Gröna gången", "Ljuspunkten"]);
    let granted = |item: &diarium_document::Item| item.fields["granted_sek"].value.clone();
    let granted: Vec<FieldValue> = found.items.iter().map(granted).collect();
    assert_eq!(granted, [120_000, 85_000, 240_000].map(FieldValue::Integer));
    let warning = found
        .warnings
        .iter()
        .find(|warning| warning.message.contains("3 projects"));
    assert!(warning.is_some(), "{:?}", found.warnings);
}

#[test]
fn two_projects_and_one_that_a_header_repeats_are_no_list() {
    let repeated = "Projektnamn: Vindfällan\nProjektägare: Hedemåla byalag\n\n".repeat(4);
    assert!(extracted("document", &repeated).items.is_empty());
    let two = format!("{repeated}Projektnamn: Gröna gången\nProjektägare: Tallåsa kommun\n");
    assert!(extracted("document", &two).items.is_empty());
}
