//! Tests of the whole PDF reader, on small generated files.

mod hidden;
mod non_text;
pub(super) mod support;

use lopdf::content::Operation;
use lopdf::{Object, dictionary};

use self::support::{PdfBuilder, bytes_of, full_page_image, show};
use super::{Limits, read};
use diarium_document::{
    Failure, FailureCode, Heartbeat, LineRole, Origin, RawDocument, Rect, WarningCode,
};
use diarium_ocr::{Mode, Ocr};

fn read_without_ocr(bytes: &[u8], limits: &Limits) -> Result<RawDocument, Failure> {
    let never = Ocr {
        mode: Mode::Never,
        ..Ocr::default()
    };
    read(bytes, limits, &never, &Heartbeat::default())
}

fn read_all(bytes: &[u8]) -> RawDocument {
    read_without_ocr(bytes, &Limits::default()).unwrap()
}

#[test]
fn swedish_letters_addresses_and_lines_come_out_as_written() {
    let bytes = PdfBuilder::new()
        .text_page(&[
            ("Räksmörgås på Åland, à 125 kr – ÅÄÖ åäö é", 72, 700),
            ("E-post: asa.oberg@exempel.se", 72, 686),
        ])
        .bytes();
    let document = read_all(&bytes);
    let page = &document.pages[0];
    assert_eq!(
        page.text,
        "Räksmörgås på Åland, à 125 kr – ÅÄÖ åäö é\nE-post: asa.oberg@exempel.se"
    );
    assert_eq!(page.origin, Origin::TextLayer);
    assert_eq!(page.confidence, 1.0);
    assert!(document.warnings.is_empty());
    let rect = page.lines[0].rect.unwrap();
    assert!((rect.0 - 72.0).abs() < 0.1, "{rect:?}");
    assert!(rect.1 > 130.0 && rect.3 < 146.0, "{rect:?}");
}

#[test]
fn bold_lines_are_known_by_their_font() {
    let mut operations = show("Rubrik", "F2", 72, 700);
    operations.extend(show("text", "F1", 72, 680));
    let bytes = PdfBuilder::new().page(operations, dictionary! {}).bytes();
    let page = &read_all(&bytes).pages[0];
    assert_eq!(page.lines[0].font_size, Some(11.0));
    assert!(page.lines[0].bold);
    assert!(!page.lines[1].bold);
}

#[test]
fn a_rotated_page_is_read_as_displayed() {
    // The text runs up the sheet; turned by a quarter it is upright.
    let matrix = [0, 1, -1, 0, 100, 72].map(Object::from);
    let operations = vec![
        Operation::new("BT", vec![]),
        Operation::new("Tf", vec!["F1".into(), 11.into()]),
        Operation::new("Tm", matrix.to_vec()),
        Operation::new("Tj", vec![Object::string_literal("liggande sida")]),
        Operation::new("ET", vec![]),
    ];
    let bytes = PdfBuilder::new()
        .page(operations, dictionary! { "Rotate" => 90 })
        .bytes();
    let page = &read_all(&bytes).pages[0];
    assert_eq!(page.text, "liggande sida");
    assert_eq!(page.size, Some((842.0, 595.0)));
    let rect = page.lines[0].rect.unwrap();
    assert!((rect.0 - 72.0).abs() < 1.0 && rect.3 < 105.0, "{rect:?}");
}

#[test]
fn text_up_the_margin_comes_last() {
    let matrix = [0, 1, -1, 0, 30, 100].map(Object::from);
    let mut operations = vec![
        Operation::new("BT", vec![]),
        Operation::new("Tf", vec!["F1".into(), 7.into()]),
        Operation::new("Tm", matrix.to_vec()),
        Operation::new("Tj", vec![Object::string_literal("blankett 12")]),
        Operation::new("ET", vec![]),
    ];
    operations.extend(show("Sidans egentliga text", "F1", 72, 400));
    let bytes = PdfBuilder::new().page(operations, dictionary! {}).bytes();
    let page = &read_all(&bytes).pages[0];
    assert_eq!(page.text, "Sidans egentliga text\n\nblankett 12");
    let rect = page.lines[1].rect.unwrap();
    assert!(rect.0 > 20.0 && rect.2 < 35.0 && rect.3 < 743.0, "{rect:?}");
}

#[test]
fn text_outside_the_page_is_dropped() {
    let bytes = PdfBuilder::new()
        .text_page(&[("syns", 72, 700), ("utanför", 700, 700)])
        .bytes();
    assert_eq!(read_all(&bytes).pages[0].text, "syns");
}

