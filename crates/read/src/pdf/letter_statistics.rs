//! Letter statistics: whether a text can be language at all.
//!
//! Fonts may say other letters than they show, and hidden text layers may be misread. Both are recognized by
//! their letters: pairs of letters that are common in languages are rare there. The statistics are those of
//! six languages together (Swedish, Danish, Norwegian, Finnish, English, German), so that no language needs to
//! be known; other languages in Latin letters differ from them much less than nonsense does.

/// How usual each letter is after another one, from 0 (never) to 9: about 9 + 1.25 ln(p), where p is the
/// probability among all letters after the first. The first row and column are the ends of words.
const USUAL: [&[u8; 30]; 30] = [
    b"055455555546554550566454032222", // start of a word
    b"754451453534657040656541131000", // a
    b"564118021630612600643501050233", // b
    b"560416008506400600425400030000", // c
    b"762048232622423510554432030133", // d
    b"743354343524647230766332221000", // e
    b"561016531631511700636510041246", // f
    b"761037144531414400645410030322", // g
    b"671047001642444600536543040344", // h
    b"553555363415647530466150102021", // i
    b"470047000402302700232600030165", // j
    b"670007001635504600556530040144", // k
    b"663157331734632520155530040253", // l
    b"674027322601363650244510040453", // m
    b"752366362514315410156320032132", // n
    b"534453444534667450755554121000", // o
    b"571027324601622660645500030342", // p
    b"440000000200200000000940000000", // q
    b"764257343624445520455532042243", // r
    b"762516114636433550167432040243", // s
    b"761107214622313500556521042253", // t
    b"544455443425657550666530101000", // u
    b"571038121711304600243410020461", // v
    b"671127105701315600442401040043", // w
    b"763506203712402470007520340100", // x
    b"734455255415556440566041040024", // y
    b"652027122700410500005705044032", // z
    b"614065352005627040756040000200", // å
    b"702442354425657030656340140060", // ä
    b"414263453355556040865050050021", // ö
];

/// Words with fewer letters are names, units and abbreviations as often as words.
const MIN_WORD: usize = 3;

/// What the letters of a text look like.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct LetterStatistics {
    /// Pairs of letters that were counted.
    pub pairs: usize,
    /// How usual they are together.
    sum: usize,
    /// Words with letters.
    pub words: usize,
    /// Those among them that are formed like words: without digits, signs or capitals inside.
    well_formed: usize,
}

impl LetterStatistics {
    /// The statistics of a text.
    pub(super) fn of(text: &str) -> Self {
        let mut statistics = Self::default();
        for word in text.split_whitespace() {
            statistics.push(word);
        }
        statistics
    }

    fn push(&mut self, word: &str) {
        let word = word.trim_matches(|one: char| !one.is_alphanumeric());
        let letters = word.chars().filter(|one| one.is_alphabetic()).count();
        // Letters of other alphabets say nothing here.
        if letters >= 2 && word.chars().any(|one| index_of(one).is_some()) {
            self.words += 1;
            self.well_formed += usize::from(is_well_formed(word));
        }
        for part in word.split(|one: char| !one.is_alphabetic()) {
            self.push_letters(part);
        }
    }

    fn push_letters(&mut self, part: &str) {
        if part.chars().count() < MIN_WORD {
            return;
        }
        let mut previous = Some(0);
        for index in part.chars().map(index_of).chain([Some(0)]) {
            if let (Some(before), Some(after)) = (previous, index) {
                let usual = USUAL.get(before).and_then(|row| row.get(after));
                self.sum += usize::from(usual.copied().unwrap_or(b'0') - b'0');
                self.pairs += 1;
            }
            previous = index;
        }
    }

    /// How usual the pairs of letters are: about 5.7 in texts, and less than 4.2 in nonsense. `None` if there
    /// are too few of them to tell.
    pub(super) fn usualness(&self) -> Option<f32> {
        (self.pairs >= MIN_PAIRS).then(|| self.sum as f32 / self.pairs as f32)
    }

    /// The share of the words that are formed like words; 1 if there are none.
    pub(super) fn well_formed_share(&self) -> f32 {
        match self.words {
            0 => 1.0,
            words => self.well_formed as f32 / words as f32,
        }
    }

    /// Whether the letters are hardly those that somebody wrote.
    pub(super) fn is_nonsense(&self) -> bool {
        self.usualness().is_some_and(|usual| usual < NONSENSE)
    }

