//! PAGE XML (2009 to 2019): regions, lines and words, each with alternative texts.
//!
//! <https://github.com/PRImA-Research-Lab/PAGE-XML>. Programs write the text of a page on one, two or all
//! levels; the most detailed one that has text is read. Where the text of a line was corrected and its words
//! were not, the line's text is read.

use diarium_document::{Heartbeat, Rect, collapse_whitespace};

use super::layout::{Baseline, Cell, OcrBlock, OcrLine, OcrPage, OcrWord, around, points};
use super::xml::{self, Attributes, Elements};

/// The pages of a file, and whether it is damaged.
pub(super) fn read(text: &str, heartbeat: &Heartbeat) -> (Vec<OcrPage>, bool) {
    let mut reader = PageXml::default();
    let is_damaged = xml::read(text, &mut reader, heartbeat);
    for page in &mut reader.pages {
        page.sort();
    }
    (reader.pages, is_damaged)
}

/// The state of reading a file.
#[derive(Default)]
struct PageXml {
    pages: Vec<OcrPage>,
    /// Open text elements, outermost first.
    open: Vec<Item>,
    /// Number of tables so far, and the tables that are open.
    tables: usize,
    open_tables: Vec<usize>,
    /// The text that is being read.
    text: Option<String>,
    /// Open groups of the reading order, outermost first.
    groups: Vec<Group>,
}

/// Elements that group regions in the reading order.
const GROUPS: [&str; 4] = [
    "OrderedGroup",
    "UnorderedGroup",
    "OrderedGroupIndexed",
    "UnorderedGroupIndexed",
];

/// A group of the reading order.
struct Group {
    /// Its place in the group around it.
    place: usize,
    /// Regions and groups with their places.
    members: Vec<(usize, Vec<String>)>,
}

/// A region, line, word or glyph.
struct Item {
    level: Level,
    points: Vec<(f32, f32)>,
    baseline: Vec<(f32, f32)>,
    /// The chosen text, its index and its confidence.
    text: Option<Alternative>,
    /// The alternative that is being read.
    reading: Option<Alternative>,
    bold: bool,
    struck: bool,
    /// Parts of the text that are crossed out, in characters.
    struck_parts: Vec<(usize, usize)>,
    font_size: Option<f32>,
    /// Words of a line.
    words: Vec<OcrWord>,
    /// Index of the block of a region, in its page.
    block: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Region,
    Line,
    Word,
    Glyph,
}

/// One of the texts of an element.
#[derive(Debug, Clone)]
struct Alternative {
    index: f32,
    text: String,
    confidence: Option<f32>,
}

impl Elements for PageXml {
    fn open(&mut self, name: &str, attributes: &Attributes<'_>) {
        match name {
            "Page" => self.pages.push(page(attributes)),
            "TextRegion" => self.open_region(attributes),
            "TableRegion" => {
                self.tables += 1;
                self.open_tables.push(self.tables);
            }
            "TextLine" => self.open_item(Level::Line, attributes),
            "Word" => self.open_item(Level::Word, attributes),
            "Glyph" => self.open_item(Level::Glyph, attributes),
            "RegionRefIndexed" | "RegionRef" => {
                let place = self.place(attributes);
                let id = attributes.get("regionRef").map(Into::into);
                if let Some(group) = self.groups.last_mut() {
                    group.members.push((place, id.into_iter().collect()));
                }
            }
            _ if GROUPS.contains(&name) => {
                let place = self.place(attributes);
                self.groups.push(Group {
                    place,
                    members: Vec::new(),
                });
            }
            "TableCell" => {
                self.open_region(attributes);
                self.cell(attributes, ["row", "col"]);
            }
            "TableCellRole" => self.cell(attributes, ["rowIndex", "columnIndex"]),
            _ => self.open_part(name, attributes),
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(read) = &mut self.text {
            read.push_str(text);
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "Unicode" => {
                let text = self.text.take().unwrap_or_default();
                if let Some(reading) = self.open.last_mut().and_then(|item| item.reading.as_mut()) {
                    reading.text = text;
                }
            }
            "TextEquiv" => {
                if let Some(item) = self.open.last_mut() {
                    item.choose();
                }
            }
            "TextRegion" | "TableCell" => self.close_region(),
            _ if GROUPS.contains(&name) => self.close_group(),
            "TextLine" => self.close_line(),
            "Word" => self.close_word(),
            "Glyph" => drop(self.open.pop()),
            "TableRegion" => drop(self.open_tables.pop()),
            _ => {}
        }
    }
}

fn page(attributes: &Attributes<'_>) -> OcrPage {
    let width = attributes.number("imageWidth");
    let size = width.zip(attributes.number("imageHeight"));
    let resolution = attributes.number("imageXResolution");
    let unit = attributes.get("imageResolutionUnit").unwrap_or_default();
    let per_inch = if unit == "PPCM" { 2.54 } else { 1.0 };
    let points = |resolution: f32| 72.0 / (resolution * per_inch);
    OcrPage {
        size: size.filter(|(width, height)| *width > 0.0 && *height > 0.0),
        points_per_unit: resolution
            .filter(|resolution| *resolution >= 10.0)
            .map(points),
        confidence: attributes.number("conf").map(|share| share.clamp(0.0, 1.0)),
        ..OcrPage::default()
    }
}

impl PageXml {
    fn open_region(&mut self, attributes: &Attributes<'_>) {
        if self.pages.is_empty() {
            self.pages.push(OcrPage::default());
        }
        let kind = attributes.get("type").unwrap_or_default();
        // Transkribus writes what kind of text it is into an attribute of its own.
        let custom = attributes.get("custom").unwrap_or_default();
        let block = OcrBlock {
            id: attributes.get("id").unwrap_or_default().into_owned(),
            is_heading: kind == "heading" || custom.contains("type:heading"),
            ..OcrBlock::default()
        };
        let Some(page) = self.pages.last_mut() else {
            return;
        };
        page.blocks.push(block);
        let index = page.blocks.len() - 1;
        self.open.push(Item::new(Level::Region, index));
    }

