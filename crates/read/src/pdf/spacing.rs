//! Spacing: how wide the gaps between the letters of a word are, and from which width on they separate words.
//!
//! Each part of a line decides by its own gaps, because a heading may be set in spaced letters: `R A P P O R T`
//! is one word if its letters are all equally far apart, whether the file has spaces between them or not.

use super::content::{Glyph, GlyphText};

/// The spacing of a part of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spacing {
    /// The widest gap within a word, as a share of the font size.
    pub max_letter_gap: f32,
    /// Whether its letters are spaced, so that a space between two of them separates nothing.
    pub is_letter_spaced: bool,
}

impl Default for Spacing {
    fn default() -> Self {
        Self {
            max_letter_gap: MAX_LETTER_GAP,
            is_letter_spaced: false,
        }
    }
}

// Gaps, as shares of the font size.
/// Widest gap within a word, in text without spaces.
// The narrowest spaces that typesetters allow are 0.2, but programs that place each word leave less.
const MAX_LETTER_GAP: f32 = 0.12;
/// The same in text with spaces: there, wider gaps are kerning.
const MAX_LETTER_GAP_WITH_SPACES: f32 = 0.17;
/// A wider gap separates parts of a line that may be set differently.
const MIN_PART_GAP: f32 = 2.0;
/// Letters that are closer are set normally.
const MIN_LETTER_SPACING: f32 = 0.1;
/// Letters that are farther apart stand by themselves, such as those in the boxes of a form.
const MAX_LETTER_SPACING: f32 = 0.75;
/// The same for digits without spaces between them: those of a number that fills boxes. Wider ones are the
/// columns of a table.
const MAX_DIGIT_SPACING: f32 = 0.35;
/// The fewest letters of a part that is set in spaced letters.
const MIN_LETTERS: usize = 4;
/// The smallest share of letters in it.
const MIN_LETTER_SHARE: f32 = 0.6;
/// How far the gaps between spaced letters differ.
const SPACING_TOLERANCE: f32 = 0.12;
/// The share of the gaps that must be alike.
const MIN_ALIKE: f32 = 0.65;

/// For each glyph of a line that is not a space, the spacing of its part of the line.
pub(super) fn spacings(line: &[Glyph]) -> Vec<Spacing> {
    let printed: Vec<usize> = (0..line.len()).filter(|&at| !line[at].is_space()).collect();
    let mut spacings = Vec::with_capacity(printed.len());
    let mut start = 0;
    for end in 1..=printed.len() {
        let is_end = match (printed.get(end - 1), printed.get(end)) {
            (Some(&before), Some(&after)) => gap(&line[before], &line[after]) > MIN_PART_GAP,
            _ => true,
        };
        if is_end {
            let spacing = spacing_of(line, &printed[start..end]);
            spacings.resize(end, spacing);
            start = end;
        }
    }
    spacings
}

fn gap(first: &Glyph, second: &Glyph) -> f32 {
    // Fonts may be as small as 0.01 points.
    (second.left - first.right) / first.size.min(second.size).max(0.01)
}

/// The spacing of one part: `printed` are the places of its glyphs that are not spaces.
fn spacing_of(line: &[Glyph], printed: &[usize]) -> Spacing {
    let pairs = printed.windows(2);
    let gaps: Vec<f32> = pairs
        .map(|pair| gap(&line[pair[0]], &line[pair[1]]))
        .collect();
    if let Some(usual) = letter_spacing(line, printed, &gaps) {
        return Spacing {
            // Between words is the space of the font or twice the gap between letters.
            max_letter_gap: usual + (0.5 * usual).max(MAX_LETTER_GAP),
            is_letter_spaced: true,
        };
    }
    let has_spaces = printed.windows(2).any(|pair| pair[1] - pair[0] > 1);
    Spacing {
        max_letter_gap: if has_spaces {
            MAX_LETTER_GAP_WITH_SPACES
        } else {
            MAX_LETTER_GAP
        },
        is_letter_spaced: false,
    }
}

