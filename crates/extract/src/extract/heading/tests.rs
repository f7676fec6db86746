//! Tests of headings that are known by their words and their layout.

use crate::extract::tests::headings;

/// The headings of a document of no known kind, without their numbers and levels.
fn titles(text: &str) -> Vec<String> {
    headings("document", text)
        .into_iter()
        .map(|(_, title, _)| title)
        .filter(|title| !title.is_empty())
        .collect()
}

const PROSE: &str =
    "Kvarnen vid ån har stått tom i många år, och byn vill öppna den igen för alla som vill mala.";

#[test]
fn signs_that_agree_make_a_heading() {
    let text = format!(
        "Kvarnen i Lillby\n\n{PROSE}\n\nBakgrund till renoveringen\n\n{PROSE}\n\nVem får mala?\n\n{PROSE}\n\n\
         Så gick det\n\n{PROSE}"
    );
    let found = titles(&text);
    for title in ["Bakgrund till renoveringen", "Vem får mala?", "Så gick det"] {
        assert!(found.iter().any(|found| found == title), "{found:?}");
    }
}

#[test]
fn values_links_and_runs_of_short_lines_are_no_headings() {
    let text = format!(
        "Kvarnen i Lillby\n\n{PROSE}\n\nLillby den 4 mars 2019\n\n{PROSE}\n\nLäs mer om kvarnen\n\n{PROSE}\n\n\
         Anna Ekby\n\nBo Lillås\n\nCilla Åby\n\nDan Kvarnby\n\n{PROSE}\n\nHem > Byar > Lillby\n\n{PROSE}"
    );
    let found = titles(&text);
    for title in [
        "Lillby den 4 mars 2019",
        "Läs mer om kvarnen",
        "Bo Lillås",
        "Hem > Byar > Lillby",
    ] {
        assert!(!found.iter().any(|found| found == title), "{found:?}");
    }
}

#[test]
fn a_heading_in_running_text_follows_a_sentence_a_name_or_a_number() {
    let text = "3 Kvarnen i Lillby Sammanfattning Byn har öppnat kvarnen igen och alla får mala sitt mjöl där. Projektets \
        resultat Under året malde trettio familjer och flera skolor kom på besök till den gamla kvarnen.";
    let found = titles(text);
    for title in ["Sammanfattning", "Projektets resultat"] {
        assert!(found.iter().any(|found| found == title), "{found:?}");
    }
}

#[test]
fn a_known_word_inside_a_sentence_is_no_heading() {
    let text = "Vi skrev en sammanfattning av arbetet och en bakgrund till det, och i Resultat Kvarn beskrev vi hur alla \
        familjer i byn hade fått mala sitt mjöl under hösten.";
    let found = titles(text);
    assert!(!found.iter().any(|found| found == "Resultat"), "{found:?}");
}
