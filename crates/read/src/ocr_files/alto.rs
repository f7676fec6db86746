//! ALTO (versions 1 to 4): blocks, lines and words with their positions.
//!
//! <https://www.loc.gov/standards/alto/>. Words are read as printed: the two halves of a hyphenated word
//! stay on their lines.

use std::collections::BTreeMap;

use diarium_document::{Heartbeat, Rect};

use super::layout::{Baseline, OcrBlock, OcrLine, OcrPage, around, points, sized};
use super::xml::{self, Attributes, Elements};

/// The pages of a file, and whether it is damaged.
pub(super) fn read(text: &str, heartbeat: &Heartbeat) -> (Vec<OcrPage>, bool) {
    let mut alto = Alto::default();
    let is_damaged = xml::read(text, &mut alto, heartbeat);
    let order = alto.order;
    let pages = alto.pages.into_iter().map(|mut page| {
        page.points_per_unit = alto.points_per_unit;
        page.order.clone_from(&order);
        page.sort();
        page
    });
    (pages.collect(), is_damaged)
}

/// The state of reading a file.
#[derive(Default)]
struct Alto {
    pages: Vec<OcrPage>,
    /// Points for each unit; `None` for pixels.
    points_per_unit: Option<f32>,
    order: Vec<String>,
    styles: BTreeMap<String, Style>,
    /// Tags that name headings.
    heading_tags: Vec<String>,
    /// The text of an element that is read as a whole.
    unit: Option<String>,
    /// The styles of the open block and of the open line.
    block_style: Style,
    line_style: Style,
    /// In the description of a glyph, whose text is that of its word.
    in_string: bool,
}

/// A text style; `None` is that of the element around.
#[derive(Debug, Clone, Copy, Default)]
struct Style {
    size: Option<f32>,
    bold: Option<bool>,
}

impl Style {
    fn or(self, outer: Self) -> Self {
        Self {
            size: self.size.or(outer.size),
            bold: self.bold.or(outer.bold),
        }
    }
}

impl Elements for Alto {
    fn open(&mut self, name: &str, attributes: &Attributes<'_>) {
        match name {
            "MeasurementUnit" => self.unit = Some(String::new()),
            "TextStyle" => self.add_style(attributes),
            "LayoutTag" | "StructureTag" => self.add_tag(attributes),
            "ElementRef" => self.order.extend(attributes.get("REF").map(Into::into)),
            "Page" => self.pages.push(page(attributes)),
            "TextBlock" => self.open_block(attributes),
            "TextLine" => self.open_line(attributes),
            "String" => self.string(attributes),
            "HYP" => self.hyphen(attributes),
            "Polygon" => self.polygon(attributes),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(unit) = &mut self.unit {
            unit.push_str(text);
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "MeasurementUnit" => {
                let unit = self.unit.take().unwrap_or_default();
                self.points_per_unit = points_per_unit(&unit);
            }
            "String" => self.in_string = false,
            _ => {}
        }
    }
}

/// Points for each unit of measurement; pixels have no size of their own.
fn points_per_unit(unit: &str) -> Option<f32> {
    match unit.trim().to_ascii_lowercase().as_str() {
        // Tenths of a millimeter.
        "mm10" => Some(72.0 / 254.0),
        "inch1200" => Some(72.0 / 1200.0),
        _ => None,
    }
}

fn page(attributes: &Attributes<'_>) -> OcrPage {
    let size = attributes.number("WIDTH").zip(attributes.number("HEIGHT"));
    OcrPage {
        size: size.filter(|(width, height)| *width > 0.0 && *height > 0.0),
        confidence: attributes.number("PC").map(share),
        ..OcrPage::default()
    }
}

/// A confidence as a share. The standard has shares; some programs write percentages.
fn share(confidence: f32) -> f32 {
    let share = if confidence > 1.0 {
        confidence / 100.0
    } else {
        confidence
    };
    share.clamp(0.0, 1.0)
}

fn rect(attributes: &Attributes<'_>) -> Option<Rect> {
    sized(
        attributes.number("HPOS")?,
        attributes.number("VPOS")?,
        attributes.number("WIDTH")?,
        attributes.number("HEIGHT")?,
    )
}

impl Alto {
    fn block(&mut self) -> Option<&mut OcrBlock> {
        self.pages.last_mut()?.blocks.last_mut()
    }

    fn line(&mut self) -> Option<&mut OcrLine> {
        self.block()?.lines.last_mut()
    }

    fn add_style(&mut self, attributes: &Attributes<'_>) {
        let Some(id) = attributes.get("ID") else {
            return;
        };
        let font_style = attributes.get("FONTSTYLE").unwrap_or_default();
        let style = Style {
            // Our own files have this size for lines whose size is unknown.
            size: attributes.number("FONTSIZE").filter(|size| *size > 0.0),
            bold: Some(font_style.split_whitespace().any(|word| word == "bold")),
        };
        self.styles.insert(id.into_owned(), style);
    }

    fn add_tag(&mut self, attributes: &Attributes<'_>) {
        let label = attributes.get("LABEL").unwrap_or_default().to_lowercase();
        let is_heading = ["heading", "title", "headline"].contains(&label.as_str());
        if let Some(id) = attributes.get("ID").filter(|_| is_heading) {
            self.heading_tags.push(id.into_owned());
        }
    }

