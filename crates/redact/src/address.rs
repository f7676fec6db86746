//! Where do postal addresses stand?
//!
//! A street is known by its last syllable and the number after it, a box by its word, a postcode by
//! its five digits and the town after them. A town by itself is no address and stays.

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::digits::begins;
use super::entity::{Entity, Rule};
use super::lexicon::{has_town_suffix, is_common_word, is_place_name, is_unambiguous_first_name};
use super::normalize::normalize;

// Storgatan 5 | Södra Vägen 12 B, 2 tr | Karl Johans gata 3A lgh 1101 | STORGATAN 5 | Ringv. 7
static STREET: Lazy<Regex> = lazy_regex!(
    r"(?P<street>(?:(?:[A-ZÅÄÖ][\w:'-]*|[Ss]:t|[Ss]:ta|von|af|de) ){0,3}?(?:\p{L}(?:\p{L}|-\n?)*(?i:gatan|gata|gat[.,]|gade|gaten|katu|strasse|straße|vägen|vejen|veien|vej|vag[.,]|väg|vagen|gränd|gränden|stigen|stig|torget|torg|platsen|plats|plan|allén|allé|alle|backen|kajen|leden|esplanaden|ringen|promenaden|bron|slingan|rondellen|udden|tvärgatan|gången|liden|v\.|g\.)|(?i:gatan|gata|väg|vägen|gränd|stig|torg|torget|plats|plan|allé|allén|backe|esplanad|esplanaden|kajen)))[ \t\n]{1,2}(?P<number>[0-9OlI]{1,4}(?: ?[A-Za-z]\b)?(?: ?[-–/] ?\d{1,4}(?: ?[A-Za-z]\b)?)?)(?P<rest>(?:,? (?:\d{1,2} ?tr\b|[nu]\.? ?b\.?|bv|lgh ?\d{1,4}|vån(?:ing)?\.? ?\d{1,2}))*)"
);

// Box 123 | Postbox 1234 | PL 1234 | Postlåda 12 | FE 12
static BOX: Lazy<Regex> = lazy_regex!(
    r"\b(?:(?i:box|postbox|postlåda|p\.o\. ?box|postfack|fack)|PL|Pl|FE)\.? ?(?:nr\.? ?)?[0-9OlI][0-9OlI ]{0,5}(?: ?[A-Z]\b|\b)"
);

// 123 45 Lund | SE-123 45 Västra Frölunda | S-12345 LUND | 123 45\tLund | 123 45\nLund
static POSTCODE: Lazy<Regex> = lazy_regex!(
    r"(?P<country>\b(?:SE|S)[- –]{1,3})?(?P<code>[1-9][0-9OlISB]{2}(?P<gap> ?)[0-9OlISB]{2})(?P<parted>[ \t,\n]{1,3})(?P<town>(?:(?i:västra|östra|norra|södra|upplands|nya|stora|lilla|gamla|övre|nedre|saltsjö-?|s:t|sankt|st\.) )?[A-ZÅÄÖ][\p{L}:-]+)"
);

// Adress: … | Postadress\t… | Besöksadress … | Postnr: 123 45
static LABELLED: Lazy<Regex> = lazy_regex!(
    r"(?i)\b(?:(?:post|besöks?|utdelnings|gatu|leverans|faktura|hem|box)?-?adress|postnummer|postnr|post ?nr)(?:\s?\([^)\n]{0,30}\))?(?:[ \t]*[:\t]|[ \t]*\n|[ \t])[ \t]*(?P<value>[^\n\t:]{0,80})"
);

// c/o Ek | C/O Anna Ek
static CARE_OF: Lazy<Regex> =
    lazy_regex!(r"\b[cC]/[oO]\.?:? ?(?:\p{Lu}[\p{L}-]+)(?: \p{Lu}[\p{L}-]+){0,2}");

// Kyrkbyn 14 | Nedre Sjö 3 B
static ABOVE: Lazy<Regex> = lazy_regex!(r"^\p{Lu}[\p{L} -]+ \d{1,4} ?[A-Za-z]?$");

