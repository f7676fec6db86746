//! Row and word grouping: glyphs on one baseline make a row, and glyphs close to each other a word.
//!
//! A row spans the whole page, with words from left to right. Superscripts, combining marks and glyphs that
//! are printed twice are merged. Whether a row is a line of text, the cells of a table or the lines of two
//! columns is left to [`columns`](super::columns) and [`layout_line`](super::layout_line).

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::content::{Glyph, GlyphText};
use super::overlaps::separate_overlaps;
use super::spacing::{Spacing, spacings};
use super::superscripts::{merge_superscripts, raise_digits};

/// Words on one baseline, from left to right.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Row {
    /// Never empty.
    pub words: Vec<Word>,
}

/// Characters without white space between them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Word {
    /// Its text, in the order in which it is printed.
    pub text: String,
    /// Left edge.
    pub left: f32,
    /// Right edge.
    pub right: f32,
    /// Baseline of its largest glyph.
    pub baseline: f32,
    /// Size of its largest glyph, in points.
    pub size: f32,
    /// Whether every letter and digit is bold.
    pub bold: bool,
    /// Number of spaces that the file has before it.
    pub spaces: usize,
    /// Whether one of these spaces is a no-break space.
    pub no_break: bool,
    /// Number of glyphs with unknown characters.
    pub unknown: usize,
    /// Number of all glyphs.
    pub glyphs: usize,
    /// Whether it is a checkbox, which is a word of its own whatever the gaps.
    pub checkbox: bool,
}

impl Row {
    /// Left edge.
    pub(super) fn left(&self) -> f32 {
        self.words
            .iter()
            .map(|word| word.left)
            .fold(f32::MAX, f32::min)
    }

    /// Right edge.
    pub(super) fn right(&self) -> f32 {
        self.words
            .iter()
            .map(|word| word.right)
            .fold(f32::MIN, f32::max)
    }

    /// Size of the font that most of the row is set in.
    pub(super) fn size(&self) -> f32 {
        let widest = self.words.iter().max_by(|first, second| {
            let weight = |word: &Word| word.right - word.left;
            weight(first).total_cmp(&weight(second))
        });
        widest.map_or(0.0, |word| word.size)
    }

    /// Baseline of the row's largest words.
    pub(super) fn baseline(&self) -> f32 {
        let largest = self
            .words
            .iter()
            .max_by(|first, second| first.size.total_cmp(&second.size));
        largest.map_or(0.0, |word| word.baseline)
    }
}

/// The rows of some glyphs, from top to bottom.
pub(super) fn rows(glyphs: Vec<Glyph>) -> Vec<Row> {
    let mut baselines = group_by_baseline(attach_marks(glyphs));
    merge_superscripts(&mut baselines);
    raise_digits(&mut baselines);
    baselines
        .into_iter()
        .map(|line| Row {
            words: words(merge_overprinted(line)),
        })
        .filter(|row| !row.words.is_empty())
        .collect()
}

/// Attaches combining marks to the letter that is printed before them, wherever the font draws them.
fn attach_marks(glyphs: Vec<Glyph>) -> Vec<Glyph> {
    let mut attached: Vec<Glyph> = Vec::with_capacity(glyphs.len());
    for glyph in glyphs {
        match attached.last_mut() {
            Some(base) if is_combining_mark(glyph.text.first()) && !base.is_space() => {
                append(base, &glyph.text);
            }
            _ => attached.push(glyph),
        }
    }
    attached
}

fn append(base: &mut Glyph, text: &GlyphText) {
    let mut joined = String::new();
    base.text.push_to(&mut joined);
    text.push_to(&mut joined);
    let composed: String = joined.nfc().collect();
    let mut characters = composed.chars();
    base.text = match (characters.next(), characters.next()) {
        (Some(only), None) => GlyphText::Character(only),
        _ => GlyphText::Several(composed.into()),
    };
}

/// Largest difference of the baselines in a row, as a share of the smaller font size.
// Programs round, and the cells of a table are often set slightly off. The baselines of two lines of
// text differ by at least 1.0.
const BASELINE_TOLERANCE: f32 = 0.28;
/// Number of preceding rows that a glyph is compared with.
// Few lines have more than two fonts.
const OPEN_ROWS: usize = 4;

