//! Page files: images of pages, and the files in which OCR programs store their text, by their names.

use std::ffi::OsStr;
use std::path::Path;

/// Extensions of images that may be pages of a document.
const IMAGES: [&str; 11] = [
    "tif", "tiff", "jpg", "jpeg", "png", "jp2", "j2k", "jpx", "webp", "bmp", "gif",
];

/// Extensions of files that OCR programs write beside images.
// Not `html`: a web page with the name of an image is seldom its text.
const OCR_FILES: [&str; 3] = ["xml", "alto", "hocr"];

/// Whether a file with this name may be the image of a page.
pub fn is_page_image(name: &str) -> bool {
    IMAGES.contains(&extension(name).as_str())
}

/// Whether a file with this name may be the text of an image beside it.
pub fn is_ocr_file(name: &str) -> bool {
    OCR_FILES.contains(&extension(name).as_str())
}

/// The part of a name that an image and its text share: `0001` of `0001.tif` and of `0001.alto.xml`.
pub fn page_name(name: &str) -> &str {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    match stem.rsplit_once('.') {
        Some((inner, "alto" | "page" | "hocr")) => inner,
        _ => stem,
    }
}

fn extension(name: &str) -> String {
    let extension = Path::new(name).extension().and_then(OsStr::to_str);
    extension.unwrap_or("").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_and_their_texts_share_a_name() {
        assert!(is_page_image("0001.TIF") && !is_page_image("0001.pdf"));
        assert!(is_ocr_file("0001.xml") && is_ocr_file("0001.hocr"));
        for name in ["0001.tif", "0001.xml", "0001.alto.xml", "0001.page.xml"] {
            assert_eq!(page_name(name), "0001");
        }
        assert_eq!(page_name("akt 1.2.tif"), "akt 1.2");
    }
}