    fn open_item(&mut self, level: Level, attributes: &Attributes<'_>) {
        let block = self.open.last().map_or(0, |outer| outer.block);
        let mut item = Item::new(level, block);
        if let Some(custom) = attributes.get("custom") {
            item.struck_parts = struck_parts(&custom);
        }
        self.open.push(item);
    }

    /// The place of a region or group in its group; in the order of the file, if it has none.
    fn place(&self, attributes: &Attributes<'_>) -> usize {
        let index = attributes
            .get("index")
            .and_then(|index| index.trim().parse().ok());
        let members = self.groups.last().map_or(0, |group| group.members.len());
        index.unwrap_or(members)
    }

    fn close_group(&mut self) {
        let Some(mut group) = self.groups.pop() else {
            return;
        };
        group.members.sort_by_key(|(place, _)| *place);
        let ids = group.members.into_iter().flat_map(|(_, ids)| ids).collect();
        match (self.groups.last_mut(), self.pages.last_mut()) {
            (Some(outer), _) => outer.members.push((group.place, ids)),
            (None, Some(page)) => page.order = ids,
            (None, None) => {}
        }
    }

    /// The place of a region in a table. Programs write 0 or 1 for the first row.
    fn cell(&mut self, attributes: &Attributes<'_>, [row, column]: [&str; 2]) {
        let index = |name: &str| attributes.get(name)?.trim().parse().ok();
        let cell = index(row).zip(index(column));
        let Some(((row, column), table)) = cell.zip(self.open_tables.last().copied()) else {
            return;
        };
        if let Some(block) = self.block() {
            block.cell = Some(Cell { table, row, column });
        }
    }

    /// The block of the open region.
    fn block(&mut self) -> Option<&mut OcrBlock> {
        let index = self.open.last()?.block;
        self.pages.last_mut()?.blocks.get_mut(index)
    }

    /// A part of a region, line or word: its place, text or style.
    fn open_part(&mut self, name: &str, attributes: &Attributes<'_>) {
        let Some(item) = self.open.last_mut() else {
            return;
        };
        let list = || attributes.get("points").unwrap_or_default();
        match name {
            "Coords" => item.points.extend(points(&list())),
            "Baseline" => item.baseline.extend(points(&list())),
            // The points of 2009 and 2010 are elements.
            "Point" => item
                .points
                .extend(attributes.number("x").zip(attributes.number("y"))),
            "TextEquiv" => {
                item.reading = Some(Alternative {
                    index: attributes.number("index").unwrap_or(-1.0),
                    text: String::new(),
                    confidence: attributes.number("conf").map(|share| share.clamp(0.0, 1.0)),
                });
            }
            "Unicode" => self.text = Some(String::new()),
            "TextStyle" => {
                let is = |name: &str| attributes.get(name).is_some_and(|value| value == "true");
                item.bold |= is("bold");
                item.struck |= is("strikethrough");
                item.font_size = attributes.number("fontSize").filter(|size| *size > 0.0);
            }
            _ => {}
        }
    }