// FI-65100 Vasa | DK-3000 Helsingør
static ABROAD: Lazy<Regex> =
    lazy_regex!(r"\b(?:FI|FIN|NO|N|DK|DE|D|EE|LV|LT|PL|NL|IS)-\d{4,5} \p{Lu}[\p{L}-]+");

// …, Skogslyckan 3, 614 92 …
static BESIDE: Lazy<Regex> = lazy_regex!(
    r"(?:^|[,;:\t\n]|  ) ?(?P<place>\p{Lu}[\p{L}'-]+(?: [\p{L}'-]+){0,3} \d{1,4}(?: ?[A-Za-z])?)[ ,\t]{1,20}$"
);

/// Words that follow a number and are no town.
const UNITS: [&str; 24] = [
    "kr",
    "kronor",
    "sek",
    "euro",
    "eur",
    "personer",
    "deltagare",
    "timmar",
    "st",
    "stycken",
    "kvm",
    "totalt",
    "summa",
    "tkr",
    "procent",
    "ar",
    "budget",
    "belopp",
    "man",
    "kvinnor",
    "invanare",
    "medlemmar",
    "besokare",
    "dagar",
];

/// Finds them all.
pub(super) fn find(text: &str, entities: &mut Vec<Entity>) {
    let mut ends = Vec::new();
    for captures in STREET.captures_iter(text) {
        if let (Some(whole), Some(street)) = (captures.get(0), captures.name("street"))
            && is_street(street.as_str(), &captures["number"], &text[whole.end()..])
        {
            let start = street.start() + not_of_the_street(street.as_str());
            push(text, start, whole.end(), entities);
            ends.push(whole.end());
        }
    }
    for found in BOX.find_iter(text) {
        let printed = found.as_str().trim_end();
        let printed = &printed[..printed.find("  ").unwrap_or(printed.len())];
        if is_of_a_shelf(printed, &text[found.start() + printed.len()..]) {
            continue;
        }
        push(text, found.start(), found.start() + printed.len(), entities);
        ends.push(found.start() + printed.len());
    }
    for found in ABROAD.find_iter(text) {
        push(text, found.start(), found.end(), entities);
    }
    for found in CARE_OF.find_iter(text) {
        push(text, found.start(), found.end(), entities);
    }
    ends.sort_unstable();
    let mut at = 0;
    while let Some(captures) = POSTCODE.captures_at(text, at) {
        let (Some(whole), Some(code)) = (captures.get(0), captures.name("code")) else {
            break;
        };
        let last = ends.partition_point(|&end| end <= whole.start());
        let near = last.checked_sub(1).is_some_and(|last| {
            let between = &text[ends[last]..whole.start()];
            between.len() < 8
                && between
                    .trim_matches([' ', ',', '\n', '\t', '.', ';'])
                    .is_empty()
        });
        let country = captures.name("country").is_some();
        if is_postcode(text, code.start(), &captures, near || country) {
            line_above(text, whole.start(), entities);
            beside(text, whole.start(), entities);
            push(text, whole.start(), whole.end(), entities);
            at = whole.end();
        } else {
            at = code.start() + 1;
        }
    }
    labelled(text, entities);
}

/// `Box 1 innehåller protokoll`, `box 6–11`: what an archive keeps its papers in.
fn is_of_a_shelf(printed: &str, rest: &str) -> bool {
    let goes_on = rest
        .strip_prefix(' ')
        .is_some_and(|rest| rest.starts_with(char::is_lowercase));
    let small = printed.starts_with("box") && !rest.starts_with([',', '\n']);
    goes_on || small || rest.starts_with(['–', '-'])
}

fn push(text: &str, start: usize, end: usize, entities: &mut Vec<Entity>) {
    entities.push(Entity {
        range: start..end,
        rule: Rule::Address,
        canonical: normalize(&text[start..end]),
    });
}

