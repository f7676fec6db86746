//! Postal addresses.
//!
//! A street is recognized by its suffix and the number after it, a P.O. box by its word, a postcode by
//! its five digits and the town after them, and anything with a number after a label such as
//! `Adress:`. A town alone is not an address and stays.

use std::ops::Range;

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::digits::starts_at_boundary;
use super::entity::{Entity, Rule};
use super::lexicon::{
    has_town_suffix, is_common_word, is_document_stem, is_place_name, is_unambiguous_first_name,
    is_unit,
};
use super::normalize::normalize;

// Storgatan 5 | Södra Vägen 12 B, 2 tr | Karl Johans gata 3A lgh 1101 | STORGATAN 5 | Ringv. 7
static STREET: Lazy<Regex> = lazy_regex!(
    r"(?P<street>(?:(?:[A-ZÅÄÖ][\w:'-]*|[Ss]:t|[Ss]:ta|von|af|de) ){0,3}?(?:\p{L}(?:\p{L}|-\n?)*(?i:gatan|gata|gat[.,]|gade|gaten|katu|strasse|straße|vägen|vejen|veien|vej|vag[.,]|väg|vagen|gränd|gränden|stigen|stig|torget|torg|platsen|plats|plan|allén|allé|alle|backen|kajen|leden|esplanaden|ringen|promenaden|bron|slingan|rondellen|udden|tvärgatan|gången|liden|v\.|g\.)|(?i:gatan|gata|väg|vägen|gränd|stig|torg|torget|plats|plan|allé|allén|backe|esplanad|esplanaden|kajen)))[ \t\n]{1,2}(?P<number>[0-9OlI]{1,4}(?: ?[A-Za-z]\b)?(?: ?[-–/] ?\d{1,4}(?: ?[A-Za-z]\b)?)?)(?P<rest>(?:,? (?:\d{1,2} ?tr\b|[nu]\.? ?b\.?|bv|lgh ?\d{1,4}|vån(?:ing)?\.? ?\d{1,2}))*)"
);

// Box 123 | Postbox 1234 | PL 1234 | Postlåda 12 | FE 12
static PO_BOX: Lazy<Regex> = lazy_regex!(
    r"\b(?:(?i:box|postbox|postlåda|p\.o\. ?box|postfack|fack)|PL|Pl|FE)\.? ?(?:nr\.? ?)?[0-9OlI][0-9OlI ]{0,5}(?: ?[A-Z]\b|\b)"
);

// 123 45 Lund | SE-123 45 Västra Frölunda | S-12345 LUND | 123 45\tLund | 123 45\nLund
static POSTCODE: Lazy<Regex> = lazy_regex!(
    r"(?P<country>\b(?:SE|S)[- –]{1,3})?(?P<code>[1-9][0-9OlISB]{2}(?P<gap> ?)[0-9OlISB]{2})(?P<separator>[ \t,\n]{1,3})(?P<town>(?:(?i:västra|östra|norra|södra|upplands|nya|stora|lilla|gamla|övre|nedre|saltsjö-?|s:t|sankt|st\.) )?[A-ZÅÄÖ][\p{L}:-]+)"
);

// Adress: … | Postadress\t… | Besöksadress … | Postnr: 123 45
static LABELED: Lazy<Regex> = lazy_regex!(
    r"(?i)\b(?:(?:post|besöks?|utdelnings|gatu|leverans|faktura|hem|box)?-?adress|postnummer|postnr|post ?nr)(?:\s?\([^)\n]{0,30}\))?(?:[ \t]*[:\t]|[ \t]*\n|[ \t])[ \t]*(?P<value>[^\n\t:]{0,80})"
);

// c/o Ek | C/O Anna Ek
static CARE_OF: Lazy<Regex> =
    lazy_regex!(r"\b[cC]/[oO]\.?:? ?(?:\p{Lu}[\p{L}-]+)(?: \p{Lu}[\p{L}-]+){0,2}");

// Kyrkbyn 14 | Nedre Sjö 3 B: the line above a postcode
static LINE_ABOVE: Lazy<Regex> = lazy_regex!(r"^\p{Lu}[\p{L} -]+ \d{1,4} ?[A-Za-z]?$");

