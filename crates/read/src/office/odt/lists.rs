//! Lists of an OpenDocument text: the numbers before items and headings, which result from counting.

use std::collections::BTreeMap;

use super::{
    super::{flow::Marker, numerals::Numeral, xml::Element},
    styles::{LEVELS, ListLevel, Styles},
};

/// Lists whose numbers are kept for later lists, at most.
const MAX_LISTS: usize = 10_000;

type Counts = [Option<u32>; LEVELS];

/// An open list.
#[derive(Debug)]
struct List {
    style: Option<String>,
    id: Option<String>,
    /// The number that the next item has, if the item states it.
    stated: Option<u32>,
    /// The current item has not been counted: its paragraph is still to come.
    is_pending: bool,
}

/// All lists, with their counts.
#[derive(Debug, Default)]
pub(super) struct Lists {
    open: Vec<List>,
    counts: Counts,
    /// The counts of lists that ended, by identifier and by style.
    ended: BTreeMap<String, Counts>,
    headings: Counts,
}

impl Lists {
    /// Opens a list.
    pub(super) fn open(&mut self, element: &Element<'_>) {
        let outer = self.open.last().and_then(|list| list.style.clone());
        let style = element.attribute("style-name").or(outer);
        let continued = element.attribute("continue-list").or_else(|| {
            let continues = element.attribute("continue-numbering").as_deref() == Some("true");
            style.clone().filter(|_| continues)
        });
        if self.open.is_empty() {
            let counts = continued.and_then(|key| self.ended.get(&key));
            self.counts = counts.copied().unwrap_or_default();
        } else if continued.is_none()
            && let Some(count) = self.counts.get_mut(self.open.len())
        {
            *count = None;
        }
        self.open.push(List {
            style,
            id: element.attribute("id"),
            stated: None,
            is_pending: false,
        });
    }

    /// Closes a list.
    pub(super) fn close(&mut self) {
        let Some(list) = self.open.pop() else {
            return;
        };
        if self.open.is_empty() && self.ended.len() < MAX_LISTS {
            for key in [list.id, list.style].into_iter().flatten() {
                self.ended.insert(key, self.counts);
            }
        }
    }

    /// Opens an item. It is counted with its first paragraph: an item that only holds a list is none.
    pub(super) fn item(&mut self, element: &Element<'_>) {
        if let Some(list) = self.open.last_mut() {
            list.is_pending = true;
            list.stated = element
                .attribute("start-value")
                .and_then(|it| it.parse().ok());
        }
    }

    /// What is printed before a paragraph, if it is the first of an item.
    pub(super) fn paragraph(&mut self, styles: &Styles, own_style: Option<&str>) -> Option<Marker> {
        let level = self.open.len().checked_sub(1)?.min(LEVELS - 1);
        let list = self.open.last_mut()?;
        if !std::mem::take(&mut list.is_pending) {
            return None;
        }
        // An item of an item has no paragraph of its own in between.
        let stated = list.stated.take();
        let style = list.style.clone().or_else(|| own_style.map(str::to_owned));
        for list in &mut self.open {
            list.is_pending = false;
        }
        let find = |level: usize| styles.list_level(style.as_deref(), level);
        count(&mut self.counts, level, stated, find)
    }

    /// What is printed before a heading of this level, from 0.
    pub(super) fn heading(
        &mut self,
        styles: &Styles,
        level: usize,
        element: &Element<'_>,
    ) -> Option<Marker> {
        let stated = element
            .attribute("start-value")
            .and_then(|it| it.parse().ok());
        let level = level.min(LEVELS - 1);
        count(&mut self.headings, level, stated, |level| {
            styles.outline_level(level)
        })
    }
}

/// Counts an item of a level, and returns what is printed before it.
fn count<'s>(
    counts: &mut Counts,
    level: usize,
    stated: Option<u32>,
    find: impl Fn(usize) -> Option<&'s ListLevel>,
) -> Option<Marker> {
    let start = |level: usize| match find(level) {
        Some(ListLevel::Number { start, .. }) => *start,
        _ => 1,
    };
    for (index, count) in counts.iter_mut().enumerate() {
        match index.cmp(&level) {
            std::cmp::Ordering::Less => *count = count.or(Some(start(index))),
            std::cmp::Ordering::Equal => {
                let next = count.map_or(start(index), |count| count.saturating_add(1));
                *count = Some(stated.unwrap_or(next));
            }
            std::cmp::Ordering::Greater => *count = None,
        }
    }
    match find(level)? {
        ListLevel::Bullet(bullet) => Some(Marker::Bullet(*bullet)),
        ListLevel::Number {
            numeral: Numeral::None,
            ..
        } => None,
        ListLevel::Number {
            prefix,
            suffix,
            shown,
            ..
        } => {
            let first = level.saturating_add(1).saturating_sub(*shown);
            let numbers: Vec<_> = (first..=level)
                .filter_map(|level| {
                    let Some(ListLevel::Number { numeral, .. }) = find(level) else {
                        return None;
                    };
                    let number = counts.get(level).copied().flatten()?;
                    Some(numeral.write(number)).filter(|written| !written.is_empty())
                })
                .collect();
            let number = format!("{prefix}{}{suffix}", numbers.join("."));
            Some(Marker::Number(number.trim().to_owned()))
        }
    }
}
