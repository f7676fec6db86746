//! Pages of image files: a PDF whose pages are the pictures of the file, without a text layer yet.
//!
//! JPEG, JPEG 2000 and fax data are contained unchanged (ISO 32000-1, 7.4.6 to 7.4.9); other pictures are
//! compressed without loss. A picture is placed as it is displayed: turned and mirrored as its file says.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};

use super::compressed;
use diarium_document::Page;
use diarium_read::image::{ColorModel, EmbeddedPage, Encoding, Limits, embedded_page};

/// The size of a page whose picture cannot be decoded: A4 in points.
const BLANK: (f32, f32) = (595.28, 841.89);

/// A PDF of the pictures of an image file, of which `pages` were read.
pub(super) fn pdf_of_pictures(original: &[u8], pages: &[Page]) -> Result<Vec<u8>, lopdf::Error> {
    let limits = Limits::default();
    // JPEG 2000 needs version 1.5.
    let mut document = Document::with_version("1.5");
    let tree = document.new_object_id();
    let mut kids: Vec<Object> = Vec::with_capacity(pages.len());
    for (index, page) in pages.iter().enumerate() {
        let picture = embedded_page(original, index, &limits);
        let size = page.size.unwrap_or(BLANK);
        kids.push(add_page(&mut document, tree, size, picture).into());
    }
    let count = i64::try_from(kids.len()).unwrap_or(i64::MAX);
    let node = dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count };
    document.objects.insert(tree, node.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes)?;
    Ok(bytes)
}

fn add_page(
    document: &mut Document,
    tree: ObjectId,
    size: (f32, f32),
    picture: Option<EmbeddedPage>,
) -> ObjectId {
    let media = vec![0.into(), 0.into(), size.0.into(), size.1.into()];
    let mut page = dictionary! { "Type" => "Page", "Parent" => tree, "MediaBox" => media };
    let mut resources = Dictionary::new();
    let mut content = Vec::new();
    if let Some(picture) = picture {
        let [a, b, c, d, e, f] = placement(&picture, size);
        content =
            format!("q\n{a:.3} {b:.3} {c:.3} {d:.3} {e:.3} {f:.3} cm\n/Im1 Do\nQ\n").into_bytes();
        let image = document.add_object(image_object(picture));
        resources.set("XObject", dictionary! { "Im1" => image });
    }
    let content = document.add_object(Stream::new(Dictionary::new(), content));
    page.set("Contents", content);
    page.set("Resources", resources);
    document.add_object(page)
}

/// The matrix that draws the picture, which fills a square with sides of 1, on the page as displayed.
fn placement(picture: &EmbeddedPage, (width, height): (f32, f32)) -> [f32; 6] {
    // A corner of the stored picture, from its top left, as a share of the displayed page.
    let shown = |(x, y): (f32, f32)| {
        let x = if picture.mirrored { 1.0 - x } else { x };
        match picture.quarter_turns {
            1 => (1.0 - y, x),
            2 => (1.0 - x, 1.0 - y),
            3 => (y, 1.0 - x),
            _ => (x, y),
        }
    };
    let point = |corner| {
        let (x, y) = shown(corner);
        (x * width, (1.0 - y) * height)
    };
    let (origin, right, up) = (point((0.0, 1.0)), point((1.0, 1.0)), point((0.0, 0.0)));
    [
        right.0 - origin.0,
        right.1 - origin.1,
        up.0 - origin.0,
        up.1 - origin.1,
        origin.0,
        origin.1,
    ]
}

/// The image object (ISO 32000-1, 8.9.5).
fn image_object(picture: EmbeddedPage) -> Stream {
    let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let mut image = dictionary! {
        "Type" => "XObject", "Subtype" => "Image",
        "Width" => number(picture.width), "Height" => number(picture.height),
    };
    let mut set_colors = |bits: u8| {
        let (space, samples) = match picture.color {
            ColorModel::Gray => ("DeviceGray", 1),
            ColorModel::Rgb => ("DeviceRGB", 3),
            ColorModel::Inks { .. } => ("DeviceCMYK", 4),
        };
        image.set("ColorSpace", space);
        image.set("BitsPerComponent", i64::from(bits));
        if picture.color == (ColorModel::Inks { inverted: true }) {
            image.set(
                "Decode",
                [1, 0]
                    .repeat(samples)
                    .into_iter()
                    .map(Object::from)
                    .collect::<Vec<_>>(),
            );
        }
    };
    match picture.encoding {
        Encoding::Samples { bits } => {
            set_colors(bits);
            return compressed(image, picture.data);
        }
        Encoding::Jpeg { is_rgb } => {
            set_colors(8);
            image.set("Filter", "DCTDecode");
            if is_rgb {
                image.set("DecodeParms", dictionary! { "ColorTransform" => 0 });
            }
        }
        // Colors and bits are in the data (ISO 32000-1, 7.4.9).
        Encoding::Jpeg2000 => image.set("Filter", "JPXDecode"),
        Encoding::Fax {
            k,
            inverted,
            aligned,
        } => {
            set_colors(1);
            image.set("Filter", "CCITTFaxDecode");
            image.set(
                "DecodeParms",
                dictionary! {
                    "K" => i64::from(k), "Columns" => number(picture.width),
                    "Rows" => number(picture.height), "BlackIs1" => inverted,
                    "EncodedByteAlign" => aligned, "EndOfBlock" => false,
                },
            );
        }
    }
    Stream::new(image, picture.data).with_compression(false)
}
