//! Invented words, names and sentences, of which no two documents need share any.

use proptest::{prelude::*, sample::select};

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

const DOERS: [&str; 10] = [
    "Verkstaden",
    "Föreningen",
    "Trädgården",
    "Kooperativet",
    "Biblioteket",
    "Färjan",
    "Musteriet",
    "Handledaren",
    "Styrgruppen",
    "Skolan",
];

const DEEDS: [&str; 10] = [
    "lagar",
    "lånar ut",
    "samlar in",
    "räknar",
    "målar om",
    "bär hem",
    "beskriver",
    "provar",
    "ordnar",
    "vårdar",
];

const THINGS: [&str; 12] = [
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
];

const WHENS: [&str; 8] = [
    "om våren",
    "varje torsdag",
    "när det regnar",
    "efter skörden",
    "i skymningen",
    "två gånger om året",
    "så länge ljuset räcker",
    "utan brådska",
];

/// A place's name.
pub fn place() -> impl Strategy<Value = String> {
    select(&PLACES[..]).prop_map(str::to_owned)
}

/// A person: first and last name.
pub fn person() -> impl Strategy<Value = (String, String)> {
    (select(&FIRST_NAMES[..]), select(&LAST_NAMES[..]))
        .prop_map(|(first, last)| (first.to_owned(), last.to_owned()))
}

/// An organisation of one to three words.
pub fn organisation() -> impl Strategy<Value = String> {
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

/// A sentence that no other of the same document says, by its number in words.
pub fn sentence(number: usize) -> impl Strategy<Value = String> {
    let parts = (
        select(&DOERS[..]),
        place(),
        select(&DEEDS[..]),
        select(&THINGS[..]),
        select(&WHENS[..]),
        select(&THINGS[..]),
    );
    parts.prop_map(move |(doer, place, deed, thing, when, other)| {
        let nth = ordinal(number);
        format!("{doer} i {place} {deed} {nth} {thing} {when}, och därtill {nth} {other}.")
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
