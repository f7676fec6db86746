//! Reflow: rejoin the lines of a paragraph.
//!
//! A line break is either the author's or a line wrap. A page layout distinguishes them; a text file does
//! not, so there its line lengths decide: lines that fill a common width are wrapped. Where a page ends
//! or letterhead was removed, the words decide: a sentence that has not ended and continues in lowercase
//! is one sentence.

use std::ops::Range;

use lazy_regex::regex;

use super::{
    dehyphenation::{DocumentWords, Hyphen},
    document_lines::{DocumentLine, DocumentLines},
    markup::{self, ParsedLine, Piece},
};
use diarium_document::{
    CleanLine, CleanText, CleanTextBuilder, Heartbeat, LineEnd, LineRole, operations,
};

/// The shortest line, in characters, that a sentence may continue from over a page break.
// A shorter line without a full stop is a heading, a label or an item.
const MIN_UNFINISHED: usize = 40;

/// Builds the clean text from the remaining lines.
pub(super) fn reflow(document: &DocumentLines<'_>, heartbeat: &Heartbeat) -> CleanText {
    let wrap_style = LineWrapStyle::detect(document);
    let words = DocumentWords::new(document.lines.iter().map(|line| line.text));
    let mut builder = CleanTextBuilder::default();
    let mut previous: Option<Previous<'_>> = None;
    let mut interrupted = false;
    for (index, line) in document.lines.iter().enumerate() {
        heartbeat.step(index);
        operations::count(1 + line.text.len());
        if line.is_removed() {
            // A removed line without words, such as a ruling line, separates nothing.
            interrupted |= !line.key.is_empty();
            continue;
        }
        let markup = markup::parse(line.text);
        if !has_content(line, &markup) {
            continue;
        }
        let next = Next {
            line,
            markup: &markup,
            role: role(line, &markup),
            interrupted,
        };
        let transition = match &previous {
            None => Transition::Paragraph,
            Some(previous) => transition(previous, &next, builder.current_line(), &wrap_style),
        };
        if transition == Transition::Join {
            join(&mut builder, line, &words);
        } else {
            builder.start_line(clean_line(&next, transition == Transition::Paragraph));
        }
        append(&mut builder, document, line, &markup);
        interrupted = false;
        previous = Some(Previous {
            line,
            hard_end: markup.hard_end || has_hard_break(document, line),
            role: next.role,
        });
    }
    builder.finish()
}

/// The last line that was appended.
struct Previous<'f> {
    line: &'f DocumentLine<'f>,
    hard_end: bool,
    role: LineRole,
}

/// The line to append.
struct Next<'f> {
    line: &'f DocumentLine<'f>,
    markup: &'f ParsedLine,
    role: LineRole,
    /// Whether letterhead was removed between this line and the previous one.
    interrupted: bool,
}

/// How a line continues the text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Transition {
    /// As part of the same line.
    Join,
    /// As a new line of the same paragraph.
    Line,
    /// As a new paragraph.
    Paragraph,
}

/// Whether a line has words or a checkbox, and is not just a ruling line or a table border.
fn has_content(line: &DocumentLine<'_>, markup: &ParsedLine) -> bool {
    !line.key.is_empty()
        || line.text.contains(['☐', '☒', '☑', '✓', '⍰', '?'])
        || markup
            .pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Insert('☐' | '☒')))
}

/// Whether Markdown's two spaces follow the line, which are in the page's text but not in the line.
fn has_hard_break(document: &DocumentLines<'_>, line: &DocumentLine<'_>) -> bool {
    document.pages[line.page].text[line.line.bytes.end..].starts_with("  \n")
}

fn role(line: &DocumentLine<'_>, markup: &ParsedLine) -> LineRole {
    match (line.line.role, markup.role) {
        (LineRole::Body, Some(role)) => role,
        (LineRole::Body, None) if starts_item(line.text) => LineRole::Item,
        (LineRole::Body, None) if line.text.trim().contains('\t') => LineRole::Row,
        (role, _) => role,
    }
}