// FI-65100 Vasa | DK-3000 Helsingør
static ABROAD: Lazy<Regex> =
    lazy_regex!(r"\b(?:FI|FIN|NO|N|DK|DE|D|EE|LV|LT|PL|NL|IS)-\d{4,5} \p{Lu}[\p{L}-]+");

// …, Skogslyckan 3, 614 92 …: on the line of a postcode, before it
static SAME_LINE: Lazy<Regex> = lazy_regex!(
    r"(?:^|[,;:\t\n]|  ) ?(?P<place>\p{Lu}[\p{L}'-]+(?: [\p{L}'-]+){0,3} \d{1,4}(?: ?[A-Za-z])?)[ ,\t]{1,20}$"
);

/// Adds all addresses.
pub(super) fn find(text: &str, entities: &mut Vec<Entity>) {
    let mut ends = find_streets(text, entities);
    ends.extend(find_boxes(text, entities));
    for found in ABROAD.find_iter(text).chain(CARE_OF.find_iter(text)) {
        push(text, found.range(), entities);
    }
    ends.sort_unstable();
    find_postcodes(text, &ends, entities);
    find_labeled(text, entities);
}

/// Adds streets with their numbers, and returns where they end.
fn find_streets(text: &str, entities: &mut Vec<Entity>) -> Vec<usize> {
    let mut ends = Vec::new();
    for captures in STREET.captures_iter(text) {
        let (Some(whole), Some(street)) = (captures.get(0), captures.name("street")) else {
            continue;
        };
        if is_street(street.as_str(), &captures["number"], &text[whole.end()..]) {
            let start = street.start() + leading_words(street.as_str());
            push(text, start..whole.end(), entities);
            ends.push(whole.end());
        }
    }
    ends
}

/// Adds P.O. boxes, and returns where they end.
fn find_boxes(text: &str, entities: &mut Vec<Entity>) -> Vec<usize> {
    let mut ends = Vec::new();
    for found in PO_BOX.find_iter(text) {
        // Two spaces begin the next column of a table.
        let printed = found.as_str().trim_end();
        let printed = &printed[..printed.find("  ").unwrap_or(printed.len())];
        let end = found.start() + printed.len();
        if !is_storage_box(printed, &text[end..]) {
            push(text, found.start()..end, entities);
            ends.push(end);
        }
    }
    ends
}

/// Whether a box is one that an archive keeps its papers in: `Box 1 innehåller protokoll`,
/// `box 6–11`.
fn is_storage_box(printed: &str, rest: &str) -> bool {
    let sentence_continues = rest
        .strip_prefix(' ')
        .is_some_and(|rest| rest.starts_with(char::is_lowercase));
    let is_lowercase = printed.starts_with("box") && !rest.starts_with([',', '\n']);
    sentence_continues || is_lowercase || rest.starts_with(['–', '-'])
}

/// Adds postcodes with their towns, and the line or passage before them. `ends` are the ends of the
/// streets and boxes, in order.
fn find_postcodes(text: &str, ends: &[usize], entities: &mut Vec<Entity>) {
    let mut at = 0;
    while let Some(captures) = POSTCODE.captures_at(text, at) {
        let (Some(whole), Some(code)) = (captures.get(0), captures.name("code")) else {
            break;
        };
        let is_expected =
            captures.name("country").is_some() || follows_address(text, whole.start(), ends);
        if is_postcode(text, code.start(), &captures, is_expected) {
            find_line_above(text, whole.start(), entities);
            find_on_same_line(text, whole.start(), entities);
            push(text, whole.range(), entities);
            at = whole.end();
        } else {
            at = code.start() + 1;
        }
    }
}

/// Whether a street or a box ends right before a postcode.
fn follows_address(text: &str, start: usize, ends: &[usize]) -> bool {
    let previous = ends.partition_point(|&end| end <= start).checked_sub(1);
    previous.is_some_and(|previous| {
        // A comma, a line break and some indentation.
        let between = &text[ends[previous]..start];
        between.len() < 8
            && between
                .trim_matches([' ', ',', '\n', '\t', '.', ';'])
                .is_empty()
    })
}

