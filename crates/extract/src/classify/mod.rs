//! Document classification: the kind of a document, with score and evidence.
//!
//! Every profile is scored by the evidence that matches the clean text and the title that the carrier
//! states. The highest score that reaches the minimum of its own profile wins; of equal scores, the one
//! whose profile is first. A document that no profile matches is a `document`.

use std::borrow::Cow;

use crate::profile::{Evidence, Profile, Profiles};
use diarium_document::{CleanDocument, Heartbeat, RawDocument, operations};

/// The kind of a document that no profile matches.
const FALLBACK: &str = "document";
/// The confidence in the fallback.
// Nothing supports it except that nothing supports any other kind. It is below the confidence of every
// profile that reaches its minimum, which is 0.6 or more.
const FALLBACK_CONFIDENCE: f64 = 0.5;
/// The part of the text that is searched for evidence, in bytes from its start.
// A form shows what it is long before, and a hostile text of gigabytes takes no longer than a book.
const SEARCHED_BYTES: usize = 1 << 20;

/// The kind of one document.
#[derive(Debug)]
pub struct Classification<'p> {
    /// The profile that fits best.
    pub profile: &'p Profile,
    /// From 0 to 1.
    pub confidence: f64,
    /// The evidence for and against it, one line each.
    pub evidence: Vec<String>,
    /// The sum of the weights of that evidence.
    pub score: f64,
    /// The other profiles with a score above 0, the highest first.
    pub runners_up: Vec<RunnerUp>,
}

/// A profile that did not win.
#[derive(Debug, Clone, PartialEq)]
pub struct RunnerUp {
    /// Its name.
    pub name: String,
    /// The sum of the weights of its evidence.
    pub score: f64,
    /// The score that it needed.
    pub minimum: f64,
}

/// Classifies a document. `None` only if there is not even a profile `document`.
pub fn classify<'p>(
    raw: &RawDocument,
    clean: &CleanDocument,
    profiles: &'p Profiles,
    heartbeat: &Heartbeat,
) -> Option<Classification<'p>> {
    let text = searched_text(raw, clean);
    operations::count(text.len());
    let mut candidates: Vec<Candidate<'p>> = profiles
        .with_possible_evidence(&text)
        .filter(|(profile, _)| profile.minimum > 0.0)
        .inspect(|_| heartbeat.beat())
        .map(|(profile, evidence)| score(profile, &evidence, &text))
        .collect();
    // A stable sort, so that the order of the profiles decides between equal scores.
    candidates.sort_by(|one, other| other.score.total_cmp(&one.score));
    let winner = candidates.iter().position(Candidate::reaches_minimum);
    let winner = winner.map(|index| candidates.remove(index));
    let second = candidates
        .iter()
        .find(|candidate| candidate.reaches_minimum());
    let second = second.map_or(0.0, |candidate| candidate.score);
    let runners_up: Vec<RunnerUp> = candidates
        .iter()
        .filter(|candidate| candidate.score > 0.0)
        .map(Candidate::runner_up)
        .collect();
    let Some(winner) = winner else {
        return fallback(profiles, runners_up);
    };
    Some(Classification {
        confidence: confidence(winner.score, winner.profile.minimum, second),
        profile: winner.profile,
        evidence: winner.evidence,
        score: winner.score,
        runners_up,
    })
}

fn fallback(profiles: &Profiles, runners_up: Vec<RunnerUp>) -> Option<Classification<'_>> {
    Some(Classification {
        profile: profiles.get(FALLBACK)?,
        confidence: FALLBACK_CONFIDENCE,
        evidence: vec!["no profile reaches its minimum".to_owned()],
        score: 0.0,
        runners_up,
    })
}

/// A profile with its score.
struct Candidate<'p> {
    profile: &'p Profile,
    score: f64,
    evidence: Vec<String>,
}

impl Candidate<'_> {
    fn reaches_minimum(&self) -> bool {
        self.score >= self.profile.minimum
    }

    fn runner_up(&self) -> RunnerUp {
        RunnerUp {
            name: self.profile.name.clone(),
            score: self.score,
            minimum: self.profile.minimum,
        }
    }
}

/// The text that is searched for evidence: the title that the carrier states, then the clean text.
fn searched_text<'t>(raw: &RawDocument, clean: &'t CleanDocument) -> Cow<'t, str> {
    let text = clean.text.text();
    let text = &text[..text.floor_char_boundary(SEARCHED_BYTES)];
    match &raw.stated_title {
        Some(title) => Cow::Owned(format!("{title}\n\n{text}")),
        None => Cow::Borrowed(text),
    }
}

/// The score of a profile. `possible` is the evidence that the text may have.
fn score<'p>(profile: &'p Profile, possible: &[&Evidence], text: &str) -> Candidate<'p> {
    let mut score = 0.0;
    let mut matched = Vec::new();
    for evidence in possible {
        operations::count(text.len());
        // A pattern counts once, so that a long document scores no higher than a short one.
        if let Some(found) = evidence.pattern.find(text) {
            score += evidence.weight;
            let words: String = found.as_str().chars().take(60).collect();
            matched.push(format!("{:+.1} “{}”", evidence.weight, words.trim()));
        }
    }
    Candidate {
        profile,
        score,
        evidence: matched,
    }
}

/// The confidence in a kind: 0.6 at its minimum, up to 0.25 more for a score of twice the minimum, and
/// up to 0.14 more for the lead over the next profile that reaches its own minimum.
// The sum stays below 1: patterns of words are no proof.
fn confidence(score: f64, minimum: f64, second: f64) -> f64 {
    let surplus = (score / minimum - 1.0).clamp(0.0, 1.0);
    let lead = ((score - second) / score).clamp(0.0, 1.0);
    (0.6 + 0.25 * surplus + 0.14 * lead).clamp(0.0, 0.99)
}