/// Whether a line begins with a bullet: `• `, `- `, `· `, `. `.
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

/// Whether a line begins with the number of an item or a question: `1. `, `2) `, `a) `.
fn starts_numbered(text: &str) -> bool {
    let text = text.trim_start();
    let mark = text.split_whitespace().next().unwrap_or_default();
    let body = mark.trim_end_matches(['.', ')']);
    body.len() < mark.len()
        && body.len() <= 4
        && !body.is_empty()
        && (body.chars().all(|c| c.is_ascii_digit() || c == '.') || body.chars().count() == 1)
}

fn transition(
    previous: &Previous<'_>,
    next: &Next<'_>,
    current: &str,
    wrap_style: &LineWrapStyle,
) -> Transition {
    let is_apart = next.line.page != previous.line.page || next.interrupted;
    let is_structural = !matches!(next.role, LineRole::Body)
        || matches!(previous.role, LineRole::Heading(_) | LineRole::Row)
        || starts_numbered(next.line.text);
    if is_structural {
        let gap = next.line.line.gap_before || matches!(next.role, LineRole::Heading(_));
        return if gap || is_apart && !is_same_block(previous, next) {
            Transition::Paragraph
        } else {
            Transition::Line
        };
    }
    if is_apart {
        return transition_across_break(previous, next, current);
    }
    if next.line.line.gap_before {
        return Transition::Paragraph;
    }
    if is_wrapped(previous, next, wrap_style) {
        Transition::Join
    } else {
        Transition::Line
    }
}

/// Whether the previous line was wrapped, so that the next one continues it.
fn is_wrapped(previous: &Previous<'_>, next: &Next<'_>, wrap_style: &LineWrapStyle) -> bool {
    let (line, next) = (previous.line.line, next.line.line);
    // A change between bold and regular type ends a line, but only a page layout (`rect`) gives
    // the type of a whole line.
    let is_restyled = line.bold != next.bold && line.rect.is_some();
    match line.end {
        _ if previous.hard_end => false,
        LineEnd::Soft => !is_restyled,
        LineEnd::Hard => false,
        LineEnd::Unknown => wrap_style.wraps(previous.line.text),
    }
}

/// Whether both lines are rows or items: these continue over a page break without a new paragraph.
fn is_same_block(previous: &Previous<'_>, next: &Next<'_>) -> bool {
    previous.role == next.role && matches!(next.role, LineRole::Item | LineRole::Row)
}

/// How a line continues the text after a page break or after removed letterhead.
fn transition_across_break(previous: &Previous<'_>, next: &Next<'_>, current: &str) -> Transition {
    let remaining = next.line.remaining_ranges();
    let offset = next.line.line.bytes.start;
    let text = remaining.first().map_or(next.line.text, |range| {
        &next.line.text[range.start - offset..]
    });
    let first = text.chars().find(|character| character.is_alphanumeric());
    let continues_lowercase = first.is_some_and(char::is_lowercase);
    let has_ended = current
        .trim_end()
        .trim_end_matches(['"', '”', '“', '’', ')', '»'])
        .ends_with(['.', '!', '?', ':', ';']);
    // A line that was joined over many pages may be as long as the document, so only its start is
    // counted.
    let is_long = current.chars().take(MIN_UNFINISHED).count() >= MIN_UNFINISHED;
    let is_soft =
        previous.line.line.end == LineEnd::Soft && previous.line.line.bold == next.line.line.bold;
    let is_open =
        current.trim_end().ends_with([',', '-', '/', '(']) || ends_with_open_word(current);
    let continues = !has_ended && continues_lowercase && (is_long || is_open)
        || is_soft && !next.markup.bold
        || !has_ended && is_long && is_open;
    if continues {
        Transition::Join
    } else {
        Transition::Paragraph
    }
}

/// Words that no sentence ends with.
const OPEN_WORDS: [&str; 44] = [
    "och", "i", "på", "att", "av", "för", "med", "som", "en", "ett", "den", "det", "de", "till",
    "från", "om", "vid", "samt", "eller", "är", "har", "kan", "ska", "skall", "hos", "mot",
    "under", "över", "genom", "mellan", "inom", "bland", "sina", "sin", "sitt", "deras", "vår",
    "våra", "the", "of", "and", "to", "in", "a",
];

