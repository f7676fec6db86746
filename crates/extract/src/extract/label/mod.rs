//! Label detection: labels, their layout, and where their values stand.
//!
//! The same form arrives with its labels before a colon, in a table cell, on a line of their own with
//! the value below, run together with the value (`ProjektfasGenomförande`), or in the middle of a line
//! that a site has made of a whole page. Each label found says which; [`super::field`] decides what that
//! is worth.
//!
//! | file | what it does |
//! | --- | --- |
//! | `cells` | cells of a line, and columns of cells |
//! | `layout` | the layout of one label in its cell |
//! | `relation` | which cell has the value of a label that fills its own cell |
//! | `run` | several labels in running text, then their values |
//! | `neighbors` | labels near a label |
//! | `unknown` | labels that no profile lists |

mod cells;
mod layout;
mod neighbors;
mod relation;
mod run;
mod unknown;

use std::ops::Range;

use crate::profile::{Label, Vocabulary};
use diarium_document::{CleanText, FieldType, Heartbeat, LineRole, operations};

use super::span::SpanResolver;

pub(super) use unknown::{UnknownLabel, find_unknown, is_unmistakable};

/// The layout of a label and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LabelLayout {
    /// `Label: value`, at the start of a line or cell.
    Colon,
    /// `Label: value`, inside a line.
    InlineColon,
    /// `Label`, a tab, the value.
    Cell,
    /// The label fills its line or cell, with or without a colon. The value, if any, is below it.
    Alone { colon: bool },
    /// The label fills its line or cell, and the value is above it.
    Above,
    /// The label is one of a column of labels, which a column of their values follows.
    Columns,
    /// `LabelValue`.
    Glued,
    /// `Label value`, at the start of a line or cell.
    Spaced,
    /// `Label value`, inside a line.
    InlineSpaced,
    /// `Label Label value value`.
    Run,
}

impl LabelLayout {
    /// A description for people, which `diarium show --why` prints.
    pub(super) fn description(self) -> &'static str {
        match self {
            Self::Colon => "label: value, at a line's start",
            Self::InlineColon => "label: value, inside a line",
            Self::Cell => "label in a cell, value in the next",
            Self::Alone { colon: true } => "label: on a line of its own, value below",
            Self::Alone { colon: false } => "label on a line of its own, value below",
            Self::Above => "label on a line of its own, value above",
            Self::Columns => "a column of labels, then a column of values",
            Self::Glued => "label and value run together",
            Self::Spaced => "label and value, at a line's start",
            Self::InlineSpaced => "label and value, inside a line",
            Self::Run => "several labels, then their values",
        }
    }

    /// Whether the label fills its line or cell.
    pub(super) fn is_alone(self) -> bool {
        matches!(self, Self::Alone { .. } | Self::Above | Self::Columns)
    }

    /// Whether the label begins its line or cell and is certainly no word of a sentence.
    pub(super) fn begins_cell(self) -> bool {
        !matches!(
            self,
            Self::Spaced | Self::InlineSpaced | Self::InlineColon | Self::Run
        )
    }
}

/// A label in the clean text.
#[derive(Debug, Clone)]
pub(super) struct LabelHit<'p> {
    pub label: &'p Label,
    /// Whether the text has a variant of the label: inflected, compounded or misread.
    pub is_variant: bool,
    /// The bytes of the label with its note and colon, up to the value.
    pub bytes: Range<usize>,
    /// Index of its line.
    pub line: usize,
    pub layout: LabelLayout,
    /// The end of its cell, in bytes.
    pub cell_end: usize,
    /// How many other labels begin a line near it.
    pub neighbor_count: usize,
    /// Where the value stands, if that is not what follows the label in its cell.
    pub place: Option<Place>,
}

/// The place of a value outside of its label's cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Index of its line.
    pub line: usize,
    /// Bytes of its cell.
    pub bytes: Range<usize>,
    /// Labels and values stand in rows of as many cells, and a typed value confirms it.
    pub in_typed_row: bool,
}

/// Neighbors that a label needs to be part of a fact box: a block of labels with their values.
// Three labels in a row are a box. Two may be a list or a sentence about a field.
pub(super) const BOX_NEIGHBORS: usize = 2;

/// All labels of the text, in order of position.
pub(super) fn find_labels<'p>(
    text: &CleanText,
    vocabulary: &'p Vocabulary,
    spans: &SpanResolver<'_>,
    heartbeat: &Heartbeat,
) -> Vec<LabelHit<'p>> {
    let mut hits = Vec::new();
    for (index, line) in text.lines().iter().enumerate() {
        heartbeat.step(index);
        operations::count(1);
        if matches!(line.role, LineRole::Boilerplate) {
            continue;
        }
        let cells = cells::cells(text, index);
        let first = hits.len();
        for cell in &cells {
            find_in_cell(text, index, cell, vocabulary, heartbeat, &mut hits);
        }
        if cells.len() > 1 {
            relation::place_in_row(&cells, &mut hits[first..]);
        }
    }
    neighbors::count_neighbors(&mut hits);
    hits.retain(is_shown_by_layout);
    relation::place_in_blocks(text, &mut hits, spans);
    hits
}

