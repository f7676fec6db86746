//! The currency of a budget.
//!
//! Rows, heads and notes name it. `kr` is the currency of several countries, and many tables name none: then
//! the document's other amounts decide, and at last its language.

use lazy_regex::{regex, regex_is_match};

use super::row::{self, Currency};
use crate::extract::language::detect_language;
use diarium_document::operations;

/// The code of a budget's currency, which is `None` for Swedish kronor. `stated` is what the table says.
pub(super) fn of_budget(stated: Option<Currency>, text: &str) -> Option<&'static str> {
    let stated = stated.or_else(|| most_frequent(text));
    let code = match (stated, country(text)) {
        (Some(Currency::Named(code)), _) => code,
        (_, Some(Country::Norway)) => "NOK",
        (_, Some(Country::Denmark)) => "DKK",
        (None, Some(Country::Finland)) => "EUR",
        _ => "SEK",
    };
    (code != "SEK").then_some(code)
}

/// A country that is not Sweden.
enum Country {
    Denmark,
    Finland,
    Norway,
}

/// The country of a document by its language.
fn country(text: &str) -> Option<Country> {
    match detect_language(text).as_deref() {
        Some("nb" | "nn" | "no") => Some(Country::Norway),
        Some("da") => Some(Country::Denmark),
        Some("fi") => Some(Country::Finland),
        Some(_) => None,
        // A short form has few words that decide, but its spelling may: no Swedish word has ø.
        None if text.contains(['ø', 'æ']) && !text.contains(['ö', 'ä']) => {
            operations::count(text.len());
            let is_norwegian =
                regex_is_match!(r"(?i)budsjett|prosjekt|søk(?:nad|er)|tilskudd", text);
            Some(if is_norwegian {
                Country::Norway
            } else {
                Country::Denmark
            })
        }
        None => None,
    }
}

/// The currency that stands beside most amounts of the text; of equally frequent ones the first.
fn most_frequent(text: &str) -> Option<Currency> {
    operations::count(text.len());
    let units = regex!(
        r"(?i)\d\s?(kr(?:onor|oner)?\b|sek\b|nok\b|dkk\b|euroa?\b|eur\b|€)|\b(sek|nok|dkk|eur)\s?\d|(€)\s?\d"
    );
    let mut counts: Vec<(Currency, usize)> = Vec::new();
    for found in units.captures_iter(text) {
        let unit = found.get(1).or(found.get(2)).or(found.get(3));
        let Some(currency) = unit.and_then(|unit| row::currency(&unit.as_str().to_lowercase()))
        else {
            continue;
        };
        match counts.iter_mut().find(|(known, _)| *known == currency) {
            Some((_, count)) => *count += 1,
            None => counts.push((currency, 1)),
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max()?;
    counts
        .iter()
        .find(|(_, count)| *count == most)
        .map(|(currency, _)| *currency)
}
