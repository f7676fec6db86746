//! Judgement of text that nobody has proofread: hidden OCR layers, and fonts that say other letters than they
//! show.
//!
//! A text is judged by its letters ([`LetterStatistics`]), and by whether our own recognition of the page, or
//! of a few lines of it, finds the same words. The better text of the page is used.

use std::collections::BTreeSet;

use super::letter_statistics::LetterStatistics;

/// Shorter words are the same by chance.
const MIN_WORD: usize = 4;
/// Fewest words for a comparison.
const MIN_WORDS: usize = 4;
/// Texts agree if at least this share of the words of one is in the other. Two programs misread different
/// words.
const AGREEMENT: f32 = 0.7;
/// The same of a text that has a part without words.
const CERTAIN_AGREEMENT: f32 = 0.9;
/// A layer that leaves out more of the page than this is not used.
const MIN_COMPLETENESS: f32 = 0.7;
/// Below this confidence, our recognition is no better than another.
const MIN_CONFIDENCE: f32 = 0.75;
/// Fewer letters are no text of a page.
const FEW_LETTERS: usize = 60;
// A layer is examined in full if fewer of its words than this are well formed, or if its letters are less usual.
const MIN_WELL_FORMED: f32 = 0.8;
const MIN_USUAL: f32 = 5.2;

/// A text and what its letters look like.
#[derive(Debug)]
pub(super) struct JudgedText {
    words: BTreeSet<String>,
    statistics: LetterStatistics,
    letters: usize,
    /// Whether a part of some lines makes no words: a font of several is wrong.
    has_nonsense_part: bool,
}

/// Which text of a page is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Its own.
    Own,
    /// The recognized one.
    Recognized,
    /// Its own, as far as can be told.
    Unclear,
}

impl JudgedText {
    /// Judges a text.
    pub(super) fn of(text: &str) -> Self {
        Self {
            words: words(text),
            statistics: LetterStatistics::of(text),
            letters: text.chars().filter(|one| one.is_alphanumeric()).count(),
            has_nonsense_part: has_nonsense_part(text),
        }
    }

    /// Whether its letters make no words in any language.
    pub(super) fn is_nonsense(&self) -> bool {
        self.statistics.is_nonsense() || self.has_nonsense_part
    }

    /// Whether the text needs a closer look.
    pub(super) fn is_doubtful(&self) -> bool {
        let usual = self.statistics.usualness();
        self.letters < FEW_LETTERS
            || usual.is_some_and(|usual| usual < MIN_USUAL)
            || self.statistics.well_formed_share() < MIN_WELL_FORMED
    }

    /// Whether it is in another alphabet, which our recognition does not read.
    pub(super) fn is_foreign(&self) -> bool {
        self.letters >= FEW_LETTERS && self.statistics.words == 0 && !self.words.is_empty()
    }

    /// Whether some words that were recognized on the page are in the text; `None` if they are too few.
    pub(super) fn agrees_with(&self, recognized: &str) -> Option<bool> {
        let recognized = words(recognized);
        (recognized.len() >= MIN_WORDS).then(|| self.share_of(&recognized) >= AGREEMENT)
    }

    fn share_of(&self, recognized: &BTreeSet<String>) -> f32 {
        let common = recognized.intersection(&self.words).count();
        common as f32 / recognized.len().max(1) as f32
    }

    /// Compares the text with that which was recognized on the whole page with this confidence.
    pub(super) fn compare(&self, recognized: &JudgedText, confidence: f32) -> Verdict {
        if recognized.letters == 0 {
            return Verdict::Own;
        }
        let share = self.share_of(&recognized.words);
        let completeness = self.letters as f32 / recognized.letters as f32;
        let is_repaired = self.has_nonsense_part && !recognized.has_nonsense_part;
        let is_repaired = is_repaired && share < CERTAIN_AGREEMENT;
        if share >= AGREEMENT && completeness >= MIN_COMPLETENESS && !is_repaired {
            return Verdict::Own;
        }
        let (own, other) = (self.statistics.quality(), recognized.statistics.quality());
        let is_better = other + 0.2 >= own || self.letters < FEW_LETTERS;
        let is_complete = 2 * recognized.letters >= self.letters;
        if confidence >= MIN_CONFIDENCE && is_better && is_complete
            || self.is_nonsense() && other > own + 0.5
        {
            return Verdict::Recognized;
        }
        Verdict::Unclear
    }
}

/// Bytes of consecutive lines that are judged together, if they have enough letters.
const PART: usize = 150;

