//! Declarations: what the style of an element says about the visibility of its text.
//!
//! Only the properties that hide, cross out, raise or reverse text are read.

use super::color::{Color, Rgb};

/// The background that an element declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::web) enum Background {
    Color(Rgb),
    /// The background behind the element.
    None,
    /// A picture or a color that is not understood.
    Unknown,
}

/// The declared style of an element; `None` is the inherited or initial value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::web) struct Declared {
    /// `display: none`.
    pub none: Option<bool>,
    /// `visibility: hidden` or `collapse`.
    pub hidden: Option<bool>,
    /// `font-size: 0`.
    pub no_size: Option<bool>,
    /// `line-through`.
    pub struck: Option<bool>,
    /// `vertical-align: super`.
    pub raised: Option<bool>,
    /// `direction: rtl`.
    pub rightward: Option<bool>,
    /// `unicode-bidi: bidi-override`.
    pub overrides_bidi: Option<bool>,
    pub(super) color: Option<Color>,
    background: Option<Background>,
    pictured: Option<bool>,
    pub(super) shadow: Option<bool>,
    clear: Option<bool>,
    positioned: Option<bool>,
    far: [Option<bool>; 5],
    indented: Option<bool>,
    clipped: Option<bool>,
    cut: Option<bool>,
    tiny: [Option<bool>; 2],
}

impl Declared {
    /// Whether nothing inside the element is drawn, whatever the style of what is inside.
    pub(in crate::web) fn is_gone(&self) -> bool {
        self.none == Some(true) || self.clear == Some(true)
    }

    /// Whether the element is drawn where nobody sees it, or with no size. Pages do that to texts for
    /// programs that read the page aloud.
    pub(in crate::web) fn is_out_of_sight(&self) -> bool {
        let yes = |value: &Option<bool>| *value == Some(true);
        let [margin, ..] = &self.far;
        yes(margin)
            || yes(&self.positioned) && (self.far.iter().any(yes) || yes(&self.clipped))
            || yes(&self.cut) && self.tiny.iter().any(yes)
            || yes(&self.indented) && self.background().is_none()
    }

    /// The background that it declares.
    pub(super) fn background(&self) -> Option<Background> {
        if self.pictured == Some(true) {
            return Some(Background::Unknown);
        }
        self.background
    }

    /// Whether the element lies over others, so that its background is not that of its parent.
    pub(super) fn is_positioned(&self) -> bool {
        self.positioned == Some(true)
    }

    /// Whether text is written from right to left, whatever its letters.
    pub(in crate::web) fn is_reversed(&self) -> bool {
        self.rightward == Some(true) && self.overrides_bidi == Some(true)
    }

    /// Applies a declaration, over all that were applied before.
    pub(super) fn apply(&mut self, declaration: &Declaration) {
        let value = declaration.value.as_str();
        // A keyword for the value of the parent or of the browser.
        let is_reset = matches!(value, "inherit" | "initial" | "unset" | "revert");
        let set = |condition: bool| (!is_reset).then_some(condition);
        match declaration.property {
            Property::Display => self.none = set(value == "none"),
            Property::Visibility => self.hidden = set(matches!(value, "hidden" | "collapse")),
            Property::FontSize => self.no_size = set(is_zero(value)),
            Property::Opacity => self.clear = set(is_zero(value)),
            Property::TextDecoration => self.struck = set(value.contains("line-through")),
            Property::VerticalAlign => self.raised = set(matches!(value, "super" | "text-top")),
            Property::Direction => self.rightward = set(value == "rtl"),
            Property::UnicodeBidi => self.overrides_bidi = set(value.ends_with("bidi-override")),
            Property::Color => self.color = (!is_reset).then(|| Color::parse(value)),
            Property::Background => {
                self.background = (!is_reset).then(|| background(value));
                self.pictured = None;
            }
            Property::BackgroundColor => {
                self.background = (!is_reset).then(|| background(value));
            }
            Property::BackgroundImage => self.pictured = set(value != "none"),
            Property::TextShadow => self.shadow = set(value != "none"),
            Property::Position => self.positioned = set(matches!(value, "absolute" | "fixed")),
            Property::MarginLeft => self.far[0] = set(is_far(value)),
            Property::Left => self.far[1] = set(is_far(value)),
            Property::Top => self.far[2] = set(is_far(value)),
            Property::Right => self.far[3] = set(is_far(value)),
            Property::Bottom => self.far[4] = set(is_far(value)),
            Property::TextIndent => self.indented = set(is_far(value)),
            Property::Clip => self.clipped = set(clips_all(value)),
            Property::Overflow => self.cut = set(matches!(value, "hidden" | "clip")),
            Property::Width => self.tiny[0] = set(is_tiny(value)),
            Property::Height => self.tiny[1] = set(is_tiny(value)),
        }
    }
}

