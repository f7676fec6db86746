//! Layers that are not shown: optional content (ISO 32000-1, 8.11).
//!
//! The interpreter draws nothing of a hidden layer, so its text is found by walking over the operators of the
//! page. Visibility expressions, which the interpreter does not evaluate, are evaluated here.

use std::collections::BTreeSet;

use hayro_syntax::content::TypedIter;
use hayro_syntax::content::ops::TypedInstruction;
use hayro_syntax::object::{
    Array, Dict, MaybeRef, Name, Object, ObjectIdentifier, Stream, dict_or_stream,
};
use hayro_syntax::page::{Page, Resources};
use hayro_syntax::xref::XRef;

/// Forms within forms that are walked over, and parts of a visibility expression.
const MAX_DEPTH: usize = 8;
/// Layers that are known, and parts of one expression that are evaluated.
// Only hostile files have more.
const MAX_LAYERS: usize = 10_000;
const MAX_PARTS: usize = 100;
/// Operators of a page that are examined.
const MAX_OPERATORS: usize = 500_000;
/// A form counts as that many operators.
const OPERATORS_PER_FORM: usize = 200;

type Id = (u32, i32);

/// The layers of a document that are off.
#[derive(Debug, Default)]
pub(super) struct Layers {
    off: BTreeSet<Id>,
}

fn id_of(id: ObjectIdentifier) -> Id {
    (id.obj_number, id.gen_number)
}

impl Layers {
    /// The layers that the default configuration turns off.
    pub(super) fn of(xref: &XRef) -> Self {
        let mut off = BTreeSet::new();
        let catalog = xref.get::<Dict<'_>>(xref.root_id());
        let properties = catalog.and_then(|catalog| catalog.get::<Dict<'_>>(b"OCProperties"));
        let Some((all, config)) = properties.and_then(|properties| {
            let all = properties.get::<Array<'_>>(b"OCGs");
            Some((all, properties.get::<Dict<'_>>(b"D")?))
        }) else {
            return Self { off };
        };
        let base = config.get::<Name<'_>>(b"BaseState");
        if base.is_some_and(|state| state.as_str() == "OFF") {
            off.extend(all.iter().flat_map(references));
        }
        for layer in config.get::<Array<'_>>(b"ON").iter().flat_map(references) {
            off.remove(&layer);
        }
        off.extend(config.get::<Array<'_>>(b"OFF").iter().flat_map(references));
        Self { off }
    }

    /// Whether every layer is shown.
    pub(super) fn all_shown(&self) -> bool {
        self.off.is_empty()
    }

    /// Whether content that belongs to a layer, or to a group of layers, is shown.
    fn is_shown(&self, membership: &Dict<'_>, id: Option<Id>) -> bool {
        let kind = membership.get::<Name<'_>>(b"Type");
        if kind.is_none_or(|kind| kind.as_str() != "OCMD") {
            return id.is_none_or(|id| !self.off.contains(&id));
        }
        if let Some(expression) = membership.get::<Array<'_>>(b"VE") {
            return self.evaluate(&expression, 0);
        }
        let layers: Vec<Id> = match membership.get::<Array<'_>>(b"OCGs") {
            Some(layers) => references(&layers).collect(),
            None => {
                let single = membership.get_ref(b"OCGs");
                single.map(|id| id_of(id.into())).into_iter().collect()
            }
        };
        let policy = membership.get::<Name<'_>>(b"P");
        let mut off = layers.iter().map(|layer| self.off.contains(layer));
        layers.is_empty()
            || match policy.as_ref().map(|name| name.as_str()) {
                Some("AllOn") => off.all(|off| !off),
                Some("AnyOff") => off.any(|off| off),
                Some("AllOff") => off.all(|off| off),
                _ => off.any(|off| !off),
            }
    }

    /// The value of a visibility expression: an operator, then layers and expressions.
    fn evaluate(&self, expression: &Array<'_>, depth: usize) -> bool {
        if depth >= MAX_DEPTH {
            return true;
        }
        let mut parts = expression.raw_iter().take(MAX_PARTS);
        let Some(MaybeRef::NotRef(Object::Name(operator))) = parts.next() else {
            return true;
        };
        let rest: Vec<Object<'_>> = expression
            .iter::<Object<'_>>()
            .skip(1)
            .take(MAX_PARTS)
            .collect();
        let mut values = parts.zip(rest).map(|(raw, part)| match (raw, part) {
            (_, Object::Array(inner)) => self.evaluate(&inner, depth + 1),
            (MaybeRef::Ref(reference), _) => !self.off.contains(&id_of(reference.into())),
            _ => true,
        });
        match operator.as_str() {
            "And" => values.all(|value| value),
            "Or" => values.any(|value| value),
            "Not" => !values.next().unwrap_or(false),
            _ => true,
        }
    }

    /// Whether the content of a form, an image or an annotation is shown.
    pub(super) fn shows(&self, object: &Dict<'_>) -> bool {
        let id = object.get_ref(b"OC").map(|id| id_of(id.into()));
        let membership = object.get::<Dict<'_>>(b"OC");
        membership.is_none_or(|membership| self.is_shown(&membership, id))
    }

    /// Whether marked content with these properties is shown.
    pub(super) fn shows_marked(&self, properties: &Dict<'_>) -> bool {
        let own = properties.obj_id().map(id_of);
        self.is_shown(properties, own) && self.shows(properties)
    }

    /// The number of operators of a page that print text on a hidden layer.
    pub(super) fn hidden_texts(&self, page: &Page<'_>) -> usize {
        if self.all_shown() {
            return 0;
        }
        let mut walk = Walk {
            layers: self,
            operators: 0,
            texts: 0,
        };
        walk.content(page.typed_operations(), page.resources(), true, 0);
        walk.texts
    }
}

fn references<'a>(layers: &Array<'a>) -> impl Iterator<Item = Id> + use<'a> {
    let references = layers.raw_iter().take(MAX_LAYERS);
    references.filter_map(|layer| match layer {
        MaybeRef::Ref(reference) => Some(id_of(reference.into())),
        MaybeRef::NotRef(_) => None,
    })
}

