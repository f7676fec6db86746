//! Reflow: rejoin the lines of a paragraph.
//!
//! A line break is the author's or the paper's. A layout tells which; a text file does not, so there
//! the file's own habit decides: if its lines fill up to a common width, they are the paper's. Where
//! a page ends or letterhead was taken out, the words decide: a sentence that has not ended and goes
//! on in lower case is one sentence.

use super::{
    flow::{Flow, FlowLine},
    hyphen::{Hyphen, Witness},
    markup::{self, Marked, Piece},
};
use diarium_document::{
    CleanLine, CleanText, CleanTextBuilder, Heartbeat, LineEnd, LineRole, work,
};

/// A sentence that breaks off is joined to what follows only if its line is at least this long, in
/// characters: a short line without a full stop is a heading, a label or an item.
const BROKEN_OFF: usize = 40;

/// Builds the author's text from what is left of the flow.
pub(super) fn rejoin(flow: &Flow<'_>, heartbeat: &Heartbeat) -> CleanText {
    let habit = Habit::of(flow);
    let witness = Witness::new(flow.lines.iter().map(|line| line.text));
    let mut builder = CleanTextBuilder::default();
    let mut previous: Option<Previous<'_>> = None;
    let mut interrupted = false;
    for (index, line) in flow.lines.iter().enumerate() {
        heartbeat.step(index);
        work::spend(1 + line.text.len());
        if line.is_taken() {
            interrupted |= !line.key.is_empty();
            continue;
        }
        let marked = markup::read(line.text);
        if !says_something(line, &marked) {
            continue;
        }
        let next = Next {
            line,
            marked: &marked,
            role: role(line, &marked),
            interrupted,
        };
        let step = match &previous {
            None => Step::Paragraph,
            Some(previous) => step(previous, &next, builder.current_line(), &habit),
        };
        match step {
            Step::Join => join(&mut builder, line, &witness),
            Step::Line | Step::Paragraph => {
                builder.start_line(clean_line(&next, step == Step::Paragraph));
            }
        }
        append(&mut builder, flow, line, &marked);
        interrupted = false;
        previous = Some(Previous {
            line,
            hard_end: marked.hard_end || line_break_mark(flow, line),
            role: next.role,
        });
    }
    builder.finish()
}

struct Previous<'f> {
    line: &'f FlowLine<'f>,
    hard_end: bool,
    role: LineRole,
}

struct Next<'f> {
    line: &'f FlowLine<'f>,
    marked: &'f Marked,
    role: LineRole,
    /// Letterhead stood between this line and the one before.
    interrupted: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The same line of the author's.
    Join,
    /// A new line of the same paragraph.
    Line,
    /// A new paragraph.
    Paragraph,
}

/// Rules and table borders say nothing.
fn says_something(line: &FlowLine<'_>, marked: &Marked) -> bool {
    !line.key.is_empty()
        || line.text.contains(['☐', '☒', '☑', '✓', '⍰', '?'])
        || marked
            .pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Insert('☐' | '☒')))
}

/// Markdown's two spaces at a line's end are outside the line, in the page's text.
fn line_break_mark(flow: &Flow<'_>, line: &FlowLine<'_>) -> bool {
    flow.pages[line.page].text[line.line.bytes.end..].starts_with("  \n")
}

fn role(line: &FlowLine<'_>, marked: &Marked) -> LineRole {
    match (line.line.role, marked.role) {
        (LineRole::Body, Some(role)) => role,
        (LineRole::Body, None) if starts_item(line.text) => LineRole::Item,
        (LineRole::Body, None) if line.text.trim().contains('\t') => LineRole::Row,
        (role, _) => role,
    }
}

/// Begins with a bullet: `• `, `- `, `· `, `. `.
fn starts_item(text: &str) -> bool {
    let mut characters = text.trim_start().chars();
    let bullet = characters.next().is_some_and(|first| {
        matches!(
            first,
            '•' | '·' | '-' | '–' | '▪' | '●' | '○' | '*' | '.' | '\u{f0b7}' | '☐' | '☒'
        )
    });
    bullet && characters.next().is_some_and(char::is_whitespace)
}

/// Begins with a number and a stop, as items and questions do: `1. `, `2) `, `a) `.
fn starts_numbered(text: &str) -> bool {
    let text = text.trim_start();
    let mark = text.split_whitespace().next().unwrap_or_default();
    let body = mark.trim_end_matches(['.', ')']);
    body.len() < mark.len()
        && body.len() <= 4
        && !body.is_empty()
        && (body.chars().all(|c| c.is_ascii_digit() || c == '.') || body.chars().count() == 1)
}

