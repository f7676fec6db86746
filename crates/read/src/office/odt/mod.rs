//! ODT reader: texts of LibreOffice and of programs that write its format.
//!
//! `styles` and `lists` say what paragraphs inherit, `controls` what form controls show, and `body` walks
//! through the text. Tracked changes are read as final text; hidden text and comments are left out. A
//! flat file has the same elements in one XML text.

mod body;
mod controls;
mod length;
mod lists;
pub(super) mod styles;

use std::collections::BTreeMap;

use diarium_document::{Carrier, Failure, Heartbeat, RawDocument};

use super::{
    Findings, document,
    flow::{Edge, Edges, FlowLine, into_pages},
    package::{OpenDocument, Package},
    title_in,
    xml::{Node, Xml},
};
use body::Body;
use styles::Styles;

/// The media type of texts.
const ODT: &str = "application/vnd.oasis.opendocument.text";

/// Page styles that are read, at most.
const MAX_MASTER_PAGES: usize = 200;

/// Reads a text.
///
/// # Errors
/// If the package is encrypted, damaged beyond reading or exceeds the limits, or the text is empty.
pub(super) fn read(
    mut package: Package<'_>,
    heartbeat: &Heartbeat,
) -> Result<RawDocument, Failure> {
    let OpenDocument {
        content,
        styles,
        meta,
    } = OpenDocument::read(&mut package)?;
    read_texts(&content, &styles, &meta, ODT, package.is_damaged, heartbeat)
}

/// Reads a flat text.
///
/// # Errors
/// If the text is empty or exceeds the limits.
pub(super) fn read_flat(bytes: &[u8], heartbeat: &Heartbeat) -> Result<RawDocument, Failure> {
    let text = super::xml::decode(bytes.to_vec());
    let media_type = "application/vnd.oasis.opendocument.text-flat-xml";
    read_texts(&text, &text, &text, media_type, false, heartbeat)
}

fn read_texts(
    content: &str,
    common: &str,
    meta: &str,
    media_type: &'static str,
    is_damaged: bool,
    heartbeat: &Heartbeat,
) -> Result<RawDocument, Failure> {
    let mut findings = Findings {
        is_damaged,
        ..Findings::default()
    };
    let mut styles = Styles::default();
    styles.add(common, false, heartbeat);
    styles.add(content, true, heartbeat);
    let mut xml = Xml::new(content, heartbeat);
    let mut body = Body::new(&styles, &mut findings, false);
    while let Some(node) = xml.next() {
        if let Node::Open(element) = node
            && element.name() == "body"
        {
            body.read(&mut xml);
        }
    }
    let (pages, names) = body.finish()?;
    findings.is_damaged |= xml.is_damaged;
    let edges = edges(common, &names, &mut findings, heartbeat)?;
    document(RawDocument {
        carrier: Carrier::Office,
        media_type,
        encoding: None,
        stated_title: title_in(meta, heartbeat),
        pages: into_pages(pages, &edges),
        related: Vec::new(),
        warnings: findings.warnings(),
    })
}

/// The headers and footers of the sections with these page styles.
fn edges(
    common: &str,
    names: &[String],
    findings: &mut Findings,
    heartbeat: &Heartbeat,
) -> Result<Vec<Edges>, Failure> {
    let mut styles = Styles::default();
    styles.add(common, true, heartbeat);
    let mut masters: BTreeMap<String, (Edges, Option<String>)> = BTreeMap::new();
    let mut current = String::new();
    let mut xml = Xml::new(common, heartbeat);
    while let Some(node) = xml.next() {
        let Node::Open(element) = node else {
            continue;
        };
        match element.name() {
            "body" => xml.skip(),
            "master-page" if masters.len() < MAX_MASTER_PAGES => {
                current = element.attribute("name").unwrap_or_default();
                let next = element.attribute("next-style-name");
                masters.insert(current.clone(), (Edges::default(), next));
            }
            name @ ("header" | "footer" | "header-first" | "footer-first" | "header-left"
            | "footer-left")
                if element.attribute("display").as_deref() != Some("false") =>
            {
                let name = name.to_owned();
                let mut body = Body::new(&styles, findings, true);
                body.read(&mut xml);
                let (pages, _) = body.finish()?;
                let lines = pages.into_iter().flat_map(|page| page.lines).collect();
                if let Some((edges, _)) = masters.get_mut(&current) {
                    set(edges, &name, lines);
                }
            }
            _ => {}
        }
    }
    let of_name = |name: &String| {
        let Some((edges, next)) = masters.get(name) else {
            return Edges::default();
        };
        let mut edges = edges.clone();
        // The page style of a first page is followed by that of the other pages.
        let next = next.as_ref().filter(|next| *next != name);
        if let Some((others, _)) = next.and_then(|next| masters.get(next)) {
            edges.first = Some(edges.first.take().unwrap_or(edges.usual));
            edges.usual = others.usual.clone();
        }
        edges
    };
    Ok(names.iter().map(of_name).collect())
}

/// Sets a header or footer by the name of its element.
fn set(edges: &mut Edges, name: &str, lines: Vec<FlowLine>) {
    let usual = edges.usual.clone();
    let edge: &mut Edge = if name.ends_with("-first") {
        edges.first.get_or_insert(usual)
    } else if name.ends_with("-left") {
        edges.even.get_or_insert(usual)
    } else {
        &mut edges.usual
    };
    if name.starts_with("header") {
        edge.header = lines;
    } else {
        edge.footer = lines;
    }
}

#[cfg(test)]
mod tests;