/// The usual gap between the letters of a part, if they are spaced.
fn letter_spacing(line: &[Glyph], printed: &[usize], gaps: &[f32]) -> Option<f32> {
    let letters = || printed.iter().map(|&at| letter(&line[at]));
    let count = letters().flatten().count();
    let has_letters =
        count >= MIN_LETTERS && count as f32 >= MIN_LETTER_SHARE * printed.len() as f32;
    let has_spaces = printed.windows(2).any(|pair| pair[1] - pair[0] > 1);
    let is_number = || {
        printed
            .iter()
            .all(|&at| line[at].text.first().is_ascii_digit())
    };
    if printed.len() < MIN_LETTERS || !has_letters && (has_spaces || !is_number()) {
        return None;
    }
    // `A B C D` are the columns of a table.
    let is_alphabet = |pair: (Option<char>, Option<char>)| {
        let (first, second) = (pair.0.map(u32::from), pair.1.map(u32::from));
        first.is_some_and(|first| second == Some(first + 1))
    };
    if letters().zip(letters().skip(1)).all(is_alphabet) {
        return None;
    }
    let mut sorted = gaps.to_vec();
    sorted.sort_by(f32::total_cmp);
    // Below the middle: a text of short words has many wide gaps.
    let usual = *sorted.get(sorted.len() * 2 / 5)?;
    let alike = gaps
        .iter()
        .filter(|gap| (*gap - usual).abs() <= SPACING_TOLERANCE);
    let is_even = alike.count() as f32 >= MIN_ALIKE * gaps.len() as f32;
    let widest = if has_letters {
        MAX_LETTER_SPACING
    } else {
        MAX_DIGIT_SPACING
    };
    let is_spaced = (MIN_LETTER_SPACING..widest).contains(&usual);
    (is_spaced && is_even).then_some(usual)
}

fn letter(glyph: &Glyph) -> Option<char> {
    match glyph.text {
        // Chinese and Japanese have no words.
        GlyphText::Character(character @ ..'\u{2E7F}') if character.is_alphabetic() => {
            Some(character)
        }
        GlyphText::Character(_) => None,
        GlyphText::Several(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::support::{ADVANCE, SIZE, at, text_of, typed};
    use super::*;

    /// Words of letters with a gap between letters and one between words, as shares of the font size.
    fn spaced(words: &[&str], letter_gap: f32, word_gap: f32) -> Vec<Glyph> {
        let mut left = 50.0;
        let mut glyphs = Vec::new();
        for word in words {
            for letter in word.chars() {
                glyphs.push(at(letter, left, 100.0));
                left += ADVANCE + letter_gap * SIZE;
            }
            left += (word_gap - letter_gap) * SIZE;
        }
        glyphs
    }

    #[test]
    fn spaced_letters_are_words() {
        for (letter_gap, word_gap) in [(0.27, 0.8), (0.15, 0.42), (0.45, 1.0)] {
            let glyphs = spaced(&["MÅL", "OCH", "SYFTE"], letter_gap, word_gap);
            assert_eq!(text_of(glyphs), "MÅL OCH SYFTE", "{letter_gap}");
        }
        // A space after every letter, and two between words.
        let glyphs = typed("B U D G E T  F Ö R  2 0 1 2", 50.0, 100.0);
        assert_eq!(text_of(glyphs), "BUDGET FÖR 2012");
    }

    #[test]
    fn words_that_are_placed_close_together_are_words() {
        let glyphs = spaced(&["nya", "vägar", "till", "arbete"], 0.0, 0.13);
        assert_eq!(text_of(glyphs), "nya vägar till arbete");
        let glyphs = spaced(&["Kerning"], 0.06, 0.3);
        assert_eq!(text_of(glyphs), "Kerning");
    }

    #[test]
    fn digits_close_to_each_other_are_a_number() {
        assert_eq!(text_of(spaced(&["2012"], 0.22, 0.22)), "2012");
    }

    #[test]
    fn letters_that_stand_apart_are_no_word() {
        for text in ["A B C D E", "2 0 1 2", "a b c"] {
            assert_eq!(text_of(typed(text, 50.0, 100.0)), text);
        }
    }
}