/// Groups glyphs by baseline: from the top, each group from left to right.
fn group_by_baseline(glyphs: Vec<Glyph>) -> Vec<Vec<Glyph>> {
    let mut ordered: Vec<(usize, Glyph)> = glyphs.into_iter().enumerate().collect();
    ordered.sort_by(|first, second| first.1.baseline.total_cmp(&second.1.baseline));
    let mut groups: Vec<Vec<(usize, Glyph)>> = Vec::new();
    for (order, glyph) in ordered {
        let open = groups.len().saturating_sub(OPEN_ROWS);
        let nearest = groups[open..]
            .iter_mut()
            .map(|group| (group[0].1.baseline - glyph.baseline, group[0].1.size, group))
            .filter(|(distance, size, _)| {
                distance.abs() <= BASELINE_TOLERANCE * size.min(glyph.size)
            })
            .min_by(|first, second| first.0.abs().total_cmp(&second.0.abs()));
        match nearest {
            Some((_, _, group)) => group.push((order, glyph)),
            None => groups.push(vec![(order, glyph)]),
        }
    }
    groups.retain(|group| group.iter().any(|(_, glyph)| !glyph.is_space()));
    groups.into_iter().flat_map(separate_overlaps).collect()
}

/// Merges glyphs that are printed twice at nearly the same position, which is how some programs imitate bold
/// letters.
fn merge_overprinted(line: Vec<Glyph>) -> Vec<Glyph> {
    let mut merged: Vec<Glyph> = Vec::with_capacity(line.len());
    for glyph in line {
        let original = merged
            .iter_mut()
            .rev()
            // Glyphs are sorted by their left edges: a copy follows its original closely.
            .take(4)
            .find(|other| is_overprinted(other, &glyph));
        match original {
            Some(original) => original.bold = true,
            None => merged.push(glyph),
        }
    }
    merged
}

pub(super) fn is_overprinted(first: &Glyph, second: &Glyph) -> bool {
    // Real double letters, such as in full, are the width of a letter apart.
    let near = (0.12 * first.size).min(0.5 * (first.right - first.left));
    !second.is_space()
        && first.text == second.text
        && (first.left - second.left).abs() < near
        && (first.baseline - second.baseline).abs() < 0.15 * first.size
        && (first.size - second.size).abs() < 0.1 * first.size
}

/// A space that leaves a narrower gap is hidden under its neighbors and separates nothing.
const MAX_HIDDEN_SPACE: f32 = 0.04;

/// The words of a line whose glyphs are sorted from left to right.
fn words(line: Vec<Glyph>) -> Vec<Word> {
    let mut spacings = spacings(&line).into_iter();
    let mut spacing = Spacing::default();
    let mut words: Vec<Word> = Vec::new();
    let mut spaces = 0;
    let mut no_break = false;
    for glyph in line {
        if glyph.is_space() {
            spaces += 1;
            no_break |= glyph.text.first() == '\u{A0}';
            continue;
        }
        spacing = spacings.next().unwrap_or(spacing);
        match words.last_mut() {
            Some(word) if !is_new_word(word, &glyph, spaces, spacing) => extend(word, glyph),
            _ => words.push(new_word(glyph, spaces, no_break)),
        }
        spaces = 0;
        no_break = false;
    }
    for word in &mut words {
        compose_accents(&mut word.text);
    }
    words
}

fn is_new_word(word: &Word, glyph: &Glyph, spaces: usize, spacing: Spacing) -> bool {
    let gap = (glyph.left - word.right) / word.size.min(glyph.size);
    if word.checkbox || is_checkbox(glyph.text.first()) {
        return true;
    }
    gap > spacing.max_letter_gap
        || spaces > 0 && gap > MAX_HIDDEN_SPACE && !spacing.is_letter_spaced
}

/// Whether a character is a checkbox, drawn or printed.
pub(super) fn is_checkbox(character: char) -> bool {
    matches!(character, '☐' | '☑' | '☒' | '⍰')
}

fn new_word(glyph: Glyph, spaces: usize, no_break: bool) -> Word {
    let mut text = String::new();
    glyph.text.push_to(&mut text);
    Word {
        checkbox: is_checkbox(glyph.text.first()),
        text,
        left: glyph.left,
        right: glyph.right,
        baseline: glyph.baseline,
        size: glyph.size,
        // Punctuation is often set in the regular font: only letters and digits decide.
        bold: glyph.bold || !glyph.text.first().is_alphanumeric(),
        spaces,
        no_break,
        unknown: usize::from(glyph.is_unknown()),
        glyphs: 1,
    }
}