fn push(text: &str, range: Range<usize>, entities: &mut Vec<Entity>) {
    let canonical = normalize(&text[range.clone()]);
    entities.push(Entity {
        range,
        rule: Rule::Address,
        canonical,
    });
}

/// Words of streets' names before the last, normalized.
const STREET_ADJECTIVES: [&str; 19] = [
    "norra", "sodra", "vastra", "ostra", "n", "s", "v", "o", "nya", "gamla", "stora", "lilla",
    "ovre", "nedre", "forsta", "andra", "tredje", "fjarde", "von",
];

/// Words for saints in streets' names, normalized.
const SAINTS: [&str; 4] = ["st", "sta", "sankt", "sankta"];

/// The bytes of words that begin the sentence and not the street's name: `Från ` in `Från Storgatan`.
fn leading_words(street: &str) -> usize {
    let last = street.rsplit(' ').next().unwrap_or(street);
    // `Storgatan` is a whole name; `gata` in `Karl Johans gata` is none.
    let is_compound = normalize(last).len() > 6;
    let mut skipped = 0;
    for word in street.split_inclusive(' ') {
        let normalized = normalize(word);
        let is_last = skipped + word.len() == street.len();
        if is_last || STREET_ADJECTIVES.contains(&normalized.as_str()) {
            break;
        }
        // Karl Johansgatan, S:t Eriksgatan
        let is_name =
            is_unambiguous_first_name(&normalized) || SAINTS.contains(&normalized.as_str());
        let is_common = is_common_word(&normalized) || normalized.ends_with("adress");
        if !is_common && (is_name || !is_compound) {
            break;
        }
        skipped += word.len();
    }
    skipped
}

/// Suffixes that streets share with documents and activities, normalized.
const AMBIGUOUS_STREET_SUFFIXES: [&str; 10] = [
    "plan", "plats", "platsen", "ringen", "leden", "gangen", "bron", "stig", "vag", "vagen",
];

/// Words after a number that is a count, an amount or a distance.
const COUNTED: [&str; 7] = ["kr", "procent", "personer", "deltagare", "km", "m", "meter"];

/// Whether a match of [`STREET`] is a street: capitalized, not a document, and its number neither a
/// year nor a count.
fn is_street(street: &str, number: &str, rest: &str) -> bool {
    let starts_upper = |word: &str| word.starts_with(char::is_uppercase);
    let last = street.rsplit(' ').next().unwrap_or(street);
    let normalized = normalize(last);
    let has_several_words = street.contains(' ');
    // `Karl Johans gata`, but not `Se handlingsplan`.
    let is_name = starts_upper(last) || has_several_words && normalized.len() <= 8;
    let is_year = number.len() == 4 && (number.starts_with("19") || number.starts_with("20"));
    let next = rest
        .trim_start_matches([' ', '-'])
        .split(|c: char| !c.is_alphabetic())
        .next();
    let is_count = next.is_some_and(|word| COUNTED.contains(&word));
    starts_upper(street)
        && is_name
        && !is_document(&normalized, has_several_words)
        && !is_year
        && !is_count
        && (normalized.len() > 3 || has_several_words)
}

/// Whether a word is a document or an activity: `Handlingsplan 2014`, `Arbetsplats 2`, `Plan 3`.
fn is_document(last: &str, has_several_words: bool) -> bool {
    AMBIGUOUS_STREET_SUFFIXES.iter().any(|suffix| {
        last.strip_suffix(suffix)
            .is_some_and(|stem| stem.is_empty() && !has_several_words || is_document_stem(stem))
    })
}

