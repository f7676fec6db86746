//! Pages: the lines of a flow with the headers and footers around them, as the document's pages.

use diarium_document::{Line, LineRole, Origin, Page};

use super::{FlowLine, FlowPage};

/// Stands for the number of the page in a header or footer.
// A private code point, which no document means.
pub(in super::super) const PAGE_NUMBER: char = '\u{f8f0}';

/// Stands for the number of pages.
pub(in super::super) const PAGE_COUNT: char = '\u{f8f1}';

/// The header and footer of a page.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in super::super) struct Edge {
    pub(in super::super) header: Vec<FlowLine>,
    pub(in super::super) footer: Vec<FlowLine>,
}

/// The headers and footers of a section.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in super::super) struct Edges {
    /// On all pages.
    pub(in super::super) usual: Edge,
    /// On the section's first page, if that has its own.
    pub(in super::super) first: Option<Edge>,
    /// On even pages, if these have their own.
    pub(in super::super) even: Option<Edge>,
}

/// The pages of a flow, with the headers and footers of their sections.
pub(in super::super) fn into_pages(pages: Vec<FlowPage>, sections: &[Edges]) -> Vec<Page> {
    let count = pages.len();
    let mut section_before = None;
    let mut finished = Vec::with_capacity(count);
    for (number, page) in (1..).zip(pages) {
        // Text behind the last section is that section's.
        let section = page.section.min(sections.len().saturating_sub(1));
        let is_first = section_before.replace(section) != Some(section);
        let edge = sections
            .get(section)
            .map(|edges| edge_of(edges, is_first, number));
        finished.push(built(number, count, &page.lines, edge));
    }
    finished
}

fn edge_of(edges: &Edges, is_first: bool, number: u32) -> &Edge {
    match (&edges.first, &edges.even) {
        (Some(first), _) if is_first => first,
        (_, Some(even)) if number.is_multiple_of(2) => even,
        _ => &edges.usual,
    }
}

fn built(number: u32, count: usize, lines: &[FlowLine], edge: Option<&Edge>) -> Page {
    let mut page = Page::from_text(number, String::new());
    page.origin = Origin::File;
    let header = edge.map_or(&[][..], |edge| &edge.header);
    let footer = edge.map_or(&[][..], |edge| &edge.footer);
    for line in header {
        add_edge(&mut page, line, number, count, false);
    }
    for (index, line) in lines.iter().enumerate() {
        let is_apart = index == 0 && !header.is_empty();
        add(&mut page, line, line.gap_before || is_apart);
    }
    for (index, line) in footer.iter().enumerate() {
        add_edge(&mut page, line, number, count, index == 0);
    }
    page
}

/// Adds a line of a header or footer, with the numbers that this page prints.
fn add_edge(page: &mut Page, line: &FlowLine, number: u32, count: usize, is_apart: bool) {
    let mut line = line.clone();
    if line.text.contains([PAGE_NUMBER, PAGE_COUNT]) {
        line.text = line.text.replace(PAGE_NUMBER, &number.to_string());
        line.text = line.text.replace(PAGE_COUNT, &count.to_string());
        line.struck.clear();
    }
    line.role = LineRole::Letterhead;
    add(page, &line, is_apart);
}

fn add(page: &mut Page, line: &FlowLine, gap_before: bool) {
    let gap_before = gap_before && !page.lines.is_empty();
    if !page.lines.is_empty() {
        page.text.push_str(if gap_before { "\n\n" } else { "\n" });
    }
    let start = page.text.len();
    page.text.push_str(&line.text);
    let struck = line.struck.iter();
    page.struck.extend(
        struck.map(|range| start.saturating_add(range.start)..start.saturating_add(range.end)),
    );
    let mut written = Line::plain(start..page.text.len(), gap_before);
    written.end = line.end;
    written.role = line.role;
    written.bold = line.is_bold();
    written.font_size = line.size;
    page.lines.push(written);
}
