//! Overlapping texts: two texts that are printed over each other on one baseline, such as a value over the
//! dots of its line or one stamp over another.
//!
//! From left to right their letters alternate. The order in which the file draws them tells them apart: each
//! text is drawn as one string, and the second one becomes a row of its own.

use super::content::Glyph;
use super::rows::is_overprinted;

/// Smallest part of a letter that is covered, as a share of the narrower one.
const MIN_COVERED: f32 = 0.5;
/// Largest step from one glyph of a string to the next, as a share of the font size.
const MAX_STEP: f32 = 1.2;
/// Two strings that overlap by less than this share of the font size follow each other.
const MAX_TOUCH: f32 = 0.5;
/// Most texts over each other.
const MAX_LAYERS: usize = 4;
/// Most strings of a group that are compared.
// The time grows with the square of their number. Real overlaps are of few strings.
const MAX_STRINGS: usize = 400;

/// The rows of a group of glyphs on one baseline, given with their place in the drawing order: one, or
/// several if texts overlap. Each is sorted from left to right.
pub(super) fn separate_overlaps(mut group: Vec<(usize, Glyph)>) -> Vec<Vec<Glyph>> {
    group.sort_by(|first, second| first.1.left.total_cmp(&second.1.left));
    if covered(&group).next().is_none() {
        return vec![without_order(group)];
    }
    let mut group = merge_overprinted(group);
    remove_covered_leaders(&mut group);
    let strings = strings(group);
    if !have_overlaps(&strings) {
        return vec![row(strings)];
    }
    let mut layers: Vec<Vec<Vec<Glyph>>> = Vec::new();
    for (index, string) in strings.into_iter().enumerate() {
        let is_searched = index < MAX_STRINGS;
        if is_searched
            && layers
                .iter()
                .flatten()
                .any(|other| is_shadow(other, &string))
        {
            continue;
        }
        let is_free = |layer: &Vec<Vec<Glyph>>| {
            !is_searched
                || !layer
                    .iter()
                    .any(|other| overlap(extent(other), extent(&string)))
        };
        match layers.iter().position(is_free) {
            Some(layer) => layers[layer].push(string),
            None if layers.len() < MAX_LAYERS => layers.push(vec![string]),
            None => layers[MAX_LAYERS - 1].push(string),
        }
    }
    layers.into_iter().map(row).collect()
}

/// Whether any two strings overlap.
fn have_overlaps(strings: &[Vec<Glyph>]) -> bool {
    let mut extents: Vec<Extent> = strings.iter().map(|string| extent(string)).collect();
    extents.sort_by(|first, second| first.left.total_cmp(&second.left));
    let mut farthest: Option<Extent> = None;
    for next in extents {
        if farthest.is_some_and(|before| overlap(before, next)) {
            return true;
        }
        farthest = match farthest {
            Some(before) if before.right >= next.right => Some(before),
            _ => Some(next),
        };
    }
    false
}

/// A group without the glyphs that are printed twice to imitate bold letters.
fn merge_overprinted(group: Vec<(usize, Glyph)>) -> Vec<(usize, Glyph)> {
    let mut merged: Vec<(usize, Glyph)> = Vec::with_capacity(group.len());
    for (order, glyph) in group {
        // Glyphs are sorted by their left edges: a copy follows its original closely.
        let near = merged.iter_mut().rev().take(4);
        match near
            .map(|(_, other)| other)
            .find(|other| is_overprinted(other, &glyph))
        {
            Some(original) => original.bold = true,
            None => merged.push((order, glyph)),
        }
    }
    merged
}

/// The glyphs of some strings from left to right.
fn row(strings: Vec<Vec<Glyph>>) -> Vec<Glyph> {
    let mut glyphs: Vec<Glyph> = strings.into_iter().flatten().collect();
    glyphs.sort_by(|first, second| first.left.total_cmp(&second.left));
    glyphs
}

fn without_order(group: Vec<(usize, Glyph)>) -> Vec<Glyph> {
    group.into_iter().map(|(_, glyph)| glyph).collect()
}

/// The places of glyphs that the next one covers, in a group that is sorted from left to right.
fn covered(group: &[(usize, Glyph)]) -> impl Iterator<Item = usize> {
    let pairs = group.windows(2).enumerate();
    let covered = pairs.filter(|(_, pair)| covers(&pair[0].1, &pair[1].1));
    covered.map(|(index, _)| index)
}

/// Whether two glyphs that are no spaces lie over each other.
fn covers(first: &Glyph, second: &Glyph) -> bool {
    let width = |glyph: &Glyph| glyph.right - glyph.left;
    let common = first.right.min(second.right) - first.left.max(second.left);
    let narrower = width(first).min(width(second));
    !first.is_space() && !second.is_space() && narrower > 0.0 && common >= MIN_COVERED * narrower
}