/// A property that matters for visibility.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Property {
    Display,
    Visibility,
    FontSize,
    Opacity,
    TextDecoration,
    VerticalAlign,
    Direction,
    UnicodeBidi,
    Color,
    Background,
    BackgroundColor,
    BackgroundImage,
    TextShadow,
    Position,
    MarginLeft,
    Left,
    Top,
    Right,
    Bottom,
    TextIndent,
    Clip,
    Overflow,
    Width,
    Height,
}

const PROPERTIES: [(&str, Property); 27] = [
    ("background", Property::Background),
    ("background-color", Property::BackgroundColor),
    ("background-image", Property::BackgroundImage),
    ("bottom", Property::Bottom),
    ("clip", Property::Clip),
    ("clip-path", Property::Clip),
    ("color", Property::Color),
    ("direction", Property::Direction),
    ("display", Property::Display),
    ("font-size", Property::FontSize),
    ("height", Property::Height),
    ("left", Property::Left),
    ("margin-left", Property::MarginLeft),
    ("max-height", Property::Height),
    ("max-width", Property::Width),
    ("opacity", Property::Opacity),
    ("overflow", Property::Overflow),
    ("position", Property::Position),
    ("right", Property::Right),
    ("text-decoration", Property::TextDecoration),
    ("text-decoration-line", Property::TextDecoration),
    ("text-indent", Property::TextIndent),
    ("text-shadow", Property::TextShadow),
    ("top", Property::Top),
    ("unicode-bidi", Property::UnicodeBidi),
    ("vertical-align", Property::VerticalAlign),
    ("visibility", Property::Visibility),
];

/// One declaration of a rule or of a `style` attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Declaration {
    property: Property,
    /// In lower case, white space collapsed.
    value: String,
    pub is_important: bool,
}

/// The declarations of a rule or an attribute that matter, at most.
const MAX_DECLARATIONS: usize = 40;
/// The longest value that is understood, in bytes.
const MAX_VALUE: usize = 200;

/// The declarations in a rule's block or a `style` attribute.
pub(super) fn parse(block: &str) -> Vec<Declaration> {
    let declarations = block.split(';').filter_map(declaration);
    declarations.take(MAX_DECLARATIONS).collect()
}

fn declaration(text: &str) -> Option<Declaration> {
    let (name, value) = text.split_once(':')?;
    let name = name.trim();
    let known = |(known, _): &&(&str, Property)| name.eq_ignore_ascii_case(known);
    let (_, property) = *PROPERTIES.iter().find(known)?;
    let value = &value[..value.floor_char_boundary(MAX_VALUE)];
    let words: Vec<&str> = value.split_whitespace().collect();
    let mut value = words.join(" ").to_ascii_lowercase();
    let is_important = match value.rsplit_once('!') {
        Some((before, "important" | " important")) => {
            value.truncate(before.trim_end().len());
            true
        }
        _ => false,
    };
    Some(Declaration {
        property,
        value,
        is_important,
    })
}

