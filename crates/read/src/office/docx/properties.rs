//! Properties of sections and paragraphs that concern pages.

use super::super::xml::Tree;

/// A header or footer of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EdgeReference {
    pub(super) id: String,
    pub(super) is_header: bool,
    /// The pages that it is on: `default`, `first` or `even`.
    pub(super) kind: String,
}

/// The properties of a section, which stand at its end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct SectionProperties {
    pub(super) references: Vec<EdgeReference>,
    /// Its first page has a header of its own.
    pub(super) has_first_page: bool,
    /// It begins on the page on which the section before it ends.
    pub(super) is_continuous: bool,
}

impl SectionProperties {
    /// The properties of `w:sectPr`.
    pub(super) fn of(tree: &Tree) -> Self {
        let references = tree.children.iter().filter_map(|child| {
            let is_header = child.name == "headerReference";
            if !is_header && child.name != "footerReference" {
                return None;
            }
            Some(EdgeReference {
                id: child.attribute("id")?.to_owned(),
                is_header,
                kind: child.attribute("type").unwrap_or("default").to_owned(),
            })
        });
        Self {
            references: references.collect(),
            has_first_page: tree.switch("titlePg") == Some(true),
            is_continuous: matches!(tree.value("type"), Some("continuous" | "nextColumn")),
        }
    }
}
