//! XFA forms: answers that a PDF stores as XML, and shows in a few viewers only.
//!
//! The pages of such a file often say no more than that the viewer cannot show the form. The template has the
//! questions and the data the answers; both are walked together, as the viewer does, and give a page of
//! lines: a row with label and value for each field, a line for each text. Answers without a field in the
//! template follow with the names of their elements. Scripts are not run.

mod tree;

use std::collections::BTreeSet;

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, Object, Stream};

use super::text_strings::decode_text;
use diarium_document::{Line, LineEnd, LineRole, Origin, Page, collapse_whitespace};
use tree::Tree;
use unicode_normalization::UnicodeNormalization;

/// Packets of a form that are read.
const MAX_PACKETS: usize = 100;
/// Rows of the page.
// Repeated parts may multiply: template and data are both under the control of a hostile file.
const MAX_ROWS: usize = 20_000;
/// Deepest part of a form.
const MAX_DEPTH: usize = 60;

/// A page of the answers in the form of a file; `None` if it has none, or if the pages show them already.
pub(super) fn answers(file: &Pdf, pages: &[Page]) -> Option<Page> {
    let form = Form::of(file)?;
    let rows = form.rows();
    let values: Vec<&str> = rows.iter().filter_map(|row| row.value.as_deref()).collect();
    let shown: String = pages.iter().flat_map(|page| squeezed(&page.text)).collect();
    let is_shown = |value: &&&str| shown.contains(&squeezed(value).collect::<String>());
    let missing = values.iter().filter(|value| !is_shown(value)).count();
    // Forms that other viewers show as well have each answer twice.
    if values.is_empty() || 2 * missing <= values.len() {
        return None;
    }
    let last = pages.last().map_or(0, |page| page.number);
    Some(page_of(&rows, last + 1))
}

fn squeezed(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|one| one.is_alphanumeric())
}

/// The text of formatted text, as annotations have it.
pub(super) fn text_of_markup(markup: &str) -> String {
    Tree::parse(markup.as_bytes()).text_of(0)
}

/// A question and its answer, or a text of the form.
#[derive(Debug, PartialEq)]
struct Row {
    label: String,
    value: Option<String>,
    /// Whether a checkbox is on.
    checked: Option<bool>,
}

fn page_of(rows: &[Row], number: u32) -> Page {
    let mut text = String::new();
    let mut lines = Vec::new();
    let mut push = |line: &str, role, gap| {
        let line: String = line.nfc().collect();
        if !lines.is_empty() {
            text.push('\n');
        }
        let start = text.len();
        text.push_str(&line);
        lines.push(Line {
            role,
            end: LineEnd::Hard,
            ..Line::plain(start..text.len(), gap)
        });
    };
    for row in rows {
        match (&row.value, row.checked) {
            (_, Some(checked)) => {
                let state = if checked { '☒' } else { '☐' };
                push(&format!("{state} {}", row.label), LineRole::Body, false);
            }
            (None, None) => {
                for line in row.label.split('\n') {
                    push(line, LineRole::Body, true);
                }
            }
            (Some(value), None) if value.contains('\n') || row.label.is_empty() => {
                if !row.label.is_empty() {
                    push(&one_line(&row.label), LineRole::Body, true);
                }
                for line in value.split('\n') {
                    push(line, LineRole::Body, false);
                }
            }
            (Some(value), None) => {
                push(
                    &format!("{}\t{value}", one_line(&row.label)),
                    LineRole::Row,
                    false,
                );
            }
        }
    }
    Page {
        lines,
        origin: Origin::TextLayer,
        text,
        ..Page::from_text(number, String::new())
    }
}

fn one_line(text: &str) -> String {
    collapse_whitespace(text)
}

/// Template and data of a form.
struct Form {
    template: Tree,
    data: Tree,
}

impl Form {
    fn of(file: &Pdf) -> Option<Self> {
        let xref = file.xref();
        let catalog = xref.get::<Dict<'_>>(xref.root_id())?;
        let form = catalog.get::<Dict<'_>>(b"AcroForm")?;
        let mut bytes = Vec::new();
        match form.get::<Object<'_>>(b"XFA")? {
            Object::Stream(stream) => bytes = stream.decoded_data().ok()?.into_owned(),
            Object::Array(packets) => {
                for (name, packet) in packets_of(&packets) {
                    if matches!(name.as_str(), "template" | "datasets") {
                        bytes.extend_from_slice(&packet.decoded_data().ok()?);
                    }
                }
            }
            _ => return None,
        }
        Some(Self::parse(&bytes))
    }

    /// Both trees are in one: the packets follow each other, each with a root of its own.
    fn parse(bytes: &[u8]) -> Self {
        Self {
            template: Tree::parse(bytes),
            data: Tree::parse(bytes),
        }
    }

    fn rows(&self) -> Vec<Row> {
        let mut walk = Walk {
            form: self,
            rows: Vec::new(),
            used: BTreeSet::new(),
        };
        let sets = self.data.find("datasets");
        let data = sets.map(|sets| self.data.child(sets, "data").unwrap_or(sets));
        if let Some(template) = self.template.find("template") {
            walk.part(template, data, 0);
        }
        if let Some(data) = data {
            walk.rest(data, 0);
        }
        walk.rows
    }
}

