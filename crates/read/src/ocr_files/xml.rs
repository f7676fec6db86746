//! XML of OCR programs, read as a stream of elements within limits.
//!
//! Elements are not collected into a tree, names lose their prefixes, and no entities are defined: a
//! document type is ignored. What is damaged ends the reading, and what was read until then stays.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use diarium_document::{Heartbeat, operations};

/// Nesting of elements, at most; deeper ones are ignored.
// Page, block, line, word, glyph, and nested blocks: a dozen in real files.
const MAX_DEPTH: usize = 100;

/// What is done with the elements of a file.
pub(super) trait Elements {
    /// An element begins.
    fn open(&mut self, name: &str, attributes: &Attributes<'_>);
    /// Text inside an element, in parts.
    fn text(&mut self, text: &str);
    /// An element ends.
    fn close(&mut self, name: &str);
}

/// The attributes of an element.
pub(super) struct Attributes<'a>(&'a BytesStart<'a>);

impl Attributes<'_> {
    /// The value of an attribute.
    pub(super) fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        // Without the check for duplicates, which compares all with all.
        let mut attributes = self.0.attributes();
        let found = attributes.with_checks(false).find_map(|attribute| {
            operations::count(1);
            let attribute = attribute.ok()?;
            (attribute.key.local_name().as_ref() == name).then_some(attribute)
        })?;
        let raw = &*found.value;
        // An entity that is not one of XML's own stays as it is written.
        let unescaped = quick_xml::escape::unescape(raw).map(Cow::into_owned);
        Some(Cow::Owned(unescaped.unwrap_or_else(|_| raw.to_owned())))
    }

    /// The value of an attribute that is a finite number.
    pub(super) fn number(&self, name: &str) -> Option<f32> {
        number(&self.get(name)?)
    }
}

/// The largest coordinate and size that is believed.
const MAX_NUMBER: f32 = 1e6;

/// A finite number of a plausible size.
pub(super) fn number(text: &str) -> Option<f32> {
    let text = text.trim();
    // Some programs write numbers as their users do.
    let parsed = text.parse().or_else(|_| text.replace(',', ".").parse());
    parsed
        .ok()
        .filter(|number: &f32| number.abs() <= MAX_NUMBER)
}

/// Reads all elements. Returns whether the file is damaged, and was read up to the damage.
pub(super) fn read(text: &str, elements: &mut impl Elements, heartbeat: &Heartbeat) -> bool {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    let mut open = Vec::new();
    let mut depth = 0_usize;
    for step in 0.. {
        heartbeat.step(step);
        operations::count(1);
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                depth += 1;
                if depth <= MAX_DEPTH {
                    let name = local_name(&start);
                    elements.open(&name, &Attributes(&start));
                    open.push(name);
                }
            }
            Ok(Event::Empty(start)) if depth < MAX_DEPTH => {
                let name = local_name(&start);
                elements.open(&name, &Attributes(&start));
                elements.close(&name);
            }
            Ok(Event::End(_)) => {
                if depth <= MAX_DEPTH
                    && let Some(name) = open.pop()
                {
                    elements.close(&name);
                }
                depth = depth.saturating_sub(1);
            }
            Ok(Event::Text(part)) => elements.text(&part),
            Ok(Event::CData(part)) => elements.text(&part),
            Ok(Event::GeneralRef(reference)) => {
                let raw = format!("&{};", &*reference);
                let text = quick_xml::escape::unescape(&raw).map(Cow::into_owned);
                elements.text(&text.unwrap_or(raw));
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(_) => {
                close_all(open, elements);
                return true;
            }
        }
    }
    let is_cut = !open.is_empty();
    close_all(open, elements);
    is_cut
}

fn close_all(open: Vec<String>, elements: &mut impl Elements) {
    for name in open.into_iter().rev() {
        elements.close(&name);
    }
}

fn local_name(start: &BytesStart<'_>) -> String {
    start.local_name().as_ref().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Written(String);

    impl Elements for Written {
        fn open(&mut self, name: &str, attributes: &Attributes<'_>) {
            let value = attributes.get("a").unwrap_or_default();
            self.0.push_str(&format!("<{name} {value}>"));
        }
        fn text(&mut self, text: &str) {
            self.0.push_str(text);
        }
        fn close(&mut self, name: &str) {
            self.0.push_str(&format!("</{name}>"));
        }
    }

    fn written(xml: &str) -> (String, bool) {
        let mut elements = Written::default();
        let is_damaged = read(xml, &mut elements, &Heartbeat::default());
        (elements.0, is_damaged)
    }

    #[test]
    fn elements_attributes_and_text_are_read() {
        let xml = "<?xml version='1.0'?><!DOCTYPE p><x:p b='1' y:a='&lt;å&#x41;'><q/>&amp;ö\
            <![CDATA[<]]></x:p>";
        assert_eq!(written(xml), ("<p <åA><q ></q>&ö<</p>".to_owned(), false));
    }

    #[test]
    fn entities_are_not_expanded() {
        let xml = "<!DOCTYPE p [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><p a='&b;'>&b;</p>";
        assert_eq!(written(xml), ("<p &b;>&b;</p>".to_owned(), false));
    }

    #[test]
    fn damaged_files_are_read_up_to_the_damage() {
        assert_eq!(
            written("<p><q>två"),
            ("<p ><q >två</q></p>".to_owned(), true)
        );
        assert_eq!(written("<p>ett<q a='"), ("<p >ett</p>".to_owned(), true));
        assert_eq!(written("<p>ett</q></p>").0, "<p >ett</p>");
        let deep = "<p>".repeat(100_000);
        assert!(written(&deep).0.len() < 2000);
    }
}
