use lopdf::content::{Content, Operation};
use lopdf::{Document, Object, Stream, dictionary};

use super::*;
use diarium_document::{Line, Origin, Rect, Word};

/// A recognized page of this size with one line of two words in 10 points.
fn page_read(size: (f32, f32), start: (f32, f32), end: (f32, f32)) -> Page {
    let word = |bytes, from: f32, to: f32| {
        let at = |share: f32| {
            (
                start.0 + (end.0 - start.0) * share,
                start.1 + (end.1 - start.1) * share,
            )
        };
        Word {
            bytes,
            start: at(from),
            end: at(to),
            rect: Rect(0.0, 0.0, 1.0, 1.0),
            confidence: 0.9,
        }
    };
    Page {
        number: 1,
        origin: Origin::Ocr,
        text: "Åsa 😀".to_owned(),
        lines: vec![Line {
            font_size: Some(10.0),
            ..Line::plain(0..9, false)
        }],
        words: vec![word(0..4, 0.0, 0.4), word(5..9, 0.5, 1.0)],
        struck: Vec::new(),
        picture_only: true,
        confidence: 0.9,
        size: Some(size),
    }
}

/// A page that is an image, with these further entries. It inherits its resources.
fn scan(more: Dictionary) -> Document {
    let mut document = Document::with_version("1.5");
    let tree = document.new_object_id();
    let picture = document.add_object(Stream::new(
        dictionary! {
            "Type" => "XObject", "Subtype" => "Image", "Width" => 1, "Height" => 1,
            "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8,
        },
        vec![128],
    ));
    let matrix = [600, 0, 0, 800, 0, 0].map(Object::from).to_vec();
    let drawn = Content {
        operations: vec![
            Operation::new("cm", matrix),
            Operation::new("Do", vec!["Im1".into()]),
        ],
    };
    let drawn = document.add_object(Stream::new(dictionary! {}, drawn.encode().unwrap()));
    let mut page = dictionary! { "Type" => "Page", "Parent" => tree, "Contents" => drawn };
    for (key, value) in more {
        page.set(key, value);
    }
    let page = document.add_object(page);
    document.objects.insert(
        tree,
        dictionary! {
            "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1,
            "MediaBox" => vec![0.into(), 0.into(), 600.into(), 800.into()],
            "Resources" => dictionary! { "XObject" => dictionary! { "Im1" => picture } },
        }
        .into(),
    );
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    document
}

