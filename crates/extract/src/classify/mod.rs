//! Document classification: the kind of a document, with score and evidence.
//!
//! Every profile weighs its evidence against the clean text and the title that the carrier states.
//! The heaviest one that reaches its own minimum wins; the order of the profiles decides between
//! equals. What no profile claims is a `document`.

use std::borrow::Cow;

use crate::profile::{Profile, Profiles};
use diarium_document::{CleanDocument, Heartbeat, RawDocument, work};

/// The kind of what nobody claims.
const FALLBACK: &str = "document";
/// Confidence in the fallback: nothing speaks for it but that nothing speaks for the others.
const FALLBACK_CONFIDENCE: f64 = 0.5;
/// Evidence is looked for in this many bytes from the start. A form shows what it is long before,
/// and a hostile text of gigabytes costs no more than a book.
const REACH: usize = 1 << 20;

/// The kind of one document.
#[derive(Debug)]
pub struct Verdict<'p> {
    /// The profile that fits best.
    pub profile: &'p Profile,
    /// How sure we are, 0 to 1.
    pub confidence: f64,
    /// What spoke for and against it, one line a finding.
    pub evidence: Vec<String>,
    /// What that sums up to.
    pub weight: f64,
    /// The other profiles for which anything spoke, the heaviest first.
    pub rivals: Vec<Rival>,
}

/// A profile that did not win.
#[derive(Debug, Clone, PartialEq)]
pub struct Rival {
    /// Its name.
    pub name: String,
    /// The sum of its evidence.
    pub weight: f64,
    /// The sum that it needed.
    pub minimum: f64,
}

/// Finds the kind of a document. `None` only where there is not even a profile `document`.
pub fn classify<'p>(
    raw: &RawDocument,
    clean: &CleanDocument,
    profiles: &'p Profiles,
    heartbeat: &Heartbeat,
) -> Option<Verdict<'p>> {
    let text = witness(raw, clean);
    let weighed = profiles.iter().filter(|profile| profile.minimum > 0.0);
    let mut claims: Vec<Claim<'p>> = weighed
        .inspect(|_| heartbeat.beat())
        .map(|profile| weigh(profile, &text))
        .collect();
    // Stable, so that the order of the profiles decides between equals.
    claims.sort_by(|one, other| other.weight.total_cmp(&one.weight));
    let winner = claims.iter().position(Claim::is_enough);
    let winner = winner.map(|place| claims.remove(place));
    let second = claims.iter().find(|claim| claim.is_enough());
    let second = second.map_or(0.0, |claim| claim.weight);
    let rivals: Vec<Rival> = claims
        .iter()
        .filter(|claim| claim.weight > 0.0)
        .map(Claim::rival)
        .collect();
    match winner {
        Some(claim) => Some(Verdict {
            confidence: confidence(claim.weight, claim.profile.minimum, second),
            profile: claim.profile,
            evidence: claim.evidence,
            weight: claim.weight,
            rivals,
        }),
        None => profiles.get(FALLBACK).map(|profile| Verdict {
            profile,
            confidence: FALLBACK_CONFIDENCE,
            evidence: vec!["no profile reaches its minimum".to_owned()],
            weight: 0.0,
            rivals,
        }),
    }
}

/// What speaks for one profile.
struct Claim<'p> {
    profile: &'p Profile,
    weight: f64,
    evidence: Vec<String>,
}

impl Claim<'_> {
    fn is_enough(&self) -> bool {
        self.weight >= self.profile.minimum
    }

    fn rival(&self) -> Rival {
        Rival {
            name: self.profile.name.clone(),
            weight: self.weight,
            minimum: self.profile.minimum,
        }
    }
}

/// The text that evidence is looked for in: the carrier's title, then what the author wrote.
fn witness<'t>(raw: &RawDocument, clean: &'t CleanDocument) -> Cow<'t, str> {
    let text = clean.text.text();
    let end = (0..=REACH.min(text.len()))
        .rev()
        .find(|&byte| text.is_char_boundary(byte))
        .unwrap_or(0);
    match &raw.stated_title {
        Some(title) => Cow::Owned(format!("{title}\n\n{}", &text[..end])),
        None => Cow::Borrowed(&text[..end]),
    }
}

fn weigh<'p>(profile: &'p Profile, text: &str) -> Claim<'p> {
    let mut weight = 0.0;
    let mut found = Vec::new();
    for evidence in &profile.evidence {
        work::spend(text.len());
        if let Some(hit) = evidence.pattern.find(text) {
            weight += evidence.weight;
            let words: String = hit.as_str().chars().take(60).collect();
            found.push(format!("{:+.1} “{}”", evidence.weight, words.trim()));
        }
    }
    Claim {
        profile,
        weight,
        evidence: found,
    }
}

/// Half sure at the minimum and nearly certain at twice that, less what the runner-up claims.
fn confidence(weight: f64, minimum: f64, second: f64) -> f64 {
    let reach = (weight / minimum - 1.0).clamp(0.0, 1.0);
    let lead = ((weight - second) / weight).clamp(0.0, 1.0);
    (0.6 + 0.25 * reach + 0.14 * lead).clamp(0.0, 0.99)
}