fn step(previous: &Previous<'_>, next: &Next<'_>, current: &str, habit: &Habit) -> Step {
    let apart = next.line.page != previous.line.page || next.interrupted;
    let structural = !matches!(next.role, LineRole::Body)
        || matches!(previous.role, LineRole::Heading(_) | LineRole::Row)
        || starts_numbered(next.line.text);
    if structural {
        let gap = next.line.line.gap_before || matches!(next.role, LineRole::Heading(_));
        return if gap || apart && !same_block(previous, next) {
            Step::Paragraph
        } else {
            Step::Line
        };
    }
    if apart {
        return across(previous, next, current);
    }
    if next.line.line.gap_before {
        return Step::Paragraph;
    }
    let restyled = previous.line.line.bold != next.line.line.bold
        && previous.line.line.rect.is_some()
        && (previous.line.line.bold || next.line.line.bold);
    let wraps = match previous.line.line.end {
        _ if previous.hard_end => false,
        LineEnd::Soft => !restyled,
        LineEnd::Hard => false,
        LineEnd::Unknown => habit.wraps(previous.line.text),
    };
    if wraps { Step::Join } else { Step::Line }
}

/// Rows and items go on over a page's end without a new paragraph.
fn same_block(previous: &Previous<'_>, next: &Next<'_>) -> bool {
    previous.role == next.role && matches!(next.role, LineRole::Item | LineRole::Row)
}

/// Whether a sentence goes on where a page ended or letterhead stood.
fn across(previous: &Previous<'_>, next: &Next<'_>, current: &str) -> Step {
    let kept = next.line.kept();
    let offset = next.line.line.bytes.start;
    let text = kept.first().map_or(next.line.text, |range| {
        &next.line.text[range.start - offset..]
    });
    let first = text.chars().find(|character| character.is_alphanumeric());
    let lower = first.is_some_and(char::is_lowercase);
    let ended = current
        .trim_end()
        .trim_end_matches(['"', '”', '“', '’', ')', '»'])
        .ends_with(['.', '!', '?', ':', ';']);
    // A line that page after page was joined to may be as long as the document.
    let long = current.chars().take(BROKEN_OFF).count() >= BROKEN_OFF;
    let soft =
        previous.line.line.end == LineEnd::Soft && previous.line.line.bold == next.line.line.bold;
    let hangs = current.trim_end().ends_with([',', '-', '/', '(']) || ends_open(current);
    let goes_on =
        !ended && lower && (long || hangs) || soft && !next.marked.bold || !ended && long && hangs;
    if goes_on { Step::Join } else { Step::Paragraph }
}

/// The last word cannot be a sentence's last.
fn ends_open(text: &str) -> bool {
    /// In bytes; none of the words is so long.
    const LONGEST: usize = 40;
    let tail = text.ceil_char_boundary(text.len().saturating_sub(LONGEST));
    work::spend(text.len() - tail);
    let last = text[tail..]
        .split_whitespace()
        .next_back()
        .unwrap_or_default()
        .to_lowercase();
    [
        "och", "i", "på", "att", "av", "för", "med", "som", "en", "ett", "den", "det", "de",
        "till", "från", "om", "vid", "samt", "eller", "är", "har", "kan", "ska", "skall", "hos",
        "mot", "under", "över", "genom", "mellan", "inom", "bland", "sina", "sin", "sitt", "deras",
        "vår", "våra", "the", "of", "and", "to", "in", "a",
    ]
    .contains(&last.as_str())
}

fn clean_line(next: &Next<'_>, gap_before: bool) -> CleanLine {
    CleanLine {
        bytes: 0..0,
        gap_before,
        role: next.role,
        bold: next.line.line.bold || next.marked.bold,
        font_size: next.line.line.font_size,
        confidence: next.line.line.confidence,
    }
}

/// Prepares the end of the current line for what is joined to it.
fn join<'t, Lines: Iterator<Item = &'t str> + Clone>(
    builder: &mut CleanTextBuilder,
    line: &FlowLine<'_>,
    witness: &Witness<'t, Lines>,
) {
    builder.lower_confidence(line.line.confidence);
    let current = builder.current_line();
    if current.ends_with('-') {
        match witness.judge(current, line.text) {
            Hyphen::Broken => builder.remove_last(),
            Hyphen::Own => {}
            Hyphen::Hanging => builder.insert(' '),
        }
    } else if !current.ends_with([' ', '\t']) {
        builder.insert(' ');
    }
}