    fn close_word(&mut self) {
        let Some(word) = self.open.pop() else { return };
        let Some(line) = self.open.last_mut() else {
            return;
        };
        let Some(text) = &word.text else { return };
        let bold = word.bold || line.bold;
        let of_word = OcrLine::from_text(&text.text, word.rect(), text.confidence).words;
        line.words.extend(of_word.into_iter().map(|part| OcrWord {
            bold,
            struck: word.struck,
            ..part
        }));
    }

    fn close_line(&mut self) {
        let Some(item) = self.open.pop() else { return };
        let line = item.line();
        if let Some(page) = self.pages.last_mut()
            && let Some(block) = page.blocks.get_mut(item.block)
            && !line.words.is_empty()
        {
            block.lines.push(line);
        }
    }

    fn close_region(&mut self) {
        let Some(region) = self.open.pop() else {
            return;
        };
        let rect = region.rect();
        let page = self.pages.last_mut();
        let Some(block) = page.and_then(|page| page.blocks.get_mut(region.block)) else {
            return;
        };
        block.rect = rect;
        // Only the region has a text.
        if let Some(text) = region.text.as_ref().filter(|_| block.lines.is_empty()) {
            let lines = text.text.lines().filter(|line| !line.trim().is_empty());
            let lines = lines.map(|line| OcrLine::from_text(line, None, text.confidence));
            block.lines.extend(lines);
        }
    }
}

impl Item {
    fn new(level: Level, block: usize) -> Self {
        Self {
            level,
            points: Vec::new(),
            baseline: Vec::new(),
            text: None,
            reading: None,
            bold: false,
            struck: false,
            struck_parts: Vec::new(),
            font_size: None,
            words: Vec::new(),
            block,
        }
    }

    fn rect(&self) -> Option<Rect> {
        around(&self.points)
    }

    /// Keeps the alternative that was read if it has a text and its index is the lowest.
    fn choose(&mut self) {
        let Some(read) = self.reading.take() else {
            return;
        };
        let is_empty = read.text.trim().is_empty() || self.level == Level::Glyph;
        let is_better = self
            .text
            .as_ref()
            .is_none_or(|best| read.index < best.index);
        if !is_empty && is_better {
            self.text = Some(read);
        }
    }

    /// The line of a finished element.
    fn line(&self) -> OcrLine {
        let rect = self.rect();
        let words = self.line_words(rect);
        let ends = self.baseline.first().zip(self.baseline.last());
        OcrLine {
            rect,
            baseline: ends.map(|(start, end)| Baseline {
                start: *start,
                end: *end,
            }),
            bold: self.bold,
            font_size: self.font_size,
            words,
        }
    }

    fn line_words(&self, rect: Option<Rect>) -> Vec<OcrWord> {
        let Some(text) = &self.text else {
            return self.words.clone();
        };
        let of_line = OcrLine::from_text(&text.text, rect, text.confidence).words;
        let joined = |words: &[OcrWord]| {
            let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
            texts.join(" ")
        };
        let mut words = if self.words.is_empty() {
            of_line
        } else if joined(&self.words) == collapse_whitespace(&text.text) {
            self.words.clone()
        } else if self.words.len() == of_line.len() {
            let pairs = self.words.iter().zip(of_line);
            pairs
                .map(|(placed, corrected)| OcrWord {
                    text: corrected.text,
                    ..placed.clone()
                })
                .collect()
        } else {
            of_line
        };
        self.strike(&mut words);
        words
    }

    /// Marks the words that are crossed out.
    fn strike(&self, words: &mut [OcrWord]) {
        let mut at = 0;
        for word in words {
            let end = at + word.text.chars().count();
            let is_inside = |(start, length): &(usize, usize)| {
                *start <= at && end <= start.saturating_add(*length)
            };
            word.struck |= self.struck || self.struck_parts.iter().any(is_inside);
            word.bold |= self.bold;
            at = end + 1;
        }
    }
}

/// The crossed-out parts of a line in the notation of Transkribus:
/// `textStyle {offset:5; length:7; strikethrough:true;}`.
fn struck_parts(custom: &str) -> Vec<(usize, usize)> {
    let styles = custom.split("textStyle").skip(1);
    let style = |style: &str| {
        let (inside, _) = style.split_once('{')?.1.split_once('}')?;
        let value = |name: &str| {
            let mut pairs = inside.split(';').filter_map(|pair| pair.split_once(':'));
            pairs.find_map(|(key, value)| (key.trim() == name).then_some(value.trim()))
        };
        let is_struck = value("strikethrough") == Some("true");
        let number = |name: &str| value(name)?.parse().ok();
        is_struck
            .then(|| number("offset").zip(number("length")))
            .flatten()
    };
    styles.filter_map(style).take(100).collect()
}
