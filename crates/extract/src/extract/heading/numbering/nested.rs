//! Chains around and inside the numbering of a document.
//!
//! A form may have sections `A`, `B` around its questions 1 to 9, and the numbers of an annex, or of each of
//! these sections, begin again at one. Only lines of their own count, and each must look like a heading: a list
//! inside an answer begins at one as well.

use std::ops::Range;

use super::{candidate::Candidate, chain};

/// The score of a member, on average.
// A heading with a gap before it and text below it. An item of a list has less.
const STRICT_SCORE: i32 = 2;

/// Adds the members of other chains to those of the main chain; all stay sorted.
pub(super) fn add_chains(candidates: &mut [Candidate], members: &mut Vec<usize>) {
    let Some(&first) = members.first() else {
        return;
    };
    let numeral = candidates[first].numeral;
    // Sections around the numbered questions.
    let others = |candidate: &Candidate| candidate.numeral != numeral;
    let outer = strict_chain(candidates, 0..candidates.len(), members, others);
    let is_around = outer.first().is_some_and(|&outer| outer < first);
    if is_around {
        for &member in members.iter() {
            candidates[member].heading.level = 2;
        }
        members.extend(outer);
        members.sort_unstable();
    }
    // Numbers that begin again between two headings, or after the last.
    let ends = members.iter().skip(1).copied().chain([candidates.len()]);
    let ranges: Vec<Range<usize>> = members
        .iter()
        .zip(ends)
        .map(|(&start, end)| start + 1..end)
        .collect();
    let last = ranges.len().saturating_sub(1);
    let mut inside = Vec::new();
    for (index, range) in ranges.into_iter().enumerate() {
        let inner = strict_chain(candidates, range, members, |_| true);
        // Those after the last heading are an annex.
        if index < last || is_around {
            for &member in &inner {
                candidates[member].heading.level = 2;
            }
        }
        inside.extend(inner);
    }
    members.extend(inside);
    members.sort_unstable();
}

/// The best chain of the candidates in a range that begins at one and of which every member looks like a
/// heading.
fn strict_chain(
    candidates: &[Candidate],
    range: Range<usize>,
    taken: &[usize],
    is_wanted: impl Fn(&Candidate) -> bool,
) -> Vec<usize> {
    let lines = |index: &usize| Some(candidates.get(*index)?.heading.line);
    let free = range.filter(|index| {
        let candidate = &candidates[*index];
        let is_taken = taken.binary_search_by(|at| lines(at).cmp(&Some(candidate.heading.line)));
        is_wanted(candidate) && !candidate.is_running && is_taken.is_err()
    });
    let free: Vec<usize> = free.collect();
    let alone: Vec<Candidate> = free
        .iter()
        .map(|&index| candidates[index].clone())
        .collect();
    let strict = chain::best_chains(&alone).into_iter().find(|chain| {
        let members = || chain.members.iter().map(|&member| &alone[member]);
        let length = i32::try_from(chain.members.len()).unwrap_or(i32::MAX);
        let begins = members()
            .next()
            .is_some_and(|first| first.parts.first() == Some(&1));
        begins
            && length > 1
            && members().map(|member| member.score).sum::<i32>() >= length * STRICT_SCORE
    });
    let members = strict.map_or_else(Vec::new, |chain| chain.members);
    members.into_iter().map(|member| free[member]).collect()
}