fn packets_of<'a>(packets: &Array<'a>) -> Vec<(String, Stream<'a>)> {
    let objects: Vec<Object<'a>> = packets.iter::<Object<'a>>().take(2 * MAX_PACKETS).collect();
    objects
        .chunks_exact(2)
        .filter_map(|pair| match pair {
            [Object::String(name), Object::Stream(stream)] => {
                Some((decode_text(name.as_bytes()), stream.clone()))
            }
            _ => None,
        })
        .collect()
}

/// A walk over template and data together.
struct Walk<'a> {
    form: &'a Form,
    rows: Vec<Row>,
    /// The elements of the data that are answers to a question.
    used: BTreeSet<usize>,
}

impl Walk<'_> {
    /// The fields and texts of a part of the template, whose answers are in an element of the data.
    fn part(&mut self, part: usize, data: Option<usize>, depth: usize) {
        let template = &self.form.template;
        for (number, element) in template.children(part) {
            let is_hidden = matches!(
                element.attribute("presence"),
                Some("hidden" | "inactive" | "invisible")
            );
            if is_hidden {
                // What nobody sees in the form is no answer.
                let _ = self.answer(number, data);
            }
            if self.rows.len() >= MAX_ROWS || depth >= MAX_DEPTH || is_hidden {
                continue;
            }
            match element.name.as_str() {
                "subform" => {
                    for data in self.data_of_subform(number, data) {
                        self.part(number, data, depth + 1);
                    }
                }
                "subformSet" | "area" | "contentArea" => self.part(number, data, depth + 1),
                "exclGroup" => {
                    let answer = self.answer(number, data);
                    self.choices(number, answer.as_deref());
                }
                "field" => self.field(number, data),
                "draw" => self.text(number),
                _ => {}
            }
        }
    }

    /// The elements of the data that a subform repeats for. One without data is shown once.
    fn data_of_subform(&self, subform: usize, data: Option<usize>) -> Vec<Option<usize>> {
        let template = &self.form.template;
        let name = template.element(subform).attribute("name");
        let bind = template
            .child(subform, "bind")
            .map(|bind| template.element(bind));
        let is_bound = bind.is_none_or(|bind| bind.attribute("match") != Some("none"));
        let (Some(name), Some(data), true) = (name, data, is_bound) else {
            return vec![data];
        };
        let wanted = bind
            .and_then(|bind| bind.attribute("ref"))
            .map_or(name, last_name);
        let children = self.form.data.children(data);
        let found: Vec<Option<usize>> = children
            .filter(|(_, child)| child.name == wanted)
            .map(|(child, _)| Some(child))
            .collect();
        if found.is_empty() {
            vec![Some(data)]
        } else {
            found
        }
    }

    /// The answer to a question: the text of the element of its name.
    fn answer(&mut self, field: usize, data: Option<usize>) -> Option<String> {
        let template = &self.form.template;
        let bind = template
            .child(field, "bind")
            .map(|bind| template.element(bind));
        let bound = bind.and_then(|bind| bind.attribute("ref")).map(last_name);
        let name = bound.or_else(|| template.element(field).attribute("name"))?;
        let used = &self.used;
        let (number, _) = self
            .form
            .data
            .children(data?)
            .find(|(number, child)| child.name == name && !used.contains(number))?;
        self.used.insert(number);
        let answer = self.form.data.text_of(number);
        (!answer.is_empty()).then_some(answer)
    }

    fn field(&mut self, field: usize, data: Option<usize>) {
        let template = &self.form.template;
        let answer = self.answer(field, data);
        let ui = template.child(field, "ui");
        let is = |kind: &str| ui.is_some_and(|ui| template.child(ui, kind).is_some());
        let label = self.caption(field);
        if is("button") || is("passwordEdit") || is("signature") {
            return;
        }
        if is("checkButton") {
            let on = items(template, field)
                .into_iter()
                .next()
                .unwrap_or_else(|| "1".to_owned());
            self.rows.push(Row {
                label: one_line(&label),
                value: None,
                checked: Some(answer.is_some_and(|answer| answer == on)),
            });
            return;
        }
        let value = answer.map(|answer| chosen_label(template, field, answer));
        if value.is_some() || !label.is_empty() {
            self.rows.push(Row {
                label,
                value,
                checked: None,
            });
        }
    }

    /// A group of buttons of which one is on.
    fn choices(&mut self, group: usize, answer: Option<&str>) {
        let template = &self.form.template;
        let label = self.caption(group);
        if !label.is_empty() {
            self.push_text(label);
        }
        for (field, element) in template.children(group) {
            if element.name == "field" {
                let on = items(template, field).into_iter().next();
                self.rows.push(Row {
                    label: one_line(&self.caption(field)),
                    value: None,
                    checked: Some(on.is_some() && on.as_deref() == answer),
                });
            }
        }
    }

    fn caption(&self, field: usize) -> String {
        let template = &self.form.template;
        let caption = template.child(field, "caption");
        caption.map_or_else(String::new, |caption| template.text_of(caption))
    }

    fn text(&mut self, draw: usize) {
        let template = &self.form.template;
        let text = template
            .child(draw, "value")
            .filter(|value| template.child(*value, "image").is_none())
            .map_or_else(String::new, |value| template.text_of(value));
        self.push_text(text);
    }

    fn push_text(&mut self, text: String) {
        if !text.is_empty() {
            self.rows.push(Row {
                label: text,
                value: None,
                checked: None,
            });
        }
    }

    /// The answers without a question, with the names of their elements.
    fn rest(&mut self, number: usize, depth: usize) {
        let data = &self.form.data;
        for (child, element) in data.children(number) {
            if self.used.contains(&child) || depth >= MAX_DEPTH || self.rows.len() >= MAX_ROWS {
                continue;
            }
            let has_markup = data.child(child, "body").is_some();
            if !element.children.is_empty() && !has_markup {
                self.rest(child, depth + 1);
                continue;
            }
            let value = data.text_of(child);
            if !value.is_empty() {
                self.rows.push(Row {
                    label: element.name.clone(),
                    value: Some(value),
                    checked: None,
                });
            }
        }
    }
}

