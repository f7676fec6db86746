//! Web crawls (WARC 1.1, ISO 28500; ARC, its predecessor): the documents that servers sent, one member each.
//!
//! Pictures, style sheets and scripts are no documents, nor are the records of the crawler about itself. They
//! are counted, not listed. Not by the crate `warc`: it brings four others, and stops at the first damage.

use std::borrow::Cow;
use std::io::Read as _;
use std::ops::Range;

use diarium_document::{Failure, FailureCode};
use flate2::read::MultiGzDecoder;

use super::{
    Archive, Contents, Member, member_path::MemberPaths, too_many_bytes, too_many_members, unpack,
};
use crate::Options;
use crate::http::Response;
use crate::mime::Part;

/// What failures call a member and the file.
const MEMBER: &str = "the record of the WARC file";
/// As [`MEMBER`].
const FILE: &str = "the WARC file";

/// Bytes of a record's headers, at most.
const MAX_HEADERS: usize = 64 << 10;

/// A crawl with its documents.
pub(super) struct Warc<'b> {
    bytes: Cow<'b, [u8]>,
    options: &'b Options,
    contents: Contents,
    /// The content of each member's record.
    blocks: Vec<Range<usize>>,
}

/// Whether the file is a crawl, packed with gzip or not.
pub(super) fn is_warc(bytes: &[u8]) -> bool {
    if !bytes.starts_with(b"\x1f\x8b") {
        return is_record(bytes);
    }
    let mut start = Vec::new();
    let reader = MultiGzDecoder::new(bytes).take(ARC.len() as u64);
    // What precedes the damage is enough.
    let _ = { reader }.read_to_end(&mut start);
    is_record(&start)
}

/// How the first record of the older format begins.
const ARC: &[u8] = b"filedesc://";

fn is_record(bytes: &[u8]) -> bool {
    bytes.starts_with(b"WARC/") || bytes.starts_with(ARC)
}

impl<'b> Warc<'b> {
    /// The documents of a crawl.
    pub(super) fn open(bytes: &'b [u8], options: &'b Options) -> Result<Self, Failure> {
        let mut warc = Self {
            bytes: bytes.into(),
            options,
            contents: Contents::default(),
            blocks: Vec::new(),
        };
        if bytes.starts_with(b"\x1f\x8b") {
            let limit = unpack::most_bytes(bytes.len() as u64, options);
            let reader = MultiGzDecoder::new(bytes);
            let (unpacked, is_whole) = unpack::unpack_what_is_there(reader, limit, FILE, options)?;
            warc.bytes = unpacked.into();
            warc.contents.damage = (!is_whole).then(|| unpack::damaged(FILE));
        }
        warc.add_members()?;
        Ok(warc)
    }

    fn add_members(&mut self) -> Result<(), Failure> {
        let limits = &self.options.container;
        let mut paths = MemberPaths::default();
        let mut at = 0;
        let mut total = 0_u64;
        let mut records = 0;
        let parse = if self.bytes.starts_with(ARC) {
            Record::parse_arc
        } else {
            Record::parse
        };
        while let Some(record) = parse(&self.bytes, at) {
            self.options.heartbeat.step(records);
            records += 1;
            at = record.end;
            if record.is_cut {
                self.contents.damage = Some(unpack::damaged(FILE));
            }
            let block = self.bytes.get(record.block.clone()).unwrap_or_default();
            let Some(name) = record.member_name(block) else {
                self.contents.skipped += 1;
                continue;
            };
            if self.blocks.len() >= limits.members {
                return Err(too_many_members(limits));
            }
            total = total.saturating_add(block.len() as u64);
            if total > limits.total_bytes {
                return Err(too_many_bytes(limits));
            }
            let path = paths.add(&name, self.blocks.len() + 1);
            self.contents.members.push(Member { path, bytes: 0 });
            self.blocks.push(record.block);
        }
        let rest = self.bytes.get(at..).unwrap_or_default();
        if !rest.trim_ascii().is_empty() {
            self.contents.damage = Some(unpack::damaged(FILE));
        }
        Ok(())
    }
}

impl Archive for Warc<'_> {
    fn contents(&self) -> &Contents {
        &self.contents
    }

    fn extract(&self, member: usize) -> Result<Vec<u8>, Failure> {
        extract(&self.blocks, member, &self.bytes, self.options)
    }
}

impl Warc<'_> {
    /// The place of each member, and the unpacked file if it was packed.
    pub(super) fn into_blocks(self) -> (Contents, Vec<Range<usize>>, Option<Vec<u8>>) {
        let unpacked = match self.bytes {
            Cow::Owned(unpacked) => Some(unpacked),
            Cow::Borrowed(_) => None,
        };
        (self.contents, self.blocks, unpacked)
    }
}

