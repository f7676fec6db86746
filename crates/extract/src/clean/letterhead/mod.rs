//! Boilerplate detection: the lines that a publisher repeats.
//!
//! Letterhead is found by its repeating, never by a list of names: at the same edge of page after
//! page ([`edges`]), as the same block of lines again and again in a text that has lost its page
//! breaks ([`blocks`]), and as the words of such a block in the middle of a paragraph ([`phrases`]).
//! Profiles may add whole lines that are always a publisher's.
//!
//! Losing an author's line is worse than keeping a footer, so each finder has a reason to say no:
//! a label of a form, a line that also stands in the middle of a page, a repeat that is too short.

mod blocks;
mod edges;
mod phrases;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use super::flow::{Flow, FlowLine, Word};
use crate::profile::Profiles;
use diarium_document::{
    CleanLine, CleanText, CleanTextBuilder, Heartbeat, Letterhead, LineRole, RemovedBecause, work,
};

/// Takes the letterhead out of the flow.
pub(super) fn take_out(flow: &mut Flow<'_>, profiles: &Profiles, heartbeat: &Heartbeat) {
    take_known_lines(flow, profiles, heartbeat);
    flow.note(RemovedBecause::ProfileLine);
    heartbeat.beat();
    edges::take_out(flow, heartbeat);
    flow.note(RemovedBecause::PageEdge);
    let mut blocks = blocks::take_out(flow, profiles, heartbeat);
    flow.note(RemovedBecause::RepeatedBlock);
    if !blocks.is_empty() {
        phrases::take_out(flow, &mut blocks, heartbeat);
        flow.note(RemovedBecause::Phrase);
        blocks::take_neighbours(flow, heartbeat);
        flow.note(RemovedBecause::BesideBlock);
    }
    take_stamps(flow, profiles, heartbeat);
    flow.note(RemovedBecause::Stamp);
}

/// Lines that a profile declares to be a publisher's.
fn take_known_lines(flow: &mut Flow<'_>, profiles: &Profiles, heartbeat: &Heartbeat) {
    for (index, line) in flow.lines.iter_mut().enumerate() {
        heartbeat.step(index);
        work::spend(line.text.len());
        let bare = line.text.trim_matches(['*', '_', '#', ' ']);
        if profiles
            .letterhead()
            .iter()
            .any(|pattern| pattern.is_match(bare))
        {
            line.take_all();
        }
    }
}

/// What a printing system stamps into the text, by the profiles' word.
fn take_stamps(flow: &mut Flow<'_>, profiles: &Profiles, heartbeat: &Heartbeat) {
    for (index, line) in flow.lines.iter_mut().enumerate() {
        heartbeat.step(index);
        work::spend(line.text.len());
        let stamps: Vec<_> = profiles
            .stamps()
            .iter()
            .flat_map(|pattern| pattern.find_iter(line.text))
            .map(|found| found.start() + line.line.bytes.start..found.end() + line.line.bytes.start)
            .collect();
        line.take_parts(stamps);
    }
}

/// What was taken out, one entry a text: neighbouring lines of a page are one text, and the same
/// text on several pages is told once, in order of first appearance.
pub(super) fn collect(flow: &Flow<'_>) -> Vec<Letterhead> {
    let mut found = Found::default();
    let mut run = String::new();
    let mut run_page = 0;
    for line in &flow.lines {
        if line.page != run_page {
            finish_run(flow, &mut found, &mut run, run_page);
            run_page = line.page;
        }
        for range in line.taken() {
            push_words(&mut run, &flow.pages[line.page].text[range.clone()]);
        }
        if !line.is_taken() {
            finish_run(flow, &mut found, &mut run, run_page);
        }
    }
    finish_run(flow, &mut found, &mut run, run_page);
    found.letterhead
}

/// The publisher's lines as a text of their own, each different one once. A site's furniture speaks
/// of other documents and is left out, but for lines that name this one by the `title` it states.
pub(super) fn aside(flow: &Flow<'_>, title: Option<&str>) -> CleanText {
    let mut builder = CleanTextBuilder::default();
    let mut known = BTreeSet::new();
    for line in &flow.lines {
        let names_this = title.is_some_and(|title| line.text.contains(title));
        let furniture = line.line.role == LineRole::Furniture && !names_this;
        if furniture || line.taken().is_empty() || !known.insert(line.key) {
            continue;
        }
        builder.start_line(CleanLine {
            bytes: 0..0,
            gap_before: true,
            role: LineRole::Body,
            bold: false,
            font_size: None,
            confidence: line.line.confidence,
        });
        for (index, range) in line.taken().iter().enumerate() {
            if index > 0 {
                builder.insert(' ');
            }
            builder.copy(
                line.page,
                &flow.pages[line.page].text[range.clone()],
                range.start,
            );
        }
    }
    builder.finish()
}

fn push_words(run: &mut String, text: &str) {
    for word in text.split_whitespace() {
        if !run.is_empty() {
            run.push(' ');
        }
        run.push_str(word);
    }
}

/// What was found so far, and where each text of it stands in the list.
#[derive(Default)]
struct Found {
    letterhead: Vec<Letterhead>,
    places: BTreeMap<String, usize>,
}

fn finish_run(flow: &Flow<'_>, found: &mut Found, run: &mut String, page: usize) {
    let text = std::mem::take(run);
    if text.is_empty() {
        return;
    }
    let number = flow.pages[page].number;
    match found.places.get(&text) {
        Some(&place) => {
            let pages = &mut found.letterhead[place].pages;
            if pages.last() != Some(&number) {
                pages.push(number);
            }
        }
        None => {
            found.places.insert(text.clone(), found.letterhead.len());
            found.letterhead.push(Letterhead {
                text,
                pages: vec![number],
            });
        }
    }
}

/// Takes words that follow each other out of their lines.
fn take_words<'w>(lines: &mut [FlowLine<'_>], words: impl IntoIterator<Item = &'w Word>) {
    let mut parts: Vec<(usize, Range<usize>)> = Vec::new();
    for word in words {
        match parts.last_mut() {
            Some((line, bytes)) if *line == word.line => bytes.end = word.bytes.end,
            _ => parts.push((word.line, word.bytes.clone())),
        }
    }
    for (line, bytes) in parts {
        lines[line].take(bytes);
    }
}
