//! What kind is it, and why?
//!
//! Every profile weighs its evidence against the clean text and the title that the carrier states.
//! The heaviest one that reaches its own minimum wins; the order of the profiles decides between
//! equals. What no profile claims is a `document`.

use std::borrow::Cow;

use crate::{
    document::{CleanDocument, RawDocument},
    profile::{Profile, Profiles},
};

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
}

/// Finds the kind of a document. `None` only where there is not even a profile `document`.
pub fn classify<'p>(
    raw: &RawDocument,
    clean: &CleanDocument,
    profiles: &'p Profiles,
) -> Option<Verdict<'p>> {
    let text = witness(raw, clean);
    let mut best: Option<(Verdict<'p>, f64)> = None;
    let mut second = 0.0_f64;
    for profile in profiles.iter().filter(|profile| profile.minimum > 0.0) {
        let (weight, evidence) = weigh(profile, &text);
        if weight < profile.minimum {
            continue;
        }
        let leader = best.as_ref().map_or(0.0, |(_, weight)| *weight);
        if weight > leader {
            second = leader;
            let verdict = Verdict {
                profile,
                confidence: 0.0,
                evidence,
            };
            best = Some((verdict, weight));
        } else {
            second = second.max(weight);
        }
    }
    match best {
        Some((mut verdict, weight)) => {
            verdict.confidence = confidence(weight, verdict.profile.minimum, second);
            Some(verdict)
        }
        None => profiles.get(FALLBACK).map(|profile| Verdict {
            profile,
            confidence: FALLBACK_CONFIDENCE,
            evidence: vec!["no profile reaches its minimum".to_owned()],
        }),
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

fn weigh(profile: &Profile, text: &str) -> (f64, Vec<String>) {
    let mut weight = 0.0;
    let mut found = Vec::new();
    for evidence in &profile.evidence {
        if let Some(hit) = evidence.pattern.find(text) {
            weight += evidence.weight;
            let words: String = hit.as_str().chars().take(60).collect();
            found.push(format!("{:+.1} “{}”", evidence.weight, words.trim()));
        }
    }
    (weight, found)
}

/// Half sure at the minimum and nearly certain at twice that, less what the runner-up claims.
fn confidence(weight: f64, minimum: f64, second: f64) -> f64 {
    let reach = (weight / minimum - 1.0).clamp(0.0, 1.0);
    let lead = ((weight - second) / weight).clamp(0.0, 1.0);
    (0.6 + 0.25 * reach + 0.14 * lead).clamp(0.0, 0.99)
}
