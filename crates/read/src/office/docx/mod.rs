//! DOCX reader: documents of Word and of programs that write its format.
//!
//! `styles` and `numbering` say what paragraphs inherit, and `body`
//! walks through the text. Tracked changes are read as final text. Field codes, deleted and hidden text
//! and comments are left out.

mod body;
mod controls;
mod fields;
mod numbering;
mod properties;
mod styles;

use diarium_document::{Carrier, Failure, Heartbeat, RawDocument};

use super::{
    Findings, document,
    flow::{Edge, Edges, Flow, FlowLine, into_pages},
    package::Package,
    parts::{self, Parts},
    stated_title,
};
use body::{Body, Notes, Story};
use numbering::Numbering;
use properties::SectionProperties;
use styles::Styles;

/// The media type of documents.
pub(super) const DOCX: &str =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// Headers and footers that are read, at most: two per section, and three kinds of pages.
const MAX_EDGES: usize = 600;

/// Reads a document.
///
/// # Errors
/// If the package is damaged beyond reading or exceeds the limits, or the document has no text.
pub(super) fn read(
    mut package: Package<'_>,
    heartbeat: &Heartbeat,
) -> Result<RawDocument, Failure> {
    let parts = Parts::of(&mut package, "word/document.xml", heartbeat)?;
    let mut reader = Reader::open(&mut package, &parts, heartbeat)?;
    let mut flow = Flow::default();
    let sections = reader.read_part(&mut package, &parts.main, &mut flow, Story::Main)?;
    for (role, story) in [
        ("footnotes", Story::Footnotes),
        ("endnotes", Story::Endnotes),
    ] {
        flow.end_paragraph();
        reader.read_part(&mut package, &parts.with_role(role), &mut flow, story)?;
    }
    let pages = flow.finish()?;
    let edges = reader.edges(&mut package, &parts, &sections)?;
    let comments = package
        .xml(&parts.with_role("comments"))?
        .unwrap_or_default();
    reader.findings.has_comments |= comments.contains("<w:comment ");
    let title = stated_title(&mut package, "docProps/core.xml", heartbeat)?;
    reader.findings.is_damaged |= package.is_damaged;
    document(RawDocument {
        carrier: Carrier::Office,
        media_type: DOCX,
        encoding: None,
        stated_title: title,
        pages: into_pages(pages, &edges),
        related: Vec::new(),
        warnings: reader.findings.warnings(),
    })
}

/// What is needed to read any part with text.
struct Reader<'h> {
    styles: Styles,
    numbering: Numbering,
    /// Even pages have headers of their own.
    has_even_edges: bool,
    findings: Findings,
    notes: Notes,
    heartbeat: &'h Heartbeat,
}

impl<'h> Reader<'h> {
    fn open(
        package: &mut Package<'_>,
        parts: &Parts,
        heartbeat: &'h Heartbeat,
    ) -> Result<Self, Failure> {
        let styles = parts::tree(package, &parts.with_role("styles"), heartbeat)?;
        let numbering = parts::tree(package, &parts.with_role("numbering"), heartbeat)?;
        let settings = parts::tree(package, &parts.with_role("settings"), heartbeat)?;
        Ok(Self {
            styles: Styles::of(&styles),
            numbering: Numbering::of(&numbering),
            has_even_edges: settings.switch("evenAndOddHeaders") == Some(true),
            findings: Findings::default(),
            notes: Notes::default(),
            heartbeat,
        })
    }

    /// Reads a part into the flow, and returns the sections that end in it.
    fn read_part(
        &mut self,
        package: &mut Package<'_>,
        part: &str,
        flow: &mut Flow,
        story: Story,
    ) -> Result<Vec<SectionProperties>, Failure> {
        let Some(text) = package.xml(part)? else {
            return Ok(Vec::new());
        };
        let body = Body::new(self, flow, story);
        Ok(body.read(&text))
    }

    /// The headers and footers of all sections. A section without its own has those of the section before.
    fn edges(
        &mut self,
        package: &mut Package<'_>,
        parts: &Parts,
        sections: &[SectionProperties],
    ) -> Result<Vec<Edges>, Failure> {
        let mut all: Vec<Edges> = Vec::new();
        let mut read = 0_usize;
        for section in sections {
            let before = all.last().cloned().unwrap_or_default();
            let mut edges = Edges {
                usual: before.usual,
                first: Some(before.first.unwrap_or_default()),
                even: Some(before.even.unwrap_or_default()),
            };
            for reference in &section.references {
                read = read.saturating_add(1);
                let part = parts.with_id(&reference.id).filter(|_| read <= MAX_EDGES);
                let Some(part) = part.map(str::to_owned) else {
                    continue;
                };
                let lines = self.edge_lines(package, &part)?;
                let edge = match reference.kind.as_str() {
                    "first" => edges.first.get_or_insert_default(),
                    "even" => edges.even.get_or_insert_default(),
                    _ => &mut edges.usual,
                };
                edge.set(reference.is_header, lines);
            }
            all.push(edges);
        }
        for (edges, section) in all.iter_mut().zip(sections) {
            edges.first = edges.first.take().filter(|_| section.has_first_page);
            edges.even = edges.even.take().filter(|_| self.has_even_edges);
        }
        Ok(all)
    }

    /// The lines of a header or footer.
    fn edge_lines(
        &mut self,
        package: &mut Package<'_>,
        part: &str,
    ) -> Result<Vec<FlowLine>, Failure> {
        let mut flow = Flow::default();
        self.read_part(package, part, &mut flow, Story::Edge)?;
        Ok(flow
            .finish()?
            .into_iter()
            .flat_map(|page| page.lines)
            .collect())
    }
}

impl Edge {
    fn set(&mut self, is_header: bool, lines: Vec<FlowLine>) {
        if is_header {
            self.header = lines;
        } else {
            self.footer = lines;
        }
    }
}

#[cfg(test)]
mod tests;