/// Bytes of words before a street's name that begin a sentence and are none of it: `Från Storgatan`.
fn not_of_the_street(street: &str) -> usize {
    const OF_STREETS: [&str; 19] = [
        "norra", "sodra", "vastra", "ostra", "n", "s", "v", "o", "nya", "gamla", "stora", "lilla",
        "ovre", "nedre", "forsta", "andra", "tredje", "fjarde", "von",
    ];
    let last = street.rsplit(' ').next().unwrap_or(street);
    let compound = normalize(last).len() > 6;
    let mut skip = 0;
    for word in street.split_inclusive(' ') {
        let normalized = normalize(word);
        if skip + word.len() == street.len() || OF_STREETS.contains(&normalized.as_str()) {
            break;
        }
        // Karl Johansgatan, S:t Eriksgatan; but a whole name such as Storgatan has nothing before it.
        let named = is_unambiguous_first_name(&normalized)
            || ["st", "sta", "sankt", "sankta"].contains(&normalized.as_str());
        let common = is_common_word(&normalized) || normalized.ends_with("adress");
        if !common && (named || !compound) {
            break;
        }
        skip += word.len();
    }
    skip
}

/// A street begins with a capital, and what is numbered is neither a year nor counted.
fn is_street(street: &str, number: &str, rest: &str) -> bool {
    let last = street.rsplit(' ').next().unwrap_or(street);
    let begins = street.chars().next().is_some_and(char::is_uppercase);
    let capital = last.chars().next().is_some_and(char::is_uppercase);
    let normalized = normalize(last);
    // Handlingsplan 2014 | Verksamhetsplan 3 | Projektplan 1 | Arbetsplats 2
    let plan = [
        "plan", "plats", "platsen", "plan", "ringen", "leden", "gangen", "bron", "stig", "vag",
        "vagen",
    ];
    let document = [
        "handlings",
        "verksamhets",
        "projekt",
        "tids",
        "tid",
        "arbets",
        "budget",
        "aktivitets",
        "genomforande",
        "kommunikations",
        "detalj",
        "utvecklings",
        "mal",
        "studie",
        "kurs",
        "praktik",
        "utbildnings",
        "larande",
        "handelse",
        "over",
        "informations",
        "affars",
        "atgards",
        "jamstalldhets",
    ];
    let planned = plan.iter().any(|end| {
        normalized.strip_suffix(end).is_some_and(|stem| {
            stem.is_empty() && !street.contains(' ')
                || document.iter().any(|word| stem.ends_with(word))
        })
    });
    let year = number.len() == 4 && (number.starts_with("19") || number.starts_with("20"));
    let counted = rest
        .trim_start_matches([' ', '-'])
        .split(|c: char| !c.is_alphabetic())
        .next()
        .is_some_and(|word| {
            ["kr", "procent", "personer", "deltagare", "km", "m", "meter"].contains(&word)
        });
    let whole_word = capital || street.contains(' ') && normalized.len() <= 8;
    begins
        && whole_word
        && !planned
        && !year
        && !counted
        && (normalized.len() > 3 || street.contains(' '))
}

fn is_postcode(text: &str, start: usize, captures: &regex::Captures<'_>, near: bool) -> bool {
    let town = normalize(&captures["town"]);
    let first = captures["town"]
        .split([' ', ':'])
        .next()
        .map(normalize)
        .unwrap_or_default();
    let gap = !captures["gap"].is_empty();
    let lined = captures["parted"].contains('\n');
    let end = captures.get(0).map_or(start, |whole| whole.end());
    if captures["town"].ends_with(':')
        || text[end..].starts_with(':')
        || is_common_word(&first) && !captures["town"].contains(' ')
    {
        return false;
    }
    if UNITS.contains(&town.as_str()) || UNITS.contains(&first.as_str()) {
        return false;
    }
    if near {
        return true;
    }
    // 1 123 45 Lund is no postcode, the end of a larger number is none.
    let before = text[..start].chars().rev();
    let larger = before.clone().next() == Some(' ')
        && before.clone().nth(1).is_some_and(|c| c.is_ascii_digit());
    let alone = start == 0 || begins(text, start) || captures.name("country").is_some();
    let known = is_place_name(&town) || is_place_name(&first) || has_town_suffix(&town);
    alone && !larger && (gap && !lined || known)
}

