//! Form fields: the values of the widgets on a page.
//!
//! The interpreter draws the appearance of a field, so the text of a field with an up-to-date appearance is
//! already on the page. Fields without one, or with an old one, and the states of checkboxes and radio
//! buttons, are read here: the mark of a button is a drawing, and an unchecked one may draw nothing.

use std::collections::BTreeSet;

use hayro_syntax::object::{
    Array, Dict, Name, Object, Rect as PdfRect, Stream, String as PdfString,
};
use hayro_syntax::page::Page;
use kurbo::Affine;

use super::content::{Widget, WidgetValue};
use super::field_texts::FieldText;
use super::geometry::finite_rect;
use super::layers::Layers;
use super::text_strings::decode_text;
use super::xfa::text_of_markup;

/// Annotations of one page that are read.
// Only hostile files have more.
const MAX_ANNOTATIONS: usize = 1_000;
/// Flags of an annotation that is hidden, or not shown on the screen (ISO 32000-1, table 165).
const HIDDEN: u32 = 1 << 1 | 1 << 5;
/// Flag of a push button, which has no state (ISO 32000-1, table 226).
const PUSH_BUTTON: u32 = 1 << 16;
/// Flags of text fields (table 228): its value is a password; each character has a cell of its own.
const PASSWORD: u32 = 1 << 13;
const COMB: u32 = 1 << 24;
/// Flag of a choice field that shows one choice (table 230); without it, all of them are listed.
const COMBO: u32 = 1 << 17;
/// Longest chain of parents from which a field inherits.
// The chain of a hostile file may be a loop.
const MAX_FIELD_DEPTH: usize = 16;
/// Choices of a field that are read.
const MAX_CHOICES: usize = 2_000;
/// Longest value, in bytes.
const MAX_VALUE: usize = 1 << 20;

/// The fields of a page.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// Checkboxes and radio buttons.
    pub buttons: Vec<Widget>,
    /// Texts that the page shows, unless an appearance shows them already.
    pub texts: Vec<FieldText>,
}

/// The annotations of a page that a viewer shows, each with its bounding box.
pub(super) fn shown_annotations<'a>(
    page: &Page<'a>,
    transform: Affine,
    layers: &Layers,
) -> Vec<(Dict<'a>, diarium_document::Rect)> {
    let Some(annotations) = page.raw().get::<Array<'a>>(b"Annots") else {
        return Vec::new();
    };
    annotations
        .iter::<Dict<'a>>()
        .take(MAX_ANNOTATIONS)
        .filter(|one| one.get::<u32>(b"F").unwrap_or(0) & HIDDEN == 0 && layers.shows(one))
        .filter_map(|one| {
            let bounds = one.get::<PdfRect>(b"Rect")?;
            let corners = kurbo::Rect::new(bounds.x0, bounds.y0, bounds.x1, bounds.y1);
            let rect = finite_rect(transform.transform_rect_bbox(corners))?;
            Some((one, rect))
        })
        .collect()
}

/// The fields among the annotations of a page. `needs_appearances` says that the file asks its readers to
/// draw the values anew.
pub(super) fn fields(
    annotations: &[(Dict<'_>, diarium_document::Rect)],
    needs_appearances: bool,
) -> Fields {
    let mut found = Fields::default();
    for (annotation, rect) in annotations {
        let kind = annotation.get::<Name<'_>>(b"Subtype");
        match kind.as_ref().map(|kind| kind.as_str()) {
            Some("Widget") => push_widget(annotation, *rect, needs_appearances, &mut found),
            Some("FreeText") => found.texts.extend(free_text(annotation, *rect)),
            _ => {}
        }
    }
    found
}

/// The text that somebody typed over a page.
fn free_text(annotation: &Dict<'_>, rect: diarium_document::Rect) -> Option<FieldText> {
    let text = |key: &[u8]| {
        let text = annotation.get::<PdfString<'_>>(key)?;
        Some(decode_text(text.as_bytes()))
    };
    let contents = text(b"Contents").filter(|text| !text.trim().is_empty());
    Some(FieldText {
        text: contents.or_else(|| Some(text_of_markup(&text(b"RC")?)))?,
        ..FieldText::at(rect)
    })
}

fn push_widget(
    annotation: &Dict<'_>,
    rect: diarium_document::Rect,
    needs_appearances: bool,
    found: &mut Fields,
) {
    let field = FieldChain::new(annotation);
    let flags = field.inherited::<u32>(b"Ff").unwrap_or(0);
    let Some(kind) = field.inherited::<Name<'_>>(b"FT") else {
        return;
    };
    let text = match kind.as_str() {
        "Btn" => {
            let state = field.button_state(flags, needs_appearances);
            found.buttons.extend(state.map(|state| Widget {
                rect,
                value: WidgetValue::Button(state),
            }));
            return;
        }
        "Tx" if flags & PASSWORD == 0 => field.text(),
        "Ch" => field.choices(),
        _ => return,
    };
    let is_list = kind.as_str() == "Ch" && flags & COMBO == 0;
    found.texts.extend(text.map(|text| FieldText {
        text,
        wins: needs_appearances || is_list,
        is_comb: kind.as_str() == "Tx" && flags & COMB != 0,
        ..FieldText::at(rect)
    }));
}

/// A widget and its parent fields, the nearest first.
struct FieldChain<'a>(Vec<Dict<'a>>);

