//! ALTO: the words of each page with their positions, for library and archive systems.
//!
//! One file for each page in ALTO 4.4 (<https://www.loc.gov/standards/alto/>): each word with its box in
//! tenths of a millimeter from the top left corner of the page, and with the reader's confidence. The
//! baseline of a line on a skewed page is skewed as printed.
//!
//! Words that cleaning dehyphenated are marked on both lines ([`hyphenation`]).

mod attributes;
mod hyphenation;

use std::collections::BTreeMap;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use attributes::{Attributes, confidence, length, point, xml_text};
use diarium_document::{CleanText, Line, Origin, Page, RawDocument, Rect, Word};
use hyphenation::HyphenatedWords;

/// The provenance that an ALTO file states.
#[derive(Debug, Clone, Copy)]
pub struct AltoSource<'s> {
    /// The path of the document, as in its record.
    pub path: &'s str,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: &'s str,
    /// The engine that read the scanned pages.
    pub engine: &'s str,
    /// The document's language, BCP 47, where it is known.
    pub language: Option<&'s str>,
}

/// The ALTO files of a document's pages, each with the number of its page. Pages without a size, as those
/// of carriers without a layout, have none. Words that `clean` dehyphenated are marked.
///
/// # Errors
/// If a file cannot be written to memory.
pub fn alto_pages(
    document: &RawDocument,
    clean: &CleanText,
    source: AltoSource<'_>,
) -> io::Result<Vec<(u32, Vec<u8>)>> {
    let hyphenated = HyphenatedWords::of(document, clean);
    let pages = document.pages.iter().enumerate();
    pages
        .filter_map(|(index, page)| Some((index, page, page.size?)))
        .map(|(index, page, size)| {
            let mut writer = Writer::new_with_indent(Vec::new(), b' ', 1);
            let alto = PageWriter {
                page,
                size,
                index,
                hyphenated: &hyphenated,
                source,
            };
            alto.write(&mut writer)?;
            let mut bytes = writer.into_inner();
            bytes.push(b'\n');
            Ok((page.number, bytes))
        })
        .collect()
}

type Xml = Writer<Vec<u8>>;

/// Writes the file of one page.
struct PageWriter<'s> {
    page: &'s Page,
    /// Width and height in points.
    size: (f32, f32),
    /// Its index in the document.
    index: usize,
    hyphenated: &'s HyphenatedWords,
    source: AltoSource<'s>,
}

// All versions 4.x have the same namespace; the location of the schema names the minor version.
const NAMESPACE: &str = "http://www.loc.gov/standards/alto/ns-v4#";
const SCHEMA_LOCATION: &str = "http://www.loc.gov/standards/alto/ns-v4# \
    http://www.loc.gov/standards/alto/v4/alto-4-4.xsd";

