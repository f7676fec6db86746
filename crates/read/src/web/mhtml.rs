//! Web archive (MHTML): find and decode the page in it.
//!
//! Browsers save a page and its images as one MIME message (`.mhtml`, `.mht`; RFC 2557). Its first part
//! of type `text/html` is the page, the others are those of its frames. Style sheets and images are not
//! read. Damaged archives are read as far as possible; decoding never fails.

use super::Frame;
use super::saved_page::SavedPage;
use crate::encoding;
use crate::mime::Part;

/// How deep parts may be nested.
const MAX_DEPTH: usize = 8;

/// Pages of an archive, at most. Each frame is one.
const MAX_PAGES: usize = 500;

/// The page in a web archive; `None` if the bytes are none.
pub fn page(bytes: &[u8]) -> Option<SavedPage> {
    // Every MIME message has this header (RFC 2045, section 4). 4 KiB are more than browsers write before
    // it, and few enough to leave texts about MIME alone.
    let head = &bytes[..bytes.len().min(4096)];
    let starts_as_message = head.first().is_some_and(u8::is_ascii_alphabetic);
    if !starts_as_message
        || !head
            .to_ascii_lowercase()
            .windows(13)
            .any(|w| w == b"mime-version:")
    {
        return None;
    }
    let mut pages = html_parts(Part::parse(bytes)).into_iter();
    let html = pages.next()?.html();
    Some(SavedPage {
        html,
        extension: "mhtml",
        frames: pages.flat_map(|page| frames(&page)).collect(),
        media_type: "multipart/related",
    })
}

/// The pages in a message, in order. Programs nest the parts of a frame in a part of their own.
fn html_parts(message: Part<'_>) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    let mut waiting = vec![(message, 0)];
    while let Some((part, depth)) = waiting.pop() {
        if is_html(&part) {
            found.push(part);
        } else if let Some(parts) = part.parts().filter(|_| depth < MAX_DEPTH) {
            let parts = parts.parts.into_iter().rev().map(Part::parse);
            waiting.extend(parts.map(|part| (part, depth + 1)));
        }
        if found.len() >= MAX_PAGES {
            break;
        }
    }
    found
}

/// A page as the content of a frame, by its address and by its identifier.
fn frames(part: &Part<'_>) -> Vec<Frame> {
    let html = encoding::decode(&part.html()).text;
    let identifier = part.text("content-id");
    let identifier = identifier.map(|id| format!("cid:{}", id.trim_matches(['<', '>', ' '])));
    let locations = [part.text("content-location"), identifier];
    let locations: Vec<String> = locations.into_iter().flatten().collect();
    let frame = |location| Frame {
        location,
        html: html.clone(),
    };
    locations.into_iter().map(frame).collect()
}

fn is_html(part: &Part<'_>) -> bool {
    let media_type = part.media_type();
    media_type == "text/html" || media_type == "application/xhtml+xml"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(encoding: &str, body: &str) -> String {
        format!(
            "From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\
             \ttype=\"text/html\";\r\n\tboundary=\"--ab\"\r\n\r\n\r\n----ab\r\n\
             Content-Type: image/png\r\n\r\nx\r\n----ab\r\nContent-Type: text/html\r\n\
             Content-Transfer-Encoding: {encoding}\r\n\r\n{body}\r\n----ab--\r\n"
        )
    }

    #[test]
    fn the_page_is_extracted_and_decoded() {
        let cases = [
            ("quoted-printable", "<p>=C3=96=\r\nn", "<p>Ön"),
            ("base64", "PHA+\r\nw5Zu", "<p>Ön"),
            ("8bit", "<p>Ön", "<p>Ön"),
        ];
        for (encoding, body, expected) in cases {
            let found = page(archive(encoding, body).as_bytes()).unwrap().html;
            assert_eq!(String::from_utf8(found).unwrap(), expected, "{encoding}");
        }
    }

    #[test]
    fn the_charset_of_the_headers_precedes_the_page() {
        let archive = b"MIME-Version: 1.0\nContent-Type: text/html; charset=macintosh\n\n<p>\x85n";
        let page = page(archive).unwrap();
        assert_eq!(page.html, b"<meta charset=\"macintosh\"><p>\x85n");
    }

    #[test]
    fn the_other_pages_are_those_of_frames() {
        let archive = b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=a\n\n--a\n\
            Content-Type: text/html\n\n<frameset>\n--a\nContent-Type: multipart/related; boundary=b\n\n\
            --b\nContent-Type: text/html\nContent-Location: http://a.example/m\nContent-ID: <x@y>\n\n\
            <p>Meny\n--b--\n--a--\n";
        let page = page(archive).unwrap();
        let found: Vec<&str> = page
            .frames
            .iter()
            .map(|frame| frame.location.as_str())
            .collect();
        assert_eq!(found, ["http://a.example/m", "cid:x@y"]);
        assert_eq!(page.frames[0].html, "<p>Meny");
    }

    #[test]
    fn other_files_are_not_archives() {
        for text in ["", "<p>MIME-Version: 1.0", "Om MIME-Version: 1.0\n\ntext"] {
            assert!(page(text.as_bytes()).is_none());
        }
    }
}
