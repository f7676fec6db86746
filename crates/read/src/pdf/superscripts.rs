//! Superscripts and subscripts: small glyphs above or below the baseline are part of their line.
//!
//! Raised digits become superscript characters, as in `m²`, so that the mark of a footnote is kept apart from
//! the number before it.

use super::content::{Glyph, GlyphText};

// Superscripts and subscripts, as shares of the font size of their line: they are smaller than
// `MAX_SCRIPT_SIZE`, their baseline is off by `MIN_SCRIPT_OFFSET` to `MAX_SCRIPT_OFFSET`, and the nearest text
// of the line is at most `MAX_SCRIPT_GAP` away.
const MAX_SCRIPT_SIZE: f32 = 0.85;
const MIN_SCRIPT_OFFSET: f32 = 0.05;
const MAX_SCRIPT_OFFSET: f32 = 0.6;
const MAX_SCRIPT_GAP: f32 = 0.35;
/// Groups of more glyphs are lines of small print.
const MAX_SCRIPT_GLYPHS: usize = 60;
/// Pages with more groups are no text: drawings with labels, or hostile.
// Moving groups takes time that grows with the square of their number.
const MAX_GROUPS: usize = 4_000;

/// Merges superscripts and subscripts into the line that they belong to. Groups are sorted by baseline.
pub(super) fn merge_superscripts(groups: &mut Vec<Vec<Glyph>>) {
    if groups.len() > MAX_GROUPS {
        return;
    }
    let mut index = 0;
    while index < groups.len() {
        // Groups are sorted by baseline: a superscript is next to its line, or behind another one.
        let neighbors = index.saturating_sub(2)..(index + 3).min(groups.len());
        let line = neighbors
            .filter(|&other| other != index)
            .find(|&other| is_superscript(&groups[index], &groups[other]));
        let Some(line) = line else {
            index += 1;
            continue;
        };
        let superscript = groups.remove(index);
        let line = if line > index { line - 1 } else { line };
        groups[line].extend(superscript);
        groups[line].sort_by(|first, second| first.left.total_cmp(&second.left));
        index = index.saturating_sub(1);
    }
}

/// Whether all glyphs of a group are superscripts or subscripts of a line.
fn is_superscript(group: &[Glyph], line: &[Glyph]) -> bool {
    if group.len() > MAX_SCRIPT_GLYPHS {
        return false;
    }
    let size = main_size(line);
    let offset = (group[0].baseline - main_baseline(line, size)).abs();
    // Small text on the same baseline lies over the line; see `overlaps`.
    let is_beside = (MIN_SCRIPT_OFFSET * size..=MAX_SCRIPT_OFFSET * size).contains(&offset);
    if !is_beside || main_size(group) > MAX_SCRIPT_SIZE * size {
        return false;
    }
    let near = MAX_SCRIPT_GAP * size;
    let printed = || group.iter().filter(|glyph| !glyph.is_space());
    // The glyphs of a superscript may continue each other: only the first must touch the line.
    let mut end_of_previous = f32::MIN;
    printed().all(|glyph| {
        let touches = glyph.left - end_of_previous <= near
            || line.iter().any(|other| {
                // What stands above or below the letters is a line of its own.
                let (after, before) = (glyph.left - other.right, other.left - glyph.right);
                !other.is_space()
                    && other.size > glyph.size
                    && (-0.5 * (glyph.right - glyph.left)..=near).contains(&after.max(before))
            });
        if touches {
            end_of_previous = glyph.right;
        }
        touches
    })
}

fn main_size(group: &[Glyph]) -> f32 {
    group.iter().map(|glyph| glyph.size).fold(0.0, f32::max)
}

fn main_baseline(group: &[Glyph], size: f32) -> f32 {
    group
        .iter()
        .find(|glyph| glyph.size >= size)
        .map_or(0.0, |glyph| glyph.baseline)
}

/// Smallest distance of a raised digit above the baseline of its line, as a share of the line's font size.
const MIN_RISE: f32 = 0.15;
/// Most digits of a footnote mark or an exponent.
// More are a number in small print, centered on the height of a larger text.
const MAX_RAISED: usize = 3;
/// Widest gap between a mark at the start of a line and the text that it belongs to.
const MAX_GAP_AFTER_MARK: f32 = 0.8;

