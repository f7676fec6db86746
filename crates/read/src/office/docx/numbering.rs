//! Numbering of a DOCX: the numbers and bullets that a word processor prints before paragraphs.
//!
//! They are not in the text: `numbering.xml` defines lists, paragraphs name a list and a level, and the
//! numbers result from counting.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{flow::Marker, numerals::Numeral, symbol_font, xml::Tree};

/// Levels of a list.
const LEVELS: usize = 9;

/// Characters of a printed number, at most.
const MAX_NUMBER: usize = 64;

/// One level of a list.
#[derive(Debug, Clone)]
struct Level {
    start: u32,
    /// How the number is written; `None` for a bullet.
    numeral: Option<Numeral>,
    /// The printed text, in which `%1` stands for the number of the first level.
    text: String,
    bullet: char,
    /// The numbers of upper levels are written in digits.
    is_legal: bool,
}

/// A list, or a use of one that counts anew.
#[derive(Debug, Default)]
struct Number {
    list: String,
    starts: BTreeMap<usize, u32>,
    levels: BTreeMap<usize, Level>,
}

/// All lists, with their counters.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    lists: BTreeMap<String, BTreeMap<usize, Level>>,
    numbers: BTreeMap<String, Number>,
    counters: BTreeMap<String, [Option<u32>; LEVELS]>,
    /// Uses that began to count anew.
    restarted: BTreeSet<String>,
}

impl Numbering {
    /// The lists of `numbering.xml`.
    pub(super) fn of(tree: &Tree) -> Self {
        let mut numbering = Self::default();
        let mut links: BTreeMap<String, String> = BTreeMap::new();
        let mut linked: BTreeMap<String, String> = BTreeMap::new();
        for list in tree.all("abstractNum") {
            let Some(id) = list.attribute("abstractNumId") else {
                continue;
            };
            if let Some(style) = list.value("numStyleLink") {
                links.insert(id.to_owned(), style.to_owned());
            }
            if let Some(style) = list.value("styleLink") {
                linked.insert(style.to_owned(), id.to_owned());
            }
            let levels = list.all("lvl").filter_map(Level::numbered);
            numbering.lists.insert(id.to_owned(), levels.collect());
        }
        for number in tree.all("num") {
            let (Some(id), Some(list)) = (number.attribute("numId"), number.value("abstractNumId"))
            else {
                continue;
            };
            // A list may be defined by another one, through a style.
            let list = links
                .get(list)
                .and_then(|style| linked.get(style))
                .map_or(list, |it| it);
            numbering
                .numbers
                .insert(id.to_owned(), Number::of(number, list));
        }
        numbering
    }

    /// Counts a paragraph of this list and level, and returns what is printed before it.
    pub(super) fn count(&mut self, id: &str, level: usize) -> Option<Marker> {
        let number = self.numbers.get(id)?;
        let level = level.min(LEVELS - 1);
        let levels = self.lists.get(&number.list)?;
        let find = |level: &usize| number.levels.get(level).or_else(|| levels.get(level));
        let start = |level: usize| {
            let own = number.starts.get(&level).copied();
            own.or_else(|| Some(find(&level)?.start)).unwrap_or(1)
        };
        let counters = self.counters.entry(number.list.clone()).or_default();
        if !number.starts.is_empty() && self.restarted.insert(id.to_owned()) {
            for level in number.starts.keys() {
                if let Some(counter) = counters.get_mut(*level) {
                    *counter = None;
                }
            }
        }
        for (index, counter) in counters.iter_mut().enumerate() {
            match index.cmp(&level) {
                std::cmp::Ordering::Less => *counter = counter.or(Some(start(index))),
                std::cmp::Ordering::Equal => {
                    *counter = Some(counter.map_or(start(index), |it| it.saturating_add(1)));
                }
                std::cmp::Ordering::Greater => *counter = None,
            }
        }
        let found = find(&level)?;
        let Some(_) = found.numeral else {
            return (!found.text.is_empty()).then_some(Marker::Bullet(found.bullet));
        };
        let numerals: Vec<_> = (0..LEVELS)
            .map(|index| find(&index).and_then(|it| it.numeral).unwrap_or_default())
            .collect();
        Some(Marker::Number(found.printed(counters, &numerals)))
    }
}

impl Number {
    fn of(tree: &Tree, list: &str) -> Self {
        let mut number = Self {
            list: list.to_owned(),
            ..Self::default()
        };
        for change in tree.all("lvlOverride") {
            let level = change.attribute("ilvl").and_then(|it| it.parse().ok());
            let Some(level) = level.filter(|level| *level < LEVELS) else {
                continue;
            };
            if let Some(start) = change.number("startOverride") {
                number.starts.insert(level, start);
            }
            if let Some((_, own)) = change.child("lvl").and_then(Level::numbered) {
                number.levels.insert(level, own);
            }
        }
        number
    }
}

