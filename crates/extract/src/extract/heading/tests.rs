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

#[test]
fn a_word_among_capitalized_words_is_no_heading() {
    let text = "Kvarnen i Lillby mal igen. Ekby Grupp Lillås Handlingsplan Åby Verkstad Kvarnby Samling Ladan Mjölet Vatten \
        Hjulet Stenen Rännan Dammen Forsen Bron Vägen Skogen Åkern Ängen Hagen.";
    let found = titles(text);
    assert!(
        !found.iter().any(|found| found == "Handlingsplan"),
        "{found:?}"
    );
}

#[test]
fn a_known_phrase_in_capitals_needs_no_sentence_before_it() {
    let text = "Kvarnen i Lillby rapport till byrådet MÅL OCH RAMAR Byn vill öppna kvarnen igen så att alla familjer får mala sitt \
        mjöl där under hösten.";
    let found = titles(text);
    assert!(
        found.iter().any(|found| found == "MÅL OCH RAMAR"),
        "{found:?}"
    );
}

#[test]
fn a_question_of_the_text_is_no_heading_in_it() {
    let text = "Hur gick det i kvarnen? Varför i så fall? Byn vill veta hur många familjer som har malt sitt mjöl där under \
        hösten och vad de tyckte.";
    let found = titles(text);
    assert!(
        !found.iter().any(|found| found.starts_with("Varför")),
        "{found:?}"
    );
}

#[test]
fn a_known_word_heads_a_block_of_short_lines() {
    let text = format!(
        "Kvarnen i Lillby\n\n{PROSE}\n\nAnna Ekby\nanna@lillby.example\n08-123 45 67\n\nKontakt\n\nByrådet i Lillby"
    );
    let found = titles(&text);
    assert!(found.iter().any(|found| found == "Kontakt"), "{found:?}");
}

#[test]
fn a_heading_may_end_with_a_name_in_quotation_marks_and_stand_above_wrapped_prose() {
    let text = format!(
        "Kvarnen i Lillby\n\n{PROSE}\n\nSatsningen ”Mjöl för alla”\n\nTrettio familjer från byn har malt sitt mjöl här\n\
         under hösten. De kommer tillbaka.\n\n10.15–10.30 Kaffe\n\n{PROSE}"
    );
    let found = titles(&text);
    assert!(
        found
            .iter()
            .any(|found| found == "Satsningen ”Mjöl för alla”"),
        "{found:?}"
    );
    assert!(
        !found.iter().any(|found| found.contains("Kaffe")),
        "{found:?}"
    );
}
