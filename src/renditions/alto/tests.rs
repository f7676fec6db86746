use super::*;
use diarium_document::{Carrier, CleanLine, CleanTextBuilder, LineRole};

/// Two lines, the first of which ends in the middle of a word.
fn page() -> Page {
    let text = "Siv & kom-\nmunen".to_owned();
    let word = |bytes, left: f32, top: f32| Word {
        bytes,
        start: (left, top + 7.5),
        end: (left + 30.0, top + 8.5),
        rect: Rect(left, top, left + 30.0, top + 10.0),
        confidence: 0.876,
    };
    Page {
        number: 3,
        origin: Origin::Ocr,
        words: vec![
            word(0..3, 72.0, 100.0),
            word(4..5, 110.0, 100.0),
            word(6..10, 144.0, 100.0),
            word(11..16, 72.0, 114.0),
        ],
        lines: vec![Line::plain(0..10, false), Line::plain(11..16, false)],
        text,
        struck: Vec::new(),
        picture_only: true,
        confidence: 0.93,
        size: Some((595.276, 841.89)),
    }
}

fn document(page: Page) -> RawDocument {
    RawDocument {
        carrier: Carrier::Pdf,
        media_type: "application/pdf",
        encoding: None,
        stated_title: None,
        pages: vec![page],
        related: Vec::new(),
        warnings: Vec::new(),
    }
}

fn cleaned() -> CleanText {
    let mut builder = CleanTextBuilder::default();
    builder.start_line(CleanLine {
        bytes: 0..0,
        gap_before: false,
        role: LineRole::Body,
        bold: false,
        font_size: None,
        confidence: 1.0,
    });
    builder.copy(0, "Siv & kom", 0);
    builder.copy(0, "munen", 11);
    builder.finish()
}

fn alto(document: &RawDocument, clean: &CleanText) -> String {
    let source = AltoSource {
        path: "a & b.pdf",
        sha256: "00",
        engine: "fake 1",
        language: Some("sv"),
    };
    let pages = alto_pages(document, clean, source).unwrap();
    assert_eq!(pages[0].0, 3);
    String::from_utf8(pages[0].1.clone()).unwrap()
}

#[test]
fn words_have_positions_and_confidences() {
    let alto = alto(&document(page()), &cleaned());
    for part in [
        r#"<fileName>a &amp; b.pdf</fileName>"#,
        r#"<Page ID="page3" PHYSICAL_IMG_NR="3" HEIGHT="2970.0" WIDTH="2100.0""#,
        r#"BASELINE="254.0,379.2 613.8,382.8""#,
        r#"<String CONTENT="Siv" HPOS="254.0" VPOS="352.8" WIDTH="105.8" HEIGHT="35.3" WC="0.88"/>"#,
        r#"<SP HPOS="359.8" VPOS="352.8" WIDTH="28.2"/>"#,
        r#"<String CONTENT="&amp;""#,
        r#"PC="0.93" LANG="sv""#,
        "<processingStepSettings>fake 1</processingStepSettings>",
    ] {
        assert!(alto.contains(part), "{part} is not in {alto}");
    }
}

#[test]
fn both_parts_of_a_hyphenated_word_state_the_whole_word() {
    let alto = alto(&document(page()), &cleaned());
    for part in [
        r#"<String CONTENT="kom""#,
        r#"SUBS_TYPE="HypPart1" SUBS_CONTENT="kommunen"/>"#,
        r#"<HYP CONTENT="-""#,
        r#"<String CONTENT="munen""#,
        r#"SUBS_TYPE="HypPart2" SUBS_CONTENT="kommunen"/>"#,
    ] {
        assert!(alto.contains(part), "{part} is not in {alto}");
    }
}

#[test]
fn a_retained_hyphen_is_part_of_its_word() {
    let alto = alto(&document(page()), &CleanText::default());
    assert!(
        alto.contains(r#"CONTENT="kom-""#) && !alto.contains("SUBS_TYPE"),
        "{alto}"
    );
}

#[test]
fn a_blank_page_has_a_file_without_blocks() {
    let blank = Page {
        text: String::new(),
        lines: Vec::new(),
        words: Vec::new(),
        ..page()
    };
    let alto = alto(&document(blank), &CleanText::default());
    assert!(
        alto.contains("<PrintSpace") && !alto.contains("<TextBlock"),
        "{alto}"
    );
}

#[test]
fn a_document_without_page_sizes_has_no_files() {
    let text = document(Page::from_text(1, "Siv".to_owned()));
    let source = AltoSource {
        path: "a.txt",
        sha256: "00",
        engine: "none",
        language: None,
    };
    assert!(
        alto_pages(&text, &CleanText::default(), source)
            .unwrap()
            .is_empty()
    );
}