fn extend(word: &mut Word, glyph: Glyph) {
    glyph.text.push_to(&mut word.text);
    word.right = word.right.max(glyph.right);
    if glyph.size > word.size {
        word.size = glyph.size;
        word.baseline = glyph.baseline;
    }
    word.bold &= glyph.bold || !glyph.text.first().is_alphanumeric();
    word.unknown += usize::from(glyph.is_unknown());
    word.glyphs += 1;
}

/// Spacing accents, which old typesetting programs print over a letter as a glyph of their own, and the
/// combining marks that they mean.
const ACCENTS: [(char, char); 6] = [
    ('¨', '\u{308}'),
    ('˚', '\u{30A}'),
    ('´', '\u{301}'),
    ('`', '\u{300}'),
    ('ˆ', '\u{302}'),
    ('˜', '\u{303}'),
];

/// Composes `a¨` and `¨a`, printed over each other, to one letter. A spacing accent within a word has no
/// other meaning in the languages that are supported.
fn compose_accents(text: &mut String) {
    if !text.contains(|one| ACCENTS.iter().any(|(spacing, _)| *spacing == one)) {
        return;
    }
    let characters: Vec<char> = text.chars().collect();
    let mut composed = String::with_capacity(text.len());
    let mut index = 0;
    while index < characters.len() {
        let current = characters[index];
        let next = characters.get(index + 1).copied();
        let pair = next.and_then(|next| compose(next, current).or_else(|| compose(current, next)));
        composed.push(pair.unwrap_or(current));
        index += if pair.is_some() { 2 } else { 1 };
    }
    *text = composed;
}

fn compose(letter: char, accent: char) -> Option<char> {
    let (_, mark) = ACCENTS.iter().find(|(spacing, _)| *spacing == accent)?;
    unicode_normalization::char::compose(letter, *mark)
}

#[cfg(test)]
mod tests {
    use super::super::tests::support::{at, typed};
    use super::*;

    fn texts(rows: &[Row]) -> Vec<Vec<&str>> {
        rows.iter()
            .map(|row| row.words.iter().map(|word| word.text.as_str()).collect())
            .collect()
    }

    #[test]
    fn words_are_separated_by_spaces_and_by_gaps() {
        let mut glyphs = typed("Två ord", 50.0, 100.0);
        glyphs.extend(typed("utan", 50.0, 120.0));
        glyphs.extend(typed("blank", 76.0, 120.4));
        assert_eq!(
            texts(&rows(glyphs)),
            [vec!["Två", "ord"], vec!["utan", "blank"]]
        );
    }

    #[test]
    fn superscripts_are_part_of_their_line() {
        let mut glyphs = typed("yta 12 m", 50.0, 100.0);
        let end = glyphs.last().unwrap().right;
        glyphs.push(Glyph {
            size: 6.0,
            ..at('2', end, 96.0)
        });
        glyphs.extend(typed("nästa rad", 50.0, 113.0));
        assert_eq!(
            texts(&rows(glyphs)),
            [vec!["yta", "12", "m²"], vec!["nästa", "rad"]]
        );
    }

    #[test]
    fn letters_that_are_printed_twice_are_one_bold_letter() {
        let mut glyphs = typed("full", 50.0, 100.0);
        glyphs.extend(typed("full", 50.3, 100.0));
        let rows = rows(glyphs);
        assert_eq!(texts(&rows), [vec!["full"]]);
        assert!(rows[0].words[0].bold);
    }

    #[test]
    fn accents_are_composed_with_their_letters() {
        for (printed, expected) in [("a¨gare", "ägare"), ("¨orter", "örter"), ("h˚all", "håll")]
        {
            let mut text = printed.to_owned();
            compose_accents(&mut text);
            assert_eq!(text, expected);
        }
        let glyphs = vec![at('a', 10.0, 10.0), at('\u{30A}', 9.0, 10.0)];
        assert_eq!(texts(&rows(glyphs)), [vec!["å"]]);
    }
}
