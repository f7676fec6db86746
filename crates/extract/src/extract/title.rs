//! Title detection.

use lazy_regex::{Lazy, Regex, lazy_regex, regex};

use super::{
    heading::{Heading, LONGEST_DECLARED, fold, tidy},
    label::{LabelForm, LabelHit},
};
use crate::profile::{Profile, TitlePosition};
use diarium_document::{CleanText, LineRole, RawDocument};

/// The longest title, in characters.
const LONGEST: usize = 300;
/// A title stands among the first lines.
const REACH: usize = 25;

// 2018/00566 - Kvinnor i arbete
static NUMBERED: Lazy<Regex> = lazy_regex!(r"^\d{4}[/-]\d{3,7}\s+[-–]\s+(?P<title>\S.*)$");

// Ansökan om utvecklingsmedel | Slutrapport för förstudien
static NAMED: Lazy<Regex> = lazy_regex!(
    r"^\W*(?:\p{L}+\s){0,2}\p{L}*(?:ansökan|rapport|redovisning|beslutsunderlag|intresseanmälan|projektplan|projektbeskrivning|utlysning|överenskommelse|protokoll|avtal)\b.{0,100}$"i
);
/// A line that names the document's type outranks the publisher's name above it, this far down.
const NAMED_REACH: usize = 4;

/// A title and where it stands in the clean text, if it stands there.
pub(super) struct Title {
    pub text: String,
    pub line: Option<usize>,
}