/// Removes the dots or underscores of a line to be filled in where a value covers them, also between the
/// words of the value.
fn remove_covered_leaders(group: &mut Vec<(usize, Glyph)>) {
    let is_leader = |glyph: &Glyph| matches!(glyph.text.first(), '.' | '_' | '…' | '·');
    let mut hidden: Vec<usize> = Vec::new();
    for place in covered(group) {
        let leaders = [place, place + 1].map(|at| is_leader(&group[at].1));
        match leaders {
            [true, false] => hidden.push(place),
            [false, true] => hidden.push(place + 1),
            _ => {}
        }
    }
    let mut removed = vec![false; group.len()];
    for pair in hidden.windows(2) {
        let [from, to] = [pair[0].min(pair[1]), pair[0].max(pair[1])];
        let (first, last) = (&group[from].1, &group[to].1);
        if last.left - first.right <= MAX_STEP * first.size {
            removed[from..to].fill(true);
        }
    }
    for place in hidden {
        removed[place] = true;
    }
    let mut removed = removed.into_iter();
    group.retain(|(_, glyph)| !removed.next().unwrap_or(false) || !is_leader(glyph));
}

/// The strings of a group in the order in which they are drawn.
fn strings(mut group: Vec<(usize, Glyph)>) -> Vec<Vec<Glyph>> {
    group.sort_by_key(|(order, _)| *order);
    let mut strings: Vec<Vec<Glyph>> = Vec::new();
    for (_, glyph) in group {
        let string = strings.last_mut().filter(|string| {
            string.last().is_some_and(|last| {
                let step = glyph.left - last.right;
                step.abs() <= MAX_STEP * last.size.max(glyph.size) && !covers(last, &glyph)
            })
        });
        match string {
            Some(string) => string.push(glyph),
            None => strings.push(vec![glyph]),
        }
    }
    strings
}

/// Where a string is, and its smallest font size.
#[derive(Clone, Copy)]
struct Extent {
    left: f32,
    right: f32,
    size: f32,
}

fn extent(string: &[Glyph]) -> Extent {
    let start = Extent {
        left: f32::MAX,
        right: f32::MIN,
        size: f32::MAX,
    };
    let printed = string.iter().filter(|glyph| !glyph.is_space());
    printed.fold(start, |extent, glyph| Extent {
        left: extent.left.min(glyph.left),
        right: extent.right.max(glyph.right),
        size: extent.size.min(glyph.size),
    })
}

fn overlap(first: Extent, second: Extent) -> bool {
    let common = first.right.min(second.right) - first.left.max(second.left);
    common > MAX_TOUCH * first.size.min(second.size)
}

/// Whether a string is the shadow of another one: the same text, a little to the side.
fn is_shadow(first: &[Glyph], second: &[Glyph]) -> bool {
    let texts = |string: &[Glyph]| {
        string
            .iter()
            .map(|glyph| glyph.text.clone())
            .collect::<Vec<_>>()
    };
    let (from, to) = (extent(first), extent(second));
    (from.left - to.left).abs() <= MAX_TOUCH * from.size
        && first.len() == second.len()
        && texts(first) == texts(second)
}

#[cfg(test)]
mod tests {
    use super::super::rows::rows;
    use super::super::tests::support::typed;
    use super::*;

    fn lines_of(glyphs: Vec<Glyph>) -> Vec<String> {
        let rows = rows(glyphs);
        let texts = rows.iter().map(|row| {
            let words = row.words.iter().map(|word| word.text.as_str());
            words.collect::<Vec<_>>().join(" ")
        });
        texts.collect()
    }

    #[test]
    fn texts_over_each_other_are_rows_of_their_own() {
        let mut glyphs = typed("Gilla gården", 50.0, 100.0);
        glyphs.extend(typed("Antaget 2012", 52.5, 100.4));
        assert_eq!(lines_of(glyphs), ["Gilla gården", "Antaget 2012"]);
    }

    #[test]
    fn letters_in_another_size_over_a_text_are_a_row_of_their_own() {
        let mut glyphs = typed("Ordinarie", 50.0, 100.0);
        glyphs.extend(typed("Ej", 53.0, 100.0));
        assert_eq!(lines_of(glyphs), ["Ordinarie", "Ej"]);
        let mut glyphs = typed("Ordinarie", 50.0, 100.0);
        glyphs.extend(
            typed("Ej", 53.0, 100.0)
                .into_iter()
                .map(|glyph| Glyph { size: 8.0, ..glyph }),
        );
        assert_eq!(lines_of(glyphs), ["Ordinarie", "Ej"]);
        // Printed letter by letter, twice.
        let mut glyphs = Vec::new();
        for glyph in typed("fet", 50.0, 100.0) {
            glyphs.push(glyph.clone());
            glyphs.push(Glyph {
                left: glyph.left + 0.3,
                right: glyph.right + 0.3,
                ..glyph
            });
        }
        assert_eq!(lines_of(glyphs), ["fet"]);
    }

    #[test]
    fn a_value_over_dots_stands_between_them() {
        let mut glyphs = typed("Namn ............", 50.0, 100.0);
        glyphs.extend(typed("Åsa Ek", 94.0, 100.0));
        assert_eq!(lines_of(glyphs), ["Namn ...Åsa Ek..."]);
    }

    #[test]
    fn the_shadow_of_a_text_is_no_text() {
        let mut glyphs = typed("Rubriken", 50.0, 100.0);
        glyphs.extend(typed("Rubriken", 52.0, 101.0));
        assert_eq!(lines_of(glyphs), ["Rubriken"]);
    }
}