    /// The same for a short text, whose letters vary more.
    pub(super) fn is_clear_nonsense(&self) -> bool {
        self.usualness().is_some_and(|usual| usual < CLEAR_NONSENSE)
    }

    /// One number for comparisons: the usualness, less for words of a strange form.
    pub(super) fn quality(&self) -> f32 {
        let usual = self.sum as f32 / self.pairs.max(1) as f32;
        usual * (0.5 + 0.5 * self.well_formed_share())
    }
}

/// Fewest pairs for a judgement: some twenty words.
const MIN_PAIRS: usize = 120;
/// Less usual pairs are nonsense.
const NONSENSE: f32 = 4.8;
const CLEAR_NONSENSE: f32 = 4.1;

/// The row of a letter; letters with other accents count as the plain ones.
fn index_of(letter: char) -> Option<usize> {
    let letter = letter.to_lowercase().next()?;
    let plain = match letter {
        'å' => return Some(27),
        'ä' | 'æ' => return Some(28),
        'ö' | 'ø' => return Some(29),
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'á' | 'à' | 'â' | 'ã' => 'a',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'õ' => 'o',
        'ú' | 'ù' | 'û' => 'u',
        'ü' | 'ý' => 'y',
        'ç' => 'c',
        'ñ' => 'n',
        'ß' => 's',
        other => other,
    };
    let index = u32::from(plain).checked_sub(u32::from('a'))?;
    (index < 26).then_some(index as usize + 1)
}

/// Whether a word is letters only, with capitals at the start of its parts or everywhere.
fn is_well_formed(word: &str) -> bool {
    word.split([
        '-', '\u{2010}', '\u{2011}', '–', '/', '.', ':', '\'', '’', '@', '_', '\u{AD}',
    ])
    .all(|part| {
        let letters = part.chars().filter(|one| one.is_alphabetic()).count();
        let digits = part.chars().filter(|one| one.is_numeric()).count();
        let capitals = part
            .chars()
            .skip(1)
            .filter(|one| one.is_uppercase())
            .count();
        let others = part.chars().count() - letters - digits;
        let one_case = capitals == 0 || capitals + 1 >= letters;
        others == 0 && one_case && (letters == 0 || digits == 0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 5] = [
        "Föreningen har under våren ordnat tio kvällar där grannar lagar mat, lär sig laga cyklar och \
         planerar sommarens odling tillsammans.",
        "Foreningen har i foråret holdt ti aftener, hvor naboerne laver mad, lærer at reparere cykler og \
         planlægger sommerens dyrkning sammen.",
        "Yhdistys on keväällä järjestänyt kymmenen iltaa, joissa naapurit laittavat ruokaa, oppivat \
         korjaamaan pyöriä ja suunnittelevat kesän viljelyä.",
        "In spring the society held ten evenings at which neighbours cooked, learned how to repair \
         bicycles and planned the gardens of the summer together.",
        "Der Verein hat im Frühling zehn Abende veranstaltet, an denen Nachbarn kochen, Fahrräder \
         reparieren und gemeinsam den Garten des Sommers planen.",
    ];

    fn shifted(text: &str, by: u32) -> String {
        let shift = |letter: char, first: char| {
            let index = (u32::from(letter) - u32::from(first) + by) % 26;
            char::from_u32(u32::from(first) + index).unwrap()
        };
        text.chars()
            .map(|one| match one {
                'a'..='z' => shift(one, 'a'),
                'A'..='Z' => shift(one, 'A'),
                other => other,
            })
            .collect()
    }

    #[test]
    fn texts_are_told_from_shifted_letters_in_any_language() {
        for text in TEXTS {
            let usual = LetterStatistics::of(text).usualness().unwrap();
            assert!(usual > 5.2, "{usual}: {text}");
            for by in [1, 3, 13, 25] {
                let statistics = LetterStatistics::of(&shifted(text, by));
                assert!(statistics.is_nonsense(), "{statistics:?}");
            }
        }
    }

    #[test]
    fn misread_words_are_not_well_formed() {
        let misread = "pr0jektet har genomf6rt t1o kvä||ar me|lan vänner och bYggt ut verks4mheten";
        let share = LetterStatistics::of(misread).well_formed_share();
        assert!(share < 0.6, "{share}");
        for text in TEXTS {
            assert_eq!(LetterStatistics::of(text).well_formed_share(), 1.0);
        }
    }

    #[test]
    fn numbers_and_few_words_are_not_judged() {
        assert!(!LetterStatistics::of("12 500 kr 2011-03-04 xqzw").is_nonsense());
    }
}
