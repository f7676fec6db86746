use proptest::prelude::*;

use super::*;
use crate::encoding::decode;

const TRANSCRIPT: &str = "Rapport om  ön\n\nSave this PDF as:\n WORD  PNG  TXT  JPG\n\nStorlek: px\n\
    Starta visningen från sidan:\n\nDownload \"Rapport om ön\"\n\nTranskript\n\n\
    1 1 (3) Rapport om ön\n\n2 2 (3) Ön är\n\n2007 var den större.\n\n3\n\nSlut\n\n\
    Om sjön\n\nOm sjön Den är djup\n\nLäs mer\n";

fn read_text(text: &str) -> RawDocument {
    read(decode(text.as_bytes()))
}

fn lines(page: &Page) -> Vec<(&str, LineRole)> {
    page.lines
        .iter()
        .map(|line| (page.line_text(line), line.role))
        .collect()
}

#[test]
fn a_transcript_is_recognized_by_the_sites_lines() {
    assert!(looks_like_transcript(TRANSCRIPT));
    assert!(looks_like_transcript(
        "Titel\nDownload \"Titel\"\nTranskript"
    ));
    assert!(looks_like_transcript(
        "Titel\nStorlek: px\nTranskript\n1 Text"
    ));
    assert!(!looks_like_transcript("Transkript\n\nav ett samtal"));
    assert!(!looks_like_transcript("En text om Storlek: stor"));
}

#[test]
fn pages_concatenate_to_the_file() {
    let document = read_text(TRANSCRIPT);
    let joined: String = document
        .pages
        .iter()
        .map(|page| page.text.as_str())
        .collect();
    assert_eq!(joined, TRANSCRIPT);
    let numbers: Vec<u32> = document.pages.iter().map(|page| page.number).collect();
    assert_eq!(numbers, [1, 2, 3]);
}

#[test]
fn the_title_is_the_first_line() {
    assert_eq!(read_text(TRANSCRIPT).stated_title.unwrap(), "Rapport om ön");
    let untitled = "Storlek: px\nStarta visningen från sidan:\nTranskript\n\n1 Text";
    assert_eq!(read_text(untitled).stated_title, None);
}

#[test]
fn the_sites_lines_and_page_numbers_are_boilerplate() {
    let document = read_text(TRANSCRIPT);
    let first = lines(&document.pages[0]);
    assert_eq!(first[0], ("Rapport om  ön", LineRole::Furniture));
    assert_eq!(
        first[first.len() - 2..],
        [
            ("1", LineRole::Furniture),
            ("1 (3) Rapport om ön", LineRole::Body)
        ]
    );
    assert_eq!(
        lines(&document.pages[1]),
        [
            ("2", LineRole::Furniture),
            ("2 (3) Ön är", LineRole::Body),
            ("2007 var den större.", LineRole::Body),
        ]
    );
    assert_eq!(
        lines(&document.pages[2]),
        [
            ("3", LineRole::Furniture),
            ("Slut", LineRole::Body),
            ("Om sjön", LineRole::Furniture),
            ("Om sjön Den är djup", LineRole::Furniture),
            ("Läs mer", LineRole::Furniture),
        ]
    );
}

#[test]
fn the_text_after_a_page_number_has_no_gap_before_it() {
    let page = &read_text(TRANSCRIPT).pages[1];
    assert!(!page.lines[1].gap_before);
    assert!(page.lines[2].gap_before);
}

#[test]
fn related_documents_are_listed() {
    let related = read_text(TRANSCRIPT).related;
    assert_eq!(related.len(), 1);
    assert_eq!(
        (related[0].title.as_str(), related[0].excerpt.as_str()),
        ("Om sjön", "Den är djup")
    );
}

#[test]
fn a_transcript_without_page_numbers_is_one_page() {
    let text = "Titel\nStorlek: px\nTranskript\n\nOrd utan nummer";
    let document = read_text(text);
    assert_eq!(document.pages.len(), 1);
    assert_eq!(document.pages[0].text, text);
    assert_eq!(
        lines(&document.pages[0])[3],
        ("Ord utan nummer", LineRole::Body)
    );
}

proptest! {
    #[test]
    fn pages_of_any_text_concatenate_to_the_file(
        body in "([0-9]{1,2} [a-zåäö()]{0,4}|Läs mer|Transkript|[a-c]{1,3}|\n|\n\n| ){0,40}",
    ) {
        let text = format!("Titel\nStorlek: px\nTranskript\n\n{body}");
        let document = read_text(&text);
        let joined: String = document.pages.iter().map(|page| page.text.as_str()).collect();
        prop_assert_eq!(joined, text);
        for pair in document.pages.windows(2) {
            prop_assert!(pair[0].number < pair[1].number);
        }
    }
}