#[test]
fn a_drawn_checkbox_precedes_its_label() {
    let number = |values: &[i64]| values.iter().map(|&value| value.into()).collect();
    let mut operations = vec![
        Operation::new("re", number(&[72, 698, 11, 11])),
        Operation::new("S", vec![]),
        Operation::new("re", number(&[72, 682, 11, 11])),
        Operation::new("S", vec![]),
        Operation::new("m", number(&[74, 684])),
        Operation::new("l", number(&[81, 691])),
        Operation::new("S", vec![]),
    ];
    operations.extend(show("Ja", "F1", 90, 700));
    operations.extend(show("Nej", "F1", 90, 684));
    let bytes = PdfBuilder::new().page(operations, dictionary! {}).bytes();
    assert_eq!(read_all(&bytes).pages[0].text, "☐ Ja\n☒ Nej");
}

#[test]
fn the_fields_of_a_form_are_read() {
    let place = |up: i64, width: i64| -> Object {
        vec![72.into(), up.into(), (72 + width).into(), (up + 12).into()].into()
    };
    let field = |kind: &str, up: i64, width: i64| {
        dictionary! {
            "Type" => "Annot", "Subtype" => "Widget", "FT" => kind, "Rect" => place(up, width),
        }
    };
    let mut on = field("Btn", 698, 12);
    on.set("AS", "Ja");
    let mut off = field("Btn", 682, 12);
    off.set("AS", "Off");
    let mut name = field("Tx", 650, 200);
    name.set("V", lopdf::text_string("Åsa Öberg"));
    let annotations: Vec<Object> = [on, off, name].map(Object::from).to_vec();
    let mut operations = show("Vi söker", "F1", 90, 700);
    operations.extend(show("Vi avstår", "F1", 90, 684));
    let bytes = PdfBuilder::new()
        .page(operations, dictionary! { "Annots" => annotations })
        .bytes();
    let page = &read_all(&bytes).pages[0];
    assert_eq!(page.text, "☒ Vi söker\n☐ Vi avstår\n\nÅsa Öberg");
}

#[test]
fn an_image_of_a_page_needs_recognition() {
    let bytes = PdfBuilder::new()
        .with_image()
        .page(full_page_image(), dictionary! {})
        .bytes();
    let document = read_all(&bytes);
    assert_eq!(document.pages[0].text, "");
    assert_eq!(document.pages[0].confidence, 0.0);
    assert_eq!(document.warnings.len(), 1);
    assert_eq!(document.warnings[0].code, WarningCode::OcrNeeded);
    assert_eq!(document.warnings[0].page, Some(1));
}

#[test]
fn the_text_layer_of_a_scan_is_used_with_less_confidence() {
    let mut invisible = vec![Operation::new("Tr", vec![3.into()])];
    invisible.extend(show("osynlig men läst text", "F1", 72, 700));
    let mut under_image = full_page_image();
    under_image.extend(invisible);
    let mut covered = show("text som bilden täcker", "F1", 72, 700);
    covered.extend(full_page_image());
    let bytes = PdfBuilder::new()
        .with_image()
        .page(under_image, dictionary! {})
        .page(covered, dictionary! {})
        .bytes();
    let document = read_all(&bytes);
    assert!(document.warnings.is_empty());
    for (page, text) in document
        .pages
        .iter()
        .zip(["osynlig men läst text", "text som bilden täcker"])
    {
        assert_eq!(page.text, text);
        assert_eq!(page.origin, Origin::Ocr);
        assert_eq!(page.confidence, 0.8);
    }
}

#[test]
fn the_title_comes_from_the_metadata() {
    let mut document = PdfBuilder::new().text_page(&[("text", 72, 700)]).finish();
    let info = document.add_object(dictionary! { "Title" => lopdf::text_string("Årsrapport") });
    document.trailer.set("Info", info);
    let read = read_all(&bytes_of(document));
    assert_eq!(read.stated_title.as_deref(), Some("Årsrapport"));
}

#[test]
fn a_file_with_a_password_is_reported_as_encrypted() {
    use lopdf::{EncryptionState, EncryptionVersion, Permissions};
    let mut document = PdfBuilder::new()
        .text_page(&[("hemligt", 72, 700)])
        .finish();
    let id = Object::string_literal("0123456789abcdef");
    document.trailer.set("ID", vec![id.clone(), id]);
    let version = EncryptionVersion::V2 {
        document: &document,
        owner_password: "ägare",
        user_password: "lösen",
        key_length: 128,
        permissions: Permissions::all(),
    };
    let state = EncryptionState::try_from(version).unwrap();
    document.encrypt(&state).unwrap();
    let failure = read_without_ocr(&bytes_of(document), &Limits::default()).unwrap_err();
    assert_eq!(failure.code, FailureCode::Encrypted);
}