impl Level {
    fn numbered(tree: &Tree) -> Option<(usize, Self)> {
        let index = tree
            .attribute("ilvl")?
            .parse()
            .ok()
            .filter(|it| *it < LEVELS)?;
        let numeral = match tree.value("numFmt").unwrap_or("decimal") {
            "bullet" => None,
            "decimalZero" => Some(Numeral::DecimalZero),
            "lowerLetter" => Some(Numeral::LowerLetter),
            "upperLetter" => Some(Numeral::UpperLetter),
            "lowerRoman" => Some(Numeral::LowerRoman),
            "upperRoman" => Some(Numeral::UpperRoman),
            "none" => Some(Numeral::None),
            _ => Some(Numeral::Decimal),
        };
        let text = tree.value("lvlText").unwrap_or_default().to_owned();
        let bullet = bullet(tree, &text);
        let level = Self {
            start: tree.number("start").unwrap_or(1),
            numeral,
            text,
            bullet,
            is_legal: tree.switch("isLgl") == Some(true),
        };
        Some((index, level))
    }

    /// The printed number.
    fn printed(&self, counters: &[Option<u32>], numerals: &[Numeral]) -> String {
        let mut printed = String::new();
        let mut characters = self.text.chars().peekable();
        while let Some(character) = characters.next() {
            let level = characters.peek().filter(|_| character == '%');
            let level = level.and_then(|digit| usize::try_from(digit.to_digit(10)?).ok());
            let Some(index) = level.and_then(|level| level.checked_sub(1)) else {
                printed.push(character);
                continue;
            };
            characters.next();
            let numeral = numerals.get(index).copied().unwrap_or_default();
            let numeral = if self.is_legal {
                Numeral::Decimal
            } else {
                numeral
            };
            let number = counters.get(index).copied().flatten().unwrap_or(1);
            printed.push_str(&numeral.write(number));
            if printed.len() > MAX_NUMBER {
                break;
            }
        }
        printed.trim().to_owned()
    }
}

/// The bullet of a level: a checkbox where a form has boxes to mark, else the usual one.
fn bullet(tree: &Tree, text: &str) -> char {
    let fonts = tree
        .child("rPr")
        .and_then(|characters| characters.child("rFonts"));
    let font = fonts.and_then(|fonts| symbol_font(fonts.attribute("ascii")?));
    let picture = text.chars().next().and_then(|first| match font {
        Some(font) => font.character(first),
        None => Some(first),
    });
    picture.filter(|it| matches!(it, '☐' | '☒')).unwrap_or('•')
}

#[cfg(test)]
mod tests {
    use super::super::super::xml::Xml;
    use super::*;
    use diarium_document::Heartbeat;

    const LISTS: &str = r#"<numbering>
        <abstractNum abstractNumId="0">
          <lvl ilvl="0"><start val="1"/><numFmt val="decimal"/><lvlText val="%1."/></lvl>
          <lvl ilvl="1"><start val="1"/><numFmt val="decimal"/><lvlText val="%1.%2"/></lvl>
          <lvl ilvl="2"><start val="1"/><numFmt val="lowerLetter"/><lvlText val="%3)"/></lvl>
        </abstractNum>
        <abstractNum abstractNumId="1">
          <lvl ilvl="0"><numFmt val="bullet"/><lvlText val="&#xF0A8;"/><rPr><rFonts ascii="Wingdings"/></rPr></lvl>
          <lvl ilvl="1"><numFmt val="bullet"/><lvlText val="o"/></lvl>
        </abstractNum>
        <num numId="1"><abstractNumId val="0"/></num>
        <num numId="2"><abstractNumId val="0"/><lvlOverride ilvl="0"><startOverride val="1"/></lvlOverride></num>
        <num numId="3"><abstractNumId val="1"/></num>
      </numbering>"#;

    fn numbering() -> Numbering {
        Numbering::of(&Xml::new(LISTS, &Heartbeat::default()).root())
    }

    #[test]
    fn numbers_are_counted_by_level() {
        let mut numbering = numbering();
        let mut count = |id, level| match numbering.count(id, level) {
            Some(Marker::Number(number)) => number,
            other => format!("{other:?}"),
        };
        let counted = [
            count("1", 0),
            count("1", 1),
            count("1", 1),
            count("1", 2),
            count("1", 0),
            count("1", 1),
            count("2", 0),
            count("2", 0),
        ];
        assert_eq!(counted, ["1.", "1.1", "1.2", "a)", "2.", "2.1", "1.", "2."]);
    }

    #[test]
    fn boxes_are_bullets() {
        let mut numbering = numbering();
        assert_eq!(numbering.count("3", 0), Some(Marker::Bullet('☐')));
        assert_eq!(numbering.count("3", 1), Some(Marker::Bullet('•')));
        assert_eq!(numbering.count("0", 0), None);
    }
}
