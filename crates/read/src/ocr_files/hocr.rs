//! hOCR: HTML in which classes and titles say where the text is.
//!
//! <https://kba.github.io/hocr-spec/1.2/>. Tesseract, OCRopus, Kraken and others write it. A page of text
//! in HTML is read as a web page; hOCR has pages and lines with boxes.

use ego_tree::{NodeRef, iter::Edge};
use scraper::{Node, node::Element};

use diarium_document::{Heartbeat, Rect, operations};

use super::layout::{Baseline, OcrBlock, OcrLine, OcrPage, OcrWord};
use super::xml::number;
use crate::web;

/// The pages of a file, and whether some of its structure was not read.
pub(super) fn read(html: &str, heartbeat: &Heartbeat) -> (Vec<OcrPage>, bool) {
    let (tree, is_limited) = web::parse_tree(html, heartbeat);
    let mut reader = Hocr::default();
    for (step, edge) in tree.tree.root().traverse().enumerate() {
        heartbeat.step(step);
        operations::count(1);
        match edge {
            Edge::Open(node) if reader.skipped.is_none() => reader.open(node),
            Edge::Open(_) => {}
            Edge::Close(node) if reader.skipped.is_none() => reader.close(node),
            Edge::Close(node) => drop(reader.skipped.take_if(|skipped| *skipped == node.id())),
        }
    }
    (reader.pages, is_limited)
}

/// The state of reading a file.
#[derive(Default)]
struct Hocr {
    pages: Vec<OcrPage>,
    /// Open elements with a meaning, outermost first.
    open: Vec<Part>,
    /// Depth of open elements that emphasize.
    bold: usize,
    /// Depth of open elements that cross out.
    struck: usize,
    /// The element whose text is not that of the page.
    skipped: Option<ego_tree::NodeId>,
}

/// An open line or word.
struct Part {
    node: ego_tree::NodeId,
    kind: Kind,
    text: String,
    title: Title,
    is_bold: bool,
    is_struck: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Page,
    Block,
    Heading,
    Line,
    Word,
}

/// What an element is by its class.
fn kind(element: &Element) -> Option<Kind> {
    element.classes().find_map(|class| match class {
        "ocr_page" => Some(Kind::Page),
        "ocr_carea" | "ocr_par" | "ocrx_block" | "ocr_column" | "ocr_float" | "ocr_textfloat"
        | "ocr_table" | "ocr_abstract" | "ocr_blockquote" => Some(Kind::Block),
        "ocr_title" | "ocr_chapter" | "ocr_section" | "ocr_subsection" | "ocr_subsubsection" => {
            Some(Kind::Heading)
        }
        "ocr_line" | "ocrx_line" | "ocr_header" | "ocr_footer" | "ocr_caption" | "ocr_pageno" => {
            Some(Kind::Line)
        }
        "ocrx_word" | "ocr_word" => Some(Kind::Word),
        _ => None,
    })
}

/// Whether an element has letters that Tesseract considered, beside those that it chose.
fn is_alternative(element: &Element) -> bool {
    let id = element.id().unwrap_or_default();
    id.starts_with("lstm_choices") || id.starts_with("choice_") || id.starts_with("timestep")
}

/// The properties in an element's title: `bbox 10 20 30 40; x_wconf 93`.
#[derive(Debug, Clone, Default, PartialEq)]
struct Title {
    bbox: Option<Rect>,
    confidence: Option<f32>,
    /// Slope of the baseline, and its height over the bottom of the box.
    baseline: Option<(f32, f32)>,
    font_size: Option<f32>,
    /// Pixels per inch.
    resolution: Option<f32>,
}

impl Title {
    fn parse(text: &str) -> Self {
        let mut title = Self::default();
        for property in text.split(';') {
            let mut words = property.split_whitespace();
            let name = words.next().unwrap_or_default();
            let values: Vec<f32> = words.map_while(number).take(1000).collect();
            match (name, values.as_slice()) {
                ("bbox", [left, top, right, bottom, ..]) if left <= right && top <= bottom => {
                    title.bbox = Some(Rect(*left, *top, *right, *bottom));
                }
                // Percentages by the standard; some programs write shares.
                ("x_wconf" | "x_conf", [percent, ..]) => {
                    let share = if *percent > 1.0 {
                        percent / 100.0
                    } else {
                        *percent
                    };
                    title.confidence = Some(share.clamp(0.0, 1.0));
                }
                ("x_confs", [_, ..]) if title.confidence.is_none() => {
                    let mean = values.iter().sum::<f32>() / values.len() as f32;
                    let share = if mean > 1.0 { mean / 100.0 } else { mean };
                    title.confidence = Some(share.clamp(0.0, 1.0));
                }
                ("baseline", [slope, height, ..]) => title.baseline = Some((*slope, *height)),
                ("x_fsize", [size, ..]) if *size > 0.0 => title.font_size = Some(*size),
                ("scan_res", [resolution, ..]) if *resolution >= 10.0 => {
                    title.resolution = Some(*resolution);
                }
                _ => {}
            }
        }
        title
    }

