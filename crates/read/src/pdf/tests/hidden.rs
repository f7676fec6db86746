//! Text that nobody sees, text that only seems to be hidden, and text that is stored beside the page.

use lopdf::content::Operation;
use lopdf::{Object, dictionary};

use super::read_all;
use super::support::{PdfBuilder, bytes_of, full_page_image, image_over, show};
use diarium_document::{Origin, RawDocument, WarningCode};

fn numbers(name: &str, values: &[i64]) -> Operation {
    Operation::new(name, values.iter().map(|&value| value.into()).collect())
}

fn plain(name: &str) -> Operation {
    Operation::new(name, vec![])
}

/// A filled rectangle in a shade of gray: 0 black, 1 white.
fn filled(shade: i64, rect: [i64; 4]) -> Vec<Operation> {
    vec![
        numbers("g", &[shade]),
        numbers("re", &rect),
        plain("f"),
        numbers("g", &[0]),
    ]
}

/// Reads a page with the line `Siv Ek` under a heading; the other operations come before and after it.
fn read_between(before: Vec<Operation>, after: Vec<Operation>) -> RawDocument {
    let mut operations = show("Rapport om skogen", "F1", 72, 760);
    operations.extend(before);
    operations.extend(show("Siv Ek", "F1", 72, 700));
    operations.extend(after);
    read_all(
        &PdfBuilder::new()
            .with_image()
            .page(operations, dictionary! {})
            .bytes(),
    )
}

fn codes(document: &RawDocument) -> Vec<WarningCode> {
    document.warnings.iter().map(|one| one.code).collect()
}

const BOTH: &str = "Rapport om skogen\n\nSiv Ek";
const HEADING: &str = "Rapport om skogen";

#[test]
fn text_under_a_shape_that_was_drawn_later_is_left_out() {
    let name = [70, 695, 60, 16];
    let polygon = vec![
        numbers("m", &[70, 690]),
        numbers("l", &[140, 690]),
        numbers("l", &[130, 716]),
        numbers("l", &[60, 716]),
        plain("h"),
        plain("f"),
    ];
    let felt_pen = vec![
        numbers("w", &[16]),
        numbers("m", &[70, 703]),
        numbers("l", &[140, 703]),
        plain("S"),
    ];
    for cover in [filled(0, name), filled(1, name), polygon, felt_pen] {
        let document = read_between(Vec::new(), cover);
        assert_eq!(document.pages[0].text, HEADING);
        assert_eq!(codes(&document), [WarningCode::CoveredText]);
    }
}

#[test]
fn text_on_a_shape_or_under_a_line_is_read() {
    let box_before = filled(1, [70, 695, 60, 16]);
    assert_eq!(read_between(box_before, Vec::new()).pages[0].text, BOTH);
    let line = filled(0, [70, 703, 60, 1]);
    let frame = vec![numbers("re", &[70, 695, 60, 16]), plain("S")];
    for harmless in [line, frame] {
        let document = read_between(Vec::new(), harmless);
        assert_eq!(document.pages[0].text, BOTH);
        assert!(document.warnings.is_empty());
    }
}

#[test]
fn a_small_image_over_text_covers_it() {
    let mut image = vec![plain("q"), numbers("cm", &[1, 0, 0, 1, 70, 690])];
    image.extend(image_over(80, 25));
    image.push(plain("Q"));
    let document = read_between(Vec::new(), image);
    assert_eq!(document.pages[0].text, HEADING);
    assert_eq!(codes(&document), [WarningCode::CoveredText]);
}