/// Replaces raised digits by superscript characters.
pub(super) fn raise_digits(groups: &mut [Vec<Glyph>]) {
    for line in groups {
        let mut index = 0;
        while index < line.len() {
            let length = digits_at(line, index);
            if (1..=MAX_RAISED).contains(&length) && is_raised(line, index, length) {
                for glyph in line.iter_mut().skip(index).take(length) {
                    raise(glyph);
                }
            }
            index += length.max(1);
        }
    }
}

/// The number of digits of one size and height from a glyph on.
fn digits_at(line: &[Glyph], index: usize) -> usize {
    let Some(first) = line.get(index) else {
        return 0;
    };
    let same = |glyph: &&Glyph| {
        digit(glyph).is_some()
            && (glyph.size - first.size).abs() < 0.1 * first.size
            && (glyph.baseline - first.baseline).abs() < 0.1 * first.size
    };
    line.iter().skip(index).take_while(same).count()
}

fn digit(glyph: &Glyph) -> Option<u32> {
    match glyph.text {
        GlyphText::Character(character) => character.to_digit(10),
        GlyphText::Several(_) => None,
    }
}

/// Whether digits are raised above the text that they touch: the one before them, or at the start of a line
/// the one after them.
fn is_raised(line: &[Glyph], index: usize, length: usize) -> bool {
    let (before, rest) = line.split_at(index);
    let (Some(first), Some(last)) = (rest.first(), rest.get(length.saturating_sub(1))) else {
        return false;
    };
    let is_above = |base: &Glyph| {
        first.size <= MAX_SCRIPT_SIZE * base.size
            && base.baseline - first.baseline >= MIN_RISE * base.size
    };
    let printed = |glyph: &&Glyph| !glyph.is_space();
    // Another raised mark may precede it: `1, 2`.
    let near = before.iter().rev().filter(printed).take(MAX_RAISED);
    if let Some(base) = near.clone().find(|base| is_above(base)) {
        return first.left - base.right <= 2.0 * MAX_SCRIPT_GAP * base.size;
    }
    let after = rest.iter().skip(length).find(printed);
    near.count() == 0
        && after.is_some_and(|base| {
            is_above(base) && base.left - last.right <= MAX_GAP_AFTER_MARK * base.size
        })
}

fn raise(glyph: &mut Glyph) {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let raised = digit(glyph).and_then(|digit| RAISED.get(usize::try_from(digit).ok()?));
    if let Some(&raised) = raised {
        glyph.text = GlyphText::Character(raised);
    }
}

#[cfg(test)]
mod tests {
    use super::super::rows::rows;
    use super::super::tests::support::{at, text_of, typed};
    use super::*;

    fn raised(text: &str, left: f32, baseline: f32) -> Vec<Glyph> {
        let small = |glyph: Glyph| Glyph { size: 6.0, ..glyph };
        typed(text, left, baseline).into_iter().map(small).collect()
    }

    #[test]
    fn a_note_mark_is_no_digit_of_the_number_before_it() {
        let mut glyphs = typed("120 000", 50.0, 100.0);
        let end = glyphs.last().unwrap().right;
        glyphs.extend(raised("12", end, 96.0));
        assert_eq!(text_of(glyphs), "120 000¹²");
    }

    #[test]
    fn a_mark_at_the_start_of_a_note_is_raised() {
        let mut glyphs = raised("1", 50.0, 96.5);
        glyphs.extend(typed("Enligt beslut", 58.0, 100.0));
        assert_eq!(text_of(glyphs), "¹ Enligt beslut");
    }

    #[test]
    fn small_text_below_large_letters_is_a_line_of_its_own() {
        let mut glyphs = typed("Kv", 50.0, 100.0);
        for glyph in &mut glyphs {
            glyph.size = 24.0;
            glyph.left = 50.0 + 3.0 * (glyph.left - 50.0);
            glyph.right = glyph.left + 16.0;
        }
        glyphs.extend(raised("abc", 50.0, 113.0));
        assert_eq!(rows(glyphs).len(), 2);
    }

    #[test]
    fn long_numbers_and_subscripts_stay() {
        let mut glyphs = typed("Summa", 50.0, 100.0);
        glyphs.extend(raised("4200", 77.5, 96.0));
        assert_eq!(text_of(glyphs), "Summa4200");
        let mut glyphs = typed("CO", 50.0, 100.0);
        glyphs.push(Glyph {
            size: 6.0,
            ..at('2', 61.0, 102.0)
        });
        assert_eq!(text_of(glyphs), "CO2");
    }
}
