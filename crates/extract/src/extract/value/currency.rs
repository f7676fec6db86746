//! Currencies: the words for money after or before an amount, and what an amount without one is in.
//!
//! An amount in one currency is never reported as one in another. `kr` is the krona of the document's
//! language; an amount without any currency is in kronor only in a Swedish document that speaks of no
//! other currency.

use lazy_regex::{Lazy, Regex, lazy_regex};

use diarium_document::operations;

/// A currency of the archives' documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::extract) enum Currency {
    Sek,
    Eur,
    Nok,
    Dkk,
    Usd,
    Gbp,
    /// `kr`: the krona or krone of the document's country.
    Krona,
}

impl Currency {
    /// The end of a field's name: the ISO 4217 code in lowercase.
    fn suffix(self) -> &'static str {
        match self {
            Self::Sek | Self::Krona => "_sek",
            Self::Eur => "_eur",
            Self::Nok => "_nok",
            Self::Dkk => "_dkk",
            Self::Usd => "_usd",
            Self::Gbp => "_gbp",
        }
    }
}

/// The currencies that field names end with.
const NAMED: [Currency; 6] = [
    Currency::Sek,
    Currency::Eur,
    Currency::Nok,
    Currency::Dkk,
    Currency::Usd,
    Currency::Gbp,
];

/// A word after an amount: its factor and its currency, if it states one.
type Unit = (i64, Option<Currency>);

const THOUSAND: i64 = 1_000;
const MILLION: i64 = 1_000_000;
const BILLION: i64 = 1_000_000_000;

/// The words for each unit, in lowercase, without a full stop.
const UNITS: &[(&[&str], Unit)] = &[
    (&["kr", "kroner", "kronen"], (1, Some(Currency::Krona))),
    (
        &["kronor", "krona", "kronan", "sek", "skr", "kruunua"],
        (1, Some(Currency::Sek)),
    ),
    (
        &["€", "eur", "euro", "euros", "euroa", "euron", "eurot"],
        (1, Some(Currency::Eur)),
    ),
    (&["nok", "nkr"], (1, Some(Currency::Nok))),
    (&["dkk", "dkr"], (1, Some(Currency::Dkk))),
    (&["$", "usd", "dollar", "dollars"], (1, Some(Currency::Usd))),
    (&["£", "gbp", "pund", "pounds"], (1, Some(Currency::Gbp))),
    (
        &["tkr", "kkr", "tkronor"],
        (THOUSAND, Some(Currency::Krona)),
    ),
    (&["tsek", "ksek"], (THOUSAND, Some(Currency::Sek))),
    (
        &["teur", "keur", "t€", "k€"],
        (THOUSAND, Some(Currency::Eur)),
    ),
    (&["tnok", "knok"], (THOUSAND, Some(Currency::Nok))),
    (&["tdkk", "kdkk"], (THOUSAND, Some(Currency::Dkk))),
    (&["tusd", "kusd"], (THOUSAND, Some(Currency::Usd))),
    (
        &[
            "tusen", "tusental", "tusinde", "thousand", "tuhatta", "tuhat",
        ],
        (THOUSAND, None),
    ),
    (
        &["mkr", "mnkr", "milkr", "mkronor"],
        (MILLION, Some(Currency::Krona)),
    ),
    (&["msek", "mnsek"], (MILLION, Some(Currency::Sek))),
    (
        &["meur", "mneur", "m€", "mn€"],
        (MILLION, Some(Currency::Eur)),
    ),
    (&["mnok"], (MILLION, Some(Currency::Nok))),
    (&["mdkk"], (MILLION, Some(Currency::Dkk))),
    (&["musd"], (MILLION, Some(Currency::Usd))),
    (&["mgbp"], (MILLION, Some(Currency::Gbp))),
    (
        &["miljoner", "miljon", "milj", "mn", "mln"],
        (MILLION, None),
    ),
    (
        &["millioner", "million", "millions", "mill", "mio"],
        (MILLION, None),
    ),
    (&["miljoonaa", "miljoona"], (MILLION, None)),
    (&["mdkr", "mdrkr"], (BILLION, Some(Currency::Krona))),
    (&["mdsek", "bsek"], (BILLION, Some(Currency::Sek))),
    (&["miljarder", "miljard", "mdr", "md"], (BILLION, None)),
    (
        &["milliarder", "milliard", "billion", "miljardia", "miljardi"],
        (BILLION, None),
    ),
];