#[test]
fn an_opaque_mask_hides_and_a_transparent_one_does_not() {
    for (alpha, expected) in [(255, HEADING), (0, BOTH)] {
        let mut builder = PdfBuilder::new();
        let gray = |shade: u8| {
            let dictionary = dictionary! {
                "Type" => "XObject", "Subtype" => "Image", "Width" => 1, "Height" => 1,
                "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8,
            };
            lopdf::Stream::new(dictionary, vec![shade])
        };
        let mask = builder.document.add_object(gray(alpha));
        let mut image = gray(0);
        image.dict.set("SMask", mask);
        let image = builder.document.add_object(image);
        builder
            .resources
            .set("XObject", dictionary! { "Im1" => image });
        let mut operations = show("Rapport om skogen", "F1", 72, 760);
        operations.extend(show("Siv Ek", "F1", 72, 700));
        operations.push(numbers("cm", &[1, 0, 0, 1, 70, 690]));
        operations.extend(image_over(80, 25));
        let bytes = builder.page(operations, dictionary! {}).bytes();
        assert_eq!(read_all(&bytes).pages[0].text, expected);
    }
}

#[test]
fn a_bar_on_a_scan_hides_the_words_of_its_layer() {
    let mut operations = full_page_image();
    operations.push(numbers("Tr", &[3]));
    operations.extend(show("Rapport om skogen", "F1", 72, 760));
    operations.extend(show("Siv Ek", "F1", 72, 700));
    operations.extend(filled(0, [70, 695, 60, 16]));
    let bytes = PdfBuilder::new()
        .with_image()
        .page(operations, dictionary! {})
        .bytes();
    let document = read_all(&bytes);
    assert_eq!(document.pages[0].text, HEADING);
    assert_eq!(codes(&document), [WarningCode::CoveredText]);
}

#[test]
fn text_in_the_color_of_its_ground_is_left_out() {
    let white = || vec![numbers("g", &[1])];
    let document = read_between(white(), Vec::new());
    assert_eq!(document.pages[0].text, HEADING);
    assert_eq!(codes(&document), [WarningCode::HiddenText]);
    let mut on_black = filled(0, [70, 695, 60, 16]);
    on_black.extend(white());
    let document = read_between(on_black, Vec::new());
    assert_eq!(document.pages[0].text, BOTH);
    assert!(document.warnings.is_empty());
}

#[test]
fn text_outside_of_its_clip_is_left_out() {
    let clip = |rect: [i64; 4]| vec![plain("q"), numbers("re", &rect), plain("W"), plain("n")];
    let document = read_between(clip([72, 400, 60, 40]), vec![plain("Q")]);
    assert_eq!(document.pages[0].text, HEADING);
    assert_eq!(codes(&document), [WarningCode::HiddenText]);
    let document = read_between(clip([70, 690, 80, 30]), vec![plain("Q")]);
    assert_eq!(document.pages[0].text, BOTH);
}

#[test]
fn text_that_is_drawn_again_over_its_cover_is_not_hidden() {
    let mut again = filled(1, [70, 695, 60, 16]);
    again.extend(show("Siv Ek", "F1", 72, 700));
    let document = read_between(Vec::new(), again);
    assert_eq!(document.pages[0].text, BOTH);
    assert!(document.warnings.is_empty());
}

#[test]
fn an_invisible_layer_without_a_picture_is_read() {
    let mut operations = vec![numbers("Tr", &[3])];
    operations.extend(show("Rapport om skogen", "F1", 72, 760));
    let bytes = PdfBuilder::new().page(operations, dictionary! {}).bytes();
    let page = &read_all(&bytes).pages[0];
    assert_eq!(page.text, HEADING);
    assert_eq!(page.origin, Origin::Ocr);
    assert!(page.confidence < 1.0);
}

