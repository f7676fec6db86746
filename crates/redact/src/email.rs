//! Where do e-mail addresses stand, also where paper or a scan broke them?

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::entity::{Entity, Rule};
use super::lexicon::{self, is_unambiguous_first_name};
use super::normalize::normalize;

// ulla.ek@example.se | ulla.ek[at]example[dot]se | ulla.ek @ example. se | ulla.ek(at)example.se | ulla.ek@exam-\nple.se | ulla.ek©example.se
static ADDRESS: Lazy<Regex> = lazy_regex!(
    r"(?i)[\w.+%'-]+[ \n]?(?:@|＠|©|®|\(at\)|\[at\]|\{at\}|\(a\)|\(snabel-?a\))[ \n]?(?:(?:(?:[\w-]+-\n)?[\w-]+[ \n]?(?:[.,]|[\[(](?:dot|punkt)[\])])[ \n]?)+?(?:se|nu|com|org|net|eu|fi|no|dk|info|edu|de|uk|name)\b|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,12})"
);

// ulla.ek@ and no more: what follows was lost
static TRUNCATED: Lazy<Regex> = lazy_regex!(r"[\w+-]+(?:\.[\w+-]+)+@");

// ulla.ek at example.se
static SAID: Lazy<Regex> = lazy_regex!(
    r"(?i)\b\w+(?:[._-]\w+)+ (?:at|snabel-?a) \w[\w-]*(?:\.\w[\w-]*)*\.(?:se|nu|com|org|net|eu)\b"
);

// The first half of a local part that a scan or a line parted: "ulla. " before "ek@example.se"
static HALF: Lazy<Regex> = lazy_regex!(r"(?P<name>\w{2,20}) ?[._][ \n]?$");

/// Finds them all, in order.
pub(super) fn find(text: &str, entities: &mut Vec<Entity>) {
    for found in SAID.find_iter(text) {
        entities.push(entity(text, found.start(), found.end()));
    }
    if !text.contains(['@', '＠', '©', '®', '(', '[', '{']) {
        return;
    }
    let mut end = 0;
    for found in ADDRESS.find_iter(text) {
        let start = with_half(text, end, found.start());
        end = with_rest(text, found.end());
        entities.push(entity(text, start, end));
    }
    let whole = entities.len();
    for found in TRUNCATED.find_iter(text) {
        let inside =
            |entity: &Entity| entity.range.start < found.end() && found.start() < entity.range.end;
        let at = entities[..whole].partition_point(|entity| entity.range.end <= found.start());
        if !entities[..whole].get(at).is_some_and(inside) {
            entities.push(entity(text, found.start(), found.end()));
        }
    }
}

/// Words of forms and offices that stand in names of mailboxes.
const OFFICES: [&str; 16] = [
    "info",
    "kansli",
    "post",
    "mail",
    "kontakt",
    "registrator",
    "admin",
    "projekt",
    "support",
    "order",
    "ekonomi",
    "reception",
    "hej",
    "press",
    "kundtjanst",
    "styrelsen",
];

/// The two words, normalized, that a mailbox is called by, if they can be a person's: `ulla.ek@…`
pub(super) fn owner(key: &str) -> Option<Vec<String>> {
    let (local, _) = key
        .split_once('@')
        .or_else(|| key.split_once(['©', '®', '(', '[', '{']))?;
    let words: Vec<String> = local
        .split(['.', '_', '+'])
        .filter(|word| word.len() > 1 && word.chars().all(|c| c.is_alphabetic() || c == '-'))
        .map(normalize)
        .collect();
    let other = |word: &String| {
        OFFICES.contains(&word.as_str())
            || lexicon::is_common_word(word)
            || lexicon::is_organisation_word(word)
            || lexicon::is_place_name(word)
    };
    let [first, .., last] = words.as_slice() else {
        return None;
    };
    let named = lexicon::is_listed_surname(last) || !other(last);
    (named && (!other(first) || is_unambiguous_first_name(first)))
        .then(|| vec![first.clone(), last.clone()])
}

fn entity(text: &str, start: usize, end: usize) -> Entity {
    let key = text[start..end]
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect();
    Entity {
        range: start..end,
        rule: Rule::Email,
        canonical: key,
    }
}

/// Takes in a first name that a space parted from the rest of the local part.
fn with_half(text: &str, from: usize, start: usize) -> usize {
    let near = text.floor_char_boundary(start.saturating_sub(24)).max(from);
    HALF.captures(&text[near..start])
        .and_then(|captures| captures.name("name"))
        .filter(|name| is_unambiguous_first_name(&normalize(name.as_str())))
        .map_or(start, |name| near + name.start())
}

/// Takes in what of the host stands after the first end that it may have: `a.se.example.org`.
fn with_rest(text: &str, end: usize) -> usize {
    let rest = &text[end..];
    let host = |c: char| c.is_alphanumeric() || c == '-' || c == '.';
    let length = rest.find(|c| !host(c)).unwrap_or(rest.len());
    let more = rest[..length].trim_end_matches(['.', '-']);
    if more.starts_with('.') && more.len() > 2 {
        end + more.len()
    } else {
        end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_found_and_no_more_than_it() {
        for address in [
            "ulla.ek@example.se",
            "ulla.ek @ example.se",
            "ulla.ek@example. se",
            "ulla.ek(at)example.se",
            "ulla_ek@post.example.co.uk",
            "ulla.ek@\nexample.se",
            "ulla.ek@exam-\nple.se",
            "Ulla.Ek@EXAMPLE.SE",
            "åke.öst@exempel.se",
            "u-ek+2@example.nu",
            "ulla. ek@example.se",
            "ulla.ek©example.se",
            "ulla.ek@example.museum",
        ] {
            let text = format!("Skriv till oss: {address}. Hon svarar.");
            let mut entities = Vec::new();
            find(&text, &mut entities);
            let found: Vec<_> = entities
                .iter()
                .map(|entity| &text[entity.range.clone()])
                .collect();
            assert_eq!(found, [address]);
        }
    }
}
