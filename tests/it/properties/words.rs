//! Text generators: invented words, names and sentences, of which no two documents need share any.

use proptest::{collection::vec, prelude::*, sample::select};

const PLACES: [&str; 12] = [
    "Almvik",
    "Björkhult",
    "Dalsfors",
    "Ekby",
    "Fagerlunda",
    "Granvik",
    "Hultsmåla",
    "Kvarnby",
    "Lindåsa",
    "Tallshult",
    "Åsunda",
    "Östermåla",
];

const FIRST_NAMES: [&str; 8] = [
    "Hillevi", "Arvid", "Samira", "Ingegerd", "Didrik", "Gudmar", "Åsa", "Örjan",
];

const LAST_NAMES: [&str; 8] = [
    "Sandmark",
    "Björkelund",
    "Rosenlöf",
    "Vallmark",
    "Ekefors",
    "Lindhagen",
    "Öbergsson",
    "Åkervind",
];

const WORDS: [&str; 64] = [
    "verkstaden",
    "föreningen",
    "trädgården",
    "kooperativet",
    "biblioteket",
    "färjan",
    "musteriet",
    "handledaren",
    "styrgruppen",
    "skolan",
    "lagar",
    "lånar",
    "samlar",
    "räknar",
    "målar",
    "bär",
    "beskriver",
    "provar",
    "ordnar",
    "vårdar",
    "gräsklippare",
    "cyklar",
    "fruktträd",
    "symaskiner",
    "kartor",
    "båtar",
    "berättelser",
    "stegar",
    "vävstolar",
    "kaffekoppar",
    "trösklar",
    "nycklar",
    "om",
    "våren",
    "varje",
    "torsdag",
    "när",
    "det",
    "regnar",
    "efter",
    "skörden",
    "i",
    "skymningen",
    "två",
    "gånger",
    "så",
    "länge",
    "ljuset",
    "räcker",
    "utan",
    "brådska",
    "och",
    "sedan",
    "några",
    "med",
    "av",
    "som",
    "den",
    "ett",
    "hus",
    "över",
    "ån",
    "på",
    "andra",
];

/// A place's name.
pub(crate) fn place() -> impl Strategy<Value = String> {
    select(&PLACES[..]).prop_map(str::to_owned)
}

/// A person: first and last name.
pub(crate) fn person() -> impl Strategy<Value = (String, String)> {
    (select(&FIRST_NAMES[..]), select(&LAST_NAMES[..]))
        .prop_map(|(first, last)| (first.to_owned(), last.to_owned()))
}

/// An organisation of one to three words.
pub(crate) fn organisation() -> impl Strategy<Value = String> {
    let form = select(
        &[
            "Musteri AB",
            "kommun",
            "folkhögskola",
            "Trädgårdskooperativ",
        ][..],
    );
    (place(), form).prop_map(|(place, form)| format!("{place}s {form}"))
}

/// A sentence that no other of the same document says, by its number in words. The rest is chance:
/// sentences of one shape would be as alike as the lines of a header that was scanned badly.
pub(crate) fn sentence(number: usize) -> impl Strategy<Value = String> {
    (vec(select(&WORDS[..]), 9..15), place()).prop_map(move |(words, place)| {
        let (start, end) = words.split_at(words.len() / 2);
        let nth = ordinal(number);
        format!("{place} {} {nth} {}.", start.join(" "), end.join(" "))
    })
}

/// A word that stands for a number: a sentence's figures must not look like a page's.
fn ordinal(number: usize) -> String {
    const ONES: [&str; 10] = [
        "noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio",
    ];
    let digits: Vec<usize> = number
        .to_string()
        .bytes()
        .map(|digit| usize::from(digit - b'0'))
        .collect();
    let words: Vec<&str> = digits.iter().map(|&digit| ONES[digit]).collect();
    format!("{}-stycks", words.join("-"))
}