/// Copies what is left of a line, markup read, white space made single.
fn append(builder: &mut CleanTextBuilder, flow: &Flow<'_>, line: &FlowLine<'_>, marked: &Marked) {
    let page_text = &flow.pages[line.page].text;
    let offset = line.line.bytes.start;
    let kept = line.kept();
    // Pieces and kept parts both rise: none is looked at again that lies behind.
    let mut first = 0;
    for piece in &marked.pieces {
        work::spend(1);
        match piece {
            Piece::Insert(character) => {
                if !(*character == ' ' && ends_with_space(builder)) {
                    builder.insert(*character);
                }
            }
            Piece::Copy(range) => {
                let whole = range.start + offset..range.end + offset;
                let behind = |part: &&std::ops::Range<usize>| part.end <= whole.start;
                first += kept[first..].iter().take_while(behind).count();
                let ahead = |part: &&std::ops::Range<usize>| part.start < whole.end;
                for part in kept[first..].iter().take_while(ahead) {
                    work::spend(1);
                    let start = whole.start.max(part.start);
                    let end = whole.end.min(part.end);
                    if start < end {
                        if start > whole.start || start == part.start {
                            separate(builder, &page_text[start..end]);
                        }
                        copy_single_spaced(builder, line.page, &page_text[start..end], start);
                    }
                }
            }
        }
    }
    trim_end(builder);
}

/// Where something was taken out of a line's middle, one space stays.
fn separate(builder: &mut CleanTextBuilder, next: &str) {
    if !ends_with_space(builder)
        && !builder.current_line().ends_with('-')
        && next.starts_with(char::is_whitespace)
    {
        builder.insert(' ');
    }
}

fn ends_with_space(builder: &CleanTextBuilder) -> bool {
    let line = builder.current_line();
    line.is_empty() || line.ends_with([' ', '\t'])
}

fn copy_single_spaced(builder: &mut CleanTextBuilder, page: usize, text: &str, origin: usize) {
    let mut start = 0;
    let mut space = ends_with_space(builder);
    for (at, character) in text.char_indices() {
        let is_space = matches!(character, ' ' | '\t');
        if is_space && space {
            builder.copy(page, &text[start..at], origin + start);
            start = at + 1;
        }
        space = is_space;
    }
    builder.copy(page, &text[start..], origin + start);
}

fn trim_end(builder: &mut CleanTextBuilder) {
    while builder.current_line().ends_with([' ', '\t']) {
        builder.remove_last();
    }
}

/// Shorter lines, in characters, are labels, items and headings, and say nothing of the habit.
const SHORT: usize = 35;

/// A line this long, in characters, that goes on in lower case was hardly ended by its author.
const LONG: usize = 60;

/// How a text file breaks its lines.
struct Habit {
    /// Lines at least this long, in characters, go on in the next; none where lines are not broken.
    wraps_from: Option<usize>,
}

impl Habit {
    /// Looks at lines that follow each other without a gap. If most that go on in lower case are
    /// about as long as the longest, the paper broke them.
    fn of(flow: &Flow<'_>) -> Self {
        let mut lengths = Vec::new();
        let mut pairs = 0;
        for pair in flow.lines.windows(2) {
            let [line, next] = [&pair[0], &pair[1]];
            let follows = line.page == next.page && !next.line.gap_before;
            let unknown = line.line.end == LineEnd::Unknown && !line.is_taken() && !next.is_taken();
            if !follows || !unknown || line.text.chars().count() < SHORT {
                continue;
            }
            pairs += 1;
            let ended = line.text.ends_with(['.', '!', '?', ':', ';']);
            let lower = next.text.trim_start().starts_with(char::is_lowercase);
            if lower && !ended {
                lengths.push(line.text.chars().count());
            }
        }
        lengths.sort_unstable();
        // A third: sentences begin with capitals, so not every broken line shows that it is one.
        let few = lengths.len() < 3 && lengths.first().is_none_or(|&least| least < LONG);
        let often = !few && lengths.len() * 3 >= pairs;
        let (low, high) = match lengths.as_slice() {
            [] => (0, 0),
            lengths => (lengths[lengths.len() / 5], lengths[lengths.len() * 4 / 5]),
        };
        let even = low * 3 >= high * 2 && (35..=140).contains(&high);
        Self {
            wraps_from: (often && even).then_some(low * 4 / 5),
        }
    }

    fn wraps(&self, line: &str) -> bool {
        self.wraps_from
            .is_some_and(|least| line.chars().count() >= least)
    }
}