/// A walk over the operators of a page.
struct Walk<'layers> {
    layers: &'layers Layers,
    operators: usize,
    texts: usize,
}

impl Walk<'_> {
    fn content(
        &mut self,
        mut operators: TypedIter<'_>,
        resources: &Resources<'_>,
        is_shown: bool,
        depth: usize,
    ) {
        let mut shown = vec![is_shown];
        while let Some(operator) = operators.next() {
            self.operators += 1;
            if self.operators > MAX_OPERATORS {
                return;
            }
            let is_shown = shown.last().copied().unwrap_or(true);
            match operator {
                TypedInstruction::BeginMarkedContentWithProperties(marked) => {
                    shown.push(is_shown && self.shows(marked.1, resources));
                }
                TypedInstruction::BeginMarkedContent(_) => shown.push(is_shown),
                TypedInstruction::EndMarkedContent(_) if shown.len() > 1 => {
                    shown.pop();
                }
                TypedInstruction::ShowText(_)
                | TypedInstruction::ShowTexts(_)
                | TypedInstruction::NextLineAndShowText(_)
                | TypedInstruction::ShowTextWithParameters(_)
                    if !is_shown =>
                {
                    self.texts += 1;
                }
                TypedInstruction::XObject(object) if depth < MAX_DEPTH => {
                    if let Some(form) = resources.get_x_object(object.0) {
                        self.form(&form, resources, is_shown, depth);
                    }
                }
                _ => {}
            }
        }
    }

    fn form(&mut self, form: &Stream<'_>, resources: &Resources<'_>, is_shown: bool, depth: usize) {
        let dictionary = form.dict();
        let kind = dictionary.get::<Name<'_>>(b"Subtype");
        if kind.is_none_or(|kind| kind.as_str() != "Form") {
            return;
        }
        let Ok(content) = form.decoded_data() else {
            return;
        };
        // Unpacking a form is work, whatever it contains.
        self.operators += OPERATORS_PER_FORM;
        let is_shown = is_shown && self.layers.shows(dictionary);
        let own = dictionary.get::<Dict<'_>>(b"Resources").map(Resources::new);
        let resources = own.as_ref().unwrap_or(resources);
        self.content(TypedIter::new(&content), resources, is_shown, depth + 1);
    }

    fn shows(&self, properties: &Object<'_>, resources: &Resources<'_>) -> bool {
        if let Some(name) = properties.clone().into_name() {
            let id = resources.properties.get_ref(name.as_ref());
            let dictionary = resources.properties.get::<Dict<'_>>(name.as_ref());
            return dictionary.is_none_or(|dictionary| {
                self.layers
                    .is_shown(&dictionary, id.map(|id| id_of(id.into())))
                    && self.layers.shows(&dictionary)
            });
        }
        dict_or_stream(properties).is_none_or(|(dictionary, _)| self.layers.shows(dictionary))
    }
}
