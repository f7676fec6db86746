//! Binary encoding of a reading.
//!
//! Integers are LEB128, floating-point numbers keep their exact bits, and the length of a list or text
//! comes before it. [`decode`] accepts any bytes: it checks offsets against the text, and never allocates
//! memory for items that do not exist.
//!
//! The encoding is not derived with `serde`, which leaves out empty fields of some of these types and
//! depends on the order of fields. Each type has a method of [`Writer`] and one of [`Reader`] with the
//! same name and the same order. Both name all fields, so that a new field does not compile until it is
//! encoded; the version of the format in [`entry`](super::entry) must change with it.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{LazyLock, Mutex, PoisonError};

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error as CodeError;

use diarium_document::{Line, LineEnd, LineRole, Page, RawDocument, Rect, Related, Warning, Word};

/// Encodes a reading.
pub(super) fn encode(document: &RawDocument) -> Vec<u8> {
    let RawDocument {
        carrier,
        media_type,
        encoding,
        stated_title,
        pages,
        related,
        warnings,
    } = document;
    let mut writer = Writer::default();
    writer.text(carrier.as_str());
    writer.text(media_type);
    writer.option(encoding.as_ref(), |writer, encoding| writer.text(encoding));
    writer.option(stated_title.as_ref(), |writer, title| writer.text(title));
    writer.list(pages, Writer::page);
    writer.list(related, Writer::related);
    writer.list(warnings, Writer::warning);
    writer.0
}

/// The approximate length of an encoded reading in bytes.
pub(super) fn estimate(document: &RawDocument) -> u64 {
    // A word is nine floating-point numbers of four bytes, and two offsets of one or two.
    const ITEM: usize = 40;
    let page = |page: &Page| page.text.len() + ITEM * (page.lines.len() + page.words.len());
    document.pages.iter().map(|one| page(one) as u64).sum()
}

/// Decodes a reading. `None` if the bytes are not an encoded reading.
pub(super) fn decode(bytes: &[u8]) -> Option<RawDocument> {
    let mut reader = Reader(bytes);
    let document = RawDocument {
        carrier: reader.code()?,
        media_type: reader.name()?,
        encoding: reader.option(Reader::name)?,
        stated_title: reader.option(Reader::text)?,
        pages: reader.list(Reader::page)?,
        related: reader.list(Reader::related)?,
        warnings: reader.list(Reader::warning)?,
    };
    reader.0.is_empty().then_some(document)
}

#[derive(Default)]
struct Writer(Vec<u8>);

impl Writer {
    fn page(&mut self, page: &Page) {
        let Page {
            number,
            origin,
            text,
            lines,
            words,
            struck,
            picture_only,
            confidence,
            size,
        } = page;
        self.number(u64::from(*number));
        self.text(origin.as_str());
        self.text(text);
        self.flag(*picture_only);
        self.float(*confidence);
        self.option(size.as_ref(), |writer, size| writer.point(*size));
        self.list(lines, Self::line);
        self.list(words, Self::word);
        self.list(struck, Self::range);
    }

    fn line(&mut self, line: &Line) {
        let Line {
            bytes,
            gap_before,
            end,
            role,
            bold,
            font_size,
            rect,
            confidence,
        } = line;
        self.range(bytes);
        self.flag(*gap_before);
        self.number(match end {
            LineEnd::Soft => 0,
            LineEnd::Hard => 1,
            LineEnd::Unknown => 2,
        });
        self.number(match role {
            LineRole::Body => 0,
            LineRole::Item => 1,
            LineRole::Row => 2,
            LineRole::Boilerplate => 3,
            LineRole::Letterhead => 4,
            LineRole::Heading(level) => HEADING + u64::from(*level),
        });
        self.flag(*bold);
        self.option(font_size.as_ref(), |writer, size| writer.float(*size));
        self.option(rect.as_ref(), |writer, rect| writer.rect(*rect));
        self.float(*confidence);
    }

    fn word(&mut self, word: &Word) {
        let Word {
            bytes,
            start,
            end,
            rect,
            confidence,
        } = word;
        self.range(bytes);
        self.point(*start);
        self.point(*end);
        self.rect(*rect);
        self.float(*confidence);
    }

    fn related(&mut self, related: &Related) {
        let Related { title, excerpt } = related;
        self.text(title);
        self.text(excerpt);
    }

    fn warning(&mut self, warning: &Warning) {
        let Warning {
            code,
            message,
            page,
        } = warning;
        self.text(&code.to_string());
        self.text(message);
        self.option(page.as_ref(), |writer, page| {
            writer.number(u64::from(*page));
        });
    }

    fn rect(&mut self, rect: Rect) {
        let Rect(left, top, right, bottom) = rect;
        self.point((left, top));
        self.point((right, bottom));
    }

    fn point(&mut self, (x, y): (f32, f32)) {
        self.float(x);
        self.float(y);
    }

