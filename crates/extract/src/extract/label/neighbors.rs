//! Neighbors: how many labels stand near a label. A block of labels is a fact box.

use super::{LabelHit, LabelLayout};
use diarium_document::operations;

/// The distance of a neighbor, in lines.
// Above: three facts of two lines each, where every value is below its label. Below: the next section.
const NEIGHBOR_DISTANCE: usize = 6;

/// Counts for each label how many others begin a line near it.
pub(super) fn count_neighbors(hits: &mut [LabelHit<'_>]) {
    let begins: Vec<(usize, bool)> = hits
        .iter()
        .map(|hit| {
            let begins = !matches!(
                hit.layout,
                LabelLayout::InlineColon
                    | LabelLayout::InlineSpaced
                    | LabelLayout::Spaced
                    | LabelLayout::Run
            );
            (hit.line, begins)
        })
        .collect();
    for (index, hit) in hits.iter_mut().enumerate() {
        let line = begins[index].0;
        let near =
            |&(other, begins): &(usize, bool)| begins && other.abs_diff(line) <= NEIGHBOR_DISTANCE;
        let before = begins[..index]
            .iter()
            .rev()
            .take(NEIGHBOR_DISTANCE)
            .filter(|other| near(other));
        let after = begins[index + 1..]
            .iter()
            .take(NEIGHBOR_DISTANCE)
            .filter(|other| near(other));
        // Label, value, label, value: here a single neighbor makes a box.
        let pair = hit.layout.is_alone()
            && (line
                .checked_sub(2)
                .is_some_and(|other| begins_line(&begins, other))
                || begins_line(&begins, line + 2));
        hit.neighbor_count = before.count() + after.count() + usize::from(pair);
    }
}

/// Whether one of the labels, sorted by line, begins this line.
fn begins_line(labels: &[(usize, bool)], line: usize) -> bool {
    let first = labels.partition_point(|&(other, _)| other < line);
    labels[first..]
        .iter()
        .take_while(|&&(other, _)| other == line)
        .any(|&(_, begins)| {
            operations::count(1);
            begins
        })
}