/// The last name of a path such as `$record.form.name[*]`.
fn last_name(path: &str) -> &str {
    let last = path.rsplit('.').next().unwrap_or(path);
    last.split('[').next().unwrap_or(last)
}

/// The values of the items of a choice.
fn items(template: &Tree, field: usize) -> Vec<String> {
    let lists = template
        .children(field)
        .filter(|(_, child)| child.name == "items");
    let mut lists: Vec<_> = lists.collect();
    // The list of the stored values, if there is one beside that of the labels.
    lists.sort_by_key(|(_, list)| list.attribute("save") != Some("1"));
    texts_of_items(template, lists.first().map(|(list, _)| *list))
}

fn texts_of_items(template: &Tree, list: Option<usize>) -> Vec<String> {
    let items = list.into_iter().flat_map(|list| template.children(list));
    items.map(|(item, _)| template.text_of(item)).collect()
}

/// The label of a chosen value.
fn chosen_label(template: &Tree, field: usize, answer: String) -> String {
    let is_labels = |child: &(usize, &tree::Element)| {
        child.1.name == "items" && child.1.attribute("save") != Some("1")
    };
    let labels = template
        .children(field)
        .find(is_labels)
        .map(|(list, _)| list);
    let labels = texts_of_items(template, labels);
    let values = items(template, field);
    let label = |value: &str| {
        let index = values.iter().position(|known| known == value)?;
        labels.get(index).cloned()
    };
    let translated = answer
        .split('\n')
        .map(|one| label(one).unwrap_or_else(|| one.to_owned()));
    let is_list = !values.is_empty()
        && answer
            .split('\n')
            .all(|one| values.iter().any(|known| known == one));
    translated
        .collect::<Vec<_>>()
        .join(if is_list { ", " } else { "\n" })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = r#"<template><subform name="blankett">
        <draw><value><text>Om projektet</text></value></draw>
        <field name="namn"><caption><value><text>Projektets namn</text></value></caption></field>
        <field name="skal"><caption><value><text>Varför?</text></value></caption></field>
        <field name="lan"><ui><choiceList/></ui><caption><value><text>Län</text></value></caption>
            <items><text>Norr</text><text>Söder</text></items>
            <items save="1"><text>1</text><text>2</text></items></field>
        <field name="nytt"><ui><checkButton/></ui><caption><value><text>Nytt</text></value></caption>
            <items><text>ja</text><text>nej</text></items></field>
        <field name="dolt" presence="hidden"><caption><value><text>Dolt</text></value></caption></field>
        <subform name="rad"><field name="vara"><caption><value><text>Vara</text></value></caption></field></subform>
        </subform></template>"#;
    const DATA: &str = "<xfa:datasets xmlns:xfa='x'><xfa:data><blankett><namn>Ny stig</namn>\
        <skal><body><p>Den gamla</p><p>är borta</p></body></skal><lan>2</lan><nytt>ja</nytt>\
        <rad><vara>spade</vara></rad><rad><vara>hacka</vara></rad><annat>mer</annat></blankett></xfa:data></xfa:datasets>";

    #[test]
    fn answers_are_read_with_their_questions() {
        let form = Form::parse(format!("{TEMPLATE}{DATA}").as_bytes());
        let page = page_of(&form.rows(), 2);
        assert_eq!(
            page.text,
            "Om projektet\nProjektets namn\tNy stig\nVarför?\nDen gamla\när borta\nLän\tSöder\n☒ Nytt\n\
             Vara\tspade\nVara\thacka\nannat\tmer"
        );
        assert_eq!(page.lines[1].role, LineRole::Row);
        assert_eq!(page.number, 2);
    }

    #[test]
    fn data_without_a_template_is_read_by_its_names() {
        let form = Form::parse(DATA.as_bytes());
        assert_eq!(
            page_of(&form.rows(), 1).text.lines().next(),
            Some("namn\tNy stig")
        );
    }
}