/// Whether a match of [`POSTCODE`] is a postcode. `is_expected`: a street, a box or a country code is
/// before it.
fn is_postcode(
    text: &str,
    start: usize,
    captures: &regex::Captures<'_>,
    is_expected: bool,
) -> bool {
    let printed = &captures["town"];
    let town = normalize(printed);
    let first = printed.split([' ', ':']).next().map(normalize);
    let first = first.unwrap_or_default();
    let end = captures.get(0).map_or(start, |whole| whole.end());
    let is_label = printed.ends_with(':') || text[end..].starts_with(':');
    let is_common = is_common_word(&first) && !printed.contains(' ');
    if is_label || is_common || is_unit(&town) || is_unit(&first) {
        return false;
    }
    if is_expected {
        return true;
    }
    // `1 123 45 Lund`: the end of a larger number.
    let mut before = text[..start].chars().rev();
    let ends_larger_number =
        before.next() == Some(' ') && before.next().is_some_and(|c| c.is_ascii_digit());
    let is_alone =
        start == 0 || starts_at_boundary(text, start) || captures.name("country").is_some();
    // Five digits without a gap, or a town on the next line, may be any number and any word.
    let is_written_out = !captures["gap"].is_empty() && !captures["separator"].contains('\n');
    let is_town = is_place_name(&town) || is_place_name(&first) || has_town_suffix(&town);
    is_alone && !ends_larger_number && (is_written_out || is_town)
}

/// Adds the line above a postcode if it ends in a number: `Kyrkbyn 14`.
fn find_line_above(text: &str, start: usize, entities: &mut Vec<Entity>) {
    // A longer line is a sentence.
    let near = text.floor_char_boundary(start.saturating_sub(60));
    let Some(above) = text[near..start].strip_suffix('\n') else {
        return;
    };
    let from = above.rfind('\n').map_or(0, |at| at + 1);
    if LINE_ABOVE.is_match(&above[from..]) {
        push(text, near + from..start - 1, entities);
    }
}

/// Adds a place with its number right before a postcode on the same line.
fn find_on_same_line(text: &str, start: usize, entities: &mut Vec<Entity>) {
    let near = text.floor_char_boundary(start.saturating_sub(80));
    let Some(captures) = SAME_LINE.captures(&text[near..start]) else {
        return;
    };
    // A match at the start of the window may have begun before it.
    let is_complete = captures
        .get(0)
        .is_some_and(|found| near == 0 || found.start() > 0);
    if let Some(place) = captures.name("place").filter(|_| is_complete) {
        push(text, near + place.start()..near + place.end(), entities);
    }
}

/// Adds what follows a label, if it has a number as addresses have.
fn find_labeled(text: &str, entities: &mut Vec<Entity>) {
    for captures in LABELED.captures_iter(text) {
        let (Some(whole), Some(value)) = (captures.get(0), captures.name("value")) else {
            continue;
        };
        let printed = labeled_value(value.as_str(), &text[value.end()..]);
        let label = text[whole.start()..value.start()].to_lowercase();
        // `E-postadress: a1@example.se`, `webbadress example.se/x1`
        let is_electronic =
            text[..whole.start()].ends_with(['-', '–']) || printed.contains(['@', '/']);
        let starts_like_address =
            printed.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
        let is_announced = label.contains([':', '\t', '\n']) || starts_like_address;
        let digits = printed.chars().filter(char::is_ascii_digit).count();
        let is_address = if label.starts_with("postn") || label.starts_with("post n") {
            digits == 5 && printed.starts_with(|c: char| c.is_ascii_digit())
        } else {
            // More than nine words are a sentence.
            digits > 0 && printed.split_whitespace().count() <= 9
        };
        if is_address && is_announced && !is_electronic {
            push(text, value.start()..value.start() + printed.len(), entities);
        }
    }
}

/// A value without the next column, and without the next label.
fn labeled_value<'a>(value: &'a str, rest: &str) -> &'a str {
    let mut printed = &value[..value.find("   ").unwrap_or(value.len())];
    if rest.starts_with(':') {
        // Adress: Storgatan 5 Telefon: …
        printed = printed.rsplit_once(' ').map_or("", |(value, _)| value);
    }
    printed.trim_end_matches([' ', '.', ',', '-'])
}

#[cfg(test)]
mod tests {
    use super::super::entity::found_by;
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        found_by(find, text)
    }

    #[test]
    fn all_spellings_are_found() {
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
    fn other_words_with_numbers_are_not_found() {
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
