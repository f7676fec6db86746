//! Scanned page: a small PDF with an image, for tests of OCR.

use lopdf::{Document, Stream, dictionary};

/// A page of 4 by 3 inches at 150 dpi with a bar of ink on it. Larger pages take long without
/// optimization.
pub(crate) fn small_scan() -> Document {
    let mut pixels = vec![255; 600 * 450];
    for row in 127..157 {
        pixels[600 * row + 96..600 * row + 283].fill(0);
    }
    let mut document = Document::with_version("1.5");
    let mut picture = Stream::new(
        dictionary! {
            "Type" => "XObject", "Subtype" => "Image", "Width" => 600, "Height" => 450,
            "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8,
        },
        pixels,
    );
    picture.compress().unwrap();
    let picture = document.add_object(picture);
    let drawn = Stream::new(dictionary! {}, b"288 0 0 216 0 0 cm /Im1 Do".to_vec());
    let drawn = document.add_object(drawn);
    let tree = document.new_object_id();
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => tree, "Contents" => drawn,
        "MediaBox" => vec![0.into(), 0.into(), 288.into(), 216.into()],
        "Resources" => dictionary! { "XObject" => dictionary! { "Im1" => picture } },
    });
    let pages = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
    document.objects.insert(tree, pages.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    document
}