fn bytes_of(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

fn operations(copy: &[u8]) -> Vec<Operation> {
    let document = Document::load_mem(copy).unwrap();
    let id = document.get_pages()[&1];
    let content = document.get_page_content(id);
    Content::decode(&content).unwrap().operations
}

fn numbers(operation: &Operation) -> Vec<f32> {
    let operands = operation.operands.iter();
    operands.map(|one| one.as_float().unwrap()).collect()
}

/// The matrices of the words of a page with these entries.
fn matrices(more: Dictionary, page: Page) -> Vec<Vec<f32>> {
    let copy = add_text_layer(bytes_of(scan(more)), &[page])
        .unwrap()
        .unwrap();
    let operations = operations(&copy);
    let matrices = operations.iter().filter(|one| one.operator == "Tm");
    matrices.map(numbers).collect()
}

#[test]
fn the_copy_begins_with_the_original_and_draws_the_image_after_the_words() {
    let original = bytes_of(scan(dictionary! {}));
    let page = page_read((600.0, 800.0), (100.0, 200.0), (200.0, 200.0));
    let copy = add_text_layer(original.clone(), std::slice::from_ref(&page))
        .unwrap()
        .unwrap();
    assert!(copy.starts_with(&original));
    let operators: Vec<String> = operations(&copy)
        .into_iter()
        .map(|one| one.operator)
        .collect();
    let expected = [
        "q", "BT", "Tr", "Tf", "Tm", "Tz", "Tj", "Tm", "Tz", "Tj", "ET", "Q", "cm", "Do",
    ];
    assert_eq!(operators, expected);
    assert_eq!(
        add_text_layer(original.clone(), &[page]).unwrap().unwrap(),
        copy
    );
}

#[test]
fn words_have_their_displayed_positions_on_rotated_and_cropped_pages() {
    let corners = |corners: [i64; 4]| corners.map(Object::from).to_vec();
    let upright = || page_read((600.0, 800.0), (100.0, 200.0), (200.0, 200.0));
    let first = |more, page| matrices(more, page)[0].clone();
    assert_eq!(
        first(dictionary! {}, upright()),
        [1.0, 0.0, 0.0, 1.0, 100.0, 600.0]
    );
    assert_eq!(
        first(dictionary! { "Rotate" => 180 }, upright()),
        [-1.0, 0.0, 0.0, -1.0, 500.0, 200.0]
    );
    let rotated = || page_read((800.0, 600.0), (100.0, 200.0), (200.0, 200.0));
    assert_eq!(
        first(dictionary! { "Rotate" => 90 }, rotated()),
        [0.0, 1.0, -1.0, 0.0, 200.0, 100.0]
    );
    assert_eq!(
        first(dictionary! { "Rotate" => -90 }, rotated()),
        [0.0, -1.0, 1.0, 0.0, 400.0, 700.0]
    );
    let cropped = dictionary! { "CropBox" => corners([50, 100, 450, 700]) };
    let page = page_read((400.0, 600.0), (100.0, 200.0), (200.0, 200.0));
    assert_eq!(first(cropped, page), [1.0, 0.0, 0.0, 1.0, 150.0, 500.0]);
}

#[test]
fn words_of_a_skewed_page_follow_their_baseline() {
    let page = page_read((600.0, 800.0), (100.0, 200.0), (196.0, 228.0));
    let found = matrices(dictionary! {}, page);
    assert_eq!(found[0], [0.96, -0.28, 0.28, 0.96, 100.0, 600.0]);
    assert_eq!(found[1][4..], [148.0, 586.0]);
}

#[test]
fn a_page_of_another_size_or_another_number_of_pages_is_an_error() {
    let original = bytes_of(scan(dictionary! {}));
    let page = page_read((500.0, 800.0), (100.0, 200.0), (200.0, 200.0));
    let refused = add_text_layer(original.clone(), std::slice::from_ref(&page));
    assert!(matches!(refused, Err(SearchablePdfError::Pages)));
    let refused = add_text_layer(original.clone(), &[page.clone(), page]);
    assert!(matches!(refused, Err(SearchablePdfError::Pages)));
}

#[test]
fn a_document_without_scanned_pages_has_no_copy() {
    let page = Page {
        picture_only: false,
        ..page_read((600.0, 800.0), (100.0, 200.0), (200.0, 200.0))
    };
    let original = bytes_of(scan(dictionary! {}));
    assert_eq!(add_text_layer(original.clone(), &[page]).unwrap(), None);
}

#[test]
fn an_existing_font_of_the_same_name_keeps_its_name() {
    let fonts = dictionary! { "DiariumText" => dictionary! { "Type" => "Font" } };
    let more = dictionary! { "Resources" => dictionary! { "Font" => fonts } };
    let page = page_read((600.0, 800.0), (100.0, 200.0), (200.0, 200.0));
    let copy = add_text_layer(bytes_of(scan(more)), &[page])
        .unwrap()
        .unwrap();
    let chosen = operations(&copy)
        .into_iter()
        .find(|one| one.operator == "Tf");
    assert_eq!(
        chosen.unwrap().operands[0],
        Object::Name(b"DiariumTextX".to_vec())
    );
}

/// The image object of the first page.
fn picture(copy: &[u8]) -> (Dictionary, Vec<u8>) {
    let document = Document::load_mem(copy).unwrap();
    let objects = document.objects.values();
    let mut images = objects
        .filter_map(|object| object.as_stream().ok())
        .filter(|stream| {
            let subtype = stream.dict.get(b"Subtype").and_then(Object::as_name);
            subtype.is_ok_and(|subtype| subtype == b"Image")
        });
    let image = images.next().unwrap();
    (image.dict.clone(), image.content.clone())
}

#[test]
fn a_jpeg_file_is_contained_unchanged_in_its_searchable_pdf() {
    let mut jpeg = Vec::new();
    jpeg_encoder::Encoder::new(&mut jpeg, 80)
        .encode(&[180; 60 * 80], 60, 80, jpeg_encoder::ColorType::Luma)
        .unwrap();
    let page = page_read((600.0, 800.0), (100.0, 200.0), (200.0, 200.0));
    let copy = searchable_pictures(&jpeg, std::slice::from_ref(&page))
        .unwrap()
        .unwrap();
    let (dictionary, content) = picture(&copy);
    assert_eq!(content, jpeg);
    let filter = dictionary.get(b"Filter").and_then(Object::as_name);
    assert_eq!(filter.unwrap(), b"DCTDecode");
    let operations = operations(&copy);
    let matrix = operations.iter().find(|one| one.operator == "cm").unwrap();
    assert_eq!(numbers(matrix), [600.0, 0.0, 0.0, 800.0, 0.0, 0.0]);
    let words = operations.iter().filter(|one| one.operator == "Tj");
    assert_eq!(words.count(), 2);
}

#[test]
fn a_picture_without_words_has_no_copy_and_one_that_is_lost_gives_a_blank_page() {
    let blank = Page {
        words: Vec::new(),
        ..page_read((600.0, 800.0), (100.0, 200.0), (200.0, 200.0))
    };
    assert_eq!(searchable_pictures(b"no image", &[blank]).unwrap(), None);
    let page = page_read((600.0, 800.0), (100.0, 200.0), (200.0, 200.0));
    let copy = searchable_pictures(b"no image", &[page]).unwrap().unwrap();
    assert!(operations(&copy).iter().all(|one| one.operator != "Do"));
}