/// The bytes of a member of the crawl with these records.
pub(super) fn extract(
    blocks: &[Range<usize>],
    member: usize,
    bytes: &[u8],
    options: &Options,
) -> Result<Vec<u8>, Failure> {
    let range = blocks.get(member).cloned();
    let block = range.and_then(|range| bytes.get(range));
    let block = block.ok_or_else(|| unpack::damaged(MEMBER))?;
    let body = Response::parse(block).map_or(Cow::Borrowed(block), |response| response.body());
    if body.is_empty() {
        let message = format!("{MEMBER} has no content");
        return Err(Failure::new(FailureCode::Empty, message));
    }
    if body.len() as u64 > options.container.member_bytes {
        return Err(unpack::too_large(MEMBER));
    }
    Ok(body.into_owned())
}

/// A record of a crawl.
struct Record {
    /// What the record is, in lower case.
    kind: String,
    /// The media type of its content, if that is no response of a server.
    media_type: String,
    address: String,
    /// Where its content is.
    block: Range<usize>,
    /// Where the next record may begin.
    end: usize,
    /// Whether the file ends within the record.
    is_cut: bool,
}

impl Record {
    /// The record at this position, or the next one if there is damage.
    fn parse(bytes: &[u8], at: usize) -> Option<Self> {
        let start = next_record(bytes, at)?;
        let rest = bytes.get(start..)?;
        let version = rest.iter().position(|&byte| byte == b'\n')? + 1;
        let head = rest.get(version..rest.len().min(version + MAX_HEADERS))?;
        let headers = Part::parse(head);
        let begin = start + version + (head.len() - headers.body().len());
        let text = |name: &str| headers.text(name).unwrap_or_default();
        let length: usize = text("content-length").trim().parse().ok()?;
        let record = Self {
            kind: text("warc-type").to_ascii_lowercase(),
            media_type: headers.media_type(),
            address: text("warc-target-uri"),
            ..Self::of_block(begin, length, bytes)
        };
        Some(record)
    }

    /// The record of the older format at this position: a line of address, server, time, media type and,
    /// last, length; then the response.
    fn parse_arc(bytes: &[u8], at: usize) -> Option<Self> {
        let rest = bytes.get(at..)?;
        let start = at + rest.iter().position(|byte| !byte.is_ascii_whitespace())?;
        let line = bytes.get(start..bytes.len().min(start + MAX_HEADERS))?;
        let length = line.iter().position(|&byte| byte == b'\n')?;
        let line = String::from_utf8_lossy(line.get(..length)?);
        let words: Vec<&str> = line.split_whitespace().collect();
        let ([address, ..], [.., size]) = (words.as_slice(), words.as_slice()) else {
            return None;
        };
        let record = Self {
            kind: "response".to_owned(),
            media_type: String::new(),
            address: (*address).to_owned(),
            ..Self::of_block(start + length + 1, size.parse().ok()?, bytes)
        };
        Some(record)
    }

    fn of_block(begin: usize, length: usize, bytes: &[u8]) -> Self {
        let end = begin.saturating_add(length);
        Self {
            kind: String::new(),
            media_type: String::new(),
            address: String::new(),
            block: begin.min(bytes.len())..end.min(bytes.len()),
            end: end.min(bytes.len()),
            is_cut: end > bytes.len(),
        }
    }

    /// The name of the document in the record; `None` if it is none.
    fn member_name(&self, block: &[u8]) -> Option<String> {
        let media_type = match self.kind.as_str() {
            "response" => {
                let response = Response::parse(block)?;
                // Others redirect to a document, or say that there is none.
                (response.status == 200).then(|| response.media_type())?
            }
            "resource" | "conversion" => self.media_type.clone(),
            _ => return None,
        };
        let address = self.address.trim_matches(['<', '>', ' ']);
        let is_web = address.contains("://");
        (is_web && is_document(&media_type)).then(|| name_of_address(address, &media_type))
    }
}

/// Where the next record begins.
fn next_record(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let found = rest.windows(5).position(|window| window == b"WARC/")?;
    Some(from + found)
}

/// Whether a person would read files of this type as documents. What it is not known to be may be one.
fn is_document(media_type: &str) -> bool {
    let (family, subtype) = media_type.split_once('/').unwrap_or((media_type, ""));
    match family {
        "audio" | "video" | "font" => false,
        "image" => matches!(subtype, "tiff" | "jp2" | "jpx"),
        _ => ![
            "css",
            "javascript",
            "ecmascript",
            "json",
            "font",
            "wasm",
            "x-shockwave-flash",
            "dns",
        ]
        .iter()
        .any(|part| subtype.contains(part)),
    }
}

