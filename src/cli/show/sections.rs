//! What does the text say?

use super::sheet::{Look, Sheet};
use diarium_document::Section;

/// The sections in order, headings bold, text wrapped and indented. A heading of level 2 stands in
/// the text of its section already, where it is made bold; its own section is shown only where the
/// text does not have it.
pub(super) fn show(sections: &[Section], sheet: &mut Sheet) {
    let mut open: Option<&Section> = None;
    let mut rest = sections;
    while let [section, others @ ..] = rest {
        rest = others;
        if section.level > 1 && open.is_some_and(|open| holds(open, section)) {
            continue;
        }
        if section.level <= 1 {
            open = Some(section);
        }
        let inside = others.iter().take_while(|other| other.level > 1);
        let headings: Vec<&str> = inside.map(|other| other.heading.trim()).collect();
        one(section, &headings, sheet);
    }
}

fn holds(open: &Section, inner: &Section) -> bool {
    let mut lines = open.text.lines();
    lines.any(|line| line.trim() == inner.heading.trim())
        && inner.text.lines().all(|line| open.text.contains(line))
}

fn one(section: &Section, headings: &[&str], sheet: &mut Sheet) {
    let indent = usize::from(section.level.saturating_sub(1)) * 2;
    sheet.gap();
    let heading = match &section.number {
        Some(number) => format!("{number}. {}", section.heading),
        None => section.heading.clone(),
    };
    sheet.paragraph(indent, Look::Bold, &heading);
    for line in section.text.lines() {
        if line.trim().is_empty() {
            sheet.gap();
        } else if headings.contains(&line.trim()) {
            sheet.paragraph(indent + 2, Look::Bold, line);
        } else {
            sheet.paragraph(indent + 2, Look::Plain, line);
        }
    }
}