    /// The style that an element refers to or has.
    fn style(&self, attributes: &Attributes<'_>) -> Style {
        let references = attributes.get("STYLEREFS").unwrap_or_default();
        let named = references
            .split_whitespace()
            .find_map(|id| self.styles.get(id))
            .copied()
            .unwrap_or_default();
        let own = attributes.get("STYLE").unwrap_or_default();
        let is_bold = own.split_whitespace().any(|word| word == "bold");
        Style {
            bold: named.bold.or(is_bold.then_some(true)),
            ..named
        }
    }

    fn open_block(&mut self, attributes: &Attributes<'_>) {
        self.block_style = self.style(attributes);
        let tags = attributes.get("TAGREFS").unwrap_or_default();
        let is_heading = tags
            .split_whitespace()
            .any(|tag| self.heading_tags.iter().any(|known| known == tag));
        let block = OcrBlock {
            id: attributes.get("ID").unwrap_or_default().into_owned(),
            rect: rect(attributes),
            is_heading,
            ..OcrBlock::default()
        };
        if self.pages.is_empty() {
            self.pages.push(OcrPage::default());
        }
        if let Some(page) = self.pages.last_mut() {
            page.blocks.push(block);
        }
    }

    fn open_line(&mut self, attributes: &Attributes<'_>) {
        self.line_style = self.style(attributes).or(self.block_style);
        let rect = rect(attributes);
        let line = OcrLine {
            rect,
            baseline: attributes
                .get("BASELINE")
                .and_then(|list| baseline(&list, rect)),
            bold: self.line_style.bold == Some(true),
            font_size: self.line_style.size,
            words: Vec::new(),
        };
        if self.block().is_none() {
            self.open_block(attributes);
        }
        if let Some(block) = self.block() {
            block.lines.push(line);
        }
    }

    fn string(&mut self, attributes: &Attributes<'_>) {
        self.in_string = true;
        let style = self.style(attributes).or(self.line_style);
        let content = attributes.get("CONTENT").unwrap_or_default();
        let confidence = attributes.number("WC").map(share);
        let confidence = confidence.or_else(|| of_characters(&attributes.get("CC")?));
        let mut line = OcrLine::from_text(&content, rect(attributes), confidence);
        for word in &mut line.words {
            word.bold = style.bold == Some(true);
        }
        let is_first_half = attributes
            .get("SUBS_TYPE")
            .is_some_and(|kind| kind == "HypPart1");
        if let Some(last) = line.words.last_mut().filter(|_| is_first_half)
            && !last.text.ends_with(HYPHENS)
        {
            // Printed, but not written where the hyphen has no element of its own; see `hyphen`.
            last.text.push(PENDING_HYPHEN);
        }
        let words = line.words;
        if self.line().is_none() {
            self.open_line(attributes);
        }
        if let Some(line) = self.line() {
            line.font_size = line.font_size.or(style.size);
            line.words.extend(words);
        }
    }

    /// A hyphen at the end of a line, which belongs to the word before it.
    fn hyphen(&mut self, attributes: &Attributes<'_>) {
        let content = attributes.get("CONTENT").unwrap_or_default();
        let printed = if content.trim().is_empty() || content.trim() == "¬" || content == "\u{ad}"
        {
            "-"
        } else {
            content.trim()
        };
        let of_hyphen = rect(attributes);
        let Some(word) = self.line().and_then(|line| line.words.last_mut()) else {
            return;
        };
        if word.text.ends_with(PENDING_HYPHEN) {
            word.text.pop();
        }
        if !word.text.ends_with(HYPHENS) {
            word.text.push_str(printed);
        }
        word.rect = match (word.rect, of_hyphen) {
            (Some(word), Some(hyphen)) => Some(word.union(hyphen)),
            (word, _) => word,
        };
    }

    /// The shape of a block or line without a box.
    fn polygon(&mut self, attributes: &Attributes<'_>) {
        let list = attributes.get("POINTS").unwrap_or_default();
        let around = around(&points(&list));
        if self.in_string {
            return;
        }
        let Some(block) = self.block() else { return };
        match block.lines.last_mut() {
            Some(line) if line.words.is_empty() => line.rect = line.rect.or(around),
            Some(_) => {}
            None => block.rect = block.rect.or(around),
        }
    }
}

/// Characters that end the first half of a word.
const HYPHENS: [char; 6] = ['-', '\u{ad}', '¬', '\u{2010}', '=', '⸗'];

/// A hyphen that is printed unless an element for it follows. `assemble` writes it as a hyphen.
pub(super) const PENDING_HYPHEN: char = '\u{2010}';

/// The baseline, which is a height in ALTO 1 to 3, and points since ALTO 4.
fn baseline(list: &str, rect: Option<Rect>) -> Option<Baseline> {
    let points = points(list);
    match (points.first(), points.last()) {
        (Some(start), Some(end)) => Some(Baseline {
            start: *start,
            end: *end,
        }),
        _ => {
            let height = xml::number(list)?;
            let rect = rect?;
            Some(Baseline {
                start: (rect.0, height),
                end: (rect.2, height),
            })
        }
    }
}

/// The mean confidence in the characters of a word: digits from 0 (sure) to 9.
fn of_characters(list: &str) -> Option<f32> {
    let digits: Vec<u32> = list.chars().filter_map(|one| one.to_digit(10)).collect();
    let sum: u32 = digits.iter().sum();
    (!digits.is_empty()).then(|| 1.0 - sum as f32 / (9.0 * digits.len() as f32))
}
