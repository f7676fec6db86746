//! E-mail addresses, also with OCR errors, line breaks and spelled-out signs.

use lazy_regex::{Lazy, Regex, lazy_regex};

use super::entity::{Entity, Rule};
use super::lexicon::{self, is_unambiguous_first_name};
use super::normalize::normalize;

// ulla.ek@example.se | ulla.ek[at]example[dot]se | ulla.ek @ example. se | ulla.ek(at)example.se | ulla.ek@exam-\nple.se | ulla.ek©example.se
static ADDRESS: Lazy<Regex> = lazy_regex!(
    r"(?i)[\w.+%'-]+[ \n]?(?:@|＠|©|®|\(at\)|\[at\]|\{at\}|\(a\)|\(snabel-?a\))[ \n]?(?:(?:(?:[\w-]+-\n)?[\w-]+[ \n]?(?:[.,]|[\[(](?:dot|punkt)[\])])[ \n]?)+?(?:se|nu|com|org|net|eu|fi|no|dk|info|edu|de|uk|name)\b|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,12})"
);

// ulla.ek@, at a place where the domain is missing
static TRUNCATED: Lazy<Regex> = lazy_regex!(r"[\w+-]+(?:\.[\w+-]+)+@");

// ulla.ek at example.se
static SPELLED_OUT: Lazy<Regex> = lazy_regex!(
    r"(?i)\b\w+(?:[._-]\w+)+ (?:at|snabel-?a) \w[\w-]*(?:\.\w[\w-]*)*\.(?:se|nu|com|org|net|eu)\b"
);

// "ulla. " before "ek@example.se": OCR or a line break divided the local part
static LOCAL_PART_START: Lazy<Regex> = lazy_regex!(r"(?P<name>\w{2,20}) ?[._][ \n]?$");

/// Adds all e-mail addresses.
pub(super) fn find(text: &str, entities: &mut Vec<Entity>) {
    for found in SPELLED_OUT.find_iter(text) {
        entities.push(entity(text, found.start(), found.end()));
    }
    // All other patterns need one of these: most texts are done here.
    if !text.contains(['@', '＠', '©', '®', '(', '[', '{']) {
        return;
    }
    let mut end = 0;
    for found in ADDRESS.find_iter(text) {
        let start = extended_start(text, end, found.start());
        end = extended_end(text, found.end());
        entities.push(entity(text, start, end));
    }
    let complete = entities.len();
    for found in TRUNCATED.find_iter(text) {
        let overlaps =
            |entity: &Entity| entity.range.start < found.end() && found.start() < entity.range.end;
        let next = entities[..complete].partition_point(|entity| entity.range.end <= found.start());
        if !entities[..complete].get(next).is_some_and(overlaps) {
            entities.push(entity(text, found.start(), found.end()));
        }
    }
}

fn entity(text: &str, start: usize, end: usize) -> Entity {
    let canonical = text[start..end]
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect();
    Entity {
        range: start..end,
        rule: Rule::Email,
        canonical,
    }
}

/// The start of an address, with a first name that a space divided from the rest of the local part.
fn extended_start(text: &str, previous_end: usize, start: usize) -> usize {
    // A name of at most 20 characters, a separator and a line break.
    let near = text
        .floor_char_boundary(start.saturating_sub(24))
        .max(previous_end);
    LOCAL_PART_START
        .captures(&text[near..start])
        .and_then(|captures| captures.name("name"))
        // `Kontakta oss. info@…` ends a sentence: only a name continues the address.
        .filter(|name| is_unambiguous_first_name(&normalize(name.as_str())))
        .map_or(start, |name| near + name.start())
}

/// The end of an address, with the rest of a domain of which `ADDRESS` matched only the first labels:
/// `a.se.example.org`.
fn extended_end(text: &str, end: usize) -> usize {
    let rest = &text[end..];
    let is_domain = |c: char| c.is_alphanumeric() || c == '-' || c == '.';
    let length = rest.find(|c| !is_domain(c)).unwrap_or(rest.len());
    let more = rest[..length].trim_end_matches(['.', '-']);
    if more.starts_with('.') && more.len() > 2 {
        end + more.len()
    } else {
        end
    }
}

/// Local parts, or words of them, that are no person's name; normalized.
const ROLE_MAILBOXES: [&str; 16] = [
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

/// The first and last word of a local part, normalized, if they may be a person's name:
/// `ulla.ek@…`.
pub(super) fn mailbox_name(address: &str) -> Option<Vec<String>> {
    let (local, _) = address
        .split_once('@')
        .or_else(|| address.split_once(['©', '®', '(', '[', '{']))?;
    let words: Vec<String> = local
        .split(['.', '_', '+'])
        .filter(|word| word.len() > 1 && word.chars().all(|c| c.is_alphabetic() || c == '-'))
        .map(normalize)
        .collect();
    let is_other = |word: &String| {
        ROLE_MAILBOXES.contains(&word.as_str())
            || lexicon::is_common_word(word)
            || lexicon::is_organisation_word(word)
            || lexicon::is_place_name(word)
    };
    let [first, .., last] = words.as_slice() else {
        return None;
    };
    let is_surname = lexicon::is_listed_surname(last) || !is_other(last);
    let is_first_name = is_unambiguous_first_name(first) || !is_other(first);
    (is_surname && is_first_name).then(|| vec![first.clone(), last.clone()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spellings_are_found_exactly() {
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