#[test]
fn a_truncated_file_is_read_as_far_as_it_goes() {
    let bytes = PdfBuilder::new()
        .text_page(&[("kvar på sidan", 72, 700)])
        .bytes();
    let document = read_all(&bytes[..bytes.len() - 60]);
    assert_eq!(document.pages[0].text, "kvar på sidan");
    assert_eq!(document.warnings[0].code, WarningCode::DamagedFile);
}

#[test]
fn every_truncation_is_read_or_refused() {
    let bytes = PdfBuilder::new()
        .text_page(&[("en sida", 72, 700)])
        .text_page(&[("en till", 72, 700)])
        .bytes();
    for length in 0..bytes.len() {
        let _ = read_without_ocr(&bytes[..length], &Limits::default());
    }
}

#[test]
fn a_file_that_is_no_pdf_is_refused() {
    let noise: Vec<u8> = (0..5000u32)
        .map(|index| (index * 7919 % 251) as u8)
        .collect();
    let failure = read_without_ocr(&noise, &Limits::default()).unwrap_err();
    assert_eq!(failure.code, FailureCode::Damaged);
    let failure = read_without_ocr(&[], &Limits::default()).unwrap_err();
    assert_eq!(failure.code, FailureCode::Empty);
    let small = Limits {
        file_bytes: 100,
        ..Limits::default()
    };
    let failure = read_without_ocr(&noise, &small).unwrap_err();
    assert_eq!(failure.code, FailureCode::TooLarge);
}

#[test]
fn a_cycle_in_the_page_tree_is_ignored() {
    let mut document = PdfBuilder::new().text_page(&[("ensam", 72, 700)]).finish();
    let tree = document
        .catalog()
        .and_then(|catalog| catalog.get(b"Pages"))
        .and_then(Object::as_reference)
        .unwrap();
    let root = document.get_dictionary_mut(tree).unwrap();
    root.get_mut(b"Kids")
        .and_then(Object::as_array_mut)
        .unwrap()
        .push(tree.into());
    let read = read_all(&bytes_of(document));
    assert_eq!(read.pages.len(), 1);
    assert_eq!(read.pages[0].text, "ensam");
}