/// Where the kind says so the line above the fact box; else the first heading that the carrier marks, or the largest type;
/// else what the carrier states; else the first line.
pub(super) fn find(
    raw: &RawDocument,
    text: &CleanText,
    profile: &Profile,
    headings: &[Heading],
    hits: &[LabelHit<'_>],
) -> Option<Title> {
    let above = (profile.title == TitlePosition::AboveBox).then(|| above_box(text, hits));
    let line = above
        .flatten()
        .or_else(|| marked(text, headings))
        .or_else(|| largest(text, headings));
    if let Some(title) = line.and_then(|line| at_line(text, line)) {
        return Some(title);
    }
    if let Some(stated) = raw.stated_title.as_deref().filter(|title| is_title(title)) {
        return Some(Title {
            text: tidy(stated),
            line: None,
        });
    }
    first_line(text, profile, headings, hits).or_else(|| shouted(text))
}

/// The line's words; none if cleaning has left no letter of it.
fn at_line(text: &CleanText, line: usize) -> Option<Title> {
    let written = text.line(line);
    let bare = NUMBERED
        .captures(written)
        .and_then(|captures| captures.name("title"))
        .map_or(written, |title| title.as_str());
    let title = tidy(bare.trim_matches(['*', ' ']));
    (!title.is_empty()).then_some(Title {
        text: title,
        line: Some(line),
    })
}

/// The line directly above the first of three labels that stand together.
fn above_box(text: &CleanText, hits: &[LabelHit<'_>]) -> Option<usize> {
    let first = hits.iter().find(|hit| {
        hit.company >= 2
            && !matches!(
                hit.form,
                LabelForm::InlineColon | LabelForm::InlineSpaced | LabelForm::Spaced
            )
    })?;
    let line = first.line.checked_sub(1)?;
    let written = text.line(line);
    let prose_before = (0..line).any(|before| text.line(before).chars().count() > 200);
    let shouted = !written.contains(char::is_lowercase);
    let fits = written.chars().count() <= LONGEST && !written.ends_with(':') && line <= REACH;
    (fits && !shouted && !prose_before).then_some(line)
}

/// The first heading that HTML or Markdown marks, if no section has begun.
fn marked(text: &CleanText, headings: &[Heading]) -> Option<usize> {
    let line = text
        .lines()
        .iter()
        .take(REACH)
        .enumerate()
        .position(|(index, line)| {
            matches!(line.role, LineRole::Heading(_)) && says_something(text, index)
        })?;
    let numbered = headings
        .iter()
        .any(|heading| heading.line == line && heading.number.is_some());
    (!numbered).then_some(line)
}

/// Whether anything but marks is left of a line: removed letterhead can leave a lone `*` behind.
fn says_something(text: &CleanText, line: usize) -> bool {
    text.line(line).chars().any(char::is_alphanumeric)
}

/// The first line in the largest type of the first page's head, if it is larger than the text.
fn largest(text: &CleanText, headings: &[Heading]) -> Option<usize> {
    let sizes: Vec<f32> = text
        .lines()
        .iter()
        .filter_map(|line| line.font_size)
        .collect();
    let mut sorted = sizes.clone();
    sorted.sort_by(f32::total_cmp);
    let median = *sorted.get(sorted.len() / 2)?;
    let head = text.lines().iter().enumerate().take(REACH);
    let sizes = head
        .filter(|(index, _)| says_something(text, *index))
        .filter_map(|(index, line)| Some((index, line.font_size?)));
    let top = sizes.clone().map(|(_, size)| size).fold(0.0, f32::max);
    let (line, _) = sizes.clone().find(|(_, size)| *size == top)?;
    let numbered = headings
        .iter()
        .any(|heading| heading.line == line && heading.number.is_some());
    (top > median * 1.15 && !numbered && text.line(line).chars().count() <= LONGEST).then_some(line)
}

/// The first line that is not a label, if it is a line and not a paragraph.
fn first_line(
    text: &CleanText,
    profile: &Profile,
    headings: &[Heading],
    hits: &[LabelHit<'_>],
) -> Option<Title> {
    let labelled = |line: usize| {
        let inside = [
            LabelForm::Spaced,
            LabelForm::InlineSpaced,
            LabelForm::InlineColon,
        ];
        hits.iter().any(|hit| {
            let value = matches!(hit.form, LabelForm::Alone { .. }) && hit.line + 1 == line;
            value || hit.line == line && !inside.contains(&hit.form)
        })
    };
    let mut lines = (0..text.lines().len().min(REACH)).filter(|&line| {
        let written = text.line(line);
        // A heading of the form opens its first section; the form has no title on this page.
        let heading = written.len() <= LONGEST_DECLARED && {
            let folded = fold(written);
            profile.headings.iter().any(|known| fold(known) == folded)
        };
        !labelled(line) && !heading && written.chars().any(char::is_alphabetic)
    });
    let first = lines.clone().next()?;
    let named = |&line: &usize| NAMED.is_match(text.line(line));
    let line = lines
        .by_ref()
        .take(NAMED_REACH)
        .find(named)
        .unwrap_or(first);
    let written = text.line(line);
    let numbered = headings
        .iter()
        .any(|heading| heading.line == line && heading.number.is_some());
    let sentence = written.ends_with(['.', ',', ';', ':']) && written.split(' ').count() > 8;
    let fits = written.chars().count() <= LONGEST / 2;
    match !numbered && !sentence && fits {
        true => at_line(text, line),
        false => None,
    }
}

/// In a text that is one long line: the first words set in capitals, such as `SLUTRAPPORT`.
fn shouted(text: &CleanText) -> Option<Title> {
    let head: String = text.text().chars().take(1000).collect();
    let capitals = regex!(r"\b\p{Lu}{4,}(?:[\s-]\p{Lu}{2,})*\b");
    let found = capitals.find(&head)?;
    (found.as_str().chars().count() >= 6).then(|| Title {
        text: tidy(found.as_str()),
        line: None,
    })
}

/// A title that a site states is sometimes a piece of letterhead: labels with nothing behind them.
fn is_title(title: &str) -> bool {
    let empty_labels = title.matches(": ").count() + usize::from(title.ends_with(':'));
    let characters = title.chars().count();
    empty_labels < 2
        && (3..=LONGEST).contains(&characters)
        && title.chars().any(char::is_alphabetic)
}
