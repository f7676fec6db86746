//! Colors of CSS and of old HTML attributes.

/// A color without transparency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    pub(super) const BLACK: Self = Self(0, 0, 0);
    pub(super) const WHITE: Self = Self(255, 255, 255);
    /// Links, in the style sheet of browsers.
    pub(super) const LINK: Self = Self(0, 0, 238);

    /// Whether nobody can tell text in one color from a background in the other.
    pub(super) fn is_indistinguishable(self, other: Self) -> bool {
        // The lightest text that pages use on purpose, light gray on white, differs by 30 and more.
        const MAX_DIFFERENCE: u8 = 10;
        let pairs = [(self.0, other.0), (self.1, other.1), (self.2, other.2)];
        pairs
            .iter()
            .all(|(one, two)| one.abs_diff(*two) <= MAX_DIFFERENCE)
    }
}

/// What a value of a color property says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Color {
    Opaque(Rgb),
    Transparent,
    /// A variable, a mixture, a name that is not in the list.
    Unknown,
}

/// The names that pages use for text and backgrounds.
const NAMES: [(&str, Rgb); 24] = [
    ("aqua", Rgb(0, 255, 255)),
    ("beige", Rgb(245, 245, 220)),
    ("black", Rgb::BLACK),
    ("blue", Rgb(0, 0, 255)),
    ("cyan", Rgb(0, 255, 255)),
    ("fuchsia", Rgb(255, 0, 255)),
    ("gray", Rgb(128, 128, 128)),
    ("green", Rgb(0, 128, 0)),
    ("grey", Rgb(128, 128, 128)),
    ("ivory", Rgb(255, 255, 240)),
    ("lightgray", Rgb(211, 211, 211)),
    ("lightgrey", Rgb(211, 211, 211)),
    ("lime", Rgb(0, 255, 0)),
    ("magenta", Rgb(255, 0, 255)),
    ("maroon", Rgb(128, 0, 0)),
    ("navy", Rgb(0, 0, 128)),
    ("olive", Rgb(128, 128, 0)),
    ("purple", Rgb(128, 0, 128)),
    ("red", Rgb(255, 0, 0)),
    ("silver", Rgb(192, 192, 192)),
    ("snow", Rgb(255, 250, 250)),
    ("teal", Rgb(0, 128, 128)),
    ("white", Rgb::WHITE),
    ("yellow", Rgb(255, 255, 0)),
];

impl Color {
    /// Parses a color in lower case.
    pub(super) fn parse(value: &str) -> Self {
        let value = value.trim();
        if value == "transparent" {
            return Self::Transparent;
        }
        if let Some(digits) = value.strip_prefix('#') {
            return Self::from_digits(digits);
        }
        if let Some(arguments) = value.strip_prefix("rgb") {
            return Self::from_function(arguments);
        }
        let named = NAMES.iter().find(|(name, _)| *name == value);
        named.map_or(Self::Unknown, |(_, color)| Self::Opaque(*color))
    }

    /// The color of an attribute of HTML, where the number sign may be missing.
    pub(super) fn of_attribute(value: &str) -> Self {
        let value = value.trim().to_ascii_lowercase();
        match Self::parse(&value) {
            Self::Unknown if value.len() == 6 => Self::from_digits(&value),
            color => color,
        }
    }

    /// `#rgb`, `#rgba`, `#rrggbb` or `#rrggbbaa`.
    fn from_digits(digits: &str) -> Self {
        let values: Option<Vec<u8>> = digits
            .chars()
            .map(|digit| u8::try_from(digit.to_digit(16)?).ok())
            .collect();
        let channels: Vec<u8> = match values {
            Some(values) if matches!(values.len(), 3 | 4) => {
                values.iter().map(|value| value * 17).collect()
            }
            Some(values) if matches!(values.len(), 6 | 8) => values
                .chunks(2)
                .map(|pair| pair[0] * 16 + pair[1])
                .collect(),
            _ => return Self::Unknown,
        };
        match channels[..] {
            [red, green, blue] | [red, green, blue, 255] => Self::Opaque(Rgb(red, green, blue)),
            [_, _, _, 0] => Self::Transparent,
            _ => Self::Unknown,
        }
    }

    /// `rgb(255, 255, 255)`, `rgba(0 0 0 / 0)`.
    fn from_function(arguments: &str) -> Self {
        let arguments = arguments.trim_start_matches('a');
        let Some(inner) = arguments
            .strip_prefix('(')
            .and_then(|inner| inner.strip_suffix(')'))
        else {
            return Self::Unknown;
        };
        let parts = inner.split([',', ' ', '/']).filter(|part| !part.is_empty());
        let values: Option<Vec<f32>> = parts.map(channel).collect();
        let byte = |value: f32| value.clamp(0.0, 255.0) as u8;
        match values.as_deref() {
            Some([_, _, _, alpha]) if *alpha <= 0.0 => Self::Transparent,
            Some([red, green, blue] | [red, green, blue, 1.0 | 255.0]) => {
                Self::Opaque(Rgb(byte(*red), byte(*green), byte(*blue)))
            }
            _ => Self::Unknown,
        }
    }
}

/// A channel as a number up to 255; the opacity as a number up to 1, or 255 for 100 %.
fn channel(text: &str) -> Option<f32> {
    match text.strip_suffix('%') {
        Some(percent) => Some(percent.parse::<f32>().ok()? * 2.55),
        None => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_are_parsed_in_all_usual_forms() {
        for white in [
            "white",
            "#fff",
            "#ffffff",
            "#ffff",
            "rgb(255,255,255)",
            "rgba(255, 255, 255, 1)",
            "rgb(100% 100% 100%)",
        ] {
            assert_eq!(Color::parse(white), Color::Opaque(Rgb::WHITE), "{white}");
        }
        for transparent in ["transparent", "rgba(0,0,0,0)", "#0000", "rgb(0 0 0 / 0)"] {
            assert_eq!(Color::parse(transparent), Color::Transparent);
        }
        for unknown in [
            "var(--x)",
            "#12",
            "#åäö",
            "inherit",
            "rgb(",
            "rgba(1,2,3,.5)",
            "",
        ] {
            assert_eq!(Color::parse(unknown), Color::Unknown, "{unknown}");
        }
        assert_eq!(Color::of_attribute("FFFFFF"), Color::Opaque(Rgb::WHITE));
    }
}
