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

#[test]
fn our_own_files_are_read_again() {
    let mut document = document(page());
    let page = &mut document.pages[0];
    page.text = "Siv & kom-\nmunen\n\nOrt\tÖn".to_owned();
    page.lines.push(Line::plain(18..25, true));
    let word = |bytes, left| Word {
        bytes,
        start: (left, 207.5),
        end: (left + 18.0, 207.5),
        rect: Rect(left, 200.0, left + 18.0, 210.0),
        confidence: 0.5,
    };
    page.words.extend([word(18..21, 72.0), word(22..25, 300.0)]);
    let page = &document.pages[0];
    for clean in [cleaned(), CleanText::default()] {
        let xml = alto(&document, &clean);
        let heartbeat = diarium_document::Heartbeat::default();
        let read = diarium_read::ocr_files::read(xml.as_bytes(), &heartbeat).unwrap();
        let again = &read.pages[0];
        assert_eq!(again.text, page.text);
        let lines = |page: &Page| -> Vec<_> {
            let lines = page.lines.iter();
            lines
                .map(|line| (line.bytes.clone(), line.gap_before))
                .collect()
        };
        assert_eq!(lines(again), lines(page));
        assert_eq!(again.words.len(), page.words.len());
        for (one, other) in again.words.iter().zip(&page.words) {
            assert_eq!(one.bytes, other.bytes);
            assert!((one.confidence - other.confidence).abs() < 0.01);
            let Rect(left, top, right, bottom) = other.rect;
            let edges = [
                one.rect.0 - left,
                one.rect.1 - top,
                one.rect.2 - right,
                one.rect.3 - bottom,
            ];
            assert!(edges.iter().all(|edge| edge.abs() < 0.1), "{edges:?}");
        }
        let (width, height) = again.size.unwrap();
        assert!((width - 595.276).abs() < 0.1 && (height - 841.89).abs() < 0.1);
    }
}