/// The line above a postcode is the rest of the address if it ends in a number: `Kyrkbyn 14`.
fn line_above(text: &str, start: usize, entities: &mut Vec<Entity>) {
    let near = text.floor_char_boundary(start.saturating_sub(60));
    let Some(above) = text[near..start].strip_suffix('\n') else {
        return;
    };
    let from = above.rfind('\n').map_or(0, |at| at + 1);
    if ABOVE.is_match(&above[from..]) {
        push(text, near + from, start - 1, entities);
    }
}

/// A place and its number right before a postcode in the same line.
fn beside(text: &str, start: usize, entities: &mut Vec<Entity>) {
    let near = text.floor_char_boundary(start.saturating_sub(80));
    let captures = BESIDE.captures(&text[near..start]);
    let Some(captures) = captures else { return };
    // What begins with what is looked at may begin before that.
    let whole = captures
        .get(0)
        .is_some_and(|found| near == 0 || found.start() > 0);
    if let Some(place) = captures.name("place").filter(|_| whole) {
        push(text, near + place.start(), near + place.end(), entities);
    }
}

/// What stands behind a label, if it holds a number as an address does.
fn labelled(text: &str, entities: &mut Vec<Entity>) {
    for captures in LABELLED.captures_iter(text) {
        let (Some(whole), Some(value)) = (captures.get(0), captures.name("value")) else {
            continue;
        };
        let mut printed = value.as_str();
        printed = &printed[..printed.find("   ").unwrap_or(printed.len())];
        if text[value.end()..].starts_with(':') {
            // Adress: Storgatan 5 Telefon: … – the last word is the next label.
            printed = printed.rsplit_once(' ').map_or("", |(value, _)| value);
        }
        let printed = printed.trim_end_matches([' ', '.', ',', '-']);
        let label = text[whole.start()..value.start()].to_lowercase();
        let electronic =
            text[..whole.start()].ends_with(['-', '–']) || printed.contains(['@', '/']);
        let numbers = printed.chars().filter(char::is_ascii_digit).count();
        let told = label.contains([':', '\t', '\n'])
            || printed
                .chars()
                .next()
                .is_some_and(|c| c.is_uppercase() || c.is_ascii_digit());
        let right = match label.starts_with("postn") || label.starts_with("post n") {
            true => numbers == 5 && printed.chars().next().is_some_and(|c| c.is_ascii_digit()),
            false => numbers > 0 && printed.split_whitespace().count() <= 9,
        };
        if right && told && !electronic {
            push(text, value.start(), value.start() + printed.len(), entities);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let mut entities = Vec::new();
        find(text, &mut entities);
        entities
            .iter()
            .map(|entity| &text[entity.range.clone()])
            .collect()
    }

    #[test]
    fn every_spelling_is_found() {
        for address in [
            "Storgatan 5",
            "Södra Vägen 12 B",
            "Karl Johans gata 3A",
            "STORGATAN 5",
            "Ringvägen 7-9",
            "Box 123",
            "Postbox 1234",
            "123 45 Lund",
            "SE-123 45 Västra Frölunda",
            "S-12345 LUND",
            "Åkerby Gränd 4, 2 tr",
            "S:t Eriksgatan 14",
        ] {
            let text = format!("Vi finns på {address}.");
            assert!(
                found(&text).contains(&address),
                "{address}: {:?}",
                found(&text)
            );
        }
        assert_eq!(found("Adress: Hamnen 3 Telefon: 08"), ["Hamnen 3"]);
        assert_eq!(found("Postnr: 123 45 "), ["123 45"]);
    }

    #[test]
    fn other_words_stay() {
        for text in [
            "Handlingsplan 2014",
            "Verksamhetsplan 3",
            "E-postadress: a1@example.se",
            "250 00 Kronor",
            "i Lund",
            "120 00 personer",
            "Projektplan 1",
            "Arbetsplats 2",
            "1 123 45 Lund",
            "År 2014 Stockholm",
            "gatan 5",
            "vägen 50 personer",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }
}
