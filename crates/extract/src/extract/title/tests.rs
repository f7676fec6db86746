use crate::{clean::clean, extract::extract, profile::Profiles};
use diarium_document::{Carrier, Heartbeat, Page, RawDocument};

fn title_of(carrier: Carrier, stated: Option<&str>, kind: &str, text: &str) -> Option<String> {
    let document = RawDocument {
        carrier,
        media_type: "text/plain",
        encoding: None,
        stated_title: stated.map(str::to_owned),
        pages: vec![Page::from_text(1, text.to_owned())],
        related: Vec::new(),
        warnings: Vec::new(),
    };
    let profiles = Profiles::built_in().unwrap();
    let heartbeat = Heartbeat::default();
    let clean = clean(&document, &profiles, &heartbeat);
    extract(&document, &clean, profiles.get(kind).unwrap(), &heartbeat).title
}

fn title(text: &str) -> Option<String> {
    title_of(Carrier::Text, None, "document", text)
}

#[test]
fn a_publisher_a_breadcrumb_and_a_label_are_no_titles() {
    for text in [
        "Åsunda kommun\n\nCykelverkstad för alla som vill\n\nBakgrund\n\nVi lagar cyklar.",
        "Hem > Nyheter > Cykelverkstad för alla som vill\n\nCykelverkstad för alla som vill\n\nVi lagar cyklar.",
        "Projekt\n\nCykelverkstad för alla som vill\n\nVi lagar cyklar och lär ut hur man gör det.",
        "verkstad-for-alla\n\nCykelverkstad för alla som vill\n\nVi lagar cyklar.",
        "22-025-S02 - Cykelverkstad för alla som vill\n\nProjektägare: Byalaget\n\nVi lagar cyklar.",
    ] {
        assert_eq!(
            title(text).as_deref(),
            Some("Cykelverkstad för alla som vill"),
            "{text}"
        );
    }
}

#[test]
fn a_name_is_preferred_to_a_type_with_a_number() {
    let text = "Arbete i Sydlandet\n\nNu kan föreningar, kommuner och andra söka medel för arbete med unga som saknar \
                sysselsättning i regionen.\n\nUtlysning 1:2019\n\nÖppnar: 2 december 2018\nStänger: 6 mars 2019\n";
    let title = title_of(Carrier::Text, None, "esf-call", text);
    assert_eq!(title.as_deref(), Some("Arbete i Sydlandet"));
}

#[test]
fn a_page_in_one_line_is_divided_at_labels_dates_and_headings() {
    let prose = "Åsunda kommun har under två år drivit en verkstad där unga lagar cyklar tillsammans med pensionärer, \
                 och resultatet är gott. Verkstaden fortsätter nästa år med egna medel och nya lokaler.";
    for (before, name, after) in [
        (
            "Socialkontoret 1 (9) ",
            "Redovisning av arbetet med verkstaden",
            " Sammanfattning ",
        ),
        (
            "2014-11-11 1 (9) Socialnämnden ",
            "Slutrapport - verkstaden vid ån",
            " 12 november 2014 ",
        ),
        (
            "",
            "Det första året med verkstaden vid ån",
            " Januari 2015 Eva Ek ",
        ),
        ("1 (2) ", "Ansökan om bidrag till verkstaden", " "),
        (
            "Handläggare: Eva Ek Till Socialnämnden ",
            "Ansökan om bidrag till verkstaden",
            " Förslag till beslut ",
        ),
    ] {
        let text = format!("{before}{name}{after}{prose}");
        assert_eq!(title(&text).as_deref(), Some(name), "{text}");
    }
}

#[test]
fn a_sharing_site_states_the_title_unless_it_states_labels() {
    let stated = |title: &str| {
        let text = "Verkstaden 2011\n\nVi lagar cyklar tillsammans.";
        title_of(Carrier::Transcript, Some(title), "document", text).unwrap()
    };
    assert_eq!(
        stated("Slutrapport: verkstaden vid ån"),
        "Slutrapport: verkstaden vid ån"
    );
    assert_eq!(stated("Projekt: Region: Dnr:"), "Verkstaden 2011");
    assert_eq!(
        stated("Slutrapport. A. Uppgifter om sökande. B. Uppgifter om projektet"),
        "Slutrapport"
    );
    assert_eq!(
        stated("Verkstaden vid ån | Åsunda kommun"),
        "Verkstaden vid ån"
    );
}

#[test]
fn a_wrapped_title_is_joined() {
    let text = "Utvärdering av verkstaden vid ån, som lagar cyklar\nför alla som saknar en egen\n\nVi lagar cyklar.";
    let title = title(text);
    let expected = "Utvärdering av verkstaden vid ån, som lagar cyklar för alla som saknar en egen";
    assert_eq!(title.as_deref(), Some(expected));
}