/// Whether the last word of a text cannot be the last of a sentence.
fn ends_with_open_word(text: &str) -> bool {
    /// More bytes than any of the words has.
    const TAIL_BYTES: usize = 40;
    let tail = text.ceil_char_boundary(text.len().saturating_sub(TAIL_BYTES));
    operations::count(text.len() - tail);
    let last = text[tail..]
        .split_whitespace()
        .next_back()
        .unwrap_or_default()
        .to_lowercase();
    OPEN_WORDS.contains(&last.as_str())
}

fn clean_line(next: &Next<'_>, gap_before: bool) -> CleanLine {
    CleanLine {
        bytes: 0..0,
        gap_before,
        role: next.role,
        bold: next.line.line.bold || next.markup.bold,
        font_size: next.line.line.font_size,
        confidence: next.line.line.confidence,
    }
}

/// Prepares the end of the current line for the line that continues it.
fn join<'t, Lines: Iterator<Item = &'t str> + Clone>(
    builder: &mut CleanTextBuilder,
    line: &DocumentLine<'_>,
    words: &DocumentWords<'t, Lines>,
) {
    builder.lower_confidence(line.line.confidence);
    let current = builder.current_line();
    if current.ends_with('-') {
        match words.classify_hyphen(current, line.text) {
            Hyphen::LineEnd => builder.remove_last(),
            Hyphen::Hard => {}
            Hyphen::Suspended => builder.insert(' '),
        }
    } else if !current.ends_with([' ', '\t']) {
        builder.insert(' ');
    }
}

