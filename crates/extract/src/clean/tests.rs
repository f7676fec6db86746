//! Cleaning tests: the clean text of small documents.

use super::clean;
use crate::profile::Profiles;
use diarium_document::{Carrier, CleanDocument, Heartbeat, Page, RawDocument};

/// A document of the given pages' texts.
fn document(pages: &[&str]) -> RawDocument {
    RawDocument {
        carrier: Carrier::Text,
        media_type: "text/plain",
        encoding: None,
        stated_title: None,
        pages: (1..)
            .zip(pages)
            .map(|(number, text)| Page::from_text(number, (*text).to_owned()))
            .collect(),
        related: Vec::new(),
        warnings: Vec::new(),
    }
}

fn cleaned(pages: &[&str]) -> CleanDocument {
    clean(
        &document(pages),
        &Profiles::built_in().unwrap(),
        &Heartbeat::default(),
    )
}

const HEADER: &str =
    "Stiftelsen Norrskenet för\nlärande och arbete\n\n(Ett samarbete mellan bygd och stad)\n\n";

#[test]
fn a_repeated_block_in_a_text_without_page_breaks_is_removed_and_the_sentence_is_joined() {
    let text = format!(
        "{HEADER}Ansökan\n\nVi vill att alla som bor i bygden ska kunna\n\nNORRSKENET\n\nHuvudman\n\n\
         {HEADER}lära sig något nytt varje vecka. Det är målet.\n\nNORRSKENFT\n\nHuvudman\n\n\
         {HEADER}Slut på texten är det nu."
    );
    let clean = cleaned(&[&text]);
    assert_eq!(
        clean.text.text(),
        "Ansökan\n\nVi vill att alla som bor i bygden ska kunna lära sig något nytt varje vecka. \
         Det är målet.\n\nSlut på texten är det nu."
    );
    let letterhead: Vec<&str> = clean
        .letterhead
        .iter()
        .map(|entry| entry.text.as_str())
        .collect();
    assert!(
        letterhead
            .iter()
            .any(|text| text.contains("NORRSKENFT Huvudman"))
    );
}

#[test]
fn a_repeated_block_inside_a_paragraph_is_removed() {
    let text = format!(
        "{HEADER}En första text som är helt vanlig.\n\nSå är det.\n\n{HEADER}En andra \
         text.\n\nDen är kort.\n\n{HEADER}Den tredje \
         texten går Stiftelsen Norrskenet för lärande och arbete (Ett samarbete mellan bygd och \
         stad) sida 4 vidare här."
    );
    let clean = cleaned(&[&text]);
    assert!(
        clean
            .text
            .text()
            .ends_with("Den tredje texten går vidare här."),
        "{}",
        clean.text.text()
    );
}

#[test]
fn headers_and_footers_with_changing_numbers_are_removed() {
    let pages: Vec<String> = (1..=4)
        .map(|page| {
            format!(
                "Norrskenets blankett nr 7\n\nText nummer {page} som {} skrev.\n\nSida {page} av 5   2014-01-0{page}",
                ["Anna", "Bo", "Cilla", "David"][page - 1]
            )
        })
        .collect();
    let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
    let clean = cleaned(&pages);
    assert!(
        !clean.text.text().contains("blankett"),
        "{}",
        clean.text.text()
    );
    assert!(!clean.text.text().contains("Sida"), "{}", clean.text.text());
    assert!(clean.text.text().contains("Text nummer 3 som Cilla skrev."));
    assert_eq!(clean.pages_stated, Some(5));
    assert_eq!(clean.page_labels[1].as_deref(), Some("Sida 2 av 5"));
}

#[test]
fn a_page_that_was_scanned_twice_is_no_letterhead() {
    let page = "Norrskenets blankett nr 7\n\nSökande: Byalaget Åsvallen\nBelopp: 12 000 kr\n\nVi ska bygga en bro.";
    assert!(
        cleaned(&[page, page])
            .text
            .text()
            .contains("Byalaget Åsvallen")
    );
    let other = "Norrskenets blankett nr 7\n\nBilaga med karta\n\nKartan visar vägen till bron.";
    let clean = cleaned(&[page, page, other]);
    assert!(clean.text.text().contains("Byalaget Åsvallen"));
    assert!(
        !clean.text.text().contains("blankett"),
        "{}",
        clean.text.text()
    );
}

#[test]
fn an_authors_repeated_paragraph_stays() {
    let text = "Syfte\n\nVi vill ge alla i bygden en plats att mötas på och ett arbete att gå till \
                varje dag i veckan.\nDet är vårt mål.\n\nBakgrund\n\nVi vill ge alla i bygden en \
                plats att mötas på och ett arbete att gå till varje dag i veckan.\nDet är vårt mål.";
    assert_eq!(cleaned(&[text]).text.text(), text);
    assert!(cleaned(&[text]).letterhead.is_empty());
}

#[test]
fn labels_that_repeat_are_not_letterhead() {
    let text = "Projektägare\nLärcentrum\nRegion\nNorr\n\nProjektägare\nLärcentrum\nRegion\nNorr\n\n\
                Projektägare\nLärcentrum\nRegion\nNorr";
    assert_eq!(cleaned(&[text]).text.text(), text);
}

