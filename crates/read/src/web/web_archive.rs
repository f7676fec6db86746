//! Web archive of Safari (`.webarchive`): a property list with a page, its frames and its pictures.
//!
//! Only the page and its frames are read.

use super::Frame;
use super::property_list::{self, Value};
use super::saved_page::SavedPage;
use crate::{encoding, format::contains, mime};

/// The entries that are read.
const WANTED: [&str; 6] = [
    "WebMainResource",
    "WebSubframeArchives",
    "WebResourceData",
    "WebResourceMIMEType",
    "WebResourceTextEncodingName",
    "WebResourceURL",
];

/// Frames of an archive, at most, and how deep they may be nested.
const MAX_FRAMES: usize = 500;
/// As [`MAX_FRAMES`].
const MAX_DEPTH: usize = 8;

/// Whether the bytes are such an archive.
pub(crate) fn is_web_archive(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    if bytes.starts_with(b"bplist") {
        // The keys may stand anywhere in the file.
        return contains(bytes, b"WebMainResource");
    }
    contains(head, b"<plist")
        && (contains(head, b"<key>WebMainResource</key>") || contains(head, b"<key>WebSub"))
}

/// The page in an archive; `None` if it is damaged, or has no page.
pub fn page(bytes: &[u8]) -> Option<SavedPage> {
    let archive = property_list::parse(bytes, &WANTED)?;
    let main = archive.get("WebMainResource")?;
    let mut frames = Vec::new();
    add_frames(&archive, &mut frames, 0);
    Some(SavedPage {
        html: html(main)?,
        extension: extension(main),
        frames,
        media_type: "application/x-webarchive",
    })
}

/// The pages of an archive's frames, which are archives.
fn add_frames(archive: &Value, frames: &mut Vec<Frame>, depth: usize) {
    let Some(Value::Array(archives)) = archive.get("WebSubframeArchives") else {
        return;
    };
    for archive in archives {
        if frames.len() >= MAX_FRAMES || depth > MAX_DEPTH {
            return;
        }
        let main = archive.get("WebMainResource");
        if let Some((main, html)) = main.and_then(|main| Some((main, html(main)?))) {
            let location = main.get("WebResourceURL").and_then(Value::text);
            frames.push(Frame {
                location: location.unwrap_or_default().to_owned(),
                html: encoding::decode(&html).text,
            });
        }
        add_frames(archive, frames, depth + 1);
    }
}

/// The bytes of a page, after a declaration of its charset.
fn html(resource: &Value) -> Option<Vec<u8>> {
    let Value::Data(bytes) = resource.get("WebResourceData")? else {
        return None;
    };
    let charset = resource
        .get("WebResourceTextEncodingName")
        .and_then(Value::text);
    Some(match charset {
        Some(charset) => mime::with_charset(charset, bytes),
        None => bytes.clone(),
    })
}

/// The usual extension of the page's type.
fn extension(resource: &Value) -> &'static str {
    match resource.get("WebResourceMIMEType").and_then(Value::text) {
        Some("text/plain") => "txt",
        _ => "html",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn xml(html: &str, frames: &str) -> String {
        let data = data_encoding::BASE64.encode(html.as_bytes());
        format!(
            "<?xml version=\"1.0\"?>\n<plist version=\"1.0\"><dict><key>WebMainResource</key><dict>\
             <key>WebResourceData</key><data>{data}</data><key>WebResourceMIMEType</key>\
             <string>text/html</string><key>WebResourceURL</key><string>http://a.example/s</string>\
             </dict>{frames}</dict></plist>"
        )
    }

    #[test]
    fn the_page_and_its_frames_are_found() {
        let inner = xml("<p>Innehåll", "");
        let start = inner.find("<dict>").unwrap();
        let inner = &inner[start..inner.len() - "</plist>".len()];
        let frames = format!("<key>WebSubframeArchives</key><array>{inner}</array>");
        let archive = xml("<p>Sida", &frames);
        assert!(is_web_archive(archive.as_bytes()));
        let page = page(archive.as_bytes()).unwrap();
        assert_eq!(page.html, b"<p>Sida");
        assert_eq!(page.frames[0].html, "<p>Innehåll");
        assert_eq!(page.frames[0].location, "http://a.example/s");
    }

    #[test]
    fn a_damaged_archive_has_no_page() {
        let archive = xml("<p>Sida", "");
        for length in 0..archive.len() - "</dict></plist>".len() {
            assert!(page(&archive.as_bytes()[..length]).is_none());
        }
        assert!(page(b"bplist00 WebMainResource").is_none());
    }
}