/// The host and path of an address, as a path of files.
fn name_of_address(address: &str, media_type: &str) -> String {
    let (_, rest) = address.split_once("://").unwrap_or(("", address));
    let rest = rest.split('#').next().unwrap_or_default();
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut path = percent_decoded(path);
    if path.ends_with('/') || !path.contains('/') {
        path = format!("{}/index", path.trim_end_matches('/'));
    }
    if !query.is_empty() {
        path = format!(
            "{path}_{}",
            percent_decoded(query).replace(['/', '\\'], "_")
        );
    }
    let extension = usual_extension(media_type);
    let name = path.rsplit('/').next().unwrap_or_default();
    let has_extension = name.rsplit_once('.').is_some_and(|(stem, end)| {
        let is_short = (2..=5).contains(&end.len());
        !stem.is_empty() && is_short && end.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    // The extension decides what the content leaves open.
    if extension.is_empty() || has_extension && query.is_empty() {
        path
    } else {
        format!("{path}.{extension}")
    }
}

/// The address with its escapes decoded, if that is UTF-8.
fn percent_decoded(address: &str) -> String {
    let mut bytes = Vec::with_capacity(address.len());
    let mut rest = address.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let digits = after
            .get(..2)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(value) if byte == b'%' => {
                bytes.push(value);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| address.to_owned())
}

fn usual_extension(media_type: &str) -> &'static str {
    match media_type {
        "text/html" | "application/xhtml+xml" => "html",
        "application/pdf" => "pdf",
        "text/plain" => "txt",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::container::{extract, list};

    fn record(kind: &str, address: &str, content: &str) -> Vec<u8> {
        let length = content.len();
        format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {address}\r\n\
             Content-Length: {length}\r\n\r\n{content}\r\n\r\n"
        )
        .into_bytes()
    }

    fn response(address: &str, media_type: &str, body: &str) -> Vec<u8> {
        let content = format!("HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\n\r\n{body}");
        record("response", address, &content)
    }

    fn crawl() -> Vec<Vec<u8>> {
        vec![
            record("warcinfo", "", "software: x"),
            response(
                "http://a.example/",
                "text/html; charset=utf-8",
                "<p>WARC/1.0",
            ),
            response("http://a.example/b%C3%A5t?nr=1/2", "text/html", "<p>B"),
            response("http://a.example/plan.pdf", "application/pdf", "%PDF-"),
            response("http://a.example/bild.png", "image/png", "x"),
            record(
                "response",
                "http://a.example/c",
                "HTTP/1.1 404 No\r\nDate: x\r\n\r\nNej",
            ),
        ]
    }

    fn paths(bytes: &[u8]) -> (Vec<String>, usize) {
        let contents = list("a.warc", bytes, &Options::default()).unwrap().unwrap();
        let members = contents.members.into_iter().map(|member| member.path);
        (members.collect(), contents.skipped)
    }

    #[test]
    fn documents_of_a_crawl_are_members() {
        let mut packed = Vec::new();
        for record in crawl() {
            let mut gzip = flate2::write::GzEncoder::new(packed, flate2::Compression::fast());
            gzip.write_all(&record).unwrap();
            packed = gzip.finish().unwrap();
        }
        for bytes in [crawl().concat(), packed] {
            let (paths, skipped) = paths(&bytes);
            let expected = [
                "a.example/index.html",
                "a.example/båt_nr=1_2.html",
                "a.example/plan.pdf",
            ];
            assert_eq!(paths, expected);
            assert_eq!(skipped, 3);
            let options = Options::default();
            let member = extract("a.warc", &bytes, "a.example/index.html", &options);
            assert_eq!(member.unwrap(), b"<p>WARC/1.0");
        }
    }

    #[test]
    fn an_older_crawl_is_read() {
        let page = "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<p>A";
        let bytes = format!(
            "filedesc://a.arc 0.0.0.0 20050101000000 text/plain 4\n1 0\n\n\
             http://a.example/a b 1.2.3.4 20050101000000 text/html {}\n{page}\n",
            page.len()
        );
        let (paths, skipped) = paths(bytes.as_bytes());
        assert_eq!(paths, ["a.example/a.html"]);
        assert_eq!(skipped, 1);
    }

    #[test]
    fn a_crawl_without_its_end_is_read_as_far_as_it_goes() {
        let bytes = crawl()[..3].concat();
        for length in 5..bytes.len() {
            let _ = list("a.warc", &bytes[..length], &Options::default());
        }
        let cut = &bytes[..bytes.len() - 8];
        let contents = list("a.warc", cut, &Options::default()).unwrap().unwrap();
        assert_eq!(contents.members.len(), 2);
        assert!(contents.damage.is_some());
    }
}