#[test]
fn a_form_that_draws_itself_exponentially_is_stopped() {
    use lopdf::{Stream, content::Content};
    let mut builder = PdfBuilder::new();
    let mut inner: Option<lopdf::ObjectId> = None;
    for _ in 0..30 {
        let operations = match inner {
            None => show("x", "F1", 10, 10),
            Some(_) => vec![Operation::new("Do", vec!["X".into()]); 4],
        };
        let resources = match inner {
            None => dictionary! {},
            Some(id) => dictionary! { "XObject" => dictionary! { "X" => id } },
        };
        let form = dictionary! {
            "Type" => "XObject", "Subtype" => "Form", "Resources" => resources,
            "BBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        };
        let content = Content { operations }.encode().unwrap();
        inner = Some(builder.document.add_object(Stream::new(form, content)));
    }
    let resources = dictionary! { "XObject" => dictionary! { "X" => inner.unwrap() } };
    let draw = vec![Operation::new("Do", vec!["X".into()])];
    let bytes = builder
        .page(draw, dictionary! { "Resources" => resources })
        .text_page(&[("nästa sida", 72, 700)])
        .bytes();
    let limits = Limits {
        operations: 20_000,
        ..Limits::default()
    };
    let document = read_without_ocr(&bytes, &limits).unwrap();
    assert_eq!(document.warnings[0].code, WarningCode::DamagedFile);
    assert_eq!(document.warnings[0].page, Some(1));
    assert_eq!(document.pages[1].text, "nästa sida");
}

#[test]
fn a_decompression_bomb_is_refused() {
    let mut document = PdfBuilder::new().text_page(&[("text", 72, 700)]).finish();
    let mut bomb = lopdf::Stream::new(dictionary! {}, vec![b' '; 3 << 20]);
    bomb.compress().unwrap();
    assert!(bomb.content.len() < 10_000);
    document.add_object(bomb);
    let limits = Limits {
        stream_bytes: 1 << 20,
        ..Limits::default()
    };
    let failure = read_without_ocr(&bytes_of(document), &limits).unwrap_err();
    assert_eq!(failure.code, FailureCode::TooLarge);
}

#[test]
fn a_page_of_labels_and_values_has_rows() {
    let bytes = PdfBuilder::new()
        .text_page(&[
            ("Rubrik", 72, 700),
            ("Nya vägar in", 250, 700),
            ("Belopp", 72, 686),
            ("412 000 kr", 250, 686),
        ])
        .bytes();
    let page = &read_all(&bytes).pages[0];
    assert_eq!(page.text, "Rubrik\tNya vägar in\nBelopp\t412 000 kr");
    assert!(page.lines.iter().all(|line| line.role == LineRole::Row));
}

#[test]
fn a_decompression_bomb_in_an_object_stream_is_refused() {
    let mut document = PdfBuilder::new().text_page(&[("text", 72, 700)]).finish();
    for _ in 0..40 {
        document.add_object(Object::string_literal(vec![b' '; 100_000]));
    }
    let mut bytes = Vec::new();
    document.save_modern(&mut bytes).unwrap();
    assert!(bytes.len() < 100_000, "{}", bytes.len());
    let limits = Limits {
        stream_bytes: 1 << 20,
        ..Limits::default()
    };
    let failure = read_without_ocr(&bytes, &limits).unwrap_err();
    assert_eq!(failure.code, FailureCode::TooLarge);
}

#[test]
fn invisible_text_is_dropped() {
    let mut operations = vec![Operation::new("Tr", vec![3.into()])];
    operations.extend(show("dold text", "F1", 72, 700));
    operations.push(Operation::new("Tr", vec![0.into()]));
    operations.extend(show("synlig text", "F1", 72, 600));
    let bytes = PdfBuilder::new().page(operations, dictionary! {}).bytes();
    assert_eq!(read_all(&bytes).pages[0].text, "synlig text");
}

#[test]
fn every_line_consists_of_its_words_within_the_page() {
    let fixtures = [
        "esf-project",
        "final-report",
        "piacs-application",
        "rotated",
    ];
    for name in fixtures {
        let package = env!("CARGO_MANIFEST_DIR");
        let file = format!("{package}/../../fixtures/pdf/{name}.pdf");
        let bytes = std::fs::read(file).unwrap();
        for page in read_all(&bytes).pages {
            let (width, height) = page.size.unwrap();
            for line in &page.lines {
                let words = page.words_of(line).iter();
                let told: Vec<&str> = words.map(|word| &page.text[word.bytes.clone()]).collect();
                let printed: Vec<&str> = page.line_text(line).split_whitespace().collect();
                assert_eq!(told, printed, "{name}");
            }
            for word in &page.words {
                let Rect(left, top, right, bottom) = word.rect;
                let is_there = left < right && top < bottom && right > 0.0 && bottom > 0.0;
                assert!(is_there && left < width && top < height, "{name}: {word:?}");
            }
        }
    }
}

#[test]
fn words_of_an_upside_down_page_have_their_positions_on_the_original() {
    let lines = [
        ("Föreningen Bryggan söker bidrag", 40, 150),
        ("till en brygga för alla, byggd av", 40, 136),
        ("medlemmarna. Kostnad: 12 500 kr.", 40, 122),
    ];
    let operations = lines
        .iter()
        .flat_map(|(text, left, up)| show(text, "F1", *left, *up))
        .collect();
    let corners = [0, 0, 260, 200].map(Object::from).to_vec();
    let page = dictionary! { "MediaBox" => corners, "Rotate" => 180 };
    let bytes = PdfBuilder::new().page(operations, page).bytes();
    let always = Ocr {
        mode: Mode::Always,
        ..Ocr::default()
    };
    let document = read(&bytes, &Limits::default(), &always, &Heartbeat::default()).unwrap();
    let page = &document.pages[0];
    let words: Vec<&str> = page.text.split_whitespace().collect();
    let expected: Vec<&str> = lines.iter().flat_map(|line| line.0.split(' ')).collect();
    assert_eq!(words, expected);
    // 40 points from the left and 50 from the top of the page as it is meant to be read.
    let first = &page.words[0];
    assert!((first.start.0 - 220.0).abs() < 3.0, "{first:?}");
    assert!((first.start.1 - 150.0).abs() < 3.0, "{first:?}");
    assert!(first.end.0 < first.start.0);
}