fn has_nonsense_part(text: &str) -> bool {
    let mut part = String::new();
    for line in text.lines() {
        part.push_str(line);
        part.push('\n');
        if part.len() < PART {
            continue;
        }
        let statistics = LetterStatistics::of(&part);
        if statistics.is_clear_nonsense() {
            return true;
        }
        // Lines of numbers are judged with the lines after them.
        if statistics.usualness().is_some() || part.len() > MAX_PART {
            part.clear();
        }
    }
    false
}

/// Longest part; a longer one without enough letters is a table of numbers.
const MAX_PART: usize = 2_000;

fn words(text: &str) -> BTreeSet<String> {
    text.split(|one: char| !one.is_alphanumeric())
        .filter(|word| word.chars().count() >= MIN_WORD)
        .map(str::to_lowercase)
        .collect()
}

/// Pages of a document whose layer is always compared, and how often it is afterwards.
const FIRST_PAGES: usize = 4;
const EVERY: usize = 5;

/// Which pages of a document are compared with their pictures. Layers of one document are usually of one
/// program, and good or bad together.
#[derive(Debug, Default)]
pub(super) struct LayerTrust {
    pages: usize,
    disagreed: bool,
}

impl LayerTrust {
    /// Whether the layer of the next page is compared.
    pub(super) fn is_next_compared(&mut self) -> bool {
        let page = self.pages;
        self.pages += 1;
        self.disagreed || page < FIRST_PAGES || page.is_multiple_of(EVERY)
    }

    /// Records a comparison.
    pub(super) fn record(&mut self, agrees: bool) {
        self.disagreed = !agrees;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Föreningen har under våren ordnat tio kvällar där grannar lagar mat, lär sig laga \
        cyklar och planerar sommarens odling tillsammans. Kostnaden blev lägre än väntat.";
    const MISREAD: &str = "F6reningen har under vdren ordnat t1o kvdllar ddr grannar lag4r mat, ldr sig l4ga \
        cyk1ar och p1anerar s0mmarens od1ing til1sammans. K0stnaden b1ev ldgre dn vdntat.";

    fn verdict(own: &str, recognized: &str, confidence: f32) -> Verdict {
        JudgedText::of(own).compare(&JudgedText::of(recognized), confidence)
    }

    #[test]
    fn a_layer_that_says_the_same_is_kept() {
        assert!(!JudgedText::of(TEXT).is_doubtful());
        let few_errors = TEXT.replace("kvällar", "kvallar");
        assert_eq!(verdict(TEXT, &few_errors, 0.95), Verdict::Own);
        assert_eq!(JudgedText::of(TEXT).agrees_with(&few_errors), Some(true));
    }

    #[test]
    fn a_misread_layer_and_one_of_another_page_are_replaced() {
        assert!(JudgedText::of(MISREAD).is_doubtful());
        assert_eq!(verdict(MISREAD, TEXT, 0.95), Verdict::Recognized);
        let other = "Styrelsen beslutar att bevilja medel för inköp av verktyg till snickeriet i Norrby och \
            ber kassören redovisa utfallet vid nästa möte.";
        assert_eq!(JudgedText::of(other).agrees_with(TEXT), Some(false));
        assert_eq!(verdict(other, TEXT, 0.95), Verdict::Recognized);
        assert_eq!(verdict("a", TEXT, 0.95), Verdict::Recognized);
    }

    #[test]
    fn a_part_in_another_font_is_found() {
        let shift = |one: char| {
            if one.is_ascii_lowercase() && one < 'x' {
                char::from(one as u8 + 3)
            } else {
                one
            }
        };
        let shifted: String = TEXT.chars().map(shift).collect();
        let own = format!("{}\n{shifted}", format!("{TEXT}\n").repeat(3));
        assert!(JudgedText::of(&own).is_nonsense());
        assert!(!JudgedText::of(&format!("{TEXT}\n").repeat(4)).is_nonsense());
        let looks = format!(
            "{}\nEn annan text som ingen annan stans finns, med helt andra ord i varje rad.",
            TEXT
        );
        assert_eq!(verdict(&own, &looks, 0.95), Verdict::Recognized);
    }

    #[test]
    fn a_page_that_cannot_be_read_keeps_its_layer() {
        assert_eq!(verdict(TEXT, "", 1.0), Verdict::Own);
        assert_eq!(verdict(TEXT, "rn iii llo wvw ertz", 0.5), Verdict::Unclear);
        assert!(JudgedText::of(&"Τα παιδιά μαγειρεύουν κάθε βράδυ μαζί. ".repeat(4)).is_foreign());
    }
}