/// Letters that are a unit only directly before a currency: `2 M kr`, `50 k€`.
const SHORT_FACTORS: [(&str, i64); 3] = [("t", THOUSAND), ("k", THOUSAND), ("m", MILLION)];

/// Adjectives that state whose kronor, crowns or pounds: `svenska kronor`, `norske kroner`.
const NATIONS: [(&[&str], Currency); 3] = [
    (&["svenska", "svenske", "swedish"], Currency::Sek),
    (&["norska", "norske", "norwegian"], Currency::Nok),
    (&["danska", "danske", "danish"], Currency::Dkk),
];

/// The longest word of a unit, in bytes.
// `millioner`, `miljoonaa`, `milliarder`, `norwegian`; a longer word is not looked up.
const MAX_WORD: usize = 16;

/// The unit after an amount, from the start of a text, and its end.
pub(super) fn unit(text: &str) -> Option<(Unit, usize)> {
    if let Some(end) = closing_dash(text) {
        return Some(((1, Some(Currency::Krona)), end));
    }
    let first = Word::read(text, 0)?;
    if let Some(currency) = nation(&first.lower) {
        let second = Word::read(text, first.end)?;
        let is_crown = second.lower.starts_with("kr") || second.lower.starts_with("crown");
        return is_crown.then_some(((1, Some(currency)), second.end));
    }
    let factor_before_currency = || {
        let (_, factor) = SHORT_FACTORS
            .iter()
            .find(|(word, _)| *word == first.lower)?;
        let second = Word::read(text, first.end)?;
        let (factor_of_second, currency) = lookup(&second.lower)?;
        (factor_of_second == 1).then_some(((*factor, currency), second.end))
    };
    let Some((factor, currency)) = lookup(&first.lower) else {
        return factor_before_currency();
    };
    if currency.is_some() || factor == 1 {
        return Some(((factor, currency), first.end));
    }
    // A currency, or an adjective with one, follows the word for a million.
    match unit(&text[first.end..]) {
        Some(((1, currency), end)) => Some(((factor, currency), first.end + end)),
        _ => Some(((factor, None), first.end)),
    }
}

/// The currency before an amount, from the start of a text: `SEK 1 200`, `€125 000`, `kr. 50.000`.
pub(super) fn before_amount(text: &str) -> Option<(Currency, usize)> {
    let word = Word::read(text, 0).filter(|word| word.start == 0)?;
    let (factor, currency) = lookup(&word.lower)?;
    (factor == 1).then_some(())?;
    let rest = &text[word.end..];
    let spaces = rest.len()
        - rest
            .trim_start_matches([':', ' ', '\u{a0}', '\u{202f}'])
            .len();
    Some((currency?, word.end + spaces))
}

fn lookup(word: &str) -> Option<Unit> {
    let found = UNITS.iter().find(|(words, _)| words.contains(&word));
    found.map(|&(_, unit)| unit)
}

fn nation(word: &str) -> Option<Currency> {
    let found = NATIONS.iter().find(|(words, _)| words.contains(&word));
    found.map(|&(_, currency)| currency)
}

/// The end of `:-` or `,-`, which stand for the absent öre of whole kronor.
fn closing_dash(text: &str) -> Option<usize> {
    let mut characters = text.trim_start_matches([' ', '\u{a0}']).char_indices();
    let skipped = text.len() - characters.as_str().len();
    let (_, mark) = characters.next()?;
    let (at, dash) = characters.next()?;
    let is_closing = matches!(mark, ':' | ',' | '.') && matches!(dash, '-' | '–' | '—' | '−' | '‑');
    is_closing.then_some(skipped + at + dash.len_utf8())
}

/// A word of a unit.
struct Word {
    lower: String,
    start: usize,
    /// Its end, after the full stop of an abbreviation.
    end: usize,
}

impl Word {
    /// The word at a byte of a text, after at most two spaces.
    fn read(text: &str, from: usize) -> Option<Self> {
        let rest = text.get(from..)?;
        let spaces = rest.chars().take(2).take_while(|c| c.is_whitespace());
        let start = from + spaces.map(char::len_utf8).sum::<usize>();
        let is_sign = |c: char| matches!(c, '€' | '£' | '$');
        let rest = &text[start..];
        let length = rest
            .find(|c: char| !c.is_alphabetic() && !is_sign(c))
            .unwrap_or(rest.len());
        if length == 0 || length > MAX_WORD {
            return None;
        }
        let end = start + length;
        let stop = usize::from(text[end..].starts_with('.') && length <= 5 && length > 1);
        Some(Self {
            lower: text[start..end].to_lowercase(),
            start,
            end: end + stop,
        })
    }
}