impl PageWriter<'_> {
    fn write(&self, xml: &mut Xml) -> io::Result<()> {
        xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let root = xml.create_element("alto").with_attributes([
            ("xmlns", NAMESPACE),
            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
            ("xsi:schemaLocation", SCHEMA_LOCATION),
            ("SCHEMAVERSION", "4.4"),
        ]);
        let blocks = blocks(self.page);
        root.write_inner_content(|xml| {
            self.description(xml)?;
            styles(self.page, xml)?;
            xml.create_element("Layout")
                .write_inner_content(|xml| self.layout(&blocks, xml))?;
            Ok(())
        })?;
        Ok(())
    }

    fn description(&self, xml: &mut Xml) -> io::Result<()> {
        let source = self.source;
        let description = xml.create_element("Description");
        description.write_inner_content(|xml| {
            text("MeasurementUnit", "mm10", xml)?;
            let image = xml.create_element("sourceImageInformation");
            image.write_inner_content(|xml| {
                text("fileName", source.path, xml)?;
                text("fileIdentifier", &format!("sha256:{}", source.sha256), xml)
            })?;
            let processing = xml
                .create_element("Processing")
                .with_attribute(("ID", "reading"));
            processing.write_inner_content(|xml| {
                text("processingCategory", "contentGeneration", xml)?;
                match self.page.origin {
                    Origin::Ocr if self.page.picture_only => {
                        text("processingStepDescription", "text recognition", xml)?;
                        text("processingStepSettings", source.engine, xml)?;
                    }
                    _ => text("processingStepDescription", "text of the file", xml)?,
                }
                let software = xml.create_element("processingSoftware");
                software.write_inner_content(|xml| {
                    text("softwareName", "diarium", xml)?;
                    text("softwareVersion", env!("CARGO_PKG_VERSION"), xml)
                })?;
                Ok(())
            })?;
            Ok(())
        })?;
        Ok(())
    }

    fn layout(&self, blocks: &[Vec<&Line>], xml: &mut Xml) -> io::Result<()> {
        let number = self.page.number.to_string();
        let (width, height) = (length(self.size.0), length(self.size.1));
        let mut page = Attributes::new();
        page.push("ID", format!("page{number}"));
        page.push("PHYSICAL_IMG_NR", number);
        page.push("HEIGHT", height.clone());
        page.push("WIDTH", width.clone());
        page.push("PROCESSINGREFS", "reading");
        page.push("PC", confidence(self.page.confidence));
        if let Some(language) = self.source.language {
            page.push("LANG", language);
        }
        let page = xml.create_element("Page").with_attributes(page.iter());
        page.write_inner_content(|xml| {
            // Margins are not recognized, so that the print space is the whole page.
            let mut space = Attributes::new();
            space.push("HPOS", "0");
            space.push("VPOS", "0");
            space.push("HEIGHT", height);
            space.push("WIDTH", width);
            let space = xml
                .create_element("PrintSpace")
                .with_attributes(space.iter());
            if blocks.is_empty() {
                space.write_empty()?;
                return Ok(());
            }
            space.write_inner_content(|xml| {
                (1..)
                    .zip(blocks)
                    .try_for_each(|(number, lines)| self.block(number, lines, xml))
            })?;
            Ok(())
        })?;
        Ok(())
    }

    fn block(&self, number: usize, lines: &[&Line], xml: &mut Xml) -> io::Result<()> {
        let words = lines.iter().flat_map(|line| self.page.words_of(line));
        let mut block = Attributes::new();
        block.push("ID", format!("block{number}"));
        block.push_box(bounding_box(words));
        let block = xml
            .create_element("TextBlock")
            .with_attributes(block.iter());
        block.write_inner_content(|xml| {
            (1..).zip(lines).try_for_each(|(index, line)| {
                self.line(&format!("line{number}.{index}"), line, xml)
            })
        })?;
        Ok(())
    }

    fn line(&self, id: &str, line: &Line, xml: &mut Xml) -> io::Result<()> {
        let words = self.page.words_of(line);
        let (Some(first), Some(last)) = (words.first(), words.last()) else {
            return Ok(());
        };
        let mut attributes = Attributes::new();
        attributes.push("ID", id);
        attributes.push("STYLEREFS", style(line).0);
        attributes.push_box(bounding_box(words));
        let baseline = format!("{} {}", point(first.start), point(last.end));
        attributes.push("BASELINE", baseline);
        let element = xml
            .create_element("TextLine")
            .with_attributes(attributes.iter());
        element.write_inner_content(|xml| {
            for (index, word) in words.iter().enumerate() {
                self.string(word, xml)?;
                if let Some(next) = words.get(index + 1) {
                    space(word, next, xml)?;
                }
            }
            Ok(())
        })?;
        Ok(())
    }

    fn string(&self, word: &Word, xml: &mut Xml) -> io::Result<()> {
        let printed = &self.page.text[word.bytes.clone()];
        let part = self.hyphenated.part(self.index, &word.bytes);
        let (content, hyphen) = match part {
            Some(part) if part.is_first => part.split_hyphen(printed),
            _ => (printed, ""),
        };
        // Words have no positions of single characters: the hyphen is taken to be as wide as the others.
        let share = hyphen.chars().count() as f32 / printed.chars().count().max(1) as f32;
        let Rect(left, top, right, bottom) = word.rect;
        let hyphen_left = right - share * (right - left);
        let mut attributes = Attributes::new();
        attributes.push("CONTENT", xml_text(content));
        attributes.push_box(Some(Rect(left, top, hyphen_left, bottom)));
        attributes.push("WC", confidence(word.confidence));
        if let Some(part) = part {
            let part_type = if part.is_first {
                "HypPart1"
            } else {
                "HypPart2"
            };
            attributes.push("SUBS_TYPE", part_type);
            attributes.push("SUBS_CONTENT", xml_text(&part.word));
        }
        let string = xml.create_element("String");
        string.with_attributes(attributes.iter()).write_empty()?;
        if hyphen.is_empty() {
            return Ok(());
        }
        let mut attributes = Attributes::new();
        attributes.push("CONTENT", xml_text(hyphen));
        attributes.push_box(Some(Rect(hyphen_left, top, right, bottom)));
        xml.create_element("HYP")
            .with_attributes(attributes.iter())
            .write_empty()?;
        Ok(())
    }
}