/// The color of a `background`, which may list other properties.
fn background(value: &str) -> Background {
    if value.contains("url(") || value.contains("gradient(") || value.contains("var(") {
        return Background::Unknown;
    }
    let whole = Color::parse(value);
    let parts = value.split_whitespace().map(Color::parse);
    let found = std::iter::once(whole).chain(parts);
    match found.into_iter().find(|color| *color != Color::Unknown) {
        Some(Color::Opaque(color)) => Background::Color(color),
        Some(_) => Background::None,
        None if value == "none" => Background::None,
        None => Background::Unknown,
    }
}

/// The number at the start of a value, and its unit.
fn length(value: &str) -> Option<(f32, &str)> {
    let end = value
        .find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '-' | '+'))
        .unwrap_or(value.len());
    let (number, unit) = value.split_at(end);
    Some((number.parse().ok()?, unit))
}

fn is_zero(value: &str) -> bool {
    length(value).is_some_and(|(number, _)| number == 0.0)
}

/// Whether a distance leads out of the page.
fn is_far(value: &str) -> bool {
    length(value).is_some_and(|(number, unit)| match unit {
        "px" | "pt" => number <= -500.0,
        "em" | "rem" => number <= -50.0,
        "%" | "vw" | "vh" => number <= -100.0,
        _ => false,
    })
}

/// Whether a width or height is too small for a letter.
fn is_tiny(value: &str) -> bool {
    length(value).is_some_and(|(number, unit)| {
        number == 0.0 || unit == "px" && (0.0..=1.0).contains(&number)
    })
}

/// Whether a `clip` or `clip-path` leaves nothing.
fn clips_all(value: &str) -> bool {
    let Some((function, arguments)) = value.split_once('(') else {
        return false;
    };
    let parts = arguments.trim_end_matches(')').split([',', ' ']);
    let mut numbers = parts.filter(|part| !part.is_empty()).map(length);
    match function {
        "rect" => numbers.all(|found| found.is_some_and(|(number, _)| number.abs() <= 1.0)),
        "inset" => matches!(numbers.next(), Some(Some((number, "%"))) if number >= 50.0),
        "circle" => matches!(numbers.next(), Some(Some((0.0, _)))),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(style: &str) -> Declared {
        let mut declared = Declared::default();
        for declaration in parse(style) {
            declared.apply(&declaration);
        }
        declared
    }

    #[test]
    fn styles_that_hide_are_recognized() {
        for style in [
            "display:none",
            "DISPLAY : None !important",
            "opacity: 0.0",
            "color:red;display:block;display:none;",
        ] {
            assert!(declared(style).is_gone(), "{style}");
        }
        for style in [
            "position:absolute; left:-9999px",
            "position: fixed; top: -100em",
            "margin-left: -2000px",
            "position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0, 0, 0, 0)",
            "position:absolute;clip-path: inset(50%)",
            "height:0;overflow:hidden",
            "text-indent:-9999px",
        ] {
            assert!(declared(style).is_out_of_sight(), "{style}");
        }
    }

    #[test]
    fn styles_that_do_not_hide_are_left_alone() {
        for style in [
            "display:block",
            "display:none;display:inherit",
            "left:-9999px",
            "position:absolute;left:-20px;clip:auto",
            "height:0",
            "overflow:hidden;width:100px",
            "opacity:.5",
            "text-indent:-9999px;background:url(namn.png)",
            "display",
            ":none",
            "",
        ] {
            let declared = declared(style);
            assert!(
                !declared.is_gone() && !declared.is_out_of_sight(),
                "{style}"
            );
        }
    }

    #[test]
    fn a_background_is_a_color_or_unknown() {
        let background = |style: &str| declared(style).background();
        let white = Some(Background::Color(Rgb::WHITE));
        assert_eq!(background("background: #fff"), white);
        assert_eq!(background("background: white no-repeat"), white);
        assert_eq!(background("background:none"), Some(Background::None));
        let pictured = Some(Background::Unknown);
        assert_eq!(background("background: #fff url(a.png)"), pictured);
        assert_eq!(background("background-color: var(--x)"), pictured);
        assert_eq!(background("background-image:none"), None);
        assert_eq!(
            background("background-image:url(a);background-color:#fff"),
            pictured
        );
    }
}