// 500 kr | 20:- | SEK | tkr
static STATES_KRONOR: Lazy<Regex> =
    lazy_regex!(r"(?i)\b(?:sek|kronor|[tm]kr|mnkr|[mkt]sek)\b|\d\s?(?:kr\b|:-)");
// € | 500 euro | EUR | NOK
static STATES_ANOTHER: Lazy<Regex> =
    lazy_regex!(r"(?i)[€£]|\b(?:m?eur|euro(?:a|n|s|t)?|nok|dkk|usd|gbp)\b");

/// What a document's amounts are in where that is not said.
#[derive(Debug, Clone, Copy)]
pub(in crate::extract) struct Money {
    /// What `kr` means.
    krona: Currency,
    /// The currency of an amount without one, if that is certain.
    unstated: Option<Currency>,
}

impl Money {
    /// The currencies of a document in this language.
    pub(in crate::extract) fn of(text: &str, language: Option<&str>) -> Self {
        operations::count(text.len());
        let krona = match language {
            Some("da") => Currency::Dkk,
            Some("nb" | "nn" | "no") => Currency::Nok,
            _ => Currency::Sek,
        };
        let states_kronor = krona == Currency::Sek && STATES_KRONOR.is_match(text);
        let states_another = STATES_ANOTHER.is_match(text);
        let is_swedish = matches!(language, None | Some("sv"));
        let unstated = match (is_swedish, states_kronor, states_another) {
            (true, true, _) | (true, false, false) | (false, true, false) => Some(Currency::Sek),
            // The document speaks of euro only, or is not Swedish: the amount may be in anything.
            _ => None,
        };
        Self { krona, unstated }
    }

    /// The name of a field for an amount in this currency; `None` if the currency is unknown. A field
    /// that is declared as `…_sek` becomes `…_eur` for euro.
    pub(in crate::extract) fn field(
        &self,
        declared: &str,
        stated: Option<Currency>,
    ) -> Option<String> {
        let suffix = NAMED.iter().map(|currency| currency.suffix());
        let suffix = suffix.into_iter().find(|suffix| declared.ends_with(suffix));
        let base = declared
            .strip_suffix(suffix.unwrap_or_default())
            .unwrap_or(declared);
        let currency = match stated {
            Some(Currency::Krona) => self.krona,
            Some(currency) => currency,
            // The name says it: the field is declared for another currency than kronor.
            None if suffix.is_some_and(|suffix| suffix != "_sek") => {
                return Some(declared.to_owned());
            }
            None => self.unstated?,
        };
        // A name without a currency is in kronor.
        if suffix.unwrap_or("_sek") == currency.suffix() {
            return Some(declared.to_owned());
        }
        Some(format!("{base}{}", currency.suffix()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_field_states_its_currency() {
        let money = Money::of("Vi söker 500 kr.", Some("sv"));
        let field = |stated| money.field("granted_sek", stated);
        assert_eq!(field(None).as_deref(), Some("granted_sek"));
        assert_eq!(field(Some(Currency::Krona)).as_deref(), Some("granted_sek"));
        assert_eq!(field(Some(Currency::Eur)).as_deref(), Some("granted_eur"));
        assert_eq!(money.field("price_eur", None).as_deref(), Some("price_eur"));
        assert_eq!(money.field("price", None).as_deref(), Some("price"));
        let usd = money.field("price", Some(Currency::Usd));
        assert_eq!(usd.as_deref(), Some("price_usd"));
    }

    #[test]
    fn an_amount_without_a_currency_is_in_kronor_only_where_nothing_speaks_against_it() {
        for (text, language, expected) in [
            ("Budget: 500", Some("sv"), Some("x_sek")),
            ("Budget: 500", None, Some("x_sek")),
            ("Budget: 500 (euro)", Some("sv"), None),
            ("Budget: 500. Bidrag: 5 kr, 1 €", Some("sv"), Some("x_sek")),
            ("Talousarvio: 500", Some("fi"), None),
            ("Budget: 500", Some("da"), None),
            ("Budget: 500, of which 20 SEK", Some("en"), Some("x_sek")),
        ] {
            let money = Money::of(text, language);
            assert_eq!(money.field("x_sek", None).as_deref(), expected, "{text}");
        }
        let danish = Money::of("Budget: 500 kr.", Some("da"));
        let krone = danish.field("x_sek", Some(Currency::Krona));
        assert_eq!(krone.as_deref(), Some("x_dkk"));
    }
}
