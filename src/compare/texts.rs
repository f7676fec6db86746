//! Texts and notes: pages, sections, letterhead, related documents and warnings.

use super::change::{Change, Effect, Part};
use super::excerpt::Excerpt;
use super::matching::{Matched, matched};
use diarium_document::{PageRecord, Record, Related, Section, SourceRecord, Warning};

/// Adds what differs in two records beside their values.
pub(super) fn compare(old: &Record, new: &Record, changes: &mut Vec<Change>) {
    // Whoever adds a part to records decides here, or in `values`, how it is compared.
    let Record {
        schema: _,
        id: _,
        kind: _,
        kind_confidence: _,
        title: _,
        language: _,
        source,
        pages: read,
        letterhead,
        fields: _,
        sections: parts,
        people: _,
        budget: _,
        choices: _,
        lists: _,
        related: others,
        warnings: notes,
    } = old;
    origin(source, &new.source, changes);
    pages(read, &new.pages, changes);
    let (before, after) = (letterhead.len(), new.letterhead.len());
    if before != after {
        changes.push(Change::changed(
            Part::Letterhead,
            "",
            "count",
            before,
            after,
        ));
    } else if *letterhead != new.letterhead {
        changes.push(Change::bare(Part::Letterhead, "", Effect::Changed));
    }
    sections(parts, &new.sections, changes);
    related(others, &new.related, changes);
    warnings(notes, &new.warnings, changes);
}

/// What the file is. Its path is for whoever matches records.
fn origin(old: &SourceRecord, new: &SourceRecord, changes: &mut Vec<Change>) {
    let part = Part::Source;
    if old.sha256 != new.sha256 {
        changes.push(Change::changed(
            part,
            "",
            "sha256",
            &old.sha256,
            &new.sha256,
        ));
    }
    if old.media_type != new.media_type {
        let (before, after) = (&old.media_type, &new.media_type);
        changes.push(Change::changed(part, "", "media_type", before, after));
    }
    if old.carrier != new.carrier {
        changes.push(Change::changed(
            part,
            "",
            "carrier",
            old.carrier,
            new.carrier,
        ));
    }
    if old.encoding != new.encoding {
        changes.push(Change::changed(
            part,
            "",
            "encoding",
            &old.encoding,
            &new.encoding,
        ));
    }
    if old.pages_stated != new.pages_stated {
        let (before, after) = (old.pages_stated, new.pages_stated);
        changes.push(Change::changed(part, "", "pages_stated", before, after));
    }
}

/// The numbers of the pages that were read differently; what that did to the record is told by its
/// other parts.
fn pages(old: &[PageRecord], new: &[PageRecord], changes: &mut Vec<Change>) {
    let (mut differ, mut lost, mut gained) = (Vec::new(), Vec::new(), Vec::new());
    for pair in matched(old, new, |page| page.number) {
        match pair {
            Matched::Both(old, new) if old != new => differ.push(old.number),
            Matched::Both(..) => {}
            Matched::Old(page) => lost.push(page.number),
            Matched::New(page) => gained.push(page.number),
        }
    }
    if !lost.is_empty() {
        changes.push(Change::removed(Part::Pages, "", lost));
    }
    if !gained.is_empty() {
        changes.push(Change::added(Part::Pages, "", gained));
    }
    if !differ.is_empty() {
        let mut change = Change::added(Part::Pages, "", differ);
        change.effect = Effect::Changed;
        changes.push(change);
    }
}

/// Sections are matched by their headings; those that are left over by their texts, so that a
/// heading that was corrected is no new section.
fn sections(old: &[Section], new: &[Section], changes: &mut Vec<Change>) {
    let mut lost = Vec::new();
    let mut gained = Vec::new();
    for pair in matched(old, new, |section| (section.level, &section.heading)) {
        match pair {
            Matched::Both(old, new) => section(old, new, changes),
            Matched::Old(section) => lost.push(section),
            Matched::New(section) => gained.push(section),
        }
    }
    for pair in matched(&lost, &gained, |section| &section.text) {
        match pair {
            Matched::Both(old, new) if !old.text.is_empty() => {
                let (before, after) = (&old.heading, &new.heading);
                let name = old.heading.as_str();
                if before != after {
                    changes.push(Change::changed(
                        Part::Section,
                        name,
                        "heading",
                        before,
                        after,
                    ));
                }
                section(old, new, changes);
                if old.level != new.level {
                    let (before, after) = (old.level, new.level);
                    changes.push(Change::changed(Part::Section, name, "level", before, after));
                }
            }
            Matched::Both(old, new) => {
                changes.push(without_text(old, Effect::Removed));
                changes.push(without_text(new, Effect::Added));
            }
            Matched::Old(section) => changes.push(without_text(section, Effect::Removed)),
            Matched::New(section) => changes.push(without_text(section, Effect::Added)),
        }
    }
}

fn section(old: &Section, new: &Section, changes: &mut Vec<Change>) {
    let name = old.heading.as_str();
    if old.number != new.number {
        changes.push(Change::changed(
            Part::Section,
            name,
            "number",
            &old.number,
            &new.number,
        ));
    }
    if old.text != new.text {
        let mut change = Change::bare(Part::Section, name, Effect::Changed);
        change.property = Some("text");
        change.excerpt = Some(Excerpt::of(&old.text, &new.text));
        changes.push(change);
    } else if old.spans != new.spans {
        changes.push(Change::moved(Part::Section, name, &old.spans, &new.spans));
    }
}

/// A section that was added or removed is told by its heading alone.
fn without_text(section: &Section, effect: Effect) -> Change {
    Change::bare(Part::Section, &section.heading, effect)
}

fn related(old: &[Related], new: &[Related], changes: &mut Vec<Change>) {
    for pair in matched(old, new, |related| &related.title) {
        changes.extend(match pair {
            Matched::Old(one) => Some(Change::removed(Part::Related, &one.title, &one.excerpt)),
            Matched::New(one) => Some(Change::added(Part::Related, &one.title, &one.excerpt)),
            Matched::Both(old, new) if old.excerpt != new.excerpt => {
                let (before, after) = (&old.excerpt, &new.excerpt);
                Some(Change::changed(
                    Part::Related,
                    &old.title,
                    "excerpt",
                    before,
                    after,
                ))
            }
            Matched::Both(..) => None,
        });
    }
}

fn warnings(old: &[Warning], new: &[Warning], changes: &mut Vec<Change>) {
    let key = |warning: &Warning| (warning.code, warning.page, warning.message.clone());
    for pair in matched(old, new, key) {
        changes.extend(match pair {
            Matched::Old(one) => Some(Change::removed(Part::Warning, &one.code.to_string(), one)),
            Matched::New(one) => Some(Change::added(Part::Warning, &one.code.to_string(), one)),
            Matched::Both(..) => None,
        });
    }
}