    fn range(&mut self, range: &Range<usize>) {
        self.length(range.start);
        // No reader makes a range that ends before it starts.
        self.length(range.end.saturating_sub(range.start));
    }

    fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.length(items.len());
        for item in items {
            write(self, item);
        }
    }

    fn option<T>(&mut self, value: Option<&T>, write: impl FnOnce(&mut Self, &T)) {
        self.flag(value.is_some());
        if let Some(value) = value {
            write(self, value);
        }
    }

    fn text(&mut self, text: &str) {
        self.length(text.len());
        self.0.extend(text.as_bytes());
    }

    fn float(&mut self, value: f32) {
        self.0.extend(value.to_bits().to_le_bytes());
    }

    fn flag(&mut self, value: bool) {
        self.0.push(u8::from(value));
    }

    fn length(&mut self, length: usize) {
        self.number(length as u64);
    }

    fn number(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}

/// The number of a heading of level 0. Deeper levels follow.
const HEADING: u64 = 5;

/// Decodes from the front of the remaining bytes.
struct Reader<'b>(&'b [u8]);

impl Reader<'_> {
    fn page(&mut self) -> Option<Page> {
        let number = self.small()?;
        let origin = self.code()?;
        let text = self.text()?;
        let picture_only = self.flag()?;
        let confidence = self.float()?;
        let size = self.option(Self::point)?;
        let lines = self.list(|reader| reader.line(&text))?;
        let words = self.list(|reader| reader.word(&text))?;
        let struck = self.list(|reader| reader.range(&text))?;
        Some(Page {
            number,
            origin,
            text,
            lines,
            words,
            struck,
            picture_only,
            confidence,
            size,
        })
    }

    fn line(&mut self, text: &str) -> Option<Line> {
        Some(Line {
            bytes: self.range(text)?,
            gap_before: self.flag()?,
            end: match self.number()? {
                0 => LineEnd::Soft,
                1 => LineEnd::Hard,
                2 => LineEnd::Unknown,
                _ => return None,
            },
            role: match self.number()? {
                0 => LineRole::Body,
                1 => LineRole::Item,
                2 => LineRole::Row,
                3 => LineRole::Boilerplate,
                4 => LineRole::Letterhead,
                heading => LineRole::Heading(u8::try_from(heading - HEADING).ok()?),
            },
            bold: self.flag()?,
            font_size: self.option(Self::float)?,
            rect: self.option(Self::rect)?,
            confidence: self.float()?,
        })
    }

    fn word(&mut self, text: &str) -> Option<Word> {
        Some(Word {
            bytes: self.range(text)?,
            start: self.point()?,
            end: self.point()?,
            rect: self.rect()?,
            confidence: self.float()?,
        })
    }

    fn related(&mut self) -> Option<Related> {
        Some(Related {
            title: self.text()?,
            excerpt: self.text()?,
        })
    }

    fn warning(&mut self) -> Option<Warning> {
        Some(Warning {
            code: self.code()?,
            message: self.text()?,
            page: self.option(Self::small)?,
        })
    }

    fn rect(&mut self) -> Option<Rect> {
        Some(Rect(
            self.float()?,
            self.float()?,
            self.float()?,
            self.float()?,
        ))
    }

    fn point(&mut self) -> Option<(f32, f32)> {
        Some((self.float()?, self.float()?))
    }

    /// A range of the text, on character boundaries.
    fn range(&mut self, text: &str) -> Option<Range<usize>> {
        let start = self.length()?;
        let range = start..start.checked_add(self.length()?)?;
        text.get(range.clone()).map(|_| range)
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let length = self.length()?;
        // Every item takes at least one byte, so that a greater length is invalid.
        if length > self.0.len() {
            return None;
        }
        let mut items = Vec::new();
        for _ in 0..length {
            items.push(item(self)?);
        }
        Some(items)
    }

    fn option<T>(&mut self, value: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        if self.flag()? {
            value(self).map(Some)
        } else {
            Some(None)
        }
    }

    /// A value that is serialized as a string, such as a warning's code.
    fn code<T: for<'de> Deserialize<'de>>(&mut self) -> Option<T> {
        let text = self.text()?;
        T::deserialize(IntoDeserializer::<CodeError>::into_deserializer(
            text.as_str(),
        ))
        .ok()
    }

    /// A media type or an encoding, which readers have as constants.
    fn name(&mut self) -> Option<&'static str> {
        interned(&self.text()?)
    }

    fn text(&mut self) -> Option<String> {
        let length = self.length()?;
        let bytes = self.take(length)?;
        std::str::from_utf8(bytes).ok().map(ToOwned::to_owned)
    }

    fn float(&mut self) -> Option<f32> {
        let (bytes, rest) = self.0.split_first_chunk::<4>()?;
        self.0 = rest;
        Some(f32::from_bits(u32::from_le_bytes(*bytes)))
    }

    fn flag(&mut self) -> Option<bool> {
        match self.number()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    fn small(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    fn length(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    fn number(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = *self.take(1)?.first()?;
            let bits = u64::from(byte & 0x7f);
            // 9 × 7 bits are 63: the tenth byte has one bit.
            if shift == 63 && bits > 1 {
                return None;
            }
            value |= bits << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn take(&mut self, length: usize) -> Option<&[u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }
}

/// The same name as a constant. Each name is leaked once and then found again.
// Readers have about fifty media types and encodings. The bounds prevent that altered entries leak an
// unlimited amount of memory.
fn interned(name: &str) -> Option<&'static str> {
    static NAMES: LazyLock<Mutex<BTreeSet<&'static str>>> = LazyLock::new(Mutex::default);
    const MAX_NAMES: usize = 256;
    const MAX_NAME_LENGTH: usize = 64;
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(name) {
        return Some(known);
    }
    if names.len() >= MAX_NAMES || name.len() > MAX_NAME_LENGTH {
        return None;
    }
    let leaked: &'static str = Box::leak(name.to_owned().into_boxed_str());
    names.insert(leaked);
    Some(leaked)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use diarium_document::{Carrier, Origin, WarningCode};

    /// A reading in which every field and every variant differs from the default.
    pub(in crate::readings) fn rich() -> RawDocument {
        let text = "Rubrik åäö\nord\n".to_owned();
        let rect = Rect(1.5, f32::MIN_POSITIVE, -0.0, 1.0 / 3.0);
        let line = |bytes: Range<usize>, end, role| Line {
            end,
            role,
            bold: true,
            font_size: Some(11.25),
            rect: Some(rect),
            confidence: 0.7,
            ..Line::plain(bytes, true)
        };
        let words = [0..6, 7..13].map(|bytes| Word {
            bytes,
            start: (0.1, 0.2),
            end: (0.3, 0.4),
            rect,
            confidence: 0.99,
        });
        let lines = vec![
            line(0..13, LineEnd::Soft, LineRole::Heading(u8::MAX)),
            line(14..17, LineEnd::Hard, LineRole::Row),
            Line::plain(14..15, false),
            line(14..15, LineEnd::Unknown, LineRole::Item),
            line(15..17, LineEnd::Unknown, LineRole::Boilerplate),
            line(15..17, LineEnd::Unknown, LineRole::Letterhead),
        ];
        RawDocument {
            carrier: Carrier::Pdf,
            media_type: "application/pdf",
            encoding: Some("windows-1252"),
            stated_title: Some("Titel".to_owned()),
            pages: vec![
                Page {
                    lines,
                    words: words.into(),
                    struck: std::iter::once(7..11).collect(),
                    picture_only: true,
                    origin: Origin::Ocr,
                    confidence: 0.5,
                    size: Some((595.3, 841.9)),
                    ..Page::from_text(u32::MAX, text)
                },
                Page::from_text(2, String::new()),
            ],
            related: vec![Related {
                title: "Annan".to_owned(),
                excerpt: String::new(),
            }],
            warnings: vec![
                Warning::new(WarningCode::DamagedFile, "skadad"),
                Warning::on_page(WarningCode::OcrNeeded, 300, "bild"),
            ],
        }
    }

    #[test]
    fn decoding_restores_a_reading_exactly() {
        let document = rich();
        let bytes = encode(&document);
        let back = decode(&bytes).unwrap();
        assert_eq!(format!("{back:?}"), format!("{document:?}"));
        assert_eq!(encode(&back), bytes);
    }

    #[test]
    fn the_estimated_length_is_within_a_tenth() {
        let mut document = rich();
        let word = document.pages[0].words[0].clone();
        document.pages[0].words = vec![word; 1000];
        let (estimated, exact) = (estimate(&document), encode(&document).len() as u64);
        assert!(
            estimated.abs_diff(exact) < exact / 10,
            "{estimated}, {exact}"
        );
    }

    #[test]
    fn truncated_or_extended_bytes_are_no_reading() {
        let bytes = encode(&rich());
        for length in 0..bytes.len() {
            assert!(decode(&bytes[..length]).is_none(), "{length}");
        }
        assert!(decode(&[bytes.as_slice(), &[0]].concat()).is_none());
        // An altered byte may still give a reading, but never a panic or an invalid offset.
        for at in 0..bytes.len() {
            for value in [0, 1, 0x7f, 0x80, 0xff] {
                let mut altered = bytes.clone();
                altered[at] = value;
                let pages = decode(&altered).map(|document| document.pages);
                for page in pages.into_iter().flatten() {
                    for line in &page.lines {
                        page.line_text(line);
                    }
                }
            }
        }
    }

    #[test]
    fn a_list_is_not_allocated_for_its_stated_length() {
        let mut writer = Writer::default();
        writer.length(usize::MAX);
        assert!(Reader(&writer.0).list(Reader::page).is_none());
    }
}
