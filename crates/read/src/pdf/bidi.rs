//! In which order is a line of Arabic or Hebrew read?
//!
//! Glyphs are found from left to right; text is stored in the order in which it is read. Printing
//! turned the one into the other, and turning it once more gives back what was.

use std::borrow::Cow;

use unicode_bidi::{BidiClass, BidiInfo, Level, bidi_class};

/// Whether most of a text's letters run from right to left.
pub(super) fn is_right_to_left(text: &str) -> bool {
    let mut balance = 0i32;
    for character in text.chars().filter(|character| !character.is_ascii()) {
        balance += i32::from(is_right_to_left_letter(character));
    }
    if balance == 0 {
        return false;
    }
    let left = text
        .chars()
        .filter(|&character| bidi_class(character) == BidiClass::L);
    balance > i32::try_from(left.count()).unwrap_or(i32::MAX)
}

fn is_right_to_left_letter(character: char) -> bool {
    matches!(bidi_class(character), BidiClass::R | BidiClass::AL)
}

/// A text in the order in which it is read, from the order in which it is printed.
pub(super) fn reading_order(printed: &str) -> Cow<'_, str> {
    let has_letters = printed
        .chars()
        .any(|character| !character.is_ascii() && is_right_to_left_letter(character));
    if !has_letters {
        return Cow::Borrowed(printed);
    }
    let level = match is_right_to_left(printed) {
        true => Level::rtl(),
        false => Level::ltr(),
    };
    let info = BidiInfo::new(printed, Some(level));
    match info.paragraphs.first() {
        Some(paragraph) => Cow::Owned(
            info.reorder_line(paragraph, paragraph.range.clone())
                .into_owned(),
        ),
        None => Cow::Borrowed(printed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_to_left_text_is_turned_and_swedish_is_not() {
        assert_eq!(reading_order("vanlig text"), "vanlig text");
        assert_eq!(reading_order("םולש"), "שלום");
        assert_eq!(reading_order("2014 תנש"), "שנת 2014");
        assert_eq!(reading_order("ordet םולש betyder"), "ordet שלום betyder");
    }
}