    /// The baseline, which is relative to the left bottom corner of the box.
    fn baseline(&self) -> Option<Baseline> {
        let (slope, height) = self.baseline?;
        let Rect(left, _, right, bottom) = self.bbox?;
        let start = bottom + height;
        Some(Baseline {
            start: (left, start),
            end: (right, start + slope * (right - left)),
        })
    }
}

impl Hocr {
    fn open(&mut self, node: NodeRef<'_, Node>) {
        match node.value() {
            Node::Text(text) => self.text(text),
            Node::Element(element) if is_alternative(element) => self.skipped = Some(node.id()),
            Node::Element(element) => {
                self.bold += usize::from(matches!(element.name(), "b" | "strong"));
                self.struck += usize::from(matches!(element.name(), "s" | "del" | "strike"));
                if let Some(kind) = kind(element) {
                    self.open_part(node, element, kind);
                }
            }
            _ => {}
        }
    }

    fn open_part(&mut self, node: NodeRef<'_, Node>, element: &Element, kind: Kind) {
        let title = Title::parse(element.attr("title").unwrap_or_default());
        match kind {
            Kind::Page => self.open_page(&title),
            Kind::Block | Kind::Heading => self.open_block(kind, &title),
            Kind::Line => self.open_line(&title),
            Kind::Word => {}
        }
        self.open.push(Part {
            node: node.id(),
            kind,
            text: String::new(),
            title,
            is_bold: true,
            is_struck: true,
        });
    }

    fn text(&mut self, text: &str) {
        let (is_bold, is_struck) = (self.bold > 0, self.struck > 0);
        let Some(part) = self.open.last_mut() else {
            return;
        };
        part.text.push_str(text);
        if !text.trim().is_empty() {
            part.is_bold &= is_bold;
            part.is_struck &= is_struck;
        }
    }

    fn open_page(&mut self, title: &Title) {
        self.pages.push(OcrPage {
            // A page begins at the corner of its image.
            size: title.bbox.map(|bbox| (bbox.2, bbox.3)),
            points_per_unit: title.resolution.map(|resolution| 72.0 / resolution),
            ..OcrPage::default()
        });
    }

    fn open_block(&mut self, kind: Kind, title: &Title) {
        let Some(page) = self.pages.last_mut() else {
            return;
        };
        page.blocks.push(OcrBlock {
            rect: title.bbox,
            is_heading: kind == Kind::Heading,
            ..OcrBlock::default()
        });
    }

    fn open_line(&mut self, title: &Title) {
        let Some(page) = self.pages.last_mut() else {
            return;
        };
        if page.blocks.is_empty() {
            page.blocks.push(OcrBlock::default());
        }
        if let Some(block) = page.blocks.last_mut() {
            block.lines.push(OcrLine {
                rect: title.bbox,
                baseline: title.baseline(),
                font_size: title.font_size,
                ..OcrLine::default()
            });
        }
    }

    fn close(&mut self, node: NodeRef<'_, Node>) {
        if let Some(element) = node.value().as_element() {
            let (name, less) = (element.name(), |depth: usize| depth.saturating_sub(1));
            if matches!(name, "b" | "strong") {
                self.bold = less(self.bold);
            }
            if matches!(name, "s" | "del" | "strike") {
                self.struck = less(self.struck);
            }
        }
        if self.open.last().is_none_or(|part| part.node != node.id()) {
            return;
        }
        let Some(part) = self.open.pop() else { return };
        let page = self.pages.last_mut();
        let block = page.and_then(|page| page.blocks.last_mut());
        let Some(line) = block.and_then(|block| block.lines.last_mut()) else {
            return;
        };
        match part.kind {
            Kind::Word => line.words.extend(part.words()),
            // OCRopus writes lines without words.
            Kind::Line if line.words.is_empty() => line.words = part.words(),
            Kind::Line => {}
            Kind::Page | Kind::Block | Kind::Heading => return,
        }
        line.font_size = line.font_size.or(part.title.font_size);
        line.bold = line.words.iter().all(|word| word.bold);
    }
}

impl Part {
    fn words(&self) -> Vec<OcrWord> {
        let line = OcrLine::from_text(&self.text, self.title.bbox, self.title.confidence);
        let styled = line.words.into_iter().map(|word| OcrWord {
            bold: self.is_bold,
            struck: self.is_struck,
            ..word
        });
        styled.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_have_properties() {
        let title =
            Title::parse("image \"a;b.png\"; bbox 10 20 110 40; baseline 0.1 -5; x_wconf 93");
        assert_eq!(title.bbox, Some(Rect(10.0, 20.0, 110.0, 40.0)));
        assert_eq!(title.confidence, Some(0.93));
        let baseline = title.baseline().unwrap();
        assert_eq!(
            (baseline.start, baseline.end),
            ((10.0, 35.0), (110.0, 45.0))
        );
        assert_eq!(Title::parse("bbox 1 2 x"), Title::default());
        assert_eq!(Title::parse("bbox 9 9 1 1; x_wconf"), Title::default());
    }
}