/// Copies the remaining text of a line, without markup and with single spaces.
fn append(
    builder: &mut CleanTextBuilder,
    document: &DocumentLines<'_>,
    line: &DocumentLine<'_>,
    markup: &ParsedLine,
) {
    let page_text = &document.pages[line.page].text;
    let offset = line.line.bytes.start;
    let remaining = line.remaining_ranges();
    // Pieces and remaining ranges are both sorted, so each range is visited once.
    let mut first = 0;
    for piece in &markup.pieces {
        operations::count(1);
        match piece {
            Piece::Insert(character) => {
                if !(*character == ' ' && ends_with_space(builder)) {
                    builder.insert(*character);
                }
            }
            Piece::Replace(range, letters) => {
                let origin = range.start + offset..range.end + offset;
                if is_kept(&remaining, &origin) {
                    builder.replace(line.page, letters, origin);
                }
            }
            Piece::Copy(range) => {
                let whole = range.start + offset..range.end + offset;
                let is_before = |part: &&Range<usize>| part.end <= whole.start;
                first += remaining[first..].iter().take_while(is_before).count();
                let overlaps = |part: &&Range<usize>| part.start < whole.end;
                for part in remaining[first..].iter().take_while(overlaps) {
                    operations::count(1);
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

/// Whether a character is in one of the remaining ranges, which are sorted.
fn is_kept(remaining: &[Range<usize>], character: &Range<usize>) -> bool {
    let next = remaining.partition_point(|range| range.end <= character.start);
    let range = remaining.get(next);
    range.is_some_and(|range| range.start <= character.start)
}

/// Inserts one space where text was removed from the middle of a line.
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

/// The fewest spaces that set two cells of a row apart.
// Two follow the full stop of a typist; more are set to reach a column.
const MIN_CELL_GAP: usize = 3;
/// The longest line, in bytes, that is a row of cells.
const MAX_ROW: usize = 160;
/// The most gaps of a row.
// A justified line has a wide gap between many of its words.
const MAX_CELL_GAPS: usize = 3;

/// Copies a text with single spaces. A wide gap between the cells of a row becomes a tab.
fn copy_single_spaced(builder: &mut CleanTextBuilder, page: usize, text: &str, origin: usize) {
    let is_row = text.len() <= MAX_ROW && (1..=MAX_CELL_GAPS).contains(&cell_gaps(text));
    let mut rest = 0;
    for gap in regex!(r"[ \t]{2,}").find_iter(text) {
        let at_start = gap.start() == 0 && ends_with_space(builder);
        let is_cell = is_row && is_cell_gap(text, &gap.range());
        // One character of the gap is kept, except where a cell or the line before has one already.
        let kept = if at_start || is_cell { 0 } else { 1 };
        builder.copy(page, &text[rest..gap.start() + kept], origin + rest);
        if is_cell {
            builder.insert('\t');
        }
        rest = gap.end();
    }
    let single = rest == 0 && text.starts_with([' ', '\t']) && ends_with_space(builder);
    rest += usize::from(single);
    builder.copy(page, &text[rest..], origin + rest);
}

/// How many gaps between the words of a text may set cells apart.
fn cell_gaps(text: &str) -> usize {
    let gaps = regex!(r"[ \t]{3,}").find_iter(text);
    gaps.filter(|gap| is_cell_gap(text, &gap.range())).count()
}

/// Whether a gap is as wide as those between cells, and between two words.
fn is_cell_gap(text: &str, gap: &Range<usize>) -> bool {
    gap.len() >= MIN_CELL_GAP && gap.start > 0 && gap.end < text.len()
}

fn trim_end(builder: &mut CleanTextBuilder) {
    while builder.current_line().ends_with([' ', '\t']) {
        builder.remove_last();
    }
}

/// The shortest line, in characters, that is evidence of the wrap style.
// Shorter lines are labels, items and headings, which end anywhere.
const MIN_EVIDENCE_LINE: usize = 35;

/// The length, in characters, from which a line that continues in lowercase is wrapped even if it is the
/// only such line of the document.
// Authors rarely end a line in the middle of a sentence after this many characters.
const CERTAINLY_WRAPPED: usize = 60;

/// How a text file wraps its lines.
struct LineWrapStyle {
    /// The length, in characters, from which a line continues in the next; `None` if no line does.
    wraps_from: Option<usize>,
}

impl LineWrapStyle {
    /// Measures the lines that another one follows without a gap. The file is wrapped if many of them
    /// continue in lowercase, and if those are about equally long.
    fn detect(document: &DocumentLines<'_>) -> Self {
        let mut lengths = Vec::new();
        let mut pairs = 0;
        for pair in document.lines.windows(2) {
            let [line, next] = [&pair[0], &pair[1]];
            let follows = line.page == next.page && !next.line.gap_before;
            let unknown =
                line.line.end == LineEnd::Unknown && !line.is_removed() && !next.is_removed();
            if !follows || !unknown || line.text.chars().count() < MIN_EVIDENCE_LINE {
                continue;
            }
            pairs += 1;
            let has_ended = line.text.ends_with(['.', '!', '?', ':', ';']);
            let continues = next.text.trim_start().starts_with(char::is_lowercase);
            if continues && !has_ended {
                lengths.push(line.text.chars().count());
            }
        }
        lengths.sort_unstable();
        let is_rare = lengths.len() < 3
            && lengths
                .first()
                .is_none_or(|&shortest| shortest < CERTAINLY_WRAPPED);
        // A third of the pairs: the next line of a wrapped sentence may begin with a name, and a
        // sentence may end with its line.
        let is_common = !is_rare && lengths.len() * 3 >= pairs;
        // The 20th and 80th percentiles, so that single long words and last lines do not matter.
        let (low, high) = match lengths.as_slice() {
            [] => (0, 0),
            lengths => (lengths[lengths.len() / 5], lengths[lengths.len() * 4 / 5]),
        };
        // A width below 35 is a verse or a column of a table; above 140 it is a paragraph a line.
        let is_even = low * 3 >= high * 2 && (35..=140).contains(&high);
        Self {
            wraps_from: (is_common && is_even).then_some(low * 4 / 5),
        }
    }

    fn wraps(&self, line: &str) -> bool {
        self.wraps_from
            .is_some_and(|shortest| line.chars().count() >= shortest)
    }
}