#[test]
fn a_sentence_and_a_word_are_joined_across_a_page_break() {
    let clean = cleaned(&[
        "Arbetet utgår från de behov som finns hos ung-",
        "domarna och deras familjer, som vi möter på",
        "Torget varje vecka. Så går det till.",
        "En ny mening börjar på en ny sida.",
    ]);
    assert_eq!(
        clean.text.text(),
        "Arbetet utgår från de behov som finns hos ungdomarna och deras familjer, som vi möter på \
         Torget varje vecka. Så går det till.\n\nEn ny mening börjar på en ny sida."
    );
}

#[test]
fn wrapped_lines_are_joined_and_verses_are_not() {
    let wrapped = "Det här är en text som någon har skrivit i ett program\n\
                   som bryter raderna vid en viss bredd, så att varje rad\n\
                   nästan är lika lång som den förra, och därför ska den\n\
                   sättas ihop igen till en enda lång rad utan brytningar.";
    assert!(!cleaned(&[wrapped]).text.text().contains('\n'));
    let verses = "Äpplen\nbananer\noch päron\noch plommon";
    assert_eq!(cleaned(&[verses]).text.text(), verses);
}

#[test]
fn every_remaining_character_maps_back_to_its_page() {
    let pages = [
        "Ett **viktigt** ord och en [länk](https://example.org) på den första sidan",
        "som fortsätter här.",
    ];
    let document = document(&pages);
    let clean = clean(
        &document,
        &Profiles::built_in().unwrap(),
        &Heartbeat::default(),
    );
    let text = clean.text.text();
    assert_eq!(
        text,
        "Ett viktigt ord och en länk på den första sidan som fortsätter här."
    );
    for word in ["viktigt", "länk", "fortsätter"] {
        let at = text.find(word).unwrap();
        let origin = &clean.text.origins(at..at + word.len())[0];
        assert_eq!(
            &document.pages[origin.page].text[origin.bytes.clone()],
            word
        );
    }
}

#[test]
fn page_labels_of_many_pages_in_one_text_are_counted() {
    let clean = cleaned(&["Sid 1 (3)\n\nEn text.\n\nSid 2 (3)\n\nMer text.\n\nSid 3 (3)\n\nSlut."]);
    assert_eq!(clean.pages_stated, Some(3));
    assert_eq!(clean.page_numbers, [1, 2, 3]);
    assert_eq!(clean.page_labels, [None]);
}

#[test]
fn the_number_of_a_page_without_a_total_goes_with_its_word() {
    let clean = cleaned(&["En text om våren.", "Mer text om hösten.\n\nSida 2"]);
    assert!(!clean.text.text().contains("Sida"), "{}", clean.text.text());
    assert_eq!(clean.page_labels[1].as_deref(), Some("Sida 2"));
}

/// The clean text of pages without a layout.
fn text_of_pages(pages: &[String]) -> String {
    let document = RawDocument {
        carrier: Carrier::Text,
        media_type: "text/plain",
        encoding: None,
        stated_title: None,
        pages: (1..)
            .zip(pages)
            .map(|(number, text)| Page::from_text(number, text.clone()))
            .collect(),
        related: Vec::new(),
        warnings: Vec::new(),
    };
    let profiles = Profiles::built_in().unwrap();
    clean(&document, &profiles, &Heartbeat::default())
        .text
        .text()
        .to_owned()
}

#[test]
fn the_same_answer_under_each_question_is_the_authors() {
    let questions = [
        "Vem kom?",
        "Vad hände?",
        "Vad kostade det?",
        "Vad händer nu?",
    ];
    let page = |question: &&str| {
        format!(
            "Åsunda kommun, slutrapport\n\n{question}\n\nSvar: Ej aktuellt.\n\nVi svarar på frågan: {question} i bilagan."
        )
    };
    let pages: Vec<String> = questions.iter().map(page).collect();
    let text = text_of_pages(&pages);
    assert_eq!(text.matches("Svar: Ej aktuellt.").count(), 4, "{text}");
    assert!(!text.contains("Åsunda kommun"), "{text}");
}

#[test]
fn sentences_that_differ_in_a_number_are_the_authors() {
    let page = |number: u32| {
        format!(
            "Det kom {number} unga till oss under året.\n\nText nummer {number} om dem.\n\nSida {number} (4)"
        )
    };
    let pages: Vec<String> = (11..15).map(page).collect();
    let text = text_of_pages(&pages);
    assert_eq!(text.matches("unga till oss").count(), 4, "{text}");
}

#[test]
fn crossed_out_text_is_neither_text_nor_letterhead() {
    let text = "Sökt\t250 000 kr 175 000 kr\nBeslut\tnej ja\nHela raden\nSlut";
    let mut raw = document(&[text]);
    let struck = ["250 000 kr", "nej", "Hela raden"];
    raw.pages[0].struck = struck
        .map(|part| {
            let start = text.find(part).unwrap();
            start..start + part.len()
        })
        .into();
    let clean = clean(&raw, &Profiles::built_in().unwrap(), &Heartbeat::default());
    assert_eq!(clean.text.text(), "Sökt\t175 000 kr\nBeslut\tja\n\nSlut");
    assert_eq!(clean.letterhead, []);
    assert_eq!(clean.letterhead_text.text(), "");
    assert_eq!(clean.removed.len(), 3);
}