impl<'a> FieldChain<'a> {
    fn new(annotation: &Dict<'a>) -> Self {
        let mut chain = vec![annotation.clone()];
        let mut seen = BTreeSet::new();
        while chain.len() < MAX_FIELD_DEPTH
            && let Some(parent) = chain
                .last()
                .and_then(|last| last.get::<Dict<'a>>(b"Parent"))
            && parent
                .obj_id()
                .is_none_or(|id| seen.insert((id.obj_number, id.gen_number)))
        {
            chain.push(parent);
        }
        Self(chain)
    }

    fn inherited<T>(&self, key: &[u8]) -> Option<T>
    where
        T: TryFrom<Object<'a>>,
    {
        self.0
            .iter()
            .find_map(|field| T::try_from(field.get::<Object<'a>>(key)?).ok())
    }

    /// Whether a button is on; `None` for a push button.
    fn button_state(&self, flags: u32, needs_appearances: bool) -> Option<bool> {
        if flags & PUSH_BUTTON != 0 {
            return None;
        }
        let widget = self.0.first()?;
        let shown = widget.get::<Name<'_>>(b"AS");
        let value = self
            .inherited::<Name<'_>>(b"V")
            .map(|name| name.as_str().to_owned());
        let value = value.or_else(|| {
            self.inherited::<PdfString<'_>>(b"V")
                .map(|one| decode_text(one.as_bytes()))
        });
        let on_states = widget
            .get::<Dict<'_>>(b"AP")
            .and_then(|appearance| appearance.get::<Dict<'_>>(b"N"));
        match (shown, value) {
            (Some(shown), None) => Some(shown.as_str() != "Off"),
            (Some(shown), Some(_)) if !needs_appearances => Some(shown.as_str() != "Off"),
            (_, Some(value)) => {
                // Radio buttons share one value. The one that has an appearance for it is on.
                let is_own = on_states.is_none_or(|states| states.contains_key(value.as_bytes()));
                Some(value != "Off" && is_own)
            }
            (None, None) => Some(false),
        }
    }

    /// The value of a text field.
    fn text(&self) -> Option<String> {
        let bytes = match self.inherited::<PdfString<'_>>(b"V") {
            Some(value) => value.as_bytes().to_vec(),
            None => {
                let stream = self.inherited::<Stream<'_>>(b"V")?;
                stream.decoded_data().ok()?.into_owned()
            }
        };
        let bytes = bytes.get(..MAX_VALUE).unwrap_or(&bytes);
        Some(decode_text(bytes))
    }

    /// The chosen labels of a choice field. The value may be a code that the list of choices translates.
    fn choices(&self) -> Option<String> {
        let choices: Vec<(String, String)> = self
            .inherited::<Array<'_>>(b"Opt")
            .iter()
            .flat_map(Array::iter::<Object<'_>>)
            .take(MAX_CHOICES)
            .filter_map(choice)
            .collect();
        let label = |value: String| {
            let known = choices.iter().find(|(code, _)| *code == value);
            known.map_or(value, |(_, label)| label.clone())
        };
        let values: Vec<String> = match self.inherited::<Object<'_>>(b"V") {
            Some(Object::String(value)) => vec![decode_text(value.as_bytes())],
            Some(Object::Array(values)) => values
                .iter::<PdfString<'_>>()
                .take(MAX_CHOICES)
                .map(|value| decode_text(value.as_bytes()))
                .collect(),
            _ => return self.chosen_by_index(&choices),
        };
        Some(values.into_iter().map(label).collect::<Vec<_>>().join(", "))
    }

    fn chosen_by_index(&self, choices: &[(String, String)]) -> Option<String> {
        let chosen: Vec<&str> = self
            .inherited::<Array<'_>>(b"I")?
            .iter::<u32>()
            .take(MAX_CHOICES)
            .filter_map(|index| choices.get(usize::try_from(index).ok()?))
            .map(|(_, label)| label.as_str())
            .collect();
        (!chosen.is_empty()).then(|| chosen.join(", "))
    }
}

/// The code and the label of a choice.
fn choice(option: Object<'_>) -> Option<(String, String)> {
    match option {
        Object::String(label) => {
            let label = decode_text(label.as_bytes());
            Some((label.clone(), label))
        }
        Object::Array(pair) => {
            let mut pair = pair.iter::<PdfString<'_>>();
            let code = decode_text(pair.next()?.as_bytes());
            let label = decode_text(pair.next()?.as_bytes());
            Some((code, label))
        }
        _ => None,
    }
}