fn text(name: &str, content: &str, xml: &mut Xml) -> io::Result<()> {
    let content = xml_text(content);
    xml.create_element(name)
        .write_text_content(BytesText::new(&content))?;
    Ok(())
}

/// The lines of a page in blocks, which end at vertical gaps. Lines without words are left out.
fn blocks(page: &Page) -> Vec<Vec<&Line>> {
    let mut blocks: Vec<Vec<&Line>> = Vec::new();
    for line in page
        .lines
        .iter()
        .filter(|line| !page.words_of(line).is_empty())
    {
        match blocks.last_mut() {
            Some(block) if !line.gap_before => block.push(line),
            _ => blocks.push(vec![line]),
        }
    }
    blocks
}

/// Writes the space between two words of a line.
fn space(word: &Word, next: &Word, xml: &mut Xml) -> io::Result<()> {
    let mut attributes = Attributes::new();
    // The edges are sorted, because words may overlap and a width must not be negative.
    let gap = Rect(
        word.rect.2.min(next.rect.0),
        word.rect.1,
        next.rect.0.max(word.rect.2),
        word.rect.3,
    );
    attributes.push("HPOS", length(gap.0));
    attributes.push("VPOS", length(gap.1));
    attributes.push("WIDTH", length(gap.2 - gap.0));
    xml.create_element("SP")
        .with_attributes(attributes.iter())
        .write_empty()?;
    Ok(())
}

/// The bounding box of words.
fn bounding_box<'w>(words: impl IntoIterator<Item = &'w Word>) -> Option<Rect> {
    words.into_iter().map(|word| word.rect).reduce(Rect::union)
}

/// A line's style: its name, its size in points and whether it is bold.
fn style(line: &Line) -> (String, String, bool) {
    // Half points: font sizes of scans are measured from glyph heights and are no more precise.
    let size = (2.0 * line.font_size.unwrap_or(0.0)).round() / 2.0;
    let weight = if line.bold { "bold" } else { "plain" };
    (
        format!("{weight}{size:.1}"),
        format!("{size:.1}"),
        line.bold,
    )
}

/// Writes the styles that the lines of a page refer to.
fn styles(page: &Page, xml: &mut Xml) -> io::Result<()> {
    // Sorted by name, so that the file does not depend on the order of lines.
    let used: BTreeMap<String, (String, bool)> = page
        .lines
        .iter()
        .filter(|line| !page.words_of(line).is_empty())
        .map(style)
        .map(|(name, size, bold)| (name, (size, bold)))
        .collect();
    if used.is_empty() {
        return Ok(());
    }
    xml.create_element("Styles").write_inner_content(|xml| {
        for (name, (size, bold)) in &used {
            let style = xml
                .create_element("TextStyle")
                .with_attributes([("ID", name.as_str()), ("FONTSIZE", size)]);
            let style = if *bold {
                style.with_attribute(("FONTSTYLE", "bold"))
            } else {
                style
            };
            style.write_empty()?;
        }
        Ok(())
    })?;
    Ok(())
}

#[cfg(test)]
mod tests;