/// Whether the layout shows that an everyday word, or a variant of a label, is a label. On a line of its own
/// it may be a heading: only a fact box makes it a label.
fn is_shown_by_layout(hit: &LabelHit<'_>) -> bool {
    let is_boxed = hit.neighbor_count >= BOX_NEIGHBORS;
    match hit.layout {
        _ if !(hit.label.weak || hit.is_variant) || is_boxed => true,
        // The type of the value decides.
        LabelLayout::Glued | LabelLayout::Spaced => hit.label.field_type != FieldType::Other,
        LabelLayout::Alone { colon: false } | LabelLayout::InlineSpaced => false,
        _ => true,
    }
}

/// The labels of one line. `hits` are sorted by position.
pub(super) fn labels_on_line<'h, 'p>(hits: &'h [LabelHit<'p>], line: usize) -> &'h [LabelHit<'p>] {
    operations::count(1);
    let first = hits.partition_point(|hit| hit.line < line);
    let rest = &hits[first..];
    &rest[..rest.partition_point(|hit| hit.line == line)]
}

/// Whether a label begins the line or one of its cells.
pub(super) fn begins_label(hits: &[LabelHit<'_>], line: usize) -> bool {
    labels_on_line(hits, line).iter().any(|hit| {
        operations::count(1);
        match hit.layout {
            // A single word without a colon may be a value.
            LabelLayout::Alone { colon: false } => hit.neighbor_count >= BOX_NEIGHBORS,
            layout => layout.begins_cell(),
        }
    })
}

/// For each line, whether it is a fact and not a heading: a label begins it, or it is a value in a fact
/// box.
pub(super) fn fact_lines(text: &CleanText, hits: &[LabelHit<'_>]) -> Vec<bool> {
    let mut lines = vec![false; text.lines().len()];
    let mut mark = |line: usize| {
        if let Some(line) = lines.get_mut(line) {
            *line = true;
        }
    };
    for hit in hits {
        operations::count(1);
        let is_boxed = hit.neighbor_count >= BOX_NEIGHBORS;
        match hit.layout {
            LabelLayout::Colon | LabelLayout::Cell => mark(hit.line),
            LabelLayout::Glued if is_boxed => mark(hit.line),
            // The line of the value is none either, even if it looks like a heading.
            LabelLayout::Above | LabelLayout::Columns => {
                mark(hit.line);
                hit.place.iter().for_each(|place| mark(place.line));
            }
            LabelLayout::Alone { colon: false } if heads_prose(text, hit.line) => {}
            LabelLayout::Alone { .. } if is_boxed => {
                mark(hit.line);
                let is_row = hit.place.as_ref().is_some_and(|place| place.in_typed_row);
                let below = text.lines().get(hit.line + 1);
                if is_row || below.is_some_and(|line| !line.gap_before) {
                    mark(hit.line + 1);
                }
            }
            LabelLayout::Alone { colon: true } => mark(hit.line),
            _ => {}
        }
    }
    lines
}

/// The shortest line of prose below a heading, in characters.
// Values that stand below their label are shorter.
const MIN_PROSE_BELOW: usize = 60;

/// Whether a line stands by itself above prose: a heading below a box of facts, not the last of them.
fn heads_prose(text: &CleanText, line: usize) -> bool {
    let lines = text.lines();
    let (Some(own), Some(next)) = (lines.get(line), lines.get(line + 1)) else {
        return false;
    };
    let below = text.line(line + 1);
    let is_prose = next.role == LineRole::Body
        && below.chars().take(MIN_PROSE_BELOW).count() == MIN_PROSE_BELOW
        && below.trim_end().ends_with(['.', '!', '?', ':']);
    own.gap_before && next.gap_before && is_prose
}

/// Adds the labels of one cell to `hits`, which are sorted by position.
fn find_in_cell<'p>(
    text: &CleanText,
    line: usize,
    bytes: &Range<usize>,
    vocabulary: &'p Vocabulary,
    heartbeat: &Heartbeat,
    hits: &mut Vec<LabelHit<'p>>,
) {
    let cell = &text.text()[bytes.clone()];
    // Bullets before a label are matched once a cell, not once a label.
    let prefix_end = layout::prefix_end(cell);
    let mut search = vocabulary.search(cell, prefix_end);
    let mut from = 0;
    let mut runs = run::Runs::default();
    let first = hits.len();
    while let Some(found) = search.next(from) {
        let (range, label) = (found.range, found.label);
        heartbeat.step(hits.len());
        from = range.end;
        let at_start = range.start <= prefix_end && {
            operations::count(range.start);
            layout::is_prefix(&cell[..range.start])
        };
        runs.add(cell, &range, label);
        let Some((end, layout)) = layout::layout(cell, &range, label, at_start) else {
            continue;
        };
        from = end;
        hits.push(LabelHit {
            label,
            is_variant: found.is_variant,
            bytes: bytes.start + range.start..bytes.start + end,
            line,
            layout,
            cell_end: bytes.end,
            neighbor_count: 0,
            place: None,
        });
    }
    runs.place(text, line, bytes, hits, first);
}