#[test]
fn text_on_a_hidden_layer_is_left_out() {
    let marked = |name: &str| Operation::new("BDC", vec!["OC".into(), name.into()]);
    let mut operations = show("Rapport om skogen", "F1", 72, 760);
    for (name, text, up) in [
        ("Off", "utkast", 700),
        ("Not", "synligt", 680),
        ("Ve", "dolt", 660),
    ] {
        operations.push(marked(name));
        operations.extend(show(text, "F1", 72, up));
        operations.push(plain("EMC"));
    }
    let mut builder = PdfBuilder::new();
    let off = builder.document.add_object(dictionary! { "Type" => "OCG" });
    let group = |key: &str, value: Object| dictionary! { "Type" => "OCMD", key => value };
    let off = Object::Reference(off);
    let expression = Object::Array(vec!["And".into(), off.clone()]);
    let mut not = group("OCGs", off.clone());
    not.set("P", "AllOff");
    let properties = dictionary! {
        "Off" => off.clone(), "Not" => not, "Ve" => group("VE", expression),
    };
    builder.resources.set("Properties", properties);
    let mut document = builder.page(operations, dictionary! {}).finish();
    let layers = dictionary! {
        "OCGs" => vec![off.clone()], "D" => dictionary! { "OFF" => vec![off] },
    };
    document.catalog_mut().unwrap().set("OCProperties", layers);
    let document = read_all(&bytes_of(document));
    assert_eq!(document.pages[0].text, "Rapport om skogen\n\nsynligt");
    assert_eq!(codes(&document), [WarningCode::HiddenText]);
}

#[test]
fn values_of_fields_and_typed_annotations_are_read() {
    let place = |up: i64| vec![Object::from(200), up.into(), 400.into(), (up + 14).into()];
    let option = |code: &str, label: &str| {
        Object::Array(vec![lopdf::text_string(code), lopdf::text_string(label)])
    };
    let choice = dictionary! {
        "Subtype" => "Widget", "FT" => "Ch", "Ff" => 1 << 17, "Rect" => place(698),
        "Opt" => vec![option("1", "Norr"), option("2", "Söder")], "V" => lopdf::text_string("2"),
    };
    let typed = dictionary! {
        "Subtype" => "FreeText", "Rect" => place(678), "Contents" => lopdf::text_string("Åsa Öberg"),
    };
    let secret = dictionary! {
        "Subtype" => "Widget", "FT" => "Tx", "Ff" => 1 << 13, "Rect" => place(658),
        "V" => lopdf::text_string("hemligt"),
    };
    let annotations: Vec<Object> = [choice, typed, secret].map(Object::from).to_vec();
    let mut operations = show("Region", "F1", 72, 701);
    operations.extend(show("Namn", "F1", 72, 681));
    let bytes = PdfBuilder::new()
        .page(operations, dictionary! { "Annots" => annotations })
        .bytes();
    assert_eq!(
        read_all(&bytes).pages[0].text,
        "Region\tSöder\n\nNamn\tÅsa Öberg"
    );
}

#[test]
fn text_that_a_line_crosses_out_is_marked() {
    let line = vec![
        numbers("m", &[71, 704]),
        numbers("l", &[104, 704]),
        plain("S"),
    ];
    let page = &read_between(Vec::new(), line).pages[0];
    assert_eq!(page.text, BOTH);
    let struck: Vec<&str> = page
        .struck
        .iter()
        .map(|part| &page.text[part.clone()])
        .collect();
    assert_eq!(struck, ["Siv Ek"]);
}

#[test]
fn the_answers_of_a_form_that_the_page_does_not_show_are_a_page_of_their_own() {
    let form = "<template><subform name='f'><field name='n'><caption><value><text>Namn</text></value>\
        </caption></field></subform></template><datasets><data><f><n>Siv Ek</n></f></data></datasets>";
    let mut document = PdfBuilder::new()
        .text_page(&[("Vänta medan blanketten laddas", 72, 700)])
        .finish();
    let stream = lopdf::Stream::new(dictionary! {}, form.as_bytes().to_vec());
    let stream = document.add_object(stream);
    let form = document.add_object(dictionary! { "XFA" => stream });
    document.catalog_mut().unwrap().set("AcroForm", form);
    let pages = read_all(&bytes_of(document)).pages;
    assert_eq!(pages[1].text, "Namn\tSiv Ek");
    assert_eq!(pages[1].number, 2);
}
