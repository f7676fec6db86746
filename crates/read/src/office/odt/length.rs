//! Lengths of OpenDocument, such as `0.5cm`.

/// A length in points.
pub(super) fn points(length: &str) -> Option<f32> {
    let split = length.find(|it: char| it.is_ascii_alphabetic() || it == '%')?;
    let (number, unit) = length.split_at_checked(split)?;
    let number: f32 = number.trim().parse().ok()?;
    let points = match unit {
        "pt" => 1.0,
        "cm" => 72.0 / 2.54,
        "mm" => 72.0 / 25.4,
        "in" => 72.0,
        "pc" => 12.0,
        "px" => 0.75,
        _ => return None,
    };
    Some(number * points).filter(|length| length.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_units() {
        assert_eq!(points("12pt"), Some(12.0));
        assert_eq!(points("2.54cm"), Some(72.0));
        assert_eq!(points("50%"), None);
        assert_eq!(points("3"), None);
    }
}
