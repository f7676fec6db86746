//! Comparison of texts: pages, sections, letterhead, related documents and warnings; and of the source.

use super::change::{Change, Effect, Excerpt, Part};
use super::{Pairing, pair_by_key};
use diarium_document::{Letterhead, PageRecord, Record, Related, Section, SourceRecord, Warning};

/// Adds the changes of everything but values.
pub(super) fn compare(old: &Record, new: &Record, changes: &mut Vec<Change>) {
    // Without `..`, so that a new part of records does not compile until it is compared here or in
    // `values`.
    let Record {
        schema: _,
        id: _,
        kind: _,
        kind_confidence: _,
        title: _,
        title_span: _,
        language: _,
        source: old_source,
        pages: old_pages,
        letterhead: old_letterhead,
        fields: _,
        other: _,
        sections: old_sections,
        people: _,
        budget: _,
        choices: _,
        lists: _,
        list_spans: _,
        items: _,
        related: old_related,
        warnings: old_warnings,
    } = old;
    source(old_source, &new.source, changes);
    pages(old_pages, &new.pages, changes);
    changes.extend(letterhead(old_letterhead, &new.letterhead));
    sections(old_sections, &new.sections, changes);
    related(old_related, &new.related, changes);
    warnings(old_warnings, &new.warnings, changes);
}

/// The properties of the source except its path and that of its container, by which the caller pairs
/// records.
fn source(old: &SourceRecord, new: &SourceRecord, changes: &mut Vec<Change>) {
    let part = Part::Source;
    let (before, after) = (&old.sha256, &new.sha256);
    changes.extend(Change::of_property(part, "", "sha256", before, after));
    let (before, after) = (&old.media_type, &new.media_type);
    changes.extend(Change::of_property(part, "", "media_type", before, after));
    let (before, after) = (&old.carrier, &new.carrier);
    changes.extend(Change::of_property(part, "", "carrier", before, after));
    let (before, after) = (&old.encoding, &new.encoding);
    changes.extend(Change::of_property(part, "", "encoding", before, after));
    let (before, after) = (&old.pages_stated, &new.pages_stated);
    changes.extend(Change::of_property(part, "", "pages_stated", before, after));
    let (before, after) = (&old.files, &new.files);
    changes.extend(Change::of_property(part, "", "files", before, after));
}

/// The numbers of the pages with another text. How this changed the record is reported by its other
/// parts.
fn pages(old: &[PageRecord], new: &[PageRecord], changes: &mut Vec<Change>) {
    let (mut changed, mut removed, mut added) = (Vec::new(), Vec::new(), Vec::new());
    for pairing in pair_by_key(old, new, |page| page.number) {
        match pairing {
            Pairing::Both(old, new) if old != new => changed.push(old.number),
            Pairing::Both(..) => {}
            Pairing::Old(page) => removed.push(page.number),
            Pairing::New(page) => added.push(page.number),
        }
    }
    if !removed.is_empty() {
        changes.push(Change::removed(Part::Pages, "", removed));
    }
    if !added.is_empty() {
        changes.push(Change::added(Part::Pages, "", added));
    }
    if !changed.is_empty() {
        // Without an old side: a page has the same number in both records.
        let mut change = Change::added(Part::Pages, "", changed);
        change.effect = Effect::Changed;
        changes.push(change);
    }
}

/// The number of letterhead texts, or that the texts differ.
fn letterhead(old: &[Letterhead], new: &[Letterhead]) -> Option<Change> {
    let part = Part::Letterhead;
    let count = Change::of_property(part, "", "count", &old.len(), &new.len());
    count.or_else(|| (old != new).then(|| Change::without_values(part, "", Effect::Changed)))
}

/// Sections are paired by their headings, the others by their texts: a section with a corrected heading
/// is not a new section.
fn sections(old: &[Section], new: &[Section], changes: &mut Vec<Change>) {
    let mut removed = Vec::new();
    let mut added = Vec::new();
    // With the level, so that a chapter is not paired with a subsection of the same name. A section whose
    // level changed is paired by its text below.
    for pairing in pair_by_key(old, new, |section| (section.level, &section.heading)) {
        match pairing {
            Pairing::Both(old, new) => section(old, new, changes),
            Pairing::Old(section) => removed.push(section),
            Pairing::New(section) => added.push(section),
        }
    }
    // Equal and not similar texts: to find the most similar section, all pairs would be compared.
    for pairing in pair_by_key(&removed, &added, |section| &section.text) {
        match pairing {
            Pairing::Both(old, new) if !old.text.is_empty() => renamed_section(old, new, changes),
            // Sections without text have nothing in common.
            Pairing::Both(old, new) => {
                changes.push(without_text(old, Effect::Removed));
                changes.push(without_text(new, Effect::Added));
            }
            Pairing::Old(section) => changes.push(without_text(section, Effect::Removed)),
            Pairing::New(section) => changes.push(without_text(section, Effect::Added)),
        }
    }
}

fn renamed_section(old: &Section, new: &Section, changes: &mut Vec<Change>) {
    let part = Part::Section;
    let name = old.heading.as_str();
    let (before, after) = (&old.heading, &new.heading);
    changes.extend(Change::of_property(part, name, "heading", before, after));
    section(old, new, changes);
    let (before, after) = (&old.level, &new.level);
    changes.extend(Change::of_property(part, name, "level", before, after));
}

fn section(old: &Section, new: &Section, changes: &mut Vec<Change>) {
    let part = Part::Section;
    let name = old.heading.as_str();
    let (before, after) = (&old.number, &new.number);
    changes.extend(Change::of_property(part, name, "number", before, after));
    // A changed text nearly always has other spans, which say nothing more.
    if old.text == new.text {
        changes.extend(Change::of_span(part, name, &old.spans, &new.spans));
    } else {
        let mut change = Change::without_values(part, name, Effect::Changed);
        change.property = Some("text");
        change.excerpt = Some(Excerpt::new(&old.text, &new.text));
        changes.push(change);
    }
}

/// A section that was added or removed, reported by its heading alone.
fn without_text(section: &Section, effect: Effect) -> Change {
    Change::without_values(Part::Section, &section.heading, effect)
}

fn related(old: &[Related], new: &[Related], changes: &mut Vec<Change>) {
    let part = Part::Related;
    for pairing in pair_by_key(old, new, |related| &related.title) {
        changes.extend(match pairing {
            Pairing::Old(one) => Some(Change::removed(part, &one.title, &one.excerpt)),
            Pairing::New(one) => Some(Change::added(part, &one.title, &one.excerpt)),
            Pairing::Both(old, new) => {
                Change::of_property(part, &old.title, "excerpt", &old.excerpt, &new.excerpt)
            }
        });
    }
}

fn warnings(old: &[Warning], new: &[Warning], changes: &mut Vec<Change>) {
    let part = Part::Warning;
    let key = |warning: &Warning| (warning.code, warning.page, warning.message.clone());
    for pairing in pair_by_key(old, new, key) {
        changes.extend(match pairing {
            Pairing::Old(one) => Some(Change::removed(part, &one.code.to_string(), one)),
            Pairing::New(one) => Some(Change::added(part, &one.code.to_string(), one)),
            // The key is the whole warning, so that a pair never differs.
            Pairing::Both(..) => None,
        });
    }
}
